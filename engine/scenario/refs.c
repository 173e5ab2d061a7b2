/* SPDX-License-Identifier: MIT
 * Reference strings and the figures of books: page numbers instead of addresses.
 */
#include "scenario/run.h"

#include <string.h>

static bool map_pages(vm_run *run, const struct actor *actor, const struct statement *statement,
    vm_vpn start, vm_vpn end)
{
    uint32_t name = name_id(&run->names, "pages");
    if (!name) {
        return run_no_memory(run);
    }
    unsigned shift = run->config.page_shift;
    struct vm_op op = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = actor->tid,
            .hint = start << shift,
            .bytes = (end - start) << shift,
            .prot = vm_prot_bit_read | vm_prot_bit_write,
            .flags = vm_map_bit_fixed | vm_map_bit_pages,
            .name = name}};
    if (!run_apply(run, statement->place, &op)) {
        return false;
    }
    struct vm_vma_view vma;
    return vm_vma_at(run_machine(run), actor->pid, start, &vma) ||
           run_error(run, statement->place, "use smaller page numbers",
               "page %llu lies outside the address space", (unsigned long long)(end - 1));
}

/* Maps what the references need of one gap [from, to). */
static bool map_gap(vm_run *run, const struct actor *actor, const struct statement *statement,
    vm_vpn from, vm_vpn to)
{
    vm_vpn least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < statement->references_n; i++) {
        vm_vpn vpn = statement->references[i].vpn;
        if (vpn >= from && vpn < to) {
            least = vpn < least ? vpn : least;
            most = vpn > most ? vpn : most;
        }
    }
    return least == UINT64_MAX || map_pages(run, actor, statement, least, most + 1);
}

/* One mapping for each gap between the mappings that are there already. */
static bool map_references(
    vm_run *run, const struct actor *actor, const struct statement *statement)
{
    vm_vpn least = UINT64_MAX, most = 0;
    unsigned bits = (unsigned)run->config.va_bits - run->config.page_shift;
    for (size_t i = 0; i < statement->references_n; i++) {
        vm_vpn vpn = statement->references[i].vpn;
        if (vpn >> bits) {
            return run_error(run, statement->place, "use smaller page numbers",
                "page %llu lies outside the address space of %u bits", (unsigned long long)vpn,
                (unsigned)run->config.va_bits);
        }
        least = vpn < least ? vpn : least;
        most = vpn > most ? vpn : most;
    }
    vm_vpn at = least;
    while (at <= most) {
        struct vm_vma_view vma;
        if (vm_vma_at(run_machine(run), actor->pid, at, &vma)) {
            at = vma.end;
            continue;
        }
        vm_vpn to = most + 1;
        if (vm_vma_next(run_machine(run), actor->pid, at, &vma) && vma.start < to) {
            to = vma.start;
        }
        if (!map_gap(run, actor, statement, at, to)) {
            return false;
        }
        at = to;
    }
    return true;
}

bool run_references(
    vm_run *run, const struct actor *actor, const struct statement *statement, bool *again)
{
    if (run->reference == 0 && !map_references(run, actor, statement)) {
        return false;
    }
    const struct reference *reference = &statement->references[run->reference];
    struct vm_op op = {.kind = vm_op_kind_access,
        .u.access = {.tid = actor->tid,
            .va = reference->vpn << run->config.page_shift,
            .access = reference->write ? vm_access_store : vm_access_load,
            .bytes = 1}};
    if (!run_apply(run, statement->place, &op)) {
        return false;
    }
    run->reference++;
    *again = run->reference < statement->references_n;
    run->reference = *again ? run->reference : 0;
    return true;
}

bool run_preset(vm_run *run, struct actor *actor, const struct statement *statement)
{
    struct value set = {0}, page, frame;
    int prot = vm_prot_bit_read | vm_prot_bit_write;
    if (statement->name) {
        prot = prot_of(statement->name);
        if (prot < 0) {
            return run_error(run, statement->name_place, "r, rw, rx, rwx", "expected rights");
        }
    }
    if ((statement->target && !eval(run, actor, statement->target, &set)) ||
        !eval(run, actor, statement->value, &page) || !eval(run, actor, statement->last, &frame)) {
        return false;
    }
    if (frame.number >= run->config.frames) {
        return run_error(run, statement->last->place, "frames are counted from 0",
            "there is no frame %llu in a machine of %u frames", (unsigned long long)frame.number,
            (unsigned)run->config.frames);
    }
    struct vm_op op = {.kind = vm_op_kind_preset_map,
        .u.preset_map = {
            .tid = actor->tid, .vpn = page.number, .frame = frame.number, .prot = (uint64_t)prot}};
    if (statement->kind == STATEMENT_PRESET_TLB) {
        uint64_t sets = run->config.tlb_sets ? run->config.tlb_sets : 1;
        if (set.number >= sets) {
            return run_error(run, statement->target->place, "sets are counted from 0",
                "there is no set %llu in a TLB of %llu sets", (unsigned long long)set.number,
                (unsigned long long)sets);
        }
        op = (struct vm_op){.kind = vm_op_kind_preset_tlb,
            .u.preset_tlb = {.tid = actor->tid,
                .set = set.number,
                .vpn = page.number * sets + set.number,
                .frame = frame.number}};
    }
    return run_apply(run, statement->place, &op);
}

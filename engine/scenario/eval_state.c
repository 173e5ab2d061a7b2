/* SPDX-License-Identifier: MIT
 * Words of `expect` about one page, one mapping and the pages of a range: entry(x, dirty),
 * mapping(x, pages), maps(x), pages(x, swapped); and about a whole address space: vmas(A),
 * linear(A).
 */
#include "scenario/run.h"

#include <string.h>

/* word(x, WHAT) or word(A, x, WHAT): the address, and the last argument as a name. */
static bool address_and_word(vm_run *run, const struct actor *actor, const struct expr *call,
    struct value *value, const char **word)
{
    const struct expr *at = call->arguments, *last = at ? at->next : NULL;
    const struct actor *process = last && last->next ? eval_process(run, at) : NULL;
    if (process) {
        at = last;
        last = last->next;
    }
    if (!last || last->next || last->kind != EXPR_NAME || last->parts != 1) {
        return run_error(run, call->place, "entry(heap, dirty), mapping(text, pages)",
            "`%.30s` takes an address and a word", call->text);
    }
    *word = last->text;
    if (!eval(run, process ? process : actor, at, value)) {
        return false;
    }
    value->owner = process ? process : value->owner;
    return true;
}

/* Addresses of the kernel's half are sign-extended: the page number has the machine's bits only. */
static vm_vpn page_number(const vm_run *run, vm_va va)
{
    unsigned beyond = 64u - run->config.va_bits;
    return va << beyond >> beyond >> run->config.page_shift;
}

static bool no_such_word(vm_run *run, const struct expr *call, const char *word,
    const struct suggestion *suggestion, const char *usual)
{
    char hint[SUGGESTION_MAX];
    suggestion_hint(suggestion, usual, hint);
    return run_error(run, call->place, hint, "`%.30s` does not know `%.40s`", call->text, word);
}

static bool eval_entry(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value value;
    const char *word;
    if (!address_and_word(run, actor, call, &value, &word)) {
        return false;
    }
    const struct actor *owner = eval_owner(run, call, &value);
    if (!owner) {
        return false;
    }
    const struct vm_type_desc *bits = vm_type_named("pte_bits");
    struct suggestion suggestion;
    suggestion_begin(&suggestion, word);
    uint64_t entry = vm_pte_of(run_machine(run), owner->pid, page_number(run, value.number));
    for (size_t i = 0; i < bits->values_n; i++) {
        if (strcmp(bits->values[i].name, word) == 0) {
            *out = (struct value){.number = entry >> bits->values[i].position & 1};
            return true;
        }
        suggestion_offer(&suggestion, bits->values[i].name);
    }
    return no_such_word(run, call, word, &suggestion, "present, writable, user, dirty, cow, …");
}

static uint64_t bit(uint64_t word, uint64_t mask)
{
    return (word & mask) != 0;
}

static bool eval_mapping(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value value;
    const char *word;
    if (!address_and_word(run, actor, call, &value, &word)) {
        return false;
    }
    const struct actor *owner = eval_owner(run, call, &value);
    struct vm_vma_view vma = {0};
    if (!owner) {
        return false;
    }
    unsigned shift = run->config.page_shift;
    bool found = vm_vma_at(run_machine(run), owner->pid, value.number >> shift, &vma);
    const struct {
        const char *name;
        uint64_t number;
        bool address;
    } words[] = {
        {"r", bit(vma.prot, vm_prot_bit_read), false},
        {"w", bit(vma.prot, vm_prot_bit_write), false},
        {"x", bit(vma.prot, vm_prot_bit_exec), false},
        {"shared", bit(vma.flags, vm_map_bit_shared), false},
        {"locked", bit(vma.flags, vm_map_bit_locked), false},
        {"file", vma.object != 0, false},
        {"pages", vma.end - vma.start, false},
        {"start", found ? vma.start << shift : VALUE_NONE, true},
        {"end", found ? vma.end << shift : VALUE_NONE, true},
        {"offset", vma.offset << shift, false},
    };
    struct suggestion suggestion;
    suggestion_begin(&suggestion, word);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, word) == 0) {
            *out = (struct value){.number = words[i].number, .address = words[i].address};
            return true;
        }
        suggestion_offer(&suggestion, words[i].name);
    }
    return no_such_word(run, call, word, &suggestion, "r, w, x, shared, pages, start, end, file");
}

/* pages(heap, swapped), pages(A, resident) */
static bool eval_pages(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    const struct expr *first = call->arguments;
    const struct actor *owner =
        first && first->next && !first->next->next ? eval_process(run, first) : NULL;
    struct value value = {0};
    const char *word = owner && first->next->kind == EXPR_NAME ? first->next->text : NULL;
    vm_vpn start = 0, end = UINT64_MAX;
    if (!word) {
        if (!address_and_word(run, actor, call, &value, &word) ||
            !(owner = eval_owner(run, call, &value))) {
            return false;
        }
        eval_range(run, &value, &start, &end);
    }
    uint64_t states[vm_page_state_count];
    int state = vm_enum_named("page_state", word);
    if (state < 0) {
        struct suggestion suggestion;
        suggestion_begin(&suggestion, word);
        for (unsigned i = 0; i < vm_page_state_count; i++) {
            suggestion_offer(&suggestion, vm_enum_name("page_state", i));
        }
        return no_such_word(
            run, call, word, &suggestion, "unmapped, untouched, zero, resident, swapped, in_file");
    }
    vm_page_states(run_machine(run), owner->pid, start, end, states);
    *out = (struct value){.number = states[state]};
    return true;
}

static bool eval_maps(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value value;
    if (!eval_address(run, actor, call, &value)) {
        return false;
    }
    const struct actor *owner = eval_owner(run, call, &value);
    if (!owner) {
        return false;
    }
    *out = (struct value){.number = vm_map_count(run_machine(run), owner->pid,
                              value.number >> run->config.page_shift)};
    return true;
}

static uint64_t count_vmas(const vm_machine *machine, vm_pid pid)
{
    struct vm_vma_view vma = {0};
    uint64_t n = 0;
    while (vm_vma_next(machine, pid, vma.end, &vma)) {
        n++;
    }
    return n;
}

/* vmas(A), and what A's address space and its page table measure, in bytes. */
static bool eval_space(vm_run *run, const struct expr *call, struct value *out, bool *known)
{
    const vm_machine *machine = run_machine(run);
    const struct expr *first = call->arguments;
    const struct actor *process = first && !first->next ? eval_process(run, first) : NULL;
    vm_pid pid = process ? process->pid : 0;
    const struct {
        const char *name;
        uint64_t number;
    } words[] = {
        {"vmas", count_vmas(machine, pid)},
        {"table_bytes", vm_table_bytes(machine, pid)},
        {"linear", vm_linear_table_bytes(machine)},
        {"mapped", vm_mapped_bytes(machine, pid)},
        {"space", vm_space_bytes(machine)},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(call->text, words[i].name) == 0) {
            *out = (struct value){.number = words[i].number};
            return process || run_error(run, call->place, "like vmas(A)", "`%.30s` takes a process",
                                  call->text);
        }
    }
    *known = false;
    return false;
}

bool eval_state(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out, bool *known)
{
    *known = true;
    if (strcmp(call->text, "entry") == 0) {
        return eval_entry(run, actor, call, out);
    }
    if (strcmp(call->text, "mapping") == 0) {
        return eval_mapping(run, actor, call, out);
    }
    if (strcmp(call->text, "pages") == 0) {
        return eval_pages(run, actor, call, out);
    }
    if (strcmp(call->text, "maps") == 0) {
        return eval_maps(run, actor, call, out);
    }
    return eval_space(run, call, out, known);
}

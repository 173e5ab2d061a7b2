/* SPDX-License-Identifier: MIT
 * Calls that change mappings: mmap, munmap, mprotect, brk, sbrk.
 */
#include "scenario/arguments.h"
#include "scenario/call.h"

#include <string.h>

struct mapping {
    struct vm_op_mmap op;
    bool has_prot;
    bool at; /* the place is given */
    bool private;
};

static bool map_file(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    const struct program *file = program_named(call->run, argument->text);
    if (!file) {
        return run_error(call->run, argument->place, "declare it: file /data 3 pages",
            "there is no file `%.60s`", argument->text);
    }
    mapping->op.object = file->object;
    return true;
}

static bool map_valued(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    struct value value;
    if (!eval(call->run, call->actor, argument->left, &value)) {
        return false;
    }
    if (strcmp(argument->text, "hint") == 0) {
        mapping->op.hint = value.number;
        return true;
    }
    if (strcmp(argument->text, "at") == 0) {
        mapping->op.hint = value.number;
        mapping->at = true;
        return value.number % page_bytes(call->run) == 0 ||
               run_error(call->run, argument->left->place, "0x400000 is one",
                   "expected the address of a page's first byte");
    }
    if (strcmp(argument->text, "offset") == 0) {
        mapping->op.offset = value.number / page_bytes(call->run);
        return value.number % page_bytes(call->run) == 0 ||
               run_error(call->run, argument->left->place, "offset 1 page", "expected whole pages");
    }
    return run_error(call->run, argument->place, "at 0x400000, hint 0x400000, offset 1 page",
        "mmap has no argument `%.60s`", argument->text);
}

/* mmap(1 page, rw, shared, fd): a number is a descriptor. */
static bool map_descriptor(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    struct value value;
    if (!eval(call->run, call->actor, argument, &value)) {
        return false;
    }
    mapping->op.fd = value.number + 1;
    return value.number < UINT32_MAX || run_error(call->run, argument->place,
                                            "fd = open(\"/data\", rw)", "expected a descriptor");
}

static bool is_descriptor(const struct call *call, const struct expr *argument)
{
    struct value value;
    return argument->kind == EXPR_NUMBER ||
           (argument->kind == EXPR_NAME &&
               lookup_in(call->run, call->actor, argument->part, argument->parts, &value));
}

static bool map_word(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    const char *word = call_word(argument);
    if (!word && is_descriptor(call, argument)) {
        return map_descriptor(call, argument, mapping);
    }
    if (!word) {
        return run_error(call->run, argument->place, "mmap(2 pages, rw, private)",
            "expected rights, `private`, `shared`, `stack`, a file or `at`");
    }
    if (!mapping->has_prot && prot_of(word) >= 0) {
        mapping->op.prot = (uint64_t)prot_of(word);
        mapping->has_prot = true;
        return true;
    }
    if (strcmp(word, "private") == 0 || strcmp(word, "anonymous") == 0) {
        mapping->private = mapping->private || word[0] == 'p';
        return true;
    }
    /* MAP_ flags by the words of man 2 mmap. fixed replaces what is there; `at` alone does not. */
    const struct argument_word *known = argument_named("map", word);
    if (known && known->flag) {
        mapping->op.flags |= known->flag;
        return true;
    }
    if (is_descriptor(call, argument)) {
        return map_descriptor(call, argument, mapping);
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, word);
    argument_offer("map", &suggestion);
    suggestion_hint(&suggestion,
        "rights (r, rw, rx, none), private, shared, stack, populate, at 0x400000", hint);
    return run_error(call->run, argument->place, hint, "mmap does not know `%.60s`", word);
}

static bool overlaps(struct call *call, const struct mapping *mapping)
{
    const vm_machine *machine = run_machine(call->run);
    unsigned shift = call->run->config.page_shift;
    vm_vpn start = mapping->op.hint >> shift, end = start + (mapping->op.bytes >> shift);
    struct vm_vma_view vma;
    bool found = vm_vma_at(machine, call->actor->pid, start, &vma) ||
                 (vm_vma_next(machine, call->actor->pid, start, &vma) && vma.start < end);
    if (!found) {
        return false;
    }
    const char *name = name_text(&call->run->names, vma.name);
    run_error(call->run, call->statement->place,
        "munmap that first, leave out `at`, or say `fixed`", "the mapping overlaps %.60s at 0x%llx",
        name ? name : vm_enum_words("vma_kind", vma.kind),
        (unsigned long long)(vma.start << shift));
    return true;
}

bool call_mmap(struct call *call)
{
    struct mapping mapping = {.op = {.tid = call->actor->tid}};
    if (!call_size(call, call->argument[0], &mapping.op.bytes)) {
        return false;
    }
    for (unsigned i = 1; i < call->arguments; i++) {
        const struct expr *argument = call->argument[i];
        bool ok = argument->kind == EXPR_WORD ? map_valued(call, argument, &mapping)
                  : argument->kind == EXPR_PATH || argument->kind == EXPR_STRING
                      ? map_file(call, argument, &mapping)
                      : map_word(call, argument, &mapping);
        if (!ok) {
            return false;
        }
    }
    if (!mapping.has_prot) {
        return run_error(call->run, call->expr->place, "mmap(2 pages, rw, private)",
            "the rights of the mapping are missing");
    }
    if (mapping.private && mapping.op.flags & vm_map_bit_shared) {
        return run_error(call->run, call->expr->place, "keep one of the words",
            "a mapping is shared or private, not both");
    }
    const uint64_t placed = vm_map_bit_fixed | vm_map_bit_noreplace;
    if (mapping.op.flags & placed && !mapping.at) {
        return run_error(call->run, call->expr->place, "mmap(2 pages, rw, fixed, at 0x400000)",
            "`fixed` and `noreplace` need a place");
    }
    if (mapping.at && !(mapping.op.flags & placed)) {
        if (overlaps(call, &mapping)) {
            return false;
        }
        mapping.op.flags |= vm_map_bit_fixed;
    }
    if (call->name && !(mapping.op.name = name_id(&call->run->names, call->name))) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {.kind = vm_op_kind_mmap, .u.mmap = mapping.op};
    return call_apply(call, op) && call_keep(call, mapping.op.bytes);
}

/* The range `x` or `x, size`: how much of it, by default all of the mapping. */
bool call_range(struct call *call, const struct expr *size, uint64_t *va, uint64_t *bytes)
{
    struct value start;
    if (!call_number(call, 0, &start)) {
        return false;
    }
    *va = start.number;
    if (size) {
        return call_size(call, size, bytes);
    }
    *bytes = start.bytes;
    return start.bytes > 0 || run_error(call->run, call->argument[0]->place, "munmap(heap, 1 page)",
                                  "how many bytes? `%.30s` needs a size here", call->expr->text);
}

bool call_munmap(struct call *call)
{
    uint64_t va, bytes;
    if (!call_range(call, call->arguments > 1 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_munmap, .u.munmap = {.tid = call->actor->tid, .va = va, .bytes = bytes}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_mprotect(struct call *call)
{
    const struct expr *last = call->argument[call->arguments - 1];
    int prot = call_word(last) ? prot_of(call_word(last)) : -1;
    if (prot < 0) {
        return run_error(call->run, last->place, "r, rw, rx, none", "expected the new rights");
    }
    uint64_t va, bytes;
    if (!call_range(call, call->arguments > 2 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_mprotect,
        .u.mprotect = {.tid = call->actor->tid, .va = va, .bytes = bytes, .prot = (uint64_t)prot}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_brk(struct call *call)
{
    struct value value;
    if (!call_number(call, 0, &value)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_brk, .u.brk = {.tid = call->actor->tid, .va = value.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

/* sbrk answers where the new memory begins. */
bool call_sbrk(struct call *call)
{
    struct value value;
    if (!call_number(call, 0, &value)) {
        return false;
    }
    uint64_t old = vm_process_brk(run_machine(call->run), call->actor->pid);
    struct vm_op op = {
        .kind = vm_op_kind_brk, .u.brk = {.tid = call->actor->tid, .va = old + value.number}};
    return call_apply(call, op) &&
           (!call->name || actor_bind_value(call->run, call->actor, call->name, old, value.number));
}

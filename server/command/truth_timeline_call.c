/* SPDX-License-Identifier: MIT
 * The system calls that change an address space, from their text to the engine. Calls on files only
 * say which file a descriptor names; all others have nothing to do with memory.
 */
#include "command/truth_timeline.h"

#include <string.h>

static uint8_t prot_of(const struct strace_call *call, size_t argument)
{
    uint8_t prot = 0;
    prot |= strace_word(call, argument, "PROT_READ") ? vm_prot_bit_read : 0;
    prot |= strace_word(call, argument, "PROT_WRITE") ? vm_prot_bit_write : 0;
    prot |= strace_word(call, argument, "PROT_EXEC") ? vm_prot_bit_exec : 0;
    return prot;
}

static const struct {
    const char *word;
    uint32_t flag;
} map_flags[] = {{"MAP_SHARED", vm_map_bit_shared}, {"MAP_FIXED", vm_map_bit_fixed},
    {"MAP_FIXED_NOREPLACE", vm_map_bit_noreplace}, {"MAP_POPULATE", vm_map_bit_populate},
    {"MAP_NORESERVE", vm_map_bit_noreserve}, {"MAP_LOCKED", vm_map_bit_locked},
    {"MAP_GROWSDOWN", vm_map_bit_growsdown}};

static const struct timeline_file *file_of(const struct timeline *t, uint64_t fd)
{
    return fd < TIMELINE_FDS && t->fd[fd] ? &t->file[t->fd[fd] - 1] : NULL;
}

static void make_mmap(const struct timeline *t, const struct strace_call *call, struct vm_op *op)
{
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof map_flags / sizeof map_flags[0]; i++) {
        flags |= strace_word(call, 3, map_flags[i].word) ? map_flags[i].flag : 0;
    }
    const struct timeline_file *file =
        strace_word(call, 3, "MAP_ANONYMOUS") ? NULL : file_of(t, strace_number(call, 4));
    op->kind = vm_op_kind_mmap;
    op->u.mmap = (struct vm_op_mmap){.tid = t->tid,
        .hint = strace_number(call, 0),
        .bytes = strace_number(call, 1),
        .prot = prot_of(call, 2),
        .flags = flags,
        .object = file ? file->object : 0,
        .offset = strace_number(call, 5) / TRUTH_PAGE};
}

static void make_mremap(const struct timeline *t, const struct strace_call *call, struct vm_op *op)
{
    uint32_t flags = 0;
    flags |= strace_word(call, 3, "MREMAP_MAYMOVE") ? vm_mremap_bit_maymove : 0;
    flags |= strace_word(call, 3, "MREMAP_FIXED") ? vm_mremap_bit_fixed : 0;
    flags |= strace_word(call, 3, "MREMAP_DONTUNMAP") ? vm_mremap_bit_dontunmap : 0;
    op->kind = vm_op_kind_mremap;
    op->u.mremap = (struct vm_op_mremap){.tid = t->tid,
        .va = strace_number(call, 0),
        .old_bytes = strace_number(call, 1),
        .new_bytes = strace_number(call, 2),
        .flags = flags,
        .new_va = strace_number(call, 4)};
}

static void make_range(
    const struct timeline *t, const struct strace_call *call, unsigned kind, struct vm_op *op)
{
    op->kind = (uint16_t)kind;
    op->u.arg[0] = t->tid; /* all of these begin with tid, va, bytes */
    op->u.arg[1] = strace_number(call, 0);
    op->u.arg[2] = strace_number(call, 1);
    if (kind == vm_op_kind_mprotect) {
        op->u.arg[3] = prot_of(call, 2);
    }
    for (unsigned a = 0; kind == vm_op_kind_madvise && a < vm_advice_count; a++) {
        if (strace_word(call, 2, vm_enum_words("advice", a))) {
            op->u.arg[3] = a;
        }
    }
    if (kind == vm_op_kind_msync) {
        op->u.arg[3] = strace_word(call, 2, "MS_SYNC") ? vm_msync_bit_sync : vm_msync_bit_async;
    }
}

/* brk answers where the heap ends, also when it cannot move. */
static bool call_brk(struct timeline *t, const struct strace_call *call,
    struct truth_outcome *outcome, uint64_t *value)
{
    uint64_t to = strace_number(call, 0);
    struct vm_op op = {.kind = vm_op_kind_brk, .u.brk = {.tid = t->tid, .va = to}};
    *outcome = (struct truth_outcome){.ending = TRUTH_FINE};
    if (to) {
        timeline_apply(t, &op, NULL, outcome, value);
        outcome->ending = outcome->ending == TRUTH_ERRNO ? TRUTH_FINE : outcome->ending;
    }
    *value = vm_process_brk(t->machine, t->pid);
    return true;
}

static void note_descriptor(struct timeline *t, const struct strace_call *call)
{
    char path[TIMELINE_NAME];
    bool at = strcmp(call->name, "openat") == 0;
    if ((at || strcmp(call->name, "open") == 0) && !call->failed && call->result < TIMELINE_FDS) {
        t->fd[call->result] =
            strace_text(call, at ? 1 : 0, path, sizeof path) ? timeline_file_named(t, path) + 1 : 0;
    }
    uint64_t fd = strace_number(call, 0);
    if (strcmp(call->name, "close") == 0 && fd < TIMELINE_FDS) {
        t->fd[fd] = 0;
    }
}

bool timeline_call(struct timeline *t, const struct strace_call *call,
    struct truth_outcome *outcome, uint64_t *value)
{
    static const struct {
        const char *name;
        unsigned kind;
    } ranges[] = {{"munmap", vm_op_kind_munmap}, {"mprotect", vm_op_kind_mprotect},
        {"madvise", vm_op_kind_madvise}, {"msync", vm_op_kind_msync}, {"mlock", vm_op_kind_mlock},
        {"munlock", vm_op_kind_munlock}};
    struct vm_op op = {.kind = vm_op_kind_count};
    if (strcmp(call->name, "brk") == 0) {
        return call_brk(t, call, outcome, value);
    }
    note_descriptor(t, call);
    if (strcmp(call->name, "mmap") == 0) {
        make_mmap(t, call, &op);
    } else if (strcmp(call->name, "mremap") == 0) {
        make_mremap(t, call, &op);
    }
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (strcmp(call->name, ranges[i].name) == 0) {
            make_range(t, call, ranges[i].kind, &op);
        }
    }
    if (op.kind == vm_op_kind_count) {
        return false;
    }
    timeline_apply(t, &op, NULL, outcome, value);
    return true;
}

/* SPDX-License-Identifier: MIT
 * What a program finds on its stack (Linux: copy_strings, create_elf_tables). Invariant: sp is a
 * multiple of 16 and points at argc.
 *
 *   sp    argc | argv[0] .. argv[argc-1], 0 | envp[0] .., 0 | auxiliary vector | ... strings | 0 |
 * top
 */
#include "kernel/exit.h"
#include "kernel/image.h"
#include "kernel/populate.h"
#include "kernel/process.h"
#include "kernel/words.h"

#include <string.h>

/* Types of the auxiliary vector (uapi/linux/auxvec.h). */
enum { AT_NULL, AT_PAGESZ = 6, AT_BASE = 7, AT_UID = 11, AT_EUID, AT_GID, AT_EGID };
enum { AT_SYSINFO_EHDR = 33, AUXV_MAX = 8, WORDS_MAX = 2 * ARGUMENT_BYTES + 2 * AUXV_MAX + 8 };

struct block {
    uint64_t word[WORDS_MAX];
    unsigned n;
};

static void put(struct block *block, uint64_t value)
{
    block->word[block->n++] = value;
}

uint64_t arguments_room(const vm_machine *m, const struct arguments *a)
{
    uint64_t bytes = a->bytes + 8 * (a->argc + a->envc + 4) + 16 * AUXV_MAX + 32;
    return bytes + (m->config.aslr ? 8192 : 0);
}

static vm_va stack_top(const vm_machine *m, const struct image *image)
{
    return image->layout.stack_top << m->config.page_shift;
}

/* The first string; the last word of the stack stays empty. */
static vm_va strings_at(const vm_machine *m, const struct image *image)
{
    return (stack_top(m, image) - 8 - image->arguments->bytes) & ~UINT64_C(7);
}

/* One aux pair of each kind that a machine with ordinary pages has. */
static void put_auxv(
    const vm_machine *m, vm_pid pid, const struct image *image, struct block *block)
{
    const struct process *process = &m->processes[pid];
    const uint64_t pairs[][2] = {{AT_SYSINFO_EHDR, image->vdso}, {AT_PAGESZ, page_size(m)},
        {AT_BASE, image->loader_bias}, {AT_UID, process->uid}, {AT_EUID, process->uid},
        {AT_GID, process->gid}, {AT_EGID, process->gid}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        bool wanted = pairs[i][0] == AT_SYSINFO_EHDR ? image->vdso != 0 : image->layout.vdso;
        if (wanted) {
            put(block, pairs[i][0]);
            put(block, pairs[i][1]);
        }
    }
    put(block, AT_NULL);
    put(block, 0);
}

/* argc, the pointers of argv and of envp, the auxiliary vector. */
static void build_vectors(
    const vm_machine *m, vm_pid pid, const struct image *image, struct block *block)
{
    const struct arguments *a = image->arguments;
    vm_va at = strings_at(m, image);
    const uint8_t *text = a->text;
    put(block, a->argc);
    for (uint32_t i = 0; i < a->argc + a->envc; i++) {
        if (i == a->argc) {
            put(block, 0);
        }
        put(block, at);
        size_t length = strlen((const char *)text) + 1;
        text += length;
        at += length;
    }
    if (!a->envc) {
        put(block, 0);
    }
    put(block, 0);
    put_auxv(m, pid, image, block);
}

static void build_strings(const struct arguments *a, struct block *block)
{
    for (uint64_t i = 0; i < a->bytes; i += 8) {
        uint64_t word = 0;
        for (uint64_t b = 0; b < 8 && i + b < a->bytes; b++) {
            word |= (uint64_t)a->text[i + b] << (8 * b);
        }
        put(block, word);
    }
}

/* Writes a block at a multiple of 8, page by page. */
static bool write_block(vm_machine *m, vm_tid tid, vm_va at, const struct block *block)
{
    vm_frame frame = 0;
    for (unsigned i = 0; i < block->n; i++, at += 8) {
        uint32_t offset = (uint32_t)(at & (page_size(m) - 1));
        if ((!i || !offset) && !kernel_write(m, tid, at, &frame)) {
            return false;
        }
        words_put(m, vm_store_frame, frame, 0, &m->frames[frame].words, offset, block->word[i]);
    }
    return true;
}

bool arguments_populate(vm_machine *m, vm_tid tid, const struct image *image)
{
    vm_vpn first = vpn_of(m, strings_at(m, image));
    if (populate_range(m, tid, first, image->layout.stack_top, true) == POPULATE_DONE) {
        return true;
    }
    m->outcome.fault = vm_fault_oom;
    process_end(m, m->tasks[tid].pid, 128 + 9);
    return false;
}

bool arguments_write(vm_machine *m, vm_tid tid, const struct image *image)
{
    const struct arguments *a = image->arguments;
    vm_pid pid = m->tasks[tid].pid;
    struct block vectors = {.n = 0}, strings = {.n = 0};
    build_vectors(m, pid, image, &vectors);
    build_strings(a, &strings);
    vm_va sp = strings_at(m, image) - image->layout.sp_gap;
    sp = ((sp & ~UINT64_C(15)) - 8 * (uint64_t)vectors.n) & ~UINT64_C(15);
    EMIT(m, arguments_written, .pid = pid, .argc = a->argc, .envc = a->envc, .sp = sp);
    if (!write_block(m, tid, sp, &vectors) ||
        !write_block(m, tid, strings_at(m, image), &strings)) {
        return false;
    }
    struct process now = m->processes[pid];
    now.arg_start = sp + 8;
    now.env_start = sp + 8 * (2 + (uint64_t)a->argc);
    process_put(m, pid, &now);
    struct task task = m->tasks[tid];
    task.sp = sp;
    task_put(m, tid, &task);
    return true;
}

/* SPDX-License-Identifier: MIT
 * Drawing the operations of memory: accesses, mappings, processes, and the C library's malloc. Most
 * make sense; the machine must answer the others without harm.
 */
#include "support_draw.h"

#define MAKE(name, ...)                                                                            \
    (struct vm_op)                                                                                 \
    {                                                                                              \
        .kind = vm_op_kind_##name, .u.name = { __VA_ARGS__ }                                       \
    }

struct vm_op draw_start(struct draw *d)
{
    return MAKE(start, 1, is_older(d->m) ? 0 : roll(d, 2) ? 3 : roll(d, 6));
}

struct vm_op draw_preset_map(struct draw *d)
{
    return MAKE(preset_map, d->tid, d->page_va / d->page, roll(d, 20), 3);
}

struct vm_op draw_preset_tlb(struct draw *d)
{
    return MAKE(preset_tlb, d->tid, roll(d, 4), d->page_va / d->page, roll(d, 20));
}

struct vm_op draw_access(struct draw *d)
{
    uint64_t bytes = roll(d, 4) ? 200 : 5 * d->page;
    return MAKE(access, d->tid, d->va, 1 + roll(d, 3), 1 + roll(d, bytes));
}

struct vm_op draw_load(struct draw *d)
{
    return MAKE(load, d->tid, d->va, 1 + roll(d, 4));
}

struct vm_op draw_store(struct draw *d)
{
    return MAKE(store, d->tid, d->va, roll(d, 5));
}

struct vm_op draw_set(struct draw *d)
{
    return MAKE(set, d->tid, 1 + roll(d, 4), roll(d, 5));
}

struct vm_op draw_mmap(struct draw *d)
{
    static const uint64_t wanted[] = {0, 0, 0, vm_map_bit_shared, vm_map_bit_shared,
        vm_map_bit_fixed, vm_map_bit_stack, vm_map_bit_growsdown, vm_map_bit_pages,
        vm_map_bit_populate, vm_map_bit_noreserve, vm_map_bit_noreplace, vm_map_bit_locked,
        vm_map_bit_hugepage};
    uint64_t n = sizeof wanted / sizeof wanted[0];
    uint64_t flags = roll(d, 30) ? wanted[roll(d, n)] | wanted[roll(d, n)] : roll(d, 1 << 17);
    bool placed = flags & (vm_map_bit_fixed | vm_map_bit_noreplace) || roll(d, 5) == 0;
    uint64_t object = roll(d, 3) ? 0 : roll(d, d->m->objects_n + 1);
    uint64_t fd = !object && roll(d, 4) == 0 ? 1 + roll(d, 7) : 0;
    uint64_t often = vm_machine_config(d->m)->thp ? 2 : 20;
    uint64_t huge = roll(d, often) ? 1 : d->page / 8;
    return MAKE(mmap, d->tid, placed ? d->page_va : 0, draw_pages(d) * huge,
        roll(d, 6) ? 3 : roll(d, 8), flags, object, roll(d, 4), roll(d, 5), fd);
}

struct vm_op draw_munmap(struct draw *d)
{
    return MAKE(munmap, d->tid, d->page_va, draw_pages(d));
}

struct vm_op draw_mprotect(struct draw *d)
{
    return MAKE(mprotect, d->tid, d->page_va, draw_pages(d), roll(d, 8));
}

struct vm_op draw_brk(struct draw *d)
{
    return MAKE(brk, d->tid, vm_process_brk(d->m, d->pid) + (roll(d, 8) - 3) * d->page);
}

struct vm_op draw_fork(struct draw *d)
{
    return MAKE(fork, d->tid, 1);
}

struct vm_op draw_vfork(struct draw *d)
{
    return MAKE(vfork, d->tid, 1);
}

struct vm_op draw_exit(struct draw *d)
{
    return MAKE(exit, d->tid, roll(d, 3));
}

struct vm_op draw_wait(struct draw *d)
{
    return MAKE(wait, d->tid, roll(d, d->m->processes_n + 1));
}

struct vm_op draw_set_policy(struct draw *d)
{
    return MAKE(set_policy, roll(d, vm_policy_kind_count));
}

struct vm_op draw_mremap(struct draw *d)
{
    uint64_t flags = roll(d, 4) ? vm_mremap_bit_maymove : roll(d, 8);
    return MAKE(mremap, d->tid, d->page_va, roll(d, 8) ? draw_pages(d) : 0, draw_pages(d), flags,
        draw_address(d) & ~(d->page - 1));
}

struct vm_op draw_madvise(struct draw *d)
{
    return MAKE(madvise, d->tid, d->page_va, draw_pages(d), roll(d, vm_advice_count));
}

struct vm_op draw_msync(struct draw *d)
{
    return MAKE(msync, d->tid, d->page_va, draw_pages(d), roll(d, 8));
}

struct vm_op draw_mlock(struct draw *d)
{
    return MAKE(mlock, d->tid, d->page_va, draw_pages(d));
}

struct vm_op draw_munlock(struct draw *d)
{
    return MAKE(munlock, d->tid, d->page_va, draw_pages(d));
}

struct vm_op draw_setrlimit(struct draw *d)
{
    static const uint64_t steps[] = {0, 1, 8, 40, 200, 4000};
    return MAKE(setrlimit, d->tid, roll(d, vm_resource_count + 1), steps[roll(d, 6)] * d->page);
}

struct vm_op draw_execve(struct draw *d)
{
    return MAKE(execve, d->tid, roll(d, 6), 2, 1, 6, 0x0063006200610000 | 0x61);
}

struct vm_op draw_setuid(struct draw *d)
{
    return MAKE(setuid, d->tid, roll(d, 2), roll(d, 2));
}

struct vm_op draw_call(struct draw *d)
{
    uint64_t locals = roll(d, 3) ? roll(d, 100) : draw_bytes(d);
    struct vm_op op = MAKE(call, d->tid, d->va, locals, 1 + roll(d, 4));
    uint64_t *argument = &op.u.call.p0;
    for (uint64_t i = 0, n = roll(d, 7); i < n; i++) {
        argument[2 * i] = 1 + i; /* among the names that set and load give registers */
        argument[2 * i + 1] = roll(d, 3) ? roll(d, 9) : d->va;
    }
    return op;
}

struct vm_op draw_ret(struct draw *d)
{
    if (d->pid && !d->m->tasks[d->tid].activations && roll(d, 10)) {
        return draw_call(d); /* nothing to return from yet */
    }
    return MAKE(ret, d->tid, roll(d, 9), roll(d, 4));
}

/* A block that malloc gave out, or (rarely) one it did not. */
static vm_va draw_block(struct draw *d)
{
    uint64_t n = 0;
    vm_va chosen = 0;
    uint32_t c = d->pid ? d->m->processes[mm_of(d->m, d->pid)].first_chunk : 0;
    for (; c; c = d->m->chunks[c].next) {
        uint8_t state = d->m->chunks[c].state;
        if ((state == vm_chunk_state_used || state == vm_chunk_state_mapped) && c &&
            roll(d, ++n) == 0) {
            chosen = d->m->chunks[c].va + 16;
        }
    }
    return roll(d, 300) ? chosen : d->va;
}

static uint64_t draw_request(struct draw *d)
{
    static const uint64_t most[] = {120, 120, 1100, 1100, 3000, 9000, 70000, 200000};
    return roll(d, 60) ? roll(d, most[roll(d, 8)]) : roll(d, UINT64_MAX) >> roll(d, 40);
}

struct vm_op draw_malloc(struct draw *d)
{
    return MAKE(malloc, d->tid, draw_request(d));
}

struct vm_op draw_calloc(struct draw *d)
{
    return MAKE(calloc, d->tid, 1 + roll(d, 3), draw_request(d));
}

struct vm_op draw_realloc(struct draw *d)
{
    return MAKE(realloc, d->tid, draw_block(d), draw_request(d));
}

struct vm_op draw_free(struct draw *d)
{
    return MAKE(free, d->tid, draw_block(d));
}

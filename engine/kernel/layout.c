/* SPDX-License-Identifier: MIT
 * Address-space layouts. x86-64 and Sv39: Linux's, mappings from the top down, far enough below the
 * stack that it can grow to its limit (mmap_base). x86-32: Linux 2.4's, mappings from a third of
 * the user's space upwards. Small machines get the first order, scaled: program low, stack at the
 * top.
 *
 *   x86-64  0x555555554000 program, heap ->  <- libraries 0x7ffff7fff000  <- stack 0x7ffffffff000
 *   x86-32  0x08048000 program, heap ->      0x40000000 libraries ->      <- stack 0xc0000000
 */
#include "kernel/layout.h"

/* What is behind the stack's first pages (setup_arg_pages: stack_expand), bytes. */
#define STACK_EXPAND (UINT64_C(128) << 10)
/* The least hole above the mappings (mmap_base: SIZE_128M), bytes. */
#define STACK_HOLE (UINT64_C(128) << 20)

uint64_t random_next(vm_machine *m)
{
    uint64_t z = m->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Addresses of a machine, and the bits of a page number that chance decides. */
struct plan {
    vm_va program, fixed, brk_alone, map_base, task_size;
    unsigned program_bits, map_bits, stack_bits;
    uint64_t brk_range; /* bytes */
    bool vdso;
};
static const struct plan x86_64 = {.program = 0x555555554000,
    .fixed = 0x400000,
    .brk_alone = 0x555555555000, /* ELF_ET_DYN_BASE, 2/3 of the space, on the next page */
    .task_size = 0x7ffffffff000,
    .program_bits = 28,
    .map_bits = 28,
    .stack_bits = 22,
    .brk_range = UINT64_C(1) << 30,
    .vdso = true};
static const struct plan x86_32 = {.program = 0x08048000,
    .fixed = 0x08048000,
    .brk_alone = 0x80000000,
    .map_base = 0x40000000,
    .task_size = 0xc0000000,
    .map_bits = 8,
    .stack_bits = 11,
    .brk_range = UINT64_C(32) << 20};
static const struct plan sv39 = {.program = 0x2aaaaaa000,
    .fixed = 0x10000,
    .brk_alone = 0x2aaaaaa000,
    .task_size = 0x3ffffff000,
    .program_bits = 18,
    .map_bits = 18,
    .stack_bits = 18,
    .brk_range = UINT64_C(1) << 30};

static struct layout small(const vm_machine *m)
{
    vm_vpn pages = pages_in_space(m), program = pages / 16 ? pages / 16 : 1;
    uint64_t stack = pages / 64 ? pages / 64 : 1;
    return (struct layout){.program = program,
        .fixed = program,
        .brk_alone = program,
        .map_top = pages - pages / 8,
        .stack_top = pages,
        .stack = stack > 33 ? 33 : stack};
}

static uint64_t draw(vm_machine *m, uint64_t below)
{
    return m->config.aslr && below ? random_next(m) % below : 0;
}

/* Linux's mmap_base: as far below the stack as it may grow. */
static vm_va map_top(const vm_machine *m, const struct plan *plan, uint64_t limit, uint64_t stack)
{
    uint64_t most = plan->task_size / 6 * 5;
    uint64_t hole = ((uint64_t)m->config.stack_guard_gap + stack) << m->config.page_shift;
    hole = limit < most ? limit + hole : most;
    hole = hole < STACK_HOLE ? STACK_HOLE : hole > most ? most : hole;
    return plan->task_size - hole;
}

static struct layout large(vm_machine *m, const struct plan *plan, uint64_t limit)
{
    unsigned shift = m->config.page_shift;
    uint64_t moves = UINT64_C(1) << plan->stack_bits;
    struct layout l = {.program = plan->program >> shift,
        .fixed = plan->fixed >> shift,
        .brk_alone = plan->brk_alone >> shift,
        .map_base = plan->map_base >> shift,
        .stack_top = plan->task_size >> shift,
        .stack = (STACK_EXPAND >> shift) + 1,
        .vdso = plan->vdso && m->config.kind != vm_machine_kind_paper};
    l.program += draw(m, UINT64_C(1) << plan->program_bits);
    vm_vpn moved = draw(m, UINT64_C(1) << plan->map_bits);
    l.map_top = l.stack_top;
    if (l.map_base) {
        l.map_base += moved;
    } else {
        l.map_top = (map_top(m, plan, limit, m->config.aslr ? moves : 0) >> shift) - moved;
    }
    l.stack_top -= draw(m, moves);
    l.sp_gap = draw(m, 8192);
    l.brk_gap = m->config.aslr ? 1 + draw(m, plan->brk_range >> shift) : 0;
    return l;
}

struct layout layout_draw(vm_machine *m, uint64_t stack_limit)
{
    struct layout l = small(m);
    switch (m->config.kind) {
    case vm_machine_kind_x86_64:
    case vm_machine_kind_x86_64_5level:
    case vm_machine_kind_paper:
        l = large(m, &x86_64, stack_limit);
        break;
    case vm_machine_kind_x86_32:
        l = large(m, &x86_32, stack_limit);
        break;
    case vm_machine_kind_sv39:
        l = large(m, &sv39, stack_limit);
        break;
    default:
        break;
    }
    uint64_t most = stack_limit >> m->config.page_shift;
    l.stack = most && most < l.stack ? most : l.stack;
    return l;
}

/* SPDX-License-Identifier: MIT
 * Small memories, so that eviction is common; few processes and mappings, so that sharing is.
 */
#include "support_random.h"

uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % sides;
}

/* How reclaim goes about it: watermarks, write-back, whose pages; and what time costs. */
static void dice_scarcity(struct dice *dice, struct vm_config *out)
{
    if (dice_roll(dice, 3) == 0) {
        out->watermark_high = (uint32_t)dice_roll(dice, out->frames < 16 ? out->frames : 16);
        out->watermark_low = (uint32_t)dice_roll(dice, out->watermark_high + 1);
        out->watermark_min = (uint32_t)dice_roll(dice, out->watermark_low + 1);
    }
    out->dirty_background = dice_roll(dice, 3) ? 0 : (uint32_t)(1 + dice_roll(dice, 4));
    out->local = dice_roll(dice, 3) == 0;
    out->swap_on = (enum vm_medium)dice_roll(dice, vm_medium_count);
    out->cost[vm_cost_trap] = dice_roll(dice, 5000000);
}

void dice_machine(struct dice *dice, struct vm_config *out)
{
    static const enum vm_machine_kind kinds[] = {vm_machine_kind_x86_64, vm_machine_kind_x86_32,
        vm_machine_kind_sv39, vm_machine_kind_custom, vm_machine_kind_paper,
        vm_machine_kind_x86_64_5level};
    vm_config_preset(kinds[dice_roll(dice, 6)], out);
    out->frames = (uint32_t)(8 + dice_roll(dice, 60));
    out->slots = (uint32_t)dice_roll(dice, 40);
    out->kernel_frames = (uint32_t)dice_roll(dice, 3);
    out->tlb_sets = 1u << dice_roll(dice, 3);
    out->tlb_ways = (uint32_t)dice_roll(dice, 5);
    out->asids = dice_roll(dice, 2);
    out->tables_outside = dice_roll(dice, 3) == 0;
    out->aslr = dice_roll(dice, 2);
    out->seed = dice_roll(dice, 1000);
    bool x86 = out->kind != vm_machine_kind_custom && out->kind != vm_machine_kind_paper &&
               out->kind != vm_machine_kind_sv39;
    if (out->seed % 2) { /* room for the kernel's tables among its frames */
        out->kernel_frames += 4;
        out->frames += 4;
    }
    out->kpti = x86 && out->seed % 6 == 0;
    out->policy = (enum vm_policy_kind)dice_roll(dice, vm_policy_kind_count);
    dice_scarcity(dice, out);
}

size_t dice_setup(struct dice *dice, struct vm_op *ops, size_t room)
{
    (void)dice;
    const struct vm_op all[] = {
        {.kind = vm_op_kind_file, .u.file = {.name = 1, .bytes = 3000}},
        {.kind = vm_op_kind_file, .u.file = {.name = 2}},
        {.kind = vm_op_kind_segment, .u.segment = {2, vm_vma_kind_text, 5, 200}},
        {.kind = vm_op_kind_segment, .u.segment = {2, vm_vma_kind_data, 3, 100}},
        {.kind = vm_op_kind_file, .u.file = {.name = 3}},
        {.kind = vm_op_kind_segment, .u.segment = {3, vm_vma_kind_text, 5, 200}},
        {.kind = vm_op_kind_segment, .u.segment = {3, vm_vma_kind_rodata, 1, 10}},
        {.kind = vm_op_kind_segment, .u.segment = {3, vm_vma_kind_data, 3, 300}},
        {.kind = vm_op_kind_segment, .u.segment = {3, vm_vma_kind_bss, 3, 100}},
        {.kind = vm_op_kind_needs, .u.needs = {3, 2}},
    };
    size_t n = sizeof all / sizeof all[0] < room ? sizeof all / sizeof all[0] : room;
    for (size_t i = 0; i < n; i++) {
        ops[i] = all[i];
    }
    return n;
}

/* A thread that can run, if there is one among the first 40. */
static vm_tid some_task(struct dice *dice, const vm_machine *m)
{
    vm_tid able[40];
    uint64_t n = 0;
    for (vm_tid tid = 1; tid <= 40; tid++) {
        enum vm_task_state state = vm_task_state_of(m, tid);
        if (state == vm_task_state_ready || state == vm_task_state_running) {
            able[n++] = tid;
        }
    }
    return n && dice_roll(dice, 50) ? able[dice_roll(dice, n)] : (vm_tid)dice_roll(dice, 8);
}

/* An address in one of the process's mappings, or (rarely) anywhere. */
static vm_va some_address(
    struct dice *dice, const vm_machine *m, vm_tid tid, struct vm_vma_view *vma)
{
    const struct vm_config *c = vm_machine_config(m);
    vm_pid pid = vm_task_process(m, tid);
    vm_vpn from = 0;
    *vma = (struct vm_vma_view){0};
    for (uint64_t i = dice_roll(dice, 9) + 1; i; i--) {
        struct vm_vma_view next;
        if (!vm_vma_next(m, pid, from, &next)) {
            break;
        }
        *vma = next;
        from = next.end;
    }
    if (!vma->id || dice_roll(dice, 40) == 0) {
        static const vm_va kernel[] = {0xffff888000000000, 0xff11000000000000, 0xc0000000,
            0xffffffd600000000, 0xfffffe0000000000, 0x888000000000};
        uint64_t any = dice_roll(dice, UINT64_MAX);
        return any % 2 ? any : kernel[any / 2 % 6] + 8 * (any / 16 % 2000);
    }
    uint64_t span = vma->end - vma->start < 12 ? vma->end - vma->start : 12;
    vm_vpn vpn = dice_roll(dice, 8) ? vma->start + dice_roll(dice, span)
                                    : vma->end - 1 - dice_roll(dice, span);
    if (dice_roll(dice, 20) == 0) {
        vpn--;
    }
    return (vpn << c->page_shift) + 8 * dice_roll(dice, (UINT64_C(1) << c->page_shift) / 8);
}

static struct vm_op change_space(struct dice *dice, const vm_machine *m, vm_tid tid)
{
    const struct vm_config *c = vm_machine_config(m);
    uint64_t page = UINT64_C(1) << c->page_shift;
    struct vm_vma_view vma;
    vm_va va = some_address(dice, m, tid, &vma) & ~(page - 1);
    uint64_t bytes = (1 + dice_roll(dice, 6)) * page;
    switch (dice_roll(dice, 5)) {
    case 0:
        return (struct vm_op){.kind = vm_op_kind_munmap, .u.munmap = {tid, va, bytes}};
    case 1:
        return (struct vm_op){
            .kind = vm_op_kind_mprotect, .u.mprotect = {tid, va, bytes, dice_roll(dice, 8)}};
    case 2:
        return (struct vm_op){.kind = vm_op_kind_brk,
            .u.brk = {
                tid, vm_process_brk(m, vm_task_process(m, tid)) + (dice_roll(dice, 8) - 3) * page}};
    default: {
        uint64_t flags = dice_roll(dice, 32);
        return (struct vm_op){.kind = vm_op_kind_mmap,
            .u.mmap = {tid, flags & vm_map_bit_fixed ? va : 0, bytes,
                dice_roll(dice, 6) ? 3 : dice_roll(dice, 8), flags,
                dice_roll(dice, 3) ? 0 : dice_roll(dice, 4), dice_roll(dice, 4), 0}};
    }
    }
}

struct vm_op dice_op(struct dice *dice, const vm_machine *m)
{
    vm_tid tid = some_task(dice, m);
    struct vm_vma_view vma;
    vm_va va = some_address(dice, m, tid, &vma);
    uint64_t roll = dice_roll(dice, 100);
    if (vm_process_state_of(m, 2) == vm_process_state_none) {
        return (struct vm_op){.kind = vm_op_kind_start, .u.start = {1, dice_roll(dice, 2) * 3}};
    }
    if (roll < 45) {
        return (struct vm_op){.kind = vm_op_kind_access,
            .u.access = {tid, va, 1 + dice_roll(dice, 3),
                1 + dice_roll(dice, dice_roll(dice, 4)
                                        ? 200
                                        : UINT64_C(5) << vm_machine_config(m)->page_shift)}};
    }
    if (roll < 62) {
        return (struct vm_op){.kind = vm_op_kind_store, .u.store = {tid, va, dice_roll(dice, 5)}};
    }
    if (roll < 70) {
        return (struct vm_op){.kind = vm_op_kind_load, .u.load = {tid, va, 1 + dice_roll(dice, 4)}};
    }
    if (roll < 84) {
        return change_space(dice, m, tid);
    }
    if (roll < 88) {
        return (struct vm_op){.kind = vm_op_kind_fork, .u.fork = {tid, 1}};
    }
    if (roll < 89) {
        return (struct vm_op){.kind = vm_op_kind_exit, .u.exit = {tid, dice_roll(dice, 3)}};
    }
    if (roll < 91) {
        return (struct vm_op){.kind = vm_op_kind_wait, .u.wait = {tid, 1 + dice_roll(dice, 8)}};
    }
    if (roll < 93) {
        return (struct vm_op){.kind = vm_op_kind_start, .u.start = {1, dice_roll(dice, 5)}};
    }
    if (roll < 97) {
        return (struct vm_op){
            .kind = vm_op_kind_sigaction, .u.sigaction = {tid, 1 + dice_roll(dice, 2), 1}};
    }
    if (roll < 98) {
        return (struct vm_op){
            .kind = vm_op_kind_set_policy, .u.set_policy = {dice_roll(dice, vm_policy_kind_count)}};
    }
    return (struct vm_op){.kind = (uint16_t)dice_roll(dice, vm_op_kind_count + 1),
        .u.arg = {tid, va, dice_roll(dice, 5), dice_roll(dice, 9), dice_roll(dice, 9)}};
}

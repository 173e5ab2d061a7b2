/* SPDX-License-Identifier: MIT
 * Small memories, so that eviction is common; few processes and mappings, so that sharing is.
 */
#include "support_draw.h"

uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % sides;
}

static bool chance(struct dice *dice, uint64_t one_in)
{
    return dice_roll(dice, one_in) == 0;
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

static void choose_memory(struct dice *dice, struct vm_config *out)
{
    out->frames = (uint32_t)(8 + dice_roll(dice, chance(dice, 6) ? 1000 : 60));
    out->slots = (uint32_t)dice_roll(dice, chance(dice, 6) ? 1000 : 40);
    out->kernel_frames = (uint32_t)dice_roll(dice, 3);
    out->tables_outside = chance(dice, 3);
    out->policy = (enum vm_policy_kind)dice_roll(dice, vm_policy_kind_count);
    out->tick = 1 + dice_roll(dice, 20);
    out->tau = chance(dice, 3) ? 1000 : 1 + dice_roll(dice, 60);
}

static void choose_rules(struct dice *dice, struct vm_config *out)
{
    out->fault_around = 1u << dice_roll(dice, 6);
    out->readahead = chance(dice, 3) ? (uint32_t)dice_roll(dice, 40) : 0;
    out->page_cluster = chance(dice, 3) ? (uint8_t)dice_roll(dice, 5) : 0;
    out->overcommit = (enum vm_overcommit)dice_roll(dice, vm_overcommit_count);
    out->overcommit_ratio = (uint8_t)(chance(dice, 2) ? 50 : dice_roll(dice, 200));
    out->stacks = chance(dice, 4) ? vm_stacks_strict : vm_stacks_conventional;
    out->thp = chance(dice, 3) ? (enum vm_thp)dice_roll(dice, vm_thp_count) : vm_thp_never;
    if (chance(dice, 3)) {
        out->stack_limit = (1 + dice_roll(dice, 80)) << out->page_shift;
        out->stack_guard_gap = (uint32_t)dice_roll(dice, 300);
    }
    if (chance(dice, 8)) {
        out->limits.processes = (uint32_t)(1 + dice_roll(dice, 5));
        out->limits.vmas = (uint32_t)(4 + dice_roll(dice, 30));
        out->limits.pages = 4 + dice_roll(dice, 60);
    }
}

/* Small tables, so that chains are long and rows are few. */
static void choose_table(struct dice *dice, struct vm_config *out)
{
    if (out->kind == vm_machine_kind_inverted || out->kind == vm_machine_kind_hashed) {
        out->kernel_frames = 0;
        out->thp = vm_thp_never;
        out->buckets = (uint32_t)(1 + dice_roll(dice, 40));
    }
    if (out->kind == vm_machine_kind_inverted && out->seed % 4 == 0) {
        out->buckets = 0;
    }
    if (out->kind == vm_machine_kind_hashed) {
        out->rows = (uint32_t)(1 + dice_roll(dice, 40));
    }
}

void dice_machine(struct dice *dice, struct vm_config *out)
{
    static const enum vm_machine_kind kinds[] = {vm_machine_kind_x86_64, vm_machine_kind_x86_32,
        vm_machine_kind_sv39, vm_machine_kind_custom, vm_machine_kind_paper,
        vm_machine_kind_x86_64_5level, vm_machine_kind_linear, vm_machine_kind_inverted,
        vm_machine_kind_hashed};
    do {
        vm_config_preset(kinds[dice_roll(dice, 9)], out);
        out->tlb_sets = 1u << dice_roll(dice, 3);
        out->tlb_ways = (uint32_t)dice_roll(dice, 5);
        out->asids = chance(dice, 2);
        out->cpus = chance(dice, 3) ? 1 : (uint32_t)(1 + dice_roll(dice, VM_CPUS_MAX));
        out->aslr = chance(dice, 2);
        out->seed = dice_roll(dice, 1000);
        if (out->kind == vm_machine_kind_custom && chance(dice, 2)) { /* 8 pages are a huge one */
            out->levels = 2;
            out->level_bits[0] = 5;
            out->level_bits[1] = 3;
        }
        choose_memory(dice, out);
        choose_rules(dice, out);
        if (out->kind == vm_machine_kind_custom && out->levels == 2 && !chance(dice, 3)) {
            out->thp = vm_thp_always;
            out->frames += 40;
        }
        dice_scarcity(dice, out);
        choose_table(dice, out);
        bool x86 = out->kind < vm_machine_kind_linear && out->kind != vm_machine_kind_custom &&
                   out->kind != vm_machine_kind_paper && out->kind != vm_machine_kind_sv39;
        if (out->seed % 2 && out->kind != vm_machine_kind_inverted &&
            out->kind !=
                vm_machine_kind_hashed) { /* room for the kernel's tables among its frames */
            out->kernel_frames += 4;
            out->frames += 4;
        }
        out->kpti = x86 && out->seed % 6 == 0;
    } while (vm_config_problem(out));
}

void dice_any_machine(struct dice *dice, struct vm_config *out)
{
    if (chance(dice, 6)) {
        dice_older_machine(dice, out);
    } else {
        dice_machine(dice, out);
    }
}

size_t dice_setup(struct dice *dice, struct vm_op *ops, size_t room)
{
    uint64_t within = dice_roll(dice, 0x1000); /* its page, in the file as in memory */
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
        {.kind = vm_op_kind_tls_word, .u.tls_word = {.object = 3, .value = 5}},
        {.kind = vm_op_kind_file, .u.file = {.name = 4, .bytes = dice_roll(dice, 100000)}},
        {.kind = vm_op_kind_file, .u.file = {.name = 5, .bytes = 20000}},
        {.kind = vm_op_kind_elf_segment,
            .u.elf_segment = {5, 5, 0, 0, 5000 + dice_roll(dice, 3000), 9000}},
        {.kind = vm_op_kind_elf_segment,
            .u.elf_segment = {5, 3, 0x4000 + within, 0x2000 + within, 100,
                100 + dice_roll(dice, 9000)}},
        {.kind = chance(dice, 2) ? vm_op_kind_needs : vm_op_kind_interpreter, .u.needs = {5, 2}},
        {.kind = vm_op_kind_link, .u.link = {5, dice_roll(dice, vm_link_kind_count)}},
        {.kind = vm_op_kind_device,
            .u.device = {6, vm_object_kind_char_null + dice_roll(dice, 5), 9000}},
        {.kind = vm_op_kind_device, .u.device = {7, vm_object_kind_device, 9000}},
        {.kind = vm_op_kind_attributes,
            .u.attributes = {1 + dice_roll(dice, 5), dice_roll(dice, 01000), dice_roll(dice, 2),
                dice_roll(dice, 2)}},
    };
    size_t n = sizeof all / sizeof all[0] < room ? sizeof all / sizeof all[0] : room;
    for (size_t i = 0; i < n; i++) {
        ops[i] = all[i];
    }
    return n;
}

/* A thread that can run, if there is one; of those that were made last, rather a created one. */
static vm_tid some_task(struct dice *dice, const vm_machine *m)
{
    vm_tid able[40];
    uint64_t n = 0;
    for (vm_tid tid = m->tasks_n; tid-- > 1 && n < 40;) {
        enum vm_task_state state = vm_task_state_of(m, tid);
        if (state == vm_task_state_ready || state == vm_task_state_running) {
            able[n++] = tid;
        }
    }
    if (!n || dice_roll(dice, 50) == 0) {
        return (vm_tid)dice_roll(dice, 8);
    }
    vm_tid one = able[dice_roll(dice, n)], other = able[dice_roll(dice, n)];
    return m->tasks[one].number || !m->tasks[other].number ? one : other;
}

/* An address in one of the process's mappings, or (rarely) anywhere. */
vm_va draw_address(struct draw *d)
{
    vm_vpn from = 0;
    d->vma = (struct vm_vma_view){0};
    for (uint64_t i = roll(d, 9) + 1; i; i--) {
        struct vm_vma_view next;
        if (!d->pid || !vm_vma_next(d->m, d->pid, from, &next)) {
            break;
        }
        d->vma = next;
        from = next.end;
    }
    if (!d->vma.id || roll(d, 40) == 0) {
        static const vm_va kernel[] = {0xffff888000000000, 0xff11000000000000, 0xc0000000,
            0xffffffd600000000, 0xfffffe0000000000, 0x888000000000};
        uint64_t any = roll(d, UINT64_MAX);
        return any % 2 ? any : kernel[any / 2 % 6] + 8 * (any / 16 % 2000);
    }
    uint64_t pages = d->vma.end - d->vma.start, span = pages < 12 ? pages : 12;
    vm_vpn vpn = roll(d, 8) ? d->vma.start + roll(d, span) : d->vma.end - 1 - roll(d, span);
    if (roll(d, 20) == 0) {
        vpn--;
    }
    return vpn * d->page + 8 * roll(d, d->page / 8);
}

enum {
#define DRAW(name, weight) weight_##name = (weight),
    DRAWS
#undef DRAW
};

/* By operation: how often, and by what. What is set up before the first step is not drawn. */
#define ROW_setup(name) 0
#define ROW_run(name) weight_##name, draw_##name
static const struct {
    unsigned weight;
    struct vm_op (*draw)(struct draw *d);
} rows[] = {
#define OP(name, stage, ...) [vm_op_kind_##name] = {ROW_##stage(name)},
#include "vm/ops.def"
#undef OP
};

/* What comes before anything else: most processes survive a bad access, who has a signal takes it,
 * a created thread begins, and threads meet. */
static bool urgent(struct draw *d, struct vm_op *out)
{
    const vm_machine *m = d->m;
    const struct signal_action *action = d->pid ? m->processes[d->pid].action : NULL;
    for (uint64_t signo = vm_signo_sigsegv; action && signo <= vm_signo_sigbus; signo++) {
        if (d->pid % 4 && action[signo].action == vm_signal_action_terminate && roll(d, 3)) {
            *out = (struct vm_op){.kind = vm_op_kind_sigaction,
                .u.sigaction = {d->tid, signo, vm_signal_action_skip}};
            return true;
        }
    }
    struct vm_handler_view handler;
    if (vm_signal_due(m, d->tid) && roll(d, 10)) {
        *out = draw_do_signal(d);
    } else if (vm_handler_at(m, d->tid, &handler) && vm_task_sp(m, d->tid) == handler.sp &&
               roll(d, 8) == 0) {
        *out = draw_sigreturn(d);
    } else if (d->pid && m->tasks[d->tid].number && !m->tasks[d->tid].begun && roll(d, 3)) {
        *out = (struct vm_op){.kind = vm_op_kind_thread_start, .u.thread_start = {d->tid}};
    } else if (d->pid && m->tasks[m->processes[d->pid].task].next_number > 2 && roll(d, 3) == 0) {
        *out = draw_meeting(d);
    } else {
        return roll(d, 6) == 0 && draw_wake(d, out);
    }
    return true;
}

struct vm_op dice_op(struct dice *dice, const vm_machine *m)
{
    struct draw d = {.dice = dice, .m = m, .tid = some_task(dice, m)};
    d.page = UINT64_C(1) << vm_machine_config(m)->page_shift;
    d.pid = vm_task_process(m, d.tid);
    d.va = draw_address(&d);
    d.page_va = d.va & ~(d.page - 1);
    enum vm_task_state state = vm_task_state_of(m, d.tid);
    bool able = state == vm_task_state_ready || state == vm_task_state_running;
    if (vm_process_state_of(m, 2) == vm_process_state_none || (!able && roll(&d, 2))) {
        return draw_start(&d);
    }
    if (is_older(m) && roll(&d, 40)) {
        return draw_older(&d);
    }
    struct vm_op first;
    if (able && urgent(&d, &first)) {
        return first;
    }
    unsigned total = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        total += rows[i].weight;
    }
    uint64_t at = dice_roll(dice, total + 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (at < rows[i].weight) {
            return rows[i].draw(&d);
        }
        at -= rows[i].weight;
    }
    return (struct vm_op){.kind = (uint16_t)dice_roll(dice, vm_op_kind_count + 1), /* nonsense */
        .u.arg = {d.tid, d.va, dice_roll(dice, 5), dice_roll(dice, 9), dice_roll(dice, 9)}};
}

/* SPDX-License-Identifier: MIT
 * Random operations about signals. A thread that is due does nothing else: support_random.c draws
 * do_signal for it most of the time.
 */
#include "support_draw.h"

/* Deadly ones are rare, or nobody would live. */
static uint64_t draw_signo(struct draw *d)
{
    static const uint8_t often[] = {vm_signo_sigusr1, vm_signo_sigusr2, vm_signo_sigint,
        vm_signo_sigchld, vm_signo_sigcont, vm_signo_sigstop};
    return roll(d, 6) ? often[roll(d, 6)] : roll(d, vm_signo_count + 1);
}

static bool survives(struct draw *d, vm_pid pid, uint64_t signo)
{
    return roll(d, 12) == 0 || !pid || pid >= d->m->processes_n || signo >= vm_signo_count ||
           d->m->processes[pid].action[signo].action != vm_signal_action_terminate ||
           signo >= vm_signo_sigchld;
}

struct vm_op draw_sigaction(struct draw *d)
{
    bool fault = roll(d, 2);
    uint64_t signo = fault ? 1 + roll(d, 2) : draw_signo(d);
    uint64_t action = fault && roll(d, 2) ? (uint64_t)vm_signal_action_skip
                      : roll(d, 3)        ? (uint64_t)vm_signal_action_handler
                                          : roll(d, vm_signal_action_count + 1);
    return (struct vm_op){.kind = vm_op_kind_sigaction,
        .u.sigaction = {.tid = d->tid,
            .signo = signo,
            .action = action,
            .handler = d->va,
            .name = roll(d, 3),
            .param = roll(d, 5)}};
}

struct vm_op draw_kill(struct draw *d)
{
    uint64_t pid = roll(d, 8) ? 1 + roll(d, d->m->processes_n) : roll(d, 6);
    uint64_t signo = draw_signo(d);
    signo = survives(d, (vm_pid)pid, signo) ? signo : vm_signo_none;
    return (struct vm_op){
        .kind = vm_op_kind_kill, .u.kill = {.tid = d->tid, .pid = pid, .signo = signo}};
}

struct vm_op draw_tgkill(struct draw *d)
{
    uint64_t thread = roll(d, 8) ? 1 + roll(d, d->m->tasks_n) : roll(d, 6);
    uint64_t signo = draw_signo(d);
    vm_pid pid = thread < d->m->tasks_n ? d->m->tasks[thread].pid : 0;
    signo = survives(d, pid, signo) ? signo : vm_signo_none;
    return (struct vm_op){
        .kind = vm_op_kind_tgkill, .u.tgkill = {.tid = d->tid, .thread = thread, .signo = signo}};
}

struct vm_op draw_sigprocmask(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_sigprocmask,
        .u.sigprocmask = {
            .tid = d->tid, .how = roll(d, vm_mask_how_count), .signo = draw_signo(d)}};
}

struct vm_op draw_do_signal(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_do_signal, .u.do_signal = {.tid = d->tid}};
}

struct vm_op draw_sigreturn(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_sigreturn, .u.sigreturn = {.tid = d->tid}};
}

struct vm_op draw_pause(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_pause, .u.pause = {.tid = d->tid}};
}

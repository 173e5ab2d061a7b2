/* SPDX-License-Identifier: MIT
 * What lets a thread that waits go on. Were it left to chance, most threads would wait until the
 * end of the run: that its lock's owner gives it back, that somebody writes into its very pipe.
 */
#include "support_draw.h"

#define MAKE(name, ...)                                                                            \
    (struct vm_op)                                                                                 \
    {                                                                                              \
        .kind = vm_op_kind_##name, .u.name = { __VA_ARGS__ }                                       \
    }

static bool able(const vm_machine *m, vm_tid tid)
{
    uint8_t state = m->tasks[tid].state;
    return tid && (state == vm_task_state_ready || state == vm_task_state_running);
}

/* A thread that can run, of the process (0: of any) and of the address space (0: of any); 0: none.
 */
static vm_tid runner(struct draw *d, vm_pid pid, vm_pid mm)
{
    vm_tid chosen = 0;
    uint64_t n = 0;
    for (vm_tid tid = 1; tid < d->m->tasks_n; tid++) {
        vm_pid own = d->m->tasks[tid].pid;
        bool fits = (!pid || pid == own) && (!mm || mm == mm_of(d->m, own));
        if (fits && able(d->m, tid) && roll(d, ++n) == 0) {
            chosen = tid;
        }
    }
    return chosen;
}

static vm_tid child_of(struct draw *d, vm_pid parent)
{
    vm_tid chosen = 0;
    for (vm_pid pid = 1; pid < d->m->processes_n; pid++) {
        const struct process *process = &d->m->processes[pid];
        if (process->parent == parent && process->state == vm_process_state_alive) {
            vm_tid tid = runner(d, pid, 0);
            chosen = tid ? tid : chosen;
        }
    }
    return chosen;
}

static struct vm_op wake_from_lock(struct draw *d, const struct task *task)
{
    const struct lock *lock = &d->m->locks[task->futex.lock];
    vm_va va = task->futex.va;
    vm_tid owner = lock->owner && lock->owner < d->m->tasks_n ? lock->owner : 0;
    vm_tid other = able(d->m, owner) ? owner : runner(d, 0, mm_of(d->m, task->pid));
    switch (task->wait) {
    case vm_wait_reason_mutex:
        return MAKE(unlock, owner, able(d->m, owner) ? lock->va : va);
    case vm_wait_reason_condition:
        return roll(d, 3) ? MAKE(cond_signal, other, va) : MAKE(cond_broadcast, other, va);
    case vm_wait_reason_semaphore:
        return MAKE(post, other, va);
    case vm_wait_reason_barrier:
        return MAKE(barrier_wait, other, va);
    default:
        return MAKE(rw_unlock, other, va);
    }
}

/* The other end of what it waits at: a descriptor of whoever can run. */
static struct vm_op wake_from_file(struct draw *d, const struct task *task)
{
    uint32_t object = d->m->open_files[task->pending.file].object;
    uint8_t wanted = task->wait == vm_wait_reason_pipe_data || task->wait == vm_wait_reason_message
                         ? vm_open_bit_write
                         : vm_open_bit_read;
    uint64_t fd = 0;
    for (unsigned tries = 8; tries; tries--) {
        d->tid = runner(d, 0, 0);
        d->pid = vm_task_process(d->m, d->tid);
        uint32_t i = d->pid ? d->m->processes[d->pid].first_descriptor : 0;
        for (; i; i = d->m->descriptors[i].next) {
            const struct open_file *file = &d->m->open_files[d->m->descriptors[i].file];
            if (file->object == object && file->flags & wanted) {
                fd = d->m->descriptors[i].fd;
                tries = 1;
            }
        }
    }
    d->va = draw_address(d);
    switch (task->wait) {
    case vm_wait_reason_pipe_data:
        return MAKE(write, d->tid, fd, d->va, draw_bytes(d));
    case vm_wait_reason_pipe_room:
        return MAKE(read, d->tid, fd, d->va, draw_bytes(d));
    case vm_wait_reason_message:
        return MAKE(mq_send, d->tid, fd, d->va, roll(d, 20), roll(d, 3));
    default:
        return MAKE(mq_receive, d->tid, fd, d->va, 3 * d->page);
    }
}

static struct vm_op wake(struct draw *d, vm_tid waiting)
{
    const struct task *task = &d->m->tasks[waiting];
    switch (task->wait) {
    case vm_wait_reason_child:
        return MAKE(exit, child_of(d, task->pid), roll(d, 3));
    case vm_wait_reason_vfork:
        return roll(d, 2) ? MAKE(exit, child_of(d, task->pid))
                          : MAKE(execve, child_of(d, task->pid), 2, 1, 1);
    case vm_wait_reason_join:
        return MAKE(thread_exit, task->waits_for, roll(d, 5));
    case vm_wait_reason_pipe_data:
    case vm_wait_reason_pipe_room:
    case vm_wait_reason_message:
    case vm_wait_reason_message_room:
        return wake_from_file(d, task);
    case vm_wait_reason_signal:
        return MAKE(tgkill, runner(d, 0, 0), waiting,
            roll(d, 2) ? vm_signo_sigusr1 + roll(d, 2) : vm_signo_sigchld);
    case vm_wait_reason_stopped:
        return MAKE(kill, runner(d, 0, 0), task->pid, vm_signo_sigcont);
    default:
        return wake_from_lock(d, task);
    }
}

bool draw_wake(struct draw *d, struct vm_op *out)
{
    vm_tid chosen = 0;
    uint64_t n = 0;
    for (vm_tid tid = 1; tid < d->m->tasks_n; tid++) {
        if (d->m->tasks[tid].state == vm_task_state_waiting && roll(d, ++n) == 0) {
            chosen = tid;
        }
    }
    if (!chosen) {
        return false;
    }
    struct draw helper = *d;
    *out = wake(&helper, chosen);
    return out->u.arg[0] && able(d->m, (vm_tid)out->u.arg[0]); /* who could help may wait as well */
}

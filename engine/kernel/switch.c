/* SPDX-License-Identifier: MIT
 * The processors. Invariant: a running thread is on exactly one of them, that one names it, and the
 * thread names the processor. An idle processor keeps the last page-table base (Linux:
 * enter_lazy_tlb), until its process gives it up.
 */
#include "kernel/switch.h"

#include "kernel/process.h"
#include "kernel/usage.h"
#include "kernel/words.h"

static void emit_cpu(
    struct vm_events *events, uint32_t cpu, const struct cpu *old, const struct cpu *now)
{
    EMIT_TO(events, cpu, .cpu = cpu,              //
        .old_tid = old->tid, .tid = now->tid,     //
        .old_mode = old->mode, .mode = now->mode, //
        .old_asid = old->asid, .asid = now->asid, //
        .old_root = old->root, .root = now->root, //
        .old_epoch = old->epoch, .epoch = now->epoch);
}

void cpu_describe(const vm_machine *m, struct vm_events *events)
{
    const struct cpu none = {0};
    for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
        emit_cpu(events, cpu, &none, &m->cpus[cpu]);
    }
}

void cpu_put_at(vm_machine *m, uint32_t cpu, const struct cpu *now)
{
    struct cpu old = m->cpus[cpu];
    m->cpus[cpu] = *now;
    emit_cpu(m->events, cpu, &old, now);
}

void cpu_put(vm_machine *m, const struct cpu *now)
{
    cpu_put_at(m, m->on, now);
}

void cpu_mode_at(vm_machine *m, uint32_t cpu, enum vm_mode mode)
{
    if (m->cpus[cpu].mode != mode) {
        struct cpu now = m->cpus[cpu];
        now.mode = (uint8_t)mode;
        cpu_put_at(m, cpu, &now);
    }
}

void cpu_mode(vm_machine *m, enum vm_mode mode)
{
    cpu_mode_at(m, m->on, mode);
}

/* The thread's control block gets what the processor has of it (Linux: __switch_to_asm,
 * __switch_to).
 */
static void save(vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    EMIT(m, registers_saved, .tid = tid, .cpu = task->cpu - 1, .pc = task->pc, .sp = task->sp,
        .registers = words_length(m, task->registers));
}

/* Who runs on the processor and could go on must give way: an involuntary switch, for it does not
 * wait for anything (__schedule: nivcsw). So is sched_yield's. */
static void give_way(vm_machine *m, uint32_t cpu, vm_tid to)
{
    vm_tid tid = m->cpus[cpu].tid;
    if (!tid || tid == to) {
        return;
    }
    EMIT(m, preempted, .tid = tid, .cpu = cpu, .next = to);
    struct task old = m->tasks[tid];
    old.state = vm_task_state_ready;
    task_put(m, tid, &old);
    usage_count(m, tid, USAGE_INVOLUNTARY);
    count(m, old.pid, vm_counter_preemptions, 1);
    save(m, tid);
}

/* switch_mm_irqs_off: the page-table base, unless it is loaded already. True: another one. */
static bool load_space(vm_machine *m, uint32_t cpu, vm_tid tid)
{
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    const struct process *space = &m->processes[mm];
    struct cpu now = m->cpus[cpu];
    if (is_older(m)) {
        EMIT(m, registers_loaded, .cpu = cpu, .pid = mm);
        return true;
    }
    if (now.root == space->root) {
        EMIT(m, space_kept, .cpu = cpu, .tid = tid, .pid = mm, .table = now.root);
        return false;
    }
    bool flush = !m->config.asids && m->tlb_n;
    if (flush) {
        EMIT(m, space_flushed, .cpu = cpu, .pid = mm, .table = space->root);
    } else {
        EMIT(m, space_loaded, .cpu = cpu, .pid = mm, .table = space->root, .asid = space->asid);
    }
    now.tid = 0; /* between two threads the processor is the kernel's */
    now.mode = vm_mode_kernel;
    now.root = space->root;
    now.asid = space->asid;
    now.epoch += flush;
    cpu_put_at(m, cpu, &now);
    return true;
}

void cpu_dispatch(vm_machine *m, uint32_t cpu, vm_tid tid)
{
    vm_pid pid = m->tasks[tid].pid;
    bool used = m->cpus[cpu].used;
    give_way(m, cpu, tid);
    bool other = load_space(m, cpu, tid);
    struct task now = m->tasks[tid];
    now.state = vm_task_state_running;
    now.begun = now.begun || !now.stack.start; /* a created thread begins in thread_start */
    now.cpu = cpu + 1;
    now.pc = m->pc && tid == m->runner ? m->pc : now.pc;
    EMIT(m, switched, .tid = tid, .cpu = cpu, .pc = now.pc, .sp = now.sp,
        .registers = words_length(m, now.registers));
    task_put(m, tid, &now);
    struct cpu next = m->cpus[cpu];
    next.tid = tid;
    next.mode = vm_mode_user;
    next.used = true;
    cpu_put_at(m, cpu, &next);
    if (used) {
        count(m, pid, vm_counter_switches, 1);
        count(m, pid, other ? vm_counter_process_switches : vm_counter_thread_switches, 1);
    }
}

void switch_to(vm_machine *m, vm_tid tid)
{
    m->outcome.tid = m->runner = tid;
    m->on = cpu_for(m, tid);
    uint32_t root = m->processes[mm_of(m, m->tasks[tid].pid)].root;
    if (cpu_of(m)->tid != tid || cpu_of(m)->root != root) {
        cpu_dispatch(m, m->on, tid);
    } else if (m->pc && m->tasks[tid].pc != m->pc) {
        struct task now = m->tasks[tid];
        now.pc = m->pc;
        task_put(m, tid, &now);
    }
}

void cpu_idle(vm_machine *m, vm_tid tid)
{
    for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
        if (m->cpus[cpu].tid == tid) {
            struct cpu idle = m->cpus[cpu];
            idle.tid = 0;
            idle.mode = vm_mode_kernel;
            cpu_put_at(m, cpu, &idle);
        }
    }
}

void cpu_leave(vm_machine *m, vm_tid tid)
{
    save(m, tid);
    cpu_idle(m, tid);
}

void cpu_forget_space(vm_machine *m, uint32_t root)
{
    for (uint32_t cpu = 0; root && cpu < m->config.cpus; cpu++) {
        if (m->cpus[cpu].root == root) {
            struct cpu now = m->cpus[cpu];
            now.root = 0;
            now.asid = 0;
            cpu_put_at(m, cpu, &now);
        }
    }
}

void cpu_load_space(vm_machine *m, vm_pid pid)
{
    struct cpu now = m->cpus[m->on];
    now.root = m->processes[mm_of(m, pid)].root;
    now.asid = m->processes[mm_of(m, pid)].asid;
    now.epoch += !m->config.asids && m->tlb_n; /* without tags the TLB forgets the old space */
    cpu_put(m, &now);
}

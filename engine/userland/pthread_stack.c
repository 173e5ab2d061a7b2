/* SPDX-License-Identifier: MIT
 * Stacks of created threads (glibc: allocate_stack, advise_stack_range). A stack is a mapping with
 * a guard at its lower end; its top holds struct pthread and the static TLS.
 *
 *   start                                sp   tls            end
 *   | guard | ... grows downwards <- frames | static TLS | struct pthread |
 */
#include "userland/pthread.h"

#include "kernel/commit.h"
#include "kernel/madvise.h"
#include "kernel/mmap.h"
#include "kernel/process.h"
#include "userland/loader.h"
#include "userland/stack_cache.h"
#include "userland/tls.h"

#define GLIBC_BLOCK 0x940        /* struct pthread, aligned to 64: measured */
#define GLIBC_FIXED 0x740        /* libc's thread-local variables and room for more: measured */
#define STACK_LEAST 0x4000       /* PTHREAD_STACK_MIN */
#define STACK_UNLIMITED 0x200000 /* ARCH_STACK_DEFAULT_SIZE, where RLIMIT_STACK says nothing */
#define CACHE_MOST 0x2800000     /* stack_cache_maxsize */
#define STACKS_KEPT 5            /* a small machine keeps as many usual stacks as fit there */
#define SMALL_SHARE 32           /* a small machine's stack is this part of its addresses */

static void emit(struct vm_events *events, vm_tid tid, const struct thread_stack *old,
    const struct thread_stack *now)
{
    EMIT_TO(events, stack, .tid = tid,                //
        .old_start = old->start, .start = now->start, //
        .old_end = old->end, .end = now->end,         //
        .old_guard = old->guard, .guard = now->guard, //
        .old_tls = old->tls, .tls = now->tls,         //
        .old_into = old->into, .into = now->into);
}

void stack_describe(const vm_machine *m, struct vm_events *events)
{
    const struct thread_stack none = {0};
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        emit(events, tid, &none, &m->tasks[tid].stack);
    }
}

void stack_put(vm_machine *m, vm_tid tid, const struct thread_stack *now)
{
    struct thread_stack old = m->tasks[tid].stack;
    m->tasks[tid].stack = *now;
    if (old.tls != now->tls || old.into != now->into) {
        emit(m->events, tid, &old, &m->tasks[tid].stack);
    }
}

void stack_drop(vm_machine *m, vm_tid tid)
{
    const struct thread_stack none = {0};
    stack_put(m, tid, &none);
}

/* Pages of 4 KiB are glibc's world. A small machine gets the same in its own measure: struct
 * pthread and static TLS are half a page each, a stack is a 32nd of the addresses. */
struct stack_rule stack_rule(const vm_machine *m, vm_pid pid)
{
    uint64_t page = page_size(m), limit = m->processes[pid].thread_stack;
    limit = limit ? limit : STACK_UNLIMITED;
    struct stack_rule rule = {
        .guard = page, .least = 4 * page, .block = page / 2, .fixed = page / 2};
    if (page >= 4096) {
        rule.block = GLIBC_BLOCK;
        rule.fixed = GLIBC_FIXED;
        rule.least = pages_of(m, STACK_LEAST) * page;
    }
    uint64_t most = pages_in_space(m) / SMALL_SHARE * page;
    rule.least = rule.least < most ? rule.least : most < 2 * page ? 2 * page : most;
    limit = limit < most ? limit : most;
    rule.size = pages_of(m, limit < rule.least ? rule.least : limit) * page;
    rule.cache = m->config.kind == vm_machine_kind_custom ? STACKS_KEPT * rule.size : CACHE_MOST;
    return rule;
}

vm_va stack_first(const vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    struct stack_rule rule = stack_rule(m, mm_of(m, m->tasks[tid].pid));
    uint64_t own = tls_bytes(m, m->processes[mm_of(m, m->tasks[tid].pid)].program);
    return (stack->tls - rule.fixed - own) & ~(uint64_t)15;
}

bool stack_has_table(const vm_machine *m, vm_tid tid)
{
    const struct process *process = &m->processes[mm_of(m, m->tasks[tid].pid)];
    return m->config.kind != vm_machine_kind_custom && loader_has_libraries(m, process->program);
}

/* What a system call of the library answered; it may have cost the thread its life. */
static bool refused(const vm_machine *m, vm_tid tid, enum vm_status status)
{
    return status != VM_OK || m->tasks[tid].state == vm_task_state_ended ||
           m->outcome.value > UINT64_MAX - vm_errno_code_count;
}

/* A machine for lessons has less memory than one stack has addresses, and Linux would refuse it as
 * an obvious overcommit; no machine that glibc runs on is so small. Such a stack is not accounted.
 */
static uint32_t stack_flags(const vm_machine *m, vm_pid mm, uint64_t size)
{
    bool small =
        m->config.overcommit == vm_overcommit_heuristic && !commit_allows(m, mm, pages_of(m, size));
    return vm_map_bit_stack | (small ? vm_map_bit_noreserve : 0);
}

/* The library maps nothing it may use, then opens all but the guard (setup_stack_prot). */
static bool map_stack(vm_machine *m, vm_tid tid, uint64_t guard, uint64_t size, vm_va *at)
{
    const struct vm_op_mmap room = {.tid = tid,
        .bytes = guard + size,
        .flags = stack_flags(m, mm_of(m, m->tasks[tid].pid), size)};
    if (refused(m, tid, vm_op_mmap(m, &room))) {
        return false;
    }
    *at = m->outcome.value;
    const struct vm_op_mprotect open = {
        .tid = tid, .va = *at + guard, .bytes = size, .prot = vm_prot_bit_read | vm_prot_bit_write};
    if (!refused(m, tid, vm_op_mprotect(m, &open))) {
        return true;
    }
    if (m->tasks[tid].state != vm_task_state_ended) {
        const struct vm_op_munmap undo = {.tid = tid, .va = *at, .bytes = guard + size};
        (void)vm_op_munmap(m, &undo);
    }
    return false;
}

enum vm_errno_code stack_take(vm_machine *m, vm_tid tid, uint64_t bytes, struct thread_stack *out)
{
    struct stack_rule rule = stack_rule(m, mm_of(m, m->tasks[tid].pid));
    uint64_t page = page_size(m), size = bytes ? bytes : rule.size;
    if (size < rule.least || size > m->user_end * page) {
        return vm_errno_code_einval; /* pthread_attr_setstacksize */
    }
    size = pages_of(m, size) * page;
    if (stack_cache_take(m, tid, size + rule.guard, out)) {
        return vm_errno_code_none;
    }
    vm_va at;
    EMIT(m, stack_wanted, .tid = tid, .bytes = size, .guard = rule.guard);
    if (!map_stack(m, tid, rule.guard, size, &at)) {
        return vm_errno_code_eagain;
    }
    vm_va end = at + rule.guard + size;
    *out = (struct thread_stack){
        .start = at + rule.guard, .end = end, .guard = rule.guard, .tls = end - rule.block};
    stack_cache_forget(m, mm_of(m, m->tasks[tid].pid), out);
    return vm_errno_code_none;
}

/* As far down as start_thread's own frame: what lies above is in use until the very end. */
void stack_advise(vm_machine *m, vm_tid tid)
{
    const struct thread_stack *stack = &m->tasks[tid].stack;
    struct stack_rule rule = stack_rule(m, mm_of(m, m->tasks[tid].pid));
    if (!stack->start) {
        return; /* a main thread's */
    }
    vm_va from = stack->start - stack->guard;
    uint64_t free = (stack_first(m, tid, stack) - from) & ~(page_size(m) - 1);
    if (free > rule.least) {
        const struct vm_op_madvise op = {
            .tid = tid, .va = from, .bytes = free - rule.least, .advice = vm_advice_dontneed};
        (void)vm_op_madvise(m, &op);
    }
}

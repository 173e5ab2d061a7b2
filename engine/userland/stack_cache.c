/* SPDX-License-Identifier: MIT
 * The stack cache of glibc (nptl-stack.c: queue_stack, get_cached_stack, __nptl_free_stacks).
 * Invariant: a stack in the cache is no thread's.
 */
#include "userland/stack_cache.h"

#include "kernel/mmap.h"
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "userland/copy.h"
#include "userland/heap.h"
#include "userland/malloc.h"
#include "userland/pthread.h"

static void emit(struct vm_events *events, uint32_t id, const struct spare_stack *old,
    const struct spare_stack *now)
{
    EMIT_TO(events, spare_stack, .spare = id,                     //
        .old_pid = old->pid, .pid = now->pid,                     //
        .old_start = old->stack.start, .start = now->stack.start, //
        .old_end = old->stack.end, .end = now->stack.end,         //
        .old_guard = old->stack.guard, .guard = now->stack.guard, //
        .old_tls = old->stack.tls, .tls = now->stack.tls,         //
        .old_stamp = old->stamp, .stamp = now->stamp);
}

void stack_cache_describe(const vm_machine *m, struct vm_events *events)
{
    const struct spare_stack none = {0};
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        if (m->spare_stacks[i].pid) {
            emit(events, i, &none, &m->spare_stacks[i]);
        }
    }
}

static void put(vm_machine *m, uint32_t id, const struct spare_stack *now)
{
    struct spare_stack old = m->spare_stacks[id];
    m->spare_stacks[id] = *now;
    emit(m->events, id, &old, now);
}

/* stamp 0: it is the newest. */
static void add(vm_machine *m, vm_pid mm, const struct thread_stack *stack, uint64_t stamp)
{
    uint64_t newest = 0;
    uint32_t id = 0;
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        const struct spare_stack *spare = &m->spare_stacks[i];
        newest = spare->pid == mm && spare->stamp > newest ? spare->stamp : newest;
        id = !spare->pid && !id ? i : id;
    }
    if (!id) {
        id = m->spare_stacks_n++;
        m->spare_stacks[id] = (struct spare_stack){0};
    }
    struct spare_stack spare = {.pid = mm, .stack = *stack, .stamp = stamp ? stamp : newest + 1};
    spare.stack.into = 0;
    put(m, id, &spare);
}

static void clear(vm_machine *m, uint32_t id)
{
    const struct spare_stack none = {0};
    put(m, id, &none);
}

static uint64_t bytes_of(const struct spare_stack *spare)
{
    return spare->stack.end - spare->stack.start + spare->stack.guard;
}

static uint64_t total(const vm_machine *m, vm_pid mm)
{
    uint64_t sum = 0;
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        sum += m->spare_stacks[i].pid == mm ? bytes_of(&m->spare_stacks[i]) : 0;
    }
    return sum;
}

static vm_pid mm_of_task(const vm_machine *m, vm_tid tid)
{
    return mm_of(m, m->tasks[tid].pid);
}

enum vm_status stack_cache_reserve(vm_machine *m, vm_tid tid)
{
    uint64_t spare = 1;
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        spare += m->spare_stacks[i].pid == mm_of_task(m, tid);
    }
    enum vm_status status = RESERVE(m, spare_stacks, 1);
    status = status == VM_OK ? heap_reserve(m, tid, 16 * spare) : status;
    status = status == VM_OK ? RESERVE(m, chunks, 8 * spare) : status;
    status = status == VM_OK ? RESERVE(m, objects, 8 + spare) : status;
    return status == VM_OK ? vma_reserve(m, 8 * spare + 8) : status;
}

static bool overlap(const struct thread_stack *a, const struct thread_stack *b)
{
    return a->start && b->start && a->start < b->end && b->start < a->end;
}

/* __nptl_stack_in_use: the control block there names a thread that lives. Only a program that has
 * unmapped a stack under its thread has two of them at one place. */
static bool in_use(const vm_machine *m, vm_pid mm, const struct thread_stack *stack)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (overlap(&m->tasks[tid].stack, stack) && mm_of_task(m, tid) == mm) {
            return true;
        }
    }
    return false;
}

void stack_cache_forget(vm_machine *m, vm_pid mm, const struct thread_stack *stack)
{
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        if (m->spare_stacks[i].pid == mm && overlap(&m->spare_stacks[i].stack, stack)) {
            clear(m, i);
        }
    }
}

void stack_cache_put(vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    if (stack->start && !in_use(m, mm_of_task(m, tid), stack)) {
        stack_cache_forget(m, mm_of_task(m, tid), stack);
        EMIT(
            m, stack_cached, .tid = tid, .start = stack->start, .bytes = stack->end - stack->start);
        add(m, mm_of_task(m, tid), stack, 0);
    }
}

bool stack_cache_full(const vm_machine *m, vm_tid tid)
{
    return total(m, mm_of_task(m, tid)) > stack_rule(m, mm_of_task(m, tid)).cache;
}

static uint32_t oldest(const vm_machine *m, vm_pid mm, vm_va but)
{
    uint32_t id = 0;
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        const struct spare_stack *spare = &m->spare_stacks[i];
        if (spare->pid == mm && spare->stack.tls != but &&
            (!id || spare->stamp < m->spare_stacks[id].stamp)) {
            id = i;
        }
    }
    return id;
}

/* _dl_deallocate_tls: the table of thread-local variables, as the control block names it. */
static void free_table(vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    uint8_t bytes[8];
    if (!stack_has_table(m, tid) ||
        user_read(m, tid, stack->tls + sizeof bytes, sizeof bytes, bytes) != ACCESS_DONE) {
        return;
    }
    vm_va table = 0;
    for (unsigned i = 0; i < sizeof bytes; i++) {
        table |= (vm_va)bytes[i] << (8 * i);
    }
    if (table) {
        malloc_give(m, tid, table);
    }
}

void stack_cache_trim(vm_machine *m, vm_tid tid, vm_va but)
{
    vm_pid mm = mm_of_task(m, tid);
    while (m->tasks[tid].state != vm_task_state_ended && stack_cache_full(m, tid)) {
        uint32_t id = oldest(m, mm, but);
        if (!id) {
            break;
        }
        struct spare_stack spare = m->spare_stacks[id];
        EMIT(m, stack_freed, .tid = tid, .start = spare.stack.start, .bytes = total(m, mm));
        clear(m, id);
        free_table(m, tid, &spare.stack);
        if (m->tasks[tid].state != vm_task_state_ended) {
            const struct vm_op_munmap op = {
                .tid = tid, .va = spare.stack.start - spare.stack.guard, .bytes = bytes_of(&spare)};
            (void)vm_op_munmap(m, &op);
        }
    }
}

bool stack_cache_take(vm_machine *m, vm_tid tid, uint64_t bytes, struct thread_stack *out)
{
    vm_pid mm = mm_of_task(m, tid);
    uint32_t best = 0;
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        const struct spare_stack *spare = &m->spare_stacks[i], *old = &m->spare_stacks[best];
        if (spare->pid != mm || bytes_of(spare) < bytes) {
            continue;
        }
        bool smaller = !best || bytes_of(spare) < bytes_of(old);
        bool newer = best && bytes_of(spare) == bytes_of(old) && spare->stamp > old->stamp;
        best = smaller || newer ? i : best;
    }
    if (!best || bytes_of(&m->spare_stacks[best]) / 4 > bytes) {
        return false;
    }
    *out = m->spare_stacks[best].stack;
    EMIT(m, stack_reused, .tid = tid, .start = out->start, .bytes = out->end - out->start);
    count(m, m->tasks[tid].pid, vm_counter_stack_hits, 1);
    clear(m, best);
    return true;
}

enum vm_status stack_cache_reserve_copy(vm_machine *m, vm_pid parent)
{
    uint64_t all = 0;
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        all += m->spare_stacks[i].pid == mm_of(m, parent);
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        all += m->tasks[tid].pid == parent && m->tasks[tid].stack.start;
    }
    return all ? RESERVE(m, spare_stacks, all) : VM_OK;
}

void stack_cache_copy(vm_machine *m, vm_tid parent, vm_pid child)
{
    vm_pid pid = m->tasks[parent].pid, mm = mm_of(m, pid);
    for (uint32_t i = 1, n = m->spare_stacks_n; i < n; i++) {
        if (m->spare_stacks[i].pid == mm) {
            struct spare_stack spare = m->spare_stacks[i];
            add(m, child, &spare.stack, spare.stamp);
        }
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        struct thread_stack stack = m->tasks[tid].stack;
        bool lost = overlap(&stack, &m->tasks[parent].stack);
        if (m->tasks[tid].pid == pid && tid != parent && stack.start && !lost) {
            EMIT(m, stack_left, .child = child, .tid = tid, .start = stack.start);
            stack_cache_forget(m, child, &stack);
            add(m, child, &stack, 0);
        }
    }
}

void stack_cache_drop(vm_machine *m, vm_pid mm)
{
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        if (m->spare_stacks[i].pid == mm) {
            clear(m, i);
        }
    }
}

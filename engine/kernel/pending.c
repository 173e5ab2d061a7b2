/* SPDX-License-Identifier: MIT
 * Blocked system calls. Invariant: a thread with a call that waits is waiting, and its call cannot
 * go on; the call holds its open file; the list has them in the order of waiting.
 */
#include "kernel/pending.h"

#include "kernel/channel.h"
#include "kernel/descriptor.h"
#include "kernel/exit.h"
#include "kernel/mqueue.h"
#include "kernel/oom.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "kernel/schedule.h"
#include "kernel/signal.h"
#include "kernel/switch.h"
#include "mmu/access.h"

static void emit(
    struct vm_events *events, vm_tid tid, const struct pending *old, const struct pending *now)
{
    EMIT_TO(events, pending, .tid = tid,                          //
        .old_call = old->call, .call = now->call,                 //
        .old_file = old->file, .file = now->file,                 //
        .old_va = old->va, .va = now->va,                         //
        .old_bytes = old->bytes, .bytes = now->bytes,             //
        .old_done = old->done, .done = now->done,                 //
        .old_priority = old->priority, .priority = now->priority, //
        .old_order = old->order, .order = now->order);
}

void pending_describe(const vm_machine *m, struct vm_events *events)
{
    const struct pending nothing = {0};
    for (vm_tid tid = m->first_pending; tid; tid = m->tasks[tid].pending.next) {
        emit(events, tid, &nothing, &m->tasks[tid].pending);
    }
}

/* ---- the list ---- */
static void unlink_call(vm_machine *m, vm_tid tid)
{
    vm_tid *link = &m->first_pending;
    while (*link != tid) {
        link = &m->tasks[*link].pending.next;
    }
    *link = m->tasks[tid].pending.next;
}

/* Who begins to wait again waits behind the others (prepare_to_wait_exclusive). */
static void put_last(vm_machine *m, vm_tid tid, const struct pending *call)
{
    struct pending old = m->tasks[tid].pending, *now = &m->tasks[tid].pending;
    if (old.file) {
        unlink_call(m, tid);
    } else {
        open_file_hold(m, call->file, true);
    }
    *now = *call;
    now->order = ++m->pending_stamp;
    now->next = 0;
    vm_tid *link = &m->first_pending;
    while (*link) {
        link = &m->tasks[*link].pending.next;
    }
    *link = tid;
    emit(m->events, tid, &old, now);
}

void pending_forget(vm_machine *m, vm_tid tid)
{
    const struct pending nothing = {0};
    struct pending old = m->tasks[tid].pending;
    if (old.file) {
        unlink_call(m, tid);
        m->tasks[tid].pending = nothing;
        emit(m->events, tid, &old, &nothing);
        open_file_hold(m, old.file, false);
    }
}

/* ---- calls ---- */
static uint32_t object_of(const vm_machine *m, const struct pending *call)
{
    return m->open_files[call->file].object;
}

static enum pending_end go_on(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer)
{
    switch (call->call) {
    case vm_op_kind_read:
        return pipe_read(m, tid, call, answer);
    case vm_op_kind_write:
        return pipe_write(m, tid, call, answer);
    case vm_op_kind_mq_send:
        return mqueue_send(m, tid, call, answer);
    default:
        return mqueue_receive(m, tid, call, answer);
    }
}

/* What became of a call that went as far as it could. */
static void settle(vm_machine *m, vm_tid tid, const struct pending *call, enum pending_end end,
    const struct pending_answer *answer)
{
    if (end == PENDING_KILLED) {
        return;
    }
    if (end == PENDING_WAITS) {
        put_last(m, tid, call);
        task_block(m, tid, answer->reason, object_of(m, call));
        return;
    }
    pending_forget(m, tid);
    if (answer->error == vm_errno_code_none || call->done) {
        call_end(m, tid, call->done);
    } else {
        call_fail(m, tid, answer->error);
    }
    if (answer->error == vm_errno_code_epipe) {
        signal_send(m, vm_signo_sigpipe, m->tasks[tid].pid, tid);
    }
}

void pending_begin(vm_machine *m, vm_tid tid, const struct pending *call)
{
    struct pending now = *call;
    struct pending_answer answer = {0};
    enum pending_end end = go_on(m, tid, &now, &answer);
    settle(m, tid, &now, end, &answer);
}

bool pending_can_go_on(const vm_machine *m, const struct pending *call)
{
    const struct channel *channel = channel_of(m, object_of(m, call));
    switch (call->call) {
    case vm_op_kind_read:
        return channel->held || !channel->writers;
    case vm_op_kind_write:
        return !channel_full(channel) || !channel->readers;
    case vm_op_kind_mq_send:
        return !channel_full(channel);
    default:
        return channel->held;
    }
}

static vm_tid first_able(const vm_machine *m)
{
    vm_tid tid = m->first_pending;
    while (tid && !pending_can_go_on(m, &m->tasks[tid].pending)) {
        tid = m->tasks[tid].pending.next;
    }
    return tid;
}

static void complete(vm_machine *m, vm_tid tid)
{
    struct pending call = m->tasks[tid].pending;
    struct pending_answer answer = {0};
    task_wake(m, tid, m->tasks[tid].ret);
    switch_to(m, tid);
    cpu_mode(m, vm_mode_kernel);
    EMIT(m, call_goes_on, .tid = tid, .call = call.call, .done = call.done, .bytes = call.bytes);
    enum pending_end end = go_on(m, tid, &call, &answer);
    settle(m, tid, &call, end, &answer);
}

void pending_run(vm_machine *m)
{
    struct vm_outcome own = m->outcome; /* of the operation that made them possible */
    bool ran = false;
    while (m->first_pending) {
        if (m->doomed) { /* its end may let others go on */
            oom_finish(m);
            own.fault = ran ? own.fault : m->outcome.fault;
            continue;
        }
        vm_tid tid = first_able(m);
        if (!tid) {
            break;
        }
        complete(m, tid);
        ran = true;
    }
    m->outcome.tid = own.tid;
    m->outcome.value = own.value;
    m->outcome.fault = own.fault;
}

void pending_interrupt(vm_machine *m, vm_tid tid)
{
    struct pending call = m->tasks[tid].pending;
    uint64_t none = (uint64_t) - (int64_t)vm_errno_code_eintr;
    pending_forget(m, tid);
    task_wake(m, tid, call.done ? call.done : none);
}

/* ---- room ---- */
uint64_t pending_most(const vm_machine *m, uint32_t object, uint64_t bytes)
{
    const struct channel *channel = channel_of(m, object);
    uint64_t calls = 2; /* the operation's own, and what lies there already */
    for (vm_tid tid = m->first_pending; tid; tid = m->tasks[tid].pending.next) {
        calls++;
    }
    bool queue = m->objects[object].kind == vm_object_kind_mqueue; /* one message at a time */
    uint64_t most = queue ? channel->size : calls * channel->most * channel->size;
    return bytes < most ? bytes : most;
}

/* The user's pages and the channel's, each copied part a few words beside its bytes. */
static enum vm_status reserve_call(vm_machine *m, const struct pending *call)
{
    uint64_t bytes = pending_most(m, object_of(m, call), call->bytes - call->done);
    uint64_t pages = 2 * (pages_of(m, bytes) + 2);
    enum vm_status status = access_reserve_later(m, pages);
    status = status == VM_OK ? channel_reserve(m, 0, pages) : status;
    status = status == VM_OK ? RESERVE(m, scratch, page_size(m)) : status;
    return status == VM_OK ? RESERVE(m, words, bytes / 4 + 4 * pages) : status;
}

enum vm_status pending_reserve(vm_machine *m)
{
    enum vm_status status = VM_OK;
    m->aside = (struct aside){0};
    m->setting_aside = true;
    for (vm_tid tid = m->first_pending; status == VM_OK && tid; tid = m->tasks[tid].pending.next) {
        status = reserve_call(m, &m->tasks[tid].pending);
    }
    m->setting_aside = false;
    return status;
}

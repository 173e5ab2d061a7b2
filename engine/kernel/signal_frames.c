/* SPDX-License-Identifier: MIT
 * Which handlers run on a thread: a list, the innermost first. Invariant: depth counts from the
 * outermost, 1, without a gap.
 */
#include "kernel/signal.h"

#include <assert.h>

static void emit(vm_machine *m, vm_tid tid, const struct signal_frame *frame, bool made)
{
    uint64_t sp = frame->sp, bytes = frame->bytes, signo = frame->signo, name = frame->handler;
    EMIT(m, signal_frame, .tid = tid, .depth = frame->depth,      //
        .old_sp = made ? 0 : sp, .sp = made ? sp : 0,             //
        .old_bytes = made ? 0 : bytes, .bytes = made ? bytes : 0, //
        .old_signo = made ? 0 : signo, .signo = made ? signo : 0, //
        .old_handler = made ? 0 : name, .handler = made ? name : 0);
}

void signal_frames_describe(const vm_machine *m, struct vm_events *events)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        for (uint32_t f = m->tasks[tid].signals.frame; f; f = m->signal_frames[f].next) {
            const struct signal_frame *frame = &m->signal_frames[f];
            EMIT_TO(events, signal_frame, .tid = tid, .depth = frame->depth, .sp = frame->sp,
                .bytes = frame->bytes, .signo = frame->signo, .handler = frame->handler);
        }
    }
}

void signal_frame_link(vm_machine *m, vm_tid tid, const struct signal_frame *frame)
{
    uint32_t id = m->free_signal_frame;
    if (id) {
        m->free_signal_frame = m->signal_frames[id].next;
    } else {
        assert(m->signal_frames_n < m->signal_frames_room);
        id = m->signal_frames_n++;
    }
    m->signal_frames[id] = *frame;
    m->signal_frames[id].next = m->tasks[tid].signals.frame;
    m->tasks[tid].signals.frame = id;
    emit(m, tid, frame, true);
}

void signal_frame_unlink(vm_machine *m, vm_tid tid)
{
    uint32_t id = m->tasks[tid].signals.frame;
    struct signal_frame old = m->signal_frames[id];
    m->tasks[tid].signals.frame = old.next;
    m->signal_frames[id] = (struct signal_frame){.next = m->free_signal_frame};
    m->free_signal_frame = id;
    emit(m, tid, &old, false);
}

void signal_frames_drop(vm_machine *m, vm_tid tid)
{
    while (m->tasks[tid].signals.frame) {
        signal_frame_unlink(m, tid);
    }
}

uint32_t signal_frame_depth(const vm_machine *m, vm_tid tid)
{
    uint32_t f = m->tasks[tid].signals.frame;
    return f ? m->signal_frames[f].depth : 0;
}

enum vm_status signal_frames_reserve(vm_machine *m, vm_tid from)
{
    return RESERVE(m, signal_frames, signal_frame_depth(m, from));
}

static void copy_outermost(vm_machine *m, uint32_t f, vm_tid to)
{
    if (f) {
        struct signal_frame copy = m->signal_frames[f];
        copy_outermost(m, copy.next, to);
        signal_frame_link(m, to, &copy);
    }
}

void signal_frames_copy(vm_machine *m, vm_tid from, vm_tid to)
{
    copy_outermost(m, m->tasks[from].signals.frame, to);
}

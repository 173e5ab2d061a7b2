/* SPDX-License-Identifier: MIT
 * Invariants of pipes, message queues, and of calls that wait for them.
 */
#include "machine/check.h"

#include "kernel/channel.h"
#include "kernel/pending.h"

/* What one channel holds. */
static const char *check_buffers(const vm_machine *m, const struct channel *channel)
{
    uint64_t bytes = 0, held = 0;
    bool pipe = m->objects[channel->object].kind == vm_object_kind_pipe;
    for (uint32_t b = channel->first; b; b = m->buffers[b].link) {
        const struct buffer *buffer = &m->buffers[b];
        const struct frame *frame = &m->frames[buffer->frame - 1];
        if (frame->kind != vm_frame_kind_buffer || frame->object != channel->object ||
            frame->index != buffer->number || frame->maps) {
            return "120: a buffer has a frame of the kernel's that is its own";
        }
        if ((uint64_t)buffer->offset + buffer->bytes > page_size(m) || (pipe && !buffer->bytes)) {
            return "121: a buffer's bytes lie in its frame";
        }
        uint32_t next = buffer->link;
        if (next && (m->buffers[next].priority > buffer->priority ||
                        (m->buffers[next].priority == buffer->priority &&
                            m->buffers[next].number <= buffer->number))) {
            return "122: the highest priority comes first, then who was first";
        }
        bytes += buffer->bytes;
        held += !buffer->more;
    }
    return bytes != channel->bytes || held != channel->held
               ? "123: a channel counts its bytes and its pages or messages"
           : held > channel->most ? "124: no channel holds more than it has places"
                                  : NULL;
}

/* Open files that read and write it. */
static const char *check_ends(const vm_machine *m, const struct channel *channel)
{
    uint64_t readers = 0, writers = 0, held = m->objects[channel->object].links;
    for (uint32_t f = 1; f < m->open_files_n; f++) {
        if (m->open_files[f].refs && m->open_files[f].object == channel->object) {
            readers += (m->open_files[f].flags & vm_open_bit_read) != 0;
            writers += (m->open_files[f].flags & vm_open_bit_write) != 0;
            held++;
        }
    }
    return readers != channel->readers || writers != channel->writers
               ? "125: a channel counts the open files that read and write it"
           : held != m->objects[channel->object].refs || !held
               ? "126: a channel counts who holds it, and somebody does"
               : NULL;
}

static const char *check_pending(const vm_machine *m)
{
    uint64_t order = 0, listed = 0, calls = 0;
    for (vm_tid tid = m->first_pending; tid; tid = m->tasks[tid].pending.next, listed++) {
        const struct pending *call = &m->tasks[tid].pending;
        if (m->tasks[tid].state != vm_task_state_waiting || !call->file || call->order <= order ||
            (call->bytes && call->done >= call->bytes)) {
            return "127: who has a call under way waits, in the order of waiting";
        }
        order = call->order;
        if (pending_can_go_on(m, call)) {
            return "128: no call waits that could go on";
        }
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        calls += m->tasks[tid].pending.file != 0;
    }
    return calls == listed ? NULL : "127: who has a call under way waits, in the order of waiting";
}

const char *check_channels(const vm_machine *m)
{
    uint64_t frames = 0, buffers = 0;
    for (uint32_t c = 1; c < m->channels_n; c++) {
        const struct channel *channel = &m->channels[c];
        if (!channel->object) {
            continue;
        }
        if (m->objects[channel->object].channel != c) {
            return "129: a channel and its object name each other";
        }
        const char *problem = check_buffers(m, channel);
        problem = problem ? problem : check_ends(m, channel);
        if (problem) {
            return problem;
        }
        for (uint32_t b = channel->first; b; b = m->buffers[b].link) {
            buffers++;
        }
    }
    for (vm_frame f = 0; f < m->frames_n; f++) {
        frames += m->frames[f].kind == vm_frame_kind_buffer;
    }
    return frames != buffers ? "120: a buffer has a frame of the kernel's that is its own"
                             : check_pending(m);
}

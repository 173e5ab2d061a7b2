/* SPDX-License-Identifier: MIT
 * Channels: pipes' rings and queues of messages. Invariant: a buffer belongs to one channel and has
 * a frame of kind buffer that is its own; a channel counts its buffers' bytes and its open files.
 */
#include "kernel/channel.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "race/race.h"

#include <assert.h>

static void emit_channel(
    struct vm_events *events, const struct channel *old, const struct channel *now)
{
    EMIT_TO(events, channel, .object = now->object ? now->object : old->object, //
        .old_most = old->most, .most = now->most,                               //
        .old_size = old->size, .size = now->size,                               //
        .old_next = old->next, .next = now->next,                               //
        .old_held = old->held, .held = now->held,                               //
        .old_bytes = old->bytes, .bytes = now->bytes,                           //
        .old_readers = old->readers, .readers = now->readers,                   //
        .old_writers = old->writers, .writers = now->writers);
}

static void emit_buffer(struct vm_events *events, uint32_t object, uint64_t number,
    const struct buffer *old, const struct buffer *now)
{
    EMIT_TO(events, buffer, .object = object, .number = number,   //
        .old_frame = old->frame, .frame = now->frame,             //
        .old_offset = old->offset, .offset = now->offset,         //
        .old_bytes = old->bytes, .bytes = now->bytes,             //
        .old_priority = old->priority, .priority = now->priority, //
        .old_more = old->more, .more = now->more);
}

void channel_describe(const vm_machine *m, struct vm_events *events)
{
    const struct channel nothing = {0};
    const struct buffer empty = {0};
    for (uint32_t c = 1; c < m->channels_n; c++) {
        const struct channel *channel = &m->channels[c];
        if (!channel->object) {
            continue;
        }
        emit_channel(events, &nothing, channel);
        for (uint32_t b = channel->first; b; b = m->buffers[b].link) {
            emit_buffer(events, channel->object, m->buffers[b].number, &empty, &m->buffers[b]);
        }
    }
}

enum vm_status channel_reserve(vm_machine *m, uint64_t channels, uint64_t buffers)
{
    enum vm_status status = RESERVE(m, channels, channels);
    return status == VM_OK ? RESERVE(m, buffers, buffers) : status;
}

static void put(vm_machine *m, uint32_t object, const struct channel *now)
{
    struct channel *channel = &m->channels[m->objects[object].channel], old = *channel;
    *channel = *now;
    emit_channel(m->events, &old, now);
}

void channel_new(vm_machine *m, uint32_t object, uint32_t most, uint64_t size)
{
    uint32_t id = m->free_channel;
    if (id) {
        m->free_channel = m->channels[id].first;
    } else {
        assert(m->channels_n < m->channels_room);
        id = m->channels_n++;
    }
    m->channels[id] = (struct channel){0};
    m->objects[object].channel = id;
    const struct channel now = {.object = object, .most = most, .size = size};
    put(m, object, &now);
}

void channel_opened(vm_machine *m, uint32_t object, uint8_t flags, bool more)
{
    if (!m->objects[object].channel) {
        return;
    }
    if (!more && flags & vm_open_bit_write && m->runner) { /* who finds the end of the file */
        race_release(m, m->runner, race_thing(RACE_OBJECT, object));
    }
    struct channel now = *channel_of(m, object);
    uint32_t one = more ? 1 : UINT32_MAX;
    now.readers += flags & vm_open_bit_read ? one : 0;
    now.writers += flags & vm_open_bit_write ? one : 0;
    put(m, object, &now);
}

static uint32_t buffer_new(vm_machine *m)
{
    uint32_t id = m->free_buffer;
    if (id) {
        m->free_buffer = m->buffers[id].link;
        return id;
    }
    assert(m->buffers_n < m->buffers_room);
    return m->buffers_n++;
}

void channel_push(vm_machine *m, uint32_t object, const struct buffer *buffer)
{
    const struct buffer empty = {0};
    struct channel *channel = &m->channels[m->objects[object].channel], now = *channel;
    uint32_t id = buffer_new(m), *link = &channel->first;
    while (*link && m->buffers[*link].priority >= buffer->priority) {
        link = &m->buffers[*link].link;
    }
    m->buffers[id] = *buffer;
    m->buffers[id].number = now.next;
    m->buffers[id].link = *link;
    *link = id;
    now.first = channel->first;
    now.next++;
    now.held += !buffer->more;
    now.bytes += buffer->bytes;
    emit_buffer(m->events, object, m->buffers[id].number, &empty, &m->buffers[id]);
    put(m, object, &now);
}

uint32_t channel_first(const vm_machine *m, uint32_t object)
{
    return channel_of(m, object)->first;
}

uint32_t channel_last(const vm_machine *m, uint32_t object)
{
    uint32_t b = channel_of(m, object)->first;
    while (b && m->buffers[b].link) {
        b = m->buffers[b].link;
    }
    return b;
}

void channel_extend(vm_machine *m, uint32_t object, uint32_t b, uint32_t bytes)
{
    struct buffer old = m->buffers[b];
    m->buffers[b].bytes += bytes;
    emit_buffer(m->events, object, old.number, &old, &m->buffers[b]);
    struct channel now = *channel_of(m, object);
    now.bytes += bytes;
    put(m, object, &now);
}

/* The buffer that the link leads to leaves the channel, and its frame is free. */
static void remove_at(vm_machine *m, uint32_t object, uint32_t *link)
{
    const struct buffer empty = {0};
    uint32_t b = *link;
    struct buffer old = m->buffers[b];
    *link = old.link;
    m->buffers[b] = (struct buffer){.link = m->free_buffer};
    m->free_buffer = b;
    emit_buffer(m->events, object, old.number, &old, &empty);
    struct channel now = *channel_of(m, object);
    now.bytes -= old.bytes;
    now.held -= !old.more;
    put(m, object, &now);
    frame_release(m, old.frame - 1);
}

void channel_take(vm_machine *m, uint32_t object, uint32_t bytes, bool gone)
{
    struct channel *channel = &m->channels[m->objects[object].channel], now = *channel;
    if (gone) {
        remove_at(m, object, &channel->first);
        return;
    }
    struct buffer old = m->buffers[now.first];
    m->buffers[now.first].offset += bytes;
    m->buffers[now.first].bytes -= bytes;
    now.bytes -= bytes;
    emit_buffer(m->events, object, old.number, &old, &m->buffers[now.first]);
    put(m, object, &now);
}

void channel_cancel(vm_machine *m, uint32_t object, uint64_t number)
{
    uint32_t *link = &m->channels[m->objects[object].channel].first;
    while (*link) {
        if (m->buffers[*link].number >= number) {
            remove_at(m, object, link);
        } else {
            link = &m->buffers[*link].link;
        }
    }
}

void channel_end(vm_machine *m, uint32_t object)
{
    uint32_t id = m->objects[object].channel;
    EMIT(m, channel_freed, .object = object, .bytes = m->channels[id].bytes);
    while (m->channels[id].first) {
        channel_take(m, object, m->buffers[m->channels[id].first].bytes, true);
    }
    const struct channel nothing = {0};
    put(m, object, &nothing);
    m->channels[id].first = m->free_channel;
    m->free_channel = id;
    object_gone(m, object);
}

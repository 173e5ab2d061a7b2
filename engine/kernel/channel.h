/* SPDX-License-Identifier: MIT
 * What pipes and message queues have in common: bytes on their way between processes, in frames of
 * the kernel's, in the order in which they will be taken.
 */
#ifndef KERNEL_CHANNEL_H
#define KERNEL_CHANNEL_H

#include "machine/world.h"

void channel_describe(const vm_machine *m, struct vm_events *events);
enum vm_status channel_reserve(vm_machine *m, uint64_t channels, uint64_t buffers);
/* The object, which is new, carries bytes from now on: `most` buffers of `size` bytes. Reserved. */
void channel_new(vm_machine *m, uint32_t object, uint32_t most, uint64_t size);
/* The object goes, with all that nobody took. */
void channel_end(vm_machine *m, uint32_t object);
/* One open file more or less reads or writes. Objects of other kinds are left alone. */
void channel_opened(vm_machine *m, uint32_t object, uint8_t flags, bool more);

static inline const struct channel *channel_of(const vm_machine *m, uint32_t object)
{
    return &m->channels[m->objects[object].channel];
}
static inline bool channel_full(const struct channel *channel)
{
    return channel->held >= channel->most;
}
/* Puts a buffer in: at the end, or before the first of a lower priority. Its number is the
 * channel's `next`. `more`: the message goes on in the buffer that is put in next. Reserved. */
void channel_push(vm_machine *m, uint32_t object, const struct buffer *buffer);
/* The first buffer and the last one; 0: it is empty. */
uint32_t channel_first(const vm_machine *m, uint32_t object);
uint32_t channel_last(const vm_machine *m, uint32_t object);
/* The buffer has so many bytes more at its end. */
void channel_extend(vm_machine *m, uint32_t object, uint32_t buffer, uint32_t bytes);
/* The first buffer loses bytes at its front; `gone`: it is given up, and its frame free. */
void channel_take(vm_machine *m, uint32_t object, uint32_t bytes, bool gone);
/* What was put in from this number on is given up: the rest of its message does not come. */
void channel_cancel(vm_machine *m, uint32_t object, uint64_t number);

#endif

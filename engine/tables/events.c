/* SPDX-License-Identifier: MIT
 * The stream of events: unsigned LEB128, the kind first, then the numbers of its row.
 */
#include "vm/events.h"
#include "vm/describe.h"

#include <assert.h>
#include <stdlib.h>

void vm_events_clear(struct vm_events *events)
{
    events->length = 0;
    events->changes = 0;
    events->happenings = 0;
}

void vm_events_release(struct vm_events *events)
{
    free(events->bytes);
    *events = (struct vm_events){.counting = events->counting};
}

static bool make_room(struct vm_events *events)
{
    if (events->capacity - events->length >= VM_EVENT_BYTES_MAX) {
        return true;
    }
    size_t capacity = events->capacity ? events->capacity * 2 : 4096;
    uint8_t *bytes = realloc(events->bytes, capacity);
    if (!bytes) {
        events->failed = true;
        return false;
    }
    events->bytes = bytes;
    events->capacity = capacity;
    return true;
}

static uint8_t *put_number(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

void vm_events_put(struct vm_events *events, unsigned kind, const uint64_t *words, size_t n)
{
    const struct vm_event_desc *desc = vm_event_desc(kind);
    assert(desc && desc->words_n == n);
    if (desc->change) {
        events->changes++;
    } else {
        events->happenings++;
    }
    if (events->counting || events->failed || !make_room(events)) {
        return;
    }
    uint8_t *at = put_number(events->bytes + events->length, kind);
    for (size_t i = 0; i < n; i++) {
        at = put_number(at, words[i]);
    }
    events->length = (size_t)(at - events->bytes);
}

static bool get_number(const uint8_t *bytes, size_t length, size_t *at, uint64_t *value)
{
    uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64 && *at < length; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        if (shift == 63 && byte > 1) {
            return false;
        }
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = sum;
            return true;
        }
    }
    return false;
}

bool vm_event_next(const uint8_t *bytes, size_t length, size_t *offset, struct vm_event *out)
{
    size_t at = *offset;
    uint64_t kind;
    if (!get_number(bytes, length, &at, &kind) || kind >= vm_event_count) {
        return false;
    }
    out->kind = (unsigned)kind;
    out->n = vm_event_desc(out->kind)->words_n;
    for (size_t i = 0; i < out->n; i++) {
        if (!get_number(bytes, length, &at, &out->word[i])) {
            return false;
        }
    }
    *offset = at;
    return true;
}

/* SPDX-License-Identifier: MIT
 * A stream of events: LEB128 numbers in the order of the tables, kind first. The same bytes are the
 * wire format, the golden files and what a test folds.
 */
#ifndef VM_EVENTS_H
#define VM_EVENTS_H

#include "vm/types.h"

/* Where events go. `bytes` NULL and `counting` true: only counted. Zero-initialise, then
 * vm_events_release. After a failed allocation `failed` stays true and further events are dropped;
 * the engine goes on. */
struct vm_events {
    uint8_t *bytes; /* owned */
    size_t length;  /* bytes used */
    size_t capacity;
    uint64_t changes;    /* events since the last clear */
    uint64_t happenings; /* = micro-steps since the last clear */
    bool counting;       /* count only, keep nothing */
    bool failed;
};

void vm_events_clear(struct vm_events *events); /* keeps the room */
void vm_events_release(struct vm_events *events);
/* Appends one event: n numbers, at most VM_FIELDS_MAX, in the order of its row. */
void vm_events_put(struct vm_events *events, unsigned kind, const uint64_t *words, size_t n);

/* One decoded event: a kind and its numbers in the order of the struct. */
struct vm_event {
    unsigned kind;
    size_t n;
    uint64_t word[VM_FIELDS_MAX];
};

/* Decodes the event at *offset and moves past it. False at the end or on malformed bytes (then
 * *offset is left where it was, below length). */
bool vm_event_next(const uint8_t *bytes, size_t length, size_t *offset, struct vm_event *out);

/* A buffer for one event is at most this long. */
#define VM_EVENT_BYTES_MAX ((VM_FIELDS_MAX + 1) * 10)

#endif

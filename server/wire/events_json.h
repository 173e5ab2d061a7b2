/* SPDX-License-Identifier: MIT
 * Events and operations as JSON, generically from the tables: a new row needs nothing here. Numbers
 * of shape num are JSON numbers, big ones strings ("0x…" for addresses), enums and flags their
 * names.
 */
#ifndef WIRE_EVENTS_JSON_H
#define WIRE_EVENTS_JSON_H

#include "vm/describe.h"
#include "vm/events.h"
#include "wire/json.h"

/* Turns an id from 1 into its text; NULL when it has none. */
typedef const char *wire_namer(void *ctx, uint32_t name);

/* One object: {"event": "pte", "table": 3, …, "entry": [old, new]} for a change, or
 * {"event": "fault", "actor": "kernel", "tid": 1, …}. namer may be NULL. */
void wire_event_json(struct json *json, const struct vm_event *event, wire_namer *namer, void *ctx);
/* A change as the row that it leaves behind: keys and new values. */
void wire_row_json(struct json *json, const struct vm_event *event, wire_namer *namer, void *ctx);
/* An array of such objects. False: malformed bytes, what was read stands. */
bool wire_events_json(
    struct json *json, const uint8_t *bytes, size_t length, wire_namer *namer, void *ctx);
/* {"op": "access", "line": 3, "tid": 1, …}; the value is open for more keys until json_object_end.
 */
void wire_op_json_open(struct json *json, const struct vm_op *op, wire_namer *namer, void *ctx);

#endif

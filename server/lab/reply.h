/* SPDX-License-Identifier: MIT
 * What runs have to tell, as JSON: shared by the lab protocol and the one-shot requests.
 */
#ifndef LAB_REPLY_H
#define LAB_REPLY_H

#include "lab/run.h"
#include "wire/json.h"

/* An array of {line, column, length, warning, message, hint}. */
void lab_json_diagnostics(struct json *json, const struct vm_diagnostics *one,
    const struct vm_diagnostics *two, struct lab_run *run);
/* Members of an open object: title, engine, operations, events, notes, expectations, compare,
 * diagnostics, reason. */
void lab_json_run(struct json *json, struct lab_run *run);
/* Member `counters`: one number for each word of enum counter. */
void lab_json_counters(struct json *json, struct lab_run *run);
/* Did every expectation hold? */
bool lab_run_held(struct lab_run *run);
/* Members of an open object: from, to, buckets and the arrays of `lanes`. False: the range is
 * wrong. */
bool lab_json_lanes(
    struct json *json, struct lab_run *run, uint64_t from, uint64_t to, uint64_t buckets);
/* "148" or "148.7"; room for 40 characters. */
void lab_position_text(struct vm_position position, char out[40]);
bool lab_position_read(const char *text, struct vm_position *out);
/* The task of an operation, 0 when it has none. */
uint64_t lab_op_task(const struct vm_op *op);

#endif

/* SPDX-License-Identifier: MIT
 * Results of a run as JSON.
 */
#include "lab/reply.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void diagnostic(struct json *json, struct lab_run *run, const struct vm_diagnostic *d)
{
    if (run && !lab_seen_line(run, d->line)) {
        return;
    }
    json_object(json);
    json_key_number(json, "line", d->line);
    json_key_number(json, "column", d->column);
    json_key_number(json, "length", d->length);
    json_key_bool(json, "warning", d->warning);
    json_key_string(json, "message", d->message);
    json_key_string(json, "hint", d->hint);
    json_object_end(json);
}

void lab_json_diagnostics(struct json *json, const struct vm_diagnostics *one,
    const struct vm_diagnostics *two, struct lab_run *run)
{
    json_array(json);
    for (size_t i = 0; one && i < one->length; i++) {
        diagnostic(json, run, &one->item[i]);
    }
    for (size_t i = 0; two && i < two->length; i++) {
        diagnostic(json, run, &two->item[i]);
    }
    if (run && run->message[0] && !lab_run_cut(run) && !(two && two->errors)) {
        struct vm_diagnostic d = {.line = 1, .column = 1, .length = 1, .warning = true};
        struct vm_op op;
        uint64_t n = run->history ? vm_history_length(run->history) : 0;
        if (n && vm_history_op(run->history, n, &op) == VM_OK && op.line) {
            d.line = op.line;
        }
        snprintf(d.message, sizeof(d.message), "%s", run->message);
        diagnostic(json, run, &d);
    }
    json_array_end(json);
}

/* The system calls of a recording. */
static void call_notes(struct json *json, const struct lab_run *run)
{
    char text[LAB_CALL_TEXT], at[40];
    struct vm_position position;
    for (size_t i = 0; run->trace && run->history && i < LAB_REMARKS_MAX; i++) {
        if (!lab_trace_note(run->trace, i, &position, text, sizeof text)) {
            break;
        }
        if (lab_run_cut(run) && position.op >= lab_run_end(run)) {
            continue;
        }
        lab_position_text(position, at);
        json_object(json);
        json_key_number(json, "line", 0);
        json_key_string(json, "position", at);
        json_key_string(json, "kind", "text");
        json_key_string(json, "at", "");
        json_key_string(json, "text", text);
        json_object_end(json);
    }
}

static void notes(struct json *json, struct lab_run *run)
{
    static const char *const kinds[] = {"text", "bookmark", "section", "ask"};
    size_t n = 0;
    const struct vm_note *note = run->run ? vm_run_notes(run->run, &n) : NULL;
    json_array(json);
    for (size_t i = 0; i < n && i < LAB_REMARKS_MAX; i++) {
        char position[40];
        if (!lab_seen_note(run, &note[i])) {
            continue;
        }
        lab_position_text((struct vm_position){note[i].position, 0}, position);
        json_object(json);
        json_key_number(json, "line", note[i].line);
        json_key_string(json, "position", position);
        json_key_string(json, "kind", kinds[note[i].kind]);
        json_key_string(json, "at", note[i].at);
        json_key_string(json, "text", note[i].text);
        json_object_end(json);
    }
    call_notes(json, run);
    json_array_end(json);
}

static void expectations(struct json *json, struct lab_run *run)
{
    size_t n = 0;
    const struct vm_expectation *e = run->run ? vm_run_expectations(run->run, &n) : NULL;
    json_array(json);
    for (size_t i = 0; i < n && i < LAB_REMARKS_MAX; i++) {
        char position[40];
        if (!lab_seen_expectation(run, &e[i])) {
            continue;
        }
        lab_position_text((struct vm_position){e[i].position, 0}, position);
        json_object(json);
        json_key_number(json, "line", e[i].line);
        json_key_string(json, "position", position);
        json_key_bool(json, "held", e[i].held);
        json_key_string(json, "text", e[i].text);
        json_key_string(json, "found", e[i].found);
        json_object_end(json);
    }
    json_array_end(json);
}

bool lab_run_held(struct lab_run *run)
{
    size_t n = 0;
    const struct vm_expectation *e = run->run ? vm_run_expectations(run->run, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        if (!e[i].held) {
            return false;
        }
    }
    return true;
}

static void compare(struct json *json, struct lab_run *run)
{
    size_t n = 0;
    const struct vm_compare_row *row = run->run ? vm_run_compare(run->run, &n) : NULL;
    json_array(json);
    for (size_t i = 0; i < n && !lab_run_cut(run); i++) {
        const struct vm_policy_desc *policy = vm_policy_desc(row[i].policy);
        json_object(json);
        json_key_string(json, "policy", policy ? policy->name : NULL);
        json_key_number(json, "frames", row[i].frames);
        json_key_number(json, "faults", row[i].faults);
        json_key_number(json, "evictions", row[i].evictions);
        json_key_number(json, "writebacks", row[i].writebacks);
        json_object_end(json);
    }
    json_array_end(json);
}

void lab_json_run(struct json *json, struct lab_run *run)
{
    json_key_string(json, "title", run->title);
    json_key_number(json, "engine", VM_ENGINE_VERSION);
    bool cut = lab_run_cut(run);
    json_key_number(json, "operations", lab_run_end(run));
    json_key_number(
        json, "events", run->history && !cut ? vm_history_events_total(run->history) : 0);
    json_key(json, "notes");
    notes(json, run);
    json_key(json, "expectations");
    expectations(json, run);
    json_key(json, "compare");
    compare(json, run);
    json_key(json, "diagnostics");
    lab_json_diagnostics(
        json, &run->diagnostics, run->run ? vm_run_diagnostics(run->run) : NULL, run);
    json_key_string(json, "reason", lab_reason_name(cut ? LAB_ASKING : run->reason));
}

void lab_json_counters(struct json *json, struct lab_run *run)
{
    json_key(json, "counters");
    json_object(json);
    for (unsigned i = 0; run->history && i < vm_counter_count; i++) {
        json_key_number(json, vm_enum_name("counter", i),
            vm_counter(vm_history_head(run->history), 0, (enum vm_counter)i));
    }
    json_object_end(json);
}

void lab_position_text(struct vm_position position, char out[40])
{
    if (position.micro) {
        snprintf(out, 40, "%" PRIu64 ".%" PRIu32, position.op, position.micro);
    } else {
        snprintf(out, 40, "%" PRIu64, position.op);
    }
}

static bool digits(const char **at, uint64_t limit, uint64_t *out)
{
    uint64_t sum = 0;
    const char *from = *at;
    for (; isdigit((unsigned char)**at); (*at)++) {
        if (*at - from > 15) {
            return false;
        }
        sum = sum * 10 + (uint64_t)(**at - '0');
    }
    *out = sum;
    return *at > from && sum <= limit;
}

bool lab_position_read(const char *text, struct vm_position *out)
{
    uint64_t op, micro = 0;
    if (!text || !digits(&text, UINT64_C(1) << 53, &op)) {
        return false;
    }
    if (*text == '.') {
        text++;
        if (op == 0 || !digits(&text, UINT32_MAX, &micro)) {
            return false;
        }
    }
    *out = (struct vm_position){op, (uint32_t)micro};
    return *text == '\0';
}

uint64_t lab_op_task(const struct vm_op *op)
{
    const struct vm_op_desc *desc = vm_op_desc(op->kind);
    return desc && desc->fields_n && strcmp(desc->fields[0].type, "tid") == 0 ? op->u.arg[0] : 0;
}

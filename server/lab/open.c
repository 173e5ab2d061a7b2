/* SPDX-License-Identifier: MIT
 * Opening a run, and playing as writing: a line appended at the end, or at a point that then
 * becomes one.
 */
#include "lab/parts.h"
#include "lab/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NULL, or what is wrong with `set`. */
static const char *read_set(const json_value *json, struct lab_set *set)
{
    static const char problem[] = "`set` is an object of strings or whole numbers";
    uint64_t number;
    char digits[24];
    if (json && !json_is_object(json)) {
        return problem;
    }
    for (const json_value *item = json_first(json); item; item = json_next(item)) {
        const char *value = json_text(item);
        if (!value && json_u64(item, &number)) {
            snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
            value = digits;
        }
        if (!value || set->n >= 64) {
            return set->n >= 64 ? "`set` has at most 64 values" : problem;
        }
        if (!lab_set_add(set, json_name(item), value)) {
            return "no memory left";
        }
    }
    return NULL;
}

static void replace(struct lab_session *s, struct lab_run *run)
{
    lab_transfers_clear(&s->transfers);
    lab_run_free(s->run);
    s->run = run;
    s->playing = false;
    s->at = (struct vm_position){0};
    s->opening = false;
    s->has_from = false;
    s->asking = (struct lab_asking){0};
}

void lab_open(struct lab_session *s, const struct lab_request *r, int fd)
{
    struct lab_set set = {0};
    struct lab_run *run = NULL;
    const char *text = json_text(json_get(r->json, "text"));
    const char *title = json_text(json_get(r->json, "title"));
    const char *problem = read_set(json_get(r->json, "set"), &set);
    const json_value *predict = json_get(r->json, "predict");
    struct lab_asking asking = {0};
    if (!problem && predict && !lab_read_asking(predict, &asking)) {
        problem = "`predict` is true, or {from: a position, kinds: a list of kinds of questions}";
    }
    if (!problem && !text && fd < 0) {
        problem = "give one of scenario, text or trace, as a string";
    }
    if (problem) {
        lab_error(s, r, "field", problem);
        goto done;
    }
    bool held = s->run != NULL;
    replace(s, NULL); /* first: two runs need not be held at once */
    if (!r->room && !held) {
        lab_error(s, r, "busy", "all memory for runs is in use; try again");
        goto done;
    }
    enum vm_status status;
    if (fd >= 0) {
        status = lab_run_new_trace(fd, title ? title : "", &set, &s->limits, &run);
        fd = -1;
    } else {
        status = lab_run_new(text, strlen(text), &set, &s->limits, &run);
    }
    if (status != VM_OK) {
        lab_error(s, r, "memory", "no memory left for another run");
        goto done;
    }
    s->run = run;
    s->asking = asking;
    s->opening = true;
    s->open_has_id = r->has_id;
    s->open_id = r->id;
done:
    if (fd >= 0) {
        close(fd);
    }
    lab_set_release(&set);
}

void lab_tell_run(struct json *json, struct lab_run *run)
{
    size_t length = 0;
    char *cut = lab_run_cut(run) ? lab_seen_text(run, &length) : NULL;
    json_key(json, "text");
    if (lab_run_cut(run)) {
        json_string_n(json, cut ? cut : "", length);
    } else {
        json_string_n(json, run->text, run->text_n);
    }
    free(cut);
    lab_json_run(json, run);
    json_key(json, "names");
    json_array(json);
    for (uint32_t i = 1; i <= lab_seen_names(run); i++) {
        json_string(json, lab_run_name(run, i));
    }
    json_array_end(json);
}

void lab_opened(struct lab_session *s)
{
    struct json json = {0};
    char position[40];
    lab_ask_anew(s, s->has_from ? s->from : s->asking.from);
    lab_begin(&json, "opened", s->open_has_id, s->open_id);
    lab_tell_run(&json, s->run);
    if (s->has_from) {
        lab_position_text((struct vm_position){s->from, 0}, position);
        json_key_string(&json, "from", position);
    }
    lab_say(s, &json);
}

static bool parses(const char *text, size_t length)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    bool good = vm_scenario_parse(text, length, NULL, &diagnostics, &scenario) == VM_OK;
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return good;
}

/* Bytes of the first `lines` lines, line ends included. */
static size_t prefix(const char *text, size_t length, uint32_t lines)
{
    size_t at = 0;
    while (lines && at < length) {
        const char *end = memchr(text + at, '\n', length - at);
        at = end ? (size_t)(end - text) + 1 : length;
        lines--;
    }
    return at;
}

/* How much of the text stays when only `at` operations do: the lines before the next operation's.
 * Where that cuts a block in two, the whole text, and *whole. */
static size_t kept_text(const struct lab_run *run, uint64_t at, bool *whole)
{
    struct vm_op next, last = {0};
    *whole = false;
    if (at == vm_history_length(run->history) ||
        vm_history_op(run->history, at + 1, &next) != VM_OK || next.line == 0) {
        return run->text_n;
    }
    if (at && vm_history_op(run->history, at, &last) != VM_OK) {
        return run->text_n;
    }
    size_t n = prefix(run->text, run->text_n, next.line - 1);
    *whole = next.line <= last.line || !parses(run->text, n);
    return *whole ? run->text_n : n;
}

static char *new_text(const struct lab_run *run, uint64_t at, const char *line, size_t *length)
{
    bool whole;
    size_t kept = kept_text(run, at, &whole), room = kept + strlen(line) + 128;
    char *text = malloc(room);
    if (text) {
        memcpy(text, run->text, kept);
        size_t n = kept;
        if (n && text[n - 1] != '\n') {
            text[n++] = '\n';
        }
        if (whole) {
            n += (size_t)snprintf(text + n, room - n, "# from here on after operation %llu\n",
                (unsigned long long)at);
        }
        n += (size_t)snprintf(text + n, room - n, "%s\n", line);
        *length = n;
    }
    return text;
}

static void refuse_line(
    struct lab_session *s, const struct lab_request *r, const struct vm_diagnostics *diagnostics)
{
    struct json json = {0};
    lab_begin(&json, "error", r->has_id, r->id);
    json_key_string(&json, "code", "diagnostics");
    json_key_string(&json, "message",
        diagnostics->length ? diagnostics->item[0].message : "the line cannot run");
    json_key(&json, "diagnostics");
    lab_json_diagnostics(&json, diagnostics, NULL, NULL);
    lab_say(s, &json);
}

/* What a line or a branch may take: as much as a run. */
struct allowance {
    uint64_t until_us;
};

static bool used_up(void *context)
{
    const struct allowance *allowance = context;
    return lab_cpu_us() >= allowance->until_us;
}

/* The appended line is run on `onto`, the run itself or a branch of it. */
static bool run_line(
    struct lab_session *s, const struct lab_request *r, vm_run *onto, const char *line)
{
    struct vm_diagnostics diagnostics = {0};
    bool good = vm_run_append(onto, line, strlen(line), &diagnostics);
    if (!good) {
        refuse_line(s, r, &diagnostics);
    }
    vm_diagnostics_release(&diagnostics);
    return good;
}

static void commit(struct lab_session *s, vm_run *onto, char *text, size_t length)
{
    struct lab_run *run = s->run;
    lab_transfers_clear(&s->transfers);
    if (onto != run->run) {
        vm_run_free(run->run);
        run->run = onto;
        run->history = vm_run_history(onto);
        run->message[0] = '\0';
    }
    free(run->text);
    run->text = text;
    run->text_n = length;
    run->reason = LAB_DONE;
}

/* *onto: the run itself, or the branch that the line made. */
static bool append_at(struct lab_session *s, const struct lab_request *r, uint64_t op,
    const char *line, vm_run **onto)
{
    struct allowance allowance = {lab_cpu_us() + (uint64_t)s->run->limits.cpu_ms * 1000};
    vm_run *run = s->run->run, *branch = NULL;
    enum vm_status status = VM_OK;
    vm_run_watch(run, used_up, &allowance);
    if (op < vm_history_length(s->run->history)) {
        status = vm_run_branch(run, op, &branch);
        *onto = branch;
    }
    bool good = status == VM_OK && run_line(s, r, *onto, line);
    vm_run_watch(run, NULL, NULL);
    if (good && branch) {
        vm_run_watch(branch, NULL, NULL);
    } else if (!good) {
        vm_run_free(branch);
    }
    if (status == VM_LIMIT) {
        lab_error(s, r, "limit", "this takes longer than the server allows for a line");
    } else if (status != VM_OK) {
        lab_error(s, r, "memory", "no memory left for a branch");
    }
    return good;
}

void lab_append(struct lab_session *s, const struct lab_request *r)
{
    const char *line = json_text(json_get(r->json, "line"));
    const json_value *where = json_get(r->json, "at");
    struct vm_position at;
    size_t length;
    vm_run *onto = s->run->run;
    if (!line ||
        !(lab_position_read(json_text(where), &at) ||
            (json_u64(where, &at.op) && (at.micro = 0, true))) ||
        at.micro) {
        lab_error(
            s, r, "field", "`at` is a number of complete operations, `line` a line of a scenario");
        return;
    }
    if (!onto || at.op > lab_run_end(s->run)) {
        lab_error(s, r, onto ? "range" : "trace",
            onto ? "`at` lies outside the run" : "a trace has no lines");
        return;
    }
    bool branches = at.op < vm_history_length(s->run->history);
    if (!branches && s->run->message[0]) { /* going on would run what the limit has cut off */
        lab_error(s, r, "limit", "a limit ended this run; append after an earlier operation");
        return;
    }
    char *text = new_text(s->run, at.op, line, &length);
    if (!text || length > 65536) {
        lab_error(s, r, "limit", "the text would be longer than 65536 bytes");
        free(text);
        return;
    }
    if (!append_at(s, r, at.op, line, &onto)) {
        free(text);
        return;
    }
    commit(s, onto, text, length);
    s->open_has_id = r->has_id;
    s->open_id = r->id;
    s->has_from = true;
    s->from = at.op;
    lab_opened(s);
    s->at = (struct vm_position){lab_run_end(s->run), 0};
}

/* SPDX-License-Identifier: MIT
 * Questions before operations: `predict` and `answer`. While a question is open the run ends before
 * the operation that it is about (seen.c), for every message. The next one is sought when one is
 * answered, in slices.
 */
#include "lab/parts.h"
#include "lab/reply.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW = 64, SLICE_US = 15000 };

static bool read_kinds(const json_value *json, struct lab_asking *asking)
{
    for (const json_value *v = json_first(json); v; v = json_next(v)) {
        int kind = json_text(v) ? vm_question_named(json_text(v)) : -1;
        if (kind < 0) {
            return false;
        }
        asking->kinds |= UINT64_C(1) << kind;
    }
    return json_is_array(json) && asking->kinds;
}

bool lab_read_asking(const json_value *json, struct lab_asking *asking)
{
    struct vm_position from = {0};
    const json_value *kinds = json_get(json, "kinds"), *position = json_get(json, "from");
    bool on;
    if (json_flag(json, &on)) {
        asking->on = on;
        return true;
    }
    bool good = json_is_object(json) && (!kinds || read_kinds(kinds, asking)) &&
                (!position || lab_position_read(json_text(position), &from));
    asking->on = true;
    asking->from = from.op;
    return good;
}

/* ---- what is told ---- */
static void put_value(
    struct json *json, const char *key, const struct vm_question *q, struct vm_given given)
{
    const struct vm_question_desc *desc = vm_question_desc(q->kind);
    if (key) {
        json_key(json, key);
    }
    switch (desc->answer) {
    case vm_answer_word:
        json_string(json, desc->choices[given.value].name);
        break;
    case vm_answer_page:
        json_object(json);
        json_key_number(json, "pid", given.of);
        json_key_number(json, "page", given.value);
        json_object_end(json);
        break;
    case vm_answer_entry:
        json_object(json);
        json_key_number(json, "table", given.of);
        json_key_number(json, "index", given.value);
        json_object_end(json);
        break;
    case vm_answer_address:
        json_hex(json, given.value);
        break;
    default:
        given.value < UINT64_C(1) << 53 ? json_number(json, given.value)
                                        : json_big(json, given.value);
    }
}

static void put_fields(struct json *json, const struct vm_question *q)
{
    const struct vm_question_desc *desc = vm_question_desc(q->kind);
    json_key(json, "fields");
    json_object(json);
    for (size_t i = 0; i < desc->fields_n; i++) {
        json_key(json, desc->fields[i].name);
        if (vm_type_named(desc->fields[i].type)->shape == vm_shape_big) {
            json_hex(json, q->field[i]);
        } else {
            json_number(json, q->field[i]);
        }
    }
    json_object_end(json);
}

static void put_choices(struct json *json, const struct lab_asking *a)
{
    const struct vm_question_desc *desc = vm_question_desc(a->question.kind);
    if (!desc->choices_n && !(a->note && a->note->choice[0])) {
        return;
    }
    json_key(json, "choices");
    json_array(json);
    for (size_t i = 0; i < desc->choices_n; i++) {
        json_object(json);
        json_key_string(json, "value", desc->choices[i].name);
        json_key_string(json, "text", desc->choices[i].words);
        json_object_end(json);
    }
    for (size_t i = 0; !desc->choices_n && i < VM_NOTE_CHOICES && a->note->choice[i]; i++) {
        json_object(json);
        json_key_number(json, "value", i);
        json_key_string(json, "text", a->note->choice[i]);
        json_object_end(json);
    }
    json_array_end(json);
}

/* The open question, or that there is no more. */
static void say_question(struct lab_session *s)
{
    const struct lab_asking *a = &s->asking;
    const struct vm_question_desc *desc = vm_question_desc(a->question.kind);
    struct json json = {0};
    struct vm_op op;
    char position[40];
    lab_position_text((struct vm_position){lab_run_end(s->run), 0}, position);
    lab_begin(&json, "question", false, 0);
    json_key_string(&json, "position", position);
    json_key_string(&json, "kind", a->open ? desc->name : NULL);
    if (a->open) {
        json_key_string(&json, "answer", vm_answer_name(desc->answer));
        json_key_string(&json, "sentence", desc->sentence);
        json_key_string(&json, "text", a->note ? a->note->text : NULL);
        put_fields(&json, &a->question);
        put_choices(&json, a);
        if (vm_history_op(s->run->history, a->from + 1, &op) == VM_OK) {
            json_key_string(&json, "operation", vm_op_desc(op.kind)->name);
            json_key_number(&json, "line", op.line);
        }
    }
    lab_say(s, &json);
}

/* What may be seen from now on: as `opened`, up to the horizon. */
static void say_horizon(struct lab_session *s, bool has_id, uint64_t id)
{
    struct json json = {0};
    char position[40];
    lab_position_text((struct vm_position){lab_run_end(s->run), 0}, position);
    lab_begin(&json, "horizon", has_id, id);
    json_key_bool(&json, "on", s->asking.on);
    json_key_string(&json, "position", position);
    lab_tell_run(&json, s->run);
    lab_say(s, &json);
}

/* ---- the next question ---- */
static void hide(struct lab_session *s, uint64_t from)
{
    lab_run_hide(s->run, from);
    s->playing = false;
    if (s->at.op > from) {
        s->at = (struct vm_position){from, 0};
    }
    for (size_t i = s->transfers.n; i-- > 0;) { /* what was asked for before, and is hidden now */
        const struct lab_transfer *t = &s->transfers.item[i];
        if (t->to > from || t->at.op > from) {
            struct lab_request old = {.has_id = t->has_id, .id = t->id};
            lab_transfer_drop(&s->transfers, i);
            lab_error(s, &old, "superseded", "a question is open before that");
        }
    }
}

void lab_ask_anew(struct lab_session *s, uint64_t from)
{
    struct lab_asking *a = &s->asking;
    if (!a->on || !s->run->history) {
        a->on = false;
        return;
    }
    uint64_t length = vm_history_length(s->run->history);
    a->open = false;
    a->note = NULL;
    a->searching = true;
    a->from = from = from < length ? from : length;
    hide(s, from);
}

/* An author's question about the operation after `op` operations. */
static const struct vm_note *ask_note(const struct lab_run *run, uint64_t op)
{
    size_t n = 0;
    const struct vm_note *note = run->run ? vm_run_notes(run->run, &n) : NULL, *found = NULL;
    size_t low = 0, high = n; /* they are in the order of their positions */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (note[middle].position < op) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < n && note[low].position == op; low++) {
        found = note[low].kind == VM_NOTE_ASK ? &note[low] : found;
    }
    return found;
}

/* The key of an author's question: of the operation's events, or what the run computed. */
static bool take_note(struct lab_asking *a, const struct vm_note *note,
    const struct vm_question *fitting, size_t n, uint64_t tid)
{
    int kind = vm_question_named(strcmp(note->at, "pa") == 0 ? "address" : note->at);
    for (size_t i = 0; i < n; i++) {
        if ((int)fitting[i].kind == kind && !note->judged) {
            a->question = fitting[i];
            a->note = note;
            return true;
        }
    }
    if (kind < 0 || !note->judged) {
        return false;
    }
    a->question = (struct vm_question){
        .kind = (enum vm_question_kind)kind, .key = {{0, note->key}}, .keys = 1};
    a->question.field[0] = tid;
    a->note = note;
    return true;
}

/* An access at which nothing happens. */
static bool is_quiet(const struct vm_mark *mark)
{
    bool access = mark->kind == vm_op_kind_access || mark->kind == vm_op_kind_load ||
                  mark->kind == vm_op_kind_store;
    return access && !mark->fault && !mark->flags;
}

/* Of those that fit, the one whose kind was asked least often. */
static bool take_fitting(
    struct lab_asking *a, const struct vm_question *fitting, size_t n, bool quiet)
{
    const struct vm_question *best = NULL;
    for (size_t i = 0; i < n; i++) {
        bool wanted = !a->kinds || (a->kinds >> fitting[i].kind & 1);
        if (wanted && (!best || a->asked[fitting[i].kind] < a->asked[best->kind])) {
            best = &fitting[i];
        }
    }
    /* Where nothing happens is worth a question too, else each answer would be a fault; but not
     * more often than where something does. */
    if (!best || (quiet && a->quiet > a->loud)) {
        return false;
    }
    /* That mapping takes nothing is news once. */
    if (best->kind == vm_question_kind_frames && !best->key[0].value && a->asked[best->kind] &&
        !a->kinds) {
        return false;
    }
    a->question = *best;
    a->note = NULL;
    return true;
}

/* Is there a question about operation n? */
static bool question_at(
    struct lab_session *s, uint64_t n, const struct vm_op *op, const uint8_t *events, size_t length)
{
    struct vm_question fitting[vm_question_kind_count];
    struct lab_asking *a = &s->asking;
    struct vm_mark mark = vm_history_mark(s->run->history, n);
    bool quiet = is_quiet(&mark);
    const struct vm_note *note = ask_note(s->run, n - 1);
    if (quiet && a->quiet > a->loud && !note) {
        return false;
    }
    size_t fit = vm_questions(op, events, length, fitting);
    if (!(note && take_note(a, note, fitting, fit, lab_op_task(op))) &&
        !take_fitting(a, fitting, fit, quiet)) {
        return false;
    }
    *(quiet ? &a->quiet : &a->loud) += 1;
    a->asked[a->question.kind]++;
    return true;
}

/* Where the next question can be: long stretches of hits are passed over. */
static uint64_t next_candidate(const struct lab_session *s)
{
    const struct lab_asking *a = &s->asking;
    uint64_t n = a->from + 1;
    return a->quiet > a->loud && s->run->trace ? vm_history_next_mark(s->run->history, n) : n;
}

/* Looks at the next operations. False: no memory for them. */
static bool look(struct lab_session *s)
{
    struct lab_asking *a = &s->asking;
    vm_history *history = s->run->history;
    uint64_t length = vm_history_length(history), from = next_candidate(s) - 1, reached = from;
    uint64_t to = length - from > WINDOW ? from + WINDOW : length;
    struct vm_events events = {0};
    size_t ends[WINDOW];
    if (from >= length) {
        a->from = length;
        return true;
    }
    bool good = vm_history_events(history, from, to, SIZE_MAX, &events, ends, &reached) == VM_OK &&
                !events.failed && reached > from;
    for (uint64_t n = from; good && !a->open && n < reached; n++) {
        size_t begin = n == from ? 0 : ends[n - from - 1];
        struct vm_op op;
        a->from = n;
        good = vm_history_op(history, n + 1, &op) == VM_OK;
        a->open = good && question_at(s, n + 1, &op, events.bytes ? events.bytes + begin : NULL,
                              ends[n - from] - begin);
    }
    if (good && !a->open) {
        a->from = reached;
    }
    vm_events_release(&events);
    return good;
}

void lab_ask_work(struct lab_session *s)
{
    struct lab_asking *a = &s->asking;
    uint64_t until = lab_cpu_us() + SLICE_US, length = vm_history_length(s->run->history);
    while (a->searching && lab_cpu_us() < until) {
        if (!look(s)) { /* what cannot be looked at cannot be asked about */
            a->from = length;
        }
        a->searching = !a->open && a->from < length;
    }
    if (!a->searching) {
        lab_run_hide(s->run, a->open ? a->from : UINT64_MAX);
        say_horizon(s, false, 0);
        say_question(s);
    }
}

/* ---- the messages ---- */
void lab_predict(struct lab_session *s, const struct lab_request *r)
{
    struct lab_asking asking = {0};
    const json_value *kinds = json_get(r->json, "kinds"), *from = json_get(r->json, "from");
    struct vm_position position = s->at;
    bool on;
    if (!json_flag(json_get(r->json, "on"), &on) || (kinds && !read_kinds(kinds, &asking)) ||
        (from && !lab_position_read(json_text(from), &position))) {
        lab_error(s, r, "field",
            "`on` is true or false, `kinds` a list of kinds of questions, `from` a position");
        return;
    }
    if (!lab_position_there(s, position)) {
        lab_error(s, r, "range", "`from` lies outside the run");
        return;
    }
    asking.on = on;
    if (s->asking.on && on) { /* the sitting goes on: what was asked often stays so */
        memcpy(asking.asked, s->asking.asked, sizeof asking.asked);
        asking.quiet = s->asking.quiet;
        asking.loud = s->asking.loud;
    }
    s->asking = asking;
    if (on) {
        lab_ask_anew(s, position.op);
    } else {
        lab_run_show(s->run);
    }
    say_horizon(s, r->has_id, r->id);
}

/* Whose page, or which table, may be left open. */
static bool read_of(const json_value *json, struct vm_given *given)
{
    given->of = VM_ANY;
    return !json || json_u64(json, &given->of);
}

/* What was given, as the question wants it. */
static bool read_given(const json_value *value, const struct vm_question *q, struct vm_given *given)
{
    const struct vm_question_desc *desc = vm_question_desc(q->kind);
    const char *word = json_text(value);
    *given = (struct vm_given){0};
    switch (desc->answer) {
    case vm_answer_word:
        while (word && given->value < desc->choices_n &&
               strcmp(desc->choices[given->value].name, word) != 0) {
            given->value++;
        }
        return word && given->value < desc->choices_n;
    case vm_answer_page:
        return read_of(json_get(value, "pid"), given) &&
               json_u64(json_get(value, "page"), &given->value);
    case vm_answer_entry:
        return read_of(json_get(value, "table"), given) &&
               json_u64(json_get(value, "index"), &given->value);
    default:
        return json_u64(value, &given->value);
    }
}

static void say_answered(
    struct lab_session *s, const struct lab_request *r, bool skipped, struct vm_given given)
{
    const struct vm_question *q = &s->asking.question;
    const struct vm_note *note = s->asking.note;
    struct json json = {0};
    char position[40];
    uint64_t until = note && note->judged ? note->until : s->asking.from + 1;
    uint32_t last = vm_history_micros(s->run->history, until);
    lab_position_text((struct vm_position){until, q->micro < last ? q->micro : 0}, position);
    lab_begin(&json, "answered", r->has_id, r->id);
    json_key_string(&json, "kind", vm_question_desc(q->kind)->name);
    json_key(&json, "right");
    if (skipped) {
        json_null(&json);
    } else {
        json_bool(&json, vm_question_right(q, given));
    }
    put_value(&json, "value", q, q->key[0]);
    json_key(&json, "values");
    json_array(&json);
    for (size_t i = 0; i < q->keys; i++) {
        put_value(&json, NULL, q, q->key[i]);
    }
    json_array_end(&json);
    json_key_string(&json, "why", vm_question_desc(q->kind)->why);
    json_key_string(&json, "position", position);
    lab_say(s, &json);
}

void lab_answer(struct lab_session *s, const struct lab_request *r)
{
    struct lab_asking *a = &s->asking;
    const json_value *skip = json_get(r->json, "skip");
    struct vm_given given = {0};
    bool skipped = false;
    if (!a->open) {
        lab_error(s, r, "question", "no question is open");
        return;
    }
    if ((skip && !json_flag(skip, &skipped)) ||
        (!skipped && !read_given(json_get(r->json, "value"), &a->question, &given))) {
        lab_error(s, r, "field",
            "`value` is what the question asks for: a word of its choices, a number, an address, "
            "{pid, page} or {table, index}; or `skip` is true");
        return;
    }
    uint64_t after = a->note && a->note->judged ? a->note->until : a->from + 1;
    say_answered(s, r, skipped, given);
    lab_ask_anew(s, after);
}

/* SPDX-License-Identifier: MIT
 * Questions before operations: `predict` and `answer`. While a question is open the run ends before
 * the operation that it is about (seen.c), for every message. The next one is sought when one is
 * answered, in slices (ask_find.c); what is told of it is ask_say.c's.
 */
#include "lab/parts.h"
#include "lab/reply.h"

#include <string.h>

enum { SLICE_US = 15000 };

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

void lab_ask_work(struct lab_session *s)
{
    struct lab_asking *a = &s->asking;
    uint64_t until = lab_cpu_us() + SLICE_US, length = vm_history_length(s->run->history);
    while (a->searching && lab_cpu_us() < until) {
        if (!lab_ask_look(s)) { /* what cannot be looked at cannot be asked about */
            a->from = length;
        }
        a->searching = !a->open && a->from < length;
    }
    if (!a->searching) {
        lab_run_hide(s->run, a->open ? a->from : UINT64_MAX);
        lab_say_horizon(s, false, 0);
        lab_say_question(s);
    }
}

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
    lab_say_horizon(s, r->has_id, r->id);
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
    lab_say_answered(s, r, skipped, given);
    lab_ask_anew(s, after);
}

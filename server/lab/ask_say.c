/* SPDX-License-Identifier: MIT
 * What is told of questions: the open one with its choices, how far the run can be seen, and
 * whether an answer was right. Values are written in the shape that their kind of question has.
 */
#include "lab/parts.h"
#include "lab/reply.h"

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

void lab_say_question(struct lab_session *s)
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

void lab_say_horizon(struct lab_session *s, bool has_id, uint64_t id)
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

void lab_say_answered(
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

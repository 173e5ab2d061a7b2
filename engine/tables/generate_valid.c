/* SPDX-License-Identifier: MIT
 * What the compiler cannot see in the tables: a sentence names fields that exist, a field has a
 * type that exists, a name is used once in a row.
 */
#include "generate.h"

#include "vm/predict.h"

#include <string.h>

#define SENTENCE_WORDS_MAX 25

static bool complain(
    const char *table, const char *row, const char *problem, const char *what, size_t n)
{
    fprintf(stderr, "%s: row %s: %s%.*s\n", table, row, problem, (int)n, what);
    return false;
}

static bool has_field(const struct vm_field_desc *fields, size_t n, const char *name, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool type_valid(const char *name)
{
    const struct vm_type_desc *type = vm_type_named(name);
    if (!type) {
        return false;
    }
    if (type->shape != vm_shape_flags || type->values) {
        return true;
    }
    char bits[64]; /* a plain type of flags says which bits */
    snprintf(bits, sizeof bits, "%s_bits", type->written);
    return vm_type_named(bits) != NULL;
}

static bool fields_valid(
    const char *table, const char *row, const struct vm_field_desc *fields, size_t n)
{
    bool valid = true;
    for (size_t i = 0; i < n; i++) {
        if (!type_valid(fields[i].type)) {
            valid = complain(table, row, "no such type: ", fields[i].type, strlen(fields[i].type));
        }
        if (has_field(fields, i, fields[i].name, strlen(fields[i].name))) {
            valid = complain(table, row, "field twice: ", fields[i].name, strlen(fields[i].name));
        }
    }
    return valid;
}

static bool sentence_valid(const char *table, const char *row, const char *sentence,
    const struct vm_field_desc *fields, size_t n)
{
    bool valid = true;
    unsigned words = 1;
    for (const char *at = sentence; *at; at++) {
        words += *at == ' ';
        if (*at == '}') {
            valid = complain(table, row, "} without {: ", sentence, strlen(sentence));
        }
        if (*at != '{') {
            continue;
        }
        size_t length = strcspn(++at, "}");
        if (at[length] != '}') {
            return complain(table, row, "{ without }: ", sentence, strlen(sentence));
        }
        if (!has_field(fields, n, at, length)) {
            valid = complain(table, row, "the sentence names no field of it: ", at, length);
        }
        at += length;
    }
    if (words > SENTENCE_WORDS_MAX) {
        valid = complain(
            table, row, "the sentence is too long to be read aloud: ", sentence, strlen(sentence));
    }
    return valid;
}

bool generate_valid(void)
{
    bool valid = true;
    const struct vm_event_desc *event;
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        valid &= fields_valid("events.def", event->name, event->fields, event->fields_n);
        if (!event->change) {
            valid &= sentence_valid(
                "events.def", event->name, event->sentence, event->fields, event->fields_n);
        } else if (event->keys_n == 0 || event->keys_n == event->fields_n) {
            valid &= complain("events.def", event->name, "a change has keys and values", "", 0);
        }
    }
    const struct vm_question_desc *question;
    for (unsigned i = 0; (question = vm_question_desc(i)); i++) {
        valid &=
            fields_valid("questions.def", question->name, question->fields, question->fields_n);
        valid &= sentence_valid("questions.def", question->name, question->sentence,
            question->fields, question->fields_n);
        if ((question->answer == vm_answer_word) != (question->choices_n > 0)) {
            valid &= complain("questions.def", question->name, "words are choices", "", 0);
        }
    }
    const struct vm_op_desc *op;
    for (unsigned i = 0; (op = vm_op_desc(i)); i++) {
        valid &= fields_valid("ops.def", op->name, op->fields, op->fields_n);
        valid &= sentence_valid("ops.def", op->name, op->sentence, op->fields, op->fields_n);
    }
    return valid;
}

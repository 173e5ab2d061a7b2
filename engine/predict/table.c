/* SPDX-License-Identifier: MIT
 * questions.def as static data. A row's number is its position in the table.
 */
#include "vm/predict.h"

#include <assert.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An empty argument leaves the end mark alone. */
#define FIELD(question, type, name) {#name, #type},
#define CHOICE(question, name, words) {#name, words, 0},
#define QUESTION(id, answer, happening, title, sentence, why, fields, choices)                     \
    static const struct vm_field_desc fields_##id[] = {fields};                                    \
    static const struct vm_value_desc choices_##id[] = {choices{NULL, NULL, 0}};
#include "vm/questions.def"
#undef QUESTION
#undef CHOICE
#undef FIELD

#define FIELD(question, type, name)
#define CHOICE(question, name, words)
#define QUESTION(id, of, event, says, asks, reason, fields, choices)                               \
    static_assert(COUNT(fields_##id) <= VM_QUESTION_FIELDS, #id);
#include "vm/questions.def"
#undef QUESTION

static const struct vm_question_desc questions[] = {
#define vm_event_none vm_event_count
#define QUESTION(id, of, event, says, asks, reason, fields, choices)                               \
    {#id, says, vm_answer_##of, vm_event_##event, asks, reason, fields_##id, COUNT(fields_##id),   \
        choices_##id, COUNT(choices_##id) - 1},
#include "vm/questions.def"
#undef QUESTION
};
#undef CHOICE
#undef FIELD

const struct vm_question_desc *vm_question_desc(unsigned kind)
{
    return kind < COUNT(questions) ? &questions[kind] : NULL;
}

int vm_question_named(const char *name)
{
    for (size_t i = 0; i < COUNT(questions); i++) {
        if (strcmp(questions[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const char *vm_answer_name(enum vm_answer answer)
{
    static const char *const names[] = {
        "word", "frame", "page", "slot", "entry", "number", "address", "thread"};
    return (unsigned)answer < COUNT(names) ? names[answer] : NULL;
}

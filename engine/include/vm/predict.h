/* SPDX-License-Identifier: MIT
 * Questions about an operation that has not been shown yet, with their keys: read off the events of
 * the operation, never computed a second time.
 */
#ifndef VM_PREDICT_H
#define VM_PREDICT_H

#include "vm/describe.h"
#include "vm/events.h"

#define QUESTION(id, ...) vm_question_kind_##id,
enum vm_question_kind {
#include "vm/questions.def"
    vm_question_kind_count
};
#undef QUESTION

enum vm_answer {
    vm_answer_word,
    vm_answer_frame,
    vm_answer_page, /* a process and a page number */
    vm_answer_slot,
    vm_answer_entry, /* a table and an index */
    vm_answer_number,
    vm_answer_address,
    vm_answer_thread
};
const char *vm_answer_name(enum vm_answer answer);

struct vm_question_desc {
    const char *name, *title;
    enum vm_answer answer;
    unsigned happening; /* enum vm_event_kind; vm_event_count: the whole operation */
    const char *sentence, *why;
    const struct vm_field_desc *fields;
    size_t fields_n;
    const struct vm_value_desc *choices;
    size_t choices_n;
};
/* NULL past the end. */
const struct vm_question_desc *vm_question_desc(unsigned kind);
int vm_question_named(const char *name); /* -1: there is none */

enum { VM_QUESTION_FIELDS = 4, VM_KEYS_MAX = 8 };
/* An answer. of: the process of a page, the table of an entry, else 0; of what was given VM_ANY
 * leaves it open. */
#define VM_ANY UINT64_MAX
struct vm_given {
    uint64_t of, value;
};
struct vm_question {
    enum vm_question_kind kind;
    uint64_t field[VM_QUESTION_FIELDS]; /* in the order of the row */
    uint32_t micro;                     /* the micro-step that holds the answer; 0: all of it */
    struct vm_given key[VM_KEYS_MAX];   /* each of them is right */
    size_t keys;                        /* at least 1 */
};

/* All questions that fit an operation with these events, at most one a kind, in the order of the
 * table; how many. */
size_t vm_questions(const struct vm_op *op, const uint8_t *events, size_t length,
    struct vm_question out[vm_question_kind_count]);
/* It is one of the keys; an `of` that was given as VM_ANY fits every one. */
bool vm_question_right(const struct vm_question *question, struct vm_given given);

#endif

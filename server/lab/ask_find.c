/* SPDX-License-Identifier: MIT
 * The next operation that is worth a question: an author's own where one stands, else of those that
 * fit the kind that was asked least often. Where nothing happens is asked about no more often than
 * where something does.
 */
#include "lab/parts.h"
#include "lab/reply.h"

#include <string.h>

enum { WINDOW = 64 };

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

bool lab_ask_look(struct lab_session *s)
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

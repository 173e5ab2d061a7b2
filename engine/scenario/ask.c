/* SPDX-License-Identifier: MIT
 * Questions of authors: `ask` says what is asked about the next statement; its key is read from the
 * machine when that statement has run. A key that cannot be read is none, and no error: the run
 * goes on as it would without the question.
 */
#include "scenario/run.h"

#include <string.h>

void ask_begin(vm_run *run, size_t note, const struct statement *statement)
{
    const struct expr *expr = statement->value;
    if (expr->kind != EXPR_CALL || !expr->arguments || run->asks == ASKED_MAX) {
        return; /* fault, victim: the events of the operation are the key */
    }
    run->asked[run->asks++] = (struct asked){note, expr};
    const struct expr *text = expr->arguments->next;
    for (size_t i = 0; text && i < VM_NOTE_CHOICES; text = text->next, i++) {
        run->note[note].choice[i] = text->kind == EXPR_STRING ? text->text : NULL;
    }
}

/* The key of `frame(x)` and `pa(x)` is the call's value, of the others the argument's. */
static bool judge(vm_run *run, const struct expr *expr, uint64_t *key)
{
    bool whole = strcmp(expr->text, "frame") == 0 || strcmp(expr->text, "pa") == 0;
    size_t told = run->diagnostics.length, errors = run->diagnostics.errors;
    uint64_t random = run->random;
    struct value value = {0};
    bool good = eval(run, NULL, whole ? expr : expr->arguments, &value);
    run->diagnostics.length = told;
    run->diagnostics.errors = errors;
    run->random = random;
    run->failed = run->limited = false;
    *key = value.number;
    return good && value.number != VALUE_NONE;
}

void ask_settle(vm_run *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->asks; i++) {
        const struct asked *asked = &run->asked[i];
        if (asked->note >= run->notes) {
            continue; /* its line was taken back */
        }
        struct vm_note *note = &run->note[asked->note];
        if (run->operations == note->position) {
            run->asked[kept++] = *asked;
            continue;
        }
        note->until = run->operations;
        note->judged = judge(run, asked->expr, &note->key);
    }
    run->asks = kept;
}

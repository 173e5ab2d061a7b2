/* SPDX-License-Identifier: MIT
 * `expect`: whether a condition holds, and in words what was found. Judging changes nothing: also
 * random() draws the same numbers behind it.
 */
#include "scenario/search.h"

#include <stdio.h>
#include <string.h>

static void print_value(
    const vm_run *run, const struct expr *asked, const struct value *value, char *out, size_t room)
{
    char who[WHO_MAX];
    const char *word = task_word_of(asked, value->number);
    bool owner = asked->kind == EXPR_CALL && asked->parts == 1 && strcmp(asked->text, "owner") == 0;
    if (word) {
        snprintf(out, room, "%s", word);
    } else if (owner && value->number != VALUE_NONE) {
        snprintf(out, room, "%s", task_words(run, (vm_tid)value->number, who));
    } else if (value->number == VALUE_NONE) {
        snprintf(out, room, "none");
    } else {
        snprintf(out, room, value->address ? "0x%llx" : "%llu", (unsigned long long)value->number);
    }
}

bool expect_judge(vm_run *run, const struct expr *condition, bool *held, char *found, size_t room)
{
    struct value value, left, right;
    if (condition->kind != EXPR_BINARY || condition->op < OP_EQ) {
        bool ok = eval(run, NULL, condition, &value);
        *held = ok && value.number;
        snprintf(found, room, "the condition is false");
        return ok;
    }
    /* Both sides once: random() must draw the same numbers whether it is printed or not. */
    uint64_t random = run->random;
    bool word = eval_task_word(condition->left, condition->right, &right) ||
                eval_parent_word(run, condition->left, condition->right, &right) ||
                eval_owner_word(run, condition->left, condition->right, &right);
    if (!eval(run, NULL, condition->left, &left) ||
        (!word && !eval(run, NULL, condition->right, &right))) {
        return false;
    }
    run->random = random;
    bool ok = eval(run, NULL, condition, &value);
    *held = ok && value.number;
    char a[32], b[32];
    right.address = right.address || left.address;
    print_value(run, condition->left, &left, a, sizeof a);
    print_value(run, word ? condition->left : condition->right, &right, b, sizeof b);
    if (word || condition->right->kind == EXPR_NUMBER) {
        snprintf(found, room, "it is %s", a);
    } else {
        snprintf(found, room, "left %s, right %s", a, b);
    }
    return ok;
}

static void cut(char *out, size_t room, const char *text)
{
    size_t n = strlen(text);
    n = n < room - 1 ? n : room - 1;
    while (n > 0 && text[n] != '\0' && ((unsigned char)text[n] & 0xC0) == 0x80) {
        n--;
    }
    memcpy(out, text, n);
    out[n] = '\0';
}

bool run_expect(vm_run *run, const struct statement *statement)
{
    struct vm_expectation expectation = {
        .line = statement->place.line, .position = run->operations};
    const struct vm_outcome *last = vm_last(run_machine(run));
    bool fault = statement->word && strcmp(statement->word, "fault") == 0;
    bool error = statement->word && strcmp(statement->word, "error") == 0;
    bool ranges = statement->word && !fault && !error;
    if (ranges) {
        if (!search_judge(
                run, statement, &expectation.held, expectation.found, sizeof expectation.found)) {
            return false;
        }
    } else if (fault) {
        expectation.held = last->fault == statement->value->value;
        snprintf(expectation.found, sizeof expectation.found, "it was: %s",
            vm_enum_words("fault", last->fault));
    } else if (error) {
        uint64_t code = -last->value < vm_errno_code_count ? -last->value : vm_errno_code_none;
        expectation.held = code == statement->value->value;
        snprintf(expectation.found, sizeof expectation.found, "it was: %s",
            vm_enum_words("errno_code", code));
    } else if (!expect_judge(run, statement->value, &expectation.held, expectation.found,
                   sizeof expectation.found)) {
        return false;
    }
    if (run->expectations >= FINDINGS_MAX) {
        run->limited = true;
        return run_error(run, statement->place, "put it behind the loop",
            "more than %d expectations", (int)FINDINGS_MAX);
    }
    if (expectation.held && !ranges) {
        memset(expectation.found, 0, sizeof expectation.found);
    }
    cut(expectation.text, sizeof expectation.text, statement->text);
    void *array = run->expectation;
    struct vm_expectation *slot =
        run_grow(&array, &run->expectations, &run->expectations_capacity, sizeof *slot);
    run->expectation = array;
    if (!slot) {
        return run_no_memory(run);
    }
    *slot = expectation;
    return true;
}

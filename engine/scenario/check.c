/* SPDX-License-Identifier: MIT
 * What is well written but cannot run: words that need a later part of the engine, processes that
 * nobody starts. Parsing and formatting do not mind.
 */
#include "scenario/check.h"

#include <stdlib.h>
#include <string.h>

static const char LATER[] = "a later version runs it; it can be written and formatted already";

void check_later(struct checker *checker, struct place place, const char *what, const char *word)
{
    diagnose(checker->diagnostics, place, LATER, "%s `%.60s` cannot run yet", what, word);
}

bool check_call(struct vm_diagnostics *diagnostics, const struct expr *call)
{
    enum action_kind kind = call->parts == 1 ? action_named(call->text) : ACTION_NONE;
    char hint[SUGGESTION_MAX];
    if (kind == ACTION_NONE) {
        struct suggestion suggestion;
        suggestion_begin(&suggestion, call->text);
        suggest_action(&suggestion);
        suggestion_hint(&suggestion,
            "mmap, store, load, exec, fork, exit, wait, munmap, mprotect, brk, …", hint);
        diagnose(diagnostics, call->place, hint, "there is no operation `%.60s`", call->text);
        return false;
    }
    const struct action_word *word = action_word(kind);
    unsigned arguments = 0;
    for (const struct expr *one = call->arguments; one; one = one->next) {
        arguments++;
    }
    if (arguments < word->least || arguments > word->most) {
        diagnose(diagnostics, call->place, word->usage, "`%s` takes %u%s%.0u argument%s, found %u",
            word->name, (unsigned)word->least, word->least == word->most ? "" : " to ",
            word->least == word->most ? 0u : (unsigned)word->most, word->most == 1 ? "" : "s",
            arguments);
        return false;
    }
    return true;
}

/* Calls whose result is a process. */
static bool is_fork(const char *word)
{
    return strcmp(word, "fork") == 0 || strcmp(word, "vfork") == 0;
}

static bool starts(const struct statement *block, const char *label)
{
    for (const struct statement *one = block; one; one = one->next) {
        bool starts_it = one->kind == STATEMENT_START ||
                         (one->kind == STATEMENT_ASSIGN && one->value->kind == EXPR_CALL &&
                             is_fork(one->value->text));
        if ((starts_it && strcmp(one->name, label) == 0) || starts(one->body, label) ||
            starts(one->otherwise, label)) {
            return true;
        }
    }
    return false;
}

static void offer_labels(const struct statement *block, struct suggestion *suggestion)
{
    for (const struct statement *one = block; one; one = one->next) {
        if (one->kind == STATEMENT_START ||
            (one->kind == STATEMENT_ASSIGN && one->value->kind == EXPR_CALL &&
                is_fork(one->value->text))) {
            suggestion_offer(suggestion, one->name);
        }
        offer_labels(one->body, suggestion);
        offer_labels(one->otherwise, suggestion);
    }
}

static void check_subject(struct checker *checker, const struct subject *subject)
{
    if (subject->thread && strcmp(subject->thread, "T0") != 0) {
        check_thread_name(checker, subject->place, subject->thread);
    }
    bool known = starts(checker->scenario->first, subject->process);
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, subject->process);
    offer_labels(checker->scenario->first, &suggestion);
    for (size_t i = 0; checker->known && i < checker->known->actors; i++) {
        const char *label = name_text(&checker->known->names, checker->known->actor[i].label);
        known = known || strcmp(label, subject->process) == 0;
        suggestion_offer(&suggestion, label);
    }
    if (!known) {
        suggestion_hint(&suggestion, "begin one: A = start empty, or A: B = fork()", hint);
        diagnose(checker->diagnostics, subject->place, hint, "there is no process `%.60s`",
            subject->process);
    }
}

static void check_one(struct checker *checker, const struct statement *statement)
{
    const struct expr *value = statement->value;
    switch ((enum statement_kind)statement->kind) {
    case STATEMENT_THREAD:
        check_thread(checker, statement);
        break;
    case STATEMENT_RUN:
        check_run(checker, statement);
        break;
    case STATEMENT_ASSIGN:
    case STATEMENT_CALL:
        if (value->kind == EXPR_CALL && value->parts == 1 &&
            action_word(action_named(value->text))->later) {
            check_later(checker, value->place, "the operation", value->text);
        }
        if (is_create(statement)) {
            check_create(checker, value);
        }
        break;
    default:
        break;
    }
}

static void check_block(struct checker *checker, const struct statement *block)
{
    const struct subject *last = NULL;
    for (const struct statement *one = block; one; one = one->next) {
        if (one->subject && one->subject != last) {
            check_subject(checker, one->subject);
            last = one->subject;
        }
        check_one(checker, one);
        check_block(checker, one->body);
        check_block(checker, one->otherwise);
    }
}

void check_statements(
    const vm_scenario *scenario, const vm_run *known, struct vm_diagnostics *diagnostics)
{
    struct checker checker = {.scenario = scenario, .known = known, .diagnostics = diagnostics};
    check_block(&checker, scenario->first);
}

void vm_scenario_check(const vm_scenario *scenario, struct vm_diagnostics *diagnostics)
{
    check_statements(scenario, NULL, diagnostics);
}

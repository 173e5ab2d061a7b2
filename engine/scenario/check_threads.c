/* SPDX-License-Identifier: MIT
 * Threads before a run: each name is created somewhere in the text, or in the run that a line is
 * appended to; each body is declared once.
 */
#include "scenario/check.h"

#include <string.h>

bool is_create(const struct statement *one)
{
    bool call = one->kind == STATEMENT_ASSIGN || one->kind == STATEMENT_CALL;
    return call && one->value->kind == EXPR_CALL && one->value->parts == 1 &&
           strcmp(one->value->text, "create") == 0;
}

/* `name` is given by a create; a create without a name may give any T<number>. */
static bool creates(const struct statement *block, const char *name, struct suggestion *suggestion)
{
    bool found = false;
    for (const struct statement *one = block; one; one = one->next) {
        if (is_create(one) && one->name) {
            found = found || strcmp(one->name, name) == 0;
            suggestion_offer(suggestion, one->name);
        } else if (is_create(one)) {
            found = found || (name[0] == 'T' && name[1] > '0' && name[1] <= '9');
        }
        found = creates(one->body, name, suggestion) || found;
        found = creates(one->otherwise, name, suggestion) || found;
    }
    return found;
}

void check_thread_name(struct checker *checker, struct place place, const char *name)
{
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, name);
    bool found = creates(checker->scenario->first, name, &suggestion);
    for (size_t i = 0; checker->known && i < checker->known->chunks; i++) {
        found = creates(checker->known->chunk[i].scenario->first, name, &suggestion) || found;
    }
    if (!found) {
        suggestion_hint(&suggestion, "make it first: A: T1 = create(worker)", hint);
        diagnose(checker->diagnostics, place, hint, "there is no thread `%.60s`", name);
    }
}

static const struct statement *find_body(const struct checker *checker, const char *name)
{
    for (const struct statement *one = checker->scenario->first; one; one = one->next) {
        if (one->kind == STATEMENT_THREAD && strcmp(one->name, name) == 0) {
            return one;
        }
    }
    return checker->known ? body_named(checker->known, name) : NULL;
}

static void offer_bodies(const struct statement *first, struct suggestion *suggestion)
{
    for (const struct statement *one = first; one; one = one->next) {
        if (one->kind == STATEMENT_THREAD) {
            suggestion_offer(suggestion, one->name);
        }
    }
}

void check_create(struct checker *checker, const struct expr *call)
{
    const struct expr *first = call->arguments;
    bool named = first && first->kind == EXPR_NAME && first->parts == 1;
    if (!first || first->kind == EXPR_WORD || (named && find_body(checker, first->text))) {
        return;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, named ? first->text : "");
    offer_bodies(checker->scenario->first, &suggestion);
    for (size_t i = 0; checker->known && i < checker->known->chunks; i++) {
        offer_bodies(checker->known->chunk[i].scenario->first, &suggestion);
    }
    suggestion_hint(&suggestion, "declare it: thread worker(n) { … }", hint);
    diagnose(checker->diagnostics, first->place, hint, "there is no body `%.60s`",
        named ? first->text : "of that kind");
}

/* A program's variable or a lock: an address, which no body gives another value. */
static bool in_memory(const struct statement *first, const char *name)
{
    for (const struct statement *one = first; one; one = one->next) {
        if (one->kind == STATEMENT_OBJECT && strcmp(one->name, name) == 0) {
            return true;
        }
        for (const struct expr *part = one->kind == STATEMENT_PROGRAM ? one->arguments : NULL; part;
             part = part->next) {
            for (const struct expr *global = part->arguments; global; global = global->next) {
                if (strcmp(global->text, name) == 0) {
                    return true;
                }
            }
        }
    }
    return false;
}

static void check_locals(
    struct checker *checker, const struct statement *body, const struct statement *block)
{
    for (const struct statement *one = block; one; one = one->next) {
        bool names = one->name && (one->kind == STATEMENT_ASSIGN || one->kind == STATEMENT_INVOKE);
        for (const struct expr *p = body->arguments; names && p; p = p->next) {
            names = strcmp(p->text, one->name) != 0;
        }
        if (names && in_memory(checker->scenario->first, one->name)) {
            char hint[SUGGESTION_MAX];
            struct suggestion none = {.word = one->name};
            suggestion_hint(&none, "*name = … writes it; a register needs another name", hint);
            diagnose(checker->diagnostics, one->name_place, hint,
                "`%.60s` lies in memory: it is no register", one->name);
        }
        check_locals(checker, body, one->body);
        check_locals(checker, body, one->otherwise);
    }
}

void check_thread(struct checker *checker, const struct statement *statement)
{
    enum { PARAMETERS_MAX = 6 };
    unsigned n = 0;
    if (find_body(checker, statement->name) != statement) {
        diagnose(checker->diagnostics, statement->name_place, "give it another name",
            "`%.60s` is declared twice", statement->name);
    }
    check_locals(checker, statement, statement->body);
    for (const struct expr *one = statement->arguments; one; one = one->next) {
        if (++n == PARAMETERS_MAX + 1) {
            diagnose(checker->diagnostics, one->place,
                "registers hold six arguments (System V ABI); the rest goes through memory",
                "a body has at most %d parameters", PARAMETERS_MAX);
        }
    }
}

void check_run(struct checker *checker, const struct statement *statement)
{
    for (const struct expr *one = statement->arguments; one; one = one->next) {
        if (one->kind != EXPR_NAME || one->parts > 2) {
            diagnose(checker->diagnostics, one->place, "run order T1 T2, or A.T1 B.T1",
                "expected the name of a thread");
        } else {
            check_thread_name(checker, one->place, one->text);
        }
    }
}

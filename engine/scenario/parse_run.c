/* SPDX-License-Identifier: MIT
 * Schedules: run, run order T1 T2 …, run rr 2, run priority, run random seed 7, run random seeds
 * 1..1000, run all; behind them `steps 12`. word: which; arguments: an order; value and last:
 * slice or seeds; target: the steps.
 */
#include "scenario/parse.h"

#include <string.h>

static const char hint[] =
    "run, run rr 2, run order T1 T2, run random seed 7, run random seeds 1..9, run all";

static bool is_end(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END || parse_at(parser, '}') ||
           parse_at(parser, ';');
}

static bool parse_order(struct parser *parser, struct statement *statement)
{
    struct expr **tail = &statement->arguments;
    while (!is_end(parser) && !parse_at_word(parser, "steps")) {
        struct expr *name = parse_primary(parser);
        if (!name) {
            return false;
        }
        *tail = name;
        tail = &name->next;
    }
    return statement->arguments || parse_expected(parser, "the threads in their order", hint);
}

static bool parse_random(struct parser *parser, struct statement *statement)
{
    bool several = parse_at_word(parser, "seeds");
    if (!parse_take_word(parser, "seed") && !parse_take_word(parser, "seeds")) {
        return parse_expected(parser, "`seed` or `seeds`", hint);
    }
    statement->value = parse_expression(parser);
    if (statement->value && several) {
        if (!parse_want(parser, MARK2('.', '.'), "and the last seed", hint)) {
            return false;
        }
        statement->last = parse_expression(parser);
        return statement->last != NULL;
    }
    return statement->value != NULL;
}

static bool parse_kind(struct parser *parser, struct statement *statement)
{
    if (is_end(parser) || parse_at_word(parser, "steps")) { /* run alone: rr 1 */
        statement->word = "rr";
        return true;
    }
    statement->name_place = parse_peek(parser)->place;
    statement->word = parse_name(parser, "`rr`, `order`, `random`, `priority` or `all`", hint);
    if (!statement->word) {
        return false;
    }
    if (strcmp(statement->word, "order") == 0) {
        return parse_order(parser, statement);
    }
    if (strcmp(statement->word, "random") == 0) {
        return parse_random(parser, statement);
    }
    if (strcmp(statement->word, "rr") == 0) {
        if (!is_end(parser) && !parse_at_word(parser, "steps")) {
            statement->value = parse_expression(parser);
            return statement->value != NULL;
        }
        return true;
    }
    bool known = strcmp(statement->word, "priority") == 0 || strcmp(statement->word, "all") == 0;
    if (!known) {
        diagnose(parser->diagnostics, statement->name_place, hint,
            "found `%.60s`, expected `rr`, `order`, `random`, `priority` or `all`",
            statement->word);
    }
    return known;
}

bool parse_run(struct parser *parser, struct statement *statement)
{
    if (!parse_kind(parser, statement)) {
        return false;
    }
    if (parse_take_word(parser, "steps")) {
        statement->target = parse_expression(parser);
        return statement->target != NULL;
    }
    return true;
}

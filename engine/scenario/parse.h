/* SPDX-License-Identifier: MIT
 * The parser's parts: recursive descent over the tokens, depth-capped. After an error a function
 * returns NULL or false, and the statement loop goes on behind the next line end, so that all
 * errors of a text are reported at once.
 */
#ifndef SCENARIO_PARSE_H
#define SCENARIO_PARSE_H

#include "scenario/tree.h"

struct parser {
    vm_scenario *scenario;
    struct vm_diagnostics *diagnostics;
    size_t at;               /* token */
    size_t previous;         /* the token before, for where something ends */
    uint32_t parentheses;    /* open: line ends are blank in them */
    uint32_t depth, nesting; /* braces and parentheses, and how many are allowed */
    uint32_t operators;      /* of the present expression */
    uint32_t line;           /* vm_run_append: no version line, and the number of the first one */
};
#define OPERATORS_MAX 200 /* of one expression; bounds the depth of its tree */

struct token *parse_peek(struct parser *parser);
struct token *parse_ahead(struct parser *parser, size_t n); /* 0 = parse_peek */
void parse_advance(struct parser *parser);
bool parse_at(struct parser *parser, unsigned mark);
bool parse_at_word(struct parser *parser, const char *word);
bool parse_take(struct parser *parser, unsigned mark); /* only if it is there */
bool parse_take_word(struct parser *parser, const char *word);
bool parse_want(struct parser *parser, unsigned mark, const char *where, const char *hint);
bool parse_open(struct parser *parser, unsigned mark, const char *where, const char *hint);
bool parse_close(struct parser *parser, unsigned mark, const char *where, const char *hint);
/* "found `x`, expected WHAT" at the present token. Returns false. */
bool parse_expected(struct parser *parser, const char *what, const char *hint);
const char *parse_name(struct parser *parser, const char *what, const char *hint);
/* Names and numbers joined by dashes without blanks: x86-64. */
const char *parse_dashed(struct parser *parser, const char *what, const char *hint);
const char *parse_string(struct parser *parser, const char *what, const char *hint);
struct place parse_span(
    const struct parser *parser, size_t first);                /* from a token to the one before */
const char *parse_source(struct parser *parser, size_t first); /* the text of that span */
bool token_is(const struct parser *parser, const struct token *token, const char *word);

struct expr *parse_expression(struct parser *parser);
struct expr *parse_operand(struct parser *parser); /* with `*`, `-`, `not` before it */
struct expr *parse_primary(struct parser *parser);
struct expr *parse_new(struct parser *parser, enum expr_kind kind, struct place place);
bool parse_arguments(struct parser *parser, unsigned close, struct expr **out);

struct statement *parse_statement_new(
    struct parser *parser, enum statement_kind kind, size_t first);
/* Statements up to `}` or the end. */
struct statement *parse_statements(struct parser *parser, bool braces, bool actions);
bool parse_block(struct parser *parser, bool actions, struct statement **out);
struct statement *parse_action(struct parser *parser);
bool parse_repeat(struct parser *parser, struct statement *statement); /* up to its block */
struct statement *parse_directive(struct parser *parser); /* expect, ask, note, run, compare, … */
bool parse_run(struct parser *parser, struct statement *statement); /* parse_run.c */
bool parse_shows(struct parser *parser);                            /* behind the word */
/* parse_option.c: one option, or all within braces. Of a machine `page` after a value is the next
 * option, in sizes (of a file or program) `2 pages` is one value. NULL or false: reported. */
enum options_of { OF_MACHINE, OF_FILE, OF_PROGRAM };
struct expr *parse_option(struct parser *parser, const char *what, bool sizes);
bool parse_options(struct parser *parser, const char *what, enum options_of of, struct expr **out);
struct statement *parse_declaration(struct parser *parser, bool *matched);

#endif

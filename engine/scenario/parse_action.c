/* SPDX-License-Identifier: MIT
 * What a subject does: assignments, calls, references, and the control flow of bodies.
 */
#include "scenario/parse.h"

#include <string.h>

/* call f(x), call libc.puts: a function, not a system call. */
static bool parse_invocation(struct parser *parser, struct statement *statement)
{
    statement->value = parse_primary(parser);
    if (statement->value && statement->value->kind != EXPR_NAME &&
        statement->value->kind != EXPR_CALL) {
        diagnose(parser->diagnostics, statement->value->place, "call main(locals 64)",
            "expected the name of a function");
        return false;
    }
    return statement->value != NULL;
}

static bool parse_assignment(struct parser *parser, struct statement *statement)
{
    if (parse_at(parser, '*')) {
        parse_advance(parser);
        statement->kind = STATEMENT_STORE;
        parser->operators = 0;
        statement->target = parse_operand(parser);
        if (!statement->target || !parse_want(parser, '=', "and the value to write",
                                      "*heap = 7 writes, r = *heap reads")) {
            return false;
        }
    } else {
        statement->kind = STATEMENT_ASSIGN;
        statement->name_place = parse_peek(parser)->place;
        statement->name = parse_name(parser, "a name", NULL);
        if (!statement->name || !parse_want(parser, '=', "", NULL)) {
            return false;
        }
    }
    if (statement->kind == STATEMENT_ASSIGN && parse_at_word(parser, "call") &&
        parse_ahead(parser, 1)->kind == TOKEN_NAME) { /* r = call f(x) */
        parse_advance(parser);
        statement->kind = STATEMENT_INVOKE;
        return parse_invocation(parser, statement);
    }
    statement->value = parse_expression(parser);
    const struct expr *value = statement->value;
    bool computes = value && (value->kind != EXPR_CALL || strcmp(value->text, "random") == 0 ||
                                 strcmp(value->text, "page") == 0);
    return computes || (value && check_call(parser->diagnostics, value));
}

static bool is_break(const struct token *token)
{
    return token->kind == TOKEN_END || token->kind == TOKEN_NEWLINE ||
           (token->kind == TOKEN_MARK && (token->mark == ';' || token->mark == '}'));
}

/* refs 7 0 1W 2R 0x1f: the tokens of the `pages` trace format. */
static bool parse_references(struct parser *parser, struct statement *statement)
{
    const struct token *from = parse_peek(parser);
    size_t n = 0;
    while (!is_break(&from[n])) {
        n++;
    }
    statement->references =
        arena_take(&parser->scenario->arena, (n ? n : 1) * sizeof *statement->references);
    if (!statement->references) {
        return false;
    }
    for (const struct token *token = parse_peek(parser); !is_break(token);
         token = parse_peek(parser)) {
        if (token->kind == TOKEN_MARK && token->mark == ',') {
            parse_peek(parser)->dropped = true;
            parse_advance(parser);
            continue;
        }
        const char *letters = parser->scenario->source + token->offset + token->suffix;
        size_t length = token->length - token->suffix;
        char kind = length == 1 ? letters[0] : length == 0 ? 'R' : '?';
        if (token->kind != TOKEN_NUMBER || (kind != 'R' && kind != 'W')) {
            return parse_expected(
                parser, "a page number like 7, 0x1f or 1W", "W marks a write, R or nothing a read");
        }
        statement->references[statement->references_n++] =
            (struct reference){.vpn = token->value, .write = kind == 'W'};
        parse_advance(parser);
    }
    return statement->references_n > 0 || parse_expected(parser, "page numbers", "refs 7 0 1W 2");
}

static bool parse_preset(struct parser *parser, struct statement *statement)
{
    bool tlb = parse_at_word(parser, "tlb");
    if (!tlb && !parse_at_word(parser, "map")) {
        return parse_expected(parser, "`map` or `tlb`", "preset map 0x0f -> 0x0d");
    }
    parse_advance(parser);
    statement->kind = tlb ? STATEMENT_PRESET_TLB : STATEMENT_PRESET_MAP;
    if (tlb) {
        statement->target = parse_expression(parser);
        if (!statement->target ||
            !parse_want(parser, ':', "and the tag", "preset tlb SET: TAG -> FRAME")) {
            return false;
        }
    }
    statement->value = parse_expression(parser);
    if (!statement->value ||
        !parse_want(parser, MARK2('-', '>'), "and the frame", "preset map PAGE -> FRAME")) {
        return false;
    }
    statement->last = parse_expression(parser);
    if (statement->last && parse_peek(parser)->kind == TOKEN_NAME) {
        statement->name_place = parse_peek(parser)->place;
        statement->name = parse_name(parser, "rights like rw", NULL);
    }
    return statement->last != NULL;
}

static bool parse_branch(struct parser *parser, struct statement *statement)
{
    statement->value = parse_expression(parser);
    if (!statement->value || !parse_block(parser, true, &statement->body)) {
        return false;
    }
    if (statement->kind == STATEMENT_IF && parse_take_word(parser, "else")) {
        if (parse_at_word(parser, "if")) {
            if (parser->depth >= parser->nesting) {
                return parse_open(parser, '{', "", NULL);
            }
            parser->depth++; /* a chain of else-ifs is as deep as it is long */
            statement->otherwise = parse_action(parser);
            parser->depth--;
            return statement->otherwise != NULL;
        }
        return parse_block(parser, true, &statement->otherwise);
    }
    return true;
}

bool parse_repeat(struct parser *parser, struct statement *statement)
{
    const struct token *next = parse_ahead(parser, 1);
    if (parse_peek(parser)->kind == TOKEN_NAME && token_is(parser, next, "in")) {
        statement->name_place = parse_peek(parser)->place;
        statement->name = parse_name(parser, "a name", NULL);
        parse_advance(parser);
        statement->value = parse_expression(parser);
        if (!statement->value || !statement->name ||
            !parse_want(parser, MARK2('.', '.'), "and the last number", "repeat i in 0..9 { … }")) {
            return false;
        }
        statement->last = parse_expression(parser);
        return statement->last != NULL;
    }
    statement->value = parse_expression(parser);
    return statement->value != NULL;
}

static bool parse_return(struct parser *parser, struct statement *statement)
{
    if (is_break(parse_peek(parser))) {
        return true;
    }
    statement->value = parse_expression(parser);
    return statement->value != NULL;
}

static bool parse_call(struct parser *parser, struct statement *statement)
{
    statement->kind = STATEMENT_CALL;
    statement->value = parse_expression(parser);
    if (!statement->value) {
        return false;
    }
    if (statement->value->kind == EXPR_CALL) {
        return check_call(parser->diagnostics, statement->value);
    }
    if (statement->value->kind != EXPR_NAME || statement->value->parts > 1) {
        diagnose(parser->diagnostics, statement->value->place, "store(heap), *heap = 7, r = *heap",
            "expected an action");
        return false;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, statement->value->text);
    suggest_action(&suggestion);
    const struct action_word *word = action_word(action_named(statement->value->text));
    diagnose(parser->diagnostics, statement->value->place,
        word->usage[0] ? word->usage : suggestion_hint(&suggestion, "name(…), or name = …", hint),
        "found `%.60s` alone, expected `(` or `=` after it", statement->value->text);
    return false;
}

static bool parse_action_rest(struct parser *parser, struct statement *statement)
{
    static const struct {
        const char *word;
        enum statement_kind kind;
        bool (*parse)(struct parser *parser, struct statement *statement);
    } words[] = {
#define DECLARATION(word, kind, usage, about)
#define DIRECTIVE(word, kind, parse, usage, about)
#define STEP(word, kind, parse, usage, about) {#word, STATEMENT_##kind, parse},
#include "scenario/keywords.def"
#undef DECLARATION
#undef DIRECTIVE
#undef STEP
    };
    const struct token *token = parse_peek(parser), *next = parse_ahead(parser, 1);
    bool assigns = next->kind == TOKEN_MARK && next->mark == '=';
    if (parse_at(parser, '*') || (token->kind == TOKEN_NAME && assigns)) {
        return parse_assignment(parser, statement);
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (parse_take_word(parser, words[i].word)) {
            statement->kind = (uint8_t)words[i].kind;
            return words[i].parse(parser, statement) &&
                   (words[i].kind != STATEMENT_REPEAT ||
                       parse_block(parser, true, &statement->body));
        }
    }
    return token->kind == TOKEN_NAME
               ? parse_call(parser, statement)
               : parse_expected(parser, "an action", "store(heap), *heap = 7, B = fork(), …");
}

struct statement *parse_action(struct parser *parser)
{
    size_t first = parser->at;
    struct statement *statement = parse_statement_new(parser, STATEMENT_CALL, first);
    if (!statement || !parse_action_rest(parser, statement)) {
        return NULL;
    }
    statement->place = parse_span(parser, first);
    statement->text = parse_source(parser, first);
    return statement->text ? statement : NULL;
}

/* SPDX-License-Identifier: MIT
 * Expressions: precedence climbing. The tree of one expression is at most OPERATORS_MAX + nesting
 * deep.
 */
#include "scenario/parse.h"
#include "vm/describe.h"

#include <string.h>

struct expr *parse_new(struct parser *parser, enum expr_kind kind, struct place place)
{
    struct expr *expr = arena_take(&parser->scenario->arena, sizeof *expr);
    if (expr) {
        expr->kind = (uint8_t)kind;
        expr->place = place;
    }
    return expr;
}

static bool count_operator(struct parser *parser)
{
    if (++parser->operators > OPERATORS_MAX) {
        diagnose(parser->diagnostics, parse_peek(parser)->place, "compute it in several steps",
            "more than %d operators in one expression", OPERATORS_MAX);
        return false;
    }
    return true;
}

static const struct {
    const char *word;
    uint16_t mark;
    uint8_t op, precedence;
} operators[] = {
    {"or", 0, OP_OR, 1},
    {"and", 0, OP_AND, 2},
    {NULL, '=', OP_EQ, 4},
    {NULL, MARK2('=', '='), OP_EQ, 4},
    {NULL, MARK2('!', '='), OP_NE, 4},
    {NULL, '<', OP_LT, 4},
    {NULL, MARK2('<', '='), OP_LE, 4},
    {NULL, '>', OP_GT, 4},
    {NULL, MARK2('>', '='), OP_GE, 4},
    {NULL, '|', OP_BOR, 5},
    {NULL, '&', OP_BAND, 6},
    {NULL, MARK2('<', '<'), OP_SHL, 7},
    {NULL, MARK2('>', '>'), OP_SHR, 7},
    {NULL, '+', OP_ADD, 8},
    {NULL, '-', OP_SUB, 8},
    {NULL, '*', OP_MUL, 9},
    {NULL, '/', OP_DIV, 9},
    {NULL, '%', OP_MOD, 9},
};
enum { PRECEDENCE_NOT = 3, OPERATORS = sizeof operators / sizeof operators[0] };

static struct expr *parse_level(struct parser *parser, unsigned least);

static struct expr *parse_number(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    const char *letters = parser->scenario->source + token->offset + token->suffix;
    uint64_t unit = lexer_unit(letters, token->length - token->suffix);
    if (unit == 0) {
        diagnose(parser->diagnostics, token->place,
            letters[0] == 'k' ? "write K for 1024 bytes" : "numbers: 12, 0x1f, 4K, 2M, 1G, 2 pages",
            "found `%.*s`, expected a number", token->length > 40 ? 40 : (int)token->length,
            parser->scenario->source + token->offset);
        return NULL;
    }
    if (token->value > UINT64_MAX / unit) {
        diagnose(parser->diagnostics, token->place, "numbers go up to 0xffffffffffffffff",
            "this number does not fit in 64 bits");
        return NULL;
    }
    struct expr *expr = parse_new(parser, EXPR_NUMBER, token->place);
    if (expr) {
        expr->value = token->value * unit;
    }
    parse_advance(parser);
    return expr;
}

/* One argument: an expression, a range, or a word with a value (`at 0x1000`, `locals 64`). */
static struct expr *parse_argument(struct parser *parser)
{
    const struct token *word = parse_peek(parser), *next = parse_ahead(parser, 1);
    bool valued =
        word->kind == TOKEN_NAME &&
        (next->kind == TOKEN_NUMBER || next->kind == TOKEN_PATH || next->kind == TOKEN_STRING ||
            (next->kind == TOKEN_NAME &&
                (token_is(parser, word, "at") || token_is(parser, word, "offset") ||
                    token_is(parser, word, "hint") || token_is(parser, word, "locals"))));
    if (valued && !token_is(parser, word, "not")) {
        struct expr *expr = parse_new(parser, EXPR_WORD, word->place);
        const char *text = parse_name(parser, "a word", NULL);
        struct expr *value = parse_level(parser, 1);
        if (!expr || !value) {
            return NULL;
        }
        expr->text = text;
        expr->left = value;
        return expr;
    }
    struct expr *from = parse_level(parser, 1);
    if (!from || !parse_at(parser, MARK2('.', '.'))) {
        return from;
    }
    struct expr *range = parse_new(parser, EXPR_RANGE, from->place);
    parse_advance(parser);
    struct expr *to = parse_level(parser, 1);
    if (!range || !to) {
        return NULL;
    }
    range->left = from;
    range->right = to;
    return range;
}

bool parse_arguments(struct parser *parser, unsigned close, struct expr **out)
{
    struct expr **tail = out;
    while (!parse_at(parser, close)) {
        struct expr *argument = parse_argument(parser);
        if (!argument) {
            return false;
        }
        *tail = argument;
        tail = &argument->next;
        if (!parse_take(parser, ',') && !parse_take(parser, ';')) {
            break;
        }
    }
    return parse_close(parser, close, "or `,`", "every ( and [ needs its ) and ]");
}

/* faults(linux-lists, 3), faults(2q, 4): the argument is a policy's name that no expression reads
 * as one. NULL: it is another argument. */
static struct expr *parse_policy(struct parser *parser)
{
    enum { LONGEST = 32, TOKENS = 6 };
    char name[LONGEST] = "";
    uint32_t begin = parse_peek(parser)->offset, end = begin;
    const struct token *token = NULL;
    for (size_t i = 0; i < TOKENS; i++) {
        token = parse_ahead(parser, i);
        bool joins = token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER ||
                     (token->kind == TOKEN_MARK && token->mark == '-');
        if (!joins || token->offset != end || token->offset + token->length - begin >= LONGEST) {
            break;
        }
        end = token->offset + token->length;
    }
    memcpy(name, parser->scenario->source + begin, end - begin);
    if (token->kind != TOKEN_MARK || token->mark != ',' || vm_policy_named(name) < 0) {
        return NULL;
    }
    struct expr *expr = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
    const char *text = parse_dashed(parser, "a policy", NULL);
    if (expr && text) {
        expr->text = expr->part[expr->parts++] = text;
    }
    return expr && text ? expr : NULL;
}

/* The arguments of a call that may be about a cell of `compare`. */
static bool parse_call_arguments(struct parser *parser, const char *word, struct expr **out)
{
    bool cell = strcmp(word, "faults") == 0 || strcmp(word, "evictions") == 0 ||
                strcmp(word, "writebacks") == 0;
    struct expr *policy = cell ? parse_policy(parser) : NULL;
    if (!policy) {
        return parse_arguments(parser, ')', out);
    }
    *out = policy;
    return parse_take(parser, ',') && parse_arguments(parser, ')', &policy->next);
}

static struct expr *parse_named(struct parser *parser)
{
    struct expr *expr = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
    size_t first = parser->at;
    if (!expr) {
        return NULL;
    }
    for (;;) {
        if (expr->parts == NAME_PARTS_MAX) {
            parse_expected(parser, "at most three names joined by dots", "like A.libc.text");
            return NULL;
        }
        const char *part = parse_name(parser, "a name", "A.heap is the heap of A");
        if (!part) {
            return NULL;
        }
        expr->text = expr->part[expr->parts++] = part;
        if (!parse_take(parser, '.')) {
            break;
        }
    }
    expr->place = parse_span(parser, first);
    if (parse_at(parser, '(')) {
        expr->kind = EXPR_CALL;
        if (!parse_open(parser, '(', "", NULL) ||
            !parse_call_arguments(parser, expr->text, &expr->arguments)) {
            return NULL;
        }
        expr->place = parse_span(parser, first);
    }
    return expr;
}

struct expr *parse_primary(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    struct expr *expr = NULL;
    switch (token->kind) {
    case TOKEN_NUMBER:
        return parse_number(parser);
    case TOKEN_NAME:
        return parse_named(parser);
    case TOKEN_STRING:
        expr = parse_new(parser, EXPR_STRING, token->place);
        if (expr) {
            expr->text = parse_string(parser, "a text", NULL);
        }
        return expr && expr->text ? expr : NULL;
    case TOKEN_PATH:
        expr = parse_new(parser, EXPR_PATH, token->place);
        if (expr) {
            expr->text = arena_text(
                &parser->scenario->arena, parser->scenario->source + token->offset, token->length);
        }
        parse_advance(parser);
        return expr && expr->text ? expr : NULL;
    default:
        break;
    }
    if (parse_at(parser, '(')) {
        if (!parse_open(parser, '(', "", NULL)) {
            return NULL;
        }
        expr = parse_level(parser, 1);
        return expr && parse_close(parser, ')', "after the expression", NULL) ? expr : NULL;
    }
    if (parse_at(parser, '[')) {
        expr = parse_new(parser, EXPR_LIST, token->place);
        bool ok = expr && parse_open(parser, '[', "", NULL) &&
                  parse_arguments(parser, ']', &expr->arguments);
        return ok ? expr : NULL;
    }
    parse_expected(parser, "a number, a name or `(`", NULL);
    return NULL;
}

/* `2 pages`, `n pages`, `(a + b) pages` */
static struct expr *parse_postfix(struct parser *parser)
{
    struct expr *expr = parse_primary(parser);
    if (expr && (parse_at_word(parser, "pages") || parse_at_word(parser, "page"))) {
        struct expr *pages = parse_new(parser, EXPR_PAGES, expr->place);
        parse_advance(parser);
        if (!pages) {
            return NULL;
        }
        pages->left = expr;
        return pages;
    }
    return expr;
}

struct expr *parse_operand(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    enum expr_kind kind = parse_at(parser, '*')          ? EXPR_DEREF
                          : parse_at(parser, '-')        ? EXPR_MINUS
                          : parse_at_word(parser, "not") ? EXPR_NOT
                                                         : EXPR_NUMBER;
    if (kind == EXPR_NUMBER) {
        return parse_postfix(parser);
    }
    if (!count_operator(parser)) {
        return NULL;
    }
    struct expr *expr = parse_new(parser, kind, token->place);
    parse_advance(parser);
    struct expr *left =
        kind == EXPR_NOT ? parse_level(parser, PRECEDENCE_NOT) : parse_operand(parser);
    if (!expr || !left) {
        return NULL;
    }
    expr->left = left;
    return expr;
}

static int operator_here(struct parser *parser)
{
    for (int i = 0; i < OPERATORS; i++) {
        bool here = operators[i].word ? parse_at_word(parser, operators[i].word)
                                      : parse_at(parser, operators[i].mark);
        if (here) {
            return i;
        }
    }
    return -1;
}

static struct expr *parse_level(struct parser *parser, unsigned least)
{
    struct expr *left = parse_operand(parser);
    while (left) {
        int row = operator_here(parser);
        if (row < 0 || operators[row].precedence < least) {
            break;
        }
        if (!count_operator(parser)) {
            return NULL;
        }
        struct expr *expr = parse_new(parser, EXPR_BINARY, parse_peek(parser)->place);
        parse_advance(parser);
        struct expr *right = parse_level(parser, operators[row].precedence + 1u);
        if (!expr || !right) {
            return NULL;
        }
        expr->op = operators[row].op;
        expr->left = left;
        expr->right = right;
        left = expr;
    }
    return left;
}

struct expr *parse_expression(struct parser *parser)
{
    parser->operators = 0;
    return parse_level(parser, 1);
}

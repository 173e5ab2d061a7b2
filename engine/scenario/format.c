/* SPDX-License-Identifier: MIT
 * The canonical form, printed from the tokens: comments, line ends and single empty lines stay,
 * blanks and indentation are the formatter's. Formatting twice gives the same bytes.
 */
#include "scenario/tree.h"

#include <stdlib.h>
#include <string.h>

struct printer {
    const vm_scenario *scenario;
    char *text;
    size_t length, capacity;
    bool failed;
    unsigned braces, parentheses;
    unsigned newlines; /* line ends waiting to be printed, at most 2 */
    uint64_t
        tall; /* a bit for each open brace: its block has line ends, so `{` and `}` end lines */
    const struct token *last; /* printed last; NULL at the start */
    bool last_unary;
};

static void put(struct printer *printer, const char *bytes, size_t n)
{
    if (printer->failed) {
        return;
    }
    if (printer->length + n + 1 > printer->capacity) {
        size_t capacity = (printer->length + n + 1) * 2;
        char *text = realloc(printer->text, capacity);
        if (!text) {
            printer->failed = true;
            return;
        }
        printer->text = text;
        printer->capacity = capacity;
    }
    memcpy(printer->text + printer->length, bytes, n);
    printer->length += n;
    printer->text[printer->length] = '\0';
}

static bool is_mark(const struct token *token, unsigned mark)
{
    return token && token->kind == TOKEN_MARK && token->mark == mark;
}

/* Words after which an operand comes, so that `*` and `(` begin something new. */
static bool is_keyword(const struct printer *printer, const struct token *token)
{
    static const char *const words[] = {"if", "while", "repeat", "and", "or", "not", "expect", "in",
        "return", "always", "sometimes", "map", "tlb", "rr", "seed", "seeds", "at", "offset",
        "hint", "locals", "else", "steps"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (token->length == strlen(words[i]) &&
            memcmp(printer->scenario->source + token->offset, words[i], token->length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_operand(const struct printer *printer, const struct token *token)
{
    switch (token->kind) {
    case TOKEN_NAME:
        return !is_keyword(printer, token);
    case TOKEN_NUMBER:
    case TOKEN_STRING:
    case TOKEN_PATH:
        return true;
    default:
        return is_mark(token, ')') || is_mark(token, ']');
    }
}

static unsigned blanks_between(
    const struct printer *printer, const struct token *a, const struct token *b)
{
    if (b->kind == TOKEN_COMMENT) {
        return 2;
    }
    if (b->glued || printer->last_unary || is_mark(a, '(') || is_mark(a, '[') || is_mark(b, ')') ||
        is_mark(b, ']') || is_mark(b, ',') || is_mark(b, ';') || is_mark(b, ':') ||
        is_mark(b, '.') || is_mark(a, '.')) {
        return 0;
    }
    if (b->wide) {
        return 2;
    }
    if (is_mark(a, MARK2('.', '.')) || is_mark(b, MARK2('.', '.'))) {
        return a->kind == TOKEN_PATH;
    }
    return !(is_mark(b, '(') && a->kind == TOKEN_NAME && !is_keyword(printer, a));
}

static void begin_token(struct printer *printer, const struct token *token)
{
    bool closes = is_mark(token, '}');
    if (closes && printer->braces > 0) {
        printer->braces--;
    }
    if (printer->newlines > 0 && printer->last) {
        bool tight = closes || is_mark(printer->last, '{');
        put(printer, "\n\n", printer->newlines > 1 && !tight ? 2 : 1);
        for (unsigned i = 0; i < printer->braces + (printer->parentheses > 0); i++) {
            put(printer, "    ", 4);
        }
    } else if (printer->last) {
        put(printer, "  ", blanks_between(printer, printer->last, token));
    }
    printer->newlines = 0;
}

static void print_comment(struct printer *printer, const struct token *token)
{
    const char *text = printer->scenario->source + token->offset + 1;
    size_t n = token->length - 1;
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t' || text[n - 1] == '\r')) {
        n--;
    }
    put(printer, "#", 1);
    if (n > 0 && text[0] != ' ' && text[0] != '#' && text[0] != '!') {
        put(printer, " ", 1);
    }
    put(printer, text, n);
}

static void print_text(struct printer *printer, const struct token *token)
{
    const char *text = printer->scenario->source + token->offset;
    if (token->kind == TOKEN_COMMENT) {
        print_comment(printer, token);
    } else if (is_mark(token, MARK2('=', '='))) {
        put(printer, "=", 1);
    } else if (token->kind == TOKEN_NUMBER) {
        for (uint32_t i = 0; i < token->length; i++) {
            char c = text[i];
            bool lower = i < token->suffix && c >= 'A' && c <= 'X';
            c = lower ? (char)(c + 32) : c;
            put(printer, &c, 1);
        }
    } else {
        put(printer, text, token->length);
    }
}

/* A block that is written over several lines, seen from its `{`. */
static bool is_tall(const struct token *token)
{
    size_t depth = 0;
    do {
        depth += is_mark(token, '{');
        depth -= is_mark(token, '}');
        if (token->kind == TOKEN_NEWLINE) {
            return true;
        }
        token++;
    } while (depth > 0 && token->kind != TOKEN_END);
    return false;
}

static void print_token(struct printer *printer, const struct token *token)
{
    if (is_mark(token, '}')) {
        bool tall = printer->tall & 1;
        printer->tall >>= 1;
        printer->newlines = tall ? 1 : 0;
    }
    bool unary = (is_mark(token, '*') || is_mark(token, '-')) && !token->glued &&
                 (!printer->last || printer->newlines > 0 || !is_operand(printer, printer->last));
    begin_token(printer, token);
    print_text(printer, token);
    if (is_mark(token, '{')) {
        bool tall = is_tall(token);
        printer->braces++;
        printer->tall = printer->tall << 1 | tall;
        printer->newlines = tall && token[1].kind != TOKEN_COMMENT;
    }
    printer->parentheses += is_mark(token, '(') || is_mark(token, '[');
    if ((is_mark(token, ')') || is_mark(token, ']')) && printer->parentheses > 0) {
        printer->parentheses--;
    }
    printer->last = token;
    printer->last_unary = unary;
}

/* A `;` that separates nothing: before a line end, a comment, a brace or another one. */
static bool is_idle(const struct printer *printer, const struct token *token)
{
    const struct token *next = token + 1;
    while (next->dropped) {
        next++;
    }
    return token->dropped ||
           (is_mark(token, ';') && (next->kind == TOKEN_NEWLINE || next->kind == TOKEN_END ||
                                       next->kind == TOKEN_COMMENT || is_mark(next, '}') ||
                                       is_mark(next, ';') || is_mark(next, ')') || !printer->last ||
                                       printer->newlines > 0 || is_mark(printer->last, '{')));
}

/* The line end behind `{` is there already. */
static bool after_brace(const struct printer *printer, const struct token *token)
{
    return printer->newlines == 1 && is_mark(printer->last, '{') && printer->last + 1 == token;
}

char *vm_scenario_format(const vm_scenario *scenario, size_t *length)
{
    struct printer printer = {.scenario = scenario};
    for (size_t i = 0; i < scenario->tokens.length; i++) {
        const struct token *token = &scenario->tokens.item[i];
        if (token->kind == TOKEN_END) {
            break;
        }
        if (token->kind == TOKEN_NEWLINE) {
            bool counts =
                printer.parentheses == 0 || (printer.last && printer.last->kind == TOKEN_COMMENT);
            printer.newlines += counts && printer.newlines < 2 && !after_brace(&printer, token);
        } else if (!is_idle(&printer, token)) {
            print_token(&printer, token);
        }
    }
    put(&printer, "\n", 1);
    if (printer.failed) {
        free(printer.text);
        return NULL;
    }
    if (length) {
        *length = printer.length;
    }
    return printer.text;
}

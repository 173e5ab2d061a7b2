/* SPDX-License-Identifier: MIT
 * The parser's hands: looking at tokens, taking them, and saying what was expected instead.
 */
#include "scenario/parse.h"

#include <stdio.h>
#include <string.h>

/* The index of the next token that counts, from `at`. */
static size_t skip(const struct parser *parser, size_t at)
{
    const struct tokens *tokens = &parser->scenario->tokens;
    while (tokens->item[at].kind == TOKEN_COMMENT ||
           (parser->parentheses > 0 && tokens->item[at].kind == TOKEN_NEWLINE)) {
        at++;
    }
    return at;
}

struct token *parse_ahead(struct parser *parser, size_t n)
{
    struct tokens *tokens = &parser->scenario->tokens;
    size_t at = skip(parser, parser->at);
    for (; n > 0 && tokens->item[at].kind != TOKEN_END; n--) {
        at = skip(parser, at + 1);
    }
    return &tokens->item[at];
}

struct token *parse_peek(struct parser *parser)
{
    return parse_ahead(parser, 0);
}

void parse_advance(struct parser *parser)
{
    parser->at = skip(parser, parser->at);
    if (parser->scenario->tokens.item[parser->at].kind != TOKEN_END) {
        parser->previous = parser->at;
        parser->at++;
    }
    parser->at = skip(parser, parser->at);
}

bool token_is(const struct parser *parser, const struct token *token, const char *word)
{
    return token->kind == TOKEN_NAME && token->length == strlen(word) &&
           memcmp(parser->scenario->source + token->offset, word, token->length) == 0;
}

bool parse_at(struct parser *parser, unsigned mark)
{
    const struct token *token = parse_peek(parser);
    return token->kind == TOKEN_MARK && token->mark == mark;
}

bool parse_at_word(struct parser *parser, const char *word)
{
    return token_is(parser, parse_peek(parser), word);
}

bool parse_take(struct parser *parser, unsigned mark)
{
    bool there = parse_at(parser, mark);
    if (there) {
        parse_advance(parser);
    }
    return there;
}

bool parse_take_word(struct parser *parser, const char *word)
{
    bool there = parse_at_word(parser, word);
    if (there) {
        parse_advance(parser);
    }
    return there;
}

bool parse_expected(struct parser *parser, const char *what, const char *hint)
{
    const struct token *token = parse_peek(parser);
    const char *source = parser->scenario->source + token->offset;
    switch (token->kind) {
    case TOKEN_BAD: /* reported by the lexer; counted here only if it did not fit there */
        break;
    case TOKEN_END:
        diagnose(parser->diagnostics, token->place, hint, "found the end of the text, expected %s",
            what);
        break;
    case TOKEN_NEWLINE:
        diagnose(parser->diagnostics, token->place, hint, "found the end of the line, expected %s",
            what);
        break;
    default:
        diagnose(parser->diagnostics, token->place, hint, "found `%.*s`, expected %s",
            token->length > 40 ? 40 : (int)token->length, source, what);
    }
    return false;
}

bool parse_want(struct parser *parser, unsigned mark, const char *where, const char *hint)
{
    if (parse_take(parser, mark)) {
        return true;
    }
    char what[80];
    char second[2] = {(char)(mark >> 8), '\0'};
    snprintf(what, sizeof what, "`%c%s` %s", (int)(mark & 0xFF), second, where);
    return parse_expected(parser, what, hint);
}

bool parse_open(struct parser *parser, unsigned mark, const char *where, const char *hint)
{
    if (parser->depth >= parser->nesting) {
        diagnose(parser->diagnostics, parse_peek(parser)->place,
            "split the text into smaller pieces", "more than %u levels of braces and parentheses",
            (unsigned)parser->nesting);
        return false;
    }
    if (!parse_at(parser, mark)) {
        return parse_want(parser, mark, where, hint);
    }
    parser->depth++;
    if (mark != '{') {
        parser->parentheses++;
    }
    parse_advance(parser);
    return true;
}

bool parse_close(struct parser *parser, unsigned mark, const char *where, const char *hint)
{
    if (!parse_at(parser, mark)) {
        return parse_want(parser, mark, where, hint);
    }
    parser->depth--;
    if (mark != '}') {
        parser->parentheses--; /* first, so that a line end behind the mark counts again */
    }
    parse_advance(parser);
    return true;
}

const char *parse_name(struct parser *parser, const char *what, const char *hint)
{
    const struct token *token = parse_peek(parser);
    if (token->kind != TOKEN_NAME) {
        parse_expected(parser, what, hint);
        return NULL;
    }
    parse_advance(parser);
    return arena_text(
        &parser->scenario->arena, parser->scenario->source + token->offset, token->length);
}

const char *parse_dashed(struct parser *parser, const char *what, const char *hint)
{
    struct token *token = parse_peek(parser);
    if (token->kind != TOKEN_NAME && token->kind != TOKEN_NUMBER) {
        parse_expected(parser, what, hint);
        return NULL;
    }
    uint32_t begin = token->offset, end = token->offset + token->length;
    parse_advance(parser);
    for (;;) {
        token = parse_peek(parser);
        bool joins = token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER ||
                     (token->kind == TOKEN_MARK && token->mark == '-');
        if (!joins || token->offset != end) {
            break;
        }
        token->glued = true;
        end = token->offset + token->length;
        parse_advance(parser);
    }
    return arena_text(&parser->scenario->arena, parser->scenario->source + begin, end - begin);
}

const char *parse_string(struct parser *parser, const char *what, const char *hint)
{
    const struct token *token = parse_peek(parser);
    if (token->kind != TOKEN_STRING) {
        parse_expected(parser, what, hint);
        return NULL;
    }
    parse_advance(parser);
    char *out = arena_take(&parser->scenario->arena, token->length);
    if (!out) {
        return NULL;
    }
    const char *source = parser->scenario->source + token->offset + 1;
    size_t n = 0;
    for (uint32_t i = 0; i + 2 < token->length; i++) {
        char c = source[i];
        if (c == '\\' && i + 3 < token->length) {
            c = source[++i];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
        }
        out[n++] = c;
    }
    return out;
}

struct place parse_span(const struct parser *parser, size_t first)
{
    const struct tokens *tokens = &parser->scenario->tokens;
    const struct token *from = &tokens->item[first];
    const struct token *to = &tokens->item[parser->previous > first ? parser->previous : first];
    struct place place = from->place;
    if (to->place.line == place.line) {
        place.length = to->offset + to->length - from->offset;
    }
    return place;
}

const char *parse_source(struct parser *parser, size_t first)
{
    const struct tokens *tokens = &parser->scenario->tokens;
    const struct token *from = &tokens->item[first];
    const struct token *to = &tokens->item[parser->previous > first ? parser->previous : first];
    size_t length = to->offset + to->length - from->offset;
    const char *text = parser->scenario->source + from->offset;
    const char *newline = memchr(text, '\n', length);
    return arena_text(&parser->scenario->arena, text, newline ? (size_t)(newline - text) : length);
}

/* SPDX-License-Identifier: MIT
 * The lexer reads bytes left to right and never goes back; any bytes end in tokens or diagnostics.
 */
#include "scenario/lexer.h"

#include <stdlib.h>
#include <string.h>

struct lexer {
    const char *text;
    size_t length, at, line_start;
    uint32_t line;
    struct vm_diagnostics *diagnostics;
    struct tokens *out;
};

void tokens_release(struct tokens *tokens)
{
    free(tokens->item);
    memset(tokens, 0, sizeof *tokens);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static char look(const struct lexer *lexer, size_t ahead)
{
    return ahead < lexer->length - lexer->at ? lexer->text[lexer->at + ahead] : '\0';
}

static struct place place_here(const struct lexer *lexer, size_t length)
{
    return (struct place){.line = lexer->line,
        .column = (uint32_t)(lexer->at - lexer->line_start) + 1,
        .length = (uint32_t)length};
}

static struct token *push(struct lexer *lexer, enum token_kind kind, size_t length)
{
    struct tokens *out = lexer->out;
    if (out->length == out->capacity) {
        size_t capacity = out->capacity ? out->capacity * 2 : 64;
        struct token *item = realloc(out->item, capacity * sizeof *item);
        if (!item) {
            return NULL;
        }
        out->item = item;
        out->capacity = capacity;
    }
    struct token *token = &out->item[out->length++];
    *token = (struct token){.kind = (uint8_t)kind,
        .offset = (uint32_t)lexer->at,
        .length = (uint32_t)length,
        .place = place_here(lexer, length)};
    lexer->at += length;
    return token;
}

uint64_t lexer_unit(const char *letters, size_t length)
{
    if (length == 0) {
        return 1;
    }
    if (length != 1) {
        return 0;
    }
    switch (letters[0]) {
    case 'K':
        return UINT64_C(1) << 10;
    case 'M':
        return UINT64_C(1) << 20;
    case 'G':
        return UINT64_C(1) << 30;
    default:
        return 0;
    }
}

/* Digits, then letters and digits that belong to them: 0x1f, 4K, 1W, 4x4. */
static bool lex_number(struct lexer *lexer)
{
    uint64_t value = 0;
    bool over = false;
    size_t n = 0;
    if (look(lexer, 0) == '0' && (look(lexer, 1) | 32) == 'x' && hex_digit(look(lexer, 2)) >= 0) {
        for (n = 2; hex_digit(look(lexer, n)) >= 0; n++) {
            over = over || value >> 60 != 0;
            value = value << 4 | (uint64_t)hex_digit(look(lexer, n));
        }
    } else {
        for (; is_digit(look(lexer, n)); n++) {
            uint64_t digit = (uint64_t)(look(lexer, n) - '0');
            over = over || value > (UINT64_MAX - digit) / 10;
            value = value * 10 + digit;
        }
    }
    size_t end = n;
    while (is_letter(look(lexer, end)) || is_digit(look(lexer, end))) {
        end++;
    }
    if (over) {
        diagnose(lexer->diagnostics, place_here(lexer, end), "numbers go up to 0xffffffffffffffff",
            "this number does not fit in 64 bits");
    }
    struct token *token = push(lexer, over ? TOKEN_BAD : TOKEN_NUMBER, end);
    if (token) {
        token->value = value;
        token->suffix = (uint32_t)n;
    }
    return token != NULL;
}

static bool lex_string(struct lexer *lexer)
{
    size_t n = 1;
    while (lexer->at + n < lexer->length && look(lexer, n) != '"' && look(lexer, n) != '\n') {
        n += look(lexer, n) == '\\' && look(lexer, n + 1) != '\n' &&
                     lexer->at + n + 1 < lexer->length
                 ? 2
                 : 1;
    }
    if (lexer->at + n >= lexer->length || look(lexer, n) != '"') {
        diagnose(lexer->diagnostics, place_here(lexer, n),
            "close the text with a \" on the same line", "this text has no closing quote");
        return push(lexer, TOKEN_BAD, n) != NULL;
    }
    return push(lexer, TOKEN_STRING, n + 1) != NULL;
}

static bool is_path_character(char c)
{
    return is_letter(c) || is_digit(c) || c == '/' || c == '.' || c == '-' || c == '+';
}

static bool last_is_word(const struct lexer *lexer, const struct token *last)
{
    static const char *const words[] = {
        "file", "device", "program", "needs", "interpreter", "start"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (last->length == strlen(words[i]) &&
            memcmp(lexer->text + last->offset, words[i], last->length) == 0) {
            return true;
        }
    }
    return false;
}

/* A slash begins a path where no division can stand. */
static bool path_begins(const struct lexer *lexer)
{
    char next = look(lexer, 1);
    if (!is_letter(next) && next != '.') {
        return false;
    }
    if (lexer->out->length == 0) {
        return true;
    }
    const struct token *last = &lexer->out->item[lexer->out->length - 1];
    switch (last->kind) {
    case TOKEN_NAME:
        return last_is_word(lexer, last);
    case TOKEN_NUMBER:
        return false;
    case TOKEN_MARK:
        return last->mark != ')' && last->mark != ']';
    default:
        return true;
    }
}

static bool lex_mark(struct lexer *lexer)
{
    static const char pairs[] = "..->==!=<=>=<<>>";
    static const char singles[] = "(){}[],;:=<>+-*/%&|.";
    char c = look(lexer, 0), d = look(lexer, 1);
    for (size_t i = 0; i + 1 < sizeof pairs; i += 2) {
        if (c == pairs[i] && d == pairs[i + 1]) {
            struct token *token = push(lexer, TOKEN_MARK, 2);
            if (token) {
                token->mark = (uint16_t)MARK2((unsigned char)c, (unsigned char)d);
            }
            return token != NULL;
        }
    }
    if (c != '\0' && strchr(singles, c)) {
        struct token *token = push(lexer, TOKEN_MARK, 1);
        if (token) {
            token->mark = (unsigned char)c;
        }
        return token != NULL;
    }
    size_t n = 1;
    while (((unsigned char)look(lexer, n) & 0xC0) == 0x80) {
        n++;
    }
    bool quote = n == 3 && memcmp(lexer->text + lexer->at, "\xE2\x80", 2) == 0;
    bool code = c == '!' || c == '\'';
    const char *hint = quote       ? "write straight quotes: \"text\""
                       : c == '\'' ? "write texts in double quotes: \"text\""
                       : c == '!'  ? "write `not`, or `!=`"
                                   : "";
    if ((unsigned char)c < 0x20 || (unsigned char)c == 0x7F) {
        diagnose(lexer->diagnostics, place_here(lexer, n), hint,
            "found the control character 0x%02x, expected text", (unsigned)(unsigned char)c);
    } else {
        diagnose(lexer->diagnostics, place_here(lexer, n), code || quote ? hint : "",
            "found `%.*s`, which has no meaning here", (int)n, lexer->text + lexer->at);
    }
    return push(lexer, TOKEN_BAD, n) != NULL;
}

static bool lex_one(struct lexer *lexer)
{
    char c = look(lexer, 0);
    if (c == '\n') {
        bool ok = push(lexer, TOKEN_NEWLINE, 1) != NULL;
        lexer->line++;
        lexer->line_start = lexer->at;
        return ok;
    }
    if (c == '#') {
        size_t n = 0;
        while (lexer->at + n < lexer->length && look(lexer, n) != '\n') {
            n++;
        }
        return push(lexer, TOKEN_COMMENT, n) != NULL;
    }
    if (is_digit(c)) {
        return lex_number(lexer);
    }
    if (is_letter(c)) {
        size_t n = 1;
        while (is_letter(look(lexer, n)) || is_digit(look(lexer, n))) {
            n++;
        }
        return push(lexer, TOKEN_NAME, n) != NULL;
    }
    if (c == '"') {
        return lex_string(lexer);
    }
    if (c == '/' && path_begins(lexer)) {
        size_t n = 1;
        while (is_path_character(look(lexer, n))) {
            n++;
        }
        return push(lexer, TOKEN_PATH, n) != NULL;
    }
    return lex_mark(lexer);
}

/* The first byte that is not UTF-8, or the length. */
static size_t utf8_end(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length) {
        unsigned char c = (unsigned char)text[i];
        size_t more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : (c & 0xF0) == 0xE0 ? 2 : 3;
        if (c >= 0xF5 || (c >= 0x80 && c < 0xC2) || more >= length - i) {
            return i;
        }
        for (size_t k = 1; k <= more; k++) {
            if (((unsigned char)text[i + k] & 0xC0) != 0x80) {
                return i;
            }
        }
        unsigned char d = more ? (unsigned char)text[i + 1] : 0;
        if ((c == 0xE0 && d < 0xA0) || (c == 0xED && d >= 0xA0) || (c == 0xF0 && d < 0x90) ||
            (c == 0xF4 && d >= 0x90)) {
            return i;
        }
        i += more + 1;
    }
    return length;
}

bool lexer_run(const char *text, size_t length, uint32_t line, struct vm_diagnostics *diagnostics,
    struct tokens *out)
{
    struct lexer lexer = {
        .text = text, .length = length, .line = line, .diagnostics = diagnostics, .out = out};
    size_t valid = utf8_end(text, length);
    bool ok = true;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        lexer.at = lexer.line_start = 3;
    }
    while (ok && lexer.at < valid) {
        char c = text[lexer.at];
        if (c == ' ' || c == '\t' || c == '\r') {
            lexer.at++;
        } else {
            ok = lex_one(&lexer);
        }
    }
    if (ok && valid < length) {
        lexer.at = valid;
        diagnose(diagnostics, place_here(&lexer, 1), "save the text as UTF-8",
            "the byte 0x%02x is not UTF-8", (unsigned)(unsigned char)text[valid]);
        lexer.at = length;
    }
    lexer.at = lexer.at > length ? length : lexer.at;
    return ok && push(&lexer, TOKEN_END, 0) != NULL;
}

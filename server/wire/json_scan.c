/* SPDX-License-Identifier: MIT
 * A strict scanner of JSON. It builds nothing: it only decides whether the parser may see the text.
 */
#include "wire/json_scan.h"
#include "wire/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    const unsigned char *text;
    size_t length, at;
    unsigned keys;
    const struct json_limits *limits;
    struct json_error *error;
};

__attribute__((format(printf, 3, 4))) static bool refuse(
    struct scan *s, enum json_problem problem, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    s->error->problem = problem;
    s->error->offset = s->at;
    vsnprintf(s->error->message, sizeof(s->error->message), format, args);
    va_end(args);
    return false;
}

static bool refuse_found(struct scan *s, const char *expected)
{
    if (s->at >= s->length) {
        return refuse(s, JSON_SYNTAX, "the text ends where %s was expected", expected);
    }
    unsigned char c = s->text[s->at];
    if (c > 0x20 && c < 0x7f) {
        return refuse(s, JSON_SYNTAX, "found '%c', expected %s", c, expected);
    }
    return refuse(s, JSON_SYNTAX, "found byte 0x%02x, expected %s", c, expected);
}

static int peek(const struct scan *s)
{
    return s->at < s->length ? s->text[s->at] : -1;
}

static void blanks(struct scan *s)
{
    while (s->at < s->length && memchr(" \t\r\n", s->text[s->at], 4)) {
        s->at++;
    }
}

static bool hex4(struct scan *s, unsigned *out)
{
    unsigned sum = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        int c = peek(s);
        unsigned digit;
        if (c >= '0' && c <= '9') {
            digit = (unsigned)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (unsigned)(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            digit = (unsigned)(c - 'A' + 10);
        } else {
            return refuse_found(s, "four hex digits after \\u");
        }
        sum = sum * 16 + digit;
    }
    *out = sum;
    return true;
}

static bool escaped(struct scan *s)
{
    s->at++;
    int c = peek(s);
    if (c != 'u') {
        if (c < 0 || !strchr("\"\\/bfnrt", c)) {
            return refuse_found(s, "one of \" \\ / b f n r t u after a backslash");
        }
        s->at++;
        return true;
    }
    unsigned unit = 0, second = 0;
    s->at++;
    if (!hex4(s, &unit)) {
        return false;
    }
    if (unit == 0) {
        return refuse(s, JSON_SYNTAX, "\\u0000 is not accepted in a string");
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) {
        return refuse(s, JSON_SYNTAX, "a low surrogate stands alone");
    }
    if (unit < 0xd800 || unit > 0xdbff) {
        return true;
    }
    if (s->length - s->at < 2 || s->text[s->at] != '\\' || s->text[s->at + 1] != 'u') {
        return refuse(s, JSON_SYNTAX, "a high surrogate stands alone");
    }
    s->at += 2;
    if (!hex4(s, &second)) {
        return false;
    }
    if (second < 0xdc00 || second > 0xdfff) {
        return refuse(s, JSON_SYNTAX, "a high surrogate is not followed by a low one");
    }
    return true;
}

static bool string(struct scan *s)
{
    s->at++;
    for (;;) {
        int c = peek(s);
        if (c < 0) {
            return refuse_found(s, "the end of a string");
        }
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c < 0x20) {
            return refuse(
                s, JSON_SYNTAX, "control character 0x%02x in a string; write it as an escape", c);
        }
        if (c == '\\') {
            if (!escaped(s)) {
                return false;
            }
            continue;
        }
        size_t n = utf8_character(s->text + s->at, s->length - s->at);
        if (!n) {
            return refuse(s, JSON_SYNTAX, "byte 0x%02x is no UTF-8", c);
        }
        s->at += n;
    }
}

static bool digits(struct scan *s)
{
    size_t from = s->at;
    while (peek(s) >= '0' && peek(s) <= '9') {
        s->at++;
    }
    return s->at > from || refuse_found(s, "a digit");
}

static bool number(struct scan *s)
{
    size_t from = s->at;
    if (peek(s) == '-') {
        s->at++;
    }
    bool zero = peek(s) == '0';
    if (!digits(s)) {
        return false;
    }
    size_t whole = s->at;
    if (zero && whole > from + 1 + (s->text[from] == '-')) {
        s->at = from;
        return refuse(s, JSON_SYNTAX, "a number does not begin with 0");
    }
    if (peek(s) == '.') {
        s->at++;
        if (!digits(s)) {
            return false;
        }
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->at++;
        if (peek(s) == '+' || peek(s) == '-') {
            s->at++;
        }
        if (!digits(s)) {
            return false;
        }
    }
    char copy[48];
    size_t n = s->at - from;
    if (n < sizeof(copy)) {
        memcpy(copy, s->text + from, n);
        copy[n] = '\0';
        double v = strtod(copy, NULL);
        if (v > -9007199254740992.0 && v < 9007199254740992.0) {
            return true;
        }
    }
    s->at = from;
    return refuse(
        s, JSON_SYNTAX, "the number is too large or too long; send 64-bit numbers as strings");
}

static bool any(struct scan *s, unsigned depth);

static bool member(struct scan *s, unsigned depth)
{
    if (peek(s) != '"') {
        return refuse_found(s, "a key in quotes");
    }
    if (++s->keys > s->limits->keys) {
        return refuse(s, JSON_TOO_MANY_KEYS, "more than %u keys", s->limits->keys);
    }
    if (!string(s)) {
        return false;
    }
    blanks(s);
    if (peek(s) != ':') {
        return refuse_found(s, "':'");
    }
    s->at++;
    return any(s, depth);
}

static bool container(struct scan *s, unsigned depth, bool object)
{
    int close = object ? '}' : ']';
    if (depth > s->limits->depth) {
        return refuse(s, JSON_TOO_DEEP, "nested deeper than %u", s->limits->depth);
    }
    s->at++;
    blanks(s);
    if (peek(s) == close) {
        s->at++;
        return true;
    }
    for (;;) {
        blanks(s);
        if (!(object ? member(s, depth) : any(s, depth))) {
            return false;
        }
        blanks(s);
        int c = peek(s);
        if (c == close) {
            s->at++;
            return true;
        }
        if (c != ',') {
            return refuse_found(s, object ? "',' or '}'" : "',' or ']'");
        }
        s->at++;
    }
}

static bool word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);
        if (s->length - s->at >= n && memcmp(s->text + s->at, words[i], n) == 0) {
            s->at += n;
            return true;
        }
    }
    return refuse_found(s, "a value");
}

static bool any(struct scan *s, unsigned depth)
{
    blanks(s);
    int c = peek(s);
    if (c == '{' || c == '[') {
        return container(s, depth + 1, c == '{');
    }
    if (c == '"') {
        return string(s);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        return number(s);
    }
    return word(s);
}

bool json_scan(
    const char *text, size_t length, const struct json_limits *limits, struct json_error *error)
{
    struct scan s = {(const unsigned char *)text, length, 0, 0, limits, error};
    if (length > limits->bytes) {
        return refuse(&s, JSON_TOO_LARGE, "%zu bytes, more than %zu", length, limits->bytes);
    }
    if (!any(&s, 0)) {
        return false;
    }
    blanks(&s);
    return s.at == length || refuse_found(&s, "nothing after the value");
}

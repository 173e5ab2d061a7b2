/* SPDX-License-Identifier: MIT
 * The JSON writer: bytes are appended as they come; the only state is whether a comma is due.
 */
#include "wire/json.h"
#include "wire/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_clear(struct json *json)
{
    json->length = 0;
    json->comma = false;
    json->failed = false;
}

void json_release(struct json *json)
{
    free(json->bytes);
    *json = (struct json){0};
}

char *json_take(struct json *json, size_t *length)
{
    char *bytes = json->bytes;
    *length = json->length;
    if (json->failed) {
        free(bytes);
        bytes = NULL;
        *length = 0;
    }
    *json = (struct json){0};
    return bytes;
}

static void put(struct json *json, const char *bytes, size_t n)
{
    if (json->failed) {
        return;
    }
    if (json->capacity - json->length <= n) {
        size_t capacity = json->capacity ? json->capacity : 256;
        while (capacity - json->length <= n) {
            capacity *= 2;
        }
        char *room = realloc(json->bytes, capacity);
        if (!room) {
            json->failed = true;
            return;
        }
        json->bytes = room;
        json->capacity = capacity;
    }
    memcpy(json->bytes + json->length, bytes, n);
    json->length += n;
    json->bytes[json->length] = '\0';
}

static void value(struct json *json, const char *bytes, size_t n)
{
    if (json->comma) {
        put(json, ",", 1);
    }
    put(json, bytes, n);
    json->comma = true;
}

void json_object(struct json *json)
{
    value(json, "{", 1);
    json->comma = false;
}

void json_object_end(struct json *json)
{
    put(json, "}", 1);
    json->comma = true;
}

void json_array(struct json *json)
{
    value(json, "[", 1);
    json->comma = false;
}

void json_array_end(struct json *json)
{
    put(json, "]", 1);
    json->comma = true;
}

static void escape(struct json *json, unsigned char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    const char *at = c ? strchr(plain, c) : NULL;
    char text[8];
    if (at) {
        text[0] = '\\';
        text[1] = letter[at - plain];
        put(json, text, 2);
    } else {
        int n = snprintf(text, sizeof(text), "\\u%04x", c);
        put(json, text, (size_t)n);
    }
}

void json_string_n(struct json *json, const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + length, *run = at;
    value(json, "\"", 1);
    while (at < end) {
        size_t n = *at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7f
                       ? 0
                       : utf8_character(at, (size_t)(end - at));
        if (n) {
            at += n;
            continue;
        }
        put(json, (const char *)run, (size_t)(at - run));
        if (*at < 0x80) {
            escape(json, *at);
        } else {
            put(json, "\xef\xbf\xbd", 3);
        }
        run = ++at;
    }
    put(json, (const char *)run, (size_t)(at - run));
    put(json, "\"", 1);
}

void json_string(struct json *json, const char *text)
{
    if (text) {
        json_string_n(json, text, strlen(text));
    } else {
        json_null(json);
    }
}

void json_key(struct json *json, const char *key)
{
    json_string(json, key);
    put(json, ":", 1);
    json->comma = false;
}

void json_number(struct json *json, uint64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%" PRIu64, number);
    value(json, text, (size_t)n);
}

void json_signed(struct json *json, int64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "%" PRId64, number);
    value(json, text, (size_t)n);
}

void json_big(struct json *json, uint64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "\"%" PRIu64 "\"", number);
    value(json, text, (size_t)n);
}

void json_hex(struct json *json, uint64_t number)
{
    char text[24];
    int n = snprintf(text, sizeof(text), "\"0x%" PRIx64 "\"", number);
    value(json, text, (size_t)n);
}

void json_bytes(struct json *json, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = malloc(length / 3 * 4 + 8);
    size_t n = 0;
    if (!text) {
        json->failed = true;
        return;
    }
    text[n++] = '"';
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t word = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                        (left > 2 ? bytes[i + 2] : 0);
        for (size_t k = 0; k < 4; k++) {
            text[n++] = k > left ? '=' : digits[word >> (18 - 6 * k) & 63];
        }
    }
    text[n++] = '"';
    value(json, text, n);
    free(text);
}

void json_real(struct json *json, double number)
{
    if (!isfinite(number)) {
        json_null(json);
        return;
    }
    char text[40];
    int n = snprintf(text, sizeof(text), "%.10g", number);
    value(json, text, (size_t)n);
}

void json_bool(struct json *json, bool flag)
{
    value(json, flag ? "true" : "false", flag ? 4 : 5);
}

void json_null(struct json *json)
{
    value(json, "null", 4);
}

void json_raw(struct json *json, const char *text, size_t length)
{
    value(json, text, length);
}

void json_key_string(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

void json_key_number(struct json *json, const char *key, uint64_t number)
{
    json_key(json, key);
    json_number(json, number);
}

void json_key_bool(struct json *json, const char *key, bool flag)
{
    json_key(json, key);
    json_bool(json, flag);
}

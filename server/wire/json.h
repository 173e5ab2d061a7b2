/* SPDX-License-Identifier: MIT
 * JSON out: a streaming writer. What it has written is valid JSON whatever bytes the strings hold:
 * bytes that are no UTF-8 become U+FFFD. After a failed allocation `failed` stays true and the rest
 * is dropped.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; json_release, or json_take the bytes. */
struct json {
    char *bytes;   /* owned; NUL-terminated once anything is written */
    size_t length; /* bytes used, without the NUL */
    size_t capacity;
    bool comma; /* the next value needs a comma before it */
    bool failed;
};

void json_clear(struct json *json); /* keeps the room */
void json_release(struct json *json);
/* The bytes, for free(); NULL after a failure. The writer is empty afterwards. */
char *json_take(struct json *json, size_t *length);

void json_object(struct json *json);     /* { */
void json_object_end(struct json *json); /* } */
void json_array(struct json *json);      /* [ */
void json_array_end(struct json *json);  /* ] */
void json_key(struct json *json, const char *key);
void json_string(struct json *json, const char *text); /* NULL is written as null */
void json_string_n(struct json *json, const char *text, size_t length);
void json_number(struct json *json, uint64_t value); /* for values below 2^53 */
void json_signed(struct json *json, int64_t value);
void json_big(struct json *json, uint64_t value); /* any 64 bits: a decimal string */
void json_hex(struct json *json, uint64_t value); /* an address: "0x55d0" */
void json_bytes(struct json *json, const uint8_t *bytes, size_t length); /* base64, RFC 4648 */
void json_real(struct json *json, double value);                         /* not finite: null */
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_raw(
    struct json *json, const char *value, size_t length); /* one value that is JSON already */

/* "key": value in one call. */
void json_key_string(struct json *json, const char *key, const char *text);
void json_key_number(struct json *json, const char *key, uint64_t value);
void json_key_bool(struct json *json, const char *key, bool value);

#endif

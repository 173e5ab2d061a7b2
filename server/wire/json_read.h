/* SPDX-License-Identifier: MIT
 * JSON in, strict: RFC 8259 and no more. Refused are invalid UTF-8, \u0000, lone surrogates,
 * duplicate keys, raw control characters, leading zeros, NaN, numbers of 2^53 and more in size,
 * anything after the value, and whatever is larger, deeper or has more keys than the limits. So a
 * string never holds a NUL.
 */
#ifndef WIRE_JSON_READ_H
#define WIRE_JSON_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cJSON json_value; /* read with the functions below only */

struct json_limits {
    size_t bytes;   /* 0 = 262144 */
    unsigned depth; /* nested arrays and objects; 0 = 32 */
    unsigned keys;  /* in the whole text; 0 = 5000 */
};
enum json_problem {
    JSON_FINE,
    JSON_SYNTAX,    /* no JSON */
    JSON_TOO_LARGE, /* bytes */
    JSON_TOO_DEEP,
    JSON_TOO_MANY_KEYS,
    JSON_NO_MEMORY,
};
struct json_error {
    enum json_problem problem;
    size_t offset;     /* bytes from the start, where it was found */
    char message[128]; /* what was found and what was expected; names the limit */
};

/* `limits` may be NULL. NULL: `error` says why. */
json_value *json_parse(
    const char *text, size_t length, const struct json_limits *limits, struct json_error *error);
void json_value_free(json_value *value); /* of the whole document only; NULL is fine */

/* All take NULL for "absent" and answer as for a value of another type. */
const json_value *json_get(const json_value *object, const char *key); /* case counts; NULL: none */
bool json_is_object(const json_value *value);
bool json_is_array(const json_value *value);
bool json_is_null(const json_value *value);
const char *json_text(const json_value *value);     /* of a string; else NULL. Borrowed */
bool json_flag(const json_value *value, bool *out); /* true or false */
/* A whole number from 0: a JSON number below 2^53, or any 64 bits as a string "123" or "0x7b". */
bool json_u64(const json_value *value, uint64_t *out);
bool json_i64(const json_value *value, int64_t *out); /* a JSON number only */
bool json_double(const json_value *value, double *out);
size_t json_size(const json_value *value); /* members of an array or object */
/* for (v = json_first(object); v; v = json_next(v)) … json_name(v) */
const json_value *json_first(const json_value *value);
const json_value *json_next(const json_value *member);
const char *json_name(const json_value *member); /* NULL in an array */

#endif

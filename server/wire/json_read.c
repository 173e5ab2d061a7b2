/* SPDX-License-Identifier: MIT
 * JSON in: the scanner decides, cJSON builds the tree, and duplicate keys are refused last.
 */
#include "wire/json_read.h"
#include "wire/json_scan.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorts the names of each object in `names`, which has room for all keys of the document. */
static const char *duplicate(const cJSON *value, const char **names)
{
    size_t n = 0;
    for (const cJSON *member = value->child; member; member = member->next) {
        if (cJSON_IsObject(value)) {
            names[n++] = member->string;
        }
    }
    if (n > 1) {
        qsort(names, n, sizeof(*names), by_name);
        for (size_t i = 1; i < n; i++) {
            if (strcmp(names[i - 1], names[i]) == 0) {
                return names[i];
            }
        }
    }
    for (const cJSON *member = value->child; member; member = member->next) {
        const char *name = member->child ? duplicate(member, names) : NULL;
        if (name) {
            return name;
        }
    }
    return NULL;
}

json_value *json_parse(
    const char *text, size_t length, const struct json_limits *given, struct json_error *error)
{
    struct json_limits limits = given ? *given : (struct json_limits){0};
    limits.bytes = limits.bytes ? limits.bytes : 262144;
    limits.depth = limits.depth ? limits.depth : 32;
    limits.keys = limits.keys ? limits.keys : 5000;
    *error = (struct json_error){0};
    if (!json_scan(text, length, &limits, error)) {
        return NULL;
    }
    const char **names = malloc((limits.keys + 1) * sizeof(*names));
    cJSON *value = names ? cJSON_ParseWithLength(text, length) : NULL;
    if (!value) {
        error->problem = JSON_NO_MEMORY;
        snprintf(error->message, sizeof(error->message), "no memory left");
        goto fail;
    }
    const char *name = duplicate(value, names);
    if (name) {
        error->problem = JSON_SYNTAX;
        snprintf(error->message, sizeof(error->message),
            "the key \"%.60s\" stands twice in an object", name);
        goto fail;
    }
    free(names);
    return value;
fail:
    cJSON_Delete(value);
    free(names);
    return NULL;
}

void json_value_free(json_value *value)
{
    cJSON_Delete(value);
}

const json_value *json_get(const json_value *object, const char *key)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

bool json_is_object(const json_value *value)
{
    return cJSON_IsObject(value);
}

bool json_is_array(const json_value *value)
{
    return cJSON_IsArray(value);
}

bool json_is_null(const json_value *value)
{
    return cJSON_IsNull(value);
}

const char *json_text(const json_value *value)
{
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

bool json_flag(const json_value *value, bool *out)
{
    if (!cJSON_IsBool(value)) {
        return false;
    }
    *out = cJSON_IsTrue(value);
    return true;
}

static bool text_u64(const char *text, uint64_t *out)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hex ? text + 2 : text;
    if (digits[0] == '\0' ||
        strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") != strlen(digits)) {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long long v = strtoull(digits, &end, hex ? 16 : 10);
    if (errno || *end) {
        return false;
    }
    *out = v;
    return true;
}

bool json_u64(const json_value *value, uint64_t *out)
{
    if (cJSON_IsString(value)) {
        return text_u64(value->valuestring, out);
    }
    double v;
    if (!json_double(value, &v) || v < 0 || v != floor(v)) {
        return false;
    }
    *out = (uint64_t)v;
    return true;
}

bool json_i64(const json_value *value, int64_t *out)
{
    double v;
    if (!json_double(value, &v) || v != floor(v)) {
        return false;
    }
    *out = (int64_t)v;
    return true;
}

bool json_double(const json_value *value, double *out)
{
    if (!cJSON_IsNumber(value)) {
        return false;
    }
    *out = value->valuedouble;
    return true;
}

size_t json_size(const json_value *value)
{
    size_t n = 0;
    for (const json_value *member = json_first(value); member; member = member->next) {
        n++;
    }
    return n;
}

const json_value *json_first(const json_value *value)
{
    return value ? value->child : NULL;
}

const json_value *json_next(const json_value *member)
{
    return member->next;
}

const char *json_name(const json_value *member)
{
    return member->string;
}

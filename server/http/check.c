/* SPDX-License-Identifier: MIT
 * Refuses what two programs might read in two ways, and what a foreign web page might send.
 */
#include "http/check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct http_verdict fine = {0, NULL};

static struct http_verdict refuse(unsigned status, const char *detail)
{
    return (struct http_verdict){status, detail};
}

static size_t count(const struct http_fields *fields, const char *name, const char **value)
{
    size_t n = 0;
    for (size_t i = 0; i < fields->n; i++) {
        if (strcasecmp(fields->item[i].name, name) == 0) {
            *value = fields->item[i].value;
            n++;
        }
    }
    return n;
}

const char *http_field(const struct http_fields *fields, const char *name)
{
    const char *value = NULL;
    count(fields, name, &value);
    return value;
}

static bool token(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!isalnum(c) && (c == 0 || !strchr("!#$%&'*+-.^_`|~", c))) {
            return false;
        }
    }
    return n > 0;
}

static bool visible(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

static struct http_verdict check_target(const char *target)
{
    size_t n = strlen(target);
    if (n > HTTP_TARGET_BYTES) {
        return refuse(414, "The address is longer than 4096 bytes.");
    }
    if (target[0] != '/') {
        return refuse(400, "The address must begin with a slash.");
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)target[i];
        if (c <= 0x20 || c == 0x7f) {
            return refuse(400, "The address holds a blank or a control character.");
        }
        if (c == '%' &&
            !(isxdigit((unsigned char)target[i + 1]) && isxdigit((unsigned char)target[i + 2]))) {
            return refuse(400, "The address holds a % that two hexadecimal digits do not follow.");
        }
        if (c == '%' && target[i + 1] == '0' && target[i + 2] == '0') {
            return refuse(400, "The address holds an encoded NUL.");
        }
    }
    return fine;
}

static struct http_verdict check_length(const struct http_fields *fields)
{
    const char *length = NULL, *coding = NULL;
    size_t lengths = count(fields, "content-length", &length),
           codings = count(fields, "transfer-encoding", &coding);
    if (lengths > 1 || codings > 1 || (lengths && codings)) {
        return refuse(400, "The length of the body is declared more than once.");
    }
    if (codings && strcasecmp(coding, "chunked") != 0) {
        return refuse(501, "The only transfer coding understood is chunked.");
    }
    if (lengths &&
        (!*length || strspn(length, "0123456789") != strlen(length) || strlen(length) > 18)) {
        return refuse(400, "Content-Length is not a plain decimal number.");
    }
    return fine;
}

struct http_verdict http_check_framing(
    const char *method, const char *target, const struct http_fields *fields)
{
    const char *value = NULL;
    size_t bytes = strlen(target);
    if (!token(method, strlen(method))) {
        return refuse(400, "The method is no token.");
    }
    if (fields->too_many) {
        return refuse(431, "There are more than 100 header lines.");
    }
    if (fields->torn) {
        return refuse(
            400, "A line of the request is folded, holds a NUL, or ends in a bare line feed.");
    }
    for (size_t i = 0; i < fields->n; i++) {
        const struct http_field *f = &fields->item[i];
        bytes += f->name_n + f->value_n + 4;
        if (!token(f->name, f->name_n)) {
            return refuse(400, "The name of a header is no token.");
        }
        if (!visible(f->value, f->value_n)) {
            return refuse(400, "A header holds a control character.");
        }
    }
    if (bytes > HTTP_HEADER_BYTES) {
        return strlen(target) > HTTP_TARGET_BYTES
                   ? refuse(414, "The address is longer than 4096 bytes.")
                   : refuse(431, "The headers are longer than 16384 bytes.");
    }
    if (count(fields, "host", &value) != 1) {
        return refuse(400, "There must be exactly one Host header.");
    }
    struct http_verdict verdict = check_length(fields);
    return verdict.status ? verdict : check_target(target);
}

uint64_t http_declared(const struct http_fields *fields, bool *chunked)
{
    const char *length = http_field(fields, "content-length");
    *chunked = http_field(fields, "transfer-encoding") != NULL;
    return length ? strtoull(length, NULL, 10) : 0;
}

const struct http_name *http_name_of(const struct http_name *names, size_t n, const char *host)
{
    for (size_t i = 0; host && i < n; i++) {
        if (strcasecmp(names[i].host, host) == 0) {
            return &names[i];
        }
    }
    return NULL;
}

struct http_verdict http_check_origin(
    const struct http_name *name, const struct http_fields *fields, bool guarded, bool api)
{
    const char *origin = NULL, *site = NULL;
    size_t origins = count(fields, "origin", &origin);
    count(fields, "sec-fetch-site", &site);
    /* No Origin at all is a program, not a page: browsers send it with every write and upgrade. */
    if (guarded && (origins > 1 || (origins == 1 && strcmp(origin, name->origin) != 0))) {
        return refuse(403, "The request comes from a page of another origin.");
    }
    if ((guarded || api) && site && strcasecmp(site, "cross-site") == 0) {
        return refuse(403, "The request comes from a page of another site.");
    }
    return fine;
}

bool http_is_json(const char *type)
{
    static const char json[] = "application/json";
    if (!type || strncasecmp(type, json, sizeof json - 1) != 0) {
        return false;
    }
    const char *rest = type + sizeof json - 1;
    rest += strspn(rest, " \t");
    if (*rest == 0) {
        return true;
    }
    if (*rest++ != ';') {
        return false;
    }
    rest += strspn(rest, " \t");
    return strcasecmp(rest, "charset=utf-8") == 0 || strcasecmp(rest, "charset=\"utf-8\"") == 0;
}

bool http_name_from_url(const char *url, struct http_name *out)
{
    static const char http[] = "http://", https[] = "https://";
    bool secure = strncasecmp(url, https, sizeof https - 1) == 0;
    if (!secure && strncasecmp(url, http, sizeof http - 1) != 0) {
        return false;
    }
    const char *host = url + (secure ? sizeof https : sizeof http) - 1;
    size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]");
    if (n == 0 || n >= sizeof out->host - 8 || (host[n] && strcmp(host + n, "/") != 0)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        out->host[i] = (char)tolower((unsigned char)host[i]);
    }
    out->host[n] = 0;
    const char *standard = secure ? ":443" : ":80";
    if (n > strlen(standard) && strcmp(out->host + n - strlen(standard), standard) == 0) {
        out->host[n - strlen(standard)] = 0;
    }
    snprintf(out->origin, sizeof out->origin, "%s%s", secure ? https : http, out->host);
    return true;
}

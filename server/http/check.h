/* SPDX-License-Identifier: MIT
 * What a request must be before anyone looks at what it asks. Pure: headers in, a verdict out.
 */
#ifndef HTTP_CHECK_H
#define HTTP_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEADERS_MAX 100
#define HTTP_HEADER_BYTES 16384
#define HTTP_TARGET_BYTES 4096

struct http_field {
    const char *name, *value; /* NUL-terminated; the lengths count what the library saw */
    size_t name_n, value_n;
};
struct http_fields {
    struct http_field item[HTTP_HEADERS_MAX];
    size_t n;
    bool too_many;
    bool torn; /* a line was folded, ended by a bare LF or held a NUL: see server.c */
};

struct http_verdict {
    unsigned status;    /* 0: fine */
    const char *detail; /* static */
};

/* The one value of a header that may come once; NULL: absent. */
const char *http_field(const struct http_fields *fields, const char *name);

/* Framing and syntax. target is as sent, with the query. */
struct http_verdict http_check_framing(
    const char *method, const char *target, const struct http_fields *fields);
/* Bytes of the body as declared; chunked: true and 0. After http_check_framing. */
uint64_t http_declared(const struct http_fields *fields, bool *chunked);

/* One name the server answers to, and the origin of its pages. */
struct http_name {
    char host[280];   /* lower case, with the port unless it is the default one */
    char origin[300]; /* "http://localhost:8080" */
};
/* NULL: none of ours (421). */
const struct http_name *http_name_of(const struct http_name *names, size_t n, const char *host);
/* guarded: a write or an upgrade. api: under /api. */
struct http_verdict http_check_origin(
    const struct http_name *name, const struct http_fields *fields, bool guarded, bool api);
/* "application/json", with or without charset=utf-8. */
bool http_is_json(const char *content_type);
/* "http://host[:port]" with nothing after it but "/". False: not that. https: as seen through a
 * proxy. */
bool http_name_from_url(const char *url, struct http_name *out);

#endif

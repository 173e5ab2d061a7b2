/* SPDX-License-Identifier: MIT
 * What handlers ask of a request.
 */
#include "http/internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

http_server *http_server_of(const http_request *r)
{
    return r->server;
}

const char *http_path(const http_request *r)
{
    return r->path;
}

const char *http_param(const http_request *r, unsigned i)
{
    return i < PARAMS_MAX ? r->param[i] : "";
}

const char *http_header(const http_request *r, const char *name)
{
    return http_field(&r->fields, name);
}

const char *http_body(const http_request *r, size_t *n)
{
    *n = r->body_n;
    return r->body ? r->body : "";
}

const char *http_base_url(const http_request *r)
{
    return r->name->origin;
}

const char *http_address(const http_request *r)
{
    return r->conn ? r->conn->address : "";
}

void http_set_user(http_request *r, void *user, void (*release)(void *user))
{
    r->user = user;
    r->release = release;
}

void *http_user(const http_request *r)
{
    return r->user;
}

static unsigned hex(char c)
{
    return isdigit((unsigned char)c) ? (unsigned)(c - '0')
                                     : (unsigned)(tolower((unsigned char)c) - 'a') + 10;
}

bool http_query(const http_request *r, const char *name, char *out, size_t room)
{
    size_t length = strlen(name), n = 0;
    for (const char *p = r->query; *p; p += strcspn(p, "&"), p += *p == '&') {
        if (strncmp(p, name, length) != 0 || p[length] != '=') {
            continue;
        }
        for (p += length + 1; *p && *p != '&'; p++) {
            char c = *p == '+' ? ' ' : *p;
            if (*p == '%') { /* check_target saw that two digits follow */
                c = (char)(hex(p[1]) << 4 | hex(p[2]));
                p += 2;
            }
            if (n + 1 >= room || c == 0) {
                return false;
            }
            out[n++] = c;
        }
        out[n] = 0;
        return true;
    }
    return false;
}

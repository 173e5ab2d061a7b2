/* SPDX-License-Identifier: MIT
 * Which route a path means. Segments are compared as sent: nothing is decoded, so nothing can climb
 * out.
 */
#include "http/internal.h"

#include <stdio.h>
#include <string.h>

static bool matches(const char *pattern, const char *path, http_request *request)
{
    static const char id[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-@.";
    unsigned n = 0;
    while (*pattern) {
        if (*pattern != '{') {
            if (*pattern++ != *path++) {
                return false;
            }
            continue;
        }
        size_t length = strspn(path, id);
        if (length == 0 || length >= PARAM_ROOM || n >= PARAMS_MAX) {
            return false;
        }
        memcpy(request->param[n], path, length);
        request->param[n++][length] = 0;
        path += length;
        pattern = strchr(pattern, '}') + 1;
    }
    return *path == 0;
}

const struct http_route *route_find(
    const http_server *server, http_request *request, char *allow, size_t room)
{
    const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
    size_t n = 0;
    allow[0] = 0;
    for (const struct http_route *route = server->options.routes; route->method; route++) {
        if (!matches(route->path, request->path, request)) {
            continue;
        }
        if (strcmp(route->method, method) == 0) {
            return route;
        }
        int more = snprintf(allow + n, room - n, "%s%s%s", n ? ", " : "", route->method,
            strcmp(route->method, "GET") == 0 ? ", HEAD" : "");
        n = more < 0 || n + (size_t)more >= room ? n : n + (size_t)more;
    }
    memset(request->param, 0, sizeof request->param);
    return NULL;
}

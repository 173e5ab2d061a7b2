/* SPDX-License-Identifier: MIT
 * What the resources share: JSON bodies, refusals of the store and the simulation, lists,
 * conditions.
 */
#include "api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char json_type[] = "application/json; charset=utf-8";

json_value *api_object(http_request *r)
{
    size_t n;
    struct json_error error;
    const char *body = http_body(r, &n);
    json_value *root = json_parse(body, n, NULL, &error);
    if (root && json_is_object(root)) {
        return root;
    }
    if (root) {
        json_value_free(root);
        http_problem(r, 400, "The body must be a JSON object.", NULL);
        return NULL;
    }
    char detail[200];
    snprintf(detail, sizeof detail, "At byte %zu of the body: %s", error.offset, error.message);
    unsigned status = error.problem == JSON_TOO_LARGE                                         ? 413
                      : error.problem == JSON_TOO_DEEP || error.problem == JSON_TOO_MANY_KEYS ? 422
                      : error.problem == JSON_NO_MEMORY                                       ? 503
                                                                                              : 400;
    http_problem(r, status, detail, NULL);
    return NULL;
}

void api_reply_json(http_request *r, unsigned status, struct json *json)
{
    size_t n = 0;
    char *body = json_take(json, &n);
    if (!body) {
        http_problem(r, 503, "No memory is left for the answer.", NULL);
        return;
    }
    http_reply(r, status, json_type, body, n);
}

void api_reply_store(http_request *r, enum store_status status)
{
    static const unsigned code[] = {[STORE_OK] = 500,
        [STORE_NOT_FOUND] = 404,
        [STORE_FORBIDDEN] = 403,
        [STORE_READ_ONLY] = 403,
        [STORE_CONFLICT] = 409,
        [STORE_BUSY] = 503,
        [STORE_FULL] = 507,
        [STORE_DAMAGED] = 503,
        [STORE_TOO_NEW] = 503,
        [STORE_FAILED] = 503};
    char detail[160];
    const char *text = store_status_text(status);
    snprintf(detail, sizeof detail, "%c%s.",
        text[0] - ('a' <= text[0] && text[0] <= 'z' ? 'a' - 'A' : 0), text + 1);
    http_problem(r, code[status], detail, NULL);
}

void api_reply_sim(http_request *r, enum sim_code code, char *body, size_t n)
{
    switch (code) {
    case SIM_DONE:
        http_reply(r, 200, json_type, body, n);
        return;
    case SIM_REFUSED: {
        /* {"diagnostics": […]} becomes a member of the problem. */
        char *members = n > 2 ? strndup(body + 1, n - 2) : NULL;
        http_problem(r, 422, "The scenario has errors; diagnostics say where and what.", members);
        free(members);
        break;
    }
    case SIM_INVALID: {
        struct json_error error;
        json_value *root = body ? json_parse(body, n, NULL, &error) : NULL;
        const char *message = json_text(json_get(root, "message"));
        http_problem(
            r, 400, message ? message : "The simulation cannot make sense of the request.", NULL);
        json_value_free(root);
        break;
    }
    case SIM_BUSY:
        http_problem(r, 503, "Too many simulations are waiting; the queue holds 64.", NULL);
        break;
    case SIM_TIMEOUT:
        http_problem(r, 503, "The simulation took longer than a run may and was ended.", NULL);
        break;
    case SIM_STOPPED:
        http_problem(r, 503, "The server is shutting down.", NULL);
        break;
    case SIM_LOST:
        http_problem(r, 500, "The simulation ended unexpectedly; that is a fault of ours.", NULL);
        break;
    }
    free(body);
}

bool api_number(http_request *r, const char *name, uint64_t *out)
{
    char text[32], detail[96], *end = NULL;
    if (!http_query(r, name, text, sizeof text)) {
        return true;
    }
    if (text[0] >= '0' && text[0] <= '9' && strlen(text) < 20) {
        *out = strtoull(text, &end, 10);
    }
    if (!end || *end) {
        snprintf(detail, sizeof detail, "%s must be a whole number.", name);
        http_problem(r, 400, detail, NULL);
        return false;
    }
    return true;
}

bool api_list(http_request *r, struct api_list *out)
{
    uint64_t limit = 50;
    char library[8];
    memset(out, 0, sizeof *out);
    if (!api_number(r, "limit", &limit)) {
        return false;
    }
    if (limit < 1 || limit > 1000) {
        http_problem(r, 400, "limit must be from 1 to 1000.", NULL);
        return false;
    }
    out->list.limit = (unsigned)limit;
    out->list.cursor =
        http_query(r, "cursor", out->cursor, sizeof out->cursor) ? out->cursor : NULL;
    out->list.search = http_query(r, "q", out->search, sizeof out->search) ? out->search : NULL;
    out->list.scenario =
        http_query(r, "scenario", out->scenario, sizeof out->scenario) ? out->scenario : NULL;
    out->list.library = -1;
    if (http_query(r, "library", library, sizeof library)) {
        out->list.library = strcmp(library, "true") == 0 || strcmp(library, "1") == 0;
    }
    return true;
}

const char *api_bearer(const http_request *r)
{
    const char *value = http_header(r, "authorization");
    return value && strncasecmp(value, "bearer ", 7) == 0 ? value + 7 : NULL;
}

bool api_etag(http_request *r, const char *etag)
{
    const char *seen = http_header(r, "if-none-match");
    http_reply_header(r, "ETag", etag);
    if (seen && strstr(seen, etag)) {
        http_reply(r, 304, NULL, NULL, 0);
        return true;
    }
    return false;
}

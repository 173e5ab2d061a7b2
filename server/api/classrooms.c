/* SPDX-License-Identifier: MIT
 * /classrooms: opens a room, says what one shows and where its host is. The host's token is made
 * here and given out once; the room keeps its hash. In links it stands in the fragment, which no
 * browser sends.
 */
#include "api/api.h"
#include "ws/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { TOKEN_BYTES = 16, TOKEN_ROOM = 2 * TOKEN_BYTES + 1 };

/* What was asked for, while the store looks for the scenario. */
struct opening {
    struct api *api;
    json_value *root;
    char set[ROOM_SET + 1];
};

static void opening_free(void *opening_)
{
    struct opening *opening = opening_;
    json_value_free(opening->root);
    free(opening);
}

static void write_links(struct json *json, http_request *r, const char *code)
{
    char url[400];
    json_key_string(json, "code", code);
    snprintf(url, sizeof url, "%s/c/%s", http_public_base(r), code);
    json_key_string(json, "join_url", url);
}

static void opened(http_request *r, const char *code, const char *token)
{
    struct json json = {0};
    char url[400];
    json_object(&json);
    write_links(&json, r, code);
    snprintf(url, sizeof url, "%s/c/%s#host=%s", http_base_url(r), code, token);
    json_key_string(&json, "host_url", url);
    json_key_string(&json, "host_token", token);
    json_object_end(&json);
    snprintf(url, sizeof url, "/api/v1/classrooms/%s", code);
    http_reply_header(r, "Location", url);
    api_reply_json(r, 201, &json);
}

static void open_room(http_request *r, struct api *api, const struct room_shown *shown)
{
    uint8_t random[TOKEN_BYTES], secret[STORE_HASH_BYTES];
    char token[TOKEN_ROOM], code[ROOM_CODE + 1], detail[120];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        http_problem(r, 503, "No random numbers are to be had.", NULL);
        return;
    }
    store_hex(random, sizeof random, token);
    store_sha256(token, strlen(token), secret);
    enum room_status status = ws_room_open(api->ws, secret, shown, code);
    if (status == ROOM_DONE) {
        opened(r, code, token);
    } else if (status == ROOM_FULL) {
        snprintf(
            detail, sizeof detail, "%u rooms are open, as many as may be.", ws_room_limit(api->ws));
        http_problem(r, 503, detail, NULL);
    } else {
        http_problem(r, 503, "No memory is left for another room.", NULL);
    }
}

static void on_scenario(void *r, enum store_status status, const struct store_scenario *s)
{
    struct opening *opening = http_user(r);
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    struct room_shown shown = {.scenario = s->id, .set = opening->set};
    open_room(r, opening->api, &shown);
}

static void open_what(http_request *r, struct opening *opening)
{
    const json_value *scenario = json_get(opening->root, "scenario"),
                     *text = json_get(opening->root, "text");
    if ((json_text(scenario) != NULL) + (json_text(text) != NULL) != 1 || (scenario && text)) {
        http_problem(r, 400, "Give one of scenario or text, as a string.", NULL);
    } else if (!room_set_read(json_get(opening->root, "set"), opening->set)) {
        http_problem(
            r, 400, "set must be an object of strings or whole numbers, at most 2000 bytes.", NULL);
    } else if (text && strlen(json_text(text)) > API_TEXT_MAX) {
        http_problem(r, 413, "The text is longer than 65536 bytes.", NULL);
    } else if (text) {
        struct room_shown shown = {
            .text = json_text(text), .text_n = strlen(json_text(text)), .set = opening->set};
        open_room(r, opening->api, &shown);
    } else {
        store_scenario_read(opening->api->store, json_text(scenario), 0, on_scenario, r);
    }
}

void api_classroom_create(http_request *r, void *api)
{
    json_value *root = api_object(r);
    if (!root) {
        return;
    }
    struct opening *opening = calloc(1, sizeof *opening);
    if (!opening) {
        json_value_free(root);
        http_problem(r, 503, "No memory is left for another room.", NULL);
        return;
    }
    *opening = (struct opening){.api = api, .root = root};
    http_set_user(r, opening, opening_free);
    open_what(r, opening);
}

void api_classroom_read(http_request *r, void *api_)
{
    struct api *api = api_;
    struct json json = {0};
    char code[ROOM_CODE + 1];
    json_object(&json);
    switch (ws_room_describe(api->ws, http_param(r, 0), http_address(r), &json)) {
    case WS_ROOM_FOUND:
        room_code_read(http_param(r, 0), code);
        write_links(&json, r, code);
        json_object_end(&json);
        api_reply_json(r, 200, &json);
        return;
    case WS_ROOM_UNKNOWN:
        http_problem(r, 404, "There is no room with this code.", NULL);
        break;
    case WS_ROOM_GUESSING:
        http_reply_header(r, "Retry-After", "60");
        http_problem(r, 429, "Too many codes that were wrong; try again in a minute.", NULL);
        break;
    }
    json_release(&json);
}

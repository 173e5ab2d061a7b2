/* SPDX-License-Identifier: MIT
 * /scenarios: save, read, list, new versions, fork, delete. A save is answered after its commit;
 * what the simulation finds in the text is added when it can say so.
 */
#include "api/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_scenario(struct json *json, const struct store_scenario *s, bool text)
{
    json_key_string(json, "id", s->id);
    json_key_number(json, "version", (uint64_t)s->version);
    json_key_string(json, "title", s->title);
    json_key(json, "tags");
    json_raw(json, s->tags, strlen(s->tags));
    json_key_string(json, "hash", s->hash);
    json_key_bool(json, "library", s->library);
    json_key_string(json, "forked_from", s->forked_from);
    json_key_number(json, "created", (uint64_t)s->created);
    json_key_number(json, "updated", (uint64_t)s->updated);
    if (text) {
        json_key(json, "text");
        json_string_n(json, s->text, s->text_length);
    }
}

/* A save on its way: the members of the answer so far, waiting for the diagnostics. */
struct save {
    http_request *request;
    struct json json;
    unsigned status;
};

static void checked(void *save_, enum sim_code code, char *body, size_t n)
{
    struct save *save = save_;
    if (code == SIM_DONE && n > 2) {
        json_raw(&save->json, body + 1, n - 2); /* its members */
    }
    free(body);
    json_object_end(&save->json);
    api_reply_json(save->request, save->status, &save->json);
    free(save);
}

static void saved(http_request *r, struct api *api, unsigned status, const struct store_scenario *s)
{
    char url[400], etag[96];
    struct save *save = calloc(1, sizeof *save);
    if (!save) {
        http_problem(r, 503, "It is saved, but no memory is left for the answer.", NULL);
        return;
    }
    *save = (struct save){.request = r, .status = status};
    json_object(&save->json);
    write_scenario(&save->json, s, false);
    if (s->edit_token) {
        json_key_string(&save->json, "edit_token", s->edit_token);
    }
    snprintf(url, sizeof url, "%s/s/%s", http_base_url(r), s->id);
    json_key_string(&save->json, "url", url);
    snprintf(url, sizeof url, "/api/v1/scenarios/%s", s->id);
    snprintf(etag, sizeof etag, "\"%" PRId64 "-%.16s\"", s->version, s->hash);
    http_reply_header(r, "Location", url);
    http_reply_header(r, "ETag", etag);
    struct sim_request check = {.kind = SIM_CHECK, .text = s->text, .text_n = s->text_length};
    enum sim_code code = api->sim ? sim_submit(api->sim, &check, checked, save) : SIM_STOPPED;
    if (code != SIM_DONE) {
        checked(save, code, NULL, 0);
    }
}

/* Requests remember what serves them: the store's callbacks get one pointer. */
static void on_created(void *r, enum store_status status, const struct store_scenario *s)
{
    if (status == STORE_CONFLICT) {
        http_problem(r, 409, "This Idempotency-Key was used for another request.", NULL);
    } else if (status != STORE_OK) {
        api_reply_store(r, status);
    } else {
        saved(r, http_user(r), 201, s);
    }
}

static bool idempotency_key(http_request *r, const char **out)
{
    *out = http_header(r, "idempotency-key");
    if (*out && (strlen(*out) < 8 || strlen(*out) > 200)) {
        http_problem(r, 400, "Idempotency-Key must have 8 to 200 characters.", NULL);
        return false;
    }
    return true;
}

static void create(http_request *r, struct api *api, const char *forked_from)
{
    struct api_draft draft;
    const char *key;
    if (!idempotency_key(r, &key) || !api_draft(r, !forked_from, &draft)) {
        return;
    }
    struct store_scenario_new in = api_draft_new(&draft);
    in.idempotency_key = key;
    in.forked_from = forked_from;
    http_set_user(r, api, NULL);
    store_scenario_create(api->store, &in, on_created, r);
    api_draft_release(&draft);
}

void api_scenario_create(http_request *r, void *api)
{
    create(r, api, NULL);
}

void api_scenario_fork(http_request *r, void *api)
{
    create(r, api, http_param(r, 0));
}

static void on_written(void *r, enum store_status status, const struct store_scenario *s)
{
    if (status == STORE_CONFLICT) {
        http_problem(r, 412, "The scenario has a newer version than the one If-Match names.", NULL);
    } else if (status != STORE_OK) {
        api_reply_store(r, status);
    } else {
        saved(r, http_user(r), 200, s);
    }
}

void api_scenario_write(http_request *r, void *api_)
{
    struct api *api = api_;
    struct api_draft draft;
    const char *match = http_header(r, "if-match");
    int64_t version = 0;
    if (match && strcmp(match, "*") != 0) {
        version = strtoll(match + strspn(match, "\""), NULL, 10);
        if (version < 1) {
            http_problem(r, 400, "If-Match must be an ETag of this scenario.", NULL);
            return;
        }
    }
    if (!api_draft(r, true, &draft)) {
        return;
    }
    struct store_scenario_new in = api_draft_new(&draft);
    http_set_user(r, api, NULL);
    store_scenario_write(api->store, http_param(r, 0), api_bearer(r), version, &in, on_written, r);
    api_draft_release(&draft);
}

static void on_read(void *r, enum store_status status, const struct store_scenario *s)
{
    struct json json = {0};
    char etag[96];
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    snprintf(etag, sizeof etag, "\"%" PRId64 "-%.16s\"", s->version, s->hash);
    if (api_etag(r, etag)) {
        return;
    }
    json_object(&json);
    write_scenario(&json, s, true);
    json_object_end(&json);
    api_reply_json(r, 200, &json);
}

void api_scenario_read(http_request *r, void *api_)
{
    struct api *api = api_;
    uint64_t version = 0;
    if (api_number(r, "version", &version)) {
        store_scenario_read(
            api->store, http_param(r, 0), version > INT64_MAX ? -1 : (int64_t)version, on_read, r);
    }
}

static void on_list(void *r, enum store_status status, const struct store_scenario *item, size_t n,
    const char *next)
{
    struct json json = {0};
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    json_object(&json);
    json_key(&json, "scenarios");
    json_array(&json);
    for (size_t i = 0; i < n; i++) {
        json_object(&json);
        write_scenario(&json, &item[i], false);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_key_string(&json, "next", next);
    json_object_end(&json);
    api_reply_json(r, 200, &json);
}

void api_scenarios_list(http_request *r, void *api_)
{
    struct api *api = api_;
    struct api_list list;
    if (api_list(r, &list)) {
        store_scenario_list(api->store, &list.list, on_list, r);
    }
}

void api_scenario_versions(http_request *r, void *api_)
{
    struct api *api = api_;
    store_scenario_versions(api->store, http_param(r, 0), on_list, r);
}

static void on_deleted(void *r, enum store_status status)
{
    if (status == STORE_OK) {
        http_reply(r, 204, NULL, NULL, 0);
    } else {
        api_reply_store(r, status);
    }
}

void api_scenario_delete(http_request *r, void *api_)
{
    struct api *api = api_;
    store_scenario_delete(api->store, http_param(r, 0), api_bearer(r), on_deleted, r);
}

/* SPDX-License-Identifier: MIT
 * /runs: a scenario or a text run with overrides. What is kept is what was asked and what came of
 * it; events, states and lanes come back by running again, in a worker.
 */
#include "api/api.h"
#include "api/overrides.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run on its way from the text through the simulation into the store. */
struct start {
    http_request *request;
    struct api *api;
    json_value *root;
    struct api_overrides set;          /* its names and texts belong to root */
    char *scenario, *text, *overrides; /* overrides: JSON object */
    size_t text_n;
    int64_t version;
};

static void start_free(void *start_)
{
    struct start *start = start_;
    json_value_free(start->root);
    free(start->scenario);
    free(start->text);
    free(start->overrides);
    free(start);
}

static void write_run(struct json *json, const struct store_run *run)
{
    json_key_string(json, "id", run->id);
    json_key_string(json, "scenario", run->scenario);
    if (run->scenario_version) {
        json_key_number(json, "version", (uint64_t)run->scenario_version);
    }
    json_key_string(json, "hash", run->hash);
    json_key_number(json, "created", (uint64_t)run->created);
    json_key(json, "set");
    json_raw(json, run->overrides, strlen(run->overrides));
}

/* The members of the stored results join those of the run. */
static void reply_run(http_request *r, unsigned status, const struct store_run *run)
{
    struct json json = {0};
    size_t n = strlen(run->results);
    json_object(&json);
    write_run(&json, run);
    if (run->edit_token) {
        json_key_string(&json, "edit_token", run->edit_token);
    }
    if (n > 2) {
        json_raw(&json, run->results + 1, n - 2);
    }
    json_object_end(&json);
    api_reply_json(r, status, &json);
}

static void on_kept(void *r, enum store_status status, const struct store_run *run)
{
    char location[64];
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    snprintf(location, sizeof location, "/api/v1/runs/%s", run->id);
    http_reply_header(r, "Location", location);
    reply_run(r, 201, run);
}

static void on_simulated(void *start_, enum sim_code code, char *body, size_t n)
{
    struct start *start = start_;
    if (code != SIM_DONE) {
        api_reply_sim(start->request, code, body, n);
        return;
    }
    struct json_error error;
    char *results = strndup(body, n);
    json_value *root = json_parse(body, n, &api_results_limits, &error);
    uint64_t version = 0;
    char engine[24];
    json_u64(json_get(root, "engine"), &version);
    snprintf(engine, sizeof engine, "%" PRIu64, version);
    struct store_run run = {.scenario = start->scenario,
        .scenario_version = start->version,
        .text = start->text,
        .text_length = start->text_n,
        .engine = engine,
        .overrides = start->overrides,
        .results = results ? results : "{}"};
    store_run_create(start->api->store, &run, on_kept, start->request);
    json_value_free(root);
    free(results);
    free(body);
}

static void simulate(struct start *start)
{
    struct sim_request request = {.kind = SIM_RUN,
        .text = start->text,
        .text_n = start->text_n,
        .set = start->set.set,
        .set_n = start->set.n};
    enum sim_code code = sim_submit(start->api->sim, &request, on_simulated, start);
    if (code != SIM_DONE) {
        api_reply_sim(start->request, code, NULL, 0);
    }
}

static void on_text(void *start_, enum store_status status, const struct store_scenario *s)
{
    struct start *start = start_;
    if (status != STORE_OK) {
        api_reply_store(start->request, status);
        return;
    }
    start->version = s->version;
    start->text = strndup(s->text, s->text_length);
    start->text_n = s->text_length;
    if (!start->text) {
        api_reply_store(start->request, STORE_FAILED);
        return;
    }
    simulate(start);
}

void api_run_create(http_request *r, void *api)
{
    uint64_t version = 0;
    struct start *start = calloc(1, sizeof *start);
    if (!start) {
        api_reply_store(r, STORE_FAILED);
        return;
    }
    *start = (struct start){.request = r, .api = api};
    http_set_user(r, start, start_free);
    start->root = api_object(r);
    if (!start->root) {
        return;
    }
    const char *scenario = json_text(json_get(start->root, "scenario")),
               *text = json_text(json_get(start->root, "text"));
    if ((scenario != NULL) == (text != NULL)) {
        http_problem(r, 422, "Give either scenario (an id) or text, as a string.", NULL);
    } else if (text && strlen(text) > API_TEXT_MAX) {
        http_problem(r, 413, "A scenario may have at most 65536 bytes.", NULL);
    } else if (!api_overrides_read(&start->set, json_get(start->root, "set")) ||
               !(start->overrides = api_overrides_write(&start->set))) {
        http_problem(
            r, 422, "set must be an object of at most 32 numbers, strings or booleans.", NULL);
    } else if (json_get(start->root, "version") &&
               !json_u64(json_get(start->root, "version"), &version)) {
        http_problem(r, 422, "version must be a whole number.", NULL);
    } else if (text) {
        start->text = strdup(text);
        start->text_n = strlen(text);
        if (start->text) {
            simulate(start);
        } else {
            api_reply_store(r, STORE_FAILED);
        }
    } else {
        start->scenario = strdup(scenario);
        store_scenario_read(start->api->store, scenario, (int64_t)version, on_text, start);
    }
}

static void on_read(void *r, enum store_status status, const struct store_run *run)
{
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    reply_run(r, 200, run);
}

void api_run_read(http_request *r, void *api_)
{
    struct api *api = api_;
    store_run_read(api->store, http_param(r, 0), on_read, r);
}

/* Of the results a list shows the figures, not the lists within them. */
static void write_summary(struct json *json, const char *results)
{
    struct json_error error;
    json_value *root = json_parse(results, strlen(results), &api_results_limits, &error);
    bool held;
    for (const json_value *v = json_first(root); v; v = json_next(v)) {
        uint64_t number;
        if (json_text(v)) {
            json_key_string(json, json_name(v), json_text(v));
        } else if (json_flag(v, &held)) {
            json_key_bool(json, json_name(v), held);
        } else if (json_u64(v, &number)) {
            json_key_number(json, json_name(v), number);
        }
    }
    json_value_free(root);
}

static void on_list(
    void *r, enum store_status status, const struct store_run *item, size_t n, const char *next)
{
    struct json json = {0};
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    json_object(&json);
    json_key(&json, "runs");
    json_array(&json);
    for (size_t i = 0; i < n; i++) {
        json_object(&json);
        write_run(&json, &item[i]);
        write_summary(&json, item[i].results);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_key_string(&json, "next", next);
    json_object_end(&json);
    api_reply_json(r, 200, &json);
}

void api_runs_list(http_request *r, void *api_)
{
    struct api *api = api_;
    struct api_list list;
    if (api_list(r, &list)) {
        store_run_list(api->store, &list.list, on_list, r);
    }
}

static void on_deleted(void *r, enum store_status status)
{
    if (status == STORE_OK) {
        http_reply(r, 204, NULL, NULL, 0);
    } else {
        api_reply_store(r, status);
    }
}

void api_run_delete(http_request *r, void *api_)
{
    struct api *api = api_;
    store_run_delete(api->store, http_param(r, 0), api_bearer(r), on_deleted, r);
}

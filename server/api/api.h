/* SPDX-License-Identifier: MIT
 * The resources under /api/v1, one file each, and what they share. Every function here replies to
 * its request exactly once, at once or from the thread that has the answer.
 */
#ifndef API_API_H
#define API_API_H

#include "http/http.h"
#include "sim/sim.h"
#include "store.h"
#include "wire/json.h"
#include "wire/json_read.h"

struct ws_loop;
struct jobs;

struct api {
    store *store;
    struct sim *sim, *analysts; /* analysts: processes for long work */
    struct jobs *jobs;
    struct ws_loop *ws;
    http_server *http;      /* the starter's; a handler has http_server_of */
    bool local;             /* for one person: uploads have no limit but the disk's */
    _Atomic int64_t proven; /* monotonic ms at which the store last took a write */
};

#define API_TEXT_MAX 65536
#define API_TITLE_MAX 200

extern const struct http_route api_routes[]; /* ended by {0} */
extern const char api_openapi[];             /* the description served at /api/v1/openapi.json */
extern const size_t api_openapi_n;

/* ---- helpers.c ---- */
/* The body as an object, for json_value_free; NULL: a problem was replied. */
json_value *api_object(http_request *r);
/* Replies with what was written; takes the writer's bytes. */
void api_reply_json(http_request *r, unsigned status, struct json *json);
/* Replies why the store did not do it. */
void api_reply_store(http_request *r, enum store_status status);
/* A refusal of the simulation's; takes body. */
void api_reply_sim(http_request *r, enum sim_code code, char *body, size_t n);
/* limit, cursor, q, scenario, library from the query; buffers live in *room. False: a problem was
 * replied. */
struct api_list {
    struct store_list list;
    char cursor[96], search[200], scenario[STORE_ID_ROOM];
};
bool api_list(http_request *r, struct api_list *out);
/* "Bearer TOKEN": TOKEN, or NULL. */
const char *api_bearer(const http_request *r);
/* A whole number from the query; absent: *out stays. False: a problem was replied. */
bool api_number(http_request *r, const char *name, uint64_t *out);
/* The request has seen this ETag: 304 was replied. Else the header is added to the reply to come.
 */
bool api_etag(http_request *r, const char *etag);

/* ---- scenario_body.c: what a client sends to save ---- */
struct api_draft {
    json_value *root;  /* owns the strings */
    const char *title; /* NULL: absent */
    const char *text;
    size_t text_n;
    char *tags; /* JSON array, malloc'ed; NULL: absent */
    char own_title[API_TITLE_MAX + 1];
};
bool api_draft(
    http_request *r, bool text_needed, struct api_draft *out); /* false: a problem was replied */
/* What is to be stored of it; the strings stay the draft's. */
struct store_scenario_new api_draft_new(const struct api_draft *draft);
void api_draft_release(struct api_draft *draft);

/* ---- the resources ---- */
void api_scenarios_list(http_request *r, void *api);
void api_scenario_create(http_request *r, void *api);
void api_scenario_read(http_request *r, void *api);
void api_scenario_write(http_request *r, void *api);
void api_scenario_delete(http_request *r, void *api);
void api_scenario_versions(http_request *r, void *api);
void api_scenario_fork(http_request *r, void *api);
void api_templates_list(http_request *r, void *api);
void api_check(http_request *r, void *api);
void api_format(http_request *r, void *api);
void api_run_create(http_request *r, void *api);
void api_runs_list(http_request *r, void *api);
void api_run_read(http_request *r, void *api);
void api_run_delete(http_request *r, void *api);
void api_run_events(http_request *r, void *api);
void api_run_state(http_request *r, void *api);
void api_run_lanes(http_request *r, void *api);
void api_traces_list(http_request *r, void *api);
void api_trace_read(http_request *r, void *api);
void api_trace_begin(http_request *r, void *api);
bool api_trace_part(http_request *r, void *api, const char *bytes, size_t n);
void api_trace_end(http_request *r, void *api);
void api_trace_analyse(http_request *r, void *api);
void api_analyse(http_request *r, void *api);
void api_job_read(http_request *r, void *api);
void api_job_cancel(http_request *r, void *api);
void api_classroom_create(http_request *r, void *api);
void api_classroom_read(http_request *r, void *api);
void api_healthz(http_request *r, void *api);
void api_readyz(http_request *r, void *api);
void api_metrics(http_request *r, void *api);
void api_address(http_request *r, void *api);
void api_description(http_request *r, void *api);
void api_websocket(http_request *r, void *api);

#endif

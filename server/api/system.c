/* SPDX-License-Identifier: MIT
 * What machines ask: /healthz (the process lives), /readyz (the store takes writes), /metrics, the
 * description.
 */
#include "api/api.h"
#include "ws/ws.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char json_type[] = "application/json; charset=utf-8";

static void reply_text(http_request *r, unsigned status, const char *type, const char *text)
{
    char *copy = strdup(text);
    http_reply(r, status, type, copy, copy ? strlen(copy) : 0);
}

void api_healthz(http_request *r, void *api)
{
    (void)api;
    reply_text(r, 200, json_type, "{\"status\":\"ok\"}");
}

static int64_t monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void probed(void *r, enum store_status status)
{
    struct api *api = http_user(r);
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    api->proven = monotonic_ms();
    reply_text(r, 200, json_type, "{\"status\":\"ready\"}");
}

/* A proof holds for a second, so that asking costs the disk nothing. */
void api_readyz(http_request *r, void *api_)
{
    struct api *api = api_;
    int64_t proven = api->proven;
    if (proven != 0 && monotonic_ms() - proven < 1000) {
        reply_text(r, 200, json_type, "{\"status\":\"ready\"}");
        return;
    }
    http_set_user(r, api, NULL);
    store_probe(api->store, probed, r);
}

struct metrics {
    char text[4096];
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void line(struct metrics *m, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    int n = vsnprintf(m->text + m->n, sizeof m->text - m->n, format, values);
    va_end(values);
    m->n += n > 0 && (size_t)n < sizeof m->text - m->n ? (size_t)n : 0;
}

static void gauge(
    struct metrics *m, const char *name, const char *kind, const char *help, uint64_t value)
{
    line(m, "# HELP vmscope_%s %s\n# TYPE vmscope_%s %s\nvmscope_%s %" PRIu64 "\n", name, help,
        name, kind, name, value);
}

void api_metrics(http_request *r, void *api_)
{
    struct api *api = api_;
    struct metrics m = {.n = 0};
    struct http_stats http;
    struct store_stats db;
    http_statistics(http_server_of(r), &http);
    store_statistics(api->store, &db);
    line(&m, "# HELP vmscope_http_replies_total Replies by class of status.\n"
             "# TYPE vmscope_http_replies_total counter\n");
    for (unsigned i = 1; i < 6; i++) {
        line(&m, "vmscope_http_replies_total{class=\"%uxx\"} %" PRIu64 "\n", i, http.status[i]);
    }
    gauge(&m, "http_requests_total", "counter", "Requests whose headers were read.", http.requests);
    gauge(&m, "http_connections", "gauge", "Open HTTP connections.", http.connections);
    gauge(&m, "http_kept", "gauge", "Requests that wait for the store or a simulation.", http.kept);
    gauge(&m, "store_writes_total", "counter", "Writes asked of the store.", db.writes);
    gauge(&m, "store_commits_total", "counter", "Transactions committed and synced.", db.commits);
    gauge(&m, "store_reads_total", "counter", "Reads asked of the store.", db.reads);
    gauge(&m, "store_failures_total", "counter", "Requests that the store could not do.",
        db.failures);
    gauge(&m, "store_waiting", "gauge", "Writes that wait.", db.waiting);
    gauge(&m, "rooms", "gauge", "Rooms that are open.", ws_room_count(api->ws));
    gauge(&m, "sockets", "gauge", "WebSocket connections.", ws_loop_connections(api->ws));
    if (api->sim) {
        struct sim_stats sim;
        sim_stats(api->sim, &sim);
        gauge(&m, "sim_workers", "gauge", "Simulation processes.", sim.workers);
        gauge(&m, "sim_sessions", "gauge", "Lab sessions open.", sim.sessions);
        gauge(&m, "sim_waiting", "gauge", "Simulations that wait.", sim.queued);
        gauge(&m, "sim_requests_total", "counter", "Simulations asked for.", sim.requests);
        gauge(&m, "sim_respawns_total", "counter", "Simulation processes started again.",
            sim.respawns);
        gauge(&m, "sim_timeouts_total", "counter", "Simulations ended for taking too long.",
            sim.timeouts);
    }
    reply_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", m.text);
}

/* For links that others are to open: with --lan a page on this machine knows only "localhost". */
void api_address(http_request *r, void *api)
{
    struct json json = {0};
    (void)api;
    json_object(&json);
    json_key_string(&json, "origin", http_public_base(r));
    json_object_end(&json);
    api_reply_json(r, 200, &json);
}

void api_description(http_request *r, void *api)
{
    (void)api;
    char *copy = malloc(api_openapi_n);
    if (copy) {
        memcpy(copy, api_openapi, api_openapi_n);
    }
    http_reply(r, 200, json_type, copy, api_openapi_n);
}

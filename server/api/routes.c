/* SPDX-License-Identifier: MIT
 * Every address of the API. openapi.json describes the same list; a test compares them.
 */
#include "api/api.h"

const struct http_route api_routes[] = {
    {.method = "GET", .path = "/healthz", .run = api_healthz, .flags = HTTP_PUBLIC},
    {.method = "GET", .path = "/readyz", .run = api_readyz, .flags = HTTP_PUBLIC},
    {.method = "GET", .path = "/metrics", .run = api_metrics, .flags = HTTP_PUBLIC},
    {.method = "GET", .path = "/api/v1/openapi.json", .run = api_description},
    {.method = "GET", .path = "/api/v1/scenarios", .run = api_scenarios_list},
    {.method = "POST", .path = "/api/v1/scenarios", .run = api_scenario_create, .flags = HTTP_JSON},
    {.method = "GET", .path = "/api/v1/scenarios/{id}", .run = api_scenario_read},
    {.method = "PUT", .path = "/api/v1/scenarios/{id}", .run = api_scenario_write, .flags = HTTP_JSON},
    {.method = "DELETE", .path = "/api/v1/scenarios/{id}", .run = api_scenario_delete, .flags = HTTP_JSON},
    {.method = "GET", .path = "/api/v1/scenarios/{id}/versions", .run = api_scenario_versions},
    {.method = "POST", .path = "/api/v1/scenarios/{id}/fork", .run = api_scenario_fork, .flags = HTTP_JSON},
    {.method = "POST", .path = "/api/v1/check", .run = api_check, .flags = HTTP_JSON},
    {.method = "POST", .path = "/api/v1/format", .run = api_format, .flags = HTTP_JSON},
    {.method = "GET", .path = "/api/v1/runs", .run = api_runs_list},
    {.method = "POST", .path = "/api/v1/runs", .run = api_run_create, .flags = HTTP_JSON},
    {.method = "GET", .path = "/api/v1/runs/{id}", .run = api_run_read},
    {.method = "DELETE", .path = "/api/v1/runs/{id}", .run = api_run_delete, .flags = HTTP_JSON},
    {.method = "GET", .path = "/api/v1/runs/{id}/events", .run = api_run_events},
    {.method = "GET", .path = "/api/v1/runs/{id}/state", .run = api_run_state},
    {.method = "GET", .path = "/api/v1/runs/{id}/lanes", .run = api_run_lanes},
    {.method = "GET", .path = "/api/v1/traces", .run = api_traces_list},
    {.method = "POST", .path = "/api/v1/traces", .begin = api_trace_begin, .part = api_trace_part,
        .run = api_trace_end, .flags = HTTP_STREAM, .body_max = (uint64_t)64 << 20},
    {.method = "GET", .path = "/api/v1/traces/{id}", .run = api_trace_read},
    {.method = "GET", .path = "/api/v1/ws", .run = api_websocket, .flags = HTTP_WEBSOCKET},
    {.method = NULL},
};

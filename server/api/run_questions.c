/* SPDX-License-Identifier: MIT
 * Questions about a run: its events, a state, the timeline. None of these is kept; the run is run
 * again, in a worker, up to where the question is.
 */
#include "api/api.h"
#include "api/overrides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct question {
    http_request *request;
    struct api *api;
    struct sim_request ask;
    struct api_overrides overrides;
};

static void question_free(void *question_)
{
    struct question *q = question_;
    json_value_free(q->overrides.root);
    free(q);
}

static void on_answer(void *r, enum sim_code code, char *body, size_t n)
{
    api_reply_sim(r, code, body, n);
}

static uint64_t operations_of(const char *results)
{
    struct json_error error;
    uint64_t operations = 0;
    json_value *root = json_parse(results, strlen(results), &api_results_limits, &error);
    json_u64(json_get(root, "operations"), &operations);
    json_value_free(root);
    return operations;
}

static void on_run(void *question_, enum store_status status, const struct store_run *run)
{
    struct question *q = question_;
    struct json_error error;
    if (status != STORE_OK) {
        api_reply_store(q->request, status);
        return;
    }
    if (q->ask.kind == SIM_LANES && q->ask.to == UINT64_MAX) {
        q->ask.to = operations_of(run->results);
    }
    q->overrides.root = json_parse(run->overrides, strlen(run->overrides), NULL, &error);
    api_overrides_read(&q->overrides, q->overrides.root);
    q->ask.text = run->text;
    q->ask.text_n = run->text_length;
    q->ask.set = q->overrides.set;
    q->ask.set_n = q->overrides.n;
    enum sim_code code = sim_submit(q->api->sim, &q->ask, on_answer, q->request);
    if (code != SIM_DONE) {
        api_reply_sim(q->request, code, NULL, 0);
    }
}

static void ask(http_request *r, struct api *api, const struct sim_request *what)
{
    struct question *q = calloc(1, sizeof *q);
    if (q) {
        *q = (struct question){.request = r, .api = api, .ask = *what};
        http_set_user(r, q, question_free);
    }
    if (!q) {
        api_reply_store(r, STORE_FAILED);
        return;
    }
    store_run_read(api->store, http_param(r, 0), on_run, q);
}

void api_run_events(http_request *r, void *api)
{
    struct sim_request what = {.kind = SIM_EVENTS, .from = 0, .to = 100};
    if (!api_number(r, "from", &what.from)) {
        return;
    }
    what.to = what.from + 100;
    if (!api_number(r, "to", &what.to)) {
        return;
    }
    if (what.to < what.from || what.to - what.from > 10000) {
        http_problem(r, 400, "to must be from `from` to 10000 operations after it.", NULL);
        return;
    }
    ask(r, api, &what);
}

/* "148" or "148.7" */
static bool position(const char *text, uint64_t *op, uint32_t *micro)
{
    char *end;
    if (*text < '0' || *text > '9' || strlen(text) > 24) {
        return false;
    }
    *op = strtoull(text, &end, 10);
    *micro = 0;
    if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
        unsigned long n = strtoul(end + 1, &end, 10);
        *micro = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
    }
    return *end == 0;
}

void api_run_state(http_request *r, void *api)
{
    struct sim_request what = {.kind = SIM_STATE};
    char at[32];
    if (!http_query(r, "at", at, sizeof at) || !position(at, &what.to, &what.micro)) {
        http_problem(r, 400, "at must be a position such as 148 or 148.7.", NULL);
        return;
    }
    ask(r, api, &what);
}

void api_run_lanes(http_request *r, void *api)
{
    struct sim_request what = {.kind = SIM_LANES, .from = 0, .to = UINT64_MAX};
    uint64_t buckets = 200;
    if (!api_number(r, "from", &what.from) || !api_number(r, "to", &what.to) ||
        !api_number(r, "buckets", &buckets)) {
        return;
    }
    if (buckets < 1 || buckets > 4096 || what.to < what.from) {
        http_problem(r, 400, "buckets must be from 1 to 4096, and to not before from.", NULL);
        return;
    }
    what.buckets = (uint32_t)buckets;
    ask(r, api, &what);
}

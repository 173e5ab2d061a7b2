/* SPDX-License-Identifier: MIT
 * vmscope serve: the store, the simulation workers, the WebSocket loop and HTTP, started in this
 * order and stopped in an order that loses nothing: first no new requests, then everything under
 * way is answered, then the store writes what it has accepted.
 */
#include "api/api.h"
#include "api/jobs.h"
#include "api/source.h"
#include "command/command.h"
#include "command/qr.h"
#include "command/serve_settings.h"
#include "ws/ws.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static bool start(const struct serve_settings *set, struct api *api)
{
    char why[400] = "";
    struct store_options options = {.dir = set->data,
        .min_free = set->number[SERVE_MIN_FREE] << 20,
        .max_bytes = set->number[SERVE_MAX_DATA] << 20,
        .library = true};
    if (store_open(&options, why, sizeof why, &api->store) != STORE_OK) {
        fprintf(stderr, "vmscope: %s\n", why);
        return false;
    }
    api->local = !set->value[SERVE_PUBLIC_URL] && !set->number[SERVE_LAN];
    struct sim_options sim = {.workers = (unsigned)set->number[SERVE_WORKERS],
        .operations = set->number[SERVE_OPERATIONS],
        .memory = set->number[SERVE_MEMORY] << 20,
        .pages = set->number[SERVE_PAGES],
        .processes = set->number[SERVE_PROCESSES],
        .cpu_ms = (unsigned)set->number[SERVE_CPU_MS],
        .wall_ms = (unsigned)set->number[SERVE_WALL_MS]};
    api->sim = sim_new(&sim);
    struct sim_options long_work = {.workers = (unsigned)set->number[SERVE_ANALYSTS],
        .cpu_ms = (unsigned)set->number[SERVE_ANALYSIS_S] * 1000,
        .wall_ms = (unsigned)set->number[SERVE_ANALYSIS_S] * 1000,
        .memory_total =
            (set->number[SERVE_ANALYSIS_MEMORY] << 20) * set->number[SERVE_ANALYSTS] / 4};
    api->analysts = sim_new(&long_work);
    api->jobs = api->analysts ? jobs_new(api->analysts) : NULL;
    struct lab_source source = api_source(api->store);
    struct ws_options ws = {.sim = api->sim,
        .source = &source,
        .rooms = {.rooms = (unsigned)set->number[SERVE_ROOMS],
            .members = (unsigned)set->number[SERVE_ROOM_MEMBERS],
            .silence_ms = set->number[SERVE_ROOM_HOURS] * 3600 * 1000,
            .wrong_there = (unsigned)set->number[SERVE_ROOM_GUESSES]}};
    api->ws = api->sim && api->jobs ? ws_loop_new(&ws) : NULL;
    if (!api->ws) {
        fprintf(stderr, "vmscope: cannot start the simulation: %s\n", strerror(errno));
        return false;
    }
    struct http_options http = {.address = set->address,
        .port = set->port,
        .public_url = set->value[SERVE_PUBLIC_URL],
        .lan = set->number[SERVE_LAN] != 0,
        .web = set->value[SERVE_WEB],
        .routes = api_routes,
        .ctx = api,
        .per_address = (unsigned)set->number[SERVE_RATE]};
    api->http = http_server_new(&http, why, sizeof why);
    if (!api->http) {
        fprintf(stderr, "vmscope: %s\n", why);
        return false;
    }
    return true;
}

/* Stopped first, freed last: a request whose body is still on its way, and a callback of the store,
 * may ask a pool that has ended, which refuses; they must not find one that is gone. */
static void stop(struct api *api)
{
    if (api->http) {
        http_server_quiesce(api->http);
        http_server_wait(api->http, 3000);
    }
    ws_loop_stop(api->ws);
    sim_stop(api->sim); /* what still runs is answered with 503 */
    sim_stop(api->analysts);
    if (api->http) {
        http_server_wait(api->http, 10000); /* the store answers everything it took */
        http_server_free(api->http);
    }
    store_close(api->store);
    ws_loop_free(api->ws);
    sim_free(api->sim);
    sim_free(api->analysts);
    jobs_free(api->jobs);
}

/* The links for the devices in the network, the usual one as a QR code too. */
static void say_links(const http_server *http)
{
    struct qr qr;
    const char *first = http_server_origin(http, 0);
    for (size_t i = 0; http_server_origin(http, i); i++) {
        const char *origin = http_server_origin(http, i);
        if (!strstr(origin, "//localhost") && !strstr(origin, "//127.") &&
            !strstr(origin, "[::1]")) {
            printf("vmscope: %s\n", origin);
        }
    }
    if (first && qr_make(first, &qr)) {
        qr_print(&qr, isatty(STDOUT_FILENO), stdout);
    }
}

static void say_where(const struct serve_settings *set, const http_server *http)
{
    if (set->value[SERVE_PUBLIC_URL]) {
        printf("vmscope: %s (listening on %s:%u)\n", set->value[SERVE_PUBLIC_URL], set->address,
            http_server_port(http));
    } else {
        printf("vmscope: http://localhost:%u\n", http_server_port(http));
    }
    if (set->number[SERVE_LAN]) {
        say_links(http);
    }
    fflush(stdout);
}

int command_serve(int argc, char **argv)
{
    struct serve_settings set = {.value = {NULL}};
    struct api api = {.store = NULL};
    struct rlimit files = {65536, 65536};
    sigset_t stopping;
    int signal_number, code = serve_settings_read(argc, argv, &set);
    if (code >= 0) {
        return code;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    /* Blocked before any thread starts, so that only this one takes them. */
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGTERM);
    sigaddset(&stopping, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stopping, NULL);
    code = COMMAND_FAILED;
    if (start(&set, &api)) {
        say_where(&set, api.http);
        sigwait(&stopping, &signal_number);
        code = COMMAND_DONE;
    }
    stop(&api);
    return code;
}

/* SPDX-License-Identifier: MIT
 * /ws: the handshake is answered here, then the socket belongs to the WebSocket loop; and where a
 * lab session gets what it names by id.
 */
#include "api/api.h"
#include "api/source.h"
#include "ws/ws.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void adopt(void *api_, int fd, const void *extra, size_t n)
{
    struct api *api = api_;
    ws_loop_adopt(api->ws, fd, extra, n);
}

void api_websocket(http_request *r, void *api)
{
    struct ws_answer answer;
    struct ws_handshake handshake = {.method = "GET",
        .http_version = "HTTP/1.1",
        .upgrade = http_header(r, "upgrade"),
        .connection = http_header(r, "connection"),
        .key = http_header(r, "sec-websocket-key"),
        .version = http_header(r, "sec-websocket-version"),
        .protocol = http_header(r, "sec-websocket-protocol")};
    ws_handshake_check(&handshake, &answer);
    if (answer.status == 101) {
        http_reply_upgrade(r, answer.accept, answer.protocol, adopt, api);
        return;
    }
    if (answer.status == 426) {
        http_reply_header(r, "Upgrade", "websocket");
        http_reply_header(r, "Sec-WebSocket-Version", "13");
    }
    http_problem(
        r, answer.status, answer.detail ? answer.detail : "This is no WebSocket handshake.", NULL);
}

/* The store answers on its own thread; the asker waits for it. */
struct wait {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool answered, found;
    char *text;
    size_t n;
    char format[16], title[128];
};

static void wait_init(struct wait *wait)
{
    memset(wait, 0, sizeof *wait);
    pthread_mutex_init(&wait->lock, NULL);
    pthread_cond_init(&wait->done, NULL);
}

static void wait_answer(struct wait *wait, bool found)
{
    pthread_mutex_lock(&wait->lock);
    wait->found = found;
    wait->answered = true;
    pthread_cond_signal(&wait->done);
    pthread_mutex_unlock(&wait->lock);
}

static bool wait_end(struct wait *wait)
{
    pthread_mutex_lock(&wait->lock);
    while (!wait->answered) {
        pthread_cond_wait(&wait->done, &wait->lock);
    }
    pthread_mutex_unlock(&wait->lock);
    pthread_cond_destroy(&wait->done);
    pthread_mutex_destroy(&wait->lock);
    return wait->found;
}

static void on_scenario(void *wait_, enum store_status status, const struct store_scenario *s)
{
    struct wait *wait = wait_;
    if (status == STORE_OK) {
        wait->text = strndup(s->text, s->text_length);
        wait->n = s->text_length;
    }
    wait_answer(wait, wait->text != NULL);
}

static bool source_scenario(void *store_, const char *id, char **text, size_t *n)
{
    struct wait wait;
    wait_init(&wait);
    store_scenario_read(store_, id, 0, on_scenario, &wait);
    bool found = wait_end(&wait);
    *text = wait.text;
    *n = wait.n;
    return found;
}

static void on_trace(void *wait_, enum store_status status, const struct store_trace *t)
{
    struct wait *wait = wait_;
    if (status == STORE_OK) {
        snprintf(wait->format, sizeof wait->format, "%s", t->format);
        snprintf(wait->title, sizeof wait->title, "%.127s", t->title);
    }
    wait_answer(wait, status == STORE_OK);
}

static int source_trace(void *store_, const char *id, char format[16], char title[128])
{
    struct wait wait;
    char path[4400];
    wait_init(&wait);
    store_trace_read(store_, id, on_trace, &wait);
    if (!wait_end(&wait) || !store_trace_path(store_, id, path, sizeof path)) {
        return -1;
    }
    memcpy(format, wait.format, sizeof wait.format);
    memcpy(title, wait.title, sizeof wait.title);
    return open(path, O_RDONLY | O_CLOEXEC);
}

struct lab_source api_source(store *s)
{
    return (struct lab_source){.ctx = s, .scenario = source_scenario, .trace = source_trace};
}

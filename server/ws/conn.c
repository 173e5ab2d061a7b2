/* SPDX-License-Identifier: MIT
 * One connection: wslay decodes and encodes, this file moves the bytes and keeps the limits.
 * Reading stops while much is waiting to be sent, so that a client that does not read cannot make
 * us remember.
 */
#include "ws/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_ROUND = 256 * 1024, SEND_HIGH = 64 * 1024, CLOSE_MS = 5000, DRAIN_MS = 2000 };

static ssize_t on_recv(wslay_event_context_ptr ctx, uint8_t *buf, size_t len, int flags, void *user)
{
    struct ws_conn *conn = user;
    (void)flags;
    if (conn->extra_at < conn->extra_n) {
        size_t left = conn->extra_n - conn->extra_at, n = left < len ? left : len;
        memcpy(buf, conn->extra + conn->extra_at, n);
        conn->extra_at += n;
        return (ssize_t)n;
    }
    if (conn->round == 0) {
        wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    ssize_t n = recv(conn->fd, buf, len, MSG_DONTWAIT);
    if (n > 0) {
        conn->round -= (size_t)n < conn->round ? (size_t)n : conn->round;
        conn->heard_ms = conn->loop->now_ms;
        return n;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
    } else {
        conn->ended = true;
        wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
    }
    return -1;
}

static ssize_t write_some(struct ws_conn *conn, const void *bytes, size_t n)
{
    ssize_t sent = send(conn->fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
        return sent;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        wslay_event_set_error(conn->wslay, WSLAY_ERR_WOULDBLOCK);
    } else {
        conn->ended = true;
        wslay_event_set_error(conn->wslay, WSLAY_ERR_CALLBACK_FAILURE);
    }
    return -1;
}

/* After some faults wslay closes without a code; the peer is told 1002 instead. */
static ssize_t on_send(
    wslay_event_context_ptr ctx, const uint8_t *data, size_t len, int flags, void *user)
{
    struct ws_conn *conn = user;
    (void)ctx;
    (void)flags;
    if (!(conn->fault && len == 2 && data[0] == 0x88 && data[1] == 0)) {
        return write_some(conn, data, len);
    }
    if (!conn->patch_n) {
        memcpy(conn->patch, "\x88\x02\x03\xea", 4);
        conn->patch_n = 4;
    }
    while (conn->patch_at < conn->patch_n) {
        ssize_t n = write_some(conn, conn->patch + conn->patch_at, conn->patch_n - conn->patch_at);
        if (n < 0) {
            return -1;
        }
        conn->patch_at += (size_t)n;
    }
    return 2;
}

static bool take_token(struct ws_conn *conn)
{
    const struct ws_options *o = &conn->loop->options;
    uint64_t now = conn->loop->now_ms;
    conn->tokens += (double)(now - conn->tokens_ms) * o->rate / 1000.0;
    conn->tokens_ms = now;
    if (conn->tokens > o->burst) {
        conn->tokens = o->burst;
    }
    if (conn->tokens < 1) {
        return false;
    }
    conn->tokens -= 1;
    return true;
}

static void on_message(
    wslay_event_context_ptr ctx, const struct wslay_event_on_msg_recv_arg *arg, void *user)
{
    struct ws_conn *conn = user;
    (void)ctx;
    if (arg->opcode == WSLAY_CONNECTION_CLOSE && arg->msg_length == 1) {
        conn->fault = true; /* a status is two bytes */
    }
    if (conn->state != WS_OPEN || wslay_is_ctrl_frame(arg->opcode)) {
        return;
    }
    if (!take_token(conn)) {
        ws_conn_close(conn, 1008, "more messages a second than allowed");
    } else if (arg->opcode != WSLAY_TEXT_FRAME) {
        ws_conn_close(conn, 1003, "messages are JSON text");
    } else {
        ws_door_message(conn, (const char *)arg->msg, arg->msg_length);
    }
}

struct ws_conn *ws_conn_new(struct ws_loop *loop, int fd, const void *extra, size_t extra_n)
{
    static const struct wslay_event_callbacks callbacks = {
        .recv_callback = on_recv, .send_callback = on_send, .on_msg_recv_callback = on_message};
    struct ws_conn *conn = calloc(1, sizeof(*conn));
    if (!conn || (extra_n && !(conn->extra = malloc(extra_n))) ||
        wslay_event_context_server_init(&conn->wslay, &callbacks, conn) != 0) {
        if (conn) {
            free(conn->extra);
        }
        free(conn);
        return NULL;
    }
    if (extra_n) {
        memcpy(conn->extra, extra, extra_n);
    }
    conn->extra_n = extra_n;
    conn->loop = loop;
    conn->fd = fd;
    conn->tokens = loop->options.burst;
    wslay_event_config_set_max_recv_msg_length(conn->wslay, loop->options.message);
    return conn;
}

void ws_news_forget(struct ws_shared **news)
{
    if (*news && --(*news)->users == 0) {
        free(*news);
    }
    *news = NULL;
}

void ws_conn_free(struct ws_conn *conn)
{
    ws_rooms_forget(conn);
    ws_news_forget(&conn->sending);
    if (conn->session) {
        sim_session_close(conn->session);
    }
    wslay_event_context_free(conn->wslay);
    close(conn->fd);
    free(conn->extra);
    free(conn);
}

static void drain(struct ws_conn *conn)
{
    char sink[4096];
    ssize_t n;
    for (size_t i = 0; i < 64; i++) {
        n = recv(conn->fd, sink, sizeof(sink), MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
            conn->gone = true;
        }
        if (n <= 0) {
            return;
        }
    }
}

/* The next news to be sent, once wslay is between two frames. False: none. */
static bool next_news(struct ws_conn *conn)
{
    for (size_t i = 0; i < ROOM_NEWS && !conn->sending; i++) {
        conn->sending = conn->news[i];
        conn->news[i] = NULL;
        conn->sent = 0;
    }
    return conn->sending != NULL;
}

static void send_begun(struct ws_conn *conn)
{
    struct ws_shared *news = conn->sending;
    ssize_t n =
        send(conn->fd, news->bytes + conn->sent, news->n - conn->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
        conn->sent += (size_t)n;
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
        conn->ended = true;
    }
    if (conn->sent == news->n) {
        ws_news_forget(&conn->sending);
    }
}

/* Frames of wslay's and those for many take turns; each goes out whole. */
static void send_some(struct ws_conn *conn)
{
    if (conn->sending) {
        send_begun(conn);
    }
    if (!conn->ended && !conn->sending && wslay_event_want_write(conn->wslay) &&
        wslay_event_send(conn->wslay) != 0) {
        conn->ended = true;
    }
    while (!conn->ended && !conn->sending && conn->state == WS_OPEN &&
           !wslay_event_get_close_sent(conn->wslay) && !wslay_event_want_write(conn->wslay) &&
           next_news(conn)) {
        send_begun(conn);
    }
}

/* Sends what can be sent, decides what to wait for. */
static void settle(struct ws_conn *conn)
{
    if (!conn->ended) {
        send_some(conn);
    }
    if (conn->ended) {
        conn->gone = true;
        return;
    }
    if (wslay_event_get_queued_msg_count(conn->wslay) == 0) {
        conn->text_queued = 0;
    }
    bool writes = wslay_event_want_write(conn->wslay) || conn->sending;
    bool reads = wslay_event_want_read(conn->wslay);
    if (conn->state == WS_OPEN && (!reads || wslay_event_get_close_sent(conn->wslay))) {
        conn->state = WS_CLOSING;
        conn->closing_ms = conn->loop->now_ms;
    }
    if (!writes && (!reads || conn->fault)) {
        /* Close frames are exchanged: the server ends TCP first, but hears the peer out, as a reset
         * would take our close frame with it. */
        shutdown(conn->fd, SHUT_WR);
        conn->state = WS_DRAINING;
        conn->closing_ms = conn->loop->now_ms;
        ws_loop_watch(conn, EPOLLIN);
        return;
    }
    bool full = wslay_event_get_queued_msg_length(conn->wslay) > SEND_HIGH;
    ws_loop_watch(
        conn, (reads && !full ? (uint32_t)EPOLLIN : 0) | (writes ? (uint32_t)EPOLLOUT : 0));
}

void ws_conn_ready(struct ws_conn *conn, bool readable)
{
    if (conn->state == WS_DRAINING) {
        drain(conn);
        return;
    }
    conn->round = READ_ROUND;
    if ((readable || conn->extra_at < conn->extra_n) && wslay_event_want_read(conn->wslay)) {
        if (wslay_event_recv(conn->wslay) != 0 && !conn->ended) {
            conn->fault = true;
        }
    }
    settle(conn);
}

static bool queue(struct ws_conn *conn, uint8_t opcode, const char *bytes, size_t length)
{
    struct wslay_event_msg msg = {opcode, (const uint8_t *)bytes, length};
    if (conn->state != WS_OPEN || conn->gone) {
        return false;
    }
    if (wslay_event_queue_msg(conn->wslay, &msg) != 0) {
        conn->gone = true;
        return false;
    }
    return true;
}

/* A single long answer is always accepted; another one behind it only within the limit. */
void ws_conn_text(struct ws_conn *conn, const char *text, size_t length)
{
    if (conn->text_queued > conn->loop->options.unasked) {
        ws_conn_close(conn, 1013, "messages are not being read");
        return;
    }
    conn->text_queued += length;
    queue(conn, WSLAY_TEXT_FRAME, text, length);
}

/* Each frame of bulk is answered with credit, so it brings the token for that message. */
void ws_conn_binary(struct ws_conn *conn, const char *bytes, size_t length)
{
    conn->tokens += conn->tokens < conn->loop->options.burst ? 1 : 0;
    queue(conn, WSLAY_BINARY_FRAME, bytes, length);
}

void ws_conn_close(struct ws_conn *conn, uint16_t code, const char *reason)
{
    if (conn->state != WS_OPEN) {
        return;
    }
    wslay_event_queue_close(conn->wslay, code, (const uint8_t *)reason, strlen(reason));
    conn->state = WS_CLOSING;
    conn->closing_ms = conn->loop->now_ms;
}

void ws_conn_tick(struct ws_conn *conn)
{
    const struct ws_options *o = &conn->loop->options;
    uint64_t now = conn->loop->now_ms;
    if (conn->state == WS_OPEN) {
        if (now - conn->heard_ms > o->dead_ms) {
            conn->gone = true;
        } else if (now - conn->heard_ms > o->ping_ms && now - conn->pinged_ms > o->ping_ms) {
            conn->pinged_ms = now;
            queue(conn, WSLAY_PING, "", 0);
            ws_conn_ready(conn, false);
        }
    } else if (now - conn->closing_ms > (conn->state == WS_CLOSING ? CLOSE_MS : DRAIN_MS)) {
        conn->gone = true;
    }
}

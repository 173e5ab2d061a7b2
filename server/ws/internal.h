/* SPDX-License-Identifier: MIT
 * Private to ws. Everything but the mailbox belongs to the ws thread.
 *
 *   OPEN ──our or their close──▶ CLOSING ──both sent──▶ DRAINING ──their FIN or 2 s──▶ gone
 *     └──── EOF, socket error, dead after 60 s ────────────────────────────────────────▶ gone
 */
#ifndef WS_INTERNAL_H
#define WS_INTERNAL_H

#include "ws/ws.h"

#include <pthread.h>
#include <stdatomic.h>
#include <wslay/wslay.h>

enum ws_state { WS_OPEN, WS_CLOSING, WS_DRAINING };

enum { WS_ASKED = 32 };

struct ws_conn {
    struct ws_loop *loop;
    struct ws_conn *next, *prev;
    int fd;
    wslay_event_context_ptr wslay;
    enum ws_state state;
    bool gone;        /* free it at the end of this turn */
    bool fault;       /* their bytes broke the protocol */
    bool ended;       /* EOF or socket error */
    uint32_t watched; /* epoll events asked for */
    char *extra;      /* owned: read with the handshake, not yet decoded */
    size_t extra_n, extra_at;
    size_t round;  /* bytes still to be read this turn: fairness */
    char patch[4]; /* a close frame that replaces wslay's own */
    size_t patch_n, patch_at;
    uint64_t heard_ms, pinged_ms, closing_ms;
    uint64_t tokens_ms; /* token bucket: last refill */
    double tokens;
    size_t text_queued;          /* bytes of text since the queue was last empty */
    struct sim_session *session; /* made by the first message that needs it */
    uint64_t asked[WS_ASKED];    /* ids of requests passed on and not yet answered, oldest first */
    size_t asked_n;
};

/* What a simulation said, on its way from the simulation thread. */
struct ws_mail {
    struct ws_mail *next;
    struct ws_conn *conn;
    enum sim_code code;
    bool binary;
    char *bytes; /* owned */
    size_t length;
};

struct ws_loop {
    struct ws_options options;
    struct lab_source source;
    pthread_t thread;
    int epoll, wake;
    struct ws_conn *conns;
    atomic_uint count;
    atomic_bool stopping;
    uint64_t now_ms;
    pthread_mutex_t lock; /* guards what follows */
    struct ws_conn *adopted;
    struct ws_mail *mail, **mail_end;
};

/* conn.c */
struct ws_conn *ws_conn_new(struct ws_loop *loop, int fd, const void *extra, size_t extra_n);
void ws_conn_free(struct ws_conn *conn);
void ws_conn_ready(struct ws_conn *conn, bool readable);
void ws_conn_text(struct ws_conn *conn, const char *text, size_t length);
void ws_conn_binary(struct ws_conn *conn, const char *bytes, size_t length);
void ws_conn_close(struct ws_conn *conn, uint16_t code, const char *reason);
void ws_conn_tick(struct ws_conn *conn);
/* loop.c */
void ws_loop_watch(struct ws_conn *conn, uint32_t events);
/* door.c: one message of a client; one thing said by its simulation */
void ws_door_message(struct ws_conn *conn, const char *text, size_t length);
void ws_door_mail(struct ws_mail *mail);
void ws_door_post(void *conn, enum sim_code code, bool binary, char *bytes, size_t length);

#endif

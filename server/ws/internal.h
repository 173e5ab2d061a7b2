/* SPDX-License-Identifier: MIT
 * Private to ws. Everything but the mailbox belongs to the ws thread.
 *
 *   OPEN ──our or their close──▶ CLOSING ──both sent──▶ DRAINING ──their FIN or 2 s──▶ gone
 *     └──── EOF, socket error, dead after 60 s ────────────────────────────────────────▶ gone
 */
#ifndef WS_INTERNAL_H
#define WS_INTERNAL_H

#include "room/room.h"
#include "ws/ws.h"

#include <pthread.h>
#include <stdatomic.h>
#include <wslay/wslay.h>

enum ws_state { WS_OPEN, WS_CLOSING, WS_DRAINING };

enum { WS_ASKED = 32 };

/* A frame for many, encoded once. */
struct ws_shared {
    unsigned users;
    size_t n;
    uint8_t bytes[];
};

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
    size_t told;                 /* messages passed on to it */
    struct {
        uint64_t id;
        size_t nth;    /* of those told */
    } asked[WS_ASKED]; /* requests passed on and not yet answered, oldest first */
    size_t asked_n;
    struct room_member member;
    struct room_guesses guesses;
    struct ws_shared *news[ROOM_NEWS]; /* the newest of each kind, not begun */
    struct ws_shared *sending;         /* begun: nothing else may come between its bytes */
    size_t sent;
    struct ws_conn *next_fresh; /* in the loop's list while `fresh` */
    bool fresh;
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
    bool ended; /* of who stops it: the thread is joined */
    uint64_t now_ms;
    struct ws_conn *fresh; /* got news in this turn */
    pthread_mutex_t rooms_lock;
    struct rooms *rooms; /* members move on the ws thread only, which so may walk them unlocked */
    struct room_addresses *addresses; /* wrong codes; under rooms_lock */
    struct room_limits room_limits;
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
void ws_news_forget(struct ws_shared **news); /* one user less */
/* loop.c */
uint64_t ws_clock_ms(void);
void ws_loop_watch(struct ws_conn *conn, uint32_t events);
/* door.c: one message of a client; one thing said by its simulation */
void ws_door_message(struct ws_conn *conn, const char *text, size_t length);
void ws_door_mail(struct ws_mail *mail);
void ws_door_post(void *conn, enum sim_code code, bool binary, char *bytes, size_t length);
/* code NULL: an answer without more members */
void ws_door_reply(struct ws_conn *conn, const json_value *request, const char *type,
    const char *code, const char *message);
/* rooms.c */
bool ws_rooms_begin(struct ws_loop *loop);
void ws_rooms_end(struct ws_loop *loop);
void ws_rooms_leave(struct ws_conn *conn);
/* News of a room that have not begun: to be told behind `joined` or `left` they would be of the
 * wrong one. */
void ws_rooms_forget(struct ws_conn *conn);
/* Around every call of room.h; nothing is sent under it. */
void ws_rooms_lock(struct ws_loop *loop);
void ws_rooms_unlock(struct ws_loop *loop);
/* Points that waited, and all news of this turn. True: connections may be gone. */
bool ws_rooms_flush(struct ws_loop *loop, int *due_ms);
void ws_rooms_tick(struct ws_loop *loop);
/* room_messages.c: a message about rooms. False: it is another one. */
bool ws_rooms_message(struct ws_conn *conn, const json_value *request, const char *type);

#endif

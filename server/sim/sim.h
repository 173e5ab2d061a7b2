/* SPDX-License-Identifier: MIT
 * Simulations run in worker processes, one a core, that a thread of the server talks to over
 * socketpairs. No function here blocks on a simulation. Every request accepted gets exactly one
 * final reply, whatever becomes of its worker.
 *
 * Replies come on the simulation thread: a callback must not block and must not call into this
 * header (that of a request may cancel); it hands the reply over (resume a suspended connection, or
 * push on a queue and write an eventfd).
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;         /* the pool */
struct sim_session; /* a lab session: state in one worker */

struct sim_options {
    const char *program;   /* started with `worker`; NULL = /proc/self/exe */
    unsigned workers;      /* processes; 0 = one a core */
    unsigned queue;        /* one-shot requests waiting for a worker; 0 = 64 */
    unsigned sessions;     /* lab sessions open at once; 0 = 4096 */
    uint64_t operations;   /* a run; 0 = 1000000, at most 100000000 */
    uint64_t memory;       /* bytes a run may hold; 0 = 64 MiB */
    uint64_t memory_total; /* bytes of all lab sessions; 0 = 512 MiB */
    uint64_t pages;        /* touched by one operation, and of a file; 0 = 1048576 */
    uint64_t processes;    /* of a run; 0 = 1000 */
    unsigned cpu_ms;       /* CPU time a run; 0 = 2000 */
    unsigned wall_ms;      /* 0 = 5000 */
    unsigned stuck_ms;     /* a worker that is silent for so long is ended; 0 = 20000 */
};

enum sim_code {
    SIM_DONE,    /* the body is the answer */
    SIM_INVALID, /* the request makes no sense (400): body {"message"} */
    SIM_REFUSED, /* the text has errors (422): body {"diagnostics": […]} */
    SIM_BUSY,    /* the queue is full (503, try again) */
    SIM_TIMEOUT, /* the worker did not answer within the limits and was ended (503) */
    SIM_LOST,    /* the worker died (500); sessions: everything open there is gone, open again */
    SIM_STOPPED, /* the server is shutting down (503) */
};

enum sim_kind {
    SIM_CHECK,  /* text → {"ok", "diagnostics"} */
    SIM_FORMAT, /* text → {"text", "diagnostics"} */
    SIM_RUN,    /* text, set → {"title", "engine", "operations", "events", "counters": {…},
                   "expectations",    "diagnostics", "notes", "compare", "reason":
                   "done|error|limit|time", "held": bool} */
    SIM_EVENTS, /* text, set, from, to → {"from", "to", "reached", "steps": [{"op", "line", …,
                   "events"}]} */
    SIM_STATE,  /* text, set, at → {"position", "state": {"frame": [{…}], "pte": […], …}} */
    SIM_LANES,  /* text, set, from, to, buckets → as the lab's lanes */
    SIM_ANALYSE, /* text: the question (sim/analyse.h), fd: the trace → lines, see there */
    SIM_KINDS
};

struct sim_override {
    const char *name, *value;
};

/* Long work says what it has so far: a body as sim_done's, or NULL about four times a second while
 * it has nothing new, also while it waits for a worker. On the simulation thread, never after
 * `done`.
 */
typedef void sim_part(void *ctx, char *body, size_t length);

/* A one-shot request; everything is copied by sim_submit. */
struct sim_request {
    enum sim_kind kind;
    const char *text; /* of the scenario */
    size_t text_n;
    const struct sim_override *set; /* `params`: machine words and param values */
    size_t set_n;
    uint64_t from,
        to; /* SIM_EVENTS: steps (from, to]; SIM_STATE: to = after how many operations; LANES */
    uint32_t micro;   /* SIM_STATE: micro-steps into operation `to`; 0: it is complete */
    uint32_t buckets; /* SIM_LANES: 1 .. 4096 */
    int fd;           /* SIM_ANALYSE: of the trace, read from the start; taken by sim_submit */
    sim_part *part;   /* NULL: only the end is of interest */
};

/* body: JSON (UTF-8, not NUL-terminated), for free() by the callee; NULL when there is none. */
typedef void sim_done(void *ctx, enum sim_code code, char *body, size_t length);

/* Starts the thread and the workers. NULL: errno says why. */
struct sim *sim_new(const struct sim_options *options);
/* Ends workers and thread; everything under way gets SIM_STOPPED first. What is asked from then on
 * is refused. NULL is fine. */
void sim_stop(struct sim *sim);
/* Stops it if need be, when no other thread can call it any more. Sessions still open are closed:
 * their handles are gone afterwards. */
void sim_free(struct sim *sim);
/* Any thread. Not SIM_DONE: refused at once and `done` is not called (SIM_BUSY, SIM_STOPPED,
 * SIM_INVALID). */
enum sim_code sim_submit(
    struct sim *sim, const struct sim_request *request, sim_done *done, void *ctx);
/* Any thread. What was submitted with this ctx ends soon with SIM_STOPPED, unless it has ended. */
void sim_cancel(struct sim *sim, const void *ctx);

/* What a session says: text (JSON) or a binary chunk, see docs/protocol.md. `bytes` is for free()
 * by the callee. code is SIM_DONE; or SIM_LOST or SIM_STOPPED without bytes: the first `length`
 * messages that the session was told get no answer any more. One told since then is the next
 * worker's. */
typedef void sim_said(void *ctx, enum sim_code code, bool binary, char *bytes, size_t length);
/* Any thread. NULL: too many sessions. After sim_session_close returns nothing more is said. */
struct sim_session *sim_session_new(struct sim *sim, sim_said *said, void *ctx);
/* One message of the protocol (JSON text of a client); with an open of a trace `fd` is a file
 * descriptor of its bytes, else -1. Copies bytes; takes fd. False: too much is waiting. */
bool sim_session_tell(struct sim_session *session, const char *text, size_t length, int fd);
void sim_session_close(struct sim_session *session);

struct sim_stats {
    unsigned workers, sessions, queued;
    uint64_t requests, respawns, timeouts;
};
void sim_stats(struct sim *sim, struct sim_stats *out);

#endif

/* SPDX-License-Identifier: MIT
 * Private to sim. Everything under `lock` but where it says "thread": the simulation thread only.
 */
#ifndef SIM_POOL_H
#define SIM_POOL_H

#include "sim/link.h"
#include "sim/sim.h"

#include <pthread.h>
#include <sys/types.h>

struct sim_ask { /* a one-shot request on its way */
    struct sim_ask *next;
    uint64_t channel;
    char *bytes; /* owned: JSON */
    size_t length;
    int fd; /* owned until it is sent; -1: none */
    sim_done *done;
    sim_part *part;
    void *ctx;
    uint64_t sent_ms;
    bool cancelled;
};

struct sim_session {
    struct sim *sim;
    struct sim_session *next, *prev;
    uint64_t channel;
    unsigned worker;
    size_t told; /* messages */
    sim_said *said;
    void *ctx;
};

struct sim_worker {
    pid_t pid;         /* 0: none runs. Thread */
    int socket;        /* thread */
    struct link_in in; /* thread */
    struct link_out out;
    struct sim_ask *ask; /* under way here */
    unsigned sessions;
    uint64_t started_ms, probed_ms; /* thread; probed_ms 0: no probe is unanswered */
    uint64_t again_ms;              /* thread: when to start one, after failures */
    unsigned quick_deaths;
    bool timed_out;
};

struct sim {
    struct sim_options options;
    pthread_t thread;
    int epoll, wake;
    pthread_mutex_t lock;
    bool stopping;
    bool ended;                /* of who stops it: the thread is joined */
    struct sim_worker *worker; /* options.workers of them */
    struct sim_ask *queue, **queue_end;
    unsigned queued;
    struct sim_session *sessions;
    unsigned sessions_n;
    uint64_t channels; /* numbers given out */
    struct sim_stats stats;
};

/* spawn.c: a worker process with its end of a socketpair. False: errno. */
bool sim_spawn(const struct sim_options *options, pid_t *pid, int *socket);
/* Ends it for certain and waits for it. The signal that ended it, 0 = none. */
int sim_reap(pid_t pid);
/* pool.c, the thread */
void *sim_thread(void *sim);

#endif

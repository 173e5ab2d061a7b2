/* SPDX-License-Identifier: MIT
 * The simulation thread: one epoll over the workers' sockets. It hands requests to idle workers,
 * passes on what they say, ends those that do not answer and starts new ones.
 *
 * Callbacks of requests run without the lock; those of sessions with it, so that after
 * sim_session_close nothing more is said.
 */
#include "sim/pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 250, PROBE_MS = 1000, LATE_MS = 30000, BACKOFF_MS = 250 };

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void answer(struct sim_ask *ask, enum sim_code code, const char *bytes, size_t length)
{
    char *body = length ? malloc(length) : NULL;
    if (body) {
        memcpy(body, bytes, length);
    }
    ask->done(ask->ctx, code, body, body ? length : 0);
    if (ask->fd >= 0) {
        close(ask->fd);
    }
    free(ask->bytes);
    free(ask);
}

static void start(struct sim *sim, struct sim_worker *w, uint64_t now)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = w};
    if (!sim_spawn(&sim->options, &w->pid, &w->socket)) {
        w->pid = 0;
        w->again_ms = now + 20 * BACKOFF_MS;
        return;
    }
    epoll_ctl(sim->epoll, EPOLL_CTL_ADD, w->socket, &event);
    w->started_ms = now;
    w->probed_ms = 0;
    w->again_ms = 0;
}

static void tell_lost(struct sim *sim, unsigned worker)
{
    for (struct sim_session *s = sim->sessions; s; s = s->next) {
        if (s->worker == worker) {
            s->said(s->ctx, SIM_LOST, false, NULL, s->told);
        }
    }
}

/* The worker is gone or must go: what it had is answered for, and another one starts. */
static void lose(struct sim *sim, struct sim_worker *w, uint64_t now)
{
    enum sim_code code = w->timed_out ? SIM_TIMEOUT : SIM_LOST;
    epoll_ctl(sim->epoll, EPOLL_CTL_DEL, w->socket, NULL);
    close(w->socket);
    pid_t pid = w->pid;
    int signo = sim_reap(pid);
    fprintf(stderr, "vmscope: simulation worker %ld %s (signal %d); another one starts\n",
        (long)pid, w->timed_out ? "did not answer" : "ended", signo);
    w->pid = 0;
    link_in_release(&w->in);
    pthread_mutex_lock(&sim->lock);
    link_out_release(&w->out);
    struct sim_ask *ask = w->ask;
    w->ask = NULL;
    w->quick_deaths = now - w->started_ms < 1000 ? w->quick_deaths + 1 : 0;
    sim->stats.respawns++;
    sim->stats.timeouts += w->timed_out;
    w->timed_out = false;
    tell_lost(sim, (unsigned)(w - sim->worker));
    pthread_mutex_unlock(&sim->lock);
    if (ask) {
        answer(ask, code, NULL, 0);
    }
    /* Once may be bad luck; a program that cannot start must not be started in a loop. */
    if (w->quick_deaths < 3) {
        start(sim, w, now);
    } else {
        w->again_ms = now + BACKOFF_MS * (w->quick_deaths < 20 ? w->quick_deaths : 20);
    }
}

static void pass_on(struct sim *sim, const struct link_header *header, const char *bytes)
{
    pthread_mutex_lock(&sim->lock);
    for (struct sim_session *s = sim->sessions; s; s = s->next) {
        if (s->channel == header->channel) {
            char *copy = malloc(header->length ? header->length : 1);
            if (copy) {
                memcpy(copy, bytes, header->length);
                s->said(s->ctx, SIM_DONE, header->kind == LINK_BINARY, copy, header->length);
            }
            break;
        }
    }
    pthread_mutex_unlock(&sim->lock);
}

static void take_reply(
    struct sim *sim, struct sim_worker *w, const struct link_header *header, const char *bytes)
{
    struct sim_ask *ask = NULL;
    pthread_mutex_lock(&sim->lock);
    if (w->ask && w->ask->channel == header->channel) {
        ask = w->ask;
        w->ask = NULL;
    }
    pthread_mutex_unlock(&sim->lock);
    if (ask) {
        answer(ask, (enum sim_code)header->code, bytes, header->length);
    }
}

/* Nobody else ends what is under way, so the request lives while its part is told. */
static void take_part(struct sim_worker *w, const struct link_header *header, const char *bytes)
{
    if (w->ask && w->ask->channel == header->channel && w->ask->part) {
        char *body = malloc(header->length ? header->length : 1);
        if (body) {
            memcpy(body, bytes, header->length);
            w->ask->part(w->ask->ctx, body, header->length);
        }
    }
}

/* False: lost. */
static bool hear(struct sim *sim, struct sim_worker *w)
{
    enum link_read got = link_fill(&w->in, w->socket);
    struct link_header header;
    const char *bytes;
    int fd;
    bool broken = false;
    while (got == LINK_MORE && link_next(&w->in, &header, &bytes, &fd, &broken)) {
        if (fd >= 0) {
            close(fd);
        }
        w->probed_ms = 0; /* it lives */
        if (header.kind == LINK_REPLY) {
            take_reply(sim, w, &header, bytes);
        } else if (header.kind == LINK_PART) {
            take_part(w, &header, bytes);
        } else if (header.kind == LINK_TEXT || header.kind == LINK_BINARY) {
            pass_on(sim, &header, bytes);
        }
    }
    return got != LINK_GONE && !broken;
}

/* Requests to idle workers; bytes to sockets. Under the lock. */
static void feed(struct sim *sim, struct sim_worker *w, uint64_t now)
{
    struct sim_ask *ask = sim->queue;
    if (w->pid && !w->ask && ask) {
        sim->queue = ask->next;
        if (!sim->queue) {
            sim->queue_end = &sim->queue;
        }
        sim->queued--;
        ask->sent_ms = now;
        w->ask = ask;
        link_put(&w->out, LINK_REQUEST, 0, ask->channel, ask->bytes, ask->length, ask->fd);
        ask->fd = -1;
        if (ask->cancelled) { /* meanwhile */
            link_put(&w->out, LINK_CANCEL, 0, ask->channel, NULL, 0, -1);
        }
    }
    if (w->pid) {
        link_flush(&w->out, w->socket); /* a dead socket shows when it is read */
        struct epoll_event event = {
            .events = EPOLLIN | (w->out.first ? (uint32_t)EPOLLOUT : 0), .data.ptr = w};
        epoll_ctl(sim->epoll, EPOLL_CTL_MOD, w->socket, &event);
    }
}

static void watch(struct sim *sim, struct sim_worker *w, uint64_t now)
{
    if (!w->pid) {
        if (now >= w->again_ms) {
            start(sim, w, now);
        }
        return;
    }
    /* Between slices a worker answers at once: silence means that it is stuck inside one. */
    bool stuck = w->probed_ms && now - w->probed_ms > sim->options.stuck_ms;
    bool late = w->ask && now - w->ask->sent_ms > sim->options.wall_ms + LATE_MS;
    if (stuck || late) {
        w->timed_out = true;
        lose(sim, w, now);
    } else if (!w->probed_ms) {
        w->probed_ms = now;
        pthread_mutex_lock(&sim->lock);
        link_put(&w->out, LINK_PROBE, 0, 0, NULL, 0, -1);
        pthread_mutex_unlock(&sim->lock);
    }
}

/* Those that wait and were cancelled, taken out of the queue. Under the lock. */
static struct sim_ask *take_cancelled(struct sim *sim)
{
    struct sim_ask *taken = NULL;
    struct sim_ask **at = &sim->queue;
    while (*at) {
        struct sim_ask *ask = *at;
        if (ask->cancelled) {
            *at = ask->next;
            ask->next = taken;
            taken = ask;
            sim->queued--;
        } else {
            at = &ask->next;
        }
    }
    sim->queue_end = at;
    return taken;
}

static void end_cancelled(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
    struct sim_ask *taken = take_cancelled(sim);
    pthread_mutex_unlock(&sim->lock);
    while (taken) {
        struct sim_ask *ask = taken;
        taken = ask->next;
        answer(ask, SIM_STOPPED, NULL, 0);
    }
}

/* Whoever waits for long work hears that time passes. Only this thread takes requests away. */
static void beat(struct sim *sim)
{
    struct sim_ask *waiting[64];
    size_t n = 0;
    pthread_mutex_lock(&sim->lock);
    for (struct sim_ask *ask = sim->queue; ask && n < 64; ask = ask->next) {
        waiting[n++] = ask;
    }
    pthread_mutex_unlock(&sim->lock);
    for (unsigned i = 0; i < sim->options.workers && n < 64; i++) {
        if (sim->worker[i].ask) {
            waiting[n++] = sim->worker[i].ask;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (waiting[i]->part) {
            waiting[i]->part(waiting[i]->ctx, NULL, 0);
        }
    }
}

static void end_worker(struct sim_worker *w)
{
    if (w->pid) {
        close(w->socket);
        sim_reap(w->pid);
        w->pid = 0;
    }
    link_in_release(&w->in);
}

/* All that is under way, taken out under the lock: another thread may be about to cancel it. */
static struct sim_ask *take_all(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
    struct sim_ask *all = sim->queue;
    sim->queue = NULL;
    sim->queue_end = &sim->queue;
    sim->queued = 0;
    for (unsigned i = 0; i < sim->options.workers; i++) {
        struct sim_worker *w = &sim->worker[i];
        link_out_release(&w->out);
        if (w->ask) {
            w->ask->next = all;
            all = w->ask;
            w->ask = NULL;
        }
    }
    pthread_mutex_unlock(&sim->lock);
    return all;
}

static void stop(struct sim *sim)
{
    for (unsigned i = 0; i < sim->options.workers; i++) {
        end_worker(&sim->worker[i]);
    }
    for (struct sim_ask *ask = take_all(sim), *next; ask; ask = next) {
        next = ask->next;
        answer(ask, SIM_STOPPED, NULL, 0);
    }
    pthread_mutex_lock(&sim->lock);
    for (struct sim_session *s = sim->sessions; s; s = s->next) {
        s->said(s->ctx, SIM_STOPPED, false, NULL, s->told);
    }
    pthread_mutex_unlock(&sim->lock);
}

void *sim_thread(void *ctx)
{
    struct sim *sim = ctx;
    uint64_t ticked = clock_ms(), beaten = ticked;
    for (bool stopping = false; !stopping;) {
        struct epoll_event events[16];
        int n = epoll_wait(sim->epoll, events, 16, TICK_MS);
        uint64_t now = clock_ms();
        for (int i = 0; i < n; i++) {
            struct sim_worker *w = events[i].data.ptr;
            eventfd_t drained;
            if (!w) {
                eventfd_read(sim->wake, &drained);
            } else if (w->pid && (events[i].events & ~(uint32_t)EPOLLOUT) && !hear(sim, w)) {
                lose(sim, w, now);
            }
        }
        end_cancelled(sim);
        if (now - beaten >= TICK_MS) {
            beaten = now;
            beat(sim);
        }
        if (now - ticked >= PROBE_MS) {
            ticked = now;
            for (unsigned i = 0; i < sim->options.workers; i++) {
                watch(sim, &sim->worker[i], now);
            }
        }
        pthread_mutex_lock(&sim->lock);
        for (unsigned i = 0; i < sim->options.workers; i++) {
            feed(sim, &sim->worker[i], now);
        }
        stopping = sim->stopping;
        pthread_mutex_unlock(&sim->lock);
    }
    stop(sim);
    return NULL;
}

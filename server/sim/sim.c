/* SPDX-License-Identifier: MIT
 * The pool's door: what other threads call. They only touch queues, under the lock, and wake the
 * thread.
 */
#include "sim/sim.h"
#include "sim/job.h"
#include "sim/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { TELL_MAX = 4 << 20 }; /* bytes that may wait for a worker */

static void with_defaults(struct sim_options *o)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    o->workers = o->workers ? o->workers : cores > 0 ? (unsigned)cores : 1;
    o->queue = o->queue ? o->queue : 64;
    o->sessions = o->sessions ? o->sessions : 4096;
    o->operations = o->operations ? o->operations : 1000000;
    o->operations = o->operations > 100000000 ? 100000000 : o->operations;
    o->memory = o->memory ? o->memory : (uint64_t)64 << 20;
    o->memory_total = o->memory_total ? o->memory_total : (uint64_t)512 << 20;
    o->cpu_ms = o->cpu_ms ? o->cpu_ms : 2000;
    o->wall_ms = o->wall_ms ? o->wall_ms : 5000;
    o->stuck_ms = o->stuck_ms ? o->stuck_ms : 20000;
}

static void release(struct sim *sim)
{
    if (sim->epoll >= 0) {
        close(sim->epoll);
    }
    if (sim->wake >= 0) {
        close(sim->wake);
    }
    pthread_mutex_destroy(&sim->lock);
    free(sim->worker);
    free(sim);
}

struct sim *sim_new(const struct sim_options *options)
{
    struct sim *sim = calloc(1, sizeof(*sim));
    if (!sim) {
        return NULL;
    }
    sim->options = *options;
    with_defaults(&sim->options);
    sim->queue_end = &sim->queue;
    sim->epoll = epoll_create1(EPOLL_CLOEXEC);
    sim->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sim->worker = calloc(sim->options.workers, sizeof(*sim->worker));
    pthread_mutex_init(&sim->lock, NULL);
    struct epoll_event wake = {.events = EPOLLIN, .data.ptr = NULL};
    int error = ENOMEM;
    if (sim->epoll < 0 || sim->wake < 0 || !sim->worker ||
        epoll_ctl(sim->epoll, EPOLL_CTL_ADD, sim->wake, &wake) != 0) {
        goto fail;
    }
    for (unsigned i = 0; i < sim->options.workers; i++) {
        struct sim_worker *w = &sim->worker[i];
        link_out_init(&w->out);
        if (sim_spawn(&sim->options, &w->pid, &w->socket)) {
            struct epoll_event event = {.events = EPOLLIN, .data.ptr = w};
            epoll_ctl(sim->epoll, EPOLL_CTL_ADD, w->socket, &event);
        } else {
            w->pid = 0; /* the thread tries again */
        }
    }
    error = pthread_create(&sim->thread, NULL, sim_thread, sim);
    if (error == 0) {
        return sim;
    }
fail:
    for (unsigned i = 0; sim->worker && i < sim->options.workers; i++) {
        if (sim->worker[i].pid) {
            close(sim->worker[i].socket);
            sim_reap(sim->worker[i].pid);
        }
    }
    release(sim);
    errno = error;
    return NULL;
}

void sim_stop(struct sim *sim)
{
    if (!sim || sim->ended) {
        return;
    }
    pthread_mutex_lock(&sim->lock);
    sim->stopping = true;
    pthread_mutex_unlock(&sim->lock);
    eventfd_write(sim->wake, 1);
    pthread_join(sim->thread, NULL);
    sim->ended = true;
}

void sim_free(struct sim *sim)
{
    if (!sim) {
        return;
    }
    sim_stop(sim);
    while (sim->sessions) {
        sim_session_close(sim->sessions);
    }
    release(sim);
}

static void drop_ask(struct sim_ask *ask, int fd)
{
    if (fd >= 0) {
        close(fd);
    }
    if (ask) {
        free(ask->bytes);
        free(ask);
    }
}

enum sim_code sim_submit(
    struct sim *sim, const struct sim_request *request, sim_done *done, void *ctx)
{
    struct json json = {0};
    struct sim_ask *ask = calloc(1, sizeof(*ask));
    int fd = request->kind == SIM_ANALYSE ? request->fd : -1;
    if (request->kind >= SIM_KINDS || !request->text) {
        drop_ask(ask, fd);
        return SIM_INVALID;
    }
    sim_job_write(&json, request);
    if (ask) {
        ask->bytes = json_take(&json, &ask->length);
    }
    if (!ask || !ask->bytes) {
        json_release(&json);
        drop_ask(ask, fd);
        return SIM_BUSY;
    }
    ask->fd = fd;
    ask->done = done;
    ask->part = request->part;
    ask->ctx = ctx;
    enum sim_code code = SIM_DONE;
    pthread_mutex_lock(&sim->lock);
    if (sim->stopping) {
        code = SIM_STOPPED;
    } else if (sim->queued >= sim->options.queue) {
        code = SIM_BUSY;
    } else {
        ask->channel = ++sim->channels;
        *sim->queue_end = ask;
        sim->queue_end = &ask->next;
        sim->queued++;
        sim->stats.requests++;
    }
    pthread_mutex_unlock(&sim->lock);
    if (code != SIM_DONE) {
        drop_ask(ask, fd);
        return code;
    }
    eventfd_write(sim->wake, 1);
    return SIM_DONE;
}

void sim_cancel(struct sim *sim, const void *ctx)
{
    pthread_mutex_lock(&sim->lock);
    for (struct sim_ask *ask = sim->queue; ask; ask = ask->next) {
        ask->cancelled |= ask->ctx == ctx;
    }
    for (unsigned i = 0; i < sim->options.workers; i++) {
        struct sim_worker *w = &sim->worker[i];
        if (w->ask && w->ask->ctx == ctx && !w->ask->cancelled) {
            w->ask->cancelled = true;
            link_put(&w->out, LINK_CANCEL, 0, w->ask->channel, NULL, 0, -1);
        }
    }
    pthread_mutex_unlock(&sim->lock);
    eventfd_write(sim->wake, 1);
}

static unsigned least_busy(const struct sim *sim)
{
    unsigned best = 0;
    for (unsigned i = 1; i < sim->options.workers; i++) {
        best = sim->worker[i].sessions < sim->worker[best].sessions ? i : best;
    }
    return best;
}

struct sim_session *sim_session_new(struct sim *sim, sim_said *said, void *ctx)
{
    struct sim_session *s = calloc(1, sizeof(*s));
    if (!s) {
        return NULL;
    }
    pthread_mutex_lock(&sim->lock);
    if (sim->stopping || sim->sessions_n >= sim->options.sessions) {
        pthread_mutex_unlock(&sim->lock);
        free(s);
        return NULL;
    }
    *s = (struct sim_session){.sim = sim,
        .next = sim->sessions,
        .channel = ++sim->channels,
        .worker = least_busy(sim),
        .said = said,
        .ctx = ctx};
    if (s->next) {
        s->next->prev = s;
    }
    sim->sessions = s;
    sim->sessions_n++;
    sim->worker[s->worker].sessions++;
    pthread_mutex_unlock(&sim->lock);
    return s;
}

bool sim_session_tell(struct sim_session *s, const char *text, size_t length, int fd)
{
    struct sim *sim = s->sim;
    pthread_mutex_lock(&sim->lock);
    struct link_out *out = &sim->worker[s->worker].out;
    bool good = !sim->stopping && out->length < TELL_MAX;
    if (good) {
        good = link_put(out, LINK_TELL, 0, s->channel, text, length, fd);
        s->told += good;
        fd = -1;
    }
    pthread_mutex_unlock(&sim->lock);
    if (fd >= 0) {
        close(fd);
    }
    eventfd_write(sim->wake, 1);
    return good;
}

void sim_session_close(struct sim_session *s)
{
    struct sim *sim = s->sim;
    pthread_mutex_lock(&sim->lock);
    *(s->prev ? &s->prev->next : &sim->sessions) = s->next;
    if (s->next) {
        s->next->prev = s->prev;
    }
    sim->sessions_n--;
    sim->worker[s->worker].sessions--;
    if (!sim->stopping) {
        link_put(&sim->worker[s->worker].out, LINK_CLOSE, 0, s->channel, NULL, 0, -1);
    }
    eventfd_write(sim->wake, 1);
    pthread_mutex_unlock(&sim->lock);
    free(s);
}

void sim_stats(struct sim *sim, struct sim_stats *out)
{
    pthread_mutex_lock(&sim->lock);
    *out = sim->stats;
    out->workers = sim->options.workers;
    out->sessions = sim->sessions_n;
    out->queued = sim->queued;
    pthread_mutex_unlock(&sim->lock);
}

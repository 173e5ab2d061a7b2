/* SPDX-License-Identifier: MIT
 * A worker's loop: read messages, give every session and job a slice in turn, write answers. What
 * it holds is bounded: sessions beyond the memory of all runs are refused by the pool's count and
 * the rlimit.
 */
#include "sim/worker.h"
#include "lab/session.h"
#include "sim/confine.h"
#include "sim/job.h"
#include "sim/link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct seat {
    struct seat *next;
    uint64_t channel;
    struct worker *worker;
    struct lab_session *session;
    uint64_t wake_ms;
    bool busy;
};

struct worker {
    int socket;
    struct lab_limits limits;
    uint64_t total; /* bytes that all sessions here may hold before no other is opened */
    struct link_in in;
    struct link_out out;
    struct seat *seats;
    struct sim_job *job; /* one at a time: the pool sends the next after the answer */
};

static void say_text(void *ctx, const char *bytes, size_t length)
{
    struct seat *seat = ctx;
    link_put(&seat->worker->out, LINK_TEXT, 0, seat->channel, bytes, length, -1);
}

static void say_binary(void *ctx, const uint8_t *bytes, size_t length)
{
    struct seat *seat = ctx;
    link_put(&seat->worker->out, LINK_BINARY, 0, seat->channel, bytes, length, -1);
}

static struct seat *find_seat(struct worker *w, uint64_t channel, bool make)
{
    for (struct seat *seat = w->seats; seat; seat = seat->next) {
        if (seat->channel == channel) {
            return seat;
        }
    }
    struct seat *seat = make ? calloc(1, sizeof(*seat)) : NULL;
    if (!seat) {
        return NULL;
    }
    struct lab_out out = {seat, say_text, say_binary};
    seat->session = lab_session_new(&w->limits, &out);
    if (!seat->session) {
        free(seat);
        return NULL;
    }
    seat->worker = w;
    seat->channel = channel;
    seat->wake_ms = UINT64_MAX;
    seat->next = w->seats;
    w->seats = seat;
    return seat;
}

static void close_seat(struct worker *w, uint64_t channel)
{
    for (struct seat **at = &w->seats; *at; at = &(*at)->next) {
        struct seat *seat = *at;
        if (seat->channel == channel) {
            *at = seat->next;
            lab_session_free(seat->session);
            free(seat);
            return;
        }
    }
}

static void take_request(
    struct worker *w, uint64_t channel, const char *bytes, size_t length, int fd)
{
    static const char why[] = "{\"message\":\"the request cannot be read\"}";
    struct sim_job *job = w->job ? NULL : sim_job_read(channel, bytes, length, fd);
    if (job) {
        w->job = job;
    } else {
        if (w->job && fd >= 0) {
            close(fd);
        }
        link_put(&w->out, LINK_REPLY, SIM_INVALID, channel, why, sizeof(why) - 1, -1);
    }
}

static void cancel_request(struct worker *w, uint64_t channel)
{
    if (w->job && w->job->channel == channel) {
        link_put(&w->out, LINK_REPLY, SIM_STOPPED, channel, NULL, 0, -1);
        sim_job_free(w->job);
        w->job = NULL;
    }
}

static bool room(const struct worker *w)
{
    uint64_t held = 0;
    for (const struct seat *seat = w->seats; seat; seat = seat->next) {
        held += lab_session_memory(seat->session);
    }
    return held < w->total;
}

static void take_message(
    struct worker *w, const struct link_header *header, const char *bytes, int fd)
{
    struct seat *seat;
    switch (header->kind) {
    case LINK_REQUEST:
        take_request(w, header->channel, bytes, header->length, fd);
        return;
    case LINK_CANCEL:
        cancel_request(w, header->channel);
        break;
    case LINK_TELL:
        seat = find_seat(w, header->channel, true);
        if (seat) {
            lab_session_tell(seat->session, bytes, header->length, fd, lab_now_ms(), room(w));
            seat->busy = true;
            return;
        }
        break;
    case LINK_CLOSE:
        close_seat(w, header->channel);
        break;
    case LINK_PROBE:
        link_put(&w->out, LINK_PROBE, 0, header->channel, NULL, 0, -1);
        break;
    default:
        break;
    }
    if (fd >= 0) {
        close(fd);
    }
}

static bool read_messages(struct worker *w)
{
    enum link_read got = link_fill(&w->in, w->socket);
    struct link_header header;
    const char *bytes;
    int fd;
    bool broken = false;
    while (got == LINK_MORE && link_next(&w->in, &header, &bytes, &fd, &broken)) {
        take_message(w, &header, bytes, fd);
    }
    return got != LINK_GONE && !broken;
}

/* A slice for everyone. True: somebody has more to do. */
static bool work(struct worker *w, uint64_t *wake_ms)
{
    bool more = false;
    uint64_t now = lab_now_ms();
    *wake_ms = UINT64_MAX;
    if (w->job) {
        struct json json = {0};
        enum sim_code code;
        more = true;
        if (sim_job_work(w->job, &w->limits, &json, &code)) {
            bool failed = json.failed;
            link_put(&w->out, LINK_REPLY, (uint8_t)(failed ? SIM_LOST : code), w->job->channel,
                failed ? NULL : json.bytes, failed ? 0 : json.length, -1);
            sim_job_free(w->job);
            w->job = NULL;
        } else if (sim_job_part(w->job, &json) && !json.failed) {
            link_put(&w->out, LINK_PART, 0, w->job->channel, json.bytes, json.length, -1);
        }
        json_release(&json);
    }
    for (struct seat *seat = w->seats; seat; seat = seat->next) {
        if (seat->busy || seat->wake_ms <= now) {
            seat->busy = lab_session_work(seat->session, now, &seat->wake_ms);
        }
        more |= seat->busy;
        *wake_ms = seat->wake_ms < *wake_ms ? seat->wake_ms : *wake_ms;
    }
    return more;
}

/* CPU time beyond what a turn may take ends the process: a loop that never returns to this file. */
static void allow_cpu(const struct lab_limits *limits)
{
    struct rusage used;
    struct rlimit cpu;
    unsigned most = limits->cpu_ms > limits->trace_cpu_ms ? limits->cpu_ms : limits->trace_cpu_ms;
    if (getrusage(RUSAGE_SELF, &used) == 0 && getrlimit(RLIMIT_CPU, &cpu) == 0) {
        cpu.rlim_cur =
            (rlim_t)used.ru_utime.tv_sec + (rlim_t)used.ru_stime.tv_sec + most / 1000 + 30;
        setrlimit(RLIMIT_CPU, &cpu);
    }
}

void sim_worker_serve(int socket, const struct lab_limits *limits, uint64_t total)
{
    struct worker w = {.socket = socket, .limits = *limits, .total = total};
    bool more = false;
    uint64_t wake_ms = UINT64_MAX;
    link_out_init(&w.out);
    for (;;) {
        uint64_t now = lab_now_ms();
        int wait = more                    ? 0
                   : wake_ms == UINT64_MAX ? -1
                   : wake_ms <= now        ? 0
                                           : (int)(wake_ms - now);
        struct pollfd fd = {socket, (short)(POLLIN | (w.out.first ? POLLOUT : 0)), 0};
        if (poll(&fd, 1, wait) < 0 && errno != EINTR) {
            break;
        }
        if ((fd.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) && !read_messages(&w)) {
            break;
        }
        if (wait != 0) {
            allow_cpu(limits);
        }
        more = work(&w, &wake_ms);
        if (!link_flush(&w.out, socket)) {
            break;
        }
    }
    while (w.seats) {
        close_seat(&w, w.seats->channel);
    }
    sim_job_free(w.job);
    link_in_release(&w.in);
    link_out_release(&w.out);
}

static uint64_t option(int argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], name) == 0) {
            return strtoull(argv[i + 1], NULL, 10);
        }
    }
    return 0;
}

int sim_worker_main(int argc, char **argv)
{
    struct lab_limits limits = {.operations = option(argc, argv, "--operations"),
        .memory = option(argc, argv, "--memory"),
        .pages = option(argc, argv, "--pages"),
        .processes = (uint32_t)option(argc, argv, "--processes"),
        .cpu_ms = (unsigned)option(argc, argv, "--cpu-ms"),
        .wall_ms = (unsigned)option(argc, argv, "--wall-ms")};
    lab_limits_fill(&limits);
    uint64_t total = option(argc, argv, "--total");
    total = total ? total : (uint64_t)512 << 20;
    sim_confine(total * 4 + ((uint64_t)256 << 20));
    sim_worker_serve(SIM_WORKER_FD, &limits, total);
    return 0;
}

/* SPDX-License-Identifier: MIT
 * The table. Everything under its lock; the simulation thread adds rows and ends jobs, the HTTP
 * thread and the store's start them, the HTTP thread reads and cancels them. The pool's lock is
 * taken within this one, never the other way round.
 */
#include "api/job.h"

#include "wire/json_read.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { JOBS_MAX = 64, PATIENCE_MS = 900, KEPT_MS = 600000 };
#define BYTES_MAX ((size_t)32 << 20) /* of the rows of one job */
#define TOTAL_MAX ((size_t)128 << 20)

struct jobs {
    pthread_mutex_t lock;
    struct sim *sim;
    struct job *first;
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void job_free(struct job *job)
{
    free(job->rows);
    free(job->row_at);
    free(job->head);
    free(job);
}

struct jobs *jobs_new(struct sim *sim)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs) {
        jobs->sim = sim;
        pthread_mutex_init(&jobs->lock, NULL);
    }
    return jobs;
}

void jobs_free(struct jobs *jobs)
{
    if (!jobs) {
        return;
    }
    while (jobs->first) {
        struct job *job = jobs->first;
        jobs->first = job->next;
        job_free(job);
    }
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

/* The oldest ended jobs go when there are too many, or too much; those past their time in any case.
 */
static void sweep(struct jobs *jobs)
{
    uint64_t now = now_ms();
    size_t n = 0, bytes = 0;
    for (struct job **at = &jobs->first; *at;) {
        struct job *job = *at;
        n++;
        bytes += job->rows_room;
        bool ended = job->state != JOB_RUNNING && !job->waiting;
        if (ended && (now - job->ended_ms > KEPT_MS || n > JOBS_MAX || bytes > TOTAL_MAX)) {
            *at = job->next;
            n--;
            bytes -= job->rows_room;
            job_free(job);
        } else {
            at = &job->next;
        }
    }
}

/* The request that started it is answered: with the end, or with where to look. */
static void answer_waiting(struct job *job)
{
    http_request *r = job->waiting;
    job->waiting = NULL;
    if (job->state == JOB_DONE) {
        job_reply(r, job, 200, 0, job->form.csv);
    } else if (job->state != JOB_RUNNING) {
        job_reply_failed(r, job);
    } else {
        char location[80];
        snprintf(location, sizeof location, "/api/v1/jobs/%s", job->id);
        http_reply_header(r, "Location", location);
        job_reply(r, job, 202, 0, false);
    }
}

/* ---- what comes from the simulation ---- */
static bool add_row(struct job *job, const char *line, size_t n)
{
    if (job->rows_bytes + n > BYTES_MAX) {
        job->too_long = true;
        return false;
    }
    if (job->rows_bytes + n > job->rows_room) {
        size_t room = 2 * job->rows_room + n + 4096;
        char *rows = realloc(job->rows, room);
        if (!rows) {
            return false;
        }
        job->rows = rows;
        job->rows_room = room;
    }
    if (job->rows_n + 2 > job->row_room) {
        size_t room = 2 * job->row_room + 64;
        size_t *row_at = realloc(job->row_at, room * sizeof *row_at);
        if (!row_at) {
            return false;
        }
        job->row_at = row_at;
        job->row_room = room;
    }
    memcpy(job->rows + job->rows_bytes, line, n);
    job->row_at[job->rows_n++] = job->rows_bytes;
    job->rows_bytes += n;
    job->row_at[job->rows_n] = job->rows_bytes;
    return true;
}

/* The first line is the report, each other one a row. False: no memory, or too many rows. */
static bool take_lines(struct job *job, const char *body, size_t length)
{
    const char *end = body + length;
    for (const char *at = body; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) {
            return true;
        }
        if (at == body) {
            free(job->head);
            job->head = strndup(at, (size_t)(stop - at));
        } else if (!add_row(job, at, (size_t)(stop - at))) {
            return false;
        }
        at = stop + 1;
    }
    return true;
}

/* Under the lock: let go of, an ended job could be swept, and its place taken by another one. */
static void cancel(struct job *job)
{
    if (job->state == JOB_RUNNING && !job->cancelled) {
        job->cancelled = true;
        sim_cancel(job->jobs->sim, job);
    }
}

static void on_part(void *job_, char *body, size_t length)
{
    struct job *job = job_;
    pthread_mutex_lock(&job->jobs->lock);
    if (body && !take_lines(job, body, length)) {
        cancel(job);
    }
    if (job->waiting && now_ms() - job->started_ms > PATIENCE_MS) {
        answer_waiting(job);
    }
    pthread_mutex_unlock(&job->jobs->lock);
    free(body);
}

/* {"message": "…"} of a refusal, as it is. */
static void take_message(struct job *job, const char *body, size_t length)
{
    static const char *const words[] = {[SIM_DONE] = "",
        [SIM_INVALID] = "This cannot be asked.",
        [SIM_REFUSED] = "This cannot be asked.",
        [SIM_BUSY] = "No memory is left for this analysis.",
        [SIM_TIMEOUT] = "The analysis took longer than it may and was ended.",
        [SIM_LOST] = "The analysis ended unexpectedly; it may have needed too much memory.",
        [SIM_STOPPED] = "The server is shutting down."};
    struct json_error error;
    json_value *root = body ? json_parse(body, length, NULL, &error) : NULL;
    const char *message = json_text(json_get(root, "message"));
    snprintf(job->message, sizeof job->message, "%s", message ? message : words[job->code]);
    json_value_free(root);
}

static void on_done(void *job_, enum sim_code code, char *body, size_t length)
{
    struct job *job = job_;
    pthread_mutex_lock(&job->jobs->lock);
    job->code = code;
    job->ended_ms = now_ms();
    bool whole = code != SIM_DONE || take_lines(job, body, length);
    if (job->too_long || !whole) {
        job->state = JOB_FAILED;
        job->code = SIM_INVALID;
        snprintf(job->message, sizeof job->message,
            "The answer has more rows than are kept; ask for fewer sizes, policies or points.");
    } else if (job->cancelled) {
        job->state = JOB_CANCELLED;
        snprintf(job->message, sizeof job->message, "The analysis was cancelled.");
    } else if (code == SIM_DONE) {
        job->state = JOB_DONE;
    } else {
        job->state = JOB_FAILED;
        take_message(job, body, length);
    }
    if (job->waiting) {
        answer_waiting(job);
    }
    pthread_mutex_unlock(&job->jobs->lock);
    free(body);
}

/* ---- what requests do ---- */
static bool name_job(struct job *job)
{
    uint8_t bytes[ID_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
        return false;
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(job->id + 2 * i, 3, "%02x", bytes[i]);
    }
    return true;
}

void jobs_start(struct jobs *jobs, http_request *r, const struct sim_request *request,
    const struct jobs_form *form)
{
    struct job *job = calloc(1, sizeof *job);
    struct sim_request asked = *request;
    if (!job || !name_job(job)) {
        free(job);
        close(request->fd);
        http_problem(r, 503, "No memory is left for another analysis.", NULL);
        return;
    }
    job->jobs = jobs;
    job->form = *form;
    job->waiting = r;
    job->started_ms = now_ms();
    asked.part = on_part;
    pthread_mutex_lock(&jobs->lock);
    job->next = jobs->first;
    jobs->first = job;
    sweep(jobs);
    pthread_mutex_unlock(&jobs->lock);
    enum sim_code code = sim_submit(jobs->sim, &asked, on_done, job);
    if (code != SIM_DONE) {
        on_done(job, code, NULL, 0);
    }
}

static struct job *find(struct jobs *jobs, const char *id)
{
    struct job *job = jobs->first;
    while (job && strcmp(job->id, id) != 0) {
        job = job->next;
    }
    return job;
}

void jobs_read(struct jobs *jobs, http_request *r, const char *id, uint64_t from, bool csv)
{
    pthread_mutex_lock(&jobs->lock);
    const struct job *job = find(jobs, id);
    if (!job) {
        http_problem(r, 404, "There is no such job; ended ones are kept for ten minutes.", NULL);
    } else {
        job_reply(r, job, 200, from < SIZE_MAX ? (size_t)from : SIZE_MAX, csv);
    }
    pthread_mutex_unlock(&jobs->lock);
}

void jobs_cancel(struct jobs *jobs, http_request *r, const char *id)
{
    pthread_mutex_lock(&jobs->lock);
    struct job *job = find(jobs, id);
    if (job) {
        cancel(job);
        http_reply(r, 204, NULL, NULL, 0);
    } else {
        http_problem(r, 404, "There is no such job; ended ones are kept for ten minutes.", NULL);
    }
    pthread_mutex_unlock(&jobs->lock);
}

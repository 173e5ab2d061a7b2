/* SPDX-License-Identifier: MIT
 * Jobs, their queues and the threads that work them off. The writer takes everything that waits
 * into one transaction: one sync to disk acknowledges all of it. A hard error undoes the whole
 * batch, and then each of its jobs is tried alone, so that one request's misfortune is not its
 * neighbours'.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_MAX 512

struct chunk {
    struct chunk *next;
    max_align_t bytes[];
};

void *job_new(store *s, size_t size, enum store_status (*work)(struct job *, sqlite3 *),
    void (*finish)(struct job *))
{
    struct job *job = calloc(1, size);
    if (job) {
        job->store = s;
        job->work = work;
        job->finish = finish;
    }
    return job;
}

void *job_room(struct job *job, size_t n)
{
    struct chunk *chunk = calloc(1, sizeof(*chunk) + n + 1);
    if (!chunk) {
        job->no_memory = true;
        return NULL;
    }
    chunk->next = job->chunks;
    job->chunks = chunk;
    return chunk->bytes;
}

char *job_keep(struct job *job, const char *text, size_t n)
{
    char *copy = text ? job_room(job, n + 1) : NULL;
    if (copy) {
        memcpy(copy, text, n);
    }
    return copy;
}

char *job_text(struct job *job, const char *text)
{
    return text ? job_keep(job, text, strlen(text)) : NULL;
}

void job_free(struct job *job)
{
    while (job->chunks) {
        struct chunk *next = job->chunks->next;
        free(job->chunks);
        job->chunks = next;
    }
    free(job);
}

void job_refuse(struct job *job, enum store_status status)
{
    job->status = status;
    job->finish(job);
    job_free(job);
}

int queue_init(struct queue *queue, size_t room)
{
    queue->room = room;
    queue->last = &queue->first;
    if (pthread_mutex_init(&queue->lock, NULL) != 0) {
        return -1;
    }
    return pthread_cond_init(&queue->wake, NULL);
}

void queue_release(struct queue *queue)
{
    pthread_cond_destroy(&queue->wake);
    pthread_mutex_destroy(&queue->lock);
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closing = true;
    pthread_cond_broadcast(&queue->wake);
    pthread_mutex_unlock(&queue->lock);
}

void job_submit(struct job *job, bool write)
{
    struct queue *queue = write ? &job->store->writes : &job->store->reads;
    if (job->no_memory) {
        job_refuse(job, STORE_FAILED);
        return;
    }
    pthread_mutex_lock(&queue->lock);
    bool refused = queue->closing || queue->length >= queue->room;
    if (!refused) {
        job->next = NULL;
        *queue->last = job;
        queue->last = &job->next;
        queue->length++;
        pthread_cond_signal(&queue->wake);
    }
    pthread_mutex_unlock(&queue->lock);
    if (refused) {
        job_refuse(job, STORE_BUSY);
    }
}

/* Up to `most` jobs, in order; NULL when the queue is closed and empty. */
static struct job *take(struct queue *queue, size_t most)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->first && !queue->closing) {
        pthread_cond_wait(&queue->wake, &queue->lock);
    }
    struct job *first = queue->first, **link = &queue->first;
    size_t n = 0;
    while (*link && n < most) {
        link = &(*link)->next;
        n++;
    }
    queue->first = *link;
    *link = NULL;
    if (!queue->first) {
        queue->last = &queue->first;
    }
    queue->length -= n;
    pthread_mutex_unlock(&queue->lock);
    return first;
}

static bool hard(enum store_status status)
{
    return status == STORE_FULL || status == STORE_DAMAGED || status == STORE_FAILED ||
           status == STORE_BUSY;
}

/* One transaction of the jobs; the status that ended it. Jobs that were merely refused keep their
 * own. */
static enum store_status transact(store *s, struct job *jobs)
{
    enum store_status status = sql_run(s->db, "BEGIN IMMEDIATE");
    for (struct job *job = jobs; job && status == STORE_OK; job = job->next) {
        status = sql_run(s->db, "SAVEPOINT job");
        if (status != STORE_OK) {
            break;
        }
        job->status = job->work(job, s->db);
        if (job->no_memory) {
            job->status = STORE_FAILED;
        }
        if (hard(job->status)) {
            status = job->status;
        } else if (job->status != STORE_OK) {
            status = sql_run(s->db, "ROLLBACK TO job; RELEASE job");
        } else {
            status = sql_run(s->db, "RELEASE job");
        }
    }
    if (status == STORE_OK) {
        status = sql_run(s->db, "COMMIT");
    }
    if (status != STORE_OK && !sqlite3_get_autocommit(s->db)) {
        sql_run(s->db, "ROLLBACK");
    }
    s->n_commits += status == STORE_OK;
    return status;
}

static void write_batch(store *s, struct job *jobs)
{
    enum store_status status = transact(s, jobs);
    if (status == STORE_OK || !jobs->next) {
        for (struct job *job = jobs; job; job = job->next) {
            job->status = status == STORE_OK ? job->status : status;
        }
        return;
    }
    for (struct job *job = jobs, *next; job; job = next) {
        next = job->next;
        job->next = NULL;
        status = transact(s, job);
        job->status = status == STORE_OK ? job->status : status;
        job->next = next;
    }
}

static void finish_all(struct job *jobs)
{
    while (jobs) {
        struct job *next = jobs->next;
        jobs->store->n_failures += hard(jobs->status);
        jobs->finish(jobs);
        job_free(jobs);
        jobs = next;
    }
}

/* Pages in use, not the file: what is deleted leaves room in it. */
static bool data_has_room(store *s)
{
    sqlite3_stmt *stmt = NULL;
    bool room = true;
    if (s->max_bytes &&
        sql_prepare(s->db, &stmt,
            "SELECT (page_count - freelist_count) * page_size"
            " FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
            "") == STORE_OK &&
        sql_row(s->db, stmt) == STORE_OK) {
        room = (uint64_t)sqlite3_column_int64(stmt, 0) < s->max_bytes;
    }
    sqlite3_finalize(stmt);
    return room;
}

/* Takes those that need room out of the list and answers them; what is left still may be done. */
static struct job *without_room(struct job *jobs)
{
    struct job *left = NULL, **left_end = &left, *full = NULL, **full_end = &full;
    for (struct job *job = jobs, *next; job; job = next) {
        struct job ***end = job->frees ? &left_end : &full_end;
        next = job->next;
        job->status = STORE_FULL;
        job->next = NULL;
        **end = job;
        *end = &job->next;
    }
    finish_all(full);
    return left;
}

void *writer_main(void *store_)
{
    store *s = store_;
    for (struct job *jobs; (jobs = take(&s->writes, BATCH_MAX)) != NULL;) {
        for (struct job *job = jobs; job; job = job->next) {
            s->n_writes++;
        }
        jobs = disk_has_room(s) && data_has_room(s) ? jobs : without_room(jobs);
        if (jobs) {
            write_batch(s, jobs);
            finish_all(jobs);
        }
        if (s->purged) {
            s->purged = false;
            sql_run(s->db, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
    return NULL;
}

void *reader_main(void *reader_)
{
    struct reader *reader = reader_;
    for (struct job *job; (job = take(&reader->store->reads, 1)) != NULL;) {
        reader->store->n_reads++;
        /* One transaction a request: its statements see one state. */
        job->status = sql_run(reader->db, "BEGIN");
        if (job->status == STORE_OK) {
            job->status = job->work(job, reader->db);
            sql_run(reader->db, "COMMIT");
        }
        if (job->no_memory) {
            job->status = STORE_FAILED;
        }
        finish_all(job);
    }
    return NULL;
}

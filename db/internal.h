/* SPDX-License-Identifier: MIT
 * Inside the store: a request is a job; writes go to the one writer thread, which puts all that
 * wait into one transaction, reads to the readers. A job's strings live in the job. Invariant:
 * `finish` of a write runs only after the commit that holds it, or after it failed.
 */
#ifndef DB_INTERNAL_H
#define DB_INTERNAL_H

#include "store.h"

#include <pthread.h>
#include <sqlite3.h>

struct job {
    struct job *next;
    enum store_status (*work)(
        struct job *job, sqlite3 *db); /* may run again when its transaction was undone */
    void (*finish)(struct job *job);   /* calls the callback; job_free follows */
    store *store;
    enum store_status status;
    struct chunk *chunks;
    bool frees; /* a deletion: done on a full disk too */
    bool no_memory;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job *first, **last;
    size_t length, room;
    bool closing;
};

struct reader {
    store *store;
    sqlite3 *db;
    pthread_t thread;
    bool started;
};

#define READERS_MAX 8
struct store {
    char *dir, *path;
    uint64_t min_free, max_bytes;
    int lock_fd;
    sqlite3 *db; /* the writer's */
    struct queue writes, reads;
    pthread_t writer;
    bool writer_started;
    bool purged; /* the writer's: something was deleted and still stands in the write-ahead log */
    struct reader reader[READERS_MAX];
    unsigned readers;
    uint8_t secret[STORE_HASH_BYTES];
    _Atomic uint64_t n_writes, n_commits, n_reads, n_failures;
};

/* jobs.c */
void *job_new(store *s, size_t size, enum store_status (*work)(struct job *, sqlite3 *),
    void (*finish)(struct job *));
char *job_keep(
    struct job *job, const char *text, size_t n); /* a copy with a NUL; NULL stays NULL */
char *job_text(struct job *job, const char *text);
void *job_room(struct job *job, size_t n); /* zeroed */
void job_free(struct job *job);
void job_submit(struct job *job, bool write);
/* For one that needs no thread: answers at once. */
void job_refuse(struct job *job, enum store_status status);
int queue_init(struct queue *queue, size_t room);
void queue_release(struct queue *queue);
void queue_close(struct queue *queue);
void *writer_main(void *store_);
void *reader_main(void *reader_);

/* sql.c: sqlite's answers as ours */
enum store_status sql_status(sqlite3 *db, int rc);
enum store_status sql_run(sqlite3 *db, const char *sql);
/* Prepares and binds by the letters of `kinds`: t text or NULL, i int64_t, b 32 bytes or NULL. */
enum store_status sql_prepare(
    sqlite3 *db, sqlite3_stmt **out, const char *sql, const char *kinds, ...);
/* Runs a statement without rows. */
enum store_status sql_do(sqlite3 *db, const char *sql, const char *kinds, ...);
/* STORE_OK: a row is there; STORE_NOT_FOUND: none. The caller finalizes. */
enum store_status sql_row(sqlite3 *db, sqlite3_stmt *stmt);
char *sql_text(
    struct job *job, sqlite3_stmt *stmt, int column); /* copied into the job; NULL for NULL */

/* migrate.c, library.c, text.c */
enum store_status db_migrate(sqlite3 *db, char *why, size_t room);
enum store_status db_load_library(sqlite3 *db);
void db_sweep_traces(store *s); /* trace.c */
enum store_status text_keep(
    sqlite3 *db, const char *text, size_t n, char hash[2 * STORE_HASH_BYTES + 1]);
enum store_status text_sweep(
    sqlite3 *db, const char *hash); /* removes it when nothing points to it */
int64_t now_ms(void);
bool disk_has_room(const store *s);

/* page.c: a part of a list, from what lies before (at, after) */
struct page {
    char after[STORE_ID_ROOM], next[STORE_ID_ROOM * 2]; /* next: a cursor, "" on the last page */
    int64_t at;
    unsigned limit;  /* 1 to 1000; the statement asks for one row more */
    size_t n;        /* rows taken: the caller counts them */
    int64_t last_at; /* the key of the last one */
    char last[STORE_ID_ROOM];
};
void page_ask(struct page *page, const struct store_list *asked);
/* Goes to the next row, whose id is in column 0 and whose time in column `time`. False: there is
 * none, the page is full, or *status says what went wrong. */
bool page_row(
    struct page *page, sqlite3 *db, sqlite3_stmt *stmt, int time, enum store_status *status);

#endif

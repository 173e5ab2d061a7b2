/* SPDX-License-Identifier: MIT
 * Opening and closing a store. One process owns a data directory (a lock says so); within it one
 * connection writes and the others only read.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char *store_status_text(enum store_status status)
{
    static const char *const text[] = {
        [STORE_OK] = "done",
        [STORE_NOT_FOUND] = "nothing has this id",
        [STORE_FORBIDDEN] = "the edit token is missing or wrong",
        [STORE_READ_ONLY] = "the shipped library cannot be changed; fork it",
        [STORE_CONFLICT] = "it was changed by someone else in the meantime",
        [STORE_BUSY] = "too many requests are waiting for the store",
        [STORE_FULL] = "no room is left on the disk that holds the data",
        [STORE_DAMAGED] = "the database file is damaged",
        [STORE_TOO_NEW] = "the database was written by a newer vmscope",
        [STORE_FAILED] = "the store could not do it",
    };
    return text[status];
}

static int make_dirs(const char *dir)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s", dir) >= (int)sizeof path || !*dir) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (char *p = path + 1; *p; p++) {
        if (*p == '/') {
            *p = 0;
            if (mkdir(path, 0700) != 0 && errno != EEXIST) {
                return -1;
            }
            *p = '/';
        }
    }
    return mkdir(path, 0700) != 0 && errno != EEXIST ? -1 : 0;
}

/* The new names of a directory are on disk only when the directory is synced. */
static void sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

static enum store_status from_errno(void)
{
    return errno == ENOSPC || errno == EDQUOT ? STORE_FULL : STORE_FAILED;
}

static enum store_status lock_dir(store *s, char *why, size_t room)
{
    char path[4200];
    if (make_dirs(s->dir) != 0) {
        snprintf(why, room, "cannot make the data directory %s: %s", s->dir, strerror(errno));
        return from_errno();
    }
    snprintf(path, sizeof path, "%s/traces", s->dir);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        snprintf(why, room, "cannot make %s: %s", path, strerror(errno));
        return from_errno();
    }
    snprintf(path, sizeof path, "%s/lock", s->dir);
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0) {
        snprintf(why, room, "cannot open %s: %s", path, strerror(errno));
        return from_errno();
    }
    /* One that is just stopping lets go within moments. */
    int locked = flock(s->lock_fd, LOCK_EX | LOCK_NB);
    for (int i = 0; locked != 0 && i < 30; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        locked = flock(s->lock_fd, LOCK_EX | LOCK_NB);
    }
    if (locked != 0) {
        snprintf(why, room, "another vmscope uses %s; stop it or give another --data", s->dir);
        return STORE_BUSY;
    }
    sync_dir(s->dir);
    return STORE_OK;
}

static enum store_status open_connection(store *s, bool write, sqlite3 **out)
{
    int flags = SQLITE_OPEN_NOMUTEX |
                (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    int rc = sqlite3_open_v2(s->path, out, flags, NULL);
    if (rc != SQLITE_OK) {
        return sql_status(*out, rc);
    }
    sqlite3_busy_timeout(*out, 5000);
    sqlite3_extended_result_codes(*out, 1);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*out, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (!write) {
        return sql_run(*out, "PRAGMA query_only = 1");
    }
    return sql_run(*out,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1;"
        "PRAGMA secure_delete = 1; PRAGMA wal_autocheckpoint = 1000");
}

static enum store_status check_whole(sqlite3 *db, char *why, size_t room)
{
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt, "PRAGMA quick_check(1)", "");
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK && strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") != 0) {
        snprintf(why, room,
            "vmscope.db is damaged (%s); put a backup in its place, or move it away to start anew",
            sqlite3_column_text(stmt, 0));
        status = STORE_DAMAGED;
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status read_secret(store *s)
{
    sqlite3_stmt *stmt = NULL;
    enum store_status status =
        sql_prepare(s->db, &stmt, "SELECT value FROM meta WHERE name = 'secret'", "");
    if (status == STORE_OK) {
        status = sql_row(s->db, stmt);
    }
    if (status == STORE_OK && sqlite3_column_bytes(stmt, 0) == STORE_HASH_BYTES) {
        memcpy(s->secret, sqlite3_column_blob(stmt, 0), STORE_HASH_BYTES);
    } else if (status == STORE_OK) {
        status = STORE_DAMAGED;
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status start_threads(store *s)
{
    for (unsigned i = 0; i < s->readers; i++) {
        s->reader[i].store = s;
        enum store_status status = open_connection(s, false, &s->reader[i].db);
        if (status != STORE_OK) {
            return status;
        }
        s->reader[i].started =
            pthread_create(&s->reader[i].thread, NULL, reader_main, &s->reader[i]) == 0;
        if (!s->reader[i].started) {
            return STORE_FAILED;
        }
    }
    s->writer_started = pthread_create(&s->writer, NULL, writer_main, s) == 0;
    return s->writer_started ? STORE_OK : STORE_FAILED;
}

enum store_status store_open(
    const struct store_options *options, char *why, size_t room, store **out)
{
    enum store_status status = STORE_FAILED;
    store *s = calloc(1, sizeof(*s));
    *out = NULL;
    snprintf(why, room, "no memory");
    if (!s) {
        return STORE_FAILED;
    }
    s->lock_fd = -1;
    s->min_free = options->min_free;
    s->max_bytes = options->max_bytes;
    s->readers = options->readers == 0            ? 2
                 : options->readers > READERS_MAX ? READERS_MAX
                                                  : options->readers;
    size_t queue = options->queue ? options->queue : 4096,
           n = strlen(options->dir) + sizeof "/vmscope.db";
    if (queue_init(&s->writes, queue) != 0 || queue_init(&s->reads, queue) != 0) {
        free(s);
        return STORE_FAILED;
    }
    s->dir = strdup(options->dir);
    s->path = malloc(n);
    if (!s->dir || !s->path) {
        goto fail;
    }
    snprintf(s->path, n, "%s/vmscope.db", s->dir);
    status = lock_dir(s, why, room);
    if (status != STORE_OK) {
        goto fail;
    }
    why[0] = 0;
    status = open_connection(s, true, &s->db);
    if (status == STORE_OK) {
        status = check_whole(s->db, why, room);
    }
    if (status == STORE_OK) {
        status = db_migrate(s->db, why, room);
    }
    if (status == STORE_OK && options->library) {
        status = db_load_library(s->db);
    }
    if (status == STORE_OK) {
        status = read_secret(s);
    }
    if (status == STORE_OK) {
        db_sweep_traces(s);
        sync_dir(s->dir);
        status = start_threads(s);
    }
    if (status != STORE_OK) {
        goto fail;
    }
    *out = s;
    return STORE_OK;
fail:
    if (!why[0]) {
        snprintf(
            why, room, "%s: %s (%s)", s->path, store_status_text(status), sqlite3_errmsg(s->db));
    }
    store_close(s);
    return status;
}

void store_close(store *s)
{
    if (!s) {
        return;
    }
    queue_close(&s->writes);
    if (s->writer_started) {
        pthread_join(s->writer, NULL);
    }
    queue_close(&s->reads);
    for (unsigned i = 0; i < s->readers; i++) {
        if (s->reader[i].started) {
            pthread_join(s->reader[i].thread, NULL);
        }
        sqlite3_close(s->reader[i].db);
    }
    sqlite3_close(s->db); /* the last one out checkpoints */
    if (s->lock_fd >= 0) {
        close(s->lock_fd);
    }
    queue_release(&s->writes);
    queue_release(&s->reads);
    free(s->path);
    free(s->dir);
    free(s);
}

const char *store_dir(const store *s)
{
    return s->dir;
}

void store_statistics(store *s, struct store_stats *out)
{
    *out = (struct store_stats){.writes = s->n_writes,
        .commits = s->n_commits,
        .reads = s->n_reads,
        .failures = s->n_failures};
    pthread_mutex_lock(&s->writes.lock);
    out->waiting = s->writes.length;
    pthread_mutex_unlock(&s->writes.lock);
}

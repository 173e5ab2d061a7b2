/* SPDX-License-Identifier: MIT
 * Traces: the bytes go to a file without a name of its own yet; only when it is synced and named
 * does its row get committed. A crash in between leaves a file nobody points to, which the next
 * start removes.
 */
#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct store_upload {
    store *store;
    int fd;
    int64_t bytes;
    char id[STORE_ID_ROOM];
    char path[4200];
};

bool store_trace_path(const store *s, const char *id, char *out, size_t room)
{
    size_t n = strspn(id, "23456789abcdefghjkmnpqrstuvwxyzA");
    return n >= 8 && id[n] == 0 && snprintf(out, room, "%s/traces/%s", s->dir, id) < (int)room;
}

static enum store_status from_errno(void)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? STORE_FULL : STORE_FAILED;
}

enum store_status store_upload_new(store *s, store_upload **out)
{
    store_upload *u = calloc(1, sizeof(*u));
    enum store_status status = STORE_FAILED;
    *out = NULL;
    if (!u) {
        return status;
    }
    u->store = s;
    u->fd = -1;
    if (!disk_has_room(s)) {
        status = STORE_FULL;
        goto fail;
    }
    if (!store_random_name(u->id, 12) || !store_trace_path(s, u->id, u->path, sizeof u->path)) {
        goto fail;
    }
    strcat(u->path, ".part");
    u->fd = open(u->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (u->fd < 0) {
        status = from_errno();
        goto fail;
    }
    *out = u;
    return STORE_OK;
fail:
    store_upload_abandon(u);
    return status;
}

enum store_status store_upload_append(store_upload *u, const void *bytes, size_t n)
{
    for (const char *p = bytes; n > 0;) {
        ssize_t done = write(u->fd, p, n);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return from_errno();
        }
        p += done;
        n -= (size_t)done;
        u->bytes += done;
    }
    return STORE_OK;
}

void store_upload_abandon(store_upload *u)
{
    if (u && u->fd >= 0) {
        close(u->fd);
        unlink(u->path);
    }
    free(u);
}

/* Files without a row: uploads that a crash cut short. */
void db_sweep_traces(store *s)
{
    char dir[4200];
    snprintf(dir, sizeof dir, "%s/traces", s->dir);
    DIR *files = opendir(dir);
    for (struct dirent *file; files && (file = readdir(files)) != NULL;) {
        sqlite3_stmt *stmt = NULL;
        if (file->d_name[0] == '.' || sql_prepare(s->db, &stmt, "SELECT 1 FROM traces WHERE id = ?",
                                          "t", file->d_name) != STORE_OK) {
            continue;
        }
        if (sql_row(s->db, stmt) == STORE_NOT_FOUND) {
            unlinkat(dirfd(files), file->d_name, 0);
        }
        sqlite3_finalize(stmt);
    }
    if (files) {
        closedir(files);
    }
}

struct trace_job {
    struct job job;
    store_upload *upload;
    char id[STORE_ID_ROOM];
    struct store_trace in, out, *item;
    struct page page;
    store_trace_done *done;
    store_traces_done *listed;
    void *ctx;
};

static void finish(struct job *job)
{
    struct trace_job *j = (struct trace_job *)job;
    bool ok = job->status == STORE_OK;
    if (j->upload && ok) {
        close(j->upload->fd);
        free(j->upload);
    } else {
        store_upload_abandon(j->upload);
    }
    if (j->listed) {
        j->listed(j->ctx, job->status, ok ? j->item : NULL, ok ? j->page.n : 0,
            ok && j->page.next[0] ? j->page.next : NULL);
    } else {
        j->done(j->ctx, job->status, ok ? &j->out : NULL);
    }
}

#define TRACE_COLUMNS "id, title, format, page_size, bytes, refs, torn, created, report"
static struct store_trace row_trace(struct job *job, sqlite3_stmt *stmt)
{
    return (struct store_trace){.id = sql_text(job, stmt, 0),
        .title = sql_text(job, stmt, 1),
        .format = sql_text(job, stmt, 2),
        .page_size = (uint32_t)sqlite3_column_int64(stmt, 3),
        .bytes = sqlite3_column_int64(stmt, 4),
        .references = sqlite3_column_int64(stmt, 5),
        .torn = sqlite3_column_int64(stmt, 6),
        .created = sqlite3_column_int64(stmt, 7),
        .report = sql_text(job, stmt, 8)};
}

static enum store_status read_one(struct job *job, sqlite3 *db)
{
    struct trace_job *j = (struct trace_job *)job;
    sqlite3_stmt *stmt = NULL;
    enum store_status status =
        sql_prepare(db, &stmt, "SELECT " TRACE_COLUMNS " FROM traces WHERE id = ?", "t", j->id);
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK) {
        j->out = row_trace(job, stmt);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* May run twice: a file that is named already stays so. */
static enum store_status name_file(store_upload *u)
{
    char path[4200], dir[4200];
    size_t part = strlen(u->path) - strlen(".part");
    if (strcmp(u->path + part, ".part") != 0) {
        return STORE_OK;
    }
    snprintf(path, sizeof path, "%.*s", (int)part, u->path);
    snprintf(dir, sizeof dir, "%s/traces", u->store->dir);
    if (fsync(u->fd) != 0 || rename(u->path, path) != 0) {
        return from_errno();
    }
    strcpy(u->path, path);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    enum store_status status = rc == 0 ? STORE_OK : from_errno();
    if (fd >= 0) {
        close(fd);
    }
    return status;
}

static enum store_status create(struct job *job, sqlite3 *db)
{
    struct trace_job *j = (struct trace_job *)job;
    enum store_status status = name_file(j->upload);
    if (status == STORE_OK) {
        status =
            sql_do(db, "INSERT INTO traces (" TRACE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                "tttiiiiit", j->id, j->in.title, j->in.format, (int64_t)j->in.page_size,
                j->in.bytes, j->in.references, j->in.torn, now_ms(), j->in.report);
    }
    return status == STORE_OK ? read_one(job, db) : status;
}

void store_upload_finish(
    store_upload *u, const struct store_trace *trace, store_trace_done *done, void *ctx)
{
    struct trace_job *j = job_new(u->store, sizeof(*j), create, finish);
    if (!j) {
        store_upload_abandon(u);
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    strcpy(j->id, u->id);
    j->upload = u;
    j->done = done;
    j->ctx = ctx;
    j->in = *trace;
    j->in.title = job_text(&j->job, trace->title);
    j->in.format = job_text(&j->job, trace->format);
    j->in.report = job_text(&j->job, trace->report ? trace->report : "{}");
    job_submit(&j->job, true);
}

void store_trace_read(store *s, const char *id, store_trace_done *done, void *ctx)
{
    struct trace_job *j = job_new(s, sizeof(*j), read_one, finish);
    if (!j) {
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    if (strlen(id) < sizeof j->id) {
        strcpy(j->id, id);
    }
    j->done = done;
    j->ctx = ctx;
    job_submit(&j->job, false);
}

static enum store_status list(struct job *job, sqlite3 *db)
{
    struct trace_job *j = (struct trace_job *)job;
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt,
        "SELECT " TRACE_COLUMNS
        " FROM traces WHERE (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ?",
        "iti", j->page.at, j->page.after, (int64_t)j->page.limit + 1);
    j->item = job_room(job, j->page.limit * sizeof(*j->item));
    while (j->item && page_row(&j->page, db, stmt, 7, &status)) {
        j->item[j->page.n++] = row_trace(job, stmt);
    }
    sqlite3_finalize(stmt);
    return status;
}

void store_trace_list(store *s, const struct store_list *asked, store_traces_done *done, void *ctx)
{
    struct trace_job *j = job_new(s, sizeof(*j), list, finish);
    if (!j) {
        done(ctx, STORE_FAILED, NULL, 0, NULL);
        return;
    }
    j->listed = done;
    j->ctx = ctx;
    page_ask(&j->page, asked);
    job_submit(&j->job, false);
}

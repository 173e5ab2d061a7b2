/* SPDX-License-Identifier: MIT
 * Lists of scenarios and their versions, newest first.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

struct list_job {
    struct job job;
    char id[STORE_ID_ROOM];
    char *pattern; /* for LIKE, or NULL */
    int library;
    struct page page;
    struct store_scenario *item;
    store_scenarios_done *done;
    void *ctx;
};

static void finish(struct job *job)
{
    struct list_job *j = (struct list_job *)job;
    bool ok = job->status == STORE_OK;
    j->done(j->ctx, job->status, ok ? j->item : NULL, ok ? j->page.n : 0,
        ok && j->page.next[0] ? j->page.next : NULL);
}

/* %words%, with what LIKE reads as special made plain. */
static char *pattern_of(struct job *job, const char *search)
{
    size_t n = 0;
    char *out = job_room(job, 2 * strlen(search) + 3);
    if (!out) {
        return NULL;
    }
    out[n++] = '%';
    for (; *search; search++) {
        if (*search == '%' || *search == '_' || *search == '\\') {
            out[n++] = '\\';
        }
        out[n++] = *search;
    }
    out[n] = '%';
    return out;
}

static enum store_status rows(struct list_job *j, sqlite3 *db, sqlite3_stmt *stmt)
{
    enum store_status status = STORE_OK;
    struct job *job = &j->job;
    j->item = job_room(job, j->page.limit * sizeof(*j->item));
    while (j->item && page_row(&j->page, db, stmt, 7, &status)) {
        j->item[j->page.n++] = (struct store_scenario){.id = sql_text(job, stmt, 0),
            .version = sqlite3_column_int64(stmt, 1),
            .title = sql_text(job, stmt, 2),
            .tags = sql_text(job, stmt, 3),
            .hash = sql_text(job, stmt, 4),
            .forked_from = sql_text(job, stmt, 5),
            .created = sqlite3_column_int64(stmt, 6),
            .updated = sqlite3_column_int64(stmt, 7),
            .library = sqlite3_column_int(stmt, 8) != 0};
    }
    return j->item ? status : STORE_FAILED;
}

static enum store_status list(struct job *job, sqlite3 *db)
{
    struct list_job *j = (struct list_job *)job;
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt,
        "SELECT id, version, title, tags, text_hash, forked_from, created, updated, library FROM "
        "scenarios s"
        " WHERE (updated, id) < (?1, ?2) AND (?3 < 0 OR library = ?3)"
        " AND (?4 IS NULL OR title LIKE ?4 ESCAPE '\\' OR tags LIKE ?4 ESCAPE '\\' OR EXISTS"
        " (SELECT 1 FROM texts t WHERE t.hash = s.text_hash AND t.text LIKE ?4 ESCAPE '\\'))"
        " ORDER BY updated DESC, id DESC LIMIT ?5",
        "ititi", j->page.at, j->page.after, (int64_t)j->library, j->pattern,
        (int64_t)j->page.limit + 1);
    if (status == STORE_OK) {
        status = rows(j, db, stmt);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status versions(struct job *job, sqlite3 *db)
{
    struct list_job *j = (struct list_job *)job;
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt,
        "SELECT s.id, v.version, v.title, v.tags, v.text_hash, s.forked_from, s.created, "
        "v.created, s.library"
        " FROM scenario_versions v JOIN scenarios s ON s.id = v.scenario WHERE v.scenario = ?"
        " ORDER BY v.version DESC LIMIT 1000",
        "t", j->id);
    if (status == STORE_OK) {
        status = rows(j, db, stmt);
    }
    sqlite3_finalize(stmt);
    return status == STORE_OK && j->page.n == 0 ? STORE_NOT_FOUND : status;
}

void store_scenario_list(
    store *s, const struct store_list *asked, store_scenarios_done *done, void *ctx)
{
    struct list_job *j = job_new(s, sizeof(*j), list, finish);
    if (!j) {
        done(ctx, STORE_FAILED, NULL, 0, NULL);
        return;
    }
    j->done = done;
    j->ctx = ctx;
    j->library = asked->library;
    page_ask(&j->page, asked);
    j->pattern = asked->search && *asked->search ? pattern_of(&j->job, asked->search) : NULL;
    job_submit(&j->job, false);
}

void store_scenario_versions(store *s, const char *id, store_scenarios_done *done, void *ctx)
{
    struct list_job *j = job_new(s, sizeof(*j), versions, finish);
    if (!j) {
        done(ctx, STORE_FAILED, NULL, 0, NULL);
        return;
    }
    j->done = done;
    j->ctx = ctx;
    j->page.limit = 1000;
    snprintf(j->id, sizeof j->id, "%s", id);
    job_submit(&j->job, false);
}

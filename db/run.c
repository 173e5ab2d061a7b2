/* SPDX-License-Identifier: MIT
 * Runs: what was asked and what came of it. The text is kept under its hash, so a run outlives its
 * scenario.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

struct run_job {
    struct job job;
    char id[STORE_ID_ROOM], token[2 * STORE_HASH_BYTES + 1];
    char *scenario, *given;
    struct store_run in, out;
    struct page page;
    struct store_run *item;
    store_run_done *done;
    store_runs_done *listed;
    store_done *deleted;
    void *ctx;
};

static void finish(struct job *job)
{
    struct run_job *j = (struct run_job *)job;
    bool ok = job->status == STORE_OK;
    if (j->listed) {
        j->listed(j->ctx, job->status, ok ? j->item : NULL, ok ? j->page.n : 0,
            ok && j->page.next[0] ? j->page.next : NULL);
    } else if (j->deleted) {
        j->deleted(j->ctx, job->status);
    } else {
        j->done(j->ctx, job->status, ok ? &j->out : NULL);
    }
}

static struct run_job *new_job(
    store *s, enum store_status (*work)(struct job *, sqlite3 *), const char *id)
{
    struct run_job *j = job_new(s, sizeof(*j), work, finish);
    if (j && id && strlen(id) < sizeof j->id) {
        strcpy(j->id, id);
    }
    return j;
}

/* The token of a run follows from its id and our secret; nothing has to be kept. */
static void token_of_run(const store *s, const char *id, char token[2 * STORE_HASH_BYTES + 1])
{
    uint8_t sum[STORE_HASH_BYTES], mix[2 * STORE_HASH_BYTES];
    memcpy(mix, s->secret, STORE_HASH_BYTES);
    store_sha256(id, strlen(id), mix + STORE_HASH_BYTES);
    store_sha256(mix, sizeof mix, sum);
    store_hex(sum, sizeof sum, token);
}

#define RUN_COLUMNS                                                                                \
    "r.id, r.scenario, r.scenario_version, r.text_hash, r.engine, r.overrides, r.results, "        \
    "r.created"
static struct store_run row_run(struct job *job, sqlite3_stmt *stmt)
{
    return (struct store_run){.id = sql_text(job, stmt, 0),
        .scenario = sql_text(job, stmt, 1),
        .scenario_version = sqlite3_column_int64(stmt, 2),
        .hash = sql_text(job, stmt, 3),
        .engine = sql_text(job, stmt, 4),
        .overrides = sql_text(job, stmt, 5),
        .results = sql_text(job, stmt, 6),
        .created = sqlite3_column_int64(stmt, 7)};
}

static enum store_status read_one(struct job *job, sqlite3 *db)
{
    struct run_job *j = (struct run_job *)job;
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt,
        "SELECT " RUN_COLUMNS
        ", t.text FROM runs r JOIN texts t ON t.hash = r.text_hash WHERE r.id = ?",
        "t", j->id);
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK) {
        j->out = row_run(job, stmt);
        j->out.text = sql_text(job, stmt, 8);
        j->out.text_length = (size_t)sqlite3_column_bytes(stmt, 8);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status create(struct job *job, sqlite3 *db)
{
    struct run_job *j = (struct run_job *)job;
    char hash[2 * STORE_HASH_BYTES + 1];
    enum store_status status = text_keep(db, j->in.text, j->in.text_length, hash);
    if (status == STORE_OK) {
        /* A scenario deleted in the meantime leaves a run of a text. */
        status = sql_do(db,
            "INSERT INTO runs (id, scenario, scenario_version, text_hash, engine, overrides, "
            "results, created)"
            " VALUES (?, (SELECT id FROM scenarios WHERE id = ?), ?, ?, ?, ?, ?, ?)",
            "ttittt"
            "ti",
            j->id, j->in.scenario, j->in.scenario_version, hash, j->in.engine, j->in.overrides,
            j->in.results, now_ms());
    }
    if (status == STORE_OK) {
        status = read_one(job, db);
        token_of_run(job->store, j->id, j->token);
        j->out.edit_token = j->token;
    }
    return status;
}

void store_run_create(store *s, const struct store_run *run, store_run_done *done, void *ctx)
{
    struct run_job *j = new_job(s, create, NULL);
    if (!j) {
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    struct job *job = &j->job;
    j->done = done;
    j->ctx = ctx;
    j->in = (struct store_run){.scenario = job_text(job, run->scenario),
        .scenario_version = run->scenario_version,
        .text = job_keep(job, run->text, run->text_length),
        .text_length = run->text_length,
        .engine = job_text(job, run->engine),
        .overrides = job_text(job, run->overrides),
        .results = job_text(job, run->results)};
    if (!store_random_name(j->id, 12)) {
        job_refuse(job, STORE_FAILED);
        return;
    }
    job_submit(job, true);
}

void store_run_read(store *s, const char *id, store_run_done *done, void *ctx)
{
    struct run_job *j = new_job(s, read_one, id);
    if (!j) {
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    j->done = done;
    j->ctx = ctx;
    job_submit(&j->job, false);
}

static enum store_status list(struct job *job, sqlite3 *db)
{
    struct run_job *j = (struct run_job *)job;
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt,
        "SELECT " RUN_COLUMNS
        " FROM runs r WHERE (r.created, r.id) < (?1, ?2) AND (?3 IS NULL OR r.scenario = ?3)"
        " ORDER BY r.created DESC, r.id DESC LIMIT ?4",
        "itti", j->page.at, j->page.after, j->scenario, (int64_t)j->page.limit + 1);
    j->item = job_room(job, j->page.limit * sizeof(*j->item));
    while (j->item && page_row(&j->page, db, stmt, 7, &status)) {
        j->item[j->page.n++] = row_run(job, stmt);
    }
    sqlite3_finalize(stmt);
    return status;
}

void store_run_list(store *s, const struct store_list *asked, store_runs_done *done, void *ctx)
{
    struct run_job *j = new_job(s, list, NULL);
    if (!j) {
        done(ctx, STORE_FAILED, NULL, 0, NULL);
        return;
    }
    j->listed = done;
    j->ctx = ctx;
    page_ask(&j->page, asked);
    j->scenario = job_text(&j->job, asked->scenario);
    job_submit(&j->job, false);
}

static enum store_status delete_one(struct job *job, sqlite3 *db)
{
    struct run_job *j = (struct run_job *)job;
    job->store->purged = true;
    enum store_status status = read_one(job, db);
    if (status == STORE_OK) {
        token_of_run(job->store, j->id, j->token);
        if (!j->given || strlen(j->given) != strlen(j->token) ||
            !store_equal(j->given, j->token, strlen(j->token))) {
            status = STORE_FORBIDDEN;
        }
    }
    if (status == STORE_OK) {
        status = sql_do(db, "DELETE FROM runs WHERE id = ?", "t", j->id);
    }
    return status == STORE_OK ? text_sweep(db, j->out.hash) : status;
}

void store_run_delete(store *s, const char *id, const char *token, store_done *done, void *ctx)
{
    struct run_job *j = new_job(s, delete_one, id);
    if (!j) {
        done(ctx, STORE_FAILED);
        return;
    }
    j->given = job_text(&j->job, token);
    j->job.frees = true;
    j->deleted = done;
    j->ctx = ctx;
    job_submit(&j->job, true);
}

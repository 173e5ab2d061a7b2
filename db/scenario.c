/* SPDX-License-Identifier: MIT
 * Scenarios: the newest version stands in `scenarios`, every version in `scenario_versions`.
 * Whoever holds the edit token may change one; only the token's hash is kept.
 */
#include "internal.h"

#include <string.h>

#define ID_LETTERS 12
#define TOKEN_LETTERS 26 /* 130 bits */
#define IDEMPOTENCY_MS (24 * 3600 * (int64_t)1000)

struct scenario_job {
    struct job job;
    char id[STORE_ID_ROOM], token[STORE_ID_ROOM];
    struct store_scenario_new in;
    int64_t version;
    bool have_token;
    struct store_scenario out;
    store_scenario_done *done;
    store_done *deleted;
    void *ctx;
};

static void finish(struct job *job)
{
    struct scenario_job *j = (struct scenario_job *)job;
    if (j->deleted) {
        j->deleted(j->ctx, job->status);
    } else {
        j->done(j->ctx, job->status, job->status == STORE_OK ? &j->out : NULL);
    }
}

static struct scenario_job *new_job(store *s, enum store_status (*work)(struct job *, sqlite3 *),
    const char *id, const char *token, const struct store_scenario_new *in)
{
    struct scenario_job *j = job_new(s, sizeof(*j), work, finish);
    if (!j) {
        return NULL;
    }
    if (id && strlen(id) < sizeof j->id) {
        strcpy(j->id, id); /* one that is longer is nobody's: it stays "" and is not found */
    }
    j->have_token = token && strlen(token) < sizeof j->token;
    if (j->have_token) {
        strcpy(j->token, token);
    }
    if (in) {
        j->in.title = job_text(&j->job, in->title);
        j->in.tags = job_text(&j->job, in->tags);
        j->in.text = job_keep(&j->job, in->text, in->text_length);
        j->in.text_length = in->text_length;
        j->in.idempotency_key = job_text(&j->job, in->idempotency_key);
        j->in.forked_from = job_text(&j->job, in->forked_from);
    }
    return j;
}

static enum store_status read_scenario(struct scenario_job *j, sqlite3 *db, int64_t version)
{
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt,
        "SELECT s.id, v.version, v.title, v.tags, v.text_hash, t.text, s.forked_from, s.created, "
        "v.created, s.library"
        " FROM scenarios s JOIN scenario_versions v ON v.scenario = s.id"
        " AND v.version = CASE WHEN ?2 = 0 THEN s.version ELSE ?2 END"
        " JOIN texts t ON t.hash = v.text_hash WHERE s.id = ?1",
        "ti", j->id, version);
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK) {
        struct job *job = &j->job;
        j->out = (struct store_scenario){.id = sql_text(job, stmt, 0),
            .version = sqlite3_column_int64(stmt, 1),
            .title = sql_text(job, stmt, 2),
            .tags = sql_text(job, stmt, 3),
            .hash = sql_text(job, stmt, 4),
            .text = sql_text(job, stmt, 5),
            .text_length = (size_t)sqlite3_column_bytes(stmt, 5),
            .forked_from = sql_text(job, stmt, 6),
            .created = sqlite3_column_int64(stmt, 7),
            .updated = sqlite3_column_int64(stmt, 8),
            .library = sqlite3_column_int(stmt, 9) != 0};
    }
    sqlite3_finalize(stmt);
    return status;
}

/* The same key again: the same scenario, and with it the same token, which depends on the key and
 * our secret. */
static void token_of_key(const store *s, const char *key, char token[STORE_ID_ROOM])
{
    uint8_t sum[STORE_HASH_BYTES], mix[2 * STORE_HASH_BYTES];
    memcpy(mix, s->secret, STORE_HASH_BYTES);
    store_sha256(key, strlen(key), mix + STORE_HASH_BYTES);
    store_sha256(mix, sizeof mix, sum);
    store_hex(sum, 16, token);
}

static void hash_request(const struct store_scenario_new *in, uint8_t out[STORE_HASH_BYTES])
{
    uint8_t parts[4 * STORE_HASH_BYTES];
    store_sha256(in->title ? in->title : "", in->title ? strlen(in->title) : 0, parts);
    store_sha256(
        in->tags ? in->tags : "", in->tags ? strlen(in->tags) : 0, parts + STORE_HASH_BYTES);
    store_sha256(
        in->text ? in->text : "", in->text ? in->text_length : 0, parts + 2 * STORE_HASH_BYTES);
    store_sha256(in->forked_from ? in->forked_from : "",
        in->forked_from ? strlen(in->forked_from) : 0, parts + 3 * STORE_HASH_BYTES);
    store_sha256(parts, sizeof parts, out);
}

/* STORE_OK: the key was used for this very request, j->id says what came of it. */
static enum store_status seen_before(
    struct scenario_job *j, sqlite3 *db, const uint8_t *key, const uint8_t *request)
{
    sqlite3_stmt *stmt = NULL;
    enum store_status status =
        sql_do(db, "DELETE FROM idempotency WHERE created < ?", "i", now_ms() - IDEMPOTENCY_MS);
    if (status == STORE_OK) {
        status = sql_prepare(
            db, &stmt, "SELECT request, scenario FROM idempotency WHERE key = ?", "b", key);
    }
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK &&
        memcmp(sqlite3_column_blob(stmt, 0), request, STORE_HASH_BYTES) != 0) {
        status = STORE_CONFLICT;
    } else if (status == STORE_OK) {
        strncpy(j->id, (const char *)sqlite3_column_text(stmt, 1), sizeof j->id - 1);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status put_version(
    struct scenario_job *j, sqlite3 *db, int64_t version, int64_t now)
{
    char hash[2 * STORE_HASH_BYTES + 1];
    enum store_status status = text_keep(db, j->in.text, j->in.text_length, hash);
    if (status != STORE_OK) {
        return status;
    }
    if (version == 1) {
        uint8_t token[STORE_HASH_BYTES];
        store_sha256(j->token, strlen(j->token), token);
        status = sql_do(db,
            "INSERT INTO scenarios (id, version, title, tags, text_hash, token_hash, forked_from, "
            "created, updated)"
            " VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
            "ttttbti", j->id, j->in.title, j->in.tags, hash, token, j->in.forked_from, now);
    } else {
        status = sql_do(db,
            "UPDATE scenarios SET version = ?, title = ?, tags = ?, text_hash = ?, updated = ? "
            "WHERE id = ?",
            "itttit", version, j->in.title, j->in.tags, hash, now, j->id);
    }
    if (status != STORE_OK) {
        return status;
    }
    return sql_do(db, "INSERT INTO scenario_versions VALUES (?, ?, ?, ?, ?, ?)", "tittti", j->id,
        version, j->in.title, j->in.tags, hash, now);
}

static enum store_status take_from_original(struct scenario_job *j, sqlite3 *db)
{
    char own[STORE_ID_ROOM];
    memcpy(own, j->id, sizeof own);
    if (strlen(j->in.forked_from) >= sizeof j->id) {
        return STORE_NOT_FOUND;
    }
    strcpy(j->id, j->in.forked_from);
    enum store_status status = read_scenario(j, db, 0);
    memcpy(j->id, own, sizeof own);
    if (status == STORE_OK) {
        if (!j->in.text) {
            j->in.text = j->out.text;
            j->in.text_length = j->out.text_length;
        }
        j->in.title = j->in.title ? j->in.title : j->out.title;
        j->in.tags = j->in.tags ? j->in.tags : j->out.tags;
    }
    return status;
}

static enum store_status create(struct job *job, sqlite3 *db)
{
    struct scenario_job *j = (struct scenario_job *)job;
    uint8_t key[STORE_HASH_BYTES], request[STORE_HASH_BYTES];
    enum store_status status;
    if (j->in.idempotency_key) {
        store_sha256(j->in.idempotency_key, strlen(j->in.idempotency_key), key);
        hash_request(&j->in, request);
        status = seen_before(j, db, key, request);
        token_of_key(job->store, j->in.idempotency_key, j->token);
        if (status == STORE_OK) {
            status = read_scenario(j, db, 1);
            j->out.edit_token = j->token;
            return status;
        }
        if (status != STORE_NOT_FOUND) {
            return status;
        }
    }
    status = j->in.forked_from ? take_from_original(j, db) : STORE_OK;
    if (status == STORE_OK) {
        status = put_version(j, db, 1, now_ms());
    }
    if (status == STORE_OK && j->in.idempotency_key) {
        status = sql_do(db, "INSERT INTO idempotency VALUES (?, ?, ?, ?)", "bbti", key, request,
            j->id, now_ms());
    }
    if (status == STORE_OK) {
        status = read_scenario(j, db, 0);
        j->out.edit_token = j->token;
    }
    return status;
}

void store_scenario_create(
    store *s, const struct store_scenario_new *in, store_scenario_done *done, void *ctx)
{
    struct scenario_job *j = new_job(s, create, NULL, NULL, in);
    if (!j) {
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    j->done = done;
    j->ctx = ctx;
    if (!in->forked_from) {
        j->in.title = j->in.title ? j->in.title : "";
        j->in.tags = j->in.tags ? j->in.tags : "[]";
    }
    if (!store_random_name(j->id, ID_LETTERS) || !store_random_name(j->token, TOKEN_LETTERS)) {
        job_refuse(&j->job, STORE_FAILED);
        return;
    }
    job_submit(&j->job, true);
}

static enum store_status read_one(struct job *job, sqlite3 *db)
{
    struct scenario_job *j = (struct scenario_job *)job;
    return read_scenario(j, db, j->version);
}

void store_scenario_read(
    store *s, const char *id, int64_t version, store_scenario_done *done, void *ctx)
{
    struct scenario_job *j = new_job(s, read_one, id, NULL, NULL);
    if (!j) {
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    j->version = version;
    j->done = done;
    j->ctx = ctx;
    job_submit(&j->job, false);
}

/* May the holder of j->token change it? *version = the newest. */
static enum store_status may_change(struct scenario_job *j, sqlite3 *db, int64_t *version)
{
    uint8_t given[STORE_HASH_BYTES];
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(
        db, &stmt, "SELECT version, library, token_hash FROM scenarios WHERE id = ?", "t", j->id);
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK) {
        const void *kept = sqlite3_column_blob(stmt, 2);
        *version = sqlite3_column_int64(stmt, 0);
        store_sha256(j->token, strlen(j->token), given);
        if (sqlite3_column_int(stmt, 1) != 0) {
            status = STORE_READ_ONLY;
        } else if (!kept || !j->have_token || !store_equal(kept, given, sizeof given)) {
            status = STORE_FORBIDDEN;
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status write_version(struct job *job, sqlite3 *db)
{
    struct scenario_job *j = (struct scenario_job *)job;
    int64_t newest = 0;
    enum store_status status = may_change(j, db, &newest);
    if (status == STORE_OK && j->version != 0 && j->version != newest) {
        status = STORE_CONFLICT;
    }
    if (status == STORE_OK) {
        status = read_scenario(j, db, 0);
    }
    if (status == STORE_OK) {
        j->in.title = j->in.title ? j->in.title : j->out.title;
        j->in.tags = j->in.tags ? j->in.tags : j->out.tags;
        status = put_version(j, db, newest + 1, now_ms());
    }
    return status == STORE_OK ? read_scenario(j, db, 0) : status;
}

void store_scenario_write(store *s, const char *id, const char *token, int64_t if_version,
    const struct store_scenario_new *in, store_scenario_done *done, void *ctx)
{
    struct scenario_job *j = new_job(s, write_version, id, token, in);
    if (!j) {
        done(ctx, STORE_FAILED, NULL);
        return;
    }
    j->version = if_version;
    j->done = done;
    j->ctx = ctx;
    job_submit(&j->job, true);
}

static enum store_status sweep_texts_of(struct scenario_job *j, sqlite3 *db, sqlite3_stmt *hashes)
{
    (void)j;
    enum store_status status;
    while ((status = sql_row(db, hashes)) == STORE_OK) {
        status = text_sweep(db, (const char *)sqlite3_column_text(hashes, 0));
        if (status != STORE_OK) {
            return status;
        }
    }
    return status == STORE_NOT_FOUND ? STORE_OK : status;
}

static enum store_status delete_one(struct job *job, sqlite3 *db)
{
    struct scenario_job *j = (struct scenario_job *)job;
    sqlite3_stmt *hashes = NULL;
    int64_t newest;
    job->store->purged = true;
    enum store_status status = may_change(j, db, &newest);
    if (status == STORE_OK) {
        status =
            sql_run(db, "CREATE TEMP TABLE IF NOT EXISTS gone (hash TEXT); DELETE FROM temp.gone");
    }
    if (status == STORE_OK) {
        status = sql_do(db,
            "INSERT INTO temp.gone SELECT DISTINCT text_hash FROM scenario_versions WHERE scenario "
            "= ?",
            "t", j->id);
    }
    if (status == STORE_OK) {
        status = sql_do(db, "DELETE FROM scenarios WHERE id = ?", "t", j->id);
    }
    if (status == STORE_OK) {
        status = sql_prepare(db, &hashes, "SELECT hash FROM temp.gone", "");
    }
    if (status == STORE_OK) {
        status = sweep_texts_of(j, db, hashes);
    }
    sqlite3_finalize(hashes);
    return status;
}

void store_scenario_delete(store *s, const char *id, const char *token, store_done *done, void *ctx)
{
    struct scenario_job *j = new_job(s, delete_one, id, token, NULL);
    if (!j) {
        done(ctx, STORE_FAILED);
        return;
    }
    j->job.frees = true;
    j->deleted = done;
    j->ctx = ctx;
    job_submit(&j->job, true);
}

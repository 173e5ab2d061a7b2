/* SPDX-License-Identifier: MIT
 * Is the database writable? A row is written, as a client's would be.
 */
#include "internal.h"

struct probe_job {
    struct job job;
    store_done *done;
    void *ctx;
};

static enum store_status work(struct job *job, sqlite3 *db)
{
    (void)job;
    return sql_do(db, "UPDATE meta SET value = ? WHERE name = 'probe'", "i", now_ms());
}

static void finish(struct job *job)
{
    struct probe_job *j = (struct probe_job *)job;
    j->done(j->ctx, job->status);
}

void store_probe(store *s, store_done *done, void *ctx)
{
    struct probe_job *j = job_new(s, sizeof(*j), work, finish);
    if (!j) {
        done(ctx, STORE_FAILED);
        return;
    }
    j->done = done;
    j->ctx = ctx;
    job_submit(&j->job, true);
}

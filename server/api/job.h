/* SPDX-License-Identifier: MIT
 * Private to jobs: one job, and how it is told. Invariant: row i are the bytes of `rows` from
 * row_at[i] to row_at[i + 1], a JSON array.
 */
#ifndef API_JOB_H
#define API_JOB_H

#include "api/jobs.h"

enum { ID_BYTES = 12 };
enum job_state { JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };

struct job {
    struct job *next;
    struct jobs *jobs;
    char id[2 * ID_BYTES + 1];
    struct jobs_form form;
    enum job_state state;
    bool cancelled, too_long;
    http_request *waiting; /* the one that started it, until it is answered */
    uint64_t started_ms, ended_ms;
    char *rows; /* owned */
    size_t rows_bytes, rows_room;
    size_t *row_at; /* owned; rows_n + 1 of them */
    size_t rows_n, row_room;
    char *head; /* owned: members of the last report, "" for none */
    char message[400];
    enum sim_code code;
};

/* Under the table's lock. */
void job_reply(http_request *r, const struct job *job, unsigned status, size_t from, bool csv);
void job_reply_failed(http_request *r, const struct job *job);

#endif

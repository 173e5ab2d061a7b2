/* SPDX-License-Identifier: MIT
 * Long work: a table of jobs whose rows grow while somebody reads them. A job's id is what lets one
 * read or end it. Ended jobs are kept for a while, at most JOBS_MAX of them.
 */
#ifndef API_JOBS_H
#define API_JOBS_H

#include "http/http.h"
#include "sim/sim.h"
#include "vm/analysis.h"

struct jobs;

/* NULL: no memory. `sim` is the pool for long work; it must be freed before the jobs are. */
struct jobs *jobs_new(struct sim *sim);
void jobs_free(struct jobs *jobs); /* NULL is fine */

/* How the answer is written. */
struct jobs_form {
    enum vm_analysis_kind kind;
    bool csv;
    bool single; /* the one row as an object */
};
/* Replies within about a second: the whole answer, or 202 with where to read it. Takes
 * request->fd. */
void jobs_start(struct jobs *jobs, http_request *r, const struct sim_request *request,
    const struct jobs_form *form);
void jobs_read(struct jobs *jobs, http_request *r, const char *id, uint64_t from, bool csv);
void jobs_cancel(struct jobs *jobs, http_request *r, const char *id);

#endif

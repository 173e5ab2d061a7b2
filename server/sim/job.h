/* SPDX-License-Identifier: MIT
 * One-shot requests inside a worker: from the JSON of a request to the JSON of its answer, in
 * slices.
 */
#ifndef SIM_JOB_H
#define SIM_JOB_H

#include "lab/run.h"
#include "sim/sim.h"
#include "wire/json.h"

struct sim_job {
    uint64_t channel;
    enum sim_kind kind;
    char *text; /* owned */
    struct lab_set set;
    uint64_t from, to, buckets;
    uint32_t micro;
    struct lab_run *run;
    struct sim_analysis *analysis;
    uint64_t told_ms; /* when a part of the analysis was last told */
};

/* The request as the pool sends it. */
void sim_job_write(struct json *json, const struct sim_request *request);
/* Takes fd, -1 = none. NULL: no memory, or no such request. */
struct sim_job *sim_job_read(uint64_t channel, const char *bytes, size_t length, int fd);
void sim_job_free(struct sim_job *job);
/* True: done, the answer is in `json` and its code in *code. */
bool sim_job_work(
    struct sim_job *job, const struct lab_limits *limits, struct json *json, enum sim_code *code);
/* Asked after a slice: true: `json` is what there is to tell before the end. */
bool sim_job_part(struct sim_job *job, struct json *json);

#endif

/* SPDX-License-Identifier: MIT
 * One question about a whole trace, inside a worker: from the JSON of the question and the trace's
 * bytes to rows, in slices.
 *
 * The question: {"policies": ["lru", …], "frames": "1-64" | "8,16" | "1-1000:10" | [8, 16],
 * "points": 500, "only": "data", "set": {"seed": 1, "tick": 1000, "tau": 1000},
 * "prices": {"access": 100, "fault": 100000, "writeback": 100000}}, all optional. The
 * request's `set` says what the caller knows: analysis, format, page_size, and references_max.
 *
 * What is told is text, a line each: first `{"progress": {"done": N, "all": N}, "trace": {…}}`,
 * then each new row as a JSON array.
 */
#ifndef SIM_ANALYSE_H
#define SIM_ANALYSE_H

#include "lab/run.h"
#include "sim/sim.h"
#include "wire/json.h"

enum { SIM_ANALYSIS_MESSAGE = 240 };

struct sim_analysis;
/* Takes fd. NULL: no memory. */
struct sim_analysis *sim_analysis_new(int fd);
void sim_analysis_free(struct sim_analysis *analysis); /* NULL is fine */
/* Works for about `ms`. SIM_DONE: fine so far. SIM_INVALID: `message` says why. SIM_BUSY: memory.
 */
enum sim_code sim_analysis_work(struct sim_analysis *analysis, const char *question,
    const struct lab_set *set, unsigned ms, char message[SIM_ANALYSIS_MESSAGE]);
bool sim_analysis_ended(const struct sim_analysis *analysis);
/* What is new since the last call. */
void sim_analysis_tell(struct sim_analysis *analysis, struct json *json);

#endif

/* SPDX-License-Identifier: MIT
 * What is asked of a trace: the JSON of sim/analyse.h, read and checked.
 */
#ifndef SIM_ANALYSE_QUESTION_H
#define SIM_ANALYSE_QUESTION_H

#include "lab/run.h"
#include "vm/analysis.h"

enum { QUESTION_SIZES_MAX = 20000 };

struct sim_question {
    struct vm_analysis_request request; /* frames point to sizes */
    uint32_t *sizes;                    /* owned */
    enum vm_trace_format format;
    bool data_only;
    uint64_t references_max; /* 0: no limit */
};
/* False: `message` says what is wrong with it and how to mend it. */
bool sim_question_read(const char *json, const struct lab_set *set, struct sim_question *out,
    char *message, size_t room);
void sim_question_release(struct sim_question *question);

#endif

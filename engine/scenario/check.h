/* SPDX-License-Identifier: MIT
 * What the checks before a run share. They look at the tree alone.
 */
#ifndef SCENARIO_CHECK_H
#define SCENARIO_CHECK_H

#include "scenario/thread.h"

struct checker {
    const vm_scenario *scenario;
    const vm_run *known; /* the run that a line is appended to; NULL */
    struct vm_diagnostics *diagnostics;
};

void check_later(struct checker *checker, struct place place, const char *what, const char *word);

/* ---- check_threads.c ---- */
bool is_create(const struct statement *statement);
void check_create(struct checker *checker, const struct expr *call);
void check_thread(struct checker *checker, const struct statement *statement);
void check_thread_name(struct checker *checker, struct place place, const char *name);
void check_run(struct checker *checker, const struct statement *statement);

#endif

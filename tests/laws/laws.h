/* SPDX-License-Identifier: MIT
 * What the program `laws` shares: the law of one seed in a process of its own, so that a crash is a
 * finding like any other, and making a failing list of operations short.
 */
#ifndef LAWS_H
#define LAWS_H

#include "support_law.h"

/* How long the run of a seed is, and whether the whole law is looked at. */
struct law_case laws_case(uint64_t seed, unsigned full_every);

/* Runs the law in a child; false: it does not hold, and `problem` says what or how it crashed. */
bool laws_try(const struct law_case *law, char *problem, size_t room);
/* The operations of a seed up to its failure; owned by the caller, NULL when it does not fail. */
struct vm_op *laws_failing(
    uint64_t seed, unsigned full_every, size_t *n, char *problem, size_t room);
/* Takes out whatever the failure does not need. */
size_t laws_minimise(
    uint64_t seed, unsigned full_every, struct vm_op *ops, size_t n, const char *problem);

#endif

/* SPDX-License-Identifier: MIT
 * The words that arguments are, by the classes of arguments.def: one table for the calls that take
 * them, for questions, and for what an editor offers.
 */
#ifndef SCENARIO_ARGUMENTS_H
#define SCENARIO_ARGUMENTS_H

#include "scenario/place.h"

#include <stdint.h>

struct argument_word {
    const char *class, *word;
    uint64_t flag; /* what the class means by it */
};

/* NULL when the class has no such word. */
const struct argument_word *argument_named(const char *class, const char *word);

/* Offers every word of the class. */
void argument_offer(const char *class, struct suggestion *suggestion);

#endif

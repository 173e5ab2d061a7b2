/* SPDX-License-Identifier: MIT
 * Where something stands in the text, and what is to be said about it.
 */
#ifndef SCENARIO_PLACE_H
#define SCENARIO_PLACE_H

#include "vm/scenario.h"

struct place {
    uint32_t line, column, length; /* 1-based, bytes */
};

#define DIAGNOSTICS_MAX 64 /* further ones are only counted */

/* An error; `hint` may be NULL. Without memory it is still counted. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void diagnose(struct vm_diagnostics *diagnostics, struct place place, const char *hint,
              const char *format, ...);
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void diagnose_warning(struct vm_diagnostics *diagnostics, struct place place, const char *hint,
                      const char *format, ...);

/* "did you mean x?" of the nearest candidate, or an empty text. */
#define SUGGESTION_MAX 120
struct suggestion {
    const char *word; /* what was written */
    const char *best; /* borrowed from the candidate */
    size_t distance;
};
void suggestion_begin(struct suggestion *suggestion, const char *word);
void suggestion_offer(struct suggestion *suggestion, const char *candidate);
/* Writes the hint: the nearest word if one is near, else `otherwise`. */
const char *suggestion_hint(
    const struct suggestion *suggestion, const char *otherwise, char out[SUGGESTION_MAX]);

#endif

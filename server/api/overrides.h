/* SPDX-License-Identifier: MIT
 * What a run changes of its scenario from outside: {"frames": 8, "policy": "lru"}.
 */
#ifndef API_OVERRIDES_H
#define API_OVERRIDES_H

#include "sim/sim.h"
#include "wire/json_read.h"

#define API_OVERRIDES_MAX 32

struct api_overrides {
    json_value *root; /* for the caller's use: what owns the names and texts */
    struct sim_override set[API_OVERRIDES_MAX];
    char number[API_OVERRIDES_MAX][32];
    size_t n;
};
/* Absent or null: none. False: not an object of at most 32 numbers, strings and booleans. */
bool api_overrides_read(struct api_overrides *out, const json_value *set);
/* As a JSON object of strings, for free(); NULL without memory. */
char *api_overrides_write(const struct api_overrides *overrides);

/* Results are our own writing; they may be long. */
extern const struct json_limits api_results_limits;

#endif

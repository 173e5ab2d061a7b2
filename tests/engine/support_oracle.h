/* SPDX-License-Identifier: MIT
 * Replay against oracles: programs written straight from a policy's definition, which share no code
 * with it. An oracle answers one case; the rest (random strings, pieces, comparison) is here.
 */
#ifndef SUPPORT_ORACLE_H
#define SUPPORT_ORACLE_H

#include "vm/describe.h"
#include "vm/trace.h"

struct oracle_case {
    enum vm_policy_kind policy;
    uint32_t frames;
    struct vm_policy_params params;
    const struct vm_trace_ref *ref;
    size_t length;
};
typedef struct vm_replay_result oracle(const struct oracle_case *c);

static inline bool oracle_writes(const struct vm_trace_ref *ref)
{
    return ref->kind == 'W' || ref->kind == 'M';
}

/* Replays the case, fed in pieces of that many references. */
struct vm_replay_result oracle_replay(const struct oracle_case *c, size_t piece);
/* Fails the test with both answers when they differ. */
void oracle_compare(const struct oracle_case *c, size_t piece, oracle *ask);

/* Draws: a generator of our own, so that a case is the same everywhere. */
void oracle_seed(uint64_t seed);
uint64_t oracle_below(uint64_t limit);
void oracle_fill(struct vm_trace_ref *ref, size_t length, uint64_t pages);

/* `cases` random short strings for each policy, with few frames and short ticks and windows. */
void oracle_small_cases(
    const enum vm_policy_kind *policies, size_t n, oracle *ask, unsigned cases, uint64_t seed);
/* One long string for each policy: batches, growth of arrays, compaction. */
void oracle_long_case(enum vm_policy_kind policy, oracle *ask, size_t length, uint64_t pages,
    uint32_t frames, uint64_t seed);
/* One long string of a program with phases: loops over a few pages, some of them changed now and
 * then, a scan of everything in between. Its locality makes lists and generations do their work. */
void oracle_phases_case(enum vm_policy_kind policy, oracle *ask, size_t length, uint64_t pages,
    uint32_t frames, uint64_t seed);

oracle oracle_classic; /* support_oracle_classic.c */
extern const enum vm_policy_kind oracle_classic_policies[];
extern const size_t oracle_classic_policies_n;
oracle oracle_working_set; /* support_oracle_working_set.c */
extern const enum vm_policy_kind oracle_working_set_policies[];
extern const size_t oracle_working_set_policies_n;
oracle oracle_ghosts; /* support_oracle_ghosts.c: SIEVE, S3-FIFO, 2Q, ARC, LIRS */
extern const enum vm_policy_kind oracle_ghosts_policies[];
extern const size_t oracle_ghosts_policies_n;
oracle oracle_clock_pro; /* support_oracle_clock_pro.c */

oracle oracle_linux; /* support_oracle_linux.c */
extern const enum vm_policy_kind oracle_linux_policies[];
extern const size_t oracle_linux_policies_n;

#endif

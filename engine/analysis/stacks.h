/* SPDX-License-Identifier: MIT
 * A stack algorithm run once over a kept trace, for its faults and write-backs at every size, in
 * slices; or stepped, for the depth of each reference. LRU and OPT are known here. The kept trace
 * must outlive it.
 */
#ifndef ANALYSIS_STACKS_H
#define ANALYSIS_STACKS_H

#include "analysis/curve.h"
#include "analysis/kept.h"
#include "analysis/lru_stack.h"
#include "analysis/opt_stack.h"

#define STACK_POLICIES (UINT64_C(1) << vm_policy_kind_lru | UINT64_C(1) << vm_policy_kind_opt)

struct stack_run {
    enum vm_policy_kind policy;
    const struct kept *kept;
    size_t ahead;   /* entries whose next use is not known yet; OPT only */
    size_t at;      /* the next entry */
    uint32_t *next; /* owned; OPT: of each entry, its page's next entry, or a key past the end */
    uint32_t *soon; /* owned; OPT: of each page, while going backwards */
    struct lru_stack lru;
    struct opt_stack opt;
};

enum vm_status stack_run_init(
    struct stack_run *run, enum vm_policy_kind policy, const struct kept *kept);
void stack_run_release(struct stack_run *run);
size_t stack_run_memory(const struct stack_run *run);
/* Work in all: entries to pass. */
uint64_t stack_run_all(const struct stack_run *run);
/* Before the first step: looks into the future, at most `budget` entries; how many. run->ahead is
 * 0 when nothing is left to look at. */
uint64_t stack_run_prepare(struct stack_run *run, uint64_t budget);
/* The depth of the next entry, from 1; 0: its page's first. */
uint32_t stack_run_step(struct stack_run *run);
/* The same for all entries, into the curve, about `budget` of work: how many entries it passed. */
uint64_t stack_run_work(struct stack_run *run, struct curve *curve, uint64_t budget);
static inline bool stack_run_done(const struct stack_run *run)
{
    return run->ahead == 0 && run->at == run->kept->n;
}
/* After the last: what every page's depth says about write-backs, and the sums. */
enum vm_status stack_run_end(struct stack_run *run, struct curve *curve);

#endif

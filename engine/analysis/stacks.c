/* SPDX-License-Identifier: MIT
 * Running a stack algorithm: see stacks.h. OPT needs a pass backwards first, which finds the next
 * use of every entry.
 */
#include "analysis/stacks.h"

#include <stdlib.h>

/* Never again: the lower the page number, the later. */
static bool never_keys(struct stack_run *run)
{
    const struct kept *kept = run->kept;
    uint32_t *rank = kept_ranks(kept), pages = kept->numbers.pages;
    if (!rank) {
        return false;
    }
    for (uint32_t page = 0; page < pages; page++) {
        rank[page] = (uint32_t)kept->n + (pages - 1 - rank[page]);
    }
    run->soon = rank;
    return true;
}

enum vm_status stack_run_init(
    struct stack_run *run, enum vm_policy_kind policy, const struct kept *kept)
{
    *run = (struct stack_run){.policy = policy, .kept = kept};
    if (policy != vm_policy_kind_opt) {
        return lru_stack_init(&run->lru, kept->numbers.pages);
    }
    if (kept->n + (uint64_t)kept->numbers.pages >= UINT32_MAX) {
        return VM_LIMIT;
    }
    run->ahead = kept->n;
    run->next = malloc((kept->n + 1) * sizeof(*run->next));
    if (!run->next || !never_keys(run) || opt_stack_init(&run->opt, kept->numbers.pages) != VM_OK) {
        stack_run_release(run);
        return VM_NOMEM;
    }
    return VM_OK;
}

void stack_run_release(struct stack_run *run)
{
    free(run->next);
    free(run->soon);
    lru_stack_release(&run->lru);
    opt_stack_release(&run->opt);
    run->next = run->soon = NULL;
}

size_t stack_run_memory(const struct stack_run *run)
{
    size_t bytes = lru_stack_memory(&run->lru) + opt_stack_memory(&run->opt);
    bytes += run->next ? run->kept->n * sizeof(*run->next) : 0;
    return bytes + (run->soon ? run->kept->numbers.pages * sizeof(*run->soon) : 0);
}

uint64_t stack_run_all(const struct stack_run *run)
{
    return run->kept->n * (run->policy == vm_policy_kind_opt ? 2 : 1);
}

uint64_t stack_run_prepare(struct stack_run *run, uint64_t budget)
{
    size_t n = run->ahead < budget ? run->ahead : (size_t)budget, end = run->ahead - n;
    const uint32_t *entry = run->kept->entry;
    uint32_t *soon = run->soon;
    for (size_t i = run->ahead; i-- > end;) {
        uint32_t page = entry[i] >> 1;
        run->next[i] = soon[page];
        soon[page] = (uint32_t)i;
    }
    run->ahead = end;
    return n;
}

uint32_t stack_run_step(struct stack_run *run)
{
    size_t at = run->at++;
    uint32_t page = run->kept->entry[at] >> 1;
    return run->policy == vm_policy_kind_opt ? opt_stack_use(&run->opt, page, run->next[at])
                                             : lru_stack_use(&run->lru, page);
}

static void lru_some(struct stack_run *run, struct curve *curve, size_t end)
{
    const uint32_t *entry = run->kept->entry;
    for (size_t i = run->at; i < end; i++) {
        uint32_t page = entry[i] >> 1;
        curve_use(curve, page, lru_stack_use(&run->lru, page), entry[i] & 1);
    }
    run->at = end;
}

static void opt_some(struct stack_run *run, struct curve *curve, size_t end)
{
    const uint32_t *entry = run->kept->entry, *next = run->next;
    for (size_t i = run->at; i < end; i++) {
        uint32_t page = entry[i] >> 1;
        curve_use(curve, page, opt_stack_use(&run->opt, page, next[i]), entry[i] & 1);
    }
    run->at = end;
}

enum { PIECE = 1024, STEPS_A_REFERENCE = 16 };

uint64_t stack_run_work(struct stack_run *run, struct curve *curve, uint64_t budget)
{
    uint64_t used = stack_run_prepare(run, budget), steps = run->opt.steps;
    while (used + (run->opt.steps - steps) / STEPS_A_REFERENCE < budget && run->at < run->kept->n) {
        size_t left = run->kept->n - run->at, n = left < PIECE ? left : PIECE;
        (run->policy == vm_policy_kind_opt ? opt_some : lru_some)(run, curve, run->at + n);
        used += n;
    }
    return used;
}

enum vm_status stack_run_end(struct stack_run *run, struct curve *curve)
{
    for (uint32_t page = 0; page < run->kept->numbers.pages; page++) {
        uint32_t depth = run->policy == vm_policy_kind_opt ? run->opt.depth[page] + 1
                                                           : lru_stack_depth(&run->lru, page);
        curve_leave(curve, page, depth);
    }
    return curve_end(curve, run->kept->references);
}

/* SPDX-License-Identifier: MIT
 * OPT's stack (Mattson et al. 1970). A key says when a page is used next; never is later than all,
 * the lower the page number the later, as OPT's tie wants it. The page used goes to the top; the
 * one that stood there sinks: at each depth the earlier key stays and the later one sinks on, down
 * to the depth that the used page left. Only pages later than all above them move. A tree of
 * maxima, fan-out 16, skips stretches where none does; its first node on each level is always
 * walked into and not kept.
 * Invariant: max[l][i] is the greatest key of depths i * 16^(l+1) .. (i + 1) * 16^(l+1) - 1, i > 0.
 */
#ifndef ANALYSIS_OPT_STACK_H
#define ANALYSIS_OPT_STACK_H

#include "vm/types.h"

enum { OPT_LEVELS = 7, OPT_FAN_SHIFT = 4, OPT_FAN = 1 << OPT_FAN_SHIFT };
#define OPT_NOT_USED UINT32_MAX

struct opt_entry {
    uint32_t key, page;
};
struct opt_stack {
    uint32_t pages, used;
    struct opt_entry *entry; /* owned; by depth from 0 */
    uint32_t *depth;         /* owned; of each page from 0, or OPT_NOT_USED */
    unsigned levels;
    uint32_t *max[OPT_LEVELS]; /* owned */
    uint64_t steps;            /* entries and nodes looked at: what the work costs */
};

enum vm_status opt_stack_init(struct opt_stack *stack, uint32_t pages);
void opt_stack_release(struct opt_stack *stack);
size_t opt_stack_memory(const struct opt_stack *stack);
/* When the page stands below depth 15, or is new. */
uint32_t opt_stack_use_deep(struct opt_stack *stack, uint32_t page, uint32_t key);

/* Uses the page, whose next use is `key`: its depth before, from 1; 0: it had none. */
static inline uint32_t opt_stack_use(struct opt_stack *stack, uint32_t page, uint32_t key)
{
    uint32_t at = stack->depth[page];
    if (at >= OPT_FAN) {
        return opt_stack_use_deep(stack, page, key);
    }
    struct opt_entry *entry = stack->entry, sinking = entry[0];
    for (uint32_t i = 1; i < at; i++) {
        if (entry[i].key > sinking.key) {
            struct opt_entry next = entry[i];
            entry[i] = sinking;
            stack->depth[sinking.page] = i;
            sinking = next;
        }
    }
    entry[at] = sinking; /* at 0: written over at once */
    stack->depth[sinking.page] = at;
    entry[0] = (struct opt_entry){key, page};
    stack->depth[page] = 0;
    return at + 1;
}

#endif

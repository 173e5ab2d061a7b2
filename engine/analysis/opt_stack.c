/* SPDX-License-Identifier: MIT
 * Sinking through a deep stack of OPT: see opt_stack.h.
 */
#include "analysis/opt_stack.h"

#include <stdlib.h>

static size_t nodes(const struct opt_stack *stack, unsigned level)
{
    return (stack->pages >> (OPT_FAN_SHIFT * (level + 1))) + 1 + OPT_FAN;
}

enum vm_status opt_stack_init(struct opt_stack *stack, uint32_t pages)
{
    *stack = (struct opt_stack){.pages = pages};
    stack->entry = malloc((pages + (size_t)OPT_FAN) * sizeof(*stack->entry));
    stack->depth = malloc((pages + (size_t)1) * sizeof(*stack->depth));
    bool fine = stack->entry && stack->depth;
    while (fine && pages >> (OPT_FAN_SHIFT * (stack->levels + 1)) > 0) {
        uint32_t *max = calloc(nodes(stack, stack->levels), sizeof(*max));
        fine = max != NULL;
        stack->max[stack->levels] = max;
        stack->levels += fine;
    }
    if (!fine) {
        opt_stack_release(stack);
        return VM_NOMEM;
    }
    for (uint32_t page = 0; page < pages; page++) {
        stack->depth[page] = OPT_NOT_USED;
    }
    return VM_OK;
}

void opt_stack_release(struct opt_stack *stack)
{
    free(stack->entry);
    free(stack->depth);
    for (unsigned level = 0; level < stack->levels; level++) {
        free(stack->max[level]);
    }
    *stack = (struct opt_stack){0};
}

size_t opt_stack_memory(const struct opt_stack *stack)
{
    size_t bytes = stack->pages * (sizeof(*stack->entry) + sizeof(*stack->depth));
    for (unsigned level = 0; level < stack->levels; level++) {
        bytes += nodes(stack, level) * sizeof(**stack->max);
    }
    return bytes;
}

static void put(struct opt_stack *stack, uint32_t at, struct opt_entry entry)
{
    stack->entry[at] = entry;
    stack->depth[entry.page] = at;
}

/* Sinks through depths from .. to - 1; what comes out below. */
static struct opt_entry sink(
    struct opt_stack *stack, uint32_t from, uint32_t to, struct opt_entry sinking)
{
    for (uint32_t i = from; i < to; i++) {
        if (stack->entry[i].key > sinking.key) {
            struct opt_entry next = stack->entry[i];
            put(stack, i, sinking);
            sinking = next;
        }
    }
    stack->steps += to - from;
    return sinking;
}

/* Entries of the lowest node that holds `at` have changed. */
static void mend(struct opt_stack *stack, uint32_t at)
{
    uint32_t node = at >> OPT_FAN_SHIFT, first = node << OPT_FAN_SHIFT, greatest = 0;
    for (uint32_t i = first; i < first + OPT_FAN && i < stack->used; i++) {
        greatest = stack->entry[i].key > greatest ? stack->entry[i].key : greatest;
    }
    for (unsigned level = 0; node > 0 && level < stack->levels; level++) {
        stack->steps += OPT_FAN;
        if (stack->max[level][node] == greatest) {
            return;
        }
        stack->max[level][node] = greatest;
        first = node & ~(uint32_t)(OPT_FAN - 1);
        greatest = 0;
        for (uint32_t i = first; i < first + OPT_FAN; i++) {
            uint32_t one = stack->max[level][i];
            greatest = one > greatest ? one : greatest;
        }
        node >>= OPT_FAN_SHIFT;
    }
}

/* How many depths from `at` on, which begins a lowest node, can be passed over: none up to `end`
 * has a later key. 0: the lowest node has one, or is not whole. */
static uint32_t skip(const struct opt_stack *stack, uint32_t at, uint32_t end, uint32_t key)
{
    uint32_t passed = 0;
    for (unsigned level = 0; level < stack->levels; level++) {
        uint32_t each = UINT32_C(1) << (OPT_FAN_SHIFT * (level + 1));
        if (at % each || end - at < each || stack->max[level][at / each] > key) {
            break;
        }
        passed = each;
    }
    return passed;
}

uint32_t opt_stack_use_deep(struct opt_stack *stack, uint32_t page, uint32_t key)
{
    uint32_t old = stack->depth[page], end = old == OPT_NOT_USED ? stack->used++ : old;
    if (end > 0) {
        uint32_t at = end < OPT_FAN ? end : OPT_FAN;
        struct opt_entry sinking = sink(stack, 1, at, stack->entry[0]);
        while (at < end) {
            uint32_t passed = skip(stack, at, end, sinking.key);
            stack->steps++;
            if (passed == 0) {
                passed = end - at < OPT_FAN ? end - at : OPT_FAN;
                uint32_t above = sinking.key;
                sinking = sink(stack, at, at + passed, sinking);
                if (sinking.key != above && passed == OPT_FAN) {
                    mend(stack, at);
                }
            }
            at += passed;
        }
        put(stack, end, sinking);
        mend(stack, end);
    }
    put(stack, 0, (struct opt_entry){key, page});
    return old == OPT_NOT_USED ? 0 : old + 1;
}

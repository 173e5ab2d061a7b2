/* SPDX-License-Identifier: MIT
 * Depths in LRU's stack (Mattson et al. 1970), without moving it. References have places in a log;
 * a bit is set at the last place of each page. The depth is the number of bits from the page's
 * place on (Bennett and Kruskal 1975, Olken 1981). Bits are counted in a tree of fan-out 16 above
 * words of 64; only the levels below the common ancestor of the old and the new place are touched,
 * so a near reference costs a few instructions.
 * Invariant: a node counts the bits below it; the bit of a page that was used is set at its place.
 */
#ifndef ANALYSIS_LRU_STACK_H
#define ANALYSIS_LRU_STACK_H

#include "vm/types.h"

enum { LRU_LEVELS = 8, LRU_FAN_SHIFT = 4, LRU_FAN = 1 << LRU_FAN_SHIFT, LRU_WORD_SHIFT = 6 };
#define LRU_NOT_USED UINT32_MAX

struct lru_stack {
    uint32_t pages;
    uint32_t *place;             /* owned; of each page, or LRU_NOT_USED */
    uint32_t end, room;          /* places in the log; a power of two */
    uint64_t *bits;              /* owned */
    unsigned levels;             /* of counts */
    uint32_t *count[LRU_LEVELS]; /* owned; [0] of 16 words, [1] of 16 of those, ... */
};

enum vm_status lru_stack_init(struct lru_stack *stack, uint32_t pages);
void lru_stack_release(struct lru_stack *stack);
size_t lru_stack_memory(const struct lru_stack *stack);
/* Renumbers places; the caller does it when the log is full. */
void lru_stack_compact(struct lru_stack *stack);
/* The page's first place. */
void lru_stack_add(struct lru_stack *stack, uint32_t page);
/* The depth of a page that was used, without using it. */
uint32_t lru_stack_depth(const struct lru_stack *stack, uint32_t page);

/* Uses the page; its depth before, from 1; 0: it had none. */
static inline uint32_t lru_stack_use(struct lru_stack *stack, uint32_t page)
{
    if (stack->end == stack->room) {
        lru_stack_compact(stack);
    }
    uint32_t old = stack->place[page], now = stack->end;
    if (old == LRU_NOT_USED) {
        lru_stack_add(stack, page);
        return 0;
    }
    stack->place[page] = now;
    stack->end = now + 1;
    uint64_t *bits = stack->bits;
    uint32_t from = old >> LRU_WORD_SHIFT, to = now >> LRU_WORD_SHIFT;
    uint64_t after = bits[from] >> (old & 63); /* from the old place on */
    uint32_t depth = (uint32_t)__builtin_popcountll(after);
    bits[from] ^= UINT64_C(1) << (old & 63);
    bits[to] |= UINT64_C(1) << (now & 63);
    if (from == to) {
        return depth;
    }
    uint32_t last = from | (LRU_FAN - 1); /* nothing is set past `to` but the bit just set */
    for (uint32_t i = from + 1; i <= (last < to ? last : to); i++) {
        depth += (uint32_t)__builtin_popcountll(bits[i]);
    }
    if (last >= to) {
        return depth - 1; /* the bit just set */
    }
    for (unsigned level = 0;; level++) {
        from >>= LRU_FAN_SHIFT;
        to >>= LRU_FAN_SHIFT;
        uint32_t *count = stack->count[level];
        count[from]--;
        count[to]++;
        last = from | (LRU_FAN - 1);
        for (uint32_t i = from + 1; i <= (last < to ? last : to); i++) {
            depth += count[i];
        }
        if (last >= to) {
            return depth - 1;
        }
    }
}

#endif

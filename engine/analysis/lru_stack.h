/* SPDX-License-Identifier: MIT
 * Depths in LRU's stack (Mattson et al. 1970), without moving it. References have places in a log;
 * a bit is set at the last place of each page. The depth is the number of bits from the page's
 * place on (Bennett and Kruskal 1975, Olken 1981). Bits are counted in a tree of fan-out 16 above
 * words of 64; only the levels below the common ancestor of the old and the new place are touched,
 * so a near reference costs a few instructions.
 * The first few pages of the stack are a list of their own and have no place: most references go no
 * deeper (on a recorded program 95 % to the first four), and find their page there at once.
 * Invariant: a node counts the bits below it; the bit of a page that was used and is not in the
 * list is set at its place.
 */
#ifndef ANALYSIS_LRU_STACK_H
#define ANALYSIS_LRU_STACK_H

#include "vm/types.h"

enum { LRU_LEVELS = 8, LRU_FAN_SHIFT = 4, LRU_FAN = 1 << LRU_FAN_SHIFT, LRU_WORD_SHIFT = 6 };
#define LRU_NOT_USED UINT32_MAX
#define LRU_ON_TOP (UINT32_MAX - 1) /* in the list */
enum { LRU_TOP = 4 };

struct lru_stack {
    uint32_t pages;
    uint32_t top[LRU_TOP];       /* the pages used last, the last first; LRU_NOT_USED: none yet */
    uint32_t *place;             /* owned; of each page, or one of the above */
    uint32_t end, room;          /* places in the log; a power of two */
    uint64_t *bits;              /* owned */
    unsigned levels;             /* of counts */
    uint32_t *count[LRU_LEVELS]; /* owned; [0] of 16 words, [1] of 16 of those, ... */
};

enum vm_status lru_stack_init(struct lru_stack *stack, uint32_t pages);
void lru_stack_release(struct lru_stack *stack);
size_t lru_stack_memory(const struct lru_stack *stack);
/* Uses a page that is not in the list. */
uint32_t lru_stack_dig(struct lru_stack *stack, uint32_t page);
/* The depth of a page that was used, without using it. */
uint32_t lru_stack_depth(const struct lru_stack *stack, uint32_t page);

/* Uses the page; its depth before, from 1; 0: it had none. */
static inline uint32_t lru_stack_use(struct lru_stack *stack, uint32_t page)
{
    uint32_t *top = stack->top;
    if (top[0] == page) {
        return 1;
    }
    if (top[1] == page) {
        top[1] = top[0];
        top[0] = page;
        return 2;
    }
    for (uint32_t at = 2; at < LRU_TOP; at++) {
        if (top[at] == page) {
            for (uint32_t i = at; i > 0; i--) {
                top[i] = top[i - 1];
            }
            top[0] = page;
            return at + 1;
        }
    }
    return lru_stack_dig(stack, page);
}

#endif

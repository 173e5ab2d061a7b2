/* SPDX-License-Identifier: MIT
 * The parts of lru_stack.h that run once a page or once a log.
 */
#include "analysis/lru_stack.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 1 << 16, ROOM_FACTOR = 4 };

static uint32_t words(const struct lru_stack *stack)
{
    return stack->room >> LRU_WORD_SHIFT;
}

/* Nodes of a level, whole families: a sum over siblings stays within. */
static size_t nodes(const struct lru_stack *stack, unsigned level)
{
    size_t n = words(stack) >> (LRU_FAN_SHIFT * (level + 1));
    return n < LRU_FAN ? LRU_FAN : n;
}

enum vm_status lru_stack_init(struct lru_stack *stack, uint32_t pages)
{
    *stack = (struct lru_stack){.pages = pages, .room = ROOM_LEAST};
    while (stack->room < (uint64_t)pages * ROOM_FACTOR) {
        if (stack->room > UINT32_MAX / 4) {
            return VM_LIMIT;
        }
        stack->room *= 2;
    }
    bool fine = (stack->place = malloc((pages + (size_t)1) * sizeof(*stack->place))) != NULL;
    fine = fine && (stack->bits = calloc(words(stack), sizeof(*stack->bits))) != NULL;
    while (fine && (stack->levels == 0 || nodes(stack, stack->levels - 1) > LRU_FAN)) {
        uint32_t *count = calloc(nodes(stack, stack->levels), sizeof(*count));
        fine = count != NULL;
        stack->count[stack->levels] = count;
        stack->levels += fine;
    }
    if (!fine) {
        lru_stack_release(stack);
        return VM_NOMEM;
    }
    for (uint32_t page = 0; page < pages; page++) {
        stack->place[page] = LRU_NOT_USED;
    }
    return VM_OK;
}

void lru_stack_release(struct lru_stack *stack)
{
    free(stack->place);
    free(stack->bits);
    for (unsigned level = 0; level < stack->levels; level++) {
        free(stack->count[level]);
    }
    *stack = (struct lru_stack){0};
}

size_t lru_stack_memory(const struct lru_stack *stack)
{
    size_t bytes = stack->pages * sizeof(*stack->place) + words(stack) * sizeof(*stack->bits);
    for (unsigned level = 0; level < stack->levels; level++) {
        bytes += nodes(stack, level) * sizeof(**stack->count);
    }
    return bytes;
}

void lru_stack_add(struct lru_stack *stack, uint32_t page)
{
    uint32_t now = stack->end++, node = now >> LRU_WORD_SHIFT;
    stack->place[page] = now;
    stack->bits[node] |= UINT64_C(1) << (now & 63);
    for (unsigned level = 0; level < stack->levels; level++) {
        node >>= LRU_FAN_SHIFT;
        stack->count[level][node]++;
    }
}

uint32_t lru_stack_depth(const struct lru_stack *stack, uint32_t page)
{
    uint32_t place = stack->place[page], from = place >> LRU_WORD_SHIFT;
    uint32_t depth = (uint32_t)__builtin_popcountll(stack->bits[from] >> (place & 63));
    for (uint32_t i = from + 1; i <= (from | (LRU_FAN - 1)); i++) {
        depth += (uint32_t)__builtin_popcountll(stack->bits[i]);
    }
    for (unsigned level = 0; level < stack->levels; level++) {
        from >>= LRU_FAN_SHIFT;
        for (uint32_t i = from + 1; i <= (from | (LRU_FAN - 1)); i++) {
            depth += stack->count[level][i];
        }
    }
    return depth;
}

/* The i-th page from the bottom gets place i. How many bits are set before a word is written into
 * the counts of the lowest level and below; all counts are made anew afterwards. */
void lru_stack_compact(struct lru_stack *stack)
{
    uint32_t *before = stack->count[0]; /* of groups of 16 words, as long as this runs */
    uint32_t sum = 0;
    for (uint32_t group = 0; group < words(stack) >> LRU_FAN_SHIFT; group++) {
        uint32_t own = before[group];
        before[group] = sum;
        sum += own;
    }
    for (uint32_t page = 0; page < stack->pages; page++) {
        uint32_t place = stack->place[page];
        if (place == LRU_NOT_USED) {
            continue;
        }
        uint32_t word = place >> LRU_WORD_SHIFT, at = before[word >> LRU_FAN_SHIFT];
        for (uint32_t i = word & ~(uint32_t)(LRU_FAN - 1); i < word; i++) {
            at += (uint32_t)__builtin_popcountll(stack->bits[i]);
        }
        at +=
            (uint32_t)__builtin_popcountll(stack->bits[word] & ((UINT64_C(1) << (place & 63)) - 1));
        stack->place[page] = at;
    }
    stack->end = sum;
    memset(stack->bits, 0, words(stack) * sizeof(*stack->bits));
    memset(stack->bits, 0xff, (sum >> LRU_WORD_SHIFT) * sizeof(*stack->bits));
    if (sum & 63) {
        stack->bits[sum >> LRU_WORD_SHIFT] = (UINT64_C(1) << (sum & 63)) - 1;
    }
    for (unsigned level = 0; level < stack->levels; level++) {
        uint64_t each = UINT64_C(1) << (LRU_WORD_SHIFT + LRU_FAN_SHIFT * (level + 1));
        for (size_t node = 0; node < nodes(stack, level); node++) {
            uint64_t from = node * each;
            stack->count[level][node] = (uint32_t)(sum <= from         ? 0
                                                   : sum - from < each ? sum - from
                                                                       : each);
        }
    }
}

/* SPDX-License-Identifier: MIT
 * The parts of lru_stack.h for pages that lie deeper than the list.
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
    for (uint32_t i = 0; i < LRU_TOP; i++) {
        stack->top[i] = LRU_NOT_USED;
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

uint32_t lru_stack_depth(const struct lru_stack *stack, uint32_t page)
{
    for (uint32_t i = 0; i < LRU_TOP; i++) {
        if (stack->top[i] == page) {
            return i + 1;
        }
    }
    uint32_t place = stack->place[page], from = place >> LRU_WORD_SHIFT;
    uint32_t depth = LRU_TOP + (uint32_t)__builtin_popcountll(stack->bits[from] >> (place & 63));
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

/* When the log is full: the i-th page from the bottom gets place i. How many bits are set before a
 * word is written into the counts of the lowest level and below; all counts are made anew
 * afterwards. */
static void compact(struct lru_stack *stack)
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
        if (place == LRU_NOT_USED || place == LRU_ON_TOP) {
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

/* A page that left the list gets its first place. */
static void add(struct lru_stack *stack, uint32_t page)
{
    uint32_t now = stack->end++, node = now >> LRU_WORD_SHIFT;
    stack->place[page] = now;
    stack->bits[node] |= UINT64_C(1) << (now & 63);
    for (unsigned level = 0; level < stack->levels; level++) {
        node >>= LRU_FAN_SHIFT;
        stack->count[level][node]++;
    }
}

/* `left` gets the last place, of which the bit at `old` is taken away: how many were set from there
 * on. */
static uint32_t move(struct lru_stack *stack, uint32_t old, uint32_t left)
{
    uint32_t now = stack->end;
    stack->place[left] = now;
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

uint32_t lru_stack_dig(struct lru_stack *stack, uint32_t page)
{
    uint32_t old = stack->place[page], left = stack->top[LRU_TOP - 1], depth = 0;
    for (uint32_t i = LRU_TOP - 1; i > 0; i--) {
        stack->top[i] = stack->top[i - 1];
    }
    stack->top[0] = page;
    stack->place[page] = LRU_ON_TOP;
    if (left == LRU_NOT_USED) {
        return 0; /* the list was not full: the page is new */
    }
    if (old == LRU_NOT_USED) {
        add(stack, left);
    } else {
        depth = LRU_TOP + move(stack, old, left);
    }
    if (stack->end == stack->room) {
        compact(stack);
    }
    return depth;
}

/* SPDX-License-Identifier: MIT
 * LIRS, replayed. Stack S is one log, its top at the end; queue Q is the other. A hit of a LIR page
 * appends it to S and does no more: pages with a large distance below the lowest LIR page are
 * pruned when the next question is asked whether one is in S, which comes to the same.
 */
#include "policy/logs.h"

enum { STATE, S_PLACE, Q_PLACE, UNUSED, PAGE_WORDS }; /* words of a page; 4 for its address */
enum { NOWHERE, LIR, HIR, GONE, LIST = 3, DIRTY = 4 };
enum { STACK, QUEUE };   /* the logs */
enum { LIRS_N, HIRS_N }; /* run->count: LIR pages, pages in Q */

static const struct log_kind stack = {PAGE_WORDS, S_PLACE}, queue = {PAGE_WORDS, Q_PLACE};

static uint32_t *words(struct vm_replay_run *run, uint32_t page)
{
    return &run->page[(size_t)page * PAGE_WORDS];
}

static uint32_t queue_most(const struct vm_replay_run *run)
{
    return run->frames < 200 ? 1 : run->frames / 100;
}

/* The lowest page of S is LIR, or S is empty. */
static void prune(struct vm_replay_run *run)
{
    struct vm_replay_log *log = &run->log[STACK];
    for (; log->front < log->end; log->front++) {
        uint32_t page = log_page(run, STACK, log->front), *word = words(run, page);
        if (word[S_PLACE] != 2 * log->front + STACK + 1) {
            continue;
        }
        if ((word[STATE] & LIST) == LIR) {
            return;
        }
        word[S_PLACE] = 0;
        if (word[STATE] == GONE) {
            word[STATE] = NOWHERE;
        }
    }
}

static void enqueue(struct vm_replay_run *run, uint32_t page)
{
    log_append(run, queue, QUEUE, page);
    run->count[HIRS_N]++;
}

static void dequeue(struct vm_replay_run *run, uint32_t page)
{
    words(run, page)[Q_PLACE] = 0;
    run->count[HIRS_N]--;
}

/* The lowest LIR page becomes HIR, at the end of Q. */
static void demote(struct vm_replay_run *run)
{
    uint32_t page = log_page(run, STACK, run->log[STACK].front), *word = words(run, page);
    word[STATE] = (word[STATE] & DIRTY) | HIR;
    word[S_PLACE] = 0;
    run->count[LIRS_N]--;
    enqueue(run, page);
    prune(run);
}

static void evict(struct vm_replay_run *run)
{
    uint32_t page = log_shift(run, queue, QUEUE), *word = words(run, page);
    run->count[HIRS_N]--;
    run->evictions++;
    run->writebacks += (word[STATE] & DIRTY) != 0;
    word[STATE] = word[S_PLACE] ? GONE : NOWHERE;
}

static void set_list(uint32_t *word, uint32_t list)
{
    word[STATE] = (word[STATE] & DIRTY) | list;
}

/* A page in S that was used again within it: its distance is small. */
static void promote(struct vm_replay_run *run, uint32_t page)
{
    set_list(words(run, page), LIR);
    run->count[LIRS_N]++;
    log_append(run, stack, STACK, page);
    if (run->count[LIRS_N] > run->frames - queue_most(run)) {
        prune(run);
        demote(run);
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    uint32_t *word = words(run, page);
    run->faults++;
    if ((uint64_t)run->count[LIRS_N] + run->count[HIRS_N] == run->frames) {
        evict(run);
    }
    bool in_stack = word[STATE] == GONE;
    word[STATE] = NOWHERE;
    if (in_stack || run->count[LIRS_N] < run->frames - queue_most(run)) {
        promote(run, page);
    } else {
        word[STATE] = HIR;
        log_append(run, stack, STACK, page);
        enqueue(run, page);
    }
}

/* Whatever is no hit of a LIR page. */
static void others(struct vm_replay_run *run, uint32_t page)
{
    uint32_t *word = words(run, page);
    prune(run);
    if ((word[STATE] & LIST) != HIR) {
        bring_in(run, page);
        return;
    }
    bool in_stack = word[S_PLACE];
    dequeue(run, page);
    if (in_stack) {
        promote(run, page);
    } else {
        log_append(run, stack, STACK, page);
        enqueue(run, page);
    }
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    if (log_room(run, STACK) < n) {
        log_compact(run, stack, STACK);
    }
    if (log_room(run, QUEUE) < 2 * n) { /* a page that comes, and one that is demoted */
        log_compact(run, queue, QUEUE);
    }
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, *logs = run->frame, end = run->log[STACK].end;
    uint32_t last = UINT32_MAX; /* the page on top of S, when it was the last one used */
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *word = &pages[(size_t)page * PAGE_WORDS];
        if ((word[STATE] & LIST) == LIR) {
            end += page != last;
            logs[2 * (size_t)end - 2] = page;
            word[S_PLACE] = 2 * end - 1;
            last = page;
        } else {
            run->log[STACK].end = end;
            others(run, page);
            end = run->log[STACK].end;
            last = page;
        }
        uint32_t dirty = vm_replay_writes(&refs[i]) * DIRTY;
        if (dirty & ~word[STATE]) {
            word[STATE] |= DIRTY;
        }
    }
    run->log[STACK].end = end;
}

const struct vm_replay_ops vm_replay_lirs = {.page_words = PAGE_WORDS,
    .frame_words = 4,
    .extra_words = LOGS_EXTRA,
    .by_pages = true,
    .run = replay};

/* SPDX-License-Identifier: MIT
 * S3-FIFO, replayed. One log has the ghosts before its middle and the small queue behind it, the
 * other is the main queue. A hit changes two bits of a word, and nothing once they are 3.
 */
#include "policy/logs.h"

enum { STATE, PLACE, PAGE_WORDS };              /* words of a page */
enum { NOWHERE, GHOST, SMALL, MAIN, LIST = 3 }; /* STATE; also places in run->count */
enum { USE = 4, USES = 3 * USE, DIRTY = 16 };
enum { FIRST, MAINS }; /* the logs */

static const struct log_kind kind = {PAGE_WORDS, PLACE};

static uint32_t *state_of(struct vm_replay_run *run, uint32_t page)
{
    return &run->page[(size_t)page * PAGE_WORDS + STATE];
}

static void put(struct vm_replay_run *run, unsigned log, uint32_t page)
{
    if (!log_room(run, log)) {
        log_compact(run, kind, log);
    }
    log_append(run, kind, log, page);
}

static void leaves(struct vm_replay_run *run, uint32_t state)
{
    run->evictions++;
    run->writebacks += (state & DIRTY) != 0;
    run->count[state & LIST]--;
}

/* Pages used twice or more go to the main queue; the first that was not leaves. */
static bool evict_small(struct vm_replay_run *run)
{
    while (run->count[SMALL]) {
        uint32_t page = log_pass(run, kind, FIRST), *state = state_of(run, page);
        if ((*state & USES) < 2 * USE) {
            leaves(run, *state);
            *state = GHOST;
            if (run->count[GHOST]++ == (uint32_t)((uint64_t)run->frames * 9 / 10)) {
                *state_of(run, log_shift(run, kind, FIRST)) = NOWHERE;
                run->count[GHOST]--;
            }
            return true;
        }
        run->count[SMALL]--;
        run->count[MAIN]++;
        *state = (*state & DIRTY) | MAIN; /* its uses are forgotten */
        put(run, MAINS, page);
    }
    return false;
}

static void evict_main(struct vm_replay_run *run)
{
    for (;;) {
        uint32_t page = log_pass(run, kind, MAINS), *state = state_of(run, page);
        if (!(*state & USES)) {
            leaves(run, *state);
            *state = NOWHERE;
            *log_place(run, kind, page) = 0;
            return;
        }
        *state -= USE;
        put(run, MAINS, page);
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    uint32_t *state = state_of(run, page), *n = run->count;
    bool again = *state == GHOST;
    run->faults++;
    n[GHOST] -= again;
    *state = NOWHERE;
    *log_place(run, kind, page) = 0;
    if ((uint64_t)n[SMALL] + n[MAIN] == run->frames) {
        bool from_main = n[MAIN] > run->frames - run->frames / 10 || !n[SMALL];
        if (from_main || !evict_small(run)) {
            evict_main(run);
        }
    }
    *state = again ? MAIN : SMALL;
    n[*state]++;
    put(run, again ? MAINS : FIRST, page);
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *state = &pages[(size_t)page * PAGE_WORDS + STATE];
        uint32_t dirty = vm_replay_writes(&refs[i]) * DIRTY, want = SMALL | USES | dirty;
        if ((*state & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (*state & SMALL) { /* or MAIN */
            *state += (*state & USES) < USES ? USE : 0;
        } else {
            bring_in(run, page);
        }
        *state |= dirty;
    }
}

const struct vm_replay_ops vm_replay_s3fifo = {
    .page_words = PAGE_WORDS, .frame_words = LOGS_WORDS, .extra_words = LOGS_EXTRA, .run = replay};

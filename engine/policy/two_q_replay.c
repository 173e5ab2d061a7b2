/* SPDX-License-Identifier: MIT
 * 2Q, replayed. One log has A1out before its middle and A1in behind it, the other is Am.
 */
#include "policy/logs.h"

enum { STATE, PLACE, PAGE_WORDS };                      /* words of a page */
enum { NOWHERE, AM, A1IN, A1OUT, LIST = 3, DIRTY = 4 }; /* STATE; also places in run->count */
enum { FIRST, AGAIN };                                  /* the logs */

static const struct log_kind kind = {PAGE_WORDS, PLACE};

static uint32_t *state_of(struct vm_replay_run *run, uint32_t page)
{
    return &run->page[(size_t)page * PAGE_WORDS + STATE];
}

static void reclaim(struct vm_replay_run *run)
{
    uint32_t *n = run->count;
    if ((uint64_t)n[AM] + n[A1IN] < run->frames) {
        return;
    }
    bool first = n[A1IN] > run->frames / 4;
    uint32_t page = log_pass(run, kind, first ? FIRST : AGAIN), *state = state_of(run, page);
    run->evictions++;
    run->writebacks += (*state & DIRTY) != 0;
    n[first ? A1IN : AM]--;
    *state = first ? A1OUT : NOWHERE; /* who leaves Am is forgotten */
    if (!first) {
        *log_place(run, kind, page) = 0;
    }
    if (first && n[A1OUT]++ == run->frames / 2) {
        *state_of(run, log_shift(run, kind, FIRST)) = NOWHERE;
        n[A1OUT]--;
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    uint32_t *state = state_of(run, page);
    bool again = *state == A1OUT;
    run->faults++;
    run->count[A1OUT] -= again;
    *state = NOWHERE;
    *log_place(run, kind, page) = 0;
    reclaim(run);
    *state = again ? AM : A1IN;
    run->count[*state]++;
    log_append(run, kind, again ? AGAIN : FIRST, page);
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    for (unsigned k = FIRST; k <= AGAIN; k++) {
        if (log_room(run, k) < n) {
            log_compact(run, kind, k);
        }
    }
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, *logs = run->frame, end = run->log[AGAIN].end;
    uint32_t last = UINT32_MAX; /* the page that heads Am, when it was the last one used */
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *word = &pages[(size_t)page * PAGE_WORDS], list = word[STATE] & LIST;
        if (list == AM) {
            end += page != last;
            logs[2 * (size_t)end - 1] = page;
            word[PLACE] = 2 * end;
            last = page;
        } else if (list != A1IN) { /* a hit in A1in changes nothing */
            run->log[AGAIN].end = end;
            bring_in(run, page);
            end = run->log[AGAIN].end;
            last = word[STATE] == AM ? page : UINT32_MAX;
        }
        uint32_t dirty = vm_replay_writes(&refs[i]) * DIRTY;
        if (dirty & ~word[STATE]) {
            word[STATE] |= DIRTY;
        }
    }
    run->log[AGAIN].end = end;
}

const struct vm_replay_ops vm_replay_two_q = {
    .page_words = PAGE_WORDS, .frame_words = LOGS_WORDS, .extra_words = LOGS_EXTRA, .run = replay};

/* SPDX-License-Identifier: MIT
 * Lists of pages for replay, kept as logs: a page is put on a list by appending it, and its word
 * says where. An entry that its page's word does not name is stale: the page has moved or gone. So
 * a move to the front is two stores, and each entry is passed over once.
 * Two logs share run->frame, log k at the places 2i + k. Each is cut in two: the entries from
 * `front` to `middle` are one list, those from there to `end` another that feeds it from its tail
 * (pages that are remembered, and pages in memory): who leaves the second is not moved at all.
 */
#ifndef POLICY_LOGS_H
#define POLICY_LOGS_H

#include "policy/replay.h"

#define LOGS_WORDS                                                                                 \
    8 /* of each frame: a log holds 4 entries for each, half of them may be stale                  \
       */
#define LOGS_EXTRA (8 * VM_REPLAY_BATCH)

/* Of a policy whose pages have `words` words, of which this one is the place in a log, plus one. */
struct log_kind {
    unsigned words, place;
};

static inline uint32_t *log_place(struct vm_replay_run *run, struct log_kind kind, uint32_t page)
{
    return &run->page[(size_t)page * kind.words + kind.place];
}

static inline bool log_live(
    struct vm_replay_run *run, struct log_kind kind, unsigned k, uint32_t at)
{
    size_t index = 2 * (size_t)at + k;
    return *log_place(run, kind, run->frame[index]) == index + 1;
}

static inline uint32_t log_page(const struct vm_replay_run *run, unsigned k, uint32_t at)
{
    return run->frame[2 * (size_t)at + k];
}

static inline size_t log_room(const struct vm_replay_run *run, unsigned k)
{
    return run->frame_room / 2 - run->log[k].end;
}

/* Stale entries go. */
static inline void log_compact(struct vm_replay_run *run, struct log_kind kind, unsigned k)
{
    struct vm_replay_log *log = &run->log[k];
    uint32_t kept = 0, middle = UINT32_MAX;
    for (uint32_t at = log->front; at < log->end; at++) {
        middle = at == log->middle ? kept : middle;
        if (log_live(run, kind, k, at)) {
            uint32_t page = log_page(run, k, at), index = 2 * kept++ + k;
            run->frame[index] = page;
            *log_place(run, kind, page) = index + 1;
        }
    }
    *log = (struct vm_replay_log){.middle = middle == UINT32_MAX ? kept : middle, .end = kept};
}

static inline void log_append(
    struct vm_replay_run *run, struct log_kind kind, unsigned k, uint32_t page)
{
    uint32_t index = 2 * run->log[k].end++ + k;
    run->frame[index] = page;
    *log_place(run, kind, page) = index + 1;
}

/* The oldest page behind the middle; there is one. It stays where it is, before the middle now. */
static inline uint32_t log_pass(struct vm_replay_run *run, struct log_kind kind, unsigned k)
{
    struct vm_replay_log *log = &run->log[k];
    while (!log_live(run, kind, k, log->middle)) {
        log->middle++;
    }
    return log_page(run, k, log->middle++);
}

/* The oldest page before the middle; there is one. It is on no list then. */
static inline uint32_t log_shift(struct vm_replay_run *run, struct log_kind kind, unsigned k)
{
    struct vm_replay_log *log = &run->log[k];
    while (!log_live(run, kind, k, log->front)) {
        log->front++;
    }
    uint32_t page = log_page(run, k, log->front++);
    *log_place(run, kind, page) = 0;
    return page;
}

#endif

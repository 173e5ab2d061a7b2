/* SPDX-License-Identifier: MIT
 * First in, first out: the page that was loaded first leaves. A use changes nothing.
 */
#include "policy/policy.h"
#include "policy/replay.h"

enum { LOADED, SERIAL };

/* A serial number, not the time: two pages may come in during one reference. */
static void load(vm_machine *m, vm_frame frame)
{
    uint64_t serial = policy_word(m, SERIAL, 0) + 1;
    policy_put(m, SERIAL, 0, serial);
    policy_put(m, LOADED, frame, serial);
}

static void touch(vm_machine *m, vm_frame frame)
{
    (void)m;
    (void)frame;
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, LOADED, frame, 0);
}

/* As if it had been loaded first. */
static void cool(vm_machine *m, vm_frame frame)
{
    policy_put(m, LOADED, frame, 1);
}

const struct vm_policy vm_policy_fifo = {.load = load,
    .touch = touch,
    .victim = policy_least,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_SOME,
    .use = USE_NOTHING};

/* ---- replay of reference strings and traces ----
 *
 * FIFO, replayed. The frames are a ring that `hand` goes round: the oldest page lies at the hand.
 */

enum { RESIDENT = 1, DIRTY = 2 };

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    run->faults++;
    if (run->used < run->frames) {
        run->frame[run->used++] = page;
        return;
    }
    uint32_t victim = run->frame[run->hand];
    vm_replay_expect(run, run->hand, 1);
    run->evictions++;
    run->writebacks += (run->page[victim] & DIRTY) != 0;
    run->page[victim] = 0;
    run->frame[run->hand] = page;
    run->hand = run->hand + 1 == run->frames ? 0 : run->hand + 1;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t want = RESIDENT | vm_replay_writes(&refs[i]) * DIRTY;
        if ((pages[page] & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (!(pages[page] & RESIDENT)) {
            bring_in(run, page);
        }
        pages[page] |= want;
    }
}

const struct vm_replay_ops vm_replay_fifo = {.page_words = 1, .frame_words = 1, .run = replay};

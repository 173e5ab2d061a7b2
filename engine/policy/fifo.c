/* SPDX-License-Identifier: MIT
 * First in, first out: the page that was loaded first leaves. A use changes nothing.
 */
#include "policy/policy.h"
#include "policy/unmoved.h"

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

static uint32_t chosen(struct vm_replay_run *run)
{
    uint32_t at = run->hand;
    vm_replay_expect(run, at, 1);
    run->hand = at + 1 == run->frames ? 0 : at + 1;
    return at;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    unmoved_replay(run, refs, n, chosen);
}

const struct vm_replay_ops vm_replay_fifo = {.page_words = 1, .frame_words = 1, .run = replay};

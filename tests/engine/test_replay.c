/* SPDX-License-Identifier: MIT
 * Replay against an oracle written straight from the definitions: no hash, no batches, no
 * shortcuts.
 */
#include "vm/describe.h"
#include "vm/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FRAMES_MAX = 7, SMALL = 40 };

struct frame {
    vm_vpn page;
    bool dirty, referenced;
    size_t loaded, used;
};
struct oracle {
    struct frame frame[FRAMES_MAX];
    uint32_t frames, held, hand;
    const struct vm_trace_ref *ref;
    size_t length;
};

static size_t next_use(const struct oracle *o, vm_vpn page, size_t now)
{
    size_t at = now + 1;
    while (at < o->length && o->ref[at].vpn != page) {
        at++;
    }
    return at; /* length: never again */
}

/* Whether frame a goes rather than frame b. */
static bool goes_before(
    const struct oracle *o, enum vm_policy_kind policy, uint32_t a, uint32_t b, size_t now)
{
    const struct frame *left = &o->frame[a], *right = &o->frame[b];
    if (policy == vm_policy_kind_fifo) {
        return left->loaded < right->loaded;
    }
    if (policy == vm_policy_kind_lru) {
        return left->used < right->used;
    }
    size_t left_next = next_use(o, left->page, now), right_next = next_use(o, right->page, now);
    return left_next > right_next || (left_next == right_next && left->page < right->page);
}

static uint32_t victim(struct oracle *o, enum vm_policy_kind policy, size_t now)
{
    if (policy == vm_policy_kind_clock) {
        for (;;) {
            uint32_t at = o->hand;
            o->hand = (o->hand + 1) % o->frames;
            if (!o->frame[at].referenced) {
                return at;
            }
            o->frame[at].referenced = false;
        }
    }
    uint32_t best = 0;
    for (uint32_t i = 1; i < o->frames; i++) {
        best = goes_before(o, policy, i, best, now) ? i : best;
    }
    return best;
}

static struct vm_replay_result ask_oracle(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length)
{
    struct oracle o = {.frames = frames, .ref = ref, .length = length};
    struct vm_replay_result out = {.policy = policy, .frames = frames, .references = length};
    for (size_t now = 0; now < length; now++) {
        uint32_t at = 0;
        while (at < o.held && o.frame[at].page != ref[now].vpn) {
            at++;
        }
        if (at < o.held) {
            out.hits++;
        } else {
            out.faults++;
            if (o.held < frames) {
                o.held++;
            } else {
                at = victim(&o, policy, now);
                out.evictions++;
                out.writebacks += o.frame[at].dirty;
            }
            o.frame[at] = (struct frame){.page = ref[now].vpn, .loaded = now};
        }
        o.frame[at].used = now;
        o.frame[at].referenced = true;
        o.frame[at].dirty |= ref[now].kind == 'W' || ref[now].kind == 'M';
        size_t before = 0;
        while (ref[before].vpn != ref[now].vpn) {
            before++;
        }
        out.distinct_pages += before == now;
    }
    return out;
}

static struct vm_replay_result replay(enum vm_policy_kind policy, uint32_t frames,
    const struct vm_trace_ref *ref, size_t length, size_t piece)
{
    vm_replay *replay;
    struct vm_replay_result out;
    assert_int_equal(vm_replay_new(policy, frames, NULL, &replay), VM_OK);
    for (size_t at = 0; at < length; at += piece) {
        size_t n = length - at < piece ? length - at : piece;
        assert_int_equal(vm_replay_feed(replay, ref + at, n), VM_OK);
    }
    assert_int_equal(vm_replay_end(replay, &out), VM_OK);
    vm_replay_free(replay);
    return out;
}

static uint64_t random_state;
static uint64_t below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

static void fill(struct vm_trace_ref *ref, size_t length, uint64_t pages)
{
    uint64_t spread = below(3) ? 1 : UINT64_C(0x123456789);
    for (size_t i = 0; i < length; i++) {
        vm_vpn page = below(4) == 0 && i > 0 ? ref[i - 1].vpn : below(pages) * spread;
        ref[i] =
            (struct vm_trace_ref){.vpn = page, .va = page, .bytes = 1, .kind = "IRWM"[below(4)]};
    }
}

static void assert_same(struct vm_replay_result got, struct vm_replay_result want)
{
    if (got.hits != want.hits || got.faults != want.faults || got.evictions != want.evictions ||
        got.writebacks != want.writebacks || got.distinct_pages != want.distinct_pages ||
        got.references != want.references || got.frames != want.frames ||
        got.policy != want.policy) {
        fail_msg("%s, %u frames, %llu references: faults %llu evictions %llu write-backs %llu, "
                 "by definition %llu %llu %llu",
            vm_policy_desc(want.policy)->name, want.frames, (unsigned long long)want.references,
            (unsigned long long)got.faults, (unsigned long long)got.evictions,
            (unsigned long long)got.writebacks, (unsigned long long)want.faults,
            (unsigned long long)want.evictions, (unsigned long long)want.writebacks);
    }
}

static void test_small_cases(void **state)
{
    (void)state;
    random_state = 88172645463325252u;
    struct vm_trace_ref ref[SMALL];
    for (int i = 0; i < 100000; i++) {
        size_t length = 1 + below(SMALL);
        fill(ref, length, 1 + below(9));
        uint32_t frames = 1 + (uint32_t)below(FRAMES_MAX);
        enum vm_policy_kind policy = (enum vm_policy_kind)below(vm_policy_kind_count);
        assert_same(replay(policy, frames, ref, length, 1 + below(SMALL)),
            ask_oracle(policy, frames, ref, length));
    }
}

/* Batches, growth of every array, and LRU's log being compacted. */
static void test_long_cases(void **state)
{
    (void)state;
    random_state = 362436069;
    enum { LONG = 150000 };
    struct vm_trace_ref *ref = malloc(LONG * sizeof(*ref));
    assert_non_null(ref);
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        size_t length = policy == vm_policy_kind_opt ? 3000 : LONG;
        fill(ref, length, policy == vm_policy_kind_opt ? 300 : 9);
        uint32_t frames = 3 + (uint32_t)below(FRAMES_MAX - 3);
        assert_same(replay((enum vm_policy_kind)policy, frames, ref, length, 777),
            ask_oracle((enum vm_policy_kind)policy, frames, ref, length));
    }
    free(ref);
}

/* The number of frames is no reason to reserve memory, and a trace need not have references. */
static void test_edges(void **state)
{
    (void)state;
    struct vm_trace_ref ref[2] = {{.vpn = UINT64_MAX, .kind = 'W'}, {.vpn = 0, .kind = 'R'}};
    vm_replay *none;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        enum vm_policy_kind kind = (enum vm_policy_kind)policy;
        assert_int_equal(replay(kind, UINT32_MAX, ref, 2, 1).faults, 2);
        struct vm_replay_result one = replay(kind, 1, ref, 2, 2);
        assert_int_equal(one.writebacks, 1);
        assert_int_equal(replay(kind, 5, ref, 0, 1).references, 0);
        assert_int_equal(vm_replay_new(kind, 0, NULL, &none), VM_INVALID);
        assert_null(none);
    }
    assert_int_equal(vm_replay_new(vm_policy_kind_count, 1, NULL, &none), VM_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_cases),
        cmocka_unit_test(test_long_cases),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

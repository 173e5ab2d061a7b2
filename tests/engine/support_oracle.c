/* SPDX-License-Identifier: MIT
 * Random cases for oracles, and the comparison.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SMALL = 40, SPARE_FRAMES = 7 };

static uint64_t random_state;

void oracle_seed(uint64_t seed)
{
    random_state = seed;
}

uint64_t oracle_below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

void oracle_fill(struct vm_trace_ref *ref, size_t length, uint64_t pages)
{
    static const uint64_t spreads[] = {1, 1, 1, UINT64_C(0x123456789),
        (UINT64_C(1) << 36) - 1, /* the first that replay's table cannot hold */
        UINT64_C(1) << 52, /* another process's */ UINT64_MAX};
    uint64_t spread = spreads[oracle_below(sizeof spreads / sizeof spreads[0])];
    uint64_t again = 1 + oracle_below(8), writes = 1 + oracle_below(4);
    for (size_t i = 0; i < length; i++) {
        vm_vpn page = i > 0 && oracle_below(again) == 0 && oracle_below(2)
                          ? ref[i - 1].vpn
                          : oracle_below(pages) * spread;
        char kind = oracle_below(writes) ? "IR"[oracle_below(2)] : "WM"[oracle_below(2)];
        ref[i] = (struct vm_trace_ref){.vpn = page, .va = page, .bytes = 1, .kind = kind};
    }
}

struct vm_replay_result oracle_replay(const struct oracle_case *c, size_t piece)
{
    vm_replay *replay;
    struct vm_replay_result out;
    assert_int_equal(vm_replay_new(c->policy, c->frames, &c->params, &replay), VM_OK);
    for (size_t at = 0; at < c->length; at += piece) {
        size_t n = c->length - at < piece ? c->length - at : piece;
        assert_int_equal(vm_replay_feed(replay, c->ref + at, n), VM_OK);
    }
    assert_int_equal(vm_replay_end(replay, &out), VM_OK);
    vm_replay_free(replay);
    return out;
}

static void print_case(const struct oracle_case *c)
{
    for (size_t i = 0; i < c->length && i < 60; i++) {
        print_error(
            "%llu%c ", (unsigned long long)c->ref[i].vpn, oracle_writes(&c->ref[i]) ? 'W' : 'R');
    }
    print_error("\n");
}

void oracle_compare(const struct oracle_case *c, size_t piece, oracle *ask)
{
    struct vm_replay_result got = oracle_replay(c, piece), want = ask(c);
    bool same = got.hits == want.hits && got.faults == want.faults &&
                got.evictions == want.evictions && got.writebacks == want.writebacks &&
                got.hits + got.faults == c->length && got.references == c->length &&
                got.frames == c->frames && got.policy == c->policy;
    if (same) {
        return;
    }
    print_case(c);
    fail_msg("%s, %u frames, %zu references, tick %llu, tau %llu: faults %llu evictions %llu "
             "write-backs %llu, by definition %llu %llu %llu",
        vm_policy_desc(c->policy)->name, c->frames, c->length, (unsigned long long)c->params.tick,
        (unsigned long long)c->params.tau, (unsigned long long)got.faults,
        (unsigned long long)got.evictions, (unsigned long long)got.writebacks,
        (unsigned long long)want.faults, (unsigned long long)want.evictions,
        (unsigned long long)want.writebacks);
}

void oracle_small_cases(
    const enum vm_policy_kind *policies, size_t n, oracle *ask, unsigned cases, uint64_t seed)
{
    oracle_seed(seed);
    struct vm_trace_ref ref[SMALL];
    for (uint64_t i = 0; i < (uint64_t)cases * n; i++) {
        enum vm_policy_kind policy = policies[i % n];
        uint32_t least = vm_policy_desc(policy)->least_frames;
        struct oracle_case c = {.policy = policy,
            .frames = least + (uint32_t)oracle_below(SPARE_FRAMES),
            .params = {oracle_below(5), 1 + oracle_below(12), 1 + oracle_below(12)},
            .ref = ref,
            .length = 1 + oracle_below(SMALL)};
        oracle_fill(ref, c.length, 1 + oracle_below(least + 9));
        oracle_compare(&c, 1 + oracle_below(SMALL), ask);
    }
}

void oracle_long_case(enum vm_policy_kind policy, oracle *ask, size_t length, uint64_t pages,
    uint32_t frames, uint64_t seed)
{
    oracle_seed(seed);
    struct vm_trace_ref *ref = malloc(length * sizeof(*ref));
    assert_non_null(ref);
    struct oracle_case c = {.policy = policy,
        .frames = frames,
        .params = {7, 1 + oracle_below(200), 1 + oracle_below(200)},
        .ref = ref,
        .length = length};
    oracle_fill(ref, length, pages);
    oracle_compare(&c, 777, ask);
    free(ref);
}

static void fill_phases(struct vm_trace_ref *ref, size_t length, uint64_t pages, uint32_t frames)
{
    uint64_t base = 0, span = 1, left = 0, scan = 0;
    for (size_t i = 0; i < length; i++) {
        if (left-- == 0) {
            base = oracle_below(pages);
            span = 1 + oracle_below(frames * UINT64_C(2));
            left = 1 + oracle_below(span * 8);
        }
        uint64_t chance = oracle_below(16);
        vm_vpn page = chance == 0   ? scan++ % pages
                      : chance < 12 ? (base + oracle_below(1 + span / 4)) % pages
                                    : (base + i % span) % pages;
        char kind = oracle_below(4) ? 'R' : 'W';
        ref[i] = (struct vm_trace_ref){.vpn = page, .va = page, .bytes = 1, .kind = kind};
    }
}

void oracle_phases_case(enum vm_policy_kind policy, oracle *ask, size_t length, uint64_t pages,
    uint32_t frames, uint64_t seed)
{
    oracle_seed(seed);
    struct vm_trace_ref *ref = malloc(length * sizeof(*ref));
    assert_non_null(ref);
    struct oracle_case c = {.policy = policy,
        .frames = frames,
        .params = {7, 1 + oracle_below(200), 1 + oracle_below(frames * UINT64_C(4))},
        .ref = ref,
        .length = length};
    fill_phases(ref, length, pages, frames);
    oracle_compare(&c, 2000, ask);
    free(ref);
}

/* SPDX-License-Identifier: MIT
 * The full machine and replay are two programs for one definition: over random strings each policy
 * must fault, evict and write back alike in both. For OPT the history's recording pass is part of
 * it.
 */
#include "support_random.h"
#include "vm/describe.h"
#include "vm/history.h"
#include "vm/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES = 12, LENGTH = 200, CASES = 300, TASK = 1 };

static void append(vm_history *history, struct vm_op op)
{
    assert_int_equal(vm_history_append(history, &op), VM_OK);
}

static struct vm_op access_op(const struct vm_trace_ref *ref, uint8_t page_shift)
{
    bool writes = ref->kind == 'W' || ref->kind == 'M';
    return (struct vm_op){.kind = vm_op_kind_access,
        .u.access = {TASK, ref->vpn << page_shift, writes ? vm_access_store : vm_access_load, 1}};
}

static vm_history *new_history(
    enum vm_policy_kind policy, uint32_t frames, uint64_t tau, uint32_t tlb_ways)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_paper, &config);
    config.policy = policy;
    config.frames = frames;
    config.tau = tau;
    config.tlb_sets = tlb_ways ? 1 : 0;
    config.tlb_ways = tlb_ways;
    vm_history *history;
    assert_int_equal(vm_history_new(&config, NULL, &history), VM_OK);
    append(history, (struct vm_op){.kind = vm_op_kind_start, .u.start = {.label = 1}});
    uint64_t bytes = (uint64_t)PAGES << config.page_shift;
    append(history, (struct vm_op){.kind = vm_op_kind_mmap,
                        .u.mmap = {.tid = TASK,
                            .bytes = bytes,
                            .prot = vm_prot_bit_read | vm_prot_bit_write,
                            .flags = vm_map_bit_pages | vm_map_bit_fixed}});
    return history;
}

static void test_like_replay(void **state)
{
    (void)state;
    struct dice dice = {4711};
    struct vm_trace_ref ref[LENGTH];
    for (int i = 0; i < CASES; i++) {
        enum vm_policy_kind policy = (enum vm_policy_kind)dice_roll(&dice, vm_policy_kind_count);
        uint32_t frames = 1 + (uint32_t)dice_roll(&dice, 7);
        struct vm_policy_params params = vm_policy_params_default();
        params.tau = 1 + dice_roll(&dice, 30);
        vm_history *history =
            new_history(policy, frames, params.tau, (uint32_t)dice_roll(&dice, 3) * 2);
        uint8_t page_shift = vm_machine_config(vm_history_head(history))->page_shift;
        struct vm_keys keys = {0};
        vm_record_keys(vm_history_head_mutable(history), &keys);
        size_t length = 1 + dice_roll(&dice, LENGTH);
        uint64_t pages = 1 + dice_roll(&dice, PAGES);
        for (size_t at = 0; at < length; at++) {
            vm_vpn page = dice_roll(&dice, pages);
            ref[at] =
                (struct vm_trace_ref){page, page << page_shift, 1, "RRWM"[dice_roll(&dice, 4)], 0};
            append(history, access_op(&ref[at], page_shift));
        }
        vm_record_keys(vm_history_head_mutable(history), NULL);
        assert_int_equal(keys.length, length);
        if (policy == vm_policy_kind_opt) {
            assert_int_equal(vm_history_with_future(history, &keys), VM_OK);
            assert_int_equal(vm_history_length(history), length + 2);
        }
        free(keys.key);
        vm_replay *replay;
        struct vm_replay_result want;
        assert_int_equal(vm_replay_new(policy, frames, &params, &replay), VM_OK);
        assert_int_equal(vm_replay_feed(replay, ref, length), VM_OK);
        assert_int_equal(vm_replay_end(replay, &want), VM_OK);
        vm_replay_free(replay);
        const vm_machine *m = vm_history_head(history);
        assert_null(vm_check(m));
        if (vm_counter(m, 0, vm_counter_faults) != want.faults ||
            vm_counter(m, 0, vm_counter_evictions) != want.evictions ||
            vm_counter(m, 0, vm_counter_writebacks) != want.writebacks) {
            fail_msg("case %d: %s, %u frames, %zu references: the machine has %llu faults, %llu "
                     "evictions, "
                     "%llu write-backs; replay %llu, %llu, %llu",
                i, vm_policy_desc(policy)->name, frames, length,
                (unsigned long long)vm_counter(m, 0, vm_counter_faults),
                (unsigned long long)vm_counter(m, 0, vm_counter_evictions),
                (unsigned long long)vm_counter(m, 0, vm_counter_writebacks),
                (unsigned long long)want.faults, (unsigned long long)want.evictions,
                (unsigned long long)want.writebacks);
        }
        vm_history_free(history);
    }
}

/* A fork of a process with many pages is one `bulk`, whether it was counted or is found when asked.
 */
static void test_bulk(void **state)
{
    (void)state;
    enum { MANY = 12000 };
    for (int counted = 0; counted < 2; counted++) {
        struct vm_config config;
        vm_config_preset(vm_machine_kind_x86_64, &config);
        config.frames = 20000;
        struct vm_history_options options = {.count_events = counted};
        vm_history *history;
        assert_int_equal(vm_history_new(&config, &options, &history), VM_OK);
        append(history, (struct vm_op){.kind = vm_op_kind_start, .u.start = {.label = 1}});
        append(history, (struct vm_op){.kind = vm_op_kind_mmap,
                            .u.mmap = {.tid = TASK, .bytes = MANY * 4096, .prot = 3}});
        vm_va va = vm_last(vm_history_head(history))->value;
        for (vm_va page = 0; page < MANY; page++) {
            struct vm_op touch = {.kind = vm_op_kind_access,
                .u.access = {TASK, va + page * 4096, vm_access_store, 8}};
            append(history, touch);
        }
        append(history, (struct vm_op){.kind = vm_op_kind_fork, .u.fork = {TASK, 2}});
        uint64_t length = vm_history_length(history), reached;
        assert_int_equal(
            (vm_history_marks(history)[length - 1].flags & VM_MARK_BULK) != 0, counted);
        for (int again = 0; again < 2; again++) {
            struct vm_events events = {0};
            struct vm_event event;
            size_t offset = 0;
            assert_int_equal(
                vm_history_events(history, length - 1, length, SIZE_MAX, &events, NULL, &reached),
                VM_OK);
            assert_true(vm_event_next(events.bytes, events.length, &offset, &event));
            assert_int_equal(event.kind, vm_event_bulk);
            assert_true(event.word[0] > VM_BULK_CHANGES);
            assert_int_equal(offset, events.length);
            assert_int_equal(events.happenings, 1);
            assert_int_equal(vm_history_marks(history)[length - 1].micro, 1);
            vm_events_release(&events);
        }
        vm_history_free(history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_replay),
        cmocka_unit_test(test_bulk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

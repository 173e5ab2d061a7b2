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

enum { PAGES = 40, LENGTH = 300, CASES = 15, TASK = 1 };

struct trial {
    enum vm_policy_kind policy;
    uint32_t frames;
    struct vm_policy_params params;
    struct vm_trace_ref ref[LENGTH];
    size_t length;
    uint32_t tlb_ways;
};

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

static void draw_trial(struct dice *dice, enum vm_policy_kind policy, struct trial *out)
{
    uint32_t least = vm_policy_desc(policy)->least_frames;
    out->policy = policy;
    out->frames = least + (uint32_t)dice_roll(dice, 7);
    out->params = (struct vm_policy_params){
        dice_roll(dice, 5), 1 + dice_roll(dice, 30), 1 + dice_roll(dice, 30)};
    out->length = 1 + dice_roll(dice, LENGTH);
    out->tlb_ways = (uint32_t)dice_roll(dice, 3) * 2;
    uint64_t pages = 1 + dice_roll(dice, least + 11 < PAGES ? least + 11 : PAGES);
    for (size_t at = 0; at < out->length; at++) {
        bool again = at && dice_roll(dice, 4) == 0;
        vm_vpn page = again ? out->ref[at - 1].vpn : dice_roll(dice, pages);
        out->ref[at] = (struct vm_trace_ref){
            .vpn = page, .va = page, .bytes = 1, .kind = "RRWM"[dice_roll(dice, 4)]};
    }
}

static struct vm_config config_of(const struct trial *trial)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_paper, &config);
    config.policy = trial->policy;
    config.frames = trial->frames;
    config.seed = trial->params.seed;
    config.tick = trial->params.tick;
    config.tau = trial->params.tau;
    config.tlb_sets = trial->tlb_ways ? 1 : 0;
    config.tlb_ways = trial->tlb_ways;
    return config;
}

static struct vm_op start_op(void)
{
    return (struct vm_op){.kind = vm_op_kind_start, .u.start = {.label = 1}};
}

static struct vm_op map_op(const struct vm_config *config)
{
    return (struct vm_op){.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = TASK,
            .bytes = (uint64_t)PAGES << config->page_shift,
            .prot = vm_prot_bit_read | vm_prot_bit_write,
            .flags = vm_map_bit_pages | vm_map_bit_fixed}};
}

static struct vm_replay_result replay(const struct trial *trial)
{
    vm_replay *replay;
    struct vm_replay_result out;
    assert_int_equal(vm_replay_new(trial->policy, trial->frames, &trial->params, &replay), VM_OK);
    assert_int_equal(vm_replay_feed(replay, trial->ref, trial->length), VM_OK);
    assert_int_equal(vm_replay_end(replay, &out), VM_OK);
    vm_replay_free(replay);
    return out;
}

static void assert_like_replay(const struct trial *trial, const vm_machine *m)
{
    struct vm_replay_result want = replay(trial);
    const char *problem = vm_check(m);
    uint64_t faults = vm_counter(m, 0, vm_counter_faults);
    uint64_t evictions = vm_counter(m, 0, vm_counter_evictions);
    uint64_t writebacks = vm_counter(m, 0, vm_counter_writebacks);
    if (problem || faults != want.faults || evictions != want.evictions ||
        writebacks != want.writebacks) {
        fail_msg("%s, %u frames, %zu references: the machine has %llu faults, %llu evictions, %llu "
                 "write-backs; replay %llu, %llu, %llu. %s",
            vm_policy_desc(trial->policy)->name, trial->frames, trial->length,
            (unsigned long long)faults, (unsigned long long)evictions,
            (unsigned long long)writebacks, (unsigned long long)want.faults,
            (unsigned long long)want.evictions, (unsigned long long)want.writebacks,
            problem ? problem : "");
    }
}

static void run_history(const struct trial *trial)
{
    struct vm_config config = config_of(trial);
    vm_history *history;
    assert_int_equal(vm_history_new(&config, NULL, &history), VM_OK);
    append(history, start_op());
    append(history, map_op(&config));
    struct vm_keys keys = {0};
    vm_record_keys(vm_history_head_mutable(history), &keys);
    for (size_t at = 0; at < trial->length; at++) {
        append(history, access_op(&trial->ref[at], config.page_shift));
    }
    vm_record_keys(vm_history_head_mutable(history), NULL);
    assert_int_equal(keys.length, trial->length);
    if (trial->policy == vm_policy_kind_opt) {
        assert_int_equal(vm_history_with_future(history, &keys), VM_OK);
        assert_int_equal(vm_history_length(history), trial->length + 2);
    }
    free(keys.key);
    assert_like_replay(trial, vm_history_head(history));
    vm_history_free(history);
}

static void test_like_replay(void **state)
{
    (void)state;
    struct dice dice = {4711};
    struct trial trial;
    for (unsigned i = 0; i < CASES * vm_policy_kind_count; i++) {
        draw_trial(&dice, (enum vm_policy_kind)(i % vm_policy_kind_count), &trial);
        run_history(&trial);
    }
}

/* The quick way of references in bulk; OPT has no future there. */
static void test_bulk_like_replay(void **state)
{
    (void)state;
    struct dice dice = {2718};
    struct trial trial;
    static struct vm_ref refs[LENGTH];
    for (unsigned i = 0; i < 4 * CASES * vm_policy_kind_count; i++) {
        enum vm_policy_kind policy = (enum vm_policy_kind)(i % vm_policy_kind_count);
        if (policy == vm_policy_kind_opt) {
            continue;
        }
        draw_trial(&dice, policy, &trial);
        struct vm_config config = config_of(&trial);
        vm_machine *m;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        struct vm_op start = start_op(), map = map_op(&config);
        assert_int_equal(vm_apply(m, &start, NULL), VM_OK);
        assert_int_equal(vm_apply(m, &map, NULL), VM_OK);
        for (size_t at = 0; at < trial.length; at++) {
            struct vm_op op = access_op(&trial.ref[at], config.page_shift);
            refs[at] = (struct vm_ref){.va = op.u.access.va, .access = (uint8_t)op.u.access.access};
        }
        size_t done;
        assert_int_equal(vm_access_run(m, TASK, refs, trial.length, &done), VM_OK);
        assert_int_equal(done, trial.length);
        assert_like_replay(&trial, m);
        vm_machine_free(m);
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
        assert_int_equal((vm_history_mark(history, length).flags & VM_MARK_BULK) != 0, counted);
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
            assert_int_equal(vm_history_mark(history, length).micro, 1);
            vm_events_release(&events);
        }
        vm_history_free(history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_replay),
        cmocka_unit_test(test_bulk_like_replay),
        cmocka_unit_test(test_bulk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * Accesses: the bulk path equals operation by operation, and a copy-on-write fault takes the steps
 * that the textbooks name, in their order.
 */
#include "support_fold.h"
#include "support_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static vm_machine *machine_with_map(const struct vm_config *config, vm_va *base, uint64_t pages)
{
    vm_machine *m;
    assert_int_equal(vm_machine_new(config, &m), VM_OK);
    const struct vm_op start = {.kind = vm_op_kind_start, .u.start = {1, 0}};
    assert_int_equal(vm_apply(m, &start, NULL), VM_OK);
    const struct vm_op map = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = 1, .bytes = pages << config->page_shift, .prot = 7, .name = 2}};
    assert_int_equal(vm_apply(m, &map, NULL), VM_OK);
    *base = vm_last(m)->value;
    return m;
}

static void bulk_equals_single(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct dice dice = {seed};
        struct vm_config config;
        dice_machine(&dice, &config);
        config.frames += 8;
        config.kernel_frames =
            0; /* reads of untouched pages take frames, so that memory gets short */
        vm_va base, same;
        vm_machine *a = machine_with_map(&config, &base, 40),
                   *b = machine_with_map(&config, &same, 40);
        assert_int_equal(base, same);
        struct vm_ref refs[400];
        for (size_t i = 0; i < 400; i++) {
            uint64_t page = dice_roll(&dice, 1 + dice_roll(&dice, 40));
            refs[i].va = base + (page << config.page_shift) + dice_roll(&dice, 16);
            refs[i].access = (uint8_t)(1 + dice_roll(&dice, 3));
        }
        size_t done;
        assert_int_equal(vm_access_run(a, 1, refs, 400, &done), VM_OK);
        for (size_t i = 0; i < done; i++) {
            const struct vm_op op = {.kind = vm_op_kind_access,
                .u.access = {.tid = 1, .va = refs[i].va, .access = refs[i].access, .bytes = 1}};
            assert_int_equal(vm_apply(b, &op, NULL), VM_OK);
        }
        struct vm_events one = {0}, two = {0};
        if (done == 400) {
            vm_describe(a, &one);
            vm_describe(b, &two);
            assert_int_equal(one.length, two.length);
            assert_memory_equal(one.bytes, two.bytes, one.length);
        }
        assert_null(vm_check(a));
        vm_events_release(&one);
        vm_events_release(&two);
        vm_machine_free(a);
        vm_machine_free(b);
    }
}

/* The happenings of one operation, as names joined by blanks. */
static void happenings(vm_machine *m, const struct vm_op *op, char *text, size_t room)
{
    struct vm_events events = {0};
    assert_int_equal(vm_apply(m, op, &events), VM_OK);
    struct vm_event event;
    size_t at = 0;
    text[0] = 0;
    while (vm_event_next(events.bytes, events.length, &at, &event)) {
        const struct vm_event_desc *desc = vm_event_desc(event.kind);
        if (!desc->change) {
            strncat(text, desc->name, room - strlen(text) - 1);
            strncat(text, " ", room - strlen(text) - 1);
        }
    }
    vm_events_release(&events);
}

static void copy_on_write_in_order(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 64;
    vm_va heap;
    vm_machine *m = machine_with_map(&config, &heap, 2);
    char text[1000];
    const struct vm_op first = {.kind = vm_op_kind_store, .u.store = {1, heap, 5}};
    happenings(m, &first, text, sizeof text);
    assert_string_equal(text,
        "access tlb_miss walk_level trap vma_found frame_taken table_made frame_taken table_made "
        "frame_taken table_made fault frame_taken zero_fill entry_set fault_return tlb_miss "
        "walk_level "
        "walk_level walk_level walk_level dirty_set tlb_fill access_done ");
    const struct vm_op fork = {.kind = vm_op_kind_fork, .u.fork = {1, 3}};
    assert_int_equal(vm_apply(m, &fork, NULL), VM_OK);
    const struct vm_op child = {.kind = vm_op_kind_store, .u.store = {2, heap, 7}};
    happenings(m, &child, text, sizeof text);
    assert_string_equal(text,
        "preempted registers_saved space_loaded switched access tlb_miss walk_level walk_level "
        "walk_level walk_level trap vma_found fault "
        "frame_taken cow_copy entry_set fault_return tlb_miss walk_level walk_level walk_level "
        "walk_level dirty_set tlb_fill access_done ");
    assert_int_equal(vm_last(m)->fault, vm_fault_cow);
    const struct vm_op parent = {.kind = vm_op_kind_store, .u.store = {1, heap, 8}};
    happenings(m, &parent, text, sizeof text);
    assert_non_null(strstr(text, "fault cow_reuse entry_set "));
    assert_int_equal(vm_last(m)->fault, vm_fault_reuse);
    assert_int_equal(vm_counter(m, 0, vm_counter_copies), 1);
    uint64_t value;
    assert_true(vm_value(m, 1, heap, &value));
    assert_int_equal(value, 8);
    assert_true(vm_value(m, 2, heap, &value));
    assert_int_equal(value, 7);
    vm_machine_free(m);
}

/* On paper a reference is a hit or a fault, never both. */
static void paper_says_hit_only_of_hits(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_paper, &config);
    vm_va base;
    vm_machine *m = machine_with_map(&config, &base, 4);
    const struct vm_op touch = {.kind = vm_op_kind_access,
        .u.access = {.tid = 1, .va = base, .access = vm_access_load, .bytes = 1}};
    char text[1000];
    happenings(m, &touch, text, sizeof text);
    assert_non_null(strstr(text, "fault_return access_done "));
    assert_null(strstr(text, "reference_hit"));
    happenings(m, &touch, text, sizeof text);
    assert_string_equal(text, "access reference_hit access_done ");
    vm_machine_free(m);
}

static void limits_are_a_status(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits.pages = 4;
    config.limits.processes = 1;
    vm_va heap;
    vm_machine *m = machine_with_map(&config, &heap, 8);
    const struct vm_op four = {.kind = vm_op_kind_access,
        .u.access = {.tid = 1, .va = heap, .access = vm_access_store, .bytes = 4 << 12}};
    const struct vm_op five = {.kind = vm_op_kind_access,
        .u.access = {.tid = 1, .va = heap, .access = vm_access_store, .bytes = 5 << 12}};
    const struct vm_op fork = {.kind = vm_op_kind_fork, .u.fork = {1, 3}};
    assert_int_equal(vm_apply(m, &five, NULL), VM_LIMIT);
    assert_int_equal(vm_counter(m, 0, vm_counter_references), 0);
    assert_int_equal(vm_apply(m, &four, NULL), VM_OK);
    assert_int_equal(vm_apply(m, &fork, NULL), VM_LIMIT);
    assert_int_equal(vm_process_state_of(m, 2), vm_process_state_none);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bulk_equals_single),
        cmocka_unit_test(copy_on_write_in_order), cmocka_unit_test(limits_are_a_status),
        cmocka_unit_test(paper_says_hit_only_of_hits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

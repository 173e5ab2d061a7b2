/* SPDX-License-Identifier: MIT
 * User mode: copying bytes, texts, calls and returns. They are ordinary accesses.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 4096 };

static vm_va map_pages(vm_machine *m, uint64_t pages)
{
    return DO(m, mmap, .tid = 1, .bytes = pages * PAGE, .prot = 3, .name = 9);
}

static uint64_t word_at(const vm_machine *m, vm_va va)
{
    uint64_t value = 0;
    assert_true(vm_value(m, 1, va, &value));
    return value;
}

static vm_machine *machine_empty(void)
{
    vm_machine *m = machine_x86(64);
    DO(m, start, .label = 1);
    return m;
}

static void a_copy_carries_every_byte(void **state)
{
    (void)state;
    vm_machine *m = machine_empty();
    vm_va a = map_pages(m, 2), b = map_pages(m, 3);
    DO(m, store, .tid = 1, .va = a, .value = 0x0807060504030201);
    DO(m, store, .tid = 1, .va = a + 8, .value = 0x100f0e0d0c0b0a09);
    DO(m, copy, .tid = 1, .to = b, .from = a, .bytes = 16);
    assert_int_equal(word_at(m, b), 0x0807060504030201);
    assert_int_equal(word_at(m, b + 8), 0x100f0e0d0c0b0a09);
    /* Unaligned on both sides: bytes 3 to 12 to an odd place that held something. */
    DO(m, store, .tid = 1, .va = b + 40, .value = UINT64_MAX);
    DO(m, copy, .tid = 1, .to = b + 33, .from = a + 2, .bytes = 10);
    assert_int_equal(word_at(m, b + 32), 0x0908070605040300);
    assert_int_equal(word_at(m, b + 40), 0xffffffffff0c0b0a);
    vm_machine_free(m);
}

static void a_copy_over_page_ends_touches_each_page(void **state)
{
    (void)state;
    vm_machine *m = machine_empty();
    vm_va a = map_pages(m, 3), b = map_pages(m, 3);
    DO(m, store, .tid = 1, .va = a + PAGE, .value = 42);
    DO(m, store, .tid = 1, .va = a + 2 * PAGE + 8, .value = 43);
    uint64_t before = vm_counter(m, 1, vm_counter_references);
    DO(m, copy, .tid = 1, .to = b, .from = a, .bytes = 3 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_references) - before, 6);
    assert_int_equal(word_at(m, b + PAGE), 42);
    assert_int_equal(word_at(m, b + 2 * PAGE + 8), 43);
    assert_int_equal(vm_resident(m, 1, b / PAGE, b / PAGE + 3), 3);
    /* What is copied where zeros were is zero again. */
    DO(m, copy, .tid = 1, .to = b + PAGE, .from = a, .bytes = PAGE);
    assert_int_equal(word_at(m, b + PAGE), 0);
    /* A page further on, page by page and upwards, as memcpy does it. */
    DO(m, copy, .tid = 1, .to = a + PAGE + 4, .from = a + 4, .bytes = 2 * PAGE - 8);
    assert_int_equal(word_at(m, a + PAGE), 42);
    vm_machine_free(m);
}

static void a_copy_stops_at_a_signal(void **state)
{
    (void)state;
    vm_machine *m = machine_empty();
    vm_va a = map_pages(m, 1);
    DO(m, store, .tid = 1, .va = a + PAGE - 8, .value = 5);
    DO(m, copy, .tid = 1, .to = a, .from = a + PAGE - 8, .bytes = 16);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
    vm_machine_free(m);
}

static void a_text_is_bytes(void **state)
{
    (void)state;
    vm_machine *m = machine_empty();
    vm_va a = map_pages(m, 2);
    struct vm_op op = {
        .kind = vm_op_kind_store_text, .u.store_text = {.tid = 1, .va = a + PAGE - 3, .bytes = 14}};
    memcpy(&op.u.store_text.w0, "Hello, W", 8); /* the test runs on little-endian machines */
    memcpy(&op.u.store_text.w1, "orld!", 5);
    machine_do(m, &op);
    assert_int_equal(word_at(m, a + PAGE - 8), UINT64_C(0x6c6548) << 40);
    DO(m, copy, .tid = 1, .to = a, .from = a + PAGE - 3, .bytes = 14);
    uint64_t words[2] = {word_at(m, a), word_at(m, a + 8)};
    assert_string_equal((const char *)words, "Hello, World!");
    vm_machine_free(m);
}

/* A process with text and stack; its text begins at *text. */
static vm_machine *machine_running(uint32_t frames, vm_va *text)
{
    vm_machine *m = machine_x86(frames);
    DO(m, file, .name = 3);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 2 * PAGE);
    DO(m, start, .label = 4, .program = 1);
    struct vm_vma_view vma;
    assert_true(vm_vma_find(m, 1, vm_vma_kind_text, 1, 0, &vma));
    *text = vma.start * PAGE;
    return m;
}

static void a_call_pushes_and_a_return_pops(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(64, &text);
    vm_va sp = vm_task_sp(m, 1);
    assert_false(vm_in_function(m, 1));
    DO(m, call, .tid = 1, .va = text, .locals = 64, .name = 5);
    assert_true(vm_in_function(m, 1));
    assert_int_equal(vm_task_sp(m, 1), sp - 16 - 64);
    vm_va inner = vm_task_sp(m, 1);
    DO(m, call, .tid = 1, .va = text + PAGE, .locals = 10, .name = 6);
    assert_int_equal(vm_task_sp(m, 1), inner - 16 - 16); /* the stack stays aligned */
    assert_int_equal(word_at(m, inner - 8), text + 5);   /* the instruction behind the call */
    assert_int_equal(word_at(m, inner - 16), sp - 16);   /* the caller's frame */
    DO(m, ret, .tid = 1);
    assert_int_equal(vm_task_sp(m, 1), inner);
    DO(m, ret, .tid = 1);
    assert_int_equal(vm_task_sp(m, 1), sp);
    assert_false(vm_in_function(m, 1));
    const struct vm_op again = {.kind = vm_op_kind_ret, .u.ret = {1}};
    assert_int_equal(vm_apply(m, &again, NULL), VM_INVALID);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void locals_cost_nothing_until_they_are_used(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(64, &text);
    DO(m, call, .tid = 1, .va = text, .locals = 16, .name = 5);
    uint64_t rss = vm_counter(m, 1, vm_counter_rss);
    DO(m, call, .tid = 1, .va = text, .locals = 20 * PAGE, .name = 5);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), rss);
    DO(m, call, .tid = 1, .va = text, .locals = 16, .name = 5); /* its frame lies far below */
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), rss + 1);
    DO(m, ret, .tid = 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), rss + 1); /* a return frees no page */
    vm_machine_free(m);
}

static void code_is_fetched_and_must_be_code(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(64, &text);
    DO(m, call, .tid = 1, .va = text + PAGE, .locals = 0, .name = 5);
    assert_int_equal(vm_resident(m, 1, text / PAGE + 1, text / PAGE + 2), 1);
    DO(m, call, .tid = 1, .va = vm_task_sp(m, 1) - 64, .locals = 0, .name = 5);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_accerr); /* the stack holds no code */
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    vm_machine_free(m);
}

static void an_overwritten_return_address_is_obeyed(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(64, &text);
    DO(m, call, .tid = 1, .va = text, .locals = 32, .name = 5);
    vm_va sp = vm_task_sp(m, 1);
    DO(m, store, .tid = 1, .va = sp + 32 + 8, .value = 0x6161616161);
    DO(m, ret, .tid = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
    vm_machine_free(m);
}

static void endless_recursion_ends_at_the_stack_limit(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(256, &text);
    uint64_t calls = 0;
    while (vm_process_state_of(m, 1) == vm_process_state_alive && calls < 1000) {
        DO(m, call, .tid = 1, .va = text, .locals = 64 * 1024, .name = 5);
        calls++;
    }
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
    assert_in_range(calls, 120, 130); /* 8 MiB of frames of 64 KiB */
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_carries_every_byte),
        cmocka_unit_test(a_copy_over_page_ends_touches_each_page),
        cmocka_unit_test(a_copy_stops_at_a_signal),
        cmocka_unit_test(a_text_is_bytes),
        cmocka_unit_test(a_call_pushes_and_a_return_pops),
        cmocka_unit_test(locals_cost_nothing_until_they_are_used),
        cmocka_unit_test(code_is_fetched_and_must_be_code),
        cmocka_unit_test(an_overwritten_return_address_is_obeyed),
        cmocka_unit_test(endless_recursion_ends_at_the_stack_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * Pipes: the ring and its pages, who waits and who wakes whom, ends that close.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, BUFFER = 8 };

struct lab {
    vm_machine *m;
    uint64_t in, out; /* descriptors of the pipe */
    vm_va a, b;       /* BUFFER pages each, in both processes */
};

/* A has a pipe, B is its child. */
static struct lab lab_with(uint32_t frames, uint64_t pages)
{
    struct lab lab = {.m = machine_x86(frames)};
    DO(lab.m, start, .label = 1);
    uint64_t both = DO(lab.m, pipe, .tid = 1, .bytes = pages * PAGE);
    lab.in = both & UINT32_MAX;
    lab.out = both >> 32;
    lab.a = DO(lab.m, mmap, .tid = 1, .bytes = BUFFER * PAGE, .prot = 3, .name = 9);
    lab.b = DO(lab.m, mmap, .tid = 1, .bytes = BUFFER * PAGE, .prot = 3, .name = 9);
    assert_int_equal(DO(lab.m, fork, .tid = 1, .label = 2), 2);
    return lab;
}
static struct lab lab_new(void)
{
    return lab_with(200, 0);
}

static uint64_t put(const struct lab *lab, vm_tid tid, uint64_t bytes)
{
    return DO(lab->m, write, .tid = tid, .fd = lab->out, .va = lab->a, .bytes = bytes);
}
static uint64_t get(const struct lab *lab, vm_tid tid, uint64_t bytes)
{
    return DO(lab->m, read, .tid = tid, .fd = lab->in, .va = lab->b, .bytes = bytes);
}
static struct vm_task_view task(const struct lab *lab, vm_tid tid)
{
    struct vm_task_view view;
    assert_true(vm_task_at(lab->m, tid, &view));
    return view;
}
static bool waits(const struct lab *lab, vm_tid tid, enum vm_wait_reason reason)
{
    struct vm_task_view view = task(lab, tid);
    return view.state == vm_task_state_waiting && view.wait == reason;
}
static struct vm_pipe_view pipe_of(const struct lab *lab, vm_pid pid)
{
    struct vm_pipe_view view;
    assert_true(
        vm_pipe_at(lab->m, pid, lab->out, &view) || vm_pipe_at(lab->m, pid, lab->in, &view));
    return view;
}
static uint64_t value_at(const struct lab *lab, vm_pid pid, vm_va va)
{
    uint64_t value = 0;
    assert_true(vm_value(lab->m, pid, va, &value));
    return value;
}

static void values_travel(void **state)
{
    (void)state;
    struct lab lab = lab_new();
    DO(lab.m, store, .tid = 1, .va = lab.a + 8, .value = 42);
    uint32_t free = vm_free_frames(lab.m);
    uint64_t copied = vm_counter(lab.m, 0, vm_counter_copied_bytes);
    assert_int_equal(put(&lab, 1, 16), 16);
    assert_int_equal(vm_free_frames(lab.m), free - 1);
    assert_int_equal(pipe_of(&lab, 1).bytes, 16);
    assert_int_equal(pipe_of(&lab, 1).pages, 1);
    assert_int_equal(get(&lab, 2, 16), 16);
    assert_int_equal(value_at(&lab, 2, lab.b + 8), 42);
    assert_int_equal(vm_counter(lab.m, 0, vm_counter_copied_bytes) - copied, 32);
    assert_int_equal(pipe_of(&lab, 1).pages, 0);
    vm_machine_free(lab.m);
}

static void an_empty_pipe_blocks_its_reader(void **state)
{
    (void)state;
    struct lab lab = lab_new();
    get(&lab, 2, 100);
    assert_true(waits(&lab, 2, vm_wait_reason_pipe_data));
    DO(lab.m, store, .tid = 1, .va = lab.a, .value = 7);
    const struct vm_op write = {.kind = vm_op_kind_write, .u.write = {1, lab.out, lab.a, 8}};
    assert_int_equal(machine_count(lab.m, &write, vm_event_call_goes_on), 1);
    assert_int_equal(vm_last(lab.m)->value, 8); /* the writer's answer, not the reader's */
    assert_int_equal(vm_last(lab.m)->tid, 1);
    assert_int_equal(task(&lab, 2).wait, vm_wait_reason_none);
    assert_int_equal(value_at(&lab, 2, lab.b), 7);
    assert_int_equal(pipe_of(&lab, 1).bytes, 0);
    vm_machine_free(lab.m);
}

/* 16 pages of one byte each fill it: 4095 odd bytes do not fit behind one. */
static void full_is_by_pages(void **state)
{
    (void)state;
    struct lab lab = lab_new();
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(put(&lab, 1, 1), 1);
        assert_int_equal(put(&lab, 1, 4096), 4096); /* no odd bytes: a page of its own */
    }
    assert_int_equal(pipe_of(&lab, 1).pages, 16);
    put(&lab, 1, 4096);
    assert_true(waits(&lab, 1, vm_wait_reason_pipe_room));
    assert_int_equal(get(&lab, 2, 1), 1); /* a place comes free, the writer goes on */
    assert_false(waits(&lab, 1, vm_wait_reason_pipe_room));
    assert_int_equal(pipe_of(&lab, 1).bytes, 8 * 4096 + 7 + 4096);
    vm_machine_free(lab.m);
}

static void small_writes_merge(void **state)
{
    (void)state;
    struct lab lab = lab_with(200, 1);
    assert_int_equal(put(&lab, 1, 4000), 4000);
    assert_int_equal(put(&lab, 1, 96), 96); /* full by places, and yet it fits */
    assert_int_equal(pipe_of(&lab, 1).pages, 1);
    put(&lab, 1, 1);
    assert_true(waits(&lab, 1, vm_wait_reason_pipe_room));
    assert_int_equal(get(&lab, 2, 4095), 4095);
    assert_true(waits(&lab, 1, vm_wait_reason_pipe_room)); /* a byte still takes the place */
    assert_int_equal(get(&lab, 2, 4095), 1);
    assert_int_equal(pipe_of(&lab, 1).bytes, 1);
    vm_machine_free(lab.m);
}

/* 5 pages through a ring of 2: the writer blocks in the middle, again and again. */
static void a_long_write_is_cut(void **state)
{
    (void)state;
    struct lab lab = lab_with(200, 2);
    for (uint64_t page = 0; page < 5; page++) {
        DO(lab.m, store, .tid = 1, .va = lab.a + page * PAGE, .value = 100 + page);
    }
    put(&lab, 1, 5 * PAGE);
    assert_true(waits(&lab, 1, vm_wait_reason_pipe_room));
    assert_int_equal(pipe_of(&lab, 1).bytes, 2 * PAGE);
    for (uint64_t page = 0; page < 5; page++) {
        assert_int_equal(get(&lab, 2, PAGE), PAGE);
        assert_int_equal(value_at(&lab, 2, lab.b), 100 + page);
    }
    assert_int_equal(vm_task_result(lab.m, 1), 5 * PAGE);
    assert_int_equal(pipe_of(&lab, 1).bytes, 0);
    vm_machine_free(lab.m);
}

static void closing_the_last_writer_ends_the_file(void **state)
{
    (void)state;
    struct lab lab = lab_new();
    DO(lab.m, close, .tid = 2, .fd = lab.out);
    get(&lab, 2, 8);
    assert_true(waits(&lab, 2, vm_wait_reason_pipe_data));
    const struct vm_op close = {.kind = vm_op_kind_close, .u.close = {1, lab.out}};
    assert_int_equal(machine_count(lab.m, &close, vm_event_pipe_end), 1);
    assert_int_equal(vm_task_result(lab.m, 2), 0);
    assert_int_equal(get(&lab, 2, 8), 0);
    vm_machine_free(lab.m);
}

static void who_writes_for_nobody_gets_sigpipe(void **state)
{
    (void)state;
    struct lab lab = lab_with(200, 1);
    DO(lab.m, close, .tid = 1, .fd = lab.in);
    put(&lab, 1, 2 * PAGE); /* waits for room, B could read */
    assert_true(waits(&lab, 1, vm_wait_reason_pipe_room));
    DO(lab.m, exit, .tid = 2);
    assert_int_equal(vm_process_state_of(lab.m, 1), vm_process_state_zombie);
    assert_int_equal(vm_free_frames(lab.m), 199);
    vm_machine_free(lab.m);
}

static void bad_buffers_fail_as_on_linux(void **state)
{
    (void)state;
    struct lab lab = lab_new();
    uint32_t free = vm_free_frames(lab.m);
    DO(lab.m, munmap, .tid = 1, .va = lab.a + PAGE, .bytes = PAGE);
    assert_int_equal(put(&lab, 1, 2 * PAGE), PAGE); /* as far as it goes */
    assert_int_equal(
        DO(lab.m, write, .tid = 1, .fd = lab.out, .va = lab.a + PAGE, .bytes = 8), ERRNO(efault));
    assert_int_equal(vm_free_frames(lab.m), free - 1);
    assert_int_equal(
        DO(lab.m, read, .tid = 1, .fd = lab.in, .va = lab.a + PAGE, .bytes = 8), ERRNO(efault));
    assert_int_equal(pipe_of(&lab, 1).bytes, PAGE); /* nothing is lost */
    assert_int_equal(
        DO(lab.m, read, .tid = 1, .fd = lab.out, .va = lab.a, .bytes = 8), ERRNO(ebadf));
    assert_int_equal(DO(lab.m, lseek, .tid = 1, .fd = lab.in, .offset = 0), ERRNO(espipe));
    vm_machine_free(lab.m);
}

static void capacities_are_powers_of_two(void **state)
{
    (void)state;
    static const uint64_t wanted[][2] = {{0, 16}, {1, 1}, {PAGE, 1}, {PAGE + 1, 2}, {3 * PAGE, 4},
        {17 * PAGE, 32}, {UINT64_C(1) << 31, (UINT64_C(1) << 31) / PAGE}};
    vm_machine *m = machine_x86(50);
    DO(m, start, .label = 1);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        struct vm_pipe_view view;
        uint64_t both = DO(m, pipe, .tid = 1, .bytes = wanted[i][0]);
        assert_true(vm_pipe_at(m, 1, both >> 32, &view));
        assert_int_equal(view.most, wanted[i][1]);
    }
    assert_int_equal(DO(m, pipe, .tid = 1, .bytes = (UINT64_C(1) << 31) + 1), ERRNO(einval));
    DO(m, setuid, .tid = 1, .uid = 1000, .gid = 1000);
    assert_int_equal(DO(m, pipe, .tid = 1, .bytes = (1 << 20) + 1), ERRNO(eperm));
    vm_machine_free(m);
}

/* The frames are used memory: without swap and without free ones the write fails. */
static void a_pipe_takes_memory(void **state)
{
    (void)state;
    struct lab lab = lab_with(60, 64);
    DO(lab.m, mlock, .tid = 1, .va = lab.a, .bytes = BUFFER * PAGE);
    bool alive = true;
    uint64_t answer = BUFFER * PAGE;
    for (unsigned i = 0; i < 7 && alive && answer == BUFFER * PAGE; i++) {
        answer = put(&lab, 1, BUFFER * PAGE);
        alive = vm_process_state_of(lab.m, 1) == vm_process_state_alive;
    }
    assert_true(!alive || answer < BUFFER * PAGE || answer == ERRNO(enomem));
    assert_true(vm_counter(lab.m, 0, vm_counter_oom_kills) > 0);
    vm_machine_free(lab.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_travel),
        cmocka_unit_test(an_empty_pipe_blocks_its_reader),
        cmocka_unit_test(full_is_by_pages),
        cmocka_unit_test(small_writes_merge),
        cmocka_unit_test(a_long_write_is_cut),
        cmocka_unit_test(closing_the_last_writer_ends_the_file),
        cmocka_unit_test(who_writes_for_nobody_gets_sigpipe),
        cmocka_unit_test(bad_buffers_fail_as_on_linux),
        cmocka_unit_test(capacities_are_powers_of_two),
        cmocka_unit_test(a_pipe_takes_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

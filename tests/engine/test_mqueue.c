/* SPDX-License-Identifier: MIT
 * Message queues: bounds, order, names, who waits.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, PAGES = 4, NAME = 7, SIZE = 64 };
enum { RW = vm_open_bit_read | vm_open_bit_write, MAKE = RW | vm_open_bit_create };

struct lab {
    vm_machine *m;
    uint64_t q;
    vm_va out, in;
};

/* A has a queue of `most` messages, B is its child. */
static struct lab lab_new(uint64_t most, uint64_t bytes)
{
    struct lab lab = {.m = machine_x86(200)};
    DO(lab.m, start, .label = 1);
    lab.q =
        DO(lab.m, mq_open, .tid = 1, .name = NAME, .flags = MAKE, .messages = most, .bytes = bytes);
    lab.out = DO(lab.m, mmap, .tid = 1, .bytes = PAGES * PAGE, .prot = 3, .name = 9);
    lab.in = DO(lab.m, mmap, .tid = 1, .bytes = PAGES * PAGE, .prot = 3, .name = 9);
    DO(lab.m, fork, .tid = 1, .label = 2);
    return lab;
}
static uint64_t send(struct lab *lab, vm_tid tid, uint64_t value, uint64_t priority)
{
    DO(lab->m, store, .tid = tid, .va = lab->out, .value = value);
    return DO(lab->m, mq_send, .tid = tid, .fd = lab->q, .va = lab->out, .bytes = 8,
        .priority = priority);
}
static uint64_t receive(struct lab *lab, vm_tid tid)
{
    return DO(lab->m, mq_receive, .tid = tid, .fd = lab->q, .va = lab->in, .bytes = SIZE);
}
static uint64_t got(const struct lab *lab, vm_pid pid)
{
    uint64_t value = 0;
    assert_true(vm_value(lab->m, pid, lab->in, &value));
    return value;
}
static bool waits(const struct lab *lab, vm_tid tid, enum vm_wait_reason reason)
{
    struct vm_task_view view;
    assert_true(vm_task_at(lab->m, tid, &view));
    return view.state == vm_task_state_waiting && view.wait == reason;
}

static void the_highest_priority_comes_first(void **state)
{
    (void)state;
    struct lab lab = lab_new(0, SIZE);
    static const uint64_t sent[][2] = {{10, 1}, {20, 5}, {30, 1}, {40, 5}, {50, 0}};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(send(&lab, 1, sent[i][0], sent[i][1]), 0);
    }
    static const uint64_t order[] = {20, 40, 10, 30, 50};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(receive(&lab, 2), 8);
        assert_int_equal(got(&lab, 2), order[i]);
    }
    assert_int_equal(vm_counter(lab.m, 1, vm_counter_messages), 5);
    vm_machine_free(lab.m);
}

static void full_and_empty_block(void **state)
{
    (void)state;
    struct lab lab = lab_new(2, SIZE);
    receive(&lab, 2);
    assert_true(waits(&lab, 2, vm_wait_reason_message));
    assert_int_equal(send(&lab, 1, 1, 0), 0); /* B's call ends within it */
    assert_false(waits(&lab, 2, vm_wait_reason_message));
    assert_int_equal(vm_task_result(lab.m, 2), 8);
    assert_int_equal(got(&lab, 2), 1);
    send(&lab, 1, 2, 0);
    send(&lab, 1, 3, 0);
    send(&lab, 1, 4, 9);
    assert_true(waits(&lab, 1, vm_wait_reason_message_room));
    receive(&lab, 2);
    assert_int_equal(got(&lab, 2), 2);
    assert_int_equal(vm_task_result(lab.m, 1), 0);
    receive(&lab, 2);
    assert_int_equal(got(&lab, 2), 4); /* came later, and is more urgent */
    vm_machine_free(lab.m);
}

static void bounds_are_kept(void **state)
{
    (void)state;
    struct lab lab = lab_new(2, SIZE);
    assert_int_equal(DO(lab.m, mq_send, .tid = 1, .fd = lab.q, .va = lab.out, .bytes = SIZE + 1),
        ERRNO(emsgsize));
    assert_int_equal(
        DO(lab.m, mq_send, .tid = 1, .fd = lab.q, .va = lab.out, .bytes = 1, .priority = 32768),
        ERRNO(einval));
    send(&lab, 1, 1, 0);
    assert_int_equal(DO(lab.m, mq_receive, .tid = 1, .fd = lab.q, .va = lab.in, .bytes = SIZE - 1),
        ERRNO(emsgsize));
    assert_int_equal(receive(&lab, 1), 8); /* one send, one receive */
    assert_int_equal(
        DO(lab.m, mq_send, .tid = 1, .fd = lab.q, .va = lab.out, .bytes = 0), 0); /* no bytes */
    assert_int_equal(receive(&lab, 1), 0);
    assert_int_equal(
        DO(lab.m, read, .tid = 1, .fd = lab.q, .va = lab.in, .bytes = 8), ERRNO(einval));
    vm_machine_free(lab.m);
}

/* A message of three pages comes whole, or not at all. */
static void long_messages(void **state)
{
    (void)state;
    struct lab lab = lab_new(2, 3 * PAGE);
    for (uint64_t page = 0; page < 3; page++) {
        DO(lab.m, store, .tid = 1, .va = lab.out + page * PAGE, .value = 100 + page);
    }
    uint32_t free = vm_free_frames(lab.m);
    assert_int_equal(
        DO(lab.m, mq_send, .tid = 1, .fd = lab.q, .va = lab.out, .bytes = 2 * PAGE + 8), 0);
    assert_int_equal(vm_free_frames(lab.m), free - 3);
    DO(lab.m, munmap, .tid = 1, .va = lab.in + 3 * PAGE, .bytes = PAGE);
    assert_int_equal(
        DO(lab.m, mq_send, .tid = 1, .fd = lab.q, .va = lab.in + 2 * PAGE, .bytes = 2 * PAGE),
        ERRNO(efault));
    assert_int_equal(DO(lab.m, mq_receive, .tid = 2, .fd = lab.q, .va = lab.in, .bytes = 3 * PAGE),
        2 * PAGE + 8);
    uint64_t last = 0;
    assert_true(vm_value(lab.m, 2, lab.in + 2 * PAGE, &last));
    assert_int_equal(last, 102);
    vm_machine_free(lab.m);
}

static void names(void **state)
{
    (void)state;
    struct lab lab = lab_new(2, SIZE);
    vm_machine *m = lab.m;
    send(&lab, 1, 5, 0);
    assert_int_equal(DO(m, mq_open, .tid = 1, .name = NAME + 1, .flags = RW), ERRNO(enoent));
    uint64_t again = DO(m, mq_open, .tid = 2, .name = NAME, .flags = vm_open_bit_read);
    assert_int_equal(
        DO(m, mq_send, .tid = 2, .fd = again, .va = lab.out, .bytes = 1), ERRNO(ebadf));
    assert_int_equal(DO(m, mq_unlink, .tid = 2, .name = NAME), 0);
    assert_int_equal(DO(m, mq_unlink, .tid = 2, .name = NAME), ERRNO(enoent));
    assert_int_equal(receive(&lab, 2), 8); /* who has it open goes on */
    send(&lab, 1, 6, 0);
    DO(m, exit, .tid = 2);
    uint32_t free = vm_free_frames(m);
    DO(m, close, .tid = 1, .fd = lab.q);
    assert_int_equal(vm_free_frames(m), free + 1); /* gone, with the message in it */
    DO(m, setuid, .tid = 1, .uid = 1000, .gid = 1000);
    assert_int_equal(
        DO(m, mq_open, .tid = 1, .name = NAME, .flags = MAKE, .messages = 11), ERRNO(einval));
    assert_int_equal(
        DO(m, mq_open, .tid = 1, .name = NAME, .flags = MAKE, .bytes = 8193), ERRNO(einval));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_highest_priority_comes_first),
        cmocka_unit_test(full_and_empty_block),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(long_messages),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

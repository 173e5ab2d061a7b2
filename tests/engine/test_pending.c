/* SPDX-License-Identifier: MIT
 * Calls that wait: the order in which they go on, chains of them, and what ends them otherwise.
 */
#include "support_machine.h"

#include "kernel/pending.h"
#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, PROCESSES = 4 };

struct lab {
    vm_machine *m;
    uint64_t in, out, back_in, back_out; /* two pipes of a page */
    vm_va buffer;
};

static struct lab lab_on(uint32_t cpus)
{
    struct lab lab = {0};
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 300;
    config.kernel_frames = 1;
    config.cpus = cpus;
    assert_int_equal(vm_machine_new(&config, &lab.m), VM_OK);
    DO(lab.m, start, .label = 1);
    uint64_t both = DO(lab.m, pipe, .tid = 1, .bytes = PAGE);
    uint64_t back = DO(lab.m, pipe, .tid = 1, .bytes = PAGE);
    lab.in = both & UINT32_MAX;
    lab.out = both >> 32;
    lab.back_in = back & UINT32_MAX;
    lab.back_out = back >> 32;
    lab.buffer = DO(lab.m, mmap, .tid = 1, .bytes = 4 * PAGE, .prot = 3, .name = 9);
    for (uint64_t i = 1; i < PROCESSES; i++) {
        DO(lab.m, fork, .tid = 1, .label = i + 1);
    }
    return lab;
}
static uint64_t put(struct lab *lab, vm_tid tid, uint64_t bytes)
{
    return DO(lab->m, write, .tid = tid, .fd = lab->out, .va = lab->buffer, .bytes = bytes);
}
static uint64_t get(struct lab *lab, vm_tid tid, uint64_t bytes)
{
    return DO(lab->m, read, .tid = tid, .fd = lab->in, .va = lab->buffer, .bytes = bytes);
}
static bool waits(const struct lab *lab, vm_tid tid)
{
    return vm_task_state_of(lab->m, tid) == vm_task_state_waiting;
}

static void who_waited_longest_goes_first(void **state)
{
    (void)state;
    struct lab lab = lab_on(1);
    get(&lab, 3, 4);
    get(&lab, 2, 4);
    assert_int_equal(put(&lab, 1, 4), 4);
    assert_false(waits(&lab, 3));
    assert_true(waits(&lab, 2));
    get(&lab, 4, 4);
    assert_int_equal(put(&lab, 1, 8), 8); /* enough for both */
    assert_false(waits(&lab, 2) || waits(&lab, 4));
    vm_machine_free(lab.m);
}

/* A read makes room for one writer, whose bytes another reader has waited for, and so on. */
static void calls_go_on_in_chains(void **state)
{
    (void)state;
    struct lab lab = lab_on(1);
    put(&lab, 1, PAGE);
    put(&lab, 2, 3 * PAGE);                     /* waits */
    put(&lab, 3, PAGE);                         /* waits behind it */
    assert_int_equal(get(&lab, 4, PAGE), PAGE); /* 2 fills the place, waits again behind 3 */
    assert_true(waits(&lab, 2) && waits(&lab, 3));
    assert_int_equal(get(&lab, 4, PAGE), PAGE);
    assert_true(waits(&lab, 2));
    assert_false(waits(&lab, 3));
    assert_int_equal(get(&lab, 4, PAGE), PAGE);
    assert_int_equal(get(&lab, 4, PAGE), PAGE);
    assert_false(waits(&lab, 2));
    assert_int_equal(vm_task_result(lab.m, 2), 3 * PAGE);
    vm_machine_free(lab.m);
}

static void a_call_holds_its_open_file(void **state)
{
    (void)state;
    struct lab lab = lab_on(1);
    for (vm_tid tid = 2; tid <= PROCESSES; tid++) {
        DO(lab.m, close, .tid = tid, .fd = lab.in);
    }
    get(&lab, 1, 8);
    struct vm_descriptor_view view;
    assert_true(vm_descriptor_at(lab.m, 1, lab.in, &view));
    assert_int_equal(view.refs, 2); /* its number and the call */
    assert_int_equal(put(&lab, 2, 8), 8);
    assert_true(vm_descriptor_at(lab.m, 1, lab.in, &view));
    assert_int_equal(view.refs, 1);
    vm_machine_free(lab.m);
}

/* Bad memory of the one who waits is his error, not the other's. */
static void a_fault_belongs_to_who_waited(void **state)
{
    (void)state;
    struct lab lab = lab_on(1);
    DO(lab.m, read, .tid = 2, .fd = lab.in, .va = 0x1000, .bytes = 8);
    assert_true(waits(&lab, 2));
    assert_int_equal(put(&lab, 1, 8), 8);
    assert_int_equal(vm_task_result(lab.m, 2), ERRNO(efault));
    assert_int_equal(get(&lab, 3, 8), 8); /* the bytes are still there */
    vm_machine_free(lab.m);
}

static void a_signal_ends_a_call(void **state)
{
    (void)state;
    struct lab lab = lab_on(1);
    get(&lab, 2, 8);
    put(&lab, 1, 4); /* not lost on who waits no more */
    assert_false(waits(&lab, 2));
    get(&lab, 2, 8);
    pending_interrupt(lab.m, 2);
    assert_null(vm_check(lab.m));
    assert_int_equal(vm_task_result(lab.m, 2), ERRNO(eintr));
    put(&lab, 3, 2 * PAGE);
    pending_interrupt(lab.m, 3);
    assert_int_equal(vm_task_result(lab.m, 3), PAGE); /* what was done */
    vm_machine_free(lab.m);
}

/* On two processors the reader goes on beside the writer, which keeps its own. */
static void an_idle_processor_takes_it(void **state)
{
    (void)state;
    struct lab lab = lab_on(2);
    get(&lab, 2, 8);
    put(&lab, 1, 8);
    assert_int_equal(vm_task_state_of(lab.m, 1), vm_task_state_running);
    assert_int_equal(vm_task_state_of(lab.m, 2), vm_task_state_running);
    vm_machine_free(lab.m);
}

static void who_ends_waits_no_more(void **state)
{
    (void)state;
    struct lab lab = lab_on(1);
    get(&lab, 2, 8);
    get(&lab, 3, 8);
    lab.m->doomed = 2; /* as the out-of-memory killer says it */
    put(&lab, 1, 4);
    assert_int_equal(vm_process_state_of(lab.m, 2), vm_process_state_zombie);
    assert_false(waits(&lab, 3));
    vm_machine_free(lab.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waited_longest_goes_first),
        cmocka_unit_test(calls_go_on_in_chains),
        cmocka_unit_test(a_call_holds_its_open_file),
        cmocka_unit_test(a_fault_belongs_to_who_waited),
        cmocka_unit_test(a_signal_ends_a_call),
        cmocka_unit_test(an_idle_processor_takes_it),
        cmocka_unit_test(who_ends_waits_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

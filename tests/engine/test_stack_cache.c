/* SPDX-License-Identifier: MIT
 * The cache of stacks, held against glibc 2.36 on Linux 6.18: faults, resident pages and mappings
 * of threads that end and are joined, with 16 pages of stack touched, and with other numbers.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { RW = vm_prot_bit_read | vm_prot_bit_write, RX = vm_prot_bit_read | vm_prot_bit_exec };

struct figures {
    int64_t vmas, minor, rss;
};

static struct figures now(const vm_machine *m)
{
    struct figures f = {.minor = (int64_t)vm_counter(m, 1, vm_counter_minor),
        .rss = (int64_t)vm_counter(m, 1, vm_counter_rss_anon)};
    struct vm_vma_view vma;
    for (vm_vpn at = 0; vm_vma_next(m, 1, at, &vma); at = vma.end) {
        f.vmas++;
    }
    return f;
}

static void changed(
    const vm_machine *m, struct figures *since, int64_t vmas, int64_t minor, int64_t rss)
{
    struct figures after = now(m);
    assert_int_equal(after.vmas - since->vmas, vmas);
    assert_int_equal(after.minor - since->minor, minor);
    assert_int_equal(after.rss - since->rss, rss);
    assert_null(vm_check(m));
    *since = after;
}

static vm_machine *machine(void)
{
    vm_machine *m = machine_x86(4000);
    DO(m, file, .name = 1);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = RX, .bytes = 4 * PAGE);
    DO(m, file, .name = 2);
    DO(m, segment, .object = 2, .kind = vm_vma_kind_data, .prot = RW, .bytes = PAGE);
    DO(m, needs, .object = 2, .library = 1);
    DO(m, start, .label = 1, .program = 2);
    return m;
}

/* A thread that has used so many pages below that of its first frame. */
static vm_tid run(vm_machine *m, uint64_t pages)
{
    vm_tid tid = (vm_tid)DO(m, create, .tid = 1);
    DO(m, thread_start, .tid = tid);
    if (pages) {
        vm_va page = vm_task_sp(m, tid) & ~(PAGE - 1);
        DO(m, access, .tid = tid, .va = page - pages * PAGE, .access = vm_access_store,
            .bytes = pages * PAGE);
    }
    return tid;
}

static void end(vm_machine *m, vm_tid tid)
{
    DO(m, thread_exit, .tid = tid);
    DO(m, join, .tid = 1, .thread = tid);
}

/* p13_thread_exit_cache, step by step. */
static void as_measured(void **state)
{
    (void)state;
    vm_machine *m = machine();
    struct figures since = now(m);
    end(m, run(m, 16));
    changed(m, &since, 3, 19, 7);
    end(m, run(m, 0));
    changed(m, &since, 0, 0, 0);
    end(m, run(m, 16));
    changed(m, &since, 0, 12, 0);
    vm_tid tid[8];
    for (int i = 0; i < 8; i++) {
        tid[i] = run(m, 0);
    }
    changed(m, &since, 14, 14, 14);
    assert_int_equal(vm_counter(m, 1, vm_counter_stack_hits), 3);
    for (int i = 0; i < 8; i++) {
        end(m, tid[i]);
    }
    changed(m, &since, -8, 0, -12);
    vm_machine_free(m);
}

/* Whoever waits in join frees what is too much, as soon as it goes on. */
static void a_waiting_join_trims(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_tid tid[5];
    for (int i = 0; i < 5; i++) {
        tid[i] = run(m, 0);
    }
    struct figures since = now(m);
    for (int i = 0; i < 5; i++) {
        DO(m, join, .tid = 1, .thread = tid[i]);
        DO(m, thread_exit, .tid = tid[i]);
    }
    changed(m, &since, -2, 0, -2);
    vm_machine_free(m);
}

/* Detached threads give their stacks back themselves. */
static void detached_stacks_are_kept(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_tid first = run(m, 0);
    DO(m, detach, .tid = 1, .thread = first);
    DO(m, thread_exit, .tid = first);
    struct figures since = now(m);
    run(m, 0);
    changed(m, &since, 0, 0, 0);
    assert_int_equal(vm_counter(m, 1, vm_counter_stack_hits), 1);
    vm_machine_free(m);
}

/* The size that fits best, unless it is four times too large; the newest of equals. */
static void the_best_fit(void **state)
{
    (void)state;
    vm_machine *m = machine();
    const uint64_t sizes[] = {8, 40, 8};
    vm_tid tid[3];
    for (int i = 0; i < 3; i++) {
        tid[i] = (vm_tid)DO(m, create, .tid = 1, .stack = sizes[i] * PAGE);
    }
    struct vm_task_view view[3], got;
    for (int i = 0; i < 3; i++) {
        assert_true(vm_task_at(m, tid[i], &view[i]));
        DO(m, thread_exit, .tid = tid[i]);
        DO(m, join, .tid = 1, .thread = tid[i]);
    }
    assert_true(vm_task_at(m, (vm_tid)DO(m, create, .tid = 1, .stack = 6 * PAGE), &got));
    assert_int_equal(got.stack_start, view[2].stack_start);
    assert_true(vm_task_at(m, (vm_tid)DO(m, create, .tid = 1, .stack = 10 * PAGE), &got));
    assert_int_equal(got.stack_start, view[1].stack_start);
    DO(m, thread_exit, .tid = vm_tasks(m));
    DO(m, join, .tid = 1, .thread = vm_tasks(m));
    uint64_t hits = vm_counter(m, 1, vm_counter_stack_hits);
    DO(m, create, .tid = 1, .stack = 9 * PAGE); /* 41 pages are more than four times 10 */
    assert_int_equal(vm_counter(m, 1, vm_counter_stack_hits), hits);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static struct vm_task_view at(const vm_machine *m, vm_tid tid)
{
    struct vm_task_view view = {0};
    assert_true(vm_task_at(m, tid, &view));
    return view;
}

static void unmap(vm_machine *m, vm_tid tid)
{
    struct vm_task_view view = at(m, tid);
    DO(m, munmap, .tid = 1, .va = view.stack_start - PAGE,
        .bytes = view.stack_end - view.stack_start + PAGE);
}

/* A program unmaps a stack under its thread, and the next one is mapped there: what the first one
 * gives back at its end is in use (__nptl_stack_in_use), so it is not handed out a third time. */
static void a_stack_unmapped_under_its_thread(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_tid first = (vm_tid)DO(m, create, .tid = 1);
    vm_va start = at(m, first).stack_start;
    unmap(m, first);
    vm_tid second = (vm_tid)DO(m, create, .tid = 1);
    assert_int_equal(at(m, second).stack_start, start);
    DO(m, thread_start, .tid = first);
    end(m, first);
    assert_null(vm_check(m));
    vm_tid third = (vm_tid)DO(m, create, .tid = 1);
    assert_int_not_equal(at(m, third).stack_start, start);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* Nor does the cache keep one whose addresses went to a new stack. */
static void a_stack_unmapped_in_the_cache(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_tid first = run(m, 0);
    struct vm_task_view old = at(m, first);
    end(m, first);
    DO(m, munmap, .tid = 1, .va = old.stack_start - PAGE,
        .bytes = old.stack_end - old.stack_start + PAGE);
    vm_tid larger =
        (vm_tid)DO(m, create, .tid = 1, .stack = old.stack_end - old.stack_start + 4 * PAGE);
    assert_true(at(m, larger).stack_start < old.stack_end);
    assert_int_equal(at(m, larger).stack_end, old.stack_end);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_measured),
        cmocka_unit_test(a_waiting_join_trims),
        cmocka_unit_test(detached_stacks_are_kept),
        cmocka_unit_test(the_best_fit),
        cmocka_unit_test(a_stack_unmapped_under_its_thread),
        cmocka_unit_test(a_stack_unmapped_in_the_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * Shared memory by name and by descriptor: who holds it, who may map it, and when it is gone.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, BOARD = 20, R = vm_open_bit_read, W = vm_open_bit_write };
enum { CREATE = vm_open_bit_create, SHARED = vm_map_bit_shared };

static vm_machine *machine_two(void)
{
    vm_machine *m = machine_x86(64);
    DO(m, start, .label = 1);
    DO(m, start, .label = 2);
    return m;
}

static uint64_t map_fd(vm_machine *m, vm_tid tid, uint64_t fd, uint64_t prot, uint64_t flags)
{
    return DO(m, mmap, .tid = tid, .bytes = PAGE, .prot = prot, .flags = flags, .fd = fd + 1);
}

static uint32_t object_of(const vm_machine *m, vm_pid pid, uint64_t fd)
{
    struct vm_descriptor_view view;
    assert_true(vm_descriptor_at(m, pid, fd, &view));
    return view.object;
}

static enum vm_object_kind kind_of(const vm_machine *m, uint32_t object)
{
    uint32_t name;
    uint64_t bytes;
    return vm_object_kind_of(m, object, &name, &bytes);
}

static void two_processes_see_one_page(void **state)
{
    (void)state;
    vm_machine *m = machine_two();
    uint64_t a = DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R | W | CREATE, .bytes = PAGE);
    uint64_t b = DO(m, shm_open, .tid = 2, .name = BOARD, .flags = R | W);
    assert_int_equal(object_of(m, 1, a), object_of(m, 2, b));
    vm_va p = map_fd(m, 1, a, 3, SHARED), q = map_fd(m, 2, b, 3, SHARED);
    DO(m, store, .tid = 1, .va = p, .value = 42);
    DO(m, load, .tid = 2, .va = q, .name = 30);
    uint64_t got = 0;
    assert_true(vm_register(m, 2, 30, &got));
    assert_int_equal(got, 42);
    vm_pa x = 0, y = 1;
    assert_true(vm_translate(m, 1, p, &x));
    assert_true(vm_translate(m, 2, q, &y));
    assert_int_equal(x, y);
    vm_machine_free(m);
}

static void it_lives_as_long_as_somebody_holds_it(void **state)
{
    (void)state;
    vm_machine *m = machine_two();
    uint64_t fd = DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R | W | CREATE, .bytes = PAGE);
    uint32_t object = object_of(m, 1, fd);
    vm_va p = map_fd(m, 1, fd, 3, SHARED);
    DO(m, store, .tid = 1, .va = p, .value = 1);
    assert_int_equal(DO(m, shm_unlink, .tid = 2, .name = BOARD), 0);
    assert_int_equal(DO(m, shm_unlink, .tid = 2, .name = BOARD), ERRNO(enoent));
    assert_int_equal(DO(m, shm_open, .tid = 2, .name = BOARD, .flags = R), ERRNO(enoent));
    DO(m, close, .tid = 1, .fd = fd);
    assert_int_equal(kind_of(m, object), vm_object_kind_shmem); /* the mapping holds it */
    assert_int_equal(vm_cached_pages(m, object), 1);
    DO(m, munmap, .tid = 1, .va = p, .bytes = PAGE);
    assert_int_equal(kind_of(m, object), vm_object_kind_none);
    /* The name is free for another one, and keeps that alive without any process. */
    fd = DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R | W | CREATE, .bytes = PAGE);
    object = object_of(m, 1, fd);
    DO(m, exit, .tid = 1);
    assert_int_equal(kind_of(m, object), vm_object_kind_shmem);
    vm_machine_free(m);
}

static void the_descriptor_limits_the_mapping(void **state)
{
    (void)state;
    vm_machine *m = machine_two();
    DO(m, file, .name = 5, .bytes = PAGE);
    uint64_t made =
        DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R | W | CREATE, .bytes = PAGE);
    uint64_t r = DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R);
    uint64_t w = DO(m, open, .tid = 1, .object = 1, .flags = W);
    assert_int_equal(map_fd(m, 1, r, 3, SHARED), ERRNO(eacces));
    vm_va page = map_fd(m, 1, r, 1, SHARED);
    assert_true(page < UINT64_MAX - 100);
    assert_int_equal(
        DO(m, mprotect, .tid = 1, .va = page, .bytes = PAGE, .prot = 3), ERRNO(eacces));
    assert_int_equal(DO(m, mprotect, .tid = 1, .va = page, .bytes = PAGE, .prot = 0), 0);
    assert_true(map_fd(m, 1, r, 3, 0) < UINT64_MAX - 100); /* private: a copy */
    assert_true(map_fd(m, 1, made, 3, SHARED) < UINT64_MAX - 100);
    assert_int_equal(map_fd(m, 1, w, 1, 0), ERRNO(eacces));
    assert_int_equal(map_fd(m, 1, 99, 1, 0), ERRNO(ebadf));
    vm_machine_free(m);
}

static void a_memfd_has_no_name(void **state)
{
    (void)state;
    vm_machine *m = machine_two();
    uint64_t fd = DO(m, memfd_create, .tid = 1, .name = BOARD, .bytes = 2 * PAGE);
    uint32_t object = object_of(m, 1, fd);
    assert_int_equal(DO(m, shm_open, .tid = 2, .name = BOARD, .flags = R), ERRNO(enoent));
    assert_int_equal(DO(m, shm_unlink, .tid = 1, .name = BOARD), ERRNO(enoent));
    vm_va p = map_fd(m, 1, fd, 3, SHARED);
    DO(m, store, .tid = 1, .va = p, .value = 9);
    vm_va buffer = DO(m, mmap, .tid = 1, .bytes = 2 * PAGE, .prot = 3);
    assert_int_equal(DO(m, read, .tid = 1, .fd = fd, .va = buffer, .bytes = 3 * PAGE), 2 * PAGE);
    /* The page that nobody wrote read 0 and was not made for it. */
    assert_int_equal(vm_cached_pages(m, object), 1);
    uint64_t first = 0, second = 1;
    assert_true(vm_value(m, 1, buffer, &first) && vm_value(m, 1, buffer + PAGE, &second));
    assert_int_equal(first, 9);
    assert_int_equal(second, 0);
    DO(m, exit, .tid = 1);
    assert_int_equal(kind_of(m, object), vm_object_kind_none);
    vm_machine_free(m);
}

static void sizes(void **state)
{
    (void)state;
    vm_machine *m = machine_two();
    assert_int_equal(DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R | CREATE, .bytes = PAGE),
        ERRNO(einval));
    uint64_t fd = DO(m, shm_open, .tid = 1, .name = BOARD, .flags = R | W | CREATE);
    vm_va p = map_fd(m, 1, fd, 3, SHARED);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigbus, .action = vm_signal_action_skip);
    DO(m, store, .tid = 1, .va = p, .value = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_bus); /* nothing to map yet */
    DO(m, ftruncate, .tid = 1, .fd = fd, .bytes = PAGE);
    DO(m, store, .tid = 1, .va = p, .value = 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_shmem), 1);
    DO(m, ftruncate, .tid = 1, .fd = fd, .bytes = 0);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_shmem), 0);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_processes_see_one_page),
        cmocka_unit_test(it_lives_as_long_as_somebody_holds_it),
        cmocka_unit_test(the_descriptor_limits_the_mapping),
        cmocka_unit_test(a_memfd_has_no_name),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

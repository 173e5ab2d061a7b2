/* SPDX-License-Identifier: MIT
 * read and write through the page cache into user memory, with what they fault in on the way.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 4096, N = 64 };
enum { RW = vm_open_bit_read | vm_open_bit_write };
enum { DATA = 1, OUT, ZERO, NUL, TERMINAL };

struct lab {
    vm_machine *m;
    uint64_t data, out, zero, nul, terminal; /* descriptors */
};

static struct lab lab_new(uint64_t bytes)
{
    struct lab lab = {.m = machine_x86(600)};
    DO(lab.m, file, .name = DATA, .bytes = bytes);
    DO(lab.m, file, .name = OUT);
    DO(lab.m, device, .name = ZERO, .kind = vm_object_kind_char_zero);
    DO(lab.m, device, .name = NUL, .kind = vm_object_kind_char_null);
    DO(lab.m, device, .name = TERMINAL, .kind = vm_object_kind_terminal);
    DO(lab.m, start, .label = 1);
    lab.data = DO(lab.m, open, .tid = 1, .object = DATA, .flags = RW);
    lab.out = DO(lab.m, open, .tid = 1, .object = OUT, .flags = RW);
    lab.zero = DO(lab.m, open, .tid = 1, .object = ZERO, .flags = RW);
    lab.nul = DO(lab.m, open, .tid = 1, .object = NUL, .flags = RW);
    lab.terminal = DO(lab.m, open, .tid = 1, .object = TERMINAL, .flags = RW);
    return lab;
}

static vm_va map_pages(vm_machine *m, uint64_t pages)
{
    return DO(m, mmap, .tid = 1, .bytes = pages * PAGE, .prot = 3, .name = 9);
}

static uint64_t now(const vm_machine *m, enum vm_counter counter)
{
    return vm_counter(m, 1, counter);
}

static uint64_t word_at(const vm_machine *m, vm_va va)
{
    uint64_t value = 0;
    assert_true(vm_value(m, 1, va, &value));
    return value;
}

static uint64_t size_of(const vm_machine *m, uint32_t object)
{
    uint32_t name;
    uint64_t bytes;
    vm_object_kind_of(m, object, &name, &bytes);
    return bytes;
}

/* Changes of a process's counters since the last look. */
struct seen {
    uint64_t faults, minor, major, anon, file;
};
static struct seen since(const vm_machine *m, struct seen *last)
{
    struct seen all = {now(m, vm_counter_faults), now(m, vm_counter_minor),
        now(m, vm_counter_major), now(m, vm_counter_rss_anon), now(m, vm_counter_rss_file)};
    struct seen d = {all.faults - last->faults, all.minor - last->minor, all.major - last->major,
        all.anon - last->anon, all.file - last->file};
    *last = all;
    return d;
}
static void expect_seen(
    struct seen d, uint64_t faults, uint64_t minor, uint64_t anon, uint64_t file)
{
    assert_int_equal(d.faults, faults);
    assert_int_equal(d.minor, minor);
    assert_int_equal(d.major, 0);
    assert_int_equal(d.anon, anon);
    assert_int_equal(d.file, file);
}

/* What Linux 6.18 does with untouched buffers, measured: p31_syscall_buffers. */
static void a_call_faults_for_the_program(void **state)
{
    (void)state;
    struct lab lab = lab_new(N * PAGE);
    vm_machine *m = lab.m;
    struct seen last = {0};
    DO(m, warm, .object = DATA);
    vm_va a = map_pages(m, N), b = map_pages(m, N), d = map_pages(m, N);
    vm_va e = DO(m, mmap, .tid = 1, .hint = 0x10000000, .bytes = N * PAGE, .prot = 1,
        .flags = vm_map_bit_fixed, .object = DATA); /* windows are aligned by address */
    since(m, &last);
    assert_int_equal(DO(m, read, .tid = 1, .fd = lab.data, .va = a, .bytes = N * PAGE), N * PAGE);
    expect_seen(since(m, &last), N, N, N, 0);
    DO(m, access, .tid = 1, .va = a, .access = vm_access_store, .bytes = N * PAGE);
    expect_seen(since(m, &last), 0, 0, 0, 0);
    assert_int_equal(DO(m, read, .tid = 1, .fd = lab.zero, .va = b, .bytes = N * PAGE), N * PAGE);
    expect_seen(since(m, &last), N, N, N, 0);
    assert_int_equal(DO(m, write, .tid = 1, .fd = lab.nul, .va = d, .bytes = N * PAGE), N * PAGE);
    expect_seen(since(m, &last), 0, 0, 0, 0);
    assert_int_equal(DO(m, write, .tid = 1, .fd = lab.out, .va = d, .bytes = N * PAGE), N * PAGE);
    expect_seen(since(m, &last), N, N, 0, 0); /* the zero page */
    DO(m, access, .tid = 1, .va = d, .access = vm_access_store, .bytes = N * PAGE);
    expect_seen(since(m, &last), N, N, N, 0);
    assert_int_equal(DO(m, write, .tid = 1, .fd = lab.out, .va = e, .bytes = N * PAGE), N * PAGE);
    expect_seen(since(m, &last), N / 16, N / 16, 0, N); /* fault-around */
    assert_int_equal(
        DO(m, read, .tid = 1, .fd = lab.zero, .va = a - PAGE * 10000, .bytes = 1), ERRNO(efault));
    expect_seen(since(m, &last), 1, 0, 0, 0);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_alive);
    assert_int_equal(now(m, vm_counter_copied_bytes), 4 * N * PAGE);
    vm_machine_free(m);
}

static void bytes_and_positions_go_through(void **state)
{
    (void)state;
    struct lab lab = lab_new(0);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 4), b = map_pages(m, 4);
    DO(m, store, .tid = 1, .va = a + PAGE - 8, .value = 0x1122334455667788);
    DO(m, store, .tid = 1, .va = a + PAGE, .value = 7);
    /* 20 bytes from an odd place over a page's end, to a file that is empty. */
    assert_int_equal(DO(m, write, .tid = 1, .fd = lab.out, .va = a + PAGE - 9, .bytes = 20), 20);
    assert_int_equal(size_of(m, OUT), 20);
    assert_int_equal(vm_cached_pages(m, OUT), 1);
    assert_int_equal(now(m, vm_counter_file_reads), 0); /* behind the end nothing is on disk */
    assert_int_equal(DO(m, read, .tid = 1, .fd = lab.out, .va = b, .bytes = 100), 0);
    assert_int_equal(DO(m, lseek, .tid = 1, .fd = lab.out, .offset = 0), 0);
    assert_int_equal(DO(m, read, .tid = 1, .fd = lab.out, .va = b + 7, .bytes = 100), 20);
    assert_int_equal(word_at(m, b + 8), 0x1122334455667788);
    assert_int_equal(word_at(m, b + 16), 7);
    assert_int_equal(
        DO(m, lseek, .tid = 1, .fd = lab.out, .offset = 0, .whence = vm_whence_cur), 20);
    assert_int_equal(
        DO(m, lseek, .tid = 1, .fd = lab.out, .offset = (uint64_t)-4, .whence = vm_whence_end), 16);
    assert_int_equal(
        DO(m, lseek, .tid = 1, .fd = lab.out, .offset = (uint64_t)-40, .whence = vm_whence_cur),
        ERRNO(einval));
    assert_int_equal(DO(m, lseek, .tid = 1, .fd = lab.terminal, .offset = 0), ERRNO(espipe));
    assert_int_equal(DO(m, lseek, .tid = 1, .fd = 50, .offset = 0), ERRNO(ebadf));
    vm_machine_free(m);
}

static void parents_and_children_share_the_position(void **state)
{
    (void)state;
    struct lab lab = lab_new(3 * PAGE);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 1);
    vm_tid child = vm_process_task(m, (vm_pid)DO(m, fork, .tid = 1, .label = 3));
    uint64_t again = DO(m, open, .tid = 1, .object = DATA, .flags = vm_open_bit_read);
    assert_int_equal(DO(m, read, .tid = child, .fd = lab.data, .va = a, .bytes = 100), 100);
    struct vm_descriptor_view view;
    assert_true(vm_descriptor_at(m, 1, lab.data, &view));
    assert_int_equal(view.position, 100);
    assert_true(vm_descriptor_at(m, 1, again, &view));
    assert_int_equal(view.position, 0); /* open made another open file */
    vm_machine_free(m);
}

static void a_bad_address_in_the_middle_is_a_short_count(void **state)
{
    (void)state;
    struct lab lab = lab_new(4 * PAGE);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 2);
    DO(m, mprotect, .tid = 1, .va = a + PAGE, .bytes = PAGE, .prot = 1);
    assert_int_equal(
        DO(m, read, .tid = 1, .fd = lab.data, .va = a + 100, .bytes = 3 * PAGE), PAGE - 100);
    struct vm_descriptor_view view;
    assert_true(vm_descriptor_at(m, 1, lab.data, &view));
    assert_int_equal(view.position, PAGE - 100);
    assert_int_equal(
        DO(m, read, .tid = 1, .fd = lab.data, .va = a + PAGE, .bytes = 1), ERRNO(efault));
    /* Writing reads the user's memory: what is read-only serves, what lies behind does not. */
    assert_int_equal(DO(m, write, .tid = 1, .fd = lab.out, .va = a, .bytes = 3 * PAGE), 2 * PAGE);
    assert_int_equal(size_of(m, OUT), 2 * PAGE);
    assert_int_equal(
        DO(m, write, .tid = 1, .fd = lab.out, .va = a + 2 * PAGE, .bytes = 5), ERRNO(efault));
    assert_int_equal(size_of(m, OUT), 2 * PAGE);
    /* The kernel's half is refused before anything is looked at. */
    uint64_t faults = now(m, vm_counter_faults);
    assert_int_equal(
        DO(m, read, .tid = 1, .fd = lab.data, .va = UINT64_MAX << 47, .bytes = 8), ERRNO(efault));
    assert_int_equal(now(m, vm_counter_faults), faults);
    vm_machine_free(m);
}

static void the_cache_is_filled_from_disk_once(void **state)
{
    (void)state;
    struct lab lab = lab_new(2 * PAGE + 10);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 4);
    assert_int_equal(
        DO(m, read, .tid = 1, .fd = lab.data, .va = a, .bytes = 4 * PAGE), 2 * PAGE + 10);
    assert_int_equal(now(m, vm_counter_file_reads), 3);
    assert_int_equal(vm_cached_pages(m, DATA), 3);
    assert_int_equal(now(m, vm_counter_major), 0); /* no fault waited for the disk: the call did */
    DO(m, lseek, .tid = 1, .fd = lab.data, .offset = 0);
    DO(m, read, .tid = 1, .fd = lab.data, .va = a, .bytes = 4 * PAGE);
    assert_int_equal(now(m, vm_counter_file_reads), 3);
    vm_machine_free(m);
}

static void overwriting_part_of_a_page_reads_it_first(void **state)
{
    (void)state;
    struct lab lab = lab_new(3 * PAGE);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 2);
    DO(m, write, .tid = 1, .fd = lab.data, .va = a, .bytes = PAGE); /* a whole page: not read */
    assert_int_equal(now(m, vm_counter_file_reads), 0);
    DO(m, write, .tid = 1, .fd = lab.data, .va = a, .bytes = 10);
    assert_int_equal(now(m, vm_counter_file_reads), 1);
    DO(m, lseek, .tid = 1, .fd = lab.data, .offset = 2 * PAGE);
    DO(m, write, .tid = 1, .fd = lab.data, .va = a + 3, .bytes = PAGE); /* whole, from two pages */
    assert_int_equal(now(m, vm_counter_file_reads), 1);
    assert_int_equal(DO(m, fsync, .tid = 1, .fd = lab.data), 0);
    assert_int_equal(
        now(m, vm_counter_file_writes) + vm_counter(m, 0, vm_counter_writebacks) > 0, 1);
    vm_machine_free(m);
}

static void append_and_truncate(void **state)
{
    (void)state;
    struct lab lab = lab_new(100);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 1);
    DO(m, store, .tid = 1, .va = a, .value = 0xabcd);
    uint64_t log =
        DO(m, open, .tid = 1, .object = DATA, .flags = vm_open_bit_write | vm_open_bit_append);
    assert_int_equal(DO(m, write, .tid = 1, .fd = log, .va = a, .bytes = 8), 8);
    assert_int_equal(size_of(m, DATA), 108);
    assert_int_equal(DO(m, read, .tid = 1, .fd = log, .va = a, .bytes = 8), ERRNO(ebadf));
    assert_int_equal(DO(m, ftruncate, .tid = 1, .fd = log, .bytes = 101), 0);
    assert_int_equal(DO(m, ftruncate, .tid = 1, .fd = log, .bytes = 108), 0);
    DO(m, lseek, .tid = 1, .fd = lab.data, .offset = 100);
    assert_int_equal(DO(m, read, .tid = 1, .fd = lab.data, .va = a + 8, .bytes = 8), 8);
    assert_int_equal(word_at(m, a + 8), 0xcd); /* what was cut off reads 0 when it is back */
    assert_int_equal(DO(m, ftruncate, .tid = 1, .fd = lab.zero, .bytes = 1), ERRNO(einval));
    uint64_t reader = DO(m, open, .tid = 1, .object = DATA, .flags = vm_open_bit_read);
    assert_int_equal(DO(m, ftruncate, .tid = 1, .fd = reader, .bytes = 1), ERRNO(einval));
    assert_int_equal(DO(m, write, .tid = 1, .fd = reader, .va = a, .bytes = 1), ERRNO(ebadf));
    DO(m, open, .tid = 1, .object = DATA, .flags = RW | vm_open_bit_truncate);
    assert_int_equal(size_of(m, DATA), 0);
    vm_machine_free(m);
}

static void the_terminal_shows_the_text(void **state)
{
    (void)state;
    struct lab lab = lab_new(0);
    vm_machine *m = lab.m;
    vm_va a = map_pages(m, 1);
    DO(m, store, .tid = 1, .va = a, .value = 0x202c6f6c6c6548);   /* "Hello, " */
    DO(m, store, .tid = 1, .va = a + 8, .value = 0x21646c726f57); /* "World!" */
    const struct vm_op op = {
        .kind = vm_op_kind_write, .u.write = {.tid = 1, .fd = lab.terminal, .va = a, .bytes = 14}};
    struct vm_events events = {0};
    assert_int_equal(vm_apply(m, &op, &events), VM_OK);
    assert_int_equal(vm_last(m)->value, 14);
    struct vm_event event;
    size_t at = 0, shown = 0;
    while (vm_event_next(events.bytes, events.length, &at, &event)) {
        if (event.kind == vm_event_terminal_shows) {
            struct vm_event_terminal_shows got;
            memcpy(&got, event.word, sizeof got);
            assert_int_equal(got.bytes, 14);
            assert_int_equal(got.w0, 0x202c6f6c6c6548);
            assert_int_equal(got.w1, 0x21646c726f57);
            shown++;
        }
    }
    assert_int_equal(shown, 1);
    vm_events_release(&events);
    assert_int_equal(DO(m, read, .tid = 1, .fd = lab.terminal, .va = a, .bytes = 9), 0);
    vm_machine_free(m);
}

static void memory_may_be_short(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(8);
    DO(m, file, .name = DATA, .bytes = 20 * PAGE);
    DO(m, start, .label = 1);
    uint64_t fd = DO(m, open, .tid = 1, .object = 1, .flags = RW);
    vm_va a = map_pages(m, 20);
    for (uint64_t i = 0; i < 20; i++) {
        DO(m, store, .tid = 1, .va = a + i * PAGE, .value = i + 1);
    }
    assert_int_equal(DO(m, write, .tid = 1, .fd = fd, .va = a, .bytes = 20 * PAGE), 20 * PAGE);
    DO(m, lseek, .tid = 1, .fd = fd, .offset = 0);
    DO(m, munmap, .tid = 1, .va = a, .bytes = 20 * PAGE);
    a = map_pages(m, 20);
    assert_int_equal(DO(m, read, .tid = 1, .fd = fd, .va = a, .bytes = 20 * PAGE), 20 * PAGE);
    for (uint64_t i = 0; i < 20; i++) {
        assert_int_equal(word_at(m, a + i * PAGE), i + 1);
    }
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_faults_for_the_program),
        cmocka_unit_test(bytes_and_positions_go_through),
        cmocka_unit_test(parents_and_children_share_the_position),
        cmocka_unit_test(a_bad_address_in_the_middle_is_a_short_count),
        cmocka_unit_test(the_cache_is_filled_from_disk_once),
        cmocka_unit_test(overwriting_part_of_a_page_reads_it_first),
        cmocka_unit_test(append_and_truncate),
        cmocka_unit_test(the_terminal_shows_the_text),
        cmocka_unit_test(memory_may_be_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

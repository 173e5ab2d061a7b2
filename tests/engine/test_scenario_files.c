/* SPDX-License-Identifier: MIT
 * Scenarios of descriptors, reading and writing, shared memory, devices and calls of functions.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void descriptors(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nfile /etc/motd 10000\nA = start shell\nB = start empty\n"
                           "expect descriptors(A) = 3 and descriptors(B) = 0\n"
                           "A: fd = open(\"/etc/motd\", r); buf = mmap(3 pages, rw)\n"
                           "expect A.fd = 3\n"
                           "A: n = read(fd, buf, 3 pages)\n"
                           "expect A.n = 10000 and position(A.fd) = 10000\n"
                           "expect cached(/etc/motd) = 3 and length(/etc/motd) = 10000\n"
                           "A: C = fork(); lseek(fd, 100)\n"
                           "expect position(C.fd) = 100 and descriptors(C) = 4\n"
                           "A: new = open(\"/tmp/new\", rw, create); m = write(new, buf, 5000)\n"
                           "expect length(/tmp/new) = 5000 and copied_bytes(A) = 15000\n"
                           "A: ftruncate(new, 10); fsync(new); dup2(new, 0); close(new)\n"
                           "expect length(/tmp/new) = 10 and descriptors(A) = 4\n"
                           "A: k = open(\"/dev/null\", w); n = write(k, 0x10, 77)\n"
                           "expect A.n = 77\n");
    assert_int_equal(held_all(run), 8);
    vm_run_free(run);
}

static void the_text_reaches_the_terminal(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nA = start shell\nA: before = sp\nA: call main(locals 64)\n"
                           "A: *sp = \"Hello, World!\"\nexpect A.sp = A.before - 96\n"
                           "A: call libc.puts\nexpect A.sp = A.before - 96\n"
                           "A: n = write(1, sp, 14)\nexpect A.n = 14\nA: return\n"
                           "expect A.sp = A.before\n");
    assert_int_equal(held_all(run), 4);
    vm_history *history = vm_run_history(run);
    struct vm_events events = {0};
    uint64_t reached, n = vm_history_length(history);
    size_t *ends = calloc((size_t)n, sizeof *ends);
    assert_non_null(ends);
    assert_int_equal(vm_history_events(history, 0, n, SIZE_MAX, &events, ends, &reached), VM_OK);
    struct vm_event event;
    size_t at = 0, shown = 0;
    while (vm_event_next(events.bytes, events.length, &at, &event)) {
        if (event.kind == vm_event_terminal_shows) {
            assert_memory_equal(&event.word[3], "Hello, World!", 14); /* little-endian here */
            shown++;
        }
    }
    assert_int_equal(shown, 1);
    free(ends);
    vm_events_release(&events);
    vm_run_free(run);
}

static void who_may_map_what(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nfile /data 2 pages\ndevice /dev/fb0 4 pages\n"
                           "A = start empty\nA: fd = open(\"/data\", r)\n"
                           "A: p = mmap(2 pages, rw, shared, fd)\nexpect error EACCES\n"
                           "A: p = mmap(2 pages, rw, private, fd)\nexpect error none\n"
                           "A: q = mmap(2 pages, r, shared, fd); mprotect(q, rw)\n"
                           "expect error EACCES\n"
                           "A: p = mmap(2 pages, r, shared, 9)\nexpect error EBADF\n"
                           "A: fb = mmap(4 pages, rw, shared, /dev/fb0); *fb = 7; r = *fb\n"
                           "expect A.r = 7 and resident(fb) = 0 and faults = 0\n"
                           "A: read(fd, 0x10, 8)\nexpect error EFAULT\n");
    assert_int_equal(held_all(run), 6);
    vm_run_free(run);
}

static void shared_memory(void **state)
{
    (void)state;
    vm_run *run =
        run_text("vmscope 1\nA = start empty\nB = start empty\n"
                 "A: fd = shm_open(\"/board\", rw, 1 page); p = mmap(1 page, rw, shared, fd)\n"
                 "B: fd = shm_open(\"/board\", rw); q = mmap(1 page, rw, shared, fd)\n"
                 "A: *p = 42\nB: r = *q\nexpect B.r = 42\n"
                 "expect frame(A.p) = frame(B.q) and rss_shmem(B) = 1\n"
                 "A: shm_unlink(\"/board\")\nB: x = shm_open(\"/board\", r)\n"
                 "expect error ENOENT\nA: exit(0)\nexpect *B.q = 42\n"
                 "B: m = memfd_create(\"cache\", 2 pages); o = mmap(2 pages, rw, shared, m)\n"
                 "B: store(o, 2 pages)\nexpect rss_shmem(B) = 3\n");
    assert_int_equal(held_all(run), 5);
    vm_run_free(run);
}

/* A line of two operations, appended to a run and taken back with it. */
static void lines_of_a_call_are_appended(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nA = start shell\n");
    struct vm_diagnostics diagnostics = {0};
    static const char *const lines[] = {"A: call main(locals 32)", "A: call libc.puts",
        "A: k = open(\"/dev/zero\", r); n = read(k, sp, 8)", "A: return"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(vm_run_append(run, lines[i], strlen(lines[i]), &diagnostics));
    }
    assert_false(vm_run_append(run, "A: return", 9, &diagnostics));
    assert_int_equal(diagnostics.errors, 1);
    assert_null(vm_check(vm_history_head(vm_run_history(run))));
    vm_diagnostics_release(&diagnostics);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors),
        cmocka_unit_test(the_text_reaches_the_terminal),
        cmocka_unit_test(who_may_map_what),
        cmocka_unit_test(shared_memory),
        cmocka_unit_test(lines_of_a_call_are_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

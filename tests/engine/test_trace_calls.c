/* SPDX-License-Identifier: MIT
 * System calls and several processes in a lackey recording, with the traps of Valgrind's output.
 */
#include "vm/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct seen {
    char text[8192];
    size_t length;
    unsigned calls, stop_after;
};

static bool on_refs(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct seen *seen = ctx;
    for (size_t i = 0; i < n; i++) {
        seen->length += (size_t)snprintf(seen->text + seen->length, 64, "%c%u:%llx;", refs[i].kind,
            refs[i].process, (unsigned long long)refs[i].va);
        assert_true(refs[i].vpn == vm_trace_page(&refs[i], 12));
    }
    return true;
}

static bool on_call(void *ctx, const struct vm_trace_call *call)
{
    struct seen *seen = ctx;
    char *at = seen->text + seen->length;
    size_t n = (size_t)sprintf(at, "%s@%llu,%u.%u(", vm_trace_call_name(call->kind),
        (unsigned long long)call->before, call->process, call->thread);
    for (int i = 0; i < VM_TRACE_CALL_ARGS; i++) {
        n += (size_t)sprintf(at + n, i ? ",%llx" : "%llx", (unsigned long long)call->arg[i]);
    }
    n += (size_t)sprintf(at + n, ")%c%llx%s;", call->failed ? '!' : '=',
        (unsigned long long)call->result, call->name);
    seen->length += n;
    seen->calls++;
    return seen->calls != seen->stop_after;
}

static struct vm_trace_report parse(const char *text, size_t piece, struct seen *seen, bool fine)
{
    vm_trace_reader *reader;
    size_t n = strlen(text);
    assert_int_equal(
        vm_trace_reader_new(VM_TRACE_LACKEY, 12, false, on_refs, seen, &reader), VM_OK);
    vm_trace_reader_calls(reader, on_call, seen);
    for (size_t at = 0; at < n; at += piece) {
        vm_trace_feed(reader, text + at, n - at < piece ? n - at : piece);
    }
    assert_int_equal(vm_trace_end(reader), fine);
    struct vm_trace_report report = *vm_trace_report(reader);
    vm_trace_reader_free(reader);
    return report;
}

static struct vm_trace_report expect(const char *text, const char *wanted)
{
    struct vm_trace_report report = {0};
    for (size_t piece = 1; piece < 300; piece += 1 + piece / 8) {
        struct seen seen = {0};
        report = parse(text, piece, &seen, true);
        assert_string_equal(seen.text, wanted);
        assert_int_equal(report.calls, seen.calls);
    }
    return report;
}

static void test_results(void **state)
{
    (void)state;
    struct vm_trace_report report =
        expect("I  04016b90,3\n"
               "SYSCALL[12,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, 0 ) --> [pre-success] "
               "Success(0x4835000) \n"
               "SYSCALL[12,1](10) sys_mprotect ( 0x4a17000, 16384, 1 )[sync] --> Success(0x0) \n"
               "SYSCALL[12,1](11) sys_munmap ( 0x483c000, 46435 )[sync] --> Failure(0x16) \n"
               " S 0000a000,8\n"
               "SYSCALL[12,1](12) sys_brk ( 0x404d6a0 ) --> [pre-success] Success(0x404d6a0) \n"
               "SYSCALL[12,1](25) sys_mremap ( 0x483c000, 12288, 40960, 0x1 ) --> [pre-success] "
               "Success(0x483c000) \n"
               "SYSCALL[12,1](231) exit_group( 3 ) --> [pre-success] Success(0x0) \n",
            "I0:4016b90;mmap@1,0.1(0,2000,3,22,ffffffffffffffff,0)=4835000;"
            "mprotect@1,0.1(4a17000,4000,1,0,0,0)=0;munmap@1,0.1(483c000,b563,0,0,0,0)!16;W0:a000;"
            "brk@2,0.1(404d6a0,0,0,0,0,0)=404d6a0;mremap@2,0.1(483c000,3000,a000,1,0,0)=483c000;"
            "exit_group@2,0.1(3,0,0,0,0,0)=0;");
    assert_int_equal(report.torn, 0);
    assert_int_equal(report.glued, 0);
    assert_int_equal(report.calls_passed, 0);
    assert_int_equal(report.processes, 1);
}

/* fork's and clone's results stand on lines of their own; clone's flags are hex without 0x. */
static void test_late_results(void **state)
{
    (void)state;
    struct vm_trace_report report =
        expect("SYSCALL[12,1](56) sys_clone ( 1200011, 0x0, 0x0, 0x4a2aa10, 0x0 )   clone(fork): "
               "process 12 "
               "created child 13\n"
               " --> [pre-success] Success(0xd) \n"
               "SYSCALL[12,1](58) sys_fork ( )   fork: process 12 created child 14\n"
               " --> [pre-success] Success(0xe) \n"
               "SYSCALL[12,1](61) sys_wait4 ( 4294967295, 0x0, 0, 0x0 ) --> [async] ... \n"
               "SYSCALL[12,2](28) sys_madvise ( 0x4a2d000, 8368128, 4 ) --> [async] ... \n"
               "I  04016b90,3\n"
               "SYSCALL[12,1](61) ... [async] --> Success(0xd) \n"
               "SYSCALL[12,2](28) ... [async] --> Success(0x0) \n"
               "SYSCALL[12,2](60) exit( 0 ) --> [pre-success] Success(0x0) \n",
            "clone@0,0.1(1200011,0,0,4a2aa10,0,0)=d;vfork@0,0.1(0,0,0,0,0,0)=e;I0:4016b90;"
            "wait4@1,0.1(ffffffffffffffff,0,0,0,0,0)=d;madvise@1,0.2(4a2d000,7fb000,4,0,0,0)=0;"
            "exit@1,0.2(0,0,0,0,0,0)=0;");
    assert_int_equal(report.torn, 0);
    assert_int_equal(report.calls_passed, 0);
}

/* execve prints no newline: the next record is glued to it. */
static void test_execve(void **state)
{
    (void)state;
    struct vm_trace_report report = expect(
        "SYSCALL[7,1](59) sys_execve ( 0x1ffe(/bin/a), b), 0x2, 0x3 )I  04001090,3\n"
        "SYSCALL[7,1](59) sys_execve ( 0x1ffe(/no), 0x2, 0x3 ) --> [pre-fail] Failure(0x2) \n"
        "SYSCALL[7,1](3) sys_close ( 3 ) L 1ffeffe7e0,8\n"
        "SYSCALL[7,1](334) unimplemented (by the kernel) syscall: 334! (ni_syscall)\n"
        " --> [pre-fail] Failure(0x26) \n",
        "execve@0,0.1(1ffe,0,0,0,0,0)=0/bin/a;I0:4001090;"
        "execve@1,0.1(1ffe,2,3,0,0,0)!2/no;R0:1ffeffe7e0;");
    assert_int_equal(report.glued, 2);
    assert_int_equal(report.first_glued, 1);
    assert_int_equal(report.calls_passed, 3); /* close, 334 and its result */
}

static void test_unreadable(void **state)
{
    (void)state;
    struct vm_trace_report report = expect("SYSCALL[7,1](9) sys_mmap ( 0x0, 8192, -3, 34 )\n"
                                           "SYSCALL[7,1](9) sys_mmap ( 0x0, 8192\n"
                                           "SYSCALL[7](9) sys_mmap\n"
                                           "SYSCALL[7,1](9) ... [async] --> Success(0x0)\n"
                                           " --> [pre-success] Success(0x0) \n"
                                           "SYSCALL[\n"
                                           "I  04001090,3\n",
        "I0:4001090;");
    assert_int_equal(report.calls, 0);
    assert_int_equal(report.calls_passed, 6);
    assert_int_equal(report.torn, 0);
}

/* The same page of two processes is two pages. */
static void test_processes(void **state)
{
    (void)state;
    struct vm_trace_report report = expect(
        "==12== Lackey\n"
        "--12-- vmscope: map 400000-402000 r-xp 1000 /bin/a b\n"
        "--12-- vmscope: map 1ffe000-1fff000 rw-p 0 [stack]\n"
        "I  00400010,3\n"
        "--13-- vmscope: runs\n"
        "I  00400010,3\n"
        "SYSCALL[13,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x5000) \n"
        "--12-- vmscope: runs\n"
        " S 00400ffe,4\n"
        "--12-- something else\n",
        "map@0,0.0(400000,402000,5,0,1000,0)=0/bin/a b;map@0,0.0(1ffe000,1fff000,3,0,0,0)=0[stack];"
        "I0:400010;I1:400010;brk@2,1.1(0,0,0,0,0,0)=5000;W0:400ffe;W0:401000;");
    assert_int_equal(report.processes, 2);
    assert_int_equal(report.notes, 6);
    /* Who ran before anybody was named is a process of its own. */
    assert_int_equal(
        expect("I  00400010,3\n--13-- vmscope: runs\nI  00400010,3\n", "I0:400010;I1:400010;")
            .processes,
        2);
    assert_int_equal(expect("I  00400010,3\n--13-- vmscope: map 2-1 r-xp 0\nI  00400010,3\n",
                         "I0:400010;I1:400010;")
                         .torn,
        1);
}

static void test_too_many_processes(void **state)
{
    (void)state;
    vm_trace_reader *reader;
    struct seen seen = {0};
    assert_int_equal(
        vm_trace_reader_new(VM_TRACE_LACKEY, 12, false, on_refs, &seen, &reader), VM_OK);
    for (int pid = 1; pid <= VM_TRACE_PROCESSES_MAX + 1; pid++) {
        char line[64];
        int n = sprintf(line, "--%d-- vmscope: runs\n", pid);
        assert_true(vm_trace_feed(reader, line, (size_t)n));
    }
    assert_true(vm_trace_end(reader));
    assert_int_equal(vm_trace_report(reader)->processes, VM_TRACE_PROCESSES_MAX);
    assert_int_equal(vm_trace_report(reader)->torn, 1);
    assert_int_equal(vm_trace_report(reader)->first_torn, VM_TRACE_PROCESSES_MAX + 1);
    vm_trace_reader_free(reader);
}

static bool any(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    (void)ctx;
    (void)refs;
    return n > 0;
}

/* With small pages the highest addresses leave no room for a process's number. */
static void test_too_high(void **state)
{
    (void)state;
    static const char text[] = "--1-- vmscope: runs\nI  0f00000000000000,1\n"
                               "--2-- vmscope: runs\nI  0f00000000000000,1\n L 00001000,1\n"
                               "I  0f00000000000000,1\nI  00400010,3\nI  00400010,3\n";
    for (uint8_t shift = 4; shift <= 12; shift += 8) {
        vm_trace_reader *reader;
        assert_int_equal(
            vm_trace_reader_new(VM_TRACE_LACKEY, shift, false, any, NULL, &reader), VM_OK);
        assert_true(vm_trace_feed(reader, text, sizeof text - 1) && vm_trace_end(reader));
        assert_int_equal(vm_trace_report(reader)->references, shift == 4 ? 4 : 6);
        assert_int_equal(vm_trace_report(reader)->torn, shift == 4 ? 2 : 0);
        assert_int_equal(vm_trace_report(reader)->first_torn, shift == 4 ? 4 : 0);
        vm_trace_reader_free(reader);
    }
}

static void test_stop(void **state)
{
    (void)state;
    struct seen seen = {.stop_after = 1};
    parse("SYSCALL[1,1](12) sys_brk ( 0x0 ) --> Success(0x1)\nI  00400010,3\n"
          "SYSCALL[1,1](12) sys_brk ( 0x0 ) --> Success(0x1)\n",
        10, &seen, false);
    assert_int_equal(seen.calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_late_results),
        cmocka_unit_test(test_execve),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_processes),
        cmocka_unit_test(test_too_many_processes),
        cmocka_unit_test(test_too_high),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

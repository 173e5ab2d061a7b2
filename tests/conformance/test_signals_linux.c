/* SPDX-License-Identifier: MIT
 * kernel/signals.json is what Linux 6.18 did (record/signals.c): the same steps on a machine give
 * the same.
 */
#include "vm/vm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DO(m, name, ...)                                                                           \
    apply(m, &(const struct vm_op){.kind = vm_op_kind_##name, .u.name = {__VA_ARGS__}})
#define EINTR_LINUX 4
#define ECHILD_LINUX 10

static char json[8192]; /* {"group": {"name": 1, "name": [1, 2]}} */

static uint64_t apply(vm_machine *m, const struct vm_op *op)
{
    assert_int_equal(vm_apply(m, op, NULL), VM_OK);
    return vm_last(m)->value;
}

/* Behind `"name": ` from here on. */
static const char *behind(const char *text, const char *name)
{
    char key[40];
    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *at = text ? strstr(text, key) : NULL;
    return at ? at + strlen(key) : NULL;
}

/* index -1: a number; else an element of a list. */
static int measured(const char *group, const char *name, int index)
{
    const char *at = behind(behind(json, group), name);
    assert_non_null(at);
    at += *at == '[';
    for (; index > 0; index--) {
        at = strchr(at, ',') + 1;
    }
    return (int)strtol(at, NULL, 10);
}

static enum vm_signo signo_of(int number)
{
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        if (vm_signal_number(signo) == (uint32_t)number) {
            return signo;
        }
    }
    return vm_signo_none;
}

static vm_machine *machine(void)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 400;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, file, .name = 9, .bytes = 8192);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 8192);
    DO(m, start, .label = 1, .program = 1);
    return m;
}

static void handle(vm_machine *m, enum vm_signo signo)
{
    DO(m, sigaction, .tid = 1, .signo = signo, .action = vm_signal_action_handler,
        .handler = 0x401000, .name = signo);
}

static void mask(vm_machine *m, vm_tid tid, enum vm_mask_how how, enum vm_signo signo)
{
    DO(m, sigprocmask, .tid = tid, .how = how, .signo = signo);
}

/* One sigprocmask unblocks three: as the return from a handler with that mask does. */
static void order_and_times(void **state)
{
    (void)state;
    vm_machine *m = machine();
    struct vm_handler_view view;
    handle(m, vm_signo_sigterm);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigterm);
    DO(m, do_signal, .tid = 1);
    for (int i = 0; i < 3; i++) {
        enum vm_signo signo = signo_of(measured("several", "sent", i));
        handle(m, signo);
        mask(m, 1, vm_mask_how_block, signo);
        DO(m, kill, .tid = 1, .pid = 1, .signo = signo);
        DO(m, kill, .tid = 1, .pid = 1, .signo = signo);
    }
    DO(m, sigreturn, .tid = 1);
    while (vm_signal_due(m, 1)) {
        DO(m, do_signal, .tid = 1);
    }
    int times = 0;
    for (; vm_handler_at(m, 1, &view); times++) {
        assert_int_equal(vm_signal_number(view.signo), measured("several", "handlers_run", times));
        DO(m, sigreturn, .tid = 1);
    }
    assert_int_equal(times, measured("several", "times", -1));
    mask(m, 1, vm_mask_how_block, vm_signo_sigterm);
    assert_int_equal(vm_thread_blocked(m, 1), measured("mask", "before", -1));
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
    DO(m, do_signal, .tid = 1);
    assert_int_equal(vm_thread_blocked(m, 1), measured("mask", "within", -1));
    DO(m, sigreturn, .tid = 1);
    assert_int_equal(vm_thread_blocked(m, 1), measured("mask", "after", -1));
    vm_machine_free(m);
}

/* 0: the main thread, 1: the other one. */
static int taker(vm_machine *m, vm_tid other)
{
    vm_tid tid = vm_signal_due(m, 1) ? 1 : other;
    DO(m, do_signal, .tid = tid);
    DO(m, sigreturn, .tid = tid);
    return tid == other;
}

static void which_thread_takes_it(void **state)
{
    (void)state;
    vm_machine *m = machine();
    handle(m, vm_signo_sigusr1);
    vm_tid other = (vm_tid)DO(m, create, .tid = 1);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
    assert_int_equal(taker(m, other), measured("taker", "main_free", -1));
    mask(m, 1, vm_mask_how_block, vm_signo_sigusr1);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
    assert_int_equal(taker(m, other), measured("taker", "main_blocks", -1));
    mask(m, 1, vm_mask_how_unblock, vm_signo_sigusr1);
    DO(m, tgkill, .tid = 1, .thread = other, .signo = vm_signo_sigusr1);
    assert_int_equal(taker(m, other), measured("taker", "aimed", -1));
    vm_machine_free(m);
}

static void calls_are_interrupted(void **state)
{
    (void)state;
    static const char *const names[] = {"pause", "wait", "read"};
    for (int i = 0; i < 3; i++) {
        vm_machine *m = machine();
        handle(m, vm_signo_sigusr1);
        vm_pid other = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
        uint64_t ends = DO(m, pipe, .tid = 1);
        vm_va at = DO(m, mmap, .tid = 1, .bytes = 4096, .prot = 3);
        const struct vm_op calls[] = {{.kind = vm_op_kind_pause, .u.pause = {.tid = 1}},
            {.kind = vm_op_kind_wait, .u.wait = {.tid = 1, .child = other}},
            {.kind = vm_op_kind_read, .u.read = {1, ends & 0xffffffff, at, 1}}};
        apply(m, &calls[i]);
        assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
        DO(m, kill, .tid = vm_process_task(m, other), .pid = 1, .signo = vm_signo_sigusr1);
        assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
        assert_int_equal(measured("interrupted", names[i], -1), EINTR_LINUX);
        vm_machine_free(m);
    }
}

static void children(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    DO(m, exit, .tid = vm_process_task(m, child), .code = 3);
    int kept = DO(m, wait, .tid = 1, .child = child) == child && vm_exit_code(m, child) == 3;
    assert_int_equal(kept, measured("children", "default_keeps_zombie", -1));
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigchld, .action = vm_signal_action_ignore);
    child = (vm_pid)DO(m, fork, .tid = 1, .label = 3);
    DO(m, exit, .tid = vm_process_task(m, child), .code = 3);
    uint64_t echild = UINT64_MAX - vm_errno_code_echild + 1;
    bool same = DO(m, wait, .tid = 1, .child = child) == echild;
    assert_int_equal(same ? ECHILD_LINUX : 0, measured("children", "ignored_wait_errno", -1));
    child = (vm_pid)DO(m, fork, .tid = 1, .label = 4);
    vm_pid orphan = (vm_pid)DO(m, fork, .tid = vm_process_task(m, child), .label = 5);
    DO(m, exit, .tid = vm_process_task(m, child));
    assert_int_equal(
        vm_parent(m, orphan) != child, measured("children", "orphan_has_new_parent", -1));
    vm_machine_free(m);
}

static void codes(void **state)
{
    (void)state;
    for (const char *at = behind(json, "codes") + 1; *at != '}'; at += *at == ',' ? 2 : 0) {
        char *end;
        int signo = (int)strtol(at + 1, &end, 10); /* "2": 130 */
        long code = strtol(end + 2, &end, 10);
        at = end;
        vm_machine *m = machine();
        DO(m, kill, .tid = 1, .pid = 1, .signo = signo_of(signo));
        assert_int_equal(vm_exit_code(m, 1), code);
        vm_machine_free(m);
    }
}

static void the_frames_layout(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_va sp = vm_task_sp(m, 1);
    handle(m, vm_signo_sigusr1);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
    DO(m, do_signal, .tid = 1);
    struct vm_handler_view view;
    assert_true(vm_handler_at(m, 1, &view));
    uint64_t signo;
    uint64_t info = 8 + (uint64_t)measured("frame", "ucontext_to_siginfo", -1);
    assert_true(vm_value(m, 1, view.sp + info, &signo));
    assert_int_equal(signo, vm_signal_number(vm_signo_sigusr1));
    assert_int_equal(sp - (view.sp + view.bytes) >= 128, measured("frame", "red_zone_kept", -1));
    vm_machine_free(m);
}

static int read_json(void **state)
{
    (void)state;
    FILE *file = fopen(VMSCOPE_SOURCE_DIR "/tests/conformance/kernel/signals.json", "r");
    if (!file) {
        return -1;
    }
    json[fread(json, 1, sizeof json - 1, file)] = '\0';
    return fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_and_times),
        cmocka_unit_test(which_thread_takes_it),
        cmocka_unit_test(calls_are_interrupted),
        cmocka_unit_test(children),
        cmocka_unit_test(codes),
        cmocka_unit_test(the_frames_layout),
    };
    return cmocka_run_group_tests(tests, read_json, NULL);
}

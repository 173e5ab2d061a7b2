/* SPDX-License-Identifier: MIT
 * Random reads and writes on pipes that Linux 6.18 did without blocking (pipes.txt, written by
 * record/pipes.c), made again in the engine. What would have blocked there waits here: with as much
 * done as Linux answered, or nothing where it answered EAGAIN. Then a signal ends the call.
 *
 * A line: what (p a pipe, w write, r read, x its writing end is closed, y its reading end), bytes,
 * what the kernel answered (of p: the size of its ring), where the buffer is (0 all good, else one
 * more than the good bytes before an address that is not mapped), bytes in the pipe afterwards.
 */
#include "kernel/pending.h"
#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { PAGE = 4096, BUFFER = 64 * PAGE };
enum { LINUX_EAGAIN = -11, LINUX_EFAULT = -14, LINUX_EPIPE = -32 };

struct line {
    char what;
    uint64_t bytes, bad, held;
    long answer;
};
struct replay {
    vm_machine *m;
    vm_va buffer;
    uint64_t in, out;
};

static uint64_t apply(vm_machine *m, struct vm_op op)
{
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    assert_null(vm_check(m));
    return vm_last(m)->value;
}

static void begin(struct replay *replay, const struct line *line)
{
    vm_machine_free(replay->m);
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 1024;
    assert_int_equal(vm_machine_new(&config, &replay->m), VM_OK);
    apply(replay->m, (struct vm_op){.kind = vm_op_kind_start, .u.start = {1, 0}});
    replay->buffer = apply(replay->m, (struct vm_op){.kind = vm_op_kind_mmap,
                                          .u.mmap = {.tid = 1,
                                              .bytes = BUFFER,
                                              .prot = 3,
                                              .flags = vm_map_bit_fixed,
                                              .hint = 0x10000000}});
    uint64_t both =
        apply(replay->m, (struct vm_op){.kind = vm_op_kind_pipe, .u.pipe = {1, line->bytes, 0}});
    replay->in = both & UINT32_MAX;
    replay->out = both >> 32;
    struct vm_pipe_view view;
    assert_true(vm_pipe_at(replay->m, 1, replay->in, &view));
    assert_int_equal(view.most * PAGE, line->answer);
}

/* What the call came to, as Linux says it to a caller who does not want to wait. */
static long answer_of(const struct replay *replay, uint64_t value)
{
    struct pending call = replay->m->tasks[1].pending;
    if (call.file) {
        pending_interrupt(replay->m, 1);
        assert_null(vm_check(replay->m));
        return call.done ? (long)call.done : LINUX_EAGAIN;
    }
    return value == (uint64_t)-vm_errno_code_efault  ? LINUX_EFAULT
           : value == (uint64_t)-vm_errno_code_epipe ? LINUX_EPIPE
                                                     : (long)value;
}

static void same(const struct replay *replay, const struct line *line, unsigned number)
{
    vm_va at = replay->buffer + (line->bad ? BUFFER - (line->bad - 1) : 0);
    struct vm_op op = {.kind = vm_op_kind_read, .u.read = {1, replay->in, at, line->bytes}};
    if (line->what == 'w') {
        op = (struct vm_op){.kind = vm_op_kind_write, .u.write = {1, replay->out, at, line->bytes}};
    }
    long answer = answer_of(replay, apply(replay->m, op));
    struct vm_pipe_view view = {0};
    bool open = vm_pipe_at(replay->m, 1, replay->in, &view);
    if (answer != line->answer || (open && view.bytes != line->held)) {
        fail_msg("line %u: answer %ld and %lu bytes in the pipe, Linux has %ld and %lu", number,
            answer, (unsigned long)view.bytes, line->answer, (unsigned long)line->held);
    }
}

static void pipes_answer_as_on_linux(void **state)
{
    (void)state;
    FILE *file = fopen(VMSCOPE_SOURCE_DIR "/tests/conformance/pipes.txt", "r");
    assert_non_null(file);
    struct replay replay = {0};
    struct line line;
    unsigned number = 0, broken = 0;
    while (fscanf(file, " %c %lu %ld %lu %lu", &line.what, &line.bytes, &line.answer, &line.bad,
               &line.held) == 5) {
        number++;
        if (line.what == 'p') {
            begin(&replay, &line);
        } else if (line.what == 'x' || line.what == 'y') {
            uint64_t fd = line.what == 'x' ? replay.out : replay.in;
            apply(replay.m, (struct vm_op){.kind = vm_op_kind_close, .u.close = {1, fd}});
        } else {
            same(&replay, &line, number);
            broken += line.answer == LINUX_EPIPE;
        }
    }
    fclose(file);
    vm_machine_free(replay.m);
    assert_true(number > 2500);
    assert_int_equal(broken, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pipes_answer_as_on_linux)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

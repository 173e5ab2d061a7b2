/* SPDX-License-Identifier: MIT
 * Six recorded programs (script/record-six): a sweep of every policy gives what a replay of its own
 * gives for each size, to the last fault and write-back, and the curves of LRU and OPT do so at
 * every size looked at. Without recordings there is nothing to hold. VMSCOPE_SIX_REFERENCES says
 * how many of each are read (500,000; all ten million take hours with sanitizers),
 * VMSCOPE_SIX_STEP=N that of the curves' sizes every N-th is replayed (37).
 */
#define _GNU_SOURCE /* glob */
#include "command/input.h"
#include "vm/analysis.h"
#include "vm/describe.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct refs {
    struct vm_trace_ref *ref; /* owned */
    size_t n, room, most;
};

static size_t setting(const char *name, size_t otherwise)
{
    const char *value = getenv(name);
    return value ? strtoul(value, NULL, 10) : otherwise;
}

static bool keep(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct refs *all = ctx;
    n = n < all->most - all->n ? n : all->most - all->n;
    if (all->room - all->n < n) {
        all->room = (all->room + n) * 2;
        all->ref = realloc(all->ref, all->room * sizeof *all->ref);
        assert_non_null(all->ref);
    }
    memcpy(all->ref + all->n, refs, n * sizeof *refs);
    all->n += n;
    return all->n < all->most;
}

static void read_trace(const char *path, struct refs *all)
{
    char problem[INPUT_PROBLEM_MAX];
    struct input *input;
    vm_trace_reader *reader;
    const char *bytes;
    size_t n;
    *all = (struct refs){.most = setting("VMSCOPE_SIX_REFERENCES", 500000)};
    assert_true(input_open(path, &input, problem));
    assert_int_equal(vm_trace_reader_new(VM_TRACE_LACKEY, 12, false, keep, all, &reader), VM_OK);
    do {
        assert_true(input_read(input, &bytes, &n, problem));
    } while (n > 0 && vm_trace_feed(reader, bytes, n));
    vm_trace_end(reader);
    vm_trace_reader_free(reader);
    input_close(input);
}

static struct vm_replay_result replayed(
    const struct refs *all, enum vm_policy_kind policy, uint32_t frames)
{
    vm_replay *replay;
    struct vm_replay_result out;
    assert_int_equal(vm_replay_new(policy, frames, NULL, &replay), VM_OK);
    assert_int_equal(vm_replay_feed(replay, all->ref, all->n), VM_OK);
    assert_int_equal(vm_replay_end(replay, &out), VM_OK);
    vm_replay_free(replay);
    return out;
}

static vm_analysis *analysed(
    const struct refs *all, enum vm_analysis_kind kind, const uint32_t *frames, size_t n)
{
    const struct vm_analysis_request request = {.kind = kind,
        .frames = frames,
        .frames_n = n,
        .page_shift = 12,
        .params = vm_policy_params_default()};
    vm_analysis *a;
    const char *problem;
    bool more = true;
    assert_int_equal(vm_analysis_new(&request, &problem, &a), VM_OK);
    assert_int_equal(vm_analysis_feed(a, all->ref, all->n), VM_OK);
    while (more) {
        assert_int_equal(vm_analysis_work(a, 1 << 22, &more), VM_OK);
    }
    return a;
}

static uint64_t cell(
    const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *column)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(kind);
    unsigned c = 0;
    while (strcmp(desc->columns[c].name, column) != 0) {
        c++;
    }
    return vm_analysis_cell(a, row, c).number;
}

/* The rows from `row` on, `step` apart, against replays; how many. */
static size_t hold(const struct refs *all, const vm_analysis *a, enum vm_analysis_kind kind,
    const char *name, size_t step)
{
    size_t held = 0;
    for (size_t row = 0; row < vm_analysis_rows(a); row += step, held++) {
        const char *policy = vm_analysis_cell(a, row, 0).word;
        uint32_t frames = (uint32_t)cell(a, kind, row, "frames");
        struct vm_replay_result want =
            replayed(all, (enum vm_policy_kind)vm_policy_named(policy), frames);
        uint64_t faults = cell(a, kind, row, "faults"),
                 writebacks = cell(a, kind, row, "writebacks"),
                 evictions = cell(a, kind, row, "evictions");
        if (faults != want.faults || writebacks != want.writebacks || evictions != want.evictions) {
            fail_msg(
                "%s, %s, %s with %u frames: %llu faults, %llu write-backs; replayed %llu, %llu",
                name, vm_analysis_desc(kind)->name, policy, frames, (unsigned long long)faults,
                (unsigned long long)writebacks, (unsigned long long)want.faults,
                (unsigned long long)want.writebacks);
        }
    }
    return held;
}

static void test_six(void **state)
{
    (void)state;
    glob_t found;
    if (glob(VMSCOPE_SOURCE_DIR "/build/traces/six/*.lackey.zst", 0, NULL, &found) != 0) {
        skip();
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        struct refs all;
        read_trace(found.gl_pathv[i], &all);
        uint32_t pages = (uint32_t)replayed(&all, vm_policy_kind_fifo, UINT32_MAX).distinct_pages;
        const uint32_t frames[] = {pages / 16 + 10, pages / 8 + 11, pages / 4 + 12, pages / 2 + 13};
        vm_analysis *sweep = analysed(&all, vm_analysis_kind_sweep, frames, 4),
                    *mrc = analysed(&all, vm_analysis_kind_mrc, NULL, 0);
        size_t swept = hold(&all, sweep, vm_analysis_kind_sweep, name, 1),
               sizes = hold(&all, mrc, vm_analysis_kind_mrc, name, setting("VMSCOPE_SIX_STEP", 37));
        assert_int_equal(swept, 4 * vm_policy_kind_count);
        printf("%s: %zu references, %u pages; %zu rows of the sweep and %zu of the curves agree\n",
            name, all.n, pages, swept, sizes);
        fflush(stdout);
        vm_analysis_free(sweep);
        vm_analysis_free(mrc);
        free(all.ref);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_six)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

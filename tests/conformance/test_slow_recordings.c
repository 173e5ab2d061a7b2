/* SPDX-License-Identifier: MIT
 * Recordings of real programs (script/record-six, or the directory in VMSCOPE_SIX): the sweep's
 * rows are those of the per-size runs in faults, evictions and write-backs for every policy; the
 * curves of LRU and OPT are their runs at every size tried; and the machine in the Lab faults as
 * the replay on a prefix. The recordings there are said; with none the test is skipped.
 */
#define _GNU_SOURCE
#include "lab/run.h"
#include "trace/store.h"
#include "trace/unpack.h"
#include "vm/analysis.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { SIZES = 5, PREFIX = 200000, RECORDINGS_MAX = 64 };

struct recording {
    char name[NAME_MAX + 1];
    int fd; /* of its store */
    struct trace_store *store;
    uint32_t frames[SIZES];
};
static struct recording recording[RECORDINGS_MAX];
static size_t recordings;

static bool put_bytes(void *fd, const void *bytes, size_t n)
{
    return write(*(int *)fd, bytes, n) == (ssize_t)n;
}

static bool feed_writer(void *writer, const char *bytes, size_t n)
{
    return trace_writer_feed(writer, bytes, n);
}

static int store_of(const char *path)
{
    static char piece[1 << 18];
    int fd = memfd_create("trace", MFD_CLOEXEC);
    struct trace_writer *writer = trace_writer_new(VM_TRACE_LACKEY, 12, put_bytes, &fd);
    struct trace_unpack *unpack = trace_unpack_new(feed_writer, writer);
    FILE *file = fopen(path, "rb");
    assert_true(fd >= 0 && writer && unpack && file);
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;) {
        assert_int_equal(trace_unpack_feed(unpack, piece, n), UNPACK_FINE);
    }
    assert_int_equal(trace_unpack_end(unpack), UNPACK_FINE);
    assert_true(trace_writer_end(writer));
    fclose(file);
    trace_unpack_free(unpack);
    trace_writer_free(writer);
    return fd;
}

/* Sizes from tight to nearly all of its pages. */
static void choose_sizes(struct recording *r)
{
    uint64_t pages = trace_store_summary(r->store)->pages_n;
    static const unsigned per_mille[SIZES] = {20, 80, 250, 600, 950};
    for (size_t i = 0; i < SIZES; i++) {
        r->frames[i] = (uint32_t)(pages * per_mille[i] / 1000) + 8 + (uint32_t)i;
    }
}

static int find_recordings(void **unused)
{
    (void)unused;
    const char *given = getenv("VMSCOPE_SIX");
    const char *path = given ? given : VMSCOPE_SOURCE_DIR "/build/traces/six";
    struct dirent **name;
    int n = scandir(path, &name, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char file[8192];
        if (strstr(name[i]->d_name, ".lackey") && strncmp(name[i]->d_name, "part.", 5) != 0 &&
            recordings < RECORDINGS_MAX) {
            struct recording *r = &recording[recordings++];
            snprintf(r->name, sizeof r->name, "%s", name[i]->d_name);
            snprintf(file, sizeof file, "%s/%s", path, r->name);
            r->fd = store_of(file);
            r->store = trace_store_open(dup(r->fd));
            assert_non_null(r->store);
            choose_sizes(r);
            const struct trace_summary *s = trace_store_summary(r->store);
            print_message("%s: %llu references to %llu pages, %u processes, %llu calls, %llu torn; "
                          "stored in %lld bytes\n",
                r->name, (unsigned long long)s->references, (unsigned long long)s->pages_n,
                s->report.processes, (unsigned long long)s->report.calls,
                (unsigned long long)s->report.torn, (long long)lseek(r->fd, 0, SEEK_END));
        }
        free(name[i]);
    }
    if (n >= 0) {
        free(name);
    }
    return 0;
}

static int forget_recordings(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < recordings; i++) {
        trace_store_close(recording[i].store);
        close(recording[i].fd);
    }
    return 0;
}

static struct vm_replay_result replayed(
    const struct recording *r, enum vm_policy_kind policy, uint32_t frames, uint64_t most)
{
    struct vm_replay_result result;
    struct trace_cursor *cursor = trace_cursor_new(r->store, 12, false);
    const struct vm_trace_ref *refs;
    vm_replay *replay;
    size_t n;
    assert_int_equal(vm_replay_new(policy, frames, NULL, &replay), VM_OK);
    while (most && trace_cursor_next(cursor, &refs, &n) && n) {
        n = n < most ? n : (size_t)most;
        assert_int_equal(vm_replay_feed(replay, refs, n), VM_OK);
        most -= n;
    }
    assert_int_equal(vm_replay_end(replay, &result), VM_OK);
    vm_replay_free(replay);
    trace_cursor_free(cursor);
    return result;
}

static vm_analysis *analysed(const struct recording *r, const struct vm_analysis_request *request)
{
    const char *problem = NULL;
    struct trace_cursor *cursor = trace_cursor_new(r->store, 12, false);
    const struct vm_trace_ref *refs;
    vm_analysis *analysis;
    size_t n;
    assert_int_equal(vm_analysis_new(request, &problem, &analysis), VM_OK);
    while (trace_cursor_next(cursor, &refs, &n) && n) {
        assert_int_equal(vm_analysis_feed(analysis, refs, n), VM_OK);
    }
    for (bool more = true; more;) {
        assert_int_equal(vm_analysis_work(analysis, 1 << 24, &more), VM_OK);
    }
    trace_cursor_free(cursor);
    return analysis;
}

/* A row's value; UINT64_MAX: there is no such row. */
static uint64_t value(const vm_analysis *analysis, enum vm_analysis_kind kind, const char *policy,
    uint32_t frames, const char *name)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(kind);
    unsigned column = 0;
    while (strcmp(desc->columns[column].name, name) != 0) {
        column++;
        assert_true(column < desc->columns_n);
    }
    for (size_t row = 0; row < vm_analysis_rows(analysis); row++) {
        if (strcmp(vm_analysis_cell(analysis, row, 0).word, policy) == 0 &&
            vm_analysis_cell(analysis, row, 1).number == frames) {
            return vm_analysis_cell(analysis, row, column).number;
        }
    }
    return UINT64_MAX;
}

static void compare_row(const struct recording *r, const vm_analysis *analysis,
    enum vm_analysis_kind kind, const struct vm_replay_result *want)
{
    const char *policy = vm_policy_desc(want->policy)->name;
    uint64_t faults = value(analysis, kind, policy, want->frames, "faults");
    uint64_t evictions = value(analysis, kind, policy, want->frames, "evictions");
    uint64_t writebacks = value(analysis, kind, policy, want->frames, "writebacks");
    if (faults != want->faults || evictions != want->evictions || writebacks != want->writebacks) {
        fail_msg("%s, %s, %u frames: %s has %llu faults, %llu evictions, %llu write-backs; the run "
                 "%llu, %llu, %llu",
            r->name, policy, want->frames, vm_analysis_desc(kind)->name, (unsigned long long)faults,
            (unsigned long long)evictions, (unsigned long long)writebacks,
            (unsigned long long)want->faults, (unsigned long long)want->evictions,
            (unsigned long long)want->writebacks);
    }
}

static void analyses_are_the_runs(void **unused)
{
    (void)unused;
    if (!recordings) {
        skip();
    }
    for (size_t i = 0; i < recordings; i++) {
        const struct recording *r = &recording[i];
        struct vm_analysis_request request = {.kind = vm_analysis_kind_sweep,
            .frames = r->frames,
            .frames_n = SIZES,
            .page_shift = 12,
            .params = vm_policy_params_default()};
        vm_analysis *sweep = analysed(r, &request);
        request = (struct vm_analysis_request){
            .kind = vm_analysis_kind_mrc, .page_shift = 12, .params = vm_policy_params_default()};
        vm_analysis *mrc = analysed(r, &request);
        for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
            for (size_t k = 0; k < SIZES; k++) {
                if (r->frames[k] < vm_policy_desc(policy)->least_frames) {
                    continue;
                }
                struct vm_replay_result want =
                    replayed(r, (enum vm_policy_kind)policy, r->frames[k], UINT64_MAX);
                compare_row(r, sweep, vm_analysis_kind_sweep, &want);
                if (policy == vm_policy_kind_lru || policy == vm_policy_kind_opt) {
                    compare_row(r, mrc, vm_analysis_kind_mrc, &want);
                }
            }
        }
        print_message("%s: %d policies at %d sizes\n", r->name, vm_policy_kind_count, SIZES);
        vm_analysis_free(sweep);
        vm_analysis_free(mrc);
    }
}

static void compare_machine(const struct recording *r, enum vm_policy_kind policy, uint32_t frames)
{
    char number[16];
    if (frames < vm_policy_desc(policy)->least_frames) {
        return;
    }
    snprintf(number, sizeof number, "%u", frames);
    struct vm_override item[] = {{"policy", vm_policy_desc(policy)->name}, {"frames", number}};
    struct lab_set set = {item, 2};
    struct lab_limits limits = {.trace_operations = PREFIX, .trace_cpu_ms = 600000};
    struct vm_replay_result want = replayed(r, policy, frames, PREFIX);
    struct lab_run *run;
    lab_limits_fill(&limits);
    assert_int_equal(lab_run_new_trace(dup(r->fd), "", &set, &limits, &run), VM_OK);
    while (lab_run_work(run, 1000)) {
    }
    assert_non_null(run->history);
    const vm_machine *m = vm_history_head(run->history);
    uint64_t faults = vm_counter(m, 0, vm_counter_faults);
    uint64_t evictions = vm_counter(m, 0, vm_counter_evictions);
    uint64_t writebacks = vm_counter(m, 0, vm_counter_writebacks);
    if (faults != want.faults || evictions != want.evictions || writebacks != want.writebacks) {
        fail_msg("%s, %s, %u frames, first %d references: the machine has %llu faults, %llu "
                 "evictions, %llu write-backs; replay %llu, %llu, %llu",
            r->name, vm_policy_desc(policy)->name, frames, PREFIX, (unsigned long long)faults,
            (unsigned long long)evictions, (unsigned long long)writebacks,
            (unsigned long long)want.faults, (unsigned long long)want.evictions,
            (unsigned long long)want.writebacks);
    }
    lab_run_free(run);
}

static void machine_is_replay(void **unused)
{
    (void)unused;
    if (!recordings) {
        skip();
    }
    for (size_t i = 0; i < recordings; i++) {
        const struct recording *r = &recording[i];
        bool several = trace_store_summary(r->store)->report.processes > 1;
        for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
            bool own_time = policy == vm_policy_kind_ws || policy == vm_policy_kind_wsclock ||
                            policy == vm_policy_kind_pff;
            if (!(several && own_time)) { /* which goes by each process's own time there */
                compare_machine(r, (enum vm_policy_kind)policy, r->frames[0]);
                compare_machine(r, (enum vm_policy_kind)policy, r->frames[1]);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(analyses_are_the_runs),
        cmocka_unit_test(machine_is_replay),
    };
    return cmocka_run_group_tests(tests, find_recordings, forget_recordings);
}

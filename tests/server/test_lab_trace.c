/* SPDX-License-Identifier: MIT
 * A stored trace in the Lab: for every policy it faults as the replay does, and whatever position
 * is sought is the machine that ran from the start to there, to the byte.
 */
#define _GNU_SOURCE
#include "dose.h"
#include "lab/run.h"
#include "trace/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t dice = 88172645463325252u;

static uint64_t below(uint64_t n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice % n;
}

static bool put_bytes(void *fd, const void *bytes, size_t n)
{
    return write(*(int *)fd, bytes, n) == (ssize_t)n;
}

static int stored(enum vm_trace_format format, uint8_t page_shift, const char *text, size_t n)
{
    int fd = memfd_create("trace", MFD_CLOEXEC);
    struct trace_writer *w = trace_writer_new(format, page_shift, put_bytes, &fd);
    assert_true(fd >= 0 && w && trace_writer_feed(w, text, n) && trace_writer_end(w));
    trace_writer_free(w);
    return fd;
}

/* Code and data of a program of about `pages` pages of 4 KiB; some accesses cross into the next. */
static char *lackey(int lines, uint64_t pages, bool two, size_t *n)
{
    char *text = malloc((size_t)lines * 64 + 64);
    uint64_t code = 0, data = 0;
    *n = 0;
    for (int i = 0; i < lines; i++) {
        if (two && below(400) == 0) {
            *n += (size_t)sprintf(text + *n, "--%d-- vmscope: runs\n", (int)(7 + below(2)));
        }
        code = below(30) ? code : below(pages / 2);
        data = below(10) ? data : below(pages);
        bool fetch = below(3) != 0;
        *n += (size_t)sprintf(text + *n, "%s %08llx,%d\n",
            fetch      ? "I "
            : below(2) ? " L"
            : below(2) ? " S"
                       : " M",
            (unsigned long long)((fetch ? 0x400 + code : 0x7f00000 + data) << 12 |
                                 (below(40) ? below(4000) : 4090)),
            fetch ? 3 : 8);
    }
    return text;
}

static char *pages_text(int references, uint64_t pages, size_t *n)
{
    char *text = malloc((size_t)references * 16);
    *n = 0;
    for (int i = 0; i < references; i++) {
        *n += (size_t)sprintf(text + *n, "%d%s", (int)below(pages), below(3) ? " " : "W\n");
    }
    return text;
}

static struct lab_run *run_of(int fd, const char *policy, uint32_t frames, uint64_t most)
{
    char number[16];
    snprintf(number, sizeof number, "%u", frames);
    struct vm_override item[] = {
        {"policy", policy}, {"frames", number}, {"tau", "300"}, {"tick", "100"}};
    struct lab_set set = {item, 4};
    struct lab_limits limits = {.trace_operations = most, .trace_cpu_ms = 600000};
    struct lab_run *run;
    lab_limits_fill(&limits);
    assert_int_equal(lab_run_new_trace(dup(fd), "", &set, &limits, &run), VM_OK);
    while (lab_run_work(run, 1000)) {
    }
    assert_non_null(run->history);
    return run;
}

static struct vm_replay_result replayed(int fd, enum vm_policy_kind policy, uint32_t frames)
{
    struct vm_policy_params params = {.seed = 1, .tau = 300, .tick = 100};
    struct vm_replay_result result;
    struct trace_store *store = trace_store_open(dup(fd));
    struct trace_cursor *cursor = trace_cursor_new(
        store, trace_store_summary(store)->format == VM_TRACE_LACKEY ? 12 : 0, false);
    const struct vm_trace_ref *refs;
    vm_replay *replay;
    size_t n;
    assert_int_equal(vm_replay_new(policy, frames, &params, &replay), VM_OK);
    while (trace_cursor_next(cursor, &refs, &n) && n) {
        assert_int_equal(vm_replay_feed(replay, refs, n), VM_OK);
    }
    assert_int_equal(vm_replay_end(replay, &result), VM_OK);
    vm_replay_free(replay);
    trace_cursor_free(cursor);
    trace_store_close(store);
    return result;
}

static void assert_like_replay(
    int fd, enum vm_policy_kind policy, uint32_t frames, const char *what)
{
    struct vm_replay_result want = replayed(fd, policy, frames);
    struct lab_run *run = run_of(fd, vm_policy_desc(policy)->name, frames, 0);
    const vm_machine *m = vm_history_head(run->history);
    assert_int_equal(run->reason, LAB_DONE);
    if (vm_counter(m, 0, vm_counter_references) != want.references ||
        vm_counter(m, 0, vm_counter_faults) != want.faults ||
        vm_counter(m, 0, vm_counter_evictions) != want.evictions ||
        vm_counter(m, 0, vm_counter_writebacks) != want.writebacks) {
        fail_msg("%s, %s, %u frames: the Lab has %llu references, %llu faults, %llu evictions, "
                 "%llu write-backs; replay %llu, %llu, %llu, %llu",
            what, vm_policy_desc(policy)->name, frames,
            (unsigned long long)vm_counter(m, 0, vm_counter_references),
            (unsigned long long)vm_counter(m, 0, vm_counter_faults),
            (unsigned long long)vm_counter(m, 0, vm_counter_evictions),
            (unsigned long long)vm_counter(m, 0, vm_counter_writebacks),
            (unsigned long long)want.references, (unsigned long long)want.faults,
            (unsigned long long)want.evictions, (unsigned long long)want.writebacks);
    }
    lab_run_free(run);
}

static void every_policy_faults_as_in_replay(void **unused)
{
    (void)unused;
    size_t n;
    int lines = dose(5000, 20000);
    char *text = lackey(lines, 60, false, &n);
    int fds[] = {stored(VM_TRACE_LACKEY, 12, text, n), stored(VM_TRACE_LACKEY, 9, text, n),
        stored(VM_TRACE_LACKEY, 16, text, n), -1, -1};
    free(text);
    text = lackey(lines, 60, true, &n);
    fds[3] = stored(VM_TRACE_LACKEY, 12, text, n);
    free(text);
    text = pages_text(dose(2000, 6000), 50, &n);
    fds[4] = stored(VM_TRACE_PAGES, 12, text, n);
    free(text);
    static const char *const what[] = {
        "lackey", "stored with pages of 512", "with pages of 64 KiB", "two processes", "pages"};
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        uint32_t least = vm_policy_desc(policy)->least_frames;
        /* On the machine these go by each process's own time. */
        bool own_time = policy == vm_policy_kind_ws || policy == vm_policy_kind_wsclock ||
                        policy == vm_policy_kind_pff;
        for (size_t k = 0; k < sizeof fds / sizeof *fds; k++) {
            if (k == 3 && own_time) {
                continue;
            }
            assert_like_replay(fds[k], (enum vm_policy_kind)policy, least + 5, what[k]);
            assert_like_replay(fds[k], (enum vm_policy_kind)policy, least + 30, what[k]);
        }
    }
    for (size_t k = 0; k < sizeof fds / sizeof *fds; k++) {
        close(fds[k]);
    }
}

static void describe(const vm_machine *m, struct vm_events *events)
{
    vm_events_clear(events);
    vm_describe(m, events);
}

/* OPT knows the whole future, so a run that is cut would not be the same. */
static void any_position_is_the_run_up_to_there(void **unused)
{
    (void)unused;
    size_t n;
    int lines = dose(40000, 150000), cuts = dose(6, 15);
    char *text = lackey(lines, 300, true, &n);
    int fd = stored(VM_TRACE_LACKEY, 12, text, n);
    static const char *const policies[] = {"lru", "clock", "fifo"};
    struct vm_events found = {0}, want = {0};
    free(text);
    for (size_t p = 0; p < 3; p++) {
        struct lab_run *whole = run_of(fd, policies[p], 100, 0);
        uint64_t length = vm_history_length(whole->history);
        for (int k = 0; k < cuts; k++) {
            uint64_t most = 1 + below((uint64_t)lines);
            struct lab_run *cut = run_of(fd, policies[p], 100, most);
            uint64_t at = vm_history_length(cut->history);
            const vm_machine *m;
            assert_int_equal(cut->reason, LAB_LIMIT);
            assert_true(at < length);
            assert_int_equal(vm_history_at(whole->history, at, &m), VM_OK);
            describe(m, &found);
            describe(vm_history_head(cut->history), &want);
            assert_int_equal(found.length, want.length);
            assert_memory_equal(found.bytes, want.bytes, want.length);
            lab_run_free(cut);
        }
        lab_run_free(whole);
    }
    vm_events_release(&found);
    vm_events_release(&want);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy_faults_as_in_replay),
        cmocka_unit_test(any_position_is_the_run_up_to_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

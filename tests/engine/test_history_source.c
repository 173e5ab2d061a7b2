/* SPDX-License-Identifier: MIT
 * A history whose references lie elsewhere against the same references appended one by one: state,
 * events, marks and micro-steps at any position are the same, to the byte.
 */
#include "support_random.h"
#include "vm/describe.h"
#include "vm/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES = 60, LENGTH = 4000, LONG = 9000, CASES = 50, PROCESSES = 3, SETUP = 2 * PROCESSES };

struct trial {
    struct vm_config config;
    size_t checkpoint_bytes;
    struct vm_op op[LONG];
    size_t n;
    size_t batch;      /* references read at once, at most */
    size_t unreadable; /* from here on it cannot be read; LONG: never */
};

static bool read_op(void *trial, uint64_t index, struct vm_op *op)
{
    const struct trial *t = trial;
    assert_true(index < t->n);
    *op = t->op[index];
    return index < t->unreadable;
}

static size_t read_refs(void *trial, uint64_t index, vm_tid *tid, struct vm_ref *refs, size_t room)
{
    const struct trial *t = trial;
    size_t n = 0;
    assert_true(index < t->n);
    *tid = (vm_tid)t->op[index].u.access.tid;
    while (index < t->n && index < t->unreadable && n < room && n < t->batch &&
           t->op[index].u.access.tid == *tid) {
        refs[n++] =
            (struct vm_ref){t->op[index].u.access.va, (uint8_t)t->op[index].u.access.access};
        index++;
    }
    return n;
}

static struct vm_op setup_op(const struct trial *t, size_t i)
{
    if (i % 2 == 0) {
        return (struct vm_op){.kind = vm_op_kind_start, .u.start = {.label = 1}};
    }
    return (struct vm_op){.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = (vm_tid)(i / 2 + 1),
            .hint = t->config.kind == vm_machine_kind_paper ? 0 : UINT64_C(16) << 12,
            .bytes = (uint64_t)PAGES << t->config.page_shift,
            .prot = vm_prot_bit_read | vm_prot_bit_write | vm_prot_bit_exec,
            .flags = vm_map_bit_pages | vm_map_bit_fixed}};
}

/* Programs that stay on a page for a while, in turns; one of them may end by a bad address. */
static void draw(struct dice *dice, struct trial *t, size_t n)
{
    bool paper = dice_roll(dice, 2);
    *t = (struct trial){.n = n, .batch = 100, .unreadable = LONG};
    vm_config_preset(paper ? vm_machine_kind_paper : vm_machine_kind_x86_64, &t->config);
    t->config.tables_outside = true;
    t->config.kernel_frames = 0;
    t->config.policy = (enum vm_policy_kind)dice_roll(dice, vm_policy_kind_count);
    t->config.frames =
        vm_policy_desc(t->config.policy)->least_frames + 8 + (uint32_t)dice_roll(dice, 2 * PAGES);
    t->config.slots = 4096;
    t->config.tick = 1 + dice_roll(dice, 50);
    t->config.tau = 1 + dice_roll(dice, 200);
    if (dice_roll(dice, 2)) {
        t->config.tlb_sets = 2;
        t->config.tlb_ways = 4;
    }
    t->checkpoint_bytes = dice_roll(dice, 2) ? 300000 : 0;
    vm_va base = paper ? 0 : UINT64_C(16) << 12, page = 0;
    vm_tid tid = 1, dead = 0;
    unsigned access = vm_access_load;
    for (size_t i = 0; i < t->n; i++) {
        if (dice_roll(dice, 300) == 0) {
            tid = (vm_tid)(1 + dice_roll(dice, PROCESSES));
            tid = tid == dead ? 1 : tid;
        }
        if (dice_roll(dice, 6) == 0) {
            page =
                dice_roll(dice, 20) ? (page + dice_roll(dice, 4)) % PAGES : dice_roll(dice, PAGES);
            access = (unsigned)(vm_access_load + dice_roll(dice, 3));
        }
        vm_va va = base + (page << t->config.page_shift) + dice_roll(dice, 64) * 8;
        if (!dead && tid != 1 && dice_roll(dice, 800) == 0) {
            dead = tid;
            va = base + ((vm_va)PAGES << t->config.page_shift) + 4096;
        }
        t->op[i] = (struct vm_op){.kind = vm_op_kind_access, .u.access = {tid, va, access, 1}};
        tid = tid == dead ? 1 : tid;
    }
}

static vm_history *begun(const struct trial *t)
{
    struct vm_history_options options = {
        .checkpoint_bytes = t->checkpoint_bytes, .count_events = true};
    vm_history *history;
    assert_int_equal(vm_history_new(&t->config, &options, &history), VM_OK);
    for (size_t i = 0; i < SETUP; i++) {
        struct vm_op op = setup_op(t, i);
        assert_int_equal(vm_history_append(history, &op), VM_OK);
    }
    return history;
}

static vm_history *appended(const struct trial *t)
{
    vm_history *history = begun(t);
    for (size_t i = 0; i < t->n; i++) {
        assert_int_equal(vm_history_append(history, &t->op[i]), VM_OK);
    }
    return history;
}

static vm_history *sourced(struct dice *dice, struct trial *t)
{
    vm_history *history = begun(t);
    struct vm_log_source source = {t, t->n, read_op, read_refs};
    assert_int_equal(vm_history_source(history, &source), VM_OK);
    assert_int_equal(vm_history_source(history, &source), VM_INVALID);
    for (uint64_t before = 0, now = SETUP; now > before;) {
        before = now;
        assert_int_equal(vm_history_run(history, 1 + dice_roll(dice, 1500)), VM_OK);
        now = vm_history_length(history);
    }
    assert_int_equal(vm_history_length(history), SETUP + t->n);
    return history;
}

static void same_bytes(const struct vm_events *a, const struct vm_events *b)
{
    assert_int_equal(a->length, b->length);
    if (a->length) {
        assert_memory_equal(a->bytes, b->bytes, a->length);
    }
}

static void same_state(vm_history *a, vm_history *b, uint64_t op)
{
    const vm_machine *left, *right;
    struct vm_events one = {0}, two = {0};
    assert_int_equal(vm_history_at(a, op, &left), VM_OK);
    assert_int_equal(vm_history_at(b, op, &right), VM_OK);
    assert_null(vm_check(left));
    vm_describe(left, &one);
    vm_describe(right, &two);
    same_bytes(&one, &two);
    vm_events_release(&one);
    vm_events_release(&two);
}

static void same_events(vm_history *a, vm_history *b, uint64_t from, uint64_t to)
{
    struct vm_events one = {0}, two = {0};
    uint64_t reached;
    assert_int_equal(vm_history_events(a, from, to, SIZE_MAX, &one, NULL, &reached), VM_OK);
    assert_int_equal(reached, to);
    assert_int_equal(vm_history_events(b, from, to, SIZE_MAX, &two, NULL, &reached), VM_OK);
    same_bytes(&one, &two);
    vm_events_release(&one);
    vm_events_release(&two);
}

/* What the timeline, find and step read. */
static void same_marks(vm_history *source, vm_history *log)
{
    uint64_t length = vm_history_length(log), next = 1;
    for (uint64_t n = 1; n <= length; n++) {
        struct vm_mark mine = vm_history_mark(source, n), its = vm_history_mark(log, n);
        struct vm_op one, two;
        assert_int_equal(mine.kind, its.kind);
        assert_int_equal(mine.fault, its.fault);
        assert_int_equal(mine.flags, its.flags);
        assert_int_equal(mine.pid, its.pid);
        assert_int_equal(mine.tid, its.tid);
        assert_int_equal(mine.cpu, its.cpu);
        if (n % 7 == 0) {
            assert_int_equal(vm_history_micros(source, n), its.micro);
        }
        assert_int_equal(vm_history_op(source, n, &one), VM_OK);
        assert_int_equal(vm_history_op(log, n, &two), VM_OK);
        assert_int_equal(one.u.access.va, two.u.access.va);
        if (its.fault || its.flags) {
            assert_int_equal(vm_history_next_mark(source, n), n);
        }
        next = n >= next ? vm_history_next_mark(source, n) : next;
        if (n < next) { /* like the one before it */
            assert_int_equal(its.fault, 0);
            assert_int_equal(its.tid, vm_history_mark(log, n - 1).tid);
        } else {
            next = n + 1;
        }
    }
    assert_int_equal(vm_history_next_mark(source, length + 1), length + 1);
}

static void put_sample(void *ctx, uint64_t op, const uint64_t *values, uint32_t processes)
{
    struct vm_events *bytes = ctx;
    vm_events_put(bytes, vm_event_bulk, &op, 1);
    for (size_t i = 0; i < (size_t)processes * VM_SERIES; i++) {
        vm_events_put(bytes, vm_event_bulk, &values[i], 1);
    }
}

static void same_samples(vm_history *a, vm_history *b)
{
    struct vm_events one = {0}, two = {0};
    assert_int_equal(vm_history_samples(a, put_sample, &one), VM_OK);
    assert_int_equal(vm_history_samples(b, put_sample, &two), VM_OK);
    assert_true(one.length > 0);
    same_bytes(&one, &two);
    vm_events_release(&one);
    vm_events_release(&two);
}

/* Asked for anywhere, in any order. */
static void same_working_set(vm_history *a, vm_history *b, uint64_t op)
{
    for (vm_pid pid = 0; pid <= PROCESSES; pid++) {
        uint64_t one, two;
        assert_int_equal(vm_history_series(a, op, pid, VM_SERIES_WORKING_SET, &one), VM_OK);
        assert_int_equal(vm_history_series(b, op, pid, VM_SERIES_WORKING_SET, &two), VM_OK);
        assert_int_equal(one, two);
    }
}

static void test_like_a_log(void **unused)
{
    (void)unused;
    struct dice dice = {20261121};
    struct trial *t = malloc(sizeof *t);
    for (int i = 0; i < CASES; i++) {
        draw(&dice, t, 1 + dice_roll(&dice, LENGTH));
        vm_history *log = appended(t), *source = sourced(&dice, t);
        uint64_t length = SETUP + t->n;
        same_marks(source, log);
        same_samples(source, log);
        for (int k = 0; k < 12; k++) {
            same_state(source, log, dice_roll(&dice, length + 1));
            uint64_t from = dice_roll(&dice, length + 1);
            uint64_t most = length - from < 50 ? length - from : 50;
            same_events(source, log, from, from + dice_roll(&dice, most + 1));
        }
        same_state(source, log, length);
        for (int k = 0; k < 3; k++) {
            same_working_set(source, log, dice_roll(&dice, length + 1));
        }
        vm_history *branch;
        struct vm_op start = setup_op(t, 0);
        assert_int_equal(vm_history_branch(source, length, &branch), VM_INVALID);
        assert_int_equal(vm_history_append(source, &start), VM_INVALID);
        assert_int_equal(vm_history_events_total(source), 0);
        vm_history_free(log);
        vm_history_free(source);
    }
    free(t);
}

/* Samples far apart: of what lies between them little is noted, and none is taken that would be
 * thinned away. */
static void test_long(void **unused)
{
    (void)unused;
    static const uint64_t tau[] = {2, 100};
    struct dice dice = {4096};
    struct trial *t = malloc(sizeof *t);
    for (size_t i = 0; i < sizeof tau / sizeof tau[0]; i++) {
        draw(&dice, t, LONG - dice_roll(&dice, 500));
        t->config.tau = tau[i];
        t->config.policy = vm_policy_kind_clock; /* each policy's tau is its own matter */
        t->batch = i % 2 ? LONG : 100;
        vm_history *log = appended(t), *source = sourced(&dice, t);
        assert_true(vm_history_samples_apart(source) > 1);
        same_samples(source, log);
        for (int k = 0; k < 20; k++) {
            same_working_set(source, log, dice_roll(&dice, SETUP + t->n + 1));
        }
        vm_history_free(log);
        vm_history_free(source);
    }
    free(t);
}

static void test_unreadable(void **unused)
{
    (void)unused;
    struct dice dice = {7};
    struct trial *t = malloc(sizeof *t);
    do {
        draw(&dice, t, 1 + dice_roll(&dice, LENGTH));
    } while (t->n < 2000);
    t->unreadable = 1500;
    vm_history *history = begun(t);
    struct vm_log_source source = {t, t->n, read_op, read_refs};
    assert_int_equal(vm_history_source(history, &source), VM_OK);
    assert_int_equal(vm_history_run(history, LENGTH), VM_INVALID);
    assert_int_equal(vm_history_length(history), SETUP + 1500);
    const vm_machine *m;
    assert_int_equal(vm_history_at(history, 700, &m), VM_OK);
    assert_null(vm_check(m));
    t->unreadable = 600; /* damaged since */
    assert_int_equal(vm_history_at(history, 650, &m), VM_INVALID);
    assert_int_equal(vm_history_at(history, 500, &m), VM_OK);
    vm_history_free(history);
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_a_log),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

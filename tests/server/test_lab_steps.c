/* SPDX-License-Identifier: MIT
 * Moving about in a run: steps lead to the state that a seek describes, micro-steps go there and
 * back, playing keeps its time; and no more is sent than there is credit for.
 */
#define _GNU_SOURCE
#include "support_lab.h"
#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- a fold of changes: rows by kind and keys ---- */
struct row {
    unsigned kind;
    uint64_t word[VM_FIELDS_MAX]; /* keys, then new values */
};
struct fold {
    struct row row[4096];
    size_t n;
};

static void fold_event(struct fold *f, const struct vm_event *event, bool check_old)
{
    const struct vm_event_desc *d = vm_event_desc(event->kind);
    size_t i, values = d->fields_n - d->keys_n;
    bool any = false;
    if (!d->change) {
        return;
    }
    for (i = 0; i < f->n; i++) {
        if (f->row[i].kind == event->kind && !memcmp(f->row[i].word, event->word, d->keys_n * 8)) {
            break;
        }
    }
    if (i == f->n) {
        assert_true(f->n < 4096);
        memset(&f->row[f->n], 0, sizeof(f->row[0]));
        f->row[f->n].kind = event->kind;
        memcpy(f->row[f->n++].word, event->word, d->keys_n * 8);
    }
    for (size_t v = 0; v < values; v++) {
        if (check_old) {
            assert_int_equal(f->row[i].word[d->keys_n + v], event->word[d->keys_n + 2 * v]);
        }
        f->row[i].word[d->keys_n + v] = event->word[d->keys_n + 2 * v + 1];
        any |= f->row[i].word[d->keys_n + v] != 0;
    }
    if (!any) {
        f->row[i] = f->row[--f->n];
    }
}

static void fold_state(struct fold *f, const struct lab *lab)
{
    struct vm_event event;
    size_t at = 0;
    f->n = 0;
    while (vm_event_next(lab->bytes[1], lab->length[1], &at, &event)) {
        fold_event(f, &event, false);
    }
    assert_int_equal(at, lab->length[1]);
}

static size_t fold_steps(struct fold *f, const struct lab *lab)
{
    size_t at = 0, steps = 0;
    while (at < lab->length[2]) {
        size_t length = (size_t)leb(lab->bytes[2], &at), stop = at + length;
        struct vm_event event;
        assert_true(stop <= lab->length[2]);
        assert_non_null(vm_op_desc((unsigned)leb(lab->bytes[2], &at)));
        leb(lab->bytes[2], &at);
        leb(lab->bytes[2], &at);
        while (at < stop && vm_event_next(lab->bytes[2], stop, &at, &event)) {
            fold_event(f, &event, true);
        }
        assert_int_equal(at, stop);
        steps++;
    }
    return steps;
}

static bool same(const struct fold *a, const struct fold *b)
{
    for (size_t i = 0; i < a->n; i++) {
        size_t k = 0;
        while (k < b->n && memcmp(&a->row[i], &b->row[k], sizeof(a->row[i]))) {
            k++;
        }
        if (k == b->n) {
            return false;
        }
    }
    return a->n == b->n;
}

static void state_and_steps_fit_together(void **state)
{
    struct lab *lab = *state;
    struct fold *all = calloc(1, sizeof(*all)), *there = calloc(1, sizeof(*there));
    char message[120];
    open_text(lab, fork_text);
    expect(lab, "{\"type\":\"read\",\"id\":9,\"from\":0,\"to\":0,\"describe\":true}",
        "{\"type\":\"read\",\"id\":9,\"reached\":0}");
    assert_true(lab->last[1]);
    fold_state(all, lab);
    for (unsigned n = 1; n <= 6; n++) {
        tell(lab, "{\"type\":\"credit\",\"chunks\":4}");
        snprintf(message, sizeof(message), "{\"type\":\"read\",\"from\":%u,\"to\":%u}", n - 1, n);
        expect(lab, message, "\"reached\"");
        assert_true(lab->last[2]);
        assert_int_equal(fold_steps(all, lab), 1);
        snprintf(message, sizeof(message), "{\"type\":\"seek\",\"to\":\"%u\",\"id\":2}", n);
        expect(lab, message, "\"type\":\"at\",\"id\":2");
        fold_state(there, lab);
        assert_true(all->n > 0 && same(all, there));
    }
    free(all);
    free(there);
}

static void micro_steps_go_there_and_back(void **state)
{
    struct lab *lab = *state;
    char forwards[400][40];
    size_t n = 0;
    open_text(lab, fork_text);
    strcpy(forwards[n++], "\"0\"");
    while (!strstr(forwards[n - 1], "\"6\"")) {
        tell(lab, "{\"type\":\"credit\",\"chunks\":4}");
        const char *at =
            strstr(tell(lab, "{\"type\":\"step\",\"by\":1,\"unit\":\"micro\"}"), "\"position\":");
        assert_non_null(at);
        assert_true(n < 399);
        snprintf(forwards[n++], 40, "%.*s", (int)strcspn(at + 11, "}"), at + 11);
        assert_string_not_equal(forwards[n - 1], forwards[n - 2]);
    }
    assert_true(n > 30);
    for (size_t i = n - 1; i-- > 0;) {
        tell(lab, "{\"type\":\"credit\",\"chunks\":4}");
        expect(lab, "{\"type\":\"step\",\"by\":-1,\"unit\":\"micro\"}", forwards[i]);
    }
    expect(lab, "{\"type\":\"step\",\"by\":-1,\"unit\":\"micro\"}", "\"0\"");
    expect(lab, "{\"type\":\"step\",\"by\":2,\"unit\":\"operation\"}", "\"2\"");
    expect(lab, "{\"type\":\"step\",\"by\":1,\"unit\":\"micro\"}", "\"3.1\"");
    expect(lab, "{\"type\":\"step\",\"by\":1,\"unit\":\"operation\"}", "\"3\"");
    expect(lab, "{\"type\":\"step\",\"by\":-9,\"unit\":\"operation\"}", "\"0\"");
}

static void playing_tells_at_most_ten_times_a_second(void **state)
{
    struct lab *lab = *state;
    open_text(lab, fork_text);
    expect(lab, "{\"type\":\"play\",\"rate\":4,\"unit\":\"operation\",\"id\":3}",
        "\"id\":3,\"position\":\"0\"");
    forget(lab);
    for (int i = 0; i < 100; i++, lab->now_ms += 10) {
        uint64_t wake = work(lab);
        assert_true(wake > lab->now_ms && wake <= lab->now_ms + 100);
    }
    assert_in_range(lab->texts, 3, 10);
    expect(lab, "{\"type\":\"pause\"}", "\"position\":\"4\"");
    tell(lab, "{\"type\":\"play\",\"rate\":1000,\"unit\":\"operation\"}");
    lab->now_ms += 1000;
    work(lab);
    assert_non_null(strstr(lab->text[lab->texts - 1], "\"position\":\"6\""));
    assert_int_equal(work(lab), UINT64_MAX); /* the end: nothing to wake for */
}

static void credit_is_respected(void **state)
{
    static const char big[] =
        "vmscope 1\nmachine x86-64 { frames 210000  swap 0  tlb 64 }\nA = start empty\n"
        "A: heap = mmap(100000 pages, rw, private)\nA: store(heap, 100000 pages)\n"
        "A: B = fork()\n";
    struct lab *lab = *state;
    open_text(lab, big);
    const char *operations = strstr(lab->text[0], "\"operations\":4,");
    assert_non_null(operations);
    expect(lab, "{\"type\":\"seek\",\"to\":\"4\",\"id\":2}", "");
    assert_int_equal(lab->frames, LAB_CREDIT_START);
    assert_true(lab->raw_n <= 262144);
    assert_int_equal(lab->texts, 0);
    size_t sent = lab->raw_n, total = 0, frames = 0;
    while (lab->texts == 0) {
        assert_true(++frames < 200);
        tell(lab, "{\"type\":\"credit\",\"chunks\":1}");
        assert_true(lab->frames <= 1);
        total += lab->raw_n;
    }
    assert_non_null(strstr(lab->text[0], "\"type\":\"at\",\"id\":2,\"position\":\"4\""));
    assert_true(sent + total > 1000000);

    /* The fork itself is one `bulk`, so that stepping over it costs nothing. */
    expect(lab, "{\"type\":\"read\",\"from\":3,\"to\":4}", "");
    tell(lab, "{\"type\":\"credit\",\"chunks\":1}");
    assert_int_equal(lab->frames, 1);
    assert_true(lab->raw_n < 2000);
    size_t at = 0;
    bool bulk = false;
    struct vm_event event;
    leb(lab->bytes[2], &at);
    assert_int_equal(leb(lab->bytes[2], &at), vm_op_kind_fork);
    leb(lab->bytes[2], &at);
    leb(lab->bytes[2], &at);
    while (vm_event_next(lab->bytes[2], lab->length[2], &at, &event)) {
        bulk |= event.kind == vm_event_bulk;
    }
    assert_true(bulk);

    /* Who describes is told the steps up to the first bulk, here the stores; the fork comes behind.
     */
    tell(lab, "{\"type\":\"credit\",\"chunks\":2}");
    expect(lab, "{\"type\":\"read\",\"from\":0,\"to\":4,\"describe\":true}", "\"reached\":3");
    expect(lab, "{\"type\":\"read\",\"from\":2,\"to\":4}", "");
    tell(lab, "{\"type\":\"credit\",\"chunks\":1}");
    assert_non_null(strstr(lab->text[0], "\"reached\":4"));

    /* No more than the most that may be granted ahead. */
    tell(lab, "{\"type\":\"credit\",\"chunks\":1000000}");
    expect(lab, "{\"type\":\"seek\",\"to\":\"3\"}", "");
    assert_in_range(lab->frames, 1, LAB_CREDIT_MAX);
}

static void the_newest_seek_wins(void **state)
{
    static const char big[] =
        "vmscope 1\nmachine x86-64 { frames 50000  swap 0 }\nA = start empty\n"
        "A: heap = mmap(30000 pages, rw, private)\nA: store(heap, 30000 pages)\n";
    struct lab *lab = *state;
    open_text(lab, big);
    tell(lab, "{\"type\":\"seek\",\"to\":\"3\",\"id\":2}");
    assert_int_equal(lab->texts, 0);
    expect(lab, "{\"type\":\"seek\",\"to\":\"1\",\"id\":3}", "\"id\":2,\"code\":\"superseded\"");
    tell(lab, "{\"type\":\"credit\",\"chunks\":1}");
    assert_non_null(strstr(lab->text[0], "\"id\":3,\"position\":\"1\""));
    for (int i = 0; i < 40; i++) {
        tell(lab, "{\"type\":\"read\",\"from\":3,\"to\":3,\"describe\":true,\"id\":8}");
    }
    assert_non_null(strstr(lab->text[0], "\"id\":8,\"code\":\"busy\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(state_and_steps_fit_together, begin, end),
        cmocka_unit_test_setup_teardown(micro_steps_go_there_and_back, begin, end),
        cmocka_unit_test_setup_teardown(playing_tells_at_most_ten_times_a_second, begin, end),
        cmocka_unit_test_setup_teardown(credit_is_respected, begin, end),
        cmocka_unit_test_setup_teardown(the_newest_seek_wins, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

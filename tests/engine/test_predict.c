/* SPDX-License-Identifier: MIT
 * Questions about operations: over scenarios of the library each key is held against the machine
 * before and after the operation, which the finder does not look at; every kind occurs.
 */
#include "support_scenario.h"
#include "vm/predict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct facts {
    vm_history *history;
    uint64_t n; /* the operation */
    struct vm_op op;
};

static const vm_machine *at(const struct facts *f, uint64_t n)
{
    const vm_machine *machine;
    assert_int_equal(vm_history_at(f->history, n, &machine), VM_OK);
    return machine;
}

static bool frame_of(const vm_machine *m, uint64_t pid, uint64_t vpn, vm_frame *frame)
{
    uint64_t pte = vm_pte_of(m, (vm_pid)pid, vpn);
    *frame = (vm_frame)(pte >> VM_PTE_SHIFT);
    return pte & vm_pte_bit_present;
}

/* The page that was mapped before is not any more. */
static void page_left(const struct facts *f, struct vm_given page, uint64_t *frame)
{
    vm_frame before, after;
    bool was = frame_of(at(f, f->n - 1), page.of, page.value, &before);
    bool is = frame_of(at(f, f->n), page.of, page.value, &after);
    assert_true(was && !is);
    *frame = before;
}

static uint64_t counted(const struct facts *f, enum vm_counter counter)
{
    uint64_t before = vm_counter(at(f, f->n - 1), 0, counter);
    return vm_counter(at(f, f->n), 0, counter) - before;
}

static void holds(const struct facts *f, const struct vm_question *q)
{
    const struct vm_question_desc *desc = vm_question_desc(q->kind);
    uint64_t key = q->key[0].value, tid = q->field[0], frame;
    const char *word = desc->answer == vm_answer_word ? desc->choices[key].name : "";
    vm_pid pid = vm_task_process(at(f, f->n - 1), (vm_tid)tid);
    vm_frame where;
    uint32_t free_before;
    switch (q->kind) {
    case vm_question_kind_next:
        assert_int_equal(vm_task_state_of(at(f, f->n), (vm_tid)key), vm_task_state_running);
        break;
    case vm_question_kind_fork_frames:
    case vm_question_kind_frames:
        free_before = vm_free_frames(at(f, f->n - 1));
        assert_int_equal(free_before - vm_free_frames(at(f, f->n)), key);
        break;
    case vm_question_kind_victim:
        assert_int_equal(counted(f, vm_counter_evictions), 1);
        break;
    case vm_question_kind_leaves:
        page_left(f, q->key[0], &frame);
        break;
    case vm_question_kind_written:
        assert_int_equal(counted(f, vm_counter_writebacks), word[0] == 'y');
        break;
    case vm_question_kind_slot:
        assert_int_equal(counted(f, vm_counter_swap_outs), 1);
        break;
    case vm_question_kind_copied:
        assert_int_equal(counted(f, vm_counter_copies), word[0] == 'y');
        break;
    case vm_question_kind_fault:
        assert_int_equal(counted(f, vm_counter_major), strcmp(word, "major") == 0);
        assert_int_equal(counted(f, vm_counter_copies), strcmp(word, "cow") == 0 || q->keys == 2);
        break;
    case vm_question_kind_address:
        assert_true(frame_of(at(f, f->n), pid, q->field[1] / 4096, &where) ||
                    vm_history_mark(f->history, f->n).kind == vm_op_kind_access);
        assert_int_equal(key % 16, q->field[1] % 16);
        break;
    case vm_question_kind_tlb:
        assert_true(word[0] == 'm' ? counted(f, vm_counter_tlb_misses) > 0
                                   : counted(f, vm_counter_tlb_hits) > 0);
        break;
    case vm_question_kind_frame:
        assert_true(frame_of(at(f, f->n), pid, q->field[1], &where));
        assert_int_equal(where, key);
        break;
    default:
        assert_int_equal(q->kind, vm_question_kind_entry);
    }
}

static void try_operation(const struct facts *f, unsigned *seen)
{
    struct vm_question found[vm_question_kind_count];
    struct vm_events events = {0};
    uint64_t reached;
    assert_int_equal(
        vm_history_events(f->history, f->n - 1, f->n, SIZE_MAX, &events, NULL, &reached), VM_OK);
    size_t n = vm_questions(&f->op, events.bytes, events.length, found);
    for (size_t i = 0; i < n; i++) {
        assert_true(found[i].keys >= 1 && found[i].keys <= VM_KEYS_MAX);
        assert_true(found[i].micro <= vm_history_micros(f->history, f->n));
        assert_true(vm_question_right(&found[i], found[i].key[0]));
        assert_false(vm_question_right(&found[i], (struct vm_given){77777, 77777777}));
        seen[found[i].kind]++;
        holds(f, &found[i]);
    }
    vm_events_release(&events);
}

static void keys_are_what_happened(void **state)
{
    (void)state;
    static const char *const files[] = {"fork-copy-on-write", "kinds-of-fault", "swapping", "tlb",
        "context-switch", "multi-level-walk", "replacement", "clean-and-dirty", "demand-paging",
        "lazy-loading", "three-ways-into-the-kernel", "sigsegv", "malloc"};
    unsigned seen[vm_question_kind_count] = {0};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[512];
        size_t length;
        snprintf(path, sizeof path, "%s/db/library/%s.vms", VMSCOPE_SOURCE_DIR, files[i]);
        char *text = read_whole(path, &length);
        vm_run *run = run_text(text);
        struct facts f = {.history = vm_run_history(run)};
        uint64_t end = vm_history_length(f.history);
        for (f.n = 1; f.n <= end && f.n <= 400; f.n++) {
            assert_int_equal(vm_history_op(f.history, f.n, &f.op), VM_OK);
            try_operation(&f, seen);
        }
        vm_run_free(run);
        free(text);
    }
    for (unsigned kind = 0; kind < vm_question_kind_value; kind++) {
        if (!seen[kind]) {
            fail_msg("no operation of these is asked about %s", vm_question_desc(kind)->name);
        }
    }
}

static void authors_get_their_keys(void **state)
{
    (void)state;
    static const char text[] = HEAD "A: heap = mmap(2 pages, rw, private)\n"
                                    "ask fault \"What?\"\n"
                                    "ask value(frames(heap)) \"How many?\"\n"
                                    "ask pa(heap) \"Where?\"\n"
                                    "A: store(heap)\n"
                                    "ask value(resident(T1.stack)) \"nobody's\"\n"
                                    "ask choice(frames(heap); \"a\", \"b\") \"Which?\"\n"
                                    "A: store(page(heap, 1))\n"
                                    "ask value(frames(heap)) \"about nothing\"\n";
    vm_run *run = run_text(text);
    size_t n;
    const struct vm_note *note = vm_run_notes(run, &n);
    vm_frame frame;
    const vm_machine *machine;
    assert_int_equal(n, 6);
    assert_false(note[0].judged);
    assert_true(note[1].judged);
    assert_int_equal(note[1].key, 1);
    assert_int_equal(note[1].until, 3);
    assert_true(note[2].judged);
    assert_int_equal(vm_history_at(vm_run_history(run), 3, &machine), VM_OK);
    assert_true(frame_of(machine, 1, UINT64_C(0x7ffff7ffd), &frame));
    assert_int_equal(note[2].key, (uint64_t)frame << 12);
    assert_false(note[3].judged); /* and the run goes on */
    assert_int_equal(note[4].key, 2);
    assert_string_equal(note[4].choice[1], "b");
    assert_false(note[5].judged);
    assert_int_equal(vm_run_diagnostics(run)->errors, 0);
    assert_int_equal(vm_history_length(vm_run_history(run)), 4);
    vm_run_free(run);
}

static void names_are_told_when_they_are_used(void **state)
{
    (void)state;
    vm_run *run = run_text(HEAD "A: one = mmap(1 page, rw, private)\nA: store(one)\n"
                                "A: two = mmap(1 page, rw, private)\n");
    uint32_t before = vm_run_names_at(run, 3);
    assert_true(before < vm_run_names(run));
    assert_int_equal(vm_run_names_at(run, 4), vm_run_names(run));
    for (uint32_t i = 1; i <= before; i++) {
        assert_string_not_equal(vm_run_name(run, i), "two");
    }
    assert_int_equal(vm_run_names_at(run, 99), vm_run_names(run));
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_what_happened),
        cmocka_unit_test(authors_get_their_keys),
        cmocka_unit_test(names_are_told_when_they_are_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * The homework of Operating Systems: Three Easy Pieces, from ostep.txt, and the worked examples of
 * its chapters 15, 16 and 18: relocation, segmentation, linear and two-level page tables, free
 * space. The linear tables' numbers must come out of an inverted and a hashed table too.
 */
#include "vm/older.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LINE_MAX_BYTES 4096

static vm_machine *machine(const struct vm_config *config)
{
    vm_machine *m;
    assert_int_equal(vm_machine_new(config, &m), VM_OK);
    const struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    assert_int_equal(vm_apply(m, &start, NULL), VM_OK);
    return m;
}

static void place(vm_machine *m, uint64_t bytes, vm_pa at, bool down)
{
    const struct vm_op op = {.kind = vm_op_kind_place,
        .u.place = {.tid = 1, .bytes = bytes, .prot = 7, .down = down, .at = at + 1}};
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    assert_true(vm_last(m)->value < UINT32_MAX);
}

/* An access must come to the same end as the question. */
static void expect_va(vm_machine *m, uint64_t va, const char *answer)
{
    vm_pa pa = 0;
    bool found = vm_translate(m, 1, va, &pa);
    if (answer[0] == '-') {
        assert_false(found);
    } else {
        assert_true(found);
        assert_int_equal(pa, strtoull(answer, NULL, 10));
    }
    const struct vm_op skip = {
        .kind = vm_op_kind_sigaction, .u.sigaction = {1, vm_signo_sigsegv, vm_signal_action_skip}};
    const struct vm_op load = {.kind = vm_op_kind_access, .u.access = {1, va, vm_access_load, 1}};
    assert_int_equal(vm_apply(m, &skip, NULL), VM_OK);
    assert_int_equal(vm_apply(m, &load, NULL), VM_OK);
    assert_int_equal(vm_last(m)->fault, found ? vm_fault_none : vm_fault_segv_maperr);
    assert_null(vm_check(m));
}

static uint8_t bits_of(uint64_t size)
{
    uint8_t bits = 0;
    while (UINT64_C(1) << bits < size) {
        bits++;
    }
    return bits;
}

/* A paged machine: its own table, or one for all processes that is too small on purpose. */
static vm_machine *paged(
    enum vm_machine_kind kind, uint8_t va_bits, uint8_t page_shift, uint32_t frames, uint8_t levels)
{
    struct vm_config config;
    vm_config_preset(kind, &config);
    config.tlb_sets = config.tlb_ways = 0;
    config.va_bits = va_bits;
    config.page_shift = page_shift;
    config.levels = levels;
    for (unsigned i = 0; i < levels; i++) {
        config.level_bits[i] = (uint8_t)((va_bits - page_shift) / levels);
    }
    config.frames = frames;
    config.buckets = kind == vm_machine_kind_hashed ? 2 : config.buckets;
    config.rows = kind == vm_machine_kind_hashed ? 2 : 0;
    return machine(&config);
}

static vm_machine *new_problem(enum vm_machine_kind table, const char *kind, const char *line)
{
    unsigned long long n[6] = {0};
    char word[16];
    struct vm_config config;
    sscanf(line, "%15s %llu %llu %llu %llu %llu %llu", word, n, n + 1, n + 2, n + 3, n + 4, n + 5);
    vm_machine *m;
    if (strcmp(kind, "reloc") == 0) {
        vm_config_preset(vm_machine_kind_base_bounds, &config);
        config.memory = n[0];
        m = machine(&config);
        place(m, n[2], n[1], false);
    } else if (strcmp(kind, "segm") == 0) {
        vm_config_preset(vm_machine_kind_segmentation, &config);
        config.va_bits = bits_of(n[0]);
        config.segment_bits = 1;
        config.memory = n[1];
        m = machine(&config);
        place(m, n[3], n[2], false);
        place(m, n[5], n[4], true);
    } else if (strcmp(kind, "linear") == 0) {
        m = paged(table, bits_of(n[0]), bits_of(n[2]), (uint32_t)(n[1] / n[2]), 1);
    } else if (strcmp(kind, "multi") == 0) {
        m = paged(vm_machine_kind_custom, 15, 5, 128, 2);
    } else {
        char fit[16] = "";
        sscanf(line, "%*s %15s", fit);
        vm_config_preset(vm_machine_kind_free_list, &config);
        config.memory = 100;
        config.memory_base = 1000;
        config.coalesce = false;
        config.fit = strcmp(fit, "best") == 0    ? vm_fit_best
                     : strcmp(fit, "worst") == 0 ? vm_fit_worst
                                                 : vm_fit_first;
        m = machine(&config);
    }
    return m;
}

static void expect_list(const vm_machine *m, const char *text)
{
    vm_pa at;
    uint64_t bytes, i = 0;
    for (int used = 0;; i++) {
        unsigned long long want_at, want;
        if (sscanf(text, " %llu:%llu%n", &want_at, &want, &used) != 2) {
            break;
        }
        assert_true(vm_hole_at(m, i, &at, &bytes));
        assert_int_equal(at, want_at);
        assert_int_equal(bytes, want);
        text += used;
    }
    assert_false(vm_hole_at(m, i, &at, &bytes));
}

static void expect_alloc(vm_machine *m, const char *line)
{
    unsigned long long bytes, at, searched;
    int used = 0;
    assert_int_equal(sscanf(line, "%*s %llu %llu %llu%n", &bytes, &at, &searched, &used), 3);
    uint64_t before = vm_counter(m, 0, vm_counter_searched);
    const struct vm_op op = {.kind = vm_op_kind_alloc, .u.alloc = {.tid = 1, .bytes = bytes}};
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    assert_int_equal(vm_last(m)->value, at);
    assert_int_equal(vm_counter(m, 0, vm_counter_searched) - before, searched);
    expect_list(m, line + used);
}

static void expect_free(vm_machine *m, const char *line)
{
    unsigned long long at;
    int used = 0;
    assert_int_equal(sscanf(line, "%*s %llu%n", &at, &used), 1);
    const struct vm_op op = {.kind = vm_op_kind_release, .u.release = {.tid = 1, .pa = at}};
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    assert_int_equal(vm_last(m)->value, 0);
    expect_list(m, line + used);
}

/* The directory's entry, then the table's, as far as the walk comes; then the answer of expect_va.
 */
static void expect_walk(vm_machine *m, const char *line)
{
    unsigned long long va, pde;
    char pte[24], answer[24];
    assert_int_equal(sscanf(line, "walk %llu %llu %23s %23s", &va, &pde, pte, answer), 4);
    expect_va(m, va, answer);
    struct vm_events events = {0};
    const struct vm_op load = {.kind = vm_op_kind_access, .u.access = {1, va, vm_access_load, 1}};
    const struct vm_op skip = {
        .kind = vm_op_kind_sigaction, .u.sigaction = {1, vm_signo_sigsegv, vm_signal_action_skip}};
    assert_int_equal(vm_apply(m, &skip, NULL), VM_OK);
    assert_int_equal(vm_apply(m, &load, &events), VM_OK);
    uint64_t index[2] = {UINT64_MAX, UINT64_MAX}, reads = 0;
    struct vm_event event;
    for (size_t at = 0; vm_event_next(events.bytes, events.length, &at, &event);) {
        if (event.kind == vm_event_walk_level && reads < 2) {
            index[reads++] = ((const struct vm_event_walk_level *)(const void *)event.word)->index;
        }
    }
    vm_events_release(&events);
    assert_int_equal(index[0], pde);
    assert_int_equal(reads, pte[0] == '-' ? 1 : 2);
    assert_true(pte[0] == '-' || index[1] == strtoull(pte, NULL, 10));
}

static void homework(void **state)
{
    enum vm_machine_kind table = *(const enum vm_machine_kind *)*state;
    FILE *file = fopen(VMSCOPE_SOURCE_DIR "/tests/conformance/ostep.txt", "r");
    assert_non_null(file);
    char line[LINE_MAX_BYTES], word[16], answer[24];
    vm_machine *m = NULL;
    unsigned long long a, b;
    unsigned checked = 0;
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#' || sscanf(line, "%15s", word) != 1) {
            continue;
        }
        checked++;
        if (strcmp(word, "va") == 0) {
            assert_int_equal(sscanf(line, "va %llu %23s", &a, answer), 2);
            expect_va(m, a, answer);
        } else if (strcmp(word, "pte") == 0) {
            assert_int_equal(sscanf(line, "pte %llu %llu", &a, &b), 2);
            const struct vm_op map = {.kind = vm_op_kind_preset_map, .u.preset_map = {1, a, b, 3}};
            assert_int_equal(vm_apply(m, &map, NULL), VM_OK);
        } else if (strcmp(word, "walk") == 0) {
            expect_walk(m, line);
        } else if (strcmp(word, "alloc") == 0) {
            expect_alloc(m, line);
        } else if (strcmp(word, "free") == 0) {
            expect_free(m, line);
        } else {
            vm_machine_free(m);
            m = new_problem(table, word, line);
        }
    }
    vm_machine_free(m);
    fclose(file);
    assert_true(checked > 1000);
}

/* Figures 15.2 and 16.3; the table of chapter 18. */
static void worked_examples(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_base_bounds, &config);
    vm_machine *m = machine(&config);
    place(m, 4 << 10, 16 << 10, false);
    expect_va(m, 0, "16384");
    expect_va(m, 1024, "17408");
    expect_va(m, 3000, "19384");
    expect_va(m, 4400, "-");
    vm_machine_free(m);
    vm_config_preset(vm_machine_kind_segmentation, &config);
    m = machine(&config);
    place(m, 2 << 10, 32 << 10, false);
    place(m, 3 << 10, 34 << 10, false);
    const struct vm_op stack = {
        .kind = vm_op_kind_place, .u.place = {1, 4, 2 << 10, 3, true, (28 << 10) + 1, 0}};
    assert_int_equal(vm_apply(m, &stack, NULL), VM_OK);
    expect_va(m, 100, "32868");
    expect_va(m, 4200, "34920");
    expect_va(m, 7 << 10, "-");
    expect_va(m, 15 << 10, "27648");
    expect_va(m, 14 << 10, "26624");
    expect_va(m, (14 << 10) - 1, "-");
    vm_machine_free(m);
    vm_config_preset(vm_machine_kind_custom, &config);
    config.va_bits = 8; /* the book's 6 bits, and two that stay 0 */
    config.page_shift = 4;
    config.level_bits[0] = 4;
    m = machine(&config);
    for (uint64_t page = 0; page < 4; page++) {
        static const uint64_t frames[] = {3, 7, 5, 2};
        const struct vm_op map = {
            .kind = vm_op_kind_preset_map, .u.preset_map = {1, page, frames[page], 3}};
        assert_int_equal(vm_apply(m, &map, NULL), VM_OK);
    }
    expect_va(m, 21, "117");
    vm_machine_free(m);
    m = paged(vm_machine_kind_custom, 14, 6, 128, 2); /* section 20.3 */
    const struct vm_op map = {.kind = vm_op_kind_preset_map, .u.preset_map = {1, 254, 55, 3}};
    assert_int_equal(vm_apply(m, &map, NULL), VM_OK);
    expect_walk(m, "walk 16256 15 14 3520");
    vm_machine_free(m);
}

int main(void)
{
    static enum vm_machine_kind tables[] = {vm_machine_kind_custom, vm_machine_kind_linear,
        vm_machine_kind_inverted, vm_machine_kind_hashed};
    const struct CMUnitTest tests[] = {{"homework", homework, NULL, NULL, &tables[0]},
        {"homework_linear", homework, NULL, NULL, &tables[1]},
        {"homework_inverted", homework, NULL, NULL, &tables[2]},
        {"homework_hashed", homework, NULL, NULL, &tables[3]}, cmocka_unit_test(worked_examples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * What depends on the page size: TLB reach against replays of LRU, waste and tables against sets
 * counted one by one.
 */
#include "support_analysis.h"
#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LENGTH_MAX = 120 };

static uint64_t cell(const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *name)
{
    return case_cell(a, kind, row, name).number;
}

/* Accesses of some bytes here and there, each within a page of 4 KiB, by two processes. */
static void fill(uint64_t *random, struct vm_trace_ref *ref, size_t length)
{
    unsigned processes = 1 + (unsigned)case_below(random, 2);
    uint64_t spread = case_below(random, 2) ? 1 << 14 : UINT64_C(1) << 31;
    for (size_t i = 0; i < length; i++) {
        uint64_t va = 0x400000 + case_below(random, 40) * spread + case_below(random, 4096);
        uint32_t bytes = 1 + (uint32_t)case_below(random, 64), left = 4096 - (uint32_t)(va % 4096);
        uint16_t process = (uint16_t)case_below(random, processes);
        ref[i] = (struct vm_trace_ref){.vpn = va >> 12 | (uint64_t)process << VM_TRACE_VPN_BITS,
            .va = va,
            .bytes = bytes < left ? bytes : left,
            .kind = 'R',
            .process = process};
    }
}

static void test_reach(void **state)
{
    (void)state;
    uint64_t random = 1122334455;
    struct vm_trace_ref ref[LENGTH_MAX], larger[LENGTH_MAX];
    for (int i = 0; i < 40; i++) {
        size_t length = 1 + case_below(&random, LENGTH_MAX);
        fill(&random, ref, length);
        struct vm_analysis_request request = case_request(vm_analysis_kind_tlb_reach);
        static const uint32_t entries[] = {1, 4, 16};
        request.frames = entries;
        request.frames_n = i % 2 ? 3 : 0;
        vm_analysis *a = case_run(&request, ref, length, 1 + case_below(&random, 99), 30);
        assert_int_equal(vm_analysis_rows(a), i % 2 ? 5 * 3 : 5 * 9);
        for (size_t row = 0; row < vm_analysis_rows(a); row++) {
            uint64_t size = cell(a, request.kind, row, "page_size"),
                     n = cell(a, request.kind, row, "entries");
            uint8_t shift = 0;
            while (UINT64_C(1) << shift < size) {
                shift++;
            }
            for (size_t k = 0; k < length; k++) {
                larger[k] = ref[k];
                larger[k].vpn = vm_trace_page(&ref[k], shift);
            }
            struct vm_replay_result want =
                case_replay(vm_policy_kind_lru, (uint32_t)n, larger, length);
            assert_int_equal(cell(a, request.kind, row, "reach"), n * size);
            assert_int_equal(cell(a, request.kind, row, "misses"), want.faults);
            assert_int_equal(cell(a, request.kind, row, "pages"), want.distinct_pages);
            double off = case_cell(a, request.kind, row, "ratio").real -
                         (double)want.faults / (double)length;
            assert_true(off < 1e-12 && off > -1e-12);
        }
        assert_int_equal(cell(a, request.kind, 0, "page_size"), 4096);
        assert_int_equal(cell(a, request.kind, vm_analysis_rows(a) - 1, "page_size"), 1 << 30);
        vm_analysis_free(a);
    }
}

/* A set of numbers, the slow way. */
struct set {
    uint64_t member[LENGTH_MAX * 8];
    size_t n;
};

static void add(struct set *set, uint64_t number)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->member[i] == number) {
            return;
        }
    }
    set->member[set->n++] = number;
}

/* How many different blocks of 2^shift bytes the accesses touch, byte by byte. */
static uint64_t blocks(const struct vm_trace_ref *ref, size_t length, unsigned shift)
{
    struct set set = {.n = 0};
    for (size_t i = 0; i < length; i++) {
        for (uint32_t byte = 0; byte < ref[i].bytes; byte++) {
            add(&set, (ref[i].va + byte) >> shift | (uint64_t)ref[i].process << 60);
        }
    }
    return set.n;
}

static uint64_t processes(const struct vm_trace_ref *ref, size_t length)
{
    struct set set = {.n = 0};
    for (size_t i = 0; i < length; i++) {
        add(&set, ref[i].process);
    }
    return set.n;
}

static void test_page_sizes(void **state)
{
    (void)state;
    uint64_t random = 6677889900;
    struct vm_trace_ref ref[LENGTH_MAX];
    for (int i = 0; i < 12; i++) {
        size_t length = 1 + case_below(&random, LENGTH_MAX);
        fill(&random, ref, length);
        ref[0].va |= 8; /* not the first byte of a page */
        ref[0].bytes = 1;
        struct vm_analysis_request request = case_request(vm_analysis_kind_page_size);
        vm_analysis *a = case_run(
            &request, ref, length, 1 + case_below(&random, 99), 1 + case_below(&random, 99));
        assert_int_equal(vm_analysis_rows(a), 22 - 9 + 1 + 1);
        uint64_t used = blocks(ref, length, 4) * 16;
        for (size_t row = 0; row < vm_analysis_rows(a); row++) {
            unsigned shift = row < 14 ? 9 + (unsigned)row : 30;
            uint64_t pages = blocks(ref, length, shift), tables = processes(ref, length);
            for (unsigned above = shift + 9; above < 48; above += 9) {
                tables += blocks(ref, length, above);
            }
            assert_int_equal(cell(a, request.kind, row, "page_size"), UINT64_C(1) << shift);
            assert_int_equal(cell(a, request.kind, row, "pages"), pages);
            assert_int_equal(cell(a, request.kind, row, "used"), used);
            assert_int_equal(cell(a, request.kind, row, "waste"), (pages << shift) - used);
            assert_int_equal(cell(a, request.kind, row, "tables"), tables * 4096);
            assert_int_equal(
                cell(a, request.kind, row, "overhead"), (pages << shift) - used + tables * 4096);
        }
        vm_analysis_free(a);
    }
}

/* Page numbers alone: whole pages count as used; smaller pages are not guessed at. */
static void test_page_numbers(void **state)
{
    (void)state;
    struct vm_trace_ref ref[4];
    static const vm_vpn vpn[] = {0, 1, 5, 1};
    for (size_t i = 0; i < 4; i++) {
        ref[i] = (struct vm_trace_ref){.vpn = vpn[i], .va = vpn[i] << 12, .bytes = 1, .kind = 'R'};
    }
    struct vm_analysis_request request = case_request(vm_analysis_kind_page_size);
    vm_analysis *a = case_run(&request, ref, 4, 4, 1);
    static const uint64_t want[][3] = {{4096, 3, 0}, {8192, 2, 4096}, {16384, 2, 20480}};
    for (size_t row = 0; row < 3; row++) {
        assert_int_equal(cell(a, request.kind, row, "page_size"), want[row][0]);
        assert_int_equal(cell(a, request.kind, row, "pages"), want[row][1]);
        assert_int_equal(cell(a, request.kind, row, "used"), 3 * 4096);
        assert_int_equal(cell(a, request.kind, row, "waste"), want[row][2]);
    }
    /* Four tables of x86-64. */
    assert_int_equal(cell(a, request.kind, 0, "tables"), 4 * 4096);
    vm_analysis_free(a);
    /* No 64-bit address has this page. */
    const char *problem;
    ref[0] = (struct vm_trace_ref){.vpn = UINT64_C(1) << 60, .bytes = 1, .kind = 'R'};
    assert_int_equal(vm_analysis_new(&request, &problem, &a), VM_OK);
    assert_int_equal(vm_analysis_feed(a, ref, 1), VM_LIMIT);
    vm_analysis_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reach),
        cmocka_unit_test(test_page_sizes), cmocka_unit_test(test_page_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

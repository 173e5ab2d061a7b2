/* SPDX-License-Identifier: MIT
 * Every allocation of every analysis may fail: it says so, and nothing crashes or leaks. malloc and
 * its kin are wrapped by the linker for this program.
 */
#include "support_analysis.h"
#include "support_nomem.h"
#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LENGTH = 5000 };

/* Rows are what they would be until the failure; afterwards nothing goes on. */
static enum vm_status everything(
    const struct vm_analysis_request *request, const struct vm_trace_ref *ref, size_t *rows)
{
    vm_analysis *a;
    const char *problem;
    enum vm_status status = vm_analysis_new(request, &problem, &a);
    if (status != VM_OK) {
        assert_null(a);
        return status;
    }
    for (size_t at = 0; at < LENGTH && status == VM_OK; at += 1000) {
        status = vm_analysis_feed(a, ref + at, 1000);
    }
    bool more = status == VM_OK;
    for (; more;) {
        status = vm_analysis_work(a, 4000, &more);
    }
    *rows = vm_analysis_rows(a);
    for (size_t row = 0; row < *rows; row++) {
        (void)vm_analysis_cell(a, row, 0);
    }
    if (status != VM_OK) {
        assert_int_equal(vm_analysis_work(a, 1, &more), status);
        assert_false(more);
        assert_int_equal(vm_analysis_rows(a), *rows);
    }
    assert_true(vm_analysis_memory(a) > 0);
    vm_analysis_free(a);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const uint32_t frames[] = {10, 40};
    struct vm_trace_ref *ref = malloc(LENGTH * sizeof *ref);
    uint64_t random = 192837465;
    assert_non_null(ref);
    case_fill(&random, ref, LENGTH, 300);
    for (unsigned kind = 0; kind < vm_analysis_kind_count; kind++) {
        struct vm_analysis_request request = case_request((enum vm_analysis_kind)kind);
        const uint64_t one = 1, stacks = one << vm_policy_kind_lru | one << vm_policy_kind_opt;
        bool compare = kind == vm_analysis_kind_compare;
        request.policies =
            kind == vm_analysis_kind_mrc ? stacks : stacks | one << vm_policy_kind_arc;
        request.frames = frames;
        request.frames_n = compare ? 1 : 2;
        request.points = 4;
        if (compare) {
            request.policies = UINT64_C(1) << vm_policy_kind_opt | UINT64_C(1)
                                                                       << vm_policy_kind_arc;
        }
        size_t all_rows, rows;
        nomem_fail(NOMEM_COUNT);
        assert_int_equal(everything(&request, ref, &all_rows), VM_OK);
        size_t all = nomem_calls();
        assert_true(all >= 4);
        for (size_t i = 1; i <= all; i++) {
            nomem_fail(i);
            rows = 0;
            assert_int_equal(everything(&request, ref, &rows), VM_NOMEM);
            assert_true(rows <= all_rows);
        }
        nomem_fail(0);
    }
    free(ref);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

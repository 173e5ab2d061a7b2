/* SPDX-License-Identifier: MIT
 * See support_analysis.h.
 */
#include "support_analysis.h"

#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

uint64_t case_below(uint64_t *state, uint64_t limit)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state % limit;
}

void case_fill(uint64_t *state, struct vm_trace_ref *ref, size_t length, uint64_t pages)
{
    uint64_t spread = case_below(state, 3) ? 1 : UINT64_C(0x12345678);
    uint64_t shape = case_below(state, 4), repeats = 1 + case_below(state, 6);
    for (size_t i = 0; i < length; i++) {
        uint64_t page = case_below(state, pages);
        if (shape == 1 && case_below(state, 8)) {
            page = i % pages; /* a loop */
        } else if (shape == 2) {
            page = (i / 64 + case_below(state, 1 + pages / 4)) % pages; /* a moving set */
        } else if (shape == 3) {
            page = case_below(state, 1 + page); /* some are liked more */
        }
        vm_vpn vpn = case_below(state, repeats) && i > 0 ? ref[i - 1].vpn : page * spread;
        ref[i] = (struct vm_trace_ref){
            .vpn = vpn, .va = vpn << 12, .bytes = 1, .kind = "IRWM"[case_below(state, 4)]};
    }
}

struct vm_analysis_request case_request(enum vm_analysis_kind kind)
{
    return (struct vm_analysis_request){
        .kind = kind, .page_shift = 12, .params = vm_policy_params_default()};
}

vm_analysis *case_run(const struct vm_analysis_request *request, const struct vm_trace_ref *ref,
    size_t length, size_t piece, uint64_t slice)
{
    vm_analysis *a;
    const char *problem;
    enum vm_status status = vm_analysis_new(request, &problem, &a);
    if (status != VM_OK) {
        fail_msg("the request is refused: %s", problem ? problem : vm_status_words(status));
    }
    for (size_t at = 0; at < length; at += piece) {
        size_t n = length - at < piece ? length - at : piece;
        assert_int_equal(vm_analysis_feed(a, ref + at, n), VM_OK);
    }
    bool more = true;
    size_t rows = 0;
    uint64_t done = 0, all = 0, before = 0;
    for (unsigned slices = 0; more; slices++) {
        assert_int_equal(vm_analysis_work(a, slice, &more), VM_OK);
        assert_true(vm_analysis_rows(a) >= rows);
        rows = vm_analysis_rows(a);
        vm_analysis_progress(a, &done, &all);
        assert_true(done >= before && done <= all);
        before = done;
        assert_true(slices < 1u << 24);
    }
    assert_int_equal(done, all);
    assert_true(vm_analysis_memory(a) > 0);
    return a;
}

struct vm_cell case_cell(
    const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *column)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(kind);
    assert_true(row < vm_analysis_rows(a));
    for (unsigned i = 0; i < desc->columns_n; i++) {
        if (strcmp(desc->columns[i].name, column) == 0) {
            return vm_analysis_cell(a, row, i);
        }
    }
    fail_msg("no column %s", column);
    return (struct vm_cell){0};
}

struct vm_replay_result case_replay(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length)
{
    vm_replay *replay;
    struct vm_replay_result out;
    assert_int_equal(vm_replay_new(policy, frames, NULL, &replay), VM_OK);
    assert_int_equal(vm_replay_feed(replay, ref, length), VM_OK);
    assert_int_equal(vm_replay_end(replay, &out), VM_OK);
    vm_replay_free(replay);
    return out;
}

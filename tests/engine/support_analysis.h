/* SPDX-License-Identifier: MIT
 * What tests of analyses share: random references, a whole analysis, a cell by its column's name.
 */
#ifndef SUPPORT_ANALYSIS_H
#define SUPPORT_ANALYSIS_H

#include "vm/analysis.h"

struct analysis_case {
    struct vm_trace_ref *ref;
    size_t length;
};

uint64_t case_below(uint64_t *state, uint64_t limit);
/* References of several kinds: uniform, loops, a moving set, repeats. */
void case_fill(uint64_t *state, struct vm_trace_ref *ref, size_t length, uint64_t pages);
struct vm_analysis_request case_request(enum vm_analysis_kind kind);
/* Feeds in pieces, works in slices; the caller frees. Fails the test when anything does. */
vm_analysis *case_run(const struct vm_analysis_request *request, const struct vm_trace_ref *ref,
    size_t length, size_t piece, uint64_t slice);
struct vm_cell case_cell(
    const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *column);
struct vm_replay_result case_replay(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length);

#endif

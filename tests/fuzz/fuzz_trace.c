/* SPDX-License-Identifier: MIT
 * libFuzzer: any bytes as a trace of any format. The first byte picks the format and the cut of the
 * input; however it is cut, the references are the same, and a replay of them keeps its sums.
 */
#include "vm/describe.h"
#include "vm/trace.h"

#include <stdlib.h>

struct seen {
    vm_replay *replay;
    uint64_t count, digest;
};

static bool sink(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct seen *seen = ctx;
    for (size_t i = 0; i < n; i++) {
        seen->digest = (seen->digest ^ refs[i].va ^ refs[i].bytes) * UINT64_C(0x100000001b3);
    }
    seen->count += n;
    return vm_replay_feed(seen->replay, refs, n) == VM_OK;
}

static struct seen parse(enum vm_trace_format format, const char *bytes, size_t n, size_t piece)
{
    struct seen seen = {0};
    struct vm_replay_result result;
    vm_trace_reader *reader;
    enum vm_policy_kind policy = (enum vm_policy_kind)(n % vm_policy_kind_count);
    uint32_t least = vm_policy_desc(policy)->least_frames;
    if (vm_replay_new(policy, least > 4 ? least : 4, NULL, &seen.replay) != VM_OK ||
        vm_trace_reader_new(format, 12, false, sink, &seen, &reader) != VM_OK) {
        abort();
    }
    for (size_t at = 0; at < n; at += piece) {
        vm_trace_feed(reader, bytes + at, n - at < piece ? n - at : piece);
    }
    vm_trace_end(reader);
    if (vm_trace_report(reader)->references != seen.count ||
        vm_replay_end(seen.replay, &result) != VM_OK || result.references != seen.count ||
        result.hits + result.faults != seen.count || result.evictions > result.faults ||
        result.writebacks > result.evictions || result.distinct_pages > result.faults) {
        abort();
    }
    vm_replay_free(seen.replay);
    seen.replay = NULL;
    vm_trace_reader_free(reader);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    enum vm_trace_format format = (enum vm_trace_format)(data[0] % VM_TRACE_FORMATS);
    size_t piece = 1 + data[0] / VM_TRACE_FORMATS;
    const char *bytes = (const char *)data + 1;
    struct seen whole = parse(format, bytes, size - 1, size),
                cut = parse(format, bytes, size - 1, piece);
    if (whole.count != cut.count || whole.digest != cut.digest) {
        abort();
    }
    return 0;
}

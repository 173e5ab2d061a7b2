/* SPDX-License-Identifier: MIT
 * TLB reach: entries times page size (Silberschatz et al., section 10.9.3), and how often a fully
 * associative TLB of so many entries misses when the entry used least recently leaves. Such a TLB
 * is a memory of so many frames under LRU, so one pass a page size gives every number of entries.
 * Page sizes are the trace's, and 4, 16, 512 and 262,144 times it: 4 KiB, 16 KiB, 64 KiB, 2 MiB, 1
 * GiB.
 */
#include "analysis/part.h"
#include "analysis/stacks.h"

#include <stdlib.h>

enum { SIZES = 5, SHIFT_MOST = 30, ENTRIES_FIRST = 16, ENTRIES_LAST = 4096 };
static const uint8_t shift_more[SIZES] = {0, 2, 4, 9, 18};

struct tlb_reach {
    struct kept kept[SIZES];
    unsigned sizes, now;
    bool running;
    struct stack_run run;
    struct curve curve;
    struct vm_trace_ref *batch; /* owned; VM_REPLAY_BATCH */
};

/* The number of the larger page around it. */
static vm_vpn page_around(const struct vm_trace_ref *ref, uint8_t more)
{
    const vm_vpn process = (vm_vpn)ref->process << VM_TRACE_VPN_BITS;
    return (ref->vpn - process) >> more | process;
}

static bool begin(vm_analysis *a, struct tlb_reach *t)
{
    t->batch = malloc(VM_REPLAY_BATCH * sizeof(*t->batch));
    while (t->sizes < SIZES && a->request.page_shift + shift_more[t->sizes] <= SHIFT_MOST) {
        kept_init(&t->kept[t->sizes++], KEPT_PAGES);
    }
    return t->batch != NULL;
}

static enum vm_status feed(vm_analysis *a, const struct vm_trace_ref *refs, size_t n)
{
    struct tlb_reach *t = a->state;
    enum vm_status status = t->batch || begin(a, t) ? VM_OK : VM_NOMEM;
    for (size_t at = 0; at < n && status == VM_OK; at += VM_REPLAY_BATCH) {
        size_t batch = n - at < VM_REPLAY_BATCH ? n - at : VM_REPLAY_BATCH;
        for (unsigned s = 0; s < t->sizes && status == VM_OK; s++) {
            for (size_t i = 0; i < batch; i++) {
                t->batch[i].vpn = page_around(&refs[at + i], shift_more[s]);
                t->batch[i].kind = 'R';
            }
            status = kept_feed(&t->kept[s], t->batch, batch);
        }
    }
    return status;
}

static enum vm_status start(vm_analysis *a)
{
    const struct tlb_reach *t = a->state;
    for (unsigned s = 0; s < t->sizes; s++) {
        a->all += t->kept[s].n;
    }
    return VM_OK;
}

static enum vm_status add_row(vm_analysis *a, const struct tlb_reach *t, uint32_t entries)
{
    uint64_t size = UINT64_C(1) << (a->request.page_shift + shift_more[t->now]),
             misses = curve_faults(&t->curve, entries), all = t->curve.references;
    enum vm_status status = analysis_reserve(a, 1);
    if (status == VM_OK) {
        analysis_row(a, (union analysis_value[]){{.number = size}, {.number = entries},
                            {.number = size * entries}, {.number = misses},
                            {.real = (double)misses / (double)all}, {.number = t->curve.pages}});
    }
    return status;
}

static enum vm_status add_rows(vm_analysis *a, const struct tlb_reach *t)
{
    enum vm_status status = VM_OK;
    for (size_t i = 0; i < a->request.frames_n && status == VM_OK; i++) {
        status = add_row(a, t, a->request.frames[i]);
    }
    for (uint32_t n = ENTRIES_FIRST; !a->request.frames_n && n <= ENTRIES_LAST && status == VM_OK;
         n *= 2) {
        status = add_row(a, t, n);
    }
    return status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct tlb_reach *t = a->state;
    enum vm_status status = VM_OK;
    if (t->now == t->sizes) {
        return VM_OK;
    }
    if (!t->running) {
        status = curve_init(&t->curve, t->kept[t->now].numbers.pages);
        if (status == VM_OK) {
            status = stack_run_init(&t->run, vm_policy_kind_lru, &t->kept[t->now]);
        }
        t->running = status == VM_OK;
    }
    if (status == VM_OK) {
        a->done += stack_run_work(&t->run, &t->curve, budget);
    }
    if (status == VM_OK && stack_run_done(&t->run)) {
        status = stack_run_end(&t->run, &t->curve);
        if (status == VM_OK) {
            status = add_rows(a, t);
        }
        stack_run_release(&t->run);
        curve_release(&t->curve);
        t->running = false;
        t->now++;
    }
    *more = t->now < t->sizes;
    return status;
}

static size_t memory(const vm_analysis *a)
{
    const struct tlb_reach *t = a->state;
    size_t bytes = t->batch ? VM_REPLAY_BATCH * sizeof(*t->batch) : 0;
    for (unsigned s = 0; s < t->sizes; s++) {
        bytes += kept_memory(&t->kept[s]);
    }
    return bytes + curve_memory(&t->curve) + (t->running ? stack_run_memory(&t->run) : 0);
}

static void release(vm_analysis *a)
{
    struct tlb_reach *t = a->state;
    for (unsigned s = 0; s < t->sizes; s++) {
        kept_release(&t->kept[s]);
    }
    stack_run_release(&t->run);
    curve_release(&t->curve);
    free(t->batch);
}

const struct analysis_ops analysis_tlb_reach = {.state_size = sizeof(struct tlb_reach),
    .feed = feed,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};

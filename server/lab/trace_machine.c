/* SPDX-License-Identifier: MIT
 * The machine that a trace runs on. The store knows which pages are touched; clusters of them
 * become mappings of their process. All frames are the program's: page tables and kernel lie
 * outside, and no page is given before it is used, so that the faults are those of a replay.
 */
#include "lab/trace_parts.h"

#include <stdlib.h>

enum {
    GAP = 32,          /* pages between two touched ones that still share a mapping */
    MAPPINGS_MAX = 64, /* of a process */
    FRAMES_MAX = 1 << 20,
    SLOTS_MAX = 1 << 22,
};

/* Of `n` ascending pages: mappings, fewer than MAPPINGS_MAX. */
static enum vm_status map_clusters(struct lab_trace *t, vm_tid tid, const uint64_t *page, size_t n)
{
    unsigned own = trace_store_summary(t->store)->page_shift, here = t->config.page_shift;
    uint64_t gap = GAP, spread = !trace_whole(t) && own > here ? UINT64_C(1) << (own - here) : 1;
    size_t clusters;
    do { /* wider gaps until there are few enough */
        clusters = n ? 1 : 0;
        for (size_t i = 1; i < n; i++) {
            clusters += page[i] - page[i - 1] > gap;
        }
        gap = clusters > MAPPINGS_MAX ? gap * 2 : gap;
    } while (clusters > MAPPINGS_MAX);
    for (size_t i = 0; i < n;) {
        size_t last = i;
        while (last + 1 < n && page[last + 1] - page[last] <= gap) {
            last++;
        }
        struct vm_op op = {.kind = vm_op_kind_mmap};
        op.u.mmap.tid = tid;
        op.u.mmap.hint = page[i] << t->config.page_shift;
        op.u.mmap.bytes = (page[last] - page[i] + spread) << t->config.page_shift;
        op.u.mmap.prot = vm_prot_bit_read | vm_prot_bit_write | vm_prot_bit_exec;
        op.u.mmap.flags = vm_map_bit_fixed | vm_map_bit_pages;
        op.u.mmap.name = LAB_NAME_PAGES;
        enum vm_status status = vm_history_append(t->history, &op);
        if (status != VM_OK) {
            return status;
        }
        if ((int64_t)vm_last(vm_history_head(t->history))->value < 0) {
            return VM_INVALID;
        }
        i = last + 1;
    }
    return VM_OK;
}

/* Pages of the trace's own size become pages of the machine. */
static bool machine_pages(const struct lab_trace *t, uint64_t *page, size_t n)
{
    unsigned own = trace_store_summary(t->store)->page_shift, here = t->config.page_shift;
    for (size_t i = 0; i < n; i++) {
        vm_vpn process = page[i] >> VM_TRACE_VPN_BITS << VM_TRACE_VPN_BITS;
        if (!trace_whole(t)) {
            vm_vpn vpn = page[i] ^ process;
            page[i] = process | (own > here ? vpn << (own - here) : vpn >> (here - own));
        } else {
            process = 0;
        }
        if ((page[i] ^ process) >> (t->config.va_bits - here)) {
            return false;
        }
    }
    return true;
}

static enum vm_status start_processes(struct lab_trace *t, const uint64_t *page, size_t n)
{
    size_t at = 0;
    for (uint32_t p = 0; p < t->processes; p++) {
        struct vm_op start = {.kind = vm_op_kind_start};
        start.u.start.label = LAB_NAME_PROCESS;
        enum vm_status status = vm_history_append(t->history, &start);
        if (status != VM_OK) {
            return status;
        }
        t->tid[p] = vm_process_task(vm_history_head(t->history), p + 1);
        size_t from = at;
        while (at < n && (trace_whole(t) || page[at] >> VM_TRACE_VPN_BITS == p)) {
            at++;
        }
        vm_vpn bits = trace_whole(t) ? 0 : (vm_vpn)p << VM_TRACE_VPN_BITS;
        uint64_t *own = malloc((at - from + 1) * sizeof *own);
        for (size_t i = from; own && i < at; i++) {
            own[i - from] = page[i] ^ bits;
        }
        status = own ? map_clusters(t, t->tid[p], own, at - from) : VM_NOMEM;
        free(own);
        if (status != VM_OK) {
            return status;
        }
    }
    return VM_OK;
}

static void choose_sizes(struct lab_trace *t, size_t n)
{
    if (!t->frames_given) {
        t->config.frames = (uint32_t)(n < FRAMES_MAX ? n + n / 8 + 64 : FRAMES_MAX);
    }
    if (!t->slots_given) {
        t->config.slots = (uint32_t)(n < SLOTS_MAX ? n : SLOTS_MAX);
    }
}

static const char *make_machine(struct lab_trace *t, size_t checkpoint_bytes)
{
    struct vm_history_options options = {.checkpoint_bytes = checkpoint_bytes};
    if (vm_config_problem(&t->config)) {
        return vm_config_problem(&t->config);
    }
    if (vm_history_new(&t->config, &options, &t->history) != VM_OK) {
        return "no memory left for a machine of this size";
    }
    if (t->config.policy == vm_policy_kind_opt) {
        uint64_t count = t->length < t->limit ? t->length : t->limit;
        uint32_t *next = trace_next_uses(t, count);
        if (!next || vm_set_next_uses(vm_history_head_mutable(t->history), next, count) != VM_OK) {
            return "no memory left for OPT's knowledge of the future";
        }
    }
    return NULL;
}

const char *trace_start(struct lab_trace *t, size_t checkpoint_bytes)
{
    size_t n = (size_t)trace_store_summary(t->store)->pages_n;
    if (!trace_store_summary(t->store)->pages_all) {
        return "the trace touches more than 2,097,152 pages";
    }
    uint64_t *page = trace_store_pages(t->store);
    if (!page) {
        return "the stored trace is damaged, or no memory is left";
    }
    choose_sizes(t, n);
    const char *problem = !machine_pages(t, page, n)
                              ? "an address of the trace lies outside the machine's"
                              : make_machine(t, checkpoint_bytes);
    if (!problem && start_processes(t, page, n) != VM_OK) {
        problem = "the pages of this trace cannot be mapped";
    }
    free(page);
    return problem;
}

/* SPDX-License-Identifier: MIT
 * Miss-ratio curves, all sizes in one pass, against the stacks as Mattson et al. describe them: one
 * list, searched from its top at every reference; for OPT reordered down to the page.
 */
#include "bench.h"
#include "vm/analysis.h"
#include "vm/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct curve_job {
    enum vm_policy_kind policy;
    const struct vm_trace_ref *ref;
    size_t length;
    const size_t *next;      /* OPT: of each reference, its page's next; length + 1: none */
    uint64_t *ours, *theirs; /* references at each depth; 0: first uses */
    size_t pages;
};

static void run_ours(void *ctx)
{
    struct curve_job *job = ctx;
    const struct vm_analysis_request request = {.kind = vm_analysis_kind_mrc,
        .policies = UINT64_C(1) << job->policy,
        .page_shift = 12,
        .params = vm_policy_params_default()};
    vm_analysis *a;
    const char *problem;
    bench_check(vm_analysis_new(&request, &problem, &a) == VM_OK, "no memory");
    bench_check(vm_analysis_feed(a, job->ref, job->length) == VM_OK, "no memory");
    for (bool more = true; more;) {
        bench_check(vm_analysis_work(a, 1 << 22, &more) == VM_OK, "no memory");
    }
    size_t rows = vm_analysis_rows(a);
    bench_check(rows == job->pages, "the pages differ");
    uint64_t before = job->length;
    for (size_t row = 0; row < rows; row++) {
        uint64_t faults = vm_analysis_cell(a, row, 2).number;
        job->ours[row + 1] = before - faults;
        before = faults;
    }
    job->ours[0] = before;
    vm_analysis_free(a);
}

static void lru_stack(struct curve_job *job)
{
    vm_vpn *stack = malloc((job->pages + 1) * sizeof *stack);
    bench_check(stack, "no memory");
    size_t held = 0;
    for (size_t i = 0; i < job->length; i++) {
        vm_vpn vpn = job->ref[i].vpn;
        size_t at = 0;
        while (at < held && stack[at] != vpn) {
            at++;
        }
        job->theirs[at < held ? at + 1 : 0]++;
        held += at == held;
        memmove(stack + 1, stack, at * sizeof *stack);
        stack[0] = vpn;
    }
    free(stack);
}

struct entry {
    vm_vpn vpn;
    size_t next;
};

/* Who is used later goes on down. */
static bool later(const struct entry *a, const struct entry *b)
{
    return a->next != b->next ? a->next > b->next : a->vpn < b->vpn;
}

static void opt_stack(struct curve_job *job)
{
    struct entry *stack = calloc(job->pages + 1, sizeof *stack);
    bench_check(stack, "no memory");
    size_t held = 0;
    for (size_t i = 0; i < job->length; i++) {
        const struct entry now = {job->ref[i].vpn, job->next[i]};
        size_t at = 0;
        while (at < held && stack[at].vpn != now.vpn) {
            at++;
        }
        job->theirs[at < held ? at + 1 : 0]++;
        held += at == held;
        struct entry down = stack[0];
        for (size_t k = 1; k < at; k++) {
            if (!later(&stack[k], &down)) {
                continue;
            }
            const struct entry stays = down;
            down = stack[k];
            stack[k] = stays;
        }
        if (at > 0) {
            stack[at] = down;
        }
        stack[0] = now;
    }
    free(stack);
}

static void run_theirs(void *ctx)
{
    struct curve_job *job = ctx;
    memset(job->theirs, 0, (job->pages + 1) * sizeof *job->theirs);
    (job->policy == vm_policy_kind_opt ? opt_stack : lru_stack)(job);
}

static size_t *next_uses(const struct vm_trace_ref *ref, size_t length)
{
    size_t *next = malloc(length * sizeof *next);
    struct entry *seen = malloc(length * sizeof *seen);
    bench_check(next && seen, "no memory");
    size_t n = 0;
    for (size_t i = length; i-- > 0;) {
        size_t at = 0;
        while (at < n && seen[at].vpn != ref[i].vpn) {
            at++;
        }
        if (at == n) {
            seen[n++] = (struct entry){ref[i].vpn, length + 1};
        }
        next[i] = seen[at].next;
        seen[at].next = i;
    }
    free(seen);
    return next;
}

static void compare(struct curve_job *job, const char *name)
{
    struct vm_replay_result all;
    vm_replay *replay;
    bench_check(vm_replay_new(vm_policy_kind_fifo, UINT32_MAX, NULL, &replay) == VM_OK &&
                    vm_replay_feed(replay, job->ref, job->length) == VM_OK &&
                    vm_replay_end(replay, &all) == VM_OK,
        "no memory");
    vm_replay_free(replay);
    job->pages = (size_t)all.distinct_pages;
    job->ours = calloc(job->pages + 1, sizeof *job->ours);
    job->theirs = calloc(job->pages + 1, sizeof *job->theirs);
    bench_check(job->ours && job->theirs, "no memory");
    char row[80];
    snprintf(row, sizeof row, "%s at all %zu sizes, %s", vm_policy_desc(job->policy)->title,
        job->pages, name);
    bench_compare(row, "M refs/s", (double)job->length * 1e-6,
        job->policy == vm_policy_kind_opt ? "Mattson's priority list" : "move to front", run_ours,
        run_theirs, job);
    bench_check(memcmp(job->ours, job->theirs, (job->pages + 1) * sizeof *job->ours) == 0,
        "the answers differ");
    free(job->ours);
    free(job->theirs);
}

/* A set of pages that moves through 2,000: deeper than most programs go. */
static struct vm_trace_ref *deep(size_t length)
{
    struct vm_trace_ref *ref = malloc(length * sizeof *ref);
    bench_check(ref, "no memory");
    uint64_t state = 1181783497276652981u;
    for (size_t i = 0; i < length; i++) {
        uint64_t page = bench_random(&state) % 500;
        page = bench_random(&state) % (1 + page); /* some are liked more */
        vm_vpn vpn = (page + i / 1000) % 2000;
        ref[i] = (struct vm_trace_ref){vpn, vpn << 12, 1, bench_random(&state) % 4 ? 'R' : 'W', 0};
    }
    return ref;
}

void bench_analysis(const struct bench_trace *trace)
{
    static const enum vm_policy_kind policies[] = {vm_policy_kind_lru, vm_policy_kind_opt};
    enum { DEEP = 2000000 };
    struct vm_trace_ref *ref = deep(DEEP);
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        struct curve_job job = {.policy = policies[i], .ref = trace->ref, .length = trace->length};
        size_t *next = next_uses(job.ref, job.length);
        job.next = next;
        compare(&job, "a program");
        free(next);
        job = (struct curve_job){.policy = policies[i], .ref = ref, .length = DEEP};
        job.next = next = next_uses(ref, DEEP);
        compare(&job, "random");
        free(next);
    }
    free(ref);
}

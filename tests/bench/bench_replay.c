/* SPDX-License-Identifier: MIT
 * Replay against the naive baseline: a real trace, and a Zipf distribution over a million pages. A
 * policy that the baseline does not know is held against its LRU: the price of a better choice.
 */
#include "bench.h"
#include "vm/describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct job {
    enum vm_policy_kind policy;
    uint32_t frames;
    const struct vm_trace_ref *ref;
    size_t length;
    struct vm_replay_result ours, theirs;
};

static void run_ours(void *ctx)
{
    struct job *job = ctx;
    vm_replay *replay;
    bench_check(vm_replay_new(job->policy, job->frames, NULL, &replay) == VM_OK, "no memory");
    bench_check(vm_replay_feed(replay, job->ref, job->length) == VM_OK, "replay failed");
    bench_check(vm_replay_end(replay, &job->ours) == VM_OK, "replay failed");
    vm_replay_free(replay);
}

static void run_theirs(void *ctx)
{
    struct job *job = ctx;
    enum vm_policy_kind policy = naive_knows(job->policy) ? job->policy : vm_policy_kind_lru;
    job->theirs = naive_replay(policy, job->frames, job->ref, job->length);
}

#ifdef BENCH_LIBCACHESIM
static void run_libcachesim(void *ctx)
{
    struct job *job = ctx;
    job->theirs.faults = libcachesim_replay(job->policy, job->frames, job->ref, job->length);
}

static void compare_libcachesim(struct job *job, const char *name)
{
    if (libcachesim_knows(job->policy)) {
        bench_compare(name, "M refs/s", (double)job->length * 1e-6, "libCacheSim", run_ours,
            run_libcachesim, job);
        bool plain = job->policy == vm_policy_kind_fifo || job->policy == vm_policy_kind_lru;
        bench_check(!plain || job->ours.faults == job->theirs.faults, "the answers differ");
    }
}
#else
static void compare_libcachesim(struct job *job, const char *name)
{
    (void)job, (void)name;
}
#endif

static void compare(struct job *job, const char *what)
{
    char name[80];
    snprintf(name, sizeof name, "%s, %s, %u frames", vm_policy_desc(job->policy)->title, what,
        job->frames);
    bool known = naive_knows(job->policy);
    bench_compare(name, "M refs/s", (double)job->length * 1e-6,
        known ? "hash map and linked list" : "LRU, hash map and linked list", run_ours, run_theirs,
        job);
    bool same =
        job->ours.faults == job->theirs.faults && job->ours.writebacks == job->theirs.writebacks;
    bench_check(same || !known, "the answers differ");
    compare_libcachesim(job, name);
}

static struct vm_trace_ref *zipf(size_t pages, size_t length, double skew)
{
    double *sum = malloc(pages * sizeof *sum);
    struct vm_trace_ref *ref = malloc(length * sizeof *ref);
    bench_check(sum && ref, "no memory");
    double total = 0;
    for (size_t i = 0; i < pages; i++) {
        total += 1 / pow((double)i + 1, skew);
        sum[i] = total;
    }
    uint64_t state = 2463534242u;
    for (size_t i = 0; i < length; i++) {
        double at = (double)(bench_random(&state) >> 11) * 0x1p-53 * total;
        size_t low = 0, high = pages - 1;
        while (low < high) {
            size_t middle = (low + high) / 2;
            *(sum[middle] < at ? &low : &high) = middle + (sum[middle] < at);
        }
        vm_vpn vpn = low * UINT64_C(2654435761) % pages; /* neighbours are not equally popular */
        ref[i] = (struct vm_trace_ref){vpn, vpn << 12, 1, bench_random(&state) % 4 ? 'R' : 'W', 0};
    }
    free(sum);
    return ref;
}

void bench_replay(const struct bench_trace *trace)
{
    struct job job = {.ref = trace->ref, .length = trace->length};
    job.policy = vm_policy_kind_fifo;
    job.frames = UINT32_MAX;
    run_ours(&job);
    uint32_t frames = (uint32_t)(job.ours.distinct_pages / 4) + 1;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        job.policy = (enum vm_policy_kind)policy;
        job.frames = frames;
        compare(&job, "a program");
    }
    enum { PAGES = 1000000, LENGTH = 4000000, FRAMES = 100000 };
    struct vm_trace_ref *ref = zipf(PAGES, LENGTH, 0.8);
    job.ref = ref;
    job.length = LENGTH;
    job.frames = FRAMES;
    static const char *const large[] = {
        "fifo", "lru", "clock", "sieve", "s3fifo", "2q", "arc", "lirs", "clock-pro"};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        int policy = vm_policy_named(large[i]);
        if (policy >= 0) {
            job.policy = (enum vm_policy_kind)policy;
            compare(&job, "Zipf 0.8 over 1 M pages");
        }
    }
    free(ref);
}

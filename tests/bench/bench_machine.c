/* SPDX-License-Identifier: MIT
 * The whole machine: references through TLB, page table, accessed and dirty bits, replacement and
 * counters; and a jump to anywhere in a long run.
 */
#include "bench.h"
#include "vm/history.h"

#include <stdlib.h>

enum { PAGES = 512, RUN = 1000000, SEEKS = 200, FRAMES = 256 };

struct job {
    vm_machine *machine;
    struct vm_ref *ref;
    size_t n;
    uint64_t tag[1024], sum; /* the limit: one array lookup */
};

static vm_va map(vm_machine *m, vm_history *history)
{
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    struct vm_op mmap = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = 1, .bytes = PAGES * 4096, .prot = 3, .flags = vm_map_bit_pages}};
    enum vm_status status =
        history ? vm_history_append(history, &start) : vm_apply(m, &start, NULL);
    bench_check(status == VM_OK, "no process");
    status = history ? vm_history_append(history, &mmap) : vm_apply(m, &mmap, NULL);
    bench_check(status == VM_OK, "no mapping");
    return vm_last(history ? vm_history_head(history) : m)->value;
}

static void config(struct vm_config *out)
{
    vm_config_preset(vm_machine_kind_x86_64, out);
    out->frames = FRAMES;
    out->policy = vm_policy_kind_clock;
    out->thp = vm_thp_always; /* so that every look-up minds huge entries */
    out->limits.operations = UINT64_MAX;
}

static struct vm_ref machine_ref(const struct vm_trace_ref *ref, vm_va base)
{
    static const char kinds[] = "IRWM";
    static const enum vm_access access[] = {
        vm_access_load, vm_access_load, vm_access_store, vm_access_store};
    unsigned i = 0;
    while (kinds[i] != ref->kind) {
        i++;
    }
    vm_vpn page = (ref->vpn * UINT64_C(0x9E3779B97F4A7C15) >> 40) % PAGES;
    return (struct vm_ref){base + page * 4096 + (ref->va & 0xff8), (uint8_t)access[i]};
}

static void through_machine(void *ctx)
{
    struct job *job = ctx;
    size_t done;
    bench_check(vm_access_run(job->machine, 1, job->ref, job->n, &done) == VM_OK && done == job->n,
        "a reference failed");
}

static void through_array(void *ctx)
{
    struct job *job = ctx;
    for (size_t i = 0; i < job->n; i++) {
        uint64_t page = job->ref[i].va >> 12;
        uint64_t *tag = &job->tag[page & 1023];
        job->sum += *tag != page;
        *tag = page;
    }
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void time_seeks(vm_history *history, const char *median, const char *p99)
{
    double took[SEEKS];
    uint64_t state = 88172645463325252u, length = vm_history_length(history);
    for (int i = 0; i < SEEKS; i++) {
        const vm_machine *found;
        double start = bench_now();
        bench_check(
            vm_history_at(history, bench_random(&state) % length, &found) == VM_OK, "seek failed");
        took[i] = (bench_now() - start) * 1e3;
    }
    qsort(took, SEEKS, sizeof *took, by_value);
    bench_duration(median, took[SEEKS / 2], "one frame at 60 Hz", 16.7);
    bench_duration(p99, took[SEEKS * 99 / 100], "one frame at 60 Hz", 16.7);
}

/* A large process that forks. */
static void bench_large(void)
{
    enum { LARGE = 100000 };
    struct vm_config large;
    config(&large);
    large.frames = LARGE + 10000;
    struct vm_history_options options = {.count_events = true};
    vm_history *history;
    bench_check(vm_history_new(&large, &options, &history) == VM_OK, "no history");
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    struct vm_op mmap = {
        .kind = vm_op_kind_mmap, .u.mmap = {.tid = 1, .bytes = LARGE * UINT64_C(4096), .prot = 3}};
    struct vm_op fork = {.kind = vm_op_kind_fork, .u.fork = {1, 2}};
    double begun = bench_now();
    bench_check(vm_history_append(history, &start) == VM_OK, "no process");
    bench_check(vm_history_append(history, &mmap) == VM_OK, "no mapping");
    vm_va base = vm_last(vm_history_head(history))->value;
    for (vm_va page = 0; page < LARGE; page++) {
        struct vm_op op = {
            .kind = vm_op_kind_access, .u.access = {1, base + page * 4096, vm_access_store, 8}};
        bench_check(vm_history_append(history, &op) == VM_OK, "a reference failed");
    }
    bench_check(vm_history_append(history, &fork) == VM_OK, "no fork");
    bench_duration(
        "run that touches 100,000 pages and forks", (bench_now() - begun) * 1e3, "a second", 1000);
    time_seeks(history, "seek in it, median", "seek in it, p99");
    vm_history_free(history);
}

static void bench_seek(const struct bench_trace *trace)
{
    struct vm_config small;
    config(&small);
    struct vm_history_options options = {0};
    vm_history *history;
    bench_check(vm_history_new(&small, &options, &history) == VM_OK, "no history");
    vm_va base = map(NULL, history);
    for (size_t i = 0; i < RUN; i++) {
        struct vm_ref ref = machine_ref(&trace->ref[i % trace->length], base);
        struct vm_op op = {.kind = vm_op_kind_access, .u.access = {1, ref.va, ref.access, 8}};
        bench_check(vm_history_append(history, &op) == VM_OK, "a reference failed");
    }
    time_seeks(
        history, "seek in a run of 1 M references, median", "seek in a run of 1 M references, p99");
    vm_history_free(history);
}

void bench_machine(const struct bench_trace *trace)
{
    struct job *job = calloc(1, sizeof *job);
    bench_check(job, "no memory");
    struct vm_config small;
    config(&small);
    bench_check(vm_machine_new(&small, &job->machine) == VM_OK, "no machine");
    vm_va base = map(job->machine, NULL);
    job->n = trace->length;
    job->ref = malloc(job->n * sizeof *job->ref);
    bench_check(job->ref, "no memory");
    for (size_t i = 0; i < job->n; i++) {
        job->ref[i] = machine_ref(&trace->ref[i], base);
    }
    bench_compare("whole MMU (CLOCK, 256 frames)", "M refs/s", (double)job->n * 1e-6,
        "one array lookup (limit)", through_machine, through_array, job);
    vm_machine_free(job->machine);
    free(job->ref);
    free(job);
    bench_seek(trace);
    bench_large();
}

/* SPDX-License-Identifier: MIT
 * A stored trace in the Lab: opened, and sought anywhere. A made-up program of 50,000 pages, as
 * long as asked for: code that stays on a page for a while, data from a slowly moving set, now and
 * then anything.
 */
#define _GNU_SOURCE
#include "bench.h"
#include "lab/run.h"
#include "trace/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { SEEKS = 400, LINES = 1 << 14, LINE = 24 };

static bool put(void *fd, const void *bytes, size_t n)
{
    return write(*(int *)fd, bytes, n) == (ssize_t)n;
}

struct program {
    uint64_t state, i, pages;
    vm_vpn code, data;
};

static size_t line(struct program *p, char *at)
{
    uint64_t dice = bench_random(&p->state), offset = dice >> 20 & 0xff8, window = p->i++ / 20000;
    bool fetch = p->i % 3 != 0;
    if (dice % 32 == 0) {
        p->code = (dice >> 40) % 60 + window / 100 % 400;
    }
    if (dice % 16 == 1) {
        p->data = 1000 + ((dice >> 40) % 300 + window * 4) % (p->pages - 1000);
    }
    if (dice % 2048 == 2) {
        p->data = 1000 + (dice >> 40) % (p->pages - 1000);
    }
    vm_va va = 0x400000 + ((fetch ? p->code : p->data) << 12) + offset;
    return (size_t)sprintf(at, "%s %08llx,%d\n",
        fetch          ? "I "
        : dice & 0x100 ? " L"
                       : " S",
        (unsigned long long)va, fetch ? 4 : 8);
}

static int stored(uint64_t length, uint64_t pages)
{
    int fd = memfd_create("trace", MFD_CLOEXEC);
    struct trace_writer *writer = trace_writer_new(VM_TRACE_LACKEY, 12, put, &fd);
    struct program program = {.state = 88172645463325252u, .pages = pages};
    char *text = malloc(LINES * LINE);
    bench_check(fd >= 0 && writer && text, "no memory");
    while (program.i < length) {
        size_t n = 0;
        for (int i = 0; i < LINES && program.i < length; i++) {
            n += line(&program, text + n);
        }
        bench_check(trace_writer_feed(writer, text, n), "the trace cannot be stored");
    }
    bench_check(trace_writer_end(writer), "the trace cannot be stored");
    trace_writer_free(writer);
    free(text);
    return fd;
}

static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void seeks(vm_history *history, const char *name)
{
    double took[SEEKS];
    char row[80];
    uint64_t state = 88172645463325252u, length = vm_history_length(history);
    for (int i = 0; i < SEEKS; i++) {
        const vm_machine *found;
        double start = cpu_now();
        bench_check(
            vm_history_at(history, bench_random(&state) % length, &found) == VM_OK, "seek failed");
        took[i] = (cpu_now() - start) * 1e3;
    }
    qsort(took, SEEKS, sizeof *took, by_value);
    snprintf(row, sizeof row, "seek in %s, median", name);
    bench_duration(row, took[SEEKS / 2], "one frame at 60 Hz", 16.7);
    snprintf(row, sizeof row, "seek in %s, p99", name);
    bench_duration(row, took[SEEKS * 99 / 100], "50 ms", 50);
}

static void one(int fd, const char *policy, const char *frames, const char *name)
{
    struct vm_override item[] = {{"policy", policy}, {"frames", frames}};
    struct lab_set set = {item, 2};
    struct lab_limits limits = {.trace_operations = UINT64_C(1) << 40,
        .trace_memory = (uint64_t)512 << 20,
        .trace_cpu_ms = 600000};
    struct lab_run *run;
    char row[80];
    lab_limits_fill(&limits);
    double start = cpu_now();
    bench_check(lab_run_new_trace(dup(fd), "", &set, &limits, &run) == VM_OK, "no run");
    while (lab_run_work(run, 1000)) {
    }
    bench_check(run->reason == LAB_DONE, run->message);
    double seconds = cpu_now() - start;
    snprintf(row, sizeof row, "opened: %s", name);
    bench_duration(row, seconds * 1e3, "20 M references a second",
        (double)vm_history_length(run->history) / 20e3);
    seeks(run->history, name);
    printf("  (%zu MiB held)\n", vm_history_memory(run->history) >> 20);
    lab_run_free(run);
}

void bench_stored(const struct bench_trace *trace)
{
    int fd = stored(10000000, 50000);
    one(fd, "lru", "40000", "10 M stored references, LRU");
    one(fd, "clock", "40000", "10 M stored references, CLOCK");
    one(fd, "opt", "40000", "10 M stored references, OPT");
    close(fd);
    if (trace->all) {
        fd = stored(100000000, 50000);
        one(fd, "lru", "40000", "100 M stored references, LRU");
        one(fd, "clock", "40000", "100 M stored references, CLOCK");
        close(fd);
    }
}

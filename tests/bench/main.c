/* SPDX-License-Identifier: MIT
 * bench [--json FILE] [--all] [--only PART] [TRACE.lackey]: the table. Parts: replay, analysis,
 * lackey, machine, search, stored. --all: 100 M references too, and what takes as long.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static FILE *json;
static bool first = true;

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* What this thread has computed for: others on the machine cost it cache, but no time. */
static double busy(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

uint64_t bench_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

void bench_check(bool fine, const char *what)
{
    if (!fine) {
        fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static void row(
    const char *name, const char *unit, double ours, const char *peer, double theirs, double factor)
{
    printf("%-44s %9.1f %-8s %-34s %9.1f %8.2fx\n", name, ours, unit, peer, theirs, factor);
    fflush(stdout);
    if (json) {
        fprintf(json,
            "%s  {\"name\": \"%s\", \"unit\": \"%s\", \"ours\": %.3f, \"peer\": \"%s\", "
            "\"theirs\": %.3f, "
            "\"factor\": %.3f}",
            first ? "" : ",\n", name, unit, ours, peer, theirs, factor);
    }
    first = false;
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *seconds)
{
    qsort(seconds, BENCH_ROUNDS, sizeof *seconds, by_value);
    return seconds[BENCH_ROUNDS / 2];
}

void bench_compare(const char *name, const char *unit, double amount, const char *peer,
    bench_work *ours, bench_work *theirs, void *ctx)
{
    double us[BENCH_ROUNDS], them[BENCH_ROUNDS];
    for (int i = 0; i < BENCH_ROUNDS; i++) {
        double start = busy();
        ours(ctx);
        us[i] = busy() - start;
        start = busy();
        theirs(ctx);
        them[i] = busy() - start;
    }
    double our_rate = amount / median(us), their_rate = amount / median(them);
    row(name, unit, our_rate, peer, their_rate, our_rate / their_rate);
}

void bench_duration(const char *name, double ours, const char *limit_name, double limit)
{
    row(name, "ms", ours, limit_name, limit, limit / ours);
}

static bool keep(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct bench_trace *trace = ctx;
    if (trace->room - trace->length < n) {
        trace->room = (trace->room + n) * 2;
        trace->ref = realloc(trace->ref, trace->room * sizeof *trace->ref);
        bench_check(trace->ref, "no memory");
    }
    memcpy(trace->ref + trace->length, refs, n * sizeof *refs);
    trace->length += n;
    return true;
}

static void read_trace(struct bench_trace *trace, const char *path)
{
    FILE *file = fopen(path, "rb");
    bench_check(file, "the trace cannot be opened");
    fseek(file, 0, SEEK_END);
    trace->text_length = (size_t)ftell(file);
    rewind(file);
    trace->text = malloc(trace->text_length + 1);
    bench_check(
        trace->text && fread(trace->text, 1, trace->text_length, file) == trace->text_length,
        "the trace cannot be read");
    fclose(file);
    vm_trace_reader *reader;
    bench_check(vm_trace_reader_new(VM_TRACE_LACKEY, 12, false, keep, trace, &reader) == VM_OK,
        "no memory");
    bench_check(
        vm_trace_feed(reader, trace->text, trace->text_length) && vm_trace_end(reader), "no trace");
    vm_trace_reader_free(reader);
    trace->real = true;
}

/* Without a recorded trace: an instruction page and a data page by turns, each from a slowly moving
 * set. */
static void make_trace(struct bench_trace *trace)
{
    enum { LENGTH = 3000000 };
    uint64_t state = 88172645463325252u;
    vm_vpn code = 0, data = 1000;
    for (int i = 0; i < LENGTH; i++) {
        if (bench_random(&state) % 40 == 0) {
            code = bench_random(&state) % 60 + (uint64_t)i / 100000;
        }
        if (bench_random(&state) % 20 == 0) {
            data = 1000 + bench_random(&state) % 200 + (uint64_t)i / 20000;
        }
        struct vm_trace_ref ref = {.vpn = code, .va = code << 12, .bytes = 4, .kind = 'I'};
        if (i % 3 == 2) {
            ref =
                (struct vm_trace_ref){data, data << 12, 8, bench_random(&state) % 3 ? 'R' : 'W', 0};
        }
        keep(trace, &ref, 1);
    }
}

int main(int argc, char **argv)
{
    struct bench_trace trace = {0};
    const char *path = NULL, *json_path = NULL, *only = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            json_path = argv[++i];
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else if (strcmp(argv[i], "--all") == 0) {
            trace.all = true;
        } else {
            path = argv[i];
        }
    }
    if (json_path) {
        json = fopen(json_path, "w");
        bench_check(json, "the JSON file cannot be written");
        fputs("[\n", json);
    }
    if (path) {
        read_trace(&trace, path);
    } else {
        make_trace(&trace);
    }
    printf("%zu references of %s; medians of %d, ours and the peer alternating\n\n", trace.length,
        trace.real ? "a real program" : "a made-up program", BENCH_ROUNDS);
    printf("%-44s %9s %-8s %-34s %9s %9s\n", "", "ours", "", "against", "", "factor");
    static const struct {
        const char *name;
        void (*run)(const struct bench_trace *trace);
    } parts[] = {{"replay", bench_replay}, {"analysis", bench_analysis}, {"lackey", bench_lackey},
        {"machine", bench_machine}, {"search", bench_search}, {"stored", bench_stored}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!only || strcmp(only, parts[i].name) == 0) {
            parts[i].run(&trace);
        }
    }
    if (json) {
        fputs("\n]\n", json);
        fclose(json);
    }
    free(trace.ref);
    free(trace.text);
    return 0;
}

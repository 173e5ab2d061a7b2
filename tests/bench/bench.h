/* SPDX-License-Identifier: MIT
 * What the benchmarks share. A row compares ours with a peer or a limit: both run alternately, the
 * median of each counts, so that a machine whose speed drifts still gives a fair factor.
 */
#ifndef BENCH_H
#define BENCH_H

#include "vm/trace.h"

enum { BENCH_ROUNDS = 7 };

struct bench_trace {
    struct vm_trace_ref *ref; /* owned */
    size_t length, room;
    char *text; /* owned; lackey's lines, NULL when there is no recorded trace */
    size_t text_length;
    bool real;
    bool all; /* 100 M references too, and what takes as long */
};

typedef void bench_work(void *ctx);
double bench_now(void); /* seconds */
uint64_t bench_random(uint64_t *state);
/* `amount` things happen in each call, counted in `unit`; a rate is that of this thread's time. */
void bench_compare(const char *name, const char *unit, double amount, const char *peer,
    bench_work *ours, bench_work *theirs, void *ctx);
/* A duration against a limit, both in milliseconds; the factor is limit / ours. */
void bench_duration(const char *name, double ours, const char *limit_name, double limit);
void bench_check(bool fine, const char *what); /* a benchmark of wrong answers is none */

/* The naive baseline: a hash map of nodes and a linked list. It knows these: */
bool naive_knows(enum vm_policy_kind policy);
struct vm_replay_result naive_replay(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length);

#ifdef BENCH_LIBCACHESIM
/* libCacheSim, where it is installed. Returns the faults. */
bool libcachesim_knows(enum vm_policy_kind policy);
uint64_t libcachesim_replay(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length);
#endif

void bench_replay(const struct bench_trace *trace);
void bench_analysis(const struct bench_trace *trace);
void bench_lackey(const struct bench_trace *trace);
void bench_machine(const struct bench_trace *trace);
void bench_search(const struct bench_trace *trace);
void bench_stored(const struct bench_trace *trace);

#endif

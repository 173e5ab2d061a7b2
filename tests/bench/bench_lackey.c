/* SPDX-License-Identifier: MIT
 * Lackey's text: parsed, and parsed to an answer, against a loop that only finds the newlines.
 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

struct job {
    const struct bench_trace *trace;
    vm_replay *replay; /* NULL: only parse */
    uint64_t lines, references;
};

static bool sink(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct job *job = ctx;
    job->references += n;
    return !job->replay || vm_replay_feed(job->replay, refs, n) == VM_OK;
}

/* As `vmscope replay` does: in pieces. */
static void parse(struct job *job)
{
    enum { PIECE = 1 << 18 };
    vm_trace_reader *reader;
    bench_check(
        vm_trace_reader_new(VM_TRACE_LACKEY, 12, false, sink, job, &reader) == VM_OK, "no memory");
    for (size_t at = 0; at < job->trace->text_length; at += PIECE) {
        size_t left = job->trace->text_length - at;
        vm_trace_feed(reader, job->trace->text + at, left < PIECE ? left : PIECE);
    }
    bench_check(
        vm_trace_end(reader) && job->references >= job->trace->length, "references are missing");
    job->references = 0;
    vm_trace_reader_free(reader);
}

static void only_parse(void *ctx)
{
    parse(ctx);
}

static void to_answer(void *ctx)
{
    struct job *job = ctx;
    struct vm_replay_result result;
    bench_check(vm_replay_new(vm_policy_kind_lru, 64, NULL, &job->replay) == VM_OK, "no memory");
    parse(job);
    bench_check(vm_replay_end(job->replay, &result) == VM_OK && result.faults > 0, "no answer");
    vm_replay_free(job->replay);
    job->replay = NULL;
}

static void newlines(void *ctx)
{
    struct job *job = ctx;
    const char *at = job->trace->text, *end = at + job->trace->text_length;
    job->lines = 0;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        job->lines++;
        at++;
    }
    bench_check(job->lines > 0, "no lines");
}

void bench_lackey(const struct bench_trace *trace)
{
    if (!trace->text) {
        return;
    }
    struct job job = {.trace = trace};
    double megabytes = (double)trace->text_length * 1e-6;
    bench_compare("lackey text parsed", "MB/s", megabytes, "memchr over newlines (limit)",
        only_parse, newlines, &job);
    bench_compare("lackey text to answer (LRU)", "MB/s", megabytes, "memchr over newlines (limit)",
        to_answer, newlines, &job);
}

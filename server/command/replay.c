/* SPDX-License-Identifier: MIT
 * vmscope replay: a reference string or a real trace against one policy and one memory. The trace
 * is read once, in pieces; only OPT keeps it.
 */
#include "command/command.h"
#include "command/trace_args.h"
#include "vm/describe.h"
#include "vm/trace.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

static const char usage[] =
    "usage: vmscope replay TRACE --format pages|refs|lackey --policy P --frames N "
    "[options]\n\n" TRACE_USAGE "  --policy P         who leaves: %s\n"
    "  --frames N         page frames, all empty at the start\n" TRACE_USAGE_MORE
    "  --count-after-full leave out the first N faults, which only fill empty frames (Stallings)\n"
    "  --json             one JSON object\n\n"
    "Every first touch of a page is a fault. What each policy does is in docs/traces.md.\n";

struct settings {
    struct trace_args trace;
    int policy;
    uint32_t frames;
    bool json, after_full;
};
struct job {
    vm_replay *replay;
    enum vm_status status;
};

static bool wrong(const char *what, const char *value)
{
    return trace_wrong("replay", what, value);
}

static bool set_option(struct settings *set, int option, const char *value)
{
    uint64_t n;
    switch (option) {
    case 'p':
        set->policy = vm_policy_named(value);
        if (set->policy < 0) {
            fprintf(stderr, "vmscope replay: no policy \"%s\"; there are: %s\n", value,
                trace_policy_names());
            return false;
        }
        return true;
    case 'n':
        if (!trace_number(value, 1, UINT32_MAX, &n)) {
            return wrong("--frames must be a number from 1 to 4294967295", value);
        }
        set->frames = (uint32_t)n;
        return true;
    case 'a':
        set->after_full = true;
        return true;
    case 'j':
        set->json = true;
        return true;
    default:
        return trace_args_set(&set->trace, option, value);
    }
}

static bool complete(struct settings *set, int argc, char **argv)
{
    if (!trace_args_complete(&set->trace, argc, argv)) {
        return false;
    }
    if (set->policy < 0 || set->frames == 0) {
        return wrong("missing", set->policy < 0 ? "--policy" : "--frames");
    }
    const struct vm_policy_desc *desc = vm_policy_desc((unsigned)set->policy);
    if (set->frames < desc->least_frames) {
        fprintf(stderr, "vmscope replay: %s needs at least %" PRIu32 " frames\n", desc->title,
            desc->least_frames);
        return false;
    }
    return true;
}

static bool feed(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct job *job = ctx;
    job->status = vm_replay_feed(job->replay, refs, n);
    return job->status == VM_OK;
}

/* A fault finds an empty frame as long as fewer pages have come in than there are frames. */
static uint64_t filling_faults(const struct settings *set, const struct vm_replay_result *r)
{
    uint64_t filling = r->faults < r->frames ? r->faults : r->frames;
    return set->after_full ? filling : 0;
}

static void print_json(const struct settings *set, const struct vm_replay_result *r,
    const struct vm_trace_report *report)
{
    uint64_t filling = filling_faults(set, r);
    printf("{\"policy\": \"%s\", \"frames\": %" PRIu32 ", \"references\": %" PRIu64
           ", \"hits\": %" PRIu64 ", \"faults\": %" PRIu64,
        vm_policy_desc(r->policy)->name, r->frames, r->references, r->hits, r->faults - filling);
    if (set->after_full) {
        printf(", \"filling_faults\": %" PRIu64, filling);
    }
    printf(", \"evictions\": %" PRIu64 ", \"writebacks\": %" PRIu64 ", \"distinct_pages\": %" PRIu64
           ", \"torn\": %" PRIu64 "}\n",
        r->evictions, r->writebacks, r->distinct_pages, report->torn);
}

static void print(const struct settings *set, const struct vm_replay_result *r,
    const struct vm_trace_report *report)
{
    if (set->json) {
        print_json(set, r, report);
        return;
    }
    uint64_t filling = filling_faults(set, r), faults = r->faults - filling;
    printf("%s with %" PRIu32 " frames\n", vm_policy_desc(r->policy)->title, r->frames);
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {{"references", r->references}, {"hits", r->hits},
        {set->after_full ? "filled frames" : NULL, filling}, {"faults", faults},
        {"evictions", r->evictions}, {"write-backs", r->writebacks},
        {"distinct pages", r->distinct_pages}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].name) {
            printf("  %-14s %12" PRIu64 "\n", rows[i].name, rows[i].value);
        }
    }
    printf("  %-14s %11.4f%%\n", "fault rate", 100.0 * (double)faults / (double)r->references);
}

static int run(const struct settings *set)
{
    struct job job = {0};
    struct vm_trace_report report;
    struct vm_replay_result result;
    int code = COMMAND_FAILED;
    enum vm_status status = vm_replay_new(
        (enum vm_policy_kind)set->policy, set->frames, &set->trace.params, &job.replay);
    if (status != VM_OK) {
        goto fail;
    }
    code = trace_args_read(&set->trace, feed, &job, &job.status, &report);
    if (code != COMMAND_DONE) {
        goto done;
    }
    status = vm_replay_end(job.replay, &result);
    if (status != VM_OK) {
        code = COMMAND_FAILED;
        goto fail;
    }
    print(set, &result, &report);
    code = fflush(stdout) == 0 ? COMMAND_DONE : COMMAND_FAILED;
    goto done;
fail:
    fprintf(stderr, "vmscope replay: %s\n", vm_status_words(status));
done:
    vm_replay_free(job.replay);
    return code;
}

int command_replay(int argc, char **argv)
{
    static const struct option options[] = {TRACE_OPTIONS, {"policy", required_argument, NULL, 'p'},
        {"frames", required_argument, NULL, 'n'}, {"json", no_argument, NULL, 'j'},
        {"count-after-full", no_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    struct settings set = {.trace = trace_args_default("replay"), .policy = -1};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'h') {
            printf(usage, trace_policy_names());
            return COMMAND_DONE;
        }
        if (!set_option(&set, option, optarg)) {
            return COMMAND_USAGE;
        }
    }
    return complete(&set, argc, argv) ? run(&set) : COMMAND_USAGE;
}

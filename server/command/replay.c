/* SPDX-License-Identifier: MIT
 * vmscope replay: a reference string or a real trace against one policy and one memory. The trace
 * is read once, in pieces; only OPT keeps it.
 */
#include "command/command.h"
#include "command/input.h"
#include "vm/describe.h"
#include "vm/trace.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: vmscope replay TRACE --format pages|refs|lackey --policy P --frames N [options]\n\n"
    "  TRACE              a file, plain, gzip or zstd; - is standard input\n"
    "  --format F         pages: page numbers; refs: `K HEX` lines; lackey: valgrind "
    "--trace-mem=yes\n"
    "  --policy P         who leaves: %s\n"
    "  --frames N         page frames, all empty at the start\n"
    "  --page-size BYTES  of lackey's addresses, a power of two (4096)\n"
    "  --only data        leave out instruction fetches\n"
    "  --set NAME=VALUE   parameters, separated by commas: seed (1), tick (1000), tau (1000); a "
    "policy\n"
    "                     that has no use for one passes it over\n"
    "  --json             one JSON object\n\n"
    "Every first touch of a page is a fault. What each policy does is in docs/traces.md.\n";

enum { PAGE_SHIFT_MAX = 30, PROGRESS_BYTES = 64 << 20 };

struct settings {
    const char *path;
    int format, policy;
    uint32_t frames;
    uint8_t page_shift;
    bool data_only, json;
    struct vm_policy_params params;
};
struct job {
    vm_replay *replay;
    enum vm_status status;
};

static const char *policy_names(void)
{
    static char names[512];
    size_t length = 0;
    for (unsigned i = 0; i < vm_policy_kind_count && length < sizeof names; i++) {
        length += (size_t)snprintf(
            names + length, sizeof names - length, "%s%s", i ? ", " : "", vm_policy_desc(i)->name);
    }
    return names;
}

static bool number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') {
        return false;
    }
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *value >= least && *value <= most;
}

static bool wrong(const char *what, const char *value)
{
    fprintf(stderr, "vmscope replay: %s%s%s\nvmscope replay --help says more.\n", what,
        value ? ": " : "", value ? value : "");
    return false;
}

static bool set_page_size(struct settings *set, const char *value)
{
    uint64_t bytes;
    if (!number(value, 1, UINT64_C(1) << PAGE_SHIFT_MAX, &bytes) || (bytes & (bytes - 1))) {
        return wrong("--page-size must be a power of two up to 2^30", value);
    }
    for (set->page_shift = 0; bytes > 1; bytes >>= 1) {
        set->page_shift++;
    }
    return true;
}

/* seed=1,tick=1000,... */
static bool set_parameters(struct settings *set, const char *list)
{
    static const char *const names[] = {"seed", "tick", "tau"};
    uint64_t *const values[] = {&set->params.seed, &set->params.tick, &set->params.tau};
    for (const char *at = list, *end;; at = end + 1) {
        char name[16], value[24];
        uint64_t n;
        end = at + strcspn(at, ",");
        size_t known = 0;
        bool whole = (size_t)(end - at) < sizeof name + sizeof value &&
                     sscanf(at, "%15[a-z]=%23[0-9]", name, value) == 2 &&
                     strlen(name) + 1 + strlen(value) == (size_t)(end - at);
        while (whole && known < 3 && strcmp(name, names[known]) != 0) {
            known++;
        }
        if (!whole || known == 3 || !number(value, known > 0, UINT64_MAX, &n)) {
            return wrong("--set knows seed, tick and tau, each NAME=NUMBER", list);
        }
        *values[known] = n;
        if (*end == '\0') {
            return true;
        }
    }
}

static bool set_option(struct settings *set, int option, const char *value)
{
    uint64_t n;
    switch (option) {
    case 'f':
        set->format = vm_trace_format_named(value);
        return set->format >= 0 || wrong("--format must be pages, refs or lackey", value);
    case 'p':
        set->policy = vm_policy_named(value);
        if (set->policy < 0) {
            fprintf(
                stderr, "vmscope replay: no policy \"%s\"; there are: %s\n", value, policy_names());
            return false;
        }
        return true;
    case 'n':
        if (!number(value, 1, UINT32_MAX, &n)) {
            return wrong("--frames must be a number from 1 to 4294967295", value);
        }
        set->frames = (uint32_t)n;
        return true;
    case 's':
        return set_page_size(set, value);
    case 'o':
        set->data_only = true;
        return strcmp(value, "data") == 0 || wrong("--only knows only: data", value);
    case 'k':
        return set_parameters(set, value);
    case 'j':
        set->json = true;
        return true;
    default:
        return wrong("wrong usage", NULL);
    }
}

static bool complete(struct settings *set, int argc, char **argv)
{
    if (argc - optind != 1) {
        return wrong(argc == optind ? "which trace? A file, or - for standard input"
                                    : "one trace at a time, please; unexpected",
            argc == optind ? NULL : argv[optind + 1]);
    }
    set->path = argv[optind];
    if (set->format < 0 || set->policy < 0 || set->frames == 0) {
        return wrong("missing", set->format < 0   ? "--format"
                                : set->policy < 0 ? "--policy"
                                                  : "--frames");
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

/* Where the reader stands and what it found, as file:line:col. */
static void complain(
    const struct settings *set, const struct vm_trace_report *report, const char *more)
{
    fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s%s\n", input_name(set->path), report->first_torn,
        report->first_column, report->first_problem, more);
}

static void progress(const struct vm_trace_report *report, uint64_t *shown)
{
    if (report->bytes - *shown >= PROGRESS_BYTES && isatty(STDERR_FILENO)) {
        *shown = report->bytes;
        fprintf(stderr, "\r%" PRIu64 " M references read", report->references / 1000000);
    }
}

static int read_trace(const struct settings *set, struct job *job, vm_trace_reader *reader)
{
    struct input *input;
    char problem[INPUT_PROBLEM_MAX];
    const struct vm_trace_report *report = vm_trace_report(reader);
    if (!input_open(set->path, &input, problem)) {
        fprintf(stderr, "%s: %s\n", input_name(set->path), problem);
        return COMMAND_BAD_INPUT;
    }
    const char *bytes;
    size_t n;
    uint64_t shown = 0;
    bool fine, going = true;
    do {
        fine = input_read(input, &bytes, &n, problem);
        going = fine && n > 0 && vm_trace_feed(reader, bytes, n);
        progress(report, &shown);
    } while (going);
    input_close(input);
    vm_trace_end(reader);
    if (shown) {
        fputs("\r\033[K", stderr);
    }
    if (job->status != VM_OK) {
        fprintf(stderr, "%s:%" PRIu64 ":1: %s\n", input_name(set->path), report->lines + 1,
            vm_status_words(job->status));
        return COMMAND_FAILED;
    }
    if (!fine) {
        fprintf(
            stderr, "%s:%" PRIu64 ":1: %s\n", input_name(set->path), report->lines + 1, problem);
        return COMMAND_BAD_INPUT;
    }
    if (report->error) {
        complain(set, report, "");
        return COMMAND_BAD_INPUT;
    }
    if (report->references == 0) {
        if (report->torn) {
            complain(set, report, "; is the --format right?");
        } else {
            fprintf(stderr, "%s:1:1: there is no reference in this trace\n", input_name(set->path));
        }
        return COMMAND_BAD_INPUT;
    }
    if (report->torn) {
        char more[64];
        snprintf(more, sizeof more, " (torn records passed over: %" PRIu64 ")", report->torn);
        complain(set, report, more);
    }
    return COMMAND_DONE;
}

static void print(const struct settings *set, const struct vm_replay_result *r,
    const struct vm_trace_report *report)
{
    const struct vm_policy_desc *desc = vm_policy_desc(r->policy);
    if (set->json) {
        printf("{\"policy\": \"%s\", \"frames\": %" PRIu32 ", \"references\": %" PRIu64
               ", \"hits\": %" PRIu64 ", \"faults\": %" PRIu64 ", \"evictions\": %" PRIu64
               ", \"writebacks\": %" PRIu64 ", \"distinct_pages\": %" PRIu64 ", \"torn\": %" PRIu64
               "}\n",
            desc->name, r->frames, r->references, r->hits, r->faults, r->evictions, r->writebacks,
            r->distinct_pages, report->torn);
        return;
    }
    printf("%s with %" PRIu32 " frames\n", desc->title, r->frames);
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {{"references", r->references}, {"hits", r->hits}, {"faults", r->faults},
        {"evictions", r->evictions}, {"write-backs", r->writebacks},
        {"distinct pages", r->distinct_pages}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf("  %-14s %12" PRIu64 "\n", rows[i].name, rows[i].value);
    }
    printf("  %-14s %11.4f%%\n", "fault rate", 100.0 * (double)r->faults / (double)r->references);
}

static int run(const struct settings *set)
{
    struct job job = {0};
    vm_trace_reader *reader = NULL;
    struct vm_replay_result result;
    int code = COMMAND_FAILED;
    enum vm_status status =
        vm_replay_new((enum vm_policy_kind)set->policy, set->frames, &set->params, &job.replay);
    if (status == VM_OK) {
        status = vm_trace_reader_new((enum vm_trace_format)set->format, set->page_shift,
            set->data_only, feed, &job, &reader);
    }
    if (status != VM_OK) {
        goto fail;
    }
    code = read_trace(set, &job, reader);
    if (code != COMMAND_DONE) {
        goto done;
    }
    status = vm_replay_end(job.replay, &result);
    if (status != VM_OK) {
        code = COMMAND_FAILED;
        goto fail;
    }
    print(set, &result, vm_trace_report(reader));
    code = fflush(stdout) == 0 ? COMMAND_DONE : COMMAND_FAILED;
    goto done;
fail:
    fprintf(stderr, "vmscope replay: %s\n", vm_status_words(status));
done:
    vm_trace_reader_free(reader);
    vm_replay_free(job.replay);
    return code;
}

int command_replay(int argc, char **argv)
{
    static const struct option options[] = {{"format", required_argument, NULL, 'f'},
        {"policy", required_argument, NULL, 'p'}, {"frames", required_argument, NULL, 'n'},
        {"page-size", required_argument, NULL, 's'}, {"only", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, 'k'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct settings set = {.format = -1, .policy = -1, .page_shift = 12, .params = vm_policy_params_default()};
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'h') {
            printf(usage, policy_names());
            return COMMAND_DONE;
        }
        if (!set_option(&set, option, optarg)) {
            return COMMAND_USAGE;
        }
    }
    return complete(&set, argc, argv) ? run(&set) : COMMAND_USAGE;
}

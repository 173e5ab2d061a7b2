/* SPDX-License-Identifier: MIT
 * Options of commands on a trace, and reading one: see trace_args.h.
 */
#include "command/trace_args.h"

#include "command/command.h"
#include "command/input.h"
#include "vm/describe.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_SHIFT_MAX = 30, PROGRESS_MS = 500 };

struct trace_args trace_args_default(const char *command)
{
    return (struct trace_args){
        .command = command, .format = -1, .page_shift = 12, .params = vm_policy_params_default()};
}

bool trace_number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') {
        return false;
    }
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *value >= least && *value <= most;
}

bool trace_wrong(const char *command, const char *what, const char *value)
{
    fprintf(stderr, "vmscope %s: %s%s%s\nvmscope %s --help says more.\n", command, what,
        value ? ": " : "", value ? value : "", command);
    return false;
}

static bool wrong(const struct trace_args *args, const char *what, const char *value)
{
    return trace_wrong(args->command, what, value);
}

static bool set_page_size(struct trace_args *args, const char *value)
{
    uint64_t bytes;
    if (!trace_number(value, 1, UINT64_C(1) << PAGE_SHIFT_MAX, &bytes) || (bytes & (bytes - 1))) {
        return wrong(args, "--page-size must be a power of two up to 2^30", value);
    }
    for (args->page_shift = 0; bytes > 1; bytes >>= 1) {
        args->page_shift++;
    }
    return true;
}

/* seed=1,tick=1000,... */
static bool set_parameters(struct trace_args *args, const char *list)
{
    static const char *const names[] = {"seed", "tick", "tau"};
    uint64_t *const values[] = {&args->params.seed, &args->params.tick, &args->params.tau};
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
        if (!whole || known == 3 || !trace_number(value, known > 0, UINT64_MAX, &n)) {
            return wrong(args, "--set knows seed, tick and tau, each NAME=NUMBER", list);
        }
        *values[known] = n;
        if (*end == '\0') {
            return true;
        }
    }
}

bool trace_args_set(struct trace_args *args, int option, const char *value)
{
    switch (option) {
    case 'f':
        args->format = vm_trace_format_named(value);
        return args->format >= 0 || wrong(args, "--format must be pages, refs or lackey", value);
    case 's':
        return set_page_size(args, value);
    case 'o':
        args->data_only = true;
        return strcmp(value, "data") == 0 || wrong(args, "--only knows only: data", value);
    case 'g':
        return args->progress = true;
    case 'k':
        return set_parameters(args, value);
    default:
        return wrong(args, "wrong usage", NULL);
    }
}

bool trace_args_complete(struct trace_args *args, int argc, char **argv)
{
    if (argc - optind != 1) {
        return wrong(args,
            argc == optind ? "which trace? A file, or - for standard input"
                           : "one trace at a time, please; unexpected",
            argc == optind ? NULL : argv[optind + 1]);
    }
    args->path = argv[optind];
    return args->format >= 0 || wrong(args, "missing", "--format");
}

/* Where the reader stands and what it found, as file:line:col. */
static void complain(
    const struct trace_args *args, const struct vm_trace_report *report, const char *more)
{
    fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s%s\n", input_name(args->path),
        report->first_torn, report->first_column, report->first_problem, more);
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Twice a second: a line that overwrites itself on a terminal, lines elsewhere if asked for. */
static void progress(const struct trace_args *args, const struct vm_trace_report *report,
    bool terminal, uint64_t *told_ms)
{
    uint64_t now = now_ms();
    if ((terminal || args->progress) && now - *told_ms >= PROGRESS_MS) {
        *told_ms = now;
        fprintf(stderr, "%s%" PRIu64 " references in %" PRIu64 " MB read%s",
            terminal ? "\r\033[K" : "", report->references, report->bytes / 1000000,
            terminal ? "" : "\n");
    }
}

static void progress_end(
    const struct trace_args *args, const struct vm_trace_report *report, bool terminal)
{
    if (args->progress) {
        fprintf(stderr,
            "%s%" PRIu64 " references in %" PRIu64 " lines, %" PRIu64 " bytes: all read\n",
            terminal ? "\r\033[K" : "", report->references, report->lines, report->bytes);
    } else if (terminal) {
        fputs("\r\033[K", stderr);
    }
}

static int read_trace(
    const struct trace_args *args, vm_trace_reader *reader, const enum vm_status *status)
{
    struct input *input;
    char problem[INPUT_PROBLEM_MAX];
    const struct vm_trace_report *report = vm_trace_report(reader);
    if (!input_open(args->path, &input, problem)) {
        fprintf(stderr, "%s: %s\n", input_name(args->path), problem);
        return COMMAND_BAD_INPUT;
    }
    const char *bytes;
    size_t n;
    uint64_t told_ms = now_ms();
    bool fine, going = true, terminal = isatty(STDERR_FILENO);
    do {
        fine = input_read(input, &bytes, &n, problem);
        going = fine && n > 0 && vm_trace_feed(reader, bytes, n);
        progress(args, report, terminal, &told_ms);
    } while (going);
    input_close(input);
    vm_trace_end(reader);
    if (fine && !report->error) {
        progress_end(args, report, terminal);
    }
    if (*status != VM_OK) {
        fprintf(stderr, "%s:%" PRIu64 ":1: %s\n", input_name(args->path), report->lines + 1,
            vm_status_words(*status));
        return COMMAND_FAILED;
    }
    if (!fine) {
        fprintf(stderr,
            "%s:%" PRIu64 ":1: %s; read until then: %" PRIu64 " bytes, %" PRIu64 " references\n",
            input_name(args->path), report->lines + 1, problem, report->bytes, report->references);
        return COMMAND_BAD_INPUT;
    }
    if (report->error) {
        char more[80];
        snprintf(
            more, sizeof more, "; read until then: %" PRIu64 " references", report->references);
        complain(args, report, more);
        return COMMAND_BAD_INPUT;
    }
    if (report->references == 0) {
        if (report->torn) {
            complain(args, report, "; is the --format right?");
        } else {
            fprintf(
                stderr, "%s:1:1: there is no reference in this trace\n", input_name(args->path));
        }
        return COMMAND_BAD_INPUT;
    }
    if (report->torn) {
        char more[64];
        snprintf(more, sizeof more, " (torn records passed over: %" PRIu64 ")", report->torn);
        complain(args, report, more);
    }
    return COMMAND_DONE;
}

int trace_args_read(const struct trace_args *args, vm_trace_sink *feed, void *ctx,
    const enum vm_status *status, struct vm_trace_report *report)
{
    vm_trace_reader *reader;
    enum vm_status made = vm_trace_reader_new(
        (enum vm_trace_format)args->format, args->page_shift, args->data_only, feed, ctx, &reader);
    if (made != VM_OK) {
        fprintf(stderr, "vmscope %s: %s\n", args->command, vm_status_words(made));
        return COMMAND_FAILED;
    }
    int code = read_trace(args, reader, status);
    *report = *vm_trace_report(reader);
    vm_trace_reader_free(reader);
    return code;
}

/* SPDX-License-Identifier: MIT
 * Running one analysis over a trace from the command line: see table.h.
 */
#include "command/table.h"

#include "command/command.h"
#include "vm/describe.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BUDGET = 1 << 24 };

struct feeding {
    vm_analysis *analysis;
    enum vm_status status;
};

struct table_args table_args_default(const char *command, enum vm_analysis_kind kind)
{
    return (struct table_args){.trace = trace_args_default(command), .request = {.kind = kind}};
}

void table_args_release(struct table_args *args)
{
    free(args->frames);
    args->frames = NULL;
}

bool table_args_set(struct table_args *args, int option, const char *value)
{
    switch (option) {
    case 'n':
        free(args->frames);
        args->frames = NULL;
        return trace_frames(args->trace.command, value, &args->frames, &args->request.frames_n);
    case 'c':
        args->form = TABLE_CSV;
        return true;
    case 'j':
        args->form = TABLE_JSON;
        return true;
    default:
        return trace_args_set(&args->trace, option, value);
    }
}

bool table_needs_no_trace(const struct table_args *args, int argc)
{
    return argc == optind && !vm_analysis_wants_trace(args->request.kind);
}

static bool feed(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct feeding *feeding = ctx;
    feeding->status = vm_analysis_feed(feeding->analysis, refs, n);
    return feeding->status == VM_OK;
}

/* On a terminal it is said how far the work is. */
static enum vm_status work(vm_analysis *analysis)
{
    bool shown = isatty(STDERR_FILENO);
    enum vm_status status;
    bool more;
    do {
        uint64_t done, all;
        status = vm_analysis_work(analysis, BUDGET, &more);
        vm_analysis_progress(analysis, &done, &all);
        if (shown && all) {
            fprintf(stderr, "\r%3.0f %%", 100 * (double)done / (double)all);
        }
    } while (status == VM_OK && more);
    if (shown) {
        fputs("\r\033[K", stderr);
    }
    return status;
}

int table_run(struct table_args *args)
{
    struct feeding feeding = {0};
    struct vm_trace_report report;
    const char *problem;
    args->request.frames = args->frames;
    args->request.page_shift = args->trace.page_shift;
    args->request.params = args->trace.params;
    enum vm_status status = vm_analysis_new(&args->request, &problem, &feeding.analysis);
    if (status == VM_INVALID) {
        trace_wrong(args->trace.command, problem, NULL);
        return COMMAND_USAGE;
    }
    int code = COMMAND_FAILED;
    if (status == VM_OK) {
        code = args->trace.path
                   ? trace_args_read(&args->trace, feed, &feeding, &feeding.status, &report)
                   : COMMAND_DONE;
        if (code != COMMAND_DONE) {
            goto done;
        }
        status = work(feeding.analysis);
    }
    if (status == VM_OK) {
        table_print(args, feeding.analysis);
        code = fflush(stdout) == 0 ? COMMAND_DONE : COMMAND_FAILED;
    } else {
        fprintf(stderr, "vmscope %s: %s\n", args->trace.command, vm_status_words(status));
        code = COMMAND_FAILED;
    }
done:
    vm_analysis_free(feeding.analysis);
    return code;
}

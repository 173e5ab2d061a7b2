/* SPDX-License-Identifier: MIT
 * vmscope analyse: any row of analyses.def over a trace.
 */
#include "command/command.h"
#include "command/table.h"
#include "vm/describe.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: vmscope analyse NAME TRACE --format pages|refs|lackey [options]\n\n" TRACE_USAGE
    "  --policies P       all, or some, separated by commas: %s\n"
    "  --frames SIZES     4,8,16 or 1-64 or 1-1000:10: numbers of frames, or of entries of a TLB\n"
    "  --points N         rows of a curve over time; compare: rows at most; shortest-anomaly: the\n"
    "                     greatest length\n"
    "  --prices P         nanoseconds, like "
    "access=100,fault=8000000,writeback=8000000\n" TRACE_USAGE_MORE TABLE_USAGE
    "\nNAME is one of:\n";

static void print_usage(void)
{
    printf(usage, trace_policy_names());
    for (unsigned kind = 0; kind < vm_analysis_kind_count; kind++) {
        const struct vm_analysis_desc *desc = vm_analysis_desc(kind);
        printf("  %-17s  %s%s\n", desc->name, desc->question,
            vm_analysis_wants_trace((enum vm_analysis_kind)kind) ? "" : " (No trace is wanted.)");
    }
}

static bool set_points(struct table_args *args, const char *value)
{
    uint64_t points;
    if (!trace_number(value, 2, 100000, &points)) {
        return trace_wrong(args->trace.command, "--points must be from 2 to 100000", value);
    }
    args->request.points = (uint32_t)points;
    return true;
}

/* access=200,fault=8000000 */
static bool set_prices(struct table_args *args, const char *list)
{
    const struct {
        const char *name;
        uint64_t *ps;
    } known[] = {{"access", &args->request.access_ps}, {"fault", &args->request.fault_ps},
        {"writeback", &args->request.writeback_ps}};
    const uint64_t most = UINT64_MAX / 1000;
    for (const char *at = list, *end;; at = end + 1) {
        char value[24] = "";
        size_t k = 0, name = strcspn(at, "=,");
        end = at + strcspn(at, ",");
        while (k < 3 && (strlen(known[k].name) != name || strncmp(known[k].name, at, name) != 0)) {
            k++;
        }
        uint64_t ns;
        if (at[name] == '=' && (size_t)(end - at) - name <= sizeof value) {
            memcpy(value, at + name + 1, (size_t)(end - at) - name - 1);
        }
        if (k == 3 || !trace_number(value, 1, most, &ns)) {
            return trace_wrong(args->trace.command,
                "--prices knows access, fault and writeback, each NAME=NANOSECONDS", list);
        }
        *known[k].ps = ns * 1000;
        if (*end == '\0') {
            return true;
        }
    }
}

static bool set(struct table_args *args, int option)
{
    const char *command = args->trace.command;
    const uint64_t known = (UINT64_C(1) << vm_policy_kind_count) - 1;
    switch (option) {
    case 'p':
        return trace_policies(command, optarg, known, &args->request.policies);
    case 't':
        return set_points(args, optarg);
    case 'r':
        return set_prices(args, optarg);
    default:
        return table_args_set(args, option, optarg);
    }
}

/* By policy and frames, where these are the first columns. */
static bool sorted(const struct vm_analysis_desc *desc)
{
    return strcmp(desc->columns[0].name, "policy") == 0 &&
           strcmp(desc->columns[1].name, "frames") == 0;
}

int command_analyse(int argc, char **argv)
{
    static const struct option options[] = {TRACE_OPTIONS, TABLE_OPTIONS,
        {"policies", required_argument, NULL, 'p'}, {"points", required_argument, NULL, 't'},
        {"prices", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        print_usage();
        return COMMAND_DONE;
    }
    int kind = argc > 1 ? vm_analysis_named(argv[1]) : -1;
    if (kind < 0) {
        trace_wrong("analyse", argc > 1 ? "there is no such analysis" : "which analysis?",
            argc > 1 ? argv[1] : NULL);
        return COMMAND_USAGE;
    }
    struct table_args args = table_args_default("analyse", (enum vm_analysis_kind)kind);
    int code = COMMAND_USAGE;
    args.sorted = sorted(vm_analysis_desc((unsigned)kind));
    argc--;
    argv++;
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'h') {
            print_usage();
            code = COMMAND_DONE;
            goto done;
        }
        if (!set(&args, option)) {
            goto done;
        }
    }
    if (table_needs_no_trace(&args, argc) || trace_args_complete(&args.trace, argc, argv)) {
        code = table_run(&args);
    }
done:
    table_args_release(&args);
    return code;
}

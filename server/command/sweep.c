/* SPDX-License-Identifier: MIT
 * vmscope sweep: every policy at every size, from one reading of the trace.
 */
#include "command/command.h"
#include "command/table.h"
#include "vm/describe.h"

#include <getopt.h>
#include <stdio.h>

static const char usage[] =
    "usage: vmscope sweep TRACE --format pages|refs|lackey [options]\n\n" TRACE_USAGE
    "  --policies P       all (the default), or some, separated by commas: %s\n"
    "  --frames SIZES     4,8,16 or 1-64 or 1-1000:10; without it some sizes up to the number of\n"
    "                     pages are chosen\n" TRACE_USAGE_MORE TABLE_USAGE
    "\nSizes below the least that a policy works with are left out. Each row is what `vmscope "
    "replay`\nanswers for that policy and size.\n";

int command_sweep(int argc, char **argv)
{
    static const struct option options[] = {TRACE_OPTIONS, TABLE_OPTIONS,
        {"policies", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    struct table_args args = table_args_default("sweep", vm_analysis_kind_sweep);
    const uint64_t known = (UINT64_C(1) << vm_policy_kind_count) - 1;
    int code = COMMAND_USAGE;
    args.sorted = true;
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'h') {
            printf(usage, trace_policy_names());
            code = COMMAND_DONE;
            goto done;
        }
        if (option == 'p' ? !trace_policies("sweep", optarg, known, &args.request.policies)
                          : !table_args_set(&args, option, optarg)) {
            goto done;
        }
    }
    code = trace_args_complete(&args.trace, argc, argv) ? table_run(&args) : COMMAND_USAGE;
done:
    table_args_release(&args);
    return code;
}

/* SPDX-License-Identifier: MIT
 * vmscope mrc: the whole miss-ratio curve of LRU or OPT in one pass.
 */
#include "command/command.h"
#include "command/table.h"
#include "vm/describe.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: vmscope mrc TRACE --format pages|refs|lackey [options]\n\n" TRACE_USAGE
    "  --policy P         lru (the default) or opt\n"
    "  --frames SIZES     only these: 4,8,16 or 1-64 or 1-1000:10; without it every size up to "
    "the\n"
    "                     number of pages\n" TRACE_USAGE_MORE TABLE_USAGE
    "  --full             CSV with evictions and write-backs too\n"
    "\nEach row is what `vmscope replay` answers for that size.\n";

/* The CSV is frames,faults,ratio, as scripts expect it. */
static uint64_t short_columns(void)
{
    static const char *const names[] = {"frames", "faults", "ratio"};
    const struct vm_analysis_desc *desc = vm_analysis_desc(vm_analysis_kind_mrc);
    uint64_t columns = 0;
    for (unsigned c = 0; c < desc->columns_n; c++) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            columns |= (uint64_t)(strcmp(desc->columns[c].name, names[i]) == 0) << c;
        }
    }
    return columns;
}

int command_mrc(int argc, char **argv)
{
    static const struct option options[] = {TRACE_OPTIONS, TABLE_OPTIONS,
        {"policy", required_argument, NULL, 'p'}, {"full", no_argument, NULL, 'a'},
        {NULL, 0, NULL, 0}};
    struct table_args args = table_args_default("mrc", vm_analysis_kind_mrc);
    const uint64_t known = UINT64_C(1) << vm_policy_kind_lru | UINT64_C(1) << vm_policy_kind_opt;
    int code = COMMAND_USAGE;
    args.request.policies = UINT64_C(1) << vm_policy_kind_lru;
    args.csv_columns = short_columns();
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (option == 'h') {
            fputs(usage, stdout);
            code = COMMAND_DONE;
            goto done;
        }
        if (option == 'a') {
            args.csv_columns = 0;
        } else if (option == 'p') {
            if (!trace_policies("mrc", optarg, known, &args.request.policies)) {
                goto done;
            }
            if (args.request.policies == known) {
                trace_wrong("mrc", "--policy must be lru or opt", optarg);
                goto done;
            }
        } else if (!table_args_set(&args, option, optarg)) {
            goto done;
        }
    }
    code = trace_args_complete(&args.trace, argc, argv) ? table_run(&args) : COMMAND_USAGE;
done:
    table_args_release(&args);
    return code;
}

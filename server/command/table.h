/* SPDX-License-Identifier: MIT
 * The commands that answer with a table: they read a trace, run one analysis, and print its rows as
 * text, CSV or JSON. What the columns are is said by analyses.def.
 */
#ifndef COMMAND_TABLE_H
#define COMMAND_TABLE_H

#include "command/trace_args.h"
#include "vm/analysis.h"

enum table_form { TABLE_TEXT, TABLE_CSV, TABLE_JSON };
struct table_args {
    struct trace_args trace;
    struct vm_analysis_request request;
    uint32_t *frames; /* owned; what request.frames points to */
    enum table_form form;
    uint64_t csv_columns; /* bit c: column c is in the CSV; 0: all */
    bool sorted;          /* by policy, then by frames, instead of as rows came */
};

#define TABLE_OPTIONS                                                                              \
    {"frames", required_argument, NULL, 'n'}, {"csv", no_argument, NULL, 'c'},                     \
        {"json", no_argument, NULL, 'j'},                                                          \
    {                                                                                              \
        "help", no_argument, NULL, 'h'                                                             \
    }
#define TABLE_USAGE "  --csv, --json      instead of a table for people\n"

struct table_args table_args_default(const char *command, enum vm_analysis_kind kind);
void table_args_release(struct table_args *args);
/* --frames, --csv, --json, or an option of the trace. */
bool table_args_set(struct table_args *args, int option, const char *value);
/* After the options: nobody named a trace, and the analysis wants none. */
bool table_needs_no_trace(const struct table_args *args, int argc);
/* Reads (if a trace is named), works, prints; an exit code. */
int table_run(struct table_args *args);
/* Only prints. */
void table_print(const struct table_args *args, const vm_analysis *analysis);

#endif

/* SPDX-License-Identifier: MIT
 * What commands on a trace share: its options, reading it once, and lists of policies and sizes.
 */
#ifndef COMMAND_TRACE_ARGS_H
#define COMMAND_TRACE_ARGS_H

#include "vm/trace.h"

struct trace_args {
    const char *command, *path;
    int format; /* enum vm_trace_format; -1: not said */
    uint8_t page_shift;
    bool data_only, progress;
    struct vm_policy_params params;
};
struct trace_args trace_args_default(const char *command);

/* Rows for getopt_long, and what --help says of them. */
#define TRACE_OPTIONS                                                                              \
    {"format", required_argument, NULL, 'f'}, {"page-size", required_argument, NULL, 's'},         \
        {"only", required_argument, NULL, 'o'}, {"progress", no_argument, NULL, 'g'},              \
    {                                                                                              \
        "set", required_argument, NULL, 'k'                                                        \
    }
#define TRACE_USAGE                                                                                \
    "  TRACE              a file, plain, gzip or zstd; - is standard input\n"                      \
    "  --format F         pages: page numbers; refs: `K HEX` lines; lackey: valgrind "             \
    "--trace-mem=yes\n"
#define TRACE_USAGE_MORE                                                                           \
    "  --page-size BYTES  of lackey's addresses, a power of two (4096)\n"                          \
    "  --only data        leave out instruction fetches\n"                                         \
    "  --progress         say on standard error how far it has read, also where that is no "       \
    "terminal\n"                                                                                   \
    "  --set NAME=VALUE   parameters, separated by commas: seed (1), tick (1000), tau (1000); a "  \
    "policy\n"                                                                                     \
    "                     that has no use for one passes it over\n"

/* An option of the rows above; false: it was wrong, and has been said. */
bool trace_args_set(struct trace_args *args, int option, const char *value);
/* After the options: the trace and its format must be there. */
bool trace_args_complete(struct trace_args *args, int argc, char **argv);
/* Hands every reference to `feed`, which stops the reading when *status is not VM_OK. An exit code;
 * problems have been said. */
int trace_args_read(const struct trace_args *args, vm_trace_sink *feed, void *ctx,
    const enum vm_status *status, struct vm_trace_report *report);

const char *trace_policy_names(void); /* separated by commas */
bool trace_wrong(const char *command, const char *what, const char *value); /* false */
bool trace_number(const char *text, uint64_t least, uint64_t most, uint64_t *value);
/* all | a,b: bits; `known` are those that may stand there. */
bool trace_policies(const char *command, const char *list, uint64_t known, uint64_t *out);
/* LIST | A-B[:STEP], also mixed: for free(), ascending, each once. */
bool trace_frames(const char *command, const char *list, uint32_t **out, size_t *n);

#endif

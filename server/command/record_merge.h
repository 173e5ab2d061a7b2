/* SPDX-License-Identifier: MIT
 * Several lackey logs, one a process, as one recording: slices in turn, each under a line that says
 * whose it is. A child begins after the line of its parent that made it, and a parent that waited
 * for a child goes on after the child's last line; else nothing is known of the order.
 */
#ifndef COMMAND_RECORD_MERGE_H
#define COMMAND_RECORD_MERGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { MERGE_SLICE = 20000 /* lines */ };

struct merge_log {
    uint32_t pid;
    char *path, *maps; /* owned; maps: the text of /proc/PID/maps, or NULL */
    bool root;         /* may begin at once */
    /* of the merge */
    FILE *in;
    bool begun, ended, ready;
    uint32_t waits_for; /* the pid whose end comes first; 0: none */
    char *line;         /* owned: read, not yet written */
    size_t room;
    long length; /* of it; 0: none */
};
struct merge_total {
    uint64_t records, lines, processes;
    bool cut; /* `most` records were reached */
};
/* false: errno says why. `write` gets the text. */
typedef bool merge_write(void *ctx, const char *text, size_t n);
bool record_merge(struct merge_log *logs, size_t n, uint64_t most, merge_write *write, void *ctx,
    struct merge_total *total);
void merge_log_release(struct merge_log *log);

#endif

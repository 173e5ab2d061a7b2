/* SPDX-License-Identifier: MIT
 * What a history consists of; only the files of this folder see it.
 * Invariants: head = the configured machine (with its future) after all of setup and steps;
 * marks has one entry a step; once there is a step, checkpoint 0 is the machine at position 0;
 * cursor, when there is one, is the machine after cursor_op steps.
 */
#ifndef HISTORY_PARTS_H
#define HISTORY_PARTS_H

#include "history/checkpoints.h"
#include "history/log.h"
#include "vm/history.h"

struct vm_history {
    struct vm_config config;
    struct vm_history_options options;
    vm_machine *head; /* owned */
    struct vm_log setup, steps;
    struct vm_mark *marks; /* owned */
    uint64_t marks_capacity;
    uint64_t events_total;
    struct vm_checkpoints checkpoints;
    vm_machine *cursor; /* owned, may be NULL: where the last question was answered */
    uint64_t cursor_op;
    struct vm_log_reader cursor_reader; /* before step cursor_op + 1 */
};

#endif

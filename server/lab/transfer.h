/* SPDX-License-Identifier: MIT
 * Bulk data on its way to the client: a queue of requests whose bytes are made when their turn
 * comes and sent a frame at a time as credit allows, each followed by its text message.
 */
#ifndef LAB_TRANSFER_H
#define LAB_TRANSFER_H

#include "lab/session.h"
#include "wire/json.h"

enum { LAB_TRANSFERS_MAX = 16 };

struct lab_transfer {
    enum { LAB_READ, LAB_SEEK, LAB_STEP } kind;
    bool has_id;
    uint64_t id;
    bool describe;
    uint64_t from, to;     /* steps (from, to] */
    uint64_t budget;       /* bytes of steps */
    struct vm_position at; /* SEEK, STEP: where it ends */
    /* once its turn has come: */
    bool made;
    uint64_t reached;
    struct vm_events state; /* bytes of kind 1 */
    uint8_t *steps;         /* owned: bytes of kind 2 */
    size_t steps_n;
    size_t state_at, steps_at;
    bool state_done, steps_done;
};

struct lab_transfers {
    struct lab_transfer item[LAB_TRANSFERS_MAX]; /* oldest first */
    size_t n;
    uint64_t credit;
};

/* False: too many are waiting. */
bool lab_transfer_add(struct lab_transfers *list, const struct lab_transfer *transfer);
void lab_transfer_drop(struct lab_transfers *list, size_t index);
void lab_transfers_clear(struct lab_transfers *list);
/* Sends what credit allows. True: one is complete (the first): its text is due, then drop it.
 * *failed: its bytes could not be made. */
bool lab_transfer_pump(
    struct lab_transfers *list, struct lab_run *run, const struct lab_out *out, bool *failed);

#endif

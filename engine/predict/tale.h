/* SPDX-License-Identifier: MIT
 * What the events of one operation tell that a question could be about; private to predict/. A
 * micro of 0 means that it did not happen.
 */
#ifndef PREDICT_TALE_H
#define PREDICT_TALE_H

#include "vm/predict.h"

/* A page of a process. */
struct tale_page {
    uint64_t pid, vpn;
};
struct tale {
    const struct vm_op *op;
    uint64_t tid;    /* whose operation it is; 0: nobody's */
    uint32_t micros; /* in all */
    bool bulk;
    /* the first access, and how many there were */
    unsigned accesses;
    uint64_t va, access;
    uint32_t tlb, done, fault, signal, copied, reused;
    bool tlb_hit;
    uint64_t vpn, pa, fault_kind;
    bool read_only; /* the first trap's reason */
    /* the last entry that the first walk read */
    uint32_t walk;
    bool walked; /* the first walk has ended */
    uint64_t level, table, index;
    /* frames */
    uint32_t taken; /* the last one that is not for a table */
    uint64_t taken_frame;
    int64_t used; /* frames in use after it, less those before */
    /* who leaves */
    unsigned evictions;
    uint32_t evict;
    uint64_t victim, policy;
    struct tale_page leaves[VM_KEYS_MAX];
    size_t leaves_n;
    uint32_t written, dropped; /* of the victim */
    unsigned swap_writes;
    uint32_t swap_write;
    uint64_t slot;
    bool disk; /* something was read from it */
    /* who runs */
    uint32_t switched;
    uint64_t runs, stopped;
};

void tale_read(struct tale *tale, const struct vm_op *op, const uint8_t *events, size_t length);

#endif

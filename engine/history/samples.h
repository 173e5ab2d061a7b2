/* SPDX-License-Identifier: MIT
 * The machine's figures along a run: all counters, of the machine and of its first processes, at
 * every `spacing`-th operation. Invariant: sample i is the machine after i * spacing operations;
 * each is kept as its difference to the one before, `last` is the newest one in full.
 */
#ifndef HISTORY_SAMPLES_H
#define HISTORY_SAMPLES_H

#include "history/windows.h"
#include "vm/history.h"

struct vm_samples {
    uint8_t *bytes; /* owned */
    size_t length, capacity;
    uint64_t spacing; /* it doubles whenever there are too many; 0: none are kept, memory was out */
    uint32_t count;
    uint64_t *last; /* owned: VM_SERIES numbers for each of `rows` processes */
    uint32_t rows;
};

void samples_init(struct vm_samples *samples);
void samples_release(struct vm_samples *samples);
/* A run of `length` operations is to come: what would be thinned away later is not taken. */
void samples_expect(struct vm_samples *samples, uint64_t length);
/* Is the machine after `op` operations to be sampled? */
bool samples_due(const struct vm_samples *samples, uint64_t op);
/* Never fails: without memory no samples are kept any more. */
void samples_take(
    struct vm_samples *samples, uint64_t op, const vm_machine *machine, struct vm_windows *windows);
/* One figure of it. */
uint64_t samples_value(
    const vm_machine *machine, struct vm_windows *windows, vm_pid pid, unsigned kind);
/* Those of the first `op` operations. `to` must be empty. */
void samples_copy(struct vm_samples *to, const struct vm_samples *from, uint64_t op);
size_t samples_memory(const struct vm_samples *samples);

#endif

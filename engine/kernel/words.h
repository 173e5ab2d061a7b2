/* SPDX-License-Identifier: MIT
 * Values: sparse 8-byte words of a page, wherever the page lies (frame, swap slot, file), and
 * registers.
 */
#ifndef KERNEL_WORDS_H
#define KERNEL_WORDS_H

#include "machine/world.h"

/* `list` is the head in the holder; (store, id, page) is its key in the description. A word of
 * value 0 is absent. Putting takes at most one word from the reserve, copying as many as the source
 * has. */
void words_put(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list,
    uint32_t offset, uint64_t value);
uint64_t words_get(const vm_machine *m, uint32_t list, uint32_t offset);
void words_clear(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list);
/* Forgets what lies at `offset` and behind it. */
void words_cut(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list,
    uint32_t offset);
/* The target holds what the source holds afterwards. */
void words_copy(vm_machine *m, uint32_t source, enum vm_store store, uint64_t id, uint64_t page,
    uint32_t *list);
void words_describe(const vm_machine *m, struct vm_events *events);

void registers_put(vm_machine *m, vm_tid tid, uint32_t name, uint64_t value);
void registers_clear(vm_machine *m, vm_tid tid);
uint32_t words_length(const vm_machine *m, uint32_t list);

#endif

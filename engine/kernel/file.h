/* SPDX-License-Identifier: MIT
 * Objects: files with their segments, shared memory, and the identities of anonymous mappings.
 */
#ifndef KERNEL_FILE_H
#define KERNEL_FILE_H

#include "kernel/page_cache.h"
#include "machine/world.h"

void object_describe(const vm_machine *m, struct vm_events *events);
uint32_t object_new(vm_machine *m, enum vm_object_kind kind, uint32_t name, uint64_t bytes);
void object_set_bytes(vm_machine *m, uint32_t id, uint64_t bytes);
void object_set_refs(vm_machine *m, uint32_t id, uint32_t refs);
void object_set_links(vm_machine *m, uint32_t id, uint32_t links);
/* shmem_acct_size: the pages are committed until the object is gone. */
void object_promise(vm_machine *m, uint32_t id, uint64_t pages);
void object_gone(vm_machine *m, uint32_t id); /* nothing of it is left; its number stays free */
static inline uint64_t object_pages(const vm_machine *m, uint32_t object)
{
    return pages_of(m, m->objects[object].bytes);
}
void object_set_owner(vm_machine *m, uint32_t object, uint16_t mode, uint32_t uid, uint32_t gid);

enum vm_status vm_op_file(vm_machine *m, const struct vm_op_file *op);

#endif

/* SPDX-License-Identifier: MIT
 * Objects: files with their page cache and segments, and the identities of anonymous mappings.
 */
#ifndef KERNEL_FILE_H
#define KERNEL_FILE_H

#include "machine/world.h"

void object_describe(const vm_machine *m, struct vm_events *events);
uint32_t object_new(vm_machine *m, enum vm_object_kind kind, uint32_t name, uint64_t bytes);
static inline uint64_t object_pages(const vm_machine *m, uint32_t object)
{
    return pages_of(m, m->objects[object].bytes);
}
/* The cache's place of a file page; NULL past the end or for what has no cache. */
struct cached *cache_at(const vm_machine *m, uint32_t object, uint64_t index);
void cache_forget(vm_machine *m, uint32_t object, uint64_t index);

enum vm_status vm_op_file(vm_machine *m, const struct vm_op_file *op);
enum vm_status vm_op_segment(vm_machine *m, const struct vm_op_segment *op);
enum vm_status vm_op_needs(vm_machine *m, const struct vm_op_needs *op);

#endif

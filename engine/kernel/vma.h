/* SPDX-License-Identifier: MIT
 * Mappings (Linux's vm_area_struct): ranges of pages of an address space, what backs them, what is
 * allowed.
 */
#ifndef KERNEL_VMA_H
#define KERNEL_VMA_H

#include "machine/world.h"

void vma_describe(const vm_machine *m, struct vm_events *events);
enum vm_status vma_reserve(vm_machine *m, uint64_t more);
/* The number that vma_new gives next. */
static inline uint32_t vma_next(const vm_machine *m)
{
    return m->free_vma ? m->free_vma : m->vmas_n;
}
uint32_t vma_new(vm_machine *m, const struct vma *vma); /* put in its place by address */
void vma_free(vm_machine *m, uint32_t id);
void vma_set_range(
    vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end); /* a new start moves the offset */
/* Gives it the identity of its private pages; vma_anon_prepare chooses (one object is reserved). */
void vma_set_anon(vm_machine *m, uint32_t id, uint32_t anon);
void vma_anon_prepare(vm_machine *m, uint32_t id);
/* A fault of this kind makes a private page, and the mapping has no identity for it yet. */
bool vma_needs_anon(const vm_machine *m, const struct vma *vma, bool store);
uint32_t vma_before(const vm_machine *m, vm_pid pid, uint32_t id); /* its lower neighbour; 0 none */
void vma_set_prot(vm_machine *m, uint32_t id, uint8_t prot);
/* Makes page `at` the start of a mapping, when it lies inside one. Reserved: one vma. */
void vma_split(vm_machine *m, vm_pid pid, vm_vpn at);
uint32_t vma_find(const vm_machine *m, vm_pid pid, vm_vpn vpn); /* that holds the page; 0 none */
uint32_t vma_first_end_after(const vm_machine *m, vm_pid pid, vm_vpn vpn); /* Linux's find_vma */
/* Joins neighbours that are alike around [start, end). */
void vma_merge(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end);
/* The highest gap of `pages` below the process's map_top; 0 when there is none. */
vm_vpn vma_gap(const vm_machine *m, vm_pid pid, uint64_t pages);

#endif

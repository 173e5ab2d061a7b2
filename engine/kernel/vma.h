/* SPDX-License-Identifier: MIT
 * Mappings (Linux's vm_area_struct): ranges of pages of an address space, what backs them, what is
 * allowed.
 */
#ifndef KERNEL_VMA_H
#define KERNEL_VMA_H

#include "machine/world.h"

/* Linux's vm.max_map_count: the mappings of one process. */
#define MAP_COUNT_MAX 65530

void vma_describe(const vm_machine *m, struct vm_events *events);
enum vm_status vma_reserve(vm_machine *m, uint64_t more);
/* The number that vma_new gives next. */
static inline uint32_t vma_next(const vm_machine *m)
{
    return m->free_vma ? m->free_vma : m->vmas_n;
}
uint32_t vma_new(vm_machine *m, const struct vma *vma); /* put in its place by address */
void vma_free(vm_machine *m, uint32_t id);
/* Other values for a mapping that keeps its place among its neighbours. */
void vma_put(vm_machine *m, uint32_t id, const struct vma *now);
void vma_set_range(
    vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end); /* a new start moves the offset */
/* Makes page `at` the start of a mapping, when it lies inside one. Reserved: one vma. */
void vma_split(vm_machine *m, vm_pid pid, vm_vpn at);

uint32_t vma_find(const vm_machine *m, vm_pid pid, vm_vpn vpn); /* that holds the page; 0 none */
uint32_t vma_first_end_after(const vm_machine *m, vm_pid pid, vm_vpn vpn); /* Linux's find_vma */
uint32_t vma_before(const vm_machine *m, vm_pid pid, vm_vpn vpn); /* the last that starts below */
/* access_error: x86 has no bit that forbids reading what may be written or run; RISC-V's pages that
 * may be written can be read. */
static inline bool vma_allows(const vm_machine *m, const struct vma *vma, enum vm_access access)
{
    const uint8_t all = vm_prot_bit_read | vm_prot_bit_write | vm_prot_bit_exec;
    uint8_t load = m->config.kind == vm_machine_kind_sv39 ? all & (uint8_t)~vm_prot_bit_exec : all;
    return vma->prot & (access == vm_access_store      ? vm_prot_bit_write
                           : access == vm_access_fetch ? vm_prot_bit_exec
                                                       : load);
}
/* Page after the part of [start, end) that mappings cover without a hole. */
vm_vpn vma_covered(const vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end);

/* kernel/vma_merge.c. What mmap makes: a new mapping, or one or two neighbours grown. Returns the
 * mapping that holds it; vma_merge_target says which of the neighbours, 0 for none. */
uint32_t vma_place(vm_machine *m, const struct vma *as);
uint32_t vma_merge_target(const vm_machine *m, const struct vma *as);
/* brk: only the neighbour below may grow. */
uint32_t vma_place_above(vm_machine *m, const struct vma *as, uint32_t below);
/* [start, end) of a mapping gets these rights and flags (mprotect, mlock, madvise): joined with
 * neighbours that are alike then, or cut off. Returns the mapping that holds it. Two are reserved.
 */
uint32_t vma_modify(
    vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end, uint8_t prot, uint32_t flags);
static inline uint32_t vma_set_flags(
    vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end, uint32_t flags)
{
    return vma_modify(m, id, start, end, m->vmas[id].prot, flags);
}

/* kernel/vma_anon.c. Gives it the identity of its private pages (one object is reserved). */
void vma_anon_prepare(vm_machine *m, uint32_t id);
/* A fault of this kind makes a private page, and the mapping has no identity for it yet. */
bool vma_needs_anon(const vm_machine *m, const struct vma *vma, bool store);

#endif

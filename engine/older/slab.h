/* SPDX-License-Identifier: MIT
 * Caches of objects of one size, on top of the buddies.
 */
#ifndef OLDER_SLAB_H
#define OLDER_SLAB_H

#include "older/piece.h"

/* The object's address, or false: there is no memory for a slab. */
bool slab_take(vm_machine *m, uint32_t cache, vm_pa *at);
bool slab_give(vm_machine *m, vm_pa at); /* false: no object in use begins there */
void slab_describe(const vm_machine *m, struct vm_events *events);
uint64_t slab_objects_each(const struct slab_cache *cache);
uint64_t slab_waste(const vm_machine *m); /* bytes of slabs that are no object's in use */

#endif

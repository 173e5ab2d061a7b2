/* SPDX-License-Identifier: MIT
 * The loader (ld.so): it maps the libraries a program needs, in user mode.
 */
#ifndef USERLAND_LOADER_H
#define USERLAND_LOADER_H

#include "machine/world.h"

enum vm_status loader_reserve(vm_machine *m, uint32_t program);
/* The program needs a library, so it has been through the loader. */
bool loader_has_libraries(const vm_machine *m, uint32_t program);
/* Maps every library, breadth first. The process ends when one has no room. */
void loader_run(vm_machine *m, vm_tid tid, uint32_t program);

#endif

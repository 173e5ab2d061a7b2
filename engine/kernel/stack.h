/* SPDX-License-Identifier: MIT
 * A stack that grows by being touched.
 */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#include "machine/world.h"

/* The stack's mapping of `mm`, grown to hold the page; 0: no mapping above it may grow that far. */
uint32_t stack_grow(vm_machine *m, vm_tid tid, vm_pid mm, vm_vpn vpn);

#endif

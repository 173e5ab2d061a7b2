/* SPDX-License-Identifier: MIT
 * What a thread has used.
 */
#ifndef KERNEL_USAGE_H
#define KERNEL_USAGE_H

#include "machine/world.h"

enum usage_kind { USAGE_MINOR, USAGE_MAJOR, USAGE_VOLUNTARY, USAGE_INVOLUNTARY };

void usage_describe(const vm_machine *m, struct vm_events *events);
void usage_count(vm_machine *m, vm_tid tid, enum usage_kind kind);

#endif

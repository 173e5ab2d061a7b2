/* SPDX-License-Identifier: MIT
 * What `vmscope run` prints.
 */
#ifndef COMMAND_RUN_PRINT_H
#define COMMAND_RUN_PRINT_H

#include "vm/scenario.h"

void print_summary(const char *title, vm_run *run);
void print_json(const char *title, vm_run *run, enum vm_run_reason reason);
/* One event a line: position, name, field=value …; changes are indented under their happening. */
void print_events(vm_run *run);

#endif

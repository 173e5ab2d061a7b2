/* SPDX-License-Identifier: MIT
 * What run, check and fmt share: reading a text, and printing diagnostics as file:line:col:
 * message.
 */
#ifndef COMMAND_SCENARIO_INPUT_H
#define COMMAND_SCENARIO_INPUT_H

#include "vm/scenario.h"

#include <stddef.h>

/* The whole of a file, or of standard input for "-"; malloc'd, NUL-terminated. NULL: said why. */
char *scenario_read(const char *path, size_t *length);
void scenario_complain(const char *path, const struct vm_diagnostics *diagnostics);
/* Reads and parses; NULL: said why. */
vm_scenario *scenario_open(const char *path);

#endif

/* SPDX-License-Identifier: MIT
 * The scenarios of a folder, parsed, in the order of their names.
 */
#ifndef LIBRARY_SHELF_H
#define LIBRARY_SHELF_H

#include "vm/scenario.h"

#include <stdio.h>

enum { SCENARIOS_MAX = 512 };
struct shelf {
    struct {
        char *name; /* owned; without .vms */
        vm_scenario *scenario;
    } item[SCENARIOS_MAX];
    size_t n;
};

/* Says what is wrong on stderr and exits with 2. */
_Noreturn void fatal(const char *what, const char *why);
char *read_file(const char *path, size_t *length); /* to be freed; NUL-terminated */
void shelf_fill(struct shelf *shelf, const char *folder);
void shelf_release(struct shelf *shelf);
/* 0 when `print` writes what the file holds; else 1, and stderr says what to run. */
int shelf_check(const struct shelf *shelf, const char *path, const char *tool,
    void (*print)(FILE *out, const struct shelf *shelf));

#endif

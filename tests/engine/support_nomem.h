/* SPDX-License-Identifier: MIT
 * An allocator that fails when it is told to. A program that includes this is linked with
 * --wrap=malloc, calloc and realloc (tests/CMakeLists.txt: *_nomem).
 */
#ifndef SUPPORT_NOMEM_H
#define SUPPORT_NOMEM_H

#include <stddef.h>
#include <stdint.h>

#define NOMEM_COUNT SIZE_MAX /* as call: none fails, all are counted */

/* From now on allocations are counted, and that one (from 1) fails. 0: none, nothing is counted. */
void nomem_fail(size_t call);
/* Allocations since then. */
size_t nomem_calls(void);

#endif

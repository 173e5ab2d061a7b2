/* SPDX-License-Identifier: MIT
 * See support_nomem.h.
 */
#include "support_nomem.h"

#include <stdbool.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static size_t calls, failing; /* the call that fails; 0: none */

void nomem_fail(size_t call)
{
    calls = 0;
    failing = call;
}

size_t nomem_calls(void)
{
    return calls;
}

static bool refuse(void)
{
    return failing && ++calls == failing;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
    return refuse() ? NULL : __real_realloc(ptr, size);
}

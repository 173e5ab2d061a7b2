/* SPDX-License-Identifier: MIT
 * A process with threads and words to lock, for the tests of synchronisation.
 */
#ifndef SUPPORT_SYNC_H
#define SUPPORT_SYNC_H

#include "support_machine.h"

#define WORDS UINT64_C(0x10000000) /* a written page */
enum { T0 = 1, T1, T2, T3, T4 };   /* the threads of the first process */

/* A process with `threads` threads, T0 the first, on a machine with `cpus` processors. */
vm_machine *sync_machine(uint32_t cpus, uint32_t threads);
uint64_t sync_word(const vm_machine *m, vm_va va);
struct vm_lock_view sync_lock(const vm_machine *m, vm_va va);
bool sync_waits(const vm_machine *m, vm_tid tid);

#endif

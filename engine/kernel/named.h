/* SPDX-License-Identifier: MIT
 * Objects with a name of their own, outside the file system's tree: shared memory (shm_open) and
 * message queues (mq_open). Invariant: no two linked ones of a kind have the same name; a name
 * holds its object.
 */
#ifndef KERNEL_NAMED_H
#define KERNEL_NAMED_H

#include "machine/world.h"

/* What may be asked for at all: a name, and flags that exist, with reading or writing. */
bool named_may_be(uint64_t name, uint64_t flags);
/* The object that has this name now; 0: nobody has it. */
uint32_t named_find(const vm_machine *m, enum vm_object_kind kind, uint64_t name);
/* Why the process may not open what was found. */
enum vm_errno_code named_refusal(const vm_machine *m, vm_pid pid, uint32_t object, uint64_t flags);
/* The new object gets its name, which holds it from now on. */
void named_link(vm_machine *m, uint32_t object);
/* The end of the call that takes the name away; 0: there was none. */
void named_unlink(vm_machine *m, vm_tid tid, uint32_t object);

#endif

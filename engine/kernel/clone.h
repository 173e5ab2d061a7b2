/* SPDX-License-Identifier: MIT
 * Threads as the kernel knows them: what clone3 makes, and how one ends without its process.
 */
#ifndef KERNEL_CLONE_H
#define KERNEL_CLONE_H

#include "machine/world.h"

#define CLONE_ARGUMENTS 6 /* registers that carry a function's arguments (System V ABI) */

/* What the new thread begins with; everything else it shares. */
struct clone_request {
    vm_va sp, pc, tls;
    uint32_t label, body;
    uint64_t argument[2 * CLONE_ARGUMENTS]; /* name of the parameter, value; a name 0 ends them */
};

/* Room for one thread; VM_LIMIT when the machine has enough of them. */
enum vm_status clone_reserve(vm_machine *m);
/* clone3 with CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS. */
vm_tid clone_thread(vm_machine *m, vm_tid tid, const struct clone_request *request);

/* The thread ends in this state and leaves its processor; its registers are gone. */
void thread_end(vm_machine *m, vm_tid tid, enum vm_task_state state);
/* Every thread of the process ends: exit_group, a deadly signal. */
void threads_end(vm_machine *m, vm_pid pid);
/* execve: the others end, and the caller goes on as the main thread, whose number it takes. */
vm_tid threads_leave_one(vm_machine *m, vm_tid tid);
/* Threads of the process that have not ended. */
uint32_t threads_alive(const vm_machine *m, vm_pid pid);

#endif

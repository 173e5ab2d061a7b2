/* SPDX-License-Identifier: MIT
 * The end of a process, and what its parent learns of it.
 */
#ifndef KERNEL_EXIT_H
#define KERNEL_EXIT_H

#include "machine/world.h"

/* Gives everything back; the process becomes a zombie, a waiting parent wakes. Allocates nothing.
 */
void process_end(vm_machine *m, vm_pid pid, uint64_t code);

/* A child has stopped, gone on or ended: its parent gets SIGCHLD (do_notify_parent). */
void child_changed(vm_machine *m, vm_pid child);

/* Everything an address space holds (Linux: exit_mmap); the process has none afterwards. */
void memory_release(vm_machine *m, vm_pid pid);

enum vm_status vm_op_exit(vm_machine *m, const struct vm_op_exit *op);
enum vm_status vm_op_wait(vm_machine *m, const struct vm_op_wait *op);

#endif

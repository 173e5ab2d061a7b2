/* SPDX-License-Identifier: MIT
 * Processes and their threads, and the CPU that runs one of them.
 */
#ifndef KERNEL_PROCESS_H
#define KERNEL_PROCESS_H

#include "kernel/schedule.h"
#include "kernel/switch.h"
#include "machine/world.h"

void process_describe(const vm_machine *m, struct vm_events *events);
void process_put(
    vm_machine *m, vm_pid pid, const struct process *now); /* counters and mappings excepted */
/* The run queue follows the state: who becomes ready stands at its tail, who is no longer ready has
 * left it. */
void task_put(vm_machine *m, vm_tid tid, const struct task *now);
/* A process with one thread and no address space yet; both are reserved. */
vm_pid process_new(vm_machine *m, uint32_t label, uint32_t program, vm_pid parent);
/* A further thread of a process; it is reserved. Its number is the next one of the process. */
vm_tid task_new(vm_machine *m, vm_pid pid);
/* What a child has of its parent besides memory: identity, limits, handlers. */
void process_inherit(vm_machine *m, vm_pid parent, vm_pid child);
/* VM_OK when the thread exists and can run. */
enum vm_status task_ready(const vm_machine *m, uint64_t tid);
/* Fails the call: the register gets the negative number, nothing else changes. */
void call_fail(vm_machine *m, vm_tid tid, enum vm_errno_code reason);
void call_begin(vm_machine *m, vm_tid tid, enum vm_op_kind call);
void call_end(vm_machine *m, vm_tid tid, uint64_t value);

enum vm_status vm_op_set(vm_machine *m, const struct vm_op_set *op);

#endif

/* SPDX-License-Identifier: MIT
 * POSIX threads as glibc 2.36 makes them (nptl): stacks, their cache, thread control blocks, and
 * who waits for whom.
 */
#ifndef USERLAND_PTHREAD_H
#define USERLAND_PTHREAD_H

#include "machine/world.h"

/* Sizes that a machine's threads go by, bytes. */
struct stack_rule {
    uint64_t size;  /* of a stack nobody chose the size of */
    uint64_t least; /* PTHREAD_STACK_MIN: a smaller one is refused, and so much an end keeps */
    uint64_t guard; /* below it */
    uint64_t block; /* from the thread pointer to the stack's end: struct pthread */
    uint64_t fixed; /* static TLS below the thread pointer; the first frame lies below it */
    uint64_t cache; /* unused stacks that the library keeps, at most */
};
struct stack_rule stack_rule(const vm_machine *m, vm_pid pid);

void stack_describe(const vm_machine *m, struct vm_events *events);
void stack_put(vm_machine *m, vm_tid tid, const struct thread_stack *now);
void stack_drop(vm_machine *m, vm_tid tid); /* the thread has none any more */
/* allocate_stack: room for a stack of so many bytes (0: the usual size) is mapped. The thread can
 * have died in a fault (it is ended then). */
enum vm_errno_code stack_take(vm_machine *m, vm_tid tid, uint64_t bytes, struct thread_stack *out);
/* Where the first frame of the stack's thread begins. */
vm_va stack_first(const vm_machine *m, vm_tid tid, const struct thread_stack *stack);
/* The C library is loaded: control blocks name a table of thread-local variables in the heap. */
bool stack_has_table(const vm_machine *m, vm_tid tid);
/* What the thread used of its stack goes back, but for the last pages (advise_stack_range). */
void stack_advise(vm_machine *m, vm_tid tid);

/* The pthread function answers an error number. */
void threads_refuse(vm_machine *m, vm_tid tid, enum vm_errno_code reason);

enum vm_status vm_op_create(vm_machine *m, const struct vm_op_create *op);
enum vm_status vm_op_thread_start(vm_machine *m, const struct vm_op_thread_start *op);
enum vm_status vm_op_thread_exit(vm_machine *m, const struct vm_op_thread_exit *op);
enum vm_status vm_op_join(vm_machine *m, const struct vm_op_join *op);
enum vm_status vm_op_detach(vm_machine *m, const struct vm_op_detach *op);

#endif

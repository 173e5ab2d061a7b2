/* SPDX-License-Identifier: MIT
 * What an operation cost: differences of the counters that Linux keeps too.
 */
#ifndef SUPPORT_TOLL_H
#define SUPPORT_TOLL_H

#include "support_machine.h"

struct toll {
    int64_t minor, major, faults; /* getrusage's two, and traps */
    int64_t anon, file, shmem, swap;
};

/* The operation cost process `pid` exactly what is said; fields left out are 0. */
#define COSTS(m, pid, op, ...) toll_expect(m, pid, op, (struct toll){__VA_ARGS__}, __LINE__)
#define OP(name, ...) (&(const struct vm_op){.kind = vm_op_kind_##name, .u.name = {__VA_ARGS__}})
void toll_expect(vm_machine *m, vm_pid pid, const struct vm_op *op, struct toll expected, int line);

/* One access a page to n pages from the address on. */
struct vm_op toll_touch(vm_tid tid, vm_va va, uint64_t n, enum vm_access access);
#define READ(tid, va, n) (&(const struct vm_op[]){toll_touch(tid, va, n, vm_access_load)}[0])
#define WRITE(tid, va, n) (&(const struct vm_op[]){toll_touch(tid, va, n, vm_access_store)}[0])

/* A machine with a running empty process 1; `name` of objects is 1. */
vm_machine *toll_machine(uint32_t frames, uint32_t slots, uint32_t readahead);
/* The frame a page of a process lies in. */
uint64_t toll_frame(const vm_machine *m, vm_pid pid, vm_va va);

#endif

/* SPDX-License-Identifier: MIT
 * Descriptors (Linux's files_struct) and open files (struct file): a number of a process stands for
 * an open file, which has a position and rights of its own and stands for an object.
 */
#ifndef KERNEL_DESCRIPTOR_H
#define KERNEL_DESCRIPTOR_H

#include "machine/world.h"

#define DESCRIPTORS_MOST 1024 /* RLIMIT_NOFILE's usual value */

void descriptor_describe(const vm_machine *m, struct vm_events *events);
enum vm_status descriptor_reserve(vm_machine *m, uint64_t descriptors, uint64_t open_files);
uint64_t descriptor_count(const vm_machine *m, vm_pid pid);
/* The open file a number stands for; 0: none. */
uint32_t descriptor_file(const vm_machine *m, vm_pid pid, uint64_t fd);
/* The lowest number that is free; DESCRIPTORS_MOST: none. */
uint32_t descriptor_lowest(const vm_machine *m, vm_pid pid);
/* The same from a number on. */
uint32_t descriptor_lowest_from(const vm_machine *m, vm_pid pid, uint32_t fd);
/* A new open file behind the lowest free number, which there is. Reserved: one of each. */
uint32_t descriptor_new(vm_machine *m, vm_pid pid, uint32_t object, uint8_t flags);
/* A number that is free stands for that open file from now on. Reserved: a descriptor. */
void descriptor_put(vm_machine *m, vm_pid pid, uint32_t fd, uint32_t file, uint8_t flags);
/* A number that stands for something does no more; the last one closes the open file. */
void descriptor_remove(vm_machine *m, vm_pid pid, uint64_t fd);
/* A call under way holds its open file, or lets it go: close takes only the number away. */
void open_file_hold(vm_machine *m, uint32_t file, bool more);
void open_file_move(vm_machine *m, uint32_t file, uint64_t position);

/* fork: the child has the same numbers, and the same open files behind them. Reserved: as many. */
void descriptor_fork(vm_machine *m, vm_pid parent, vm_pid child);
void descriptor_exec(vm_machine *m, vm_pid pid); /* closes what is marked cloexec */
void descriptor_exit(vm_machine *m, vm_pid pid); /* closes all; allocates nothing */
/* 0, 1 and 2 on the machine's terminal, if it has one. Reserved: three and one open file. */
void descriptor_standard(vm_machine *m, vm_pid pid);
/* What mmap asks of a descriptor, if it is given one: the object behind it, or why it may not be
 * mapped so. A shared mapping that can be written needs a descriptor that is open for both; of one
 * for reading only it can never become writable (vm_map_bit_nowrite). */
enum vm_errno_code descriptor_mmap(const vm_machine *m, vm_pid pid, const struct vm_op_mmap *op,
    uint32_t *object, uint32_t *map_flags);
/* open.c */
enum vm_status vm_op_open(vm_machine *m, const struct vm_op_open *op);
enum vm_status vm_op_close(vm_machine *m, const struct vm_op_close *op);
enum vm_status vm_op_dup2(vm_machine *m, const struct vm_op_dup2 *op);

#endif

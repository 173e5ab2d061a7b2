/* SPDX-License-Identifier: MIT
 * Shared memory by name (POSIX shm_open: files of /dev/shm), and files without one (memfd_create).
 */
#ifndef KERNEL_SHM_H
#define KERNEL_SHM_H

#include "machine/world.h"

enum vm_status vm_op_shm_open(vm_machine *m, const struct vm_op_shm_open *op);
enum vm_status vm_op_shm_unlink(vm_machine *m, const struct vm_op_shm_unlink *op);
enum vm_status vm_op_memfd_create(vm_machine *m, const struct vm_op_memfd_create *op);

#endif

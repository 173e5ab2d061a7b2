/* SPDX-License-Identifier: MIT
 * Loads and stores of many bytes, as a program does them: in user mode, page by page.
 */
#ifndef USERLAND_COPY_H
#define USERLAND_COPY_H

#include "mmu/access.h"

/* One access for each page that [va, va + n) touches, lowest first, and the bytes. Ends at the
 * first page that a signal forbids. Room: user_reserve. */
enum access_end user_read(vm_machine *m, vm_tid tid, vm_va va, uint32_t n, uint8_t *out);
enum access_end user_write(vm_machine *m, vm_tid tid, vm_va va, uint32_t n, const uint8_t *in);
/* Room for `pages` page accesses that write `bytes` bytes. */
enum vm_status user_reserve(vm_machine *m, uint64_t pages, uint64_t bytes);

enum vm_status vm_op_copy(vm_machine *m, const struct vm_op_copy *op);
enum vm_status vm_op_store_text(vm_machine *m, const struct vm_op_store_text *op);

#endif

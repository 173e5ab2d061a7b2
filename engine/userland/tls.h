/* SPDX-License-Identifier: MIT
 * A program's thread-local variables (C11's _Thread_local; ELF's PT_TLS). Each thread has a copy,
 * just below its thread pointer (variant II of the TLS ABI).
 */
#ifndef USERLAND_TLS_H
#define USERLAND_TLS_H

#include "machine/world.h"

#define TLS_WORDS_MAX 32 /* of one program */

uint64_t tls_bytes(const vm_machine *m, uint32_t program); /* of one copy; a multiple of 16 */
/* Writes the first values below the thread pointer, in user mode. False: the thread did not get
 * there. Room for TLS_WORDS_MAX words and two pages. */
bool tls_write_image(vm_machine *m, vm_tid tid, uint32_t program, vm_va tls);
/* What the loader does for a main thread: a mapping with its copy and its control block. */
enum vm_status tls_reserve(vm_machine *m, uint32_t program);
bool tls_make_main(vm_machine *m, vm_tid tid, uint32_t program);

enum vm_status vm_op_tls_word(vm_machine *m, const struct vm_op_tls_word *op);

#endif

/* SPDX-License-Identifier: MIT
 * Programs and libraries: the program headers of ELF files.
 */
#ifndef KERNEL_ELF_H
#define KERNEL_ELF_H

#include "machine/world.h"

/* What the headers of one object ask for. */
struct elf_span {
    uint64_t segments; /* PT_LOAD */
    vm_vpn pages;      /* from address 0 (or the first byte, when linked) to the last */
    vm_va first;       /* address of the first page */
    uint32_t interpreter, libraries;
};
struct elf_span elf_span(const vm_machine *m, uint32_t object);
/* The first PT_LOAD of a list of headers, from `s` on; 0 none. */
uint32_t elf_load(const vm_machine *m, uint32_t s);

enum vm_status vm_op_segment(vm_machine *m, const struct vm_op_segment *op);
enum vm_status vm_op_elf_segment(vm_machine *m, const struct vm_op_elf_segment *op);
enum vm_status vm_op_link(vm_machine *m, const struct vm_op_link *op);
enum vm_status vm_op_needs(vm_machine *m, const struct vm_op_needs *op);
enum vm_status vm_op_interpreter(vm_machine *m, const struct vm_op_interpreter *op);
enum vm_status vm_op_file_word(vm_machine *m, const struct vm_op_file_word *op);

#endif

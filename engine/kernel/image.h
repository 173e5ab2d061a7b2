/* SPDX-License-Identifier: MIT
 * A program's image in the making: what execve maps, where, and what it writes.
 */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

#include "kernel/elf.h"
#include "kernel/layout.h"

/* argc strings and then envc, each with its NUL; what execve's operation carries. */
#define ARGUMENT_BYTES 128
struct arguments {
    uint32_t argc, envc;
    uint64_t bytes;
    uint8_t text[ARGUMENT_BYTES];
};

struct image {
    uint32_t program;
    struct elf_span span, loader; /* of the program, of its interpreter */
    struct layout layout;
    vm_va bias;                        /* what is added to the program's addresses */
    vm_va loader_bias;                 /* to the interpreter's */
    vm_va vdso;                        /* 0: none */
    const struct arguments *arguments; /* NULL: none are written */
};

/* Draws a layout and looks whether program and stack have room in it; VM_INVALID: they have not.
 * The machine's random numbers move on. */
enum vm_status image_plan(
    vm_machine *m, uint32_t program, uint64_t stack_limit, struct image *image);
enum vm_status image_reserve(vm_machine *m, const struct image *image);
/* Fills the empty address space of the running thread. False: memory ran out, the process is gone.
 */
bool image_map(vm_machine *m, vm_tid tid, struct image *image);
/* A process without a program has the layout and nothing in it. */
void image_empty(vm_machine *m, vm_pid pid, const struct image *image);

/* Past the point of no return an error kills. Returns false. */
bool image_fail(vm_machine *m, vm_tid tid, uint32_t program);

/* kernel/segments.c: maps the PT_LOAD headers of an object. */
bool segments_map(vm_machine *m, vm_tid tid, uint32_t object, vm_va bias);
/* What the page holds from byte `from` on becomes zero. */
void page_zero_from(vm_machine *m, vm_frame frame, uint32_t from);
/* Maps what the kernel offers to programs (vdso, vvar). */
void vdso_map(vm_machine *m, vm_pid pid, struct image *image);

/* kernel/arguments.c. */
uint64_t arguments_room(const vm_machine *m, const struct arguments *arguments); /* bytes at most */
/* The pages of the strings: filled before anything else, through get_user_pages. */
bool arguments_populate(vm_machine *m, vm_tid tid, const struct image *image);
bool arguments_write(vm_machine *m, vm_tid tid, const struct image *image);

/* The kernel writes a byte of the running thread's memory; *frame holds it afterwards. False:
 * memory ran out, the process is gone. */
bool kernel_write(vm_machine *m, vm_tid tid, vm_va va, vm_frame *frame);

#endif

/* SPDX-License-Identifier: MIT
 * An address space for a program, in the order of Linux's load_elf_binary: stack, arguments'
 * strings, the program's segments, its interpreter's, the heap's start, the vdso, the arguments'
 * vectors.
 */
#include "kernel/image.h"

#include "kernel/commit.h"
#include "kernel/exit.h"
#include "kernel/file.h"
#include "kernel/mmap_place.h"
#include "kernel/process.h"
#include "kernel/user_copy.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/table.h"

static vm_va bytes_of(const vm_machine *m, vm_vpn vpn)
{
    return vpn << m->config.page_shift;
}

/* Where the linker or chance put a program; what must come from a gap is placed by image_map. */
static vm_va program_bias(const vm_machine *m, const struct image *image)
{
    uint32_t s = elf_load(m, m->objects[image->program].first_segment);
    uint8_t link = m->objects[image->program].link;
    bool fixed = link == vm_link_kind_fixed || link == vm_link_kind_static_fixed;
    if (fixed) {
        return s && m->segments[s].linked ? 0 : bytes_of(m, image->layout.fixed);
    }
    return bytes_of(m, image->layout.program) - image->span.first;
}

static bool in_a_gap(const vm_machine *m, const struct image *image)
{
    return m->objects[image->program].link == vm_link_kind_static_pie;
}

enum vm_status image_plan(
    vm_machine *m, uint32_t program, uint64_t stack_limit, struct image *image)
{
    image->program = program; /* 0: none, which always fits */
    image->span = elf_span(m, program);
    if (image->span.interpreter) {
        image->loader = elf_span(m, image->span.interpreter);
    }
    image->layout = layout_draw(m, stack_limit);
    const struct layout *l = &image->layout;
    image->bias = program_bias(m, image);
    vm_vpn first = vpn_of(m, image->bias + image->span.first);
    bool fits = in_a_gap(m, image) ? image->span.pages + image->loader.pages < l->map_top
                                   : first && first + image->span.pages >= first &&
                                         first + image->span.pages <= l->stack_top - l->stack &&
                                         image->span.pages + image->loader.pages < l->map_top;
    return fits ? VM_OK : VM_INVALID;
}

enum vm_status image_reserve(vm_machine *m, const struct image *image)
{
    if (!image->program) {
        return VM_OK;
    }
    uint64_t segments = image->span.segments + image->loader.segments;
    uint64_t room = image->arguments ? arguments_room(m, image->arguments) : 0;
    uint64_t touched = segments + pages_of(m, room) + 2;
    enum vm_status status = RESERVE(m, objects, 2 * segments + 4);
    status = status == VM_OK ? vma_reserve(m, 2 * segments + 6) : status;
    status = status == VM_OK ? access_reserve(m, touched) : status;
    status = status == VM_OK ? table_reserve(m, (touched + 1) * m->config.levels) : status;
    uint64_t words = m->words_live ? (2 * touched + 2) * (page_size(m) / 8) : 0;
    return status == VM_OK ? RESERVE(m, words, words + room / 8 + 2) : status;
}

bool kernel_write(vm_machine *m, vm_tid tid, vm_va va, vm_frame *frame)
{
    enum user_copy_end end = user_touch(m, tid, va, vm_access_store, frame);
    if (end == USER_FAULT) { /* the file became shorter than its headers say */
        return image_fail(m, tid, m->processes[m->tasks[tid].pid].program);
    }
    return end == USER_DONE;
}

static void map_stack(vm_machine *m, vm_tid tid, const struct layout *l)
{
    struct vma stack = {.pid = m->tasks[tid].pid,
        .start = l->stack_top - l->stack,
        .end = l->stack_top,
        .prot = vm_prot_bit_read | vm_prot_bit_write,
        .flags = vm_map_bit_stack | vm_map_bit_growsdown | vm_map_bit_account,
        .kind = vm_vma_kind_stack,
        .offset = l->stack_top - l->stack};
    EMIT(m, segment_mapped, .pid = stack.pid, .vma = vma_next(m), .kind = vm_vma_kind_stack,
        .start = stack.start, .pages = l->stack);
    vma_new(m, &stack);
    struct task task = m->tasks[tid];
    task.sp = bytes_of(m, l->stack_top) - 16;
    task.fp = 0;
    task_put(m, tid, &task);
}

static void place_heap(vm_machine *m, vm_pid pid, const struct image *image)
{
    const struct layout *l = &image->layout;
    vm_vpn end = vpn_of(m, image->bias + image->span.first) + image->span.pages;
    uint64_t gap = l->brk_gap;
    if (in_a_gap(m, image)) { /* what grows up from there would soon meet the stack */
        end = l->brk_alone;
        gap -= gap != 0;
    }
    struct process now = m->processes[pid];
    now.brk_start = now.brk = bytes_of(m, end + gap);
    process_put(m, pid, &now);
}

/* The first instruction is the interpreter's, when there is one. */
static void set_entry(vm_machine *m, vm_tid tid, const struct image *image)
{
    uint32_t first = image->span.interpreter ? image->span.interpreter : image->program;
    vm_va bias = image->span.interpreter ? image->loader_bias : image->bias;
    uint32_t s = elf_load(m, m->objects[first].first_segment);
    while (s && !(m->segments[s].prot & vm_prot_bit_exec)) {
        s = elf_load(m, m->segments[s].next);
    }
    struct task task = m->tasks[tid];
    task.pc = s ? m->segments[s].va + bias : 0;
    task_put(m, tid, &task);
}

bool image_fail(vm_machine *m, vm_tid tid, uint32_t program)
{
    vm_pid pid = m->tasks[tid].pid;
    EMIT(m, exec_failed, .pid = pid, .program = program);
    process_end(m, pid, 128 + 11);
    return false;
}

/* A gap for an object; false: there is none. */
static bool find_gap(vm_machine *m, vm_pid pid, const struct elf_span *span, vm_va *bias)
{
    vm_vpn at;
    if (!map_gap(m, pid, span->pages, &at)) {
        return false;
    }
    *bias = bytes_of(m, at) - span->first;
    return true;
}

/* RLIMIT_AS holds for a program's segments and its stack too. */
static bool within_limit(const vm_machine *m, vm_pid pid, const struct image *image)
{
    return space_allows(m, pid, image->layout.stack + image->span.pages + image->loader.pages);
}

void image_empty(vm_machine *m, vm_pid pid, const struct image *image)
{
    struct process now = m->processes[pid];
    now.map_top = image->layout.map_top;
    now.map_base = image->layout.map_base;
    now.thread_stack = now.stack_limit;
    now.brk_start = now.brk = bytes_of(m, image->layout.program + image->layout.brk_gap);
    process_put(m, pid, &now);
}

/* The program, then its interpreter below what is mapped already. */
static bool map_files(vm_machine *m, vm_tid tid, struct image *image)
{
    vm_pid pid = m->tasks[tid].pid;
    if (in_a_gap(m, image) && !find_gap(m, pid, &image->span, &image->bias)) {
        return image_fail(m, tid, image->program);
    }
    if (!segments_map(m, tid, image->program, image->bias)) {
        return false;
    }
    if (!image->loader.pages) {
        return true;
    }
    if (!find_gap(m, pid, &image->loader, &image->loader_bias)) {
        return image_fail(m, tid, image->program);
    }
    return segments_map(m, tid, image->span.interpreter, image->loader_bias);
}

bool image_map(vm_machine *m, vm_tid tid, struct image *image)
{
    vm_pid pid = m->tasks[tid].pid;
    m->processes[pid].map_top = image->layout.map_top;
    m->processes[pid].map_base = image->layout.map_base;
    m->processes[pid].thread_stack = m->processes[pid].stack_limit;
    if (!within_limit(m, pid, image)) {
        return image_fail(m, tid, image->program);
    }
    map_stack(m, tid, &image->layout);
    if (image->arguments && !arguments_populate(m, tid, image)) {
        return false;
    }
    if (!map_files(m, tid, image)) {
        return false;
    }
    place_heap(m, pid, image);
    if (image->layout.vdso) {
        vdso_map(m, pid, image);
    }
    if (image->arguments && !arguments_write(m, tid, image)) {
        return false;
    }
    set_entry(m, tid, image);
    return true;
}

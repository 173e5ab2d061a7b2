/* SPDX-License-Identifier: MIT
 * `start`: the process that fork and execve would have made. Segments lie one after the other from
 * the layout's program address, the heap begins behind them, libraries go into the mapping area
 * from the top down, the stack lies at the end.
 */
#include "kernel/exec.h"

#include "kernel/descriptor.h"
#include "kernel/exit.h"
#include "kernel/file.h"
#include "kernel/kernel_space.h"
#include "kernel/layout.h"
#include "kernel/mmap_place.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"
#include "kernel/vma.h"
#include "mmu/table.h"

bool process_give_root(vm_machine *m, vm_pid pid)
{
    uint32_t frame = 0;
    if (!m->config.tables_outside) {
        vm_frame f = reclaim_take(m, pid, vm_frame_kind_table, 0, m->config.levels);
        if (f == VM_NO_FRAME) {
            return false;
        }
        frame = f + 1;
    }
    EMIT(m, table_made, .pid = pid, .table = table_next(m), .level = m->config.levels,
        .frame = frame ? frame - 1 : 0);
    uint32_t root = table_new(m, pid, m->config.levels, 0, frame);
    kernel_space_share(m, pid, root);
    struct process now = m->processes[pid];
    now.root = root;
    process_put(m, pid, &now);
    return true;
}

/* How much one object asks for, itself and what it needs (one level deep). */
struct need {
    uint64_t segments, pages;
};

static void add_need(const vm_machine *m, uint32_t object, struct need *need, bool deep)
{
    for (uint32_t s = m->objects[object].first_segment; s; s = m->segments[s].next) {
        const struct segment *segment = &m->segments[s];
        if (segment->library && deep) {
            add_need(m, segment->library, need, false);
        } else if (!segment->library) {
            need->segments++;
            need->pages += pages_of(m, segment->bytes);
        }
    }
}

static void map_segment(
    vm_machine *m, vm_pid pid, const struct segment *segment, uint32_t file, vm_vpn at)
{
    bool bss = segment->kind == vm_vma_kind_bss;
    struct vma vma = {.pid = pid,
        .start = at,
        .end = at + pages_of(m, segment->bytes),
        .prot = segment->prot,
        .kind = segment->kind,
        .object = bss ? 0 : file,
        .offset = bss ? at : segment->offset,
        .name = m->objects[file].name};
    EMIT(m, segment_mapped, .pid = pid, .vma = vma_next(m), .kind = segment->kind, .start = at,
        .pages = vma.end - vma.start);
    vma_new(m, &vma);
}

/* Maps the segments of one object from `at` upwards; returns the page behind the last. */
static vm_vpn map_object(vm_machine *m, vm_pid pid, uint32_t object, vm_vpn at)
{
    for (uint32_t s = m->objects[object].first_segment; s; s = m->segments[s].next) {
        if (!m->segments[s].library) {
            struct segment segment = m->segments[s];
            map_segment(m, pid, &segment, object, at);
            at += pages_of(m, segment.bytes);
        }
    }
    return at;
}

static void map_libraries(vm_machine *m, vm_pid pid, uint32_t program)
{
    for (uint32_t s = m->objects[program].first_segment; s; s = m->segments[s].next) {
        uint32_t library = m->segments[s].library;
        if (library) {
            struct need need = {0};
            add_need(m, library, &need, false);
            vm_vpn at;
            if (need.pages && map_gap(m, pid, need.pages, &at)) {
                map_object(m, pid, library, at);
            }
        }
    }
}

static void map_stack(vm_machine *m, vm_pid pid, vm_tid tid, const struct layout *l)
{
    struct vma stack = {.pid = pid,
        .start = l->stack_top - l->stack,
        .end = l->stack_top,
        .prot = vm_prot_bit_read | vm_prot_bit_write,
        .flags = vm_map_bit_stack | vm_map_bit_growsdown,
        .kind = vm_vma_kind_stack,
        .offset = l->stack_top - l->stack};
    EMIT(m, segment_mapped, .pid = pid, .vma = vma_next(m), .kind = vm_vma_kind_stack,
        .start = stack.start, .pages = l->stack);
    vma_new(m, &stack);
    struct task task = m->tasks[tid];
    task.sp = (l->stack_top << m->config.page_shift) - 16;
    task_put(m, tid, &task);
}

enum vm_status vm_op_start(vm_machine *m, const struct vm_op_start *op)
{
    uint32_t program = (uint32_t)op->program;
    if (op->program &&
        (op->program >= m->objects_n || m->objects[program].kind != vm_object_kind_file)) {
        return VM_INVALID;
    }
    if (m->config.limits.processes && m->processes_n > m->config.limits.processes) {
        return VM_LIMIT;
    }
    struct need need = {0};
    if (program) {
        add_need(m, program, &need, true);
    }
    uint64_t random = m->random;
    struct layout layout = layout_draw(m);
    enum vm_status status = need.pages >= layout.map_top ? VM_INVALID : VM_OK;
    status = status == VM_OK ? RESERVE(m, processes, 1) : status;
    status = status == VM_OK ? RESERVE(m, tasks, 1) : status;
    status = status == VM_OK ? vma_reserve(m, need.segments + 2) : status;
    status = status == VM_OK ? table_reserve(m, 1) : status;
    status = status == VM_OK ? descriptor_reserve(m, 3, 1) : status;
    status = status == VM_OK && m->words_live ? RESERVE(m, words, page_size(m) / 8) : status;
    if (status != VM_OK) {
        m->random = random;
        return status;
    }
    EMIT(m, process_started, .pid = m->processes_n, .program = program);
    vm_pid pid = process_new(m, (uint32_t)op->label, program, 0);
    vm_tid tid = m->processes[pid].task;
    m->outcome.value = pid;
    m->outcome.tid = tid;
    m->processes[pid].map_top = layout.map_top;
    if (!process_give_root(m, pid)) {
        EMIT(m, out_of_memory, .pid = pid);
        m->outcome.fault = vm_fault_oom;
        process_end(m, pid, 128 + 9);
        return VM_OK;
    }
    vm_vpn end = layout.program;
    if (program) {
        end = map_object(m, pid, program, end);
        map_libraries(m, pid, program);
        map_stack(m, pid, tid, &layout);
        descriptor_standard(m, pid);
    }
    struct process now = m->processes[pid];
    now.brk_start = now.brk = end << m->config.page_shift;
    process_put(m, pid, &now);
    switch_to(m, tid);
    cpu_mode(m, vm_mode_user);
    return VM_OK;
}

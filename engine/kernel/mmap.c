/* SPDX-License-Identifier: MIT
 * mmap (Linux: do_mmap, mmap_region): a request is checked, placed, and becomes a mapping or a part
 * of its neighbours. No entry is made. Invariant: whatever can be refused is refused before the
 * first change.
 */
#include "kernel/mmap.h"

#include "kernel/commit.h"
#include "kernel/descriptor.h"
#include "kernel/device.h"
#include "kernel/file.h"
#include "kernel/mlock.h"
#include "kernel/mmap_place.h"
#include "kernel/process.h"
#include "kernel/shmem.h"
#include "kernel/vma.h"
#include "mmu/access.h"

enum vm_status map_reserve(vm_machine *m)
{
    enum vm_status status = RESERVE(m, objects, 1);
    return status == VM_OK ? vma_reserve(m, 3) : status;
}

static uint8_t kind_of(const vm_machine *m, const struct map_request *request)
{
    if (request->kind) {
        return request->kind;
    }
    if (request->flags & vm_map_bit_pages) {
        return vm_vma_kind_pages;
    }
    switch (m->objects[request->object].kind) {
    case vm_object_kind_shmem:
        return vm_vma_kind_shm;
    case vm_object_kind_device:
        return vm_vma_kind_device;
    default:
        break;
    }
    if (!request->prot) {
        return vm_vma_kind_guard;
    }
    return request->flags & vm_map_bit_stack ? vm_vma_kind_stack : vm_vma_kind_map;
}

/* What stays of the request's flags on the mapping. */
static uint32_t flags_of(const vm_machine *m, const struct map_request *request)
{
    uint32_t flags =
        request->flags & ~(uint32_t)(vm_map_bit_fixed | vm_map_bit_populate | vm_map_bit_noreplace);
    if (m->config.overcommit == vm_overcommit_never) {
        flags &= ~(uint32_t)vm_map_bit_noreserve;
    }
    bool ram = !(flags & (vm_map_bit_pages | vm_map_bit_special));
    if (ram && is_accountable(request->prot, flags)) {
        flags |= vm_map_bit_account;
    }
    return flags;
}

/* Pages of [start, end) that are mapped, or of those the accounted ones. */
static uint64_t mapped_pages(
    const vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end, uint32_t flag)
{
    uint64_t pages = 0;
    for (uint32_t v = vma_first_end_after(m, mm, start); v && m->vmas[v].start < end;
         v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        vm_vpn from = vma->start > start ? vma->start : start, to = vma->end < end ? vma->end : end;
        pages += !flag || vma->flags & flag ? to - from : 0;
    }
    return pages;
}

/* A mapping with an object of its own is alike to no other. */
static bool needs_object(const struct map_request *request)
{
    return !request->object && request->flags & (vm_map_bit_pages | vm_map_bit_shared);
}

/* Why a request with its place is refused. */
static enum vm_errno_code refusal(
    const vm_machine *m, vm_pid pid, const struct map_request *request, vm_vpn start, vm_vpn end)
{
    vm_pid mm = mm_of(m, pid);
    uint64_t pages = end - start;
    uint64_t replaced = mapped_pages(m, mm, start, end, 0);
    bool book = request->flags & vm_map_bit_pages; /* a book's strings may begin at page 0 */
    if (start < map_floor(m) && !book && !capable(m, pid)) {
        return vm_errno_code_eperm;
    }
    if (request->flags & vm_map_bit_noreplace && replaced) {
        return vm_errno_code_eexist;
    }
    if (request->flags & vm_map_bit_locked && !lock_allows(m, pid, pages)) {
        return vm_errno_code_eagain;
    }
    if (!space_allows(m, pid, pages - replaced)) {
        return vm_errno_code_enomem;
    }
    bool shared = needs_object(request) && !book && !(request->flags & vm_map_bit_noreserve);
    if (flags_of(m, request) & vm_map_bit_account || shared) {
        uint64_t back = mapped_pages(m, mm, start, end, vm_map_bit_account);
        return commit_allows(m, mm, pages > back ? pages - back : 0) ? vm_errno_code_none
                                                                     : vm_errno_code_enomem;
    }
    return vm_errno_code_none;
}

static struct vma vma_of(
    const vm_machine *m, vm_pid mm, const struct map_request *request, vm_vpn start, vm_vpn end)
{
    return (struct vma){.pid = mm,
        .start = start,
        .end = end,
        .prot = request->prot,
        .flags = flags_of(m, request),
        .kind = kind_of(m, request),
        .object = request->object,
        .offset = request->object ? request->offset : start,
        .name = request->name};
}

static void give_object(vm_machine *m, const struct map_request *request, struct vma *vma)
{
    if (request->flags & vm_map_bit_pages) {
        vma->object = object_new(m, vm_object_kind_file, request->name, 0);
        vma->offset = request->offset;
    } else {
        uint64_t pages = vma->end - vma->start;
        vma->object = shmem_new(m, request->name, pages << m->config.page_shift);
        if (!(vma->flags & vm_map_bit_noreserve)) {
            object_promise(m, vma->object, pages);
        }
        vma->offset = 0;
    }
}

vm_va map_region(
    vm_machine *m, vm_pid pid, const struct map_request *request, enum vm_errno_code *error)
{
    vm_pid mm = mm_of(m, pid);
    uint64_t pages = pages_of(m, request->bytes);
    bool grows = request->flags & vm_map_bit_growsdown;
    bool fixed = request->flags & vm_map_bit_fixed;
    if (!pages || (fixed && request->hint & (page_size(m) - 1)) ||
        (grows && (request->object || request->flags & vm_map_bit_shared))) {
        *error = vm_errno_code_einval;
        return 0;
    }
    vm_vpn start;
    if (m->processes[mm].vmas > MAP_COUNT_MAX || request->offset + pages < pages ||
        !map_place(m, mm, request, pages, &start)) {
        *error = vm_errno_code_enomem;
        return 0;
    }
    *error = refusal(m, pid, request, start, start + pages);
    if (*error != vm_errno_code_none) {
        return 0;
    }
    unmap_range(m, mm, start, start + pages); /* a fixed mapping replaces what was there */
    struct vma vma = vma_of(m, mm, request, start, start + pages);
    bool own = needs_object(request);
    uint32_t target = own ? 0 : vma_merge_target(m, &vma);
    EMIT(
        m, mapped, .pid = mm, .vma = target ? target : vma_next(m), .start = start, .pages = pages);
    if (own) {
        give_object(m, request, &vma);
        vma_new(m, &vma);
    } else {
        vma_place(m, &vma);
    }
    return start << m->config.page_shift;
}

/* Objects of some kinds are mapped in their own way (their file_operations' mmap). */
static enum vm_errno_code by_object(const vm_machine *m, struct map_request *request)
{
    switch ((enum vm_object_kind)m->objects[request->object].kind) {
    case vm_object_kind_device:
        request->flags |= vm_map_bit_special;
        return device_refusal(
            m, request->object, request->offset, pages_of(m, request->bytes), request->flags);
    case vm_object_kind_char_zero: /* anonymous memory by another name: mmap_zero */
        request->object = 0;
        request->offset = 0;
        return vm_errno_code_none;
    case vm_object_kind_char_null:
    case vm_object_kind_terminal:
    case vm_object_kind_pipe:
    case vm_object_kind_mqueue:
        return vm_errno_code_enodev;
    case vm_object_kind_none:
    case vm_object_kind_anon:
    case vm_object_kind_file:
    case vm_object_kind_shmem:
    case vm_object_kind_vdso:
    case vm_object_kind_count:
        break;
    }
    return vm_errno_code_none;
}

/* Nothing that a program could open or hold. */
static bool without_name(const vm_machine *m, uint64_t object)
{
    enum vm_object_kind kind = (enum vm_object_kind)m->objects[object].kind;
    return object && (kind == vm_object_kind_anon || kind == vm_object_kind_vdso);
}

static enum vm_status reserve(vm_machine *m, const struct vm_op_mmap *op)
{
    enum vm_status status = map_reserve(m);
    if (status == VM_OK && op->flags & vm_map_bit_shared) { /* it may get an object of its own */
        status = cache_reserve(m, 0, op->bytes);
    }
    if (status == VM_OK && op->flags & (vm_map_bit_populate | vm_map_bit_locked)) {
        uint64_t pages = pages_of(m, op->bytes);
        status = pages > m->config.limits.pages ? VM_LIMIT : access_reserve(m, pages);
    }
    return status;
}

static vm_va map_object(
    vm_machine *m, vm_pid pid, const struct map_request *request, enum vm_errno_code *error)
{
    vm_va at = map_region(m, pid, request, error);
    if (*error == vm_errno_code_none && !device_map(m, pid, at)) {
        *error = vm_errno_code_enomem;
    }
    return at;
}

enum vm_status vm_op_mmap(vm_machine *m, const struct vm_op_mmap *op)
{
    const uint64_t known = vm_map_bit_shared | vm_map_bit_fixed | vm_map_bit_stack |
                           vm_map_bit_growsdown | vm_map_bit_pages | vm_map_bit_populate |
                           vm_map_bit_noreserve | vm_map_bit_noreplace | vm_map_bit_locked;
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (op->prot > 7 || op->flags & ~known || op->object >= m->objects_n ||
        without_name(m, op->object) ||
        (op->flags & vm_map_bit_pages && (op->object || op->fd))) { /* they are of no file */
        return VM_INVALID;
    }
    status = reserve(m, op);
    status = status == VM_OK ? device_reserve(m, op) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint64_t fixed = op->flags & vm_map_bit_noreplace ? vm_map_bit_fixed : 0;
    struct map_request request = {.hint = op->hint,
        .bytes = op->bytes,
        .offset = op->offset,
        .flags = (uint32_t)(op->flags | fixed),
        .object = (uint32_t)op->object,
        .name = (uint32_t)op->name,
        .prot = (uint8_t)op->prot};
    call_begin(m, tid, vm_op_kind_mmap);
    enum vm_errno_code error =
        descriptor_mmap(m, m->tasks[tid].pid, op, &request.object, &request.flags);
    error = error == vm_errno_code_none ? by_object(m, &request) : error;
    vm_va at = 0;
    if (error == vm_errno_code_none) {
        at = map_object(m, m->tasks[tid].pid, &request, &error);
    }
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
        return VM_OK;
    }
    if (request.flags & (vm_map_bit_populate | vm_map_bit_locked)) {
        vm_vpn start = vpn_of(m, at); /* mm_populate: what cannot be had is left to the faults */
        (void)populate_mapped(m, tid, start, start + pages_of(m, op->bytes));
    }
    call_end(m, tid, at);
    return VM_OK;
}

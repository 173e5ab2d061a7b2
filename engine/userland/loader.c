/* SPDX-License-Identifier: MIT
 * glibc's way of mapping a library (_dl_map_segments): one mapping over its whole length finds the
 * place and keeps it together, fixed mappings over parts of it give each segment its rights, the
 * last one is anonymous: BSS.
 */
#include "userland/loader.h"

#include "kernel/elf.h"
#include "kernel/exit.h"
#include "kernel/image.h"
#include "kernel/mmap.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/table.h"
#include "userland/tls.h"

#define LIBRARIES_MAX 64

struct libraries {
    uint32_t object[LIBRARIES_MAX];
    unsigned n;
};

static bool known(const struct libraries *list, uint32_t object)
{
    for (unsigned i = 0; i < list->n; i++) {
        if (list->object[i] == object) {
            return true;
        }
    }
    return false;
}

static void add_needed(const vm_machine *m, uint32_t object, struct libraries *list)
{
    for (uint32_t s = m->objects[object].first_segment; s; s = m->segments[s].next) {
        const struct segment *segment = &m->segments[s];
        if (segment->library && !segment->interpreter && list->n < LIBRARIES_MAX &&
            !known(list, segment->library)) {
            list->object[list->n++] = segment->library;
        }
    }
}

/* Everything needed, by the program and by what it needs, in ld.so's order. */
static void collect(const vm_machine *m, uint32_t program, struct libraries *list)
{
    list->n = 0;
    add_needed(m, program, list);
    for (unsigned i = 0; i < list->n; i++) {
        add_needed(m, list->object[i], list);
    }
}

bool loader_has_libraries(const vm_machine *m, uint32_t program)
{
    struct libraries list = {.n = 0};
    add_needed(m, program, &list);
    return list.n > 0;
}

enum vm_status loader_reserve(vm_machine *m, uint32_t program)
{
    struct libraries list;
    collect(m, program, &list);
    uint64_t segments = 0;
    for (unsigned i = 0; i < list.n; i++) {
        segments += elf_span(m, list.object[i]).segments + 1;
    }
    enum vm_status status = tls_reserve(m, program);
    bool tls = tls_bytes(m, program) > 0; /* a mapping more, beside the image's own */
    uint64_t more = tls ? 2 * (uint64_t)elf_span(m, program).segments + 12 : 0;
    status = status == VM_OK ? vma_reserve(m, 5 * segments + more) : status;
    status = status == VM_OK ? RESERVE(m, objects, 2 * segments + more) : status;
    status = status == VM_OK && segments ? access_reserve(m, segments) : status;
    return status == VM_OK && segments ? table_reserve(m, (segments + 1) * m->config.levels)
                                       : status;
}

/* The rest of the last page that the file fills: memset in user mode. */
static bool zero_tail(vm_machine *m, vm_tid tid, vm_va end)
{
    vm_frame frame;
    if (access_page(m, tid, end, vm_access_store, &frame) != ACCESS_DONE) {
        return false;
    }
    page_zero_from(m, frame, (uint32_t)(end & (page_size(m) - 1)));
    return true;
}

/* The loader gives up when the kernel refuses it something. */
static bool give_up(vm_machine *m, vm_tid tid, uint32_t library)
{
    EMIT(m, library_refused, .tid = tid, .library = library);
    process_end(m, m->tasks[tid].pid, 127);
    return false;
}

static bool map_part(vm_machine *m, vm_tid tid, uint32_t library, const struct map_request *part)
{
    enum vm_errno_code error;
    EMIT(m, library_segment, .tid = tid, .library = library, .kind = part->kind,
        .start = vpn_of(m, part->hint), .pages = pages_of(m, part->bytes));
    map_region(m, m->tasks[tid].pid, part, &error);
    return error == vm_errno_code_none || give_up(m, tid, library);
}

static bool map_segment(
    vm_machine *m, vm_tid tid, uint32_t library, const struct segment *segment, vm_va bias)
{
    unsigned shift = m->config.page_shift;
    vm_va at = segment->va + bias, file_end = at + segment->file_bytes;
    vm_vpn start = at >> shift, end = pages_of(m, at + segment->bytes);
    vm_vpn middle = segment->file_bytes ? pages_of(m, file_end) : start;
    struct map_request part = {.hint = start << shift,
        .bytes = (middle - start) << shift,
        .offset = segment->file_offset >> shift,
        .flags = vm_map_bit_fixed,
        .object = library,
        .name = m->objects[library].name,
        .prot = segment->prot,
        .kind = segment->kind};
    bool first = vpn_of(m, at) == vpn_of(m, bias + elf_span(m, library).first);
    if (middle > start && !first && !map_part(m, tid, library, &part)) {
        return false; /* the first one is mapped with the whole */
    }
    bool tail = middle > start && segment->bytes > segment->file_bytes &&
                segment->prot & vm_prot_bit_write && file_end & (page_size(m) - 1);
    if (tail && !zero_tail(m, tid, file_end)) {
        return false;
    }
    if (end > middle) {
        part.hint = middle << shift;
        part.bytes = (end - middle) << shift;
        part.kind = vm_vma_kind_bss;
        part.object = 0;
        part.offset = 0;
        return map_part(m, tid, library, &part);
    }
    return true;
}

/* False: the process is gone. */
static bool map_library(vm_machine *m, vm_tid tid, uint32_t library)
{
    struct elf_span span = elf_span(m, library);
    uint32_t s = elf_load(m, m->objects[library].first_segment);
    if (!s) {
        return true;
    }
    struct map_request whole = {.bytes = span.pages << m->config.page_shift,
        .offset = m->segments[s].file_offset >> m->config.page_shift,
        .object = library,
        .name = m->objects[library].name,
        .prot = m->segments[s].prot,
        .kind = m->segments[s].kind};
    enum vm_errno_code error;
    EMIT(m, library_mapped, .tid = tid, .library = library, .pages = span.pages);
    vm_va at = map_region(m, m->tasks[tid].pid, &whole, &error);
    if (error != vm_errno_code_none) {
        return give_up(m, tid, library);
    }
    for (; s; s = elf_load(m, m->segments[s].next)) {
        struct segment segment = m->segments[s];
        if (!map_segment(m, tid, library, &segment, at - span.first)) {
            return false;
        }
    }
    return true;
}

void loader_run(vm_machine *m, vm_tid tid, uint32_t program)
{
    struct libraries list;
    collect(m, program, &list);
    for (unsigned i = 0; i < list.n; i++) {
        if (!map_library(m, tid, list.object[i])) {
            return;
        }
    }
    if (!tls_make_main(m, tid, program) && m->tasks[tid].state != vm_task_state_ended) {
        give_up(m, tid, program);
    }
}

/* SPDX-License-Identifier: MIT
 * Program headers. Invariants: the segments of an object ascend by address, no two in one page; the
 * file's part of each lies in the file, at the same place within its page as in memory.
 *
 *   file    | text     | rodata   | data  |
 *   memory  | r-x text | r-- ro.. | rw- data |zeros| bss    |
 *                                         file_bytes      bytes
 */
#include "kernel/elf.h"

#include "kernel/file.h"
#include "kernel/page_cache.h"
#include "kernel/words.h"

/* Linkers mark what can be run. */
#define EXECUTE_BITS 0111

static bool is_file(const vm_machine *m, uint64_t object)
{
    return object && object < m->objects_n && m->objects[object].kind == vm_object_kind_file;
}

uint32_t elf_load(const vm_machine *m, uint32_t s)
{
    while (s && m->segments[s].library) {
        s = m->segments[s].next;
    }
    return s;
}

struct elf_span elf_span(const vm_machine *m, uint32_t object)
{
    struct elf_span span = {0};
    for (uint32_t s = m->objects[object].first_segment; s; s = m->segments[s].next) {
        const struct segment *segment = &m->segments[s];
        if (segment->library) {
            span.interpreter = segment->interpreter ? segment->library : span.interpreter;
            span.libraries += !segment->interpreter;
            continue;
        }
        if (!span.segments++) {
            span.first = segment->va & ~(page_size(m) - 1);
        }
        span.pages = pages_of(m, segment->va + segment->bytes) - vpn_of(m, span.first);
    }
    return span;
}

static uint32_t last_load(const vm_machine *m, uint32_t object)
{
    uint32_t last = 0;
    for (uint32_t s = elf_load(m, m->objects[object].first_segment); s;
         s = elf_load(m, m->segments[s].next)) {
        last = s;
    }
    return last;
}

/* One segment is reserved. */
static void add(vm_machine *m, uint32_t object, const struct segment *segment)
{
    uint32_t *link = &m->objects[object].first_segment;
    while (*link) {
        link = &m->segments[*link].next;
    }
    *link = m->segments_n;
    m->segments[m->segments_n++] = *segment;
}

static void allow_execution(vm_machine *m, uint32_t object, uint64_t prot)
{
    const struct object *o = &m->objects[object];
    if (prot & vm_prot_bit_exec && !(o->mode & EXECUTE_BITS)) {
        object_set_owner(m, object, o->mode | EXECUTE_BITS, o->uid, o->gid);
    }
}

/* The file's room for one more segment behind what it holds. */
static enum vm_status grow_file(vm_machine *m, uint32_t object, uint64_t pages)
{
    uint64_t bytes = (object_pages(m, object) + pages) << m->config.page_shift;
    enum vm_status status = cache_reserve(m, object, bytes);
    if (status == VM_OK) {
        cache_resize(m, object, bytes);
    }
    return status;
}

/* A part of a program without addresses: the linker puts it on the next page. */
enum vm_status vm_op_segment(vm_machine *m, const struct vm_op_segment *op)
{
    if (!is_file(m, op->object) || op->kind < vm_vma_kind_text || op->kind > vm_vma_kind_bss ||
        !op->bytes || op->prot > 7) {
        return VM_INVALID;
    }
    uint64_t pages = pages_of(m, op->bytes), bytes = pages << m->config.page_shift;
    if (pages > m->config.limits.pages) {
        return VM_LIMIT;
    }
    enum vm_status status = RESERVE(m, segments, 1);
    uint32_t object = (uint32_t)op->object;
    uint32_t last = last_load(m, object);
    bool bss = op->kind == vm_vma_kind_bss;
    uint64_t offset = object_pages(m, object) << m->config.page_shift;
    status = status == VM_OK && !bss ? grow_file(m, object, pages) : status;
    if (status != VM_OK) {
        return status;
    }
    if (bss && last && m->segments[last].prot & vm_prot_bit_write) {
        m->segments[last].bytes += bytes; /* the tail of the data's header */
        return VM_OK;
    }
    const struct segment segment = {.kind = (uint8_t)op->kind,
        .prot = (uint8_t)op->prot,
        .va = last ? m->segments[last].va + m->segments[last].bytes : 0,
        .file_offset = bss ? 0 : offset,
        .file_bytes = bss ? 0 : bytes,
        .bytes = bytes};
    add(m, object, &segment);
    allow_execution(m, object, op->prot);
    return VM_OK;
}

static enum vm_vma_kind kind_of(uint64_t prot)
{
    return prot & vm_prot_bit_exec    ? vm_vma_kind_text
           : prot & vm_prot_bit_write ? vm_vma_kind_data
                                      : vm_vma_kind_rodata;
}

enum vm_status vm_op_elf_segment(vm_machine *m, const struct vm_op_elf_segment *op)
{
    uint64_t page = page_size(m), space = UINT64_C(1) << m->config.va_bits;
    if (!is_file(m, op->object) || op->prot > 7 || !op->bytes || op->file_bytes > op->bytes ||
        op->bytes > space || op->va > space - op->bytes ||
        (op->file_bytes && op->va % page != op->offset % page)) {
        return VM_INVALID;
    }
    uint32_t object = (uint32_t)op->object, last = last_load(m, object);
    uint64_t size = m->objects[object].bytes;
    if (op->file_bytes && (op->offset > size || op->file_bytes > size - op->offset)) {
        return VM_INVALID;
    }
    if (last &&
        (!m->segments[last].linked ||
            pages_of(m, m->segments[last].va + m->segments[last].bytes) > vpn_of(m, op->va))) {
        return VM_INVALID;
    }
    enum vm_status status = RESERVE(m, segments, 1);
    if (status != VM_OK) {
        return status;
    }
    const struct segment segment = {.kind = (uint8_t)kind_of(op->prot),
        .prot = (uint8_t)op->prot,
        .linked = true,
        .va = op->va,
        .file_offset = op->offset,
        .file_bytes = op->file_bytes,
        .bytes = op->bytes};
    add(m, object, &segment);
    allow_execution(m, object, op->prot);
    return VM_OK;
}

enum vm_status vm_op_link(vm_machine *m, const struct vm_op_link *op)
{
    if (!is_file(m, op->object) || op->kind >= vm_link_kind_count) {
        return VM_INVALID;
    }
    m->objects[op->object].link = (uint8_t)op->kind;
    return VM_OK;
}

static enum vm_status refer(vm_machine *m, uint64_t object, uint64_t other, bool interpreter)
{
    if (!is_file(m, object) || !is_file(m, other)) {
        return VM_INVALID;
    }
    enum vm_status status = RESERVE(m, segments, 1);
    if (status == VM_OK) {
        add(m, (uint32_t)object,
            &(struct segment){.library = (uint32_t)other, .interpreter = interpreter});
    }
    return status;
}

enum vm_status vm_op_needs(vm_machine *m, const struct vm_op_needs *op)
{
    return refer(m, op->object, op->library, false);
}

enum vm_status vm_op_interpreter(vm_machine *m, const struct vm_op_interpreter *op)
{
    return refer(m, op->object, op->interpreter, true);
}

enum vm_status vm_op_file_word(vm_machine *m, const struct vm_op_file_word *op)
{
    if (!is_file(m, op->object) || op->offset % 8) {
        return VM_INVALID;
    }
    uint32_t object = (uint32_t)op->object;
    uint64_t index = op->offset >> m->config.page_shift;
    struct cached *cached = cache_at(m, object, index);
    if (!cached || cached->frame) {
        return VM_INVALID;
    }
    enum vm_status status = RESERVE(m, words, 1);
    if (status == VM_OK) {
        words_put(m, vm_store_file, object, index, &cached->words,
            (uint32_t)(op->offset & (page_size(m) - 1)), op->value);
    }
    return status;
}

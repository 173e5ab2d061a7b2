/* SPDX-License-Identifier: MIT
 * What pages of each size cost (Tanenbaum and Bos, section 3.5.3): internal fragmentation, that is
 * bytes of the pages touched that nobody used, and page tables. Use is counted in pieces of 16
 * bytes, the least that malloc gives. Tables are x86-64's whatever the page size: 512 entries in 4
 * KiB, level above level up to 48 bits of address; for 4 KiB, 2 MiB and 1 GiB exactly its own. A
 * trace of page numbers does not say what was used of a page: all of it, then, and only larger
 * pages are looked at.
 */
#include "analysis/part.h"

#include <stdlib.h>

enum { PIECE_SHIFT = 4, FIRST_SHIFT = 9, LAST_SHIFT = 22, HUGE_SHIFT = 30 };
enum { TABLE_SHIFT = 9, ADDRESS_BITS = 48, TABLE_BYTES = 4096, LEVELS_MAX = 6 };

struct page_size {
    struct kept pieces; /* only their numbers: the entries are forgotten */
    bool within;        /* a reference lay within a page: there are addresses */
    uint64_t *sorted;   /* owned; the pieces used, or the pages */
    uint32_t n;
    uint8_t grain; /* what `sorted` counts, log2 of bytes */
    uint8_t shift; /* the page size that comes next; 0: none */
    uint32_t at;   /* in `sorted` */
    unsigned levels;
    uint64_t pages, table[LEVELS_MAX]; /* so far; tables[0] map pages */
};

static uint64_t piece_of(const struct vm_trace_ref *ref, uint64_t va)
{
    return va >> PIECE_SHIFT | (uint64_t)ref->process << VM_TRACE_VPN_BITS;
}

static enum vm_status take(struct page_size *p, const struct vm_trace_ref *ref)
{
    enum vm_status status = VM_OK;
    vm_va last = ref->va + (ref->bytes ? ref->bytes - 1 : 0);
    for (vm_va va = ref->va >> PIECE_SHIFT; va <= last >> PIECE_SHIFT && status == VM_OK; va++) {
        struct vm_trace_ref piece = {.vpn = piece_of(ref, va << PIECE_SHIFT), .kind = 'R'};
        status = kept_feed(&p->pieces, &piece, 1);
        p->pieces.n = 0;
    }
    return status;
}

static enum vm_status feed(vm_analysis *a, const struct vm_trace_ref *refs, size_t n)
{
    struct page_size *p = a->state;
    enum vm_status status = VM_OK;
    const vm_va offset = (UINT64_C(1) << a->request.page_shift) - 1;
    for (size_t i = 0; i < n && status == VM_OK; i++) {
        if (vm_trace_page(&refs[i], a->request.page_shift) != refs[i].vpn) {
            return VM_LIMIT; /* a page number that no 64-bit address has */
        }
        p->within = p->within || refs[i].va & offset;
        if (i == 0 || refs[i].va != refs[i - 1].va || refs[i].bytes != refs[i - 1].bytes ||
            refs[i].process != refs[i - 1].process) {
            status = take(p, &refs[i]);
        }
    }
    return status;
}

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static uint8_t next_size(uint8_t shift)
{
    return shift >= HUGE_SHIFT ? 0 : shift >= LAST_SHIFT ? HUGE_SHIFT : (uint8_t)(shift + 1);
}

static enum vm_status start(vm_analysis *a)
{
    struct page_size *p = a->state;
    uint8_t base = a->request.page_shift;
    p->n = p->pieces.numbers.pages;
    p->sorted = malloc((p->n + (size_t)1) * sizeof(*p->sorted));
    if (!p->sorted) {
        return VM_NOMEM;
    }
    for (uint32_t i = 0; i < p->n; i++) {
        p->sorted[i] = p->pieces.numbers.vpn[i];
    }
    qsort(p->sorted, p->n, sizeof(*p->sorted), by_number);
    kept_release(&p->pieces);
    p->grain = p->within || base < PIECE_SHIFT ? PIECE_SHIFT : base;
    p->shift = p->within || base < FIRST_SHIFT ? FIRST_SHIFT : base;
    for (uint8_t shift = p->n ? p->shift : 0; shift; shift = next_size(shift)) {
        a->all += p->n;
    }
    p->shift = p->n ? p->shift : 0;
    return VM_OK;
}

static void count(struct page_size *p, uint32_t end)
{
    for (; p->at < end; p->at++) {
        uint64_t piece = p->sorted[p->at],
                 changed = p->at ? piece ^ p->sorted[p->at - 1] : ~UINT64_C(0);
        p->pages += changed >> (p->shift - PIECE_SHIFT) != 0;
        unsigned level = 0, shift = p->shift + TABLE_SHIFT;
        for (; shift < ADDRESS_BITS; shift += TABLE_SHIFT) {
            p->table[level++] += changed >> (shift - PIECE_SHIFT) != 0;
        }
        p->table[level++] += changed >> VM_TRACE_VPN_BITS != 0; /* the root: one a process */
        p->levels = level;
    }
}

static enum vm_status add_row(vm_analysis *a, const struct page_size *p)
{
    uint64_t size = UINT64_C(1) << p->shift, used = (uint64_t)p->n << p->grain, tables = 0;
    for (unsigned level = 0; level < p->levels; level++) {
        tables += p->table[level] * TABLE_BYTES;
    }
    uint64_t waste = p->pages * size - used;
    enum vm_status status = analysis_reserve(a, 1);
    if (status == VM_OK) {
        analysis_row(
            a, (union analysis_value[]){{.number = size}, {.number = p->pages}, {.number = used},
                   {.number = waste}, {.number = tables}, {.number = waste + tables}});
    }
    return status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct page_size *p = a->state;
    enum vm_status status = VM_OK;
    if (p->shift) {
        uint32_t left = p->n - p->at, some = left < budget ? left : (uint32_t)budget;
        count(p, p->at + some);
        a->done += some;
        if (p->at == p->n) {
            status = add_row(a, p);
            p->shift = next_size(p->shift);
            p->at = 0;
            p->pages = 0;
            for (unsigned level = 0; level < LEVELS_MAX; level++) {
                p->table[level] = 0;
            }
        }
    }
    *more = p->shift != 0;
    return status;
}

static size_t memory(const vm_analysis *a)
{
    const struct page_size *p = a->state;
    return kept_memory(&p->pieces) + p->n * sizeof(*p->sorted);
}

static void release(vm_analysis *a)
{
    struct page_size *p = a->state;
    kept_release(&p->pieces);
    free(p->sorted);
}

const struct analysis_ops analysis_page_size = {.state_size = sizeof(struct page_size),
    .feed = feed,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};

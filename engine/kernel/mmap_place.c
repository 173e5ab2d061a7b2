/* SPDX-License-Identifier: MIT
 * Where a mapping goes (Linux: arch_get_unmapped_area_topdown, __thp_get_unmapped_area): at its
 * hint when that is free, else at the top of the highest gap that fits. Nothing here changes a
 * machine.
 */
#include "kernel/mmap_place.h"

#include "kernel/vma.h"

vm_vpn map_floor(const vm_machine *m)
{
    /* vm.mmap_min_addr; a small machine spares page 0. */
    vm_vpn floor = (UINT64_C(65536) >> m->config.page_shift);
    return m->config.va_bits >= 32 && floor ? floor : 1;
}

/* Nothing may be placed at or above this: a stack keeps its gap (vm_start_gap). */
static vm_vpn start_gap(const vm_machine *m, const struct vma *vma)
{
    uint64_t gap = vma->flags & vm_map_bit_growsdown ? m->config.stack_guard_gap : 0;
    return vma->start > gap ? vma->start - gap : 0;
}

/* The highest gap of `pages` between two pages, or the lowest. */
static bool gap_between(const vm_machine *m, vm_pid mm, uint64_t pages, vm_vpn floor, vm_vpn top,
    bool highest, vm_vpn *out)
{
    bool found = false;
    uint32_t v = vma_first_end_after(m, mm, floor);
    while (floor < top) {
        vm_vpn above = v ? start_gap(m, &m->vmas[v]) : top;
        vm_vpn ceiling = above < top ? above : top;
        if (ceiling >= floor && ceiling - floor >= pages) {
            found = true;
            *out = highest ? ceiling - pages : floor;
            if (!highest) {
                return true;
            }
        }
        if (!v) {
            break;
        }
        floor = m->vmas[v].end > floor ? m->vmas[v].end : floor;
        v = m->vmas[v].next;
    }
    return found;
}

bool map_gap(const vm_machine *m, vm_pid mm, uint64_t pages, vm_vpn *out)
{
    vm_vpn end = m->user_end, base = m->processes[mm].map_base;
    if (base) { /* Linux 2.4: from the bottom up, the first gap */
        return gap_between(m, mm, pages, base, m->processes[mm].map_top, false, out);
    }
    return gap_between(m, mm, pages, 1, m->processes[mm].map_top, true, out) ||
           gap_between(m, mm, pages, end / 3 ? end / 3 : 1, end, false, out);
}

/* Pages that one entry of level 2 maps: a huge page; 0 where mappings are not aligned to them
 * (32-bit kernels, one level, reference strings). */
static uint64_t huge_pages(const vm_machine *m, const struct map_request *request)
{
    bool aligned =
        m->config.va_bits > 32 && m->config.levels > 1 && !on_paper(m) &&
        !(request->flags & (vm_map_bit_pages | (request->object ? 0 : vm_map_bit_shared)));
    return aligned ? UINT64_C(1) << m->shift[2] : 0;
}

/* So that huge pages could be used: offset and address agree below a huge page's size. */
static bool aligned_gap(
    const vm_machine *m, vm_pid mm, const struct map_request *request, uint64_t pages, vm_vpn *out)
{
    uint64_t huge = huge_pages(m, request), offset = request->object ? request->offset : 0;
    if (!huge || (!request->object && (request->hint || pages % huge))) {
        return false;
    }
    uint64_t first = (offset + huge - 1) / huge * huge;
    vm_vpn at;
    if (offset + pages <= first || offset + pages - first < huge || pages + huge < pages ||
        !map_gap(m, mm, pages + huge, &at)) {
        return false;
    }
    uint64_t off = (offset - at) & (huge - 1);
    *out = at + (off ? off : huge);
    return true;
}

/* mmap's hint: a page that is free with all that follow. */
static bool hint_free(const vm_machine *m, vm_pid mm, vm_vpn at, uint64_t pages)
{
    if (!at || at + pages > m->user_end || at + pages < at) {
        return false;
    }
    uint32_t next = vma_first_end_after(m, mm, at);
    return !next || at + pages <= start_gap(m, &m->vmas[next]);
}

bool map_place(
    const vm_machine *m, vm_pid mm, const struct map_request *request, uint64_t pages, vm_vpn *out)
{
    vm_vpn at = request->hint >> m->config.page_shift;
    if (request->flags & vm_map_bit_fixed) {
        *out = at;
        return at + pages <= m->user_end && at + pages > at;
    }
    at = at && at < map_floor(m) ? map_floor(m) : at; /* round_hint_to_min */
    if (hint_free(m, mm, at, pages)) {
        *out = at;
        return true;
    }
    return aligned_gap(m, mm, request, pages, out) || map_gap(m, mm, pages, out);
}

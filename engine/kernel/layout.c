/* SPDX-License-Identifier: MIT
 * Address-space layouts. x86-64: Linux's with position-independent programs (0x555555554000,
 * mappings below 0x7ffff7fff000, stack below 0x7ffffffff000); x86-32: 0x08048000 and the 3G/1G
 * split; Sv39: 256 GiB of user space. Small machines get the same order, scaled: program low, stack
 * at the top.
 */
#include "kernel/layout.h"

uint64_t random_next(vm_machine *m)
{
    uint64_t z = m->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static struct layout small(const vm_machine *m)
{
    vm_vpn pages = pages_in_space(m);
    uint64_t stack = pages / 64 ? pages / 64 : 1;
    return (struct layout){.program = pages / 16 ? pages / 16 : 1,
        .map_top = pages - pages / 8,
        .stack_top = pages,
        .stack = stack > 33 ? 33 : stack};
}

/* Page sizes other than 4 KiB keep the addresses. */
static vm_vpn page_at(const vm_machine *m, vm_va va)
{
    return va >> m->config.page_shift;
}

struct layout layout_draw(vm_machine *m)
{
    struct layout l = small(m);
    unsigned program_bits = 0, map_bits = 0;
    switch (m->config.kind) {
    case vm_machine_kind_x86_64:
    case vm_machine_kind_x86_64_5level:
    case vm_machine_kind_paper:
        l = (struct layout){
            page_at(m, 0x555555554000), page_at(m, 0x7ffff7fff000), page_at(m, 0x7ffffffff000), 33};
        program_bits = 28;
        map_bits = 28;
        break;
    case vm_machine_kind_x86_32:
        l = (struct layout){
            page_at(m, 0x08048000), page_at(m, 0xb7fff000), page_at(m, 0xc0000000), 33};
        map_bits = 8;
        break;
    case vm_machine_kind_sv39:
        l = (struct layout){
            page_at(m, 0x2aaaaaa000), page_at(m, 0x3ff7fff000), page_at(m, 0x3ffffff000), 33};
        program_bits = 16;
        map_bits = 16;
        break;
    case vm_machine_kind_custom:
    case vm_machine_kind_count:
        break;
    }
    if (m->config.aslr && map_bits) { /* a small machine has no room to move in */
        l.program += random_next(m) & ((UINT64_C(1) << program_bits) - 1);
        uint64_t down = random_next(m) & ((UINT64_C(1) << map_bits) - 1);
        l.map_top -= down;
        l.stack_top -= random_next(m) & 0xff; /* stays above the highest mapping */
    }
    return l;
}

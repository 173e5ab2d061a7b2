/* SPDX-License-Identifier: MIT
 * Machines to choose from, and what makes a configuration sound.
 */
#include "machine/world.h"

#define FRAMES_MAX (UINT32_C(1) << 22)

#define REAL(name)                                                                                 \
    .kind = vm_machine_kind_##name, .page_shift = 12, .frames = 256, .slots = 64,                  \
    .kernel_frames = 16, .tlb_sets = 1, .tlb_ways = 16, .policy = vm_policy_kind_clock

#define CONTIGUOUS(name)                                                                           \
    .kind = vm_machine_kind_##name, .page_shift = 4, .levels = 1, .level_bits = {4}, .frames = 1,  \
    .tables_outside = true, .coalesce = true, .split = 1

#define ONE_TABLE(name)                                                                            \
    .kind = vm_machine_kind_##name, .page_shift = 12, .frames = 32, .slots = 64,                   \
    .tables_outside = true, .policy = vm_policy_kind_clock

static const struct vm_config presets[] = {
    [vm_machine_kind_paper] = {.kind = vm_machine_kind_paper,
        .va_bits = 48,
        .page_shift = 12,
        .levels = 4,
        .level_bits = {9, 9, 9, 9},
        .frames = 3,
        .slots = 4096,
        .tables_outside = true,
        .asids = true,
        .policy = vm_policy_kind_fifo},
    [vm_machine_kind_x86_64] = {REAL(x86_64), .va_bits = 48, .levels = 4,
        .level_bits = {9, 9, 9, 9}, .asids = true},
    [vm_machine_kind_x86_32] = {REAL(x86_32), .va_bits = 32, .levels = 2, .level_bits = {10, 10}},
    [vm_machine_kind_sv39] = {REAL(sv39), .va_bits = 39, .levels = 3, .level_bits = {9, 9, 9},
        .asids = true},
    /* CS:APP's small memory system, section 9.6.4: 14-bit addresses, 64-byte pages, a linear table.
     */
    [vm_machine_kind_custom] = {.kind = vm_machine_kind_custom,
        .va_bits = 14,
        .page_shift = 6,
        .levels = 1,
        .level_bits = {8},
        .frames = 64,
        .slots = 64,
        .tlb_sets = 4,
        .tlb_ways = 4,
        .tables_outside = true,
        .policy = vm_policy_kind_clock},
    [vm_machine_kind_x86_64_5level] = {REAL(x86_64_5level), .va_bits = 57, .levels = 5,
        .level_bits = {9, 9, 9, 9, 9}, .asids = true},
    /* One with a linear table and two with one table for all processes, small enough to be seen
       whole and without a TLB, so that each access shows its way. */
    [vm_machine_kind_linear] = {ONE_TABLE(linear), .va_bits = 20, .levels = 1, .level_bits = {8}},
    [vm_machine_kind_inverted] = {ONE_TABLE(inverted), .va_bits = 32, .levels = 2,
        .level_bits = {10, 10}, .buckets = 32},
    [vm_machine_kind_hashed] = {ONE_TABLE(hashed), .va_bits = 32, .levels = 2,
        .level_bits = {10, 10}, .buckets = 32, .rows = 64},
    /* Books' machines without pages (OSTEP, chapters 15 to 17); what only paging asks for is the
       least that there can be. */
    [vm_machine_kind_base_bounds] = {CONTIGUOUS(base_bounds), .va_bits = 32, .memory = 64 << 10},
    [vm_machine_kind_segmentation] = {CONTIGUOUS(segmentation), .va_bits = 14, .memory = 64 << 10,
        .segment_bits = 2},
    [vm_machine_kind_free_list] = {CONTIGUOUS(free_list), .va_bits = 32, .memory = 4096},
    [vm_machine_kind_buddy] = {CONTIGUOUS(buddy), .va_bits = 32, .memory = 64 << 10, .align = 1024},
    [vm_machine_kind_slab] = {CONTIGUOUS(slab), .va_bits = 32, .memory = 256 << 10, .align = 4096},
};

static const struct vm_limits default_limits = {.operations = 1000000,
    .pages = 1 << 20,
    .processes = 1000,
    .vmas = 65530, /* Linux's vm.max_map_count */
    .memory = UINT64_C(512) << 20};

void vm_config_preset(enum vm_machine_kind kind, struct vm_config *out)
{
    *out = presets[kind < vm_machine_kind_count ? kind : vm_machine_kind_x86_64];
    out->limits = default_limits;
    out->overcommit_ratio = 50;
    out->tick = out->tau = 1000;
    out->cpus = 1;
    out->races = true;
    out->stack_limit = UINT64_C(8) << 20;
    out->align = out->align ? out->align : 1;
    bool real = kind != vm_machine_kind_paper && kind < vm_machine_kind_base_bounds &&
                kind != vm_machine_kind_custom;
    out->stack_guard_gap = real ? 256 : 1;
    out->fault_around = real ? 16 : 1;
    cost_defaults(out);
}

#define MEMORY_MAX (UINT64_C(1) << 40)

static bool power_of_two(uint64_t n)
{
    return n && !(n & (n - 1));
}

/* What the machines without pages ask for. */
static const char *contiguous_problem(const struct vm_config *c)
{
    bool older = c->kind >= vm_machine_kind_base_bounds && c->kind <= vm_machine_kind_slab;
    bool buddies = c->kind == vm_machine_kind_buddy || c->kind == vm_machine_kind_slab;
    if (!older) {
        return c->memory ? "memory in bytes is for machines without pages: say frames" : NULL;
    }
    if (!c->memory || c->memory > MEMORY_MAX || c->memory_base > MEMORY_MAX) {
        return "memory has 1 byte to 1024 GiB, and begins below 1024 GiB";
    }
    if (c->fit >= vm_fit_count || c->list_order >= vm_list_order_count || !c->align) {
        return "the way to choose holes, the order of the list or the alignment does not exist";
    }
    if (buddies && (!power_of_two(c->memory) || !power_of_two(c->align) || c->align > c->memory)) {
        return "buddies need a memory and a least block (align) that are powers of two";
    }
    if (c->va_bits < 4 || c->va_bits > 40 || c->segment_bits > 4) {
        return "addresses have 4 to 40 bits; at most 4 of them pick the segment";
    }
    if ((c->kind == vm_machine_kind_segmentation) != (c->segment_bits > 0)) {
        return "a machine with segmentation has 1 to 4 bits that pick the segment, others none";
    }
    if (c->frames != 1 || c->slots || (c->tlb_sets && c->tlb_ways) || c->kernel_frames ||
        c->levels != 1 || c->level_bits[0] != 4 || c->page_shift != 4 || c->cpus != 1) {
        return "a machine without pages has one processor, no frames, swap slots or TLB";
    }
    return NULL;
}

#define ROWS_MAX 65536

/* What inverted and hashed tables ask for, and a linear one. */
static const char *table_problem(const struct vm_config *c)
{
    bool inverted = c->kind == vm_machine_kind_inverted, hashed = c->kind == vm_machine_kind_hashed;
    if (c->kind == vm_machine_kind_linear && c->levels != 1) {
        return "a linear table has one level";
    }
    if (!inverted && !hashed) {
        return c->buckets || c->rows ? "buckets and rows are for inverted and hashed tables" : NULL;
    }
    if (c->kernel_frames || c->thp != vm_thp_never) {
        return "a machine with an inverted or hashed table has no frames of the kernel and no huge "
               "pages";
    }
    if (inverted && c->rows) {
        return "an inverted table has a row for each frame: rows is for machine hashed";
    }
    if (inverted && c->frames > (c->buckets ? ROWS_MAX : 1024)) {
        return "an inverted table has at most 65536 rows, without buckets 1024";
    }
    if (c->buckets > ROWS_MAX || (hashed && (!c->buckets || !c->rows || c->rows > ROWS_MAX))) {
        return "a hashed table has 1 to 65536 rows and 1 to 65536 buckets";
    }
    return NULL;
}

/* Pages, the levels of a table, and the address that they share. */
static const char *address_problem(const struct vm_config *c)
{
    if (c->kind >= vm_machine_kind_count || c->policy >= vm_policy_kind_count) {
        return "the kind of machine or the policy does not exist";
    }
    if (c->page_shift < 4 || c->page_shift > 16) {
        return "a page must have 16 to 65536 bytes, a power of two";
    }
    if (c->levels < 1 || c->levels > VM_LEVELS_MAX) {
        return "a page table has 1 to 5 levels";
    }
    unsigned bits = c->page_shift;
    for (unsigned i = 0; i < c->levels; i++) {
        if (c->level_bits[i] < 1 || c->level_bits[i] > 16) {
            return "a level has 1 to 16 index bits";
        }
        bits += c->level_bits[i];
    }
    const char *contiguous = contiguous_problem(c);
    if (contiguous) {
        return contiguous;
    }
    if (!c->memory && (bits != c->va_bits || c->va_bits < 8 || c->va_bits > 57)) {
        return "the index bits of all levels and the offset must add up to the address, 8 to 57 "
               "bits";
    }
    return NULL;
}

/* Frames, and what is read and kept around faults. */
static const char *memory_problem(const struct vm_config *c)
{
    if (c->frames < 1 || c->frames > FRAMES_MAX) {
        return "memory has 1 to 4194304 frames";
    }
    if (!c->tick || !c->tau) {
        return "tick and tau are numbers of references, at least 1";
    }
    if (c->frames < vm_policy_desc(c->policy)->least_frames) {
        return "the policy needs more frames";
    }
    if (!c->fault_around || c->fault_around > 512 || (c->fault_around & (c->fault_around - 1))) {
        return "faults map 1 to 512 pages around them, a power of two";
    }
    if (c->readahead > 8192 || c->page_cluster > 8) {
        return "at most 8192 pages are read ahead, and at most 2^8 swap slots";
    }
    if (c->watermark_min > c->watermark_low || c->watermark_low > c->watermark_high ||
        c->watermark_high >= c->frames) {
        return "the watermarks rise: min, low, high, and stay below the number of frames";
    }
    if (c->limits.processes > 65535) {
        return "at most 65535 processes, for their numbers tag TLB entries and frames";
    }
    return NULL;
}

/* Processors, and what the kernel is set to do. */
static const char *kernel_problem(const struct vm_config *c)
{
    if (c->cpus < 1 || c->cpus > VM_CPUS_MAX) {
        return "a machine has 1 to 8 processors";
    }
    if (c->stacks >= vm_stacks_count) {
        return "stacks are conventional or strict";
    }
    if (c->overcommit >= vm_overcommit_count || c->thp >= vm_thp_count) {
        return "the overcommit or huge-page policy does not exist";
    }
    bool x86 = c->kind == vm_machine_kind_x86_64 || c->kind == vm_machine_kind_x86_64_5level ||
               c->kind == vm_machine_kind_x86_32;
    if (c->kpti && !x86) {
        return "page-table isolation (kpti) is for the x86 machines";
    }
    if (c->thp != vm_thp_never && c->levels < 2) {
        return "huge pages (thp) need a page table of two levels or more";
    }
    return NULL;
}

/* Swap, the kernel's own frames, the TLB. */
static const char *room_problem(const struct vm_config *c)
{
    if (c->slots > FRAMES_MAX) {
        return "swap has at most 4194304 slots";
    }
    if (c->kernel_frames >= c->frames) {
        return "the kernel takes every frame: give more frames, or the kernel fewer";
    }
    if (c->tlb_sets && (c->tlb_sets & (c->tlb_sets - 1))) {
        return "the number of TLB sets must be a power of two";
    }
    if ((uint64_t)c->tlb_sets * c->tlb_ways > 65536) {
        return "a TLB has at most 65536 entries";
    }
    return NULL;
}

/* In this order: what comes later may rely on what was examined before. */
const char *vm_config_problem(const struct vm_config *c)
{
    static const char *(*const examine[])(const struct vm_config *c) = {
        address_problem, memory_problem, table_problem, cost_problem, kernel_problem, room_problem};
    const char *problem = NULL;
    for (size_t i = 0; !problem && i < sizeof examine / sizeof examine[0]; i++) {
        problem = examine[i](c);
    }
    return problem;
}

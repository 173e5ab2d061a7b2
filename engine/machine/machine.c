/* SPDX-License-Identifier: MIT
 * Machines: making, copying and ending them.
 */
#include "machine/world.h"

#include "kernel/frame.h"
#include "kernel/kernel_space.h"
#include "mmu/hashed.h"
#include "older/piece.h"
#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

/* `n` zeroed items, in use from the start. */
#define FIXED(m, name, count)                                                                      \
    (RESERVE(m, name, count) == VM_OK ? ((m)->name##_n = (uint32_t)(count), true) : false)

static void set_bits(uint64_t *map, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        map[i / 64] |= UINT64_C(1) << (i % 64);
    }
}

static void set_shifts(vm_machine *m)
{
    unsigned shift = 0;
    for (unsigned level = 1; level <= m->config.levels; level++) {
        uint8_t bits = m->config.level_bits[m->config.levels - level];
        m->shift[level] = (uint8_t)shift;
        shift += bits;
        m->widest = bits > m->widest ? bits : m->widest;
    }
}

static bool make_arenas(vm_machine *m)
{
    const struct vm_config *c = &m->config;
    m->tlb_each = c->tlb_sets * c->tlb_ways;
    return FIXED(m, frames, c->frames) && FIXED(m, free_frames, (c->frames + 63) / 64) &&
           FIXED(m, slots, c->slots) && FIXED(m, free_slots, (c->slots + 63) / 64) &&
           FIXED(m, tlb, c->cpus * m->tlb_each) && FIXED(m, rmaps, 1) && FIXED(m, objects, 1) &&
           FIXED(m, segments, 1) && FIXED(m, cached, 1) && FIXED(m, processes, 1) &&
           FIXED(m, tasks, 1) && FIXED(m, spare_stacks, 1) && FIXED(m, tls_words, 1) &&
           FIXED(m, locks, 1) && FIXED(m, signal_frames, 1) && FIXED(m, words, 1) &&
           FIXED(m, vmas, 1) && FIXED(m, tables, 1) && FIXED(m, descriptors, 1) &&
           FIXED(m, open_files, 1) && FIXED(m, chunks, 1) && FIXED(m, activations, 1) &&
           FIXED(m, stack_words, 1) && FIXED(m, channels, 1) && FIXED(m, buffers, 1) &&
           FIXED(m, malloc_arenas, 1) && FIXED(m, malloc_heaps, 1) && FIXED(m, pieces, 1) &&
           FIXED(m, hole_lists, HOLE_LISTS) && FIXED(m, segment_registers, 1) &&
           FIXED(m, slab_caches, 1) && pieces_begin(m) && FIXED(m, hash_rows, hashed_rows(c)) &&
           FIXED(m, hash_heads, c->buckets) && FIXED(m, entries, UINT64_C(1) << m->widest) &&
           policy_start(m, c->policy) == VM_OK;
}

enum vm_status vm_machine_new(const struct vm_config *config, vm_machine **out)
{
    *out = NULL;
    if (vm_config_problem(config)) {
        return VM_INVALID;
    }
    vm_machine *m = calloc(1, sizeof *m);
    if (!m) {
        return VM_NOMEM;
    }
    m->config = *config;
    struct vm_config defaults;
    vm_config_preset(config->kind, &defaults);
    struct vm_limits *limits = &m->config.limits;
    limits->operations = limits->operations ? limits->operations : defaults.limits.operations;
    limits->pages = limits->pages ? limits->pages : defaults.limits.pages;
    limits->processes = limits->processes ? limits->processes : defaults.limits.processes;
    limits->vmas = limits->vmas ? limits->vmas : defaults.limits.vmas;
    limits->memory = limits->memory ? limits->memory : defaults.limits.memory;
    m->busy[0] = m->busy[1] = VM_NO_FRAME;
    m->random = config->seed;
    for (uint32_t cpu = 0; cpu < config->cpus; cpu++) {
        m->cpus[cpu] = (struct cpu){.epoch = 1, .mode = vm_mode_kernel};
    }
    set_shifts(m);
    if (!make_arenas(m)) {
        vm_machine_free(m);
        return VM_NOMEM;
    }
    set_bits(m->free_frames, config->frames);
    set_bits(m->free_slots, config->slots);
    m->frames_free = config->frames;
    m->slots_free = config->slots;
    for (vm_frame f = 0; f < config->kernel_frames; f++) {
        bool zero = f == config->kernel_frames - 1;
        frame_claim(m, f, zero ? vm_frame_kind_zero : vm_frame_kind_kernel, 0, 0);
    }
    if (kernel_space_build(m) != VM_OK) {
        vm_machine_free(m);
        return VM_NOMEM;
    }
    *out = m;
    return VM_OK;
}

void vm_machine_free(vm_machine *m)
{
    if (!m) {
        return;
    }
#define ARENA(type, name) machine_resize(m, m->name, (size_t)m->name##_room * sizeof(type), 0);
#include "machine/arenas.def"
#undef ARENA
    future_drop(m);
    free(m);
}

enum vm_status vm_clone(const vm_machine *m, vm_machine **out)
{
    *out = NULL;
    vm_machine *copy = malloc(sizeof *copy);
    if (!copy) {
        return VM_NOMEM;
    }
    *copy = *m;
    copy->memory = 0;
    copy->events = NULL;
    copy->recording = NULL;
    vm_watch(copy, NULL, NULL);
#define ARENA(type, name)                                                                          \
    copy->name = NULL;                                                                             \
    copy->name##_room = 0;
#include "machine/arenas.def"
#undef ARENA
    bool ok = true;
#define ARENA(type, name)                                                                          \
    if (ok && m->name##_n) {                                                                       \
        copy->name = machine_resize(copy, NULL, 0, (size_t)m->name##_n * sizeof(type));            \
        ok = copy->name != NULL;                                                                   \
        if (ok) {                                                                                  \
            memcpy(copy->name, m->name, (size_t)m->name##_n * sizeof(type));                       \
            copy->name##_room = m->name##_n;                                                       \
        }                                                                                          \
    }
#include "machine/arenas.def"
#undef ARENA
    future_hold(copy->future);
    if (!ok) {
        vm_machine_free(copy);
        return VM_NOMEM;
    }
    *out = copy;
    return VM_OK;
}

size_t vm_memory(const vm_machine *m)
{
    return m->memory + sizeof *m;
}

const struct vm_config *vm_machine_config(const vm_machine *m)
{
    return &m->config;
}

const struct vm_outcome *vm_last(const vm_machine *m)
{
    return &m->outcome;
}

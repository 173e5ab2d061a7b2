/* SPDX-License-Identifier: MIT
 * The configuration in the description of a machine: a number for each word of enum
 * vm_machine_word. One that is 0 is left out.
 */
#include "machine/world.h"

#include "mmu/hashed.h"

static uint64_t word_value(const vm_machine *m, enum vm_machine_word word)
{
    const struct vm_config *c = &m->config;
    uint64_t bits = 0;
    switch (word) {
    case vm_machine_word_kind:
        return c->kind;
    case vm_machine_word_page_shift:
        return c->page_shift;
    case vm_machine_word_va_bits:
        return c->va_bits;
    case vm_machine_word_levels:
        return c->levels;
    case vm_machine_word_level_bits:
        for (unsigned i = 0; i < c->levels; i++) {
            bits |= (uint64_t)c->level_bits[i] << (8 * i);
        }
        return bits;
    case vm_machine_word_frames:
        return c->frames;
    case vm_machine_word_tick:
        return c->tick;
    case vm_machine_word_tau:
        return c->tau;
    case vm_machine_word_slots:
        return c->slots;
    case vm_machine_word_kernel_frames:
        return c->kernel_frames;
    case vm_machine_word_tlb_sets:
        return c->tlb_ways ? c->tlb_sets : 0;
    case vm_machine_word_tlb_ways:
        return c->tlb_sets ? c->tlb_ways : 0;
    case vm_machine_word_asids:
        return c->asids;
    case vm_machine_word_policy:
        return m->policy;
    case vm_machine_word_seed:
        return c->seed;
    case vm_machine_word_tables_outside:
        return c->tables_outside;
    case vm_machine_word_fault_around:
        return c->fault_around;
    case vm_machine_word_readahead:
        return c->readahead;
    case vm_machine_word_page_cluster:
        return c->page_cluster;
    case vm_machine_word_watermark_min:
        return c->watermark_min;
    case vm_machine_word_watermark_low:
        return c->watermark_low;
    case vm_machine_word_watermark_high:
        return c->watermark_high;
    case vm_machine_word_dirty_background:
        return c->dirty_background;
    case vm_machine_word_local:
        return c->local;
    case vm_machine_word_overcommit:
        return c->overcommit;
    case vm_machine_word_overcommit_ratio:
        return c->overcommit_ratio;
    case vm_machine_word_thp:
        return c->thp;
    case vm_machine_word_stack_limit:
        return c->stack_limit;
    case vm_machine_word_stack_guard_gap:
        return c->stack_guard_gap;
    case vm_machine_word_kpti:
        return c->kpti;
    case vm_machine_word_cpus:
        return c->cpus;
    case vm_machine_word_stacks:
        return c->stacks;
    case vm_machine_word_races:
        return c->races;
    case vm_machine_word_swap_on:
        return c->swap_on;
    case vm_machine_word_files_on:
        return c->files_on;
    case vm_machine_word_memory:
        return c->memory;
    case vm_machine_word_memory_base:
        return c->memory_base;
    case vm_machine_word_segment_bits:
        return c->segment_bits;
    case vm_machine_word_fit:
        return c->memory ? c->fit : 0;
    case vm_machine_word_list_order:
        return c->memory ? c->list_order : 0;
    case vm_machine_word_coalesce:
        return c->coalesce;
    case vm_machine_word_header:
        return c->header;
    case vm_machine_word_align:
        return c->memory ? c->align : 0;
    case vm_machine_word_split:
        return c->memory ? c->split : 0;
    case vm_machine_word_buckets:
        return c->buckets;
    case vm_machine_word_rows:
        return is_inverted(m) ? c->frames : c->rows;
    case vm_machine_word_future_end:
        return future_end(m);
    case vm_machine_word_count:
        break;
    }
    return 0;
}

void machine_describe(const vm_machine *m, struct vm_events *events)
{
    for (unsigned w = 0; w < vm_machine_word_count; w++) {
        uint64_t value = word_value(m, (enum vm_machine_word)w);
        if (value) {
            EMIT_TO(events, machine, .word = w, .value = value);
        }
    }
}

void machine_set_word(vm_machine *m, enum vm_machine_word word, uint64_t old, uint64_t value)
{
    if (old != value) {
        EMIT(m, machine, .word = word, .old_value = old, .value = value);
    }
}

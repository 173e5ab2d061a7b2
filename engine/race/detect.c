/* SPDX-License-Identifier: MIT
 * Accesses against earlier ones (FastTrack, figure 5, but every reader of a word is remembered, for
 * both sides of a race are named). Invariant: a pair of places in the scenario is reported once.
 */
#include "kernel/vma.h"
#include "race/state.h"

#include <string.h>

static struct race_key key_at(const vm_machine *m, vm_pid mm, vm_va va)
{
    uint32_t v = vma_find(m, mm, vpn_of(m, va));
    const struct vma *vma = &m->vmas[v];
    if (v && vma->object && vma->flags & vm_map_bit_shared) {
        uint64_t page = vma->offset + (vpn_of(m, va) - vma->start);
        uint64_t byte = (page << m->config.page_shift) + (va & (page_size(m) - 1));
        return (struct race_key){race_thing(RACE_SHARED, vma->object).space, byte >> 3};
    }
    return (struct race_key){race_thing(RACE_MEMORY, mm).space, va >> 3};
}

struct race_key race_word(const vm_machine *m, vm_tid tid, vm_va va)
{
    return key_at(m, mm_of(m, m->tasks[tid].pid), va);
}

struct race_key race_lock(const vm_machine *m, uint32_t lock)
{
    return key_at(m, m->locks[lock].pid, m->locks[lock].va);
}

struct race_key race_readers(const vm_machine *m, uint32_t lock)
{
    struct race_key key = race_lock(m, lock);
    key.space += (uint64_t)(RACE_READERS - RACE_MEMORY) << 32;
    return key;
}

enum vm_status race_begin(vm_machine *m, uint32_t line)
{
    m->race_line = line;
    m->race_range = RACE_RANGES;
    if (!m->config.races || m->tasks_n < 2) {
        return VM_OK;
    }
    enum vm_status status = race_rows_reserve(m);
    status = status == VM_OK ? race_cells_reserve(m) : status;
    /* A store may race with as many reads as there are threads. */
    return status == VM_OK ? RESERVE(m, race_reports, RACE_REPORTS_MAX - m->race_reports_n)
                           : status;
}

/* Memory that one thread alone can reach needs no watching. */
static bool watched(const vm_machine *m, vm_pid mm, struct race_key key)
{
    return key.space != race_thing(RACE_MEMORY, mm).space ||
           m->tasks[m->processes[mm].task].next_number > 1;
}

static bool same_pair(const struct race_report *report, const struct race_access *first,
    const struct race_access *second)
{
    const struct race_access *pair[2] = {first, second};
    bool straight = true, crossed = true;
    for (int i = 0; i < 2; i++) {
        const struct race_access *a = pair[i];
        straight &= report->line[i] == a->line && report->access[i] == a->access;
        crossed &= report->line[1 - i] == a->line && report->access[1 - i] == a->access;
    }
    return straight || crossed;
}

static void report(
    vm_machine *m, const struct race_access *first, const struct race_access *second, vm_va va)
{
    for (uint32_t i = 0; i < m->race_reports_n; i++) {
        if (same_pair(&m->race_reports[i], first, second)) {
            return;
        }
    }
    if (m->race_reports_n == RACE_REPORTS_MAX) {
        return;
    }
    vm_pid pid = m->tasks[second->tid].pid;
    m->race_reports[m->race_reports_n++] = (struct race_report){.tid = {first->tid, second->tid},
        .access = {first->access, second->access},
        .line = {first->line, second->line},
        .pc = {first->pc, second->pc},
        .pid = pid,
        .va = va};
    EMIT(m, race, .tid = second->tid, .access = second->access, .va = va, .line = second->line,
        .pc = second->pc, .other = first->tid, .other_access = first->access,
        .other_line = first->line, .other_pc = first->pc);
    count(m, pid, vm_counter_races, 1);
}

static void compare(vm_machine *m, const struct race_access *first,
    const struct race_access *second, const uint32_t *clock, vm_va va)
{
    bool conflict = first->access == vm_access_store || second->access == vm_access_store;
    if (first->tid && conflict && !(first->atomic && second->atomic) &&
        !race_before(first, clock)) {
        report(m, first, second, va);
    }
}

/* Reads that come before this one say nothing that it does not say. */
static void forget_earlier_reads(
    vm_machine *m, uint32_t cell, const struct race_access *now, const uint32_t *clock)
{
    for (uint32_t *link = &m->race_cells[cell].reads; *link;) {
        uint32_t node = *link;
        const struct race_access *read = &m->race_reads[node];
        if (race_before(read, clock) && now->atomic <= read->atomic) {
            *link = read->next;
            m->race_reads[node] = (struct race_access){.next = m->race_reads_free};
            m->race_reads_free = node;
        } else {
            link = &m->race_reads[node].next;
        }
    }
}

static void observe(vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, bool atomic)
{
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    struct race_key key = key_at(m, mm, va);
    uint32_t place = watched(m, mm, key) ? race_place(m, tid) : RACE_NOWHERE;
    if (place == RACE_NOWHERE) {
        return;
    }
    const uint32_t *clock = race_clock(m, place);
    const struct race_access now = {.tid = tid,
        .place = place,
        .clock = clock[place],
        .access = (uint8_t)access,
        .atomic = atomic,
        .line = m->race_line,
        .pc = m->tasks[tid].pc};
    uint32_t cell = race_cell(m, key);
    struct race_access write = m->race_cells[cell].write;
    compare(m, &write, &now, clock, va);
    if (access == vm_access_store) {
        for (uint32_t r = m->race_cells[cell].reads; r; r = m->race_reads[r].next) {
            compare(m, &m->race_reads[r], &now, clock, va);
        }
        race_reads_clear(m, cell);
        m->race_cells[cell].write = now;
    } else {
        forget_earlier_reads(m, cell, &now, clock);
        race_read_put(m, cell, &now);
    }
}

void race_access(vm_machine *m, vm_tid tid, vm_va va, enum vm_access access)
{
    if (race_on(m)) {
        observe(m, tid, va, access, false);
    }
}

void race_range(vm_machine *m, vm_tid tid, vm_va va, uint64_t bytes, enum vm_access access)
{
    vm_va first = (va + 7) & ~(vm_va)7, end = (va + bytes) & ~(vm_va)7;
    end = first < end && end - first > RACE_RANGE * 8 ? first + RACE_RANGE * 8 : end;
    for (vm_va at = first; race_on(m) && at < end && m->race_range; at += 8) {
        observe(m, tid, at, access, false);
        m->race_range--;
    }
}

void race_atomic(vm_machine *m, vm_tid tid, vm_va va, enum vm_atomic atomic)
{
    if (!race_on(m)) {
        return;
    }
    struct race_key key = race_word(m, tid, va);
    bool writes = atomic != vm_atomic_load;
    if (atomic != vm_atomic_store) {
        race_acquire(m, tid, key);
    }
    observe(m, tid, va, writes ? vm_access_store : vm_access_load, true);
    if (atomic == vm_atomic_store) {
        race_replace(m, tid, key);
    } else if (writes) {
        race_release(m, tid, key);
    }
}

bool vm_race_at(const vm_machine *m, uint32_t i, struct vm_race_view *out)
{
    if (i >= m->race_reports_n) {
        return false;
    }
    const struct race_report *from = &m->race_reports[i];
    *out = (struct vm_race_view){.pid = from->pid, .va = from->va};
    for (int side = 0; side < 2; side++) {
        out->side[side] = (struct vm_race_side){.tid = from->tid[side],
            .access = (enum vm_access)from->access[side],
            .line = from->line[side],
            .pc = from->pc[side]};
    }
    return true;
}

/* SPDX-License-Identifier: MIT
 * Inverted page table (one row a frame: IBM System/38; Silberschatz, section 9.4.3; OSTEP, section
 * 20.4) and hashed page table (rows as configured, chained in buckets: Huck and Hays, Architectural
 * Support for Translation Table Management in Large Address Space Machines, ISCA 1993;
 * Silberschatz, section 9.4.2). Invariants: a row holds a page's present entry as the kernel's
 * table has it; a page has at most one row; of an inverted table the row's number is the frame's;
 * with buckets a row is in the chain of its page's bucket. The hash is (page + process) modulo
 * buckets. A new row comes to the front of its chain. Without buckets (inverted only) rows are
 * searched from 0 on. Of a full hashed table the row `clock modulo rows` gives way.
 */
#include "mmu/hashed.h"

#include "mmu/table.h"

uint32_t hashed_rows(const struct vm_config *config)
{
    return config->kind == vm_machine_kind_inverted ? config->frames
           : config->kind == vm_machine_kind_hashed ? config->rows
                                                    : 0;
}

uint32_t hashed_bucket(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    return (uint32_t)((vpn + pid) % m->hash_heads_n);
}

static void row_put(vm_machine *m, uint32_t row, const struct hash_row *now)
{
    struct hash_row old = m->hash_rows[row];
    m->hash_rows[row] = *now;
    EMIT(m, hash_row, .row = row,            //
        .old_pid = old.pid, .pid = now->pid, //
        .old_vpn = old.vpn, .vpn = now->vpn, //
        .old_pte = old.pte, .pte = now->pte, //
        .old_next = old.next, .next = now->next);
}

static void head_put(vm_machine *m, uint32_t bucket, uint32_t first)
{
    uint32_t old = m->hash_heads[bucket];
    m->hash_heads[bucket] = first;
    EMIT(m, hash_bucket, .bucket = bucket, .old_first = old, .first = first);
}

void hashed_describe(const vm_machine *m, struct vm_events *events)
{
    for (uint32_t i = 0; i < m->hash_rows_n; i++) {
        const struct hash_row *row = &m->hash_rows[i];
        if (row->pid) {
            EMIT_TO(events, hash_row, .row = i, .pid = row->pid, .vpn = row->vpn, .pte = row->pte,
                .next = row->next);
        }
    }
    for (uint32_t i = 0; i < m->hash_heads_n; i++) {
        if (m->hash_heads[i]) {
            EMIT_TO(events, hash_bucket, .bucket = i, .first = m->hash_heads[i]);
        }
    }
}

static enum vm_row_verdict judge(const struct hash_row *row, vm_pid pid, vm_vpn vpn)
{
    return !row->pid         ? vm_row_verdict_empty
           : row->pid != pid ? vm_row_verdict_other_process
           : row->vpn != vpn ? vm_row_verdict_other_page
                             : vm_row_verdict_match;
}

static bool look(vm_machine *m, vm_tid tid, uint32_t at, vm_pid pid, vm_vpn vpn)
{
    const struct hash_row *row = &m->hash_rows[at];
    enum vm_row_verdict verdict = judge(row, pid, vpn);
    EMIT(m, row_searched, .tid = tid, .row = at, .pid = row->pid, .vpn = row->vpn,
        .verdict = verdict);
    count(m, m->tasks[tid].pid, vm_counter_walk_reads, 1);
    return verdict == vm_row_verdict_match;
}

bool hashed_search(vm_machine *m, vm_tid tid, vm_pid pid, vm_vpn vpn)
{
    if (!m->hash_heads_n) {
        uint32_t at = 0;
        while (at < m->hash_rows_n && !look(m, tid, at, pid, vpn)) {
            at++;
        }
        return at < m->hash_rows_n;
    }
    uint32_t bucket = hashed_bucket(m, pid, vpn), next = m->hash_heads[bucket];
    if (next) {
        EMIT(m, hash_computed, .tid = tid, .pid = pid, .vpn = vpn, .bucket = bucket,
            .row = next - 1);
    } else {
        EMIT(m, hash_empty, .tid = tid, .pid = pid, .vpn = vpn, .bucket = bucket);
    }
    count(m, m->tasks[tid].pid, vm_counter_walk_reads, 1);
    while (next && !look(m, tid, next - 1, pid, vpn)) {
        next = m->hash_rows[next - 1].next;
    }
    return next != 0;
}

bool hashed_takes(const vm_machine *m, uint64_t entry)
{
    return entry & vm_pte_bit_present && (!is_inverted(m) || pte_number(entry) < m->hash_rows_n);
}

/* The row of a page whose entry is known, plus one; 0: there is none. */
static uint32_t row_of(const vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t entry)
{
    if (is_inverted(m)) {
        uint64_t at = hashed_takes(m, entry) ? pte_number(entry) : UINT64_MAX;
        bool own =
            at < m->hash_rows_n && judge(&m->hash_rows[at], pid, vpn) == vm_row_verdict_match;
        return own ? (uint32_t)at + 1 : 0;
    }
    uint32_t next = m->hash_heads[hashed_bucket(m, pid, vpn)];
    while (next && judge(&m->hash_rows[next - 1], pid, vpn) != vm_row_verdict_match) {
        next = m->hash_rows[next - 1].next;
    }
    return next;
}

/* A row becomes empty, its chain closes. */
static void leave(vm_machine *m, uint32_t at)
{
    const struct hash_row old = m->hash_rows[at], nothing = {0};
    if (m->hash_heads_n) {
        uint32_t bucket = hashed_bucket(m, old.pid, old.vpn), before = m->hash_heads[bucket];
        if (before == at + 1) {
            head_put(m, bucket, old.next);
        } else {
            while (m->hash_rows[before - 1].next != at + 1) {
                before = m->hash_rows[before - 1].next;
            }
            struct hash_row now = m->hash_rows[before - 1];
            now.next = old.next;
            row_put(m, before - 1, &now);
        }
    }
    row_put(m, at, &nothing);
}

static uint32_t choose(const vm_machine *m, uint64_t entry)
{
    if (is_inverted(m)) {
        return (uint32_t)pte_number(entry);
    }
    uint32_t at = 0;
    while (at < m->hash_rows_n && m->hash_rows[at].pid) {
        at++;
    }
    return at < m->hash_rows_n ? at : (uint32_t)(m->clock % m->hash_rows_n);
}

void hashed_enter(vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint64_t entry = pte_get(m, pid, vpn);
    if (!hashed_takes(m, entry) || row_of(m, pid, vpn, entry)) {
        return;
    }
    uint32_t at = choose(m, entry);
    const struct hash_row *there = &m->hash_rows[at];
    if (there->pid) {
        EMIT(m, row_replaced, .pid = there->pid, .vpn = there->vpn, .row = at);
        leave(m, at);
    }
    EMIT(m, row_entered, .pid = pid, .vpn = vpn, .row = at, .frame = (vm_frame)pte_number(entry));
    struct hash_row now = {.vpn = vpn, .pte = entry, .pid = pid};
    if (m->hash_heads_n) {
        uint32_t bucket = hashed_bucket(m, pid, vpn);
        now.next = m->hash_heads[bucket];
        head_put(m, bucket, at + 1);
    }
    row_put(m, at, &now);
}

void hashed_follow(vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t old, uint64_t entry)
{
    uint32_t at = row_of(m, pid, vpn, old);
    if (!at) {
        return;
    }
    bool stays =
        hashed_takes(m, entry) && (!is_inverted(m) || pte_number(entry) == pte_number(old));
    if (!stays) {
        leave(m, at - 1);
        return;
    }
    struct hash_row now = m->hash_rows[at - 1];
    now.pte = entry;
    row_put(m, at - 1, &now);
}

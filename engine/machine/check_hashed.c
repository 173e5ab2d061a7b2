/* SPDX-License-Identifier: MIT
 * Invariants of inverted and hashed page tables.
 */
#include "machine/check.h"
#include "mmu/hashed.h"
#include "mmu/table.h"

static const char *check_row(const vm_machine *m, uint32_t at)
{
    const struct hash_row *row = &m->hash_rows[at];
    if (!row->pid) {
        return row->vpn || row->pte || row->next ? "170: an empty row holds nothing" : NULL;
    }
    if (row->pid >= m->processes_n || !m->processes[row->pid].root ||
        pte_get(m, row->pid, row->vpn) != row->pte || !(row->pte & vm_pte_bit_present)) {
        return "171: a row is a copy of the kernel's present entry of its page";
    }
    if (is_inverted(m) && pte_number(row->pte) != at) {
        return "172: an inverted table's row has the number of its frame";
    }
    return NULL;
}

static const char *check_chains(const vm_machine *m, uint32_t used)
{
    uint32_t seen = 0;
    for (uint32_t bucket = 0; bucket < m->hash_heads_n; bucket++) {
        for (uint32_t next = m->hash_heads[bucket]; next; next = m->hash_rows[next - 1].next) {
            const struct hash_row *row = &m->hash_rows[next - 1];
            if (!row->pid || hashed_bucket(m, row->pid, row->vpn) != bucket || ++seen > used) {
                return "173: a chain has the rows of its bucket, each once";
            }
            for (uint32_t other = row->next; other; other = m->hash_rows[other - 1].next) {
                const struct hash_row *later = &m->hash_rows[other - 1];
                if (later->pid == row->pid && later->vpn == row->vpn) {
                    return "174: a page has one row";
                }
            }
        }
    }
    return !m->hash_heads_n || seen == used ? NULL : "175: every row is in a chain";
}

const char *check_hashed(const vm_machine *m)
{
    uint32_t used = 0;
    for (uint32_t at = 0; at < m->hash_rows_n; at++) {
        const char *problem = check_row(m, at);
        if (problem) {
            return problem;
        }
        used += m->hash_rows[at].pid != 0;
    }
    return check_chains(m, used);
}

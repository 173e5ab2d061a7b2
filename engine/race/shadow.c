/* SPDX-License-Identifier: MIT
 * Cells by their keys: the last accesses of a word, and what those know who acquire it. Invariant:
 * a key has one cell, and its chain finds it. When there are too many the oldest goes; what others
 * learned from it is kept for all (row 0).
 */
#include "race/state.h"

#include <assert.h>
#include <string.h>

static uint32_t *head(const vm_machine *m, struct race_key key)
{
    uint64_t hash = key.space * UINT64_C(0x9e3779b97f4a7c15) ^ key.word;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    return &m->race_heads[(hash >> 32) & (m->race_heads_n - 1)];
}

static struct race_key key_of(const struct race_cell *cell)
{
    return (struct race_key){cell->space, cell->word};
}

static void rehash(vm_machine *m, uint32_t n)
{
    m->race_heads_n = n;
    memset(m->race_heads, 0, n * sizeof *m->race_heads);
    for (uint32_t c = 1; c < m->race_cells_n; c++) {
        if (m->race_cells[c].space) {
            uint32_t *first = head(m, key_of(&m->race_cells[c]));
            m->race_cells[c].next = *first;
            *first = c;
        }
    }
}

enum vm_status race_cells_reserve(vm_machine *m)
{
    uint32_t room = RACE_ROOM + RACE_RANGES;
    uint32_t most = m->race_cells_n + room, n = m->race_heads_n ? m->race_heads_n : 32;
    while (n < most && n < RACE_CELLS_MAX) {
        n *= 2;
    }
    enum vm_status status = RESERVE(m, race_cells, room);
    status = status == VM_OK ? RESERVE(m, race_reads, room) : status;
    status = status == VM_OK ? RESERVE(m, race_heads, n - m->race_heads_n) : status;
    if (status == VM_OK && n != m->race_heads_n) {
        rehash(m, n);
    }
    if (status == VM_OK && !m->race_cells_n) { /* number 0 means none */
        m->race_cells_n = m->race_reads_n = 1;
    }
    return status;
}

uint32_t race_cell_find(const vm_machine *m, struct race_key key)
{
    uint32_t c = m->race_heads_n ? *head(m, key) : 0;
    while (c && (m->race_cells[c].space != key.space || m->race_cells[c].word != key.word)) {
        c = m->race_cells[c].next;
    }
    return c;
}

void race_reads_clear(vm_machine *m, uint32_t cell)
{
    uint32_t *list = &m->race_cells[cell].reads;
    while (*list) {
        uint32_t node = *list;
        *list = m->race_reads[node].next;
        m->race_reads[node] = (struct race_access){.next = m->race_reads_free};
        m->race_reads_free = node;
    }
}

void race_read_put(vm_machine *m, uint32_t cell, const struct race_access *access)
{
    uint32_t node = m->race_reads_free;
    if (node) {
        m->race_reads_free = m->race_reads[node].next;
    } else {
        node = m->race_reads_n++;
        assert(node < m->race_reads_room);
    }
    m->race_reads[node] = *access;
    m->race_reads[node].next = m->race_cells[cell].reads;
    m->race_cells[cell].reads = node;
}

static void unlink_cell(vm_machine *m, uint32_t cell)
{
    uint32_t *link = head(m, key_of(&m->race_cells[cell]));
    while (*link != cell) {
        link = &m->race_cells[*link].next;
    }
    *link = m->race_cells[cell].next;
}

void race_cell_drop(vm_machine *m, uint32_t cell)
{
    unlink_cell(m, cell);
    race_reads_clear(m, cell);
    if (m->race_cells[cell].row) {
        race_row_free(m, m->race_cells[cell].row);
    }
    m->race_cells[cell] = (struct race_cell){.next = m->race_cells_free};
    m->race_cells_free = cell;
}

/* The oldest that orders nothing (or, `row`, that does) is given up. */
static void give_up(vm_machine *m, bool row)
{
    for (uint32_t i = 1; i < m->race_cells_n; i++) {
        m->race_hand = m->race_hand % (m->race_cells_n - 1) + 1;
        const struct race_cell *cell = &m->race_cells[m->race_hand];
        if (cell->space && !cell->row == !row) {
            if (row) {
                race_row_lose(m, cell->row);
            }
            race_cell_drop(m, m->race_hand);
            return;
        }
    }
}

uint32_t race_cell(vm_machine *m, struct race_key key)
{
    uint32_t c = race_cell_find(m, key);
    if (c) {
        return c;
    }
    if (!m->race_cells_free && m->race_cells_n > RACE_CELLS_MAX) {
        give_up(m, false);
    }
    c = m->race_cells_free;
    if (c) {
        m->race_cells_free = m->race_cells[c].next;
    } else {
        c = m->race_cells_n++;
        assert(c < m->race_cells_room);
    }
    uint32_t *first = head(m, key);
    m->race_cells[c] = (struct race_cell){.space = key.space, .word = key.word, .next = *first};
    *first = c;
    return c;
}

uint32_t race_cell_row(vm_machine *m, uint32_t cell)
{
    if (!m->race_cells[cell].row) {
        if (m->race_rows_used >= RACE_ROWS_MAX) {
            give_up(m, true);
        }
        m->race_cells[cell].row = race_row_new(m);
    }
    return m->race_cells[cell].row;
}

/* Cells in a list of free ones and a list within each: all are looked at. Rare. */
void race_place_clear(vm_machine *m, uint32_t place)
{
    for (uint32_t c = 1; c < m->race_cells_n; c++) {
        struct race_cell *cell = &m->race_cells[c];
        if (cell->write.tid && cell->write.place == place) {
            cell->write = (struct race_access){0};
        }
        for (uint32_t *link = &cell->reads; cell->space && *link;) {
            uint32_t node = *link;
            if (m->race_reads[node].place == place) {
                *link = m->race_reads[node].next;
                m->race_reads[node] = (struct race_access){.next = m->race_reads_free};
                m->race_reads_free = node;
            } else {
                link = &m->race_reads[node].next;
            }
        }
    }
}

void race_forget(vm_machine *m, vm_pid mm, vm_va start, vm_va end)
{
    uint64_t space = race_thing(RACE_MEMORY, mm).space;
    if (start >= end) {
        return;
    }
    for (uint32_t c = 1; c < m->race_cells_n; c++) {
        const struct race_cell *cell = &m->race_cells[c];
        if (cell->space == space && cell->word >= start >> 3 && cell->word <= (end - 1) >> 3) {
            race_cell_drop(m, c);
        }
    }
}

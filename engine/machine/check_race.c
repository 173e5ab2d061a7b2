/* SPDX-License-Identifier: MIT
 * Invariants of the race detector.
 */
#include "machine/check.h"

#include "race/state.h"

static uint32_t rows(const vm_machine *m)
{
    return m->race_stride ? m->race_clocks_n / m->race_stride : 0;
}

/* Rows on the free list are known by their numbers. */
static bool row_is_free(const vm_machine *m, uint32_t row)
{
    for (uint32_t n = m->race_rows_free; n;
         n = m->race_clocks[(m->race_stride + n) * m->race_stride]) {
        if (m->race_stride + n == row) {
            return true;
        }
    }
    return false;
}

static const char *check_clocks(const vm_machine *m)
{
    uint32_t width = m->race_stride;
    for (uint32_t row = 0; row < rows(m); row++) {
        if (row > width && row_is_free(m, row)) {
            continue;
        }
        for (uint32_t place = 0; place < width; place++) {
            if (m->race_clocks[row * width + place] > race_clock(m, place)[place]) {
                return "115: nobody knows more of a thread than the thread itself";
            }
        }
    }
    return NULL;
}

static bool known(const vm_machine *m, const struct race_access *access)
{
    return access->tid && access->tid < m->tasks_n && access->place < m->race_places_n &&
           m->race_places[access->place] == access->tid &&
           access->clock <= race_clock(m, access->place)[access->place];
}

static const char *check_cell(const vm_machine *m, const struct race_cell *cell, uint32_t *reads)
{
    if (cell->write.tid && !known(m, &cell->write)) {
        return "116: the detector remembers accesses of threads that it follows, none of the "
               "future";
    }
    for (uint32_t r = cell->reads; r; r = m->race_reads[r].next, (*reads)++) {
        if (!known(m, &m->race_reads[r])) {
            return "116: the detector remembers accesses of threads that it follows, none of the "
                   "future";
        }
    }
    return NULL;
}

static const char *check_cells(const vm_machine *m)
{
    uint32_t used = 0, free = 0, with_row = 0, reads = 0, rows_free = 0;
    for (uint32_t c = 1; c < m->race_cells_n; c++) {
        const struct race_cell *cell = &m->race_cells[c];
        if (!cell->space) {
            continue;
        }
        used++;
        with_row += cell->row != 0;
        if (race_cell_find(m, (struct race_key){cell->space, cell->word}) != c) {
            return "117: a key has one cell, and it is found";
        }
        const char *problem = check_cell(m, cell, &reads);
        if (problem) {
            return problem;
        }
    }
    for (uint32_t c = m->race_cells_free; c; c = m->race_cells[c].next) {
        free++;
    }
    for (uint32_t r = m->race_reads_free; r; r = m->race_reads[r].next) {
        reads++;
    }
    for (uint32_t n = m->race_rows_free; n;
         n = m->race_clocks[(m->race_stride + n) * m->race_stride]) {
        rows_free++;
    }
    uint32_t keys = rows(m) ? rows(m) - m->race_stride - 1 : 0;
    bool whole =
        m->race_cells_n ? used + free + 1 == m->race_cells_n && reads + 1 == m->race_reads_n : true;
    return whole && with_row == m->race_rows_used && with_row + rows_free == keys
               ? NULL
               : "118: a cell, a read and a row are in use or free, not lost";
}

const char *check_races(const vm_machine *m)
{
    if (m->counter[vm_counter_races] != m->race_reports_n) {
        return "119: every pair of accesses that races is counted once";
    }
    const char *problem = check_clocks(m);
    return problem ? problem : check_cells(m);
}

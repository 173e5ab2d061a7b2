/* SPDX-License-Identifier: MIT
 * Vector clocks (Fidge, Mattern). Invariant: nobody knows more of a thread than the thread itself.
 * A thread's own number goes up when others may come to know what it did.
 */
#include "race/state.h"

#include <assert.h>
#include <string.h>

uint32_t *race_row(vm_machine *m, uint32_t row)
{
    return m->race_clocks + (size_t)row * m->race_stride;
}

const uint32_t *race_clock(const vm_machine *m, uint32_t place)
{
    return m->race_clocks + (size_t)(place + 1) * m->race_stride;
}

/* The rows of the threads come first, one for each place there can be; then those of keys. */
static uint32_t rows(const vm_machine *m)
{
    return m->race_stride ? m->race_clocks_n / m->race_stride : 0;
}

/* Wider rows: from the last on they move to where they belong. The first widening makes row 0. */
static void widen(vm_machine *m, uint32_t stride)
{
    uint32_t old = m->race_stride, n = rows(m);
    uint32_t keys = n ? n - (old + 1) : 0;
    uint32_t *clocks = m->race_clocks;
    m->race_clocks_n = (stride + 1 + keys) * stride;
    for (uint32_t k = keys; k-- > 0;) {
        memmove(clocks + (size_t)(stride + 1 + k) * stride, clocks + (size_t)(old + 1 + k) * old,
            old * sizeof *clocks);
    }
    for (uint32_t row = n ? old + 1 : 0; row-- > 0;) {
        memmove(clocks + (size_t)row * stride, clocks + (size_t)row * old, old * sizeof *clocks);
    }
    for (uint32_t row = 0; row < stride + 1 + keys; row++) {
        uint32_t kept = row > old && row <= stride ? 0 : old;
        memset(clocks + (size_t)row * stride + kept, 0, (stride - kept) * sizeof *clocks);
    }
    m->race_stride = stride;
}

/* Rows of keys keep their numbers relative to the threads' rows: their cells count from there. */
enum vm_status race_rows_reserve(vm_machine *m)
{
    uint32_t stride = m->race_stride ? m->race_stride : 4;
    while (stride < RACE_PLACES_MAX && stride < m->tasks_n + 1) {
        stride *= 2;
    }
    uint32_t keys = rows(m) ? rows(m) - (m->race_stride + 1) : 0;
    uint64_t need = (uint64_t)(stride + 1 + keys + RACE_ROOM) * stride;
    enum vm_status status = RESERVE(m, race_clocks, need - m->race_clocks_n);
    status = status == VM_OK ? RESERVE(m, race_places, stride - m->race_places_n) : status;
    if (status == VM_OK && stride != m->race_stride) {
        widen(m, stride);
    }
    return status;
}

static uint32_t row_of_key(const vm_machine *m, uint32_t number)
{
    return m->race_stride + number;
}

/* The place of the oldest thread that has ended. */
static uint32_t take_over(vm_machine *m)
{
    uint32_t oldest = RACE_NOWHERE;
    for (uint32_t place = 0; place < m->race_places_n; place++) {
        vm_tid tid = m->race_places[place];
        if (m->tasks[tid].state == vm_task_state_ended &&
            (oldest == RACE_NOWHERE || tid < m->race_places[oldest])) {
            oldest = place;
        }
    }
    if (oldest != RACE_NOWHERE) {
        race_place_clear(m, oldest);
    }
    return oldest;
}

static uint32_t place_of(const vm_machine *m, vm_tid tid)
{
    if (tid <= m->race_places_n && m->race_places[tid - 1] == tid) {
        return tid - 1;
    }
    for (uint32_t place = 0; place < m->race_places_n; place++) {
        if (m->race_places[place] == tid) {
            return place;
        }
    }
    return RACE_NOWHERE;
}

uint32_t race_place(vm_machine *m, vm_tid tid)
{
    uint32_t place = place_of(m, tid);
    if (place != RACE_NOWHERE) {
        return place;
    }
    place = m->race_places_n;
    if (place < RACE_PLACES_MAX) {
        assert(place < m->race_stride);
        m->race_places_n++;
    } else {
        place = take_over(m);
        if (place == RACE_NOWHERE) {
            return place;
        }
    }
    m->race_places[place] = tid;
    uint32_t *clock = race_row(m, place + 1), own = clock[place];
    memset(clock, 0, m->race_stride * sizeof *clock);
    clock[place] = own + 1; /* later than all that was done from here before */
    return place;
}

uint32_t race_row_new(vm_machine *m)
{
    uint32_t number = m->race_rows_free;
    if (number) {
        m->race_rows_free = *race_row(m, row_of_key(m, number));
    } else {
        number = rows(m) - m->race_stride;
        m->race_clocks_n += m->race_stride;
        assert(m->race_clocks_n <= m->race_clocks_room);
    }
    memset(race_row(m, row_of_key(m, number)), 0, m->race_stride * sizeof(uint32_t));
    m->race_rows_used++;
    return number;
}

void race_row_free(vm_machine *m, uint32_t number)
{
    uint32_t *row = race_row(m, row_of_key(m, number));
    memset(row, 0, m->race_stride * sizeof *row);
    *row = m->race_rows_free;
    m->race_rows_free = number;
    m->race_rows_used--;
}

static void join_rows(vm_machine *m, uint32_t into, uint32_t from)
{
    uint32_t *to = race_row(m, into);
    const uint32_t *other = race_row(m, from);
    for (uint32_t i = 0; i < m->race_stride; i++) {
        to[i] = to[i] > other[i] ? to[i] : other[i];
    }
}

void race_row_lose(vm_machine *m, uint32_t number)
{
    join_rows(m, 0, row_of_key(m, number));
}

void race_release(vm_machine *m, vm_tid tid, struct race_key key)
{
    uint32_t place = race_on(m) ? race_place(m, tid) : RACE_NOWHERE;
    if (place != RACE_NOWHERE) {
        uint32_t number = race_cell_row(m, race_cell(m, key));
        join_rows(m, row_of_key(m, number), place + 1);
        race_row(m, place + 1)[place]++;
    }
}

void race_replace(vm_machine *m, vm_tid tid, struct race_key key)
{
    uint32_t place = race_on(m) ? race_place(m, tid) : RACE_NOWHERE;
    if (place != RACE_NOWHERE) {
        uint32_t *row = race_row(m, row_of_key(m, race_cell_row(m, race_cell(m, key))));
        memset(row, 0, m->race_stride * sizeof *row);
        race_release(m, tid, key);
    }
}

void race_acquire(vm_machine *m, vm_tid tid, struct race_key key)
{
    uint32_t place = race_on(m) ? race_place(m, tid) : RACE_NOWHERE;
    if (place != RACE_NOWHERE) {
        uint32_t cell = race_cell_find(m, key), number = cell ? m->race_cells[cell].row : 0;
        join_rows(m, place + 1, number ? row_of_key(m, number) : 0);
    }
}

void race_fork(vm_machine *m, vm_tid parent, vm_tid child)
{
    uint32_t place = race_on(m) ? race_place(m, parent) : RACE_NOWHERE;
    uint32_t below = place != RACE_NOWHERE ? race_place(m, child) : RACE_NOWHERE;
    if (below != RACE_NOWHERE) {
        join_rows(m, below + 1, place + 1);
        race_row(m, place + 1)[place]++;
    }
}

void race_join(vm_machine *m, vm_tid waiter, vm_tid ended)
{
    uint32_t place = race_on(m) ? race_place(m, waiter) : RACE_NOWHERE;
    uint32_t below = place != RACE_NOWHERE ? place_of(m, ended) : RACE_NOWHERE;
    if (below != RACE_NOWHERE) {
        join_rows(m, place + 1, below + 1);
        race_row(m, below + 1)[below]++; /* it may not have ended: a signal says as much */
    }
}

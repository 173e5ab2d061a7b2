/* SPDX-License-Identifier: MIT
 * What the race detector keeps, for its own files. A row is a vector clock: `race_stride` numbers,
 * one for each place. A thread has a place while the detector follows it. Row 0 is what was known
 * of keys that had to be given up: whoever acquires an unknown key acquires that, so that giving up
 * can hide a race but never invent one.
 */
#ifndef RACE_STATE_H
#define RACE_STATE_H

#include "race/race.h"

#define RACE_PLACES_MAX 64  /* threads followed at a time */
#define RACE_CELLS_MAX 4096 /* words and keys; then the oldest make room */
#define RACE_ROWS_MAX 1024  /* keys that order something */
#define RACE_REPORTS_MAX 256
#define RACE_ROOM 16                 /* words and keys that are new in one operation */
#define RACE_RANGE 32                /* words of one range that are watched: its first */
#define RACE_RANGES (4 * RACE_RANGE) /* and of all ranges in one operation */
#define RACE_NOWHERE UINT32_MAX

/* race/clock.c. A key's row is known by its number, from 1 on; 0: none. */
uint32_t race_place(vm_machine *m, vm_tid tid); /* RACE_NOWHERE: too many at a time */
const uint32_t *race_clock(const vm_machine *m, uint32_t place); /* of the thread there */
uint32_t race_row_new(vm_machine *m);
void race_row_free(vm_machine *m, uint32_t number);
void race_row_lose(vm_machine *m, uint32_t number); /* what it knew goes into row 0 */
enum vm_status race_rows_reserve(vm_machine *m);
/* Release to a key that knows nothing else afterwards: a store ends what earlier stores began. */
void race_replace(vm_machine *m, vm_tid tid, struct race_key key);
/* Row of a number; machine/check_race.c looks at them too. */
uint32_t *race_row(vm_machine *m, uint32_t row);
/* Does the access come before all that the owner of the clock does now? */
static inline bool race_before(const struct race_access *access, const uint32_t *clock)
{
    return access->clock <= clock[access->place];
}

/* race/shadow.c. */
enum vm_status race_cells_reserve(vm_machine *m);
uint32_t race_cell_find(const vm_machine *m, struct race_key key); /* 0: none */
uint32_t race_cell(vm_machine *m, struct race_key key);            /* made when it is not there */
void race_cell_drop(vm_machine *m, uint32_t cell);
uint32_t race_cell_row(vm_machine *m, uint32_t cell); /* its clock; made when there is none */
void race_read_put(vm_machine *m, uint32_t cell, const struct race_access *access);
void race_reads_clear(vm_machine *m, uint32_t cell);
/* Forgets the accesses of the thread that had this place. */
void race_place_clear(vm_machine *m, uint32_t place);

/* Nothing to watch while one thread has been all there was. */
static inline bool race_on(const vm_machine *m)
{
    return m->config.races && m->tasks_n > 2;
}

#endif

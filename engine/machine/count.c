/* SPDX-License-Identifier: MIT
 * Counters, for each process and (process 0) for the whole machine.
 */
#include "machine/world.h"

static void count_one(
    vm_machine *m, vm_pid pid, uint64_t *at, enum vm_counter counter, int64_t delta)
{
    uint64_t old = *at;
    *at = old + (uint64_t)delta;
    EMIT(m, counter, .pid = pid, .counter = counter, .old_value = old, .value = *at);
}

void count_aloud(vm_machine *m, vm_pid pid, enum vm_counter counter, int64_t delta)
{
    count_one(m, 0, &m->counter[counter], counter, delta);
    if (pid) {
        count_one(m, pid, &m->processes[pid].counter[counter], counter, delta);
    }
}

void count_describe(const vm_machine *m, struct vm_events *events)
{
    for (vm_pid pid = 0; pid < m->processes_n; pid++) {
        const uint64_t *counters = pid ? m->processes[pid].counter : m->counter;
        for (unsigned c = 0; c < vm_counter_count; c++) {
            if (counters[c]) {
                EMIT_TO(events, counter, .pid = pid, .counter = c, .value = counters[c]);
            }
        }
    }
}

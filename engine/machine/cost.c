/* SPDX-License-Identifier: MIT
 * Time. Invariant: a clock is the sum of counters times prices and nothing else, so that whoever
 * folds the rows can compute it too, and counting costs the fast path nothing.
 */
#include "machine/world.h"

uint64_t vm_cost_price(const struct vm_config *config, enum vm_cost cost)
{
    const struct vm_cost_desc *desc = vm_cost_desc(cost);
    switch (desc->where) {
    case vm_where_cpu:
        return config->cost[cost];
    case vm_where_swap:
        return config->latency[config->swap_on];
    case vm_where_files:
        return config->latency[config->files_on];
    default:
        return config->latency[desc->where];
    }
}

void cost_defaults(struct vm_config *config)
{
    for (unsigned medium = 0; medium < vm_medium_count; medium++) {
        config->latency[medium] = vm_medium_desc(medium)->picoseconds;
    }
    for (unsigned cost = 0; cost < vm_cost_count; cost++) {
        config->cost[cost] = vm_cost_desc(cost)->picoseconds;
    }
    config->swap_on = config->files_on = vm_medium_ssd;
}

/* Far below a clock's range, far above any sensible price: a thousand seconds. */
#define PRICE_MAX UINT64_C(1000000000000000)

const char *cost_problem(const struct vm_config *config)
{
    if (config->swap_on >= vm_medium_count || config->files_on >= vm_medium_count) {
        return "swap and files lie on a medium that exists";
    }
    for (unsigned cost = 0; cost < vm_cost_count; cost++) {
        if (vm_cost_price(config, (enum vm_cost)cost) > PRICE_MAX) {
            return "no step costs more than a thousand seconds";
        }
    }
    return NULL;
}

void cost_describe(const vm_machine *m, struct vm_events *events)
{
    for (unsigned cost = 0; cost < vm_cost_count; cost++) {
        uint64_t price = vm_cost_price(&m->config, (enum vm_cost)cost);
        if (price) {
            EMIT_TO(events, cost, .cost = cost, .picoseconds = price);
        }
    }
}

uint64_t vm_clock_ns(const vm_machine *m, vm_pid pid)
{
    uint64_t nanoseconds = 0, picoseconds = 0;
    for (unsigned cost = 0; cost < vm_cost_count; cost++) {
        uint64_t price = vm_cost_price(&m->config, (enum vm_cost)cost);
        uint64_t n = vm_counter(m, pid, vm_cost_desc(cost)->counter);
        nanoseconds += price / 1000 * n; /* apart, for a day of disks is more than 2^64 ps */
        picoseconds += price % 1000 * n;
    }
    return nanoseconds + picoseconds / 1000;
}

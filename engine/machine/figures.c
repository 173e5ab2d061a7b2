/* SPDX-License-Identifier: MIT
 * Figures of a stretch of a run, as textbooks draw them, from counters and prices alone.
 *   - Effective access time: time by references (Silberschatz, Galvin, Gagne, section 10.2.3).
 *   - Efficiency: the part of a process's time in which it computes and does not wait for a device
 *     (Denning, "Thrashing: its causes and prevention", AFIPS 1968: processing efficiency).
 *   - CPU utilisation: a clock has nothing overlap, but while one process waits, another can
 *     compute. No schedule can be over before the processors have done all computing, before a disk
 *     or tape, which does one thing at a time, has done all of its work, and before the process
 *     with the longest way has gone it (the asymptotic bounds of Denning and Buzen, "The
 * operational analysis of queueing network models", 1978). Utilisation is what it is in the
 * shortest time that these three allow. SSDs and networks have many requests under way at a time.
 * Cache and DRAM are the processor's own time; a wait is for a medium below them.
 */
#include "machine/world.h"

enum { SHARES = vm_medium_count };

/* Where time went, in nanoseconds. */
struct split {
    uint64_t all, waiting[SHARES];
};

static bool is_device(enum vm_medium medium)
{
    return medium >= vm_medium_ssd;
}

static bool one_at_a_time(enum vm_medium medium)
{
    return medium == vm_medium_disk || medium == vm_medium_tape;
}

/* The medium that a step keeps busy. A page more in a transfer is priced in its row, but it is the
 * device that takes the time. */
static enum vm_medium medium_of(const struct vm_config *config, enum vm_cost cost)
{
    switch (vm_cost_desc(cost)->where) {
    case vm_where_swap:
        return config->swap_on;
    case vm_where_files:
        return config->files_on;
    default:
        return cost == vm_cost_readahead ? config->files_on : vm_medium_sram;
    }
}

static uint64_t since(
    const vm_machine *before, const vm_machine *now, vm_pid pid, enum vm_counter counter)
{
    return vm_counter(now, pid, counter) - (before ? vm_counter(before, pid, counter) : 0);
}

static void split_time(
    const vm_machine *before, const vm_machine *now, vm_pid pid, struct split *out)
{
    *out = (struct split){0};
    out->all = vm_clock_ns(now, pid) - (before ? vm_clock_ns(before, pid) : 0);
    for (unsigned cost = 0; cost < vm_cost_count; cost++) {
        enum vm_medium medium = medium_of(&now->config, (enum vm_cost)cost);
        if (is_device(medium)) {
            uint64_t price = vm_cost_price(&now->config, (enum vm_cost)cost) / 1000;
            out->waiting[medium] += price * since(before, now, pid, vm_cost_desc(cost)->counter);
        }
    }
}

static uint64_t computing(const struct split *split)
{
    uint64_t n = split->all;
    for (unsigned medium = 0; medium < SHARES; medium++) {
        n -= split->waiting[medium] < n ? split->waiting[medium] : n;
    }
    return n;
}

/* part <= whole; nothing of nothing is all. */
static uint64_t percent(uint64_t part, uint64_t whole)
{
    for (; whole > UINT64_MAX / 100; whole /= 2) {
        part /= 2;
    }
    return whole ? part * 100 / whole : 100;
}

static uint64_t utilisation(const vm_machine *before, const vm_machine *now)
{
    struct split split;
    split_time(before, now, 0, &split);
    uint64_t busy = computing(&split) / now->config.cpus, time = busy;
    for (unsigned medium = 0; medium < SHARES; medium++) {
        bool most = one_at_a_time((enum vm_medium)medium) && split.waiting[medium] > time;
        time = most ? split.waiting[medium] : time;
    }
    for (vm_pid pid = 1; pid < now->processes_n; pid++) {
        struct split own;
        split_time(before, now, pid, &own);
        time = own.all > time ? own.all : time;
    }
    return percent(busy, time);
}

uint64_t vm_figure(
    const vm_machine *before, const vm_machine *now, vm_pid pid, enum vm_figure figure)
{
    uint64_t references = since(before, now, pid, vm_counter_references);
    struct split split;
    split_time(before, now, pid, &split);
    switch (figure) {
    case vm_figure_eat:
        return references ? split.all / references : 0;
    case vm_figure_fault_rate:
        return references ? since(before, now, pid, vm_counter_faults) * 1000 / references : 0;
    case vm_figure_efficiency:
        return percent(computing(&split), split.all);
    default:
        return utilisation(before, now);
    }
}

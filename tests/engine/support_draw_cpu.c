/* SPDX-License-Identifier: MIT
 * Random operations about processors.
 */
#include "support_draw.h"

/* Mostly a thread that there is, mostly of the same process. */
static vm_tid some_thread(struct draw *d)
{
    return roll(d, 3) ? d->tid : (vm_tid)roll(d, vm_tasks(d->m) + 3);
}

struct vm_op draw_tick(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_tick,
        .u.tick = {.cpu = roll(d, vm_machine_config(d->m)->cpus + (roll(d, 20) == 0)),
            .by = roll(d, vm_schedule_count),
            .next = roll(d, 3) ? 0 : roll(d, vm_tasks(d->m) + 1)}};
}

struct vm_op draw_yield(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_yield, .u.yield = {.tid = d->tid}};
}

struct vm_op draw_setpriority(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_setpriority,
        .u.setpriority = {
            .tid = d->tid, .thread = some_thread(d), .priority = roll(d, roll(d, 10) ? 8 : 200)}};
}

struct vm_op draw_setaffinity(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_setaffinity,
        .u.setaffinity = {
            .tid = d->tid, .thread = some_thread(d), .cpus = roll(d, 256) & roll(d, 256)}};
}

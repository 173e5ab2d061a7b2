/* SPDX-License-Identifier: MIT
 * Random operations about processors.
 */
#include "support_draw.h"

struct vm_op draw_tick(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_tick, .u.tick = {.cpu = roll(d, 8), .by = roll(d, vm_schedule_count)}};
}

struct vm_op draw_yield(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_yield, .u.yield = {.tid = d->tid}};
}

struct vm_op draw_setpriority(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_setpriority,
        .u.setpriority = {.tid = d->tid, .thread = roll(d, 8), .priority = roll(d, 8)}};
}

struct vm_op draw_setaffinity(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_setaffinity,
        .u.setaffinity = {.tid = d->tid, .thread = roll(d, 8), .cpus = roll(d, 8)}};
}

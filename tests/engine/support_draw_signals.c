/* SPDX-License-Identifier: MIT
 * Random operations about signals.
 */
#include "support_draw.h"

struct vm_op draw_kill(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_kill,
        .u.kill = {.tid = d->tid, .pid = roll(d, 6), .signo = roll(d, vm_signo_count)}};
}

struct vm_op draw_tgkill(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_tgkill,
        .u.tgkill = {.tid = d->tid, .thread = roll(d, 8), .signo = roll(d, vm_signo_count)}};
}

struct vm_op draw_sigprocmask(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_sigprocmask,
        .u.sigprocmask = {
            .tid = d->tid, .how = roll(d, vm_mask_how_count), .signo = roll(d, vm_signo_count)}};
}

struct vm_op draw_sigreturn(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_sigreturn, .u.sigreturn = {.tid = d->tid}};
}

struct vm_op draw_pause(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_pause, .u.pause = {.tid = d->tid}};
}

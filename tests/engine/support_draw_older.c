/* SPDX-License-Identifier: MIT
 * Drawing machines without pages, and their operations: few sizes and places, so that memory gets
 * full and falls apart, and so that segments are shared, moved and swapped.
 */
#include "support_draw.h"

#define MAKE(name, ...)                                                                            \
    (struct vm_op)                                                                                 \
    {                                                                                              \
        .kind = vm_op_kind_##name, .u.name = { __VA_ARGS__ }                                       \
    }

void dice_older_machine(struct dice *dice, struct vm_config *out)
{
    do {
        uint64_t kinds = vm_machine_kind_slab - vm_machine_kind_base_bounds + 1;
        vm_config_preset(
            (enum vm_machine_kind)(vm_machine_kind_base_bounds + dice_roll(dice, kinds)), out);
        bool buddies = out->kind >= vm_machine_kind_buddy;
        out->memory = buddies ? UINT64_C(256) << dice_roll(dice, 5) : 100 + dice_roll(dice, 4000);
        out->memory_base = dice_roll(dice, 3) ? dice_roll(dice, 10000) : 0;
        out->align = buddies ? 1u << dice_roll(dice, 8) : (uint32_t)(1 + dice_roll(dice, 8));
        out->fit = (enum vm_fit)dice_roll(dice, vm_fit_count);
        out->list_order = (enum vm_list_order)dice_roll(dice, vm_list_order_count);
        out->coalesce = dice_roll(dice, 4) != 0;
        out->header = dice_roll(dice, 3) ? 0 : (uint32_t)dice_roll(dice, 20);
        out->split = (uint32_t)dice_roll(dice, 20);
        if (out->kind == vm_machine_kind_segmentation) {
            out->va_bits = (uint8_t)(7 + dice_roll(dice, 8));
            out->segment_bits = (uint8_t)(1 + dice_roll(dice, 3));
        }
        out->seed = dice_roll(dice, 1000);
    } while (vm_config_problem(out));
}

/* A part of memory, rarely nearly all of it or more. */
static uint64_t some_bytes(struct draw *d)
{
    uint64_t memory = d->m->config.memory;
    return 1 + roll(d, roll(d, 12) ? memory / 8 + 1 : memory + 10);
}

static uint64_t some_number(struct draw *d)
{
    return roll(d, 4) ? roll(d, UINT64_C(1) << d->m->config.segment_bits) : roll(d, 6);
}

struct vm_op draw_place(struct draw *d)
{
    uint64_t place = roll(d, 4) ? 0 : d->m->config.memory_base + roll(d, d->m->config.memory + 1);
    return MAKE(place, d->tid, roll(d, 3) ? 0 : 1 + some_number(d), some_bytes(d), 1 + roll(d, 7),
        roll(d, 3) == 0, place, 1 + roll(d, 4));
}

struct vm_op draw_share(struct draw *d)
{
    return MAKE(share, d->tid, 1 + roll(d, 4), some_number(d), roll(d, 3) ? 0 : 1 + some_number(d),
        roll(d, 8), 1 + roll(d, 4));
}

struct vm_op draw_resize(struct draw *d)
{
    return MAKE(resize, d->tid, some_number(d), some_bytes(d));
}

struct vm_op draw_unload(struct draw *d)
{
    return MAKE(unload, d->tid, some_number(d));
}

struct vm_op draw_swap_out(struct draw *d)
{
    return MAKE(swap_out, roll(d, 3) ? d->pid : roll(d, 6));
}

struct vm_op draw_swap_in(struct draw *d)
{
    return MAKE(swap_in, roll(d, 3) ? d->pid : roll(d, 6));
}

struct vm_op draw_compact(struct draw *d)
{
    (void)d;
    return MAKE(compact, 0);
}

struct vm_op draw_alloc(struct draw *d)
{
    bool cache = d->m->slab_caches_n > 1 && roll(d, 5);
    return MAKE(alloc, d->tid, some_bytes(d), cache ? 1 + roll(d, d->m->slab_caches_n) : 0);
}

/* What begins somewhere, rarely an address that nothing begins at. */
struct vm_op draw_release(struct draw *d)
{
    uint32_t objects = d->m->slab_objects_n;
    vm_pa at = roll(d, d->m->config.memory_base + d->m->config.memory + 1);
    if (objects && roll(d, 2)) {
        at = d->m->slab_objects[roll(d, objects)];
    } else if (roll(d, 10)) {
        uint32_t p = d->m->first_piece;
        for (uint64_t i = roll(d, d->m->pieces_n); i && d->m->pieces[p].after; i--) {
            p = d->m->pieces[p].after;
        }
        at = d->m->pieces[p].at + d->m->config.header;
    }
    return MAKE(release, d->tid, at);
}

struct vm_op draw_cache(struct draw *d)
{
    return MAKE(cache, d->tid, 1 + roll(d, 4), 1 + roll(d, d->m->config.memory / 4 + 1),
        roll(d, 3) ? 0 : UINT64_C(1) << roll(d, 12));
}

struct vm_op draw_shrink(struct draw *d)
{
    return MAKE(shrink, d->tid, 1 + roll(d, d->m->slab_caches_n));
}

static struct vm_op older_access(struct draw *d)
{
    uint64_t most = UINT64_C(1) << (d->m->config.va_bits - d->m->config.segment_bits);
    vm_va va = some_number(d) * most;
    va += roll(d, 2) ? roll(d, some_bytes(d)) : most - 1 - roll(d, 40);
    return MAKE(
        access, d->tid, roll(d, 30) ? va : roll(d, UINT64_MAX), 1 + roll(d, 3), 1 + roll(d, 4));
}

static struct vm_op with_segments(struct draw *d)
{
    switch (roll(d, 12)) {
    case 0:
    case 1:
    case 2:
        return draw_place(d);
    case 3:
        return draw_share(d);
    case 4:
        return draw_resize(d);
    case 5:
        return draw_unload(d);
    case 6:
        return roll(d, 2) ? draw_swap_out(d) : draw_swap_in(d);
    case 7:
        return draw_compact(d);
    default:
        return older_access(d);
    }
}

static struct vm_op with_pieces(struct draw *d)
{
    switch (roll(d, 16)) {
    case 0:
        return draw_cache(d);
    case 1:
        return draw_shrink(d);
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
        return draw_release(d);
    default:
        return draw_alloc(d);
    }
}

struct vm_op draw_older(struct draw *d)
{
    const struct vm_op skip = MAKE(sigaction, d->tid, vm_signo_sigsegv, vm_signal_action_skip);
    const struct vm_op kill = MAKE(kill, d->tid, 1 + roll(d, 4), 1 + roll(d, 6));
    const struct vm_op exit = MAKE(exit, d->tid, roll(d, 3));
    const struct vm_op wait = MAKE(wait, d->tid, 0);
    const struct vm_op tick = MAKE(tick, 0);
    bool segments = d->m->config.kind <= vm_machine_kind_segmentation;
    switch (roll(d, 40)) {
    case 0:
        return exit;
    case 1:
        return roll(d, 4) ? skip : kill;
    case 2:
        return roll(d, 2) ? tick : wait;
    case 3:
        return MAKE(start, 1, 0);
    case 4:
    case 5:
        return skip;
    default:
        return segments ? with_segments(d) : with_pieces(d);
    }
}

/* SPDX-License-Identifier: MIT
 * Facts: statements about frames that no counter shows. Each is a formula over the frames that
 * pages lie in now, and those that region A lay in when a process first forked or moved it
 * (recorded).
 */
#include "command/truth_world.h"

#include <stdlib.h>
#include <string.h>

/* SAME: pages of the region whose frame is the recorded one of that page; SAME_FIRST: of page 0.
 * EQUAL: pages of `who`'s B in the same frame as P's A. ZERO: pages on the one zero frame.
 * MAPS, PEAK: entries that point at the recorded frame of page 0, now and at most so far. */
enum formula { ZERO, SAME, SAME_FIRST, SAME_OR_FIRST, EQUAL, EQUAL_FIRST, MAPS, PEAK };
static const struct {
    const char *name;
    enum formula formula;
    char who, region;
} facts[] = {
    {"pages_sharing_one_zero_pfn", ZERO, 'P', 'A'},
    {"pages_still_on_zero_pfn", ZERO, 'P', 'A'},
    {"child_parent_equal_pfn", SAME, 'C', 'A'},
    {"child_pages_still_shared", SAME, 'C', 'A'},
    {"child_still_original_pfn", SAME, 'C', 'A'},
    {"child_pfn_after_write_unchanged", SAME, 'C', 'A'},
    {"child_pfn_after_all_writes_unchanged", SAME, 'C', 'A'},
    {"child_pfn_same", SAME, 'C', 'A'},
    {"child_pfn_equals_parent", SAME_FIRST, 'C', 'A'},
    {"grandchild_pfn_same", SAME, 'G', 'A'},
    {"parent_pfn_same", SAME, 'P', 'A'},
    /* of shared memory p20 asks page 0 alone, of private memory p08 and p09 ask each page */
    {"parent_pfn_unchanged", SAME_OR_FIRST, 'P', 'A'},
    {"parent_pfn_unchanged_end", SAME, 'P', 'A'},
    {"pfn_kept_after_move", SAME, 'P', 'B'},
    {"A0_pfn_unchanged", SAME_FIRST, 'P', 'A'},
    {"A0_pfn_equals_B0_pfn_after_cow", EQUAL_FIRST, 'P', 'B'},
    {"equal_pfn_across_processes", EQUAL, 'C', 'B'},
    {"equal_pfn_same_process", EQUAL, 'P', 'B'},
    {"mapcount", MAPS, 'P', 'A'},
    {"mapcount_while_shared", MAPS, 'P', 'A'},
    {"mapcount_after_child_exit", MAPS, 'P', 'A'},
    /* p38 looks before the grandchild writes, when all three still share it */
    {"mapcount_three", PEAK, 'P', 'A'},
};

int truth_fact_named(const char *name)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (strcmp(facts[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

void truth_fact_names(char *out, size_t room)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0] && n < room; i++) {
        n += (size_t)snprintf(out + n, room - n, "%s%s", i ? ", " : "", facts[i].name);
    }
}

/* The frame a page lies in, plus one; 0: not in memory. */
static uint64_t frame_of(const vm_machine *machine, vm_pid space, vm_vpn vpn)
{
    vm_pa pa;
    return vm_translate(machine, space, vpn * TRUTH_PAGE, &pa) ? pa / TRUTH_PAGE + 1 : 0;
}

static vm_vpn page_of(const struct truth_region *region, uint64_t page)
{
    return TRUTH_BASE / TRUTH_PAGE + (vm_vpn)region->page + page;
}

void truth_fact_record(
    struct truth_world *world, const struct truth_who *who, const struct truth_region *a)
{
    if (world->recorded || !a->pages) {
        return;
    }
    world->recorded = calloc(a->pages, sizeof *world->recorded);
    if (!world->recorded) {
        world->report->no_memory = true;
        return;
    }
    world->recorded_n = a->pages;
    for (uint64_t i = 0; i < a->pages; i++) {
        world->recorded[i] = frame_of(world->machine, who->space, page_of(a, i));
    }
}

static uint64_t maps_in(const struct truth_world *world, vm_pid space, uint64_t frame)
{
    uint64_t n = 0;
    struct vm_vma_view vma;
    for (vm_vpn at = 0; vm_vma_next(world->machine, space, at, &vma); at = vma.end) {
        for (vm_vpn vpn = vma.start; vpn < vma.end; vpn++) {
            n += frame_of(world->machine, space, vpn) == frame;
        }
    }
    return n;
}

/* Entries of all processes that point at the recorded frame of page 0. */
static uint64_t maps_now(const struct truth_world *world, const struct truth_step *step)
{
    uint64_t n = 0, frame = world->recorded_n ? world->recorded[0] : 0;
    if (!frame && step) { /* nothing was recorded: where page 0 lies now */
        frame = frame_of(world->machine, world->who[0].space, page_of(&step->a, 0));
    }
    for (size_t i = 0; frame && i < world->whos; i++) {
        const struct truth_who *who = &world->who[i];
        n += who->space == who->pid ? maps_in(world, who->pid, frame) : 0;
    }
    return n;
}

void truth_fact_peak(struct truth_world *world)
{
    uint64_t n = maps_now(world, NULL);
    world->peak = n > world->peak ? n : world->peak;
}

static uint64_t same(const struct truth_world *world, vm_pid space,
    const struct truth_region *region, uint64_t pages)
{
    uint64_t n = 0;
    for (uint64_t i = 0; i < pages && i < world->recorded_n; i++) {
        n += world->recorded[i] &&
             world->recorded[i] == frame_of(world->machine, space, page_of(region, i));
    }
    return n;
}

static uint64_t equal(
    const struct truth_world *world, vm_pid space, const struct truth_step *step, uint64_t pages)
{
    uint64_t n = 0;
    for (uint64_t i = 0; i < pages && i < step->a.pages; i++) {
        uint64_t frame = frame_of(world->machine, world->who[0].space, page_of(&step->a, i));
        n += frame && frame == frame_of(world->machine, space, page_of(&step->b, i));
    }
    return n;
}

static uint64_t on_zero(
    const struct truth_world *world, vm_pid space, const struct truth_region *region)
{
    uint64_t n = 0, zero = vm_machine_config(world->machine)->kernel_frames;
    for (uint64_t i = 0; i < region->pages; i++) {
        n += zero && frame_of(world->machine, space, page_of(region, i)) == zero;
    }
    return n;
}

static bool is_shared(const struct truth_world *world, vm_pid space, const struct truth_region *a)
{
    struct vm_vma_view vma;
    return vm_vma_at(world->machine, space, page_of(a, 0), &vma) && vma.flags & vm_map_bit_shared;
}

uint64_t truth_fact_value(const struct truth_world *world, const struct truth_step *step)
{
    char name[2] = {facts[step->fact].who, '\0'};
    const struct truth_region *region = facts[step->fact].region == 'B' ? &step->b : &step->a;
    vm_pid space = 0;
    for (size_t i = 0; i < world->whos; i++) {
        space = strcmp(world->who[i].name, name) == 0 ? world->who[i].space : space;
    }
    uint64_t pages = UINT64_MAX;
    switch (facts[step->fact].formula) {
    case ZERO:
        return on_zero(world, space, region);
    case SAME_OR_FIRST:
        pages = is_shared(world, space, region) ? 1 : pages;
        return same(world, space, region, pages);
    case SAME:
        return same(world, space, region, pages);
    case SAME_FIRST:
        return same(world, space, region, 1);
    case EQUAL:
        return equal(world, space, step, pages);
    case EQUAL_FIRST:
        return equal(world, space, step, 1);
    case MAPS:
        return maps_now(world, step);
    case PEAK:
        return world->peak;
    }
    return 0;
}

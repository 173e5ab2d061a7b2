/* SPDX-License-Identifier: MIT
 * Words of `expect` about memory in pieces: holes, largest_hole, free_bytes, used_bytes,
 * internal_fragmentation (bytes), external_fragmentation (percent), hole(i), hole_size(i); base(x)
 * and bounds(x) of a segment; slabs(c) and objects(c) of a cache.
 */
#include "scenario/run.h"

#include "vm/older.h"

#include <string.h>

/* How much of what is free is not in the largest hole, in percent. */
static uint64_t external(const struct vm_space *space)
{
    return space->free ? (space->free - space->largest) * 100 / space->free : 0;
}

static bool eval_space_word(vm_run *run, const struct expr *expr, struct value *out)
{
    struct vm_space space;
    vm_space_of(run_machine(run), &space);
    const struct {
        const char *name;
        uint64_t number;
    } words[] = {
        {"holes", space.holes},
        {"largest_hole", space.largest},
        {"free_bytes", space.free},
        {"used_bytes", space.used},
        {"internal_fragmentation", space.internal},
        {"external_fragmentation", external(&space)},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(expr->text, words[i].name) == 0) {
            *out = (struct value){.number = words[i].number};
            return true;
        }
    }
    return false;
}

static bool eval_hole(vm_run *run, const struct expr *call, struct value *out)
{
    struct value which;
    vm_pa at = 0;
    uint64_t bytes = 0;
    bool one = call->arguments && !call->arguments->next;
    if (!one) {
        return run_error(run, call->place, "hole(0) is where the first one of the list begins",
            "`%.20s` takes the hole's place in the list", call->text);
    }
    if (!eval(run, NULL, call->arguments, &which)) {
        return false;
    }
    bool found = vm_hole_at(run_machine(run), which.number, &at, &bytes);
    bool size = strcmp(call->text, "hole_size") == 0;
    *out = (struct value){.number = !found ? VALUE_NONE : size ? bytes : at};
    return true;
}

static bool eval_segment(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value value;
    struct vm_segment_view view;
    if (!eval_address(run, actor, call, &value)) {
        return false;
    }
    const struct actor *owner = eval_owner(run, call, &value);
    if (!owner) {
        return false;
    }
    bool base = strcmp(call->text, "base") == 0;
    bool found = vm_segment_at(run_machine(run), owner->pid, value.number, &view);
    bool known = found && (view.present || !base);
    *out = (struct value){.number = !known ? VALUE_NONE : base ? view.base : view.bytes};
    return true;
}

static bool eval_cache(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value cache;
    uint64_t slabs, objects;
    if (!call->arguments || call->arguments->next) {
        return run_error(
            run, call->place, "like slabs(inodes)", "`%.20s` takes a cache", call->text);
    }
    if (!eval(run, actor, call->arguments, &cache)) {
        return false;
    }
    if (!vm_cache_at(run_machine(run), cache.number, &slabs, &objects)) {
        return run_error(run, call->place, "inodes = cache(600)", "this is no cache");
    }
    *out = (struct value){.number = strcmp(call->text, "slabs") == 0 ? slabs : objects};
    return true;
}

bool eval_older(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out, bool *known)
{
    const char *word = expr->text;
    *known = run->config.memory != 0;
    if (!*known) {
        return false;
    }
    if (expr->kind == EXPR_NAME) {
        *known = eval_space_word(run, expr, out);
        return *known;
    }
    if (strcmp(word, "hole") == 0 || strcmp(word, "hole_size") == 0) {
        return eval_hole(run, expr, out);
    }
    if (strcmp(word, "base") == 0 || strcmp(word, "bounds") == 0) {
        return eval_segment(run, actor, expr, out);
    }
    if (strcmp(word, "slabs") == 0 || strcmp(word, "objects") == 0) {
        return eval_cache(run, actor, expr, out);
    }
    *known = false;
    return false;
}

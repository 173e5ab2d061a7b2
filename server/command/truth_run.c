/* SPDX-License-Identifier: MIT
 * A script from its first operation to its last. An operation is measured on the process that its
 * first statement names.
 */
#include "command/truth_world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void run_op(struct truth_world *world, const struct truth_step *step, size_t index,
    struct truth_snap *before, struct truth_snap *after)
{
    const struct truth_who *first = truth_who(world, step->op.statement[0].who);
    vm_pid pid = first ? first->pid : 0, space = first ? first->space : 0;
    if (!truth_snap(world->machine, pid, space, before)) {
        world->report->no_memory = true;
    }
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    for (size_t i = 0; i < step->op.n && outcome.ending == TRUTH_FINE; i++) {
        outcome = truth_perform(world, step, &step->op.statement[i]);
    }
    if (!truth_snap(world->machine, pid, space, after)) {
        world->report->no_memory = true;
    }
    truth_compare(world, step, index, before, after, &outcome);
}

static void run_fact(const struct truth_world *world, const struct truth_step *step, size_t index)
{
    char expected[24], got[24];
    uint64_t value = truth_fact_value(world, step);
    snprintf(expected, sizeof expected, "%" PRId64, step->value);
    snprintf(got, sizeof got, "%" PRIu64, value);
    truth_count(world->report, TRUTH_FACTS, strcmp(expected, got) == 0, world->script->name, index,
        step->op.text, expected, got);
}

void truth_run(const struct truth_script *script, struct truth_report *report)
{
    struct truth_world world;
    struct truth_snap before = {0}, after = {0};
    bool good = truth_world_begin(&world, script, report);
    size_t index = 0;
    for (size_t i = 0; good && i < script->steps; i++) {
        const struct truth_step *step = &script->step[i];
        if (step->kind == TRUTH_STEP_OP) {
            run_op(&world, step, ++index, &before, &after);
        } else {
            run_fact(&world, step, index);
        }
    }
    truth_world_end(&world);
    free(before.vmas.item);
    free(after.vmas.item);
}

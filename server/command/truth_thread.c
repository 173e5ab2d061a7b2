/* SPDX-License-Identifier: MIT
 * Statements of threads. T0 is the main thread of P; `thread T1` creates one that begins to run at
 * once, `join T1` lets it end and joins it.
 */
#include "command/truth_world.h"

#include <string.h>

enum { NAME_THREAD = 100, FRAME_LOCALS = 4096 };

struct truth_outcome truth_thread_begin(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    uint64_t tid, value;
    struct truth_who thread = {.pid = who->pid, .space = who->space, .parent = -1};
    memcpy(thread.name, s->other, sizeof thread.name);
    if (world->whos == TRUTH_REGIONS) {
        return (struct truth_outcome){.ending = TRUTH_BROKEN, .status = VM_LIMIT};
    }
    const struct vm_op create = {
        .kind = vm_op_kind_create, .u.create = {.tid = who->tid, .label = NAME_THREAD}};
    struct truth_outcome outcome = truth_apply(world->machine, &create, NULL, &tid);
    if (outcome.ending != TRUTH_FINE) {
        return outcome;
    }
    thread.tid = (vm_tid)tid;
    world->who[world->whos++] = thread;
    const struct vm_op start = {
        .kind = vm_op_kind_thread_start, .u.thread_start = {.tid = thread.tid}};
    return truth_apply(world->machine, &start, NULL, &value);
}

struct truth_outcome truth_thread_join(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    const struct truth_who *thread = truth_who(world, s->other);
    uint64_t value;
    if (!thread) {
        return (struct truth_outcome){.ending = TRUTH_BROKEN, .status = VM_NO_TASK};
    }
    const struct vm_op end = {
        .kind = vm_op_kind_thread_exit, .u.thread_exit = {.tid = thread->tid}};
    struct truth_outcome outcome = truth_apply(world->machine, &end, NULL, &value);
    const struct vm_op join = {
        .kind = vm_op_kind_join, .u.join = {.tid = who->tid, .thread = thread->tid}};
    return outcome.ending == TRUTH_FINE ? truth_apply(world->machine, &join, NULL, &value)
                                        : outcome;
}

/* A function with a page of locals that writes the lowest of them and calls itself. */
struct truth_outcome truth_recurse(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    uint64_t value, depth = 0;
    for (; depth < s->to && outcome.ending == TRUTH_FINE; depth++) {
        const struct vm_op call = {.kind = vm_op_kind_call,
            .u.call = {.tid = who->tid, .va = world->code, .locals = FRAME_LOCALS}};
        outcome = truth_apply(world->machine, &call, NULL, &value);
        const struct vm_op store = {.kind = vm_op_kind_access,
            .u.access = {.tid = who->tid,
                .va = vm_task_sp(world->machine, who->tid),
                .access = vm_access_store,
                .bytes = 1}};
        outcome = outcome.ending == TRUTH_FINE ? truth_apply(world->machine, &store, NULL, &value)
                                               : outcome;
    }
    const struct vm_op ret = {.kind = vm_op_kind_ret, .u.ret = {.tid = who->tid}};
    while (depth-- && outcome.ending == TRUTH_FINE) {
        outcome = truth_apply(world->machine, &ret, NULL, &value);
    }
    return outcome;
}

struct truth_outcome truth_malloc(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    if (s->verb == TRUTH_MALLOC) {
        const struct vm_op op = {
            .kind = vm_op_kind_malloc, .u.malloc = {.tid = who->tid, .bytes = s->to}};
        world->block_bytes = s->to;
        return truth_apply(world->machine, &op, NULL, &world->block);
    }
    uint64_t value;
    const struct vm_op fill = {.kind = vm_op_kind_access,
        .u.access = {.tid = who->tid,
            .va = world->block,
            .access = vm_access_store,
            .bytes = world->block_bytes}};
    return truth_apply(world->machine, &fill, NULL, &value);
}

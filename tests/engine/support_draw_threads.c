/* SPDX-License-Identifier: MIT
 * Random operations about threads: mostly about threads there are, sometimes about any number.
 */
#include "support_draw.h"

/* A thread of the process, often one that has not run yet or has ended; or any number. */
static vm_tid some_thread(struct draw *d, bool fresh)
{
    vm_tid found[16];
    uint64_t n = 0;
    for (vm_tid tid = d->m->tasks_n; tid-- > 1 && n < 16;) {
        const struct task *task = &d->m->tasks[tid];
        if (task->pid == d->pid && task->state != vm_task_state_ended &&
            (!fresh || (!task->begun && task->stack.start))) {
            found[n++] = tid;
        }
    }
    return n && roll(d, 10) ? found[roll(d, n)] : (vm_tid)roll(d, 10);
}

struct vm_op draw_create(struct draw *d)
{
    struct vm_op op = {.kind = vm_op_kind_create,
        .u.create = {.tid = d->tid, .label = roll(d, 4), .entry = d->va, .body = roll(d, 4)}};
    if (roll(d, 3) == 0) {
        op.u.create.stack = roll(d, 2) ? draw_pages(d) : roll(d, 200 * d->page);
    }
    uint64_t *pair = &op.u.create.p0;
    for (uint64_t i = roll(d, 7); i-- > 0; pair += 2) {
        pair[0] = 1 + roll(d, 6);
        pair[1] = roll(d, 4);
    }
    return op;
}

struct vm_op draw_thread_start(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_thread_start, .u.thread_start = {.tid = some_thread(d, true)}};
}

struct vm_op draw_thread_exit(struct draw *d)
{
    vm_tid tid = roll(d, 4) ? some_thread(d, false) : d->tid;
    if (tid && tid < d->m->tasks_n && !d->m->tasks[tid].number && roll(d, 4)) {
        return draw_create(d); /* the last one's end would be the end of the process */
    }
    return (struct vm_op){
        .kind = vm_op_kind_thread_exit, .u.thread_exit = {.tid = tid, .value = roll(d, 5)}};
}

struct vm_op draw_join(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_join,
        .u.join = {.tid = d->tid, .thread = some_thread(d, false), .into = roll(d, 4)}};
}

struct vm_op draw_detach(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_detach, .u.detach = {.tid = d->tid, .thread = some_thread(d, false)}};
}

/* SPDX-License-Identifier: MIT
 * What a thread has used (Linux: getrusage with RUSAGE_THREAD; voluntary_ctxt_switches and
 * nonvoluntary_ctxt_switches of /proc/PID/task/TID/status). Invariant: the faults of a process's
 * threads add up to the process's.
 */
#include "kernel/usage.h"

static void emit(
    struct vm_events *events, vm_tid tid, const struct usage *old, const struct usage *now)
{
    EMIT_TO(events, usage, .tid = tid,                                //
        .old_minor = old->minor, .minor = now->minor,                 //
        .old_major = old->major, .major = now->major,                 //
        .old_voluntary = old->voluntary, .voluntary = now->voluntary, //
        .old_involuntary = old->involuntary, .involuntary = now->involuntary);
}

void usage_describe(const vm_machine *m, struct vm_events *events)
{
    const struct usage none = {0};
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct usage *now = &m->tasks[tid].usage;
        if (now->minor || now->major || now->voluntary || now->involuntary) {
            emit(events, tid, &none, now);
        }
    }
}

void usage_count(vm_machine *m, vm_tid tid, enum usage_kind kind)
{
    struct usage old = m->tasks[tid].usage, now = old;
    switch (kind) {
    case USAGE_MINOR:
        now.minor++;
        break;
    case USAGE_MAJOR:
        now.major++;
        break;
    case USAGE_VOLUNTARY:
        now.voluntary++;
        break;
    case USAGE_INVOLUNTARY:
        now.involuntary++;
        break;
    }
    m->tasks[tid].usage = now;
    emit(m->events, tid, &old, &now);
}

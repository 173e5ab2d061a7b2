/* SPDX-License-Identifier: MIT
 * One operation in, its events out; and references in bulk without events.
 */
#include "kernel/cred.h"
#include "kernel/descriptor.h"
#include "kernel/device.h"
#include "kernel/elf.h"
#include "kernel/exec.h"
#include "kernel/exit.h"
#include "kernel/file.h"
#include "kernel/fork.h"
#include "kernel/interrupt.h"
#include "kernel/kswapd.h"
#include "kernel/madvise.h"
#include "kernel/mlock.h"
#include "kernel/mmap.h"
#include "kernel/mqueue.h"
#include "kernel/mremap.h"
#include "kernel/msync.h"
#include "kernel/page_cache.h"
#include "kernel/pending.h"
#include "kernel/pipe.h"
#include "kernel/privacy.h"
#include "kernel/process.h"
#include "kernel/read_write.h"
#include "kernel/schedule.h"
#include "kernel/shm.h"
#include "kernel/signal.h"
#include "kernel/vfork.h"
#include "machine/preset.h"
#include "machine/world.h"
#include "mmu/access.h"
#include "mmu/run.h"
#include "older/access.h"
#include "older/ops.h"
#include "policy/policy.h"
#include "race/race.h"
#include "userland/call.h"
#include "userland/copy.h"
#include "userland/malloc.h"
#include "userland/pthread.h"
#include "userland/tls.h"
#include "userland/sync.h"

/* What one operation leaves to the kernel's own threads is nobody else's. */
static enum vm_status begin(vm_machine *m, vm_tid runner, vm_va pc, uint32_t line)
{
    m->runner = runner;
    m->pc = pc;
    m->on = 0; /* what no thread does is done on the first processor; switch_to says where else */
    m->processes_before = m->processes_n;
    enum vm_status status = race_begin(m, line);
    status = status == VM_OK ? pending_reserve(m) : status;
    status = status == VM_OK ? policy_reserve(m, 0) : status;
    return status == VM_OK ? background_reserve(m) : status;
}

/* What follows from it: calls that waited go on, then the kernel's own threads run. */
static void finish(vm_machine *m)
{
    if (m->first_pending) {
        pending_run(m);
    }
    if (background_due(m)) {
        background_run(m);
    }
}

enum vm_status vm_apply(vm_machine *m, const struct vm_op *op, struct vm_events *events)
{
    if (begin(m, 0, op->pc, op->line) != VM_OK) {
        return VM_NOMEM;
    }
    struct vm_outcome before = m->outcome;
    m->outcome = (struct vm_outcome){.tid = cpu_of(m)->tid};
    m->events = events;
    enum vm_status status = VM_INVALID;
    switch (older_allows(m, op) ? (enum vm_op_kind)op->kind : vm_op_kind_count) {
#define OP(name, stage, sentence, ...)                                                             \
    case vm_op_kind_##name:                                                                        \
        status = vm_op_##name(m, &op->u.name);                                                     \
        break;
#include "vm/ops.def"
#undef OP
    case vm_op_kind_count:
        status = op->kind < vm_op_kind_count ? VM_UNSUPPORTED : VM_INVALID;
        break;
    }
    if (status == VM_OK) {
        finish(m);
    }
    if (status == VM_OK && m->stopped) {
        signal_hold_stopped(m);
    }
    m->events = NULL;
    if (status != VM_OK) {
        m->outcome = before;
    }
    return status;
}

/* The thread is put on its processor. *fast: run_hits may be used. */
static enum vm_status begin_run(vm_machine *m, vm_tid tid, bool *fast)
{
    enum vm_status status = is_older(m) ? VM_UNSUPPORTED : task_ready(m, tid);
    if (status == VM_OK) {
        status = begin(m, tid, 0, 0);
    }
    if (status != VM_OK) {
        return status;
    }
    m->outcome = (struct vm_outcome){.tid = tid};
    switch_to(m, tid);
    *fast = m->tlb_n && !m->recording && !(stacks_strict(m) && has_threads(m, tid));
    return VM_OK;
}

enum vm_status vm_access_hits(
    vm_machine *m, vm_tid tid, const struct vm_ref *refs, size_t n, size_t *done)
{
    struct run_guess guess = {0};
    bool fast;
    *done = 0;
    if (m->tlb_n == 0 || tid != cpu_of(m)->tid) {
        return VM_OK; /* a switch of threads is told by the operation that needs it */
    }
    enum vm_status status = begin_run(m, tid, &fast);
    if (status == VM_OK && fast) {
        *done = run_hits(m, refs, n, &guess);
        finish(m);
    }
    return status;
}

enum vm_status vm_access_run(
    vm_machine *m, vm_tid tid, const struct vm_ref *refs, size_t n, size_t *done)
{
    bool fast;
    *done = 0;
    enum vm_status status = begin_run(m, tid, &fast);
    if (status != VM_OK) {
        return status;
    }
    fast = fast && !m->watcher;
    struct run_guess guess = {0};
    for (size_t i = 0; i < n; *done = ++i) {
        if (fast) {
            *done = i += run_hits(m, refs + i, n - i, &guess);
            finish(m);
            if (i == n) {
                break;
            }
        }
        enum vm_access access = (enum vm_access)refs[i].access;
        if (!access || access >= vm_access_count) {
            return VM_INVALID;
        }
        /* Room for what one reference can need; nothing to do when it is there already. */
        status = access_reserve(m, 1);
        if (status != VM_OK) {
            return status;
        }
        vm_frame frame;
        enum access_end end = access_page(m, tid, refs[i].va, access, &frame);
        finish(m);
        if (end == ACCESS_KILLED) {
            return VM_OK;
        }
    }
    return VM_OK;
}

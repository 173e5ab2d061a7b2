/* SPDX-License-Identifier: MIT
 * Statements on the engine: each is one operation, or for touches one access a page.
 */
#include "command/truth_world.h"

#include <string.h>

static struct truth_outcome touch(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    for (uint64_t page = s->from; page < s->to; page += s->step) {
        struct vm_op op = {.kind = vm_op_kind_access,
            .u.access = {.tid = who->tid,
                .va = truth_va(world, s, page + s->within),
                .access = s->verb == TRUTH_WRITE ? vm_access_store : vm_access_load,
                .bytes = 1}};
        uint64_t value;
        outcome = truth_apply(world->machine, &op, NULL, &value);
        if (outcome.ending == TRUTH_BROKEN) {
            return outcome;
        }
        outcome = (struct truth_outcome){.ending = TRUTH_FINE};
        enum vm_fault fault = vm_last(world->machine)->fault;
        outcome.signo = fault == vm_fault_bus ? vm_signo_sigbus : vm_signo_sigsegv;
        outcome.code = fault == vm_fault_bus           ? vm_si_code_adrerr
                       : fault == vm_fault_segv_maperr ? vm_si_code_maperr
                                                       : vm_si_code_accerr;
        if (fault == vm_fault_bus || fault == vm_fault_segv_maperr ||
            fault == vm_fault_segv_accerr) {
            outcome.ending = TRUTH_SIGNAL;
            outcome.paged = true;
            outcome.page = page;
            return outcome;
        }
        if (fault == vm_fault_oom) {
            return (struct truth_outcome){.ending = TRUTH_ERRNO, .error = vm_errno_code_enomem};
        }
    }
    return (struct truth_outcome){.ending = TRUTH_FINE};
}

static struct truth_outcome map(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    struct vm_op op = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = who->tid,
            .hint = truth_va(world, s, s->from),
            .bytes = (s->to - s->from) * TRUTH_PAGE,
            .prot = s->prot,
            .flags = s->flags,
            .object = s->backing == TRUTH_FILE ? world->file : 0,
            .offset = s->offset,
            .fd = s->backing == TRUTH_MEMFD ? world->memfd + 1 : 0}};
    uint64_t value;
    return truth_apply(world->machine, &op, NULL, &value);
}

static struct truth_outcome move(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    struct vm_op op = {.kind = vm_op_kind_mremap,
        .u.mremap = {.tid = who->tid,
            .va = truth_va(world, s, 0),
            .old_bytes = s->to * TRUTH_PAGE,
            .new_bytes = (uint64_t)s->pages * TRUTH_PAGE,
            .flags = s->flags,
            .new_va = s->moves ? TRUTH_BASE + (vm_va)s->target * TRUTH_PAGE : 0}};
    uint64_t value;
    return truth_apply(world->machine, &op, NULL, &value);
}

static struct truth_outcome move_break(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    vm_va to = vm_process_brk(world->machine, who->pid) + (vm_va)(s->pages * TRUTH_PAGE);
    struct vm_op op = {.kind = vm_op_kind_brk, .u.brk = {.tid = who->tid, .va = to}};
    uint64_t value;
    struct truth_outcome outcome = truth_apply(world->machine, &op, NULL, &value);
    if (outcome.ending == TRUTH_FINE && vm_process_brk(world->machine, who->pid) != to) {
        outcome = (struct truth_outcome){.ending = TRUTH_ERRNO, .error = vm_errno_code_enomem};
    }
    return outcome;
}

/* read(2) from the script's file begins at its first page each time; write(2) goes on. */
static struct truth_outcome transfer(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    bool in = s->verb == TRUTH_SYS_READ;
    uint64_t fd = s->backing == TRUTH_DEV_ZERO   ? world->zero_fd
                  : s->backing == TRUTH_DEV_NULL ? world->null_fd
                  : in                           ? world->file_fd
                                                 : world->out_fd;
    uint64_t value, bytes = (s->to - s->from) * TRUTH_PAGE;
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    if (in && s->backing == TRUTH_FILE) {
        struct vm_op rewind_op = {.kind = vm_op_kind_lseek,
            .u.lseek = {.tid = who->tid, .fd = fd, .whence = vm_whence_set}};
        outcome = truth_apply(world->machine, &rewind_op, NULL, &value);
    }
    struct vm_op op = {.kind = in ? vm_op_kind_read : vm_op_kind_write};
    if (in) {
        op.u.read = (struct vm_op_read){
            .tid = who->tid, .fd = fd, .va = truth_va(world, s, s->from), .bytes = bytes};
    } else {
        op.u.write = (struct vm_op_write){
            .tid = who->tid, .fd = fd, .va = truth_va(world, s, s->from), .bytes = bytes};
    }
    return outcome.ending == TRUTH_FINE ? truth_apply(world->machine, &op, NULL, &value) : outcome;
}

/* Calls that take an address and a length. */
static struct truth_outcome call(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    vm_va va = truth_va(world, s, s->from);
    uint64_t value, bytes = (s->to - s->from) * TRUTH_PAGE;
    struct vm_op op = {
        .kind = vm_op_kind_munmap, .u.munmap = {.tid = who->tid, .va = va, .bytes = bytes}};
    switch (s->verb) {
    case TRUTH_MPROTECT:
        op.kind = vm_op_kind_mprotect;
        op.u.mprotect = (struct vm_op_mprotect){who->tid, va, bytes, s->prot};
        break;
    case TRUTH_MADVISE:
        op.kind = vm_op_kind_madvise;
        op.u.madvise = (struct vm_op_madvise){who->tid, va, bytes, s->flags};
        break;
    case TRUTH_MSYNC:
        op.kind = vm_op_kind_msync;
        op.u.msync = (struct vm_op_msync){who->tid, va, bytes, s->flags};
        break;
    case TRUTH_MLOCK:
        op.kind = vm_op_kind_mlock;
        op.u.mlock = (struct vm_op_mlock){who->tid, va, bytes};
        break;
    case TRUTH_MUNLOCK:
        op.kind = vm_op_kind_munlock;
        op.u.munlock = (struct vm_op_munlock){who->tid, va, bytes};
        break;
    default:
        break;
    }
    return truth_apply(world->machine, &op, NULL, &value);
}

static struct truth_outcome begin(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s)
{
    bool shares = s->verb == TRUTH_VFORK;
    struct vm_op op = {.kind = shares ? vm_op_kind_vfork : vm_op_kind_fork};
    if (shares) {
        op.u.vfork = (struct vm_op_vfork){.tid = who->tid, .label = (uint64_t)s->other[0]};
    } else {
        op.u.fork = (struct vm_op_fork){.tid = who->tid, .label = (uint64_t)s->other[0]};
    }
    uint64_t pid;
    struct truth_outcome outcome = truth_apply(world->machine, &op, NULL, &pid);
    if (outcome.ending != TRUTH_FINE || world->whos == TRUTH_REGIONS) {
        return outcome;
    }
    struct truth_who child = {.pid = (vm_pid)pid,
        .space = shares ? who->space : (vm_pid)pid,
        .tid = vm_process_task(world->machine, (vm_pid)pid),
        .parent = (int)(who - world->who)};
    memcpy(child.name, s->other, sizeof child.name);
    world->who[world->whos++] = child;
    return outcome;
}

/* The parent waits for it at once, as the probes do. */
static struct truth_outcome finish(struct truth_world *world, const struct truth_who *who)
{
    struct vm_op op = {.kind = vm_op_kind_exit, .u.exit = {.tid = who->tid}};
    uint64_t value;
    struct truth_outcome outcome = truth_apply(world->machine, &op, NULL, &value);
    if (outcome.ending == TRUTH_FINE && who->parent >= 0) {
        struct vm_op wait = {.kind = vm_op_kind_wait,
            .u.wait = {.tid = world->who[who->parent].tid, .child = who->pid}};
        outcome = truth_apply(world->machine, &wait, NULL, &value);
    }
    return outcome;
}

struct truth_outcome truth_perform(struct truth_world *world, const struct truth_step *step,
    const struct truth_statement *statement)
{
    const struct truth_who *who = truth_who(world, statement->who);
    struct truth_outcome fine = {.ending = TRUTH_FINE};
    const struct vm_op drop = {.kind = vm_op_kind_drop_caches};
    uint64_t value;
    if (!who) {
        return (struct truth_outcome){.ending = TRUTH_BROKEN, .status = VM_NO_TASK};
    }
    switch (statement->verb) {
    case TRUTH_READ:
    case TRUTH_WRITE:
        return touch(world, who, statement);
    case TRUTH_MMAP:
        return map(world, who, statement);
    case TRUTH_MREMAP:
        truth_fact_record(world, who, &step->a);
        return move(world, who, statement);
    case TRUTH_BRK:
        return move_break(world, who, statement);
    case TRUTH_SYS_READ:
    case TRUTH_SYS_WRITE:
        return transfer(world, who, statement);
    case TRUTH_FORK:
    case TRUTH_VFORK:
        truth_fact_record(world, who, &step->a);
        fine = begin(world, who, statement);
        truth_fact_peak(world);
        return fine;
    case TRUTH_EXIT:
        return finish(world, who);
    case TRUTH_DROP_CACHES:
        return truth_apply(world->machine, &drop, NULL, &value);
    case TRUTH_NOP:
    case TRUTH_WAIT: /* the exit already did */
        return fine;
    case TRUTH_THREAD:
        return truth_thread_begin(world, who, statement);
    case TRUTH_JOIN:
        return truth_thread_join(world, who, statement);
    case TRUTH_RECURSE:
        return truth_recurse(world, who, statement);
    case TRUTH_MALLOC:
    case TRUTH_MEMSET:
        return truth_malloc(world, who, statement);
    default:
        return call(world, who, statement);
    }
}

/* SPDX-License-Identifier: MIT
 * Calls on locks: lock(m), post(s), wait(c, m), barrier_wait(b), and indivisible operations on a
 * word. A lock is any address: a declared name, a variable, p + 64 in shared memory.
 */
#include "scenario/call.h"
#include "scenario/thread.h"

#include <string.h>

enum { WORD_BYTES = 8, LOCK_BYTES = 16 };

/* Its words lie together: at a multiple of 8, within one page. */
static bool is_lock(struct call *call, unsigned i, uint64_t at, uint64_t bytes)
{
    uint64_t page = page_bytes(call->run);
    if (at % 8 == 0 && at % page + bytes <= page) {
        return true;
    }
    return run_error(call->run, call->argument[i]->place, "like lock(p + 64), 16 bytes apart",
        "0x%llx: the %llu bytes of a lock lie at a multiple of 8 and within one page",
        (unsigned long long)at, (unsigned long long)bytes);
}

/* Argument i as a lock of a kind: where it lies and what it is called. */
static bool lock_argument(
    struct call *call, unsigned i, enum vm_lock_kind kind, uint64_t *at, uint64_t *name)
{
    const char *word = call_word(call->argument[i]);
    struct value value;
    if (!call_number(call, i, &value) ||
        !is_lock(call, i, value.number, kind == vm_lock_kind_spinlock ? WORD_BYTES : LOCK_BYTES)) {
        return false;
    }
    const char *called = setup_lock_called(call->run, call->actor, value.number);
    word = called ? called : word; /* a parameter is only another name of it */
    enum vm_lock_kind declared = called ? setup_lock_kind(call->run, called) : vm_lock_kind_none;
    if (declared != vm_lock_kind_none && declared != kind) {
        return run_error(call->run, call->argument[i]->place,
            action_word(action_named(call->expr->text))->usage,
            "`%.60s` is a %.30s, and this takes a %.30s", word,
            vm_enum_words("lock_kind", declared), vm_enum_words("lock_kind", kind));
    }
    *at = value.number;
    *name = word ? name_id(&call->run->names, word) : 0;
    return !word || *name || run_no_memory(call->run);
}

/* All operations on one lock begin with tid, va and name. */
static bool call_lock(struct call *call, enum vm_op_kind op, enum vm_lock_kind kind)
{
    uint64_t at, name;
    if (!lock_argument(call, 0, kind, &at, &name)) {
        return false;
    }
    return call_apply(
        call, (struct vm_op){.kind = (uint16_t)op, .u.arg = {call->actor->tid, at, name}});
}

/* The result is a register of the thread, as of r = *x. */
static bool with_register(struct call *call, struct vm_op *op, uint64_t *into)
{
    uint64_t got;
    uint32_t name = call->name ? name_id(&call->run->names, call->name) : 0;
    *into = name;
    if (call->name && !name) {
        return run_no_memory(call->run);
    }
    if (!call_apply(call, *op)) {
        return false;
    }
    bool done = name && vm_register(run_machine(call->run), call->actor->tid, name, &got);
    return !done ||
           actor_bind(call->run, call->actor, call->name, (struct binding){.is_register = true});
}

static bool call_trylock(struct call *call)
{
    uint64_t at, name;
    if (!lock_argument(call, 0, vm_lock_kind_mutex, &at, &name)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_trylock, .u.trylock = {.tid = call->actor->tid, .va = at, .name = name}};
    return with_register(call, &op, &op.u.trylock.into);
}

/* PTHREAD_BARRIER_SERIAL_THREAD, -1 as in glibc: the last one that came. */
static bool serial(const struct call *call)
{
    return call_result(call) == UINT64_MAX;
}

static bool call_barrier_wait(struct call *call)
{
    return call_lock(call, vm_op_kind_barrier_wait, vm_lock_kind_barrier) &&
           (serial(call) ? !call->name || actor_bind_result(call->run, call->actor, call->name, 0)
                         : call_keep(call, 0));
}

bool call_cond_wait(struct call *call)
{
    struct vm_op_cond_wait wait = {.tid = call->actor->tid};
    if (!lock_argument(call, 0, vm_lock_kind_condition, &wait.va, &wait.name) ||
        !lock_argument(call, 1, vm_lock_kind_mutex, &wait.mutex, &wait.mutex_name)) {
        return false;
    }
    return call_apply(call, (struct vm_op){.kind = vm_op_kind_cond_wait, .u.cond_wait = wait});
}

/* wake(T1): nobody signalled. */
static bool call_wake(struct call *call)
{
    vm_tid tid;
    struct vm_task_view task;
    if (!thread_task(call->run, call->actor, call->argument[0], &tid)) {
        return false;
    }
    if (!vm_task_at(run_machine(call->run), tid, &task) || task.wait != vm_wait_reason_condition) {
        return run_error(call->run, call->argument[0]->place,
            "only wait(c, m) can wake up for nothing", "this thread waits for no condition");
    }
    return call_apply(call,
        (struct vm_op){.kind = vm_op_kind_spurious_wakeup, .u.spurious_wakeup = {.thread = tid}});
}

/* atomic_add(p, 1), compare_exchange(p, expected, new): gives what was there before. */
static bool call_atomic(struct call *call, enum vm_atomic what)
{
    struct value at, value = {0}, expected = {0};
    bool compares = what == vm_atomic_compare_exchange;
    if (!call_number(call, 0, &at) || !is_lock(call, 0, at.number, WORD_BYTES) ||
        (compares && !call_number(call, 1, &expected)) ||
        (what != vm_atomic_load && !call_number(call, compares ? 2 : 1, &value))) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_atomic,
        .u.atomic = {.tid = call->actor->tid,
            .atomic = what,
            .va = at.number,
            .value = value.number,
            .expected = expected.number}};
    return with_register(call, &op, &op.u.atomic.into);
}

/* False with *known false: it is no call of this file. */
bool call_sync(struct call *call, int action, bool *known)
{
    static const struct {
        int action;
        enum vm_op_kind op;
        enum vm_lock_kind kind;
    } plain[] = {
        {ACTION_lock, vm_op_kind_lock, vm_lock_kind_mutex},
        {ACTION_unlock, vm_op_kind_unlock, vm_lock_kind_mutex},
        {ACTION_spin_lock, vm_op_kind_spin_lock, vm_lock_kind_spinlock},
        {ACTION_spin_unlock, vm_op_kind_spin_unlock, vm_lock_kind_spinlock},
        {ACTION_down, vm_op_kind_down, vm_lock_kind_semaphore},
        {ACTION_post, vm_op_kind_post, vm_lock_kind_semaphore},
        {ACTION_signal, vm_op_kind_cond_signal, vm_lock_kind_condition},
        {ACTION_broadcast, vm_op_kind_cond_broadcast, vm_lock_kind_condition},
        {ACTION_read_lock, vm_op_kind_read_lock, vm_lock_kind_rwlock},
        {ACTION_write_lock, vm_op_kind_write_lock, vm_lock_kind_rwlock},
        {ACTION_rw_unlock, vm_op_kind_rw_unlock, vm_lock_kind_rwlock},
    };
    *known = true;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (plain[i].action == action) {
            return call_lock(call, plain[i].op, plain[i].kind);
        }
    }
    switch (action) {
    case ACTION_trylock:
        return call_trylock(call);
    case ACTION_barrier_wait:
        return call_barrier_wait(call);
    case ACTION_wake:
        return call_wake(call);
    case ACTION_atomic_load:
        return call_atomic(call, vm_atomic_load);
    case ACTION_atomic_store:
        return call_atomic(call, vm_atomic_store);
    case ACTION_atomic_exchange:
        return call_atomic(call, vm_atomic_exchange);
    case ACTION_atomic_add:
        return call_atomic(call, vm_atomic_add);
    case ACTION_compare_exchange:
        return call_atomic(call, vm_atomic_compare_exchange);
    default:
        *known = false;
        return false;
    }
}

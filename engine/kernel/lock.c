/* SPDX-License-Identifier: MIT
 * The list of locks in use. A lock is known by where its word lies, as the kernel knows it
 * (get_futex_key): in private memory the address space and the address, in a shared mapping the
 * object and the byte of it, so that two processes meet at one lock at different addresses. A word
 * used in two ways is two locks.
 * Invariant: no two locks have one place and one kind. A lock is noted at its first use and
 * forgotten with its page's mapping, or with the object it lies in; one that threads still wait for
 * stays until the last of them is gone.
 */
#include "kernel/lock.h"

#include "kernel/inherit.h"
#include "kernel/vma.h"

#include <assert.h>

static void emit(
    struct vm_events *events, uint32_t id, const struct lock *old, const struct lock *now)
{
    EMIT_TO(events, lock, .lock = id,                         //
        .old_pid = old->pid, .pid = now->pid,                 //
        .old_va = old->va, .va = now->va,                     //
        .old_kind = old->kind, .kind = now->kind,             //
        .old_name = old->name, .name = now->name,             //
        .old_owner = old->owner, .owner = now->owner,         //
        .old_holders = old->holders, .holders = now->holders, //
        .old_waiters = old->waiters, .waiters = now->waiters, //
        .old_object = old->object, .object = now->object,     //
        .old_offset = old->offset, .offset = now->offset,     //
        .old_inherit = old->inherit, .inherit = now->inherit);
}

void lock_describe(const vm_machine *m, struct vm_events *events)
{
    const struct lock nothing = {0};
    for (uint32_t id = 1; id < m->locks_n; id++) {
        if (m->locks[id].kind) {
            emit(events, id, &nothing, &m->locks[id]);
        }
    }
}

static void put(vm_machine *m, uint32_t id, const struct lock *now)
{
    struct lock old = m->locks[id];
    m->locks[id] = *now;
    emit(m->events, id, &old, now);
}

enum vm_status lock_reserve(vm_machine *m, uint64_t more)
{
    uint32_t used = 0;
    for (uint32_t id = 1; id < m->locks_n; id++) {
        used += m->locks[id].kind != vm_lock_kind_none;
    }
    return used + more > LOCKS_MAX ? VM_LIMIT : RESERVE(m, locks, more);
}

static struct lock place_of(const vm_machine *m, vm_pid mm, vm_va va)
{
    struct lock place = {.pid = mm, .va = va};
    uint32_t v = vma_find(m, mm, vpn_of(m, va));
    const struct vma *vma = &m->vmas[v];
    if (v && vma->object && vma->flags & vm_map_bit_shared) {
        vm_vpn page = vma->offset + (vpn_of(m, va) - vma->start);
        place.object = vma->object;
        place.offset = (page << m->config.page_shift) + (va & (page_size(m) - 1));
    }
    return place;
}

static bool same_place(const struct lock *a, const struct lock *b)
{
    return a->object == b->object && (a->object ? a->offset == b->offset /* wherever it is mapped */
                                                : a->pid == b->pid && a->va == b->va);
}

uint32_t lock_find(const vm_machine *m, vm_pid mm, vm_va va, enum vm_lock_kind kind)
{
    const struct lock place = place_of(m, mm, va);
    for (uint32_t id = 1; id < m->locks_n; id++) {
        if (m->locks[id].kind == kind && same_place(&m->locks[id], &place)) {
            return id;
        }
    }
    return 0;
}

uint32_t lock_get(vm_machine *m, vm_pid mm, vm_va va, enum vm_lock_kind kind, uint64_t name)
{
    uint32_t id = lock_find(m, mm, va, kind);
    struct lock now = id ? m->locks[id] : place_of(m, mm, va);
    if (!id) {
        for (id = 1; id < m->locks_n && m->locks[id].kind; id++) {
        }
        assert(id < m->locks_n || m->locks_n < m->locks_room);
        m->locks_n += id == m->locks_n;
        m->locks[id] = (struct lock){0};
    }
    uint32_t called = name ? (uint32_t)name : now.name;
    if (now.kind != kind || now.name != called) {
        now.kind = (uint8_t)kind;
        now.name = called;
        put(m, id, &now);
    }
    return id;
}

void lock_hold(vm_machine *m, uint32_t id, vm_tid owner, uint64_t holders)
{
    struct lock now = m->locks[id];
    vm_tid before = now.owner;
    now.owner = owner;
    now.holders = holders > UINT32_MAX ? UINT32_MAX : (uint32_t)holders;
    if (before != owner || m->locks[id].holders != now.holders) {
        put(m, id, &now);
    }
    if (now.inherit && before != owner) {
        inherit_update(m, before);
        inherit_update(m, owner);
    }
}

void lock_set_inherit(vm_machine *m, uint32_t id, bool inherit)
{
    if (m->locks[id].inherit != inherit) {
        struct lock now = m->locks[id];
        now.inherit = inherit;
        put(m, id, &now);
        inherit_update(m, now.owner);
    }
}

void lock_set_waiters(vm_machine *m, uint32_t id, uint32_t waiters)
{
    struct lock now = m->locks[id];
    now.waiters = waiters;
    put(m, id, &now);
}

static void forget(vm_machine *m, uint32_t id)
{
    const struct lock nothing = {0};
    if (m->locks[id].kind && !m->locks[id].waiters) {
        put(m, id, &nothing);
    }
}

void lock_drop_range(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    for (uint32_t id = 1; id < m->locks_n; id++) {
        const struct lock *lock = &m->locks[id];
        vm_vpn vpn = vpn_of(m, lock->va);
        if (!lock->object && lock->pid == mm && vpn >= start && vpn < end) {
            forget(m, id);
        }
    }
}

void lock_drop_object(vm_machine *m, uint32_t object)
{
    for (uint32_t id = 1; id < m->locks_n; id++) {
        if (m->locks[id].object == object) {
            forget(m, id);
        }
    }
}

void lock_drop_unused(vm_machine *m, uint32_t id)
{
    const struct lock *lock = &m->locks[id];
    bool stands = lock->object ? m->objects[lock->object].kind != vm_object_kind_none
                               : vma_find(m, lock->pid, vpn_of(m, lock->va)) != 0;
    if (!stands) {
        forget(m, id);
    }
}

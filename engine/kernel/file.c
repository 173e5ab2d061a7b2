/* SPDX-License-Identifier: MIT
 * Files and other objects. Invariant: an object's number never means another one; a row without a
 * kind is an object that is gone.
 */
#include "kernel/file.h"

#include "kernel/page_cache.h"

#include <assert.h>

/* What creat gives with the usual umask: its owner writes, everybody reads. */
#define FILE_MODE 0644

static void emit(
    struct vm_events *events, uint32_t id, const struct object *old, const struct object *now)
{
    EMIT_TO(events, object, .object = id,             //
        .old_kind = old->kind, .kind = now->kind,     //
        .old_name = old->name, .name = now->name,     //
        .old_bytes = old->bytes, .bytes = now->bytes, //
        .old_mode = old->mode, .mode = now->mode,     //
        .old_uid = old->uid, .uid = now->uid,         //
        .old_gid = old->gid, .gid = now->gid,         //
        .old_refs = old->refs, .refs = now->refs,     //
        .old_links = old->links, .links = now->links);
}

void object_describe(const vm_machine *m, struct vm_events *events)
{
    const struct object nothing = {0};
    for (uint32_t o = 1; o < m->objects_n; o++) {
        emit(events, o, &nothing, &m->objects[o]);
    }
}

void object_set_bytes(vm_machine *m, uint32_t id, uint64_t bytes)
{
    struct object old = m->objects[id];
    if (old.bytes != bytes) {
        m->objects[id].bytes = bytes;
        emit(m->events, id, &old, &m->objects[id]);
    }
}

void object_set_refs(vm_machine *m, uint32_t id, uint32_t refs)
{
    struct object old = m->objects[id];
    m->objects[id].refs = refs;
    emit(m->events, id, &old, &m->objects[id]);
}

void object_promise(vm_machine *m, uint32_t id, uint64_t pages)
{
    m->objects[id].promised += pages;
    count(m, 0, vm_counter_committed, (int64_t)pages);
}

void object_gone(vm_machine *m, uint32_t id)
{
    struct object old = m->objects[id];
    if (old.promised) {
        count(m, 0, vm_counter_committed, -(int64_t)old.promised);
    }
    m->objects[id] = (struct object){0};
    emit(m->events, id, &old, &m->objects[id]);
}

uint32_t object_new(vm_machine *m, enum vm_object_kind kind, uint32_t name, uint64_t bytes)
{
    assert(m->objects_n < m->objects_room);
    const struct object nothing = {0};
    uint32_t id = m->objects_n++;
    m->objects[id] = (struct object){.kind = (uint8_t)kind, .name = name, .bytes = bytes};
    emit(m->events, id, &nothing, &m->objects[id]);
    return id;
}

void object_set_owner(vm_machine *m, uint32_t object, uint16_t mode, uint32_t uid, uint32_t gid)
{
    struct object old = m->objects[object];
    m->objects[object].mode = mode;
    m->objects[object].uid = uid;
    m->objects[object].gid = gid;
    emit(m->events, object, &old, &m->objects[object]);
}

enum vm_status vm_op_file(vm_machine *m, const struct vm_op_file *op)
{
    if (pages_of(m, op->bytes) > m->config.limits.pages) {
        return VM_LIMIT;
    }
    enum vm_status status = RESERVE(m, objects, 1);
    status = status == VM_OK ? cache_reserve(m, 0, op->bytes) : status;
    if (status != VM_OK) {
        return status;
    }
    uint32_t id = object_new(m, vm_object_kind_file, (uint32_t)op->name, 0);
    object_set_owner(m, id, FILE_MODE, 0, 0);
    m->outcome.value = id;
    cache_resize(m, id, op->bytes);
    return VM_OK;
}

void object_set_links(vm_machine *m, uint32_t id, uint32_t links)
{
    struct object old = m->objects[id];
    m->objects[id].links = links;
    emit(m->events, id, &old, &m->objects[id]);
}

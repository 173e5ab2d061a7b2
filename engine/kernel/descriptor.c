/* SPDX-License-Identifier: MIT
 * Descriptors of processes and the open files behind them. Invariant: a process's list ascends by
 * number; an open file counts the descriptors that name it, and is gone with the last.
 */
#include "kernel/descriptor.h"

#include "kernel/channel.h"
#include "kernel/page_cache.h"

#include <assert.h>

static void emit_descriptor(vm_machine *m, vm_pid pid, uint32_t fd, const struct descriptor *old,
    const struct descriptor *now)
{
    EMIT(m, descriptor, .pid = pid, .fd = fd,     //
        .old_file = old->file, .file = now->file, //
        .old_flags = old->flags, .flags = now->flags);
}

static void emit_file(struct vm_events *events, uint32_t file, const struct open_file *old,
    const struct open_file *now)
{
    EMIT_TO(events, open_file, .file = file,              //
        .old_object = old->object, .object = now->object, //
        .old_flags = old->flags, .flags = now->flags,     //
        .old_refs = old->refs, .refs = now->refs,         //
        .old_position = old->position, .position = now->position);
}

void descriptor_describe(const vm_machine *m, struct vm_events *events)
{
    const struct open_file nothing = {0};
    for (uint32_t f = 1; f < m->open_files_n; f++) {
        if (m->open_files[f].refs) {
            emit_file(events, f, &nothing, &m->open_files[f]);
        }
    }
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        for (uint32_t d = m->processes[pid].first_descriptor; d; d = m->descriptors[d].next) {
            EMIT_TO(events, descriptor, .pid = pid, .fd = m->descriptors[d].fd,
                .file = m->descriptors[d].file, .flags = m->descriptors[d].flags);
        }
    }
}

enum vm_status descriptor_reserve(vm_machine *m, uint64_t descriptors, uint64_t open_files)
{
    enum vm_status status = RESERVE(m, descriptors, descriptors);
    return status == VM_OK ? RESERVE(m, open_files, open_files) : status;
}

/* ---- open files ---- */
static uint32_t file_new(vm_machine *m, uint32_t object, uint8_t flags)
{
    uint32_t id = m->free_file;
    if (id) {
        m->free_file = m->open_files[id].next;
    } else {
        assert(m->open_files_n < m->open_files_room);
        id = m->open_files_n++;
    }
    m->open_files[id] = (struct open_file){.object = object, .flags = flags};
    object_hold(m, object);
    channel_opened(m, object, flags, true);
    return id;
}

/* One descriptor more or less names it. */
static void file_count(vm_machine *m, uint32_t file, bool more)
{
    const struct open_file none = {0};
    struct open_file old = m->open_files[file], *now = &m->open_files[file];
    now->refs = more ? old.refs + 1 : old.refs - 1;
    if (!now->refs) {
        *now = (struct open_file){.next = m->free_file};
        m->free_file = file;
    }
    bool gone = !now->refs;
    emit_file(m->events, file, old.refs ? &old : &none, gone ? &none : now);
    if (gone) {
        channel_opened(m, old.object, old.flags, false);
        object_drop(m, old.object);
    }
}

void open_file_hold(vm_machine *m, uint32_t file, bool more)
{
    file_count(m, file, more);
}

void open_file_move(vm_machine *m, uint32_t file, uint64_t position)
{
    struct open_file old = m->open_files[file];
    if (old.position != position) {
        m->open_files[file].position = position;
        emit_file(m->events, file, &old, &m->open_files[file]);
    }
}

/* ---- descriptors ---- */
/* The link to the first descriptor with this number or a greater one. */
static uint32_t *find(vm_machine *m, vm_pid pid, uint64_t fd)
{
    uint32_t *link = &m->processes[pid].first_descriptor;
    while (*link && m->descriptors[*link].fd < fd) {
        link = &m->descriptors[*link].next;
    }
    return link;
}

void descriptor_put(vm_machine *m, vm_pid pid, uint32_t fd, uint32_t file, uint8_t flags)
{
    uint32_t *link = find(m, pid, fd), id = m->free_descriptor;
    assert(!*link || m->descriptors[*link].fd != fd);
    if (id) {
        m->free_descriptor = m->descriptors[id].next;
    } else {
        assert(m->descriptors_n < m->descriptors_room);
        id = m->descriptors_n++;
    }
    const struct descriptor nothing = {0};
    m->descriptors[id] = (struct descriptor){
        .fd = fd, .file = file, .flags = flags & vm_open_bit_cloexec, .next = *link};
    *link = id;
    file_count(m, file, true);
    emit_descriptor(m, pid, fd, &nothing, &m->descriptors[id]);
}

static void take_away(vm_machine *m, vm_pid pid, uint32_t *link)
{
    const struct descriptor nothing = {0};
    uint32_t id = *link;
    struct descriptor old = m->descriptors[id];
    *link = old.next;
    m->descriptors[id] = (struct descriptor){.next = m->free_descriptor};
    m->free_descriptor = id;
    emit_descriptor(m, pid, old.fd, &old, &nothing);
    file_count(m, old.file, false);
}

void descriptor_remove(vm_machine *m, vm_pid pid, uint64_t fd)
{
    take_away(m, pid, find(m, pid, fd));
}

uint64_t descriptor_count(const vm_machine *m, vm_pid pid)
{
    uint64_t n = 0;
    for (uint32_t d = m->processes[pid].first_descriptor; d; d = m->descriptors[d].next) {
        n++;
    }
    return n;
}

uint32_t descriptor_file(const vm_machine *m, vm_pid pid, uint64_t fd)
{
    uint32_t d = m->processes[pid].first_descriptor;
    while (d && m->descriptors[d].fd < fd) {
        d = m->descriptors[d].next;
    }
    return d && m->descriptors[d].fd == fd ? m->descriptors[d].file : 0;
}

uint32_t descriptor_lowest_from(const vm_machine *m, vm_pid pid, uint32_t fd)
{
    for (uint32_t d = m->processes[pid].first_descriptor; d && m->descriptors[d].fd <= fd;
         d = m->descriptors[d].next) {
        fd += m->descriptors[d].fd == fd;
    }
    return fd;
}

uint32_t descriptor_lowest(const vm_machine *m, vm_pid pid)
{
    return descriptor_lowest_from(m, pid, 0);
}

uint32_t descriptor_new(vm_machine *m, vm_pid pid, uint32_t object, uint8_t flags)
{
    const uint8_t kept = vm_open_bit_read | vm_open_bit_write | vm_open_bit_append;
    uint32_t fd = descriptor_lowest(m, pid);
    descriptor_put(m, pid, fd, file_new(m, object, flags & kept), flags);
    return fd;
}

void descriptor_fork(vm_machine *m, vm_pid parent, vm_pid child)
{
    uint64_t n = descriptor_count(m, parent);
    if (!n) {
        return;
    }
    EMIT(m, descriptors_copied, .parent = parent, .child = child, .descriptors = n);
    for (uint32_t d = m->processes[parent].first_descriptor; d; d = m->descriptors[d].next) {
        descriptor_put(
            m, child, m->descriptors[d].fd, m->descriptors[d].file, m->descriptors[d].flags);
    }
}

static void close_some(vm_machine *m, vm_pid pid, uint8_t flags)
{
    uint32_t *link = &m->processes[pid].first_descriptor;
    while (*link) {
        const struct descriptor *d = &m->descriptors[*link];
        if ((d->flags & flags) != flags) {
            link = &m->descriptors[*link].next;
            continue;
        }
        EMIT(m, closed, .pid = pid, .fd = d->fd, .object = m->open_files[d->file].object);
        take_away(m, pid, link);
    }
}

void descriptor_exec(vm_machine *m, vm_pid pid)
{
    close_some(m, pid, vm_open_bit_cloexec);
}

void descriptor_exit(vm_machine *m, vm_pid pid)
{
    close_some(m, pid, 0);
}

void descriptor_standard(vm_machine *m, vm_pid pid)
{
    uint32_t terminal = 1;
    while (terminal < m->objects_n && m->objects[terminal].kind != vm_object_kind_terminal) {
        terminal++;
    }
    if (terminal == m->objects_n) {
        return;
    }
    EMIT(m, opened_standard, .pid = pid, .object = terminal);
    uint32_t file = file_new(m, terminal, vm_open_bit_read | vm_open_bit_write);
    for (uint32_t fd = 0; fd < 3; fd++) {
        descriptor_put(m, pid, fd, file, 0);
    }
}

enum vm_errno_code descriptor_mmap(const vm_machine *m, vm_pid pid, const struct vm_op_mmap *op,
    uint32_t *object, uint32_t *map_flags)
{
    if (!op->fd) {
        return vm_errno_code_none;
    }
    uint32_t file = descriptor_file(m, pid, op->fd - 1);
    if (!file) {
        return vm_errno_code_ebadf;
    }
    uint8_t flags = m->open_files[file].flags;
    bool writes = op->flags & vm_map_bit_shared && op->prot & vm_prot_bit_write;
    *object = m->open_files[file].object;
    if (op->flags & vm_map_bit_shared && !(flags & vm_open_bit_write)) {
        *map_flags |= vm_map_bit_nowrite;
    }
    return flags & vm_open_bit_read && (!writes || flags & vm_open_bit_write)
               ? vm_errno_code_none
               : vm_errno_code_eacces;
}

/* SPDX-License-Identifier: MIT
 * Descriptors of processes and the open files behind them. Invariant: a process's list ascends by
 * number; an open file counts the descriptors that name it, and is gone with the last.
 */
#include "kernel/descriptor.h"

#include "kernel/channel.h"
#include "kernel/cred.h"
#include "kernel/file.h"
#include "kernel/page_cache.h"
#include "kernel/process.h"

#include <assert.h>

/* 0666 without what the usual umask takes away. */
#define CREATED_MODE 0644

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

static void put(vm_machine *m, vm_pid pid, uint32_t fd, uint32_t file, uint8_t flags)
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
    put(m, pid, fd, file_new(m, object, flags & kept), flags);
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
        put(m, child, m->descriptors[d].fd, m->descriptors[d].file, m->descriptors[d].flags);
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
        put(m, pid, fd, file, 0);
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

/* What a reference string's mapping shows is no file: it has no page cache. */
static bool of_reference_string(const vm_machine *m, uint64_t object)
{
    bool cached = object < m->objects_n && m->objects[object].first_cached;
    for (uint32_t v = 1; !cached && v < m->vmas_n; v++) {
        if (m->vmas[v].pid && m->vmas[v].object == object && m->vmas[v].flags & vm_map_bit_pages) {
            return true;
        }
    }
    return false;
}

/* ---- calls ---- */
static bool can_be_opened(const vm_machine *m, uint64_t object)
{
    switch (object < m->objects_n ? m->objects[object].kind : vm_object_kind_none) {
    case vm_object_kind_file:
    case vm_object_kind_char_null:
    case vm_object_kind_char_zero:
    case vm_object_kind_terminal:
    case vm_object_kind_device:
        return true;
    default:
        return false;
    }
}

static bool truncates(const vm_machine *m, uint32_t object, uint64_t flags)
{
    return flags & vm_open_bit_truncate && m->objects[object].kind == vm_object_kind_file &&
           m->objects[object].bytes;
}

enum vm_status vm_op_open(vm_machine *m, const struct vm_op_open *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    const uint64_t both = vm_open_bit_read | vm_open_bit_write;
    if (op->flags > 63 || !(op->flags & both) ||
        (op->object && (!can_be_opened(m, op->object) || of_reference_string(m, op->object)))) {
        return VM_INVALID;
    }
    status = descriptor_reserve(m, 1, 1);
    status = status == VM_OK ? RESERVE(m, objects, 1) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    bool makes = !op->object && op->flags & vm_open_bit_create && op->name;
    call_begin(m, tid, vm_op_kind_open);
    if (!op->object && !makes) {
        call_fail(m, tid, vm_errno_code_enoent);
        return VM_OK;
    }
    /* build_open_flags: to truncate is to write, however the file is opened. */
    uint64_t want = (op->flags & both) | (op->flags & vm_open_bit_truncate ? vm_open_bit_write : 0);
    if (op->object && !may_open(m, pid, (uint32_t)op->object, (uint8_t)want)) {
        call_fail(m, tid, vm_errno_code_eacces);
        return VM_OK;
    }
    if (descriptor_lowest(m, pid) == DESCRIPTORS_MOST) {
        call_fail(m, tid, vm_errno_code_emfile);
        return VM_OK;
    }
    uint32_t object =
        makes ? object_new(m, vm_object_kind_file, (uint32_t)op->name, 0) : (uint32_t)op->object;
    if (makes) {
        object_set_owner(m, object, CREATED_MODE, m->processes[pid].uid, m->processes[pid].gid);
    } else if (truncates(m, object, op->flags)) {
        EMIT(m, file_resized, .tid = tid, .object = object, .bytes = 0);
        cache_resize(m, object, 0);
    }
    EMIT(m, opened, .tid = tid, .fd = descriptor_lowest(m, pid), .object = object,
        .flags = op->flags);
    call_end(m, tid, descriptor_new(m, pid, object, (uint8_t)op->flags));
    return VM_OK;
}

enum vm_status vm_op_close(vm_machine *m, const struct vm_op_close *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_close);
    uint32_t file = descriptor_file(m, pid, op->fd);
    if (!file) {
        call_fail(m, tid, vm_errno_code_ebadf);
        return VM_OK;
    }
    EMIT(m, closed, .pid = pid, .fd = op->fd, .object = m->open_files[file].object);
    take_away(m, pid, find(m, pid, op->fd));
    call_end(m, tid, 0);
    return VM_OK;
}

enum vm_status vm_op_dup2(vm_machine *m, const struct vm_op_dup2 *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? descriptor_reserve(m, 1, 0) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_dup2);
    uint32_t file = descriptor_file(m, pid, op->fd);
    if (!file || op->to >= DESCRIPTORS_MOST) {
        call_fail(m, tid, vm_errno_code_ebadf);
        return VM_OK;
    }
    if (op->fd != op->to) {
        EMIT(m, duplicated, .tid = tid, .fd = op->fd, .to = op->to,
            .object = m->open_files[file].object);
        if (descriptor_file(m, pid, op->to)) { /* closed silently */
            take_away(m, pid, find(m, pid, op->to));
        }
        put(m, pid, (uint32_t)op->to, file, 0);
    }
    call_end(m, tid, op->to);
    return VM_OK;
}

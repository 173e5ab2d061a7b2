/* SPDX-License-Identifier: MIT
 * Calls on descriptors: open, close, dup2, read, write, lseek, ftruncate, fsync, and the names of
 * shared memory. A descriptor is a number; `fd = open(…)` gives it a name.
 */
#include "scenario/call.h"

#include <string.h>

static const char *path_of(const struct expr *argument)
{
    bool text = argument->kind == EXPR_STRING || argument->kind == EXPR_PATH;
    return text && argument->text[0] ? argument->text : NULL;
}

/* Words after the path: r, w or rw, and what open does on the way. Without rights: r. */
bool call_open_flags(struct call *call, const struct expr *argument, uint64_t *flags)
{
    static const struct {
        const char *word;
        uint64_t flags;
    } words[] = {
        {"r", vm_open_bit_read},
        {"w", vm_open_bit_write},
        {"rw", vm_open_bit_read | vm_open_bit_write},
        {"create", vm_open_bit_create},
        {"truncate", vm_open_bit_truncate},
        {"append", vm_open_bit_append},
        {"cloexec", vm_open_bit_cloexec},
    };
    const char *word = call_word(argument);
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, word ? word : "");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (word && strcmp(word, words[i].word) == 0) {
            *flags |= words[i].flags;
            return true;
        }
        suggestion_offer(&suggestion, words[i].word);
    }
    suggestion_hint(&suggestion, "r, w, rw, create, truncate, append, cloexec", hint);
    return run_error(call->run, argument->place, hint, "`%s` does not know this", call->expr->text);
}

static uint64_t with_rights(uint64_t flags)
{
    return flags & (vm_open_bit_read | vm_open_bit_write) ? flags : flags | vm_open_bit_read;
}

/* A file that open has just made is known by its path from now on. */
static bool remember_file(struct call *call, const char *path)
{
    struct vm_descriptor_view view;
    if (!vm_descriptor_at(run_machine(call->run), call->actor->pid, call_result(call), &view)) {
        return true; /* the call failed */
    }
    return setup_remember(call->run, path, view.object);
}

bool call_open(struct call *call)
{
    const char *path = path_of(call->argument[0]);
    if (!path) {
        return run_error(
            call->run, call->argument[0]->place, "fd = open(\"/etc/motd\", r)", "expected a path");
    }
    uint64_t flags = 0;
    for (unsigned i = 1; i < call->arguments; i++) {
        if (!call_open_flags(call, call->argument[i], &flags)) {
            return false;
        }
    }
    if (!setup_device(call->run, call->argument[0]->place, path)) {
        return false;
    }
    const struct program *file = program_named(call->run, path);
    uint32_t name = name_id(&call->run->names, path);
    if (!name) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {.kind = vm_op_kind_open,
        .u.open = {.tid = call->actor->tid,
            .object = file ? file->object : 0,
            .flags = with_rights(flags),
            .name = name}};
    return call_apply(call, op) && (file || remember_file(call, path)) && call_keep(call, 0);
}

bool call_close(struct call *call)
{
    struct value fd;
    struct vm_op op = {.kind = vm_op_kind_close, .u.close = {.tid = call->actor->tid}};
    if (!call_number(call, 0, &fd)) {
        return false;
    }
    op.u.close.fd = fd.number;
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_dup2(struct call *call)
{
    struct value fd, to;
    if (!call_number(call, 0, &fd) || !call_number(call, 1, &to)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_dup2,
        .u.dup2 = {.tid = call->actor->tid, .fd = fd.number, .to = to.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_transfer(struct call *call, bool reads)
{
    struct value fd, at, bytes;
    if (!call_number(call, 0, &fd) || !call_number(call, 1, &at) || !call_number(call, 2, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = reads ? vm_op_kind_read : vm_op_kind_write};
    if (reads) {
        op.u.read = (struct vm_op_read){
            .tid = call->actor->tid, .fd = fd.number, .va = at.number, .bytes = bytes.number};
    } else {
        op.u.write = (struct vm_op_write){
            .tid = call->actor->tid, .fd = fd.number, .va = at.number, .bytes = bytes.number};
    }
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_lseek(struct call *call)
{
    struct value fd, offset;
    const char *word = call->arguments > 2 ? call_word(call->argument[2]) : "set";
    int whence = word ? vm_enum_named("whence", word) : -1;
    if (whence < 0) {
        return run_error(
            call->run, call->argument[2]->place, "lseek(fd, 0, end)", "expected set, cur or end");
    }
    if (!call_number(call, 0, &fd) || !call_number(call, 1, &offset)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_lseek,
        .u.lseek = {.tid = call->actor->tid,
            .fd = fd.number,
            .offset = offset.number,
            .whence = (uint64_t)whence}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_ftruncate(struct call *call)
{
    struct value fd, bytes;
    if (!call_number(call, 0, &fd) || !call_number(call, 1, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_ftruncate,
        .u.ftruncate = {.tid = call->actor->tid, .fd = fd.number, .bytes = bytes.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_fsync(struct call *call)
{
    struct value fd;
    if (!call_number(call, 0, &fd)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_fsync, .u.fsync = {.tid = call->actor->tid, .fd = fd.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

uint32_t call_quoted_name(struct call *call)
{
    const char *text = path_of(call->argument[0]);
    if (!text) {
        run_error(call->run, call->argument[0]->place,
            action_word(action_named(call->expr->text))->usage, "expected a name in quotes");
        return 0;
    }
    uint32_t name = name_id(&call->run->names, text);
    if (!name) {
        run_no_memory(call->run);
    }
    return name;
}

/* shm_open("/board", rw, 1 page): with a size it is made and sized, as O_CREAT and ftruncate do. */
bool call_shm_open(struct call *call)
{
    uint64_t flags = 0, bytes = 0;
    for (unsigned i = 1; i < call->arguments; i++) {
        const struct expr *argument = call->argument[i];
        bool ok = call_word(argument) ? call_open_flags(call, argument, &flags)
                                      : call_size(call, argument, &bytes);
        if (!ok) {
            return false;
        }
    }
    uint32_t name = call_quoted_name(call);
    struct vm_op op = {.kind = vm_op_kind_shm_open,
        .u.shm_open = {.tid = call->actor->tid,
            .name = name,
            .flags = with_rights(flags) | (bytes ? vm_open_bit_create : 0),
            .bytes = bytes}};
    return name && call_apply(call, op) && call_keep(call, 0);
}

bool call_shm_unlink(struct call *call)
{
    uint32_t name = call_quoted_name(call);
    struct vm_op op = {
        .kind = vm_op_kind_shm_unlink, .u.shm_unlink = {.tid = call->actor->tid, .name = name}};
    return name && call_apply(call, op) && call_keep(call, 0);
}

bool call_memfd_create(struct call *call)
{
    uint64_t bytes = 0;
    if (call->arguments > 1 && !call_size(call, call->argument[1], &bytes)) {
        return false;
    }
    uint32_t name = call_quoted_name(call);
    struct vm_op op = {.kind = vm_op_kind_memfd_create,
        .u.memfd_create = {.tid = call->actor->tid, .name = name, .bytes = bytes}};
    return name && call_apply(call, op) && call_keep(call, 0);
}

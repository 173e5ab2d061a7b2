/* SPDX-License-Identifier: MIT
 * Words of `expect` about files: descriptors(A), position(A.fd), length(PATH). They change nothing.
 */
#include "scenario/run.h"

#include <string.h>

static bool eval_descriptors(vm_run *run, const struct expr *call, struct value *out)
{
    const struct expr *name = call->arguments;
    bool plain = name && !name->next && name->kind == EXPR_NAME && name->parts == 1;
    const struct actor *actor = plain ? actor_named(run, name->text) : NULL;
    if (!actor) {
        return run_error(
            run, call->place, "descriptors(A)", "descriptors(…) takes the name of a process");
    }
    out->number = vm_descriptors_of(run_machine(run), actor->pid);
    return true;
}

static bool eval_position(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value fd;
    struct vm_descriptor_view view;
    if (!call->arguments || call->arguments->next) {
        return run_error(run, call->place, "position(A.fd)", "position(…) takes a descriptor");
    }
    if (!eval(run, actor, call->arguments, &fd)) {
        return false;
    }
    const struct actor *owner = fd.owner ? fd.owner : actor;
    if (!owner || !vm_descriptor_at(run_machine(run), owner->pid, fd.number, &view)) {
        return run_error(run, call->place, "A: fd = open(\"/etc/motd\", r), then position(A.fd)",
            "nobody has this descriptor open");
    }
    out->number = view.position;
    return true;
}

/* length(A.p.read): bytes in a pipe; length(A.q): messages in a queue. */
static bool eval_channel(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value fd;
    struct vm_pipe_view view;
    if (!eval(run, actor, call->arguments, &fd)) {
        return false;
    }
    const struct actor *owner = fd.owner ? fd.owner : actor;
    if (!owner || !vm_pipe_at(run_machine(run), owner->pid, fd.number, &view)) {
        return run_error(run, call->place, "length(A.p.read), length(A.q) or length(/etc/motd)",
            "this is no descriptor of a pipe or a message queue");
    }
    out->number = view.queue ? view.pages : view.bytes;
    return true;
}

static bool eval_length(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    const struct expr *path = call->arguments;
    if (path && !path->next && path->kind == EXPR_NAME) {
        return eval_channel(run, actor, call, out);
    }
    bool named = path && !path->next && (path->kind == EXPR_PATH || path->kind == EXPR_STRING);
    const struct program *file = named ? program_named(run, path->text) : NULL;
    uint32_t name;
    if (!file) {
        return run_error(run, call->place, "length(/etc/motd)", "expected a file that exists");
    }
    vm_object_kind_of(run_machine(run), file->object, &name, &out->number);
    return true;
}

bool eval_files(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out, bool *known)
{
    *known = true;
    *out = (struct value){0};
    if (strcmp(expr->text, "descriptors") == 0) {
        return eval_descriptors(run, expr, out);
    }
    if (strcmp(expr->text, "position") == 0) {
        return eval_position(run, actor, expr, out);
    }
    if (strcmp(expr->text, "length") == 0) {
        return eval_length(run, actor, expr, out);
    }
    *known = false;
    return false;
}

/* SPDX-License-Identifier: MIT
 * Pipes and message queues: p = pipe() names two descriptors, p.read and p.write.
 */
#include "scenario/call.h"

#include <stdio.h>
#include <string.h>

#define END_MAX 80 /* a name and the word of an end */

static bool bind_end(struct call *call, const char *end, uint64_t fd)
{
    char name[END_MAX];
    snprintf(name, sizeof name, "%.60s.%s", call->name, end);
    return actor_bind_value(call->run, call->actor, name, fd, 0);
}

bool pipe_end_in(
    const vm_run *run, const struct actor *actor, const char *const *part, struct value *out)
{
    char name[END_MAX];
    snprintf(name, sizeof name, "%.60s.%.10s", part[0], part[1]);
    const struct binding *binding = actor_binding(run, actor, name);
    if (binding) {
        *out = (struct value){.number = binding->value, .owner = actor};
    }
    return binding != NULL;
}

bool call_pipe(struct call *call)
{
    struct value room = {0};
    if (call->arguments > 0 && !call_number(call, 0, &room)) {
        return false;
    }
    if (call->arguments > 0 && !room.number) {
        return run_error(call->run, call->argument[0]->place, "p = pipe(2 pages)",
            "a pipe has room for a page at least");
    }
    uint32_t name = call->name ? name_id(&call->run->names, call->name) : 0;
    if (call->name && !name) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {.kind = vm_op_kind_pipe,
        .u.pipe = {.tid = call->actor->tid, .bytes = room.number, .name = name}};
    if (!call_apply(call, op)) {
        return false;
    }
    uint64_t both = call_result(call);
    if (both > UINT64_MAX - vm_errno_code_count || !call->name) {
        return call_keep(call, 0);
    }
    return bind_end(call, "read", both & UINT32_MAX) && bind_end(call, "write", both >> 32);
}

/* mq_open("/jobs", rw, create, 4, 64): words, then how many messages of how many bytes. */
bool call_mq_open(struct call *call)
{
    uint64_t flags = 0, number[2] = {0, 0};
    unsigned numbers = 0;
    for (unsigned i = 1; i < call->arguments; i++) {
        struct value value;
        if (call_word(call->argument[i])) {
            if (!call_open_flags(call, call->argument[i], &flags)) {
                return false;
            }
            continue;
        }
        if (!call_number(call, i, &value)) {
            return false;
        }
        if (numbers == 2 || !value.number) {
            return run_error(call->run, call->argument[i]->place,
                action_word(action_named(call->expr->text))->usage,
                "expected how many messages, at least 1, and of how many bytes");
        }
        number[numbers++] = value.number;
    }
    bool some = flags & (vm_open_bit_read | vm_open_bit_write);
    uint32_t name = call_quoted_name(call);
    struct vm_op op = {.kind = vm_op_kind_mq_open,
        .u.mq_open = {.tid = call->actor->tid,
            .name = name,
            .flags = some ? flags : flags | vm_open_bit_read,
            .messages = number[0],
            .bytes = number[1]}};
    return name && call_apply(call, op) && call_keep(call, 0);
}

bool call_mq_unlink(struct call *call)
{
    uint32_t name = call_quoted_name(call);
    struct vm_op op = {
        .kind = vm_op_kind_mq_unlink, .u.mq_unlink = {.tid = call->actor->tid, .name = name}};
    return name && call_apply(call, op) && call_keep(call, 0);
}

bool call_mq_send(struct call *call)
{
    struct value q, at, bytes, priority = {0};
    if (!call_number(call, 0, &q) || !call_number(call, 1, &at) || !call_number(call, 2, &bytes) ||
        (call->arguments > 3 && !call_number(call, 3, &priority))) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_mq_send,
        .u.mq_send = {.tid = call->actor->tid,
            .fd = q.number,
            .va = at.number,
            .bytes = bytes.number,
            .priority = priority.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_mq_receive(struct call *call)
{
    struct value q, at, bytes;
    if (!call_number(call, 0, &q) || !call_number(call, 1, &at) || !call_number(call, 2, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_mq_receive,
        .u.mq_receive = {
            .tid = call->actor->tid, .fd = q.number, .va = at.number, .bytes = bytes.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

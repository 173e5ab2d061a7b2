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
    uint64_t bytes = 0;
    if (call->arguments > 0 && !call_size(call, call->argument[0], &bytes)) {
        return false;
    }
    uint32_t name = call->name ? name_id(&call->run->names, call->name) : 0;
    if (call->name && !name) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {
        .kind = vm_op_kind_pipe, .u.pipe = {.tid = call->actor->tid, .bytes = bytes, .name = name}};
    if (!call_apply(call, op)) {
        return false;
    }
    uint64_t both = call_result(call);
    if (both > UINT64_MAX - vm_errno_code_count || !call->name) {
        return call_keep(call, 0);
    }
    return bind_end(call, "read", both & UINT32_MAX) && bind_end(call, "write", both >> 32);
}

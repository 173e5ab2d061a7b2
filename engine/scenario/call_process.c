/* SPDX-License-Identifier: MIT
 * Calls that make a process or make another of it: fork, vfork, execve, setuid, setrlimit.
 */
#include "scenario/call.h"

#include <string.h>

bool call_fork(struct call *call, bool vfork)
{
    if (!call->name) {
        return run_error(call->run, call->expr->place, vfork ? "A: B = vfork()" : "A: B = fork()",
            "the child needs a name");
    }
    uint32_t label = name_id(&call->run->names, call->name);
    if (!label) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {
        .kind = vm_op_kind_fork, .u.fork = {.tid = call->actor->tid, .label = label}};
    if (vfork) {
        op = (struct vm_op){
            .kind = vm_op_kind_vfork, .u.vfork = {.tid = call->actor->tid, .label = label}};
    }
    if (!call_apply(call, op)) {
        return false;
    }
    uint64_t pid = call_result(call);
    if (pid == 0 || pid > UINT32_MAX) {
        run_warn(call->run, call->statement->place,
            "a fork needs frames for the child's page tables", "the fork fails");
        return true;
    }
    return actor_new(call->run, call->name, (vm_pid)pid,
        actor_process(call->run, call->actor)->program, call->actor);
}

#define STRING_BYTES (16 * sizeof(uint64_t)) /* what the operation carries */

struct strings {
    uint64_t n, bytes;
    uint64_t word[16];
};

/* Packs one string with its NUL. */
static bool add_string(struct call *call, struct place place, const char *text, struct strings *out)
{
    size_t length = strlen(text) + 1;
    if (out->bytes + length > STRING_BYTES) {
        return run_error(call->run, place, "make them shorter",
            "arguments and environment together have at most %u bytes, with a 0 behind each",
            (unsigned)STRING_BYTES);
    }
    for (size_t i = 0; i < length; i++, out->bytes++) {
        out->word[out->bytes / 8] |= (uint64_t)(uint8_t)text[i] << (8 * (out->bytes % 8));
    }
    out->n++;
    return true;
}

static bool add_list(struct call *call, const struct expr *list, struct strings *out)
{
    static const char usage[] = "execve(\"/bin/p\", [\"p\", \"-x\"], [\"HOME=/root\"])";
    if (list->kind != EXPR_LIST) {
        return run_error(call->run, list->place, usage, "expected a list of strings in [ ]");
    }
    for (const struct expr *one = list->arguments; one; one = one->next) {
        bool text = one->kind == EXPR_STRING || one->kind == EXPR_PATH;
        if (!text) {
            return run_error(call->run, one->place, usage, "expected a string in quotes");
        }
        if (!add_string(call, one->place, one->text, out)) {
            return false;
        }
    }
    return true;
}

/* argv, or the last part of the path when there is none; then envp. */
static bool collect(struct call *call, const char *path, struct strings *out, uint64_t *argc)
{
    const char *slash = strrchr(path, '/');
    bool ok = call->arguments > 1
                  ? add_list(call, call->argument[1], out)
                  : add_string(call, call->argument[0]->place, slash ? slash + 1 : path, out);
    *argc = out->n;
    return ok && (call->arguments < 3 || add_list(call, call->argument[2], out));
}

bool call_execve(struct call *call)
{
    const struct expr *first = call->argument[0];
    bool text = first->kind == EXPR_STRING || first->kind == EXPR_PATH;
    if (!text || !first->text[0]) {
        return run_error(call->run, first->place, "execve(\"/bin/p\", [\"p\"])",
            "expected the program's name in quotes");
    }
    struct strings strings = {0};
    uint64_t argc = 0;
    size_t program = setup_program(call->run, first->place, first->text);
    if (!program || !collect(call, first->text, &strings, &argc)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_execve,
        .u.execve = {.tid = call->actor->tid,
            .program = call->run->program[program - 1].object,
            .argc = argc,
            .envc = strings.n - argc,
            .bytes = strings.bytes}};
    memcpy(&op.u.execve.w0, strings.word, sizeof strings.word);
    if (!call_apply(call, op)) {
        return false;
    }
    if (call_result(call) != 0) {
        return call_keep(call, 0);
    }
    actor_exec(call->run, call->actor, program);
    return true;
}

bool call_setuid(struct call *call)
{
    struct value uid, gid;
    if (!call_number(call, 0, &uid)) {
        return false;
    }
    gid = uid;
    if (call->arguments > 1 && !call_number(call, 1, &gid)) {
        return false;
    }
    if (uid.number > UINT32_MAX || gid.number > UINT32_MAX) {
        return run_error(
            call->run, call->argument[0]->place, "setuid(1000)", "a user id has 32 bits");
    }
    struct vm_op op = {.kind = vm_op_kind_setuid,
        .u.setuid = {.tid = call->actor->tid, .uid = uid.number, .gid = gid.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_setrlimit(struct call *call)
{
    static const struct {
        const char *word, *posix;
    } resources[vm_resource_count] = {
        [vm_resource_stack] = {"stack", "RLIMIT_STACK"},
        [vm_resource_address_space] = {"address_space", "RLIMIT_AS"},
        [vm_resource_memlock] = {"memlock", "RLIMIT_MEMLOCK"},
        [vm_resource_memory] = {"memory", "memory.max"},
    };
    const char *word = call_word(call->argument[0]), *most = call_word(call->argument[1]);
    struct value value = {.number = UINT64_MAX};
    unsigned found = vm_resource_count;
    for (unsigned i = 0; word && i < vm_resource_count; i++) {
        if (strcmp(word, resources[i].word) == 0 || strcmp(word, resources[i].posix) == 0) {
            found = i;
        }
    }
    if (found == vm_resource_count) {
        return run_error(call->run, call->argument[0]->place, "setrlimit(stack, 64K)",
            "expected stack, address_space, memlock or memory");
    }
    if (!(most && strcmp(most, "unlimited") == 0) && !call_number(call, 1, &value)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_setrlimit,
        .u.setrlimit = {.tid = call->actor->tid, .resource = found, .value = value.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

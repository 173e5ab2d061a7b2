/* SPDX-License-Identifier: MIT
 * Calls: system calls and valueless accesses, with the arguments that each one takes.
 */
#include "scenario/call.h"

#include <string.h>

int prot_of(const char *text)
{
    if (strcmp(text, "none") == 0) {
        return 0;
    }
    int prot = 0;
    for (; *text; text++) {
        int bit = *text == 'r'   ? vm_prot_bit_read
                  : *text == 'w' ? vm_prot_bit_write
                  : *text == 'x' ? vm_prot_bit_exec
                                 : 0;
        if (!bit || prot & bit) {
            return -1;
        }
        prot |= bit;
    }
    return prot ? prot : -1;
}

bool call_number(struct call *call, unsigned i, struct value *out)
{
    return eval(call->run, call->actor, call->argument[i], out);
}

/* A size in bytes, rounded up to pages with a word about it. */
bool call_size(struct call *call, const struct expr *argument, uint64_t *out)
{
    struct value value;
    if (!eval(call->run, call->actor, argument, &value)) {
        return false;
    }
    uint64_t bytes = page_bytes(call->run), space = UINT64_C(1) << (call->run->config.va_bits - 1);
    if (value.number == 0 || value.number > space * 2) {
        return run_error(call->run, argument->place, "like 2 pages, or 8K",
            "a mapping has at least one byte and fits into the address space");
    }
    if (value.number % bytes != 0) {
        run_warn(call->run, argument->place, "write 1 page, 2 pages, …",
            "this size is no whole number of pages: it is rounded up");
    }
    *out = (value.number + bytes - 1) / bytes * bytes;
    return true;
}

const char *call_word(const struct expr *argument)
{
    return argument->kind == EXPR_NAME && argument->parts == 1 ? argument->text : NULL;
}

bool call_apply(struct call *call, struct vm_op op)
{
    return run_apply(call->run, call->statement->place, &op);
}

uint64_t call_result(const struct call *call)
{
    return vm_last(run_machine(call->run))->value;
}

/* `expect error EACCES` follows: the failure is what the scenario is about. */
static bool failure_expected(const struct statement *statement)
{
    const struct statement *next = statement->next;
    return next && next->kind == STATEMENT_EXPECT && next->word &&
           strcmp(next->word, "error") == 0 && next->value->value != vm_errno_code_none;
}

/* Binds the result, or says that the call failed: a failing call is something to look at, no error.
 */
bool call_keep(struct call *call, uint64_t bytes)
{
    uint64_t value = call_result(call);
    bool waits =
        vm_task_state_of(run_machine(call->run), call->actor->tid) == vm_task_state_waiting;
    if (!waits && value > UINT64_MAX - vm_errno_code_count) {
        const char *words = vm_enum_words("errno_code", 0 - value);
        if (!failure_expected(call->statement)) {
            run_warn(call->run, call->statement->place, words, "the call fails");
        }
        return true;
    }
    return !call->name || actor_bind_result(call->run, call->actor, call->name, bytes);
}

static bool call_access(struct call *call, enum vm_access access)
{
    struct value start, bytes = {.number = 1};
    if (!call_number(call, 0, &start) || (call->arguments > 1 && !call_number(call, 1, &bytes))) {
        return false;
    }
    if (bytes.number == 0) {
        return run_error(call->run, call->argument[1]->place, "like store(heap, 2 pages)",
            "an access has at least one byte");
    }
    if (call->arguments > 1 && call->argument[1]->kind == EXPR_PAGES) { /* n pages from here on */
        bytes.number -= page_bytes(call->run) - 1;
    }
    struct vm_op op = {.kind = vm_op_kind_access,
        .u.access = {
            .tid = call->actor->tid, .va = start.number, .access = access, .bytes = bytes.number}};
    return call_apply(call, op);
}

static bool call_wait(struct call *call)
{
    vm_pid child = 0;
    if (call->arguments > 1) {
        return call_cond_wait(call);
    }
    if (call->arguments > 0) {
        const char *label = call_word(call->argument[0]);
        const struct actor *actor = label ? actor_named(call->run, label) : NULL;
        if (!actor) {
            return run_error(call->run, call->argument[0]->place, "wait(B), where A: B = fork()",
                "expected the name of a child");
        }
        child = actor->pid;
    }
    struct vm_op op = {
        .kind = vm_op_kind_wait, .u.wait = {.tid = call->actor->tid, .child = child}};
    return call_apply(call, op) &&
           (vm_last(run_machine(call->run))->value == child || call_keep(call, 0));
}

static bool call_exit(struct call *call)
{
    struct value code = {0};
    if (call->arguments > 0 && !call_number(call, 0, &code)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_exit, .u.exit = {.tid = call->actor->tid, .code = code.number & 0xFF}};
    return call_apply(call, op);
}

bool run_call(vm_run *run, struct actor *actor, const struct statement *statement,
    const struct expr *expr, const char *name)
{
    struct call call = {
        .run = run, .actor = actor, .statement = statement, .expr = expr, .name = name};
    enum action_kind kind = expr->parts == 1 ? action_named(expr->text) : ACTION_NONE;
    for (const struct expr *one = expr->arguments; one && call.arguments < 8; one = one->next) {
        call.argument[call.arguments++] = one;
    }
    switch (kind) {
    case ACTION_mmap:
        return call_mmap(&call);
    case ACTION_munmap:
        return call_munmap(&call);
    case ACTION_mprotect:
        return call_mprotect(&call);
    case ACTION_madvise:
        return call_madvise(&call);
    case ACTION_msync:
        return call_msync(&call);
    case ACTION_mremap:
        return call_mremap(&call);
    case ACTION_mlock:
        return call_mlock(&call, true);
    case ACTION_munlock:
        return call_mlock(&call, false);
    case ACTION_brk:
        return call_brk(&call);
    case ACTION_sbrk:
        return call_sbrk(&call);
    case ACTION_malloc:
        return call_malloc(&call);
    case ACTION_calloc:
        return call_calloc(&call);
    case ACTION_realloc:
        return call_realloc(&call);
    case ACTION_free:
        return call_free(&call);
    case ACTION_fork:
        return call_fork(&call, false);
    case ACTION_vfork:
        return call_fork(&call, true);
    case ACTION_execve:
        return call_execve(&call);
    case ACTION_setuid:
        return call_setuid(&call);
    case ACTION_setrlimit:
        return call_setrlimit(&call);
    case ACTION_exit:
        return call_exit(&call);
    case ACTION_wait:
        return call_wait(&call);
    case ACTION_load:
        return call_access(&call, vm_access_load);
    case ACTION_store:
        return call_access(&call, vm_access_store);
    case ACTION_exec:
        return call_access(&call, vm_access_fetch);
    case ACTION_sigaction:
        return call_sigaction(&call);
    case ACTION_kill:
        return call_kill(&call);
    case ACTION_pthread_kill:
        return call_pthread_kill(&call);
    case ACTION_sigprocmask:
        return call_sigprocmask(&call);
    case ACTION_pause:
        return call_pause(&call);
    case ACTION_open:
        return call_open(&call);
    case ACTION_close:
        return call_close(&call);
    case ACTION_dup2:
        return call_dup2(&call);
    case ACTION_read:
        return call_transfer(&call, true);
    case ACTION_write:
        return call_transfer(&call, false);
    case ACTION_lseek:
        return call_lseek(&call);
    case ACTION_ftruncate:
        return call_ftruncate(&call);
    case ACTION_fsync:
        return call_fsync(&call);
    case ACTION_shm_open:
        return call_shm_open(&call);
    case ACTION_shm_unlink:
        return call_shm_unlink(&call);
    case ACTION_memfd_create:
        return call_memfd_create(&call);
    case ACTION_create:
        return call_create(&call);
    case ACTION_join:
        return call_join(&call);
    case ACTION_thread_exit:
        return call_thread_exit(&call);
    case ACTION_detach:
        return call_detach(&call);
    case ACTION_yield:
        return call_yield(&call);
    case ACTION_setpriority:
        return call_setpriority(&call);
    case ACTION_setaffinity:
        return call_setaffinity(&call);
    case ACTION_copy:
        return call_copy(&call);
    case ACTION_mq_open:
        return call_mq_open(&call);
    case ACTION_mq_unlink:
        return call_mq_unlink(&call);
    case ACTION_mq_send:
        return call_mq_send(&call);
    case ACTION_mq_receive:
        return call_mq_receive(&call);
    case ACTION_pipe:
        return call_pipe(&call);
    case ACTION_place:
        return call_place(&call);
    case ACTION_share:
        return call_share(&call);
    case ACTION_resize:
        return call_resize(&call);
    case ACTION_unload:
        return call_unload(&call);
    case ACTION_swap_out:
        return call_swap(&call, false);
    case ACTION_swap_in:
        return call_swap(&call, true);
    case ACTION_alloc:
        return call_alloc(&call);
    case ACTION_release:
        return call_release(&call);
    case ACTION_cache:
        return call_cache(&call);
    case ACTION_shrink:
        return call_shrink(&call);
    default:
        break;
    }
    bool known = false, ok = call_sync(&call, (int)kind, &known);
    if (known) {
        return ok;
    }
    return run_error(
        run, expr->place, action_word(kind)->usage, "`%.60s` cannot run yet", expr->text);
}

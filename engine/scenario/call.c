/* SPDX-License-Identifier: MIT
 * Calls: system calls and valueless accesses, with the arguments that each one takes.
 */
#include "scenario/run.h"

#include <string.h>

struct call {
    vm_run *run;
    struct actor *actor;
    const struct statement *statement;
    const struct expr *expr;
    const char *name; /* what the result is called; NULL: nothing */
    const struct expr *argument[8];
    unsigned arguments;
};

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

static bool number(struct call *call, unsigned i, struct value *out)
{
    return eval(call->run, call->actor, call->argument[i], out);
}

/* A size in bytes, rounded up to pages with a word about it. */
static bool size_of(struct call *call, const struct expr *argument, uint64_t *out)
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

static const char *word_of(const struct expr *argument)
{
    return argument->kind == EXPR_NAME && argument->parts == 1 ? argument->text : NULL;
}

static bool apply(struct call *call, struct vm_op op)
{
    return run_apply(call->run, call->statement->place, &op);
}

static uint64_t result(const struct call *call)
{
    return vm_last(run_machine(call->run))->value;
}

/* Binds the result, or says that the call failed: a failing call is something to look at, no error.
 */
static bool keep(struct call *call, uint64_t bytes)
{
    uint64_t value = result(call);
    if (value > UINT64_MAX - vm_errno_code_count) {
        const char *words = vm_enum_words("errno_code", 0 - value);
        run_warn(call->run, call->statement->place, words, "the call fails");
        return true;
    }
    return !call->name || actor_bind(call->run, call->actor, call->name,
                              (struct binding){.value = value, .bytes = bytes});
}

/* ---- mmap ---- */
struct mapping {
    struct vm_op_mmap op;
    bool has_prot;
};

static bool map_file(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    const struct program *file = program_named(call->run, argument->text);
    if (!file) {
        return run_error(call->run, argument->place, "declare it: file /data 3 pages",
            "there is no file `%.60s`", argument->text);
    }
    mapping->op.object = file->object;
    return true;
}

static bool map_valued(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    struct value value;
    if (!eval(call->run, call->actor, argument->left, &value)) {
        return false;
    }
    if (strcmp(argument->text, "at") == 0) {
        mapping->op.hint = value.number;
        mapping->op.flags |= vm_map_bit_fixed;
        return value.number % page_bytes(call->run) == 0 ||
               run_error(call->run, argument->left->place, "0x400000 is one",
                   "expected the address of a page's first byte");
    }
    if (strcmp(argument->text, "offset") == 0) {
        mapping->op.offset = value.number / page_bytes(call->run);
        return value.number % page_bytes(call->run) == 0 ||
               run_error(call->run, argument->left->place, "offset 1 page", "expected whole pages");
    }
    return run_error(call->run, argument->place, "at 0x400000, offset 1 page",
        "mmap has no argument `%.60s`", argument->text);
}

static bool map_word(struct call *call, const struct expr *argument, struct mapping *mapping)
{
    static const char *const words[] = {"shared", "fixed", "stack", "growsdown"};
    const char *word = word_of(argument);
    if (!word) {
        return run_error(call->run, argument->place, "mmap(2 pages, rw, private)",
            "expected rights, `private`, `shared`, `stack`, a file or `at`");
    }
    if (!mapping->has_prot && prot_of(word) >= 0) {
        mapping->op.prot = (uint64_t)prot_of(word);
        mapping->has_prot = true;
        return true;
    }
    if (strcmp(word, "private") == 0 || strcmp(word, "anonymous") == 0) {
        return true;
    }
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], word) == 0 && i != 1) {
            mapping->op.flags |= UINT64_C(1) << i;
            return true;
        }
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, word);
    suggestion_offer(&suggestion, "private");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        suggestion_offer(&suggestion, words[i]);
    }
    suggestion_hint(
        &suggestion, "rights (r, rw, rx, none), private, shared, stack, at 0x400000", hint);
    return run_error(call->run, argument->place, hint, "mmap does not know `%.60s`", word);
}

static bool overlaps(struct call *call, const struct mapping *mapping)
{
    const vm_machine *machine = run_machine(call->run);
    unsigned shift = call->run->config.page_shift;
    vm_vpn start = mapping->op.hint >> shift, end = start + (mapping->op.bytes >> shift);
    struct vm_vma_view vma;
    bool found = vm_vma_at(machine, call->actor->pid, start, &vma) ||
                 (vm_vma_next(machine, call->actor->pid, start, &vma) && vma.start < end);
    if (!found) {
        return false;
    }
    const char *name = name_text(&call->run->names, vma.name);
    run_error(call->run, call->statement->place, "munmap that first, or leave out `at`",
        "the mapping overlaps %.60s at 0x%llx", name ? name : vm_enum_words("vma_kind", vma.kind),
        (unsigned long long)(vma.start << shift));
    return true;
}

static bool call_mmap(struct call *call)
{
    struct mapping mapping = {.op = {.tid = call->actor->tid}};
    if (!size_of(call, call->argument[0], &mapping.op.bytes)) {
        return false;
    }
    for (unsigned i = 1; i < call->arguments; i++) {
        const struct expr *argument = call->argument[i];
        bool ok = argument->kind == EXPR_WORD ? map_valued(call, argument, &mapping)
                  : argument->kind == EXPR_PATH || argument->kind == EXPR_STRING
                      ? map_file(call, argument, &mapping)
                      : map_word(call, argument, &mapping);
        if (!ok) {
            return false;
        }
    }
    if (!mapping.has_prot) {
        return run_error(call->run, call->expr->place, "mmap(2 pages, rw, private)",
            "the rights of the mapping are missing");
    }
    if (mapping.op.flags & vm_map_bit_fixed && overlaps(call, &mapping)) {
        return false;
    }
    if (call->name && !(mapping.op.name = name_id(&call->run->names, call->name))) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {.kind = vm_op_kind_mmap, .u.mmap = mapping.op};
    return apply(call, op) && keep(call, mapping.op.bytes);
}

/* The range `x` or `x, size`: how much of it, by default all of the mapping. */
static bool range_of(struct call *call, const struct expr *size, uint64_t *va, uint64_t *bytes)
{
    struct value start;
    if (!number(call, 0, &start)) {
        return false;
    }
    *va = start.number;
    if (size) {
        return size_of(call, size, bytes);
    }
    *bytes = start.bytes;
    return start.bytes > 0 || run_error(call->run, call->argument[0]->place, "munmap(heap, 1 page)",
                                  "how many bytes? `%.30s` needs a size here", call->expr->text);
}

static bool call_munmap(struct call *call)
{
    uint64_t va, bytes;
    if (!range_of(call, call->arguments > 1 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_munmap, .u.munmap = {.tid = call->actor->tid, .va = va, .bytes = bytes}};
    return apply(call, op) && keep(call, 0);
}

static bool call_mprotect(struct call *call)
{
    const struct expr *last = call->argument[call->arguments - 1];
    int prot = word_of(last) ? prot_of(word_of(last)) : -1;
    if (prot < 0) {
        return run_error(call->run, last->place, "r, rw, rx, none", "expected the new rights");
    }
    uint64_t va, bytes;
    if (!range_of(call, call->arguments > 2 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_mprotect,
        .u.mprotect = {.tid = call->actor->tid, .va = va, .bytes = bytes, .prot = (uint64_t)prot}};
    return apply(call, op) && keep(call, 0);
}

static bool call_brk(struct call *call)
{
    struct value value;
    if (!number(call, 0, &value)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_brk, .u.brk = {.tid = call->actor->tid, .va = value.number}};
    return apply(call, op) && keep(call, 0);
}

/* sbrk answers where the new memory begins. */
static bool call_sbrk(struct call *call)
{
    struct value value;
    if (!number(call, 0, &value)) {
        return false;
    }
    uint64_t old = vm_process_brk(run_machine(call->run), call->actor->pid);
    struct vm_op op = {
        .kind = vm_op_kind_brk, .u.brk = {.tid = call->actor->tid, .va = old + value.number}};
    return apply(call, op) &&
           (!call->name || actor_bind(call->run, call->actor, call->name,
                               (struct binding){.value = old, .bytes = value.number}));
}

static bool call_access(struct call *call, enum vm_access access)
{
    struct value start, bytes = {.number = 1};
    if (!number(call, 0, &start) || (call->arguments > 1 && !number(call, 1, &bytes))) {
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
    return apply(call, op);
}

static bool call_fork(struct call *call)
{
    if (!call->name) {
        return run_error(call->run, call->expr->place, "A: B = fork()", "the child needs a name");
    }
    uint32_t label = name_id(&call->run->names, call->name);
    if (!label) {
        return run_no_memory(call->run);
    }
    struct vm_op op = {
        .kind = vm_op_kind_fork, .u.fork = {.tid = call->actor->tid, .label = label}};
    if (!apply(call, op)) {
        return false;
    }
    uint64_t pid = result(call);
    if (pid == 0 || pid > UINT32_MAX) {
        run_warn(call->run, call->statement->place,
            "a fork needs frames for the child's page tables", "the fork fails");
        return true;
    }
    return actor_new(call->run, call->name, (vm_pid)pid, call->actor->program, call->actor);
}

static bool call_wait(struct call *call)
{
    vm_pid child = 0;
    if (call->arguments > 0) {
        const char *label = word_of(call->argument[0]);
        const struct actor *actor = label ? actor_named(call->run, label) : NULL;
        if (!actor) {
            return run_error(call->run, call->argument[0]->place, "wait(B), where A: B = fork()",
                "expected the name of a child");
        }
        child = actor->pid;
    }
    struct vm_op op = {
        .kind = vm_op_kind_wait, .u.wait = {.tid = call->actor->tid, .child = child}};
    return apply(call, op) && (vm_last(run_machine(call->run))->value == child || keep(call, 0));
}

static bool call_exit(struct call *call)
{
    struct value code = {0};
    if (call->arguments > 0 && !number(call, 0, &code)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_exit, .u.exit = {.tid = call->actor->tid, .code = code.number & 0xFF}};
    return apply(call, op);
}

static bool call_sigaction(struct call *call)
{
    const char *signal = word_of(call->argument[0]), *action = word_of(call->argument[1]);
    bool segv = signal && strcmp(signal, "SIGSEGV") == 0;
    if (!segv && !(signal && strcmp(signal, "SIGBUS") == 0)) {
        return run_error(call->run, call->argument[0]->place, "sigaction(SIGSEGV, skip)",
            "expected SIGSEGV or SIGBUS");
    }
    bool skip = action && strcmp(action, "skip") == 0;
    if (!skip && !(action && strcmp(action, "terminate") == 0)) {
        return run_error(call->run, call->argument[1]->place, "sigaction(SIGSEGV, skip)",
            "expected `skip` or `terminate`");
    }
    struct vm_op op = {.kind = vm_op_kind_sigaction,
        .u.sigaction = {.tid = call->actor->tid,
            .signo = segv ? vm_signo_sigsegv : vm_signo_sigbus,
            .action = skip ? vm_signal_action_skip : vm_signal_action_terminate}};
    return apply(call, op);
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
    case ACTION_brk:
        return call_brk(&call);
    case ACTION_sbrk:
        return call_sbrk(&call);
    case ACTION_fork:
        return call_fork(&call);
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
    default:
        break;
    }
    return run_error(
        run, expr->place, action_word(kind)->usage, "`%.60s` cannot run yet", expr->text);
}

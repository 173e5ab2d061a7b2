/* SPDX-License-Identifier: MIT
 * What a name means: bindings of a process, segments of its program and libraries, variables of its
 * program. Nothing here changes the machine.
 */
#include "scenario/thread.h"

#include <string.h>

static bool vma_value(const vm_run *run, const struct actor *actor, enum vm_vma_kind kind,
    uint32_t object, struct value *out)
{
    struct vm_vma_view vma;
    uint32_t name = 0;
    uint64_t bytes = 0;
    if (kind == vm_vma_kind_bss) { /* no file is behind it: it bears the name of its program */
        vm_object_kind_of(run_machine(run), object, &name, &bytes);
        object = 0;
    }
    if (!vm_vma_find(run_machine(run), actor->pid, kind, object, name, &vma)) {
        return false;
    }
    *out = (struct value){.number = vma.start << run->config.page_shift,
        .bytes = (vma.end - vma.start) << run->config.page_shift,
        .owner = actor,
        .address = true};
    return true;
}

/* libc is /lib/libc.so.6: the last part of the path up to its first dot. */
static const struct program *library_named(const vm_run *run, const char *name)
{
    for (size_t i = 0; i < run->programs; i++) {
        const char *base = strrchr(run->program[i].name, '/');
        base = base ? base + 1 : run->program[i].name;
        size_t length = strcspn(base, ".");
        if (length == strlen(name) && memcmp(base, name, length) == 0) {
            return &run->program[i];
        }
    }
    return NULL;
}

/* A declared lock lies in the data of every program, behind its variables. */
static bool lock_in(const vm_run *run, const struct actor *actor, const struct program *program,
    const char *name, struct value *out)
{
    uint64_t offset = 0;
    if (!program->has_locks || !setup_lock_offset(run, name, &offset) ||
        !vma_value(run, actor, vm_vma_kind_data, program->object, out)) {
        return false;
    }
    out->number += program->locks_at + offset;
    out->bytes = 16;
    return true;
}

static bool global_in(
    const vm_run *run, const struct actor *actor, const char *name, struct value *out)
{
    const struct program *program = actor->program ? &run->program[actor->program - 1] : NULL;
    if (!program) {
        return false;
    }
    if (lock_in(run, actor, program, name, out)) {
        return true;
    }
    if (!program->declared) {
        return false;
    }
    for (const struct expr *segment = program->declared->arguments; segment;
         segment = segment->next) {
        uint64_t offset = 0;
        int kind = vm_enum_named("vma_kind", segment->text);
        for (const struct expr *global = segment->arguments; kind > 0 && global;
             global = global->next) {
            if (strcmp(global->text, name) == 0) {
                if (!vma_value(run, actor, (enum vm_vma_kind)kind, program->object, out)) {
                    return false;
                }
                out->number += offset;
                out->bytes = 8;
                return true;
            }
            offset += 8;
        }
    }
    return false;
}

/* A created thread's own places: its stack, and where its thread pointer points. */
static bool thread_place(
    const vm_run *run, const struct actor *actor, vm_tid tid, const char *name, struct value *out)
{
    struct vm_task_view task;
    if (!vm_task_at(run_machine(run), tid, &task) || !task.stack_start) {
        return false;
    }
    bool stack = strcmp(name, "stack") == 0;
    *out = (struct value){.number = stack ? task.stack_start : task.tls,
        .bytes = stack ? task.stack_end - task.stack_start : 0,
        .owner = actor,
        .address = true};
    return stack || strcmp(name, "tls") == 0;
}

/* The thread's own copy of a thread-local variable. */
static bool thread_local_in(
    const vm_run *run, const struct actor *actor, vm_tid tid, const char *name, struct value *out)
{
    const struct program *program = actor->program ? &run->program[actor->program - 1] : NULL;
    struct vm_task_view task;
    const struct expr *segment = program && program->declared ? program->declared->arguments : NULL;
    while (segment && strcmp(segment->text, "tls") != 0) {
        segment = segment->next;
    }
    if (!segment || !vm_task_at(run_machine(run), tid, &task) || !task.tls) {
        return false;
    }
    uint64_t n = 0, found = UINT64_MAX;
    for (const struct expr *one = segment->arguments; one; one = one->next, n++) {
        found = strcmp(one->text, name) == 0 ? n : found;
    }
    *out = (struct value){.number = task.tls - (8 * n + 15) / 16 * 16 + 8 * found,
        .bytes = 8,
        .owner = actor,
        .address = true};
    return found != UINT64_MAX;
}

static bool predefined_in(
    const vm_run *run, const struct actor *actor, vm_tid tid, const char *name, struct value *out)
{
    const vm_machine *machine = run_machine(run);
    if (strcmp(name, "sp") == 0) {
        *out = (struct value){.number = vm_task_sp(machine, tid), .owner = actor, .address = true};
        return true;
    }
    if (thread_place(run, actor, tid, name, out) || thread_local_in(run, actor, tid, name, out)) {
        return true;
    }
    if (strcmp(name, "brk") == 0) {
        *out = (struct value){
            .number = vm_process_brk(machine, actor->pid), .owner = actor, .address = true};
        return true;
    }
    bool argv = strcmp(name, "argv") == 0;
    if (argv || strcmp(name, "envp") == 0) {
        vm_va at =
            argv ? vm_process_argv(machine, actor->pid) : vm_process_envp(machine, actor->pid);
        *out = (struct value){.number = at, .owner = actor, .address = true};
        return at != 0;
    }
    static const char *const own[] = {"text", "rodata", "data", "bss"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (strcmp(name, own[i]) == 0) {
            uint32_t object = actor->program ? run->program[actor->program - 1].object : 0;
            return vma_value(
                run, actor, (enum vm_vma_kind)vm_enum_named("vma_kind", name), object, out);
        }
    }
    if (strcmp(name, "heap") == 0 || strcmp(name, "stack") == 0) {
        return vma_value(run, actor, (enum vm_vma_kind)vm_enum_named("vma_kind", name), 0, out);
    }
    return global_in(run, actor, name, out);
}

bool lookup_in(const vm_run *run, const struct actor *actor, const char *const *part,
    unsigned parts, struct value *out)
{
    const struct actor *process = actor_process_const(run, actor);
    if (parts == 2 &&
        (pipe_end_in(run, actor, part, out) || pipe_end_in(run, process, part, out))) {
        return true;
    }
    if (parts == 2) {
        const struct program *library = library_named(run, part[0]);
        int kind = vm_enum_named("vma_kind", part[1]);
        return library && kind > 0 &&
               vma_value(run, process, (enum vm_vma_kind)kind, library->object, out);
    }
    if (parts != 1) {
        return false;
    }
    const struct binding *binding = actor_binding(run, actor, part[0]);
    if (!binding && process != actor) { /* another thread's registers are nobody else's */
        binding = actor_binding(run, process, part[0]);
        binding = binding && binding->is_register ? NULL : binding;
    }
    if (!binding) {
        return predefined_in(run, process, actor->tid, part[0], out);
    }
    *out = (struct value){.number = binding->value,
        .bytes = binding->bytes,
        .owner = process,
        .address = binding->bytes > 0};
    return !binding->is_register ||
           vm_register(run_machine(run), actor->tid, binding->name, &out->number) ||
           vm_saved_register(run_machine(run), actor->tid, binding->name, &out->number);
}

static void suggest_names(
    const vm_run *run, const struct actor *actor, struct suggestion *suggestion)
{
    static const char *const words[] = {
        "text", "rodata", "data", "bss", "heap", "stack", "sp", "brk", "argv", "envp"};
    for (size_t i = 0; i < run->variables; i++) {
        suggestion_offer(suggestion, run->variable[i].name);
    }
    for (size_t i = 0; i < run->actors; i++) {
        const struct actor *other = &run->actor[i];
        for (size_t k = 0; (!actor || actor->pid == other->pid) && k < other->bindings; k++) {
            suggestion_offer(suggestion, name_text(&run->names, other->binding[k].name));
        }
        suggestion_offer(suggestion, name_text(&run->names, other->label));
    }
    for (size_t i = 0; actor && actor->is_thread && i < actor->bindings; i++) {
        suggestion_offer(suggestion, name_text(&run->names, actor->binding[i].name));
    }
    setup_offer_locks(run, suggestion);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        suggestion_offer(suggestion, words[i]);
    }
}

/* Why a name that the text has is not this one's. */
static const char *why_not(const vm_run *run, const struct actor *actor, const struct expr *expr)
{
    uint64_t offset;
    const struct actor *process = actor ? actor_process_const(run, actor) : NULL;
    if (expr->parts == 1 && setup_lock_offset(run, expr->text, &offset)) {
        return process && process->program == 0
                   ? "locks lie in a program's data: A = start NAME, or lock(p + 64) at an address"
                   : NULL;
    }
    if (process != actor && expr->parts == 1 && actor_binding(run, process, expr->text)) {
        return "a register is its thread's alone: hand it over, like create(worker, n)";
    }
    return NULL;
}

bool lookup_failed(vm_run *run, const struct actor *actor, const struct expr *expr)
{
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, expr->text);
    suggest_names(run, actor, &suggestion);
    suggestion_hint(&suggestion, "a name is given by A: name = mmap(…) or A: name = value", hint);
    if (actor && !is_alive(run, actor)) {
        return run_error(run, expr->place,
            "a signal may have ended it, or the out-of-memory killer; its memory is gone",
            "%.40s has ended and has no name `%.60s`", label_of(run, actor->pid), expr->text);
    }
    if (actor) {
        char who[WHO_MAX];
        const char *why = why_not(run, actor, expr);
        return run_error(run, expr->place, why ? why : hint, "%.80s has no name `%.60s`",
            actor_words(run, actor, who), expr->text);
    }
    return run_error(run, expr->place, hint, "nobody has a name `%.60s`", expr->text);
}

bool is_alive(const vm_run *run, const struct actor *actor)
{
    enum vm_process_state state = vm_process_state_of(run_machine(run), actor->pid);
    return state == vm_process_state_alive;
}

/* A name in an expression of nobody's: every living process that has it. */
bool lookup_common(vm_run *run, const struct expr *expr, struct value *out)
{
    bool found = false;
    for (size_t i = 0; i < run->actors; i++) {
        struct value value;
        const struct actor *actor = &run->actor[i];
        if (!is_alive(run, actor) || !lookup_in(run, actor, expr->part, expr->parts, &value)) {
            continue;
        }
        if (!found) {
            *out = value;
            found = true;
        } else if (value.number == out->number) {
            out->shared = true;
        } else {
            char hint[SUGGESTION_MAX];
            struct suggestion none = {.word = expr->text};
            suggestion_hint(&none, "say whose, like A.heap", hint);
            return run_error(run, expr->place, hint, "`%.60s` is different in %.40s and %.40s",
                expr->text, label_of(run, run->actor[i].pid),
                out->owner ? label_of(run, out->owner->pid) : "another process");
        }
    }
    return found || lookup_failed(run, NULL, expr);
}

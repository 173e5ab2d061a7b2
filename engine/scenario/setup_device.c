/* SPDX-License-Identifier: MIT
 * Devices of a scenario. The terminal exists when a program is started, /dev/null and /dev/zero
 * when they are opened; device memory is declared.
 */
#include "scenario/run.h"

#include <string.h>

#define TERMINAL "/dev/pts/0"

static const struct {
    const char *path;
    enum vm_object_kind kind;
} devices[] = {
    {TERMINAL, vm_object_kind_terminal},
    {"/dev/null", vm_object_kind_char_null},
    {"/dev/zero", vm_object_kind_char_zero},
};
enum { DEVICES = sizeof devices / sizeof devices[0] };

bool setup_remember(vm_run *run, const char *path, uint32_t object)
{
    void *array = run->program;
    struct program *slot = run_grow(&array, &run->programs, &run->programs_capacity, sizeof *slot);
    run->program = array;
    if (!slot) {
        return run_no_memory(run);
    }
    *slot = (struct program){.name = path, .object = object};
    return true;
}

static bool make(
    vm_run *run, struct place place, const char *path, enum vm_object_kind kind, uint64_t bytes)
{
    uint32_t name = name_id(&run->names, path);
    struct vm_op op = {
        .kind = vm_op_kind_device, .u.device = {.name = name, .kind = kind, .bytes = bytes}};
    if (!name) {
        return run_no_memory(run);
    }
    return run_apply(run, place, &op) &&
           setup_remember(run, path, (uint32_t)vm_last(run_machine(run))->value);
}

bool setup_device(vm_run *run, struct place place, const char *path)
{
    for (size_t i = 0; i < DEVICES; i++) {
        if (strcmp(devices[i].path, path) == 0 && !program_named(run, path)) {
            return make(run, place, devices[i].path, devices[i].kind, 0);
        }
    }
    return true;
}

bool setup_terminal(vm_run *run, struct place place)
{
    return setup_device(run, place, TERMINAL);
}

bool setup_declare_device(vm_run *run, const struct statement *statement)
{
    uint64_t bytes = 0;
    if (program_named(run, statement->name)) {
        return run_error(run, statement->name_place, "give it another name",
            "`%.60s` is declared twice", statement->name);
    }
    if (!statement->value) {
        return run_error(run, statement->name_place, "like device /dev/fb0 4 pages",
            "the size of the device's memory is missing");
    }
    if (!eval_constant(run, statement->value, &bytes)) {
        return false;
    }
    return bytes ? make(run, statement->name_place, statement->name, vm_object_kind_device, bytes)
                 : run_error(run, statement->value->place, "like device /dev/fb0 4 pages",
                       "a device has at least one byte of memory");
}

/* The path that a statement opens, or NULL. */
static const char *opens(const struct statement *one)
{
    const struct expr *call =
        one->kind == STATEMENT_ASSIGN || one->kind == STATEMENT_CALL ? one->value : NULL;
    bool open = call && call->kind == EXPR_CALL && call->parts == 1 && call->arguments &&
                strcmp(call->text, "open") == 0;
    const struct expr *path = open ? call->arguments : NULL;
    return path && (path->kind == EXPR_STRING || path->kind == EXPR_PATH) ? path->text : NULL;
}

bool setup_devices(vm_run *run, const struct statement *block)
{
    for (const struct statement *one = block; one; one = one->next) {
        bool program = one->kind == STATEMENT_START && strcmp(one->word, "empty") != 0;
        const char *path = opens(one);
        if ((program && !setup_terminal(run, one->place)) ||
            (path && !setup_device(run, one->place, path)) || !setup_devices(run, one->body) ||
            !setup_devices(run, one->otherwise)) {
            return false;
        }
    }
    return true;
}

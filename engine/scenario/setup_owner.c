/* SPDX-License-Identifier: MIT
 * What is said of a file as a whole: mode, owner, how it is linked, who loads it; and the first
 * values of a program's variables.
 */
#include "scenario/run.h"

#include <string.h>

static const struct {
    const char *word;
    int link; /* enum vm_link_kind; -1: another property */
    bool program;
} properties[] = {
    {"mode", -1, false},
    {"uid", -1, false},
    {"gid", -1, false},
    {"interpreter", -1, true},
    {"pie", vm_link_kind_pie, true},
    {"fixed", vm_link_kind_fixed, true},
    {"static", vm_link_kind_static_fixed, true},
    {"static_pie", vm_link_kind_static_pie, true},
};

static int property_of(const char *word)
{
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        if (strcmp(properties[i].word, word) == 0) {
            return (int)i;
        }
    }
    return -1;
}

bool setup_is_property(const char *word, bool program)
{
    int i = property_of(word);
    return i >= 0 && (program || !properties[i].program);
}

/* 0755 is read as decimal digits: each is three bits. */
static bool mode_of(vm_run *run, const struct expr *part, uint64_t *mode)
{
    uint64_t digits = part->left && part->left->kind == EXPR_NUMBER ? part->left->value : 1000;
    uint64_t out = 0;
    for (unsigned shift = 0; digits && shift < 9; shift += 3, digits /= 10) {
        if (digits % 10 > 7) {
            break;
        }
        out |= digits % 10 << shift;
    }
    if (digits || part->left->next) {
        return run_error(run, part->place, "mode 0755 or mode 0600",
            "expected three octal digits: the rights of owner, group and others");
    }
    *mode = out;
    return true;
}

static bool id_of(vm_run *run, const struct expr *part, uint64_t *id)
{
    if (!part->left || part->left->next || !eval_constant(run, part->left, id) ||
        *id > UINT32_MAX) {
        return run->failed || run_error(run, part->place, "like uid 1000",
                                  "expected a number behind `%s`", part->text);
    }
    return true;
}

static bool set_interpreter(vm_run *run, const struct expr *part, uint32_t object)
{
    bool path = part->left && part->left->kind == EXPR_PATH && !part->left->next;
    const struct program *loader = path ? program_named(run, part->left->text) : NULL;
    if (!loader) {
        return run_error(run, part->place, "declare it: file /lib/ld.so { r 4K  rx 16K  rw 8K }",
            "expected the path of a declared file behind `interpreter`");
    }
    struct vm_op op = {.kind = vm_op_kind_interpreter,
        .u.interpreter = {.object = object, .interpreter = loader->object}};
    return run_apply(run, part->place, &op);
}

/* What a linker or an editor gives a file that says nothing of it. */
static uint64_t usual_mode(const struct statement *statement)
{
    bool runs = statement->kind == STATEMENT_PROGRAM;
    for (const struct expr *part = statement->arguments; part; part = part->next) {
        runs = runs || strcmp(part->text, "rx") == 0;
    }
    return runs ? 0755 : 0644;
}

bool setup_properties(vm_run *run, const struct statement *statement, uint32_t object)
{
    bool program = statement->kind == STATEMENT_PROGRAM, owned = false;
    uint64_t mode = usual_mode(statement), uid = 0, gid = 0;
    for (const struct expr *part = statement->arguments; part; part = part->next) {
        int i = setup_is_property(part->text, program) ? property_of(part->text) : -1;
        bool ok = true;
        if (i < 0) {
            continue;
        }
        if (properties[i].link >= 0) {
            struct vm_op op = {.kind = vm_op_kind_link,
                .u.link = {.object = object, .kind = (uint64_t)properties[i].link}};
            ok = run_apply(run, part->place, &op);
        } else if (properties[i].program) {
            ok = set_interpreter(run, part, object);
        } else {
            owned = true;
            ok = strcmp(part->text, "mode") == 0
                     ? mode_of(run, part, &mode)
                     : id_of(run, part, part->text[0] == 'u' ? &uid : &gid);
        }
        if (!ok) {
            return false;
        }
    }
    struct vm_op op = {.kind = vm_op_kind_attributes,
        .u.attributes = {.object = object, .mode = mode, .uid = uid, .gid = gid}};
    return !owned || run_apply(run, statement->place, &op);
}

bool setup_values(vm_run *run, const struct expr *segment, uint32_t object, uint64_t at)
{
    for (const struct expr *global = segment->arguments; global; global = global->next, at += 8) {
        uint64_t value = 0;
        if (global->left && !eval_constant(run, global->left, &value)) {
            return false;
        }
        if (value && !object) {
            return run_error(run, global->place, "put it into data { }",
                "what lies in bss is 0 at first: it is in no file");
        }
        struct vm_op op = {.kind = vm_op_kind_file_word,
            .u.file_word = {.object = object, .offset = at, .value = value}};
        if (value && !run_apply(run, global->place, &op)) {
            return false;
        }
    }
    return true;
}

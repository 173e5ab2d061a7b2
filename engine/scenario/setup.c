/* SPDX-License-Identifier: MIT
 * Before the first step: files and programs become objects of the machine. Declarations may stand
 * anywhere in the text. A well-known program that is started but not declared comes from the table.
 */
#include "scenario/run.h"

#include <string.h>

#define LIBC "/lib/libc.so.6"

/* Built in: bytes of each segment; every one of them needs libc. */
static const struct {
    const char *name;
    uint32_t text, rodata, data, bss;
} known_programs[] = {
    {"cat", 20480, 8192, 4096, 4096},
    {"grep", 122880, 28672, 8192, 4096},
    {"ls", 81920, 28672, 8192, 8192},
    {"sh", 81920, 20480, 8192, 12288},
    {"shell", 81920, 20480, 8192, 12288},
    {"bash", 786432, 196608, 49152, 40960},
    {"editor", 65536, 16384, 8192, 16384},
    {"browser", 131072, 65536, 32768, 65536},
};
static const struct {
    uint32_t text, data;
} known_libc = {24576, 8192};
enum { KNOWN = sizeof known_programs / sizeof known_programs[0] };

/* Where the declared locks begin behind the variables of a program's data. */
static uint64_t behind_globals(const struct expr *segment)
{
    uint64_t bytes = 0;
    for (const struct expr *global = segment->arguments; global; global = global->next) {
        bytes += 8;
    }
    return (bytes + 15) / 16 * 16;
}

static bool apply(vm_run *run, struct place place, struct vm_op op)
{
    return run_apply(run, place, &op);
}

static bool add_file(vm_run *run, struct place place, const char *name, uint64_t bytes,
    const struct statement *declared, uint32_t *object)
{
    uint32_t id = name_id(&run->names, name);
    void *array = run->program;
    struct program *slot = run_grow(&array, &run->programs, &run->programs_capacity, sizeof *slot);
    run->program = array;
    if (!slot || !id) {
        run->programs -= slot != NULL;
        return run_no_memory(run);
    }
    *slot = (struct program){.name = name, .declared = declared};
    struct vm_op op = {.kind = vm_op_kind_file, .u.file = {.name = id, .bytes = bytes}};
    if (!apply(run, place, op)) {
        return false;
    }
    *object = (uint32_t)vm_last(run_machine(run))->value;
    run->program[run->programs - 1].object = *object;
    return true;
}

static bool add_segment(
    vm_run *run, struct place place, uint32_t object, enum vm_vma_kind kind, uint64_t bytes)
{
    const uint64_t r = vm_prot_bit_read, w = vm_prot_bit_write, x = vm_prot_bit_exec;
    uint64_t prot = kind == vm_vma_kind_text ? r | x : kind == vm_vma_kind_rodata ? r : r | w;
    struct vm_op op = {.kind = vm_op_kind_segment,
        .u.segment = {.object = object, .kind = kind, .prot = prot, .bytes = bytes}};
    return bytes == 0 || apply(run, place, op);
}

static bool add_libc(vm_run *run, struct place place)
{
    uint32_t object = 0;
    return program_named(run, LIBC) ||
           (add_file(run, place, LIBC, 0, NULL, &object) &&
               add_segment(run, place, object, vm_vma_kind_text, known_libc.text) &&
               add_segment(run, place, object, vm_vma_kind_data, known_libc.data));
}

static bool add_need(vm_run *run, struct place place, uint32_t object, const char *library)
{
    const struct program *needed = program_named(run, library);
    if (!needed && strcmp(library, LIBC) == 0) {
        return true; /* declared before, by add_libc */
    }
    if (!needed) {
        return run_error(run, place, "declare it: file /lib/libc.so.6 { rx 24K  rw 8K }",
            "there is no file `%.60s`", library);
    }
    struct vm_op op = {
        .kind = vm_op_kind_needs, .u.needs = {.object = object, .library = needed->object}};
    return apply(run, place, op);
}

static uint64_t whole_pages(const vm_run *run, uint64_t bytes)
{
    uint64_t page = page_bytes(run);
    return (bytes + page - 1) / page * page;
}

static bool place_locks(vm_run *run, uint32_t object, uint64_t segment, uint64_t behind)
{
    struct program *program = &run->program[run->programs - 1];
    program->has_locks = true;
    program->locks_at = behind;
    return setup_lock_values(run, object, segment + behind);
}

bool setup_known(vm_run *run, struct place place, const char *name)
{
    uint32_t object = 0;
    uint64_t locks = setup_lock_bytes(run);
    for (size_t i = 0; i < KNOWN; i++) {
        if (strcmp(known_programs[i].name, name) == 0) {
            uint64_t data = known_programs[i].data;
            uint64_t at = whole_pages(run, known_programs[i].text) +
                          whole_pages(run, known_programs[i].rodata);
            return add_libc(run, place) &&
                   add_file(run, place, known_programs[i].name, 0, NULL, &object) &&
                   add_segment(run, place, object, vm_vma_kind_text, known_programs[i].text) &&
                   add_segment(run, place, object, vm_vma_kind_rodata, known_programs[i].rodata) &&
                   add_segment(run, place, object, vm_vma_kind_data, data > locks ? data : locks) &&
                   add_segment(run, place, object, vm_vma_kind_bss, known_programs[i].bss) &&
                   add_need(run, place, object, LIBC) && place_locks(run, object, at, 0);
        }
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, name);
    suggestion_offer(&suggestion, "empty");
    for (size_t i = 0; i < run->programs; i++) {
        suggestion_offer(&suggestion, run->program[i].name);
    }
    for (size_t i = 0; i < KNOWN; i++) {
        suggestion_offer(&suggestion, known_programs[i].name);
    }
    suggestion_hint(&suggestion, "declare it: program NAME { text 4K  data 4K }", hint);
    return run_error(run, place, hint, "there is no program `%.60s`", name);
}

size_t setup_program(vm_run *run, struct place place, const char *name)
{
    bool there = program_named(run, name) || setup_known(run, place, name);
    return there ? (size_t)(program_named(run, name) - run->program) + 1 : 0;
}

/* Where the bytes of a segment stand in the language, and what they become. */
static int segment_kind(const char *word, bool program)
{
    if (program) {
        int kind = vm_enum_named("vma_kind", word);
        return kind >= vm_vma_kind_text && kind <= vm_vma_kind_bss ? kind : -1;
    }
    return strcmp(word, "rx") == 0   ? (int)vm_vma_kind_text
           : strcmp(word, "r") == 0  ? (int)vm_vma_kind_rodata
           : strcmp(word, "rw") == 0 ? (int)vm_vma_kind_data
                                     : -1;
}

static bool segment_bytes(vm_run *run, const struct expr *segment, uint64_t *bytes)
{
    *bytes = 0;
    uint64_t globals = 0;
    for (const struct expr *global = segment->arguments; global; global = global->next) {
        globals += 8;
    }
    if (!segment->left && globals == 0) {
        return run_error(
            run, segment->place, "like text 4K", "the size of `%.60s` is missing", segment->text);
    }
    if (segment->left && !eval_constant(run, segment->left, bytes)) {
        return false;
    }
    *bytes = *bytes > globals ? *bytes : globals;
    return true;
}

/* tls { errno_ = 0 }: each thread has a copy of its own. */
static bool setup_tls(vm_run *run, const struct expr *segment, uint32_t object)
{
    if (segment->left || !segment->arguments) {
        return run_error(
            run, segment->place, "tls { errno_ = 0 }", "`tls` takes variables and no size");
    }
    for (const struct expr *one = segment->arguments; one; one = one->next) {
        uint64_t value = 0;
        if (one->left && !eval_constant(run, one->left, &value)) {
            return false;
        }
        struct vm_op op = {
            .kind = vm_op_kind_tls_word, .u.tls_word = {.object = object, .value = value}};
        if (!apply(run, one->place, op)) {
            return false;
        }
    }
    return true;
}

/* *at: where in the file the segment begins; moves behind it. */
static bool declare_segment(
    vm_run *run, const struct expr *segment, uint32_t object, bool program, uint64_t *at)
{
    int kind = segment_kind(segment->text, program);
    if (program && strcmp(segment->text, "tls") == 0) {
        return setup_tls(run, segment, object);
    }
    if (kind < 0) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, segment->text);
        suggestion_hint(&suggestion,
            program ? "text, rodata, data, bss, tls, needs" : "rx 24K  r 8K  rw 8K", hint);
        return run_error(run, segment->place, hint, "a %s has no part `%.60s`",
            program ? "program" : "file", segment->text);
    }
    uint64_t bytes = 0, from = *at, locks = program ? setup_lock_bytes(run) : 0;
    bool holds = program && kind == vm_vma_kind_data && !run->program[run->programs - 1].has_locks;
    uint64_t behind = behind_globals(segment);
    if (!segment_bytes(run, segment, &bytes)) {
        return false;
    }
    bytes = holds && locks && bytes < behind + locks ? behind + locks : bytes;
    if (!add_segment(run, segment->place, object, (enum vm_vma_kind)kind, bytes)) {
        return false;
    }
    if (kind == vm_vma_kind_bss) { /* in memory only */
        return setup_values(run, segment, 0, 0);
    }
    *at += whole_pages(run, bytes);
    return setup_values(run, segment, object, from) &&
           (!holds || place_locks(run, object, from, behind));
}

/* file /data 64 pages cached */
static bool setup_warm(vm_run *run, const struct statement *statement, uint32_t object)
{
    if (!statement->word || strcmp(statement->word, "cached") != 0) {
        return true;
    }
    return apply(run, statement->name_place,
        (struct vm_op){.kind = vm_op_kind_warm, .u.warm = {.object = object}});
}

/* A program without data has one for the locks; bss lies behind it. */
static bool add_data(vm_run *run, const struct statement *statement, uint32_t object, uint64_t *at)
{
    uint64_t locks = setup_lock_bytes(run), from = *at;
    for (const struct expr *part = statement->arguments; part; part = part->next) {
        locks = strcmp(part->text, "data") == 0 ? 0 : locks;
    }
    if (locks == 0 || run->program[run->programs - 1].has_locks) {
        return true;
    }
    *at += whole_pages(run, locks);
    return add_segment(run, statement->name_place, object, vm_vma_kind_data, locks) &&
           place_locks(run, object, from, 0);
}

bool setup_declare(vm_run *run, const struct statement *statement)
{
    bool program = statement->kind == STATEMENT_PROGRAM;
    if (statement->word && strcmp(statement->word, "device") == 0) {
        return setup_declare_device(run, statement);
    }
    uint64_t bytes = 0;
    uint32_t object = 0;
    if (program_named(run, statement->name)) {
        return run_error(run, statement->name_place, "give it another name",
            "`%.60s` is declared twice", statement->name);
    }
    if ((statement->value && !eval_constant(run, statement->value, &bytes)) ||
        !add_file(run, statement->name_place, statement->name, bytes, statement, &object)) {
        return false;
    }
    uint64_t at = whole_pages(run, bytes);
    for (const struct expr *part = statement->arguments; part; part = part->next) {
        bool bss = strcmp(part->text, "bss") == 0;
        if (program && bss && !add_data(run, statement, object, &at)) {
            return false;
        }
        if (!(program && strcmp(part->text, "needs") == 0) &&
            !setup_is_property(part->text, program) &&
            !declare_segment(run, part, object, program, &at)) {
            return false;
        }
    }
    if ((program && !add_data(run, statement, object, &at)) ||
        !setup_properties(run, statement, object)) {
        return false;
    }
    for (const struct expr *part = statement->arguments; part; part = part->next) {
        if (!program || strcmp(part->text, "needs") != 0) {
            continue;
        }
        for (const struct expr *library = part->left; library; library = library->next) {
            if (library->kind != EXPR_PATH) {
                return run_error(run, library->place, "needs /lib/libc.so.6", "expected a path");
            }
            if (!add_need(run, library->place, object, library->text)) {
                return false;
            }
        }
    }
    return setup_warm(run, statement, object);
}

static bool needs_libc(const struct statement *program)
{
    for (const struct expr *part = program->arguments; part; part = part->next) {
        for (const struct expr *library = strcmp(part->text, "needs") == 0 ? part->left : NULL;
             library; library = library->next) {
            if (library->kind == EXPR_PATH && strcmp(library->text, LIBC) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool start_known(vm_run *run, const struct statement *block)
{
    for (const struct statement *one = block; one; one = one->next) {
        if (one->kind == STATEMENT_START && strcmp(one->word, "empty") != 0 &&
            !program_named(run, one->word) && !setup_known(run, one->place, one->word)) {
            return false;
        }
        if (one->kind == STATEMENT_REPEAT && !start_known(run, one->body)) {
            return false;
        }
    }
    return true;
}

/* Files first, because programs need them; then programs; then the ones that come from the table.
 */
bool run_setup(vm_run *run)
{
    if (!setup_lock_names(run)) {
        return false;
    }
    const struct statement *first = run->chunk[0].scenario->first;
    for (const struct statement *one = first; one; one = one->next) {
        if (one->kind == STATEMENT_FILE && !setup_declare(run, one)) {
            return false;
        }
    }
    for (const struct statement *one = first; one; one = one->next) {
        if (one->kind == STATEMENT_PROGRAM &&
            ((needs_libc(one) && !add_libc(run, one->place)) || !setup_declare(run, one))) {
            return false;
        }
    }
    return start_known(run, first) && setup_devices(run, first);
}

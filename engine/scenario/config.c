/* SPDX-License-Identifier: MIT
 * The machine of a run: the preset of its kind, then the options of the `machine` line, then what
 * was given from outside. Parameters come first, because options may use them.
 */
#include "scenario/option.h"

#include <string.h>

static const struct place NOWHERE = {1, 1, 1};

#define SEEN(option) (UINT64_C(1) << OPTION_##option)
/* Options that say how addresses are cut up, and those of machines with or without pages. */
static bool options_fit(
    vm_run *run, const struct statement *statement, enum vm_machine_kind kind, uint64_t seen)
{
    const uint64_t shapes = SEEN(page) | SEEN(levels);
    const uint64_t pieces = SEEN(memory) | SEEN(base) | SEEN(segment_bits) | SEEN(fit) |
                            SEEN(list) | SEEN(coalesce) | SEEN(header) | SEEN(align) | SEEN(split);
    bool older = kind >= vm_machine_kind_base_bounds && kind <= vm_machine_kind_slab;
    bool shaped = kind == vm_machine_kind_custom || kind >= vm_machine_kind_linear;
    const uint64_t searched = SEEN(buckets) | SEEN(rows);
    if (older ? seen & ~(pieces | SEEN(va) | SEEN(seed)) : seen & pieces) {
        return run_error(run, statement->name_place,
            older ? "machine base-bounds { memory 64K  fit best }"
                  : "machine x86-64 { frames 64  swap 32 }",
            older ? "a machine without pages has no frames, swap slots, TLB or policy: its options "
                    "are memory, base, va, segment_bits, fit, list, coalesce, header, align, split"
                  : "memory in pieces (memory, base, fit, list, …) is for machines without pages");
    }
    if (!shaped && seen & (older ? shapes : shapes | SEEN(va))) {
        return run_error(run, statement->name_place,
            "machine custom { va 14  page 64  levels 4 4 }",
            "only a custom machine chooses va, page and levels");
    }
    if (seen & searched && kind != vm_machine_kind_inverted && kind != vm_machine_kind_hashed) {
        return run_error(run, statement->name_place, "machine inverted { frames 32  buckets 32 }",
            "buckets and rows are for inverted and hashed page tables");
    }
    return true;
}

/* Machines with one table cut their addresses themselves: a linear one in page and offset, the
 * kernel's tables of the others into levels of at most 10 bits. */
static void cut_addresses(struct vm_config *config)
{
    unsigned left = config->va_bits > config->page_shift ? config->va_bits - config->page_shift : 0;
    unsigned most = config->kind == vm_machine_kind_linear ? left : 10;
    memset(config->level_bits, 0, sizeof config->level_bits);
    for (config->levels = 0; left && config->levels < VM_LEVELS_MAX; config->levels++) {
        unsigned bits = left % most ? left % most : most;
        config->level_bits[config->levels] = (uint8_t)bits;
        left -= bits;
    }
}

static bool set_machine(vm_run *run, const struct statement *statement)
{
    int kind = machine_named(statement->name);
    if (kind < 0) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, statement->name);
        suggest_machine(&suggestion);
        suggestion_hint(&suggestion,
            "paper, x86-64, x86-64-5level, x86-32, sv39, custom, base-bounds, segmentation, "
            "free-list, buddy, slab, linear, inverted or hashed",
            hint);
        return run_error(
            run, statement->name_place, hint, "there is no machine `%.60s`", statement->name);
    }
    vm_config_preset((enum vm_machine_kind)kind, &run->config);
    uint64_t seen = 0;
    for (const struct expr *option = statement->arguments; option; option = option->next) {
        if (!option_set(run, option, &seen)) {
            return false;
        }
    }
    if (kind >= vm_machine_kind_linear && !(seen & SEEN(levels))) {
        cut_addresses(&run->config);
    }
    return options_fit(run, statement, (enum vm_machine_kind)kind, seen);
}

static bool set_override(vm_run *run, const struct override_copy *override)
{
    for (size_t i = 0; i < run->variables; i++) {
        if (strcmp(run->variable[i].name, override->name) == 0) {
            return true; /* taken by its `param` */
        }
    }
    enum config_taken taken = option_override(run, override);
    if (taken != CONFIG_NOT_MINE) {
        return taken == CONFIG_TAKEN;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, override->name);
    suggest_options(&suggestion);
    for (size_t i = 0; i < run->variables; i++) {
        suggestion_offer(&suggestion, run->variable[i].name);
    }
    suggestion_hint(&suggestion, "frames, swap, tlb, policy, seed, kernel, or a `param`", hint);
    return run_error(run, NOWHERE, hint, "nothing here is called `%.60s`", override->name);
}

static bool set_param(vm_run *run, const struct statement *statement)
{
    uint64_t value = 0;
    if (!eval_constant(run, statement->value, &value)) {
        return false;
    }
    for (size_t i = 0; i < run->overrides; i++) {
        if (strcmp(run->override[i].name, statement->name) == 0 &&
            !option_number(run->override[i].value, &value)) {
            return run_error(run, statement->name_place, "like n=8",
                "the value given for `%.60s` is not a number", statement->name);
        }
    }
    void *array = run->variable;
    struct variable *slot =
        run_grow(&array, &run->variables, &run->variables_capacity, sizeof *slot);
    run->variable = array;
    if (!slot) {
        return run_no_memory(run);
    }
    *slot = (struct variable){.name = statement->name, .value = value};
    run->parameters = run->variables;
    return true;
}

bool config_of(vm_run *run)
{
    const struct statement *machine = NULL;
    struct vm_limits limits = run->config.limits;
    struct vm_allocator allocator = run->config.allocator;
    vm_config_preset(vm_machine_kind_x86_64, &run->config);
    for (const struct statement *one = run->chunk[0].scenario->first; one; one = one->next) {
        if (one->kind == STATEMENT_PARAM && !set_param(run, one)) {
            return false;
        }
        if (one->kind == STATEMENT_MACHINE && machine) {
            return run_error(run, one->place, "keep one of them", "a second machine");
        }
        machine = one->kind == STATEMENT_MACHINE ? one : machine;
    }
    if (machine && !set_machine(run, machine)) {
        return false;
    }
    for (size_t i = 0; i < run->overrides; i++) {
        if (!set_override(run, &run->override[i])) {
            return false;
        }
    }
    run->config.limits = limits;
    run->config.allocator = allocator;
    const char *problem = vm_config_problem(&run->config);
    if (problem) {
        return run_error(run, machine ? machine->name_place : NOWHERE,
            "like machine x86-64 { frames 64  swap 32 }", "%s", problem);
    }
    run->random = run->config.seed;
    return true;
}

/* SPDX-License-Identifier: MIT
 * The machine of a run: the preset of its kind, then the options of the `machine` line, then what
 * was given from outside. Parameters come first, because options may use them.
 */
#include "scenario/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct place NOWHERE = {1, 1, 1};

enum option_kind {
    OPTION_frames,
    OPTION_swap,
    OPTION_tlb,
    OPTION_policy,
    OPTION_seed,
    OPTION_kernel,
    OPTION_asids,
    OPTION_aslr,
    OPTION_tables,
    OPTION_va,
    OPTION_page,
    OPTION_levels,
    OPTION_thp,
    OPTION_kpti,
    OPTION_overcommit,
    OPTION_overcommit_ratio,
    OPTION_stack_limit,
    OPTION_stack_guard_gap,
    OPTION_faultaround,
    OPTION_readahead,
    OPTION_pagecluster,
    OPTION_COUNT
};
static const char *const option_names[OPTION_COUNT] = {"frames", "swap", "tlb", "policy", "seed",
    "kernel", "asids", "aslr", "tables", "va", "page", "levels", "thp", "kpti", "overcommit",
    "overcommit_ratio", "stack_limit", "stack_guard_gap", "faultaround", "readahead",
    "pagecluster"};

static int option_named(const char *name)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(option_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static void suggest_options(struct suggestion *suggestion)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        suggestion_offer(suggestion, option_names[i]);
    }
    config_scarcity_words(suggestion);
}

static bool set_policy(vm_run *run, struct place place, const char *name)
{
    int policy = vm_policy_named(name);
    if (policy >= 0) {
        run->config.policy = (enum vm_policy_kind)policy;
        return true;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX], all[SUGGESTION_MAX] = "";
    suggestion_begin(&suggestion, name);
    for (unsigned i = 0; i < vm_policy_kind_count; i++) {
        suggestion_offer(&suggestion, vm_policy_desc(i)->name);
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", vm_policy_desc(i)->name);
    }
    suggestion_hint(&suggestion, all, hint);
    return run_error(run, place, hint, "there is no policy `%.60s`", name);
}

static bool set_thp(vm_run *run, struct place place, const char *name)
{
    int thp = vm_enum_named("thp", name);
    if (thp < 0) {
        return run_error(run, place, "never, madvise or always",
            "`%.60s` does not say when huge pages are used", name);
    }
    run->config.thp = (enum vm_thp)thp;
    return true;
}

static bool set_overcommit(vm_run *run, struct place place, const char *name)
{
    int overcommit = vm_enum_named("overcommit", name);
    if (overcommit < 0) {
        return run_error(run, place, "heuristic, always or never",
            "`%.60s` does not say what the kernel may promise", name);
    }
    run->config.overcommit = (enum vm_overcommit)overcommit;
    return true;
}

/* The options whose value is a word. */
static bool set_word(vm_run *run, int kind, struct place place, const char *word)
{
    return kind == OPTION_policy ? set_policy(run, place, word)
           : kind == OPTION_thp  ? set_thp(run, place, word)
                                 : set_overcommit(run, place, word);
}

static bool is_word(int kind)
{
    return kind == OPTION_policy || kind == OPTION_thp || kind == OPTION_overcommit;
}

/* log2 of a power of two; 0 when it is none. */
static uint8_t log2_of(uint64_t n)
{
    uint8_t shift = 0;
    while (shift < 63 && (UINT64_C(1) << shift) < n) {
        shift++;
    }
    return n > 1 && (UINT64_C(1) << shift) == n ? shift : 0;
}

/* Values of one option: n numbers, at most VM_LEVELS_MAX. */
static bool set_numbers(
    vm_run *run, struct place place, enum option_kind option, const uint64_t *value, size_t n)
{
    struct vm_config *config = &run->config;
    for (size_t i = 0; i < n; i++) {
        if (value[i] > UINT32_MAX && option != OPTION_seed && option != OPTION_stack_limit) {
            return run_error(run, place, "choose a smaller one",
                "this number is too large for `%s`", option_names[option]);
        }
    }
    bool many = option == OPTION_levels || (option == OPTION_tlb && n == 2);
    if (n == 0 || (n > 1 && !many)) {
        return run_error(run, place, option == OPTION_tlb ? "tlb 16, or tlb 4x4" : "like frames 64",
            "`%s` takes %s", option_names[option],
            option == OPTION_levels ? "the index bits of each level" : "one number");
    }
    uint32_t first = (uint32_t)value[0];
    switch (option) {
    case OPTION_frames:
        config->frames = first;
        break;
    case OPTION_swap:
        config->slots = first;
        break;
    case OPTION_kernel:
        config->kernel_frames = first;
        break;
    case OPTION_seed:
        config->seed = value[0];
        break;
    case OPTION_overcommit_ratio:
        config->overcommit_ratio = (uint8_t)(first > 255 ? 255 : first);
        break;
    case OPTION_stack_limit:
        config->stack_limit = value[0];
        break;
    case OPTION_stack_guard_gap:
        config->stack_guard_gap = first;
        break;
    case OPTION_faultaround:
        config->fault_around = first;
        break;
    case OPTION_readahead:
        config->readahead = first;
        break;
    case OPTION_pagecluster:
        config->page_cluster = (uint8_t)(first > 255 ? 255 : first);
        break;
    case OPTION_va:
        config->va_bits = (uint8_t)(first > 255 ? 255 : first);
        break;
    case OPTION_page:
        config->page_shift = log2_of(value[0]);
        if (!config->page_shift) {
            return run_error(run, place, "16, 64, 4K, …", "a page's size must be a power of two");
        }
        break;
    case OPTION_tlb:
        config->tlb_sets = n == 2 ? first : first > 0;
        config->tlb_ways = n == 2 ? (uint32_t)value[1] : first;
        break;
    case OPTION_levels:
        config->levels = (uint8_t)n;
        memset(config->level_bits, 0, sizeof config->level_bits);
        for (size_t i = 0; i < n && i < VM_LEVELS_MAX; i++) {
            config->level_bits[i] = (uint8_t)(value[i] > 255 ? 255 : value[i]);
        }
        break;
    default:
        break;
    }
    return true;
}

/* The options that are on or off. */
static bool *flag_of(vm_run *run, int kind)
{
    return kind == OPTION_asids    ? &run->config.asids
           : kind == OPTION_aslr   ? &run->config.aslr
           : kind == OPTION_kpti   ? &run->config.kpti
           : kind == OPTION_tables ? &run->config.tables_outside
                                   : NULL;
}

static bool set_option(vm_run *run, const struct expr *option, uint32_t *shape)
{
    enum config_taken taken = config_scarcity(run, option);
    if (taken != CONFIG_NOT_MINE) {
        return taken == CONFIG_TAKEN;
    }
    int kind = option_named(option->text);
    if (kind < 0) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, option->text);
        suggest_options(&suggestion);
        suggestion_hint(
            &suggestion, "frames, swap, tlb, policy, seed, kernel, asids, aslr, tables", hint);
        return run_error(run, option->place, hint, "a machine has no option `%.60s`", option->text);
    }
    *shape |= UINT32_C(1) << kind;
    if (is_word(kind)) {
        return set_word(run, kind, option->left->place, option->left->text);
    }
    if (kind == OPTION_tables) {
        bool outside = strcmp(option->arguments->text, "outside") == 0;
        run->config.tables_outside = outside;
        return outside || strcmp(option->arguments->text, "inside") == 0 ||
               run_error(run, option->arguments->place, "tables outside", "expected `outside`");
    }
    uint64_t value[VM_LEVELS_MAX] = {0};
    size_t n = 0;
    for (const struct expr *one = option->left; one; one = one->next) {
        if (n == VM_LEVELS_MAX) {
            return run_error(run, one->place, "at most five", "too many numbers");
        }
        if (!eval_constant(run, one, &value[n++])) {
            return false;
        }
    }
    bool *flag = flag_of(run, kind);
    if (flag && kind != OPTION_tables) {
        *flag = n == 0 || value[0] != 0;
        return true;
    }
    return set_numbers(run, option->place, (enum option_kind)kind, value, n);
}

static bool set_machine(vm_run *run, const struct statement *statement)
{
    int kind = machine_named(statement->name);
    if (kind < 0) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, statement->name);
        suggest_machine(&suggestion);
        suggestion_hint(&suggestion, "paper, x86-64, x86-64-5level, x86-32, sv39 or custom", hint);
        return kind == -2 ? run_error(run, statement->name_place, "try paper, x86-64 or custom",
                                "the machine `%.60s` cannot run yet", statement->name)
                          : run_error(run, statement->name_place, hint,
                                "there is no machine `%.60s`", statement->name);
    }
    vm_config_preset((enum vm_machine_kind)kind, &run->config);
    uint32_t shape = 0;
    for (const struct expr *option = statement->arguments; option; option = option->next) {
        if (!set_option(run, option, &shape)) {
            return false;
        }
    }
    const uint32_t shapes =
        UINT32_C(1) << OPTION_va | UINT32_C(1) << OPTION_page | UINT32_C(1) << OPTION_levels;
    if (kind != vm_machine_kind_custom && shape & shapes) {
        return run_error(run, statement->name_place,
            "machine custom { va 14  page 64  levels 4 4 }",
            "only a custom machine chooses va, page and levels");
    }
    return true;
}

/* What was given from outside as text: a number like those of the language, or a policy. */
static bool override_number(const char *text, uint64_t *out)
{
    char *end = NULL;
    bool hex = text[0] == '0' && (text[1] | 32) == 'x';
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    unsigned long long n = strtoull(text, &end, hex ? 16 : 10);
    uint64_t unit = lexer_unit(end, strlen(end));
    if (!unit || n > UINT64_MAX / unit) {
        return false;
    }
    *out = n * unit;
    return true;
}

static bool override_tlb(vm_run *run, const char *text)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    uint64_t value[2] = {strtoull(text, &end, 10), 0};
    bool two = *end == 'x' && end[1] >= '0' && end[1] <= '9';
    if (two) {
        value[1] = strtoull(end + 1, &end, 10);
    }
    return *end == '\0' && set_numbers(run, NOWHERE, OPTION_tlb, value, two ? 2 : 1);
}

static bool set_override(vm_run *run, const struct override_copy *override)
{
    for (size_t i = 0; i < run->variables; i++) {
        if (strcmp(run->variable[i].name, override->name) == 0) {
            return true; /* taken by its `param` */
        }
    }
    enum config_taken taken = config_scarcity_override(run, override);
    if (taken != CONFIG_NOT_MINE) {
        return taken == CONFIG_TAKEN;
    }
    int kind = option_named(override->name);
    uint64_t number = 0;
    if (is_word(kind)) {
        return set_word(run, kind, NOWHERE, override->value);
    }
    if (kind == OPTION_tlb) {
        return override_tlb(run, override->value) || run->diagnostics.errors ||
               run_error(run, NOWHERE, "tlb=16 or tlb=4x4", "the value of `tlb` is not understood");
    }
    if (kind >= 0 && !override_number(override->value, &number)) {
        return run_error(
            run, NOWHERE, "like frames=8", "the value of `%.60s` is not a number", override->name);
    }
    if (kind >= 0 && flag_of(run, kind)) {
        *flag_of(run, kind) = number != 0;
        return true;
    }
    if (kind >= 0) {
        return set_numbers(run, NOWHERE, (enum option_kind)kind, &number, 1);
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
            !override_number(run->override[i].value, &value)) {
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

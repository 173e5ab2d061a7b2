/* SPDX-License-Identifier: MIT
 * Options of a machine for when memory is short: watermarks 4 8 12, dirty 8, local, global; and for
 * what time costs: swap on ssd, files on disk, cost dram 90 (nanoseconds).
 */
#include "scenario/run.h"

#include <stdlib.h>
#include <string.h>

#define NS_MAX UINT64_C(1000000000000) /* a thousand seconds */
#define PS_IN_NS 1000

static const struct place NOWHERE = {1, 1, 1};

static enum config_taken wrong(vm_run *run, struct place place, const char *hint, const char *what)
{
    run_error(run, place, hint, "%s", what);
    return CONFIG_WRONG;
}

static enum config_taken set_numbers(
    vm_run *run, struct place place, const char *name, const uint64_t *value, size_t n)
{
    struct vm_config *config = &run->config;
    for (size_t i = 0; i < n; i++) {
        if (value[i] > UINT32_MAX) {
            return wrong(run, place, "choose a smaller one", "this number is too large");
        }
    }
    if (strcmp(name, "watermarks") == 0) {
        if (n != 3) {
            return wrong(run, place, "watermarks 4 8 12",
                "`watermarks` takes three numbers of free frames: min, low, high");
        }
        config->watermark_min = (uint32_t)value[0];
        config->watermark_low = (uint32_t)value[1];
        config->watermark_high = (uint32_t)value[2];
        return CONFIG_TAKEN;
    }
    if (strcmp(name, "dirty") == 0) {
        if (n != 1) {
            return wrong(run, place, "dirty 8", "`dirty` takes the number of dirty file pages");
        }
        config->dirty_background = (uint32_t)value[0];
        return CONFIG_TAKEN;
    }
    bool on = n == 0 || value[0] != 0;
    config->local = on == (strcmp(name, "local") == 0);
    return CONFIG_TAKEN;
}

static bool set_medium(vm_run *run, struct place place, bool swap, const char *name)
{
    int medium = vm_enum_named("medium", name);
    if (medium >= 0) {
        *(swap ? &run->config.swap_on : &run->config.files_on) = (enum vm_medium)medium;
        return true;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, name);
    for (unsigned i = 0; i < vm_medium_count; i++) {
        suggestion_offer(&suggestion, vm_enum_name("medium", i));
    }
    suggestion_hint(&suggestion, "ssd, disk, network, dram, tape", hint);
    return run_error(run, place, hint, "there is no medium `%.40s`", name);
}

/* A medium has a price, and so has each cost that is the CPU's own. */
static bool set_cost(vm_run *run, struct place place, const char *name, uint64_t nanoseconds)
{
    int medium = vm_enum_named("medium", name), cost = vm_enum_named("cost", name);
    if (nanoseconds > NS_MAX) {
        return run_error(run, place, "cost disk 10000000", "a step costs at most 1000 seconds");
    }
    if (medium >= 0) {
        run->config.latency[medium] = nanoseconds * PS_IN_NS;
        return true;
    }
    if (cost >= 0 && vm_cost_desc((unsigned)cost)->where == vm_where_cpu) {
        run->config.cost[cost] = nanoseconds * PS_IN_NS;
        return true;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, name);
    for (unsigned i = 0; i < vm_medium_count; i++) {
        suggestion_offer(&suggestion, vm_enum_name("medium", i));
    }
    for (unsigned i = 0; i < vm_cost_count; i++) {
        suggestion_offer(&suggestion, vm_enum_name("cost", i));
    }
    if (cost >= 0) {
        return run_error(
            run, place, "cost dram 90, swap on disk", "`%.40s` costs what its medium costs", name);
    }
    suggestion_hint(&suggestion, "sram, dram, ssd, disk, network, trap, syscall, …", hint);
    return run_error(run, place, hint, "nothing that costs time is called `%.40s`", name);
}

static bool is_number_option(const char *name)
{
    return strcmp(name, "watermarks") == 0 || strcmp(name, "dirty") == 0 ||
           strcmp(name, "local") == 0 || strcmp(name, "global") == 0;
}

void config_scarcity_words(struct suggestion *suggestion)
{
    static const char *const words[] = {
#define NUMBER(word, field, says)
#define WORD(word, field, words, says)
#define FLAG(word, field, says)
#define SPECIAL(word, says)
#define SCARCE(word, usage, says) #word,
#include "scenario/options.def"
#undef NUMBER
#undef WORD
#undef FLAG
#undef SPECIAL
#undef SCARCE
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        suggestion_offer(suggestion, words[i]);
    }
}

enum config_taken config_scarcity(vm_run *run, const struct expr *option)
{
    const char *name = option->text;
    bool swap = strcmp(name, "swap") == 0, files = strcmp(name, "files") == 0;
    if (swap || files) {
        const struct expr *medium = option->arguments;
        if (files && (!medium || option->left)) {
            return wrong(run, option->place, "files on disk", "`files` says on which medium");
        }
        if (medium && !set_medium(run, medium->place, swap, medium->text)) {
            return CONFIG_WRONG;
        }
        return medium && !option->left ? CONFIG_TAKEN : CONFIG_NOT_MINE; /* swap 32 on ssd */
    }
    bool cost = strcmp(name, "cost") == 0;
    if (!cost && !is_number_option(name)) {
        return CONFIG_NOT_MINE;
    }
    uint64_t value[4] = {0};
    size_t n = 0;
    for (const struct expr *one = option->left; one; one = one->next) {
        if (n == 4) {
            return wrong(run, one->place, "watermarks 4 8 12", "too many numbers");
        }
        if (!eval_constant(run, one, &value[n++])) {
            return CONFIG_WRONG;
        }
    }
    if (!cost) {
        return set_numbers(run, option->place, name, value, n);
    }
    const struct expr *what = option->arguments;
    if (n != 1) {
        return wrong(run, what->place, "cost dram 90", "`cost` takes what, and its nanoseconds");
    }
    return set_cost(run, what->place, what->text, value[0]) ? CONFIG_TAKEN : CONFIG_WRONG;
}

/* Numbers as text, joined by commas; returns how many, 5 when they are not understood. */
static size_t numbers_of(const char *text, uint64_t value[4])
{
    size_t n = 0;
    while (n < 4) {
        char *end = NULL;
        if (*text < '0' || *text > '9') {
            return 5;
        }
        value[n++] = strtoull(text, &end, 10);
        if (*end == '\0') {
            return n;
        }
        if (*end != ',') {
            return 5;
        }
        text = end + 1;
    }
    return 5;
}

enum config_taken config_scarcity_override(vm_run *run, const struct override_copy *override)
{
    const char *name = override->name;
    if (strcmp(name, "swap_on") == 0 || strcmp(name, "files_on") == 0) {
        bool swap = name[0] == 's';
        return set_medium(run, NOWHERE, swap, override->value) ? CONFIG_TAKEN : CONFIG_WRONG;
    }
    if (!is_number_option(name)) {
        return CONFIG_NOT_MINE;
    }
    uint64_t value[4];
    size_t n = numbers_of(override->value, value);
    if (n > 4) {
        return wrong(run, NOWHERE, "like watermarks=4,8,12 or dirty=8",
            "the value of this option is no number, and no numbers joined by commas");
    }
    return set_numbers(run, NOWHERE, name, value, n);
}

/* SPDX-License-Identifier: MIT
 * One option of a machine: what kind of value it takes, and the field of the configuration it goes
 * to. Whether the machine makes sense as a whole is vm_config_problem's question.
 */
#include "scenario/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct place NOWHERE = {1, 1, 1};

enum option_shape { SHAPE_NUMBER, SHAPE_WORD, SHAPE_FLAG, SHAPE_SPECIAL };
struct option {
    const char *name;
    enum option_shape shape;
    size_t offset, size;             /* of the field */
    const char *type, *words, *says; /* of a word */
};
#define FIELD_OF(field) offsetof(struct vm_config, field), sizeof(((struct vm_config *)0)->field)
static const struct option options[OPTION_COUNT] = {
#define NUMBER(word, field, about) {#word, SHAPE_NUMBER, FIELD_OF(field), NULL, NULL, NULL},
#define WORD(word, field, words, says) {#word, SHAPE_WORD, FIELD_OF(field), #field, words, says},
#define FLAG(word, field, about) {#word, SHAPE_FLAG, FIELD_OF(field), NULL, NULL, NULL},
#define SPECIAL(word, about) {#word, SHAPE_SPECIAL, 0, 0, NULL, NULL, NULL},
#define SCARCE(word, usage, about)
#include "scenario/options.def"
#undef NUMBER
#undef WORD
#undef FLAG
#undef SPECIAL
#undef SCARCE
};

int option_named(const char *name)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

void suggest_options(struct suggestion *suggestion)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        suggestion_offer(suggestion, options[i].name);
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

/* Writes a number into a field of 1, 4 or 8 bytes; false: it does not fit. */
static bool put_field(struct vm_config *config, const struct option *option, uint64_t value)
{
    char *field = (char *)config + option->offset;
    uint8_t byte = (uint8_t)value;
    uint32_t word = (uint32_t)value;
    if (option->size < 8 && value >> (8 * option->size)) {
        return false;
    }
    memcpy(field,
        option->size == 1   ? (const void *)&byte
        : option->size == 4 ? (const void *)&word
                            : (const void *)&value,
        option->size);
    return true;
}

static bool is_word(int kind)
{
    return kind == OPTION_policy || (kind >= 0 && options[kind].shape == SHAPE_WORD);
}

static bool set_word(vm_run *run, int kind, struct place place, const char *word)
{
    if (kind == OPTION_policy) {
        return set_policy(run, place, word);
    }
    int value = vm_enum_named(options[kind].type, word);
    if (value < 0) {
        return run_error(
            run, place, options[kind].words, "`%.60s` does not say %s", word, options[kind].says);
    }
    return put_field(&run->config, &options[kind], (uint64_t)value);
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

static bool set_special(
    vm_run *run, struct place place, enum option_kind kind, const uint64_t *value, size_t n)
{
    struct vm_config *config = &run->config;
    if (kind == OPTION_page) {
        config->page_shift = log2_of(value[0]);
        return config->page_shift ||
               run_error(run, place, "16, 64, 4K, …", "a page's size must be a power of two");
    }
    if (kind == OPTION_tlb) {
        config->tlb_sets = n == 2 ? (uint32_t)value[0] : value[0] > 0;
        config->tlb_ways = (uint32_t)value[n == 2];
        return true;
    }
    config->levels = (uint8_t)n;
    memset(config->level_bits, 0, sizeof config->level_bits);
    for (size_t i = 0; i < n; i++) {
        config->level_bits[i] = (uint8_t)(value[i] > 255 ? 255 : value[i]);
    }
    return true;
}

/* Values of one option: n numbers, at most VM_LEVELS_MAX. */
static bool set_numbers(
    vm_run *run, struct place place, enum option_kind kind, const uint64_t *value, size_t n)
{
    const struct option *option = &options[kind];
    bool many = kind == OPTION_levels || (kind == OPTION_tlb && n == 2);
    if (n == 0 || (n > 1 && !many)) {
        return run_error(run, place, kind == OPTION_tlb ? "tlb 16, or tlb 4x4" : "like frames 64",
            "`%s` takes %s", option->name,
            kind == OPTION_levels ? "the index bits of each level" : "one number");
    }
    bool fits = true;
    for (size_t i = 0; i < n && option->shape == SHAPE_SPECIAL; i++) {
        fits = fits && value[i] <= UINT32_MAX;
    }
    if (option->shape == SHAPE_NUMBER) {
        fits = put_field(&run->config, option, value[0]);
    }
    if (!fits) {
        return run_error(
            run, place, "choose a smaller one", "this number is too large for `%s`", option->name);
    }
    return option->shape == SHAPE_NUMBER || set_special(run, place, kind, value, n);
}

static bool set_tables(vm_run *run, const struct expr *where)
{
    bool outside = strcmp(where->text, "outside") == 0;
    run->config.tables_outside = outside;
    return outside || strcmp(where->text, "inside") == 0 ||
           run_error(run, where->place, "tables outside", "expected `outside`");
}

static bool no_such_option(vm_run *run, const struct expr *option)
{
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, option->text);
    suggest_options(&suggestion);
    suggestion_hint(
        &suggestion, "frames, swap, tlb, policy, seed, kernel, asids, aslr, tables", hint);
    return run_error(run, option->place, hint, "a machine has no option `%.60s`", option->text);
}

bool option_set(vm_run *run, const struct expr *option, uint64_t *seen)
{
    enum config_taken taken = config_scarcity(run, option);
    if (taken != CONFIG_NOT_MINE) {
        return taken == CONFIG_TAKEN;
    }
    int kind = option_named(option->text);
    if (kind < 0) {
        return no_such_option(run, option);
    }
    *seen |= UINT64_C(1) << kind;
    if (is_word(kind)) {
        return set_word(run, kind, option->left->place, option->left->text);
    }
    if (kind == OPTION_tables) {
        return set_tables(run, option->arguments);
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
    if (options[kind].shape == SHAPE_FLAG) {
        return put_field(&run->config, &options[kind], n == 0 || value[0] != 0);
    }
    return set_numbers(run, option->place, (enum option_kind)kind, value, n);
}

bool option_number(const char *text, uint64_t *out)
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

static bool override_set(vm_run *run, int kind, const struct override_copy *override)
{
    uint64_t number = 0;
    if (is_word(kind)) {
        return set_word(run, kind, NOWHERE, override->value);
    }
    if (kind == OPTION_tlb) {
        return override_tlb(run, override->value) || run->diagnostics.errors ||
               run_error(run, NOWHERE, "tlb=16 or tlb=4x4", "the value of `tlb` is not understood");
    }
    if (!option_number(override->value, &number)) {
        return run_error(
            run, NOWHERE, "like frames=8", "the value of `%.60s` is not a number", override->name);
    }
    if (kind == OPTION_tables) {
        run->config.tables_outside = number != 0;
        return true;
    }
    if (options[kind].shape == SHAPE_FLAG) {
        return put_field(&run->config, &options[kind], number != 0);
    }
    return set_numbers(run, NOWHERE, (enum option_kind)kind, &number, 1);
}

enum config_taken option_override(vm_run *run, const struct override_copy *override)
{
    enum config_taken taken = config_scarcity_override(run, override);
    int kind = option_named(override->name);
    if (taken != CONFIG_NOT_MINE || kind < 0) {
        return taken;
    }
    return override_set(run, kind, override) ? CONFIG_TAKEN : CONFIG_WRONG;
}

/* SPDX-License-Identifier: MIT
 * Each type that is not simply a number is named here once.
 */
#include "command/value.h"
#include "vm/describe.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is(const char *type, const char *name)
{
    return strcmp(type, name) == 0;
}

static void print_number(uint64_t value, bool hex)
{
    printf(hex ? "0x%" PRIx64 : "%" PRIu64, value);
}

/* Bytes of a word, the lowest first; those behind the last that is not 0 are not there. */
static void print_text(uint64_t word)
{
    putchar('"');
    for (; word; word >>= 8) {
        unsigned char c = (unsigned char)word;
        printf(c < ' ' || c > '~' || c == '"' || c == '\\' ? "\\x%02x" : "%c", c);
    }
    putchar('"');
}

/* The same as one sees it within a sentence. */
static void say_text(uint64_t word)
{
    for (; word; word >>= 8) {
        unsigned char c = (unsigned char)word;
        if (c >= ' ' && c <= '~') {
            putchar(c);
        } else if (c) {
            printf("%s", c == '\n' ? "⏎" : "·");
        }
    }
}

/* The bits of a type that is written as "prot" are those of "prot_bits". Rights are letters, as
 * /proc/PID/maps has them. */
static void print_bits(const struct vm_type_desc *type, uint64_t value, bool exact)
{
    char name[64];
    snprintf(name, sizeof name, "%.50s_bits", type->written);
    const struct vm_type_desc *bits = vm_type_named(name);
    bool any = false, letters = is(type->name, "prot");
    for (size_t i = 0; bits && i < bits->values_n; i++) {
        const struct vm_value_desc *bit = &bits->values[i];
        if (!(value >> bit->position & 1)) {
            printf("%s", letters ? "-" : "");
            continue;
        }
        printf("%s%s",
            !any || letters ? ""
            : exact         ? "|"
                            : ", ",
            exact && !letters ? bit->name : bit->words);
        any = true;
    }
    printf("%s", any || letters ? "" : exact ? "0" : "none");
}

/* False: the type, or this value of it, has no word in the tables. */
static bool print_word(const char *type, uint64_t value, bool exact)
{
    const struct vm_type_desc *desc = vm_type_named(type);
    const char *word = NULL;
    if (is(type, "op")) {
        word = vm_op_desc((unsigned)value) ? vm_op_desc((unsigned)value)->name : NULL;
    } else if (is(type, "policy")) {
        const struct vm_policy_desc *policy = vm_policy_desc((unsigned)value);
        word = !policy ? NULL : exact ? policy->name : policy->title;
    } else if (desc && desc->shape == vm_shape_enum) {
        word = exact ? vm_enum_name(type, value) : vm_enum_words(type, value);
    } else if (desc && desc->shape == vm_shape_flags) {
        print_bits(desc, value, exact);
        return true;
    }
    printf("%s", word ? word : "");
    return word != NULL;
}

void value_print(const char *type, uint64_t value, enum value_form form)
{
    bool exact = form == VALUE_EXACT, counted = form == VALUE_DECIMAL;
    size_t stem = strcspn(type, "_");
    if (print_word(type, value, exact)) {
        return;
    }
    if (is(type, "text")) {
        exact ? print_text(value) : say_text(value);
    } else if (is(type, "va") || is(type, "pa") || is(type, "pte")) {
        print_number(value, true);
    } else if (is(type, "vpn") || is(type, "frame") || is(type, "slot")) {
        print_number(value, !counted);
    } else if (is(type + stem, "_opt") && !value) {
        printf("none");
    } else if (is(type, "frame_opt") || is(type, "slot_opt")) {
        print_number(value - 1, !counted);
    } else if (is(type, "fd_opt")) {
        print_number(value - 1, false);
    } else if (is(type, "cpu") || is(type, "cpu_opt")) {
        printf(exact ? "%" PRIu64 : "CPU %" PRIu64, value - is(type, "cpu_opt"));
    } else if (is(type, "bool") && !exact) {
        printf("%s", value ? "yes" : "no");
    } else if (is(type, "mode_bits")) {
        printf("0%" PRIo64, value);
    } else {
        print_number(value, false);
    }
}

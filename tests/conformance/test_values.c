/* SPDX-License-Identifier: MIT
 * How a terminal writes a value of each type: exactly for --events, in words for --explain. A type
 * that is no plain number must have a row here.
 */
#include "command/value.h"
#include "support_command.h"
#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct written {
    const char *type;
    uint64_t value;
    const char *exact, *hex, *decimal;
} rows[] = {
    {"text", 0x0a6f6c6c6548, "\"Hello\\x0a\"", "Hello⏎", "Hello⏎"},
    {"text", 0x22005c01, "\"\\x01\\x5c\\x00\\x22\"", "·\\\"", "·\\\""},
    {"text", 0, "\"\"", "", ""},
    {"text", UINT64_MAX, "\"\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\"", "········", "········"},
    {"bool", 1, "1", "yes", "yes"},
    {"bool", 0, "0", "no", "no"},
    {"cpu", 0, "0", "CPU 0", "CPU 0"},
    {"cpu_opt", 0, "none", "none", "none"},
    {"cpu_opt", 2, "1", "CPU 1", "CPU 1"},
    {"va", 0x1000, "0x1000", "0x1000", "0x1000"},
    {"pa", 4095, "0xfff", "0xfff", "0xfff"},
    {"pte", 0x14003, "0x14003", "0x14003", "0x14003"},
    {"vpn", 16, "0x10", "0x10", "16"},
    {"frame", 0, "0x0", "0x0", "0"},
    {"slot", 10, "0xa", "0xa", "10"},
    {"frame_opt", 0, "none", "none", "none"},
    {"frame_opt", 1, "0x0", "0x0", "0"},
    {"slot_opt", 17, "0x10", "0x10", "16"},
    {"fd_opt", 0, "none", "none", "none"},
    {"fd_opt", 3, "2", "2", "2"},
    {"mode_bits", 0644, "0644", "0644", "0644"},
    {"op", vm_op_kind_fork, "fork", "fork", "fork"},
    {"policy", vm_policy_kind_clock, "clock", "CLOCK", "CLOCK"},
    {"access", vm_access_store, "store", "writes", "writes"},
    {"prot", 3, "rw-", "rw-", "rw-"},
    {"prot", 0, "---", "---", "---"},
    {"map", vm_map_bit_shared | vm_map_bit_growsdown, "shared|growsdown", "shared, grows down",
        "shared, grows down"},
    {"open", 0, "0", "none", "none"},
    {"num", 1234567, "1234567", "1234567", "1234567"},
    {"u64", UINT64_MAX, "18446744073709551615", "18446744073709551615", "18446744073709551615"},
};

/* value_print as a command: the number of a row, and a form. */
static int print_row(int argc, char **argv)
{
    const struct written *row = &rows[atoi(argv[1])];
    (void)argc;
    value_print(row->type, row->value, (enum value_form)atoi(argv[2]));
    return 0;
}

static void expect_written(size_t i, enum value_form form, const char *wanted)
{
    char number[24], how[24], *argv[] = {"value", number, how, NULL};
    snprintf(number, sizeof number, "%zu", i);
    snprintf(how, sizeof how, "%d", (int)form);
    captured(print_row, 3, argv);
    assert_string_equal(out_text, wanted);
}

static void each_type_is_written_in_its_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_non_null(vm_type_named(rows[i].type));
        expect_written(i, VALUE_EXACT, rows[i].exact);
        expect_written(i, VALUE_HEX, rows[i].hex);
        expect_written(i, VALUE_DECIMAL, rows[i].decimal);
    }
}

/* Counted in numbers, or things that have a name in a run (sentence.c). */
static bool is_number(const char *type)
{
    static const char *const plain[] = {"num", "u64", "bytes", "pid", "tid", "asid", "lock",
        "table", "object", "vma", "name", "seen", "uid", "fd", "ns"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(plain[i], type) == 0) {
            return true;
        }
    }
    return false;
}

static void no_type_is_a_number_unnoticed(void **state)
{
    (void)state;
    size_t n;
    const struct vm_type_desc *type = vm_types(&n);
    for (size_t i = 0; i < n; i++) {
        bool found = is_number(type[i].name) || type[i].shape == vm_shape_enum ||
                     type[i].shape == vm_shape_flags;
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
            found = found || strcmp(rows[k].type, type[i].name) == 0;
        }
        if (!found) {
            fail_msg("how a terminal writes a %s is not said here", type[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_is_written_in_its_way),
        cmocka_unit_test(no_type_is_a_number_unnoticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * A value on a terminal, by its type in the tables: the one place where --events and --explain
 * differ only in how much they say. What has a name in a run (a process, a mapping) is
 * sentence.c's.
 */
#ifndef COMMAND_VALUE_H
#define COMMAND_VALUE_H

#include <stdint.h>

enum value_form {
    VALUE_EXACT,   /* one word without blanks that loses nothing: field=word */
    VALUE_HEX,     /* in a sentence */
    VALUE_DECIMAL, /* in a sentence of a machine on paper: pages and frames are counted */
};

/* `type` is a row of types.def or enums.def. A value that the table has no word for is a number. */
void value_print(const char *type, uint64_t value, enum value_form form);

#endif

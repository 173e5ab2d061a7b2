/* SPDX-License-Identifier: MIT
 * What the scenario tests share: texts in, runs and diagnostics out. Any failure fails the test.
 */
#ifndef SUPPORT_SCENARIO_H
#define SUPPORT_SCENARIO_H

#include "vm/scenario.h"

#define HEAD "vmscope 1\nmachine x86-64 { frames 64  swap 32  tlb 8  seed 1 }\nA = start empty\n"

vm_scenario *parse_good(const char *text);
/* Parsed and run to its end. */
vm_run *run_text(const char *text);
vm_run *run_with(
    const char *text, const struct vm_override *overrides, size_t n, uint64_t operations);
/* All expectations held; their number. */
size_t held_all(const vm_run *run);
/* The first diagnostic of parsing, checking and running the text; false: there is none. */
bool first_diagnostic(const char *text, size_t length, struct vm_diagnostic *out);
/* A text that is refused, or stops: where, and parts of the message and its hint; NULL: there is no
 * hint. Line 0: only the message counts. */
struct bad_text {
    const char *text;
    uint32_t line, column;
    const char *message, *hint;
};
/* Each has that as its first diagnostic; prints all that do not. */
void assert_bad_texts(const struct bad_text *row, size_t n);
char *read_whole(const char *path, size_t *length);

#endif

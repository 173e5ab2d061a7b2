/* SPDX-License-Identifier: MIT
 * A system call as strace writes it: name(argument, argument…) = result.
 */
#ifndef COMMAND_TRUTH_STRACE_H
#define COMMAND_TRUTH_STRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRACE_ARGUMENTS = 8, STRACE_WORD = 120 };
struct strace_call {
    char name[32];
    char argument[STRACE_ARGUMENTS][STRACE_WORD]; /* as written, cut when longer */
    size_t n;
    bool failed;
    char error[24]; /* ENOENT … when it failed */
    uint64_t result;
};
bool strace_parse(const char *text, struct strace_call *out);
/* A number or NULL; a text in quotes (its escapes as they are); words joined by |. */
uint64_t strace_number(const struct strace_call *call, size_t argument);
bool strace_text(const struct strace_call *call, size_t argument, char *out, size_t room);
/* strace_word: is `word` one of those joined by |? */
bool strace_word(const struct strace_call *call, size_t argument, const char *word);
uint64_t strace_size(const char *text); /* st_size=N; 0: not told */

#endif

/* SPDX-License-Identifier: MIT
 * Subcommands from outside: what they print stands in out_text and err_text afterwards.
 */
#ifndef SUPPORT_COMMAND_H
#define SUPPORT_COMMAND_H

#include "command/command.h"

#include <stddef.h>

extern char out_text[1 << 20], err_text[1 << 14]; /* of the last call */

/* Its exit code. */
int captured(int (*command)(int argc, char **argv), int argc, char **argv);
/* The same with words between blanks, of which the first is the subcommand's name; the word `name`
 * stands for `path`. */
int captured_words(
    int (*command)(int argc, char **argv), const char *words, const char *name, char *path);
void write_whole(const char *path, const void *bytes, size_t n);

#endif

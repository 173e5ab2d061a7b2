/* SPDX-License-Identifier: MIT
 * Reading a file or standard input ("-"), plain, gzip or zstd: the first bytes tell which.
 */
#ifndef COMMAND_INPUT_H
#define COMMAND_INPUT_H

#include <stdbool.h>
#include <stddef.h>

enum { INPUT_PROBLEM_MAX = 160 };
struct input;

/* False: `problem` says why; nothing to close. */
bool input_open(const char *path, struct input **out, char problem[INPUT_PROBLEM_MAX]);
/* The next piece, borrowed until the next call; *n = 0 at the end. False: damaged or unreadable. */
bool input_read(
    struct input *input, const char **bytes, size_t *n, char problem[INPUT_PROBLEM_MAX]);
void input_close(struct input *input); /* NULL is fine */

/* All of it, NUL-terminated, for free(); NULL when it is longer than `most` or cannot be read. */
char *input_all(const char *path, size_t most, size_t *length, char problem[INPUT_PROBLEM_MAX]);
/* How messages name it: the path, or "<stdin>". */
const char *input_name(const char *path);

#endif

/* SPDX-License-Identifier: MIT
 * See support_command.h.
 */
#define _GNU_SOURCE /* fileno */
#include "support_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

char out_text[1 << 20], err_text[1 << 14];

/* Standard output or error goes to a file for a while. */
static int divert(int fd, FILE *to)
{
    fflush(NULL);
    int saved = dup(fd);
    assert_true(saved >= 0 && dup2(fileno(to), fd) == fd);
    return saved;
}

static void give_back(int fd, int saved, FILE *from, char *text, size_t room)
{
    fflush(NULL);
    assert_int_equal(dup2(saved, fd), fd);
    close(saved);
    rewind(from);
    text[fread(text, 1, room - 1, from)] = '\0';
    fclose(from);
}

int captured(int (*command)(int argc, char **argv), int argc, char **argv)
{
    FILE *out = tmpfile(), *err = tmpfile();
    assert_true(out && err);
    int saved_out = divert(STDOUT_FILENO, out), saved_err = divert(STDERR_FILENO, err);
    int code = command(argc, argv);
    give_back(STDOUT_FILENO, saved_out, out, out_text, sizeof out_text);
    give_back(STDERR_FILENO, saved_err, err, err_text, sizeof err_text);
    return code;
}

int captured_words(
    int (*command)(int argc, char **argv), const char *words, const char *name, char *path)
{
    enum { MOST = 24 };
    char copy[2048], *argv[MOST + 1] = {0};
    int argc = 0;
    assert_true(strlen(words) < sizeof copy);
    strcpy(copy, words);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        assert_true(argc < MOST);
        argv[argc++] = strcmp(word, name) == 0 ? path : word;
    }
    return captured(command, argc, argv);
}

void write_whole(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

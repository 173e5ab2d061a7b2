/* SPDX-License-Identifier: MIT
 * vmscope fmt: the canonical form of scenarios, to standard output or into the files.
 */
#include "command/command.h"
#include "command/scenario_input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fmt_mode { FMT_PRINT, FMT_WRITE, FMT_CHECK };

static bool write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(text, 1, length, file) == length;
    good = (!file || fclose(file) == 0) && good;
    if (!good) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }
    return good;
}

static int format_text(const char *path, enum fmt_mode mode, const char *text, size_t length)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    int result = COMMAND_BAD_INPUT;
    vm_scenario_parse(text, length, NULL, &diagnostics, &scenario);
    scenario_complain(path, &diagnostics);
    vm_diagnostics_release(&diagnostics);
    size_t n = 0;
    char *formed = scenario ? vm_scenario_format(scenario, &n) : NULL;
    bool same = formed && n == length && memcmp(formed, text, n) == 0;
    if (formed && mode == FMT_PRINT) {
        result = fwrite(formed, 1, n, stdout) == n ? COMMAND_DONE : COMMAND_FAILED;
    } else if (formed && mode == FMT_CHECK) {
        if (!same) {
            fprintf(stderr, "%s: not in canonical form (vmscope fmt --write does it)\n", path);
        }
        result = same ? COMMAND_DONE : COMMAND_FAILED;
    } else if (formed) {
        result = same || write_file(path, formed, n) ? COMMAND_DONE : COMMAND_FAILED;
    }
    free(formed);
    vm_scenario_free(scenario);
    return result;
}

static void usage(FILE *out)
{
    fputs(
        "usage: vmscope fmt [--write | --check] FILE.vms…\n\n"
        "Prints the canonical form. --write puts it into the files; --check prints nothing and "
        "exits\n"
        "with 1 when a file is not in it. `-` is standard input. Exit 3: a file does not parse.\n",
        out);
}

int command_fmt(int argc, char **argv)
{
    enum fmt_mode mode = FMT_PRINT;
    int worst = COMMAND_DONE, files = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            usage(stdout);
            return COMMAND_DONE;
        }
        bool option = argv[i][0] == '-' && argv[i][1] != '\0';
        if (option && strcmp(argv[i], "--write") != 0 && strcmp(argv[i], "--check") != 0) {
            usage(stderr);
            return COMMAND_USAGE;
        }
        if (option) {
            mode = strcmp(argv[i], "--write") == 0 ? FMT_WRITE : FMT_CHECK;
        }
    }
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            continue;
        }
        files++;
        size_t length = 0;
        char *text = scenario_read(argv[i], &length);
        bool in = strcmp(argv[i], "-") == 0;
        int result =
            text ? format_text(argv[i], in && mode == FMT_WRITE ? FMT_PRINT : mode, text, length)
                 : COMMAND_BAD_INPUT;
        worst = result > worst ? result : worst;
        free(text);
    }
    if (files == 0) {
        usage(stderr);
        return COMMAND_USAGE;
    }
    return worst;
}

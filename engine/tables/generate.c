/* SPDX-License-Identifier: MIT
 * vm_generate: writes the files that must agree with the .def tables, or checks that they do.
 * Nothing is written from a table that contradicts itself.
 *
 *   vm_generate --ts|--md            to the standard output
 *   vm_generate --ts|--md --check F  exits 1 when F is not what would be written
 *   vm_generate                      only examines the tables
 */
#include "generate.h"

#include <string.h>

enum { exit_same = 0, exit_differs = 1, exit_usage = 2 };

typedef void writer(FILE *out);

static int check(writer *write, const char *path, const char *option)
{
    int status = exit_differs;
    FILE *made = tmpfile();
    FILE *kept = fopen(path, "rb");
    if (!made || !kept) {
        fprintf(stderr, "vm_generate: cannot open %s\n", made ? path : "a temporary file");
        goto done;
    }
    write(made);
    rewind(made);
    unsigned line = 1;
    int a, b;
    do {
        a = getc(made);
        b = getc(kept);
        line += a == '\n';
    } while (a == b && a != EOF);
    if (a == b) {
        status = exit_same;
    } else {
        fprintf(stderr, "%s:%u: is not what the tables say; run vm_generate %s > %s\n", path, line,
            option, path);
    }
done:
    if (made) {
        fclose(made);
    }
    if (kept) {
        fclose(kept);
    }
    return status;
}

int main(int argc, char **argv)
{
    if (!generate_valid()) {
        return exit_differs;
    }
    if (argc == 1) {
        return exit_same;
    }
    writer *write = strcmp(argv[1], "--ts") == 0          ? generate_ts
                    : strcmp(argv[1], "--said") == 0      ? generate_said
                    : strcmp(argv[1], "--whys") == 0      ? generate_whys
                    : strcmp(argv[1], "--analyses") == 0  ? generate_analyses
                    : strcmp(argv[1], "--language") == 0  ? generate_language
                    : strcmp(argv[1], "--questions") == 0 ? generate_questions
                    : strcmp(argv[1], "--md") == 0        ? generate_md
                                                          : NULL;
    if (write && argc == 2) {
        write(stdout);
        return fflush(stdout) == 0 ? exit_same : exit_differs;
    }
    if (write && argc == 4 && strcmp(argv[2], "--check") == 0) {
        return check(write, argv[3], argv[1]);
    }
    fprintf(stderr, "usage: vm_generate "
                    "[--ts|--said|--whys|--analyses|--language|--questions|--md [--check FILE]]\n");
    return exit_usage;
}

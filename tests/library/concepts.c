/* SPDX-License-Identifier: MIT
 * Makes docs/concepts.md: which scenarios of the library show which concept, and the test that runs
 * each. `concepts DIR` prints it; `concepts DIR --check FILE` exits 1 when the file says otherwise.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream, strndup */
#include "vm/describe.h"
#include "vm/scenario.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCENARIOS_MAX = 512 };
struct shelf {
    struct {
        char *name;
        vm_scenario *scenario;
    } item[SCENARIOS_MAX];
    size_t n;
};

static void fatal(const char *what, const char *why)
{
    fprintf(stderr, "concepts: %s: %s\n", what, why);
    exit(2);
}

static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(1 << 20);
    if (!file || !text) {
        fatal(path, "cannot be read");
    }
    *length = fread(text, 1, (1 << 20) - 1, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void fill(struct shelf *shelf, const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir) {
        fatal(folder, "cannot be opened");
    }
    for (struct dirent *entry; (entry = readdir(dir)) && shelf->n < SCENARIOS_MAX;) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".vms") != 0) {
            continue;
        }
        char path[1024];
        struct vm_diagnostics diagnostics = {0};
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        char *text = read_file(path, &length);
        if (vm_scenario_parse(text, length, NULL, &diagnostics, &shelf->item[shelf->n].scenario) !=
            VM_OK) {
            fatal(path, diagnostics.length ? diagnostics.item[0].message : "cannot be parsed");
        }
        vm_diagnostics_release(&diagnostics);
        free(text);
        shelf->item[shelf->n].name = strndup(entry->d_name, strlen(entry->d_name) - 4);
        shelf->n++;
    }
    closedir(dir);
    qsort(shelf->item, shelf->n, sizeof shelf->item[0], by_name);
}

static bool shows(const vm_scenario *scenario, unsigned concept)
{
    size_t n;
    const uint8_t *shown = vm_scenario_shows(scenario, &n);
    return memchr(shown, (int)concept, n) != NULL;
}

static void print_row(FILE *out, const struct shelf *shelf, unsigned concept)
{
    const struct vm_concept_desc *desc = vm_concept_desc(concept);
    const char *between = "";
    fprintf(out, "| %s | %s | ", desc->id, desc->title);
    for (size_t i = 0; i < shelf->n; i++) {
        if (shows(shelf->item[i].scenario, concept)) {
            fprintf(out, "%s[%s](../db/library/%s.vms)", between,
                vm_scenario_title(shelf->item[i].scenario), shelf->item[i].name);
            between = "<br>";
        }
    }
    fprintf(out, " | ");
    between = "";
    for (size_t i = 0; i < shelf->n; i++) {
        if (shows(shelf->item[i].scenario, concept)) {
            fprintf(out, "%s`library/%s`", between, shelf->item[i].name);
            between = "<br>";
        }
    }
    fprintf(out, " |\n");
}

static void print(FILE *out, const struct shelf *shelf)
{
    static const char *const groups[][2] = {{"A", "The address space of a process"},
        {"B", "Translation"}, {"C", "Demand paging"}, {"D", "Sharing"}, {"E", "Threads"},
        {"F", "When memory is short"}, {"G", "The real machine"}};
    fputs("<!-- Made by tests/library/concepts.c from the `shows` lines of db/library; "
          "do not edit. -->\n"
          "# Concepts\n\n"
          "What vmscope makes visible, the scenarios of the library that show it, and the tests "
          "that run them: `ctest -R library/NAME`\nplays the scenario and wants every one of its "
          "`expect` lines to hold. A row without a scenario is still to come.\n",
        out);
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        fprintf(out, "\n## %s. %s\n| id | concept | scenario | test |\n|---|---|---|---|\n",
            groups[g][0], groups[g][1]);
        for (unsigned c = 0; c < vm_concept_count; c++) {
            if (vm_concept_desc(c)->id[0] == groups[g][0][0]) {
                print_row(out, shelf, c);
            }
        }
    }
}

static bool same(const struct shelf *shelf, const char *path)
{
    char *now = NULL;
    size_t length = 0, stored_length;
    FILE *memory = open_memstream(&now, &length);
    print(memory, shelf);
    fclose(memory);
    char *stored = read_file(path, &stored_length);
    bool equal = strcmp(now, stored) == 0;
    free(now);
    free(stored);
    return equal;
}

int main(int argc, char **argv)
{
    static struct shelf shelf;
    if (argc != 2 && !(argc == 4 && strcmp(argv[2], "--check") == 0)) {
        fatal("usage", "concepts DIR [--check FILE]");
    }
    fill(&shelf, argv[1]);
    int code = 0;
    if (argc == 2) {
        print(stdout, &shelf);
    } else if (!same(&shelf, argv[3])) {
        fprintf(stderr, "%s: the library says otherwise; run library_concepts %s > %s\n", argv[3],
            argv[1], argv[3]);
        code = 1;
    }
    for (size_t i = 0; i < shelf.n; i++) {
        vm_scenario_free(shelf.item[i].scenario);
        free(shelf.item[i].name);
    }
    return code;
}

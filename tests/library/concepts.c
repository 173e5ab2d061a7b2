/* SPDX-License-Identifier: MIT
 * Makes docs/concepts.md: which scenarios of the library show which concept, and the test that runs
 * each. `concepts DIR` prints it; `concepts DIR --check FILE` exits 1 when the file says otherwise.
 */
#include "shelf.h"
#include "vm/describe.h"

#include <string.h>

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

int main(int argc, char **argv)
{
    static struct shelf shelf;
    if (argc != 2 && !(argc == 4 && strcmp(argv[2], "--check") == 0)) {
        fatal("usage", "concepts DIR [--check FILE]");
    }
    shelf_fill(&shelf, argv[1]);
    int code = 0;
    if (argc == 2) {
        print(stdout, &shelf);
    } else {
        code = shelf_check(&shelf, argv[3], "script/generate", print);
    }
    shelf_release(&shelf);
    return code;
}

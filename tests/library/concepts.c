/* SPDX-License-Identifier: MIT
 * Makes docs/concepts.md: which scenarios of the library show which concept, the test that runs
 * each, and where in the Lab it is seen, by the table that tests/e2e/concepts.test.mjs goes
 * through. `concepts DIR TABLE` prints it; with `--check FILE` it exits 1 when the file says
 * otherwise.
 */
#include "shelf.h"
#include "vm/describe.h"

#include <stdlib.h>
#include <string.h>

/* The table's views as the Lab calls them; any other is what it is. */
static const char *const view_titles[][2] = {{"spaces", "Address spaces"},
    {"older-spaces", "Address spaces"}, {"mappings", "Mappings"}, {"text", "Scenario text"},
    {"translation", "Translation"}, {"searched", "Translation"}, {"older", "Translation"},
    {"policy", "Replacement"}, {"threads", "Threads"}, {"why", "Why?"}, {"calls", "System calls"},
    {"charts", "Charts"}, {"counts", "Counts"}, {"memory", "Physical memory"},
    {"older-memory", "Physical memory"}, {"files", "Files and swap"}, {"say", "the sentence"},
    {"main", "questions about a string"}};

static char *seen; /* the table */

static const char *view_title(const char *view, size_t length)
{
    for (size_t i = 0; i < sizeof view_titles / sizeof view_titles[0]; i++) {
        if (strlen(view_titles[i][0]) == length && memcmp(view_titles[i][0], view, length) == 0) {
            return view_titles[i][1];
        }
    }
    return "?";
}

/* The views in which a row is seen, each once, in the order of the table. */
static void print_seen(FILE *out, const char *id)
{
    const char *titles[16];
    size_t n = 0, length = strlen(id);
    for (const char *line = seen; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, id, length) != 0 || strncmp(line + length, " | ", 3) != 0) {
            continue;
        }
        const char *view = strstr(line + length + 3, " | ");
        if (!view) {
            continue;
        }
        view += 3;
        const char *title = view_title(view, strcspn(view, " \n"));
        size_t i = 0;
        while (i < n && titles[i] != title && strcmp(titles[i], title) != 0) {
            i++;
        }
        if (i == n && n < sizeof titles / sizeof titles[0]) {
            fprintf(out, "%s%s", n ? ", " : "", title);
            titles[n++] = title;
        }
    }
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
    fputs(" | ", out);
    print_seen(out, desc->id);
    fputs(" |\n", out);
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
          "`expect` lines to hold.\nWhere it is seen, and by "
          "which words, stands in [tests/e2e/concepts.txt](../tests/e2e/concepts.txt); a browser "
          "looks at every line\n(`node --test tests/e2e/concepts.test.mjs`). A row without a "
          "scenario is still to come.\n",
        out);
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        fprintf(out,
            "\n## %s. %s\n| id | concept | scenario | test | seen in |\n"
            "|---|---|---|---|---|\n",
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
    if (argc != 3 && !(argc == 5 && strcmp(argv[3], "--check") == 0)) {
        fatal("usage", "concepts DIR TABLE [--check FILE]");
    }
    shelf_fill(&shelf, argv[1]);
    size_t length;
    seen = read_file(argv[2], &length);
    int code = 0;
    if (argc == 3) {
        print(stdout, &shelf);
    } else {
        code = shelf_check(&shelf, argv[4], "script/generate", print);
    }
    free(seen);
    shelf_release(&shelf);
    return code;
}

/* SPDX-License-Identifier: MIT
 * Reads a folder of scenarios.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream, strndup */
#include "shelf.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

void fatal(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(2);
}

char *read_file(const char *path, size_t *length)
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

void shelf_fill(struct shelf *shelf, const char *folder)
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

void shelf_release(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->n; i++) {
        vm_scenario_free(shelf->item[i].scenario);
        free(shelf->item[i].name);
    }
    shelf->n = 0;
}

int shelf_check(const struct shelf *shelf, const char *path, const char *tool,
    void (*print)(FILE *out, const struct shelf *shelf))
{
    char *now = NULL;
    size_t length = 0, stored_length;
    FILE *memory = open_memstream(&now, &length);
    print(memory, shelf);
    fclose(memory);
    char *stored = read_file(path, &stored_length);
    bool equal = strcmp(now, stored) == 0;
    if (!equal) {
        fprintf(stderr, "%s: the library says otherwise; see %s\n", path, tool);
    }
    free(now);
    free(stored);
    return !equal;
}

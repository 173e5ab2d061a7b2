/* SPDX-License-Identifier: MIT
 * vmscope truth: scripts of what a real kernel did, run on the engine. The content of the file
 * tells which of the four forms it has.
 */
#include "command/truth.h"

#include "command/command.h"
#include "command/input.h"

#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: vmscope truth FILE.json [--json]\n\n"
    "Runs what was measured on a real kernel on the engine and compares. The content tells the "
    "form:\n"
    "  [{\"scenario\", \"ops\"}], {\"seeds\": [{\"seed\", \"ops\"}]}   what each operation did\n"
    "  {\"timeline\": […]}                                      the life of a program\n"
    "  {NAME: {\"aslr_off\": […]}}                              address spaces\n"
    "  [{\"pattern\", \"N\", \"limit\", …}]                      major faults a pass, within 10 %\n"
    "Prints `faults A/B rss A/B vmas A/B facts A/B signals A/B` (A of B agree), then each "
    "disagreement.\n"
    "`-` is standard input. docs/truth.md says what is compared.\n"
    "Exit 0: all agree; 1: some do not; 2: wrong usage; 3: the file cannot be read.\n";

enum { BYTES_MAX = 64 << 20, KEYS_MAX = 4 << 20, DEPTH_MAX = 12 };

/* Offset of the value of the n-th member called `key`; the length of the text when there is none.
 * The text is valid JSON. */
static size_t value_offset(const struct truth_file *file, const char *key, size_t n)
{
    size_t at = 0, length = strlen(key);
    while (at < file->length) {
        if (file->text[at] != '"') {
            at++;
            continue;
        }
        size_t begin = ++at;
        while (at < file->length && file->text[at] != '"') {
            at += file->text[at] == '\\' ? 2 : 1;
        }
        bool it = at - begin == length && memcmp(file->text + begin, key, length) == 0;
        at++;
        size_t colon = at + strspn(file->text + at, " \t\r\n");
        if (it && file->text[colon] == ':' && n-- == 0) {
            return colon + 1 + strspn(file->text + colon + 1, " \t\r\n");
        }
    }
    return file->length;
}

static void complain_at(const struct truth_file *file, size_t offset, const char *message)
{
    size_t line = 1, column = 1;
    for (size_t i = 0; i < offset && i < file->length; i++) {
        column = file->text[i] == '\n' ? 1 : column + 1;
        line += file->text[i] == '\n';
    }
    if (file->complaints) {
        fprintf(file->complaints, "%s:%zu:%zu: %s\n", file->name, line, column, message);
    }
}

void truth_complain(
    const struct truth_file *file, const char *key, size_t n, size_t into, const char *message)
{
    complain_at(file, key ? value_offset(file, key, n) + into : 0, message);
}

static bool run_scripts(
    const struct truth_file *file, const json_value *root, struct truth_report *report)
{
    struct truth_scripts scripts = {0};
    bool good = truth_read(file, root, &scripts);
    for (size_t i = 0; good && i < scripts.n; i++) {
        truth_run(&scripts.item[i], report);
    }
    truth_scripts_free(&scripts);
    return good;
}

static bool run_any(
    const struct truth_file *file, const json_value *root, struct truth_report *report)
{
    const json_value *first = json_is_array(root) ? json_first(root) : NULL;
    if (json_get(root, "timeline")) {
        return truth_timeline(file, root, report);
    }
    if (json_get(json_is_object(root) ? json_first(root) : NULL, "aslr_off")) {
        return truth_layout(file, root, report);
    }
    if (json_get(first, "pattern")) {
        return truth_policy(file, root, report);
    }
    if (json_get(root, "seeds") || json_get(first, "ops")) {
        return run_scripts(file, root, report);
    }
    truth_complain(file, NULL, 0, 0,
        "no scripts: an array of {\"scenario\", \"ops\"} or of {\"pattern\"}, {\"seeds\": "
        "[{\"seed\", "
        "\"ops\"}]}, or {\"timeline\": […]}");
    return false;
}

static int run_file(const struct truth_file *file, bool as_json)
{
    const struct json_limits limits = {BYTES_MAX, DEPTH_MAX, KEYS_MAX};
    struct json_error error;
    struct truth_report report = {0};
    json_value *root = json_parse(file->text, file->length, &limits, &error);
    if (!root) {
        complain_at(file, error.offset, error.message);
        return COMMAND_BAD_INPUT;
    }
    int result = COMMAND_BAD_INPUT;
    if (run_any(file, root, &report)) {
        (as_json ? truth_print_json : truth_print)(stdout, &report);
        result = report.misses || report.no_memory ? COMMAND_FAILED : COMMAND_DONE;
        if (report.no_memory) {
            fprintf(stderr, "%s: no memory left\n", file->name);
        }
    }
    truth_report_free(&report);
    json_value_free(root);
    return result;
}

int command_truth(int argc, char **argv)
{
    const char *path = NULL;
    bool as_json = false, bad = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return COMMAND_DONE;
        }
        if (strcmp(argv[i], "--json") == 0) {
            as_json = true;
        } else if ((argv[i][0] == '-' && argv[i][1]) || path) {
            bad = true;
        } else {
            path = argv[i];
        }
    }
    if (bad || !path) {
        fputs(usage, stderr);
        return COMMAND_USAGE;
    }
    char problem[INPUT_PROBLEM_MAX];
    struct truth_file file = {.name = input_name(path), .complaints = stderr};
    char *text = input_all(path, BYTES_MAX, &file.length, problem);
    if (!text) {
        fprintf(stderr, "%s: %s\n", file.name, problem);
        return COMMAND_BAD_INPUT;
    }
    file.text = text;
    int result = run_file(&file, as_json);
    free(text);
    return result;
}

/* SPDX-License-Identifier: MIT
 * The tally of a file: how many comparisons agree, and each that does not.
 */
#include "command/truth.h"
#include "wire/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const truth_group_name[TRUTH_GROUPS] = {"faults", "rss", "vmas", "facts", "signals"};

void truth_count(struct truth_report *report, enum truth_group group, bool agree, const char *where,
    size_t index, const char *text, const char *expected, const char *got)
{
    report->of[group]++;
    report->agree[group] += agree;
    if (agree) {
        return;
    }
    if (report->misses == report->room) {
        size_t room = report->room ? report->room * 2 : 16;
        struct truth_miss *bigger = realloc(report->miss, room * sizeof *bigger);
        if (!bigger) {
            report->no_memory = true;
            return;
        }
        report->miss = bigger;
        report->room = room;
    }
    struct truth_miss *miss = &report->miss[report->misses++];
    *miss = (struct truth_miss){
        .group = group, .index = index, .expected = strdup(expected), .got = strdup(got)};
    snprintf(miss->where, sizeof miss->where, "%s", where);
    snprintf(miss->text, sizeof miss->text, "%s", text);
    report->no_memory = report->no_memory || !miss->expected || !miss->got;
}

void truth_note(struct truth_report *report, const char *format, ...)
{
    char line[TRUTH_TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t n = strlen(line);
    char *bigger = realloc(report->note, report->note_n + n + 1);
    if (!bigger) {
        report->no_memory = true;
        return;
    }
    report->note = bigger;
    memcpy(report->note + report->note_n, line, n + 1);
    report->note_n += n;
}

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

void truth_print(FILE *out, const struct truth_report *report)
{
    for (unsigned g = 0; g < TRUTH_GROUPS; g++) {
        fprintf(out, "%s%s %" PRIu64 "/%" PRIu64, g ? " " : "", truth_group_name[g],
            report->agree[g], report->of[g]);
    }
    fputc('\n', out);
    fputs(or_nothing(report->note), out);
    for (size_t i = 0; i < report->misses; i++) {
        const struct truth_miss *miss = &report->miss[i];
        fprintf(out, "%s %zu `%s` %s: expected %s; got %s\n", miss->where, miss->index, miss->text,
            truth_group_name[miss->group], or_nothing(miss->expected), or_nothing(miss->got));
    }
}

static void print_miss(struct json *json, const struct truth_miss *miss)
{
    json_object(json);
    json_key_string(json, "where", miss->where);
    json_key_number(json, "index", miss->index);
    json_key_string(json, "op", miss->text);
    json_key_string(json, "group", truth_group_name[miss->group]);
    json_key_string(json, "expected", or_nothing(miss->expected));
    json_key_string(json, "got", or_nothing(miss->got));
    json_object_end(json);
}

void truth_print_json(FILE *out, const struct truth_report *report)
{
    struct json json = {0};
    json_object(&json);
    for (unsigned g = 0; g < TRUTH_GROUPS; g++) {
        json_key(&json, truth_group_name[g]);
        json_object(&json);
        json_key_number(&json, "agree", report->agree[g]);
        json_key_number(&json, "of", report->of[g]);
        json_object_end(&json);
    }
    json_key_string(&json, "notes", or_nothing(report->note));
    json_key(&json, "disagreements");
    json_array(&json);
    for (size_t i = 0; i < report->misses; i++) {
        print_miss(&json, &report->miss[i]);
    }
    json_array_end(&json);
    json_object_end(&json);
    if (!json.failed) {
        fprintf(out, "%s\n", json.bytes);
    }
    json_release(&json);
}

void truth_report_free(struct truth_report *report)
{
    for (size_t i = 0; i < report->misses; i++) {
        free(report->miss[i].expected);
        free(report->miss[i].got);
    }
    free(report->miss);
    free(report->note);
    *report = (struct truth_report){0};
}

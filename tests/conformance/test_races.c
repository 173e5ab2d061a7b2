/* SPDX-License-Identifier: MIT
 * The race detector against ThreadSanitizer: the same programs with real threads were built with
 * gcc -fsanitize=thread, and what it said of each is recorded (record/races.sh). The twins in the
 * scenario language must get the same verdict, and name a pair of accesses that it named.
 */
#include "vm/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER VMSCOPE_SOURCE_DIR "/tests/conformance/races/"

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 20000);
    assert_non_null(text);
    assert_true(fread(text, 1, 19999, file) > 0);
    fclose(file);
    return text;
}

/* The mark in a line of the text: "@read"; "" without one. */
static void mark_of(const char *text, uint32_t line, char out[32])
{
    while (line > 1 && (text = strchr(text, '\n')) != NULL) {
        text++;
        line--;
    }
    size_t length = text ? strcspn(text, "\n") : 0;
    const char *at = text ? memchr(text, '@', length) : NULL;
    size_t n = at ? strcspn(at, " \n") : 0;
    snprintf(out, 32, "%.*s", (int)n, at ? at : "");
}

static bool named(const char *text, const struct vm_race_view *race, const char *pairs)
{
    char mark[2][32], pair[70];
    for (int i = 0; i < 2; i++) {
        mark_of(text, race->side[i].line, mark[i]);
    }
    for (int i = 0; i < 2; i++) {
        snprintf(pair, sizeof pair, " %s%s ", mark[i], mark[1 - i]);
        if (mark[0][0] && mark[1][0] && strstr(pairs, pair)) {
            return true;
        }
    }
    return false;
}

/* Every race that any of some seeds shows; *agreed: one of them is a pair that was recorded. */
static uint64_t races_of(const char *name, const char *pairs, bool *agreed)
{
    char path[300];
    snprintf(path, sizeof path, FOLDER "%s.vms", name);
    char *text = read_whole(path);
    uint64_t races = 0;
    *agreed = false;
    for (int i = 1; i <= 9; i++) { /* the text says seed 1 */
        char *digit = strstr(text, "seed ");
        assert_non_null(digit);
        digit[5] = (char)('0' + i);
        struct vm_diagnostics diagnostics = {0};
        vm_scenario *scenario;
        vm_run *run;
        assert_int_equal(
            vm_scenario_parse(text, strlen(text), NULL, &diagnostics, &scenario), VM_OK);
        assert_int_equal(vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &run), VM_OK);
        enum vm_run_reason reason = vm_run_go(run, 100000);
        if (reason != VM_RUN_DONE) {
            fail_msg("%s, seed %d: it does not end", name, i);
        }
        const vm_machine *m = vm_history_head(vm_run_history(run));
        struct vm_race_view race;
        for (uint32_t r = 0; vm_race_at(m, r, &race); r++) {
            races++;
            *agreed = *agreed || named(text, &race, pairs);
        }
        vm_run_free(run);
        vm_scenario_free(scenario);
        vm_diagnostics_release(&diagnostics);
    }
    free(text);
    return races;
}

static void the_detector_agrees_with_thread_sanitizer(void **state)
{
    (void)state;
    char *verdicts = read_whole(FOLDER "verdicts.txt");
    size_t programs = 0, racy = 0;
    for (char *line = strtok(verdicts, "\n"); line; line = strtok(NULL, "\n")) {
        char name[64], verdict[8], pairs[500];
        int used = 0;
        if (line[0] == '#' || sscanf(line, "%63s %7s%n", name, verdict, &used) != 2) {
            continue;
        }
        snprintf(pairs, sizeof pairs, " %s ", line + used);
        bool agreed, yes = strcmp(verdict, "yes") == 0;
        uint64_t races = races_of(name, pairs, &agreed);
        if ((races > 0) != yes || (yes && !agreed)) {
            fail_msg("%s: ThreadSanitizer says %s%s, the detector found %llu races", name, verdict,
                pairs, (unsigned long long)races);
        }
        programs++;
        racy += yes;
    }
    assert_true(programs >= 16 && racy >= 5 && programs - racy >= 5);
    free(verdicts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_detector_agrees_with_thread_sanitizer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

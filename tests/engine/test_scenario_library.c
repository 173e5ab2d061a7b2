/* SPDX-License-Identifier: MIT
 * Golden: every shipped scenario and every example that can run does, with its numbers, and stands
 * in canonical form.
 */
#include "support_scenario.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static void try_file(const char *path, bool shipped)
{
    size_t length = 0, n = 0;
    char *text = read_whole(path, &length);
    vm_scenario *scenario = parse_good(text);
    char *formed = vm_scenario_format(scenario, NULL);
    assert_string_equal(formed, text);
    vm_run *run = run_text(text);
    if (vm_run_diagnostics(run)->errors) { /* a call that fails on purpose is a warning */
        fail_msg("%s: %s", path, vm_run_diagnostics(run)->item[0].message);
    }
    if (held_all(run) == 0) {
        fail_msg("%s expects nothing", path);
    }
    assert_null(vm_check(vm_history_head(vm_run_history(run))));
    vm_run_notes(run, &n);
    if (shipped && (n == 0 || vm_scenario_title(scenario)[0] == '\0')) {
        fail_msg("%s has no title or no notes", path);
    }
    vm_run_free(run);
    free(formed);
    vm_scenario_free(scenario);
    free(text);
}

static size_t try_folder(const char *folder, bool shipped)
{
    DIR *dir = opendir(folder);
    size_t n = 0;
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (ends_with(entry->d_name, ".vms") && !ends_with(entry->d_name, ".later.vms")) {
            char path[1024];
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            try_file(path, shipped);
            n++;
        }
    }
    closedir(dir);
    return n;
}

static void the_library_holds(void **state)
{
    (void)state;
    assert_true(try_folder(VMSCOPE_SOURCE_DIR "/db/library", true) >= 8);
}

static void the_examples_hold(void **state)
{
    (void)state;
    assert_int_equal(try_folder(VMSCOPE_SOURCE_DIR "/tests/golden/scenario", false), 23);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_holds),
        cmocka_unit_test(the_examples_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

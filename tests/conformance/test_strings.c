/* SPDX-License-Identifier: MIT
 * The textbooks' reference strings and their numbers, from strings.txt and ostep-policy.txt,
 * against replay.
 */
#include "vm/describe.h"
#include "vm/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES_MAX = 64, LINE_MAX_BYTES = 512 };
struct string {
    char name[80];
    struct vm_trace_ref ref[PAGES_MAX];
    size_t length;
};

static void read_pages(struct string *string, const char *text)
{
    string->length = 0;
    for (char *end; *text && *text != '\n'; text = *end == ',' ? end + 1 : end) {
        unsigned long page = strtoul(text, &end, 10);
        assert_true(end != text && string->length < PAGES_MAX);
        string->ref[string->length++] =
            (struct vm_trace_ref){.vpn = page, .va = page, .bytes = 1, .kind = 'R'};
    }
}

static uint64_t faults(const struct string *string, enum vm_policy_kind policy, uint32_t frames)
{
    vm_replay *replay;
    struct vm_replay_result result;
    assert_int_equal(vm_replay_new(policy, frames, NULL, &replay), VM_OK);
    assert_int_equal(vm_replay_feed(replay, string->ref, string->length), VM_OK);
    assert_int_equal(vm_replay_end(replay, &result), VM_OK);
    vm_replay_free(replay);
    assert_int_equal(result.hits + result.faults, string->length);
    assert_int_equal(result.writebacks, 0);
    return result.faults;
}

static int check_row(const struct string *string, const char *line)
{
    char name[16];
    unsigned frames;
    int at = 0, checked = 0;
    assert_int_equal(sscanf(line, "%15s %u:%n", name, &frames, &at), 2);
    int policy = vm_policy_named(name);
    assert_true(policy >= 0 && at > 0);
    const char *text = line + at;
    for (char *end; *text && *text != '\n'; text = *end == ',' ? end + 1 : end, frames++) {
        unsigned long want = strtoul(text, &end, 10);
        assert_true(end != text);
        uint64_t got = faults(string, (enum vm_policy_kind)policy, frames);
        if (got != want) {
            fail_msg("%s: %s, %u frames: %llu faults, the book has %lu", string->name, name, frames,
                (unsigned long long)got, want);
        }
        checked++;
    }
    return checked;
}

/* Returns how many numbers the file has. */
static int check_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char line[LINE_MAX_BYTES];
    struct string string = {0};
    int checked = 0;
    while (fgets(line, sizeof line, file)) {
        char *colon = strrchr(line, ':');
        if (line[0] == '#' || !colon) {
            continue;
        }
        if (strncmp(line, "string ", 7) == 0) {
            *colon = '\0';
            snprintf(string.name, sizeof string.name, "%.79s", line + 7);
            read_pages(&string, colon + 1);
        } else {
            checked += check_row(&string, line);
        }
    }
    fclose(file);
    return checked;
}

static void test_strings(void **state)
{
    (void)state;
    int checked = check_file(VMSCOPE_SOURCE_DIR "/tests/conformance/strings.txt");
    assert_int_equal(checked, 3 * (7 + 6 + 6 + 7 + 1 + 1 + 1) + 2 + 2 + 1);
}

static void test_ostep(void **state)
{
    (void)state;
    int checked = check_file(VMSCOPE_SOURCE_DIR "/tests/conformance/ostep-policy.txt");
    assert_int_equal(checked, 12 * 2 * 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings), cmocka_unit_test(test_ostep)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

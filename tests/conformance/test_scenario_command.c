/* SPDX-License-Identifier: MIT
 * vmscope run, check and fmt from outside: exit codes, messages with their place, and that every
 * example runs.
 */
#define _GNU_SOURCE /* mkstemp, fileno */
#include "support_command.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = VMSCOPE_BINARY_DIR "/scenario-XXXXXX";

static int call(int (*command)(int argc, char **argv), const char *arguments)
{
    return captured_words(command, arguments, "FILE", path);
}

static void text(const char *bytes)
{
    write_whole(path, bytes, strlen(bytes));
}

#define GOOD "vmscope 1\ntitle \"t\"\nmachine paper { frames 3 }\nA = start empty\nA: refs 1 2 3\n"

static void run_exits_as_promised(void **state)
{
    (void)state;
    text(GOOD "expect faults = 3\n");
    assert_int_equal(call(command_run, "run FILE"), COMMAND_DONE);
    assert_non_null(strstr(out_text, "expectations 1 of 1 held"));
    assert_string_equal(err_text, "");
    assert_int_equal(
        call(command_run, "run FILE --set frames=8 --set policy=lru --json"), COMMAND_DONE);
    assert_non_null(strstr(out_text, "\"operations\":5"));
    assert_non_null(strstr(out_text, "\"faults\":3"));
    assert_int_equal(call(command_run, "run FILE --events"), COMMAND_DONE);
    assert_non_null(strstr(out_text, "\n3 access line 5\n"));
    assert_non_null(strstr(out_text, "  access tid=1 va=0x1000 access=load\n"));
    text(GOOD "expect faults = 4\n");
    assert_int_equal(call(command_run, "run FILE"), COMMAND_FAILED);
    assert_non_null(strstr(err_text, ":6:1: did not hold: expect faults = 4 (it is 3)"));
    text(GOOD "B: exit(0)\n");
    assert_int_equal(call(command_run, "run FILE"), COMMAND_FAILED);
    text("vmscope 1\nmachine segments\nA = start empty\n");
    assert_int_equal(call(command_run, "run FILE"), COMMAND_BAD_INPUT);
    assert_non_null(strstr(err_text, ":2:9: there is no machine `segments`"));
    text(GOOD "A: x = (\n");
    assert_int_equal(call(command_run, "run FILE"), COMMAND_BAD_INPUT);
    assert_non_null(strstr(err_text, ":7:1: found the end of the text"));
    assert_int_equal(call(command_run, "run"), COMMAND_USAGE);
    assert_int_equal(call(command_run, "run FILE --what"), COMMAND_USAGE);
    assert_int_equal(call(command_run, "run FILE --set frames"), COMMAND_USAGE);
    assert_int_equal(call(command_run, "run --help"), COMMAND_DONE);
    assert_int_equal(call(command_run, "run /does/not/exist.vms"), COMMAND_BAD_INPUT);
}

/* Whoever steps through CLOCK reads who is looked at and why, and where hand and bits are then. */
static void explain_can_be_followed_by_hand(void **state)
{
    (void)state;
    text("vmscope 1\nmachine paper { frames 3  policy clock }\nA = start empty\nA: refs 7 0 1 2\n");
    assert_int_equal(call(command_run, "run FILE --explain"), COMMAND_DONE);
    static const char search[] =
        "    No frame is free: CLOCK must choose a page to give up.\n"
        "    CLOCK looks at frame 0 (reference bit 1) and clears its bit and spares it.\n"
        "      reference bit of frame 0: 1 -> 0\n"
        "      hand: frame 0 -> frame 1\n";
    static const char choice[] = "      hand: frame 2 -> frame 0\n"
                                 "    CLOCK looks at frame 0 (reference bit 0) and takes it.\n"
                                 "      hand: frame 0 -> frame 1\n"
                                 "    Page 7 of A must leave frame 0.\n";
    static const char known[] = "    CLOCK now:\n"
                                "      hand at frame 1\n"
                                "      frame 0 page 2, reference bit 1\n"
                                "      frame 1 page 0, reference bit 0\n"
                                "      frame 2 page 1, reference bit 0\n";
    assert_non_null(strstr(out_text, search));
    assert_non_null(strstr(out_text, choice));
    assert_non_null(strstr(out_text, known));
    assert_null(strstr(out_text, "frame 3"));
    /* pages that left, by their own numbers; lists in their order; next uses */
    text("vmscope 1\nmachine paper { frames 2  policy arc }\nA = start empty\n"
         "A: refs 5 6 5 7 8\n");
    assert_int_equal(call(command_run, "run FILE --explain"), COMMAND_DONE);
    assert_non_null(strstr(out_text, "      T1: used once: frame 1 page 8\n"));
    assert_non_null(strstr(out_text, "      T2: used again: frame 0 page 5\n"));
    assert_non_null(strstr(out_text, "(page 7 that left)"));
    assert_int_equal(call(command_run, "run FILE --explain --set policy=opt"), COMMAND_DONE);
    assert_non_null(strstr(out_text, "      frame 0 page 5, next use 3\n"));
    assert_non_null(strstr(out_text, "(next use never) and takes it.\n"));
    assert_int_equal(
        call(command_run, "run " VMSCOPE_SOURCE_DIR "/db/library/fork-copy-on-write.vms --explain"),
        COMMAND_DONE);
    assert_non_null(strstr(out_text, "B writes address"));
}

/* What a terminal of the run shows is text; locks, mappings and threads have their names. */
static void values_are_written_for_people(void **state)
{
    (void)state;
    static char descriptors[] = VMSCOPE_SOURCE_DIR "/db/library/descriptors.vms";
    assert_int_equal(captured_words(command_run, "run FILE --explain", "FILE", descriptors), 0);
    assert_non_null(strstr(out_text, "shows 6 bytes: “hello⏎”."));
    assert_int_equal(captured_words(command_run, "run FILE --events", "FILE", descriptors), 0);
    assert_non_null(strstr(out_text, " w0=\"hello\\x0a\" w1=\"\""));
    assert_non_null(strstr(out_text, " prot=rw-"));
    text("vmscope 1\nprogram p { text 4K  data { c = 0 } }\nmutex m\n"
         "thread f { lock(m); unlock(m) }\nA = start p\nA: W = create(f)\nrun all\n");
    assert_int_equal(call(command_run, "run FILE --explain"), COMMAND_DONE);
    assert_non_null(strstr(out_text, "A.W finds m free and takes it"));
}

static void check_tells_parsing_from_running(void **state)
{
    (void)state;
    text(GOOD);
    assert_int_equal(call(command_check, "check FILE FILE"), COMMAND_DONE);
    assert_string_equal(err_text, "");
    text(GOOD "A: load(nowhere)\n");
    assert_int_equal(call(command_check, "check FILE"), COMMAND_FAILED);
    assert_non_null(strstr(err_text, ":6:9: A has no name `nowhere`"));
    text(GOOD "A: lod(0)\n");
    assert_int_equal(call(command_check, "check FILE"), COMMAND_BAD_INPUT);
    assert_non_null(strstr(err_text, ":6:4: there is no operation `lod` (did you mean `load`?)"));
    assert_int_equal(call(command_check, "check"), COMMAND_USAGE);
}

static void fmt_prints_checks_and_writes(void **state)
{
    (void)state;
    text("vmscope 1\nA=start empty");
    assert_int_equal(call(command_fmt, "fmt FILE"), COMMAND_DONE);
    assert_string_equal(out_text, "vmscope 1\nA = start empty\n");
    assert_int_equal(call(command_fmt, "fmt --check FILE"), COMMAND_FAILED);
    assert_int_equal(call(command_fmt, "fmt --write FILE"), COMMAND_DONE);
    assert_int_equal(call(command_fmt, "fmt --check FILE"), COMMAND_DONE);
    assert_string_equal(err_text, "");
    text("vmscope 1\nA=");
    assert_int_equal(call(command_fmt, "fmt --write FILE"), COMMAND_BAD_INPUT);
    assert_int_equal(call(command_fmt, "fmt"), COMMAND_USAGE);
    assert_int_equal(call(command_fmt, "fmt --wrong FILE"), COMMAND_USAGE);
}

/* A call that fails on purpose, threads left waiting: each line says that it is a warning. */
static bool only_warnings(const char *text)
{
    while (*text) {
        const char *end = strchr(text, '\n'), *word = strstr(text, ": warning: ");
        if (!word || (end && word > end)) {
            return false;
        }
        text = end ? end + 1 : "";
    }
    return true;
}

static size_t run_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t n = 0;
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (strstr(entry->d_name, ".vms") && !strstr(entry->d_name, ".later.")) {
            char arguments[1024];
            snprintf(arguments, sizeof arguments, "run %s/%s", folder, entry->d_name);
            int status = call(command_run, arguments);
            if (status != COMMAND_DONE || !only_warnings(err_text)) {
                fail_msg("%s: %s", arguments, err_text);
            }
            n++;
        }
    }
    closedir(dir);
    return n;
}

/* The library's scenarios are tests of their own: `ctest -R library/`. */
static void the_examples_run(void **state)
{
    (void)state;
    assert_true(run_folder(VMSCOPE_SOURCE_DIR "/tests/golden/scenario") >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_exits_as_promised),
        cmocka_unit_test(explain_can_be_followed_by_hand),
        cmocka_unit_test(values_are_written_for_people),
        cmocka_unit_test(check_tells_parsing_from_running),
        cmocka_unit_test(fmt_prints_checks_and_writes),
        cmocka_unit_test(the_examples_run),
    };
    int fd = mkstemp(path);
    if (fd < 0) {
        return 1;
    }
    close(fd);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}

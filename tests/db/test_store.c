/* SPDX-License-Identifier: MIT
 * The store as a whole: group commit, a process killed amid writes, damaged and foreign files, a
 * second server, a full disk, migrations, traces.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support_store.h"

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int setup(void **state)
{
    *state = test_dir();
    return 0;
}

static int teardown(void **state)
{
    test_dir_remove(*state);
    return 0;
}

static void on_created(void *wait, enum store_status status, const struct store_scenario *s)
{
    (void)s;
    assert_int_equal(status, STORE_OK);
    answer_given(wait);
}

static void many_writes_share_a_commit(void **state)
{
    store *s = test_open(*state);
    struct wait *wait = wait_new();
    struct store_stats stats;
    for (int i = 0; i < 1000; i++) {
        char text[32];
        snprintf(text, sizeof text, "text %d", i);
        struct store_scenario_new in = {.text = text, .text_length = strlen(text)};
        store_scenario_create(s, &in, on_created, wait);
    }
    wait_for(wait, 1000);
    store_statistics(s, &stats);
    assert_int_equal(stats.writes, 1000);
    assert_true(stats.commits < 500);
    store_close(s);
}

static unsigned answers;
static void on_any(void *refused, enum store_status status, const struct store_scenario *s)
{
    (void)s;
    __atomic_add_fetch(&answers, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch((unsigned *)refused, status == STORE_BUSY, __ATOMIC_SEQ_CST);
}

/* Each request is answered, those that found no room too; and closing finishes what was taken. */
static void a_full_queue_refuses_and_closing_finishes(void **state)
{
    char why[300];
    store *s;
    unsigned refused = 0;
    struct store_options options = {.dir = *state, .queue = 4};
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_OK);
    answers = 0;
    for (int i = 0; i < 500; i++) {
        struct store_scenario_new in = {.text = "same", .text_length = 4};
        store_scenario_create(s, &in, on_any, &refused);
    }
    store_close(s);
    assert_int_equal(answers, 500);
    assert_true(refused > 0);
    s = test_open(*state);
    struct store_list list = {.limit = 1000, .library = -1};
    assert_int_equal(test_list(s, &list).n, 500 - refused);
    store_close(s);
}

static void on_token(void *pipe_, enum store_status status, const struct store_scenario *s)
{
    if (status == STORE_OK) {
        ssize_t n = write(*(int *)pipe_, s->id, 12);
        (void)n;
    }
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    for (int round = 0; round < 3; round++) {
        int fds[2];
        char id[13] = "";
        assert_int_equal(pipe(fds), 0);
        pid_t child = fork();
        if (child == 0) {
            char why[300];
            store *s;
            struct store_options options = {.dir = *state};
            close(fds[0]);
            if (store_open(&options, why, sizeof why, &s) != STORE_OK) {
                _exit(1);
            }
            for (unsigned i = 0;; i++) {
                char text[64];
                snprintf(text, sizeof text, "round %d text %u", round, i);
                struct store_scenario_new in = {.text = text, .text_length = strlen(text)};
                store_scenario_create(s, &in, on_token, &fds[1]);
                usleep(200);
            }
        }
        close(fds[1]);
        /* In the midst of it, however slow the disk: some are acknowledged, more are under way. */
        for (int i = 0; i < 20; i++) {
            assert_int_equal(read(fds[0], id, 12), 12);
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        store *s = test_open(*state);
        assert_int_equal(test_read(s, id, 0).status, STORE_OK);
        while (read(fds[0], id, 12) == 12) {
            assert_int_equal(test_read(s, id, 0).status, STORE_OK);
        }
        close(fds[0]);
        store_close(s);
    }
}

static void path_in(char *out, const char *dir, const char *name)
{
    snprintf(out, 4096, "%s/%s", dir, name);
}

static void damage_is_said_and_nothing_is_touched(void **state)
{
    char why[300], path[4096];
    store *s = test_open(*state);
    for (int i = 0; i < 200; i++) {
        char text[200];
        snprintf(text, sizeof text, "%d %0150d", i, i);
        test_create(s, text);
    }
    store_close(s);
    path_in(path, *state, "vmscope.db");
    int fd = open(path, O_RDWR);
    char garbage[4096];
    memset(garbage, 0x5a, sizeof garbage);
    for (off_t at = 4096; at < 20 * 4096; at += 4096) {
        assert_int_equal(pwrite(fd, garbage, sizeof garbage, at), sizeof garbage);
    }
    close(fd);
    struct store_options options = {.dir = *state};
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_DAMAGED);
    assert_null(s);
    assert_true(strlen(why) > 10);
    fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(
        write(fd, "this is no database, it is a letter to my aunt, who likes letters", 64), 64);
    close(fd);
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_DAMAGED);
    fd = open(path, O_RDONLY);
    assert_int_equal(read(fd, garbage, 4), 4);
    assert_memory_equal(garbage, "this", 4);
    close(fd);
}

static void a_second_server_is_refused(void **state)
{
    char why[300];
    store *s = test_open(*state), *second;
    struct store_options options = {.dir = *state};
    assert_int_equal(store_open(&options, why, sizeof why, &second), STORE_BUSY);
    assert_non_null(strstr(why, "another vmscope"));
    store_close(s);
}

static void a_newer_schema_is_refused(void **state)
{
    char why[300], path[4096];
    sqlite3 *db;
    store *s = test_open(*state);
    store_close(s);
    path_in(path, *state, "vmscope.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 9999", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    struct store_options options = {.dir = *state};
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_TOO_NEW);
    assert_non_null(strstr(why, "9999"));
}

/* A database as schema 1 left it (tests/golden/schema-1.sql) opens and keeps what it held. */
static void old_schemas_come_forward(void **state)
{
    char path[4096];
    sqlite3 *db;
    FILE *in = fopen(VMSCOPE_SOURCE_DIR "/tests/golden/schema-1.sql", "rb");
    char *sql = calloc(1, 1 << 20);
    assert_non_null(in);
    assert_true(fread(sql, 1, (1 << 20) - 1, in) > 0);
    fclose(in);
    path_in(path, *state, "vmscope.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    free(sql);
    store *s = test_open(*state);
    assert_string_equal(test_read(s, "golden222222", 0).text, "vmscope 1\n");
    assert_int_equal(
        test_write(s, "golden222222", "goldentoken", 0, "vmscope 1\n# on\n").version, 2);
    store_close(s);
}

/* Writes fail as on a full disk; reads go on; with room again writes do. */
static void a_full_disk_refuses_and_recovers(void **state)
{
    store *s = test_open(*state);
    struct answer made = test_create(s, "before");
    struct rlimit old, tight = {64 << 10, RLIM_INFINITY};
    char big[60001];
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    tight.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    memset(big, 'b', sizeof big - 1);
    big[sizeof big - 1] = 0;
    enum store_status status = STORE_OK;
    for (int i = 0; i < 20 && status == STORE_OK; i++) {
        big[0] = (char)('A' + i);
        status = test_create(s, big).status;
    }
    assert_int_not_equal(status, STORE_OK);
    assert_string_equal(test_read(s, made.id, 0).text, "before");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(test_create(s, "after").status, STORE_OK);
    store_close(s);
    s = test_open(*state);
    assert_string_equal(test_read(s, made.id, 0).text, "before");
    store_close(s);
}

/* Past the limit nothing is taken in, but room can be made. */
static void the_database_has_a_limit(void **state)
{
    char why[300];
    store *s;
    struct store_options options = {.dir = *state};
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_OK);
    char *big = malloc(60001);
    memset(big, 'b', 60000);
    big[60000] = 0;
    struct answer made = test_create(s, big);
    store_close(s);
    options.max_bytes = 400000;
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_OK);
    assert_int_equal(test_create(s, "still").status, STORE_OK);
    store_close(s);
    options.max_bytes = 140000;
    assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_OK);
    assert_int_equal(test_create(s, "more").status, STORE_FULL);
    assert_int_equal(test_write(s, made.id, made.token, 0, "more").status, STORE_FULL);
    assert_int_equal(test_read(s, made.id, 0).status, STORE_OK);
    assert_int_equal(test_delete(s, made.id, made.token), STORE_OK);
    assert_int_equal(test_create(s, "again").status, STORE_OK);
    store_close(s);
    free(big);
}

struct kept {
    struct wait *wait;
    enum store_status status;
    char id[64];
    int64_t bytes;
};

static void on_trace(void *kept_, enum store_status status, const struct store_trace *trace)
{
    struct kept *kept = kept_;
    kept->status = status;
    if (status == STORE_OK) {
        snprintf(kept->id, sizeof kept->id, "%s", trace->id);
        kept->bytes = trace->bytes;
    }
    answer_given(kept->wait);
}

static void traces_are_files_with_a_row(void **state)
{
    store *s = test_open(*state);
    store_upload *upload;
    char path[4400], bytes[16] = "";
    struct kept kept = {.wait = wait_new()};
    struct store_trace trace = {
        .title = "t", .format = "pages", .page_size = 4096, .bytes = 7, .references = 3};
    assert_int_equal(store_upload_new(s, &upload), STORE_OK);
    assert_int_equal(store_upload_append(upload, "1 2", 3), STORE_OK);
    assert_int_equal(store_upload_append(upload, " 3", 2), STORE_OK);
    store_upload_finish(upload, &trace, on_trace, &kept);
    wait_for(kept.wait, 1);
    assert_int_equal(kept.status, STORE_OK);
    assert_int_equal(kept.bytes, 7); /* what it says of itself */
    assert_true(store_trace_path(s, kept.id, path, sizeof path));
    int fd = open(path, O_RDONLY);
    assert_int_equal(read(fd, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "1 2 3", 5);
    close(fd);
    assert_false(store_trace_path(s, "../vmscope.db", path, sizeof path));
    assert_false(store_trace_path(s, "", path, sizeof path));
    assert_int_equal(store_upload_new(s, &upload), STORE_OK);
    store_upload_abandon(upload);
    char stray[4096];
    snprintf(stray, sizeof stray, "%s/traces/aaaaaaaaaaaa.part", (char *)*state);
    close(open(stray, O_WRONLY | O_CREAT, 0600));
    store_close(s);
    s = test_open(*state);
    assert_int_equal(access(stray, F_OK), -1); /* left by a crash: the next start removes it */
    assert_true(store_trace_path(s, kept.id, path, sizeof path));
    assert_int_equal(access(path, F_OK), 0);
    struct kept none = {.wait = wait_new()};
    store_trace_read(s, "none22222222", on_trace, &none);
    wait_for(none.wait, 1);
    assert_int_equal(none.status, STORE_NOT_FOUND);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_writes_share_a_commit, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_queue_refuses_and_closing_finishes, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_acknowledged_survives_a_kill, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_said_and_nothing_is_touched, setup, teardown),
        cmocka_unit_test_setup_teardown(a_second_server_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_newer_schema_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(old_schemas_come_forward, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_refuses_and_recovers, setup, teardown),
        cmocka_unit_test_setup_teardown(the_database_has_a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(traces_are_files_with_a_row, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

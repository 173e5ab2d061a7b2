/* SPDX-License-Identifier: MIT
 * Scenarios in the store: versions, tokens, lists, forks, repeated requests, and what is left after
 * a delete.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void saves_versions_and_checks_tokens(void **state)
{
    store *s = test_open(*state);
    struct answer made = test_create(s, "one");
    assert_int_equal(made.status, STORE_OK);
    assert_int_equal(made.version, 1);
    assert_true(strlen(made.id) >= 10 && strlen(made.token) >= 26);
    assert_int_equal(test_write(s, made.id, NULL, 0, "x").status, STORE_FORBIDDEN);
    assert_int_equal(test_write(s, made.id, "wrong", 0, "x").status, STORE_FORBIDDEN);
    assert_int_equal(test_write(s, "nobody22222", made.token, 0, "x").status, STORE_NOT_FOUND);
    struct answer second = test_write(s, made.id, made.token, 1, "two");
    assert_int_equal(second.status, STORE_OK);
    assert_int_equal(second.version, 2);
    assert_string_equal(second.title, "T");
    assert_int_equal(test_write(s, made.id, made.token, 1, "late").status, STORE_CONFLICT);
    assert_string_equal(test_read(s, made.id, 0).text, "two");
    assert_string_equal(test_read(s, made.id, 1).text, "one");
    assert_string_equal(test_read(s, made.id, 0).token, "");
    assert_int_equal(test_read(s, made.id, 3).status, STORE_NOT_FOUND);
    store_close(s);
    s = test_open(*state);
    assert_string_equal(test_read(s, made.id, 0).text, "two");
    store_close(s);
}

static bool file_holds(const char *dir, const char *name, const char *word)
{
    char path[4096], *bytes = malloc(8 << 20);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *in = fopen(path, "rb");
    size_t n = in ? fread(bytes, 1, 8 << 20, in) : 0;
    bool found = false;
    for (size_t i = 0; i + strlen(word) <= n && !found; i++) {
        found = memcmp(bytes + i, word, strlen(word)) == 0;
    }
    if (in) {
        fclose(in);
    }
    free(bytes);
    return found;
}

static void keeps_no_token_and_no_deleted_text(void **state)
{
    store *s = test_open(*state);
    struct answer made = test_create(s, "a canary sings here");
    struct answer other = test_create(s, "shared words");
    struct answer twin = test_create(s, "shared words");
    assert_string_equal(other.hash, twin.hash);
    assert_int_equal(test_delete(s, made.id, "wrong"), STORE_FORBIDDEN);
    assert_int_equal(test_delete(s, made.id, made.token), STORE_OK);
    assert_int_equal(test_delete(s, made.id, made.token), STORE_NOT_FOUND);
    assert_int_equal(test_delete(s, other.id, other.token), STORE_OK);
    assert_string_equal(test_read(s, twin.id, 0).text, "shared words");
    store_close(s);
    assert_true(file_holds(*state, "vmscope.db", "shared words"));
    assert_false(file_holds(*state, "vmscope.db", "a canary sings here"));
    assert_false(file_holds(*state, "vmscope.db", twin.token));
}

static void lists_page_by_page(void **state)
{
    store *s = test_open(*state);
    char seen[25][64];
    size_t n = 0;
    for (int i = 0; i < 25; i++) {
        char text[32];
        snprintf(text, sizeof text, "number %d%%", i);
        assert_int_equal(test_create(s, text).status, STORE_OK);
    }
    struct store_list list = {.limit = 1, .library = -1};
    char cursor[160] = "";
    for (;;) {
        list.cursor = cursor[0] ? cursor : NULL;
        struct answer page = test_list(s, &list);
        assert_int_equal(page.status, STORE_OK);
        assert_int_equal(page.n, 1);
        for (size_t i = 0; i < n; i++) {
            assert_string_not_equal(seen[i], page.id);
        }
        strcpy(seen[n++], page.id);
        if (!page.next[0]) {
            break;
        }
        strcpy(cursor, page.next);
    }
    assert_int_equal(n, 25);
    struct store_list search = {.limit = 100, .search = "number 7%", .library = -1};
    assert_int_equal(test_list(s, &search).n, 1);
    search.search = "_";
    assert_int_equal(test_list(s, &search).n, 0);
    search.search = NULL;
    search.cursor = "no cursor of ours";
    assert_int_equal(test_list(s, &search).n, 25);
    search.cursor = NULL;
    search.library = 1;
    assert_int_equal(test_list(s, &search).n, 0);
    store_close(s);
}

struct made {
    struct wait *wait;
    enum store_status status;
    char id[64], token[128], from[64], text[64];
};

static void on_made(void *made_, enum store_status status, const struct store_scenario *s)
{
    struct made *made = made_;
    made->status = status;
    if (status == STORE_OK) {
        snprintf(made->id, sizeof made->id, "%s", s->id);
        snprintf(made->token, sizeof made->token, "%s", s->edit_token);
        snprintf(made->from, sizeof made->from, "%s", s->forked_from ? s->forked_from : "");
        snprintf(made->text, sizeof made->text, "%s", s->text);
    }
    answer_given(made->wait);
}

static struct made make(store *s, struct store_scenario_new in)
{
    struct made made = {.wait = wait_new()};
    in.text_length = in.text ? strlen(in.text) : 0;
    store_scenario_create(s, &in, on_made, &made);
    wait_for(made.wait, 1);
    return made;
}

static void the_same_key_makes_one(void **state)
{
    store *s = test_open(*state);
    struct store_scenario_new in = {
        .title = "T", .text = "text", .idempotency_key = "key-12345678"};
    struct made first = make(s, in), second = make(s, in);
    assert_int_equal(first.status, STORE_OK);
    assert_string_equal(first.id, second.id);
    assert_string_equal(first.token, second.token);
    assert_int_equal(test_write(s, first.id, second.token, 0, "more").status, STORE_OK);
    in.text = "another";
    assert_int_equal(make(s, in).status, STORE_CONFLICT);
    store_close(s);
    s = test_open(*state);
    in.text = "text";
    assert_string_equal(make(s, in).token, first.token);
    store_close(s);
}

static void forks(void **state)
{
    store *s = test_open(*state);
    struct answer made = test_create(s, "original");
    struct made fork = make(s, (struct store_scenario_new){.forked_from = made.id});
    assert_int_equal(fork.status, STORE_OK);
    assert_string_equal(fork.text, "original");
    assert_string_equal(fork.from, made.id);
    assert_string_not_equal(fork.id, made.id);
    assert_int_equal(make(s, (struct store_scenario_new){.forked_from = "none22222222"}).status,
        STORE_NOT_FOUND);
    store_close(s);
}

static void the_library_is_read_only(void **state)
{
    char why[300];
    store *s = NULL;
    struct store_options options = {.dir = *state, .library = true};
    for (int start = 0; start < 2; start++) {
        assert_int_equal(store_open(&options, why, sizeof why, &s), STORE_OK);
        struct store_list list = {.limit = 1000, .library = 1};
        struct answer page = test_list(s, &list);
        assert_int_equal(page.status, STORE_OK);
        if (page.n > 0) {
            assert_int_equal(strncmp(page.id, "lib-", 4), 0);
            assert_true(test_read(s, page.id, 0).library);
            assert_int_equal(
                test_read(s, page.id, 0).version, 1); /* a second start changes nothing */
            assert_int_equal(test_write(s, page.id, "token", 0, "x").status, STORE_READ_ONLY);
            assert_int_equal(test_delete(s, page.id, "token"), STORE_READ_ONLY);
        }
        store_close(s);
    }
}

static void hashes_as_the_standard_says(void **state)
{
    uint8_t sum[STORE_HASH_BYTES];
    char hex[2 * STORE_HASH_BYTES + 1], *million = malloc(1000000);
    (void)state;
    store_sha256("abc", 3, sum);
    store_hex(sum, sizeof sum, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    store_sha256("", 0, sum);
    store_hex(sum, sizeof sum, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    store_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, sum);
    store_hex(sum, sizeof sum, hex);
    assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    memset(million, 'a', 1000000);
    store_sha256(million, 1000000, sum);
    store_hex(sum, sizeof sum, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
    assert_true(store_equal("same", "same", 4));
    assert_false(store_equal("same", "sama", 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(saves_versions_and_checks_tokens, setup, teardown),
        cmocka_unit_test_setup_teardown(keeps_no_token_and_no_deleted_text, setup, teardown),
        cmocka_unit_test_setup_teardown(lists_page_by_page, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_key_makes_one, setup, teardown),
        cmocka_unit_test_setup_teardown(forks, setup, teardown),
        cmocka_unit_test_setup_teardown(the_library_is_read_only, setup, teardown),
        cmocka_unit_test(hashes_as_the_standard_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

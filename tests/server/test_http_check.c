/* SPDX-License-Identifier: MIT
 * What is refused before anyone looks: framing, syntax, hosts, origins, types. Tables of headers
 * and verdicts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/check.h"

#include <stdlib.h>
#include <string.h>

/* Pairs of name and value, ended by NULL. */
static struct http_fields fields_of(const char *const *pairs)
{
    struct http_fields fields = {.n = 0};
    for (; *pairs; pairs += 2) {
        fields.item[fields.n++] =
            (struct http_field){pairs[0], pairs[1], strlen(pairs[0]), strlen(pairs[1])};
    }
    return fields;
}

static unsigned framing(const char *method, const char *target, const char *const *pairs)
{
    struct http_fields fields = fields_of(pairs);
    return http_check_framing(method, target, &fields).status;
}

static void framing_is_strict(void **state)
{
    (void)state;
    assert_int_equal(framing("GET", "/", (const char *const[]){"Host", "a", NULL}), 0);
    assert_int_equal(framing("POST", "/x?y=%20",
                         (const char *const[]){"Host", "a", "Content-Length", "12", NULL}),
        0);
    static const struct {
        unsigned status;
        const char *name, *value, *name2, *value2;
    } refused[] = {
        {400, "host", "b", NULL, NULL},
        {400, "Content-Length", "5", "Content-Length", "6"},
        {400, "Content-Length", "5", "content-length", "5"},
        {400, "Content-Length", "5", "Transfer-Encoding", "chunked"},
        {400, "Transfer-Encoding", "chunked", "Transfer-Encoding", "identity"},
        {501, "Transfer-Encoding", "xchunked", NULL, NULL},
        {400, "Content-Length", "+5", NULL, NULL},
        {400, "Content-Length", "-1", NULL, NULL},
        {400, "Content-Length", "0x10", NULL, NULL},
        {400, "Content-Length", "5, 6", NULL, NULL},
        {400, "Content-Length", "", NULL, NULL},
        {400, "Content-Length", "9999999999999999999", NULL, NULL},
        {400, "X ", "y", NULL, NULL},
        {400, "X(){}", "y", NULL, NULL},
        {400, "", "y", NULL, NULL},
        {400, "X", "a\rb", NULL, NULL},
        {400, "X", "a\x01", NULL, NULL},
        {400, "X", "a\x7f", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const char *pairs[] = {"Host", "a", refused[i].name, refused[i].value, refused[i].name2,
            refused[i].value2, NULL};
        assert_int_equal(framing("POST", "/", pairs), refused[i].status);
    }
    assert_int_equal(framing("GET", "/", (const char *const[]){"X", "y", NULL}), 400);
    assert_int_equal(framing("G T", "/", (const char *const[]){"Host", "a", NULL}), 400);
    assert_int_equal(framing("", "/", (const char *const[]){"Host", "a", NULL}), 400);
}

static void targets_are_strict(void **state)
{
    static const char *const bad[] = {"http://evil.example/", "healthz", "", "/a%00b", "/a%zz",
        "/a%1", "/a%", "/a b", "/a\x01", "*"};
    const char *const host[] = {"Host", "a", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(framing("GET", bad[i], host), 400);
    }
    char *longest = malloc(HTTP_TARGET_BYTES + 2);
    memset(longest, 'a', HTTP_TARGET_BYTES + 1);
    longest[0] = '/';
    longest[HTTP_TARGET_BYTES] = 0;
    assert_int_equal(framing("GET", longest, host), 0);
    longest[HTTP_TARGET_BYTES] = 'a';
    longest[HTTP_TARGET_BYTES + 1] = 0;
    assert_int_equal(framing("GET", longest, host), 414);
    free(longest);
}

static void headers_have_a_limit(void **state)
{
    char *value = malloc(HTTP_HEADER_BYTES);
    (void)state;
    /* target 1, Host 4+1+4, X 1+n+4 */
    memset(value, 'v', HTTP_HEADER_BYTES);
    value[HTTP_HEADER_BYTES - 15] = 0;
    assert_int_equal(framing("GET", "/", (const char *const[]){"Host", "a", "X", value, NULL}), 0);
    value[HTTP_HEADER_BYTES - 15] = 'v';
    value[HTTP_HEADER_BYTES - 14] = 0;
    assert_int_equal(
        framing("GET", "/", (const char *const[]){"Host", "a", "X", value, NULL}), 431);
    free(value);
    struct http_fields many = {.too_many = true}, torn = {.torn = true};
    assert_int_equal(http_check_framing("GET", "/", &many).status, 431);
    assert_int_equal(http_check_framing("GET", "/", &torn).status, 400);
}

static void hosts_are_exact(void **state)
{
    struct http_name names[3];
    (void)state;
    assert_true(http_name_from_url("http://localhost:8080", &names[0]));
    assert_true(http_name_from_url("HTTPS://Class.Example.org:443/", &names[1]));
    assert_true(http_name_from_url("http://[::1]:8080", &names[2]));
    assert_string_equal(names[1].host, "class.example.org");
    assert_string_equal(names[1].origin, "https://class.example.org");
    assert_ptr_equal(http_name_of(names, 3, "LOCALHOST:8080"), &names[0]);
    assert_ptr_equal(http_name_of(names, 3, "class.example.org"), &names[1]);
    assert_ptr_equal(http_name_of(names, 3, "[::1]:8080"), &names[2]);
    static const char *const foreign[] = {"localhost", "localhost:80801",
        "localhost:8080.evil.example", "evil.example", "localhost:8080@evil.example",
        "evil.example, localhost:8080", "", "localhost:8080 "};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_null(http_name_of(names, 3, foreign[i]));
    }
    assert_null(http_name_of(names, 3, NULL));
    static const char *const no_urls[] = {
        "localhost:8080", "ftp://a", "http://", "http://a/path", "http://a?b", "http://a b"};
    for (size_t i = 0; i < sizeof no_urls / sizeof no_urls[0]; i++) {
        assert_false(http_name_from_url(no_urls[i], &names[0]));
    }
}

static unsigned origin(const char *name, const char *value, bool guarded, bool api)
{
    struct http_name own;
    assert_true(http_name_from_url("http://localhost:8080", &own));
    struct http_fields fields = fields_of((const char *const[]){name, value, NULL});
    return http_check_origin(&own, &fields, guarded, api).status;
}

static void origins_are_exact(void **state)
{
    static const char *const foreign[] = {"null", "http://evil.example", "https://localhost:8080",
        "http://localhost:80800", "http://localhost", "http://localhost:8080.evil.example",
        "http://localhost:8080/", "file://", ""};
    (void)state;
    assert_int_equal(origin("Origin", "http://localhost:8080", true, true), 0);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_int_equal(origin("Origin", foreign[i], true, true), 403);
        assert_int_equal(
            origin("Origin", foreign[i], false, true), 0); /* reads answer without CORS headers */
    }
    assert_int_equal(origin("X", "curl", true, true), 0);
    assert_int_equal(origin("Sec-Fetch-Site", "cross-site", true, false), 403);
    assert_int_equal(origin("Sec-Fetch-Site", "cross-site", false, true), 403);
    assert_int_equal(
        origin("Sec-Fetch-Site", "cross-site", false, false), 0); /* a link from elsewhere */
    assert_int_equal(origin("Sec-Fetch-Site", "same-origin", true, true), 0);
}

static void json_is_json(void **state)
{
    static const char *const yes[] = {"application/json", "Application/JSON; charset=UTF-8",
        "application/json;charset=utf-8", "application/json ; charset=\"utf-8\""};
    static const char *const no[] = {"text/plain", "application/jsonp",
        "application/json; charset=utf-16", "application/json; x",
        "application/x-www-form-urlencoded", "", "text/plain; application/json"};
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        assert_true(http_is_json(yes[i]));
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        assert_false(http_is_json(no[i]));
    }
    assert_false(http_is_json(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(framing_is_strict),
        cmocka_unit_test(targets_are_strict),
        cmocka_unit_test(headers_have_a_limit),
        cmocka_unit_test(hosts_are_exact),
        cmocka_unit_test(origins_are_exact),
        cmocka_unit_test(json_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

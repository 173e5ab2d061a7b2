/* SPDX-License-Identifier: MIT
 * JSON in and out: what is refused and with which reason, what is written for any bytes, and that
 * every row of the tables becomes JSON.
 */
#include "wire/events_json.h"
#include "wire/json.h"
#include "wire/json_read.h"
#include "wire/utf8.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum json_problem problem_of(const char *text, size_t length)
{
    struct json_error error;
    json_value *value = json_parse(text, length, NULL, &error);
    assert_true((value != NULL) == (error.problem == JSON_FINE));
    assert_true(value != NULL || error.message[0] != '\0');
    json_value_free(value);
    return error.problem;
}

static void refuses_bad_json(void **state)
{
    static const char *const bad[] = {"", " ", "{", "}", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}",
        "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "01", "-01", "00", "1.", ".5", "1e", "1e+",
        "+1", "-", "0x10", "NaN", "nan", "Infinity", "-Infinity", "1e400", "-1e400",
        "9007199254740992", "-9007199254740992",
        "123456789012345678901234567890123456789012345678901234567890", "tru", "True", "nul", "\"",
        "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"a\nb\"", "\"a\tb\"", "\"\x01\"",
        "\"\x80\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"",
        "\xef\xbb\xbf{}", "{} x", "{}{}", "1 2", "[1] // comment", "/* */1", "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}", "[{\"x\":{\"k\":1,\"k\":1}}]", "\v1", "[1;2]", "\"\\u00e\"",
        "{\"a\":}", "{\"a\"}", "[\"a\":1]", "{1:2}", "-a", "1a", "truefalse"};
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (problem_of(bad[i], strlen(bad[i])) != JSON_SYNTAX) {
            fail_msg("not refused: %s", bad[i]);
        }
    }
    assert_int_equal(problem_of("1\0", 2), JSON_SYNTAX);
    assert_int_equal(problem_of("\"a\0b\"", 5), JSON_SYNTAX);
}

static void accepts_good_json(void **state)
{
    static const char *const good[] = {"0", "-0", "1.5e-3", "9007199254740991", "true", "false",
        "null", "\"\"", "[]", "{}", " [ 1 , 2 ] ", "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"",
        "{\"a\":{\"a\":1},\"A\":2}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "[[],{},[{}]]",
        "\t\r\n1", "1E5", "\"\x7f\""};
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (problem_of(good[i], strlen(good[i])) != JSON_FINE) {
            fail_msg("refused: %s", good[i]);
        }
    }
}

static char *nested(unsigned depth)
{
    char *text = calloc(2 * depth + 1, 1);
    assert_non_null(text);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

static void limits_hold_at_the_limit_and_one_above(void **state)
{
    (void)state;
    char *text = nested(32);
    assert_int_equal(problem_of(text, 64), JSON_FINE);
    free(text);
    text = nested(33);
    assert_int_equal(problem_of(text, 66), JSON_TOO_DEEP);
    free(text);

    for (unsigned keys = 5000; keys <= 5001; keys++) {
        struct json json = {0};
        char key[16];
        json_object(&json);
        for (unsigned i = 0; i < keys; i++) {
            snprintf(key, sizeof(key), "k%u", i);
            json_key_number(&json, key, i);
        }
        json_object_end(&json);
        assert_int_equal(
            problem_of(json.bytes, json.length), keys == 5000 ? JSON_FINE : JSON_TOO_MANY_KEYS);
        json_release(&json);
    }

    struct json_limits limits = {.bytes = 10};
    struct json_error error;
    json_value *value = json_parse("\"12345678\"", 10, &limits, &error);
    assert_non_null(value);
    json_value_free(value);
    assert_null(json_parse("\"123456789\"", 11, &limits, &error));
    assert_int_equal(error.problem, JSON_TOO_LARGE);
}

static void getters_tell_types_apart(void **state)
{
    static const char text[] =
        "{\"n\":5,\"s\":\"18446744073709551615\",\"h\":\"0xff\",\"neg\":-3,\"half\":1.5,"
        "\"t\":true,\"z\":null,\"over\":\"18446744073709551616\",\"e\":\"\",\"x\":\"0x\","
        "\"sign\":\"-1\",\"a\":[1,2,3]}";
    struct json_error error;
    json_value *v = json_parse(text, sizeof(text) - 1, NULL, &error);
    uint64_t n;
    int64_t i;
    bool flag = false;
    (void)state;
    assert_non_null(v);
    assert_true(json_u64(json_get(v, "n"), &n) && n == 5);
    assert_true(json_u64(json_get(v, "s"), &n) && n == UINT64_MAX);
    assert_true(json_u64(json_get(v, "h"), &n) && n == 255);
    assert_true(json_i64(json_get(v, "neg"), &i) && i == -3);
    static const char *const none[] = {
        "neg", "half", "t", "z", "over", "e", "x", "sign", "a", "N", "absent"};
    for (size_t k = 0; k < sizeof(none) / sizeof(none[0]); k++) {
        assert_false(json_u64(json_get(v, none[k]), &n));
    }
    assert_true(json_flag(json_get(v, "t"), &flag) && flag);
    assert_false(json_flag(json_get(v, "n"), &flag));
    assert_true(json_is_null(json_get(v, "z")));
    assert_false(json_is_null(json_get(v, "absent")));
    assert_int_equal(json_size(json_get(v, "a")), 3);
    assert_null(json_text(json_get(v, "n")));
    assert_null(json_get(json_get(v, "a"), "n"));
    json_value_free(v);
}

static void any_bytes_become_valid_strings(void **state)
{
    uint32_t random = 1;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        char bytes[40];
        for (size_t i = 0; i < sizeof(bytes); i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (char)(random >> 24);
            bytes[i] = bytes[i] ? bytes[i] : 'x'; /* the reader refuses \u0000 by design */
        }
        struct json json = {0};
        json_array(&json);
        json_string_n(&json, bytes, sizeof(bytes));
        json_string(&json, NULL);
        json_array_end(&json);
        assert_int_equal(problem_of(json.bytes, json.length), JSON_FINE);
        json_release(&json);
    }
}

static void writes_what_it_should(void **state)
{
    struct json json = {0};
    (void)state;
    json_object(&json);
    json_key_string(&json, "q\"", "a\\b\n\x01\xff\xc3\xa9");
    json_key(&json, "big");
    json_big(&json, UINT64_MAX);
    json_key(&json, "va");
    json_hex(&json, 0x55d0c4a3e2a8);
    json_key(&json, "list");
    json_array(&json);
    json_signed(&json, -1);
    json_real(&json, 0.5);
    json_real(&json, 1.0 / 0.0);
    json_bool(&json, false);
    json_raw(&json, "{}", 2);
    json_array_end(&json);
    json_object_end(&json);
    assert_string_equal(json.bytes,
        "{\"q\\\"\":\"a\\\\b\\n\\u0001\xef\xbf\xbd\xc3\xa9\",\"big\":\"18446744073709551615\","
        "\"va\":\"0x55d0c4a3e2a8\",\"list\":[-1,0.5,null,false,{}]}");
    json_release(&json);
}

static void every_row_becomes_json(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < vm_event_count; kind++) {
        const struct vm_event_desc *desc = vm_event_desc(kind);
        for (uint64_t fill = 0; fill < 3; fill++) {
            struct vm_event event = {.kind = kind, .n = desc->words_n};
            for (size_t i = 0; i < event.n; i++) {
                event.word[i] = fill == 2 ? UINT64_MAX : fill;
            }
            struct json json = {0};
            wire_event_json(&json, &event, NULL, NULL);
            assert_int_equal(problem_of(json.bytes, json.length), JSON_FINE);
            json_release(&json);
            if (desc->change) {
                wire_row_json(&json, &event, NULL, NULL);
                assert_int_equal(problem_of(json.bytes, json.length), JSON_FINE);
                json_release(&json);
            }
        }
    }
    for (unsigned kind = 0; kind < vm_op_kind_count; kind++) {
        struct vm_op op = {.kind = (uint16_t)kind, .line = 7};
        struct json json = {0};
        memset(&op.u, 0xff, sizeof(op.u));
        wire_op_json_open(&json, &op, NULL, NULL);
        json_object_end(&json);
        assert_int_equal(problem_of(json.bytes, json.length), JSON_FINE);
        json_release(&json);
    }
}

static void a_fault_reads_as_a_person_would_write_it(void **state)
{
    struct vm_events events = {0};
    struct vm_event_fault fault = {.tid = 1, .vpn = 16, .kind = vm_fault_zero};
    struct vm_event_pte pte = {.table = 3, .index = 5, .entry = 7};
    struct json json = {0};
    (void)state;
    vm_events_put(
        &events, vm_event_fault, (const uint64_t *)&fault, sizeof(fault) / sizeof(uint64_t));
    vm_events_put(&events, vm_event_pte, (const uint64_t *)&pte, sizeof(pte) / sizeof(uint64_t));
    assert_true(wire_events_json(&json, events.bytes, events.length, NULL, NULL));
    assert_string_equal(json.bytes,
        "[{\"event\":\"fault\",\"actor\":\"kernel\",\"tid\":1,\"vpn\":16,\"kind\":"
        "\"zero\"},{\"event\":\"pte\",\"table\":3,\"index\":5,\"entry\":"
        "[\"0x0\",\"0x7\"]}]");
    json_release(&json);
    assert_false(wire_events_json(&json, events.bytes, events.length - 1, NULL, NULL));
    json_release(&json);
    vm_events_release(&events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_bad_json),
        cmocka_unit_test(accepts_good_json),
        cmocka_unit_test(limits_hold_at_the_limit_and_one_above),
        cmocka_unit_test(getters_tell_types_apart),
        cmocka_unit_test(any_bytes_become_valid_strings),
        cmocka_unit_test(writes_what_it_should),
        cmocka_unit_test(every_row_becomes_json),
        cmocka_unit_test(a_fault_reads_as_a_person_would_write_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

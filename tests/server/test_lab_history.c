/* SPDX-License-Identifier: MIT
 * A thing's own history, finding by kind, lanes of processors: the answers of the lab protocol,
 * and that what the history tells is all that happened to the thing, held against every event.
 */
#define _GNU_SOURCE
#include "support_lab.h"
#include "vm/describe.h"
#include "wire/json_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Frames and slots change hands a hundred times. */
static const char swap_text[] =
    "vmscope 1\n"
    "machine x86-64 { frames 40  swap 64  tlb 4  policy clock  seed 1 }\n"
    "A = start empty\n"
    "A: heap = mmap(48 pages, rw, private)\n"
    "repeat i in 0..299 { A: store(page(heap, i * 7 % 48)) }\n"
    "A: B = fork()\n"
    "B: store(heap)\n"
    "repeat i in 0..47 { A: store(page(heap, i)) }\n";

static const char two_cpus[] = "vmscope 1\n"
                               "machine x86-64 { frames 64  cpus 2  seed 1 }\n"
                               "A = start empty\n"
                               "A: heap = mmap(2 pages, rw, private)\n"
                               "A: B = fork()\n"
                               "A: store(heap)\n"
                               "B: store(heap)\n"
                               "A: store(heap)\n"
                               "B: store(heap)\n";

static json_value *parsed(const char *text)
{
    struct json_error error;
    struct json_limits limits = {.bytes = 1 << 24, .keys = 1 << 20};
    json_value *json = json_parse(text, strlen(text), &limits, &error);
    assert_non_null(json);
    return json;
}

/* Positions of a thing's history, newest first, `count` at a time: "7.15 7.14 …". */
static char *positions(struct lab *lab, const char *of, const char *before, unsigned count)
{
    char *all = calloc(1, 1 << 16), ask[300], next[40];
    snprintf(next, sizeof next, "%s", before);
    while (*next) {
        snprintf(ask, sizeof ask, "{\"type\":\"history\",\"of\":%s,\"before\":\"%s\",\"count\":%u}",
            of, next, count);
        json_value *json = parsed(tell(lab, ask));
        const json_value *items = json_get(json, "items");
        assert_true(json_is_array(items));
        assert_true(json_size(items) <= count);
        for (const json_value *item = json_first(items); item; item = json_next(item)) {
            sprintf(all + strlen(all), "%s ", json_text(json_get(item, "position")));
        }
        const char *then = json_text(json_get(json, "next"));
        snprintf(next, sizeof next, "%s", then ? then : "");
        json_value_free(json);
    }
    return all;
}

static void expect_history(struct lab *lab, const char *of, const char *before, const char *wanted)
{
    static const unsigned counts[] = {1, 2, 100};
    for (size_t i = 0; i < 3; i++) {
        char *found = positions(lab, of, before, counts[i]);
        assert_string_equal(found, wanted);
        free(found);
    }
}

static void a_things_own_history(void **state)
{
    struct lab *lab = *state;
    open_text(lab, fork_text);
    /* taken, filled, mapped, dirty; shared by fork; left by B, kept by A, written by A */
    expect_history(lab, "{\"frame\":20}", "6", "6.15 6.14 5.16 4.13 3.22 3.15 3.14 3.13 ");
    expect_history(lab, "{\"frame\":20}", "5", "5.16 4.13 3.22 3.15 3.14 3.13 ");
    expect_history(lab, "{\"frame\":20}", "3.14", "3.14 3.13 ");
    expect_history(lab, "{\"frame\":20}", "3.12", "");
    expect_history(lab, "{\"pid\":1,\"page\":34359705597}", "6", "6.15 4.13 3.22 3.15 ");
    expect_history(lab, "{\"pid\":2,\"page\":34359705597}", "6", "5.23 5.16 4.13 ");
    expect_history(lab, "{\"process\":2}", "6", "4.6 4.5 4.2 ");
    expect_history(lab, "{\"mapping\":1}", "6", "3.5 2.2 ");
    expect_history(lab, "{\"slot\":0}", "6", "");
    expect(lab,
        "{\"type\":\"history\",\"id\":7,\"of\":{\"frame\":20},\"before\":\"6\",\"count\":1}",
        "{\"type\":\"history\",\"id\":7,\"items\":[{\"position\":\"6.15\",\"op\":\"store\","
        "\"line\":8,\"tid\":1,\"events\":\"");
}

static void wrong_questions(void **state)
{
    struct lab *lab = *state;
    open_text(lab, fork_text);
    static const char *const wrong[][2] = {{"\"of\":{\"frame\":1},\"before\":\"7\"", "range"},
        {"\"of\":{\"frame\":1},\"before\":\"3.99\"", "range"}, {"\"of\":{\"frame\":1}", "field"},
        {"\"before\":\"6\"", "field"}, {"\"of\":{},\"before\":\"6\"", "field"},
        {"\"of\":{\"ufo\":1},\"before\":\"6\"", "field"},
        {"\"of\":{\"frame\":-1},\"before\":\"6\"", "field"},
        {"\"of\":{\"frame\":1,\"slot\":1},\"before\":\"6\"", "field"},
        {"\"of\":{\"table\":1},\"before\":\"6\"", "field"},
        {"\"of\":[1],\"before\":\"6\"", "field"},
        {"\"of\":{\"frame\":1},\"before\":\"6\",\"count\":0", "field"},
        {"\"of\":{\"frame\":1},\"before\":\"6\",\"count\":101", "field"}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char text[200], code[40];
        snprintf(text, sizeof text, "{\"type\":\"history\",%s}", wrong[i][0]);
        snprintf(code, sizeof code, "\"code\":\"%s\"", wrong[i][1]);
        expect(lab, text, code);
    }
    expect(lab, "{\"type\":\"history\",\"of\":{\"frame\":18446744073709551615},\"before\":\"6\"}",
        "\"code\":");
    expect(lab, "{\"type\":\"history\",\"of\":{\"frame\":9007199254740991},\"before\":\"6\"}",
        "\"items\":[],\"next\":null");
}

/* Every event of the run, read forwards: positions at which row `number` of `kind` changes, and
 * what it then is. */
static char *read_rows(struct lab *lab, unsigned kind, uint64_t number, uint64_t operations)
{
    char *all[4096], *text = calloc(1, 1 << 16), ask[100];
    size_t n = 0, at = 0;
    snprintf(ask, sizeof ask, "{\"type\":\"read\",\"from\":0,\"to\":%d,\"budget\":4194304}",
        (int)operations);
    tell(lab, "{\"type\":\"credit\",\"chunks\":16}");
    expect(lab, ask, "\"reached\"");
    for (uint64_t op = 1; op <= operations; op++) {
        size_t stop = (size_t)leb(lab->bytes[2], &at);
        stop += at;
        for (int i = 0; i < 3; i++) {
            leb(lab->bytes[2], &at);
        }
        struct vm_event event;
        unsigned micro = 0, said = 0;
        while (vm_event_next(lab->bytes[2], stop, &at, &event)) {
            micro += !vm_event_desc(event.kind)->change;
            if (event.kind == kind && event.word[0] == number && said != micro) {
                said = micro;
                all[n] = malloc(40);
                snprintf(all[n++], 40, "%d.%u ", (int)op, micro);
            }
        }
    }
    while (n) {
        strcat(text, all[--n]);
        free(all[n]);
    }
    return text;
}

/* A slot's history holds every change of its row, and besides only entries that name it. */
static void nothing_is_left_out(void **state)
{
    struct lab *lab = *state;
    json_value *opened = parsed(open_text(lab, swap_text));
    uint64_t operations;
    assert_true(json_u64(json_get(opened, "operations"), &operations));
    json_value_free(opened);
    char before[24];
    snprintf(before, sizeof before, "%d", (int)operations);
    size_t seen = 0;
    for (uint64_t number = 0; number < 40; number += 3) {
        static const struct {
            unsigned kind;
            const char *word;
        } kinds[] = {{vm_event_slot, "slot"}, {vm_event_frame, "frame"}};
        for (size_t k = 0; k < 2; k++) {
            char of[40];
            snprintf(of, sizeof of, "{\"%s\":%d}", kinds[k].word, (int)number);
            char *told = positions(lab, of, before, 7);
            char *rows = read_rows(lab, kinds[k].kind, number, operations);
            char *rest = told;
            for (char *row = strtok(rows, " "); row; row = strtok(NULL, " ")) {
                rest = strstr(rest, row); /* in the same order */
                assert_non_null(rest);
                seen++;
            }
            free(told);
            free(rows);
        }
    }
    assert_true(seen > 100);
}

static void kinds_are_found(void **state)
{
    struct lab *lab = *state;
    static const char *const finds[][2] = {
        {"\"kind\":\"fork\",\"from\":\"0\",\"direction\":1", "\"position\":\"4\""},
        {"\"kind\":\"fork\",\"from\":\"4\",\"direction\":1", "\"position\":null"},
        {"\"kind\":\"fork\",\"from\":\"6\",\"direction\":-1", "\"position\":\"4\""},
        {"\"kind\":\"fault\",\"from\":\"0\",\"direction\":1", "\"position\":\"3\""},
        {"\"kind\":\"fault\",\"from\":\"3\",\"direction\":1", "\"position\":\"5\""},
        {"\"kind\":\"copy\",\"from\":\"0\",\"direction\":1", "\"position\":\"5\""},
        {"\"kind\":\"switch\",\"from\":\"0\",\"direction\":1", "\"position\":\"5\""},
        {"\"kind\":\"any\",\"tid\":2,\"from\":\"0\",\"direction\":1", "\"position\":\"5\""},
        {"\"kind\":\"cow_copy\",\"from\":\"0\",\"direction\":1", "\"position\":\"5.15\""},
        {"\"kind\":\"cow_copy\",\"from\":\"5.15\",\"direction\":1", "\"position\":null"},
        {"\"kind\":\"cow_copy\",\"from\":\"5.15\",\"direction\":-1", "\"position\":null"},
        {"\"kind\":\"cow_copy\",\"from\":\"5.16\",\"direction\":-1", "\"position\":\"5.15\""},
        {"\"kind\":\"cow_copy\",\"from\":\"6\",\"direction\":-1", "\"position\":\"5.15\""},
        {"\"kind\":\"tlb_miss\",\"from\":\"3.1\",\"direction\":1", "\"position\":\"3.2\""},
        {"\"kind\":\"tlb_miss\",\"from\":\"3.2\",\"direction\":1", "\"position\":\"3.17\""},
        {"\"kind\":\"tlb_miss\",\"from\":\"3.17\",\"direction\":1", "\"position\":\"5.6\""},
        {"\"kind\":\"tlb_miss\",\"tid\":1,\"from\":\"3.17\",\"direction\":1",
            "\"position\":\"6.6\""},
        {"\"kind\":\"pte\",\"from\":\"0\",\"direction\":1", "\"code\":\"field\""},
        {"\"kind\":\"none\",\"from\":\"0\",\"direction\":1", "\"code\":\"field\""},
        {"\"kind\":\"any\",\"tid\":\"x\",\"from\":\"0\",\"direction\":1", "\"code\":\"field\""}};
    open_text(lab, fork_text);
    for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"type\":\"find\",%s}", finds[i][0]);
        expect(lab, text, finds[i][1]);
    }
}

static void lanes_of_processors(void **state)
{
    struct lab *lab = *state;
    static const char all[] = "{\"type\":\"lanes\",\"from\":0,\"to\":7,\"buckets\":7}";
    open_text(lab, fork_text);
    assert_null(
        strstr(tell(lab, "{\"type\":\"lanes\",\"from\":0,\"to\":6,\"buckets\":6}"), "\"cpus\""));
    open_text(lab, two_cpus);
    expect(lab, all, "\"pid\":[1,1,1,1,2,1,2]");
    expect(lab, all,
        "\"cpus\":[{\"pid\":[1,1,1,1,0,1,0],\"tid\":[1,1,1,1,0,1,0]},"
        "{\"pid\":[0,0,0,0,2,0,2],\"tid\":[0,0,0,0,2,0,2]}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_things_own_history, begin, end),
        cmocka_unit_test_setup_teardown(wrong_questions, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_left_out, begin, end),
        cmocka_unit_test_setup_teardown(kinds_are_found, begin, end),
        cmocka_unit_test_setup_teardown(lanes_of_processors, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * Questions before operations: while one is open, nothing that a client can send brings anything of
 * what comes from there on; each answer is the engine's own.
 */
#define _GNU_SOURCE
#include "support_lab.h"
#include "vm/predict.h"
#include "wire/json.h"
#include "wire/json_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Everything from the second store on says canary, in words or by this number. */
#define MAGIC "0x3a7a12345678"
static const uint8_t magic[] = {0xf8, 0xac, 0xd1, 0x91, 0xa1, 0xcf, 0x0e};
static const char canary_text[] =
    "vmscope 1\n"
    "title \"Hidden\"\n"
    "machine x86-64 { frames 64  swap 32  tlb 8  policy clock  seed 1 }\n"
    "A = start empty\n"
    "A: heap = mmap(4 pages, rw, private)\n"
    "A: store(heap)\n"
    "expect fault zero\n"
    "# the canary sings\n"
    "note \"canary note\"\n"
    "section \"canary section\"\n"
    "note at fault \"canary pinned\"\n"
    "ask fault \"What happens to the second page?\"\n"
    "A: store(page(heap, 1)) # canary at the end of the line\n"
    "expect fault zero # canary\n"
    "bookmark \"canary mark\"\n"
    "A: canary = mmap(3 pages, rw, private)\n"
    "A: *heap = " MAGIC "\n"
    "expect *A.heap = 1 # canary that does not hold\n"
    "A: B = fork()\n"
    "B: *canary = 3\n"
    "compare fifo, lru frames 20..21 # canary\n";

/* Sends, with credit for whatever comes; all that came. */
static const char *hear(struct lab *lab, const char *message)
{
    static const char credit[] = "{\"type\":\"credit\",\"chunks\":16}";
    forget(lab);
    lab_session_tell(lab->session, credit, strlen(credit), -1, lab->now_ms, true);
    lab_session_tell(lab->session, message, strlen(message), -1, lab->now_ms, true);
    work(lab);
    return lab->said ? lab->said : "";
}

static void expect_said(struct lab *lab, const char *says, const char *part)
{
    const char *heard = hear(lab, says);
    if (!strstr(heard, part)) {
        fail_msg("%s was answered %s, not %s", says, heard, part);
    }
}

static const char *open_asking(struct lab *lab, const char *scenario, const char *predict)
{
    struct json json = {0};
    json_object(&json);
    json_key_string(&json, "type", "open");
    json_key_string(&json, "text", scenario);
    if (predict) {
        json_key(&json, "predict");
        json_raw(&json, predict, strlen(predict));
    }
    json_object_end(&json);
    const char *heard = hear(lab, json.bytes);
    json_release(&json);
    return heard;
}

static bool sings(const struct lab *lab)
{
    return (lab->said && (strcasestr(lab->said, "canary") || strstr(lab->said, MAGIC))) ||
           (lab->raw && memmem(lab->raw, lab->raw_n, magic, sizeof magic));
}

/* Each with what it is answered while a question about operation 4 is open. */
static const char *const probes[][2] = {
    {"{\"type\":\"read\",\"from\":0,\"to\":3,\"describe\":true}", "\"reached\":3"},
    {"{\"type\":\"read\",\"from\":0,\"to\":4}", "\"code\":\"range\""},
    {"{\"type\":\"read\",\"from\":3,\"to\":8,\"describe\":true}", "\"code\":\"range\""},
    {"{\"type\":\"read\",\"from\":8,\"to\":8,\"describe\":true}", "\"code\":\"range\""},
    {"{\"type\":\"seek\",\"to\":\"3\"}", "\"position\":\"3\""},
    {"{\"type\":\"seek\",\"to\":\"3.2\"}", "\"position\":\"3.2\""},
    {"{\"type\":\"seek\",\"to\":\"4\"}", "\"code\":\"range\""},
    {"{\"type\":\"seek\",\"to\":\"4.1\"}", "\"code\":\"range\""},
    {"{\"type\":\"seek\",\"to\":\"8\"}", "\"code\":\"range\""},
    {"{\"type\":\"step\",\"by\":1000000,\"unit\":\"operation\"}", "\"position\":\"3\""},
    {"{\"type\":\"step\",\"by\":1000,\"unit\":\"micro\"}", "\"position\":\"3\""},
    {"{\"type\":\"step\",\"by\":-1,\"unit\":\"operation\"}", "\"position\":\"2\""},
    {"{\"type\":\"play\",\"rate\":100000,\"unit\":\"micro\"}", "\"type\":\"at\""},
    {"{\"type\":\"pause\"}", "\"type\":\"at\""},
    {"{\"type\":\"calls\",\"before\":3,\"count\":9}", "\"to\":3,\"calls\":[{\"at\":\"2.1\""},
    {"{\"type\":\"calls\",\"before\":4,\"count\":9}", "\"code\":\"range\""},
    {"{\"type\":\"lanes\",\"from\":0,\"to\":3,\"buckets\":3}", "\"minor\":[0,0,1]"},
    {"{\"type\":\"lanes\",\"from\":0,\"to\":4,\"buckets\":4}", "\"code\":\"range\""},
    {"{\"type\":\"find\",\"kind\":\"zero\",\"from\":\"3\",\"direction\":1}", "\"position\":null"},
    {"{\"type\":\"find\",\"kind\":\"any\",\"from\":\"0\",\"direction\":1,\"page\":1}",
        "\"position\":null"},
    {"{\"type\":\"find\",\"kind\":\"any\",\"from\":\"8\",\"direction\":-1}", "\"code\":\"range\""},
    {"{\"type\":\"series\",\"of\":[\"minor\"],\"from\":0,\"to\":3,\"buckets\":3}",
        "\"type\":\"series\""},
    {"{\"type\":\"series\",\"of\":[\"minor\"],\"from\":0,\"to\":4,\"buckets\":4}",
        "\"code\":\"range\""},
    {"{\"type\":\"series\",\"of\":[\"working_set\"],\"from\":0,\"to\":3,\"buckets\":3}",
        "\"values\":[0,0,0,1]"},
    {"{\"type\":\"series\",\"of\":[\"working_set\"],\"from\":3,\"to\":4,\"buckets\":1}",
        "\"code\":\"range\""},
    {"{\"type\":\"find\",\"kind\":\"frame_taken\",\"from\":\"3\",\"direction\":1}",
        "\"position\":null"},
    {"{\"type\":\"find\",\"kind\":\"store\",\"from\":\"0\",\"direction\":1}", "\"position\":null"},
    {"{\"type\":\"find\",\"kind\":\"fault\",\"from\":\"3\",\"direction\":1}", "\"position\":null"},
    {"{\"type\":\"history\",\"of\":{\"process\":1},\"before\":\"3\",\"count\":20}",
        "\"type\":\"history\""},
    {"{\"type\":\"history\",\"of\":{\"process\":1},\"before\":\"8\",\"count\":20}",
        "\"code\":\"range\""},
    {"{\"type\":\"credit\",\"chunks\":1}", ""},
    {"{\"type\":\"ping\"}", "pong"},
    {"{\"type\":\"append\",\"at\":8,\"line\":\"A: x = 1\"}", "\"code\":\"range\""},
    {"{\"type\":\"append\",\"at\":4,\"line\":\"A: x = 1\"}", "\"code\":\"range\""},
    {"{\"type\":\"predict\",\"on\":true,\"from\":\"4\"}", "\"code\":\"range\""},
    {"{\"type\":\"predict\",\"on\":true,\"from\":\"3\",\"kinds\":[\"fault\"]}", "\"operations\":3"},
    {"{\"type\":\"answer\",\"value\":7}", "\"code\":\"field\""},
    {"{\"type\":\"open\"}", "\"code\":\"field\""},
};

static bool probed(const char *type)
{
    char head[80];
    snprintf(head, sizeof head, "{\"type\":\"%s\"", type);
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        if (strncmp(probes[i][0], head, strlen(head)) == 0) {
            return true;
        }
    }
    return false;
}

static void nothing_beyond_the_question_is_told(void **state)
{
    struct lab *lab = *state;
    open_asking(
        lab, canary_text, "{\"kinds\":[\"slot\"]}"); /* kinds that never fit: only the author's */
    if (sings(lab)) {
        fail_msg("opened tells: %s", lab->said);
    }
    assert_non_null(strstr(lab->said, "What happens to the second page?"));
    assert_non_null(strstr(lab->said, "\"type\":\"question\",\"position\":\"3\""));
    assert_non_null(strstr(lab->said, "A: store(page(heap, 1))"));
    assert_non_null(strstr(lab->said, "\"reason\":\"asking\""));
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        expect_said(lab, probes[i][0], probes[i][1]);
        lab->now_ms += 1000;
        work(lab);
        if (sings(lab)) {
            fail_msg("%s tells: %s", probes[i][0], lab->said);
        }
    }
    const char *type;
    for (size_t i = 0; (type = lab_session_message(i)); i++) {
        if (!probed(type)) {
            fail_msg("what `%s` tells while a question is open is not tested", type);
        }
    }
    /* The canary is there: everything is told when nothing is asked. */
    expect_said(lab, "{\"type\":\"predict\",\"on\":false}", "canary section");
    hear(lab, "{\"type\":\"read\",\"from\":0,\"to\":8}");
    assert_non_null(memmem(lab->raw, lab->raw_n, magic, sizeof magic));
}

/* What waits for credit is not sent either once a question is open before it. */
static void what_waits_is_taken_back(void **state)
{
    struct lab *lab = *state;
    static const char read[] = "{\"type\":\"read\",\"id\":9,\"from\":0,\"to\":8}",
                      predict[] = "{\"type\":\"predict\",\"on\":true,\"from\":\"3\"}";
    open_asking(lab, canary_text, NULL);
    for (int i = 0; i < 2; i++) {
        forget(lab);
        lab_session_tell(lab->session, read, strlen(read), -1, lab->now_ms, true);
    }
    lab_session_tell(lab->session, predict, strlen(predict), -1, lab->now_ms, true);
    work(lab);
    assert_non_null(strstr(lab->said, "\"id\":9,\"code\":\"superseded\""));
    assert_false(sings(lab));
}

static const char asked_text[] =
    "vmscope 1\n"
    "machine x86-64 { frames 64  swap 32  tlb 8  policy clock  seed 1 }\n"
    "A = start empty\n"
    "A: heap = mmap(2 pages, rw, private)\n"
    "A: store(heap)\n"
    "A: *heap = 1\n"
    "A: B = fork()\n"
    "ask value(frames(heap)) \"How many frames?\"\n"
    "B: *heap = 7\n"
    "ask choice(frames(heap); \"none\", \"one\", \"two\") \"And now?\"\n"
    "A: *heap = 8\n"
    "A: *0 = 1\n";

static void answers_move_the_horizon(void **state)
{
    struct lab *lab = *state;
    open_asking(lab, asked_text, "{\"kinds\":[\"fault\",\"fork_frames\",\"copied\",\"tlb\"]}");
    assert_non_null(strstr(lab->said, "\"kind\":\"fault\""));
    expect_said(
        lab, "{\"type\":\"answer\",\"value\":\"major\"}", "\"right\":false,\"value\":\"minor\"");
    assert_non_null(strstr(lab->said, "\"operations\":3"));
    assert_non_null(strstr(lab->said, "\"kind\":\"tlb\""));
    expect_said(lab, "{\"type\":\"answer\",\"id\":4,\"value\":\"hit\"}",
        "{\"type\":\"answered\",\"id\":4,\"kind\":\"tlb\",\"right\":true");
    assert_non_null(strstr(lab->said, "\"kind\":\"fork_frames\""));
    /* its root, and a table on each of three levels */
    expect_said(lab, "{\"type\":\"answer\",\"value\":4}", "\"right\":true");
    assert_non_null(strstr(lab->said, "How many frames?"));
    expect_said(lab, "{\"type\":\"answer\",\"value\":2}", "\"right\":true,\"value\":2");
    assert_non_null(strstr(lab->said, "{\"value\":2,\"text\":\"two\"}"));
    expect_said(lab, "{\"type\":\"answer\",\"skip\":true}", "\"right\":null,\"value\":2");
    expect_said(lab, "{\"type\":\"answer\",\"value\":\"signal\"}", "\"right\":true");
    assert_non_null(strstr(lab->said, "\"kind\":null"));
    assert_non_null(strstr(lab->said, "\"operations\":8"));
    expect_said(lab, "{\"type\":\"answer\",\"value\":\"none\"}", "\"code\":\"question\"");
    open_asking(lab, asked_text, "{\"from\":\"5\",\"kinds\":[\"entry\"]}");
    assert_non_null(strstr(lab->said, "\"type\":\"opened\",\"text\""));
    assert_null(strstr(lab->said, "\"operations\":8"));
    open_asking(lab, asked_text, "{\"from\":\"2\",\"kinds\":[\"entry\"]}");
    expect_said(lab, "{\"type\":\"answer\",\"value\":{\"index\":255}}", "\"right\":true");
    /* asked again from further back */
    expect_said(lab, "{\"type\":\"predict\",\"on\":true,\"from\":\"4\"}", "\"operations\":4");
    expect_said(
        lab, "{\"type\":\"append\",\"at\":4,\"line\":\"A: *heap = 3\"}", "\"operations\":4");
    assert_non_null(strstr(lab->said, "\"type\":\"question\",\"position\":\"4\""));
}

static void wrong_messages_are_answered(void **state)
{
    static const char *const cases[][2] = {
        {"{\"type\":\"predict\"}", "\"code\":\"field\""},
        {"{\"type\":\"predict\",\"on\":1}", "\"code\":\"field\""},
        {"{\"type\":\"predict\",\"on\":true,\"kinds\":[]}", "\"code\":\"field\""},
        {"{\"type\":\"predict\",\"on\":true,\"kinds\":[\"ufo\"]}", "\"code\":\"field\""},
        {"{\"type\":\"predict\",\"on\":true,\"kinds\":\"fault\"}", "\"code\":\"field\""},
        {"{\"type\":\"predict\",\"on\":true,\"from\":3}", "\"code\":\"field\""},
        {"{\"type\":\"predict\",\"on\":true,\"from\":\"99\"}", "\"code\":\"range\""},
        {"{\"type\":\"answer\"}", "\"code\":\"question\""},
        {"{\"type\":\"open\",\"text\":\"vmscope 1\",\"predict\":{\"kinds\":[\"ufo\"]}}",
            "\"code\":\"field\""},
        {"{\"type\":\"open\",\"text\":\"vmscope 1\",\"predict\":3}", "\"code\":\"field\""},
    };
    struct lab *lab = *state;
    expect_said(lab, "{\"type\":\"predict\",\"on\":true}", "\"code\":\"closed\"");
    open_asking(lab, asked_text, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_said(lab, cases[i][0], cases[i][1]);
    }
    expect_said(lab, "{\"type\":\"predict\",\"on\":true,\"from\":\"0\"}", "\"type\":\"question\"");
    expect_said(lab, "{\"type\":\"answer\"}", "\"code\":\"field\"");
    expect_said(lab, "{\"type\":\"answer\",\"value\":\"sideways\"}", "\"code\":\"field\"");
    expect_said(lab, "{\"type\":\"answer\",\"value\":{}}", "\"code\":\"field\"");
    expect_said(lab, "{\"type\":\"answer\",\"skip\":\"yes\"}", "\"code\":\"field\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_beyond_the_question_is_told, begin, end),
        cmocka_unit_test_setup_teardown(what_waits_is_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(answers_move_the_horizon, begin, end),
        cmocka_unit_test_setup_teardown(wrong_messages_are_answered, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

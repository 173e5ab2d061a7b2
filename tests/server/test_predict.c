/* SPDX-License-Identifier: MIT
 * Questions before operations: while one is open, nothing that a client can send brings anything of
 * what comes from there on; each answer is the engine's own.
 */
#define _GNU_SOURCE
#include "lab/session.h"
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

struct lab {
    struct lab_session *session;
    uint64_t now_ms;
    char *text;     /* owned: all texts since the last forget */
    uint8_t *bytes; /* owned: all binary frames since then */
    size_t text_n, bytes_n;
};

static void on_text(void *ctx, const char *bytes, size_t length)
{
    struct lab *lab = ctx;
    lab->text = realloc(lab->text, lab->text_n + length + 2);
    memcpy(lab->text + lab->text_n, bytes, length);
    lab->text_n += length;
    lab->text[lab->text_n++] = '\n';
    lab->text[lab->text_n] = '\0';
}

static void on_binary(void *ctx, const uint8_t *bytes, size_t length)
{
    struct lab *lab = ctx;
    lab->bytes = realloc(lab->bytes, lab->bytes_n + length);
    memcpy(lab->bytes + lab->bytes_n, bytes, length);
    lab->bytes_n += length;
}

static void forget(struct lab *lab)
{
    free(lab->text);
    free(lab->bytes);
    lab->text = NULL;
    lab->bytes = NULL;
    lab->text_n = lab->bytes_n = 0;
}

static int begin(void **state)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    struct lab_limits limits = {.cpu_ms = 60000, .wall_ms = 60000};
    struct lab_out out = {lab, on_text, on_binary};
    lab->now_ms = 1000;
    lab->session = lab_session_new(&limits, &out);
    *state = lab;
    return 0;
}

static int end(void **state)
{
    struct lab *lab = *state;
    forget(lab);
    lab_session_free(lab->session);
    free(lab);
    return 0;
}

static void work(struct lab *lab)
{
    uint64_t wake;
    while (lab_session_work(lab->session, lab->now_ms, &wake)) {
    }
}

/* Sends, works; all that came. */
static const char *tell(struct lab *lab, const char *message)
{
    static const char credit[] = "{\"type\":\"credit\",\"chunks\":16}";
    forget(lab);
    lab_session_tell(lab->session, credit, strlen(credit), -1, lab->now_ms, true);
    lab_session_tell(lab->session, message, strlen(message), -1, lab->now_ms, true);
    work(lab);
    return lab->text ? lab->text : "";
}

static void expect(struct lab *lab, const char *says, const char *part)
{
    const char *heard = tell(lab, says);
    if (!strstr(heard, part)) {
        fail_msg("%s was answered %s, not %s", says, heard, part);
    }
}

static const char *open_text(struct lab *lab, const char *scenario, const char *predict)
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
    const char *heard = tell(lab, json.bytes);
    json_release(&json);
    return heard;
}

static bool sings(const struct lab *lab)
{
    return (lab->text && (strcasestr(lab->text, "canary") || strstr(lab->text, MAGIC))) ||
           (lab->bytes && memmem(lab->bytes, lab->bytes_n, magic, sizeof magic));
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
    open_text(
        lab, canary_text, "{\"kinds\":[\"slot\"]}"); /* kinds that never fit: only the author's */
    if (sings(lab)) {
        fail_msg("opened tells: %s", lab->text);
    }
    assert_non_null(strstr(lab->text, "What happens to the second page?"));
    assert_non_null(strstr(lab->text, "\"type\":\"question\",\"position\":\"3\""));
    assert_non_null(strstr(lab->text, "A: store(page(heap, 1))"));
    assert_non_null(strstr(lab->text, "\"reason\":\"asking\""));
    for (size_t i = 0; i < sizeof probes / sizeof probes[0]; i++) {
        expect(lab, probes[i][0], probes[i][1]);
        lab->now_ms += 1000;
        work(lab);
        if (sings(lab)) {
            fail_msg("%s tells: %s", probes[i][0], lab->text);
        }
    }
    const char *type;
    for (size_t i = 0; (type = lab_session_message(i)); i++) {
        if (!probed(type)) {
            fail_msg("what `%s` tells while a question is open is not tested", type);
        }
    }
    /* The canary is there: everything is told when nothing is asked. */
    expect(lab, "{\"type\":\"predict\",\"on\":false}", "canary section");
    tell(lab, "{\"type\":\"read\",\"from\":0,\"to\":8}");
    assert_non_null(memmem(lab->bytes, lab->bytes_n, magic, sizeof magic));
}

/* What waits for credit is not sent either once a question is open before it. */
static void what_waits_is_taken_back(void **state)
{
    struct lab *lab = *state;
    static const char read[] = "{\"type\":\"read\",\"id\":9,\"from\":0,\"to\":8}",
                      predict[] = "{\"type\":\"predict\",\"on\":true,\"from\":\"3\"}";
    open_text(lab, canary_text, NULL);
    for (int i = 0; i < 2; i++) {
        forget(lab);
        lab_session_tell(lab->session, read, strlen(read), -1, lab->now_ms, true);
    }
    lab_session_tell(lab->session, predict, strlen(predict), -1, lab->now_ms, true);
    work(lab);
    assert_non_null(strstr(lab->text, "\"id\":9,\"code\":\"superseded\""));
    assert_false(sings(lab));
}

static const char fork_text[] =
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
    open_text(lab, fork_text, "{\"kinds\":[\"fault\",\"fork_frames\",\"copied\",\"tlb\"]}");
    assert_non_null(strstr(lab->text, "\"kind\":\"fault\""));
    expect(lab, "{\"type\":\"answer\",\"value\":\"major\"}", "\"right\":false,\"value\":\"minor\"");
    assert_non_null(strstr(lab->text, "\"operations\":3"));
    assert_non_null(strstr(lab->text, "\"kind\":\"tlb\""));
    expect(lab, "{\"type\":\"answer\",\"id\":4,\"value\":\"hit\"}",
        "{\"type\":\"answered\",\"id\":4,\"kind\":\"tlb\",\"right\":true");
    assert_non_null(strstr(lab->text, "\"kind\":\"fork_frames\""));
    /* its root, and a table on each of three levels */
    expect(lab, "{\"type\":\"answer\",\"value\":4}", "\"right\":true");
    assert_non_null(strstr(lab->text, "How many frames?"));
    expect(lab, "{\"type\":\"answer\",\"value\":2}", "\"right\":true,\"value\":2");
    assert_non_null(strstr(lab->text, "{\"value\":2,\"text\":\"two\"}"));
    expect(lab, "{\"type\":\"answer\",\"skip\":true}", "\"right\":null,\"value\":2");
    expect(lab, "{\"type\":\"answer\",\"value\":\"signal\"}", "\"right\":true");
    assert_non_null(strstr(lab->text, "\"kind\":null"));
    assert_non_null(strstr(lab->text, "\"operations\":8"));
    expect(lab, "{\"type\":\"answer\",\"value\":\"none\"}", "\"code\":\"question\"");
    open_text(lab, fork_text, "{\"from\":\"5\",\"kinds\":[\"entry\"]}");
    assert_non_null(strstr(lab->text, "\"type\":\"opened\",\"text\""));
    assert_null(strstr(lab->text, "\"operations\":8"));
    open_text(lab, fork_text, "{\"from\":\"2\",\"kinds\":[\"entry\"]}");
    expect(lab, "{\"type\":\"answer\",\"value\":{\"index\":255}}", "\"right\":true");
    /* asked again from further back */
    expect(lab, "{\"type\":\"predict\",\"on\":true,\"from\":\"4\"}", "\"operations\":4");
    expect(lab, "{\"type\":\"append\",\"at\":4,\"line\":\"A: *heap = 3\"}", "\"operations\":4");
    assert_non_null(strstr(lab->text, "\"type\":\"question\",\"position\":\"4\""));
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
    expect(lab, "{\"type\":\"predict\",\"on\":true}", "\"code\":\"closed\"");
    open_text(lab, fork_text, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect(lab, cases[i][0], cases[i][1]);
    }
    expect(lab, "{\"type\":\"predict\",\"on\":true,\"from\":\"0\"}", "\"type\":\"question\"");
    expect(lab, "{\"type\":\"answer\"}", "\"code\":\"field\"");
    expect(lab, "{\"type\":\"answer\",\"value\":\"sideways\"}", "\"code\":\"field\"");
    expect(lab, "{\"type\":\"answer\",\"value\":{}}", "\"code\":\"field\"");
    expect(lab, "{\"type\":\"answer\",\"skip\":\"yes\"}", "\"code\":\"field\"");
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

/* SPDX-License-Identifier: MIT
 * The lab protocol without a socket: what each message answers, branching, series, traces.
 */
#define _GNU_SOURCE
#include "support_lab.h"
#include "trace/store.h"
#include "vm/describe.h"
#include "wire/json_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define AS_TEXT(number) AS_TEXT_OF(number)
#define AS_TEXT_OF(text) #text

static const char noted_text[] =
    "vmscope 1\n"
    "title \"Fork\"\n"
    "machine x86-64 { frames 64  swap 32  tlb 8  policy clock  seed 1 }\n"
    "A = start empty\n"
    "note \"begin\"\n"
    "A: heap = mmap(2 pages, rw, private)\n"
    "A: store(heap)\n"
    "A: B = fork()\n"
    "expect frames(heap) = 1\n"
    "B: *heap = 7\n"
    "expect fault cow\n"
    "A: *heap = 8\n";

static void opened_tells_the_run(void **state)
{
    struct lab *lab = *state;
    static const char *const parts[] = {"\"title\":\"Fork\"",
        "\"engine\":" AS_TEXT(VM_ENGINE_VERSION), "\"operations\":6", "\"names\":[\"A\"",
        "\"text\":\"begin\"", "\"held\":true", "\"reason\":\"done\"", "\"compare\":[]",
        "\"diagnostics\":["};
    open_text(lab, noted_text);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (!strstr(lab->text[0], parts[i])) {
            fail_msg("no %s in %s", parts[i], lab->text[0]);
        }
    }
    open_text(lab, "vmscope 1\nA = begin\n");
    assert_non_null(strstr(lab->text[0], "\"reason\":\"error\""));
    assert_non_null(strstr(lab->text[0], "\"line\":2"));
    expect(lab, "{\"type\":\"lanes\",\"from\":0,\"to\":0,\"buckets\":1}", "\"code\":\"closed\"");
}

static void runs_that_cannot_be_stay_polite(void **state)
{
    static const char *const cases[][2] = {
        {"vmscope 1\nmachine x86-64 { frames 4000000 }\nA = start empty\n", "cannot be built"},
        {"vmscope 1\nA = start empty\nrepeat 100000 { repeat 100000 { note \"x\" } }\n",
            "\"reason\":\"limit\""},
        {"vmscope 1\nA = start empty\nrepeat 1000000000 { A: x = 1 }\n", "\"reason\":\"limit\""},
    };
    struct lab *lab = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        open_text(lab, cases[i][0]);
        if (!strstr(lab->text[0], cases[i][1])) {
            fail_msg("no %s in %.2000s", cases[i][1], lab->text[0]);
        }
        assert_true(strlen(lab->text[0]) < 1 << 20);
    }
    expect(lab, "{\"type\":\"append\",\"at\":1000000,\"line\":\"A: x = 2\"}", "\"code\":\"limit\"");
}

static void wrong_messages_are_answered(void **state)
{
    struct lab *lab = *state;
    static const char *const cases[][2] = {
        {"", "\"code\":\"json\""},
        {"[1]", "\"code\":\"type\""},
        {"{\"type\":\"dance\",\"id\":3}", "\"id\":3,\"code\":\"type\""},
        {"{\"type\":\"ping\",\"id\":\"x\"}", "\"code\":\"field\""},
        {"{\"type\":\"read\",\"from\":0}", "\"code\":\"field\""},
        {"{\"type\":\"read\",\"from\":2,\"to\":1}", "\"code\":\"range\""},
        {"{\"type\":\"read\",\"from\":0,\"to\":7}", "\"code\":\"range\""},
        {"{\"type\":\"read\",\"from\":0,\"to\":1,\"describe\":1}", "\"code\":\"field\""},
        {"{\"type\":\"read\",\"from\":0,\"to\":1,\"budget\":0}", "\"code\":\"range\""},
        {"{\"type\":\"credit\",\"chunks\":0}", "\"code\":\"field\""},
        {"{\"type\":\"seek\",\"to\":3}", "\"code\":\"field\""},
        {"{\"type\":\"seek\",\"to\":\"3.\"}", "\"code\":\"field\""},
        {"{\"type\":\"seek\",\"to\":\"0.1\"}", "\"code\":\"field\""},
        {"{\"type\":\"seek\",\"to\":\"7\"}", "\"code\":\"range\""},
        {"{\"type\":\"seek\",\"to\":\"3.9999\"}", "\"code\":\"range\""},
        {"{\"type\":\"step\",\"by\":1,\"unit\":\"hop\"}", "\"code\":\"field\""},
        {"{\"type\":\"step\",\"by\":1.5,\"unit\":\"micro\"}", "\"code\":\"field\""},
        {"{\"type\":\"play\",\"rate\":0,\"unit\":\"micro\"}", "\"code\":\"field\""},
        {"{\"type\":\"lanes\",\"from\":0,\"to\":6,\"buckets\":0}", "\"code\":\"range\""},
        {"{\"type\":\"lanes\",\"from\":0,\"to\":6,\"buckets\":4097}", "\"code\":\"range\""},
        {"{\"type\":\"find\",\"kind\":\"ufo\",\"from\":\"0\",\"direction\":1}",
            "\"code\":\"field\""},
        {"{\"type\":\"find\",\"kind\":\"any\",\"from\":\"0\",\"direction\":2}",
            "\"code\":\"field\""},
        {"{\"type\":\"append\",\"at\":\"9\",\"line\":\"A: exit(0)\"}", "\"code\":\"range\""},
        {"{\"type\":\"append\",\"at\":\"6\"}", "\"code\":\"field\""},
        {"{\"type\":\"append\",\"at\":\"6\",\"line\":\"A: dance()\"}",
            "\"diagnostics\":[{\"line\""},
        {"{\"type\":\"open\",\"text\":\"vmscope 1\",\"set\":[1]}", "\"code\":\"field\""},
        {"{\"type\":\"open\",\"text\":\"vmscope 1\",\"set\":{\"a\":null}}", "\"code\":\"field\""},
        {"{\"type\":\"open\"}", "\"code\":\"field\""},
    };
    expect(lab, "{\"type\":\"read\",\"from\":0,\"to\":0,\"id\":4}", "\"id\":4,\"code\":\"closed\"");
    open_text(lab, noted_text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect(lab, cases[i][0], cases[i][1]);
        assert_int_equal(lab->texts, 1);
    }
    expect(lab, "{\"type\":\"ping\",\"id\":5}", "{\"type\":\"pong\",\"id\":5}"); /* still there */
}

static void lanes_and_find_agree(void **state)
{
    struct lab *lab = *state;
    open_text(lab, noted_text);
    expect(
        lab, "{\"type\":\"lanes\",\"from\":0,\"to\":6,\"buckets\":6}", "\"minor\":[0,0,1,0,0,0]");
    assert_non_null(strstr(lab->text[0], "\"cow\":[0,0,0,0,1,1]"));
    expect(lab, "{\"type\":\"lanes\",\"from\":0,\"to\":6,\"buckets\":2}", "\"cow\":[0,2]");
    expect(lab, "{\"type\":\"find\",\"kind\":\"cow\",\"from\":\"0\",\"direction\":1}",
        "\"position\":\"5\"");
    expect(lab, "{\"type\":\"find\",\"kind\":\"zero\",\"from\":\"6\",\"direction\":-1}",
        "\"position\":\"3\"");
    expect(lab, "{\"type\":\"find\",\"kind\":\"zero\",\"from\":\"3\",\"direction\":-1}",
        "\"position\":null");
    expect(lab, "{\"type\":\"find\",\"kind\":\"any\",\"from\":\"3\",\"direction\":1,\"page\":1}",
        "null");
    expect(lab,
        "{\"type\":\"find\",\"kind\":\"any\",\"from\":\"6\",\"direction\":-1,\"frame\":9999}",
        "null");
}

static void without_room_nothing_new_is_opened(void **state)
{
    struct lab *lab = *state;
    static const char again[] = "{\"type\":\"open\",\"text\":\"vmscope 1\\nA = start empty\\n\"}";
    lab->full = true;
    expect(lab, again, "\"code\":\"busy\"");
    lab->full = false;
    expect(lab, again, "\"opened\"");
    lab->full = true;
    expect(lab, again, "\"opened\""); /* in the place of its own */
}

static void appending_continues_or_branches(void **state)
{
    struct lab *lab = *state;
    open_text(lab, noted_text);
    expect(lab, "{\"type\":\"append\",\"at\":\"6\",\"line\":\"B: exit(0)\",\"id\":2}",
        "\"type\":\"opened\",\"id\":2");
    assert_non_null(strstr(lab->text[0], "\"operations\":7"));
    assert_non_null(strstr(lab->text[0], "A: *heap = 8\\nB: exit(0)\\n\""));
    assert_non_null(strstr(lab->text[0], "\"from\":\"6\""));
    expect(lab, "{\"type\":\"append\",\"at\":\"3\",\"line\":\"A: *heap = 9\",\"id\":3}",
        "\"operations\":4");
    assert_non_null(strstr(lab->text[0], "A: store(heap)\\nA: *heap = 9\\n\""));
    assert_null(strstr(lab->text[0], "fork"));
    /* What comes of it is what its text says. */
    struct json_error error;
    json_value *opened = json_parse(lab->text[0], strlen(lab->text[0]), NULL, &error);
    char *text = strdup(json_text(json_get(opened, "text")));
    json_value_free(opened);
    open_text(lab, text);
    assert_non_null(strstr(lab->text[0], "\"operations\":4"));
    free(text);
    expect(lab, "{\"type\":\"append\",\"at\":0,\"line\":\"B = start empty\"}", "\"operations\":1");
}

static bool put_bytes(void *fd, const void *bytes, size_t n)
{
    return write(*(int *)fd, bytes, n) == (ssize_t)n;
}

/* A trace store. */
static int file_of(enum vm_trace_format format, const char *text)
{
    int fd = memfd_create("trace", MFD_CLOEXEC);
    struct trace_writer *w = trace_writer_new(format, 12, put_bytes, &fd);
    assert_true(fd >= 0 && w);
    assert_true(trace_writer_feed(w, text, strlen(text)) && trace_writer_end(w));
    trace_writer_free(w);
    return fd;
}

static void traces_run_as_operations(void **state)
{
    struct lab *lab = *state;
    const char *heard = tell_fd(lab,
        "{\"type\":\"open\",\"id\":1,\"trace\":\"t\",\"title\":\"Book\","
        "\"set\":{\"frames\":\"3\",\"policy\":\"lru\"}}",
        file_of(VM_TRACE_PAGES, "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1\n"));
    assert_non_null(strstr(heard, "\"title\":\"Book\""));
    assert_non_null(strstr(heard, "\"operations\":22")); /* start, one mapping, 20 references */
    expect(lab, "{\"type\":\"lanes\",\"from\":0,\"to\":22,\"buckets\":1}", "\"major\":[12]");
    assert_non_null(strstr(lab->text[0], "\"evict\":[9]"));
    heard = tell_fd(lab, "{\"type\":\"open\",\"trace\":\"t\",\"title\":\"L\"}",
        file_of(VM_TRACE_LACKEY,
            "==1== x\nI  04016b90,3\n S 1ffeffe7e0,8\n"
            "SYSCALL[1,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000) \n"
            " L 1ffeffe7e0,8\n"));
    assert_non_null(strstr(heard, "\"reason\":\"done\""));
    assert_non_null(strstr(heard, "\"operations\":6")); /* start, two mappings, 3 references */
    assert_non_null(strstr(heard, "It cannot tell what the kernel itself touched"));
    /* its system calls are told where they stand */
    assert_non_null(strstr(heard, "\"position\":\"5\",\"kind\":\"text\",\"at\":\"\",\"text\":"
                                  "\"brk(0x0) = 0x4035000\""));
    /* The same page of two processes is two pages. */
    heard = tell_fd(lab, "{\"type\":\"open\",\"trace\":\"t\",\"title\":\"P\"}",
        file_of(VM_TRACE_LACKEY, "--7-- vmscope: runs\nI  04016b90,3\n--8-- vmscope: runs\n"
                                 "I  04016b90,3\nI  04016b90,3\n"));
    assert_non_null(
        strstr(heard, "\"operations\":7")); /* twice start and a mapping, 3 references */
    expect(lab, "{\"type\":\"lanes\",\"from\":0,\"to\":7,\"buckets\":1}", "\"major\":[2]");
    heard = tell_fd(lab, "{\"type\":\"open\",\"trace\":\"t\",\"set\":{\"frames\":\"0\"}}",
        file_of(VM_TRACE_PAGES, "1"));
    assert_non_null(strstr(heard, "\"reason\":\"error\""));
    int fd = memfd_create("trace", MFD_CLOEXEC);
    assert_int_equal(write(fd, "1 2 3", 5), 5);
    heard = tell_fd(lab, "{\"type\":\"open\",\"trace\":\"t\"}", fd);
    assert_non_null(strstr(heard, "upload it again"));
    assert_non_null(strstr(heard, "\"reason\":\"error\""));
}

/* Whatever comes, the session answers or stays silent, and lives. */
static void any_message_is_survived(void **state)
{
    static const char *const seeds[] = {
        "{\"type\":\"read\",\"from\":0,\"to\":6,\"describe\":true,\"budget\":100,\"id\":1}",
        "{\"type\":\"seek\",\"to\":\"3.2\",\"id\":2}",
        "{\"type\":\"step\",\"by\":-2,\"unit\":\"micro\"}",
        "{\"type\":\"play\",\"rate\":5.5,\"unit\":\"operation\"}",
        "{\"type\":\"lanes\",\"from\":0,\"to\":6,\"buckets\":64}",
        "{\"type\":\"find\",\"kind\":\"any\",\"from\":\"2\",\"direction\":1,\"page\":3,\"frame\":"
        "4}",
        "{\"type\":\"append\",\"at\":\"2\",\"line\":\"A: *heap = 1\"}",
        "{\"type\":\"calls\",\"before\":6,\"count\":9,\"id\":4}",
        "{\"type\":\"open\",\"text\":\"vmscope 1\\nA = start "
        "empty\\n\",\"set\":{\"frames\":\"9\"}}",
        "{\"type\":\"credit\",\"chunks\":2}",
        "{\"type\":\"pause\",\"id\":3}",
        "{\"type\":\"series\",\"of\":[\"working_set\",\"clock\"],\"pids\":[0,1],\"from\":0,\"to\":"
        "6,"
        "\"buckets\":3}",
        "{\"type\":\"history\",\"of\":{\"pid\":1,\"page\":34359705597},\"before\":\"6\",\"count\":"
        "5}",
        "{\"type\":\"find\",\"kind\":\"tlb_miss\",\"tid\":1,\"from\":\"3.2\",\"direction\":-1}",
        "{\"type\":\"predict\",\"on\":true,\"from\":\"1\",\"kinds\":[\"fault\",\"tlb\"]}",
        "{\"type\":\"predict\",\"on\":false,\"id\":4}",
        "{\"type\":\"answer\",\"value\":\"minor\",\"skip\":false}",
        "{\"type\":\"answer\",\"value\":{\"pid\":1,\"page\":3,\"table\":4,\"index\":5}}",
    };
    static const char pieces[] = "{}[]\",:0123456789.-eE+\\untrfalse \x01\xff\xc3\xa9"
                                 "ax";
    struct lab *lab = *state;
    uint32_t random = 7;
    open_text(lab, noted_text);
    for (int round = 0; round < 8000; round++) {
        char text[256];
        random = random * 1664525 + 1013904223;
        const char *seed = seeds[(random >> 16) % (sizeof(seeds) / sizeof(seeds[0]))];
        size_t n = strlen(seed);
        memcpy(text, seed, n);
        for (unsigned edits = random >> 8 & 3; edits > 0; edits--) {
            random = random * 1664525 + 1013904223;
            text[(random >> 16) % n] = pieces[(random >> 4) % (sizeof(pieces) - 1)];
        }
        forget(lab);
        lab_session_tell(lab->session, text, n, -1, lab->now_ms += random >> 24, true);
        work(lab);
    }
    expect(lab, "{\"type\":\"ping\",\"id\":5}", "{\"type\":\"pong\",\"id\":5}");
}

static void series_are_the_counters(void **state)
{
    struct lab *lab = *state;
    open_text(lab, noted_text);
    expect(lab,
        "{\"type\":\"series\",\"of\":[\"faults\",\"copies\"],\"from\":0,\"to\":6,\"buckets\":6}",
        "\"at\":[0,1,2,3,4,5,6],\"series\":[{\"of\":\"faults\",\"pid\":0,\"values\":[0,0,0,1,1,2,3]"
        "},"
        "{\"of\":\"copies\",\"pid\":0,\"values\":[0,0,0,0,0,1,1]}]");
    expect(lab,
        "{\"type\":\"series\",\"of\":[\"rss\"],\"pids\":[1,2],\"from\":0,\"to\":6,\"buckets\":2}",
        "\"at\":[0,3,6],\"series\":[{\"of\":\"rss\",\"pid\":1,\"values\":[0,1,1]},"
        "{\"of\":\"rss\",\"pid\":2,\"values\":[0,0,1]}]");
    expect(lab,
        "{\"type\":\"series\",\"of\":[\"working_set\"],\"pids\":[0,1,2],\"from\":0,\"to\":6,"
        "\"buckets\":3}",
        "\"from\":0,\"to\":6,\"tau\":1000,\"at\":[0,2,4,6],\"series\":["
        "{\"of\":\"working_set\",\"pid\":0,\"values\":[0,0,1,2]},"
        "{\"of\":\"working_set\",\"pid\":1,\"values\":[0,0,1,1]},"
        "{\"of\":\"working_set\",\"pid\":2,\"values\":[0,0,0,1]}]");
    expect(lab, "{\"type\":\"series\",\"of\":[\"clock\"],\"from\":6,\"to\":6,\"buckets\":1}",
        "\"at\":[6]");
    static const char *const wrong[][2] = {{"\"of\":[],\"from\":0,\"to\":6,\"buckets\":1", "field"},
        {"\"of\":[\"ufo\"],\"from\":0,\"to\":6,\"buckets\":1", "field"},
        {"\"of\":[1],\"from\":0,\"to\":6,\"buckets\":1", "field"},
        {"\"of\":[\"rss\"],\"pids\":[64],\"from\":0,\"to\":6,\"buckets\":1", "field"},
        {"\"of\":[\"rss\"],\"pids\":[],\"from\":0,\"to\":6,\"buckets\":1", "field"},
        {"\"of\":[\"rss\"],\"from\":0,\"to\":7,\"buckets\":1", "range"},
        {"\"of\":[\"rss\"],\"from\":2,\"to\":1,\"buckets\":1", "range"},
        {"\"of\":[\"rss\"],\"from\":0,\"to\":6,\"buckets\":0", "range"},
        {"\"of\":[\"rss\"],\"from\":0,\"to\":6,\"buckets\":4097", "range"}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"type\":\"series\",%s}", wrong[i][0]);
        expect(lab, text, wrong[i][1]);
    }
}

/* Two pages among the last three references but in the fourth that finds only one: also where no
 * sample is. */
static void working_set_of_a_long_run(void **state)
{
    struct lab *lab = *state;
    open_text(lab, "vmscope 1\nmachine x86-64 { frames 64  tau 3 }\nA = start empty\n"
                   "A: heap = mmap(40 pages, rw, private)\n"
                   "repeat 3000 {\n  A: store(heap)\n  A: store(heap + 1 page)\n"
                   "  A: store(heap)\n  A: store(heap)\n}\n");
    expect(lab,
        "{\"type\":\"series\",\"of\":[\"working_set\",\"references\"],\"from\":8002,\"to\":8010,"
        "\"buckets\":8}",
        "\"tau\":3,\"at\":[8002,8003,8004,8005,8006,8007,8008,8009,8010],\"series\":["
        "{\"of\":\"working_set\",\"pid\":0,\"values\":[2,1,2,2,2,1,2,2,2]},{\"of\":"
        "\"references\",\"pid\":0,\"values\":[8000,8001,");
}

/* Many operations: from samples, or by going there, it is the same machine. */
static void series_of_a_long_run(void **state)
{
    struct lab *lab = *state;
    open_text(lab, "vmscope 1\nmachine x86-64 { frames 64 }\nA = start empty\n"
                   "A: heap = mmap(40 pages, rw, private)\n"
                   "repeat 9000 {\n  A: store(heap)\n}\n");
    expect(lab,
        "{\"type\":\"series\",\"of\":[\"references\"],\"from\":1,\"to\":9002,\"buckets\":3}",
        "\"at\":[0,3000,6000,9002]");
    expect(lab,
        "{\"type\":\"series\",\"of\":[\"references\"],\"from\":4001,\"to\":4011,\"buckets\":10}",
        "\"at\":[4001,4002,4003,4004,4005,4006,4007,4008,4009,4010,4011],\"series\":[{\"of\":"
        "\"references\","
        "\"pid\":0,\"values\":[3999,4000,4001,4002,4003,4004,4005,4006,4007,4008,4009]");
}

/* Arguments are the operation's fields; a wait is told where it began and where it returned. */
static void calls_are_told_as_strace_does(void **state)
{
    struct lab *lab = *state;
    open_text(lab, "vmscope 1\nmachine x86-64 { frames 64 }\nA = start empty\n"
                   "A: heap = mmap(2 pages, rw, private)\nA: B = fork()\nA: store(heap)\n"
                   "B: exit(3)\nA: wait(B)\n");
    const char *heard = tell(lab, "{\"type\":\"calls\",\"before\":2,\"count\":9}");
    assert_non_null(
        strstr(heard, "\"from\":0,\"to\":2,\"calls\":[{\"at\":\"2.1\",\"what\":\"call\","
                      "\"tid\":1,\"line\":4,\"call\":\"mmap\",\"args\":[\"1\",\"0\","
                      "\"8192\",\"3\""));
    assert_null(strstr(heard, "fork"));
    heard = tell(lab, "{\"type\":\"calls\",\"before\":6,\"count\":9}");
    assert_non_null(strstr(heard, "\"what\":\"exit\",\"pid\":2"));
    assert_non_null(strstr(heard, "\"call\":\"fork\",\"args\":[\"1\""));
    assert_non_null(strstr(heard, "\"value\":\"2\""));
    static const char *const wrong[][2] = {{"\"before\":7,\"count\":1", "range"},
        {"\"before\":6,\"count\":0", "range"}, {"\"before\":6,\"count\":501", "range"},
        {"\"before\":6", "field"}, {"\"count\":6", "field"}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char text[200];
        snprintf(text, sizeof text, "{\"type\":\"calls\",%s}", wrong[i][0]);
        expect(lab, text, wrong[i][1]);
    }
    expect(lab, "{\"type\":\"calls\",\"before\":6,\"count\":500}", "\"from\":0");
    expect(lab, "{\"type\":\"calls\",\"before\":0,\"count\":1}", "\"calls\":[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opened_tells_the_run, begin, end),
        cmocka_unit_test_setup_teardown(runs_that_cannot_be_stay_polite, begin, end),
        cmocka_unit_test_setup_teardown(wrong_messages_are_answered, begin, end),
        cmocka_unit_test_setup_teardown(lanes_and_find_agree, begin, end),
        cmocka_unit_test_setup_teardown(series_are_the_counters, begin, end),
        cmocka_unit_test_setup_teardown(series_of_a_long_run, begin, end),
        cmocka_unit_test_setup_teardown(working_set_of_a_long_run, begin, end),
        cmocka_unit_test_setup_teardown(calls_are_told_as_strace_does, begin, end),
        cmocka_unit_test_setup_teardown(without_room_nothing_new_is_opened, begin, end),
        cmocka_unit_test_setup_teardown(appending_continues_or_branches, begin, end),
        cmocka_unit_test_setup_teardown(any_message_is_survived, begin, end),
        cmocka_unit_test_setup_teardown(traces_run_as_operations, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

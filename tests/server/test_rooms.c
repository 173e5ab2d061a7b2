/* SPDX-License-Identifier: MIT
 * Rooms over sockets: what a host says arrives at everyone, once, in order, whatever the others do.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store.h"
#include "sim/worker.h"
#include "support_ws.h"

#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SAID = 70000, FOLLOWERS = 300 };

struct fixture {
    struct sim *sim;
    struct ws_loop *loop;
    char code[ROOM_CODE + 1];
};

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct sim_options sim = {.workers = 1};
    f->sim = sim_new(&sim);
    struct ws_options options = {
        .sim = f->sim, .rooms = {.rooms = 2, .members = FOLLOWERS, .wrong = 3, .wrong_there = 5}};
    f->loop = f->sim ? ws_loop_new(&options) : NULL;
    *state = f;
    if (!f->loop) {
        return -1;
    }
    uint8_t secret[STORE_HASH_BYTES];
    store_sha256("secret", 6, secret);
    struct room_shown shown = {.text = "vmscope 1\nA = start empty\n", .text_n = 26};
    return ws_room_open(f->loop, secret, &shown, f->code) == ROOM_DONE ? 0 : -1;
}

static int end(void **state)
{
    struct fixture *f = *state;
    ws_loop_free(f->loop);
    sim_free(f->sim);
    free(f);
    return 0;
}

/* Says, and skips what comes unasked until the answer is there. */
static void ask(int fd, const char *message, char *answer)
{
    size_t n;
    wire_say(fd, message);
    do {
        assert_int_equal(wire_get(fd, answer, SAID, &n), TEXT);
    } while (strncmp(answer, "{\"type\":\"here\"", 14) == 0);
}

static void expect(int fd, const char *message, const char *part)
{
    char *answer = malloc(SAID);
    ask(fd, message, answer);
    if (!strstr(answer, part)) {
        fail_msg("%s was answered %s", message, answer);
    }
    free(answer);
}

static int enter(const struct fixture *f, const char *role, const char *token)
{
    char message[200];
    int fd = wire_connect(f->loop, NULL, 0);
    snprintf(message, sizeof message,
        "{\"type\":\"join\",\"id\":1,\"room\":\"%s\",\"role\":\"%s\"%s%s%s}", f->code, role,
        token ? ",\"token\":\"" : "", token ? token : "", token ? "\"" : "");
    expect(fd, message, "{\"type\":\"joined\",\"id\":1,");
    return fd;
}

/* The next message of this type. */
static void hear(int fd, const char *type, char *said)
{
    char head[40];
    size_t n;
    snprintf(head, sizeof head, "{\"type\":\"%s\"", type);
    do {
        assert_int_equal(wire_get(fd, said, SAID, &n), TEXT);
    } while (strncmp(said, head, strlen(head)) != 0);
}

static void everyone_follows_through_a_reload(void **state)
{
    struct fixture *f = *state;
    char said[SAID];
    int host = enter(f, "host", "secret"), one = enter(f, "member", NULL),
        screen = enter(f, "screen", NULL);
    expect(host, "{\"type\":\"point\",\"id\":2,\"position\":\"3.1\",\"selection\":\"frame 7\"}",
        "{\"type\":\"pointed\",\"id\":2,\"epoch\":2,\"seq\":1}");
    hear(one, "point", said);
    assert_non_null(strstr(said, "\"epoch\":2,\"seq\":1,\"shown\":1,\"position\":\"3.1\""));
    hear(screen, "point", said);
    assert_non_null(strstr(said, "\"selection\":\"frame 7\",\"pointer\":null,\"playing\":false"));
    int late = enter(f, "member", NULL);
    close(host);
    host = enter(f, "host", "secret");
    expect(host, "{\"type\":\"point\",\"position\":\"4\"}", "\"epoch\":3,\"seq\":1");
    hear(late, "point", said);
    assert_non_null(strstr(said, "\"position\":\"4\""));
    expect(host, "{\"type\":\"show\",\"text\":\"vmscope 1\\n\",\"set\":{\"frames\":4},\"id\":9}",
        "{\"type\":\"shown\",\"id\":9,\"epoch\":4,\"shown\":2}");
    hear(one, "point", said);
    hear(one, "point", said);
    assert_non_null(strstr(said, "\"shown\":2,\"position\":\"0\""));
    expect(host, "{\"type\":\"show\",\"scenario\":\"nowhere\"}", "\"code\":\"open\"");
    expect(one, "{\"type\":\"leave\",\"id\":3}", "{\"type\":\"left\",\"id\":3}");
    expect(one, "{\"type\":\"point\",\"position\":\"1\"}", "\"code\":\"right\"");
    wire_say(host, "{\"type\":\"end\"}");
    hear(late, "ended", said);
    assert_non_null(strstr(said, "\"why\":\"host\""));
    hear(host, "left", said);
    hear(host, "ended", said);
    assert_int_equal(ws_room_count(f->loop), 0);
    close(host);
    close(one);
    close(screen);
    close(late);
}

static sem_t reached, go;

/* Holds the loop until both messages that it shall find at once are there. */
static bool hold(void *ctx, const char *id, char **text, size_t *n)
{
    (void)ctx;
    (void)id;
    (void)text;
    (void)n;
    sem_post(&reached);
    sem_wait(&go);
    return false;
}

/* A point and the `join` elsewhere of who would hear it, read in one turn: the point is of the room
 * before, and its epoch may be above all that the new one will ever say. */
static void news_do_not_follow_into_another_room(void **state)
{
    struct fixture *f = *state;
    struct lab_source source = {.scenario = hold};
    struct ws_options options = {.sim = f->sim, .source = &source};
    struct room_shown shown = {.text = "vmscope 1\n", .text_n = 10};
    uint8_t secret[STORE_HASH_BYTES];
    char other[ROOM_CODE + 1], message[200], said[SAID];
    ws_loop_free(f->loop);
    f->loop = ws_loop_new(&options);
    assert_non_null(f->loop);
    sem_init(&reached, 0, 0);
    sem_init(&go, 0, 0);
    store_sha256("secret", 6, secret);
    assert_int_equal(ws_room_open(f->loop, secret, &shown, f->code), ROOM_DONE);
    assert_int_equal(ws_room_open(f->loop, secret, &shown, other), ROOM_DONE);
    int host = enter(f, "host", "secret"), guest = enter(f, "member", NULL),
        third = wire_connect(f->loop, NULL, 0);
    wire_say(third, "{\"type\":\"open\",\"scenario\":\"held\"}");
    sem_wait(&reached);
    wire_say(host, "{\"type\":\"point\",\"position\":\"9\"}");
    snprintf(message, sizeof message,
        "{\"type\":\"join\",\"id\":5,\"room\":\"%s\",\"role\":\"member\"}", other);
    wire_say(guest, message);
    sem_post(&go);
    hear(guest, "joined", said);
    assert_non_null(strstr(said, other));
    expect(guest, "{\"type\":\"ping\"}", "{\"type\":\"pong\"}"); /* and no point before it */
    close(host);
    close(guest);
    close(third);
}

/* Every message of the table by every role: refused where the table says so, and nowhere else. */
static void the_door_asks_the_table(void **state)
{
    struct fixture *f = *state;
    char said[SAID], message[100];
    static const char *const roles[] = {NULL, "host", "screen", "member"};
    for (enum room_role role = ROOM_OUTSIDE; role < ROOM_ROLES; role++) {
        for (size_t i = 0; room_message(i); i++) {
            int fd = role == ROOM_OUTSIDE
                         ? wire_connect(f->loop, NULL, 0)
                         : enter(f, roles[role], role == ROOM_HOST ? "secret" : NULL);
            snprintf(message, sizeof message, "{\"type\":\"%s\"}", room_message(i));
            if (room_may(role, room_message(i)) != ROOM_ALLOWED) {
                expect(fd, message, "\"code\":\"right\"");
            } else if (strcmp(room_message(i), "credit") != 0 &&
                       strcmp(room_message(i), "end") != 0) {
                ask(fd, message, said);
                assert_null(strstr(said, "\"code\":\"right\""));
            }
            close(fd);
        }
    }
    int fd = enter(f, "host", "secret");
    expect(fd, "{\"type\":\"kick\"}", "\"code\":\"type\"");
    close(fd);
}

static void wrong_fields_are_named(void **state)
{
    struct fixture *f = *state;
    int host = enter(f, "host", "secret");
    static const char *const wrong[] = {"{\"type\":\"point\"}",
        "{\"type\":\"point\",\"position\":\"x\"}", "{\"type\":\"point\",\"position\":7}",
        "{\"type\":\"point\",\"position\":\"1\",\"selection\":\"<b>\"}",
        "{\"type\":\"point\",\"position\":\"1\",\"selection\":{}}",
        "{\"type\":\"point\",\"position\":\"1\",\"playing\":\"yes\"}", "{\"type\":\"show\"}",
        "{\"type\":\"show\",\"text\":\"a\",\"scenario\":\"b\"}",
        "{\"type\":\"show\",\"text\":\"a\",\"set\":[]}", "{\"type\":\"join\"}",
        "{\"type\":\"join\",\"room\":\"BCDFGH\",\"role\":\"outside\"}",
        "{\"type\":\"join\",\"room\":\"BCDFGH\",\"role\":\"member\",\"token\":1}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        expect(host, wrong[i], "\"code\":\"field\"");
    }
    close(host);
}

static void codes_cannot_be_tried_out(void **state)
{
    static const char wrong[] = "{\"type\":\"join\",\"room\":\"BBBBBB\",\"role\":\"member\"}";
    struct fixture *f = *state;
    char message[100];
    int first = wire_connect(f->loop, NULL, 0);
    snprintf(message, sizeof message,
        "{\"type\":\"join\",\"room\":\"%s\",\"role\":\"host\",\"token\":\"x\"}", f->code);
    expect(first, wrong, "\"code\":\"room\"");
    expect(first, "{\"type\":\"join\",\"room\":\"?\",\"role\":\"member\"}", "\"code\":\"room\"");
    expect(first, message, "\"code\":\"token\"");
    expect(first, wrong, "\"code\":\"guesses\""); /* three of one connection */
    int second = wire_connect(f->loop, NULL, 0);
    expect(second, wrong, "\"code\":\"room\"");
    expect(second, wrong, "\"code\":\"room\"");
    expect(second, wrong, "\"code\":\"guesses\""); /* five of one address */
    close(first);
    close(second);
}

/* A client that stops reading costs one frame, not a queue; then it has the newest. */
static void who_reads_slowly_gets_the_newest(void **state)
{
    enum { POINTS = 15, REPEATS = 8, LONG = 30000 };
    struct fixture *f = *state;
    char said[SAID], message[100];
    static char show[LONG + 100];
    int host = enter(f, "host", "secret"), slow = enter(f, "member", NULL),
        quick = enter(f, "member", NULL);
    int at = sprintf(show, "{\"type\":\"show\",\"text\":\"");
    memset(show + at, '#', LONG);
    strcpy(show + at + LONG, "\"}");
    expect(host, show, "\"shown\":2");
    hear(quick, "point", said);
    /* More than the socket holds, unread: everything behind it has to wait here. */
    snprintf(message, sizeof message, "{\"type\":\"join\",\"room\":\"%s\",\"role\":\"member\"}",
        f->code);
    hear(slow, "point", said);
    for (int i = 0; i < REPEATS; i++) {
        wire_say(slow, message);
    }
    usleep(100000);
    for (int i = 1; i <= POINTS; i++) {
        snprintf(said, SAID, "{\"type\":\"point\",\"position\":\"%d\"}", i);
        ask(host, said, said);
        hear(quick, "point", said);
        snprintf(message, sizeof message, "\"position\":\"%d\"", i);
        assert_non_null(strstr(said, message));
    }
    for (int i = 0; i < REPEATS; i++) {
        hear(slow, "joined", said);
    }
    hear(slow, "point", said);
    assert_non_null(strstr(said, message));
    close(host);
    close(slow);
    close(quick);
}

/* A point and a member's close frame that the loop finds together: the answer to the close is the
 * last frame. The long message keeps the loop busy until both have come. */
static void nothing_follows_a_close(void **state)
{
    enum { TIMES = 40, LONG = 60000 };
    struct fixture *f = *state;
    char said[SAID], step[60];
    static char busy[LONG + 100];
    size_t n;
    int opcode, host = enter(f, "host", "secret"), other = wire_connect(f->loop, NULL, 0);
    int at = sprintf(busy, "{\"type\":\"ping\",\"a\":[");
    for (; at < LONG; at += 2) {
        memcpy(busy + at, "0,", 2);
    }
    strcpy(busy + at, "0]}");
    for (int i = 0; i < TIMES; i++) {
        int member = enter(f, "member", NULL);
        snprintf(step, sizeof step, "{\"type\":\"point\",\"position\":\"%d\"}", i);
        wire_say(other, busy);
        wire_say(host, step);
        wire_put(member, FIN | CLOSE, "\x03\xe8", 2);
        do {
            opcode = wire_get(member, said, SAID, &n);
        } while (opcode == TEXT);
        assert_int_equal(opcode, CLOSE);
        assert_int_equal(wire_get(member, said, SAID, &n), -1);
        hear(host, "pointed", said);
        hear(other, "pong", said);
        close(member);
        usleep(100000); /* the points that go out are not held back */
    }
    close(host);
    close(other);
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void a_school_follows_each_step(void **state)
{
    enum { STEPS = 20 };
    struct fixture *f = *state;
    char said[SAID], message[100];
    static int fd[FOLLOWERS];
    static uint64_t took[FOLLOWERS * STEPS];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int host = enter(f, "host", "secret");
    for (size_t i = 0; i < FOLLOWERS; i++) {
        fd[i] = enter(f, "member", NULL);
    }
    int above = wire_connect(f->loop, NULL, 0);
    snprintf(message, sizeof message, "{\"type\":\"join\",\"room\":\"%s\",\"role\":\"member\"}",
        f->code);
    expect(above, message, "\"code\":\"full\"");
    for (size_t step = 1; step <= STEPS; step++) {
        uint64_t start = now_us();
        snprintf(said, SAID, "{\"type\":\"point\",\"position\":\"%zu\"}", step);
        wire_say(host, said);
        snprintf(
            message, sizeof message, "\"seq\":%zu,\"shown\":1,\"position\":\"%zu\"", step, step);
        for (size_t i = 0; i < FOLLOWERS; i++) {
            hear(fd[i], "point", said);
            took[(step - 1) * FOLLOWERS + i] = now_us() - start;
            assert_non_null(strstr(said, message));
        }
        usleep(20000);
    }
    qsort(took, FOLLOWERS * STEPS, sizeof took[0], by_size);
    print_message("%d followers, %d steps: half within %.1f ms, 99 of 100 within %.1f ms\n",
        FOLLOWERS, STEPS, (double)took[FOLLOWERS * STEPS / 2] / 1000,
        (double)took[FOLLOWERS * STEPS * 99 / 100] / 1000);
    for (size_t i = 0; i < FOLLOWERS; i++) {
        close(fd[i]);
    }
    close(host);
    close(above);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everyone_follows_through_a_reload, begin, end),
        cmocka_unit_test_setup_teardown(news_do_not_follow_into_another_room, begin, end),
        cmocka_unit_test_setup_teardown(the_door_asks_the_table, begin, end),
        cmocka_unit_test_setup_teardown(wrong_fields_are_named, begin, end),
        cmocka_unit_test_setup_teardown(codes_cannot_be_tried_out, begin, end),
        cmocka_unit_test_setup_teardown(who_reads_slowly_gets_the_newest, begin, end),
        cmocka_unit_test_setup_teardown(nothing_follows_a_close, begin, end),
        cmocka_unit_test_setup_teardown(a_school_follows_each_step, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

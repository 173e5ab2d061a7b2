/* SPDX-License-Identifier: MIT
 * The WebSocket loop over a socketpair: handshake, frames, limits and closing. The other end is
 * written by hand, so that it can misbehave.
 */
#define _GNU_SOURCE
#include "sim/pool.h"
#include "sim/worker.h"
#include "ws/ws.h"

#include "support_ws.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct sim *sim;
    struct ws_loop *loop;
    int fd; /* the client's end */
};

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct sim_options sim = {.workers = 1};
    f->sim = sim_new(&sim);
    struct ws_options options = {.sim = f->sim, .rate = 10, .burst = 30};
    f->loop = f->sim ? ws_loop_new(&options) : NULL;
    *state = f;
    if (!f->loop) {
        return -1;
    }
    f->fd = wire_connect(f->loop, NULL, 0);
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    close(f->fd);
    ws_loop_free(f->loop);
    sim_free(f->sim);
    free(f);
    return 0;
}

static void expect_close(int fd, int code)
{
    char payload[70000];
    size_t n;
    int opcode;
    do {
        opcode = wire_get(fd, payload, sizeof(payload), &n);
    } while (opcode == TEXT || opcode == PONG);
    assert_int_equal(opcode, CLOSE);
    assert_true(n >= 2);
    assert_int_equal((uint8_t)payload[0] << 8 | (uint8_t)payload[1], code);
    assert_int_equal(wire_get(fd, payload, sizeof(payload), &n), -1); /* and TCP ends */
}

static void handshake_is_as_the_rfc_has_it(void **state)
{
    static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
    static const struct {
        struct ws_handshake request;
        unsigned status;
        bool protocol;
    } cases[] = {
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", key, "13", NULL}, 101, false},
        {{"GET", "HTTP/1.1", "WebSocket", "keep-alive, Upgrade", key, "13", "chat, vmscope.v1"},
            101, true},
        {{"GET", "HTTP/1.1", "websocket", "upgrade", key, "13", "VMSCOPE.V1"}, 101, false},
        {{"POST", "HTTP/1.1", "websocket", "Upgrade", key, "13", NULL}, 405, false},
        {{"GET", "HTTP/1.0", "websocket", "Upgrade", key, "13", NULL}, 400, false},
        {{"GET", "HTTP/1.1", NULL, "Upgrade", key, "13", NULL}, 426, false},
        {{"GET", "HTTP/1.1", "h2c", "Upgrade", key, "13", NULL}, 426, false},
        {{"GET", "HTTP/1.1", "websocket", NULL, key, "13", NULL}, 400, false},
        {{"GET", "HTTP/1.1", "websocket", "close", key, "13", NULL}, 400, false},
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", NULL, "13", NULL}, 400, false},
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", "abc", "13", NULL}, 400, false},
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", "!!!!!!!!!!!!!!!!!!!!!!==", "13", NULL}, 400,
            false},
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", "dGhlIHNhbXBsZSBub25jZR==", "13", NULL}, 400,
            false},
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", key, "8", NULL}, 426, false},
        {{"GET", "HTTP/1.1", "websocket", "Upgrade", key, NULL, NULL}, 426, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ws_answer answer;
        ws_handshake_check(&cases[i].request, &answer);
        assert_int_equal(answer.status, cases[i].status);
        assert_int_equal(answer.protocol != NULL, cases[i].protocol);
        if (answer.status == 101) {
            assert_string_equal(answer.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        } else {
            assert_non_null(answer.detail);
        }
    }
}

static void messages_are_answered(void **state)
{
    struct fixture *f = *state;
    char payload[1000];
    size_t n;
    static const struct {
        const char *says, *hears;
    } cases[] = {
        {"{\"type\":\"ping\",\"id\":7}", "{\"type\":\"pong\",\"id\":7}"},
        {"nonsense", "\"code\":\"json\""},
        {"{\"id\":3}", "\"code\":\"type\""},
        {"[]", "\"code\":\"type\""},
        {"{\"type\":\"open\",\"id\":4}", "\"code\":\"open\""},
        {"{\"type\":\"open\",\"scenario\":\"x\",\"id\":5}", "no such scenario"},
        {"{\"type\":\"open\",\"trace\":\"x\"}", "no such trace"},
        {"{\"type\":\"read\",\"id\":6,\"from\":0,\"to\":0}", "\"code\":\"closed\""},
        {"{\"type\":\"dance\",\"id\":8}", "\"code\":\"type\""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        wire_say(f->fd, cases[i].says);
        assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
        if (!strstr(payload, cases[i].hears)) {
            fail_msg("%s was answered %s", cases[i].says, payload);
        }
    }
    wire_put(f->fd, FIN | PING, "hello", 5);
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), PONG);
    assert_string_equal(payload, "hello");
}

static void bytes_that_came_with_the_handshake_count(void **state)
{
    struct fixture *f = *state;
    uint8_t early[40];
    char payload[100];
    size_t n, length = wire_frame(early, FIN | PING, "early", 5, true);
    int fd = wire_connect(f->loop, early, length - 3);
    assert_int_equal(send(fd, early + length - 3, 3, 0), 3);
    assert_int_equal(wire_get(fd, payload, sizeof(payload), &n), PONG);
    assert_string_equal(payload, "early");
    close(fd);
}

static void faults_get_their_code(void **state)
{
    struct fixture *f = *state;
    static const struct {
        uint8_t first;
        const char *payload;
        size_t n;
        bool mask;
        int code;
    } cases[] = {
        {FIN | TEXT, "hi", 2, false, 1002},
        {FIN | 0x40 | TEXT, "hi", 2, true, 1002},
        {FIN | 3, "", 0, true, 1002},
        {PING, "a", 1, true, 1002},
        {FIN, "a", 1, true, 1002},
        {FIN | TEXT, "a\xed\xa0\x80", 4, true, 1007},
        {TEXT, "a\xf4\x90\x80\x80", 5, true, 1007},
        {FIN | BINARY, "a", 1, true, 1003},
        {FIN | CLOSE, "a", 1, true, 1002},
        {FIN | CLOSE, "\x03\xe8", 2, true, 1000},
        {FIN | CLOSE, "\x03\xed", 2, true, 1002},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t bytes[64];
        int fd = wire_connect(f->loop, NULL, 0);
        size_t n = wire_frame(bytes, cases[i].first, cases[i].payload, cases[i].n, cases[i].mask);
        assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), n);
        if (cases[i].code == 1003) {
            char payload[200];
            assert_int_equal(wire_get(fd, payload, sizeof(payload), &n), CLOSE);
            assert_int_equal((uint8_t)payload[1], 1003 & 255);
            wire_put(fd, FIN | CLOSE, "\x03\xeb", 2); /* an orderly close waits for ours */
            assert_int_equal(wire_get(fd, payload, sizeof(payload), &n), -1);
        } else {
            expect_close(fd, cases[i].code);
        }
        close(fd);
    }
}

static void a_message_has_a_size_limit(void **state)
{
    struct fixture *f = *state;
    char *big = malloc(65537), payload[1000];
    size_t n;
    memset(big, ' ', 65537);
    wire_put(f->fd, FIN | TEXT, big, 65536);
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
    wire_put(f->fd, FIN | TEXT, big, 65537);
    expect_close(f->fd, 1009);
    free(big);
}

static void too_many_messages_end_the_connection(void **state)
{
    struct fixture *f = *state;
    char payload[200];
    size_t n, answers = 0;
    for (int i = 0; i < 60; i++) {
        wire_say(f->fd, "{\"type\":\"ping\"}");
    }
    while (wire_get(f->fd, payload, sizeof(payload), &n) == TEXT) {
        answers++;
    }
    assert_in_range(answers, 0, 40); /* close overtakes what is queued */
    assert_int_equal((uint8_t)payload[0] << 8 | (uint8_t)payload[1], 1008);
}

static void a_lost_simulation_answers_what_was_asked(void **state)
{
    struct fixture *f = *state;
    char payload[2000];
    size_t n;
    wire_say(f->fd, "{\"type\":\"open\",\"id\":1,\"text\":\"vmscope 1\\nA = start empty\\n\"}");
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
    assert_non_null(strstr(payload, "\"opened\",\"id\":1"));
    pthread_mutex_lock(&f->sim->lock);
    pid_t pid = f->sim->worker[0].pid;
    pthread_mutex_unlock(&f->sim->lock);
    kill(pid, SIGSTOP);
    wire_say(f->fd, "{\"type\":\"seek\",\"to\":\"1\",\"id\":2}");
    wire_say(f->fd, "{\"type\":\"ping\"}"); /* answered here: the seek has been passed on */
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
    kill(pid, SIGKILL);
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
    assert_non_null(strstr(payload, "\"error\",\"id\":2,\"code\":\"lost\""));
    wire_say(f->fd, "{\"type\":\"seek\",\"to\":\"1\",\"id\":3}");
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
    assert_non_null(strstr(payload, "\"id\":3,\"code\":\"closed\""));
}

static void who_does_not_read_is_closed(void **state)
{
    static const char lanes[] = "{\"type\":\"lanes\",\"from\":0,\"to\":1,\"buckets\":4096}";
    struct fixture *f = *state;
    char *payload = malloc(1 << 20), text[4096];
    size_t n, all = 0, length = 0, answers = 0;
    int other = wire_connect(f->loop, NULL, 0);
    const int both[] = {f->fd, other};
    for (int i = 0; i < 2; i++) {
        wire_say(both[i], "{\"type\":\"open\",\"text\":\"vmscope 1\\nA = start empty\\n\"}");
        assert_int_equal(wire_get(both[i], payload, 1 << 20, &n), TEXT);
    }
    for (int i = 0; i < 25; i++) {
        length += wire_frame((uint8_t *)text + length, FIN | TEXT, lanes, sizeof(lanes) - 1, true);
    }
    assert_int_equal(send(f->fd, text, length, MSG_NOSIGNAL), length);
    /* 25 answers of 57 KB, and nobody reads. Sessions take turns: who asks for as many after it,
     * one by one, and one more has them when they have been made here. */
    for (int i = 0; i < 26; i++) {
        wire_say(other, lanes);
        assert_int_equal(wire_get(other, payload, 1 << 20, &n), TEXT);
    }
    close(other);
    int opcode;
    while ((opcode = wire_get(f->fd, payload, 1 << 20, &n)) == TEXT) {
        all += n;
        answers++;
    }
    assert_int_equal(opcode, CLOSE);
    assert_int_equal((uint8_t)payload[0] << 8 | (uint8_t)payload[1], 1013);
    assert_in_range(answers, 0, 24);
    assert_in_range(all, 0, 1 << 20);
    free(payload);
}

static void silence_is_pinged_then_ended(void **state)
{
    struct fixture *f = *state;
    char payload[200];
    size_t n;
    ws_loop_free(f->loop);
    struct ws_options options = {.sim = f->sim, .ping_ms = 500, .dead_ms = 1500};
    f->loop = ws_loop_new(&options);
    assert_non_null(f->loop);
    int fd = wire_connect(f->loop, NULL, 0);
    assert_int_equal(wire_get(fd, payload, sizeof(payload), &n), PING);
    while (wire_get(fd, payload, sizeof(payload), &n) == PING) {
    }
    assert_int_equal(recv(fd, payload, 1, 0), 0);
    close(fd);
}

static void stopping_says_going_away(void **state)
{
    struct fixture *f = *state;
    char payload[200];
    size_t n;
    wire_say(f->fd, "{\"type\":\"ping\"}");
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), TEXT);
    ws_loop_free(f->loop);
    assert_int_equal(wire_get(f->fd, payload, sizeof(payload), &n), CLOSE);
    assert_int_equal((uint8_t)payload[0] << 8 | (uint8_t)payload[1], 1001);
    struct ws_options options = {.sim = f->sim, .connections = 1};
    f->loop = ws_loop_new(&options);
}

static void connections_are_counted(void **state)
{
    struct fixture *f = *state;
    int pair[2], mine;
    ws_loop_free(f->loop);
    struct ws_options options = {.sim = f->sim, .connections = 1};
    f->loop = ws_loop_new(&options);
    assert_non_null(f->loop);
    mine = wire_connect(f->loop, NULL, 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_false(ws_loop_adopt(f->loop, pair[1], NULL, 0));
    char byte;
    assert_int_equal(recv(pair[0], &byte, 1, 0), 0); /* and it was closed */
    close(pair[0]);
    close(mine);
    for (int i = 0; i < 100 && ws_loop_connections(f->loop); i++) {
        usleep(20000);
    }
    assert_int_equal(ws_loop_connections(f->loop), 0);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handshake_is_as_the_rfc_has_it),
        cmocka_unit_test_setup_teardown(messages_are_answered, begin, end),
        cmocka_unit_test_setup_teardown(bytes_that_came_with_the_handshake_count, begin, end),
        cmocka_unit_test_setup_teardown(faults_get_their_code, begin, end),
        cmocka_unit_test_setup_teardown(a_message_has_a_size_limit, begin, end),
        cmocka_unit_test_setup_teardown(too_many_messages_end_the_connection, begin, end),
        cmocka_unit_test_setup_teardown(a_lost_simulation_answers_what_was_asked, begin, end),
        cmocka_unit_test_setup_teardown(who_does_not_read_is_closed, begin, end),
        cmocka_unit_test_setup_teardown(silence_is_pinged_then_ended, begin, end),
        cmocka_unit_test_setup_teardown(stopping_says_going_away, begin, end),
        cmocka_unit_test_setup_teardown(connections_are_counted, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

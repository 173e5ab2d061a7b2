/* SPDX-License-Identifier: MIT
 * http_follow PORT FOLLOWERS STEPS CODE TOKEN: a room with so many followers; its host makes steps.
 * http_follow floor FOLLOWERS STEPS: the same bytes from a loop that does nothing but send them.
 * Says "ready" when all are there, waits for a line, then prints one line of JSON: for each step
 * the milliseconds until the last follower had it, ascending.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 4096, STEPS_MOST = 1000, PAUSE_US = 200000 };

struct follower {
    int fd;
    size_t n;
    char said[ROOM + 1]; /* what has come and is not yet looked through */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "http_follow: %s\n", what);
    exit(1);
}

static int dial(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        fail("cannot connect");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void put(int fd, const void *bytes, size_t n)
{
    if (send(fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n) {
        fail("the connection is gone");
    }
}

/* A masked text frame; the mask of zeros leaves the bytes as they are. */
static void say(int fd, const char *text)
{
    uint8_t frame[600] = {0x81};
    size_t n = strlen(text), head = n < 126 ? 2 : 4;
    frame[1] = (uint8_t)(0x80 | (n < 126 ? n : 126));
    if (n >= 126) {
        frame[2] = (uint8_t)(n >> 8);
        frame[3] = (uint8_t)n;
    }
    memcpy(frame + head + 4, text, n);
    put(fd, frame, head + 4 + n);
}

/* Reads until `mark` has come, and forgets what came before its end. */
static bool saw(struct follower *f, const char *mark, bool wait)
{
    for (;;) {
        f->said[f->n] = 0;
        for (size_t i = 0; i < f->n; i++) { /* lengths of frames may be zero bytes */
            f->said[i] = f->said[i] ? f->said[i] : ' ';
        }
        char *at = strstr(f->said, mark);
        if (at) {
            f->n -= (size_t)(at - f->said) + strlen(mark);
            memmove(f->said, at + strlen(mark), f->n);
            return true;
        }
        if (f->n > ROOM / 2) { /* a mark is shorter than what is kept */
            memmove(f->said, f->said + f->n - 100, 100);
            f->n = 100;
        }
        ssize_t n = recv(f->fd, f->said + f->n, ROOM - f->n, wait ? 0 : MSG_DONTWAIT);
        if (n == 0) {
            fail("the server has closed a connection");
        }
        if (n < 0) {
            return false;
        }
        f->n += (size_t)n;
    }
}

static void enter(struct follower *f, uint16_t port, const char *code, const char *token)
{
    char text[400];
    f->fd = dial(port);
    snprintf(text, sizeof text,
        "GET /api/v1/ws HTTP/1.1\r\nHost: localhost:%u\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
        "13\r\n\r\n",
        port);
    put(f->fd, text, strlen(text));
    if (!saw(f, "\r\n\r\n", true)) {
        fail("no handshake");
    }
    snprintf(text, sizeof text, "{\"type\":\"join\",\"room\":\"%s\",\"role\":\"%s\"%s%s%s}", code,
        token ? "host" : "member", token ? ",\"token\":\"" : "", token ? token : "",
        token ? "\"" : "");
    say(f->fd, text);
    if (!saw(f, "\"joined\"", true) || !saw(f, "\"set\":{}}", true)) {
        fail("not joined");
    }
}

/* The floor: accepts, then sends one frame to everybody for each byte it is told. */
static void floor_serve(int listener, int told, size_t followers)
{
    int *fd = calloc(followers, sizeof *fd);
    char text[300], step[2];
    uint8_t frame[400] = {0x81, 126};
    if (!fd) {
        fail("no memory");
    }
    for (size_t i = 0; i < followers; i++) {
        fd[i] = accept(listener, NULL, NULL);
    }
    for (unsigned count = 1; read(told, step, 1) == 1; count++) {
        int n = snprintf(text, sizeof text,
            "{\"type\":\"point\",\"epoch\":2,\"seq\":%u,\"shown\":1,\"position\":\"%u\","
            "\"selection\":null,\"pointer\":null,\"playing\":false}",
            count, count);
        frame[2] = (uint8_t)(n >> 8);
        frame[3] = (uint8_t)n;
        memcpy(frame + 4, text, (size_t)n);
        for (size_t i = 0; i < followers; i++) {
            put(fd[i], frame, (size_t)n + 4);
        }
    }
    exit(0);
}

static int floor_start(struct follower *followers, size_t n)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t length = sizeof at;
    int pair[2], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(listener, 1024) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &length) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
        fail("no floor");
    }
    if (fork() == 0) {
        close(pair[0]);
        floor_serve(listener, pair[1], n);
    }
    close(pair[1]);
    for (size_t i = 0; i < n; i++) {
        followers[i].fd = dial(ntohs(at.sin_port));
    }
    return pair[0];
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void wait_for_all(int epoll, struct follower *followers, size_t n, const char *mark)
{
    for (size_t left = n; left > 0;) {
        struct epoll_event events[256];
        int got = epoll_wait(epoll, events, 256, 10000);
        if (got <= 0) {
            fail("a step has not arrived in ten seconds");
        }
        for (int i = 0; i < got; i++) {
            left -= saw(&followers[events[i].data.u64], mark, false);
        }
    }
}

int main(int argc, char **argv)
{
    bool bare = argc == 4 && strcmp(argv[1], "floor") == 0;
    if (!bare && argc != 6) {
        fail("usage: http_follow PORT FOLLOWERS STEPS CODE TOKEN | floor FOLLOWERS STEPS");
    }
    size_t n = strtoul(argv[2], NULL, 10), steps = strtoul(argv[3], NULL, 10);
    struct follower *followers = calloc(n, sizeof *followers), host = {0};
    static double took[STEPS_MOST];
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int tell = -1, epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!followers || steps > STEPS_MOST) {
        fail("that is too much");
    }
    if (bare) {
        tell = floor_start(followers, n);
    } else {
        uint16_t port = (uint16_t)strtoul(argv[1], NULL, 10);
        enter(&host, port, argv[4], argv[5]);
        for (size_t i = 0; i < n; i++) {
            enter(&followers[i], port, argv[4], NULL);
        }
    }
    for (size_t i = 0; i < n; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, followers[i].fd, &event);
    }
    puts("ready");
    fflush(stdout);
    getchar();
    for (size_t step = 1; step <= steps; step++) {
        char text[100], mark[40];
        snprintf(text, sizeof text, "{\"type\":\"point\",\"position\":\"%zu\"}", step);
        snprintf(mark, sizeof mark, "\"position\":\"%zu\"", step);
        double start = now();
        if (bare) {
            put(tell, "x", 1);
        } else {
            say(host.fd, text);
        }
        wait_for_all(epoll, followers, n, mark);
        took[step - 1] = (now() - start) * 1000;
        usleep(PAUSE_US);
    }
    qsort(took, steps, sizeof took[0], ascending);
    putchar('[');
    for (size_t i = 0; i < steps; i++) {
        printf("%s%.2f", i ? "," : "", took[i]);
    }
    puts("]");
    if (bare) {
        close(tell);
        wait(NULL);
    }
    return 0;
}

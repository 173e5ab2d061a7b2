/* SPDX-License-Identifier: MIT
 * http_load PORT CONNECTIONS SECONDS REQUEST-FILE: the same request over and over on kept
 * connections, one under way on each. One line of JSON: requests answered, those not answered by
 * 2xx, seconds, and latencies in microseconds. A latency is counted from the request's sending to
 * the last byte of its answer.
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
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER = 1 << 20, MOST = 1 << 23 };

struct connection {
    int fd;
    size_t sent;  /* of the request */
    size_t got;   /* of the answer */
    size_t whole; /* its length, 0 while its head is not complete */
    double start;
    char *answer; /* owned; ANSWER bytes */
};

static struct {
    char *request; /* owned */
    size_t request_n;
    int epoll;
    uint32_t *latency; /* owned; microseconds */
    size_t answers, bad;
} load;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "http_load: %s\n", what);
    exit(1);
}

static void read_request(const char *path)
{
    FILE *file = fopen(path, "rb");
    load.request = malloc(ANSWER);
    if (!file || !load.request) {
        fail("the request cannot be read");
    }
    load.request_n = fread(load.request, 1, ANSWER, file);
    fclose(file);
}

static void go_on_sending(struct connection *c)
{
    while (c->sent < load.request_n) {
        ssize_t n = send(
            c->fd, load.request + c->sent, load.request_n - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0) {
            break; /* the socket is full: epoll says when it is not */
        }
        c->sent += (size_t)n;
    }
    uint32_t more = c->sent < load.request_n ? EPOLLOUT : 0;
    struct epoll_event event = {.events = EPOLLIN | more, .data.ptr = c};
    epoll_ctl(load.epoll, EPOLL_CTL_MOD, c->fd, &event);
}

static void ask(struct connection *c)
{
    c->sent = c->got = c->whole = 0;
    c->start = now();
    go_on_sending(c);
}

static void connect_to(struct connection *c, uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    int on = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->answer = malloc(ANSWER + 1);
    if (!c->answer || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        fail("nobody listens there");
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_ctl(load.epoll, EPOLL_CTL_ADD, c->fd, &event);
    ask(c);
}

static void find_length(struct connection *c)
{
    c->answer[c->got] = '\0';
    const char *end = strstr(c->answer, "\r\n\r\n");
    const char *length = end ? strcasestr(c->answer, "\r\ncontent-length:") : NULL;
    if (end) {
        size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
        c->whole = (size_t)(end - c->answer) + 4 + body;
        if (c->whole > ANSWER) {
            fail("the answer is longer than 1 MiB");
        }
    }
}

/* Returns whether an answer is complete. */
static bool take(struct connection *c)
{
    ssize_t n = recv(c->fd, c->answer + c->got, ANSWER - c->got, MSG_DONTWAIT);
    if (n <= 0) {
        fail("the connection was closed");
    }
    c->got += (size_t)n;
    if (!c->whole) {
        find_length(c);
    }
    if (!c->whole || c->got < c->whole) {
        return false;
    }
    load.bad += c->answer[9] != '2';
    if (load.answers < MOST) {
        load.latency[load.answers++] = (uint32_t)((now() - c->start) * 1e6);
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static void report(double seconds)
{
    size_t n = load.answers;
    if (n == 0) {
        fail("no answer");
    }
    qsort(load.latency, n, sizeof *load.latency, by_value);
    printf("{\"answers\": %zu, \"bad\": %zu, \"seconds\": %.3f, \"p50\": %u, \"p99\": %u, "
           "\"worst\": %u}\n",
        n, load.bad, seconds, load.latency[n / 2], load.latency[n * 99 / 100], load.latency[n - 1]);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fail("usage: http_load PORT CONNECTIONS SECONDS REQUEST-FILE");
    }
    size_t n = (size_t)atoi(argv[2]);
    double length = atof(argv[3]);
    read_request(argv[4]);
    struct connection *all = calloc(n, sizeof *all);
    load.latency = malloc(MOST * sizeof *load.latency);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!all || !load.latency || load.epoll < 0) {
        fail("no memory");
    }
    double start = now();
    for (size_t i = 0; i < n; i++) {
        connect_to(&all[i], (uint16_t)atoi(argv[1]));
    }
    while (now() - start < length) {
        struct epoll_event ready[64];
        int count = epoll_wait(load.epoll, ready, 64, 100);
        for (int i = 0; i < count; i++) {
            struct connection *c = ready[i].data.ptr;
            if (ready[i].events & EPOLLOUT) {
                go_on_sending(c);
            }
            if ((ready[i].events & ~(uint32_t)EPOLLOUT) && take(c)) {
                ask(c);
            }
        }
    }
    report(now() - start);
    return 0;
}

/* SPDX-License-Identifier: MIT
 * http_floor BODY-FILE: what a web server cannot be faster than by much. One epoll loop reads a
 * request to its empty line and sends the same ready answer; it parses nothing and looks nothing
 * up. Prints its port, and serves until it is killed. The peer where nginx is not installed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY = 1 << 20, READ = 1 << 16 };

struct client {
    int fd;
    size_t left; /* of the answer that is under way */
};

static char *answer; /* owned */
static size_t answer_n;

static void fail(const char *what)
{
    fprintf(stderr, "http_floor: %s\n", what);
    exit(1);
}

static void make_answer(const char *path)
{
    char *body = malloc(BODY);
    FILE *file = fopen(path, "rb");
    answer = malloc(BODY + 200);
    if (!file || !body || !answer) {
        fail("the body cannot be read");
    }
    size_t n = fread(body, 1, BODY, file);
    int head = snprintf(answer, 200,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", n);
    memcpy(answer + head, body, n);
    answer_n = (size_t)head + n;
    fclose(file);
    free(body);
}

static int listen_anywhere(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr *)&at, n) != 0 || listen(fd, 1024) != 0) {
        fail("no port");
    }
    getsockname(fd, (struct sockaddr *)&at, &n);
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    return fd;
}

static void take_in(int epoll, int listener)
{
    int on = 1;
    struct client *c = calloc(1, sizeof *c);
    if (!c) {
        fail("no memory");
    }
    c->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void answer_it(int epoll, struct client *c)
{
    char request[READ];
    if (c->left == 0) {
        ssize_t n = recv(c->fd, request, sizeof request, MSG_DONTWAIT);
        if (n == 0) {
            close(c->fd);
            free(c);
            return;
        }
        c->left = n >= 4 && memcmp(request + n - 4, "\r\n\r\n", 4) == 0 ? answer_n : 0;
    }
    while (c->left > 0) {
        ssize_t n = send(c->fd, answer + answer_n - c->left, c->left, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0) {
            break;
        }
        c->left -= (size_t)n;
    }
    struct epoll_event event = {.events = c->left ? EPOLLOUT : EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fail("usage: http_floor BODY-FILE");
    }
    make_answer(argv[1]);
    int listener = listen_anywhere(), epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event ready[64];
        int n = epoll_wait(epoll, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            if (ready[i].data.ptr) {
                answer_it(epoll, ready[i].data.ptr);
            } else {
                take_in(epoll, listener);
            }
        }
    }
}

/* SPDX-License-Identifier: MIT
 * Starting and stopping: the socket and the library's daemon.
 */
#include "http/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a connection may use of the library's memory. It is mapped, so only what is touched counts.
 * Larger than our limit for headers, so that we refuse them, and than the longest chunk extension
 * that is worth an answer of 400: what does not fit gets 500 from the library. */
#define POOL_BYTES 98304

static size_t as_sent(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return strlen(text);
}

static int listen_on(const char *address, uint16_t port, uint16_t *got, char *why, size_t room)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t n = sizeof at.v4;
    int one = 1, none = 0, fd = -1;
    if (inet_pton(AF_INET, address, &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        at.v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, address, &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        at.v6.sin6_port = htons(port);
        n = sizeof at.v6;
    } else {
        snprintf(why, room, "%s is no numeric address", address);
        return -1;
    }
    fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && strcmp(address, "::") == 0) { /* both families */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &none, sizeof none);
    }
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, &at.any, n) != 0 || listen(fd, 1024) != 0 || getsockname(fd, &at.any, &n) != 0) {
        snprintf(why, room, "cannot listen on %s:%u: %s", address, port, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    *got = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    return fd;
}

http_server *http_server_new(const struct http_options *options, char *why, size_t room)
{
    http_server *server = calloc(1, sizeof(*server));
    pthread_condattr_t monotonic;
    if (!server) {
        snprintf(why, room, "no memory");
        return NULL;
    }
    server->options = *options;
    server->options.connections = options->connections ? options->connections : 12000;
    server->options.header_ms = options->header_ms ? options->header_ms : 10000;
    server->options.body_ms = options->body_ms ? options->body_ms : 30000;
    server->options.idle_ms = options->idle_ms ? options->idle_ms : 30000;
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->wake, &monotonic);
    pthread_cond_init(&server->settled, &monotonic);
    pthread_condattr_destroy(&monotonic);
    server->listen_fd = listen_on(options->address, options->port, &server->port, why, room);
    if (server->listen_fd < 0) {
        goto fail;
    }
    names_find(server);
    if (!static_load(server, why, room)) {
        goto fail;
    }
    snprintf(why, room, "cannot start the HTTP thread");
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE | MHD_USE_ITC,
        0, NULL, NULL, request_handle, server, MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
        MHD_OPTION_URI_LOG_CALLBACK, request_arrived, server, MHD_OPTION_NOTIFY_COMPLETED,
        request_ended, server, MHD_OPTION_NOTIFY_CONNECTION, reap_connection, server,
        MHD_OPTION_UNESCAPE_CALLBACK, as_sent, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_LIMIT, server->options.connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES, MHD_OPTION_END);
    if (!server->daemon) {
        goto fail;
    }
    server->listen_fd = -1; /* the daemon's now */
    if (!reap_start(server)) {
        goto fail;
    }
    return server;
fail:
    http_server_free(server);
    return NULL;
}

uint16_t http_server_port(const http_server *server)
{
    return server->port;
}

void http_server_quiesce(http_server *server)
{
    server->quiet = true;
    server->listen_fd = MHD_quiesce_daemon(server->daemon); /* ours again: closed with the server */
}

bool http_server_wait(http_server *server, unsigned ms)
{
    int64_t until = http_now() + ms;
    pthread_mutex_lock(&server->lock);
    while (server->kept > 0 && http_now() < until) {
        struct timespec at = {until / 1000, until % 1000 * 1000000};
        pthread_cond_timedwait(&server->settled, &server->lock, &at);
    }
    bool none = server->kept == 0;
    pthread_mutex_unlock(&server->lock);
    return none;
}

/* The library ends the process when it is stopped with a connection suspended; and who resumes one
 * is still within the library for a moment when the request has ended already. */
static void wait_for_owed(http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->closing = true;
    while (server->owed > 0) {
        pthread_cond_wait(&server->settled, &server->lock);
    }
    pthread_mutex_unlock(&server->lock);
}

void http_server_free(http_server *server)
{
    if (!server) {
        return;
    }
    wait_for_owed(server);
    if (server->daemon) {
        MHD_stop_daemon(server->daemon);
    }
    reap_stop(server);
    if (server->listen_fd >= 0) {
        close(server->listen_fd);
    }
    static_release(server);
    pthread_cond_destroy(&server->wake);
    pthread_cond_destroy(&server->settled);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

void http_statistics(http_server *server, struct http_stats *out)
{
    out->requests = server->requests;
    for (size_t i = 0; i < 6; i++) {
        out->status[i] = server->answered[i];
    }
    pthread_mutex_lock(&server->lock);
    out->connections = server->connections;
    out->kept = server->kept;
    pthread_mutex_unlock(&server->lock);
}

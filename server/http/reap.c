/* SPDX-License-Identifier: MIT
 * Deadlines in all, not since the last byte: a client that drips is cut as one that is silent. The
 * library only counts idleness, so a thread shuts down the sockets whose time is over. A socket in
 * the list is open: it leaves the list, under the lock, before the library closes it.
 */
#include "http/internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

int64_t http_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void reap_until(struct conn *conn, int64_t ms)
{
    if (conn) {
        conn->deadline = ms ? http_now() + ms : 0;
    }
}

static void name_address(struct conn *conn, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    if (address && address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr,
            conn->address, sizeof conn->address);
    } else if (address && address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
            conn->address, sizeof conn->address);
    }
}

static void opened(http_server *server, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct conn *conn = info ? calloc(1, sizeof(*conn)) : NULL;
    *context = conn; /* what it names is in the list, or nothing is */
    if (!conn) {
        return;
    }
    conn->fd = info->connect_fd;
    name_address(conn, connection);
    reap_until(conn, server->options.header_ms);
    pthread_mutex_lock(&server->lock);
    conn->next = server->conns;
    if (conn->next) {
        conn->next->previous = conn;
    }
    server->conns = conn;
    server->connections++;
    pthread_mutex_unlock(&server->lock);
}

static void closed(http_server *server, struct conn *conn)
{
    if (!conn) {
        return;
    }
    pthread_mutex_lock(&server->lock);
    if (conn->previous) {
        conn->previous->next = conn->next;
    } else {
        server->conns = conn->next;
    }
    if (conn->next) {
        conn->next->previous = conn->previous;
    }
    server->connections--;
    pthread_mutex_unlock(&server->lock);
    free(conn);
}

void reap_connection(void *server_, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        opened(server_, connection, context);
    } else {
        closed(server_, *context);
        *context = NULL;
    }
}

/* A value, read once: between two readings the HTTP thread may set it to 0, which is past. */
static bool over(int64_t deadline, int64_t now)
{
    return deadline && deadline < now;
}

static void *reaper_main(void *server_)
{
    http_server *server = server_;
    pthread_mutex_lock(&server->lock);
    while (!server->stopping) {
        struct timespec until;
        int64_t now = http_now();
        for (struct conn *conn = server->conns; conn; conn = conn->next) {
            if (over(conn->deadline, now)) {
                conn->deadline = 0;
                shutdown(conn->fd, SHUT_RDWR);
            }
        }
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 250000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&server->wake, &server->lock, &until);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

bool reap_start(http_server *server)
{
    server->reaping = pthread_create(&server->reaper, NULL, reaper_main, server) == 0;
    return server->reaping;
}

void reap_stop(http_server *server)
{
    if (!server->reaping) {
        return;
    }
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    pthread_cond_broadcast(&server->wake);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->reaper, NULL);
    server->reaping = false;
}

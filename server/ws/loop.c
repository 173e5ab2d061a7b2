/* SPDX-License-Identifier: MIT
 * The ws thread: epoll over every connection, a mailbox that other threads write to, a tick a
 * second, and what rooms have to say at the end of each turn. A connection is freed at the end of a
 * turn, when nothing of this turn refers to it any more.
 */
#include "ws/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 1000, EVENTS = 128, STOP_MS = 1000, SEND_BUFFER = 64 * 1024 };

uint64_t ws_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void ws_loop_watch(struct ws_conn *conn, uint32_t events)
{
    if (conn->watched != events) {
        struct epoll_event event = {.events = events, .data.ptr = conn};
        epoll_ctl(conn->loop->epoll, EPOLL_CTL_MOD, conn->fd, &event);
        conn->watched = events;
    }
}

static void enter(struct ws_loop *loop, struct ws_conn *conn)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = conn};
    conn->heard_ms = conn->pinged_ms = conn->tokens_ms = loop->now_ms;
    conn->prev = NULL;
    conn->next = loop->conns;
    if (loop->conns) {
        loop->conns->prev = conn;
    }
    loop->conns = conn;
    conn->watched = EPOLLIN;
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, conn->fd, &event) != 0) {
        conn->gone = true;
        return;
    }
    ws_conn_ready(conn, true);
}

static void forget_news(struct ws_loop *loop, struct ws_conn *conn)
{
    struct ws_conn **at = &loop->fresh;
    while (conn->fresh && *at != conn) {
        at = &(*at)->next_fresh;
    }
    if (conn->fresh) {
        *at = conn->next_fresh;
        conn->fresh = false;
    }
}

/* Closing the session first: afterwards no new mail for this connection can come. */
static void leave(struct ws_loop *loop, struct ws_conn *conn)
{
    forget_news(loop, conn);
    ws_rooms_leave(conn);
    *(conn->prev ? &conn->prev->next : &loop->conns) = conn->next;
    if (conn->next) {
        conn->next->prev = conn->prev;
    }
    if (conn->session) {
        sim_session_close(conn->session);
        conn->session = NULL;
    }
    pthread_mutex_lock(&loop->lock);
    for (struct ws_mail **at = &loop->mail; *at;) {
        struct ws_mail *mail = *at;
        if (mail->conn == conn) {
            *at = mail->next;
            free(mail->bytes);
            free(mail);
        } else {
            at = &mail->next;
        }
    }
    loop->mail_end = &loop->mail;
    while (*loop->mail_end) {
        loop->mail_end = &(*loop->mail_end)->next;
    }
    pthread_mutex_unlock(&loop->lock);
    /* Closing would not do it: until the HTTP library has closed its own descriptor of the same
     * socket, epoll goes on reporting it, with a pointer to what is freed here. */
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, conn->fd, NULL);
    ws_conn_free(conn);
    atomic_fetch_sub(&loop->count, 1);
}

static void read_mailbox(struct ws_loop *loop)
{
    eventfd_t drained;
    eventfd_read(loop->wake, &drained);
    pthread_mutex_lock(&loop->lock);
    struct ws_conn *adopted = loop->adopted;
    struct ws_mail *mail = loop->mail;
    loop->adopted = NULL;
    loop->mail = NULL;
    loop->mail_end = &loop->mail;
    pthread_mutex_unlock(&loop->lock);
    while (adopted) {
        struct ws_conn *conn = adopted;
        adopted = conn->next;
        enter(loop, conn);
    }
    while (mail) {
        struct ws_mail *one = mail;
        mail = one->next;
        if (!one->conn->gone) {
            ws_door_mail(one);
            if (!mail || mail->conn != one->conn) {
                ws_conn_ready(one->conn, false);
            }
        }
        free(one->bytes);
        free(one);
    }
}

static void each_second(struct ws_loop *loop)
{
    for (struct ws_conn *conn = loop->conns; conn; conn = conn->next) {
        ws_conn_tick(conn);
    }
    ws_rooms_tick(loop);
}

static void sweep(struct ws_loop *loop)
{
    for (struct ws_conn *conn = loop->conns, *next; conn; conn = next) {
        next = conn->next;
        if (conn->gone) {
            leave(loop, conn);
        }
    }
}

/* Milliseconds until a room has something to say, at most `wait_ms`. */
static int turn(struct ws_loop *loop, int wait_ms)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(loop->epoll, events, EVENTS, wait_ms);
    loop->now_ms = ws_clock_ms();
    bool any_gone = false, mailbox = false;
    for (int i = 0; i < n; i++) {
        struct ws_conn *conn = events[i].data.ptr;
        if (!conn) {
            mailbox = true;
            continue;
        }
        ws_conn_ready(conn, (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0);
        any_gone |= conn->gone;
    }
    if (mailbox) {
        read_mailbox(loop);
        any_gone = true;
    }
    int due_ms;
    any_gone |= ws_rooms_flush(loop, &due_ms);
    if (any_gone) {
        sweep(loop);
    }
    return due_ms >= 0 && due_ms < TICK_MS ? due_ms : TICK_MS;
}

static void *run(void *ctx)
{
    struct ws_loop *loop = ctx;
    uint64_t ticked = loop->now_ms = ws_clock_ms();
    for (int wait_ms = TICK_MS; !atomic_load(&loop->stopping);) {
        wait_ms = turn(loop, wait_ms);
        if (loop->now_ms - ticked >= TICK_MS) {
            ticked = loop->now_ms;
            each_second(loop);
            ws_rooms_flush(loop, &wait_ms);
            wait_ms = wait_ms < 0 || wait_ms > TICK_MS ? TICK_MS : wait_ms;
            sweep(loop);
        }
    }
    read_mailbox(loop);
    for (struct ws_conn *conn = loop->conns; conn; conn = conn->next) {
        ws_conn_close(conn, 1001, "the server is shutting down");
        ws_conn_ready(conn, false);
    }
    sweep(loop);
    for (uint64_t end = ws_clock_ms() + STOP_MS; loop->conns && ws_clock_ms() < end;) {
        turn(loop, 50);
    }
    while (loop->conns) {
        leave(loop, loop->conns);
    }
    return NULL;
}

static void with_defaults(struct ws_options *o)
{
    o->connections = o->connections ? o->connections : 12000;
    o->ping_ms = o->ping_ms ? o->ping_ms : 20000;
    o->dead_ms = o->dead_ms ? o->dead_ms : 60000;
    o->message = o->message ? o->message : 65536;
    o->unasked = o->unasked ? o->unasked : 262144;
    o->rate = o->rate ? o->rate : 100;
    o->burst = o->burst ? o->burst : 200;
}

struct ws_loop *ws_loop_new(const struct ws_options *options)
{
    struct ws_loop *loop = calloc(1, sizeof(*loop));
    if (!loop) {
        return NULL;
    }
    loop->options = *options;
    with_defaults(&loop->options);
    if (options->source) {
        loop->source = *options->source;
    }
    loop->mail_end = &loop->mail;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&loop->lock, NULL);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    int error = EMFILE;
    if (!ws_rooms_begin(loop) || loop->epoll < 0 || loop->wake < 0 ||
        epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) != 0 ||
        (error = pthread_create(&loop->thread, NULL, run, loop)) != 0) {
        if (loop->epoll >= 0) {
            close(loop->epoll);
        }
        if (loop->wake >= 0) {
            close(loop->wake);
        }
        ws_rooms_end(loop);
        free(loop);
        errno = error;
        return NULL;
    }
    return loop;
}

void ws_loop_stop(struct ws_loop *loop)
{
    if (!loop || loop->ended) {
        return;
    }
    atomic_store(&loop->stopping, true);
    eventfd_write(loop->wake, 1);
    pthread_join(loop->thread, NULL);
    loop->ended = true;
}

void ws_loop_free(struct ws_loop *loop)
{
    if (!loop) {
        return;
    }
    ws_loop_stop(loop);
    while (loop->adopted) { /* came after the last look */
        struct ws_conn *conn = loop->adopted;
        loop->adopted = conn->next;
        ws_conn_free(conn);
    }
    close(loop->epoll);
    close(loop->wake);
    pthread_mutex_destroy(&loop->lock);
    ws_rooms_end(loop);
    free(loop);
}

bool ws_loop_adopt(struct ws_loop *loop, int fd, const void *extra, size_t extra_n)
{
    struct ws_conn *conn = NULL;
    int size = SEND_BUFFER, at_once = 1, flags = fcntl(fd, F_GETFL);
    if (atomic_fetch_add(&loop->count, 1) >= loop->options.connections ||
        atomic_load(&loop->stopping) || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        !(conn = ws_conn_new(loop, fd, extra, extra_n))) {
        atomic_fetch_sub(&loop->count, 1);
        close(fd);
        return false;
    }
    /* Small, so that a client that does not read is noticed here and not hidden by the kernel. */
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once));
    pthread_mutex_lock(&loop->lock);
    conn->next = loop->adopted;
    loop->adopted = conn;
    pthread_mutex_unlock(&loop->lock);
    eventfd_write(loop->wake, 1);
    return true;
}

unsigned ws_loop_connections(const struct ws_loop *loop)
{
    return atomic_load(&loop->count);
}

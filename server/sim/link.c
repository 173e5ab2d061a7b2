/* SPDX-License-Identifier: MIT
 * Framing over a socketpair.
 */
#include "sim/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ = 64 * 1024 };

static bool make_room(struct link_in *in)
{
    if (in->taken) {
        memmove(in->bytes, in->bytes + in->taken, in->length - in->taken);
        in->length -= in->taken;
        in->taken = 0;
    }
    if (in->capacity - in->length < READ) {
        size_t capacity =
            in->capacity * 2 > in->length + READ ? in->capacity * 2 : in->length + READ;
        uint8_t *bytes = realloc(in->bytes, capacity);
        if (!bytes) {
            return false;
        }
        in->bytes = bytes;
        in->capacity = capacity;
    }
    return true;
}

static void keep_fds(struct link_in *in, struct msghdr *msg)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
            if (in->fds_n < sizeof(in->fds) / sizeof(in->fds[0])) {
                in->fds[in->fds_n++] = fd;
            } else {
                close(fd);
            }
        }
    }
}

enum link_read link_fill(struct link_in *in, int socket)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * 4)];
    } control;
    if (!make_room(in)) {
        return LINK_GONE;
    }
    struct iovec io = {in->bytes + in->length, READ};
    struct msghdr msg = {.msg_iov = &io,
        .msg_iovlen = 1,
        .msg_control = control.room,
        .msg_controllen = sizeof(control.room)};
    ssize_t n = recvmsg(socket, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
        return LINK_WAIT;
    }
    if (n <= 0) {
        return LINK_GONE;
    }
    keep_fds(in, &msg);
    in->length += (size_t)n;
    return LINK_MORE;
}

bool link_next(
    struct link_in *in, struct link_header *header, const char **bytes, int *fd, bool *broken)
{
    size_t left = in->length - in->taken;
    *broken = false;
    *fd = -1;
    if (left < sizeof(*header)) {
        return false;
    }
    memcpy(header, in->bytes + in->taken, sizeof(*header));
    if (header->magic != LINK_MAGIC || header->length > LINK_LENGTH_MAX) {
        *broken = true;
        return false;
    }
    if (left - sizeof(*header) < header->length) {
        return false;
    }
    if (header->has_fd && in->fds_n) {
        *fd = in->fds[0];
        in->fds_n--;
        memmove(in->fds, in->fds + 1, in->fds_n * sizeof(in->fds[0]));
    }
    *bytes = (const char *)in->bytes + in->taken + sizeof(*header);
    in->taken += sizeof(*header) + header->length;
    return true;
}

void link_in_release(struct link_in *in)
{
    for (size_t i = 0; i < in->fds_n; i++) {
        close(in->fds[i]);
    }
    free(in->bytes);
    *in = (struct link_in){0};
}

void link_out_init(struct link_out *out)
{
    *out = (struct link_out){0};
    out->last = &out->first;
}

bool link_put(struct link_out *out, uint8_t kind, uint8_t code, uint64_t channel, const void *bytes,
    size_t length, int fd)
{
    struct link_header header = {.magic = LINK_MAGIC,
        .length = (uint32_t)length,
        .channel = channel,
        .kind = kind,
        .code = code,
        .has_fd = fd >= 0};
    struct link_item *item =
        length <= LINK_LENGTH_MAX ? malloc(sizeof(*item) + sizeof(header) + length) : NULL;
    if (!item) {
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    item->next = NULL;
    item->length = sizeof(header) + length;
    item->sent = 0;
    item->fd = fd;
    memcpy(item->bytes, &header, sizeof(header));
    if (length) {
        memcpy(item->bytes + sizeof(header), bytes, length);
    }
    *out->last = item;
    out->last = &item->next;
    out->length += item->length;
    return true;
}

static ssize_t send_item(struct link_item *item, int socket)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec io = {item->bytes + item->sent, item->length - item->sent};
    struct msghdr msg = {.msg_iov = &io, .msg_iovlen = 1};
    if (item->fd >= 0) {
        msg.msg_control = control.room;
        msg.msg_controllen = sizeof(control.room);
        struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(c), &item->fd, sizeof(int));
    }
    ssize_t n = sendmsg(socket, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0 && item->fd >= 0) {
        close(item->fd);
        item->fd = -1;
    }
    return n;
}

static void drop_first(struct link_out *out)
{
    struct link_item *item = out->first;
    out->first = item->next;
    if (!out->first) {
        out->last = &out->first;
    }
    if (item->fd >= 0) {
        close(item->fd);
    }
    free(item);
}

bool link_flush(struct link_out *out, int socket)
{
    while (out->first) {
        ssize_t n = send_item(out->first, socket);
        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        }
        out->first->sent += (size_t)n;
        out->length -= (size_t)n;
        if (out->first->sent == out->first->length) {
            drop_first(out);
        }
    }
    return true;
}

void link_out_release(struct link_out *out)
{
    while (out->first) {
        drop_first(out);
    }
    out->length = 0;
}

/* SPDX-License-Identifier: MIT
 * See support_ws.h.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support_ws.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int wire_connect(struct ws_loop *loop, const void *extra, size_t n)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_true(ws_loop_adopt(loop, pair[1], extra, n));
    return pair[0];
}

size_t wire_frame(uint8_t *out, uint8_t first, const void *payload, size_t n, bool mask)
{
    size_t at = 0;
    out[at++] = first;
    if (n < 126) {
        out[at++] = (uint8_t)(n | (mask ? 0x80 : 0));
    } else {
        out[at++] = (uint8_t)((n < 65536 ? 126 : 127) | (mask ? 0x80 : 0));
        for (int shift = n < 65536 ? 8 : 56; shift >= 0; shift -= 8) {
            out[at++] = (uint8_t)(shift < 32 ? n >> shift : 0);
        }
    }
    static const uint8_t key[4] = {1, 2, 3, 4};
    if (mask) {
        memcpy(out + at, key, 4);
        at += 4;
    }
    for (size_t i = 0; i < n; i++) {
        out[at + i] = (uint8_t)(((const uint8_t *)payload)[i] ^ (mask ? key[i % 4] : 0));
    }
    return at + n;
}

void wire_put(int fd, uint8_t first, const void *payload, size_t n)
{
    uint8_t *bytes = malloc(n + 16);
    size_t length = wire_frame(bytes, first, payload, n, true);
    assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL), length);
    free(bytes);
}

void wire_say(int fd, const char *text)
{
    wire_put(fd, FIN | TEXT, text, strlen(text));
}

static bool take(int fd, void *out, size_t n)
{
    for (size_t at = 0; at < n;) {
        struct pollfd p = {fd, POLLIN, 0};
        ssize_t got = poll(&p, 1, 5000) == 1 ? recv(fd, (uint8_t *)out + at, n - at, 0) : 0;
        if (got <= 0) {
            return false;
        }
        at += (size_t)got;
    }
    return true;
}

/* The next frame; payload NUL-terminated. -1: the connection has ended. */
int wire_get(int fd, char *payload, size_t room, size_t *n)
{
    uint8_t head[2], more[8] = {0};
    if (!take(fd, head, 2)) {
        return -1;
    }
    assert_int_equal(head[1] & 0x80, 0);
    assert_int_equal(head[0] & 0x70, 0);
    *n = head[1];
    size_t wide = *n == 126 ? 2 : *n == 127 ? 8 : 0;
    assert_true(take(fd, more, wide));
    for (size_t i = 0; i < wide; i++) {
        *n = (i ? *n << 8 : 0) | more[i];
    }
    assert_true(*n < room);
    assert_true(take(fd, payload, *n));
    payload[*n] = '\0';
    return head[0] & 15;
}

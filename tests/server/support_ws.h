/* SPDX-License-Identifier: MIT
 * The client's end of a WebSocket, written by hand, so that it can misbehave.
 */
#ifndef SUPPORT_WS_H
#define SUPPORT_WS_H

#include "ws/ws.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIN = 0x80, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

/* A connection over a socketpair; extra: what came with the handshake. */
int wire_connect(struct ws_loop *loop, const void *extra, size_t n);
/* Bytes of one frame. */
size_t wire_frame(uint8_t *out, uint8_t first, const void *payload, size_t n, bool mask);
void wire_put(int fd, uint8_t first, const void *payload, size_t n);
void wire_say(int fd, const char *text);
/* The next frame; payload NUL-terminated. -1: the connection has ended. */
int wire_get(int fd, char *payload, size_t room, size_t *n);

#endif

/* SPDX-License-Identifier: MIT
 * SHA-1 (RFC 3174) for the handshake of RFC 6455, which asks for it; it protects nothing.
 */
#ifndef WS_SHA1_H
#define WS_SHA1_H

#include <stddef.h>
#include <stdint.h>

void sha1(const void *bytes, size_t length, uint8_t digest[20]);

#endif

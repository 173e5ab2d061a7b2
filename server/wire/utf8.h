/* SPDX-License-Identifier: MIT
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef WIRE_UTF8_H
#define WIRE_UTF8_H

#include <stddef.h>

/* Bytes of the character at `text` (1 .. 4), or 0 when no valid one begins there. length > 0. */
size_t utf8_character(const unsigned char *text, size_t length);

#endif

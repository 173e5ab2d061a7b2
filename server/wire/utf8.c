/* SPDX-License-Identifier: MIT
 * UTF-8, one character at a time.
 */
#include "wire/utf8.h"

size_t utf8_character(const unsigned char *text, size_t length)
{
    unsigned char lead = text[0];
    if (lead < 0x80) {
        return 1;
    }
    /* The second byte's range excludes overlong forms, surrogates and what lies above U+10FFFF. */
    unsigned char least = 0x80, most = 0xbf;
    size_t n;
    if (lead >= 0xc2 && lead <= 0xdf) {
        n = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        n = 3;
        least = lead == 0xe0 ? 0xa0 : 0x80;
        most = lead == 0xed ? 0x9f : 0xbf;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        n = 4;
        least = lead == 0xf0 ? 0x90 : 0x80;
        most = lead == 0xf4 ? 0x8f : 0xbf;
    } else {
        return 0;
    }
    if (length < n || text[1] < least || text[1] > most) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

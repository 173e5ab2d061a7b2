/* SPDX-License-Identifier: MIT
 * QR codes (ISO/IEC 18004) of short texts: byte mode, error correction L, versions 1 to 5.
 */
#ifndef COMMAND_QR_H
#define COMMAND_QR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define QR_BYTES 106 /* the longest text */
#define QR_SIDE 37

struct qr {
    int side;
    bool dark[QR_SIDE][QR_SIDE]; /* [y][x] */
};
bool qr_make(const char *text, struct qr *out); /* false: too long */
/* Two rows of modules in a line of half blocks, with a quiet zone. colour: for a terminal, black on
 * white whatever its own colours are; else light modules are drawn. */
void qr_print(const struct qr *qr, bool colour, FILE *out);

#endif

/* SPDX-License-Identifier: MIT
 * See qr.h. In these versions all codewords are one block, so nothing is interleaved, and there is
 * one alignment pattern at most.
 */
#include "command/qr.h"

#include <stdlib.h>
#include <string.h>

enum { VERSIONS = 5, CODEWORDS_MAX = 134, QUIET = 4 };

static const struct {
    uint8_t data, check;
} version_of[VERSIONS] = {{19, 7}, {34, 10}, {55, 15}, {80, 20}, {108, 26}};

struct drawing {
    struct qr *qr;
    bool fixed[QR_SIDE][QR_SIDE]; /* of a pattern: carries no data */
};

/* ---- codewords ---- */

static uint8_t multiply(uint8_t a, uint8_t b)
{
    unsigned product = 0;
    for (int bit = 7; bit >= 0; bit--) {
        product = (product << 1) ^ ((product >> 7) * 0x11d);
        product ^= b >> bit & 1 ? a : 0u;
    }
    return (uint8_t)product;
}

/* Reed-Solomon: the remainder of the data by the product of (x - 2^i). */
static void add_check(const uint8_t *data, size_t n, uint8_t *check, size_t degree)
{
    uint8_t divisor[32] = {0}, root = 1;
    divisor[degree - 1] = 1;
    for (size_t i = 0; i < degree; i++) {
        for (size_t k = 0; k < degree; k++) {
            divisor[k] =
                (uint8_t)(multiply(divisor[k], root) ^ (k + 1 < degree ? divisor[k + 1] : 0));
        }
        root = multiply(root, 2);
    }
    memset(check, 0, degree);
    for (size_t i = 0; i < n; i++) {
        uint8_t factor = data[i] ^ check[0];
        memmove(check, check + 1, degree - 1);
        check[degree - 1] = 0;
        for (size_t k = 0; k < degree; k++) {
            check[k] ^= multiply(divisor[k], factor);
        }
    }
}

static void put_bits(uint8_t *out, size_t *at, unsigned value, unsigned bits)
{
    while (bits--) {
        out[*at / 8] |= (uint8_t)((value >> bits & 1u) << (7 - *at % 8));
        ++*at;
    }
}

static void codewords(const char *text, size_t n, int version, uint8_t out[CODEWORDS_MAX])
{
    size_t data = version_of[version - 1].data, at = 0;
    memset(out, 0, CODEWORDS_MAX);
    put_bits(out, &at, 4, 4); /* bytes */
    put_bits(out, &at, (unsigned)n, 8);
    for (size_t i = 0; i < n; i++) {
        put_bits(out, &at, (unsigned char)text[i], 8);
    }
    at += 4; /* the end; with it whole bytes are filled */
    for (unsigned pad = 0xec; at < data * 8; pad ^= 0xec ^ 0x11) {
        put_bits(out, &at, pad, 8);
    }
    add_check(out, data, out + data, version_of[version - 1].check);
}

/* ---- patterns ---- */

static void fix(struct drawing *d, int x, int y, bool dark)
{
    if (x >= 0 && y >= 0 && x < d->qr->side && y < d->qr->side) {
        d->qr->dark[y][x] = dark;
        d->fixed[y][x] = true;
    }
}

/* Squares within squares: a finder with its margin (reach 4) or an alignment pattern (reach 2). */
static void draw_square(struct drawing *d, int cx, int cy, int reach)
{
    for (int y = -reach; y <= reach; y++) {
        for (int x = -reach; x <= reach; x++) {
            int far = abs(x) > abs(y) ? abs(x) : abs(y);
            fix(d, cx + x, cy + y, reach == 2 ? far != 1 : far != 2 && far != 4);
        }
    }
}

static void draw_format(struct drawing *d, unsigned mask)
{
    unsigned data = 1u << 3 | mask, rest = data; /* 01: level L */
    int end = d->qr->side - 1;
    for (int i = 0; i < 10; i++) {
        rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    }
    unsigned bits = (data << 10 | rest) ^ 0x5412;
    for (int i = 0; i < 15; i++) {
        bool dark = bits >> i & 1u;
        fix(d, i < 8 ? 8 : i == 8 ? 7 : 14 - i, i < 6 ? i : i < 8 ? i + 1 : 8, dark);
        fix(d, i < 8 ? end - i : 8, i < 8 ? 8 : end - 14 + i, dark);
    }
    fix(d, 8, end - 7, true);
}

static void draw_patterns(struct drawing *d)
{
    int end = d->qr->side - 1;
    for (int i = 0; i <= end; i++) {
        fix(d, 6, i, i % 2 == 0);
        fix(d, i, 6, i % 2 == 0);
    }
    draw_square(d, 3, 3, 4);
    draw_square(d, end - 3, 3, 4);
    draw_square(d, 3, end - 3, 4);
    if (end > 20) {
        draw_square(d, end - 6, end - 6, 2);
    }
    draw_format(d, 0); /* keeps its place free */
}

/* Two columns at a time from the right, up and down in turn, over the timing column. */
static void draw_data(struct drawing *d, const uint8_t *words, size_t n)
{
    int side = d->qr->side;
    size_t i = 0;
    for (int right = side - 1; right >= 1; right -= 2) {
        right -= right == 6;
        for (int step = 0; step < side; step++) {
            int y = (right + 1) & 2 ? step : side - 1 - step;
            for (int x = right; x >= right - 1; x--) {
                if (!d->fixed[y][x]) {
                    d->qr->dark[y][x] = i < n * 8 && (words[i / 8] >> (7 - i % 8) & 1);
                    i++;
                }
            }
        }
    }
}

/* ---- masks ---- */

static bool masked(unsigned mask, int x, int y)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (x / 3 + y / 2) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

static void flip(struct drawing *d, unsigned mask)
{
    for (int y = 0; y < d->qr->side; y++) {
        for (int x = 0; x < d->qr->side; x++) {
            d->qr->dark[y][x] ^= !d->fixed[y][x] && masked(mask, x, y);
        }
    }
}

static bool at(const struct qr *qr, int line, int i, bool column)
{
    return column ? qr->dark[i][line] : qr->dark[line][i];
}

/* Long runs of one colour, and what looks like a finder: 1011101 beside four light ones. */
static int line_penalty(const struct qr *qr, int line, bool column)
{
    int penalty = 0, run = 0;
    unsigned last = 0;
    for (int i = 0; i < qr->side; i++) {
        bool dark = at(qr, line, i, column);
        run = i > 0 && dark == at(qr, line, i - 1, column) ? run + 1 : 1;
        penalty += run == 5 ? 3 : run > 5 ? 1 : 0;
        last = (last << 1 | dark) & 0x7ff;
        penalty += i >= 10 && (last == 0x5d0 || last == 0x05d) ? 40 : 0;
    }
    return penalty;
}

static int penalty_of(const struct qr *qr)
{
    int penalty = 0, dark = 0, all = qr->side * qr->side;
    for (int y = 0; y < qr->side; y++) {
        penalty += line_penalty(qr, y, false) + line_penalty(qr, y, true);
        for (int x = 0; x < qr->side; x++) {
            dark += qr->dark[y][x];
            penalty += y && x && qr->dark[y][x] == qr->dark[y - 1][x] &&
                               qr->dark[y][x] == qr->dark[y][x - 1] &&
                               qr->dark[y][x] == qr->dark[y - 1][x - 1]
                           ? 3
                           : 0;
        }
    }
    return penalty + abs(dark * 20 - all * 10) / all * 10;
}

bool qr_make(const char *text, struct qr *out)
{
    size_t n = strlen(text);
    int version = 1, least = -1;
    unsigned best = 0;
    uint8_t words[CODEWORDS_MAX];
    struct drawing d = {.qr = out};
    if (n > QR_BYTES) {
        return false;
    }
    while (version_of[version - 1].data < n + 2) {
        version++;
    }
    *out = (struct qr){.side = 4 * version + 17};
    codewords(text, n, version, words);
    draw_patterns(&d);
    draw_data(&d, words, (size_t)version_of[version - 1].data + version_of[version - 1].check);
    for (unsigned mask = 0; mask < 8; mask++) {
        flip(&d, mask);
        draw_format(&d, mask);
        int penalty = penalty_of(out);
        if (least < 0 || penalty < least) {
            least = penalty;
            best = mask;
        }
        flip(&d, mask);
    }
    flip(&d, best);
    draw_format(&d, best);
    return true;
}

void qr_print(const struct qr *qr, bool colour, FILE *out)
{
    static const char *const blocks[] = {"█", "▀", "▄", " "}; /* dark below + 2 × dark above */
    for (int y = -QUIET; y < qr->side + QUIET; y += 2) {
        fputs(colour ? "\033[97;40m" : "", out);
        for (int x = -QUIET; x < qr->side + QUIET; x++) {
            bool in = x >= 0 && x < qr->side;
            bool above = in && y >= 0 && y < qr->side && qr->dark[y][x];
            bool below = in && y + 1 >= 0 && y + 1 < qr->side && qr->dark[y + 1][x];
            fputs(blocks[2 * above + below], out);
        }
        fputs(colour ? "\033[0m\n" : "\n", out);
    }
}

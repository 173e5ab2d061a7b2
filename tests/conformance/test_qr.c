/* SPDX-License-Identifier: MIT
 * QR codes, read back the way a phone does: format bits, mask, the path of the bits, the check of
 * Reed and Solomon, bytes. Nothing here is shared with the writer.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "command/qr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t power[255], logarithm[256];

static void make_tables(void)
{
    unsigned x = 1;
    for (unsigned i = 0; i < 255; i++) {
        power[i] = (uint8_t)x;
        logarithm[x] = (uint8_t)i;
        x = x << 1 ^ (x & 128 ? 0x11d : 0);
    }
}

/* All syndromes of a block without errors are zero. */
static bool block_is_whole(const uint8_t *words, size_t n, size_t check)
{
    for (unsigned i = 0; i < check; i++) {
        unsigned sum = 0;
        for (size_t k = 0; k < n; k++) {
            unsigned exponent = i * (unsigned)(n - 1 - k);
            sum ^= words[k] ? power[(logarithm[words[k]] + exponent) % 255] : 0;
        }
        if (sum) {
            return false;
        }
    }
    return true;
}

static bool is_pattern(int side, int x, int y)
{
    bool corner = (x < 9 && y < 9) || (x >= side - 8 && y < 9) || (x < 9 && y >= side - 8);
    bool aligned = side > 21 && abs(x - (side - 7)) <= 2 && abs(y - (side - 7)) <= 2;
    return corner || aligned || x == 6 || y == 6;
}

static bool mask_of(unsigned mask, int r, int c)
{
    const bool rule[] = {(r + c) % 2 == 0, r % 2 == 0, c % 3 == 0, (r + c) % 3 == 0,
        (r / 2 + c / 3) % 2 == 0, r * c % 2 + r * c % 3 == 0, (r * c % 2 + r * c % 3) % 2 == 0,
        (r * c % 3 + (r + c) % 2) % 2 == 0};
    return rule[mask];
}

/* Both copies, which must agree; the level and the mask. */
static unsigned read_format(const struct qr *qr)
{
    unsigned first = 0, second = 0;
    int side = qr->side;
    static const int row[15] = {8, 8, 8, 8, 8, 8, 8, 8, 7, 5, 4, 3, 2, 1, 0},
                     column[15] = {0, 1, 2, 3, 4, 5, 7, 8, 8, 8, 8, 8, 8, 8, 8};
    for (int i = 0; i < 15; i++) {
        first = first << 1 | qr->dark[row[i]][column[i]];
        second = second << 1 | (i < 7 ? qr->dark[side - 1 - i][8] : qr->dark[8][side - 15 + i]);
    }
    assert_int_equal(first, second);
    assert_true(qr->dark[side - 8][8]);
    return (first ^ 0x5412) >> 10;
}

static void read_back(const struct qr *qr, char *out)
{
    static const size_t words_of[] = {26, 44, 70, 100, 134}, check_of[] = {7, 10, 15, 20, 26};
    uint8_t words[140] = {0};
    size_t version = (size_t)(qr->side - 17) / 4 - 1, bits = 0;
    unsigned format = read_format(qr);
    assert_int_equal(format >> 3, 1); /* level L */
    bool up = true;
    for (int right = qr->side - 1; right > 0; right -= 2, up = !up) {
        right = right == 6 ? 5 : right;
        for (int i = 0; i < qr->side; i++) {
            int y = up ? qr->side - 1 - i : i;
            for (int x = right; x > right - 2; x--) {
                if (!is_pattern(qr->side, x, y)) {
                    bool bit = qr->dark[y][x] ^ mask_of(format & 7, y, x);
                    if (bits < words_of[version] * 8) {
                        words[bits / 8] |= (uint8_t)(bit << (7 - bits % 8));
                    }
                    bits++;
                }
            }
        }
    }
    assert_in_range(bits, words_of[version] * 8, words_of[version] * 8 + 7);
    assert_true(block_is_whole(words, words_of[version], check_of[version]));
    assert_int_equal(words[0] >> 4, 4);
    size_t n = (size_t)((words[0] & 15) << 4 | words[1] >> 4);
    for (size_t i = 0; i < n; i++) {
        out[i] = (char)((words[i + 1] & 15) << 4 | words[i + 2] >> 4);
    }
    out[n] = 0;
}

static void every_length_is_read_back(void **state)
{
    static const char alphabet[] = "http://192.168.178.42:8080/c/ABCDEF?x=%~#";
    char text[QR_BYTES + 2], back[200];
    struct qr qr;
    (void)state;
    make_tables();
    for (size_t n = 0; n <= QR_BYTES; n++) {
        for (size_t i = 0; i < n; i++) {
            text[i] = alphabet[(i * 7 + n) % (sizeof alphabet - 1)];
        }
        text[n] = 0;
        assert_true(qr_make(text, &qr));
        read_back(&qr, back);
        assert_string_equal(back, text);
    }
    memset(text, 'a', QR_BYTES + 1);
    text[QR_BYTES + 1] = 0;
    assert_false(qr_make(text, &qr));
}

static void a_code_is_printed_in_half_blocks(void **state)
{
    struct qr qr;
    char *bytes = NULL;
    size_t n = 0, lines = 0;
    FILE *out = open_memstream(&bytes, &n);
    (void)state;
    assert_true(qr_make("http://10.0.0.2:8080", &qr));
    assert_int_equal(qr.side, 25);
    qr_print(&qr, true, out);
    fclose(out);
    for (const char *at = bytes; (at = strchr(at, '\n')) != NULL; at++) {
        lines++;
    }
    assert_int_equal(lines, 17);
    assert_memory_equal(bytes, "\033[97;40m█", 11);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_is_read_back),
        cmocka_unit_test(a_code_is_printed_in_half_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

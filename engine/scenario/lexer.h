/* SPDX-License-Identifier: MIT
 * Text to tokens. Every byte of the text belongs to a token or is blank; comments and line ends are
 * tokens too, so that the formatter can print the text again.
 */
#ifndef SCENARIO_LEXER_H
#define SCENARIO_LEXER_H

#include "scenario/place.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NEWLINE,
    TOKEN_COMMENT, /* # up to the line's end */
    TOKEN_NAME,
    TOKEN_NUMBER, /* with what letters follow it at once: 4K, 1W, 4x4 */
    TOKEN_STRING, /* with its quotes */
    TOKEN_PATH,   /* /lib/libc.so.6 */
    TOKEN_MARK,   /* punctuation, one or two characters */
    TOKEN_BAD     /* reported already */
};

/* A mark as a number: MARK2('.', '.') is "..", a single character is itself. */
#define MARK2(a, b) ((unsigned)(a) | (unsigned)(b) << 8)

struct token {
    uint8_t kind;
    bool glued;   /* the parser joined it to the one before: x86-64 */
    bool dropped; /* a separator that the canonical form leaves out */
    bool wide;    /* an option of a block begins here: the formatter leaves two blanks */
    uint16_t mark;
    uint32_t offset, length;
    uint32_t suffix; /* number: length of the digits; the letters follow */
    uint64_t value;  /* number: the digits' value */
    struct place place;
};

struct tokens {
    struct token *item; /* owned; the last is TOKEN_END */
    size_t length, capacity;
};

/* Splits the text, whose first line is number `line`. False without memory; bad bytes are
 * diagnostics and TOKEN_BAD. */
bool lexer_run(const char *text, size_t length, uint32_t line, struct vm_diagnostics *diagnostics,
    struct tokens *out);
void tokens_release(struct tokens *tokens);
/* K, M, G or nothing: the factor; 0 when the letters mean something else. */
uint64_t lexer_unit(const char *letters, size_t length);

#endif

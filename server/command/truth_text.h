/* SPDX-License-Identifier: MIT
 * A place in the text of an operation, and the words read from there. Every reader passes blanks
 * first; one that says no leaves the cursor where it was, unless it set a problem.
 */
#ifndef COMMAND_TRUTH_TEXT_H
#define COMMAND_TRUTH_TEXT_H

#include "command/truth.h"

struct cursor {
    const char *text;
    size_t at;
    char *problem; /* TRUTH_PROBLEM bytes; empty while all is well */
};

bool text_end(struct cursor *cursor); /* nothing is left */
/* The very word or sign, not the beginning of a longer word. */
bool text_take(struct cursor *cursor, const char *word);
bool text_is(const struct cursor *cursor, const char *word);
bool text_number(struct cursor *cursor, uint64_t most, uint64_t *value);
/* 16th, 64KiB, 2MiB: digits at the cursor without a blank before them. */
bool text_digits(struct cursor *cursor, uint64_t most, uint64_t *value);
/* The next word, cut to `room`; for messages and names. False: nothing is left. */
bool text_word(struct cursor *cursor, char *word, size_t room);
/* False, with the problem set to the format. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
bool text_fail(struct cursor *cursor, const char *format, ...);
/* … "unknown <what> 'word': <what it can be>" at the cursor. */
bool text_unknown(struct cursor *cursor, const char *what, const char *known);

/* truth_regions.c. */
int region_named(const struct truth_names *names, char name); /* -1: none */
bool region_letter(struct cursor *cursor, char *name);
/* A region that must exist, or the one that the last mremap made without a name. */
bool region_known(struct truth_names *names, struct cursor *cursor, int *index);
bool region_pages(struct cursor *cursor, struct truth_statement *out); /* [a..b) */
void region_reaches(struct truth_names *names, int64_t end); /* some region goes up to there */
/* A[a..b) */
bool region_range(struct truth_names *names, struct cursor *cursor, struct truth_statement *out);
bool region_prot(struct cursor *cursor, struct truth_statement *out);

/* truth_mmap.c. */
bool mmap_parse(struct truth_names *names, struct cursor *cursor, struct truth_statement *out);
/* truth_verbs.c: the words behind the process. */
bool verb_parse(struct truth_names *names, struct cursor *cursor, struct truth_statement *out);

#endif

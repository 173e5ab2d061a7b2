/* SPDX-License-Identifier: MIT
 * A lab session without a socket, and all that it has said since it was last spoken to.
 */
#ifndef SUPPORT_LAB_H
#define SUPPORT_LAB_H

#include "lab/session.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lab {
    struct lab_session *session;
    uint64_t now_ms;
    bool full; /* there is no room for another run */
    /* since the last forget */
    char *text[64]; /* owned: texts, one after the other */
    size_t texts;
    char *said;        /* owned: the same, a line each; NULL: none */
    uint8_t *bytes[3]; /* owned: payloads of kinds 1 and 2, concatenated */
    size_t length[3];
    bool last[3]; /* the last frame of the kind said so */
    uint8_t *raw; /* owned: all frames as they came */
    size_t raw_n, frames;
};

/* A fork, and both write: a scenario in which every kind of answer has something to tell. */
extern const char fork_text[];

/* Before and after each test: state is a struct lab. */
int begin(void **state);
int end(void **state);

void forget(struct lab *lab);
uint64_t work(struct lab *lab); /* until there is nothing to do; when to wake up */
/* Forgets, tells, works; the last text that came, or "". */
const char *tell(struct lab *lab, const char *text);
const char *tell_fd(struct lab *lab, const char *text, int fd); /* with a trace */
/* Fails unless `part` is in the last text of the answer. */
void expect(struct lab *lab, const char *says, const char *part);
/* The answer, which is `opened`, with id 1. */
const char *open_text(struct lab *lab, const char *scenario);

/* The number at *at, which moves behind it. */
uint64_t leb(const uint8_t *bytes, size_t *at);

#endif

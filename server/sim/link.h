/* SPDX-License-Identifier: MIT
 * Messages between the pool and a worker, over a stream socketpair: a header, then its bytes. File
 * descriptors travel with the header of the message that has one. Both ends are this program,
 * started from the same file: the header is in the host's own order.
 */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum link_kind {
    LINK_REQUEST = 1, /* to a worker: a one-shot; JSON of sim_request */
    LINK_TELL,        /* to a worker: a session's message */
    LINK_CLOSE,       /* to a worker: a session ends */
    LINK_PROBE,       /* to a worker, and back: are you there? */
    LINK_CANCEL,      /* to a worker: a one-shot is no longer wanted */
    LINK_REPLY,       /* from a worker: code and JSON of a one-shot */
    LINK_PART,        /* from a worker: what a one-shot has so far */
    LINK_TEXT,        /* from a worker: what a session says */
    LINK_BINARY,
};

struct link_header {
    uint32_t magic;
    uint32_t length;  /* bytes that follow */
    uint64_t channel; /* number of the one-shot or session */
    uint8_t kind;     /* enum link_kind */
    uint8_t code;     /* LINK_REPLY: enum sim_code */
    uint8_t has_fd;
    uint8_t unused[5];
};
#define LINK_MAGIC 0x766d7331u
#define LINK_LENGTH_MAX (64u << 20)

/* What has been read and not yet taken. Zero-initialise. */
struct link_in {
    uint8_t *bytes; /* owned */
    size_t length, capacity, taken;
    int fds[8];
    size_t fds_n;
};
enum link_read { LINK_MORE, LINK_WAIT, LINK_GONE };
/* Reads once without blocking. MORE: something came. WAIT: nothing is there. GONE: end, or rubbish.
 */
enum link_read link_fill(struct link_in *in, int socket);
/* The next whole message; its bytes are valid until the next fill. *fd: its file descriptor, for
 * the caller, or -1. False: none is complete (then *broken says whether the stream is rubbish). */
bool link_next(
    struct link_in *in, struct link_header *header, const char **bytes, int *fd, bool *broken);
void link_in_release(struct link_in *in);

/* What is to be written. Zero-initialise. */
struct link_item {
    struct link_item *next;
    size_t length, sent;
    int fd; /* goes with the first byte; owned; -1 = none */
    uint8_t bytes[];
};
struct link_out {
    struct link_item *first, **last;
    size_t length; /* bytes waiting */
};
void link_out_init(struct link_out *out);
/* Copies bytes; takes fd, also on failure. False: no memory. */
bool link_put(struct link_out *out, uint8_t kind, uint8_t code, uint64_t channel, const void *bytes,
    size_t length, int fd);
/* Writes what the socket takes. False: it is gone. */
bool link_flush(struct link_out *out, int socket);
void link_out_release(struct link_out *out);

#endif

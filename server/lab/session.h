/* SPDX-License-Identifier: MIT
 * A lab session: the protocol of docs/protocol.md, without any socket. Messages go in, text and
 * binary frames come out through callbacks; binary ones only as far as the client's credit goes.
 */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include "lab/run.h"

#define LAB_FRAME_MAX 65536 /* bytes of a binary frame, header included */
#define LAB_CREDIT_START 4
#define LAB_CREDIT_MAX 16 /* frames a client may allow ahead */

struct lab_out {
    void *ctx;
    void (*text)(void *ctx, const char *bytes, size_t length);
    void (*binary)(void *ctx, const uint8_t *bytes, size_t length);
};

struct lab_session;
struct lab_session *lab_session_new(const struct lab_limits *limits, const struct lab_out *out);
void lab_session_free(struct lab_session *session);
/* One message of the client; fd: the bytes of the trace that it opens, or -1. Takes fd. room: may
 * another run be opened here? */
void lab_session_tell(struct lab_session *session, const char *text, size_t length, int fd,
    uint64_t now_ms, bool room);
/* Does some milliseconds of what is to be done. True: there is more to do now. Else *wake_ms is
 * when to call again at the latest (UINT64_MAX: when told something). */
bool lab_session_work(struct lab_session *session, uint64_t now_ms, uint64_t *wake_ms);
/* The type of the i-th message that a client may send; NULL past the last. */
const char *lab_session_message(size_t i);
/* Bytes of the host that its run holds. */
size_t lab_session_memory(const struct lab_session *session);

#endif

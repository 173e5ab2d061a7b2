/* SPDX-License-Identifier: MIT
 * Plain text out of gzip, zstd or plain bytes, as they come; the first bytes tell which. Memory
 * does not depend on the input.
 */
#ifndef TRACE_UNPACK_H
#define TRACE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

struct trace_unpack;
/* false: it takes no more. */
typedef bool trace_plain(void *ctx, const char *bytes, size_t n);
struct trace_unpack *trace_unpack_new(trace_plain *plain, void *ctx);
void trace_unpack_free(struct trace_unpack *unpack); /* NULL is fine */
enum trace_unpacked {
    UNPACK_FINE,
    UNPACK_STOPPED,
    UNPACK_DAMAGED,
    UNPACK_WINDOW, /* zstd's window is larger than 32 MiB */
    UNPACK_BOMB,   /* more than UNPACK_RATIO times its size came out, and more than 64 MiB */
    UNPACK_MEMORY
};
enum { UNPACK_RATIO = 10000 };
enum trace_unpacked trace_unpack_feed(struct trace_unpack *unpack, const char *bytes, size_t n);
/* No more comes. UNPACK_DAMAGED: it ended in the middle. */
enum trace_unpacked trace_unpack_end(struct trace_unpack *unpack);
/* "gzip", "zstd", "" (plain, or nothing came). */
const char *trace_unpack_name(const struct trace_unpack *unpack);

#endif

/* SPDX-License-Identifier: MIT
 * A scenario's memory: taken in pieces, given back all at once. Chunks never move.
 */
#include "scenario/tree.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *before;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

enum { CHUNK_BYTES = 16384 };

void *arena_take(struct arena *arena, size_t size)
{
    size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (arena->failed || rounded < size) {
        return NULL;
    }
    struct arena_chunk *chunk = arena->chunk;
    if (!chunk || chunk->size - chunk->used < rounded) {
        size_t room = rounded > CHUNK_BYTES ? rounded : CHUNK_BYTES;
        chunk = calloc(1, sizeof *chunk + room);
        if (!chunk) {
            arena->failed = true;
            return NULL;
        }
        chunk->before = arena->chunk;
        chunk->size = room;
        arena->chunk = chunk;
    }
    void *memory = chunk->bytes + chunk->used;
    chunk->used += rounded;
    return memory;
}

const char *arena_text(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1);
    if (copy && length) {
        memcpy(copy, text, length);
    }
    return copy;
}

void arena_release(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunk;
    while (chunk) {
        struct arena_chunk *before = chunk->before;
        free(chunk);
        chunk = before;
    }
    *arena = (struct arena){0};
}

/* SPDX-License-Identifier: MIT
 * Pieces are counted by their holders. Invariant: restoring gives what was put away, bit for bit,
 * as vm_clone would.
 */
#include "machine/image.h"
#include "machine/world.h"

#include <stdlib.h>
#include <string.h>

enum {
#define ARENA(type, name) ARENA_##name,
#include "machine/arenas.def"
#undef ARENA
    ARENAS
};
enum { PIECE = 4096 };

struct shard {
    size_t holders;
    uint8_t bytes[PIECE];
};
struct part {
    struct shard **piece; /* owned; they are shared */
    size_t bytes;
};
struct vm_image {
    vm_machine machine; /* without its arrays */
    struct part part[ARENAS];
};

static size_t pieces_of(size_t bytes)
{
    return (bytes + PIECE - 1) / PIECE;
}

static size_t length_of(const struct part *part, size_t i)
{
    size_t left = part->bytes - i * PIECE;
    return left < PIECE ? left : PIECE;
}

static struct shard *put_away(
    const uint8_t *from, size_t n, const struct part *before, size_t i, size_t *bytes)
{
    if (before && i < pieces_of(before->bytes) && length_of(before, i) == n &&
        memcmp(before->piece[i]->bytes, from, n) == 0) {
        before->piece[i]->holders++;
        return before->piece[i];
    }
    struct shard *piece = malloc(offsetof(struct shard, bytes) + n);
    if (piece) {
        piece->holders = 1;
        memcpy(piece->bytes, from, n);
        *bytes += offsetof(struct shard, bytes) + n;
    }
    return piece;
}

static bool take_part(
    struct part *part, const void *items, size_t n, const struct part *before, size_t *bytes)
{
    if (n == 0) {
        return true;
    }
    size_t pieces = pieces_of(n);
    part->piece = calloc(pieces, sizeof(struct shard *));
    if (!part->piece) {
        return false;
    }
    part->bytes = n;
    *bytes += pieces * sizeof(struct shard *);
    for (size_t i = 0; i < pieces; i++) {
        part->piece[i] =
            put_away((const uint8_t *)items + i * PIECE, length_of(part, i), before, i, bytes);
        if (!part->piece[i]) {
            part->bytes = i * PIECE; /* those that are there */
            return false;
        }
    }
    return true;
}

struct vm_image *image_take(const vm_machine *m, const struct vm_image *before, size_t *bytes)
{
    struct vm_image *image = calloc(1, sizeof *image);
    bool fine = image != NULL;
    *bytes = sizeof *image;
    if (!fine) {
        return NULL;
    }
    image->machine = *m;
    image->machine.memory = 0;
    image->machine.events = NULL;
    image->machine.recording = NULL;
    vm_watch(&image->machine, NULL, NULL);
#define ARENA(type, name)                                                                          \
    image->machine.name = NULL;                                                                    \
    image->machine.name##_room = 0;                                                                \
    fine =                                                                                         \
        fine && take_part(&image->part[ARENA_##name], m->name, (size_t)m->name##_n * sizeof(type), \
                    before ? &before->part[ARENA_##name] : NULL, bytes);
#include "machine/arenas.def"
#undef ARENA
    future_hold(image->machine.future);
    if (!fine) {
        image_free(image);
        return NULL;
    }
    return image;
}

static bool restore_part(vm_machine *m, const struct part *part, void **items)
{
    if (part->bytes == 0) {
        return true;
    }
    *items = machine_resize(m, NULL, 0, part->bytes);
    for (size_t i = 0; *items && i < pieces_of(part->bytes); i++) {
        memcpy((uint8_t *)*items + i * PIECE, part->piece[i]->bytes, length_of(part, i));
    }
    return *items != NULL;
}

enum vm_status image_restore(const struct vm_image *image, vm_machine **out)
{
    bool fine = true;
    *out = NULL;
    vm_machine *m = malloc(sizeof *m);
    if (!m) {
        return VM_NOMEM;
    }
    *m = image->machine;
    future_hold(m->future);
#define ARENA(type, name)                                                                          \
    {                                                                                              \
        void *items = NULL;                                                                        \
        fine = fine && restore_part(m, &image->part[ARENA_##name], &items);                        \
        m->name = items;                                                                           \
        m->name##_room = items ? m->name##_n : 0;                                                  \
    }
#include "machine/arenas.def"
#undef ARENA
    if (!fine) {
        vm_machine_free(m);
        return VM_NOMEM;
    }
    *out = m;
    return VM_OK;
}

size_t image_free(struct vm_image *image)
{
    size_t freed = 0;
    if (!image) {
        return 0;
    }
    for (int a = 0; a < ARENAS; a++) {
        struct part *part = &image->part[a];
        for (size_t i = 0; part->piece && i < pieces_of(part->bytes); i++) {
            if (--part->piece[i]->holders == 0) {
                freed += offsetof(struct shard, bytes) + length_of(part, i);
                free(part->piece[i]);
            }
        }
        freed += pieces_of(part->bytes) * sizeof(struct shard *);
        free(part->piece);
    }
    future_drop(&image->machine);
    free(image);
    return freed + sizeof *image;
}

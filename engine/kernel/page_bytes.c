/* SPDX-License-Identifier: MIT
 * Bytes from and to sparse words. Only words.c changes a word; a byte that is 0 costs nothing.
 */
#include "kernel/page_bytes.h"

#include "kernel/device.h"
#include "kernel/page_cache.h"
#include "kernel/words.h"

#include <string.h>

void page_bytes_get(const vm_machine *m, uint32_t list, uint32_t offset, uint32_t n, uint8_t *out)
{
    memset(out, 0, n);
    for (; list; list = m->words[list].next) {
        const struct word *word = &m->words[list];
        for (uint32_t i = 0; i < 8; i++) {
            uint32_t at = word->offset + i;
            if (at >= offset && at - offset < n) {
                out[at - offset] = (uint8_t)(word->value >> (8 * i));
            }
        }
    }
}

void page_bytes_put(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list,
    uint32_t offset, uint32_t n, const uint8_t *in)
{
    for (uint32_t word = offset & ~UINT32_C(7); word < offset + n; word += 8) {
        uint64_t mask = 0, value = 0;
        for (uint32_t i = 0; i < 8; i++) {
            uint32_t at = word + i;
            if (at >= offset && at - offset < n) {
                mask |= UINT64_C(0xff) << (8 * i);
                value |= (uint64_t)in[at - offset] << (8 * i);
            }
        }
        uint64_t old = mask == UINT64_MAX ? 0 : words_get(m, *list, word);
        words_put(m, store, id, page, list, word, (old & ~mask) | value);
    }
}

/* Where the words of a frame are, and the key they have in the description. */
struct holder {
    enum vm_store store;
    uint64_t id, page;
    uint32_t *list;
};

static struct holder holder_of(const vm_machine *m, vm_frame f)
{
    if (!is_device_frame(f)) {
        return (struct holder){vm_store_frame, f, 0, &m->frames[f].words};
    }
    uint32_t object;
    uint64_t index;
    device_place(m, f, &object, &index);
    return (struct holder){vm_store_file, object, index, &cache_at(m, object, index)->words};
}

void frame_bytes_get(const vm_machine *m, vm_frame f, uint32_t offset, uint32_t n, uint8_t *out)
{
    page_bytes_get(m, *holder_of(m, f).list, offset, n, out);
}

void frame_bytes_put(vm_machine *m, vm_frame f, uint32_t offset, uint32_t n, const uint8_t *in)
{
    struct holder h = holder_of(m, f);
    page_bytes_put(m, h.store, h.id, h.page, h.list, offset, n, in);
}

uint64_t frame_word_get(const vm_machine *m, vm_frame f, uint32_t offset)
{
    return words_get(m, *holder_of(m, f).list, offset);
}

void frame_word_put(vm_machine *m, vm_frame f, uint32_t offset, uint64_t value)
{
    struct holder h = holder_of(m, f);
    words_put(m, h.store, h.id, h.page, h.list, offset, value);
}

void bytes_of_words(const uint64_t *words, uint32_t n, uint8_t *out)
{
    for (uint32_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(words[i / 8] >> (8 * (i % 8)));
    }
}

enum vm_status page_bytes_reserve(vm_machine *m, uint64_t pages, uint64_t bytes)
{
    uint64_t page = page_size(m);
    enum vm_status status = RESERVE(m, scratch, page);
    if (status != VM_OK) {
        return status;
    }
    /* Every word that is written may be new; every page that moves out of the way, or is copied for
     * its writer, may hold as many as a page can. */
    uint64_t fresh = bytes / 8 + 2 * pages;
    uint64_t held = m->words_live + fresh < page / 8 ? m->words_live + fresh : page / 8;
    return RESERVE(m, words, fresh + (2 * pages + 2) * held);
}

/* SPDX-License-Identifier: MIT
 * The values of a page as bytes. A page is a sparse set of 8-byte words; seen as bytes, a word's
 * lowest byte comes first. So a copy may begin and end anywhere, whatever the two alignments are.
 */
#ifndef KERNEL_PAGE_BYTES_H
#define KERNEL_PAGE_BYTES_H

#include "machine/world.h"

/* Bytes [offset, offset + n) of the page whose words are `list`. */
void page_bytes_get(const vm_machine *m, uint32_t list, uint32_t offset, uint32_t n, uint8_t *out);
/* Writes them: words that are only partly covered keep their other bytes. Takes at most n / 8 + 2
 * words from the reserve. */
void page_bytes_put(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list,
    uint32_t offset, uint32_t n, const uint8_t *in);
/* Of the frame that an access found, a device's too. */
void frame_bytes_get(
    const vm_machine *m, vm_frame frame, uint32_t offset, uint32_t n, uint8_t *out);
void frame_bytes_put(vm_machine *m, vm_frame frame, uint32_t offset, uint32_t n, const uint8_t *in);
uint64_t frame_word_get(const vm_machine *m, vm_frame frame, uint32_t offset);
void frame_word_put(vm_machine *m, vm_frame frame, uint32_t offset, uint64_t value);
/* Room in m->scratch for a page, and among the words for whatever moving `bytes` bytes through
 * `pages` page accesses can need. */
enum vm_status page_bytes_reserve(vm_machine *m, uint64_t pages, uint64_t bytes);
/* Little-endian words of an operation as bytes. */
void bytes_of_words(const uint64_t *words, uint32_t n, uint8_t *out);

/* How many of n bytes from va on lie in va's page. */
static inline uint32_t bytes_in_page(const vm_machine *m, vm_va va, uint64_t n)
{
    uint64_t left = page_size(m) - (va & (page_size(m) - 1));
    return (uint32_t)(n < left ? n : left);
}

#endif

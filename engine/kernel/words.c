/* SPDX-License-Identifier: MIT
 * Valued words in lists. Invariant: no list holds two words of one offset, nor a word of value 0
 * (but for registers, which exist once they are written).
 */
#include "kernel/words.h"

#include <assert.h>

static uint32_t *find(vm_machine *m, uint32_t *list, uint32_t offset)
{
    while (*list && m->words[*list].offset != offset) {
        list = &m->words[*list].next;
    }
    return list;
}

static uint32_t take(vm_machine *m)
{
    uint32_t node = m->free_word;
    if (node) {
        m->free_word = m->words[node].next;
    } else {
        assert(m->words_n < m->words_room);
        node = m->words_n++;
    }
    m->words_live++;
    return node;
}

static void give(vm_machine *m, uint32_t node)
{
    m->words[node] = (struct word){.next = m->free_word};
    m->free_word = node;
    m->words_live--;
}

uint64_t words_get(const vm_machine *m, uint32_t list, uint32_t offset)
{
    while (list && m->words[list].offset != offset) {
        list = m->words[list].next;
    }
    return list ? m->words[list].value : 0;
}

uint32_t words_length(const vm_machine *m, uint32_t list)
{
    uint32_t n = 0;
    for (; list; list = m->words[list].next) {
        n++;
    }
    return n;
}

void words_put(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list,
    uint32_t offset, uint64_t value)
{
    uint32_t *link = find(m, list, offset);
    uint64_t old = *link ? m->words[*link].value : 0;
    if (old == value) {
        return;
    }
    if (!value) {
        uint32_t node = *link;
        *link = m->words[node].next;
        give(m, node);
    } else if (*link) {
        m->words[*link].value = value;
    } else {
        uint32_t node = take(m);
        m->words[node] = (struct word){.offset = offset, .value = value, .next = *list};
        *list = node;
    }
    EMIT(m, mem, .store = store, .id = id, .page = page, .offset = offset, .old_value = old,
        .value = value);
}

void words_clear(vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list)
{
    while (*list) {
        uint32_t node = *list;
        struct word word = m->words[node];
        *list = word.next;
        give(m, node);
        EMIT(m, mem, .store = store, .id = id, .page = page, .offset = word.offset,
            .old_value = word.value);
    }
}

void words_cut(
    vm_machine *m, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list, uint32_t offset)
{
    while (*list) {
        uint32_t node = *list;
        struct word word = m->words[node];
        uint64_t kept = word.offset >= offset ? 0 : word.value;
        if (word.offset < offset && offset - word.offset < 8) { /* the cut goes through the word */
            kept &= (UINT64_C(1) << (8 * (offset - word.offset))) - 1;
        }
        if (kept) {
            m->words[node].value = kept;
            list = &m->words[node].next;
        } else {
            *list = word.next;
            give(m, node);
        }
        if (kept != word.value) {
            EMIT(m, mem, .store = store, .id = id, .page = page, .offset = word.offset,
                .old_value = word.value, .value = kept);
        }
    }
}

void words_copy(
    vm_machine *m, uint32_t source, enum vm_store store, uint64_t id, uint64_t page, uint32_t *list)
{
    words_clear(m, store, id, page, list);
    for (; source; source = m->words[source].next) {
        words_put(m, store, id, page, list, m->words[source].offset, m->words[source].value);
    }
}

void registers_put(vm_machine *m, vm_tid tid, uint32_t name, uint64_t value)
{
    uint32_t *list = &m->tasks[tid].registers;
    uint32_t *link = find(m, list, name);
    uint64_t old = *link ? m->words[*link].value : 0;
    if (*link) {
        m->words[*link].value = value;
    } else {
        uint32_t node = take(m);
        m->words[node] = (struct word){.offset = name, .value = value, .next = *list};
        *list = node;
    }
    if (old != value) {
        EMIT(m, register, .tid = tid, .name = name, .old_value = old, .value = value);
    }
}

void registers_clear(vm_machine *m, vm_tid tid)
{
    uint32_t *list = &m->tasks[tid].registers;
    while (*list) {
        uint32_t node = *list;
        struct word word = m->words[node];
        *list = word.next;
        give(m, node);
        if (word.value) {
            EMIT(m, register, .tid = tid, .name = word.offset, .old_value = word.value);
        }
    }
}

static void describe_list(const vm_machine *m, struct vm_events *events, enum vm_store store,
    uint64_t id, uint64_t page, uint32_t list)
{
    for (; list; list = m->words[list].next) {
        EMIT_TO(events, mem, .store = store, .id = id, .page = page,
            .offset = m->words[list].offset, .value = m->words[list].value);
    }
}

void words_describe(const vm_machine *m, struct vm_events *events)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        describe_list(m, events, vm_store_frame, f, 0, m->frames[f].words);
    }
    for (vm_slot s = 0; s < m->slots_n; s++) {
        describe_list(m, events, vm_store_slot, s, 0, m->slots[s].words);
    }
    for (uint32_t o = 1; o < m->objects_n; o++) {
        const struct object *object = &m->objects[o];
        uint64_t pages = object->first_cached ? pages_of(m, object->bytes) : 0;
        for (uint64_t i = 0; i < pages; i++) {
            describe_list(
                m, events, vm_store_file, o, i, m->cached[object->first_cached + i].words);
        }
    }
    for (vm_tid t = 1; t < m->tasks_n; t++) {
        for (uint32_t w = m->tasks[t].registers; w; w = m->words[w].next) {
            if (m->words[w].value) {
                EMIT_TO(events, register, .tid = t, .name = m->words[w].offset,
                    .value = m->words[w].value);
            }
        }
    }
}

/* SPDX-License-Identifier: MIT
 * An open hash of rows, keyed by kind and keys.
 */
#include "support_fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 4
#define VALUES 24

struct row {
    bool used;
    unsigned kind;
    uint64_t key[KEYS];
    uint64_t value[VALUES];
};

struct fold {
    struct row *row;
    size_t room, used;
};

struct fold *fold_new(void)
{
    struct fold *fold = calloc(1, sizeof *fold);
    fold->room = 256;
    fold->row = calloc(fold->room, sizeof *fold->row);
    return fold;
}

void fold_free(struct fold *fold)
{
    free(fold->row);
    free(fold);
}

static struct row *place(const struct fold *fold, unsigned kind, const uint64_t *key)
{
    uint64_t hash = kind * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < KEYS; i++) {
        hash = (hash ^ key[i]) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 31;
    }
    size_t at = hash & (fold->room - 1);
    while (fold->row[at].used && (fold->row[at].kind != kind ||
                                     memcmp(fold->row[at].key, key, sizeof fold->row[at].key))) {
        at = (at + 1) & (fold->room - 1);
    }
    return &fold->row[at];
}

static void grow(struct fold *fold)
{
    struct fold wide = {.room = fold->room * 2, .used = fold->used};
    wide.row = calloc(wide.room, sizeof *wide.row);
    for (size_t i = 0; i < fold->room; i++) {
        if (fold->row[i].used) {
            *place(&wide, fold->row[i].kind, fold->row[i].key) = fold->row[i];
        }
    }
    free(fold->row);
    *fold = wide;
}

static const char *apply_one(struct fold *fold, const struct vm_event *event, bool undo)
{
    const struct vm_event_desc *desc = vm_event_desc(event->kind);
    uint64_t key[KEYS] = {0};
    memcpy(key, event->word, desc->keys_n * sizeof *key);
    if (fold->used * 2 > fold->room) {
        grow(fold);
    }
    struct row *row = place(fold, event->kind, key);
    if (!row->used) {
        row->used = true;
        row->kind = event->kind;
        memcpy(row->key, key, sizeof key);
        fold->used++;
    }
    for (size_t i = 0; i < desc->fields_n - desc->keys_n; i++) {
        uint64_t old = event->word[desc->keys_n + 2 * i],
                 now = event->word[desc->keys_n + 2 * i + 1];
        if (row->value[i] != (undo ? now : old)) {
            return desc->name;
        }
        row->value[i] = undo ? old : now;
    }
    return NULL;
}

const char *fold_apply(struct fold *fold, const uint8_t *bytes, size_t length, bool undo)
{
    size_t n = 0, room = 16, at = 0;
    struct vm_event *events = malloc(room * sizeof *events);
    const char *problem = NULL;
    while (at < length) {
        if (n == room) {
            room *= 2;
            events = realloc(events, room * sizeof *events);
        }
        if (!vm_event_next(bytes, length, &at, &events[n])) {
            problem = "malformed bytes";
            break;
        }
        n += vm_event_desc(events[n].kind)->change;
    }
    for (size_t i = 0; i < n && !problem; i++) {
        problem = apply_one(fold, &events[undo ? n - 1 - i : i], undo);
    }
    free(events);
    return problem;
}

static bool is_zero(const struct row *row)
{
    for (int i = 0; i < VALUES; i++) {
        if (row->value[i]) {
            return false;
        }
    }
    return true;
}

static bool within(const struct fold *a, const struct fold *b, char *difference, size_t room)
{
    for (size_t i = 0; i < a->room; i++) {
        const struct row *row = &a->row[i];
        if (!row->used) {
            continue;
        }
        const struct row *other = place(b, row->kind, row->key);
        if (other->used ? memcmp(row->value, other->value, sizeof row->value) : !is_zero(row)) {
            snprintf(difference, room, "row %s %llu %llu", vm_event_desc(row->kind)->name,
                (unsigned long long)row->key[0], (unsigned long long)row->key[1]);
            return false;
        }
    }
    return true;
}

bool fold_equal(const struct fold *a, const struct fold *b, char *difference, size_t room)
{
    return within(a, b, difference, room) && within(b, a, difference, room);
}

size_t fold_rows(const struct fold *fold)
{
    size_t n = 0;
    for (size_t i = 0; i < fold->room; i++) {
        n += fold->row[i].used && !is_zero(&fold->row[i]);
    }
    return n;
}

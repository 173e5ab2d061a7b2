/* SPDX-License-Identifier: MIT
 * What is known of a step without doing it again: its mark, of the source's steps often that of
 * those before it, and the changes of one that is told as bulk.
 */
#include "history/parts.h"

#include <stdlib.h>

struct vm_mark history_mark(const vm_history *history, uint64_t n)
{
    if (n <= history->steps.count) {
        return history->marks[n - 1];
    }
    size_t low = 0, high = history->rare_n; /* the last one at or before n */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->rare[middle].op <= n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct vm_mark mark = {.kind = vm_op_kind_access};
    if (low) {
        const struct vm_rare *rare = &history->rare[low - 1];
        mark = rare->op == n ? rare->mark : mark;
        mark.pid = rare->mark.pid;
        mark.tid = rare->mark.tid;
        mark.cpu = rare->mark.cpu;
    }
    return mark;
}

struct vm_mark vm_history_mark(const vm_history *history, uint64_t n)
{
    return n >= 1 && n <= vm_history_length(history) ? history_mark(history, n)
                                                     : (struct vm_mark){0};
}

uint64_t vm_history_next_mark(const vm_history *history, uint64_t n)
{
    if (n <= history->steps.count) {
        return n;
    }
    size_t low = 0, high = history->rare_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->rare[middle].op < n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < history->rare_n ? history->rare[low].op : vm_history_length(history) + 1;
}

uint32_t vm_history_micros(vm_history *history, uint64_t n)
{
    struct vm_mark mark = vm_history_mark(history, n);
    if (mark.micro || n <= history->steps.count || n > vm_history_length(history)) {
        return mark.micro;
    }
    if (history->micro_op != n) {
        struct vm_events counted = {.counting = true};
        uint64_t reached;
        if (vm_history_events(history, n - 1, n, SIZE_MAX, &counted, NULL, &reached) != VM_OK) {
            return 1;
        }
        history->micro_op = n;
        history->micro =
            counted.happenings < UINT16_MAX ? (uint32_t)counted.happenings : UINT16_MAX;
    }
    return history->micro;
}

void history_note_bulk(vm_history *history, uint64_t op, uint64_t changes)
{
    if (history->bulk_n == history->bulk_room) {
        size_t room = history->bulk_room ? history->bulk_room * 2 : 16;
        struct vm_bulk *bulk = realloc(history->bulk, room * sizeof *bulk);
        if (!bulk) {
            return;
        }
        history->bulk = bulk;
        history->bulk_room = room;
    }
    history->bulk[history->bulk_n++] = (struct vm_bulk){op, changes};
}

uint64_t history_bulk(const vm_history *history, uint64_t n)
{
    size_t low = 0, high = history->bulk_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->bulk[middle].op < n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < history->bulk_n && history->bulk[low].op == n ? history->bulk[low].changes : 0;
}

/* SPDX-License-Identifier: MIT
 * A stored trace as the source of a history's operations: reference i is an access, whatever is
 * asked for first. Reading on costs nothing extra, a jump costs one block of the store.
 */
#include "lab/trace_parts.h"

#include <stdlib.h>

/* The batch that holds reference `index`. */
static bool reach(struct lab_trace *t, uint64_t index)
{
    if (index >= t->from && index - t->from < t->refs_n) {
        return true;
    }
    bool on = t->refs_n && index == t->from + t->refs_n;
    t->from = index;
    t->refs_n = 0;
    return (on || trace_cursor_seek(t->cursor, index)) &&
           trace_cursor_next(t->cursor, &t->refs, &t->refs_n) && t->refs_n > 0;
}

static struct vm_ref machine_ref(const struct lab_trace *t, const struct vm_trace_ref *ref)
{
    uint8_t access = ref->kind == 'I'   ? vm_access_fetch
                     : ref->kind == 'R' ? vm_access_load
                                        : vm_access_store;
    return (struct vm_ref){trace_whole(t) ? ref->vpn << t->config.page_shift : ref->va, access};
}

static bool op(void *trace, uint64_t index, struct vm_op *out)
{
    struct lab_trace *t = trace;
    if (!reach(t, index)) {
        return false;
    }
    const struct vm_trace_ref *ref = &t->refs[index - t->from];
    struct vm_ref here = machine_ref(t, ref);
    *out = (struct vm_op){.kind = vm_op_kind_access,
        .u.access = {t->tid[ref->process], here.va, here.access, ref->bytes}};
    return true;
}

static size_t refs(void *trace, uint64_t index, vm_tid *tid, struct vm_ref *out, size_t room)
{
    struct lab_trace *t = trace;
    if (!reach(t, index)) {
        return 0;
    }
    const struct vm_trace_ref *ref = &t->refs[index - t->from];
    size_t most = t->refs_n - (size_t)(index - t->from), n = 0;
    uint16_t process = ref->process;
    *tid = t->tid[process];
    for (; n < most && n < room && ref[n].process == process; n++) {
        out[n] = machine_ref(t, &ref[n]);
    }
    return n;
}

struct vm_log_source trace_source(struct lab_trace *t)
{
    return (struct vm_log_source){
        .ctx = t, .count = t->length < t->limit ? t->length : t->limit, .op = op, .refs = refs};
}

/* Where each page was used last. */
struct seen {
    uint64_t tag; /* page plus one, 0: empty */
    uint64_t at;  /* reference, from 0 */
};

static struct seen *find(struct seen *seen, size_t room, uint64_t page)
{
    uint64_t tag = page + 1;
    size_t at = (size_t)(tag * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (room - 1);
    while (seen[at].tag && seen[at].tag != tag) {
        at = (at + 1) & (room - 1);
    }
    return &seen[at];
}

static bool fill(
    struct lab_trace *t, uint64_t count, uint32_t *next, struct seen *seen, size_t room)
{
    struct seen *here = NULL;
    for (uint64_t i = 0; i < count; i++) {
        if (!reach(t, i)) {
            return false;
        }
        uint64_t page = t->refs[i - t->from].vpn;
        bool again = here && here->tag == page + 1;
        here = again ? here : find(seen, room, page);
        if (here->tag) {
            next[here->at] = (uint32_t)(i + 1);
        }
        *here = (struct seen){page + 1, i};
    }
    return true;
}

uint32_t *trace_next_uses(struct lab_trace *t, uint64_t count)
{
    size_t room = 64, pages = (size_t)trace_store_summary(t->store)->pages_n;
    unsigned own = trace_store_summary(t->store)->page_shift;
    /* Smaller pages than the store counted are more. */
    pages <<= !trace_whole(t) && own > t->config.page_shift ? own - t->config.page_shift : 0;
    while (room < 2 * (pages < count ? pages : count) + 2) {
        room *= 2;
    }
    uint32_t *next = calloc(count ? count : 1, sizeof *next);
    struct seen *seen = calloc(room, sizeof *seen);
    if (!next || !seen || !fill(t, count, next, seen, room)) {
        free(next);
        next = NULL;
    }
    free(seen);
    return next;
}

/* SPDX-License-Identifier: MIT
 * One pass over the events of an operation. Only what happened is read: nothing is worked out
 * again.
 */
#include "predict/tale.h"

#include <stddef.h>
#include <string.h>

/* The value of a field of a happening. */
#define GET(event, row, field)                                                                     \
    ((event)->word[offsetof(struct vm_event_##row, field) / sizeof(uint64_t)])

static void add_leaving(struct tale *t, uint64_t pid, uint64_t vpn)
{
    for (size_t i = 0; i < t->leaves_n; i++) {
        if (t->leaves[i].pid == pid && t->leaves[i].vpn == vpn) {
            return;
        }
    }
    if (t->leaves_n < VM_KEYS_MAX) {
        t->leaves[t->leaves_n++] = (struct tale_page){pid, vpn};
    }
}

/* The hardware's part: access, TLB, walk, trap. */
static void read_hardware(struct tale *t, const struct vm_event *e)
{
    switch (e->kind) {
    case vm_event_access:
        if (t->accesses++ == 0) {
            t->va = GET(e, access, va);
            t->access = GET(e, access, access);
        }
        break;
    case vm_event_kernel_access:
        t->accesses += 2; /* not the program's own: no single access */
        break;
    case vm_event_tlb_hit:
    case vm_event_tlb_miss:
        t->walked = t->walk != 0;
        if (!t->tlb) {
            t->tlb = t->micros;
            t->tlb_hit = e->kind == vm_event_tlb_hit;
            t->vpn = t->tlb_hit ? GET(e, tlb_hit, vpn) : GET(e, tlb_miss, vpn);
        }
        break;
    case vm_event_walk_level:
        if (!t->walked) {
            t->walk = t->micros;
            t->level = GET(e, walk_level, level);
            t->table = GET(e, walk_level, table);
            t->index = GET(e, walk_level, index);
        }
        break;
    case vm_event_trap:
        t->walked = true;
        if (!t->fault) {
            t->read_only = GET(e, trap, reason) == vm_trap_reason_read_only;
        }
        break;
    case vm_event_access_done:
        t->done = t->micros;
        t->pa = GET(e, access_done, pa);
        break;
    default:
        break;
    }
}

/* The kernel's: faults, frames, victims. */
static void read_kernel(struct tale *t, const struct vm_event *e)
{
    switch (e->kind) {
    case vm_event_fault:
        if (!t->fault) {
            t->fault = t->micros;
            t->fault_kind = GET(e, fault, kind);
            t->vpn = GET(e, fault, vpn);
        }
        break;
    case vm_event_signal:
        t->signal = t->signal ? t->signal : t->micros;
        break;
    case vm_event_cow_copy:
        t->copied = t->copied ? t->copied : t->micros;
        break;
    case vm_event_cow_reuse:
    case vm_event_huge_reused:
        t->reused = t->reused ? t->reused : t->micros;
        break;
    case vm_event_frame_taken:
        if (GET(e, frame_taken, kind) != vm_frame_kind_table) {
            t->taken = t->micros;
            t->taken_frame = GET(e, frame_taken, frame);
        }
        break;
    case vm_event_evict:
        if (t->evictions++ == 0) {
            t->evict = t->micros;
            t->victim = GET(e, evict, frame);
            t->policy = GET(e, evict, policy);
            add_leaving(t, GET(e, evict, pid), GET(e, evict, vpn));
        }
        break;
    case vm_event_entry_cleared:
        if (t->evictions == 1 && GET(e, entry_cleared, frame) == t->victim) {
            add_leaving(t, GET(e, entry_cleared, pid), GET(e, entry_cleared, vpn));
        }
        break;
    default:
        break;
    }
}

/* What becomes of the victim's content. */
static void read_disk(struct tale *t, const struct vm_event *e)
{
    switch (e->kind) {
    case vm_event_swap_write:
        t->swap_writes++;
        t->swap_write = t->micros;
        t->slot = GET(e, swap_write, slot);
        t->written = GET(e, swap_write, frame) == t->victim ? t->micros : t->written;
        break;
    case vm_event_file_read:
    case vm_event_swap_read:
        t->disk = true;
        break;
    case vm_event_file_write:
        t->written = GET(e, file_write, frame) == t->victim ? t->micros : t->written;
        break;
    case vm_event_dropped_clean:
    case vm_event_dropped_lazy:
        t->dropped = e->word[0] == t->victim ? t->micros : t->dropped;
        break;
    default:
        break;
    }
}

static void read_scheduler(struct tale *t, const struct vm_event *e)
{
    switch (e->kind) {
    case vm_event_switched:
        t->switched = t->micros;
        t->runs = GET(e, switched, tid);
        break;
    case vm_event_interrupt:
        t->stopped = GET(e, interrupt, tid);
        break;
    default:
        break;
    }
}

/* How many frames are in use: the only change that is counted. */
static void read_change(struct tale *t, const struct vm_event *e)
{
    if (e->kind == vm_event_frame) { /* frame, then kind: old, new */
        t->used += e->word[1] == vm_frame_kind_free && e->word[2] != vm_frame_kind_free;
        t->used -= e->word[1] != vm_frame_kind_free && e->word[2] == vm_frame_kind_free;
    }
}

void tale_read(struct tale *t, const struct vm_op *op, const uint8_t *events, size_t length)
{
    const struct vm_op_desc *desc = vm_op_desc(op->kind);
    struct vm_event event;
    memset(t, 0, sizeof *t);
    t->op = op;
    t->tid = desc && desc->fields_n && strcmp(desc->fields[0].type, "tid") == 0 ? op->u.arg[0] : 0;
    for (size_t at = 0; vm_event_next(events, length, &at, &event);) {
        if (vm_event_desc(event.kind)->change) {
            read_change(t, &event);
            continue;
        }
        t->micros++;
        t->bulk = t->bulk || event.kind == vm_event_bulk;
        read_hardware(t, &event);
        read_kernel(t, &event);
        read_disk(t, &event);
        read_scheduler(t, &event);
    }
}

/* SPDX-License-Identifier: MIT
 * The present state, written as the changes that would build it from nothing: what a picture needs
 * first comes first, page tables last.
 */
#include "kernel/channel.h"
#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/futex.h"
#include "kernel/lock.h"
#include "kernel/pending.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/swap.h"
#include "kernel/switch.h"
#include "kernel/usage.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "machine/world.h"
#include "mmu/hashed.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "older/piece.h"
#include "older/segment.h"
#include "older/slab.h"
#include "policy/policy.h"
#include "userland/activation.h"
#include "userland/chunk.h"
#include "userland/malloc_arena.h"
#include "userland/pthread.h"
#include "userland/stack_cache.h"

void vm_describe(const vm_machine *m, struct vm_events *events)
{
    machine_describe(m, events);
    cost_describe(m, events);
    cpu_describe(m, events);
    process_describe(m, events);
    stack_describe(m, events);
    activation_describe(m, events);
    stack_cache_describe(m, events);
    usage_describe(m, events);
    signal_describe(m, events);
    object_describe(m, events);
    descriptor_describe(m, events);
    channel_describe(m, events);
    pending_describe(m, events);
    vma_describe(m, events);
    arena_describe(m, events);
    chunk_describe(m, events);
    count_describe(m, events);
    frame_describe(m, events);
    slot_describe(m, events);
    tlb_describe(m, events);
    words_describe(m, events);
    lock_describe(m, events);
    futex_describe(m, events);
    policy_describe(m, events);
    hashed_describe(m, events);
    piece_describe(m, events);
    segment_describe(m, events);
    slab_describe(m, events);
    table_describe(m, events);
}

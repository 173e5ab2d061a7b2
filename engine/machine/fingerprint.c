/* SPDX-License-Identifier: MIT
 * What programs can see of a machine, as 128 bits. Invariant: two machines of one run that differ
 * in anything that can still matter to a program differ here. Which frame holds a page, what the
 * TLB knows, which processor runs whom and what was counted do not matter. The parts are added up,
 * for they have no order; each says whose it is. Fields are taken one by one: the bytes between
 * them have no value.
 */
#include "machine/world.h"
#include "mmu/table.h"

#include <string.h>

struct sum {
    uint64_t part[2];
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void vm_fingerprint_add(uint64_t sum[2], const uint64_t *item, size_t n)
{
    uint64_t a = UINT64_C(0x9e3779b97f4a7c15), b = UINT64_C(0xc2b2ae3d27d4eb4f);
    for (size_t i = 0; i < n; i++) {
        a = mix(a ^ item[i]) + UINT64_C(0x9e3779b97f4a7c15);
        b = mix(b + item[i]) ^ UINT64_C(0x165667b19e3779f9);
    }
    sum[0] += mix(a);
    sum[1] += mix(b);
}

#define ADD(sum, ...)                                                                              \
    vm_fingerprint_add((sum)->part, (const uint64_t[]){__VA_ARGS__},                               \
        sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

enum part {
    PROCESS,
    ACTION,
    MALLOC,
    ARENA_OF,
    HEAP,
    CHUNK,
    MAPPING,
    DESCRIPTOR,
    TASK,
    WAITS,
    CALL,
    HANDLER,
    REGISTER,
    SPARE_STACK,
    LOCK,
    WORD,
    LOOSE_WORD,
    SWAPPED,
    OBJECT,
    OPEN_FILE,
    CHANNEL,
    BUFFER,
    COUNTS,
    RACES
};

static void add_bytes(struct sum *sum, enum part part, uint64_t key, const void *bytes, size_t n)
{
    uint64_t item[64] = {part, key};
    size_t used = 2;
    for (size_t at = 0; at < n; at += 8) {
        size_t piece = n - at < 8 ? n - at : 8;
        memcpy(&item[used++], (const char *)bytes + at, piece);
        if (used == 64) { /* goes on behind what it has so far */
            struct sum so_far = {{0}};
            vm_fingerprint_add(so_far.part, item, used);
            memset(item, 0, sizeof item);
            item[0] = so_far.part[0];
            item[1] = so_far.part[1];
            used = 2;
        }
    }
    vm_fingerprint_add(sum->part, item, used);
}

/* Its order decides which chunk the next malloc takes. */
static void add_malloc(struct sum *sum, const vm_machine *m, vm_pid pid)
{
    const struct process *p = &m->processes[pid];
    const struct malloc_process *own = &p->malloc;
    ADD(sum, MALLOC, pid, own->mmap_threshold, own->trim_threshold, own->stamp, own->arenas_made,
        own->free_arena, own->reuse, own->next_heap);
    for (uint32_t a = own->arenas; a; a = m->malloc_arenas[a].next) {
        const struct malloc_arena *arena = &m->malloc_arenas[a];
        ADD(sum, ARENA_OF, pid, arena->number, arena->first, arena->top, arena->last_rest,
            arena->threads, arena->next_free);
        for (uint32_t h = arena->heaps; h; h = m->malloc_heaps[h].next) {
            const struct malloc_heap *heap = &m->malloc_heaps[h];
            ADD(sum, HEAP, pid, arena->number, heap->va, heap->bytes, heap->open);
        }
    }
    for (uint32_t c = p->first_chunk; c; c = m->chunks[c].next) {
        const struct chunk *chunk = &m->chunks[c];
        ADD(sum, CHUNK, pid, chunk->va, chunk->bytes, chunk->since, chunk->state, chunk->bin,
            chunk->arena, chunk->cache);
    }
}

static void add_process(struct sum *sum, const vm_machine *m, vm_pid pid)
{
    const struct process *p = &m->processes[pid];
    ADD(sum, PROCESS, pid, p->state, p->adopted, p->label, p->program, p->parent, p->brk_start,
        p->brk, p->exit_code, p->task, p->map_top, p->thread_stack, p->map_base, p->mm, p->uid,
        p->gid, p->stack_limit, p->space_limit, p->lock_limit, p->frame_limit, p->arg_start,
        p->env_start, p->signals.pending, p->signals.stopped);
    ADD(sum, COUNTS, pid, p->counter[vm_counter_deadlocks], p->counter[vm_counter_signals]);
    for (int signo = 0; signo < vm_signo_count; signo++) {
        const struct signal_action *action = &p->action[signo];
        ADD(sum, ACTION, pid, (uint64_t)signo, action->action, action->handler, action->name,
            action->param);
    }
    for (uint32_t v = p->first_vma; v; v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        ADD(sum, MAPPING, pid, vma->start, vma->end, vma->prot, vma->kind, vma->flags, vma->object,
            vma->name, vma->anon, vma->offset);
    }
    for (uint32_t d = p->first_descriptor; d; d = m->descriptors[d].next) {
        const struct descriptor *one = &m->descriptors[d];
        ADD(sum, DESCRIPTOR, pid, one->fd, one->file, one->flags);
    }
    add_malloc(sum, m, pid);
}

/* Waiting threads of one lock go on in the order in which they came. */
static uint64_t rank(const vm_machine *m, vm_tid tid)
{
    uint64_t before = 0;
    const struct futex_wait *own = &m->tasks[tid].futex;
    for (vm_tid other = 1; other < m->tasks_n; other++) {
        const struct futex_wait *one = &m->tasks[other].futex;
        before += one->lock == own->lock && one->place < own->place;
    }
    return before;
}

/* Calls that wait go on in the order of waiting. */
static uint64_t waits_before(const vm_machine *m, vm_tid tid)
{
    uint64_t before = 0;
    for (vm_tid other = m->first_pending; other && other != tid;) {
        other = m->tasks[other].pending.next;
        before++;
    }
    return before;
}

static void add_handlers(struct sum *sum, const vm_machine *m, vm_tid tid)
{
    for (uint32_t f = m->tasks[tid].signals.frame; f; f = m->signal_frames[f].next) {
        const struct signal_frame *frame = &m->signal_frames[f];
        ADD(sum, HANDLER, tid, frame->depth, frame->sp, frame->bytes, frame->signo, frame->handler,
            frame->registers);
        for (uint32_t r = 0; r < frame->registers; r++) {
            ADD(sum, HANDLER, tid, frame->depth, r, frame->name[r]);
        }
    }
}

static void add_task(struct sum *sum, const vm_machine *m, vm_tid tid)
{
    const struct task *t = &m->tasks[tid];
    bool running = t->state == vm_task_state_running;
    uint64_t waits_for = t->waits_for;
    if (t->futex.lock) {
        ADD(sum, WAITS, tid, t->futex.va, t->futex.mutex, rank(m, tid));
        waits_for = 0; /* the lock's number, given in the order of first uses */
    }
    ADD(sum, TASK, tid, t->pid, running ? vm_task_state_ready : t->state, t->wait, waits_for, t->sp,
        t->fp, t->ret, t->number, t->label, t->body, t->begun, t->detached, t->priority,
        t->base_priority, t->affinity, t->stack.start, t->stack.end, t->stack.guard, t->stack.tls,
        t->stack.into, t->signals.pending, t->signals.blocked, t->signals.code, t->signals.fault,
        t->next_number, t->allocator.arena, t->allocator.cache, t->allocator.over);
    if (t->pending.file) {
        ADD(sum, CALL, tid, t->pending.call, t->pending.file, t->pending.va, t->pending.bytes,
            t->pending.done, t->pending.priority, waits_before(m, tid));
    }
    add_handlers(sum, m, tid);
    for (uint32_t w = t->registers; w; w = m->words[w].next) {
        ADD(sum, REGISTER, tid, m->words[w].offset, m->words[w].value);
    }
}

static void add_lock(struct sum *sum, const struct lock *lock)
{
    bool shared = lock->object != 0; /* then pid and va are those of who came first */
    if (lock->kind) {
        ADD(sum, LOCK, lock->kind, shared ? 0 : lock->pid, shared ? 0 : lock->va, lock->object,
            lock->offset, lock->inherit, lock->owner, lock->holders, lock->waiters);
    }
}

/* A word counts where programs see it; one that nobody maps, where it belongs. */
static void add_words(struct sum *sum, const vm_machine *m, uint32_t list, uint32_t rmap,
    uint64_t object, uint64_t index)
{
    for (; list; list = m->words[list].next) {
        const struct word *word = &m->words[list];
        for (uint32_t r = rmap; r; r = m->rmaps[r].next) {
            ADD(sum, WORD, m->rmaps[r].pid, m->rmaps[r].vpn, word->offset, word->value);
        }
        if (!rmap) {
            ADD(sum, LOOSE_WORD, object, index, word->offset, word->value);
        }
    }
}

/* Whose page lies in which slot. */
static void add_swapped(struct sum *sum, const vm_machine *m, vm_pid pid)
{
    for (uint32_t v = m->processes[pid].first_vma; v; v = m->vmas[v].next) {
        vm_vpn vpn = m->vmas[v].start, end = m->vmas[v].end;
        for (; pte_next(m, pid, vpn, end, &vpn); vpn++) {
            uint64_t entry = pte_get(m, pid, vpn);
            if (entry & vm_pte_bit_swapped) {
                ADD(sum, SWAPPED, pid, vpn, pte_number(entry));
            }
        }
    }
}

static void add_memory(struct sum *sum, const vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        add_words(sum, m, frame->words, frame->rmap, frame->object, frame->index);
    }
    for (vm_slot s = 0; s < m->slots_n; s++) {
        add_words(sum, m, m->slots[s].words, 0, UINT64_MAX - 1, s);
    }
    for (vm_pid pid = 1; m->slots_free < m->slots_n && pid < m->processes_n; pid++) {
        add_swapped(sum, m, pid);
    }
    for (uint32_t c = 0; c < m->cached_n; c++) {
        add_words(sum, m, m->cached[c].words, 0, UINT64_MAX, c);
    }
    for (uint32_t s = 1; s < m->spare_stacks_n; s++) {
        const struct spare_stack *spare = &m->spare_stacks[s];
        if (spare->pid) {
            ADD(sum, SPARE_STACK, spare->pid, spare->stack.start, spare->stack.end,
                spare->stack.guard, spare->stack.tls, spare->stamp);
        }
    }
    for (uint32_t id = 1; id < m->locks_n; id++) {
        add_lock(sum, &m->locks[id]);
    }
}

/* The frame of a buffer does not matter: its words say which number they belong to. */
static void add_channel(struct sum *sum, const vm_machine *m, const struct channel *channel)
{
    if (!channel->object) {
        return;
    }
    ADD(sum, CHANNEL, channel->object, channel->most, channel->size, channel->next, channel->held,
        channel->bytes, channel->readers, channel->writers);
    for (uint32_t b = channel->first; b; b = m->buffers[b].link) {
        const struct buffer *buffer = &m->buffers[b];
        ADD(sum, BUFFER, channel->object, buffer->number, buffer->offset, buffer->bytes,
            buffer->priority, buffer->more);
    }
}

static void add_files(struct sum *sum, const vm_machine *m)
{
    for (uint32_t id = 1; id < m->objects_n; id++) {
        const struct object *object = &m->objects[id];
        ADD(sum, OBJECT, id, object->kind, object->name, object->bytes, object->mode, object->uid,
            object->gid, object->promised, object->refs, object->links);
    }
    for (uint32_t id = 1; id < m->open_files_n; id++) {
        const struct open_file *file = &m->open_files[id];
        ADD(sum, OPEN_FILE, id, file->object, file->flags, file->refs, file->position);
    }
    for (uint32_t c = 1; c < m->channels_n; c++) {
        add_channel(sum, m, &m->channels[c]);
    }
}

/* What the detector knows decides which races are still to be found. */
static void add_races(struct sum *sum, const vm_machine *m)
{
    for (uint32_t i = 0; i < m->race_reports_n; i++) {
        const struct race_report *report = &m->race_reports[i];
        ADD(sum, RACES, i, report->tid[0], report->tid[1], report->access[0], report->access[1],
            report->line[0], report->line[1], report->pid, report->va);
    }
    for (uint32_t place = 0; place < m->race_places_n; place++) {
        const uint32_t *clock = m->race_clocks + (size_t)(place + 1) * m->race_stride;
        add_bytes(sum, RACES, m->race_places[place], clock, m->race_stride * sizeof *clock);
    }
    for (uint32_t c = 1; c < m->race_cells_n; c++) {
        const struct race_cell *cell = &m->race_cells[c];
        const uint32_t *clock =
            m->race_clocks + (size_t)(m->race_stride + cell->row) * m->race_stride;
        if (!cell->space) {
            continue;
        }
        if (cell->row) {
            add_bytes(
                sum, RACES, mix(cell->space) ^ cell->word, clock, m->race_stride * sizeof *clock);
        }
        ADD(sum, RACES, cell->space, cell->word, cell->write.tid, cell->write.clock,
            cell->write.line, cell->write.atomic);
        for (uint32_t r = cell->reads; r; r = m->race_reads[r].next) {
            const struct race_access *read = &m->race_reads[r];
            ADD(sum, RACES, cell->space, cell->word, read->tid, read->clock, read->line,
                read->atomic, 1);
        }
    }
}

void vm_fingerprint(const vm_machine *m, bool races, uint64_t out[2])
{
    struct sum sum = {{0}};
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        add_process(&sum, m, pid);
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        add_task(&sum, m, tid);
    }
    add_memory(&sum, m);
    add_files(&sum, m);
    ADD(&sum, COUNTS, 0, m->counter[vm_counter_deadlocks], m->counter[vm_counter_signals]);
    if (races) {
        add_races(&sum, m);
    }
    memcpy(out, sum.part, sizeof sum.part);
}

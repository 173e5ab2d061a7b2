/* SPDX-License-Identifier: MIT
 * What programs can see of a machine, as 128 bits. Invariant: two machines of one run that differ
 * in anything that can still matter to a program differ here. Which frame holds a page, what the
 * TLB knows and which processor runs whom do not matter. The parts are added up, for they have no
 * order.
 */
#include "machine/world.h"

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

enum part { PROCESS, TASK, WAITS, REGISTER, WORD, LOOSE_WORD, CHUNK, FILES, COUNTS, RACES };

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

static void add_process(struct sum *sum, const vm_machine *m, vm_pid pid)
{
    struct process p = m->processes[pid];
    memset(p.counter, 0, sizeof p.counter);
    p.root = p.first_vma = p.tree_vma = p.vmas = p.charged = 0;
    p.first_descriptor = p.first_chunk = 0;
    add_bytes(sum, PROCESS, pid, &p, sizeof p);
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

static void add_task(struct sum *sum, const vm_machine *m, vm_tid tid)
{
    struct task t = m->tasks[tid];
    if (t.futex.lock) {
        ADD(sum, WAITS, tid, t.futex.va, t.futex.mutex, rank(m, tid));
        t.waits_for = 0; /* the lock's number, given in the order of first uses */
    }
    t.futex = (struct futex_wait){0};
    t.state = t.state == vm_task_state_running ? vm_task_state_ready : t.state;
    t.cpu = t.registers = t.activations = 0;
    t.queued = t.pc = 0;
    t.usage = (struct usage){0};
    add_bytes(sum, TASK, tid, &t, sizeof t);
    for (uint32_t w = m->tasks[tid].registers; w; w = m->words[w].next) {
        ADD(sum, REGISTER, tid, m->words[w].offset, m->words[w].value);
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

static void add_memory(struct sum *sum, const vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        add_words(sum, m, frame->words, frame->rmap, frame->object, frame->index);
    }
    for (vm_slot s = 0; s < m->slots_n; s++) {
        add_words(sum, m, m->slots[s].words, 0, m->slots[s].object, m->slots[s].index);
    }
    for (uint32_t c = 0; c < m->cached_n; c++) {
        add_words(sum, m, m->cached[c].words, 0, UINT64_MAX, c);
    }
    for (uint32_t c = 1; c < m->chunks_n; c++) {
        const struct chunk *chunk = &m->chunks[c];
        ADD(sum, CHUNK, chunk->va, chunk->bytes, chunk->state, chunk->bin);
    }
}

/* What the detector knows decides which races are still to be found. */
static void add_races(struct sum *sum, const vm_machine *m)
{
    add_bytes(sum, RACES, 0, m->race_reports, m->race_reports_n * sizeof *m->race_reports);
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
            cell->write.line);
        for (uint32_t r = cell->reads; r; r = m->race_reads[r].next) {
            const struct race_access *read = &m->race_reads[r];
            ADD(sum, RACES, cell->space, cell->word, read->tid, read->clock, read->line, 1);
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
    add_bytes(&sum, FILES, 0, m->open_files, m->open_files_n * sizeof *m->open_files);
    add_bytes(&sum, FILES, 1, m->channels, m->channels_n * sizeof *m->channels);
    add_bytes(&sum, FILES, 2, m->buffers, m->buffers_n * sizeof *m->buffers);
    ADD(&sum, COUNTS, m->counter[vm_counter_deadlocks], m->counter[vm_counter_signals]);
    if (races) {
        add_races(&sum, m);
    }
    memcpy(out, sum.part, sizeof sum.part);
}

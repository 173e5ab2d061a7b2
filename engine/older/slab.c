/* SPDX-License-Identifier: MIT
 * The slab allocator (Bonwick, USENIX 1994; Linux: mm/slub.c). Invariants: a slab is a block of the
 * buddies' that belongs to one cache and counts its objects in use; a cache counts its slabs and
 * objects; it keeps at most one slab without any. An object comes from the partly used slab with
 * the lowest address, else from the empty one, else from a new slab; within it, the lowest.
 */
#include "older/ops.h"
#include "older/slab.h"

#include "kernel/process.h"
#include "older/buddy.h"

#define WASTE 8 /* Bonwick, section 3.2.2: at most an eighth of a slab is lost at its end */

uint64_t slab_objects_each(const struct slab_cache *cache)
{
    return cache->slab / cache->step;
}

static void cache_put(vm_machine *m, uint32_t cache, const struct slab_cache *now)
{
    struct slab_cache old = m->slab_caches[cache];
    m->slab_caches[cache] = *now;
    EMIT(m, slab_cache, .cache = cache,                                                       //
        .old_name = old.name, .name = now->name, .old_bytes = old.bytes, .bytes = now->bytes, //
        .old_step = old.step, .step = now->step, .old_slab = old.slab, .slab = now->slab,     //
        .old_slabs = old.slabs, .slabs = now->slabs, .old_used = old.used, .used = now->used);
}

void slab_describe(const vm_machine *m, struct vm_events *events)
{
    for (uint32_t c = 1; c < m->slab_caches_n; c++) {
        const struct slab_cache *one = &m->slab_caches[c];
        EMIT_TO(events, slab_cache, .cache = c, .name = one->name, .bytes = one->bytes,
            .step = one->step, .slab = one->slab, .slabs = one->slabs, .used = one->used);
    }
    for (uint32_t i = 0; i < m->slab_objects_n; i++) {
        uint32_t slab = piece_holding(m, m->slab_objects[i]);
        EMIT_TO(events, slab_object, .at = m->slab_objects[i], .cache = m->pieces[slab].cache);
    }
}

/* Objects in use are kept sorted by address. */
static uint32_t place_of(const vm_machine *m, vm_pa at)
{
    uint32_t i = 0;
    while (i < m->slab_objects_n && m->slab_objects[i] < at) {
        i++;
    }
    return i;
}

static bool in_use(const vm_machine *m, vm_pa at)
{
    uint32_t i = place_of(m, at);
    return i < m->slab_objects_n && m->slab_objects[i] == at;
}

static uint32_t slab_with(const vm_machine *m, uint32_t cache, bool empty)
{
    uint64_t each = slab_objects_each(&m->slab_caches[cache]);
    for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
        const struct piece *piece = &m->pieces[p];
        bool mine = piece->state == vm_piece_state_slab && piece->cache == cache;
        if (mine && (empty ? !piece->users : piece->users && piece->users < each)) {
            return p;
        }
    }
    return 0;
}

static uint32_t make_slab(vm_machine *m, uint32_t cache)
{
    struct slab_cache now = m->slab_caches[cache];
    uint32_t p = buddy_take(m, now.slab, now.slab);
    if (!p) {
        return 0;
    }
    EMIT(m, slab_made, .cache = cache, .at = m->pieces[p].at, .bytes = now.slab);
    struct piece slab = m->pieces[p];
    slab.state = vm_piece_state_slab;
    slab.cache = cache;
    slab.users = 0;
    slab.asked = 0;
    piece_put(m, p, &slab);
    now.slabs++;
    cache_put(m, cache, &now);
    return p;
}

static void return_slab(vm_machine *m, uint32_t piece)
{
    struct piece slab = m->pieces[piece];
    struct slab_cache now = m->slab_caches[slab.cache];
    EMIT(m, slab_returned, .at = slab.at, .bytes = slab.bytes);
    now.slabs--;
    cache_put(m, slab.cache, &now);
    slab.state = vm_piece_state_used;
    slab.cache = 0;
    piece_put(m, piece, &slab);
    buddy_give(m, piece);
}

/* One object more or less in use. */
static void note_use(vm_machine *m, uint32_t piece, int more)
{
    struct piece slab = m->pieces[piece];
    struct slab_cache now = m->slab_caches[slab.cache];
    slab.users += (uint32_t)more;
    slab.asked += (uint64_t)((int64_t)more * (int64_t)now.bytes);
    now.used += (uint32_t)more;
    piece_put(m, piece, &slab);
    cache_put(m, slab.cache, &now);
}

bool slab_take(vm_machine *m, uint32_t cache, vm_pa *at)
{
    uint32_t p = slab_with(m, cache, false);
    p = p ? p : slab_with(m, cache, true);
    p = p ? p : make_slab(m, cache);
    if (!p) {
        return false;
    }
    uint64_t step = m->slab_caches[cache].step;
    *at = m->pieces[p].at;
    while (in_use(m, *at)) {
        *at += step;
    }
    EMIT(m, object_given, .cache = cache, .at = *at, .used = m->pieces[p].users + 1,
        .objects = slab_objects_each(&m->slab_caches[cache]));
    uint32_t i = place_of(m, *at);
    for (uint32_t j = m->slab_objects_n++; j > i; j--) {
        m->slab_objects[j] = m->slab_objects[j - 1];
    }
    m->slab_objects[i] = *at;
    EMIT(m, slab_object, .at = *at, .cache = cache);
    note_use(m, p, 1);
    count(m, 0, vm_counter_placements, 1);
    return true;
}

bool slab_give(vm_machine *m, vm_pa at)
{
    if (!in_use(m, at)) {
        return false;
    }
    uint32_t p = piece_holding(m, at), cache = m->pieces[p].cache;
    EMIT(m, object_released, .cache = cache, .at = at, .used = m->pieces[p].users - 1);
    for (uint32_t i = place_of(m, at); i + 1 < m->slab_objects_n; i++) {
        m->slab_objects[i] = m->slab_objects[i + 1];
    }
    m->slab_objects_n--;
    EMIT(m, slab_object, .at = at, .old_cache = cache);
    bool spare = slab_with(m, cache, true) != 0;
    note_use(m, p, -1);
    if (!m->pieces[p].users && spare) {
        return_slab(m, p);
    }
    return true;
}

uint64_t slab_waste(const vm_machine *m)
{
    uint64_t waste = 0;
    for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
        const struct piece *piece = &m->pieces[p];
        waste += piece->state == vm_piece_state_slab ? piece->bytes - piece->asked : 0;
    }
    return waste;
}

/* The smallest block in which no more than an eighth is lost, or where that cannot be, the whole
 * memory. */
static uint64_t slab_size(const vm_machine *m, uint64_t step)
{
    uint64_t size = m->config.align;
    while (size < m->config.memory && (size < step || size % step > size / WASTE)) {
        size *= 2;
    }
    return size;
}

enum vm_status vm_op_cache(vm_machine *m, const struct vm_op_cache *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    uint64_t least = op->bytes > m->config.align ? op->bytes : m->config.align;
    if (!op->bytes || op->bytes > m->config.memory || op->name > UINT32_MAX ||
        (op->slab &&
            (op->slab < least || op->slab > m->config.memory || op->slab & (op->slab - 1)))) {
        return VM_INVALID;
    }
    status = RESERVE(m, slab_caches, 1);
    if (status != VM_OK) {
        return status;
    }
    uint64_t step = (op->bytes + 7) & ~UINT64_C(7);
    step = step > m->config.memory ? op->bytes : step;
    const struct slab_cache now = {.name = (uint32_t)op->name,
        .bytes = op->bytes,
        .step = step,
        .slab = op->slab && op->slab >= step ? op->slab : slab_size(m, step)};
    call_begin(m, (vm_tid)op->tid, vm_op_kind_cache);
    EMIT(m, object_cache_made, .name = now.name, .bytes = now.bytes,
        .objects = slab_objects_each(&now), .slab = now.slab);
    m->slab_caches[m->slab_caches_n++] = (struct slab_cache){0};
    cache_put(m, m->slab_caches_n - 1, &now);
    call_end(m, (vm_tid)op->tid, m->slab_caches_n - 1);
    return VM_OK;
}

enum vm_status vm_op_shrink(vm_machine *m, const struct vm_op_shrink *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (!op->cache || op->cache >= m->slab_caches_n) {
        return VM_INVALID;
    }
    call_begin(m, (vm_tid)op->tid, vm_op_kind_shrink);
    uint32_t empty = slab_with(m, (uint32_t)op->cache, true);
    if (empty) {
        return_slab(m, empty);
    }
    call_end(m, (vm_tid)op->tid, 0);
    return VM_OK;
}

/* SPDX-License-Identifier: MIT
 * Watermarks and background work. Between min and low the processes allocate and kswapd is woken;
 * below min they reclaim themselves, and only page tables may still be taken. kswapd reclaims until
 * high. The flusher cleans file pages, so that reclaim finds clean ones.
 * Both run when the operation has ended: one thing at a time, but nobody waits for them.
 */
#include "kernel/kswapd.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/oom.h"
#include "kernel/reclaim.h"
#include "kernel/writeback.h"
#include "policy/policy.h"

/* The flusher takes files in turn, up to so many pages of one (Linux: MIN_WRITEBACK_PAGES). */
#define WRITEBACK_PAGES 1024

bool watermark_allows(const vm_machine *m, enum vm_frame_kind kind)
{
    uint32_t reserve = reclaim_is_page(kind) ? m->config.watermark_min : 0;
    return m->frames_free > reserve;
}

void watermark_check(vm_machine *m, vm_pid pid)
{
    if (m->frames_free < m->config.watermark_low && !m->kswapd_awake) {
        EMIT(m, kswapd_woken, .pid = pid, .free = m->frames_free, .low = m->config.watermark_low);
        m->kswapd_awake = true;
        m->kswapd_waker = pid;
    }
}

/* With local replacement also kswapd takes only from who needs the frames, and what is nobody's. */
static bool kswapd_frees_one(vm_machine *m)
{
    if (!m->config.local || !m->kswapd_waker) {
        return reclaim_one(m, 0, (struct scope){0});
    }
    vm_pid mm = mm_of(m, m->kswapd_waker);
    return reclaim_one(m, 0, (struct scope){.narrow = true, .owner = mm}) ||
           reclaim_one(m, 0, (struct scope){.narrow = true, .owner = 0});
}

static void kswapd_run(vm_machine *m)
{
    uint32_t high = m->config.watermark_high, freed = 0;
    EMIT(m, kswapd_runs, .pid = m->kswapd_waker, .free = m->frames_free, .high = high);
    count(m, 0, vm_counter_kswapd_runs, 1);
    while (m->frames_free < high && kswapd_frees_one(m)) {
        freed++;
    }
    EMIT(m, kswapd_sleeps, .freed = freed, .free = m->frames_free);
    m->kswapd_awake = false;
    m->kswapd_waker = 0;
}

static void flush_file(vm_machine *m, uint32_t object)
{
    uint64_t pages = object_pages(m, object);
    uint32_t written = 0;
    for (uint64_t i = 0; i < pages && written < WRITEBACK_PAGES && m->files_dirty; i++) {
        const struct cached *cached = cache_at(m, object, i);
        if (cached && cached->frame && frame_dirty_file(&m->frames[cached->frame - 1])) {
            writeback_page(m, cached->frame - 1);
            written++;
        }
    }
}

static bool too_dirty(const vm_machine *m)
{
    return m->config.dirty_background && m->files_dirty > m->config.dirty_background;
}

static void flusher_run(vm_machine *m)
{
    EMIT(m, flusher_runs, .dirty = m->files_dirty, .limit = m->config.dirty_background);
    for (uint32_t o = 1; o < m->objects_n && too_dirty(m); o++) {
        if (m->objects[o].kind == vm_object_kind_file) {
            flush_file(m, o);
        }
    }
    /* Pages of reference strings have no place in the page cache. */
    for (vm_frame f = 0; f < m->frames_n && too_dirty(m); f++) {
        if (frame_dirty_file(&m->frames[f])) {
            writeback_page(m, f);
        }
    }
}

void background_run(vm_machine *m)
{
    if (m->doomed) {
        oom_finish(m);
    }
    if (m->kswapd_awake) {
        kswapd_run(m);
    }
    policy_settle(m);
    if (too_dirty(m)) {
        flusher_run(m);
    }
}

/* arena_reserve adds what background work needs to whatever an operation asks for. */
enum vm_status background_reserve(vm_machine *m)
{
    return RESERVE(m, words, 0);
}

uint32_t vm_free_frames(const vm_machine *m)
{
    return m->frames_free;
}

uint32_t vm_dirty_pages(const vm_machine *m)
{
    return m->files_dirty;
}

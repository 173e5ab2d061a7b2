/* SPDX-License-Identifier: MIT
 * Arenas: which one a thread uses, and what becomes of it when the thread ends, a process forks or
 * ends (glibc 2.36, arena.c: arena_get2, reused_arena, __malloc_arena_thread_freeres). Invariant:
 * an arena counts the threads that use it, and waits in the free list when there are none.
 */
#include "userland/malloc_arena.h"

#include "kernel/process.h"

#include <assert.h>

static void emit_arena(struct vm_events *events, vm_pid mm, uint32_t number,
    const struct malloc_arena *old, const struct malloc_arena *now)
{
    EMIT_TO(events, arena, .pid = mm, .arena = number, .old_heap = old->first, .heap = now->first,
        .old_threads = old->threads, .threads = now->threads);
}

static void emit_allocator(
    struct vm_events *events, vm_tid tid, const struct allocator *old, const struct allocator *now)
{
    EMIT_TO(events, allocator, .tid = tid, .old_arena = old->arena, .arena = now->arena,
        .old_cache = old->cache, .cache = now->cache);
}

void arena_describe(const vm_machine *m, struct vm_events *events)
{
    const struct malloc_arena no_arena = {0};
    const struct allocator nothing = {0};
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        for (uint32_t a = m->processes[pid].malloc.arenas; a; a = m->malloc_arenas[a].next) {
            emit_arena(events, pid, m->malloc_arenas[a].number, &no_arena, &m->malloc_arenas[a]);
        }
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        emit_allocator(events, tid, &nothing, &m->tasks[tid].allocator);
    }
}

void allocator_put(vm_machine *m, vm_tid tid, struct allocator now)
{
    struct allocator old = m->tasks[tid].allocator;
    m->tasks[tid].allocator = now;
    if (old.arena != now.arena || old.cache != now.cache) {
        emit_allocator(m->events, tid, &old, &now);
    }
}

static void set_threads(vm_machine *m, vm_pid mm, struct malloc_arena *arena, uint32_t threads)
{
    struct malloc_arena old = *arena;
    arena->threads = threads;
    emit_arena(m->events, mm, arena->number, &old, arena);
}

struct malloc_arena *arena_numbered(const vm_machine *m, vm_pid mm, uint32_t number)
{
    uint32_t a = m->processes[mm].malloc.arenas;
    while (a && m->malloc_arenas[a].number != number) {
        a = m->malloc_arenas[a].next;
    }
    return a ? &m->malloc_arenas[a] : NULL;
}

enum vm_status arenas_reserve(vm_machine *m)
{
    enum vm_status status = RESERVE(m, malloc_arenas, 2);
    return status == VM_OK ? RESERVE(m, malloc_heaps, 2) : status;
}

/* A record behind `after` (0: the first of the process). */
static uint32_t insert(vm_machine *m, vm_pid mm, uint32_t after, struct malloc_arena arena)
{
    uint32_t id = m->free_malloc_arena;
    if (id) {
        m->free_malloc_arena = m->malloc_arenas[id].next;
    } else {
        assert(m->malloc_arenas_n < m->malloc_arenas_room);
        id = m->malloc_arenas_n++;
    }
    uint32_t *link = after ? &m->malloc_arenas[after].next : &m->processes[mm].malloc.arenas;
    arena.next = *link;
    m->malloc_arenas[id] = arena;
    *link = id;
    const struct malloc_arena nothing = {0};
    emit_arena(m->events, mm, arena.number, &nothing, &m->malloc_arenas[id]);
    return id;
}

void arena_begin(struct heap *h)
{
    vm_machine *m = h->m;
    struct malloc_process *process = &m->processes[h->mm].malloc;
    if (process->arenas) {
        return;
    }
    vm_tid first = m->processes[m->tasks[h->tid].pid].task;
    uint8_t state = m->tasks[first].state;
    bool gone = state == vm_task_state_ended || state == vm_task_state_exited;
    process->arenas_made = ARENA_MAIN;
    insert(m, h->mm, 0, (struct malloc_arena){.number = ARENA_MAIN, .threads = 1});
    allocator_put(m, gone ? h->tid : first, (struct allocator){.arena = ARENA_MAIN});
}

/* get_free_list. */
static uint32_t take_free(struct heap *h)
{
    struct malloc_process *process = &h->m->processes[h->mm].malloc;
    struct malloc_arena *arena = arena_numbered(h->m, h->mm, process->free_arena);
    if (!arena) {
        return 0;
    }
    process->free_arena = arena->next_free;
    arena->next_free = 0;
    EMIT(h->m, arena_taken, .tid = h->tid, .arena = arena->number);
    set_threads(h->m, h->mm, arena, 1);
    return arena->number;
}

/* Eight for each processor (two where addresses have 32 bits); the first few always. */
static bool may_make(const struct heap *h)
{
    uint32_t each = h->m->config.va_bits > 32 ? 8 : 2;
    uint32_t made = h->m->processes[h->mm].malloc.arenas_made;
    return made <= each || made < each * h->m->config.cpus;
}

/* _int_new_arena. */
static uint32_t make(struct heap *h, uint64_t bytes)
{
    vm_machine *m = h->m;
    struct malloc_process *process = &m->processes[h->mm].malloc;
    uint32_t number = process->arenas_made + 1;
    EMIT(m, arena_made, .tid = h->tid, .arena = number);
    struct malloc_heap heap;
    if (!heap_new(h, HEAP_HEADER + bytes + ARENA_STATE(m) + CHUNK_ALIGN, &heap) &&
        !heap_new(h, HEAP_HEADER + ARENA_STATE(m) + CHUNK_ALIGN, &heap)) {
        return 0;
    }
    process->arenas_made = number;
    insert(m, h->mm, process->arenas,
        (struct malloc_arena){.number = number, .threads = 1, .first = heap.va});
    h->arena = number;
    heap_adopt(h, &heap, ARENA_STATE(m));
    return number;
}

/* reused_arena: round about, beginning behind the one that was shared last. */
static uint32_t share(struct heap *h)
{
    struct malloc_process *process = &h->m->processes[h->mm].malloc;
    struct malloc_arena *arena = arena_numbered(h->m, h->mm, process->reuse);
    arena = arena ? arena : &h->m->malloc_arenas[process->arenas];
    EMIT(h->m, arena_shared, .tid = h->tid, .arena = arena->number);
    set_threads(h->m, h->mm, arena, arena->threads + 1);
    process->reuse = arena->next ? h->m->malloc_arenas[arena->next].number : ARENA_MAIN;
    return arena->number;
}

void arena_get(struct heap *h, uint64_t bytes)
{
    struct allocator now = h->m->tasks[h->tid].allocator;
    if (!now.arena && !h->dead) {
        now.arena = take_free(h);
        if (!now.arena) {
            now.arena = may_make(h) ? make(h, bytes) : share(h);
        }
        if (!h->dead) {
            allocator_put(h->m, h->tid, now);
        }
    }
    h->arena = now.arena;
}

void arena_detach(struct heap *h)
{
    vm_machine *m = h->m;
    uint32_t number = m->tasks[h->tid].allocator.arena;
    struct malloc_arena *arena = arena_numbered(m, h->mm, number);
    allocator_put(m, h->tid, (struct allocator){.over = true});
    if (!arena) {
        return;
    }
    set_threads(m, h->mm, arena, arena->threads - 1);
    if (!arena->threads) {
        arena->next_free = m->processes[h->mm].malloc.free_arena;
        m->processes[h->mm].malloc.free_arena = number;
    }
}

/* ---- processes ---- */
enum vm_status arenas_reserve_copy(vm_machine *m, vm_pid from)
{
    uint64_t arenas = 0, heaps = 0;
    for (uint32_t a = m->processes[from].malloc.arenas; a; a = m->malloc_arenas[a].next) {
        arenas++;
        for (uint32_t i = m->malloc_arenas[a].heaps; i; i = m->malloc_heaps[i].next) {
            heaps++;
        }
    }
    enum vm_status status = RESERVE(m, malloc_arenas, arenas);
    return status == VM_OK ? RESERVE(m, malloc_heaps, heaps) : status;
}

/* __malloc_fork_unlock_child: only the thread that forked is left; all other arenas are free. */
void arenas_copy(vm_machine *m, vm_tid from, vm_pid to)
{
    vm_pid mm = mm_of(m, m->tasks[from].pid);
    struct malloc_process *process = &m->processes[to].malloc;
    *process = m->processes[mm].malloc;
    process->arenas = process->free_arena = 0;
    struct allocator own = m->tasks[from].allocator;
    allocator_put(m, m->processes[to].task, own);
    uint32_t last = 0;
    for (uint32_t a = m->processes[mm].malloc.arenas; a; a = m->malloc_arenas[a].next) {
        struct malloc_arena copy = m->malloc_arenas[a];
        bool used = copy.number == own.arena;
        copy.threads = used;
        copy.next_free = used ? 0 : process->free_arena;
        process->free_arena = used ? process->free_arena : copy.number;
        uint32_t heaps = copy.heaps;
        copy.heaps = 0;
        last = insert(m, to, last, copy);
        heaps_copy(m, heaps, &m->malloc_arenas[last].heaps);
    }
}

void arenas_drop(vm_machine *m, vm_pid mm)
{
    const struct malloc_arena nothing = {0};
    uint32_t *list = &m->processes[mm].malloc.arenas;
    while (*list) {
        uint32_t id = *list;
        struct malloc_arena old = m->malloc_arenas[id];
        heaps_drop(m, &m->malloc_arenas[id].heaps);
        *list = old.next;
        m->malloc_arenas[id] = (struct malloc_arena){.next = m->free_malloc_arena};
        m->free_malloc_arena = id;
        emit_arena(m->events, mm, old.number, &old, &nothing);
    }
    m->processes[mm].malloc = (struct malloc_process){0};
    allocators_drop(m, mm);
}

void allocators_drop(vm_machine *m, vm_pid pid)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (m->tasks[tid].pid == pid) {
            allocator_put(m, tid, (struct allocator){0});
        }
    }
}

/* SPDX-License-Identifier: MIT
 * The engine's door: operations in, events out. Pure C17: no files, clock, threads, globals.
 * A page fault, a signal, an out-of-memory kill are events. A status is the caller's mistake;
 * unless it is VM_OK the machine is as it was before.
 */
#ifndef VM_VM_H
#define VM_VM_H

#include "vm/describe.h"
#include "vm/events.h"
#include "vm/types.h"

/* Memory for the simulation. `resize` behaves like realloc with the old size told, in bytes; size 0
 * frees. NULL is an answer that every caller lives with: VM_NOMEM. `ctx` is the caller's and
 * outlives the machines that have it. */
struct vm_allocator {
    void *(*resize)(void *ctx, void *ptr, size_t old_size, size_t new_size);
    void *ctx;
};

/* Limits of one machine; going over one is VM_LIMIT. 0 = the default. */
struct vm_limits {
    uint64_t operations; /* of a run */
    uint64_t pages; /* mapped pages of one mapping that may be touched at once; also file pages */
    uint32_t processes;
    uint32_t vmas;   /* of all processes */
    uint64_t memory; /* bytes of the host for one machine */
};

struct vm_config {
    enum vm_machine_kind kind;
    uint8_t va_bits;                   /* 8 .. 57 */
    uint8_t page_shift;                /* log2 of the page size: 4 .. 16 */
    uint8_t levels;                    /* 1 .. VM_LEVELS_MAX */
    uint8_t level_bits[VM_LEVELS_MAX]; /* root first; sum + page_shift = va_bits */
    uint32_t frames;                   /* 1 .. 2^22 */
    uint32_t slots;                    /* 0 .. 2^22 */
    uint32_t kernel_frames; /* reserved at the bottom; the last of them is the zero page. 0: none */
    uint32_t tlb_sets, tlb_ways; /* sets a power of two; 0 = no TLB */
    bool asids;                  /* TLB entries tagged by process */
    bool tables_outside;         /* page tables take no frames */
    bool aslr;                   /* layouts randomised from seed */
    uint32_t fault_around; /* pages of a file mapped around a read fault; a power of two, 1: none */
    uint32_t readahead;   /* pages a file fault reads at once (Linux's ra_pages); 0: only its own */
    uint8_t page_cluster; /* log2 of the swap slots read at once */
    uint32_t watermark_min, watermark_low,
        watermark_high;        /* free frames; 0: no background reclaim */
    uint32_t dirty_background; /* dirty file pages at which write-back starts; 0: only on demand */
    bool local;                /* victims only among the pages of the process in need */
    enum vm_overcommit overcommit;
    uint8_t overcommit_ratio; /* percent of the frames, for `never` */
    enum vm_thp thp;
    uint32_t cpus;         /* 1 .. VM_CPUS_MAX */
    enum vm_stacks stacks; /* may a thread use another one's stack? */
    bool races;            /* the race detector watches valued accesses */
    bool kpti;            /* page-table isolation: of the kernel a process maps only a trampoline */
    uint64_t stack_limit; /* RLIMIT_STACK, bytes */
    uint32_t stack_guard_gap; /* pages kept free below a stack that grows */
    enum vm_medium swap_on, files_on;
    uint64_t latency[vm_medium_count]; /* picoseconds of one access */
    uint64_t cost[vm_cost_count];      /* picoseconds, of the costs that are the CPU's own */
    enum vm_policy_kind policy;
    /* Machines without pages. */
    uint64_t memory;      /* bytes given in pieces; 0: a machine with pages */
    uint64_t memory_base; /* where they begin */
    uint8_t segment_bits; /* top bits of an address that pick the segment, 0 .. 4 */
    enum vm_fit fit;
    enum vm_list_order list_order;
    bool coalesce;   /* holes side by side are joined */
    uint32_t header; /* bytes before each piece that alloc gives */
    uint32_t align;  /* sizes are rounded up to multiples of it; buddies: the least block */
    /* Inverted and hashed page tables. */
    uint32_t buckets, rows; /* an inverted table has a row for each frame */
    uint32_t split;         /* least rest that is split off; 0: none is */
    uint64_t tick, tau;     /* of policies, in references: struct vm_policy_params; at least 1 */
    uint64_t seed;
    struct vm_limits limits;
    struct vm_allocator allocator; /* resize NULL: the C library */
};

/* The preset of a kind of machine (custom: CS:APP's small system). `out` is overwritten. */
void vm_config_preset(enum vm_machine_kind kind, struct vm_config *out);
/* NULL, or what is wrong with it and how to mend it. */
const char *vm_config_problem(const struct vm_config *config);

typedef struct vm_machine vm_machine;

/* The configuration is copied. The caller frees *out. VM_INVALID: vm_config_problem says why;
 * VM_NOMEM; either leaves *out NULL. */
enum vm_status vm_machine_new(const struct vm_config *config, vm_machine **out);
void vm_machine_free(vm_machine *machine); /* NULL is fine */

/* Applies one operation; what happened is appended to `events`, which may be NULL: the fast path.
 * Any status of status.def; unless it is VM_OK nothing happened, and vm_last is of the operation
 * before. Running out of room for events is not a status: events->failed says it. */
enum vm_status vm_apply(vm_machine *machine, const struct vm_op *op, struct vm_events *events);

/* One reference of a batch. */
struct vm_ref {
    vm_va va;
    uint8_t access; /* enum vm_access */
};
/* Runs n valueless accesses of one page each without events; stops early when a signal ends the
 * task. *done = references completed; on a status other than VM_OK those stand, and the next one
 * was not begun. */
enum vm_status vm_access_run(
    vm_machine *machine, vm_tid tid, const struct vm_ref *refs, size_t n, size_t *done);

/* The same, but it ends before the first reference that is more than a hit: one that faults, or
 * changes an entry, or when the machine has no TLB; and after one at which the policy lets pages
 * go, which vm_last tells. */
enum vm_status vm_access_hits(
    vm_machine *machine, vm_tid tid, const struct vm_ref *refs, size_t n, size_t *done);

/* The present state as the changes that would build it from nothing (old values 0). */
void vm_describe(const vm_machine *machine, struct vm_events *events);
/* A copy that shares nothing that changes: a checkpoint. The caller frees *out. VM_NOMEM: *out is
 * NULL. */
enum vm_status vm_clone(const vm_machine *machine, vm_machine **out);
/* The first broken invariant (static text, begins with its number), or NULL. */
const char *vm_check(const vm_machine *machine);
/* Host bytes held. */
size_t vm_memory(const vm_machine *machine);

/* What the last operation came to. */
struct vm_outcome {
    enum vm_fault fault;                                    /* of its last faulting access */
    uint32_t faults, majors, copies, evictions, writebacks; /* during it */
    bool disk;                                              /* it read or wrote a disk */
    vm_tid tid;                                             /* who ran */
    uint64_t value; /* result of the call: address, pid, object; (uint64_t)-errno_code on failure */
};
const struct vm_outcome *vm_last(const vm_machine *machine);
uint8_t vm_last_cpu(const vm_machine *machine); /* where its thread ran */

/* ---- questions (no effect) ----
 * Whoever asks for a process, thread, page or lock that is not there gets 0, or false with *out not
 * to be read. What is returned by pointer is the machine's and lasts until the next operation.
 * `name`, `label` and `body` are ids of names, which vm_run_name writes out; 0: none. */
/* What programs can see, for recognising a state again: two machines that grew from one and differ
 * in it have different fingerprints (but for a chance of 2^-128). `races`: what the race detector
 * knows belongs to it. */
void vm_fingerprint(const vm_machine *machine, bool races, uint64_t out[2]);
/* Adds an item of n numbers to a fingerprint; the order of items does not matter. */
void vm_fingerprint_add(uint64_t sum[2], const uint64_t *item, size_t n);
const struct vm_config *vm_machine_config(const vm_machine *machine);
uint64_t vm_counter(
    const vm_machine *machine, vm_pid pid, enum vm_counter counter); /* pid 0: the machine */
/* The time a run took in nanoseconds, or what one process's work took (pid 0: the machine):
 * counters times prices. What kswapd and the flusher do is the machine's alone. */
uint64_t vm_clock_ns(const vm_machine *machine, vm_pid pid);
uint64_t vm_cost_price(const struct vm_config *config, enum vm_cost cost); /* picoseconds */
/* A figure of what happened between `before` (NULL: the start) and now, of the machine (pid 0) or
 * of one process; cpu_utilisation is of the machine. Units: enums.def; definitions and sources:
 * docs/thrashing.md. `before` is an earlier state of the same machine. */
uint64_t vm_figure(
    const vm_machine *before, const vm_machine *now, vm_pid pid, enum vm_figure figure);
uint32_t vm_free_frames(const vm_machine *machine);
uint32_t vm_dirty_pages(const vm_machine *machine);            /* of files */
uint32_t vm_charged(const vm_machine *machine, vm_pid pid);    /* pages charged to it */
vm_pid vm_task_process(const vm_machine *machine, vm_tid tid); /* 0: no such task */
enum vm_task_state vm_task_state_of(const vm_machine *machine, vm_tid tid);
vm_va vm_task_sp(const vm_machine *machine, vm_tid tid);
/* Which thread a processor should run next: the head of the run queue that may run there, or the
 * running one when nobody else waits (or has a higher priority). 0: nobody. No effect. */
vm_tid vm_next(const vm_machine *machine, enum vm_schedule by, uint32_t cpu);
/* A thread as the scheduler and its debugger see it. */
struct vm_task_view {
    vm_pid pid;
    uint32_t number, label, body;
    enum vm_task_state state;
    enum vm_wait_reason wait;
    uint64_t waits_for; /* a process, a thread, a lock, an object: what `wait` says */
    vm_va sp, pc, fp, tls;
    vm_va stack_start, stack_end;     /* [start, end); 0: a main thread's */
    uint32_t cpu;                     /* where it runs or ran last, plus one */
    uint64_t queued;                  /* ready: its place in the run queue, the lowest first */
    uint64_t ret;                     /* result of its last call */
    uint32_t priority, base_priority; /* 0 .. VM_PRIORITY_MAX, a higher one runs first; base: its
                                         own, without what it inherits from who waits for it */
    bool begun;                       /* it has run */
    bool detached;                    /* nobody may join it: pthread_detach(3) */
    uint64_t minor, major;            /* faults: getrusage(2), ru_minflt and ru_majflt */
    uint64_t voluntary, involuntary;  /* switches away from it: ru_nvcsw and ru_nivcsw */
};
bool vm_task_at(const vm_machine *machine, vm_tid tid, struct vm_task_view *out);
/* The thread of a process by its number (T<number>); 0: none. */
vm_tid vm_task_numbered(const vm_machine *machine, vm_pid pid, uint32_t number);
vm_tid vm_tasks(const vm_machine *machine); /* the last thread's number; they count from 1 */
vm_tid vm_cpu_task(const vm_machine *machine, uint32_t cpu); /* 0: it is idle */
/* Signals. The signal that the thread must take next (do_signal); none: it may go on. */
enum vm_signo vm_signal_due(const vm_machine *machine, vm_tid tid);
/* Sets: vm_sigset_bit_*. Of a process: those that any of its threads may take. */
uint32_t vm_process_pending(const vm_machine *machine, vm_pid pid);
uint32_t vm_thread_pending(const vm_machine *machine, vm_tid tid);
uint32_t vm_thread_blocked(const vm_machine *machine, vm_tid tid);
/* The innermost handler that runs on the thread. */
struct vm_handler_view {
    enum vm_signo signo;
    uint32_t name;  /* its function */
    uint32_t param; /* the register with the signal's number; 0: none */
    uint32_t depth; /* handlers that run, this one included */
    vm_va sp;       /* where its frame begins */
    uint64_t bytes;
};
bool vm_handler_at(const vm_machine *machine, vm_tid tid, struct vm_handler_view *out);
uint32_t vm_signal_number(enum vm_signo signo);               /* Linux's */
uint32_t vm_signal_bit(enum vm_signo signo);                  /* in a set */
uint64_t vm_exit_code(const vm_machine *machine, vm_pid pid); /* of who has ended */
vm_pid vm_parent(const vm_machine *machine, vm_pid pid);      /* 0: init, or the scenario itself */
struct vm_lock_view {
    vm_pid pid;
    vm_va va;
    enum vm_lock_kind kind;
    uint32_t name;
    vm_tid owner;     /* of a mutex, a spinlock, a lock held for writing; 0: nobody */
    uint32_t holders; /* readers; a semaphore's value */
    uint32_t waiters; /* threads that sleep in its queue */
};
/* What a thread that waits for a lock waits for: vm_task_view.waits_for. */
bool vm_lock_numbered(const vm_machine *machine, uint64_t lock, struct vm_lock_view *out);
/* The lock in the word at an address; where several were, the one that somebody waits for. */
bool vm_lock_at(const vm_machine *machine, vm_pid pid, vm_va va, struct vm_lock_view *out);
/* A pair of accesses that nothing orders, the i-th that was found; the earlier one first. */
struct vm_race_view {
    vm_pid pid; /* of the later one */
    vm_va va;
    struct vm_race_side {
        vm_tid tid;
        enum vm_access access;
        uint32_t line; /* of the scenario; 0: unknown */
        vm_va pc;      /* 0: unknown */
    } side[2];
};
bool vm_race_at(const vm_machine *machine, uint32_t i, struct vm_race_view *out);
vm_tid vm_process_task(const vm_machine *machine, vm_pid pid); /* its main thread */
enum vm_process_state vm_process_state_of(const vm_machine *machine, vm_pid pid);
vm_va vm_process_brk(const vm_machine *machine, vm_pid pid); /* the heap's end: brk(2) */
/* The vectors of pointers that execve left on the stack; 0: it was not execed. */
vm_va vm_process_argv(const vm_machine *machine, vm_pid pid);
vm_va vm_process_envp(const vm_machine *machine, vm_pid pid);
/* A named register of a thread's program. False: it has none of that name. */
bool vm_register(const vm_machine *machine, vm_tid tid, uint32_t name, uint64_t *value);

/* A mapping: a line of /proc/PID/maps (proc_pid_maps(5)). */
struct vm_vma_view {
    uint32_t id;
    vm_pid pid;
    vm_vpn start, end; /* [start, end) */
    uint8_t prot;      /* vm_prot_bit_* */
    uint32_t flags;    /* vm_map_bit_* */
    enum vm_vma_kind kind;
    uint32_t object; /* the file, shared memory or device behind it; 0: none */
    uint32_t name;
    uint32_t anon;   /* the identity of its private pages (Linux's anon_vma); 0: none yet */
    uint64_t offset; /* pages into the object */
};
/* vm_vma_at: the mapping that holds a page. vm_vma_find: the lowest that is of the kind, the object
 * and the name, where 0 fits all. vm_vma_next: the lowest that ends behind `from`. False: none. */
bool vm_vma_at(const vm_machine *machine, vm_pid pid, vm_vpn vpn, struct vm_vma_view *out);
bool vm_vma_find(const vm_machine *machine, vm_pid pid, enum vm_vma_kind kind, uint32_t object,
    uint32_t name, struct vm_vma_view *out);
bool vm_vma_next(const vm_machine *machine, vm_pid pid, vm_vpn from, struct vm_vma_view *out);

/* A page table, by its number from 1. False: there is none from this number on. */
struct vm_table_view {
    vm_pid pid;    /* whose memory; 0: the kernel's */
    uint8_t level; /* 1 is the last; 0: the number is free */
    vm_vpn base;   /* the first page it translates */
};
bool vm_table_at(const vm_machine *machine, uint32_t table, struct vm_table_view *out);
/* The leaf entry of a page: vm_pte_bit_*, and from VM_PTE_SHIFT on the frame or slot; 0: none. */
uint64_t vm_pte_of(const vm_machine *machine, vm_pid pid, vm_vpn vpn);
/* The present policy, how many words its region has (policies.def), and one of them. */
enum vm_policy_kind vm_policy_of(const vm_machine *machine);
uint64_t vm_policy_words(const vm_machine *machine, unsigned region);
uint64_t vm_policy_word(const vm_machine *machine, unsigned region, uint32_t index);
/* Of a list (its head is the scalar `region`) the page at that place, 0 first; of a hand or
 * pointer, at 0, the page it points at: its number where it is first mapped. False: there is none.
 */
bool vm_policy_page(const vm_machine *machine, unsigned region, uint64_t place, vm_vpn *vpn);
/* Where an address lies in memory. Neither TLB nor accessed bit notice. False: not present. */
bool vm_translate(const vm_machine *machine, vm_pid pid, vm_va va, vm_pa *pa);
/* Pages of [start, end) of a process that are in memory; the zero page and a device's are nobody's
 * and do not count. */
uint64_t vm_resident(const vm_machine *machine, vm_pid pid, vm_vpn start, vm_vpn end);
/* The frames of these pages, as many as there is room for, one for each page: a frame mapped twice
 * stands there twice. Returns vm_resident, which may be more than `room`. */
uint64_t vm_frames_of_vma(
    const vm_machine *machine, vm_pid pid, vm_vpn start, vm_vpn end, uint32_t *frames, size_t room);
/* vm_resident of a whole process, and its page tables where they take frames. */
uint64_t vm_frames_owned(const vm_machine *machine, vm_pid pid);
/* How many pages of [start, end) are in each state; states has vm_page_state_count numbers. */
void vm_page_states(
    const vm_machine *machine, vm_pid pid, vm_vpn start, vm_vpn end, uint64_t *states);
/* Entries of all processes that map the frame of a page (mapcount); 0 when it is not present. */
uint64_t vm_map_count(const vm_machine *machine, vm_pid pid, vm_vpn vpn);
uint64_t vm_tables_of(const vm_machine *machine, vm_pid pid); /* page tables, of all levels */
/* Bytes of a process's page tables; of one linear table for the whole address space; of what a
 * process mapped; and of all that it could map. */
uint64_t vm_table_bytes(const vm_machine *machine, vm_pid pid);
uint64_t vm_linear_table_bytes(const vm_machine *machine);
uint64_t vm_mapped_bytes(const vm_machine *machine, vm_pid pid);
uint64_t vm_space_bytes(const vm_machine *machine);
/* Pages of a file in the page cache. */
uint64_t vm_cached_pages(const vm_machine *machine, uint32_t object);
/* The 8-byte word as the process would read it, without a fault. False: nothing is mapped there. */
bool vm_value(const vm_machine *machine, vm_pid pid, vm_va va, uint64_t *value);
/* What an object is, its name and its size in bytes. None: both are left as they were. */
enum vm_object_kind vm_object_kind_of(
    const vm_machine *machine, uint32_t object, uint32_t *name, uint64_t *bytes);

/* What a descriptor stands for. False: nothing. */
struct vm_descriptor_view {
    uint32_t object;
    uint8_t flags;     /* vm_open_bit_* of the open file */
    uint32_t refs;     /* descriptors that share it */
    uint64_t position; /* bytes from the beginning */
};
bool vm_descriptor_at(
    const vm_machine *machine, vm_pid pid, uint64_t fd, struct vm_descriptor_view *out);
/* The pipe or the message queue behind a descriptor. False: it is none. */
struct vm_pipe_view {
    uint32_t object;
    bool queue;                /* a message queue */
    uint32_t most, pages;      /* places in its ring, and how many are taken; messages of a queue */
    uint64_t bytes;            /* in it */
    uint32_t readers, writers; /* open files */
};
bool vm_pipe_at(const vm_machine *machine, vm_pid pid, uint64_t fd, struct vm_pipe_view *out);
uint64_t vm_task_result(const vm_machine *machine, vm_tid tid); /* of its last call: the register */
uint32_t vm_descriptors_of(const vm_machine *machine, vm_pid pid); /* how many */
bool vm_in_function(const vm_machine *machine, vm_tid tid); /* there is a frame to return from */
/* A register of a function that waits for the one it called, as its frame keeps it: the innermost
 * of that name. False: none, or its page is not in memory. */
bool vm_saved_register(const vm_machine *machine, vm_tid tid, uint32_t name, uint64_t *value);
uint32_t vm_depth(const vm_machine *machine, vm_tid tid); /* how many functions it is in */
/* The frame of a function that a thread is in; depth 1 is the outermost. False: not that deep. */
struct vm_activation_view {
    uint32_t name;
    vm_va va;     /* of its code */
    vm_va fp, sp; /* the frame is [sp, fp + 16) */
    uint32_t arguments, saved;
    uint64_t locals; /* bytes */
};
bool vm_activation_at(
    const vm_machine *machine, vm_tid tid, uint32_t depth, struct vm_activation_view *out);

/* OPT's future: the page key of every reference of a recorded run, in order. The key of a reference
 * is what vm_record_keys wrote during the recording pass. Shared by clones. keys are copied.
 * Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal
 * 5(2), 1966. */
struct vm_keys {
    uint64_t *key; /* owned by whoever has the struct; malloc */
    size_t length, capacity;
    bool failed; /* there was no memory for one of them */
};
/* NULL stops recording. The keys outlive it. Not cloned. */
void vm_record_keys(vm_machine *machine, struct vm_keys *keys);
/* VM_LIMIT: 2^32 - 1 references or more; VM_NOMEM: in both cases the future is as it was. */
enum vm_status vm_set_future(vm_machine *machine, const struct vm_keys *keys);
/* Somebody who is told of each reference to a page, of programs and of the kernel in their place.
 * NULL: nobody. Not cloned. vm_access_hits tells nothing: who calls it knows them. */
typedef void vm_watcher(void *ctx, vm_pid pid, vm_vpn vpn);
void vm_watch(vm_machine *machine, vm_watcher *watcher, void *ctx);
/* The same, computed elsewhere: next[i] is the reference (from 1) that uses the page of reference
 * i + 1 next, 0 never. Takes `next`, from malloc, also when there is no memory (VM_NOMEM). */
enum vm_status vm_set_next_uses(vm_machine *machine, uint32_t *next, uint64_t length);

#endif

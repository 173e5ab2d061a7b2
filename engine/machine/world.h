/* SPDX-License-Identifier: MIT
 * The whole state of a machine. Every structure is changed only by the file that owns it (named
 * beside it), and that file emits the change. Index 0 of processes, tasks, objects, segments, vmas,
 * tables, rmaps and words is never used: 0 means none. Frames and slots count from 0.
 */
#ifndef MACHINE_WORLD_H
#define MACHINE_WORLD_H

#include "vm/vm.h"

/* kernel/frame.c. */
struct frame {
    uint8_t kind;    /* enum vm_frame_kind */
    uint8_t flags;   /* vm_frame_bit_* */
    uint16_t charge; /* anon, file, shmem: the process that touched the page first; 0 nobody */
    uint32_t object; /* anon, file: whose page */
    uint64_t index;  /* anon, file: page of the object; table: its level */
    uint32_t maps;   /* entries that map it; 0 for table, kernel, zero */
    uint32_t slot;   /* its copy in swap, plus one; 0 none */
    uint32_t rmap;   /* derived: first of its reverse mappings */
    uint32_t words;  /* its valued words */
    uint64_t loaded; /* derived: the reference during which it was taken, m->clock */
};

/* kernel/frame.c: derived from the entries; not part of the description. */
struct rmap {
    vm_pid pid;
    uint32_t next;
    vm_vpn vpn;
};

/* kernel/swap.c. refs 0 with a frame: the copy of a page that is back in memory. */
struct slot {
    uint32_t object;
    uint64_t index;
    uint32_t refs;  /* entries that name the slot */
    uint32_t frame; /* the swap cache: frame with the same page, plus one; 0 none */
    uint32_t words;
};

/* kernel/file.c. An object of kind anon is the identity of private pages (kernel/vma_anon.c). */
struct object {
    uint8_t kind; /* enum vm_object_kind */
    uint32_t name;
    uint64_t bytes;
    uint16_t mode;          /* rwxrwxrwx */
    uint32_t uid, gid;      /* its owner */
    uint64_t promised;      /* shmem: pages counted as committed while it lives */
    uint32_t refs;          /* shmem: mappings, open files and its name; it dies with the last */
    uint32_t links;         /* shmem: 1 while it has a name that shm_open finds (i_nlink) */
    uint8_t link;           /* a program's enum vm_link_kind */
    uint32_t first_cached;  /* index in `cached` of page 0 */
    uint32_t cached_room;   /* pages from there that are its own */
    uint32_t first_segment; /* list in `segments`, 0 none */
    uint32_t channel;       /* pipe, mqueue: its place in `channels`; derived */
};
/* kernel/elf.c. A program header of an ELF file. kind none: `library` is another object. */
struct segment {
    uint8_t kind, prot;
    bool interpreter; /* `library` is the loader (PT_INTERP), or else it is needed */
    bool linked;      /* va is absolute, or counts from the program's base */
    uint32_t library;
    vm_va va;                         /* of its first byte */
    uint64_t file_offset, file_bytes; /* what the file gives; the rest up to `bytes` is BSS */
    uint64_t bytes;
    uint32_t next;
};
struct cached {
    uint32_t frame; /* page cache: frame plus one, 0 none */
    uint32_t slot;  /* shmem: its page is in swap, slot plus one; derived from the slots */
    uint32_t words; /* values as they are on disk */
};

/* userland/malloc_arena.c: glibc's malloc_state, as far as it decides something. threads 0: it
 * waits in the list of free arenas. */
struct malloc_arena {
    uint32_t number; /* in its process, from 1 */
    vm_va first;     /* its first heap; 0: the heap that brk moves */
    uint32_t heaps;  /* list in `malloc_heaps`, the top's first */
    vm_va top;       /* header of the top chunk; 0: none yet */
    vm_va last_rest; /* what was left of the last chunk cut for a small one */
    uint32_t threads;
    uint32_t next_free; /* number of the next free arena of the process */
    uint32_t next; /* of the process: the main one, then the newest first; or of the free list */
};
/* userland/malloc_arena.c: heap_info. `bytes` are in use, `open` may be read and written. */
struct malloc_heap {
    vm_va va;
    uint64_t bytes, open;
    uint32_t next; /* the one before it; or of the free list */
};
/* userland/malloc_arena.c: what malloc knows of a process (mp_ and the static variables). */
struct malloc_process {
    uint64_t mmap_threshold, trim_threshold; /* bytes; 0: the defaults */
    uint64_t stamp;                          /* of the chunk that came last into a bin */
    uint32_t arenas;                         /* list in `malloc_arenas` */
    uint32_t arenas_made;                    /* how many there are: numbers are not used twice */
    uint32_t free_arena;                     /* number of the arena freed last; 0 none */
    uint32_t reuse;  /* number of the arena to share next; 0: the main one */
    vm_va next_heap; /* where another heap may fit without waste; 0: nobody knows */
};
/* userland/malloc_arena.c: what malloc knows of a thread, in its thread-local storage. */
struct allocator {
    uint32_t arena; /* number; 0: none yet */
    vm_va cache;    /* header of its cache of chunks (tcache); 0: none yet */
    bool over;      /* the thread ends: it gets no cache any more (tcache_shutting_down) */
};

/* kernel/signal.c: what a signal does to a process. */
struct signal_action {
    uint8_t action;       /* enum vm_signal_action */
    vm_va handler;        /* address of its function */
    uint32_t name, param; /* what the function and its parameter are called */
};
/* kernel/signal.c. Sets: vm_sigset_bit_*. */
struct process_signals {
    uint32_t pending; /* for any of its threads */
    bool stopped;     /* by SIGSTOP */
};
struct thread_signals {
    uint32_t pending, blocked;
    uint8_t code; /* enum vm_si_code and address of the pending fault */
    vm_va fault;
    uint32_t frame; /* list in `signal_frames`, the innermost handler first */
};

/* kernel/process.c. */
struct process {
    uint8_t state; /* enum vm_process_state */
    bool adopted;  /* its parent ended before it: init is its parent now */
    uint32_t label, program;
    vm_pid parent;
    uint32_t root; /* table */
    uint16_t asid;
    vm_va brk_start, brk;
    uint64_t exit_code;
    uint32_t first_vma;    /* by address */
    uint32_t tree_vma;     /* derived: root of the same in kernel/vma_tree.c */
    uint32_t vmas;         /* derived: how many */
    vm_tid task;           /* main thread */
    vm_vpn map_top;        /* mmap places new mappings below it */
    uint64_t thread_stack; /* bytes of a thread's stack: RLIMIT_STACK when its program began */
    vm_vpn map_base;       /* not 0: from here upwards, the lowest gap (Linux 2.4) */
    vm_pid mm;             /* whose address space it runs in: its own, or a vfork parent's */
    uint32_t uid, gid;
    uint64_t stack_limit, space_limit, lock_limit; /* bytes; 0: none (stack: the machine's) */
    uint32_t frame_limit;                          /* pages it may hold; 0: all */
    uint32_t charged;                              /* frames charged to it; derived */
    vm_va arg_start, env_start;                    /* argv's and envp's vectors on the stack */
    uint32_t first_descriptor;                     /* list in `descriptors`, by number */
    uint32_t first_chunk;                          /* list in `chunks`, by address */
    struct malloc_process malloc;
    struct process_signals signals; /* these two: kernel/signal.c */
    struct signal_action action[vm_signo_count];
    uint64_t counter[vm_counter_count];
    uint64_t fault_time, fault_stamp; /* policy/pff.c: its references, and the machine's plus one,
                                         at its last fault; 0 none */
};
/* userland/pthread.c: [start, end) without the guard below it; all 0: a main thread's. */
struct thread_stack {
    vm_va start, end;
    uint64_t guard; /* bytes */
    vm_va tls;      /* thread pointer: its struct pthread; 0: none */
    uint32_t into;  /* while it waits in join: the register for the value */
};
/* userland/stack_cache.c: a stack that glibc keeps for the next thread. pid 0: none. */
struct spare_stack {
    vm_pid pid; /* whose memory it is in (mm) */
    struct thread_stack stack;
    uint64_t stamp; /* the newest has the highest */
};
/* userland/tls.c: the first value of a program's thread-local variable, in their order. */
struct tls_word {
    uint32_t object;
    uint64_t value;
};
/* kernel/usage.c: getrusage(RUSAGE_THREAD). Derived sums of the process are its counters. */
struct usage {
    uint64_t minor, major, voluntary, involuntary;
};
/* userland/activation.c. A function that a thread is in, by what its frame on the stack looks like
 * (userland/call.c). */
struct activation {
    uint32_t name;
    vm_va va;           /* of its code */
    vm_va fp, sp;       /* the frame is [sp, fp + 16) */
    uint32_t arguments; /* parameters stored in it */
    uint32_t saved;     /* the caller's registers stored in it */
    uint64_t locals;    /* bytes, from sp upwards */
    uint32_t depth;     /* 1: the outermost */
    uint32_t words;     /* list in `stack_words`: arguments, then the oldest register first */
    uint32_t next;      /* the caller's; or of the free list */
};
/* userland/activation.c. What is stored where in a frame. */
struct stack_word {
    vm_va va;
    uint32_t name;
    uint8_t kind;   /* enum vm_stack_word */
    uint64_t value; /* of a saved register, while a return reads it back */
    uint32_t next;
};
/* kernel/futex.c. Where a thread waits at a lock, while its reason to wait is one.
 * lock 0: nowhere. */
struct futex_wait {
    uint32_t lock;
    uint64_t place; /* in the lock's queue, the lowest first */
    vm_va va;       /* of the lock in its own address space */
    vm_va mutex;    /* at a condition: the mutex that it must have again to go on */
};
/* kernel/pending.c: a system call that waits, as far as it has come. file 0: none. */
struct pending {
    uint16_t call;     /* enum vm_op_kind */
    uint32_t file;     /* open file, which it holds */
    vm_va va;          /* the program's buffer */
    uint64_t bytes;    /* wanted */
    uint64_t done;     /* of them */
    uint64_t priority; /* mq_send */
    uint64_t order;    /* the lowest has waited longest; 0: it has not waited yet */
    vm_tid next;       /* derived: list by order */
};
struct task {
    vm_pid pid;
    uint8_t state; /* enum vm_task_state */
    uint8_t wait;  /* enum vm_wait_reason */
    uint64_t waits_for;
    vm_va sp, pc, fp; /* stack pointer, program counter, frame pointer */
    uint64_t ret;
    uint32_t number;       /* T<number> of its process, from 0, never given twice */
    uint32_t label, body;  /* names: what the scenario calls it; what it runs */
    bool begun;            /* it has run */
    bool detached;         /* nobody joins it */
    uint8_t priority;      /* effective, 0 .. VM_PRIORITY_MAX, higher runs first */
    uint8_t base_priority; /* its own, without what it inherits from those it keeps waiting */
    uint32_t cpu;          /* where it ran last, plus one; 0: nowhere yet */
    uint32_t affinity;     /* bit per processor; 0: all */
    uint64_t queued;       /* ready: its place in the run queue, the lowest first; else 0 */
    /* Each of the following is changed by its own file; task_put leaves them alone. */
    uint32_t registers;            /* kernel/words.c: list in `words`, offset = name */
    struct thread_stack stack;     /* userland/pthread.c */
    struct usage usage;            /* kernel/usage.c */
    struct futex_wait futex;       /* kernel/futex.c */
    struct pending pending;        /* kernel/pending.c */
    struct thread_signals signals; /* kernel/signal.c */
    uint64_t next_number;          /* kernel/process.c; of a main thread: of the next one created */
    struct allocator allocator;    /* userland/malloc_arena.c */
    uint32_t activations; /* userland/activation.c: list in `activations`, innermost first */
};

/* kernel/lock.c. What the observer knows of a word that threads agree on. The truth is in the word
 * itself; this names it, and says who holds it and who waits. kind none: free. */
struct lock {
    vm_pid pid; /* address space it was first used in (mm) */
    vm_va va;
    uint32_t object; /* in a shared mapping: it is byte `offset` of it, wherever it is mapped */
    uint64_t offset;
    uint8_t kind; /* enum vm_lock_kind */
    bool inherit; /* mutex: its owner inherits the priority of who waits */
    uint32_t name;
    vm_tid owner;     /* mutex, spinlock, rwlock held for writing; 0: nobody */
    uint32_t holders; /* readers; a semaphore's value */
    uint32_t waiters;
};

/* kernel/channel.c: a pipe's ring, or a queue of messages. object 0: free. */
struct channel {
    uint32_t object;
    uint32_t most;             /* pages of a ring, messages of a queue */
    uint64_t size;             /* bytes of one of them at most */
    uint64_t next;             /* number of the next buffer */
    uint32_t held;             /* pages, messages in it */
    uint64_t bytes;            /* in it */
    uint32_t readers, writers; /* open files */
    uint32_t first;            /* list in `buffers`, in the order of taking; or the free list */
};
struct buffer {
    uint64_t number; /* within its channel, never twice */
    uint32_t frame;  /* plus one */
    uint32_t offset; /* where its bytes begin in the frame */
    uint32_t bytes;
    uint32_t priority; /* of a message */
    bool more;         /* the message goes on in the next one */
    uint32_t link;
};
/* kernel/signal_frames.c. What the kernel wrote onto a thread's stack lies in its memory; this says
 * where, and which register each of the words is. */
#define SIGNAL_REGISTERS 45
struct signal_frame {
    vm_va sp;         /* its lowest byte: the stack pointer when the handler begins */
    uint64_t bytes;   /* up to the interrupted stack pointer's red zone */
    uint8_t signo;    /* enum vm_signo */
    uint32_t handler; /* name */
    uint32_t depth;   /* 1: the outermost */
    uint32_t next;    /* outwards; or of the free list */
    uint32_t registers, name[SIGNAL_REGISTERS];
};

/* kernel/words.c: lists of valued 8-byte words. */
struct word {
    uint32_t offset; /* bytes into the page; of a register: its name */
    uint32_t next;
    uint64_t value;
};

/* kernel/vma.c. */
struct vma {
    vm_pid pid;
    uint32_t next; /* of the same process, by address */
    vm_vpn start, end;
    uint8_t prot, kind;
    uint32_t flags;         /* vm_map_bit_* */
    uint32_t object, name;  /* object: file, shared memory or device behind it; 0: anonymous */
    uint32_t anon;          /* identity of its private pages (Linux: anon_vma); 0: none yet */
    uint64_t offset;        /* Linux's vm_pgoff of `start`: page of the object; anonymous: a page
                               number that moves with the pages */
    uint32_t lower, higher; /* derived: kernel/vma_tree.c */
};

/* kernel/descriptor.c. */
struct descriptor {
    uint32_t fd;
    uint32_t file; /* open file */
    uint8_t flags; /* vm_open_bit_cloexec */
    uint32_t next; /* of the process, by fd */
};
/* kernel/descriptor.c. What open made and dup, fork and pass on share. refs 0: free. */
struct open_file {
    uint32_t object;
    uint8_t flags; /* vm_open_bit_* */
    uint32_t refs; /* descriptors */
    uint64_t position;
    uint32_t next; /* free list */
};

/* userland/malloc.c. A piece of the heap, or of a mapping of its own; va is the header's. */
struct chunk {
    vm_va va;
    uint64_t bytes;
    uint64_t since; /* its stamp in the bin */
    uint8_t state;  /* enum vm_chunk_state */
    uint8_t bin;    /* userland/chunk.h */
    uint32_t arena; /* number of the arena it belongs to; 0: a mapping of its own */
    vm_va cache;    /* in a thread's cache: which one */
    uint32_t next;  /* of the process, by address; or of the free list */
};

/* mmu/table.c. Entries of table t: entries[(t << widest) ...]. */
struct table {
    vm_pid pid;     /* 0: the kernel's, shared by all */
    uint8_t level;  /* 1 = last; 0: the table is free */
    uint32_t frame; /* plus one; 0: outside the frames */
    uint32_t used;  /* entries that are not 0 */
    vm_vpn base;    /* first page it translates */
};

/* mmu/tlb.c. Those of processor c follow c * tlb_each. Valid when epoch is that processor's. */
struct tlb_entry {
    uint64_t vpn;
    uint64_t pte;
    uint64_t used; /* clock of the last use; the least in a set is replaced */
    uint32_t epoch;
    uint16_t asid;
    bool leaving; /* mmu/shootdown.c: within an operation only, never after it */
};

/* mmu/hashed.c: a copy of the kernel's entry of a page, where the hardware looks. pid 0: empty. */
struct hash_row {
    vm_vpn vpn;
    uint64_t pte;
    vm_pid pid;
    uint32_t next; /* in the chain of its bucket, plus one */
};

/* older/piece.c: a stretch of memory that is given whole. They lie end to end; `at` stays. */
struct piece {
    vm_pa at;
    uint64_t bytes, asked;
    uint8_t state;  /* enum vm_piece_state */
    uint32_t users; /* segments that lie in it; of a slab: objects in use */
    uint32_t cache; /* of a slab */
    uint32_t after; /* the next by address; or of the free items */
    uint32_t next;  /* a hole's: in its list */
};
struct hole_list {
    uint32_t first, rover; /* rover: where next fit goes on */
};
/* older/segment.c. bytes 0: nobody's. */
struct segment_register {
    vm_pid pid;
    uint32_t number, name;
    vm_pa base; /* growing down: of the byte behind the last */
    uint64_t bytes;
    uint8_t prot;
    bool down, present;
    uint32_t share; /* segments with the same number are one memory; 0: its own */
};
/* older/slab.c. `step`: bytes from object to object. */
struct slab_cache {
    uint32_t name;
    uint64_t bytes, step, slab;
    uint32_t slabs, used;
};

struct cpu {
    vm_tid tid;
    uint8_t mode; /* enum vm_mode */
    uint16_t asid;
    uint32_t root;
    uint32_t epoch;
    bool used; /* somebody ran on it; derived */
};

/* race/: what the detector remembers; none of it is part of the description. */
struct race_access {
    vm_tid tid;            /* 0: none */
    uint32_t place, clock; /* FastTrack's epoch: whose clock said what */
    uint8_t access;        /* enum vm_access */
    bool atomic;
    uint32_t line, next;
    vm_va pc;
};
struct race_cell {
    uint64_t space, word; /* its key; space 0: free */
    uint32_t next;        /* with the same hash, or free */
    uint32_t row;         /* clock of those who released it; 0 none */
    struct race_access write;
    uint32_t reads; /* since then, list in `race_reads` */
};
struct race_report {
    vm_tid tid[2]; /* the earlier one first */
    uint8_t access[2];
    uint32_t line[2];
    vm_va pc[2];
    vm_pid pid;
    vm_va va; /* where the later one saw it */
};

#define POLICY_REGIONS_MAX 32

/* policy/policy.c: the next victims of a policy that goes by the least word; derived. */
#define ORDER_MAX 64
struct order {
    uint32_t n, at;
    vm_pid only; /* whose frames; 0: everybody's */
    vm_frame frame[ORDER_MAX];
    uint64_t word[ORDER_MAX];
};

struct future; /* machine/future.c: next uses of a recorded run, shared by clones */

struct vm_machine {
    struct vm_config config;
    struct vm_events *events; /* the sink of the operation in progress, or NULL: the fast path */
#define ARENA(type, name)                                                                          \
    type *name;                                                                                    \
    uint32_t name##_n, name##_room;
#include "machine/arenas.def"
#undef ARENA
    uint32_t free_rmap, free_word, free_vma, free_table; /* free lists */
    uint32_t free_activation, free_stack_word, free_signal_frame;
    uint32_t free_descriptor, free_file, free_chunk, free_channel, free_buffer;
    struct aside {
#define ARENA(type, name) uint64_t name;
#include "machine/arenas.def"
#undef ARENA
    } aside;            /* items reserved for what follows the operation's own work */
    bool setting_aside; /* RESERVE adds to it */
    uint32_t free_malloc_arena, free_malloc_heap;
    uint32_t stopped; /* derived: processes that are */
    uint32_t words_live;
    uint32_t frames_free, slots_free;
    uint32_t frame_hint, slot_hint; /* no free one below */
    struct cpu cpus[VM_CPUS_MAX];
    uint32_t on;                       /* the processor of the operation in progress */
    uint32_t tlb_each;                 /* TLB entries of one processor */
    struct shootdown {                 /* mmu/shootdown.c; all 0 between operations */
        uint32_t depth;                /* gathers in progress */
        uint32_t targets;              /* processors to interrupt: a bit each */
        uint32_t leaving[VM_CPUS_MAX]; /* entries of each that must go */
        uint32_t pages;                /* that the targets must forget */
    } shootdown;
    uint64_t queue_stamp;   /* of the thread that came last into the run queue */
    uint64_t futex_stamp;   /* of the thread that came last into a lock's queue */
    vm_tid first_pending;   /* calls that wait, the longest waiting first */
    uint64_t pending_stamp; /* of the call that began to wait last */
    uint64_t counter[vm_counter_count];
    uint64_t clock; /* references so far: the time of the policies */
    enum vm_policy_kind policy;
    uint64_t policy_due; /* when clock comes to it, the policy may let pages go; derived */
    uint32_t policy_base[POLICY_REGIONS_MAX];  /* derived: where each region begins */
    uint32_t policy_split[POLICY_REGIONS_MAX]; /* derived: the index of its first ghost's word */
    uint32_t ghost_base, ghost_stride;         /* derived: the ghosts' words, a row for each */
    uint8_t ghost_column[POLICY_REGIONS_MAX];
    uint32_t free_ghost; /* free list, slot plus one */
    struct incoming {    /* kernel/reclaim.c: the page for which a frame is being sought */
        bool page;       /* it is one that a policy will be told of */
        uint32_t object;
        uint64_t index;
    } incoming;
    struct order order; /* derived */
    struct future *future;
    struct vm_keys *recording;
    vm_watcher *watcher;
    void *watcher_ctx;
    struct vm_outcome outcome;
    vm_frame busy[2]; /* frames that the fault in progress uses: no victims */
    vm_pid payer;     /* to whom the frame being taken is charged */
    struct scope {
        bool narrow; /* victims only among the frames that `owner` owns; 0: nobody does */
        vm_pid owner;
    } scope;
    bool kswapd_awake; /* woken in this operation, by the allocation of: */
    vm_pid kswapd_waker;
    vm_pid doomed;             /* the process in need was chosen to die: when the operation ends */
    bool reaping;              /* the OOM killer ends a process in the middle of another's fault */
    vm_va pc;                  /* the instruction of the operation in progress; 0: unknown */
    vm_tid runner;             /* whose operation is in progress; 0: nobody's */
    uint32_t processes_before; /* processes made by the operation in progress follow */
    uint32_t files_dirty;      /* derived: frames of kind file that are dirty */
    uint32_t vdso; /* object of what the kernel offers to programs; 0: nobody asked yet */
    uint32_t first_piece, free_piece; /* older/piece.c: by address; free items */
    size_t memory;
    uint8_t widest;        /* bits of the widest level */
    vm_vpn user_end;       /* processes map pages below; the kernel's half lies above */
    uint32_t kernel_table; /* kernel/kernel_space.c: shared by all roots; 0: no kernel's half */
    uint32_t kernel_index; /* the root's entry for it */
    uint8_t shift[VM_LEVELS_MAX +
                  1]; /* of level l's index within the page number; level 1 is the last */
    uint64_t random;
    uint32_t race_stride;                                      /* race/clock.c: numbers in a row */
    uint32_t race_rows_free, race_cells_free, race_reads_free; /* free lists */
    uint32_t race_rows_used;                                   /* rows of keys */
    uint32_t race_hand;  /* the cell that was made longest ago, or near it */
    uint32_t race_line;  /* of the operation in progress */
    uint32_t race_range; /* words of ranges that it may still watch */
};

/* Emits a row when somebody looks on. */
#define EMIT_TO(sink, row, ...)                                                                    \
    do {                                                                                           \
        struct vm_events *sink_ = (sink);                                                          \
        if (sink_) {                                                                               \
            const struct vm_event_##row event_ = {__VA_ARGS__};                                    \
            vm_events_put(sink_, vm_event_##row, (const uint64_t *)&event_,                        \
                sizeof event_ / sizeof(uint64_t));                                                 \
        }                                                                                          \
    } while (0)
#define EMIT(m, row, ...) EMIT_TO((m)->events, row, __VA_ARGS__)

/* The processor of the operation in progress. */
static inline const struct cpu *cpu_of(const vm_machine *m)
{
    return &m->cpus[m->on];
}

static inline uint64_t page_size(const vm_machine *m)
{
    return UINT64_C(1) << m->config.page_shift;
}

static inline vm_vpn vpn_of(const vm_machine *m, vm_va va)
{
    return va >> m->config.page_shift;
}

static inline uint64_t pages_of(const vm_machine *m, uint64_t bytes)
{
    return (bytes >> m->config.page_shift) + ((bytes & (page_size(m) - 1)) != 0);
}

/* Pages of the whole address space of a process. */
static inline vm_vpn pages_in_space(const vm_machine *m)
{
    return UINT64_C(1) << (m->config.va_bits - m->config.page_shift);
}

/* The process whose mappings and tables a process runs in. */
static inline vm_pid mm_of(const vm_machine *m, vm_pid pid)
{
    return m->processes[pid].mm;
}

static inline bool on_paper(const vm_machine *m)
{
    return m->config.kind == vm_machine_kind_paper;
}

/* A machine without pages: memory is given in pieces (older/). */
static inline bool is_older(const vm_machine *m)
{
    return m->config.kind >= vm_machine_kind_base_bounds && m->config.kind <= vm_machine_kind_slab;
}

/* One whose processes have segments; else programs ask for pieces themselves. */
static inline bool has_segments(const vm_machine *m)
{
    return m->config.kind == vm_machine_kind_base_bounds ||
           m->config.kind == vm_machine_kind_segmentation;
}

/* machine/arena.c: room for `more` further items, so that taking them cannot fail. */
void *machine_resize(vm_machine *m, void *ptr, size_t old_size, size_t new_size);
enum vm_status arena_reserve(
    vm_machine *m, void **items, uint32_t n, uint32_t *room, uint64_t more, size_t size);
/* What a reservation comes to with the room that is set aside; setting aside adds up. */
static inline uint64_t aside_with(const vm_machine *m, uint64_t *aside, uint64_t more)
{
    if (m->setting_aside) {
        *aside += more;
        return *aside;
    }
    return *aside + more;
}
#define RESERVE(m, name, more)                                                                     \
    arena_reserve(m, (void **)&(m)->name, (m)->name##_n, &(m)->name##_room,                        \
        aside_with(m, &(m)->aside.name, more), sizeof *(m)->name)

/* machine/count.c. */
void count_aloud(vm_machine *m, vm_pid pid, enum vm_counter counter, int64_t delta);
static inline void count(vm_machine *m, vm_pid pid, enum vm_counter counter, int64_t delta)
{
    if (m->events) {
        count_aloud(m, pid, counter, delta);
        return;
    }
    m->counter[counter] += (uint64_t)delta;
    m->processes[pid].counter[counter] += pid ? (uint64_t)delta : 0;
}
void count_describe(const vm_machine *m, struct vm_events *events);

/* machine/cost.c. */
void cost_defaults(struct vm_config *config);
const char *cost_problem(const struct vm_config *config);
void cost_describe(const vm_machine *m, struct vm_events *events);

/* machine/future.c. */
uint64_t future_next(
    const vm_machine *m, uint64_t clock); /* of the clock-th reference; 0 never, unknown */
uint64_t future_end(const vm_machine *m);
void future_hold(struct future *future);
void future_drop(vm_machine *m);

/* machine/config_words.c */
void machine_describe(const vm_machine *m, struct vm_events *events);
void machine_set_word(vm_machine *m, enum vm_machine_word word, uint64_t old, uint64_t value);

#endif

/* SPDX-License-Identifier: MIT
 * One call being run, and what the calls share.
 */
#ifndef SCENARIO_CALL_H
#define SCENARIO_CALL_H

#include "scenario/run.h"

struct call {
    vm_run *run;
    struct actor *actor;
    const struct statement *statement;
    const struct expr *expr;
    const char *name; /* what the result is called; NULL: nothing */
    const struct expr *argument[8];
    unsigned arguments;
};

bool call_number(struct call *call, unsigned i, struct value *out); /* argument i */
/* A size in bytes, rounded up to pages with a word about it. */
bool call_size(struct call *call, const struct expr *argument, uint64_t *out);
const char *call_word(const struct expr *argument); /* NULL: no single name */
bool call_apply(struct call *call, struct vm_op op);
uint64_t call_result(const struct call *call);
/* Binds the result, or says that the call failed: that is something to look at, no error. */
bool call_keep(struct call *call, uint64_t bytes);

/* The range `x` or `x, size`: how much of it, by default all of the mapping. */
bool call_range(struct call *call, const struct expr *size, uint64_t *va, uint64_t *bytes);

bool call_mmap(struct call *call);
bool call_munmap(struct call *call);
bool call_mprotect(struct call *call);
bool call_madvise(struct call *call);
bool call_msync(struct call *call);
bool call_mremap(struct call *call);
bool call_mlock(struct call *call, bool lock); /* mlock, munlock */
bool call_brk(struct call *call);
bool call_sbrk(struct call *call);
bool call_malloc(struct call *call);
bool call_calloc(struct call *call);
bool call_realloc(struct call *call);
bool call_free(struct call *call);

/* call_file.c */
bool call_open(struct call *call);
/* r, w, rw, create, … of an argument; false: it is said what it is not. */
bool call_open_flags(struct call *call, const struct expr *argument, uint64_t *flags);
/* The name in quotes that is the first argument; 0: it is said what is wrong. */
uint32_t call_quoted_name(struct call *call);
bool call_close(struct call *call);
bool call_dup2(struct call *call);
bool call_transfer(struct call *call, bool reads); /* read, write */
bool call_lseek(struct call *call);
bool call_ftruncate(struct call *call);
bool call_fsync(struct call *call);
bool call_shm_open(struct call *call);
bool call_shm_unlink(struct call *call);
bool call_memfd_create(struct call *call);
/* call_process.c */
bool call_fork(struct call *call, bool vfork);
bool call_execve(struct call *call);
bool call_setuid(struct call *call);
bool call_setrlimit(struct call *call);
/* call_thread.c */
bool call_create(struct call *call);
bool call_join(struct call *call);
bool call_detach(struct call *call);
bool call_thread_exit(struct call *call);
/* call_cpu.c */
bool call_yield(struct call *call);
bool call_setpriority(struct call *call);
bool call_setaffinity(struct call *call);
/* call_sync.c */
bool call_sync(struct call *call, int action, bool *known); /* *known false: none of these */
bool call_cond_wait(struct call *call);
/* call_ipc.c */
bool call_pipe(struct call *call);
bool call_mq_open(struct call *call);
bool call_mq_unlink(struct call *call);
bool call_mq_send(struct call *call);
bool call_mq_receive(struct call *call);
/* call_signal.c */
bool call_kill(struct call *call);
bool call_pthread_kill(struct call *call);
bool call_sigaction(struct call *call);
bool call_sigprocmask(struct call *call);
bool call_pause(struct call *call);
/* call_older.c */
bool call_place(struct call *call);
bool call_share(struct call *call);
bool call_resize(struct call *call);
bool call_unload(struct call *call);
bool call_swap(struct call *call, bool in);
bool call_alloc(struct call *call);
bool call_release(struct call *call);
bool call_cache(struct call *call);
bool call_shrink(struct call *call);
/* call_user.c */
bool call_copy(struct call *call);

#endif

/* SPDX-License-Identifier: MIT
 * A script while it runs: its machine, its processes and what was recorded of their frames. The
 * test region lies at one fixed base, 1 GiB aligned, fenced by neighbours without any rights, as
 * the probes lay theirs.
 */
#ifndef COMMAND_TRUTH_WORLD_H
#define COMMAND_TRUTH_WORLD_H

#include "command/truth.h"

#define TRUTH_BASE UINT64_C(0x7e0000000000)
enum { TRUTH_PAGE = 4096, TRUTH_FENCE = 512, TRUTH_CODE = 4096 };

struct truth_who {
    char name[TRUTH_WHO];
    vm_pid pid, space; /* space: in whose address space it runs */
    vm_tid tid;
    int parent; /* index; -1: none */
};
struct truth_world {
    vm_machine *machine;
    const struct truth_script *script;
    struct truth_report *report;
    struct truth_who who[TRUTH_REGIONS];
    size_t whos;
    vm_va heap;                  /* where the heap began */
    vm_va code;                  /* of the function that calls itself */
    uint64_t block, block_bytes; /* what malloc gave last */
    uint32_t file, out_file, zero, null;
    uint64_t file_fd, out_fd, zero_fd, null_fd, memfd;
    uint64_t *recorded; /* frames of A, plus one, when a process first forked or moved it */
    size_t recorded_n;
    uint64_t peak; /* most mappings the first of them ever had */
};

/* False: the report says why. */
bool truth_world_begin(
    struct truth_world *world, const struct truth_script *script, struct truth_report *report);
void truth_world_end(struct truth_world *world);
/* Applies an operation; *value is its result. TRUTH_BROKEN, TRUTH_ERRNO or TRUTH_FINE. */
struct truth_outcome truth_apply(
    vm_machine *machine, const struct vm_op *op, struct vm_events *events, uint64_t *value);
struct truth_who *truth_who(struct truth_world *world, const char *name); /* NULL: never began */
vm_va truth_va(const struct truth_world *world, const struct truth_statement *s, uint64_t page);

/* truth_statement.c: does what it says, and how that ended. */
struct truth_outcome truth_perform(struct truth_world *world, const struct truth_step *step,
    const struct truth_statement *statement);

/* truth_thread.c. */
struct truth_outcome truth_thread_begin(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s);
struct truth_outcome truth_thread_join(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s);
struct truth_outcome truth_recurse(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s);
struct truth_outcome truth_malloc(
    struct truth_world *world, const struct truth_who *who, const struct truth_statement *s);

/* truth_measure.c: what is counted before and after an operation. */
struct truth_snap {
    int64_t field[TRUTH_FIELD_COUNT];
    struct truth_vmas vmas; /* `at` is the page number */
};
/* As /proc/PID/maps writes it; the name of a file is <file>. */
struct truth_vma truth_vma_of(const vm_machine *machine, const struct vm_vma_view *vma);
bool truth_snap(const vm_machine *machine, vm_pid pid, vm_pid space, struct truth_snap *out);
/* What of `before` is not in `after`. */
bool truth_vmas_minus(
    const struct truth_vmas *before, const struct truth_vmas *after, struct truth_vmas *out);
void truth_compare(const struct truth_world *world, const struct truth_step *step, size_t index,
    const struct truth_snap *before, const struct truth_snap *after,
    const struct truth_outcome *outcome);

/* truth_fact.c. */
int truth_fact_named(const char *name); /* -1: unknown */
void truth_fact_names(char *out, size_t room);
void truth_fact_record(
    struct truth_world *world, const struct truth_who *who, const struct truth_region *a);
void truth_fact_peak(struct truth_world *world);
uint64_t truth_fact_value(const struct truth_world *world, const struct truth_step *step);

#endif

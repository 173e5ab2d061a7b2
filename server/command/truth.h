/* SPDX-License-Identifier: MIT
 * vmscope truth: what a real kernel did, held against the engine. A file becomes scripts (parsed
 * whole, before anything runs); a script runs on a machine of its own; what it measures goes into a
 * report. Only vm/ headers know the engine here.
 */
#ifndef COMMAND_TRUTH_H
#define COMMAND_TRUTH_H

#include "vm/vm.h"
#include "wire/json_read.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    TRUTH_TEXT = 200,
    TRUTH_REGIONS = 26,
    TRUTH_STATEMENTS = 8, /* of one operation, separated by ; */
    TRUTH_WHO = 4,
    TRUTH_PROBLEM = 400
};
#define TRUTH_PAGES_MAX (UINT64_C(1) << 22)

/* ---- the file, and where in it something stands ---- */
struct truth_file {
    const char *name, *text;
    size_t length;
    FILE *complaints; /* NULL: nobody listens */
};
/* The value of the n-th key `key` of the text, `into` bytes behind its first character. */
void truth_complain(
    const struct truth_file *file, const char *key, size_t n, size_t into, const char *message);

/* ---- operations ---- */
enum truth_verb {
    TRUTH_NOP,
    TRUTH_MMAP,
    TRUTH_MUNMAP,
    TRUTH_MPROTECT,
    TRUTH_READ,
    TRUTH_WRITE,
    TRUTH_MADVISE,
    TRUTH_MREMAP,
    TRUTH_MSYNC,
    TRUTH_MLOCK,
    TRUTH_MUNLOCK,
    TRUTH_BRK,
    TRUTH_SYS_READ,
    TRUTH_SYS_WRITE,
    TRUTH_FORK,
    TRUTH_VFORK,
    TRUTH_EXIT,
    TRUTH_WAIT,
    TRUTH_THREAD,
    TRUTH_RECURSE, /* through so many pages of its stack, and back */
    TRUTH_MALLOC,
    TRUTH_MEMSET, /* all of the block that malloc gave last */
    TRUTH_JOIN,   /* the thread ends and is joined */
    TRUTH_DROP_CACHES
};
enum truth_backing {
    TRUTH_ANON,
    TRUTH_FILE, /* the script's file, all of it in the page cache */
    TRUTH_MEMFD,
    TRUTH_DEV_ZERO,
    TRUTH_DEV_NULL
};

struct truth_statement {
    enum truth_verb verb;
    char who[TRUTH_WHO];   /* P, C, G …; threads T0, T1 … */
    char other[TRUTH_WHO]; /* fork, vfork, thread: who begins */
    int region;            /* index in the script's regions; -1: none */
    int64_t base;          /* where it begins, pages from the script's base */
    bool heap;             /* …or from where the heap began */
    uint64_t from, to;     /* pages of the region, or 2 MiB regions of it */
    uint64_t step, within; /* read, write: pages from one touch to the next; which page of them */
    uint8_t prot;
    uint32_t flags; /* vm_map_bit_*, vm_mremap_bit_*, vm_msync_bit_* or an enum vm_advice */
    enum truth_backing backing;
    uint64_t offset; /* pages into the file */
    int64_t pages;   /* brk: by how many; mremap: the new size */
    bool moves;      /* mremap: to `target` pages from the base */
    int64_t target;
};

enum truth_ending { TRUTH_FINE, TRUTH_SIGNAL, TRUTH_ERRNO, TRUTH_BROKEN };
/* How an operation ended, or is to end. */
struct truth_outcome {
    enum truth_ending ending;
    enum vm_signo signo;
    enum vm_si_code code; /* none: not said */
    bool paged;           /* `page` was said */
    uint64_t page;
    enum vm_errno_code error;
    enum vm_status status; /* TRUTH_BROKEN: the engine refused */
};

struct truth_op {
    char text[TRUTH_TEXT];
    struct truth_statement statement[TRUTH_STATEMENTS];
    size_t n;
    struct truth_outcome outcome;
};

/* A named piece of the address space; pages are counted from the script's base. */
struct truth_region {
    char name;
    bool placed, heap;
    int64_t page;
    uint64_t pages; /* as last mapped */
};

/* The names a script has introduced so far, while it is parsed. */
struct truth_names {
    struct truth_region region[TRUTH_REGIONS];
    size_t regions;
    char who[TRUTH_REGIONS][TRUTH_WHO];
    size_t whos;
    int64_t next_place, stride; /* where a region without a place goes */
    int64_t moved;              /* where the last mremap moved to; -1: nowhere new */
    uint64_t moved_pages;
    uint64_t readahead;  /* pages of the machine's read-ahead; 0: as most kernels have it */
    uint64_t file_pages; /* as long as the script's file must be */
    int64_t end;         /* behind the last page of any region */
};
void truth_names_begin(struct truth_names *names, uint64_t largest);
/* False: `problem` says what is wrong, *at how many characters into the text. */
bool truth_parse(struct truth_names *names, const char *text, struct truth_op *op,
    char problem[TRUTH_PROBLEM], size_t *at);

/* ---- what is expected ---- */
enum truth_group { TRUTH_FAULTS, TRUTH_RSS, TRUTH_VMAS, TRUTH_FACTS, TRUTH_SIGNALS, TRUTH_GROUPS };
extern const char *const truth_group_name[TRUTH_GROUPS];

/* FIELD(name in the file, group, counter of the engine) */
#define TRUTH_FIELDS(FIELD)                                                                        \
    FIELD(minflt, TRUTH_FAULTS, minor)                                                             \
    FIELD(majflt, TRUTH_FAULTS, major)                                                             \
    FIELD(perf_faults, TRUTH_FAULTS, faults)                                                       \
    FIELD(rss_anon, TRUTH_RSS, rss_anon)                                                           \
    FIELD(rss_file, TRUTH_RSS, rss_file)                                                           \
    FIELD(rss_shmem, TRUTH_RSS, rss_shmem)                                                         \
    FIELD(swap, TRUTH_RSS, swapped)
enum truth_field {
#define FIELD(name, group, counter) truth_##name,
    TRUTH_FIELDS(FIELD)
#undef FIELD
        TRUTH_FIELD_COUNT
};

enum truth_at {
    TRUTH_AT_UNSAID,
    TRUTH_AT_BASE,  /* pages from A, or from the region that the operation names */
    TRUTH_AT_SCRIPT /* pages from the script's base */
};
struct truth_vma {
    enum truth_at from;
    int64_t at;
    uint64_t pages, offset; /* offset: into the file, told only in timelines */
    char perms[5], name[24];
};
struct truth_vmas {
    struct truth_vma *item;
    size_t n, room;
};
bool truth_vmas_add(struct truth_vmas *list, const struct truth_vma *vma);

struct truth_expect {
    int64_t field[TRUTH_FIELD_COUNT];
    int64_t vmas;
    struct truth_vmas removed, added;
};

enum truth_step_kind { TRUTH_STEP_OP, TRUTH_STEP_FACT };
struct truth_step {
    enum truth_step_kind kind;
    bool scored;
    struct truth_op op;
    struct truth_expect expect;
    int fact; /* row of truth_fact.c */
    int64_t value;
    struct truth_region a, b; /* regions A and B as they are here */
};
struct truth_script {
    char name[64];
    uint64_t readahead;  /* pages of the machine's read-ahead; 0: as most kernels have it */
    uint64_t file_pages; /* as long as its file is; 0: as long as its mappings need */
    struct truth_step *step;
    size_t steps, room;
    struct truth_names names; /* as they are at the end */
};
struct truth_scripts {
    struct truth_script *item;
    size_t n, room;
};
/* scenarios.json (an array) or fuzz.json (an object with seeds). False: complained. */
bool truth_read(const struct truth_file *file, const json_value *root, struct truth_scripts *out);
void truth_scripts_free(struct truth_scripts *scripts);

/* ---- what came of it ---- */
struct truth_miss {
    enum truth_group group;
    char where[64], text[TRUTH_TEXT];
    size_t index; /* of the operation, from 1 */
    char *expected, *got;
};
struct truth_report {
    uint64_t agree[TRUTH_GROUPS], of[TRUTH_GROUPS];
    struct truth_miss *miss;
    size_t misses, room;
    char *note; /* what is worth telling also when it agrees */
    size_t note_n;
    bool no_memory;
};
/* Counts one comparison; expected and got are kept (copied) when they differ. */
void truth_count(struct truth_report *report, enum truth_group group, bool agree, const char *where,
    size_t index, const char *text, const char *expected, const char *got);
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
void truth_note(struct truth_report *report, const char *format, ...);
void truth_print(FILE *out, const struct truth_report *report);
void truth_print_json(FILE *out, const struct truth_report *report);
void truth_report_free(struct truth_report *report);

/* ---- running ---- */
void truth_run(const struct truth_script *script, struct truth_report *report);
/* False: complained. */
bool truth_timeline(
    const struct truth_file *file, const json_value *root, struct truth_report *report);
bool truth_layout(
    const struct truth_file *file, const json_value *root, struct truth_report *report);
bool truth_policy(
    const struct truth_file *file, const json_value *root, struct truth_report *report);

#endif

/* SPDX-License-Identifier: MIT
 * The life of one program, from execve to exit: what goes into the engine are its ELF segments, its
 * system calls and the addresses it touched; faults and mappings come out and are compared.
 */
#ifndef COMMAND_TRUTH_TIMELINE_H
#define COMMAND_TRUTH_TIMELINE_H

#include "command/truth_strace.h"
#include "command/truth_world.h"

enum { TIMELINE_FILES = 64, TIMELINE_NAME = 96, TIMELINE_FDS = 256 };

struct timeline_file {
    char name[TIMELINE_NAME]; /* its path, or the name its mappings have */
    uint64_t bytes;
    uint32_t object;
};
struct timeline {
    const struct truth_file *source;
    const json_value *root;
    struct truth_report *report;
    vm_machine *machine;
    vm_pid pid;
    vm_tid tid;
    struct timeline_file file[TIMELINE_FILES];
    size_t files;
    int fd[TIMELINE_FDS]; /* index of its file, plus one */
    uint32_t scratch;     /* a file that the kernel copies from and to */
    uint64_t scratch_fd;
    bool scratch_open;
};

bool timeline_fail(const struct timeline *t, size_t event, const char *message);
bool timeline_apply(struct timeline *t, const struct vm_op *op, struct vm_events *events,
    struct truth_outcome *outcome, uint64_t *value);

/* truth_timeline_files.c: files and their sizes, before anything runs. */
bool timeline_files(struct timeline *t);
int timeline_file_named(const struct timeline *t, const char *name); /* -1: none */
/* A mapping has the name of a file: one begins as the last part of the other (libc and libc.so.6;
 * a link libx.so.0 and its target libx.so.0.11). */
bool timeline_same_name(const char *file, const char *mapping);

/* truth_timeline_exec.c. */
bool timeline_exec(struct timeline *t, const json_value *event, size_t index);

/* truth_timeline_call.c: performs a system call; false: it has nothing to do with memory. */
bool timeline_call(struct timeline *t, const struct strace_call *call,
    struct truth_outcome *outcome, uint64_t *value);

/* truth_timeline_compare.c. */
bool timeline_list(const struct timeline *t, struct truth_vmas *out);
bool timeline_read_vmas(const json_value *list, struct truth_vmas *out);
void timeline_compare_lists(struct timeline *t, size_t index, const char *text,
    const struct truth_vmas *want, const struct truth_vmas *got);
void timeline_compare_changes(struct timeline *t, size_t index, const char *text,
    const json_value *event, const struct truth_vmas *before, const struct truth_vmas *after);
void timeline_compare_number(struct timeline *t, enum truth_group group, size_t index,
    const char *text, const json_value *want, uint64_t got);
/* What became of a touch. */
struct timeline_touch {
    vm_va va;
    enum vm_access access;
    bool kernel;
};
void timeline_touch(
    struct timeline *t, const json_value *event, size_t index, const struct timeline_touch *touch);

#endif

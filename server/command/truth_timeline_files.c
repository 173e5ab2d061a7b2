/* SPDX-License-Identifier: MIT
 * The files of a timeline. Opened ones have the size that fstat told, or that their mappings need;
 * the program and its interpreter are as long as their segments. All are in the page cache, as
 * after an earlier run.
 */
#include "command/truth_timeline.h"

#include <string.h>

bool timeline_same_name(const char *file, const char *mapping)
{
    const char *slash = strrchr(file, '/'), *last = slash ? slash + 1 : file;
    size_t n = strlen(last), m = strlen(mapping);
    return strncmp(last, mapping, n < m ? n : m) == 0;
}

int timeline_file_named(const struct timeline *t, const char *name)
{
    for (size_t i = 0; i < t->files; i++) {
        if (strcmp(t->file[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static int file_add(struct timeline *t, const char *name)
{
    int found = timeline_file_named(t, name);
    if (found >= 0 || t->files == TIMELINE_FILES) {
        return found;
    }
    struct timeline_file *file = &t->file[t->files];
    *file = (struct timeline_file){0};
    snprintf(file->name, sizeof file->name, "%s", name);
    return (int)t->files++;
}

static void at_least(struct timeline_file *file, uint64_t bytes)
{
    file->bytes = bytes > file->bytes ? bytes : file->bytes;
}

/* A mapping of the new program: anonymous and the kernel's own have no file. */
static void note_mapping(struct timeline *t, const json_value *mapping)
{
    const char *name = json_text(json_get(mapping, "name"));
    uint64_t pages = 0, offset = 0;
    if (name[0] == '[' || strcmp(name, "anon") == 0) {
        return;
    }
    int file = file_add(t, name);
    json_u64(json_get(mapping, "pages"), &pages);
    json_u64(json_get(mapping, "file_off_pages"), &offset);
    if (file >= 0) {
        at_least(&t->file[file], (offset + pages) * TRUTH_PAGE);
    }
}

/* fd: which file a descriptor names while the calls are read in order, plus one. */
static void note_call(struct timeline *t, int *fd, const struct strace_call *call)
{
    char path[TIMELINE_NAME];
    bool at = strcmp(call->name, "openat") == 0;
    if (!call->failed && call->result < TIMELINE_FDS && (at || strcmp(call->name, "open") == 0)) {
        fd[call->result] =
            strace_text(call, at ? 1 : 0, path, sizeof path) ? file_add(t, path) + 1 : 0;
    }
    bool stat = strcmp(call->name, "newfstatat") == 0 || strcmp(call->name, "fstat") == 0;
    bool map = strcmp(call->name, "mmap") == 0;
    uint64_t number = strace_number(call, map ? 4 : 0);
    if (call->failed || (!stat && !map) || number >= TIMELINE_FDS || !fd[number]) {
        return;
    }
    struct timeline_file *file = &t->file[fd[number] - 1];
    for (size_t i = 0; stat && i < call->n; i++) {
        at_least(file, strace_size(call->argument[i]));
    }
}

static bool make(struct timeline *t, uint32_t name, struct timeline_file *file)
{
    struct truth_outcome outcome;
    uint64_t value;
    struct vm_op op = {.kind = vm_op_kind_file,
        .u.file = {.name = name, .bytes = file->bytes ? file->bytes : TRUTH_PAGE}};
    if (!timeline_apply(t, &op, NULL, &outcome, &value)) {
        return false;
    }
    file->object = (uint32_t)value;
    struct vm_op warm = {.kind = vm_op_kind_warm, .u.warm = {.object = value}};
    return timeline_apply(t, &warm, NULL, &outcome, &value);
}

bool timeline_files(struct timeline *t)
{
    int fd[TIMELINE_FDS] = {0};
    struct strace_call call;
    for (const json_value *v = json_first(json_get(t->root, "timeline")); v; v = json_next(v)) {
        const char *type = json_text(json_get(v, "type"));
        for (const json_value *m = json_first(json_get(v, "vmas")); m && strcmp(type, "exec") == 0;
             m = json_next(m)) {
            note_mapping(t, m);
        }
        if (strcmp(type, "syscall") == 0 && strace_parse(json_text(json_get(v, "what")), &call)) {
            note_call(t, fd, &call);
        }
    }
    struct timeline_file scratch = {.bytes = TRUTH_PAGE};
    bool good = true;
    for (size_t i = 0; i < t->files && good; i++) {
        good = make(t, (uint32_t)i + 2, &t->file[i]);
    }
    good = good && make(t, TIMELINE_FILES + 2, &scratch);
    t->scratch = scratch.object;
    if (!good) {
        truth_count(t->report, TRUTH_SIGNALS, false, "timeline", 0, "make the files", "done",
            "the engine refuses");
    }
    return good;
}

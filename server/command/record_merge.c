/* SPDX-License-Identifier: MIT
 * The order of slices: round robin over the processes that may run. When none may (a log is
 * missing, a wait was for a stranger), the next one runs all the same: no line is lost.
 */
#include "command/record_merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct merge {
    struct merge_log *log;
    size_t n;
    uint64_t most;
    merge_write *write;
    void *ctx;
    struct merge_total *total;
};

void merge_log_release(struct merge_log *log)
{
    if (log->in) {
        fclose(log->in);
    }
    free(log->path);
    free(log->maps);
    free(log->line);
    *log = (struct merge_log){0};
}

static struct merge_log *log_of(const struct merge *m, uint64_t pid)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->log[i].pid == pid) {
            return &m->log[i];
        }
    }
    return NULL;
}

/* A mapping of the program, as Valgrind runs it: not Valgrind's own, not the host's stack. */
static bool is_programs(const char *name, uint64_t start)
{
    const uint64_t tool = 0x38000000, stack = UINT64_C(0x1ff0000000),
                   stack_end = UINT64_C(0x2000000000);
    if (*name == '[' || strstr(name, "/valgrind/") || strstr(name, "vgdb-pipe")) {
        return false;
    }
    return *name || start < tool || (start >= stack && start < stack_end);
}

static bool write_maps(struct merge *m, const struct merge_log *log)
{
    for (const char *at = log->maps; at && *at;) {
        const char *end = strchr(at, '\n');
        size_t n = end ? (size_t)(end - at) : strlen(at);
        char line[600], text[700], prot[8];
        uint64_t start, stop, offset;
        int name_at = 0;
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), at);
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &start, &stop, prot,
                &offset, &name_at) >= 4 &&
            prot[0] != '-' && is_programs(line + name_at, start)) {
            const char *name = line[name_at]                    ? line + name_at
                               : start > UINT64_C(0x1ff0000000) ? "[stack]"
                                                                : "";
            int length = snprintf(text, sizeof text,
                "--%" PRIu32 "-- vmscope: map %" PRIx64 "-%" PRIx64 " %s %" PRIx64 " %s\n",
                log->pid, start, stop, prot, offset, name);
            if (!m->write(m->ctx, text, (size_t)length)) {
                return false;
            }
        }
        at += n + (end != NULL);
    }
    return true;
}

/* False: the end, or it cannot be read. */
static bool next_line(struct merge_log *log)
{
    if (!log->length) {
        log->length = getline(&log->line, &log->room, log->in);
        log->length = log->length > 0 ? log->length : 0;
    }
    return log->length > 0;
}

/* What a line means for the order. True: it must wait. */
static bool holds_up(struct merge *m, struct merge_log *log)
{
    const char *made = strstr(log->line, " created child "), *result;
    if (made) {
        struct merge_log *child = log_of(m, strtoull(made + 15, NULL, 10));
        if (child) {
            child->ready = true;
        }
    }
    if (!strstr(log->line, "](61) ") || !(result = strstr(log->line, "Success(0x"))) {
        return false;
    }
    const struct merge_log *child = log_of(m, strtoull(result + 8, NULL, 16));
    log->waits_for = child && !child->ended && child != log ? child->pid : 0;
    return log->waits_for != 0;
}

static bool is_record(const char *line)
{
    return line[0] == 'I' || (line[0] == ' ' && line[1] != '-' && line[1] != '\0');
}

static bool run_slice(struct merge *m, struct merge_log *log)
{
    char head[64];
    int n = snprintf(head, sizeof head, "--%" PRIu32 "-- vmscope: runs\n", log->pid);
    if (!log->begun && (!write_maps(m, log) || !(log->in = fopen(log->path, "r")))) {
        return false;
    }
    m->total->processes += !log->begun;
    log->begun = true;
    if (m->n > 1 && !m->write(m->ctx, head, (size_t)n)) {
        return false;
    }
    for (int i = 0; i < MERGE_SLICE; i++) {
        if (!next_line(log)) {
            log->ended = true;
            return !ferror(log->in);
        }
        bool call = log->line[0] == 'S';
        if (call && m->n > 1 && log->waits_for == 0 && holds_up(m, log)) {
            return true;
        }
        log->waits_for = 0;
        if (!m->write(m->ctx, log->line, (size_t)log->length)) {
            return false;
        }
        m->total->lines++;
        m->total->records += is_record(log->line);
        log->length = 0;
        if (m->total->records == m->most) {
            m->total->cut = true;
            return true;
        }
    }
    return true;
}

static bool may_run(const struct merge *m, const struct merge_log *log)
{
    const struct merge_log *child = log->waits_for ? log_of(m, log->waits_for) : NULL;
    return !log->ended && (log->ready || log->root) && (!child || child->ended);
}

bool record_merge(struct merge_log *logs, size_t n, uint64_t most, merge_write *write, void *ctx,
    struct merge_total *total)
{
    struct merge m = {logs, n, most, write, ctx, total};
    *total = (struct merge_total){0};
    for (size_t at = 0; !total->cut;) {
        size_t chosen = n;
        for (size_t k = 0; k < n && chosen == n; k++) {
            chosen = may_run(&m, &logs[(at + k) % n]) ? (at + k) % n : n;
        }
        for (size_t k = 0; k < n && chosen == n; k++) {
            chosen = !logs[k].ended ? k : n;
        }
        if (chosen == n) {
            return true;
        }
        if (!run_slice(&m, &logs[chosen])) {
            return false;
        }
        at = chosen + 1;
    }
    return true;
}

/* SPDX-License-Identifier: MIT
 * System calls in a lackey log, as valgrind's --trace-syscalls=yes writes them:
 *
 *   SYSCALL[12,1](9) sys_mmap ( 0x0, 8192, 3, 34, 4294967295, 0 ) --> [pre-success] Success(0x48)
 *   SYSCALL[12,1](61) sys_wait4 ( 4294967295, 0x0, 0, 0x0 ) --> [async] ...
 *   SYSCALL[12,1](61) ... [async] --> Success(0x3054)
 *   SYSCALL[12,1](56) sys_clone ( 1200011, 0x0, 0x0 )   clone(fork): process 12 created child 13
 *    --> [pre-success] Success(0xd)
 *   SYSCALL[12,1](59) sys_execve ( 0x1ffe(/bin/true), 0x2, 0x3 )
 *
 * mmap's protection and flags are decimal, clone's flags hex without 0x, a descriptor of -1 is
 * 4294967295. execve has no result when it worked, and no newline either.
 * What is handed on has its result; a call whose result never came is passed over.
 */
#include "trace/reader.h"

#include <stdlib.h>
#include <string.h>

struct text {
    const char *at, *end;
};

static bool skip(struct text *t, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(t->end - t->at) < n || memcmp(t->at, word, n) != 0) {
        return false;
    }
    t->at += n;
    return true;
}

static bool skip_past(struct text *t, const char *word)
{
    for (struct text from = *t; from.at < from.end; from.at++) {
        struct text here = from;
        if (skip(&here, word)) {
            *t = here;
            return true;
        }
    }
    return false;
}

static bool decimal(struct text *t, uint64_t *value)
{
    const char *from = t->at;
    *value = 0;
    while (t->at < t->end && *t->at >= '0' && *t->at <= '9' && t->at - from < 19) {
        *value = *value * 10 + (uint64_t)(*t->at++ - '0');
    }
    return t->at > from && !(t->at < t->end && *t->at >= '0' && *t->at <= '9');
}

static bool hex(struct text *t, uint64_t *value)
{
    size_t used = trace_hex(t->at, (size_t)(t->end - t->at), value);
    t->at += used;
    return used > 0;
}

static const struct {
    uint64_t number;
    unsigned least;
} calls[] = {
#define TRACE_CALL(id, name, number, least) {number, least},
#include "vm/trace_calls.def"
#undef TRACE_CALL
};

static int call_numbered(uint64_t number)
{
    for (int kind = 0; kind < vm_trace_call_kind_count; kind++) {
        if (calls[kind].number == number) {
            return kind;
        }
    }
    return -1;
}

static void keep_name(struct vm_trace_call *call, const char *text, size_t n)
{
    n = n < VM_TRACE_NAME_MAX - 1 ? n : VM_TRACE_NAME_MAX - 1;
    for (size_t i = 0; i < n; i++) {
        call->name[i] = text[i];
        if (text[i] < ' ' || text[i] > '~') {
            call->name[i] = '?';
        }
    }
    call->name[n] = '\0';
}

/* "0x1ffe(/bin/true), 0x2 )": the numbers; the first text in parentheses becomes the call's name.
 */
static unsigned arguments(struct text *t, struct vm_trace_call *call)
{
    unsigned n = 0;
    bool bare = call->kind == vm_trace_call_clone;
    while (n < VM_TRACE_CALL_ARGS && t->at < t->end) {
        while (skip(t, " ")) {
        }
        uint64_t value;
        if (!(skip(t, "0x") || bare ? hex(t, &value) : decimal(t, &value))) {
            break;
        }
        call->arg[n++] = value == UINT32_MAX ? UINT64_MAX : value;
        struct text name = *t, end = *t;
        if (skip(&name, "(") && skip_past(&end, "), ")) {
            if (call->kind == vm_trace_call_execve && n == 1) {
                keep_name(call, name.at, (size_t)(end.at - 3 - name.at));
            }
            t->at = end.at - 2;
        }
        if (!skip(t, ",")) {
            break;
        }
    }
    while (skip(t, " ")) {
    }
    return skip(t, ")") ? n : 0;
}

/* "Success(0x4835000)" or "Failure(0x2)" somewhere in what is left. */
static bool result(struct text *t, struct vm_trace_call *call)
{
    struct text good = *t, bad = *t;
    bool worked = skip_past(&good, "Success(0x");
    if (!worked && !skip_past(&bad, "Failure(0x")) {
        return false;
    }
    call->failed = !worked;
    return hex(worked ? &good : &bad, &call->result);
}

static void hand_on(vm_trace_reader *reader, struct vm_trace_call *call)
{
    reader->report.calls++;
    if (!reader->calls || reader->stopped) {
        return;
    }
    trace_flush(reader);
    call->before = reader->report.references;
    reader->stopped = reader->stopped || !reader->calls(reader->calls_ctx, call);
}

static struct trace_unfinished *unfinished(vm_trace_reader *reader, uint64_t pid, uint64_t thread)
{
    for (size_t i = 0; i < TRACE_UNFINISHED; i++) {
        struct trace_unfinished *u = &reader->unfinished[i];
        if (u->used && u->pid == pid && u->call.thread == thread) {
            return u;
        }
    }
    return NULL;
}

static void set_aside(vm_trace_reader *reader, uint64_t pid, const struct vm_trace_call *call)
{
    struct trace_unfinished *u = unfinished(reader, pid, call->thread);
    if (!u) {
        u = &reader->unfinished[reader->unfinished_next++ % TRACE_UNFINISHED];
    }
    *u = (struct trace_unfinished){true, pid, *call};
    reader->newest = u;
}

/* A result on a line of its own ends the call that was begun last. */
static void late_result(vm_trace_reader *reader, struct trace_unfinished *u, struct text *t)
{
    if (u && u->used && result(t, &u->call)) {
        u->used = false;
        hand_on(reader, &u->call);
    } else {
        reader->report.calls_passed++;
    }
}

void lackey_call(vm_trace_reader *reader, const char *line, size_t n)
{
    struct text t = {line, line + n};
    uint64_t pid, thread, number;
    if (skip(&t, " --> ")) {
        late_result(reader, reader->newest, &t);
        return;
    }
    bool read = skip(&t, "SYSCALL[") && decimal(&t, &pid) && skip(&t, ",") &&
                decimal(&t, &thread) && skip(&t, "](") && decimal(&t, &number) && skip(&t, ") ");
    int kind = read ? call_numbered(number) : -1;
    if (kind < 0) {
        reader->newest = NULL;
        reader->report.calls_passed++;
        return;
    }
    if (skip(&t, "... ")) {
        struct trace_unfinished *u = unfinished(reader, pid, thread);
        late_result(reader, u && (int)u->call.kind == kind ? u : NULL, &t);
        return;
    }
    struct vm_trace_call call = {.kind = (enum vm_trace_call_kind)kind,
        .process = reader->process,
        .thread = (uint32_t)thread};
    if (!skip_past(&t, "(") || arguments(&t, &call) < calls[kind].least) {
        reader->newest = NULL;
        reader->report.calls_passed++;
    } else if (result(&t, &call) || (kind == vm_trace_call_execve && !skip_past(&t, "-->"))) {
        hand_on(reader, &call);
    } else {
        set_aside(reader, pid, &call);
    }
}

static bool choose_process(vm_trace_reader *reader, uint32_t pid)
{
    if (reader->pids_n == 0 && reader->report.references + reader->batch_n > 0) {
        reader->pids[reader->pids_n++] = 0; /* somebody ran before anybody was named */
    }
    size_t at = 0;
    while (at < reader->pids_n && reader->pids[at] != pid) {
        at++;
    }
    if (at == VM_TRACE_PROCESSES_MAX) {
        return false;
    }
    if (at == reader->pids_n) {
        reader->pids[reader->pids_n++] = pid;
        reader->report.processes = (uint32_t)reader->pids_n;
    }
    reader->process = (uint16_t)at;
    reader->process_bits = (vm_vpn)at << VM_TRACE_VPN_BITS;
    return true;
}

/* "400000-401000 r-xp 1000 /bin/ls" */
static bool mapping(struct text *t, struct vm_trace_call *call)
{
    static const char letters[] = "rwx";
    if (!hex(t, &call->arg[0]) || !skip(t, "-") || !hex(t, &call->arg[1]) || !skip(t, " ") ||
        t->end - t->at < 5 || call->arg[0] >= call->arg[1]) {
        return false;
    }
    for (unsigned i = 0; i < 3; i++) {
        call->arg[2] |= (uint64_t)(t->at[i] == letters[i]) << i;
    }
    call->arg[3] = t->at[3] == 's';
    t->at += 5;
    if (!hex(t, &call->arg[4])) {
        return false;
    }
    skip(t, " ");
    keep_name(call, t->at, (size_t)(t->end - t->at));
    return true;
}

void lackey_note(vm_trace_reader *reader, const char *line, size_t n)
{
    struct text t = {line, line + n};
    uint64_t pid;
    if (!skip(&t, "--") || !decimal(&t, &pid) || !skip(&t, "-- vmscope: ")) {
        return;
    }
    struct vm_trace_call call = {.kind = vm_trace_call_map};
    bool read = pid <= UINT32_MAX && choose_process(reader, (uint32_t)pid);
    if (read && skip(&t, "map ")) {
        call.process = reader->process;
        read = mapping(&t, &call);
        if (read) {
            hand_on(reader, &call);
        }
    }
    if (!read) {
        trace_torn(reader, 1, "not understood, or too many processes", line, n);
    }
}

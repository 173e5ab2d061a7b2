/* SPDX-License-Identifier: MIT
 * System calls as strace would list them, newest first: who, which, its arguments as the operation
 * has them, what came back. A call that waits is told twice: where it began, and where it returned.
 * Everything is read off the operations' own events; nothing after `before` is looked at.
 */
#include "lab/parts.h"
#include "lab/reply.h"

#include <stdlib.h>
#include <string.h>

enum { CALLS_MAX = 500, CHUNK = 64, SCAN_US = 300000, ASK_EVERY = 4096 };

enum what { WHAT_CALL, WHAT_RETURN, WHAT_SIGNAL, WHAT_EXIT, WHAT_THREAD_EXIT };
static const char *const whats[] = {"call", "return", "signal", "exit", "thread_exit"};

struct told {
    enum what what;
    uint64_t op;
    uint32_t micro;
    uint64_t who;  /* thread; of an exit the process */
    uint64_t kind; /* the call; vm_op_kind_count: unknown */
    uint64_t line; /* of the scenario */
    bool own;      /* the operation is this call: `args` are its fields */
    bool returned, failed;
    uint64_t value; /* what came back; of an exit its code */
    uint64_t reason;
    uint64_t args[VM_OP_ARGS_MAX]; /* of a signal: number, code, address */
};

struct list {
    struct told *item; /* owned; oldest first within an operation, turned round at its end */
    size_t n, room;
    bool failed;
};

static struct told *more(struct list *list)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        struct told *item = realloc(list->item, room * sizeof *item);
        if (!item) {
            list->failed = true;
            return NULL;
        }
        list->item = item;
        list->room = room;
    }
    struct told *told = &list->item[list->n++];
    *told = (struct told){.kind = vm_op_kind_count};
    return told;
}

/* The call of this operation from which that thread has not come back. */
static struct told *open_call(struct list *list, size_t first, uint64_t tid)
{
    for (size_t i = list->n; i-- > first;) {
        struct told *told = &list->item[i];
        bool call = told->what == WHAT_CALL || told->what == WHAT_RETURN;
        if (call && told->who == tid && !told->returned) {
            return told;
        }
    }
    return NULL;
}

static struct told *coming_back(struct list *list, size_t first, uint64_t tid)
{
    struct told *told = open_call(list, first, tid);
    if (told) {
        return told;
    }
    told = more(list);
    if (told) {
        told->what = WHAT_RETURN;
        told->who = tid;
    }
    return told;
}

/* Too many changes to be told: the operation itself says what was called. */
static bool is_call(unsigned kind)
{
    static const uint16_t large[] = {vm_op_kind_mmap, vm_op_kind_munmap, vm_op_kind_mprotect,
        vm_op_kind_brk, vm_op_kind_fork, vm_op_kind_vfork, vm_op_kind_execve, vm_op_kind_exit,
        vm_op_kind_mremap, vm_op_kind_madvise, vm_op_kind_mlock, vm_op_kind_munlock};
    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        if (large[i] == kind) {
            return true;
        }
    }
    return false;
}

static void take(struct list *list, size_t first, const struct vm_op *op, const struct vm_event *e)
{
    struct told *told = NULL;
    switch (e->kind) {
    case vm_event_bulk:
        if (!is_call(op->kind)) {
            return;
        }
        told = more(list);
        if (told) {
            told->who = lab_op_task(op);
            told->kind = op->kind;
        }
        break;
    case vm_event_syscall:
        told = more(list);
        if (told) {
            told->who = e->word[0];
            told->kind = e->word[1];
        }
        break;
    case vm_event_call_failed:
        if ((told = coming_back(list, first, e->word[0]))) {
            told->failed = true;
            told->reason = e->word[1];
        }
        return;
    case vm_event_syscall_return:
        if ((told = coming_back(list, first, e->word[0]))) {
            told->returned = true;
            told->value = e->word[1];
        }
        return;
    case vm_event_signal:
        if ((told = more(list))) {
            told->what = WHAT_SIGNAL;
            told->who = e->word[0];
            memcpy(told->args, e->word + 1, 3 * sizeof *told->args);
        }
        return;
    case vm_event_exited:
    case vm_event_thread_exited:
        if ((told = more(list))) {
            told->what = e->kind == vm_event_exited ? WHAT_EXIT : WHAT_THREAD_EXIT;
            told->who = e->word[0];
            told->value = e->word[1];
        }
        return;
    default:
        return;
    }
    if (told && told->kind == op->kind) {
        told->own = true;
        memcpy(told->args, op->u.arg, sizeof told->args);
    }
}

static void turn_round(struct told *item, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct told swapped = item[i];
        item[i] = item[n - 1 - i];
        item[n - 1 - i] = swapped;
    }
}

/* One operation's events. */
static void take_all(
    struct list *list, const vm_history *history, uint64_t n, const uint8_t *bytes, size_t length)
{
    size_t first = list->n;
    uint32_t micro = 0;
    struct vm_event event;
    struct vm_op op;
    if (vm_history_op(history, n, &op) != VM_OK) {
        return;
    }
    for (size_t at = 0; vm_event_next(bytes, length, &at, &event);) {
        micro += !vm_event_desc(event.kind)->change;
        size_t before = list->n;
        take(list, first, &op, &event);
        if (list->n > before) {
            list->item[before].op = n;
            list->item[before].micro = micro;
            list->item[before].line = op.line;
        }
    }
}

/* Operations (from, to], the newest first. */
static bool take_chunk(struct list *list, vm_history *history, uint64_t from, uint64_t to)
{
    struct vm_events events = {0};
    size_t ends[CHUNK], first = list->n;
    while (from < to && !list->failed) {
        uint64_t reached = from;
        vm_events_clear(&events);
        if (vm_history_events(history, from, to, SIZE_MAX, &events, ends, &reached) != VM_OK ||
            reached == from) {
            list->failed = true;
            break;
        }
        for (uint64_t n = from; n < reached; n++) {
            size_t begin = n == from ? 0 : ends[n - from - 1];
            take_all(list, history, n + 1, events.bytes + begin, ends[n - from] - begin);
        }
        from = reached;
    }
    vm_events_release(&events);
    turn_round(list->item + first, list->n - first);
    return !list->failed;
}

/* Using memory calls nobody; only the signal of a refused access is worth a line. */
static bool quiet(struct vm_mark mark)
{
    return mark.kind <= vm_op_kind_set && mark.kind >= vm_op_kind_preset_map &&
           !(mark.flags & (VM_MARK_SIGNAL | VM_MARK_BULK));
}

/* What returned later, called what it is called where it began. */
static void name_returns(struct list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        struct told *back = &list->item[i];
        for (size_t k = i + 1; back->what == WHAT_RETURN && k < list->n; k++) {
            const struct told *began = &list->item[k];
            if (began->what == WHAT_CALL && began->who == back->who && !began->returned) {
                back->kind = began->kind;
                break;
            }
        }
    }
}

static void put(struct json *json, const struct told *told)
{
    char position[40];
    lab_position_text((struct vm_position){told->op, told->micro}, position);
    json_object(json);
    json_key_string(json, "at", position);
    json_key_string(json, "what", whats[told->what]);
    json_key_number(json, told->what == WHAT_EXIT ? "pid" : "tid", told->who);
    json_key_number(json, "line", told->line);
    if (told->kind < vm_op_kind_count) {
        json_key_string(json, "call", vm_op_desc((unsigned)told->kind)->name);
    }
    size_t args = told->what == WHAT_SIGNAL ? 3
                  : told->own               ? vm_op_desc((unsigned)told->kind)->fields_n
                                            : 0;
    if (args) {
        json_key(json, "args");
        json_array(json);
        for (size_t i = 0; i < args; i++) {
            json_big(json, told->args[i]);
        }
        json_array_end(json);
    }
    if (told->returned || told->what == WHAT_EXIT || told->what == WHAT_THREAD_EXIT) {
        json_key(json, "value");
        json_big(json, told->value);
    }
    if (told->failed) {
        json_key_string(json, "errno", vm_enum_name("errno_code", (unsigned)told->reason));
    }
    json_object_end(json);
}

/* Down from `before` until there are `count`, or time is up. Returns the last operation not seen.
 */
static uint64_t collect(struct list *list, vm_history *history, uint64_t before, uint64_t count)
{
    uint64_t until = lab_cpu_us() + SCAN_US, to = before;
    for (uint64_t looked = 0; to && list->n < count && !list->failed; looked++) {
        if (looked % ASK_EVERY == 0 && looked && lab_cpu_us() > until) {
            break;
        }
        if (quiet(vm_history_mark(history, to))) {
            to--;
            continue;
        }
        uint64_t from = to > CHUNK ? to - CHUNK : 0;
        if (!take_chunk(list, history, from, to)) {
            break;
        }
        to = from;
        if (lab_cpu_us() > until) {
            break;
        }
    }
    return to;
}

void lab_calls(struct lab_session *s, const struct lab_request *r)
{
    uint64_t before, count;
    if (!json_u64(json_get(r->json, "before"), &before) ||
        !json_u64(json_get(r->json, "count"), &count)) {
        lab_error(s, r, "field", "`before` and `count` are whole numbers");
        return;
    }
    if (before > lab_run_end(s->run) || count < 1 || count > CALLS_MAX) {
        lab_error(s, r, "range", "0 <= before <= operations, and a count of 1 to 500");
        return;
    }
    struct list list = {0};
    struct json json = {0};
    uint64_t from = collect(&list, s->run->history, before, count);
    if (list.failed) {
        lab_error(s, r, "memory", "no memory left for the calls of this run");
    } else {
        name_returns(&list);
        lab_begin(&json, "calls", r->has_id, r->id);
        json_key_number(&json, "from", from);
        json_key_number(&json, "to", before);
        json_key(&json, "calls");
        json_array(&json);
        for (size_t i = 0; i < list.n; i++) {
            put(&json, &list.item[i]);
        }
        json_array_end(&json);
        lab_say(s, &json);
    }
    free(list.item);
}

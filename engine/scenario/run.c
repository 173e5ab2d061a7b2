/* SPDX-License-Identifier: MIT
 * The executor: frames of statements, one operation after the other, stoppable between any two.
 */
#include "scenario/thread.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Statements and loop rounds that may come to nothing, for each operation of the limit. */
enum { WORK_PER_OPERATION = 16 };

void *run_grow(void **array, size_t *length, size_t *capacity, size_t size)
{
    if (*length == *capacity) {
        size_t room = *capacity ? *capacity * 2 : 8;
        void *grown = realloc(*array, room * size);
        if (!grown) {
            return NULL;
        }
        *array = grown;
        *capacity = room;
    }
    return (char *)*array + (*length)++ * size;
}

const vm_machine *run_machine(const vm_run *run)
{
    return run->history ? vm_history_head(run->history) : run->machine;
}

bool run_error(vm_run *run, struct place place, const char *hint, const char *format, ...)
{
    char message[sizeof((struct vm_diagnostic *)0)->message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    diagnose(&run->diagnostics, place, hint, "%s", message);
    run->failed = true;
    return false;
}

bool run_no_memory(vm_run *run)
{
    run->limited = run->starved = true;
    return run_error(run, (struct place){1, 1, 1}, "", "the host has no memory left for this run");
}

void run_warn(vm_run *run, struct place place, const char *hint, const char *message)
{
    for (size_t i = 0; i < run->diagnostics.length; i++) {
        const struct vm_diagnostic *one = &run->diagnostics.item[i];
        if (one->line == place.line && one->column == place.column &&
            strcmp(one->message, message) == 0) {
            return;
        }
    }
    diagnose_warning(&run->diagnostics, place, hint, "%s", message);
}

/* ---- notes ---- */
static bool add_note(vm_run *run, const struct statement *statement)
{
    if (run->probe) {
        return true;
    }
    if (run->notes >= FINDINGS_MAX) {
        run->limited = true;
        return run_error(run, statement->place, "put it before the loop",
            "more than %d notes and questions", (int)FINDINGS_MAX);
    }
    void *array = run->note;
    struct vm_note *note = run_grow(&array, &run->notes, &run->notes_capacity, sizeof *note);
    run->note = array;
    if (!note) {
        return run_no_memory(run);
    }
    memset(note, 0, sizeof *note);
    note->line = statement->place.line;
    note->position = run->operations;
    note->kind = statement->kind == STATEMENT_NOTE       ? VM_NOTE_TEXT
                 : statement->kind == STATEMENT_BOOKMARK ? VM_NOTE_BOOKMARK
                 : statement->kind == STATEMENT_SECTION  ? VM_NOTE_SECTION
                                                         : VM_NOTE_ASK;
    snprintf(note->at, sizeof note->at, "%s", statement->word ? statement->word : "");
    size_t n = strlen(statement->name);
    n = n < sizeof note->text - 1 ? n : sizeof note->text - 1;
    while (n > 0 && ((unsigned char)statement->name[n] & 0xC0) == 0x80) {
        n--; /* not within a character */
    }
    memcpy(note->text, statement->name, n);
    if (statement->kind == STATEMENT_ASK) {
        ask_begin(run, run->notes - 1, statement);
    }
    return true;
}

static bool set_policy(vm_run *run, const struct statement *statement)
{
    int policy = vm_policy_named(statement->name);
    if (policy < 0) {
        return run_error(run, statement->name_place, "fifo, lru, clock, opt",
            "there is no policy `%.60s`", statement->name);
    }
    struct vm_op op = {.kind = vm_op_kind_set_policy, .u.set_policy = {.policy = (uint64_t)policy}};
    return run_apply(run, statement->place, &op);
}

bool run_start(vm_run *run, const struct statement *statement)
{
    size_t program = 0;
    if (run->config.memory && strcmp(statement->word, "empty") != 0) {
        return run_error(run, statement->place, "A = start empty, then A: code = place(2K, rx)",
            "on a machine without pages a process starts empty");
    }
    if (strcmp(statement->word, "empty") != 0) {
        program = setup_program(run, statement->place, statement->word);
        if (!program || !setup_terminal(run, statement->place)) {
            return false;
        }
    }
    uint32_t label = name_id(&run->names, statement->name);
    if (!label) {
        return run_no_memory(run);
    }
    struct vm_op op = {.kind = vm_op_kind_start,
        .u.start = {.label = label, .program = program ? run->program[program - 1].object : 0}};
    return run_apply(run, statement->place, &op) &&
           actor_new(run, statement->name, (vm_pid)vm_last(run_machine(run))->value, program, NULL);
}

/* ---- statements ---- */
static bool is_declared(const vm_run *run, const struct statement *statement)
{
    return run->at == 0 && run->chunk[0].scenario && statement->kind <= STATEMENT_PARAM;
}

static bool execute(
    vm_run *run, const struct statement *statement, const struct subject *subject, bool *again)
{
    switch ((enum statement_kind)statement->kind) {
    case STATEMENT_TITLE:
    case STATEMENT_SHOWS:
        return true;
    case STATEMENT_FILE:
    case STATEMENT_PROGRAM:
        return is_declared(run, statement) || setup_declare(run, statement);
    case STATEMENT_MACHINE:
    case STATEMENT_PARAM:
    case STATEMENT_THREAD:
    case STATEMENT_OBJECT:
        return is_declared(run, statement) ||
               run_error(run, statement->place, "write it into the text, above the first process",
                   "this belongs to the beginning of a scenario");
    case STATEMENT_START:
        return run_start(run, statement);
    case STATEMENT_SET_POLICY:
        return set_policy(run, statement);
    case STATEMENT_COMPARE:
        return run->probe || run_compare(run, statement, again);
    case STATEMENT_EXPECT:
        return run->probe || run_expect(run, statement);
    case STATEMENT_ASK:
    case STATEMENT_NOTE:
    case STATEMENT_BOOKMARK:
        return add_note(run, statement);
    case STATEMENT_SECTION:
        run->section_at = run->operations;
        return add_note(run, statement);
    case STATEMENT_REPEAT:
        return block_repeat(run, statement, subject);
    case STATEMENT_IF:
    case STATEMENT_WHILE:
        return block_branch(run, statement, subject);
    case STATEMENT_TICK:
        return run_tick(run, statement);
    case STATEMENT_COMPACT:
        return run_compact(run, statement);
    case STATEMENT_RUN:
        return run_schedule(run, statement, again);
    default:
        return run_action(run, subject, statement, again);
    }
}

static bool work(vm_run *run, struct place place)
{
    uint64_t most = run->config.limits.operations ? run->config.limits.operations : 1000000;
    if (++run->work / WORK_PER_OPERATION > most) {
        run->limited = true;
        return run_error(run, place, "repeat less often",
            "this goes round too often: more than %llu statements",
            (unsigned long long)most * (unsigned)WORK_PER_OPERATION);
    }
    return true;
}

/* The line's access faulted into a handler: the line is to run again behind it. */
static bool repeats_fault(
    vm_run *run, const struct statement *statement, const struct subject *subject)
{
    bool again = false;
    const struct actor *actor =
        subject && statement->kind >= STATEMENT_ASSIGN ? subject_actor(run, subject) : NULL;
    return actor && fault_to_repeat(run, actor->tid) && fault_repeat(run, statement, &again) &&
           again;
}

/* One statement, or the end of a block. */
static void step(vm_run *run)
{
    struct frame *frame = &run->frame[run->frames - 1];
    const struct statement *statement = frame->next;
    bool stepped = false;
    if (run->handlers && !run->schedule.active) {
        struct place place = statement ? statement->place : (struct place){1, 1, 1};
        if (!signals_step(run, place, &stepped) || stepped) {
            return;
        }
    }
    if (!statement) {
        const struct statement *loop = frame->loop;
        block_end(run);
        if (loop) {
            work(run, loop->place);
        }
        return;
    }
    if (statement == run->stop) {
        run->ended = true;
        return;
    }
    const struct subject *subject = statement->subject ? statement->subject : frame->subject;
    bool again = false;
    frame->next = statement->next;
    if (execute(run, statement, subject, &again) && run->handlers && !again) {
        again = repeats_fault(run, statement, subject);
    }
    frame->next = again && !run->failed ? statement : frame->next;
    if (!run->failed) {
        ask_settle(run);
        work(run, schedule_place(run, statement->place));
    }
}

/* At the end of a chunk that was cut, the statement that would go on, or fail, is not there any
 * more. */
static void step_or_cut(vm_run *run)
{
    size_t told = run->diagnostics.length, errors = run->diagnostics.errors;
    bool last = run->operations >= run->chunk[run->at].until;
    step(run);
    if (run->cut || (last && run->failed)) {
        run->cut = run->failed = run->limited = false;
        run->diagnostics.length = told;
        run->diagnostics.errors = errors;
        run->variables = run->parameters;
        run->frames = 0;
    }
}

static bool begin_chunk(vm_run *run)
{
    const struct statement *first = run->chunk[run->at].scenario->first;
    run->frames = 0;
    run->reference = 0;
    run->cell = 0;
    run->schedule = (struct schedule){0};
    run->variables = run->parameters;
    return block_push(run, (struct frame){.next = first}, (struct place){1, 1, 1});
}

static enum vm_status make_machine(vm_run *run)
{
    if (run->probe) {
        enum vm_status status = vm_machine_new(&run->config, &run->machine);
        if (status == VM_OK && run->future.length && !run->recording) {
            status = vm_set_future(run->machine, &run->future);
        }
        if (status == VM_OK && run->recording) {
            vm_record_keys(run->machine, &run->future);
        }
        return status;
    }
    struct vm_history_options options = {.count_events = true};
    enum vm_status status = vm_history_new(&run->config, &options, &run->history);
    if (status == VM_OK && run->future.length) {
        status = vm_history_with_future(run->history, &run->future);
    }
    return status;
}

static bool prepare(vm_run *run)
{
    run->prepared = true;
    bool knows = run->config.policy == vm_policy_kind_opt && !run->recording;
    if (knows && !run->future.length && !run_record(run)) {
        return false;
    }
    enum vm_status status = make_machine(run);
    if (status != VM_OK) {
        run->starved = status == VM_NOMEM;
        run->limited = status == VM_NOMEM || status == VM_LIMIT;
        return run_error(run, (struct place){1, 1, 1}, "a smaller machine may fit",
            "the machine cannot be built: %s", vm_status_words(status));
    }
    return run_setup(run) && begin_chunk(run);
}

static enum vm_run_reason reason_of(const vm_run *run)
{
    return run->limited  ? VM_RUN_LIMIT
           : run->failed ? VM_RUN_ERROR
           : run->ended  ? VM_RUN_DONE
                         : VM_RUN_MORE;
}

enum vm_run_reason vm_run_go(vm_run *run, uint64_t budget)
{
    if (!run->prepared) {
        prepare(run);
    }
    uint64_t from = run->operations, worked = run->work, effort = run->effort;
    while (!run->failed && !run->ended) {
        run->chunk[run->at].end = run->operations;
        if (run->frames == 0 && run->at + 1 >= run->chunks) {
            run->ended = true;
        } else if (run->frames == 0) {
            run->at++;
            begin_chunk(run);
        } else if (run->operations - from >= budget ||
                   (run->work - worked) / WORK_PER_OPERATION + run->effort - effort > budget) {
            return VM_RUN_MORE;
        } else {
            step_or_cut(run);
        }
    }
    run->chunk[run->at].end = run->operations;
    return reason_of(run);
}

/* SPDX-License-Identifier: MIT
 * A scenario being run. Invariants:
 * 1. A run is a function of its chunks, overrides and configuration: running it again gives the
 * same operations, so that a branch is a run that stops earlier.
 * 2. Everything a statement needs to go on later lies in the frames; vm_run_go can stop between any
 * two operations.
 * 3. Loops are lazy: memory does not grow with what a loop repeats.
 */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "scenario/tree.h"

/* A name of a process: an address from mmap and the like, or a register of its thread. */
struct binding {
    uint32_t name;
    bool is_register;
    uint64_t value, bytes; /* bytes 0: not a mapping */
};
struct actor {
    uint32_t label; /* name: of the process, or of the thread within it */
    vm_pid pid;
    vm_tid tid;
    bool is_thread;          /* the first member of a struct thread; else a process */
    size_t program;          /* index + 1 into run.programs; 0 none */
    struct binding *binding; /* owned */
    size_t bindings, capacity;
    size_t base;            /* a thread in a function: what lies below is its callers' */
    uint32_t awaited;       /* name that its waiting call will give a value; 0: none */
    uint64_t awaited_bytes; /* of the mapping that the value is the start of */
};
/* A program, library or plain file: an object of the machine. */
struct program {
    const char *name;
    uint32_t object;
    const struct statement *declared; /* NULL: built in */
    bool has_locks;                   /* those that the text declares, in its data, */
    uint64_t locks_at;                /* from this byte on */
};
struct variable { /* param or loop counter */
    const char *name;
    uint64_t value;
};

#define FINDINGS_MAX 10000 /* notes of a run, and expectations */
#define FRAMES_MAX 140     /* more than the parser nests */
struct frame {
    const struct statement *next;
    const struct statement *loop; /* whose body this is; NULL: plain block */
    const struct subject *subject;
    uint64_t left, index; /* repeat: rounds left after this one, value of the counter */
    bool counts;          /* it owns the topmost variable */
};

/* Reading memory in an expression of a body is an operation of its own; it has to come first. */
struct wanted {
    bool any;
    vm_va va;
    struct place place;
    uint32_t name; /* register that the value goes into */
};

/* `run …` in progress; all zero: none is. */
struct schedule {
    bool active;
    uint64_t slice, most;       /* statements between two ticks; `steps N` */
    uint64_t units;             /* done so far */
    uint64_t random;            /* of `run random seed S` */
    uint64_t deadlocks;         /* of the machine when it began */
    const struct expr *order;   /* next one of `run order` */
    vm_tid tid;                 /* whose unit is in progress; 0: nobody's */
    bool counted;               /* the operation of that unit is done: what follows is free */
    uint32_t cpu;               /* whose turn it is */
    vm_tid last[VM_CPUS_MAX];   /* who ran on each processor, */
    uint64_t used[VM_CPUS_MAX]; /* and its statements since then or the last tick */
};

/* The scenario, then each appended line; `until` is where a branch cut it. */
struct chunk {
    vm_scenario *scenario; /* held */
    uint64_t until;        /* operations of the run at its end at most; UINT64_MAX: all of it */
    uint64_t end;          /* operations of the run when it ended */
};

struct name_table {
    char **text; /* owned; id = index + 1 */
    size_t length, capacity;
    uint32_t *slot; /* hash: id or 0 */
    size_t slots;
};

/* An `ask` whose key is not known yet. */
enum { ASKED_MAX = 8 };
struct asked {
    size_t note;
    const struct expr *expr;
};
/* After so many operations there were so many names. */
struct naming {
    uint64_t operations;
    uint32_t names;
};

struct override_copy {
    char *name, *value;
};

struct vm_run {
    /* what it is a function of */
    struct chunk *chunk;
    size_t chunks, chunks_capacity;
    uint32_t cut_lines; /* a branch: lines of the text that it keeps, and of how many chunks */
    size_t cut_chunks;
    struct override_copy *override;
    size_t overrides;
    struct vm_config config; /* of the machine */
    bool probe;              /* a cell of `compare` or OPT's recording: no notes, no expectations */
    bool recording;          /* a probe that writes down OPT's future */
    size_t parameters;       /* of the variables, the bottom ones */
    const struct statement *stop; /* probe: ends before this statement */

    /* where it is */
    vm_history *history; /* NULL in a probe */
    vm_machine *machine; /* of a probe */
    struct vm_keys future;
    bool prepared; /* machine made, files declared */
    size_t at;     /* chunk that runs */
    struct frame frame[FRAMES_MAX];
    size_t frames;
    size_t reference; /* inside `refs` */
    uint64_t cell;    /* inside `compare` */
    uint64_t operations, work, compared;
    uint64_t effort; /* copies made by a search, in operations: only a slice is measured by it */
    uint64_t clock_before; /* of the last operation, nanoseconds */
    uint64_t section_at;   /* operations before the last `section` */
    uint64_t random;
    struct schedule schedule;
    struct search *search; /* owned: of the last run of many schedules; NULL: none yet */
    struct wanted wanted;
    enum vm_op_kind applied; /* the last operation */
    vm_va pc;                /* of the statement being done; 0: a line's */
    struct thread *now;      /* whose body's statement is being done; NULL: a line of the text */
    uint64_t units;          /* of the last `run` */
    bool awaited;            /* somebody's call waits whose result has a name */
    bool ended, failed, limited;
    bool handlers;                    /* some signal has a body as its handler */
    const struct statement *repeated; /* whose access is made again after a handler */
    unsigned tries;
    bool starved;         /* the host refused memory */
    bool (*over)(void *); /* vm_run_watch; NULL: nobody is in a hurry */
    void *watch;
    bool cut; /* the next operation lies behind the chunk's `until` */

    /* what it knows */
    struct name_table names;
    struct actor *actor;
    size_t actors, actors_capacity;
    struct thread **thread; /* owned, each on its own: they stay where they are */
    size_t threads, threads_capacity;
    struct program *program;
    size_t programs, programs_capacity;
    struct variable *variable;
    size_t variables, variables_capacity;

    /* what it found */
    struct vm_diagnostics diagnostics;
    struct vm_expectation *expectation;
    size_t expectations, expectations_capacity;
    struct vm_note *note;
    size_t notes, notes_capacity;
    struct vm_compare_row *row;
    size_t rows, rows_capacity;
    struct asked asked[ASKED_MAX]; /* questions before the statement that they are about */
    size_t asks;
    struct naming *naming; /* where the table of names grew */
    size_t namings, namings_capacity;
};

/* Grows an array by one element; NULL without memory. */
void *run_grow(void **array, size_t *length, size_t *capacity, size_t size);
const vm_machine *run_machine(const vm_run *run);
/* A located error of the run: it ends here. Returns false. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
bool run_error(vm_run *run, struct place place, const char *hint, const char *format, ...);
bool run_no_memory(vm_run *run);
/* A located warning, once a place. */
void run_warn(vm_run *run, struct place place, const char *hint, const char *message);

/* ---- names.c ---- */
uint32_t name_id(struct name_table *names, const char *text); /* 0 without memory */
const char *name_text(const struct name_table *names, uint32_t id);
void names_release(struct name_table *names);
void name_mark(vm_run *run); /* after an operation: which names are known */
struct actor *actor_named(vm_run *run, const char *label); /* the newest of that label */
bool actor_new(
    vm_run *run, const char *label, vm_pid pid, size_t program, const struct actor *parent);
/* execve: another program, and no names and threads yet. */
void actor_exec(vm_run *run, const struct actor *caller, size_t program);
/* The process whose thread it is: its names are shared by all of its threads. */
struct actor *actor_process(vm_run *run, const struct actor *actor);
const struct actor *actor_process_const(const vm_run *run, const struct actor *actor);
/* The result of a call: of a line a name of the process, in a body one of the thread. A call that
 * waits gives its result later. */
bool actor_bind_value(
    vm_run *run, struct actor *actor, const char *name, uint64_t value, uint64_t bytes);
bool actor_bind_result(vm_run *run, struct actor *actor, const char *name, uint64_t bytes);
/* Calls that waited and are complete give their names their values. */
bool actors_settle(vm_run *run);
#define WHO_MAX 100
const char *actor_words(const vm_run *run, const struct actor *actor, char out[WHO_MAX]); /* A.T1 */
bool actor_bind(vm_run *run, struct actor *actor, const char *name, struct binding binding);
const struct binding *actor_binding(const vm_run *run, const struct actor *actor, const char *name);
const struct program *program_named(const vm_run *run, const char *name);
/* A value's name for a person: `A` or `A.heap`. */
const char *label_of(const vm_run *run, vm_pid pid);

/* ---- setup.c ---- */
/* Declares files and programs, evaluates parameters. False: diagnostics say why. */
bool run_setup(vm_run *run);
bool setup_declare(vm_run *run, const struct statement *statement); /* one file or program */
/* A program that the text lacks but everybody knows; an error when nobody does. */
bool setup_known(vm_run *run, struct place place, const char *name);
/* The program's index + 1; 0: an error says that there is none. */
size_t setup_program(vm_run *run, struct place place, const char *name);
/* ---- setup_lock.c ---- */
/* `mutex m`: where it lies behind the first declared lock. False: nobody declares it. */
bool setup_lock_offset(const vm_run *run, const char *name, uint64_t *offset);
uint64_t setup_lock_bytes(const vm_run *run); /* of all of them */
enum vm_lock_kind setup_lock_kind(const vm_run *run, const char *name);
bool setup_lock_values(vm_run *run, uint32_t object, uint64_t at);
/* The declared name of what lies there; NULL: none. */
const char *setup_lock_called(vm_run *run, const struct actor *actor, uint64_t va);
bool setup_lock_names(vm_run *run);                            /* each once */
bool setup_lock_inherits(const vm_run *run, const char *name); /* mutex m = inherit */
void setup_offer_locks(const vm_run *run, struct suggestion *suggestion);
/* ---- setup_device.c ---- */
bool setup_devices(vm_run *run, const struct statement *block); /* those that its lines need */
bool setup_terminal(vm_run *run, struct place place);
bool setup_declare_device(vm_run *run, const struct statement *statement);
/* /dev/pts/0, /dev/null and /dev/zero exist once somebody needs them; other paths are no matter. */
bool setup_device(vm_run *run, struct place place, const char *path);
bool setup_remember(vm_run *run, const char *path, uint32_t object); /* a file that was made */
bool config_of(vm_run *run); /* the machine, from text and overrides */
/* The options that say what happens when memory is short, and what time costs. */
enum config_taken { CONFIG_NOT_MINE, CONFIG_TAKEN, CONFIG_WRONG };
enum config_taken config_scarcity(vm_run *run, const struct expr *option);
enum config_taken config_scarcity_override(vm_run *run, const struct override_copy *override);
void config_scarcity_words(struct suggestion *suggestion);

/* ---- setup_owner.c ---- */
/* mode 0755, uid 1000, pie, interpreter /lib/ld.so, … are no parts of a file but say something of
 * all of it. */
bool setup_is_property(const char *word, bool program);
bool setup_properties(vm_run *run, const struct statement *statement, uint32_t object);
/* `data { counter = 1 }`: the values that the linker writes into the file from byte `at` on. */
bool setup_values(vm_run *run, const struct expr *segment, uint32_t object, uint64_t at);

/* ---- lookup.c, eval.c ---- */
struct value {
    uint64_t number;
    uint64_t bytes;            /* of the mapping it is the start of; 0 unknown */
    const struct actor *owner; /* whose address; NULL: a plain number */
    bool shared;               /* several processes have a name for it */
    bool address;              /* print it in hex */
};
#define VALUE_NONE UINT64_MAX
/* actor NULL: an expression of nobody's (expect, repeat): names are looked up in every process. */
bool eval(vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out);
bool run_tick(vm_run *run, const struct statement *statement);           /* call_cpu.c */
bool run_compact(vm_run *run, const struct statement *statement);        /* call_older.c */
bool eval_constant(vm_run *run, const struct expr *expr, uint64_t *out); /* no process needed */
/* The name of one process, or predefined there: text, data, stack, sp, libc.text, counter. */
bool lookup_in(const vm_run *run, const struct actor *actor, const char *const *part,
    unsigned parts, struct value *out);
/* A name where nobody acts: every living process that has it. */
bool lookup_common(vm_run *run, const struct expr *expr, struct value *out);
/* Says that nobody, or this process, has the name. Returns false. */
bool lookup_failed(vm_run *run, const struct actor *actor, const struct expr *expr);
bool is_alive(const vm_run *run, const struct actor *actor);
uint64_t page_bytes(const vm_run *run);
uint64_t random_draw(vm_run *run, uint64_t from, uint64_t to);

/* ---- ask.c ---- */
void ask_begin(vm_run *run, size_t note, const struct statement *statement);
void ask_settle(vm_run *run); /* after each statement */

/* ---- eval_words.c, expect.c ---- */
bool run_expect(vm_run *run, const struct statement *statement);
/* frames(x), pa(x), faults, … : a call or word that only `expect` and friends know. *known says if
 * so. */
bool eval_word(vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out,
    bool *known);

/* Parts of its calls: `A`, a process that was ever started, or NULL; `x` or `A, x`; whose address
 * it is; the pages it stands for: its mapping, or the page it lies in. */
const struct actor *eval_process(vm_run *run, const struct expr *expr);
bool eval_address(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out);
const struct actor *eval_owner(vm_run *run, const struct expr *call, const struct value *value);
void eval_range(const vm_run *run, const struct value *value, vm_vpn *start, vm_vpn *end);
/* eval_state.c: words about a page's or a mapping's state. */
bool eval_files(vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out,
    bool *known); /* eval_files.c */
bool eval_state(vm_run *run, const struct actor *actor, const struct expr *call, struct value *out,
    bool *known);

bool eval_policy(vm_run *run, const struct expr *call, struct value *out); /* eval_policy.c */
bool eval_policy_page(vm_run *run, const struct expr *call, struct value *out);
/* eval_scarcity.c: words about memory that is short, and about time. */
bool eval_scarcity(vm_run *run, const struct expr *expr, struct value *out, bool *known);
/* eval_older.c: words about memory that is given in pieces. */
bool eval_older(vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out,
    bool *known);
/* eval_figures.c: words about a stretch of the run. */
bool eval_figures(vm_run *run, const struct expr *expr, struct value *out, bool *known);
/* eval_threads.c: words about threads, and what they are compared with. */
bool eval_threads(vm_run *run, const struct expr *expr, struct value *out, bool *known);
/* Whose name: A.heap is A's, A.T1.r and T1.r a thread's. *skip: the parts that say so. */
const struct actor *eval_whose(
    vm_run *run, const struct actor *actor, const struct expr *expr, unsigned *skip);
/* eval_sync.c: words about locks. */
bool eval_sync(vm_run *run, const struct actor *actor, const struct expr *call, struct value *out,
    bool *known);
bool eval_owner_word(
    vm_run *run, const struct expr *left, const struct expr *right, struct value *out);
/* eval_signals.c */
bool eval_signals(vm_run *run, const struct expr *expr, struct value *out, bool *known);
bool eval_parent_word(
    vm_run *run, const struct expr *left, const struct expr *right, struct value *out);
bool eval_task_word(const struct expr *left, const struct expr *right, struct value *out);
const char *task_word_of(const struct expr *call, uint64_t value); /* NULL: it is a number */

/* ---- run_block.c ---- */
bool block_push(vm_run *run, struct frame frame, struct place place);
bool block_repeat(vm_run *run, const struct statement *statement, const struct subject *subject);
bool block_branch(/* if and while */
    vm_run *run, const struct statement *statement, const struct subject *subject);
bool block_end(vm_run *run); /* another round, or out */
/* ---- action.c, call.c ---- */
bool run_apply(vm_run *run, struct place place, struct vm_op *op);
bool run_action(
    vm_run *run, const struct subject *subject, const struct statement *statement, bool *again);
bool run_call(vm_run *run, struct actor *actor, const struct statement *statement,
    const struct expr *call, const char *name);
bool run_start(vm_run *run, const struct statement *statement);
bool run_references(
    vm_run *run, const struct actor *actor, const struct statement *statement, bool *again);
bool run_preset(vm_run *run, struct actor *actor, const struct statement *statement);
bool run_store_text(vm_run *run, struct actor *actor, const struct statement *statement);
bool run_invoke(vm_run *run, struct actor *actor, const struct statement *statement);
bool run_return(vm_run *run, struct actor *actor, const struct statement *statement);
int prot_of(const char *text); /* r, rw, rx, rwx, none; -1 */

bool run_act(vm_run *run, struct actor *actor, const struct statement *statement, bool *again);
/* Where a function of the process lies; false: it has no code. */
bool function_at(
    const vm_run *run, const struct actor *actor, const struct expr *function, uint64_t *out);
bool function_of_body(
    const vm_run *run, const struct actor *actor, const char *name, uint64_t *out);

/* ---- compare.c ---- */
bool run_compare(vm_run *run, const struct statement *statement, bool *again);
bool run_record(vm_run *run); /* OPT's future */
enum vm_status run_copy(
    const vm_run *run, bool probe, vm_run **out); /* same inputs, nothing done yet */

bool run_add_chunk(vm_run *run, const vm_scenario *scenario, uint64_t until);

/* ---- check.c ---- */
/* What cannot run yet, and words that are nobody's. */
void check_statements(
    const vm_scenario *scenario, const vm_run *known, struct vm_diagnostics *diagnostics);

/* call_ipc.c: what p.read and p.write are, after p = pipe(). */
bool pipe_end_in(
    const vm_run *run, const struct actor *actor, const char *const *part, struct value *out);

#endif

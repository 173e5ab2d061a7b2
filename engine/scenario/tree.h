/* SPDX-License-Identifier: MIT
 * The tree that the parser builds and the executor walks. All of it lies in the scenario's arena
 * and is never changed after parsing. Texts are NUL-terminated.
 */
#ifndef SCENARIO_TREE_H
#define SCENARIO_TREE_H

#include "scenario/lexer.h"

/* ---- memory of one scenario ---- */
struct arena_chunk;
struct arena {
    struct arena_chunk *chunk;
    bool failed; /* an allocation was refused; everything after it too */
};
void *arena_take(struct arena *arena, size_t size); /* zeroed; NULL without memory */
const char *arena_text(struct arena *arena, const char *text, size_t length);
void arena_release(struct arena *arena);

/* ---- expressions ---- */
enum expr_kind {
    EXPR_NUMBER, /* value */
    EXPR_STRING, /* text, escapes resolved */
    EXPR_PATH,   /* text */
    EXPR_NAME,   /* part[0..parts-1]: heap, A.heap, A.libc.text */
    EXPR_DEREF,  /* *left */
    EXPR_NOT,    /* not left */
    EXPR_MINUS,  /* -left */
    EXPR_BINARY, /* left op right */
    EXPR_PAGES,  /* left pages */
    EXPR_RANGE,  /* left..right */
    EXPR_CALL,   /* part[0..parts-1](arguments) */
    EXPR_WORD,   /* text left: `at 0x1000`, `locals 64`, `frames 8` */
    EXPR_LIST    /* [arguments], or the values of an option */
};
enum operator_kind {
    OP_OR,
    OP_AND,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_BOR,
    OP_BAND,
    OP_SHL,
    OP_SHR,
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_MOD,
    OP_COUNT
};
#define NAME_PARTS_MAX 3
struct expr {
    uint8_t kind, op, parts;
    struct place place;
    uint64_t value;
    const char *text; /* texts, words; of a name: its last part */
    const char *part[NAME_PARTS_MAX];
    struct expr *left, *right, *arguments;
    struct expr *next; /* in a list of arguments */
};

/* ---- statements ---- */
enum statement_kind {
#define STATEMENT(name) STATEMENT_##name,
#include "scenario/statements.def"
#undef STATEMENT
};

struct reference {
    uint64_t vpn;
    bool write;
};
struct subject {
    const char *process, *thread; /* thread NULL: the main thread */
    struct place place;
};
struct statement {
    uint8_t kind;
    uint32_t number; /* within a body, in the order of the text */
    struct place place;
    const char *text;              /* as written, without comment */
    const struct subject *subject; /* of an action; NULL: the block's */
    const char *name;              /* what is declared, assigned, counted or noted */
    struct place name_place;
    const char *word;       /* a second word: order, rr, always, cow, the machine's kind */
    struct expr *target;    /* *target = value */
    struct expr *value;     /* right side, condition, count, first number of a range */
    struct expr *last;      /* end of a range, frames of a preset */
    struct expr *arguments; /* options, policies, parameters */
    struct statement *body, *otherwise;
    struct reference *references;
    size_t references_n;
    struct statement *next;
};

struct vm_scenario {
    char *source;
    size_t length;
    struct tokens tokens;
    struct arena arena;
    struct statement *first;
    const char *title;
    uint8_t shows[vm_concept_count]; /* enum vm_concept, each once */
    size_t shows_n;
    _Atomic uint32_t
        holders; /* how many runs and callers hold it; vm_scenario_free gives one back */
};
/* Another holder of the same scenario. */
vm_scenario *scenario_hold(const vm_scenario *scenario);
/* A line without a version line, for vm_run_append; its first line counts as `line`. */
enum vm_status scenario_parse_line(const char *text, size_t length, uint32_t line,
    struct vm_diagnostics *diagnostics, vm_scenario **out);

/* ---- words of the language (words.c) ---- */
enum action_kind {
    ACTION_NONE,
#define ACTION(name, least, most, stage, usage, words, about) ACTION_##name,
#include "scenario/actions.def"
#undef ACTION
    ACTION_COUNT
};
struct action_word {
    const char *name, *usage;
    uint8_t least, most; /* arguments */
    bool later;          /* parsed, but needs a part of the engine that is not there yet */
};
const struct action_word *action_word(enum action_kind kind);
enum action_kind action_named(const char *name);
void suggest_action(struct suggestion *suggestion);
/* The operation exists and takes so many arguments; else a diagnostic says what is wrong. */
bool check_call(struct vm_diagnostics *diagnostics, const struct expr *call);
/* Words that `expect` knows besides counters, with what they take. */
const char *const *expect_words(size_t *n);
/* `x86-64` to enum vm_machine_kind; -1: none. -2: known, not yet. */
int machine_named(const char *name);
void suggest_machine(struct suggestion *suggestion);

#endif

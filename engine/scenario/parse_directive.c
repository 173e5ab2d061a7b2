/* SPDX-License-Identifier: MIT
 * Statements without a subject: expect, ask, note, repeat, run, compare, preset, set policy.
 */
#include "scenario/arguments.h"
#include "scenario/parse.h"

#include <string.h>

/* expect fault WORD: `none`, `cow`, `segv maperr`, … to the row of enum vm_fault. */
static bool parse_fault(struct parser *parser, struct statement *statement)
{
    static const char hint[] =
        "none, zero, minor, major, cow, reuse, segv maperr, segv accerr, bus, oom";
    const struct token *token = parse_peek(parser);
    statement->name_place = token->place;
    const char *word = parse_name(parser, "a kind of fault", hint);
    if (!word) {
        return false;
    }
    char name[32] = "";
    if (strcmp(word, "segv") == 0) {
        const char *code = parse_at_word(parser, "maperr") ? "segv_maperr" : "segv_accerr";
        if (!parse_take_word(parser, "maperr") && !parse_take_word(parser, "accerr")) {
            return parse_expected(parser, "`maperr` or `accerr`", hint);
        }
        strcpy(name, code);
    } else if (strlen(word) < sizeof name) {
        strcpy(name, word);
    }
    int kind = vm_enum_named("fault", name);
    if (kind < 0) {
        struct suggestion suggestion;
        char text[SUGGESTION_MAX];
        suggestion_begin(&suggestion, word);
        for (unsigned i = 0; i < vm_fault_count; i++) {
            suggestion_offer(&suggestion, vm_enum_name("fault", i));
        }
        diagnose(parser->diagnostics, token->place, suggestion_hint(&suggestion, hint, text),
            "found `%.60s`, expected a kind of fault", word);
        return false;
    }
    statement->word = "fault";
    statement->value = parse_new(parser, EXPR_NUMBER, token->place);
    if (statement->value) {
        statement->value->value = (uint64_t)kind;
    }
    return statement->value != NULL;
}

/* expect error WORD: `none`, `EACCES`, … to the row of enum vm_errno_code. */
static bool parse_error(struct parser *parser, struct statement *statement)
{
    static const char hint[] = "none, ENOMEM, EINVAL, EACCES, EBADF, EFAULT, …";
    const struct token *token = parse_peek(parser);
    statement->name_place = token->place;
    const char *word = parse_name(parser, "an error number's name", hint);
    if (!word) {
        return false;
    }
    char name[16] = "";
    for (size_t i = 0; word[i] && i < sizeof name - 1; i++) {
        bool capital = word[i] >= 'A' && word[i] <= 'Z';
        name[i] = (char)(capital ? word[i] - 'A' + 'a' : word[i]);
    }
    int code = vm_enum_named("errno_code", name);
    if (code < 0) {
        diagnose(parser->diagnostics, token->place, hint,
            "found `%.60s`, expected an error number's name", word);
        return false;
    }
    statement->word = "error";
    statement->value = parse_new(parser, EXPR_NUMBER, token->place);
    if (statement->value) {
        statement->value->value = (uint64_t)code;
    }
    return statement->value != NULL;
}

static bool parse_expect(struct parser *parser, struct statement *statement)
{
    const struct token *next = parse_ahead(parser, 1);
    if (parse_at_word(parser, "fault") && next->kind == TOKEN_NAME) {
        parse_advance(parser);
        return parse_fault(parser, statement);
    }
    if (parse_at_word(parser, "fault") &&
        (next->kind == TOKEN_NEWLINE || next->kind == TOKEN_END)) {
        parse_advance(parser);
        return parse_fault(parser, statement);
    }
    if (parse_at_word(parser, "error") && next->kind == TOKEN_NAME) {
        parse_advance(parser);
        return parse_error(parser, statement);
    }
    if (parse_at_word(parser, "always") || parse_at_word(parser, "sometimes")) {
        statement->word = parse_name(parser, "", NULL);
    }
    statement->value = parse_expression(parser);
    if (!statement->value) {
        return false;
    }
    uint8_t op = statement->value->op;
    bool condition = (statement->value->kind == EXPR_BINARY && op <= OP_GE) ||
                     statement->value->kind == EXPR_NOT;
    if (!condition && parse_peek(parser)->kind != TOKEN_BAD) {
        return parse_expected(parser,
            "a comparison: =, !=, <, <=, > or >=", "expect frames(heap) = 2, or expect fault cow");
    }
    return condition;
}

/* ask KIND(…) "text" */
static bool parse_ask(struct parser *parser, struct statement *statement)
{
    static const char hint[] = "fault, victim, frame(x), pa(x), value(e), choice(e; \"a\", \"b\")";
    const struct token *kind = parse_peek(parser);
    statement->name_place = kind->place;
    statement->value = parse_primary(parser);
    if (!statement->value) {
        return false;
    }
    const struct expr *value = statement->value;
    const struct argument_word *known = value->text ? argument_named("ask", value->text) : NULL;
    bool call = known && known->flag;
    if (known && (value->parts != 1 || value->kind != (call ? EXPR_CALL : EXPR_NAME) ||
                     (call && !value->arguments))) {
        known = NULL;
    }
    if (!known) {
        diagnose(parser->diagnostics, value->place, hint, "expected a kind of question");
        return false;
    }
    statement->word = value->text;
    statement->name = parse_string(parser, "the question in quotes", "ask fault \"What happens?\"");
    return statement->name != NULL;
}

static bool parse_note(struct parser *parser, struct statement *statement)
{
    if (parse_take_word(parser, "at")) {
        const struct token *token = parse_peek(parser);
        statement->name_place = token->place;
        statement->word = parse_name(parser, "what the note is pinned to", "note at fault \"…\"");
        if (!statement->word) {
            return false;
        }
        struct suggestion suggestion;
        char text[SUGGESTION_MAX];
        bool known = false;
        suggestion_begin(&suggestion, statement->word);
        for (unsigned i = 0; i < vm_event_count; i++) {
            const struct vm_event_desc *desc = vm_event_desc(i);
            if (!desc->change) {
                known = known || strcmp(desc->name, statement->word) == 0;
                suggestion_offer(&suggestion, desc->name);
            }
        }
        if (!known) {
            diagnose(parser->diagnostics, token->place,
                suggestion_hint(&suggestion, "trap, fault, evict, cow_copy, zero_fill, …", text),
                "found `%.60s`, expected a happening", statement->word);
            return false;
        }
    }
    statement->name = parse_string(parser, "the note in quotes", "note \"Nothing is copied yet.\"");
    return statement->name != NULL;
}

static bool parse_words(struct parser *parser, struct statement *statement)
{
    statement->name = parse_string(parser, "a text in quotes",
        statement->kind == STATEMENT_SECTION ? "section \"Part 2\"" : "bookmark \"here\"");
    return statement->name != NULL;
}

static bool parse_repeat_top(struct parser *parser, struct statement *statement)
{
    return parse_repeat(parser, statement) && parse_block(parser, false, &statement->body);
}

/* compare fifo, lru, opt frames 1..6 */
static bool parse_compare(struct parser *parser, struct statement *statement)
{
    static const char hint[] = "compare fifo, lru, opt frames 1..6";
    struct expr **tail = &statement->arguments;
    do {
        struct expr *policy = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
        const char *name = parse_dashed(parser, "a policy", hint);
        if (!policy || !name) {
            return false;
        }
        policy->text = name;
        *tail = policy;
        tail = &policy->next;
    } while (parse_take(parser, ','));
    if (!parse_take_word(parser, "frames")) {
        return parse_expected(parser, "`,` or `frames`", hint);
    }
    statement->value = parse_expression(parser);
    if (statement->value && parse_take(parser, MARK2('.', '.'))) {
        statement->last = parse_expression(parser);
        return statement->last != NULL;
    }
    return statement->value != NULL;
}

static bool parse_set(struct parser *parser, struct statement *statement)
{
    if (!parse_take_word(parser, "policy")) {
        return parse_expected(parser, "`policy`", "set policy lru");
    }
    statement->name_place = parse_peek(parser)->place;
    statement->name = parse_dashed(parser, "a policy", "set policy lru");
    return statement->name != NULL;
}

/* tick, tick 1, tick priority: the timer of a processor, and by which rule it chooses. */
static bool parse_tick(struct parser *parser, struct statement *statement)
{
    const struct token *token = parse_peek(parser);
    bool ends = token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END || parse_at(parser, '}') ||
                parse_at(parser, ';');
    if (!ends && !parse_at_word(parser, "priority")) {
        statement->value = parse_expression(parser);
        if (!statement->value) {
            return false;
        }
    }
    if (parse_take_word(parser, "priority")) {
        statement->word = "priority";
    }
    return true;
}

/* compact: the word alone. */
static bool parse_nothing(struct parser *parser, struct statement *statement)
{
    (void)parser;
    (void)statement;
    return true;
}

static const struct {
    const char *word;
    enum statement_kind kind;
    bool (*parse)(struct parser *parser, struct statement *statement);
} directives[] = {
#define DECLARATION(word, kind, usage, about)
#define DIRECTIVE(word, kind, parse, usage, about) {#word, STATEMENT_##kind, parse},
#define STEP(word, kind, parse, usage, about)
#include "scenario/keywords.def"
#undef DECLARATION
#undef DIRECTIVE
#undef STEP
};
enum { DIRECTIVES = sizeof directives / sizeof directives[0] };

static struct statement *unknown_directive(struct parser *parser)
{
    static const char *const others[] = {
#define DECLARATION(word, kind, usage, about) #word,
#define DIRECTIVE(word, kind, parse, usage, about)
#define STEP(word, kind, parse, usage, about)
#include "scenario/keywords.def"
#undef DECLARATION
#undef DIRECTIVE
#undef STEP
        "preset"};
    const struct token *token = parse_peek(parser);
    if (token->kind != TOKEN_NAME) {
        parse_expected(parser, "a statement", "A: store(heap), expect …, note \"…\", …");
        return NULL;
    }
    size_t at = parser->at;
    const char *word = parse_name(parser, "", NULL);
    parser->at = at;
    if (!word) {
        return NULL;
    }
    if (action_named(word) != ACTION_NONE || strcmp(word, "refs") == 0) {
        char hint[SUGGESTION_MAX];
        struct suggestion none = {.word = word};
        suggestion_hint(&none, "name who does it first, like A: store(heap)", hint);
        diagnose(parser->diagnostics, token->place, hint, "found `%.60s` without a subject", word);
        return NULL;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, word);
    for (size_t i = 0; i < DIRECTIVES; i++) {
        suggestion_offer(&suggestion, directives[i].word);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        suggestion_offer(&suggestion, others[i]);
    }
    diagnose(parser->diagnostics, token->place,
        suggestion_hint(&suggestion, "A: store(heap), A = start empty, expect …, note \"…\"", hint),
        "found `%.60s`, expected a statement", word);
    return NULL;
}

struct statement *parse_directive(struct parser *parser)
{
    size_t first = parser->at;
    if (parse_at_word(parser, "preset")) { /* of the process started last */
        return parse_action(parser);
    }
    for (size_t i = 0; i < DIRECTIVES; i++) {
        if (parse_at_word(parser, directives[i].word)) {
            struct statement *statement = parse_statement_new(parser, directives[i].kind, first);
            parse_advance(parser);
            return statement && directives[i].parse(parser, statement) ? statement : NULL;
        }
    }
    return unknown_directive(parser);
}

/* SPDX-License-Identifier: MIT
 * From text to a scenario: the version line, the loop over statements, and recovery after an error.
 */
#include "scenario/parse.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 65536, NESTING_MAX = 32 };

struct statement *parse_statement_new(struct parser *parser, enum statement_kind kind, size_t first)
{
    struct statement *statement = arena_take(&parser->scenario->arena, sizeof *statement);
    if (statement) {
        statement->kind = (uint8_t)kind;
        statement->place = parser->scenario->tokens.item[first].place;
    }
    return statement;
}

/* Skips to the end of the line, or past the braces that were opened on the way. */
static void recover(struct parser *parser, uint32_t depth)
{
    parser->parentheses = 0;
    parser->depth = depth;
    size_t braces = 0;
    for (;;) {
        const struct token *token = parse_peek(parser);
        if (token->kind == TOKEN_END || (braces == 0 && token->kind == TOKEN_NEWLINE) ||
            (braces == 0 && depth > 0 && parse_at(parser, '}'))) {
            return;
        }
        braces += parse_at(parser, '{');
        braces -= parse_at(parser, '}') && braces > 0;
        parse_advance(parser);
    }
}

static bool is_subject(struct parser *parser)
{
    const struct token *first = parse_peek(parser), *second = parse_ahead(parser, 1);
    if (first->kind != TOKEN_NAME || second->kind != TOKEN_MARK) {
        return false;
    }
    if (second->mark == ':') {
        return true;
    }
    const struct token *fourth = parse_ahead(parser, 3);
    return second->mark == '.' && parse_ahead(parser, 2)->kind == TOKEN_NAME &&
           fourth->kind == TOKEN_MARK && fourth->mark == ':';
}

static const struct subject *parse_subject(struct parser *parser)
{
    struct subject *subject = arena_take(&parser->scenario->arena, sizeof *subject);
    size_t first = parser->at;
    if (!subject) {
        return NULL;
    }
    subject->process = parse_name(parser, "a process", NULL);
    if (parse_take(parser, '.')) {
        subject->thread = parse_name(parser, "a thread", NULL);
    }
    subject->place = parse_span(parser, first);
    parse_advance(parser); /* the colon, seen by is_subject */
    return subject;
}

/* SUBJECT: action; action; … */
static bool parse_subject_line(struct parser *parser, struct statement ***tail)
{
    const struct subject *subject = parse_subject(parser);
    do {
        if (parse_peek(parser)->kind == TOKEN_NEWLINE || parse_peek(parser)->kind == TOKEN_END) {
            break;
        }
        struct statement *action = subject ? parse_action(parser) : NULL;
        if (!action) {
            return false;
        }
        action->subject = subject;
        **tail = action;
        *tail = &action->next;
    } while (parse_take(parser, ';'));
    return true;
}

/* NAME = start PROGRAM; anything else here wants a subject first. */
static struct statement *parse_start(struct parser *parser)
{
    size_t first = parser->at;
    const struct token *value = parse_ahead(parser, 2), *colon = parse_ahead(parser, 3);
    if (value->kind == TOKEN_NAME && colon->kind == TOKEN_MARK && colon->mark == ':') {
        diagnose(parser->diagnostics, parse_peek(parser)->place, "write A: B = fork()",
            "found `%.*s =` before a subject, expected the subject first",
            (int)(parse_peek(parser)->length > 40 ? 40 : parse_peek(parser)->length),
            parser->scenario->source + parse_peek(parser)->offset);
        return NULL;
    }
    struct statement *statement = parse_statement_new(parser, STATEMENT_START, first);
    if (!statement) {
        return NULL;
    }
    statement->name_place = parse_peek(parser)->place;
    statement->name = parse_name(parser, "a name", NULL);
    parse_advance(parser);
    if (!statement->name || !parse_at_word(parser, "start")) {
        parse_expected(
            parser, "`start`", "A = start empty begins a process; in one write A: x = …");
        return NULL;
    }
    parse_advance(parser);
    const struct token *program = parse_peek(parser);
    if (program->kind != TOKEN_NAME && program->kind != TOKEN_PATH) {
        parse_expected(parser, "`empty` or a program", "A = start empty");
        return NULL;
    }
    statement->word = arena_text(
        &parser->scenario->arena, parser->scenario->source + program->offset, program->length);
    parse_advance(parser);
    statement->place = parse_span(parser, first);
    return statement;
}

static struct statement *parse_top(struct parser *parser)
{
    const struct token *next = parse_ahead(parser, 1);
    bool matched = false;
    struct statement *statement = parse_declaration(parser, &matched);
    if (matched) {
        return statement;
    }
    if (parse_peek(parser)->kind == TOKEN_NAME && next->kind == TOKEN_MARK && next->mark == '=') {
        return parse_start(parser);
    }
    return parse_directive(parser);
}

/* One statement, or a line of actions. */
static bool parse_line(struct parser *parser, bool actions, struct statement ***tail)
{
    size_t first = parser->at;
    if (!actions && is_subject(parser)) {
        return parse_subject_line(parser, tail);
    }
    struct statement *statement = actions ? parse_action(parser) : parse_top(parser);
    if (!statement) {
        return false;
    }
    if (!statement->text) {
        statement->place = parse_span(parser, first);
        statement->text = parse_source(parser, first);
    }
    **tail = statement;
    *tail = &statement->next;
    return statement->text != NULL;
}

struct statement *parse_statements(struct parser *parser, bool braces, bool actions)
{
    struct statement *head = NULL, **tail = &head;
    uint32_t depth = parser->depth;
    for (;;) {
        while (parse_peek(parser)->kind == TOKEN_NEWLINE || parse_at(parser, ';')) {
            parse_advance(parser);
        }
        if (parse_peek(parser)->kind == TOKEN_END || (braces && parse_at(parser, '}')) ||
            parser->scenario->arena.failed) {
            return head;
        }
        bool ok = parse_line(parser, actions, &tail);
        const struct token *token = parse_peek(parser);
        bool ends = token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END ||
                    parse_at(parser, ';') || (braces && parse_at(parser, '}'));
        if (ok && !ends) {
            ok = parse_expected(
                parser, "the end of the line", "several actions are separated by `;`");
        }
        if (!ok) {
            size_t before = parser->at;
            recover(parser, depth);
            if (parser->at == before && !ends) {
                parse_advance(parser);
            }
        }
    }
}

bool parse_block(struct parser *parser, bool actions, struct statement **out)
{
    if (!parse_open(parser, '{', "before the statements", "repeat 3 { … }")) {
        return false;
    }
    *out = parse_statements(parser, true, actions);
    return parse_close(parser, '}', "at the end of the block", "every { needs its }");
}

static bool parse_version(struct parser *parser)
{
    static const char hint[] = "begin the text with the line: vmscope 1";
    while (parse_peek(parser)->kind == TOKEN_NEWLINE) {
        parse_advance(parser);
    }
    if (!parse_take_word(parser, "vmscope")) {
        return parse_expected(parser, "the line `vmscope 1`", hint);
    }
    const struct token *version = parse_peek(parser);
    if (version->kind != TOKEN_NUMBER || version->value != 1 ||
        version->suffix != version->length) {
        return parse_expected(parser, "version 1 of the language", hint);
    }
    parse_advance(parser);
    if (parse_peek(parser)->kind != TOKEN_NEWLINE && parse_peek(parser)->kind != TOKEN_END) {
        return parse_expected(parser, "the end of the line", hint);
    }
    return true;
}

static enum vm_status parse_all(struct parser *parser, const char *text, size_t length)
{
    vm_scenario *scenario = parser->scenario;
    scenario->source = malloc(length + 1);
    if (!scenario->source) {
        return VM_NOMEM;
    }
    if (length) {
        memcpy(scenario->source, text, length);
    }
    scenario->source[length] = '\0';
    scenario->length = length;
    size_t errors = parser->diagnostics->errors;
    if (!lexer_run(scenario->source, length, parser->line ? parser->line : 1, parser->diagnostics,
            &scenario->tokens)) {
        return VM_NOMEM;
    }
    if (parser->line == 0 && !parse_version(parser)) {
        recover(parser, 0);
    }
    scenario->first = parse_statements(parser, false, false);
    if (scenario->arena.failed) {
        return VM_NOMEM;
    }
    return parser->diagnostics->errors > errors ? VM_INVALID : VM_OK;
}

static enum vm_status parse_text(const char *text, size_t length,
    const struct vm_scenario_limits *limits, uint32_t line, struct vm_diagnostics *diagnostics,
    vm_scenario **out)
{
    size_t most = limits && limits->text ? limits->text : TEXT_MAX;
    *out = NULL;
    if (length > most || length > UINT32_MAX / 2) {
        diagnose(diagnostics, (struct place){1, 1, 1},
            "shorten it, or split it into several scenarios",
            "the text has %zu bytes, expected at most %zu", length, most);
        return VM_INVALID;
    }
    vm_scenario *scenario = calloc(1, sizeof *scenario);
    if (!scenario) {
        return VM_NOMEM;
    }
    scenario->holders = 1;
    struct parser parser = {.scenario = scenario,
        .diagnostics = diagnostics,
        .nesting = limits && limits->nesting ? limits->nesting : NESTING_MAX,
        .line = line};
    parser.nesting = parser.nesting > NESTING_MAX * 4 ? NESTING_MAX * 4 : parser.nesting;
    enum vm_status status = parse_all(&parser, text, length);
    if (status != VM_OK) {
        vm_scenario_free(scenario);
        return status;
    }
    *out = scenario;
    return VM_OK;
}

enum vm_status vm_scenario_parse(const char *text, size_t length,
    const struct vm_scenario_limits *limits, struct vm_diagnostics *diagnostics, vm_scenario **out)
{
    return parse_text(text, length, limits, 0, diagnostics, out);
}

enum vm_status scenario_parse_line(const char *text, size_t length, uint32_t line,
    struct vm_diagnostics *diagnostics, vm_scenario **out)
{
    return parse_text(text, length, NULL, line, diagnostics, out);
}

vm_scenario *scenario_hold(const vm_scenario *scenario)
{
    /* The count is the one field that is not the text's. */
    vm_scenario *held = (vm_scenario *)(uintptr_t)scenario;
    held->holders++;
    return held;
}

void vm_scenario_free(vm_scenario *scenario)
{
    if (!scenario || --scenario->holders > 0) {
        return;
    }
    free(scenario->source);
    tokens_release(&scenario->tokens);
    arena_release(&scenario->arena);
    free(scenario);
}

const char *vm_scenario_title(const vm_scenario *scenario)
{
    return scenario->title ? scenario->title : "";
}

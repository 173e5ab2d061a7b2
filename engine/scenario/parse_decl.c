/* SPDX-License-Identifier: MIT
 * Declarations: title, machine, file, program, mutex and its kin, thread, param.
 */
#include "scenario/parse.h"

#include <string.h>

static bool parse_machine(struct parser *parser, struct statement *statement)
{
    statement->name_place = parse_peek(parser)->place;
    size_t first = parser->at;
    statement->name =
        parse_dashed(parser, "a machine", "paper, x86-64, x86-64-5level, x86-32, sv39 or custom");
    if (!statement->name) {
        return false;
    }
    statement->name_place = parse_span(parser, first);
    return !parse_at(parser, '{') || parse_options(parser, "before the options of the machine",
                                         OF_MACHINE, &statement->arguments);
}

static const char *parse_file_name(struct parser *parser, const char *what)
{
    const struct token *token = parse_peek(parser);
    if (token->kind != TOKEN_PATH && token->kind != TOKEN_NAME) {
        parse_expected(parser, what, "like /lib/libc.so.6 or shell");
        return NULL;
    }
    parse_advance(parser);
    return arena_text(
        &parser->scenario->arena, parser->scenario->source + token->offset, token->length);
}

/* mode, uid and gid behind the size. */
static bool parse_properties(struct parser *parser, struct expr **tail)
{
    while (parse_at_word(parser, "mode") || parse_at_word(parser, "uid") ||
           parse_at_word(parser, "gid")) {
        struct expr *option = parse_option(parser, "a property", false);
        if (!option) {
            return false;
        }
        *tail = option;
        tail = &option->next;
    }
    return true;
}

static bool parse_content(struct parser *parser, struct statement *statement, bool program)
{
    if (!program && !parse_at(parser, '{')) { /* file /data 3 pages mode 0600 uid 0 */
        statement->value = parse_expression(parser);
        return statement->value && parse_properties(parser, &statement->arguments);
    }
    return parse_options(parser, program ? "before the program's segments" : "or the file's size",
        program ? OF_PROGRAM : OF_FILE, &statement->arguments);
}

/* file /data 64 pages cached: read before, by whomever. */
static bool parse_file(struct parser *parser, struct statement *statement, bool program)
{
    statement->name_place = parse_peek(parser)->place;
    statement->name = parse_file_name(parser, program ? "the program's name" : "the file's path");
    if (!statement->name || !parse_content(parser, statement, program)) {
        return false;
    }
    if (parse_take_word(parser, "cached")) {
        statement->word = "cached";
    }
    return true;
}

/* Each statement of a body has a number, so that it has an address in the program's text. */
static void number_statements(struct statement *block, uint32_t *number)
{
    for (; block; block = block->next) {
        block->number = (*number)++;
        number_statements(block->body, number);
        number_statements(block->otherwise, number);
    }
}

/* thread NAME(a, b) { … } */
static bool parse_thread(struct parser *parser, struct statement *statement)
{
    statement->name_place = parse_peek(parser)->place;
    statement->name = parse_name(parser, "the name of the thread's body", "thread worker { … }");
    if (!statement->name) {
        return false;
    }
    if (parse_at(parser, '(') && (!parse_open(parser, '(', "", NULL) ||
                                     !parse_arguments(parser, ')', &statement->arguments))) {
        return false;
    }
    for (const struct expr *name = statement->arguments; name; name = name->next) {
        if (name->kind != EXPR_NAME || name->parts != 1) {
            diagnose(parser->diagnostics, name->place, "thread good(n) { … }",
                "expected the name of a parameter");
            return false;
        }
    }
    if (!parse_block(parser, true, &statement->body)) {
        return false;
    }
    uint32_t number = 0;
    number_statements(statement->body, &number);
    return true;
}

static bool parse_object(struct parser *parser, struct statement *statement, const char *kind)
{
    statement->word = kind;
    statement->name_place = parse_peek(parser)->place;
    statement->name = parse_name(parser, "a name", "mutex m");
    if (statement->name && parse_take(parser, '=')) {
        statement->value = parse_expression(parser);
        return statement->value != NULL;
    }
    return statement->name != NULL;
}

static bool parse_param(struct parser *parser, struct statement *statement)
{
    statement->name_place = parse_peek(parser)->place;
    statement->name = parse_name(parser, "the parameter's name", "param n = 4");
    if (!statement->name || !parse_want(parser, '=', "and the parameter's value", "param n = 4")) {
        return false;
    }
    statement->value = parse_expression(parser);
    return statement->value != NULL;
}

static bool parse_title(struct parser *parser, struct statement *statement)
{
    statement->name = parse_string(parser, "the title in quotes", "title \"Demand paging\"");
    if (statement->name && parser->scenario->title) {
        diagnose(parser->diagnostics, statement->place, "keep one of them", "a second title");
        return false;
    }
    parser->scenario->title = statement->name;
    return statement->name != NULL;
}

struct statement *parse_declaration(struct parser *parser, bool *matched)
{
    static const struct {
        const char *word;
        enum statement_kind kind;
    } words[] = {
#define DECLARATION(word, kind, usage, about) {#word, STATEMENT_##kind},
#define DIRECTIVE(word, kind, parse, usage, about)
#define STEP(word, kind, parse, usage, about)
#include "scenario/keywords.def"
#undef DECLARATION
#undef DIRECTIVE
#undef STEP
    };
    size_t first = parser->at;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!parse_at_word(parser, words[i].word)) {
            continue;
        }
        *matched = true;
        struct statement *statement = parse_statement_new(parser, words[i].kind, first);
        parse_advance(parser);
        bool ok = statement != NULL;
        switch (words[i].kind) {
        case STATEMENT_TITLE:
            ok = ok && parse_title(parser, statement);
            break;
        case STATEMENT_SHOWS:
            ok = ok && parse_shows(parser);
            break;
        case STATEMENT_MACHINE:
            ok = ok && parse_machine(parser, statement);
            break;
        case STATEMENT_FILE:
            ok = ok && parse_file(parser, statement, false);
            if (ok && words[i].word[0] == 'd') { /* device /dev/fb0 4 pages */
                statement->word = words[i].word;
            }
            break;
        case STATEMENT_PROGRAM:
            ok = ok && parse_file(parser, statement, true);
            break;
        case STATEMENT_THREAD:
            ok = ok && parse_thread(parser, statement);
            break;
        case STATEMENT_OBJECT:
            ok = ok && parse_object(parser, statement, words[i].word);
            break;
        default:
            ok = ok && parse_param(parser, statement);
            break;
        }
        return ok ? statement : NULL;
    }
    return NULL;
}

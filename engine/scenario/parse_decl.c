/* SPDX-License-Identifier: MIT
 * Declarations: title, machine, file, program, mutex and its kin, thread, param.
 */
#include "scenario/parse.h"

#include <string.h>

/* `word value value …` inside the braces of machine, file or program. In sizes `2 pages` is a
 * value; of a machine `page` is the next option. */
static struct expr *parse_option(struct parser *parser, const char *what, bool sizes)
{
    struct token *token = parse_peek(parser);
    token->wide = true;
    struct expr *option = parse_new(parser, EXPR_WORD, token->place);
    const char *word = parse_name(parser, what, NULL);
    if (!option || !word) {
        return NULL;
    }
    option->text = word;
    bool policy = strcmp(word, "policy") == 0, thp = strcmp(word, "thp") == 0;
    bool overcommit = strcmp(word, "overcommit") == 0;
    bool stacks = strcmp(word, "stacks") == 0;
    bool fit = !sizes && strcmp(word, "fit") == 0, list = !sizes && strcmp(word, "list") == 0;
    if (policy || thp || overcommit || stacks || fit || list) {
        const struct token *token_of_name = parse_peek(parser);
        option->left = parse_new(parser, EXPR_NAME, token_of_name->place);
        const char *name =
            thp          ? parse_name(parser, "never, madvise or always", "thp always")
            : overcommit ? parse_name(parser, "heuristic, always or never", "overcommit never")
            : fit        ? parse_name(parser, "first, best, worst or next", "fit best")
            : list
                ? parse_name(parser, "address, size_up, size_down, front or back", "list address")
            : stacks ? parse_name(parser, "conventional or strict", "stacks strict")
                     : parse_dashed(parser, "the name of a policy", "policy lru");
        if (!name || !option->left) {
            return NULL;
        }
        option->left->text = name;
        return option;
    }
    if (!sizes && strcmp(word, "cost") == 0) { /* cost dram 90: what, then how much */
        option->arguments = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
        const char *step = parse_name(parser, "what costs it", "cost dram 90");
        if (!step || !option->arguments) {
            return NULL;
        }
        option->arguments->text = step;
    }
    struct expr **tail = &option->left;
    for (int values = 0; values < 8; values++) {
        token = parse_peek(parser);
        bool times = token->kind == TOKEN_NUMBER && token->suffix < token->length &&
                     parser->scenario->source[token->offset + token->suffix] == 'x';
        if (times) { /* 4x4: sets and ways */
            const char *digits = parser->scenario->source + token->offset + token->suffix + 1;
            struct expr *sets = parse_new(parser, EXPR_NUMBER, token->place);
            struct expr *ways = parse_new(parser, EXPR_NUMBER, token->place);
            if (!sets || !ways) {
                return NULL;
            }
            sets->value = token->value;
            for (uint32_t i = token->suffix + 1; i < token->length; i++, digits++) {
                if (*digits < '0' || *digits > '9' || ways->value > UINT32_MAX) {
                    parse_expected(parser, "sets and ways like 4x4", NULL);
                    return NULL;
                }
                ways->value = ways->value * 10 + (uint64_t)(*digits - '0');
            }
            sets->next = ways;
            *tail = sets;
            parse_advance(parser);
            return option;
        }
        bool value =
            token->kind == TOKEN_NUMBER || token->kind == TOKEN_PATH || parse_at(parser, '(');
        if (!value) {
            break;
        }
        struct expr *expr = parse_primary(parser);
        if (!expr) {
            return NULL;
        }
        if (sizes && (parse_at_word(parser, "pages") || parse_at_word(parser, "page"))) {
            struct expr *pages = parse_new(parser, EXPR_PAGES, expr->place);
            parse_advance(parser);
            if (!pages) {
                return NULL;
            }
            pages->left = expr;
            expr = pages;
        }
        *tail = expr;
        tail = &expr->next;
    }
    return option;
}

/* `data { counter = 0; flag = 1 }`: the options of a segment are its variables. */
static bool parse_globals(struct parser *parser, struct expr *option)
{
    if (!parse_at(parser, '{')) {
        return true;
    }
    if (!parse_open(parser, '{', "", NULL)) {
        return false;
    }
    struct expr **tail = &option->arguments;
    for (;;) {
        while (parse_take(parser, ';') || parse_take(parser, ',') ||
               parse_peek(parser)->kind == TOKEN_NEWLINE) {
            if (parse_peek(parser)->kind == TOKEN_NEWLINE) {
                parse_advance(parser);
            }
        }
        if (parse_at(parser, '}')) {
            return parse_close(parser, '}', "", NULL);
        }
        struct expr *global = parse_new(parser, EXPR_WORD, parse_peek(parser)->place);
        const char *name = parse_name(parser, "a variable like counter = 0, or `}`", NULL);
        if (!global || !name) {
            return false;
        }
        global->text = name;
        if (parse_take(parser, '=')) {
            global->left = parse_expression(parser);
            if (!global->left) {
                return false;
            }
        }
        *tail = global;
        tail = &global->next;
    }
}

/* `swap 32 on ssd`, `files on disk`: the last word of the option. */
static bool parse_medium(struct parser *parser, struct expr *option)
{
    bool lies = strcmp(option->text, "swap") == 0 || strcmp(option->text, "files") == 0;
    if (!lies || !parse_at_word(parser, "on")) {
        return true;
    }
    parse_advance(parser);
    option->arguments = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
    const char *medium = parse_name(parser, "a medium", "swap on ssd, files on disk");
    if (!medium || !option->arguments) {
        return false;
    }
    option->arguments->text = medium;
    return true;
}

enum options_of { OF_MACHINE, OF_FILE, OF_PROGRAM };

static bool parse_options(
    struct parser *parser, const char *what, enum options_of of, struct expr **out)
{
    if (!parse_open(parser, '{', what, "like { frames 64  swap 32 }")) {
        return false;
    }
    struct expr **tail = out;
    const struct expr *last = NULL;
    for (;;) {
        while (parse_peek(parser)->kind == TOKEN_NEWLINE || parse_at(parser, ';') ||
               parse_at(parser, ',')) {
            parse_peek(parser)->dropped = parse_peek(parser)->kind == TOKEN_MARK;
            parse_advance(parser);
        }
        if (parse_at(parser, '}')) {
            return parse_close(parser, '}', "", NULL);
        }
        struct token *token = parse_peek(parser);
        struct expr *option = parse_option(parser, "an option or `}`", of != OF_MACHINE);
        if (!option) {
            return false;
        }
        bool pair = last && strcmp(last->text, "aslr") == 0 && strcmp(option->text, "seed") == 0;
        token->wide = last && !pair;
        last = option;
        if (of == OF_MACHINE && !parse_medium(parser, option)) {
            return false;
        }
        if (strcmp(option->text, "tables") == 0) {
            option->arguments = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
            const char *where = parse_name(parser, "`outside` or `inside`", "tables outside");
            if (!where || !option->arguments) {
                return false;
            }
            option->arguments->text = where;
        }
        if (of == OF_PROGRAM && !parse_globals(parser, option)) {
            return false;
        }
        *tail = option;
        tail = &option->next;
    }
}

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

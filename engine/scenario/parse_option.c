/* SPDX-License-Identifier: MIT
 * Options: `word value value …` within the braces of a machine, a file or a program. What a word
 * takes behind it (a name, sizes, sets and ways, a medium) is decided here, what it means in
 * setup*.c.
 */
#include "scenario/parse.h"

#include <string.h>

enum { VALUES_MAX = 8 }; /* of one option: the bits of up to five levels, with room */

/* A name as an expression of its own. */
static bool parse_named(
    struct parser *parser, struct expr **out, const char *what, const char *hint)
{
    *out = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
    const char *name = parse_name(parser, what, hint);
    if (!name || !*out) {
        return false;
    }
    (*out)->text = name;
    return true;
}

/* Options whose value is one of a few names. Of a file or program, `fit` and `list` are segments.
 */
static const struct choice {
    const char *word, *what, *hint;
    bool of_machine_only;
} choices[] = {
    {"thp", "never, madvise or always", "thp always", false},
    {"overcommit", "heuristic, always or never", "overcommit never", false},
    {"fit", "first, best, worst or next", "fit best", true},
    {"list", "address, size_up, size_down, front or back", "list address", true},
    {"stacks", "conventional or strict", "stacks strict", false},
};

/* NULL: the word takes no name. */
static const struct choice *choice_named(const char *word, bool sizes)
{
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        if (strcmp(choices[i].word, word) == 0) {
            return sizes && choices[i].of_machine_only ? NULL : &choices[i];
        }
    }
    return NULL;
}

/* policy clock-pro */
static bool parse_policy(struct parser *parser, struct expr *option)
{
    option->left = parse_new(parser, EXPR_NAME, parse_peek(parser)->place);
    const char *name = parse_dashed(parser, "the name of a policy", "policy lru");
    if (!name || !option->left) {
        return false;
    }
    option->left->text = name;
    return true;
}

static bool at_ways(struct parser *parser)
{
    const struct token *token = parse_peek(parser);
    return token->kind == TOKEN_NUMBER && token->suffix < token->length &&
           parser->scenario->source[token->offset + token->suffix] == 'x';
}

/* 4x4: sets and ways, the last values of an option. */
static bool parse_ways(struct parser *parser, struct expr **tail)
{
    const struct token *token = parse_peek(parser);
    const char *digits = parser->scenario->source + token->offset + token->suffix + 1;
    struct expr *sets = parse_new(parser, EXPR_NUMBER, token->place);
    struct expr *ways = parse_new(parser, EXPR_NUMBER, token->place);
    if (!sets || !ways) {
        return false;
    }
    sets->value = token->value;
    for (uint32_t i = token->suffix + 1; i < token->length; i++, digits++) {
        if (*digits < '0' || *digits > '9' || ways->value > UINT32_MAX) {
            return parse_expected(parser, "sets and ways like 4x4", NULL);
        }
        ways->value = ways->value * 10 + (uint64_t)(*digits - '0');
    }
    sets->next = ways;
    *tail = sets;
    parse_advance(parser);
    return true;
}

/* A value, with `pages` behind it where sizes are meant. NULL: an error was reported. */
static struct expr *parse_value(struct parser *parser, bool sizes)
{
    struct expr *expr = parse_primary(parser);
    if (!expr || !sizes || !(parse_at_word(parser, "pages") || parse_at_word(parser, "page"))) {
        return expr;
    }
    struct expr *pages = parse_new(parser, EXPR_PAGES, expr->place);
    parse_advance(parser);
    if (pages) {
        pages->left = expr;
    }
    return pages;
}

static bool parse_values(struct parser *parser, struct expr *option, bool sizes)
{
    struct expr **tail = &option->left;
    for (int values = 0; values < VALUES_MAX; values++) {
        const struct token *token = parse_peek(parser);
        if (at_ways(parser)) {
            return parse_ways(parser, tail);
        }
        if (token->kind != TOKEN_NUMBER && token->kind != TOKEN_PATH && !parse_at(parser, '(')) {
            break;
        }
        *tail = parse_value(parser, sizes);
        if (!*tail) {
            return false;
        }
        tail = &(*tail)->next;
    }
    return true;
}

struct expr *parse_option(struct parser *parser, const char *what, bool sizes)
{
    struct token *token = parse_peek(parser);
    token->wide = true;
    struct expr *option = parse_new(parser, EXPR_WORD, token->place);
    const char *word = parse_name(parser, what, NULL);
    if (!option || !word) {
        return NULL;
    }
    option->text = word;
    const struct choice *choice = choice_named(word, sizes);
    bool ok = true;
    if (choice) {
        ok = parse_named(parser, &option->left, choice->what, choice->hint);
    } else if (strcmp(word, "policy") == 0) {
        ok = parse_policy(parser, option);
    } else {
        if (!sizes && strcmp(word, "cost") == 0) { /* cost dram 90: what, then how much */
            ok = parse_named(parser, &option->arguments, "what costs it", "cost dram 90");
        }
        ok = ok && parse_values(parser, option, sizes);
    }
    return ok ? option : NULL;
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
    return parse_named(parser, &option->arguments, "a medium", "swap on ssd, files on disk");
}

bool parse_options(struct parser *parser, const char *what, enum options_of of, struct expr **out)
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
        if (strcmp(option->text, "tables") == 0 &&
            !parse_named(parser, &option->arguments, "`outside` or `inside`", "tables outside")) {
            return false;
        }
        if (of == OF_PROGRAM && !parse_globals(parser, option)) {
            return false;
        }
        *tail = option;
        tail = &option->next;
    }
}

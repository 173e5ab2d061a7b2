/* SPDX-License-Identifier: MIT
 * The scenario language's words as TypeScript: what the editor completes and explains, and what
 * colours a text. Read with the editor only.
 */
#include "generate.h"

#include <ctype.h>
#include <string.h>

struct row {
    const char *list, *word, *usage, *about, *from;
};

/* What stands in a list more than once means different things: fixed of mmap, fixed of a program.
 */
static const struct row rows[] = {
#define DECLARATION(word, kind, usage, about) {"declaration", #word, usage, about, ""},
#define DIRECTIVE(word, kind, parse, usage, about) {"directive", #word, usage, about, ""},
#define STEP(word, kind, parse, usage, about) {"step", #word, usage, about, ""},
#include "../scenario/keywords.def"
#undef DECLARATION
#undef DIRECTIVE
#undef STEP
#define ACTION(name, least, most, stage, usage, words, about)                                      \
    {"action", #name, usage, about, words},
#include "../scenario/actions.def"
#undef ACTION
#define MACHINE(word, kind, about) {"machine", word, "machine " word, about, ""},
#include "../scenario/machines.def"
#undef MACHINE
#define NUMBER(word, field, about) {"option", #word, #word, about, ""},
#define WORD(word, field, words, about) {"option", #word, #word, about, #field},
#define FLAG(word, field, about) {"option", #word, #word, about, ""},
#define SPECIAL(word, about) {"option", #word, #word, about, #word},
#define SCARCE(word, usage, about) {"option", #word, usage, about, ""},
#include "../scenario/options.def"
#undef NUMBER
#undef WORD
#undef FLAG
#undef SPECIAL
#undef SCARCE
#define EXPECT(word, usage, about) {"expect", #word, usage, about, ""},
#include "../scenario/expect.def"
#undef EXPECT
#define ARGUMENT(class, word, flag, about) {#class, #word, #word, about, ""},
#include "../scenario/arguments.def"
#undef ARGUMENT
};

static void text(FILE *out, const char *words)
{
    putc('"', out);
    for (; *words; words++) {
        if (*words == '"' || *words == '\\') {
            putc('\\', out);
        }
        putc(*words, out);
    }
    putc('"', out);
}

static void write_row(FILE *out, const struct row *row)
{
    fprintf(out, "  { list: \"%s\", word: ", row->list);
    text(out, row->word);
    if (strcmp(row->word, row->usage) != 0) {
        fputs(", usage: ", out);
        text(out, row->usage);
    }
    fputs(", about: ", out);
    text(out, row->about);
    if (row->from[0]) {
        fputs(", from: ", out);
        text(out, row->from);
    }
    fputs(" },\n", out);
}

/* ENOMEM is written large, `segv maperr` apart; signals are their words. */
static void write_value(FILE *out, const char *list, const struct vm_value_desc *value)
{
    bool large = strcmp(list, "errno_code") == 0, apart = strcmp(list, "fault") == 0;
    char word[40] = "";
    for (size_t i = 0; value->name[i] && i + 1 < sizeof word; i++) {
        char c = value->name[i];
        bool none = strcmp(value->name, "none") == 0;
        word[i] = apart && c == '_' ? ' ' : large && !none ? (char)toupper((unsigned char)c) : c;
    }
    if (strcmp(list, "signo") == 0) {
        write_row(out, &(struct row){list, value->words, value->words, "", ""});
    } else {
        write_row(out, &(struct row){list, word, word, value->words, ""});
    }
}

/* Enums whose values are words of the language, and counters, which `expect` knows. */
static void write_enums(FILE *out)
{
    static const char *const enums[] = {"advice", "thp", "stacks", "overcommit", "fit",
        "list_order", "medium", "resource", "whence", "mask_how", "signo", "fault", "errno_code"};
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    for (size_t i = 0; i < n; i++) {
        bool counter = strcmp(types[i].name, "counter") == 0, wanted = counter;
        for (size_t k = 0; k < sizeof enums / sizeof enums[0]; k++) {
            wanted = wanted || strcmp(types[i].name, enums[k]) == 0;
        }
        for (size_t k = 0; wanted && k < types[i].values_n; k++) {
            write_value(out, counter ? "expect" : types[i].name, &types[i].values[k]);
        }
    }
}

static void write_policies(FILE *out)
{
    const struct vm_policy_desc *policy;
    for (unsigned i = 0; (policy = vm_policy_desc(i)); i++) {
        write_row(out, &(struct row){"policy", policy->name, policy->name, policy->rule, ""});
    }
}

static void write_happenings(FILE *out)
{
    const struct vm_event_desc *event;
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (!event->change) {
            write_row(out, &(struct row){"happening", event->name, event->name, "", ""});
        }
    }
}

void generate_language(FILE *out)
{
    fputs(
        "// SPDX-License-Identifier: MIT\n"
        "// Written by `vm_generate --language` from engine/scenario/*.def and the tables; change "
        "those.\n\n"
        "export interface Word {\n"
        "  /** Which words it stands among: actions, options, arguments of mmap, … */\n"
        "  readonly list: string;\n  readonly word: string;\n"
        "  /** How it is written; the word alone when it is missing. */\n"
        "  readonly usage?: string;\n  readonly about: string;\n"
        "  /** Lists of words that its arguments or its value are taken from. */\n"
        "  readonly from?: string;\n}\n\n"
        "export const language: readonly Word[] = [\n",
        out);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_row(out, &rows[i]);
    }
    write_enums(out);
    write_policies(out);
    write_happenings(out);
    fputs("];\n", out);
}

/* SPDX-License-Identifier: MIT
 * The tables as a reference for people: docs/reference.md.
 */
#include "generate.h"

#include "vm/analysis.h"
#include "vm/predict.h"

static void fields(FILE *out, const struct vm_field_desc *list, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        fprintf(out, "%s`%s` %s", i > from ? ", " : "", list[i].name, list[i].type);
    }
}

static void operations(FILE *out)
{
    const struct vm_op_desc *op;
    fputs("\n## Operations\n\n`setup` is applied before position 0; every other one is a step of "
          "the timeline.\n\n"
          "| # | operation | what it does | fields |\n|---|---|---|---|\n",
        out);
    for (unsigned i = 0; (op = vm_op_desc(i)); i++) {
        fprintf(
            out, "| %u | `%s`%s | %s | ", i, op->name, op->setup ? " (setup)" : "", op->sentence);
        fields(out, op->fields, 0, op->fields_n);
        fputs(" |\n", out);
    }
}

static void events(FILE *out)
{
    const struct vm_event_desc *event;
    fputs("\n## Changes\n\nA row of the state is now different: its keys, then each value as old "
          "and new.\n\n"
          "| # | row | keys | values |\n|---|---|---|---|\n",
        out);
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (event->change) {
            fprintf(out, "| %u | `%s` | ", i, event->name);
            fields(out, event->fields, 0, event->keys_n);
            fputs(" | ", out);
            fields(out, event->fields, event->keys_n, event->fields_n);
            fputs(" |\n", out);
        }
    }
    fputs(
        "\n## Happenings\n\nWhat happened, and who did it. A happening opens a micro-step.\n", out);
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (!event->change) {
            fprintf(out, "\n### %s\n\n%u, by the %s. \"%s\"\n\n%s\n\nFields: ", event->name, i,
                vm_enum_words("actor", event->actor), event->sentence, event->why);
            fields(out, event->fields, 0, event->fields_n);
            fputs(".\n", out);
        }
    }
}

static void words(FILE *out)
{
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    fputs("\n## Words\n\nEnums by number, flags by bit.\n", out);
    for (size_t i = 0; i < n; i++) {
        if (!types[i].values) {
            continue;
        }
        fprintf(out, "\n### %s\n\n| %s | name | words |\n|---|---|---|\n", types[i].name,
            types[i].shape == vm_shape_flags ? "bit" : "#");
        for (size_t k = 0; k < types[i].values_n; k++) {
            const struct vm_value_desc *value = &types[i].values[k];
            fprintf(out, "| %u | `%s` | %s |\n", value->position, value->name, value->words);
        }
    }
}

static void policies(FILE *out)
{
    static const char *const shapes[] = {"one", "a frame", "a ghost", "a frame and a ghost"};
    const struct vm_policy_desc *policy;
    fputs("\n## Replacement policies\n\n| # | policy | title | who leaves | source | words it "
          "keeps |\n"
          "|---|---|---|---|---|---|\n",
        out);
    for (unsigned i = 0; (policy = vm_policy_desc(i)); i++) {
        fprintf(out, "| %u | `%s` | %s | %s | %s | ", i, policy->name, policy->title, policy->rule,
            policy->source);
        for (size_t k = 0; k < policy->regions_n; k++) {
            fprintf(out, "%s%s (%s)", k ? ", " : "", policy->regions[k].title,
                shapes[policy->regions[k].shape]);
        }
        fputs(" |\n", out);
    }
}

static void analyses(FILE *out)
{
    const struct vm_analysis_desc *analysis;
    fputs("\n## Analyses of traces\n\n[analysis.md](analysis.md) tells what each does.\n\n"
          "| # | analysis | title | question | source | columns |\n|---|---|---|---|---|---|\n",
        out);
    for (unsigned i = 0; (analysis = vm_analysis_desc(i)); i++) {
        fprintf(out, "| %u | `%s` | %s | %s | %s | ", i, analysis->name, analysis->title,
            analysis->question, analysis->source);
        for (size_t k = 0; k < analysis->columns_n; k++) {
            const struct vm_column_desc *column = &analysis->columns[k];
            fprintf(out, "%s`%s` %s%s%s", k ? ", " : "", column->name, column->title,
                *column->unit ? " in " : "", column->unit);
        }
        fputs(" |\n", out);
    }
}

/* Nanoseconds with up to three decimals. */
static void nanoseconds(FILE *out, uint64_t picoseconds)
{
    fprintf(out, "%llu", (unsigned long long)(picoseconds / 1000));
    if (picoseconds % 1000) {
        fprintf(out, ".%03llu", (unsigned long long)(picoseconds % 1000));
    }
}

static void costs(FILE *out)
{
    const struct vm_medium_desc *medium;
    const struct vm_cost_desc *cost;
    fputs("\n## What time costs\n\nOne access to a medium:\n\n| medium | ns | source "
          "|\n|---|---|---|\n",
        out);
    for (unsigned i = 0; (medium = vm_medium_desc(i)); i++) {
        fprintf(out, "| `%s` (%s) | ", medium->name, medium->words);
        nanoseconds(out, medium->picoseconds);
        fprintf(out, " | %s |\n", medium->source);
    }
    fputs("\nA clock is the sum of counters times prices:\n\n| cost | what it is | each of | ns | "
          "source "
          "|\n|---|---|---|---|---|\n",
        out);
    for (unsigned i = 0; (cost = vm_cost_desc(i)); i++) {
        fprintf(out, "| `%s` | %s | %s | ", cost->name, cost->words,
            vm_enum_words("counter", cost->counter));
        if (cost->where == vm_where_cpu) {
            nanoseconds(out, cost->picoseconds);
        } else {
            fprintf(out, "as %s",
                cost->where == vm_where_swap    ? "the medium of swap"
                : cost->where == vm_where_files ? "the medium of files"
                                                : vm_medium_desc(cost->where)->words);
        }
        fprintf(out, " | %s |\n", cost->source);
    }
}

static void questions(FILE *out)
{
    const struct vm_question_desc *question;
    fputs("\n## Questions before an operation\n\n"
          "| kind | question | answer | by |\n|---|---|---|---|\n",
        out);
    for (unsigned i = 0; (question = vm_question_desc(i)); i++) {
        fprintf(out, "| `%s` (%s) | %s | %s", question->name, question->title, question->sentence,
            vm_answer_name(question->answer));
        for (size_t k = 0; k < question->choices_n; k++) {
            fprintf(out, "%s `%s`", k ? "," : ":", question->choices[k].name);
        }
        const struct vm_event_desc *event = vm_event_desc(question->happening);
        fprintf(out, " | %s%s%s. %s |\n", event ? "`" : "", event ? event->name : "all of it",
            event ? "`" : "", question->why);
    }
}

void generate_md(FILE *out)
{
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    fprintf(out,
        "# Reference\n\nWritten by `vm_generate --md` from `engine/include/vm/*.def`; change the "
        "tables, "
        "not this page.\nEngine version %d.\n",
        VM_ENGINE_VERSION);
    operations(out);
    events(out);
    fputs("\n## Types of fields\n\n| type | shape | written as |\n|---|---|---|\n", out);
    static const char *const shapes[] = {"number", "64 bits", "enum", "flags"};
    for (size_t i = 0; i < n; i++) {
        if (!types[i].values) {
            fprintf(out, "| `%s` | %s | %s |\n", types[i].name, shapes[types[i].shape],
                types[i].written);
        }
    }
    words(out);
    policies(out);
    analyses(out);
    costs(out);
    questions(out);
}

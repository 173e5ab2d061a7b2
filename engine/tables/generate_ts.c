/* SPDX-License-Identifier: MIT
 * The tables as TypeScript. Rows keep their order, for it is the number on the wire.
 */
#include "generate.h"

#include "vm/analysis.h"
#include "vm/predict.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* some_name -> SomeName */
static void pascal(FILE *out, const char *name)
{
    bool upper = true;
    for (; *name; name++) {
        if (*name == '_') {
            upper = true;
            continue;
        }
        putc(upper ? toupper((unsigned char)*name) : *name, out);
        upper = false;
    }
}

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

static void ts_type(FILE *out, const char *type)
{
    const struct vm_type_desc *desc = vm_type_named(type);
    if (desc->shape == vm_shape_enum) {
        pascal(out, type);
    } else {
        fputs(desc->shape == vm_shape_big ? "bigint" : "number", out);
    }
}

static void words_of(FILE *out, const struct vm_type_desc *type)
{
    bool flags = type->shape == vm_shape_flags;
    fputs("\nexport const ", out);
    pascal(out, type->name);
    fputs(" = {\n", out);
    for (size_t i = 0; i < type->values_n; i++) {
        unsigned position = type->values[i].position;
        fprintf(out, "  %s: %u,\n", type->values[i].name, flags ? 1u << position : position);
    }
    fputs("} as const;\n", out);
    if (!flags) {
        fputs("export type ", out);
        pascal(out, type->name);
        fputs(" = (typeof ", out);
        pascal(out, type->name);
        fputs(")[keyof typeof ", out);
        pascal(out, type->name);
        fputs("];\n", out);
    }
}

/* What a picture that just opened is labelled with; all other words come after it (generate_said).
 */
static bool said_at_once(const char *type)
{
    static const char *const names[] = {"machine_kind", "frame_kind", "process_state", "task_state",
        "vma_kind", "object_kind", "wait_reason", "chunk_state", "prot_bits", "pte_bits"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], type) == 0) {
            return true;
        }
    }
    return false;
}

static void words_list(FILE *out, const struct vm_type_desc *type)
{
    putc('[', out);
    for (size_t i = 0; i < type->values_n; i++) {
        fputs(i ? ", " : "", out);
        text(out, type->values[i].words);
    }
    putc(']', out);
}

static void type_table(FILE *out)
{
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    static const char *const shapes[] = {"num", "big", "enum", "flags"};
    fputs("\n/** Types of fields: their shape, how a person sees them, and the names and words of "
          "enums "
          "and\n * flags; most of these stand in said.ts, and are here once `said()` has read it. "
          "*/\n"
          "interface TypeDesc<Written extends string> {\n"
          "  readonly shape: \"num\" | \"big\" | \"enum\" | \"flags\";\n"
          "  readonly written: Written;\n"
          "  readonly names: readonly string[];\n  readonly words: readonly string[];\n}\n"
          "const of = <Written extends string>(\n  shape: TypeDesc<Written>[\"shape\"],\n"
          "  written: Written,\n  words: readonly string[] = [],\n"
          "): TypeDesc<Written> => ({ shape, written, names: [], words });\n"
          "export const types = {\n",
        out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "  %s: of(\"%s\", ", types[i].name, shapes[types[i].shape]);
        text(out, types[i].written);
        if (said_at_once(types[i].name)) {
            fputs(", ", out);
            words_list(out, &types[i]);
        }
        fputs("),\n", out);
    }
    fputs("};\nexport type TypeName = keyof typeof types;\n", out);
}

static void members(FILE *out, const struct vm_field_desc *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "  %s: ", fields[i].name);
        ts_type(out, fields[i].type);
        fputs(";\n", out);
    }
}

static void event_types(FILE *out)
{
    const struct vm_event_desc *event;
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        fputs("\nexport interface ", out);
        pascal(out, event->name);
        fputs(event->change ? "Row {\n" : "Fields {\n", out);
        members(out, event->fields, event->fields_n);
        fputs("}\n", out);
    }
    fputs("\n/** A row of the state by the kind of its change. */\nexport interface Rows {\n", out);
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (event->change) {
            fprintf(out, "  %s: ", event->name);
            pascal(out, event->name);
            fputs("Row;\n", out);
        }
    }
    fputs("}\nexport type ChangeName = keyof Rows;\n"
          "/** A row is now different; its keys are the same in both. */\n"
          "export type Change = {\n"
          "  [K in ChangeName]: { event: K; change: true; old: Rows[K]; now: Rows[K] };\n"
          "}[ChangeName];\n"
          "\n/** What a happening tells, by its name. */\nexport interface Happenings {\n",
        out);
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (!event->change) {
            fprintf(out, "  %s: ", event->name);
            pascal(out, event->name);
            fputs("Fields;\n", out);
        }
    }
    fputs("}\nexport type HappeningName = keyof Happenings;\n"
          "export type Happening = {\n"
          "  [K in HappeningName]: { event: K; change: false; fields: Happenings[K] };\n"
          "}[HappeningName];\n"
          "export type VmEvent = Change | Happening;\n",
        out);
}

/* "name:type", or the name alone where both are one word: as objects they would be twice as much.
 */
static void field_list(FILE *out, const struct vm_field_desc *fields, size_t n)
{
    putc('"', out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s%s", i ? " " : "", fields[i].name);
        if (strcmp(fields[i].name, fields[i].type) != 0) {
            fprintf(out, ":%s", fields[i].type);
        }
    }
    putc('"', out);
}

static void event_table(FILE *out)
{
    fputs(
        "\nexport interface FieldDesc {\n  readonly name: string;\n  readonly type: TypeName;\n}\n"
        "const fieldsOf = (text: string): readonly FieldDesc[] =>\n"
        "  text.split(\" \").filter(Boolean).map((field) => {\n"
        "    const [name = \"\", type = name] = field.split(\":\");\n"
        "    return { name, type: type as TypeName };\n  });\n"
        "export interface EventDesc {\n  readonly name: ChangeName | HappeningName;\n"
        "  readonly change: boolean;\n  readonly keys: number;\n  readonly actor: Actor;\n"
        "  /** In said.ts; empty for a change, and until `said()` has read it. */\n"
        "  readonly sentence: string;\n"
        "  readonly fields: readonly FieldDesc[];\n}\n"
        "const event = (\n  name: ChangeName | HappeningName,\n  change: boolean,\n  keys: "
        "number,\n"
        "  actor: Actor,\n  fields: string,\n): EventDesc => ({ name, change, keys, actor, "
        "sentence: \"\", fields: "
        "fieldsOf(fields) });\n"
        "/** One row an event; its index is the kind on the wire. */\n"
        "export const events: readonly EventDesc[] = [\n",
        out);
    const struct vm_event_desc *event;
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        fprintf(out, "  event(\"%s\", %s, %zu, %u, ", event->name, event->change ? "true" : "false",
            event->change ? event->keys_n : 0, (unsigned)event->actor);
        field_list(out, event->fields, event->fields_n);
        fputs("),\n", out);
    }
    fputs("];\n", out);
}

static void op_table(FILE *out)
{
    const struct vm_op_desc *op;
    fputs("\nexport const OpKind = {\n", out);
    for (unsigned i = 0; (op = vm_op_desc(i)); i++) {
        fprintf(out, "  %s: %u,\n", op->name, i);
    }
    fputs("} as const;\nexport interface OpDesc {\n  readonly name: keyof typeof OpKind;\n"
          "  readonly setup: boolean;\n"
          "  readonly fields: readonly FieldDesc[];\n}\n"
          "export const ops: readonly OpDesc[] = [\n",
        out);
    for (unsigned i = 0; (op = vm_op_desc(i)); i++) {
        fprintf(out, "  { name: \"%s\", setup: %s, fields: fieldsOf(", op->name,
            op->setup ? "true" : "false");
        field_list(out, op->fields, op->fields_n);
        fputs(") },\n", out);
    }
    fputs("];\n", out);
}

static void policy_table(FILE *out)
{
    static const char *const shapes[] = {"scalar", "frames", "ghosts", "nodes"};
    const struct vm_policy_desc *policy;
    fputs("\nexport const PolicyKind = {\n", out);
    for (unsigned i = 0; (policy = vm_policy_desc(i)); i++) {
        fprintf(out, "  \"%s\": %u,\n", policy->name, i);
    }
    fputs("} as const;\nexport interface RegionDesc {\n  readonly name: string;\n"
          "  readonly title: string;\n"
          "  readonly shape: \"scalar\" | \"frames\" | \"ghosts\" | \"nodes\";\n"
          "  readonly look: string;\n}\n"
          "export interface PolicyDesc {\n  readonly name: keyof typeof PolicyKind;\n"
          "  readonly title: string;\n  readonly rule: string;\n  readonly leastFrames: number;\n"
          "  /** What the number of its `look` is. */\n  readonly seen: string;\n"
          "  readonly regions: readonly RegionDesc[];\n}\n"
          "export const policies: readonly PolicyDesc[] = [\n",
        out);
    for (unsigned i = 0; (policy = vm_policy_desc(i)); i++) {
        fprintf(out, "  { name: \"%s\", title: ", policy->name);
        text(out, policy->title);
        fputs(", rule: ", out);
        text(out, policy->rule);
        fprintf(out, ", leastFrames: %u, seen: ", (unsigned)policy->least_frames);
        text(out, vm_policy_seen(policy));
        fputs(", regions: [", out);
        for (size_t k = 0; k < policy->regions_n; k++) {
            const struct vm_region_desc *region = &policy->regions[k];
            fprintf(out, "%s{ name: \"%s\", title: ", k ? ", " : "", region->name);
            text(out, region->title);
            fprintf(out, ", shape: \"%s\", look: \"%s\" }", shapes[region->shape], region->look);
        }
        fputs("] },\n", out);
    }
    fputs("];\n", out);
}

/* Read with the pages of traces only. */
void generate_analyses(FILE *out)
{
    static const char *const kinds[] = {"number", "real", "word"};
    const struct vm_analysis_desc *analysis;
    fputs("// SPDX-License-Identifier: MIT\n"
          "// Written by `vm_generate --analyses` from engine/include/vm/analyses.def; change the "
          "table.\n\n"
          "/** Questions about a whole trace, and the columns of their answers. */\n"
          "export interface ColumnDesc {\n  readonly name: string;\n  readonly title: string;\n"
          "  readonly unit: string;\n  readonly kind: \"number\" | \"real\" | \"word\";\n}\n"
          "export interface AnalysisDesc {\n  readonly name: string;\n  readonly title: string;\n"
          "  readonly question: string;\n  readonly source: string;\n"
          "  readonly columns: readonly ColumnDesc[];\n}\n"
          "export const analyses: readonly AnalysisDesc[] = [\n",
        out);
    for (unsigned i = 0; (analysis = vm_analysis_desc(i)); i++) {
        fprintf(out, "  {\n    name: \"%s\", title: ", analysis->name);
        text(out, analysis->title);
        fputs(",\n    question: ", out);
        text(out, analysis->question);
        fputs(",\n    source: ", out);
        text(out, analysis->source);
        fputs(",\n    columns: [\n", out);
        for (size_t k = 0; k < analysis->columns_n; k++) {
            const struct vm_column_desc *column = &analysis->columns[k];
            fprintf(out, "      { name: \"%s\", title: ", column->name);
            text(out, column->title);
            fputs(", unit: ", out);
            text(out, column->unit);
            fprintf(out, ", kind: \"%s\" },\n", kinds[column->kind]);
        }
        fputs("    ],\n  },\n", out);
    }
    fputs("];\n", out);
}

/* Read when somebody is asked for the first time. */
void generate_questions(FILE *out)
{
    const struct vm_question_desc *question;
    fputs(
        "// SPDX-License-Identifier: MIT\n"
        "// Written by `vm_generate --questions` from engine/include/vm/questions.def; change the "
        "table.\nimport type { FieldDesc, TypeName } from './generated.ts';\n\n"
        "/** Questions before an operation. */\n"
        "export type AnswerKind =\n",
        out);
    for (unsigned i = 0; vm_answer_name((enum vm_answer)i); i++) {
        fprintf(out, "  | \"%s\"\n", vm_answer_name((enum vm_answer)i));
    }
    fputs(";\nexport interface QuestionDesc {\n  readonly name: string;\n"
          "  readonly title: string;\n  readonly answer: AnswerKind;\n"
          "  readonly sentence: string;\n  readonly fields: readonly FieldDesc[];\n"
          "  readonly choices: readonly { readonly value: string; readonly text: string }[];\n}\n"
          "const of = (type: TypeName, name: string): FieldDesc => ({ type, name });\n"
          "export const questions: readonly QuestionDesc[] = [\n",
        out);
    for (unsigned i = 0; (question = vm_question_desc(i)); i++) {
        fprintf(out, "  {\n    name: \"%s\", title: ", question->name);
        text(out, question->title);
        fprintf(out, ", answer: \"%s\",\n    sentence: ", vm_answer_name(question->answer));
        text(out, question->sentence);
        fputs(",\n    fields: [", out);
        for (size_t k = 0; k < question->fields_n; k++) {
            fprintf(out, "%sof(\"%s\", \"%s\")", k ? ", " : "", question->fields[k].type,
                question->fields[k].name);
        }
        fputs("],\n    choices: [", out);
        for (size_t k = 0; k < question->choices_n; k++) {
            fprintf(
                out, "%s\n      { value: \"%s\", text: ", k ? "," : "", question->choices[k].name);
            text(out, question->choices[k].words);
            fputs(" }", out);
        }
        fputs("],\n  },\n", out);
    }
    fputs("];\n", out);
}

static void cost_table(FILE *out)
{
    const struct vm_cost_desc *cost;
    fputs("\n/** What each step of a counter costs: the row `cost` of a machine says how many "
          "picoseconds.\n * A clock is the sum of counters times these. */\n"
          "export const costs: readonly { readonly counter: Counter; readonly source: string }[] = "
          "[\n",
        out);
    for (unsigned i = 0; (cost = vm_cost_desc(i)); i++) {
        const char *source = cost->source;
        if (!*source && cost->where < vm_medium_count) {
            source = vm_medium_desc(cost->where)->source;
        }
        fprintf(out, "  { counter: %u, source: ", (unsigned)cost->counter);
        text(out, source);
        fputs(" },\n", out);
    }
    fputs("];\n", out);
}

static void medium_table(FILE *out)
{
    const struct vm_medium_desc *medium;
    fputs("\n/** One access to each kind of memory, unless a scenario says otherwise. */\n"
          "export const media: readonly {\n  readonly words: string;\n"
          "  readonly picoseconds: number;\n  readonly source: string;\n}[] = [\n",
        out);
    for (unsigned i = 0; (medium = vm_medium_desc(i)); i++) {
        fputs("  { words: ", out);
        text(out, medium->words);
        fprintf(out, ", picoseconds: %" PRIu64 ", source: ", medium->picoseconds);
        text(out, medium->source);
        fputs(" },\n", out);
    }
    fputs("];\n", out);
}

void generate_ts(FILE *out)
{
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    fprintf(out,
        "// SPDX-License-Identifier: MIT\n"
        "// The tables of engine/include/vm/*.def, written by `vm_generate --ts`. Change them "
        "there.\n\n"
        "export const engineVersion = %d;\n",
        VM_ENGINE_VERSION);
    for (size_t i = 0; i < n; i++) {
        if (types[i].values) {
            words_of(out, &types[i]);
        }
    }
    type_table(out);
    event_types(out);
    event_table(out);
    op_table(out);
    policy_table(out);
    cost_table(out);
    medium_table(out);
}

/* Read after the first picture, or before it where it shows a step. */
void generate_said(FILE *out)
{
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    const struct vm_event_desc *event;
    fputs("// SPDX-License-Identifier: MIT\n"
          "// What the tables say of happenings and values, written by `vm_generate --said` from "
          "engine/include/vm/*.def;\n// change them there. tables.ts puts it into its places.\n"
          "import type { TypeName } from './generated.ts';\n\n"
          "/** The sentences of the happenings, in the order of the table. */\n"
          "export const sentences: readonly string[] = [\n",
        out);
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (!event->change) {
            fputs("  ", out);
            text(out, event->sentence);
            fputs(",\n", out);
        }
    }
    fputs("];\n\n/** The names of the values of enums and flags. */\n"
          "export const names: Partial<Record<TypeName, string>> = {\n",
        out);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < types[i].values_n; k++) {
            k ? fprintf(out, " %s", types[i].values[k].name)
              : fprintf(out, "  %s: \"%s", types[i].name, types[i].values[k].name);
        }
        fputs(types[i].values_n ? "\",\n" : "", out);
    }
    fputs("};\n\n/** The words of those that an opened picture is not labelled with. */\n"
          "export const words: Partial<Record<TypeName, readonly string[]>> = {\n",
        out);
    for (size_t i = 0; i < n; i++) {
        if (types[i].values_n && !said_at_once(types[i].name)) {
            fprintf(out, "  %s: ", types[i].name);
            words_list(out, &types[i]);
            fputs(",\n", out);
        }
    }
    fputs("};\n", out);
}

/* Reasons are read on demand: they would be a tenth of what a page loads at first. */
void generate_whys(FILE *out)
{
    fputs("// SPDX-License-Identifier: MIT\n"
          "// Written by `vm_generate --whys` from engine/include/vm/events.def; change the table, "
          "not "
          "this file.\nimport type { HappeningName } from './generated.ts';\n\n"
          "/** The reason for each happening, in a few sentences. */\n"
          "export const whys: Readonly<Record<HappeningName, string>> = {\n",
        out);
    const struct vm_event_desc *event;
    for (unsigned i = 0; (event = vm_event_desc(i)); i++) {
        if (!event->change) {
            fprintf(out, "  %s: ", event->name);
            text(out, event->why);
            fputs(",\n", out);
        }
    }
    fputs("};\n", out);
}

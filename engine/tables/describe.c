/* SPDX-License-Identifier: MIT
 * The .def tables as static data. A row's number is its position in the table.
 */
#include "vm/describe.h"
#include "vm/analysis.h"

#include <assert.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- events ---- */
#define KEY(event, type, name) {#name, #type},
#define COL(event, type, name) {#name, #type},
#define FIELD(event, type, name) {#name, #type},
#define CHANGE(name, ...) static const struct vm_field_desc fields_##name[] = {__VA_ARGS__};
#define HAPPENING(name, actor, sentence, why, ...)                                                 \
    static const struct vm_field_desc fields_##name[] = {__VA_ARGS__};
#include "vm/events.def"
#undef CHANGE
#undef HAPPENING
#undef KEY
#undef COL
#undef FIELD

#define KEY(event, type, name) +1
#define COL(event, type, name)
enum {
#define CHANGE(name, ...) keys_##name = 0 __VA_ARGS__,
#define HAPPENING(name, actor, sentence, why, ...)
#include "vm/events.def"
#undef CHANGE
#undef HAPPENING
};
#undef KEY
#undef COL

static const struct vm_event_desc events[] = {
#define CHANGE(row, ...)                                                                           \
    {.name = #row,                                                                                 \
        .change = true,                                                                            \
        .fields = fields_##row,                                                                    \
        .keys_n = keys_##row,                                                                      \
        .fields_n = COUNT(fields_##row),                                                           \
        .words_n = sizeof(struct vm_event_##row) / sizeof(uint64_t)},
#define HAPPENING(row, who, says, reason, ...)                                                     \
    {.name = #row,                                                                                 \
        .actor = vm_actor_##who,                                                                   \
        .sentence = says,                                                                          \
        .why = reason,                                                                             \
        .fields = fields_##row,                                                                    \
        .fields_n = COUNT(fields_##row),                                                           \
        .words_n = COUNT(fields_##row)},
#include "vm/events.def"
#undef CHANGE
#undef HAPPENING
};

#define CHANGE(row, ...)                                                                           \
    static_assert(sizeof(struct vm_event_##row) <= VM_FIELDS_MAX * sizeof(uint64_t), #row);
#define HAPPENING(row, who, says, reason, ...)                                                     \
    static_assert(sizeof(struct vm_event_##row) == COUNT(fields_##row) * sizeof(uint64_t), #row);
#include "vm/events.def"
#undef CHANGE
#undef HAPPENING

/* ---- operations ---- */
#define FIELD(op, type, name) {#name, #type},
#define OP(name, stage, sentence, ...)                                                             \
    static const struct vm_field_desc op_fields_##name[] = {__VA_ARGS__};
#include "vm/ops.def"
#undef OP
#undef FIELD

enum { stage_setup = true, stage_run = false };
static const struct vm_op_desc ops[] = {
#define OP(row, stage, says, ...)                                                                  \
    {#row, stage_##stage, says, op_fields_##row, COUNT(op_fields_##row)},
#include "vm/ops.def"
#undef OP
};

/* ---- policies ---- */
#define SEEN(policy, words)
#define REGION(policy, row, shape, look, says) {#row, says, vm_region_##shape, #look},
#define POLICY(id, name, title, rule, source, least, regions)                                      \
    static const struct vm_region_desc regions_##id[] = {regions};
#include "vm/policies.def"
#undef POLICY
#undef REGION
#undef SEEN
#define SEEN(policy, words) .seen = words,
#define REGION(...)
static const struct vm_policy_desc policies[] = {
#define POLICY(row, word, says, who, paper, least, rest)                                           \
    {.id = #row,                                                                                   \
        .name = word,                                                                              \
        .title = says,                                                                             \
        .rule = who,                                                                               \
        .source = paper,                                                                           \
        .least_frames = least,                                                                     \
        .regions = regions_##row,                                                                  \
        .regions_n = COUNT(regions_##row),                                                         \
        rest},
#include "vm/policies.def"
#undef POLICY
};
#undef REGION
#undef SEEN

/* ---- analyses ---- */
enum { cell_number = VM_CELL_NUMBER, cell_real = VM_CELL_REAL, cell_word = VM_CELL_WORD };
#define COLUMN(row, says, measure, kind) {#row, says, measure, (enum vm_cell_kind)cell_##kind},
#define ANALYSIS(id, name, title, question, source, columns)                                       \
    static const struct vm_column_desc columns_##id[] = {columns};
#include "vm/analyses.def"
#undef ANALYSIS
static const struct vm_analysis_desc analyses[] = {
#define ANALYSIS(id, word, says, asks, paper, columns)                                             \
    {word, says, asks, paper, columns_##id, COUNT(columns_##id)},
#include "vm/analyses.def"
#undef ANALYSIS
};
#undef COLUMN

/* ---- costs ---- */
enum { where_cpu = vm_where_cpu, where_swap = vm_where_swap, where_files = vm_where_files };
#define MEDIUM(row, ...) where_##row = vm_medium_##row,
#define COST(...)
enum {
#include "vm/costs.def"
};
#undef MEDIUM
#undef COST
#define MEDIUM(row, price, words, from) {#row, words, from, price},
#define COST(...)
static const struct vm_medium_desc media[] = {
#include "vm/costs.def"
};
#undef MEDIUM
#undef COST
#define MEDIUM(...)
#define COST(row, of, place, price, words, from)                                                   \
    {#row, words, from, vm_counter_##of, where_##place, price},
static const struct vm_cost_desc costs[] = {
#include "vm/costs.def"
};
#undef MEDIUM
#undef COST

/* ---- types ---- */
#define VALUE(type, name, words) {#name, words, vm_##type##_##name},
#define VM_ENUM(type, values) static const struct vm_value_desc values_##type[] = {values};
#include "vm/enums.def"
#undef VM_ENUM
#undef VALUE
#define BIT(type, name, position, words) {#name, words, position},
#define VM_FLAGS(type, bits) static const struct vm_value_desc bits_##type[] = {bits};
#include "vm/flags.def"
#undef VM_FLAGS
#undef BIT

#define MEDIUM(row, picoseconds, words, source) {#row, words, vm_medium_##row},
#define COST(...)
static const struct vm_value_desc values_medium[] = {
#include "vm/costs.def"
};
#undef MEDIUM
#undef COST
#define MEDIUM(...)
#define COST(row, counter, where, picoseconds, words, source) {#row, words, vm_cost_##row},
static const struct vm_value_desc values_cost[] = {
#include "vm/costs.def"
};
#undef MEDIUM
#undef COST

#define TYPE(row, ctype, shape, says) {#row, vm_shape_##shape, says, NULL, 0},
#define VM_ENUM(row, values) {#row, vm_shape_enum, "its words", values_##row, COUNT(values_##row)},
#define VM_FLAGS(row, bits)                                                                        \
    {#row "_bits", vm_shape_flags, "its letters", bits_##row, COUNT(bits_##row)},
static const struct vm_type_desc types[] = {
#include "vm/types.def"
#include "vm/enums.def"
    {"medium", vm_shape_enum, "its words", values_medium, COUNT(values_medium)},
    {"cost", vm_shape_enum, "its words", values_cost, COUNT(values_cost)},
#include "vm/flags.def"
};
#undef TYPE
#undef VM_ENUM
#undef VM_FLAGS

static const char *const status_words[] = {
#define STATUS(name, words) words,
#include "vm/status.def"
#undef STATUS
};

const struct vm_event_desc *vm_event_desc(unsigned kind)
{
    return kind < COUNT(events) ? &events[kind] : NULL;
}

const struct vm_op_desc *vm_op_desc(unsigned kind)
{
    return kind < COUNT(ops) ? &ops[kind] : NULL;
}

const struct vm_policy_desc *vm_policy_desc(unsigned kind)
{
    return kind < COUNT(policies) ? &policies[kind] : NULL;
}

const struct vm_analysis_desc *vm_analysis_desc(unsigned kind)
{
    return kind < COUNT(analyses) ? &analyses[kind] : NULL;
}

int vm_analysis_named(const char *name)
{
    for (size_t i = 0; i < COUNT(analyses); i++) {
        if (strcmp(analyses[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const struct vm_region_desc *vm_policy_seen_region(const struct vm_policy_desc *policy)
{
    static const char *const placed[] = {"link", "hand", "pointer", "page", "hidden"};
    for (size_t i = 0; i < policy->regions_n && !policy->seen; i++) {
        const struct vm_region_desc *region = &policy->regions[i];
        bool drawn = region->shape != vm_region_scalar;
        for (size_t k = 0; k < COUNT(placed); k++) {
            drawn = drawn && strcmp(region->look, placed[k]) != 0;
        }
        if (drawn) {
            return region;
        }
    }
    return NULL;
}

const char *vm_policy_seen(const struct vm_policy_desc *policy)
{
    const struct vm_region_desc *region = vm_policy_seen_region(policy);
    return policy->seen ? policy->seen : region ? region->title : "";
}

const struct vm_medium_desc *vm_medium_desc(unsigned medium)
{
    return medium < COUNT(media) ? &media[medium] : NULL;
}

const struct vm_cost_desc *vm_cost_desc(unsigned cost)
{
    return cost < COUNT(costs) ? &costs[cost] : NULL;
}

const char *vm_status_words(enum vm_status status)
{
    return (unsigned)status < COUNT(status_words) ? status_words[status] : "unknown status";
}

const struct vm_type_desc *vm_types(size_t *n)
{
    *n = COUNT(types);
    return types;
}

const struct vm_type_desc *vm_type_named(const char *name)
{
    for (size_t i = 0; i < COUNT(types); i++) {
        if (strcmp(types[i].name, name) == 0) {
            return &types[i];
        }
    }
    return NULL;
}

static const struct vm_concept_desc concepts[] = {
#define CONCEPT(id, title) {#id, title},
#include "vm/concepts.def"
#undef CONCEPT
};

const struct vm_concept_desc *vm_concept_desc(unsigned concept)
{
    return concept < COUNT(concepts) ? &concepts[concept] : NULL;
}

int vm_concept_named(const char *id)
{
    for (size_t i = 0; i < COUNT(concepts); i++) {
        if (strcmp(concepts[i].id, id) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int vm_policy_named(const char *name)
{
    for (size_t i = 0; i < COUNT(policies); i++) {
        if (strcmp(policies[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int vm_enum_named(const char *type, const char *value)
{
    const struct vm_type_desc *desc = vm_type_named(type);
    for (size_t i = 0; desc && i < desc->values_n; i++) {
        if (strcmp(desc->values[i].name, value) == 0) {
            return (int)desc->values[i].position;
        }
    }
    return -1;
}

static const struct vm_value_desc *enum_value(const char *type, uint64_t value)
{
    const struct vm_type_desc *desc = vm_type_named(type);
    return desc && value < desc->values_n ? &desc->values[value] : NULL;
}

const char *vm_enum_name(const char *type, uint64_t value)
{
    const struct vm_value_desc *desc = enum_value(type, value);
    return desc ? desc->name : NULL;
}

const char *vm_enum_words(const char *type, uint64_t value)
{
    const struct vm_value_desc *desc = enum_value(type, value);
    return desc ? desc->words : NULL;
}

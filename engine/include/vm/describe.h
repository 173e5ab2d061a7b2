/* SPDX-License-Identifier: MIT
 * The tables as data: what each event, operation, enum and policy is called and which fields it
 * has. Readers that treat all rows alike (wire, JSON, narration, the generator, tests) start here.
 */
#ifndef VM_DESCRIBE_H
#define VM_DESCRIBE_H

#include "vm/types.h"

enum vm_shape { vm_shape_num, vm_shape_big, vm_shape_enum, vm_shape_flags };

struct vm_type_desc {
    const char *name;
    enum vm_shape shape;
    const char *written;                /* how a person sees it */
    const struct vm_value_desc *values; /* shape enum or flags: the words */
    size_t values_n;
};

struct vm_value_desc {
    const char *name;
    const char *words;
    unsigned position; /* enum: its number; flags: its bit */
};

struct vm_field_desc {
    const char *name;
    const char *type; /* a row of types.def or enums.def */
};

struct vm_event_desc {
    const char *name;
    bool change;                /* else a happening */
    enum vm_actor actor;        /* happenings only */
    const char *sentence, *why; /* happenings only */
    const struct vm_field_desc
        *fields;     /* a change: keys, then values (each twice on the wire: old, new) */
    size_t keys_n;   /* a change: leading fields that are keys */
    size_t fields_n; /* a change: keys + values; a happening: all fields */
    size_t words_n;  /* 64-bit words of the struct, and numbers on the wire */
};

struct vm_op_desc {
    const char *name;
    bool setup; /* applied before position 0 */
    const char *sentence;
    const struct vm_field_desc *fields;
    size_t fields_n;
};

/* How many words: one, one a frame, one a ghost, or one for each frame and then each ghost. */
enum vm_region_shape { vm_region_scalar, vm_region_frames, vm_region_ghosts, vm_region_nodes };
struct vm_region_desc {
    const char *name, *title;
    enum vm_region_shape shape;
    const char *look; /* how a word is drawn: policies.def */
};

struct vm_policy_desc {
    const char *id;           /* of C's names and of files */
    const char *name, *title; /* in texts, commands and links; for people */
    const char *rule;         /* who leaves */
    const char *source;       /* the paper or book */
    uint32_t least_frames;
    const struct vm_region_desc *regions;
    size_t regions_n;
    const char *seen; /* NULL: vm_policy_seen says */
};

struct vm_medium_desc {
    const char *name, *words, *source;
    uint64_t picoseconds; /* of one access, unless the configuration says otherwise */
};

/* Where a price comes from: a medium, or one of these. */
enum vm_where { vm_where_cpu = vm_medium_count, vm_where_swap, vm_where_files };
struct vm_cost_desc {
    const char *name, *words, *source; /* source "": that of the medium */
    enum vm_counter counter;
    unsigned where;       /* enum vm_medium, or enum vm_where */
    uint64_t picoseconds; /* where cpu */
};

/* All return static data; index below the enum's _count, else NULL. */
const struct vm_event_desc *vm_event_desc(unsigned kind);
const struct vm_op_desc *vm_op_desc(unsigned kind);
const struct vm_policy_desc *vm_policy_desc(unsigned kind);
/* What the number of its `look` is: "reference bit", "class 2R+M =". */
const char *vm_policy_seen(const struct vm_policy_desc *policy);
/* The region whose word that is; NULL: it is made of several. */
const struct vm_region_desc *vm_policy_seen_region(const struct vm_policy_desc *policy);
const struct vm_medium_desc *vm_medium_desc(unsigned medium);
const struct vm_cost_desc *vm_cost_desc(unsigned cost);
const char *vm_status_words(enum vm_status status);
const struct vm_type_desc *vm_types(size_t *n); /* plain types, then enums, then flags */
const struct vm_type_desc *vm_type_named(const char *name);

/* A row of concepts.def: what vmscope makes visible. */
struct vm_concept_desc {
    const char *id, *title;
};
const struct vm_concept_desc *vm_concept_desc(unsigned concept);
int vm_concept_named(const char *id);

/* The row's number by its name, or -1. */
int vm_policy_named(const char *name);
int vm_enum_named(const char *type, const char *value);
const char *vm_enum_name(const char *type, uint64_t value); /* NULL when out of range */
const char *vm_enum_words(const char *type, uint64_t value);

#endif

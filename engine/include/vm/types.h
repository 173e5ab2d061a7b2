/* SPDX-License-Identifier: MIT
 * Numbers with a meaning, and the tables as C types. Everything here is generated from the .def
 * files by the preprocessor; nothing is written twice.
 */
#ifndef VM_TYPES_H
#define VM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Results are the same for the same version; golden files prove it. Raise it when one changes. */
#define VM_ENGINE_VERSION 4

typedef uint32_t vm_pid;   /* process, from 1 in order of creation; 0 = none */
typedef uint32_t vm_tid;   /* thread, from 1 in order of creation; 0 = none */
typedef uint64_t vm_va;    /* virtual address, bytes */
typedef uint64_t vm_pa;    /* physical address, bytes */
typedef uint64_t vm_vpn;   /* virtual page number: address >> page_shift */
typedef uint32_t vm_frame; /* page frame, 0 .. frames-1; VM_NO_FRAME = none */
typedef uint32_t vm_slot;  /* swap slot, 0 .. slots-1; VM_NO_SLOT = none */

#define VM_NO_FRAME UINT32_MAX
#define VM_NO_SLOT UINT32_MAX
#define VM_LEVELS_MAX 5
#define VM_PTE_SHIFT 16 /* of an entry: the number above its flags */
#define VM_FIELDS_MAX 48
#define VM_CPUS_MAX 8
#define VM_PRIORITY_MAX 139 /* Linux has 140 levels; here a higher number runs first */

/* enum vm_<type> { VM_<TYPE-name>_<value> }: the prefix is vm_<type>_<value> in lower case. */
#define VALUE(type, name, words) vm_##type##_##name,
#define VM_ENUM(type, values) enum vm_##type{values vm_##type##_count};
#include "vm/enums.def"
#undef VM_ENUM
#undef VALUE

/* vm_<type>_bit_<name>: masks. */
#define BIT(type, name, position, words) vm_##type##_bit_##name = 1 << (position),
#define VM_FLAGS(type, bits) enum vm_##type##_bits{bits};
#include "vm/flags.def"
#undef VM_FLAGS
#undef BIT

#define STATUS(name, words) VM_##name,
enum vm_status {
#include "vm/status.def"
    VM_STATUS_COUNT
};
#undef STATUS

#define REGION(...)
#define POLICY(id, ...) vm_policy_kind_##id,
enum vm_policy_kind {
#include "vm/policies.def"
    vm_policy_kind_count
};
#undef POLICY
#undef REGION

#define COLUMN(...)
#define ANALYSIS(id, ...) vm_analysis_kind_##id,
enum vm_analysis_kind {
#include "vm/analyses.def"
    vm_analysis_kind_count
};
#undef ANALYSIS
#undef COLUMN

/* What policies may be told; one that has no use for a parameter passes it over. */
struct vm_policy_params {
    uint64_t seed; /* of random choices */
    uint64_t tick; /* references between two ticks of a policy's timer, at least 1 */
    uint64_t tau;  /* the window of working sets, in references, at least 1 */
};
static inline struct vm_policy_params vm_policy_params_default(void)
{
    return (struct vm_policy_params){.seed = 1, .tick = 1000, .tau = 1000};
}

#define MEDIUM(name, picoseconds, words, source) vm_medium_##name,
#define COST(...)
enum vm_medium {
#include "vm/costs.def"
    vm_medium_count
};
#undef MEDIUM
#undef COST

#define MEDIUM(...)
#define COST(name, ...) vm_cost_##name,
enum vm_cost {
#include "vm/costs.def"
    vm_cost_count
};
#undef MEDIUM
#undef COST

#define OP(name, stage, sentence, ...) vm_op_kind_##name,
enum vm_op_kind {
#include "vm/ops.def"
    vm_op_kind_count
};
#undef OP

#define CHANGE(name, ...) vm_event_##name,
#define HAPPENING(name, actor, sentence, why, ...) vm_event_##name,
enum vm_event_kind {
#include "vm/events.def"
    vm_event_count
};
#undef CHANGE
#undef HAPPENING

#define CONCEPT(id, title) vm_concept_##id,
enum vm_concept {
#include "vm/concepts.def"
    vm_concept_count
};
#undef CONCEPT

/* One operation: its kind, the line of the scenario it came from (0 = none), and its arguments. */
#define FIELD(op, type, name) uint64_t name;
#define OP(name, stage, sentence, ...)                                                             \
    struct vm_op_##name {                                                                          \
        __VA_ARGS__                                                                                \
    };
#include "vm/ops.def"
#undef OP
#undef FIELD

#define VM_OP_ARGS_MAX 24
struct vm_op {
    uint16_t kind; /* enum vm_op_kind */
    uint32_t line; /* 1-based line of the scenario, 0 = none */
    vm_va pc;      /* the instruction that does it: the thread's program counter; 0 = unknown */
    union {
        uint64_t arg[VM_OP_ARGS_MAX];
#define OP(name, stage, sentence, ...) struct vm_op_##name name;
#include "vm/ops.def"
#undef OP
    } u;
};

/* One struct an event. Of a change: its keys, then old_x and x of each value. */
#define KEY(event, type, name) uint64_t name;
#define COL(event, type, name)                                                                     \
    uint64_t old_##name;                                                                           \
    uint64_t name;
#define FIELD(event, type, name) uint64_t name;
#define CHANGE(name, ...)                                                                          \
    struct vm_event_##name {                                                                       \
        __VA_ARGS__                                                                                \
    };
#define HAPPENING(name, actor, sentence, why, ...)                                                 \
    struct vm_event_##name {                                                                       \
        __VA_ARGS__                                                                                \
    };
#include "vm/events.def"
#undef CHANGE
#undef HAPPENING
#undef FIELD
#undef COL
#undef KEY

#endif

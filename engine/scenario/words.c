/* SPDX-License-Identifier: MIT
 * The language's words as data: actions, machines, words of `expect`.
 */
#include "scenario/tree.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { stage_now = false, stage_later = true };
static const struct action_word actions[] = {
    {"", "", 0, 0, false},
#define ACTION(name, least, most, stage, usage) {#name, usage, least, most, stage_##stage},
#include "scenario/actions.def"
#undef ACTION
};

const struct action_word *action_word(enum action_kind kind)
{
    return &actions[(unsigned)kind < COUNT(actions) ? kind : ACTION_NONE];
}

enum action_kind action_named(const char *name)
{
    for (size_t i = 1; i < COUNT(actions); i++) {
        if (strcmp(actions[i].name, name) == 0) {
            return (enum action_kind)i;
        }
    }
    return ACTION_NONE;
}

void suggest_action(struct suggestion *suggestion)
{
    for (size_t i = 1; i < COUNT(actions); i++) {
        suggestion_offer(suggestion, actions[i].name);
    }
    suggestion_offer(suggestion, "refs");
}

const char *const *expect_words(size_t *n)
{
    static const char *const words[] = {"frames", "resident", "frame", "pa", "rss", "tables",
        "cached", "faults", "entry", "mapping", "pages", "maps", "vmas", "table_bytes", "linear",
        "mapped", "space", "page", "length", "position", "descriptors", "free_frames",
        "dirty_pages", "charged", "clock", "time", "access_time", "owner", "waiting", "value",
        "zombies", "exit_code", "parent", "pending", "masked", "handlers", "policy_word",
        "policy_page", "holes", "largest_hole", "free_bytes", "used_bytes",
        "internal_fragmentation", "external_fragmentation", "hole", "hole_size", "base", "bounds",
        "slabs", "objects", "eat", "fault_rate", "efficiency", "cpu_utilisation", "working_set"};
    *n = COUNT(words);
    return words;
}

static const struct {
    const char *name;
    int kind;
} machines[] = {
    {"paper", vm_machine_kind_paper},
    {"x86-64", vm_machine_kind_x86_64},
    {"x86-32", vm_machine_kind_x86_32},
    {"sv39", vm_machine_kind_sv39},
    {"custom", vm_machine_kind_custom},
    {"x86-64-5level", vm_machine_kind_x86_64_5level},
    {"base-bounds", vm_machine_kind_base_bounds},
    {"segmentation", vm_machine_kind_segmentation},
    {"free-list", vm_machine_kind_free_list},
    {"buddy", vm_machine_kind_buddy},
    {"slab", vm_machine_kind_slab},
    {"linear", vm_machine_kind_linear},
    {"inverted", vm_machine_kind_inverted},
    {"hashed", vm_machine_kind_hashed},
};

int machine_named(const char *name)
{
    for (size_t i = 0; i < COUNT(machines); i++) {
        if (strcmp(machines[i].name, name) == 0) {
            return machines[i].kind;
        }
    }
    return -1;
}

void suggest_machine(struct suggestion *suggestion)
{
    for (size_t i = 0; i < COUNT(machines); i++) {
        suggestion_offer(suggestion, machines[i].name);
    }
}

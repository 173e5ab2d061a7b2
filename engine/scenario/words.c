/* SPDX-License-Identifier: MIT
 * The language's words as data: actions, machines, words of `expect`.
 */
#include "scenario/tree.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { stage_now = false, stage_later = true };
static const struct action_word actions[] = {
    {"", "", 0, 0, false},
#define ACTION(name, least, most, stage, usage, words, about)                                      \
    {#name, usage, least, most, stage_##stage},
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
    static const char *const words[] = {
#define EXPECT(word, usage, about) #word,
#include "scenario/expect.def"
#undef EXPECT
    };
    *n = COUNT(words);
    return words;
}

static const struct {
    const char *name;
    int kind;
} machines[] = {
#define MACHINE(word, kind, about) {word, vm_machine_kind_##kind},
#include "scenario/machines.def"
#undef MACHINE
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

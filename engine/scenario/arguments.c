/* SPDX-License-Identifier: MIT
 * arguments.def as a table.
 */
#include "scenario/arguments.h"

#include "vm/types.h"

#include <string.h>

static const struct argument_word words[] = {
#define ARGUMENT(class, word, flag, about) {#class, #word, flag},
#include "scenario/arguments.def"
#undef ARGUMENT
};
enum { WORDS = sizeof words / sizeof words[0] };

const struct argument_word *argument_named(const char *class, const char *word)
{
    for (unsigned i = 0; i < WORDS; i++) {
        if (strcmp(words[i].class, class) == 0 && strcmp(words[i].word, word) == 0) {
            return &words[i];
        }
    }
    return NULL;
}

void argument_offer(const char *class, struct suggestion *suggestion)
{
    for (unsigned i = 0; i < WORDS; i++) {
        if (strcmp(words[i].class, class) == 0) {
            suggestion_offer(suggestion, words[i].word);
        }
    }
}

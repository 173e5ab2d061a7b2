/* SPDX-License-Identifier: MIT
 * The options of a machine, by the table options.def.
 */
#ifndef SCENARIO_OPTION_H
#define SCENARIO_OPTION_H

#include "scenario/run.h"

enum option_kind {
#define NUMBER(word, field, says) OPTION_##word,
#define WORD(word, field, words, says) OPTION_##word,
#define FLAG(word, field, says) OPTION_##word,
#define SPECIAL(word, says) OPTION_##word,
#define SCARCE(word, usage, says)
#include "scenario/options.def"
#undef NUMBER
#undef WORD
#undef FLAG
#undef SPECIAL
#undef SCARCE
    OPTION_COUNT
};

int option_named(const char *name); /* enum option_kind, or -1 */
void suggest_options(struct suggestion *suggestion);
/* An option of the `machine` line; its bit is added to `seen`. */
bool option_set(vm_run *run, const struct expr *option, uint64_t *seen);
/* name=value from outside; CONFIG_NOT_MINE: there is no such option. */
enum config_taken option_override(vm_run *run, const struct override_copy *override);
/* A number as the language writes it: 12, 0x1f, 4K. */
bool option_number(const char *text, uint64_t *out);

#endif

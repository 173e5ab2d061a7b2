/* SPDX-License-Identifier: MIT
 * Random machines and random operations, from a seed: most make sense, some do not.
 */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include "vm/vm.h"

struct dice {
    uint64_t state;
};
uint64_t dice_roll(struct dice *dice, uint64_t sides);       /* 0 .. sides-1 */
void dice_machine(struct dice *dice, struct vm_config *out); /* one with pages */
void dice_older_machine(struct dice *dice, struct vm_config *out);
void dice_any_machine(struct dice *dice, struct vm_config *out);
/* The operations that set up files and programs; returns how many. */
size_t dice_setup(struct dice *dice, struct vm_op *ops, size_t room);
/* An operation that looks at the machine to be likely to do something. */
struct vm_op dice_op(struct dice *dice, const vm_machine *machine);

#endif

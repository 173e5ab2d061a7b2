/* SPDX-License-Identifier: MIT
 * A run told in sentences, for who follows it by hand.
 */
#ifndef COMMAND_RUN_STORY_H
#define COMMAND_RUN_STORY_H

#include "vm/scenario.h"

/* Each operation with what happened, and what the policy knows whenever it has learnt something. */
void print_story(vm_run *run);

#endif

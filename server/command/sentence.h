/* SPDX-License-Identifier: MIT
 * What things are called at a moment of a run: processes, threads, objects, mappings, locks, and
 * the pages in the frames. Folded from the changes of the run's events, so that a sentence about an
 * operation in the middle has the names of that moment.
 */
#ifndef COMMAND_SENTENCE_H
#define COMMAND_SENTENCE_H

#include "vm/describe.h"
#include "vm/events.h"
#include "vm/scenario.h"

enum { SENTENCE_TABLES = 6 };
struct sentence_names {
    const vm_run *run;
    bool paper; /* pages and frames are counted in decimal */
    bool failed;
    struct sentence_table {
        unsigned kind; /* of its changes, which have one key */
        uint64_t *word;
        size_t rows;
    } table[SENTENCE_TABLES];
};

void sentence_begin(
    struct sentence_names *names, const vm_run *run, const struct vm_config *config);
void sentence_release(struct sentence_names *names);
void sentence_fold(struct sentence_names *names, const struct vm_event *change);

/* The number of an object's page, where somebody has it mapped. */
uint64_t sentence_vpn(const struct sentence_names *names, uint64_t object, uint64_t index);
/* The page in a frame; false: none. */
bool sentence_page(const struct sentence_names *names, uint64_t frame, uint64_t *vpn);
/* A page's or a frame's number. */
void sentence_print_number(const struct sentence_names *names, uint64_t number);
/* A happening's sentence. */
void sentence_print(const struct sentence_names *names, const struct vm_event *happening);

#endif

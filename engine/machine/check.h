/* SPDX-License-Identifier: MIT
 * Parts of vm_check in files of their own. Each gives the first broken invariant, or NULL.
 */
#ifndef MACHINE_CHECK_H
#define MACHINE_CHECK_H

#include "machine/world.h"

const char *check_sync(const vm_machine *m);
const char *check_cpus(const vm_machine *m); /* machine/check_cpus.c */
const char *check_tlbs(const vm_machine *m); /* machine/check_tlbs.c */
const char *check_memory(const vm_machine *m);
const char *check_files(const vm_machine *m); /* machine/check_files.c */

const char *check_signals(const vm_machine *m);  /* machine/check_signals.c */
const char *check_mappings(const vm_machine *m); /* machine/check_mappings.c */
const char *check_chunks(const vm_machine *m);   /* machine/check_malloc.c */
const char *check_stacks(const vm_machine *m);   /* machine/check_stacks.c */

const char *check_channels(const vm_machine *m); /* machine/check_channels.c */
const char *check_races(const vm_machine *m);    /* machine/check_race.c */

const char *check_hashed(const vm_machine *m); /* machine/check_hashed.c */

/* older/check.c */
const char *check_older(const vm_machine *m);

const char *check_threads(const vm_machine *m); /* machine/check_threads.c */

#endif

/* SPDX-License-Identifier: MIT
 * What a worker may not do. It reads text that strangers wrote: should that ever take it over,
 * there is no network, no file and no other process to reach.
 */
#ifndef SIM_CONFINE_H
#define SIM_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

/* Resource limits and a system-call filter, for good. address_space: bytes. Under a sanitizer only
 * the limits that it can live with. False: the kernel knows no filters (the limits hold
 * nevertheless). */
bool sim_confine(uint64_t address_space);

#endif

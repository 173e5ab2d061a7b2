/* SPDX-License-Identifier: MIT
 * What a lab session opens by id, from the store.
 */
#ifndef API_SOURCE_H
#define API_SOURCE_H

#include "lab/source.h"
#include "store.h"

struct lab_source api_source(store *s); /* its calls wait for a read; the store must outlive it */

#endif

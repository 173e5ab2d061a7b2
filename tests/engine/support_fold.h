/* SPDX-License-Identifier: MIT
 * Folds changes as a reader would: a map from (kind, keys) to values. Knows no row by name.
 */
#ifndef SUPPORT_FOLD_H
#define SUPPORT_FOLD_H

#include "vm/vm.h"

struct fold; /* rows that are not all 0 */

struct fold *fold_new(void);
void fold_free(struct fold *fold);
/* Applies every change of a stream, forwards or (undo) backwards. NULL, or what did not fit: an
 * `old` that is not what the fold holds, or malformed bytes. */
const char *fold_apply(struct fold *fold, const uint8_t *bytes, size_t length, bool undo);
bool fold_equal(const struct fold *a, const struct fold *b, char *difference, size_t room);
size_t fold_rows(const struct fold *fold);

#endif

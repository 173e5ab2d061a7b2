/* SPDX-License-Identifier: MIT
 * A machine put away: its arrays in pieces, of which those that did not change are shared with an
 * earlier image. A long run that touches little between two checkpoints costs little for each.
 */
#ifndef MACHINE_IMAGE_H
#define MACHINE_IMAGE_H

#include "vm/vm.h"

struct vm_image;
/* `before`, an image of the same run or NULL, gives the pieces that are the same. NULL: no memory.
 * *bytes: what it holds alone. */
struct vm_image *image_take(const vm_machine *m, const struct vm_image *before, size_t *bytes);
enum vm_status image_restore(const struct vm_image *image, vm_machine **out);
/* Returns the bytes that nobody holds any more. */
size_t image_free(struct vm_image *image); /* NULL is fine */

#endif

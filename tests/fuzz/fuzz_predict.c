/* SPDX-License-Identifier: MIT
 * libFuzzer: any bytes as the events of any operation. What is asked about them has a key that is
 * right, names only what the table has, and no byte makes the finder fail. The first byte picks the
 * operation.
 */
#include "vm/predict.h"
#include "vm/vm.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vm_question found[vm_question_kind_count];
    if (size < 2) {
        return 0;
    }
    struct vm_op op = {.kind = (uint16_t)(data[0] % vm_op_kind_count)};
    op.u.arg[0] = data[1];
    size_t n = vm_questions(&op, data + 2, size - 2, found);
    for (size_t i = 0; i < n; i++) {
        const struct vm_question_desc *desc = vm_question_desc(found[i].kind);
        if (!desc || !found[i].keys || found[i].keys > VM_KEYS_MAX ||
            (desc->answer == vm_answer_word && found[i].key[0].value >= desc->choices_n) ||
            !vm_question_right(&found[i], found[i].key[0])) {
            abort();
        }
    }
    return 0;
}

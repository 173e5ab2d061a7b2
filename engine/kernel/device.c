/* SPDX-License-Identifier: MIT
 * Devices as objects. A character device has no pages; a `device` has memory of its own.
 */
#include "kernel/device.h"

#include "kernel/file.h"

enum vm_status vm_op_device(vm_machine *m, const struct vm_op_device *op)
{
    bool memory = op->kind == vm_object_kind_device;
    bool stream = op->kind == vm_object_kind_char_null || op->kind == vm_object_kind_char_zero ||
                  op->kind == vm_object_kind_terminal;
    if ((!memory && !stream) || (memory && !op->bytes) || (stream && op->bytes)) {
        return VM_INVALID;
    }
    if (pages_of(m, op->bytes) > m->config.limits.pages) {
        return VM_LIMIT;
    }
    enum vm_status status = RESERVE(m, objects, 1);
    if (status != VM_OK) {
        return status;
    }
    m->outcome.value = object_new(m, (enum vm_object_kind)op->kind, (uint32_t)op->name, op->bytes);
    return VM_OK;
}

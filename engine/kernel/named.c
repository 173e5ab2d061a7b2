/* SPDX-License-Identifier: MIT
 * Names of shared memory and message queues; see named.h.
 */
#include "kernel/named.h"

#include "kernel/cred.h"
#include "kernel/file.h"
#include "kernel/page_cache.h"
#include "kernel/process.h"

bool named_may_be(uint64_t name, uint64_t flags)
{
    return name && flags <= 63 && flags & (vm_open_bit_read | vm_open_bit_write);
}

uint32_t named_find(const vm_machine *m, enum vm_object_kind kind, uint64_t name)
{
    for (uint32_t o = 1; o < m->objects_n; o++) {
        const struct object *object = &m->objects[o];
        if (object->kind == kind && object->links && object->name == name) {
            return o;
        }
    }
    return 0;
}

enum vm_errno_code named_refusal(const vm_machine *m, vm_pid pid, uint32_t object, uint64_t flags)
{
    const uint64_t both = vm_open_bit_read | vm_open_bit_write;
    if (!object && !(flags & vm_open_bit_create)) {
        return vm_errno_code_enoent;
    }
    bool may = !object || may_open(m, pid, object, (uint8_t)(flags & both));
    return may ? vm_errno_code_none : vm_errno_code_eacces;
}

void named_link(vm_machine *m, uint32_t object)
{
    object_set_links(m, object, 1);
    object_hold(m, object);
}

void named_unlink(vm_machine *m, vm_tid tid, uint32_t object)
{
    if (!object) {
        call_fail(m, tid, vm_errno_code_enoent);
        return;
    }
    object_set_links(m, object, 0);
    object_drop(m, object);
    call_end(m, tid, 0);
}

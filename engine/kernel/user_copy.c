/* SPDX-License-Identifier: MIT
 * The kernel touches user memory through the process's own page table, in kernel mode throughout.
 */
#include "kernel/user_copy.h"

#include "kernel/page_bytes.h"
#include "mmu/access.h"
#include "race/race.h"

enum user_copy_end user_touch(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame)
{
    switch (access_by_kernel(m, tid, va, access, frame)) {
    case ACCESS_DONE:
        return USER_DONE;
    case ACCESS_SKIPPED:
        return USER_FAULT;
    case ACCESS_KILLED:
        break;
    }
    return USER_KILLED;
}

/* What one page of the program holds of it. */
static void move_part(
    vm_machine *m, vm_tid tid, const struct user_copy *c, vm_frame user, uint32_t done, uint32_t n)
{
    vm_va va = c->va + done;
    uint32_t offset = (uint32_t)(va & (page_size(m) - 1));
    if (c->to_user) {
        EMIT(m, copied_to_user, .tid = tid, .object = c->object, .va = va, .bytes = n);
        frame_bytes_get(m, c->frame, c->offset + done, n, m->scratch);
        frame_bytes_put(m, user, offset, n, m->scratch);
    } else {
        EMIT(m, copied_from_user, .tid = tid, .object = c->object, .va = va, .bytes = n);
        frame_bytes_get(m, user, offset, n, m->scratch);
        frame_bytes_put(m, c->frame, c->offset + done, n, m->scratch);
    }
    race_range(m, tid, va, n, c->to_user ? vm_access_store : vm_access_load);
    count(m, m->tasks[tid].pid, vm_counter_copied_bytes, n);
}

enum user_copy_end user_copy_frame(vm_machine *m, vm_tid tid, const struct user_copy *c)
{
    enum vm_access access = c->to_user ? vm_access_store : vm_access_load;
    for (uint32_t done = 0, part; done < c->bytes; done += part) {
        vm_frame user;
        part = bytes_in_page(m, c->va + done, c->bytes - done);
        enum user_copy_end end = user_touch(m, tid, c->va + done, access, &user);
        if (end != USER_DONE) {
            return end;
        }
        move_part(m, tid, c, user, done, part);
    }
    return USER_DONE;
}

/* SPDX-License-Identifier: MIT
 * First in, first out: the page that was loaded first leaves. A use changes nothing.
 */
#include "policy/policy.h"

enum { LOADED, SERIAL };

/* A serial number, not the time: two pages may come in during one reference. */
static void load(vm_machine *m, vm_frame frame)
{
    uint64_t serial = policy_word(m, SERIAL, 0) + 1;
    policy_put(m, SERIAL, 0, serial);
    policy_put(m, LOADED, frame, serial);
}

static void touch(vm_machine *m, vm_frame frame)
{
    (void)m;
    (void)frame;
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, LOADED, frame, 0);
}

const struct vm_policy vm_policy_fifo = {
    .load = load, .touch = touch, .victim = policy_least, .drop = drop};

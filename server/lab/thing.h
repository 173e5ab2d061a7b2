/* SPDX-License-Identifier: MIT
 * One thing of the machine, and which changes are its own: a page, a frame, a slot, an entry of a
 * table or a TLB, a thread, a process, a mapping, an object.
 */
#ifndef LAB_THING_H
#define LAB_THING_H

#include "vm/events.h"
#include "vm/vm.h"
#include "wire/json_read.h"

enum lab_thing_kind {
    LAB_PAGE, /* a: process, b: page number */
    LAB_FRAME,
    LAB_SLOT,
    LAB_ENTRY, /* a: table, b: index */
    LAB_TLB,   /* a: processor, b: entry */
    LAB_THREAD,
    LAB_PROCESS,
    LAB_MAPPING,
    LAB_OBJECT,
};

struct lab_thing {
    enum lab_thing_kind kind;
    uint64_t a, b;
    /* Of a page: the tables whose entries translate it now, by level; lab_thing_place fills it,
     * lab_thing_owns keeps it true. */
    struct {
        uint32_t table;
        uint64_t index;
    } at[3];
    uint8_t shift[4]; /* pages of an entry of that level, log2 */
};

/* {"frame": 20}, {"page": …, "pid": 1}, … False: it names no thing. */
bool lab_thing_read(const json_value *json, struct lab_thing *thing);
/* Before the first event: what the machine, as it is then, says about it. */
void lab_thing_place(struct lab_thing *thing, const vm_machine *machine);
/* Does this change concern it? Events must come in order from where it was placed. */
bool lab_thing_owns(struct lab_thing *thing, const struct vm_event *event);

#endif

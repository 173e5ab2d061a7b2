/* SPDX-License-Identifier: MIT
 * Invariants of descriptors, of open files, and of who holds a shared memory.
 */
#include "machine/check.h"

static const char *check_descriptors(const vm_machine *m)
{
    uint64_t named = 0, refs = 0;
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        uint32_t d = m->processes[pid].first_descriptor;
        if (d && m->processes[pid].state != vm_process_state_alive) {
            return "40: who has ended has no descriptors";
        }
        for (; d; d = m->descriptors[d].next, named++) {
            uint32_t next = m->descriptors[d].next, file = m->descriptors[d].file;
            if (next && m->descriptors[next].fd <= m->descriptors[d].fd) {
                return "41: descriptors are in order, and no number means two things";
            }
            if (!m->open_files[file].refs || !m->open_files[file].object) {
                return "42: a descriptor names an open file";
            }
        }
    }
    for (uint32_t f = 1; f < m->open_files_n; f++) {
        refs += m->open_files[f].refs;
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        named += m->tasks[tid].pending.file != 0;
    }
    return refs == named ? NULL : "43: open files count the descriptors and calls that hold them";
}

/* Its name, open files and mappings. */
static const char *check_held(const vm_machine *m)
{
    for (uint32_t o = 1; o < m->objects_n; o++) {
        const struct object *object = &m->objects[o];
        if (object->kind != vm_object_kind_shmem) {
            continue;
        }
        uint64_t held = object->links;
        for (uint32_t f = 1; f < m->open_files_n; f++) {
            held += m->open_files[f].refs && m->open_files[f].object == o;
        }
        for (uint32_t v = 1; v < m->vmas_n; v++) {
            held += m->vmas[v].pid && m->vmas[v].object == o;
        }
        if (held != object->refs || !held) {
            return "47: shared memory counts who holds it, and somebody does";
        }
    }
    return NULL;
}

const char *check_files(const vm_machine *m)
{
    const char *problem = check_descriptors(m);
    return problem ? problem : check_held(m);
}

/* SPDX-License-Identifier: MIT
 * A digest of all that happens in each scenario of the library, the same on every machine and in
 * every build. `digests DIR` prints them; `digests DIR --check FILE` exits 1 when the file says
 * otherwise: then results changed, which needs a new VM_ENGINE_VERSION unless only sentences or
 * prices did.
 */
#include "shelf.h"
#include "vm/describe.h"

#include <inttypes.h>
#include <string.h>

enum { WINDOW_BYTES = 1 << 20 };

/* FNV-1a, 64 bits. */
static uint64_t add(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Events by their names and values: a new row in a table changes nobody's digest. */
static uint64_t add_events(uint64_t hash, const struct vm_events *events)
{
    size_t at = 0;
    struct vm_event event;
    while (vm_event_next(events->bytes, events->length, &at, &event)) {
        const struct vm_event_desc *desc = vm_event_desc(event.kind);
        hash = add(hash, desc->name, strlen(desc->name) + 1);
        for (size_t i = 0; i < event.n; i++) {
            uint8_t bytes[8];
            for (unsigned b = 0; b < sizeof bytes; b++) {
                bytes[b] = (uint8_t)(event.word[i] >> (8 * b));
            }
            hash = add(hash, bytes, sizeof bytes);
        }
    }
    return hash;
}

/* Every event of every step, and the state at the end. */
static uint64_t digest(vm_run *run)
{
    vm_history *history = vm_run_history(run);
    uint64_t hash = UINT64_C(0xcbf29ce484222325), length = vm_history_length(history);
    struct vm_events events = {0};
    for (uint64_t from = 0, reached = 0; from < length; from = reached) {
        vm_events_clear(&events);
        if (vm_history_events(history, from, length, WINDOW_BYTES, &events, NULL, &reached) !=
                VM_OK ||
            reached == from) {
            fatal("digests", "the events cannot be read");
        }
        hash = add_events(hash, &events);
    }
    vm_events_clear(&events);
    vm_describe(vm_history_head(history), &events);
    hash = add_events(hash, &events);
    vm_events_release(&events);
    return hash;
}

static void print(FILE *out, const struct shelf *shelf)
{
    fprintf(out,
        "# Made by tests/library/digests.c: scenario, steps, digest of its events.\n"
        "engine %d\n",
        VM_ENGINE_VERSION);
    for (size_t i = 0; i < shelf->n; i++) {
        struct vm_diagnostics diagnostics = {0};
        vm_run *run = NULL;
        if (vm_run_new(shelf->item[i].scenario, NULL, 0, NULL, &diagnostics, &run) != VM_OK) {
            fatal(shelf->item[i].name,
                diagnostics.length ? diagnostics.item[0].message : "cannot run");
        }
        while (vm_run_go(run, 1 << 20) == VM_RUN_MORE) {
        }
        fprintf(out, "%s %" PRIu64 " %016" PRIx64 "\n", shelf->item[i].name,
            vm_history_length(vm_run_history(run)), digest(run));
        vm_run_free(run);
        vm_diagnostics_release(&diagnostics);
    }
}

int main(int argc, char **argv)
{
    static struct shelf shelf;
    if (argc != 2 && !(argc == 4 && strcmp(argv[2], "--check") == 0)) {
        fatal("usage", "digests DIR [--check FILE]");
    }
    shelf_fill(&shelf, argv[1]);
    int code = 0;
    if (argc == 2) {
        print(stdout, &shelf);
    } else {
        code = shelf_check(&shelf, argv[3], "CONTRIBUTING.md, when results change", print);
    }
    shelf_release(&shelf);
    return code;
}

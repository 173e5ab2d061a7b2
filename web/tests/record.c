/* SPDX-License-Identifier: MIT
 * Records a run of the engine for the web tests: one process, fork and copy-on-write, program
 * pages, signals, swap. Lines of text: `state <op> <hex>` and `step <n> <kind> <line> <tid> <hex>`,
 * the bytes as they travel. With --check FILE exits 1 when the file is not what the engine says.
 */
#include "vm/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE UINT64_C(4096)

struct tour {
    vm_history *history;
    uint32_t line;
};

static void fatal(const char *what, enum vm_status status)
{
    fprintf(stderr, "record: %s: %s\n", what, vm_status_words(status));
    exit(2);
}

static uint64_t run(struct tour *tour, struct vm_op op)
{
    op.line = ++tour->line;
    enum vm_status status = vm_history_append(tour->history, &op);
    if (status != VM_OK) {
        fatal(vm_op_desc(op.kind)->name, status);
    }
    return vm_last(vm_history_head(tour->history))->value;
}

#define RUN(name, ...) run(tour, (struct vm_op){.kind = vm_op_kind_##name, .u.name = {__VA_ARGS__}})

static uint64_t map(struct tour *tour, vm_tid tid, uint64_t pages, uint64_t flags)
{
    return RUN(mmap, tid, 0, pages * PAGE, vm_prot_bit_read | vm_prot_bit_write, flags, 0, 0, 7);
}

static void touch(struct tour *tour, vm_tid tid, uint64_t va, uint64_t pages, enum vm_access access)
{
    for (uint64_t i = 0; i < pages; i++) {
        RUN(access, tid, va + i * PAGE, access, 8);
    }
}

static void programs(struct tour *tour)
{
    RUN(file, 1, 0);
    RUN(segment, 1, vm_vma_kind_text, vm_prot_bit_read | vm_prot_bit_exec, 3 * PAGE);
    RUN(segment, 1, vm_vma_kind_data, vm_prot_bit_read | vm_prot_bit_write, 2 * PAGE);
    RUN(file, 2, 0);
    RUN(segment, 2, vm_vma_kind_text, vm_prot_bit_read | vm_prot_bit_exec, 4 * PAGE);
    RUN(needs, 1, 2);
}

static void travel(struct tour *tour)
{
    programs(tour);
    const vm_tid a = 1, b = 2;
    RUN(start, 3, 1);
    uint64_t heap = map(tour, a, 6, 0);
    touch(tour, a, heap, 1, vm_access_load);
    touch(tour, a, heap, 3, vm_access_store);
    RUN(store, a, heap + 8, 42);
    RUN(load, a, heap + 8, 5);
    RUN(set, a, 6, 43);
    RUN(fork, a, 4);
    RUN(store, b, heap + 8, 7);
    RUN(store, a, heap + 8, 8);
    RUN(mprotect, a, heap, PAGE, vm_prot_bit_read);
    RUN(sigaction, a, vm_signo_sigsegv, vm_signal_action_skip);
    touch(tour, a, heap, 1, vm_access_store);
    RUN(mprotect, a, heap, PAGE, vm_prot_bit_read | vm_prot_bit_write);
    uint64_t big = map(tour, b, 40, 0);
    touch(tour, b, big, 40, vm_access_store);
    touch(tour, a, heap, 3, vm_access_load);
    RUN(set_policy, vm_policy_kind_lru);
    touch(tour, b, big, 10, vm_access_store);
    RUN(munmap, b, big, 20 * PAGE);
    RUN(wait, a, b);
    RUN(exit, b, 3);
    touch(tour, a, heap, 2, vm_access_store);
    RUN(munmap, a, UINT64_C(1) << 40, 0);
    touch(tour, a, heap + 100 * PAGE, 1, vm_access_fetch);
}

static void put_hex(FILE *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%02x", bytes[i]);
    }
    fputc('\n', out);
}

static void put_state(FILE *out, struct tour *tour, uint64_t at)
{
    const vm_machine *machine;
    struct vm_events events = {0};
    enum vm_status status = vm_history_at(tour->history, at, &machine);
    if (status != VM_OK) {
        fatal("state", status);
    }
    vm_describe(machine, &events);
    fprintf(out, "state %" PRIu64 " ", at);
    put_hex(out, events.bytes, events.length);
    vm_events_release(&events);
}

static void put_steps(FILE *out, struct tour *tour)
{
    const uint64_t length = vm_history_length(tour->history);
    for (uint64_t n = 1; n <= length; n++) {
        struct vm_events events = {0};
        struct vm_op op;
        size_t end;
        uint64_t reached;
        enum vm_status status =
            vm_history_events(tour->history, n - 1, n, SIZE_MAX, &events, &end, &reached);
        if (status != VM_OK || vm_history_op(tour->history, n, &op) != VM_OK) {
            fatal("steps", status);
        }
        fprintf(out, "step %" PRIu64 " %u %" PRIu32 " 0 ", n, op.kind, op.line);
        put_hex(out, events.bytes, events.length);
        vm_events_release(&events);
    }
}

static void record(FILE *out)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 64;
    config.slots = 48;
    config.tlb_ways = 8;
    struct tour tour = {0};
    enum vm_status status = vm_history_new(&config, NULL, &tour.history);
    if (status != VM_OK) {
        fatal("history", status);
    }
    travel(&tour);
    put_state(out, &tour, 0);
    put_state(out, &tour, vm_history_length(tour.history) / 2);
    put_state(out, &tour, vm_history_length(tour.history));
    put_steps(out, &tour);
    vm_history_free(tour.history);
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        record(stdout);
        return 0;
    }
    if (argc != 3 || strcmp(argv[1], "--check") != 0) {
        fprintf(stderr, "usage: web_record [--check FILE]\n");
        return 2;
    }
    FILE *made = tmpfile();
    FILE *kept = fopen(argv[2], "rb");
    if (!made || !kept) {
        perror(argv[2]);
        return 2;
    }
    record(made);
    rewind(made);
    int x, y;
    do {
        x = getc(made);
        y = getc(kept);
    } while (x == y && x != EOF);
    fclose(made);
    fclose(kept);
    if (x != y) {
        fprintf(
            stderr, "%s: the engine says otherwise now; run web_record > %s\n", argv[2], argv[2]);
    }
    return x != y;
}

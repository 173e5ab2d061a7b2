/* SPDX-License-Identifier: MIT
 * Random calls of the malloc family that a C program made under glibc 2.36 on Linux (malloc.txt),
 * made again in the engine: the same addresses, faults, heap and resident pages, call by call.
 *
 * A line: what (m malloc, c calloc, r realloc, f free, t write to the block), the block's number,
 * bytes, where it came to lie (1 heap, 2 a mapping), at which byte of it, minor faults of the call,
 * pages of the heap, resident pages.
 */
#include "vm/vm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define BLOCKS 64

struct line {
    char what;
    unsigned block;
    uint64_t bytes, where, offset, faults, heap, resident;
};

struct replay {
    vm_machine *m;
    vm_va brk0, block[BLOCKS];
};

static void begin(struct replay *replay)
{
    vm_machine_free(replay->m);
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 1 << 14;
    *replay = (struct replay){0};
    assert_int_equal(vm_machine_new(&config, &replay->m), VM_OK);
    struct vm_op op = {.kind = vm_op_kind_start, .u.start = {1, 0}};
    assert_int_equal(vm_apply(replay->m, &op, NULL), VM_OK);
    replay->brk0 = vm_process_brk(replay->m, 1);
}

static struct vm_op op_of(const struct replay *replay, const struct line *line)
{
    vm_va va = replay->block[line->block];
    switch (line->what) {
    case 'm':
        return (struct vm_op){.kind = vm_op_kind_malloc, .u.malloc = {1, line->bytes}};
    case 'c':
        return (struct vm_op){.kind = vm_op_kind_calloc, .u.calloc = {1, 1, line->bytes}};
    case 'r':
        return (struct vm_op){.kind = vm_op_kind_realloc, .u.realloc = {1, va, line->bytes}};
    case 'f':
        return (struct vm_op){.kind = vm_op_kind_free, .u.free = {1, va}};
    default:
        return (struct vm_op){
            .kind = vm_op_kind_access, .u.access = {1, va, vm_access_store, line->bytes}};
    }
}

static void make(struct replay *replay, const struct line *line, unsigned number)
{
    uint64_t before = vm_counter(replay->m, 1, vm_counter_minor);
    struct vm_op op = op_of(replay, line);
    assert_int_equal(vm_apply(replay->m, &op, NULL), VM_OK);
    vm_va va = vm_last(replay->m)->value;
    vm_va brk = vm_process_brk(replay->m, 1);
    uint64_t where = 0, offset = 0;
    if (line->what != 't') {
        replay->block[line->block] = line->what == 'f' ? 0 : va;
    }
    if (line->what != 't' && line->what != 'f' && va) {
        where = va >= replay->brk0 && va < brk ? 1 : 2;
        offset = where == 1 ? va - replay->brk0 : va & 4095;
    }
    uint64_t faults = vm_counter(replay->m, 1, vm_counter_minor) - before;
    uint64_t heap = (brk - replay->brk0) / 4096;
    uint64_t resident = vm_counter(replay->m, 1, vm_counter_rss);
    if (where != line->where || offset != line->offset || faults != line->faults ||
        heap != line->heap || resident != line->resident) {
        fail_msg("malloc.txt:%u: got %llu %llu %llu %llu %llu", number, (unsigned long long)where,
            (unsigned long long)offset, (unsigned long long)faults, (unsigned long long)heap,
            (unsigned long long)resident);
    }
}

static void as_glibc(void **state)
{
    (void)state;
    FILE *file = fopen(VMSCOPE_SOURCE_DIR "/tests/conformance/malloc.txt", "r");
    assert_non_null(file);
    struct replay replay = {0};
    char text[200];
    unsigned number = 0, calls = 0;
    while (fgets(text, sizeof text, file)) {
        number++;
        struct line l;
        unsigned long long n[6];
        if (text[0] == '#') {
            begin(&replay);
            continue;
        }
        assert_int_equal(sscanf(text, "%c %u %llu %llu %llu %llu %llu %llu", &l.what, &l.block,
                             &n[0], &n[1], &n[2], &n[3], &n[4], &n[5]),
            8);
        assert_true(l.block < BLOCKS);
        l = (struct line){l.what, l.block, n[0], n[1], n[2], n[3], n[4], n[5]};
        make(&replay, &l, number);
        calls++;
    }
    assert_true(calls >= 1000);
    fclose(file);
    vm_machine_free(replay.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_glibc)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

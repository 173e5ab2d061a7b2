/* SPDX-License-Identifier: MIT
 * Counters before and after.
 */
#include "support_toll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct toll toll_of(const vm_machine *m, vm_pid pid)
{
    return (struct toll){.minor = (int64_t)vm_counter(m, pid, vm_counter_minor),
        .major = (int64_t)vm_counter(m, pid, vm_counter_major),
        .faults = (int64_t)vm_counter(m, pid, vm_counter_faults),
        .anon = (int64_t)vm_counter(m, pid, vm_counter_rss_anon),
        .file = (int64_t)vm_counter(m, pid, vm_counter_rss_file),
        .shmem = (int64_t)vm_counter(m, pid, vm_counter_rss_shmem),
        .swap = (int64_t)vm_counter(m, pid, vm_counter_swapped)};
}

static void same(int line, const char *what, int64_t got, int64_t expected)
{
    if (got != expected) {
        fail_msg(
            "line %d: %s %lld, expected %lld", line, what, (long long)got, (long long)expected);
    }
}

void toll_expect(vm_machine *m, vm_pid pid, const struct vm_op *op, struct toll expected, int line)
{
    struct toll before = toll_of(m, pid);
    machine_do(m, op);
    struct toll after = toll_of(m, pid);
    same(line, "minor", after.minor - before.minor, expected.minor);
    same(line, "major", after.major - before.major, expected.major);
    same(line, "faults", after.faults - before.faults, expected.faults);
    same(line, "rss_anon", after.anon - before.anon, expected.anon);
    same(line, "rss_file", after.file - before.file, expected.file);
    same(line, "rss_shmem", after.shmem - before.shmem, expected.shmem);
    same(line, "swap", after.swap - before.swap, expected.swap);
}

struct vm_op toll_touch(vm_tid tid, vm_va va, uint64_t n, enum vm_access access)
{
    return (struct vm_op){.kind = vm_op_kind_access,
        .u.access = {.tid = tid, .va = va, .access = access, .bytes = (n - 1) * 4096 + 1}};
}

vm_machine *toll_machine(uint32_t frames, uint32_t slots, uint32_t readahead)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = frames;
    config.slots = slots;
    config.kernel_frames = 1;
    config.tables_outside = true;
    config.readahead = readahead;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, start, .label = 1);
    return m;
}

uint64_t toll_frame(const vm_machine *m, vm_pid pid, vm_va va)
{
    vm_pa pa;
    assert_true(vm_translate(m, pid, va, &pa));
    return pa >> 12;
}

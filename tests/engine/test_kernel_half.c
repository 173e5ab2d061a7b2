/* SPDX-License-Identifier: MIT
 * The kernel's half: mapped in every process, out of user mode's reach, paid for by nobody; and
 * addresses of 48, 57 and 39 bits, which repeat their highest bit.
 */
#include "support_scenario.h"
#include "vm/vm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct kind {
    enum vm_machine_kind kind;
    vm_va direct_map, trampoline; /* trampoline 0: no isolation there */
};
static const struct kind kinds[] = {
    {vm_machine_kind_x86_64, 0xffff888000000000, 0xfffffe0000000000},
    {vm_machine_kind_x86_64_5level, 0xff11000000000000, 0xfffffe0000000000},
    {vm_machine_kind_x86_32, 0xc0000000, 0xff800000},
    {vm_machine_kind_sv39, 0xffffffd600000000, 0},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void apply(vm_machine *m, struct vm_op op)
{
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    assert_null(vm_check(m));
}

/* Two processes whose handlers step over a bad access. */
static vm_machine *machine_of(const struct vm_config *config)
{
    vm_machine *m;
    assert_int_equal(vm_machine_new(config, &m), VM_OK);
    assert_null(vm_check(m));
    for (vm_tid tid = 1; tid <= 2; tid++) {
        apply(m, (struct vm_op){.kind = vm_op_kind_start, .u.start = {tid, 0}});
        apply(m, (struct vm_op){.kind = vm_op_kind_sigaction,
                     .u.sigaction = {tid, vm_signo_sigsegv, vm_signal_action_skip}});
    }
    return m;
}

static vm_machine *preset(const struct kind *kind)
{
    struct vm_config config;
    vm_config_preset(kind->kind, &config);
    return machine_of(&config);
}

/* What one access made happen: how many levels were read, and the trap's reason or -1. */
struct seen {
    unsigned levels, hits, protection;
    int reason;
    uint64_t code, address;
};

static struct seen touch(vm_machine *m, vm_tid tid, vm_va va)
{
    struct vm_events events = {0};
    struct vm_event event;
    struct seen seen = {.reason = -1};
    const struct vm_op op = {
        .kind = vm_op_kind_access, .u.access = {tid, va, vm_access_load, .bytes = 1}};
    assert_int_equal(vm_apply(m, &op, &events), VM_OK);
    assert_null(vm_check(m));
    for (size_t at = 0; vm_event_next(events.bytes, events.length, &at, &event);) {
        seen.levels += event.kind == vm_event_walk_level;
        seen.hits += event.kind == vm_event_tlb_hit;
        seen.protection += event.kind == vm_event_general_protection;
        if (event.kind == vm_event_trap) {
            seen.reason = (int)event.word[3];
        } else if (event.kind == vm_event_signal) {
            seen.code = event.word[2];
            seen.address = event.word[3];
        }
    }
    vm_events_release(&events);
    return seen;
}

static void mapped_but_out_of_reach(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        vm_machine *m = preset(&kinds[k]);
        const struct vm_config *config = vm_machine_config(m);
        for (vm_tid tid = 1; tid <= 2; tid++) {
            vm_va last = kinds[k].direct_map + 4096 * (config->kernel_frames - 1) + 8;
            struct seen seen = touch(m, tid, last);
            assert_int_equal(seen.reason, vm_trap_reason_supervisor);
            assert_int_equal(seen.levels, config->levels);
            assert_int_equal(seen.code, vm_si_code_maperr);
            assert_true(seen.address == last);
            assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
            vm_pa pa;
            assert_true(vm_translate(m, tid, last, &pa));
            assert_int_equal(pa, 4096 * (config->kernel_frames - 1) + 8);
            assert_int_equal(touch(m, tid, last + 4096).reason, vm_trap_reason_not_present);
        }
        vm_machine_free(m);
    }
}

static void it_costs_a_process_nothing(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        for (unsigned outside = 0; outside < 2; outside++) {
            struct vm_config config;
            vm_config_preset(kinds[k].kind, &config);
            config.tables_outside = outside;
            vm_machine *m = machine_of(&config);
            apply(m, (struct vm_op){.kind = vm_op_kind_fork, .u.fork = {1, 3}});
            uint64_t tables = 0;
            for (vm_pid pid = 1; pid <= 3; pid++) {
                assert_int_equal(vm_counter(m, pid, vm_counter_rss), 0);
                assert_int_equal(vm_frames_owned(m, pid), outside ? 0 : 1);
                tables += vm_tables_of(m, pid);
            }
            assert_int_equal(tables, 3);
            assert_int_equal(vm_counter(m, 0, vm_counter_tables), 3);
            apply(m, (struct vm_op){.kind = vm_op_kind_exit, .u.exit = {3, 0}});
            assert_int_equal(vm_counter(m, 0, vm_counter_tables), 2);
            assert_int_equal(touch(m, 1, kinds[k].direct_map).reason, vm_trap_reason_supervisor);
            vm_machine_free(m);
        }
    }
}

static void isolation_leaves_a_trampoline(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        struct vm_config config;
        vm_config_preset(kinds[k].kind, &config);
        config.kpti = true;
        if (!kinds[k].trampoline) {
            assert_non_null(vm_config_problem(&config));
            continue;
        }
        vm_machine *m = machine_of(&config);
        assert_int_equal(touch(m, 1, kinds[k].direct_map).reason, vm_trap_reason_not_present);
        assert_int_equal(touch(m, 1, kinds[k].trampoline).reason, vm_trap_reason_supervisor);
        assert_int_equal(
            touch(m, 1, kinds[k].trampoline + 4096).reason, vm_trap_reason_not_present);
        vm_machine_free(m);
    }
}

/* Bit 47 (56, 38) and all above it must be equal. */
static void canonical_addresses(void **state)
{
    (void)state;
    static const struct {
        int kind;
        vm_va va;
        bool canonical;
    } cases[] = {
        {0, 0x00007ffffffff000, true},
        {0, 0x0000800000000000, false},
        {0, 0x0000888000000000, false},
        {0, 0x0009000000000000, false},
        {0, 0xfff7888000000000, false},
        {0, 0xffff7fffffffffff, false},
        {0, 0xffff800000000000, true},
        {0, UINT64_MAX, true},
        {1, 0x0000800000000000, true},
        {1, 0x00ffffffffffffff, true},
        {1, 0x0100000000000000, false},
        {1, 0xff00000000000000, true},
        {1, 0xfeffffffffffffff, false},
        {3, 0x0000003fffffffff, true},
        {3, 0x0000004000000000, false},
        {3, 0xffffffc000000000, true},
        {3, 0xffffffbfffffffff, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        vm_machine *m = preset(&kinds[cases[i].kind]);
        struct seen seen = touch(m, 1, cases[i].va);
        assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
        if (cases[i].canonical) {
            assert_int_equal(seen.reason, vm_trap_reason_not_present);
        } else if (kinds[cases[i].kind].kind == vm_machine_kind_sv39) {
            assert_int_equal(seen.reason, vm_trap_reason_non_canonical);
            assert_true(seen.address == cases[i].va);
        } else { /* x86: another exception than the page fault, and the address is not told */
            assert_int_equal(seen.reason, -1);
            assert_int_equal(seen.protection, 1);
            assert_int_equal(seen.code, vm_si_code_kernel);
            assert_true(seen.address == 0);
            assert_int_equal(vm_counter(m, 1, vm_counter_faults), 0);
        }
        assert_int_equal(seen.levels > 0, cases[i].canonical);
        vm_machine_free(m);
    }
}

static void user_mappings_end_below(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        vm_machine *m = preset(&kinds[k]);
        struct vm_op map = {.kind = vm_op_kind_mmap,
            .u.mmap = {.tid = 1,
                .hint = kinds[k].direct_map & ~UINT64_C(0xfff),
                .bytes = 4096,
                .prot = 3,
                .flags = vm_map_bit_fixed}};
        apply(m, map);
        assert_true(vm_last(m)->value > UINT64_MAX - 100);
        vm_machine_free(m);
    }
}

/* Five levels translate 57 bits: far beyond what four levels reach. */
static void wide_addresses(void **state)
{
    (void)state;
    const vm_va far = 0x00fe123456789000;
    vm_machine *m = preset(&kinds[1]);
    apply(m, (struct vm_op){.kind = vm_op_kind_mmap,
                 .u.mmap = {
                     .tid = 1, .hint = far, .bytes = 8192, .prot = 3, .flags = vm_map_bit_fixed}});
    assert_true(vm_last(m)->value == far);
    apply(m, (struct vm_op){.kind = vm_op_kind_store, .u.store = {1, far + 4096, 77}});
    uint64_t value;
    assert_true(vm_value(m, 1, far + 4096, &value));
    assert_int_equal(value, 77);
    assert_int_equal(vm_tables_of(m, 1), 5);
    vm_machine_free(m);
    m = preset(&kinds[0]);
    apply(m, (struct vm_op){.kind = vm_op_kind_mmap,
                 .u.mmap = {
                     .tid = 1, .hint = far, .bytes = 8192, .prot = 3, .flags = vm_map_bit_fixed}});
    assert_true(vm_last(m)->value > UINT64_MAX - 100);
    vm_machine_free(m);
}

/* The bit G: a switch of processes empties an untagged TLB, but not of the kernel's pages. */
static void global_entries_survive_a_switch(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_32, &config);
    vm_machine *m = machine_of(&config);
    assert_int_equal(touch(m, 1, 0xc0003000).hits, 0);
    const vm_vpn vpn = 0xc0003;
    apply(
        m, (struct vm_op){.kind = vm_op_kind_preset_tlb, .u.preset_tlb = {1, 0, vpn, .frame = 3}});
    for (vm_tid tid = 1; tid <= 2; tid++) {
        struct seen seen = touch(m, tid, 0xc0003000);
        assert_int_equal(seen.hits, 1);
        assert_int_equal(seen.levels, 0);
        assert_int_equal(seen.reason, vm_trap_reason_supervisor);
    }
    apply(m, (struct vm_op){.kind = vm_op_kind_exit, .u.exit = {2, 0}});
    assert_int_equal(touch(m, 1, 0xc0003000).hits, 1);
    vm_machine_free(m);
}

static void paper_and_custom_have_none(void **state)
{
    (void)state;
    const enum vm_machine_kind small[] = {vm_machine_kind_paper, vm_machine_kind_custom};
    for (int k = 0; k < 2; k++) {
        struct vm_config config;
        vm_config_preset(small[k], &config);
        vm_machine *m = machine_of(&config);
        struct vm_events events = {0};
        struct vm_event event;
        vm_describe(m, &events);
        for (size_t at = 0; vm_event_next(events.bytes, events.length, &at, &event);) {
            assert_true(event.kind != vm_event_table || event.word[2] != 0);
        }
        vm_events_release(&events);
        vm_machine_free(m);
    }
}

static void a_scenario_asks(void **state)
{
    (void)state;
    vm_run *run = run_text(HEAD "A: sigaction(SIGSEGV, skip)\n"
                                "A: r = *0xffff888000003008\n"
                                "expect fault segv maperr\n"
                                "expect pa(A, 0xffff888000003008) = 0x3008\n"
                                "expect walk_reads = 4\n"
                                "expect tables(A) = 1\n");
    assert_int_equal(held_all(run), 4);
    vm_run_free(run);
    run = run_text("vmscope 1\nmachine x86-64 { frames 64  kpti }\nA = start empty\n"
                   "expect pa(A, 0xffff888000003008) = none\n"
                   "expect pa(A, 0xfffffe0000000000) != none\n");
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
    struct vm_diagnostic found;
    const char *sv39 = "vmscope 1\nmachine sv39 { kpti }\n";
    assert_true(first_diagnostic(sv39, strlen(sv39), &found));
    assert_int_equal(found.line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mapped_but_out_of_reach),
        cmocka_unit_test(it_costs_a_process_nothing),
        cmocka_unit_test(isolation_leaves_a_trampoline),
        cmocka_unit_test(canonical_addresses),
        cmocka_unit_test(user_mappings_end_below),
        cmocka_unit_test(wide_addresses),
        cmocka_unit_test(global_entries_survive_a_switch),
        cmocka_unit_test(paper_and_custom_have_none),
        cmocka_unit_test(a_scenario_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

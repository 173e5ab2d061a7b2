/* SPDX-License-Identifier: MIT
 * Programs in memory: the addresses are those that Linux 6.18 gave the same ELF files (measured
 * with randomisation off), execve keeps what it must keep and writes what it must write.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { R = vm_prot_bit_read, W = vm_prot_bit_write, X = vm_prot_bit_exec };

struct load {
    uint64_t prot;
    vm_va va;
    uint64_t offset, file_bytes, bytes;
};
struct area {
    vm_va start;
    uint64_t pages, prot, offset;
};

static uint32_t elf_file(vm_machine *m, uint32_t name, const struct load *load, size_t n)
{
    uint64_t size = load[n - 1].offset + load[n - 1].file_bytes;
    uint32_t object = (uint32_t)DO(m, file, .name = name, .bytes = size);
    for (size_t i = 0; i < n; i++) {
        DO(m, elf_segment, .object = object, .prot = load[i].prot, .va = load[i].va,
            .offset = load[i].offset, .file_bytes = load[i].file_bytes, .bytes = load[i].bytes);
    }
    return object;
}

/* The loader of Debian 12 and the programs of the measurement, as readelf -l shows them. */
static const struct load loader[] = {{R, 0, 0, 0xd20, 0xd20},
    {R | X, 0x1000, 0x1000, 0x25f51, 0x25f51}, {R, 0x27000, 0x27000, 0x9d0c, 0x9d0c},
    {R | W, 0x31900, 0x31900, 0x2810, 0x28f8}};
static const struct load hello[] = {{R, 0, 0, 0x628, 0x628}, {R | X, 0x1000, 0x1000, 0x161, 0x161},
    {R, 0x2000, 0x2000, 0xec, 0xec}, {R | W, 0x3dd0, 0x2dd0, 0x248, 0x250}};
static const struct load big_bss[] = {{R, 0, 0, 0x628, 0x628},
    {R | X, 0x1000, 0x1000, 0x161, 0x161}, {R, 0x2000, 0x2000, 0xec, 0xec},
    {R | W, 0x3dd0, 0x2dd0, 0x260, 0x10290}};
static const struct load fixed_program[] = {{R, 0x400000, 0, 0x4e0, 0x4e0},
    {R | X, 0x401000, 0x1000, 0x161, 0x161}, {R, 0x402000, 0x2000, 0xec, 0xec},
    {R | W, 0x403de0, 0x2de0, 0x250, 0x10280}};
static const struct load static_pie[] = {{R, 0, 0, 0x8000 + 0x100, 0x8100},
    {R | X, 0x9000, 0x9000, 0x78f00, 0x78f00}, {R, 0x82000, 0x82000, 0x29f00, 0x29f00},
    {R | W, 0xac800, 0xab800, 0x6000, 0x1b800}};

static void expect_areas(vm_machine *m, vm_pid pid, const struct area *area, size_t n)
{
    vm_vpn from = 0;
    for (size_t i = 0; i < n; i++) {
        struct vm_vma_view vma;
        assert_true(vm_vma_next(m, pid, from, &vma));
        if (vma.start != area[i].start / PAGE || vma.end - vma.start != area[i].pages ||
            vma.prot != area[i].prot || (vma.object && vma.offset != area[i].offset)) {
            fail_msg("area %zu: 0x%llx, %llu pages, prot %u, offset %llu; wanted 0x%llx", i,
                (unsigned long long)(vma.start * PAGE), (unsigned long long)(vma.end - vma.start),
                vma.prot, (unsigned long long)vma.offset, (unsigned long long)area[i].start);
        }
        from = vma.end;
    }
    struct vm_vma_view rest;
    assert_false(vm_vma_next(m, pid, from, &rest));
}
#define EXPECT_AREAS(m, pid, areas) expect_areas(m, pid, areas, sizeof(areas) / sizeof(areas)[0])

/* argv {"p"}, no environment. */
static uint64_t exec_plain(vm_machine *m, vm_tid tid, uint32_t program)
{
    return DO(m, execve, .tid = tid, .program = program, .argc = 1, .bytes = 2, .w0 = 'p');
}

static void warm_file(vm_machine *m, uint32_t object)
{
    DO(m, warm, .object = object);
}

static void pie_lies_where_linux_puts_it(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    uint32_t ld = elf_file(m, 1, loader, 4), program = elf_file(m, 2, hello, 4);
    DO(m, interpreter, .object = program, .interpreter = ld);
    DO(m, start, .label = 3);
    warm_file(m, ld);
    warm_file(m, program);
    uint64_t minor = vm_counter(m, 1, vm_counter_minor),
             faults = vm_counter(m, 1, vm_counter_faults);
    assert_int_equal(exec_plain(m, 1, program), 0);
    static const struct area areas[] = {{0x555555554000, 1, R, 0}, {0x555555555000, 1, R | X, 1},
        {0x555555556000, 1, R, 2}, {0x555555557000, 2, R | W, 2}, {0x7ffff7fc2000, 4, R, 0},
        {0x7ffff7fc6000, 2, R, 0}, {0x7ffff7fc8000, 2, R | X, 0}, {0x7ffff7fca000, 1, R, 0},
        {0x7ffff7fcb000, 38, R | X, 1}, {0x7ffff7ff1000, 10, R, 39}, {0x7ffff7ffb000, 4, R | W, 49},
        {0x7ffffffde000, 33, R | W, 0}};
    EXPECT_AREAS(m, 1, areas);
    /* Two data pages that end in BSS and the page of the arguments; no page of a file is mapped. */
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_anon), 3);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_file), 0);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults) - faults, 2);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor) - minor, 3);
    vm_pa pa;
    assert_true(vm_translate(m, 1, 0x555555558018, &pa));
    assert_true(vm_translate(m, 1, 0x7ffff7ffe110, &pa));
    assert_false(vm_translate(m, 1, 0x555555557dd0, &pa));
    assert_int_equal(vm_process_brk(m, 1), 0x555555559000);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void bss_pages_are_anonymous(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    uint32_t ld = elf_file(m, 1, loader, 4);
    uint32_t program = elf_file(m, 2, big_bss, 4), fixed = elf_file(m, 3, fixed_program, 4);
    DO(m, interpreter, .object = program, .interpreter = ld);
    DO(m, link, .object = fixed, .kind = vm_link_kind_static_fixed);
    DO(m, start, .label = 4);
    assert_int_equal(exec_plain(m, 1, program), 0);
    struct vm_vma_view vma;
    assert_true(vm_vma_at(m, 1, 0x555555559, &vma));
    assert_int_equal(vma.end - vma.start, 16);
    assert_int_equal(vma.object, 0);
    assert_int_equal(vma.kind, vm_vma_kind_bss);
    assert_int_equal(vm_process_brk(m, 1), 0x555555569000);
    assert_int_equal(exec_plain(m, 1, fixed), 0);
    static const struct area areas[] = {{0x400000, 1, R, 0}, {0x401000, 1, R | X, 1},
        {0x402000, 1, R, 2}, {0x403000, 2, R | W, 2}, {0x405000, 16, R | W, 0},
        {0x7ffff7ff7000, 4, R, 0}, {0x7ffff7ffb000, 2, R, 0}, {0x7ffff7ffd000, 2, R | X, 0},
        {0x7ffffffde000, 33, R | W, 0}};
    EXPECT_AREAS(m, 1, areas);
    assert_int_equal(vm_process_brk(m, 1), 0x415000);
    vm_machine_free(m);
}

static void static_pie_lies_among_the_mappings(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    uint32_t program = elf_file(m, 1, static_pie, 4);
    DO(m, link, .object = program, .kind = vm_link_kind_static_pie);
    DO(m, start, .label = 2, .program = program);
    static const struct area areas[] = {{0x7ffff7f2f000, 4, R, 0}, {0x7ffff7f33000, 2, R, 0},
        {0x7ffff7f35000, 2, R | X, 0}, {0x7ffff7f37000, 9, R, 0}, {0x7ffff7f40000, 121, R | X, 9},
        {0x7ffff7fb9000, 42, R, 130}, {0x7ffff7fe3000, 7, R | W, 171},
        {0x7ffff7fea000, 21, R | W, 0}, {0x7ffffffde000, 33, R | W, 0}};
    EXPECT_AREAS(m, 1, areas);
    assert_int_equal(vm_process_brk(m, 1), 0x555555555000);
    vm_machine_free(m);
}

/* The loader maps libc as ld.so did: one span, then each segment over it. */
static void libraries_come_below(void **state)
{
    (void)state;
    static const struct load libc[] = {{R, 0, 0, 0x25900, 0x25900},
        {R | X, 0x26000, 0x26000, 0x155800, 0x155800}, {R, 0x17c000, 0x17c000, 0x52fc0, 0x52fc0},
        {R | W, 0x1cf8d0, 0x1cf8d0, 0x5f98, 0x12868}};
    vm_machine *m = machine_x86(800);
    uint32_t lib = elf_file(m, 1, libc, 4), program = elf_file(m, 2, hello, 4);
    DO(m, needs, .object = program, .library = lib);
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 3, .program = program}};
    assert_int_equal(machine_count(m, &start, vm_event_library_mapped), 1);
    static const struct area areas[] = {{0x555555554000, 1, R, 0}, {0x555555555000, 1, R | X, 1},
        {0x555555556000, 1, R, 2}, {0x555555557000, 2, R | W, 2}, {0x7ffff7e14000, 38, R, 0},
        {0x7ffff7e3a000, 342, R | X, 38}, {0x7ffff7f90000, 83, R, 380},
        {0x7ffff7fe3000, 7, R | W, 463}, {0x7ffff7fea000, 13, R | W, 0}, {0x7ffff7ff7000, 4, R, 0},
        {0x7ffff7ffb000, 2, R, 0}, {0x7ffff7ffd000, 2, R | X, 0}, {0x7ffffffde000, 33, R | W, 0}};
    EXPECT_AREAS(m, 1, areas);
    vm_machine_free(m);
}

/* Linux 2.4: the program low, libraries and mappings from 0x40000000 upwards, the stack on top. */
static void classic_32_bit_layout(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_32, &config);
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    uint32_t lib = (uint32_t)DO(m, file, .name = 1), program = (uint32_t)DO(m, file, .name = 2);
    DO(m, segment, .object = lib, .kind = vm_vma_kind_text, .prot = R | X, .bytes = 3 * PAGE);
    DO(m, segment, .object = lib, .kind = vm_vma_kind_data, .prot = R | W, .bytes = PAGE);
    DO(m, segment, .object = program, .kind = vm_vma_kind_text, .prot = R | X, .bytes = PAGE);
    DO(m, segment, .object = program, .kind = vm_vma_kind_bss, .prot = R | W, .bytes = PAGE);
    DO(m, needs, .object = program, .library = lib);
    DO(m, start, .label = 3, .program = program);
    uint64_t at = DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = R | W);
    assert_int_equal(at, 0x40004000);
    static const struct area areas[] = {{0x08048000, 1, R | X, 0}, {0x08049000, 1, R | W, 0},
        {0x40000000, 3, R | X, 0}, {0x40003000, 1, R | W, 3}, {0x40004000, 1, R | W, 0},
        {0xbffdf000, 33, R | W, 0}};
    EXPECT_AREAS(m, 1, areas);
    vm_machine_free(m);
}

/* Sv39 has 256 GiB for a process; with 57 bits nobody gets more than 47 without asking. */
static void other_widths(void **state)
{
    (void)state;
    static const struct area sv39[] = {{0x2aaaaaa000, 1, R, 0}, {0x2aaaaab000, 1, R | X, 1},
        {0x2aaaaac000, 1, R, 2}, {0x2aaaaad000, 2, R | W, 2}, {0x3ff7fca000, 1, R, 0},
        {0x3ff7fcb000, 38, R | X, 1}, {0x3ff7ff1000, 10, R, 39}, {0x3ff7ffb000, 4, R | W, 49},
        {0x3fffffe000 - 32 * PAGE, 33, R | W, 0}};
    for (int wide = 0; wide < 2; wide++) {
        struct vm_config config;
        vm_config_preset(wide ? vm_machine_kind_x86_64_5level : vm_machine_kind_sv39, &config);
        vm_machine *m;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        uint32_t ld = elf_file(m, 1, loader, 4), program = elf_file(m, 2, hello, 4);
        DO(m, interpreter, .object = program, .interpreter = ld);
        DO(m, start, .label = 3, .program = program);
        struct vm_vma_view vma;
        if (wide) {
            assert_true(vm_vma_at(m, 1, 0x555555554, &vma) && vm_vma_at(m, 1, 0x7fffffffe, &vma));
        } else {
            EXPECT_AREAS(m, 1, sv39);
        }
        vm_machine_free(m);
    }
}

static void random_addresses_keep_the_order(void **state)
{
    (void)state;
    vm_va program[5], stack[5], mapping[5];
    for (uint64_t seed = 0; seed < 5; seed++) {
        struct vm_config config;
        vm_config_preset(vm_machine_kind_x86_64, &config);
        config.aslr = true;
        config.seed = seed;
        vm_machine *m;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        uint32_t ld = elf_file(m, 1, loader, 4), object = elf_file(m, 2, hello, 4);
        DO(m, interpreter, .object = object, .interpreter = ld);
        DO(m, start, .label = 3);
        assert_int_equal(exec_plain(m, 1, object), 0);
        static const uint64_t pages[] = {1, 1, 1, 2, 4, 2, 2, 1, 38, 10, 4, 33};
        struct vm_vma_view vma = {0};
        for (size_t i = 0; i < 12; i++) {
            assert_true(vm_vma_next(m, 1, vma.end, &vma));
            assert_int_equal(vma.end - vma.start, pages[i]);
            program[seed] = i == 0 ? vma.start : program[seed];
            mapping[seed] = i == 4 ? vma.start : mapping[seed];
        }
        stack[seed] = vma.end;
        assert_true(program[seed] >> 24 == 0x555 || program[seed] >> 24 == 0x556 ||
                    program[seed] >> 28 == 0x55 || program[seed] >> 28 == 0x56);
        assert_true(vm_process_brk(m, 1) / PAGE > program[seed] + 5);
        assert_int_equal(vm_task_sp(m, 1) % 16, 0);
        for (uint64_t other = 0; other < seed; other++) {
            assert_true(program[other] != program[seed] && stack[other] != stack[seed] &&
                        mapping[other] != mapping[seed]);
        }
        vm_machine_free(m);
    }
}

static uint64_t word(vm_machine *m, vm_pid pid, vm_va va)
{
    uint64_t value = 0;
    assert_true(vm_value(m, pid, va, &value));
    return value;
}

/* {"ls", "-l"}, {"A=1"}: bytes 6c 73 00 2d 6c 00 41 3d | 31 00 */
static void arguments_lie_on_the_stack(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, hello, 4);
    DO(m, start, .label = 2);
    assert_int_equal(DO(m, execve, .tid = 1, .program = program, .argc = 2, .envc = 1, .bytes = 10,
                         .w0 = 0x3d41006c2d00736c, .w1 = 0x31),
        0);
    vm_va sp = vm_task_sp(m, 1), argv = vm_process_argv(m, 1), envp = vm_process_envp(m, 1);
    assert_int_equal(sp % 16, 0);
    assert_int_equal(argv, sp + 8);
    assert_int_equal(envp, sp + 32);
    assert_int_equal(word(m, 1, sp), 2);
    vm_va first = word(m, 1, argv);
    assert_int_equal(word(m, 1, argv + 8), first + 3);
    assert_int_equal(word(m, 1, argv + 16), 0);
    assert_int_equal(word(m, 1, envp), first + 6);
    assert_int_equal(word(m, 1, envp + 8), 0);
    assert_int_equal(word(m, 1, first), 0x3d41006c2d00736c);
    assert_int_equal(word(m, 1, first + 8), 0x31);
    assert_int_equal(word(m, 1, envp + 16), 33); /* AT_SYSINFO_EHDR */
    assert_int_equal(word(m, 1, envp + 24), 0x7ffff7ffd000);
    assert_true(first > sp && first + 10 < 0x7ffffffff000);
    vm_machine_free(m);
}

static void execve_keeps_and_drops(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, hello, 4);
    DO(m, start, .label = 2);
    vm_va old = DO(m, mmap, .tid = 1, .hint = 0x10000000, .bytes = 4 * PAGE, .prot = R | W);
    DO(m, access, .tid = 1, .va = old, .access = vm_access_store, .bytes = 4 * PAGE);
    DO(m, set, .tid = 1, .name = 9, .value = 5);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
    uint64_t minor = vm_counter(m, 1, vm_counter_minor), value;
    assert_int_equal(exec_plain(m, 1, program), 0);
    assert_true(vm_counter(m, 1, vm_counter_minor) > minor);
    struct vm_vma_view vma;
    assert_false(vm_vma_at(m, 1, old / PAGE, &vma));
    assert_false(vm_register(m, 1, 9, &value));
    DO(m, access, .tid = 1, .va = old, .access = vm_access_load, .bytes = 1);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie); /* no handler any more */
    vm_machine_free(m);
}

static void what_cannot_run_is_refused(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, hello, 4),
             text = (uint32_t)DO(m, file, .name = 2, .bytes = 99);
    DO(m, start, .label = 3);
    struct vm_vma_view vma;
    assert_int_equal(exec_plain(m, 1, text), ERRNO(eacces));
    DO(m, attributes, .object = text, .mode = 0755);
    assert_int_equal(exec_plain(m, 1, text), ERRNO(enoexec));
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_stack, .value = 1);
    struct vm_op bad = {.kind = vm_op_kind_execve,
        .u.execve = {.tid = 1, .program = program, .argc = 2, .bytes = 2, .w0 = 'p'}};
    assert_int_equal(vm_apply(m, &bad, NULL), VM_INVALID); /* one string where two are told */
    assert_false(vm_vma_next(m, 1, 0, &vma));
    vm_machine_free(m);
}

/* RLIMIT_AS is looked at when the old memory is gone: the process dies of it. */
static void no_room_after_the_point_of_no_return(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, hello, 4);
    DO(m, start, .label = 2);
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_address_space, .value = 30 * PAGE);
    struct vm_op op = {.kind = vm_op_kind_execve,
        .u.execve = {.tid = 1, .program = program, .argc = 1, .bytes = 2, .w0 = 'p'}};
    assert_int_equal(machine_count(m, &op, vm_event_exec_failed), 1);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* A first value of a variable comes out of the file; what lies behind the file's part is zero. */
static void the_tail_of_the_data_is_zero(void **state)
{
    (void)state;
    static const struct load load[] = {{R | X, 0, 0, PAGE, PAGE}, {R | W, PAGE, PAGE, 0x20, 0x2000},
        {R, 4 * PAGE, 2 * PAGE, 9, 9}};
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, load, 3);
    DO(m, file_word, .object = program, .offset = PAGE + 8, .value = 7);
    DO(m, file_word, .object = program, .offset = PAGE + 0x40, .value = 8);
    DO(m, start, .label = 2, .program = program);
    vm_va data = 0x555555555000;
    assert_int_equal(word(m, 1, data + 8), 7);
    assert_int_equal(word(m, 1, data + 0x40), 0);
    assert_int_equal(vm_cached_pages(m, program), 1);
    vm_machine_free(m);
}

/* The more the stack may grow, the lower begin the mappings (mmap_base). */
static void the_stack_limit_moves_the_mappings(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, hello, 4);
    DO(m, start, .label = 2);
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_stack, .value = UINT64_C(1) << 30);
    assert_int_equal(exec_plain(m, 1, program), 0);
    struct vm_vma_view vma;
    assert_true(vm_vma_find(m, 1, vm_vma_kind_vdso, 0, 0, &vma));
    assert_int_equal(vma.end * PAGE, 0x7ffffffff000 - (UINT64_C(1) << 30) - 256 * PAGE);
    vm_machine_free(m);
}

/* The kernel alone maps its page: a program has no descriptor or name for it. */
static void nobody_maps_the_vdso_again(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    uint32_t program = elf_file(m, 1, hello, 4);
    DO(m, start, .label = 2);
    assert_int_equal(exec_plain(m, 1, program), 0);
    struct vm_vma_view vma;
    assert_true(vm_vma_find(m, 1, vm_vma_kind_vdso, 0, 0, &vma));
    struct vm_op op = {.kind = vm_op_kind_mmap,
        .u.mmap = {
            .tid = 1, .bytes = PAGE, .prot = 7, .flags = vm_map_bit_shared, .object = vma.object}};
    assert_int_equal(vm_apply(m, &op, NULL), VM_INVALID);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pie_lies_where_linux_puts_it),
        cmocka_unit_test(bss_pages_are_anonymous),
        cmocka_unit_test(static_pie_lies_among_the_mappings),
        cmocka_unit_test(libraries_come_below), cmocka_unit_test(classic_32_bit_layout),
        cmocka_unit_test(other_widths), cmocka_unit_test(nobody_maps_the_vdso_again),
        cmocka_unit_test(random_addresses_keep_the_order),
        cmocka_unit_test(arguments_lie_on_the_stack), cmocka_unit_test(execve_keeps_and_drops),
        cmocka_unit_test(what_cannot_run_is_refused),
        cmocka_unit_test(no_room_after_the_point_of_no_return),
        cmocka_unit_test(the_tail_of_the_data_is_zero),
        cmocka_unit_test(the_stack_limit_moves_the_mappings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

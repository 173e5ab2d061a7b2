/* SPDX-License-Identifier: MIT
 * The machine of a script: x86-64 without randomisation, with more frames than it can use, swap,
 * readahead of 32 pages and fault-around of 16, huge pages off: what the kernel that was asked had.
 */
#include "command/truth_world.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMES = 1 << 17, SLOTS = 1 << 16, READAHEAD = 32 };
enum { NAME_FILE = 1, NAME_OUT, NAME_ZERO, NAME_NULL, NAME_MEMFD, NAME_PROCESS, NAME_LIBRARY };

struct truth_outcome truth_apply(
    vm_machine *machine, const struct vm_op *op, struct vm_events *events, uint64_t *value)
{
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    outcome.status = vm_apply(machine, op, events);
    *value = 0;
    if (outcome.status != VM_OK) {
        outcome.ending = TRUTH_BROKEN;
        return outcome;
    }
    *value = vm_last(machine)->value;
    if (*value > (uint64_t) - (int64_t)vm_errno_code_count) {
        outcome.ending = TRUTH_ERRNO;
        outcome.error = (enum vm_errno_code)(0 - *value);
    }
    return outcome;
}

struct truth_who *truth_who(struct truth_world *world, const char *name)
{
    if (strcmp(name, "T0") == 0) {
        return &world->who[0]; /* the main thread */
    }
    for (size_t i = world->whos; i > 0; i--) {
        if (strcmp(world->who[i - 1].name, name) == 0) {
            return &world->who[i - 1];
        }
    }
    return NULL;
}

vm_va truth_va(const struct truth_world *world, const struct truth_statement *s, uint64_t page)
{
    vm_va base = s->heap ? world->heap : TRUTH_BASE + (vm_va)s->base * TRUTH_PAGE;
    return s->region < 0 ? TRUTH_BASE + (vm_va)world->script->names.end * TRUTH_PAGE
                         : base + page * TRUTH_PAGE;
}

/* ---- what must be there before the first operation ---- */
static bool prepare(
    struct truth_world *world, const char *what, const struct vm_op *op, uint64_t *value)
{
    struct truth_outcome outcome = truth_apply(world->machine, op, NULL, value);
    if (outcome.ending != TRUTH_FINE) {
        truth_count(world->report, TRUTH_SIGNALS, false, world->script->name, 0, what, "done",
            outcome.ending == TRUTH_BROKEN ? vm_status_words(outcome.status)
                                           : vm_enum_words("errno_code", outcome.error));
        return false;
    }
    return true;
}

static bool uses(
    const struct truth_script *script, enum truth_verb verb, enum truth_backing backing)
{
    for (size_t i = 0; i < script->steps; i++) {
        const struct truth_op *op = &script->step[i].op;
        for (size_t s = 0; script->step[i].kind == TRUTH_STEP_OP && s < op->n; s++) {
            if (op->statement[s].verb == verb && op->statement[s].backing == backing) {
                return true;
            }
        }
    }
    return false;
}

static void make_file(struct truth_world *world, uint32_t name, uint64_t pages, uint32_t *object)
{
    struct vm_op file = {
        .kind = vm_op_kind_file, .u.file = {.name = name, .bytes = pages * TRUTH_PAGE}};
    uint64_t value;
    if (prepare(world, "make the file", &file, &value)) {
        *object = (uint32_t)value;
        struct vm_op warm = {.kind = vm_op_kind_warm, .u.warm = {.object = value}};
        prepare(world, "read the file into the page cache", &warm, &value);
    }
}

static void make_device(
    struct truth_world *world, uint32_t name, enum vm_object_kind kind, uint32_t *object)
{
    struct vm_op device = {.kind = vm_op_kind_device, .u.device = {.name = name, .kind = kind}};
    uint64_t value;
    if (prepare(world, "make the device", &device, &value)) {
        *object = (uint32_t)value;
    }
}

static void open_object(struct truth_world *world, uint32_t object, uint64_t flags, uint64_t *fd)
{
    struct vm_op op = {.kind = vm_op_kind_open,
        .u.open = {.tid = world->who[0].tid, .object = object, .flags = flags}};
    if (object) {
        prepare(world, "open the file", &op, fd);
    }
}

static uint64_t file_pages(const struct truth_script *script)
{
    return script->file_pages ? script->file_pages : script->names.file_pages;
}

static void make_files(struct truth_world *world)
{
    const struct truth_script *script = world->script;
    if (script->names.file_pages) {
        make_file(world, NAME_FILE, file_pages(script), &world->file);
    }
    if (uses(script, TRUTH_SYS_WRITE, TRUTH_FILE)) {
        make_file(world, NAME_OUT, 1, &world->out_file);
    }
    if (uses(script, TRUTH_SYS_READ, TRUTH_DEV_ZERO)) {
        make_device(world, NAME_ZERO, vm_object_kind_char_zero, &world->zero);
    }
    if (uses(script, TRUTH_SYS_WRITE, TRUTH_DEV_NULL)) {
        make_device(world, NAME_NULL, vm_object_kind_char_null, &world->null);
    }
}

static void open_files(struct truth_world *world)
{
    const struct truth_script *script = world->script;
    if (uses(script, TRUTH_SYS_READ, TRUTH_FILE)) {
        open_object(world, world->file, vm_open_bit_read, &world->file_fd);
    }
    open_object(world, world->out_file, vm_open_bit_write, &world->out_fd);
    open_object(world, world->zero, vm_open_bit_read, &world->zero_fd);
    open_object(world, world->null, vm_open_bit_write, &world->null_fd);
    if (uses(script, TRUTH_MMAP, TRUTH_MEMFD)) {
        struct vm_op op = {.kind = vm_op_kind_memfd_create,
            .u.memfd_create = {.tid = world->who[0].tid,
                .name = NAME_MEMFD,
                .bytes = file_pages(script) * TRUTH_PAGE}};
        prepare(world, "make the memfd", &op, &world->memfd);
    }
}

static void fence(struct truth_world *world, int64_t page)
{
    struct vm_op op = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = world->who[0].tid,
            .hint = TRUTH_BASE + (vm_va)page * TRUTH_PAGE,
            .bytes = (uint64_t)TRUTH_FENCE * TRUTH_PAGE,
            .flags = vm_map_bit_fixed | vm_map_bit_noreserve}};
    uint64_t value;
    prepare(world, "fence the test region", &op, &value);
}

/* A page of code that is in memory already. */
static void make_code(struct truth_world *world)
{
    struct vm_op map = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = world->who[0].tid,
            .hint = TRUTH_BASE - ((vm_va)TRUTH_CODE * TRUTH_PAGE),
            .bytes = TRUTH_PAGE,
            .prot = vm_prot_bit_read | vm_prot_bit_exec,
            .flags = vm_map_bit_fixed}};
    uint64_t value;
    if (prepare(world, "map code", &map, &world->code)) {
        struct vm_op fetch = {.kind = vm_op_kind_access,
            .u.access = {world->who[0].tid, world->code, vm_access_fetch, 1}};
        prepare(world, "read code", &fetch, &value);
    }
}

/* Threads are the C library's: a program that needs it. 0: the script has no threads. */
static uint64_t make_program(struct truth_world *world)
{
    uint64_t object[2] = {0}, value;
    for (uint32_t i = 0; i < 2 && uses(world->script, TRUTH_THREAD, TRUTH_ANON); i++) {
        struct vm_op file = {.kind = vm_op_kind_file, .u.file = {.name = NAME_LIBRARY + i}};
        prepare(world, "make the program", &file, &object[i]);
        struct vm_op text = {.kind = vm_op_kind_segment,
            .u.segment = {
                object[i], vm_vma_kind_text, vm_prot_bit_read | vm_prot_bit_exec, TRUTH_PAGE}};
        prepare(world, "give it a text", &text, &value);
    }
    struct vm_op needs = {.kind = vm_op_kind_needs, .u.needs = {object[1], object[0]}};
    if (object[1]) {
        prepare(world, "link it", &needs, &value);
    }
    return object[1];
}

static bool begin_process(struct truth_world *world)
{
    struct vm_op op = {.kind = vm_op_kind_start,
        .u.start = {.label = NAME_PROCESS, .program = make_program(world)}};
    uint64_t pid;
    if (!prepare(world, "start P", &op, &pid)) {
        return false;
    }
    world->who[0] = (struct truth_who){.name = "P",
        .pid = (vm_pid)pid,
        .space = (vm_pid)pid,
        .tid = vm_process_task(world->machine, (vm_pid)pid),
        .parent = -1};
    world->whos = 1;
    world->heap = vm_process_brk(world->machine, (vm_pid)pid);
    for (int signo = vm_signo_sigsegv; signo <= vm_signo_sigbus; signo++) {
        struct vm_op action = {.kind = vm_op_kind_sigaction,
            .u.sigaction = {.tid = world->who[0].tid,
                .signo = (uint64_t)signo,
                .action = vm_signal_action_skip}};
        if (!prepare(world, "catch signals", &action, &pid)) {
            return false;
        }
    }
    return true;
}

bool truth_world_begin(
    struct truth_world *world, const struct truth_script *script, struct truth_report *report)
{
    struct vm_config config;
    *world = (struct truth_world){.script = script, .report = report};
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = FRAMES;
    config.slots = SLOTS;
    config.readahead = script->readahead ? (uint32_t)script->readahead : READAHEAD;
    enum vm_status status = vm_machine_new(&config, &world->machine);
    if (status != VM_OK) {
        truth_count(report, TRUTH_SIGNALS, false, script->name, 0, "build the machine", "done",
            vm_status_words(status));
        return false;
    }
    make_files(world);
    if (!begin_process(world)) {
        return false;
    }
    if (uses(script, TRUTH_RECURSE, TRUTH_ANON)) {
        make_code(world);
    }
    fence(world, -TRUTH_FENCE);
    fence(world, script->names.end + 1);
    open_files(world);
    return true;
}

void truth_world_end(struct truth_world *world)
{
    vm_machine_free(world->machine);
    free(world->recorded);
    *world = (struct truth_world){0};
}

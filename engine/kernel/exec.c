/* SPDX-License-Identifier: MIT
 * start and execve. start makes the process that fork and execve would have made, without
 * arguments; execve gives a process another program. Either way image.c fills the address space and
 * the loader maps the libraries.
 */
#include "kernel/exec.h"

#include "kernel/clone.h"
#include "kernel/cred.h"
#include "kernel/descriptor.h"
#include "kernel/exit.h"
#include "kernel/file.h"
#include "kernel/image.h"
#include "kernel/kernel_space.h"
#include "kernel/limit.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"
#include "kernel/signal.h"
#include "kernel/vfork.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "older/access.h"
#include "userland/activation.h"
#include "userland/loader.h"

#include <string.h>

bool process_give_root(vm_machine *m, vm_pid pid)
{
    uint32_t frame = 0;
    if (!m->config.tables_outside) {
        vm_frame f = reclaim_take(m, pid, vm_frame_kind_table, 0, m->config.levels);
        if (f == VM_NO_FRAME) {
            return false;
        }
        frame = f + 1;
    }
    EMIT(m, table_made, .pid = pid, .table = table_next(m), .level = m->config.levels,
        .frame = frame ? frame - 1 : 0);
    uint32_t root = table_new(m, pid, m->config.levels, 0, frame);
    kernel_space_share(m, pid, root);
    struct process now = m->processes[pid];
    now.root = root;
    process_put(m, pid, &now);
    return true;
}

static bool give_root_or_die(vm_machine *m, vm_pid pid)
{
    if (process_give_root(m, pid)) {
        return true;
    }
    m->outcome.fault = vm_fault_oom;
    process_end(m, pid, 128 + 9);
    return false;
}

static bool is_file(const vm_machine *m, uint64_t object)
{
    return object < m->objects_n && m->objects[object].kind == vm_object_kind_file;
}

/* Everything that mapping the image and loading its libraries can need. */
static enum vm_status reserve(vm_machine *m, const struct image *image)
{
    enum vm_status status = loader_reserve(m, image->program);
    status = status == VM_OK ? image_reserve(m, image) : status;
    status =
        status == VM_OK ? limit_reserve(m) : status; /* the root's frame may have to be taken */
    return status == VM_OK ? table_reserve(m, 1) : status;
}

enum vm_status vm_op_start(vm_machine *m, const struct vm_op_start *op)
{
    if (is_older(m)) {
        return older_start(m, op);
    }
    uint32_t program = (uint32_t)op->program;
    if (op->program && !is_file(m, op->program)) {
        return VM_INVALID;
    }
    if (m->config.limits.processes && m->processes_n > m->config.limits.processes) {
        return VM_LIMIT;
    }
    uint64_t random = m->random;
    struct image image = {0};
    enum vm_status status = image_plan(m, program, m->config.stack_limit, &image);
    status = status == VM_OK ? RESERVE(m, processes, 1) : status;
    status = status == VM_OK ? RESERVE(m, tasks, 1) : status;
    status = status == VM_OK ? descriptor_reserve(m, 3, 1) : status;
    status = status == VM_OK ? reserve(m, &image) : status;
    if (status != VM_OK) {
        m->random = random;
        return status;
    }
    EMIT(m, process_started, .pid = m->processes_n, .program = program);
    vm_pid pid = process_new(m, (uint32_t)op->label, program, 0);
    vm_tid tid = m->processes[pid].task;
    m->outcome.value = pid;
    m->outcome.tid = tid;
    if (!give_root_or_die(m, pid)) {
        return VM_OK;
    }
    switch_to(m, tid);
    if (program) {
        cpu_mode(m, vm_mode_kernel);
        descriptor_standard(m, pid);
        if (image_map(m, tid, &image)) {
            cpu_mode(m, vm_mode_user);
            loader_run(m, tid, program);
        }
        return VM_OK;
    }
    image_empty(m, pid, &image);
    cpu_mode(m, vm_mode_user);
    return VM_OK;
}

/* The packed strings of an operation; false: they are not argc + envc strings. */
static bool unpack(const struct vm_op_execve *op, struct arguments *out)
{
    const uint64_t *word = &op->w0;
    if (op->bytes > ARGUMENT_BYTES || op->argc > ARGUMENT_BYTES || op->envc > ARGUMENT_BYTES) {
        return false;
    }
    *out = (struct arguments){
        .argc = (uint32_t)op->argc, .envc = (uint32_t)op->envc, .bytes = op->bytes};
    uint64_t strings = 0;
    for (uint64_t i = 0; i < op->bytes; i++) {
        out->text[i] = (uint8_t)(word[i / 8] >> (8 * (i % 8)));
        strings += !out->text[i];
    }
    bool closed = !op->bytes || !out->text[op->bytes - 1];
    return closed && strings == op->argc + op->envc;
}

/* What the kernel looks at before it gives anything up. */
static enum vm_errno_code refusal(const vm_machine *m, vm_pid pid, const struct image *image,
    const struct arguments *arguments, bool fits)
{
    uint64_t room = image->layout.stack << m->config.page_shift;
    return !may_open(m, pid, image->program, vm_prot_bit_exec) ? vm_errno_code_eacces
           : !image->span.segments                             ? vm_errno_code_enoexec
           : arguments_room(m, arguments) > room               ? vm_errno_code_e2big
           : !fits                                             ? vm_errno_code_enomem
                                                               : vm_errno_code_none;
}

/* Signals with a handler go back to their default: its code is gone. Numbers and limits stay. */
static void forget(vm_machine *m, vm_tid tid, uint32_t program)
{
    vm_pid pid = m->tasks[tid].pid;
    registers_clear(m, tid);
    activations_drop(m, tid);
    signals_exec(m, tid);
    descriptor_exec(m, pid);
    struct process now = m->processes[pid];
    now.program = program;
    now.arg_start = now.env_start = 0;
    process_put(m, pid, &now);
}

/* A vfork child of another thread cannot outlive its memory, as at the end of the lender
 * (process_end); in Linux it would keep the old mm. */
static void end_borrowers(vm_machine *m, vm_pid pid)
{
    for (vm_pid other = 1; other < m->processes_n; other++) {
        if (other != pid && mm_of(m, other) == pid) {
            signal_kill(m, other, vm_signo_sigkill);
        }
    }
}

static bool replace_space(vm_machine *m, vm_tid tid, uint32_t program)
{
    vm_pid pid = m->tasks[tid].pid;
    EMIT(m, exec_begun, .pid = pid, .program = program);
    if (mm_of(m, pid) == pid) {
        end_borrowers(m, pid);
        memory_release(m, pid);
        struct process now = m->processes[pid];
        now.root = 0;
        process_put(m, pid, &now);
    } else {
        vfork_leave(m, pid);
    }
    forget(m, tid, program);
    if (!give_root_or_die(m, pid)) {
        return false;
    }
    cpu_load_space(m, pid);
    return true;
}

enum vm_status vm_op_execve(vm_machine *m, const struct vm_op_execve *op)
{
    enum vm_status status = task_ready(m, op->tid);
    struct arguments arguments;
    if (status != VM_OK) {
        return status;
    }
    if (!op->program || !is_file(m, op->program) || !unpack(op, &arguments)) {
        return VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    uint64_t random = m->random;
    struct image image = {.arguments = &arguments};
    bool fits =
        image_plan(m, (uint32_t)op->program, m->processes[pid].stack_limit, &image) == VM_OK;
    status = reserve(m, &image);
    if (status != VM_OK) {
        m->random = random;
        return status;
    }
    call_begin(m, tid, vm_op_kind_execve);
    enum vm_errno_code reason = refusal(m, pid, &image, &arguments, fits);
    if (reason != vm_errno_code_none) {
        m->random = random;
        call_fail(m, tid, reason);
        return VM_OK;
    }
    tid = threads_leave_one(m, tid);
    if (replace_space(m, tid, image.program) && image_map(m, tid, &image)) {
        call_end(m, tid, 0);
        signal_settle(m, pid); /* get_signal: what waited for a handler finds the default */
        if (m->processes[pid].state == vm_process_state_alive) {
            loader_run(m, tid, image.program);
        }
    }
    return VM_OK;
}

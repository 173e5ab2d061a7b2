/* SPDX-License-Identifier: MIT
 * call and ret. The first six arguments come in registers (System V ABI), and the function stores
 * them into its frame as gcc -O0 does. A frame, from high addresses to low ones:
 *
 *              ... the caller's frame
 *   fp + 8     return address         pushed by the call instruction
 *   fp         the caller's fp        push %rbp; mov %rsp, %rbp
 *   fp - 8     the caller's registers in the order of their first values: who overwrites them
 *   ...                               changes the caller's variables
 *   ...        the arguments          the first one highest
 *   ...        locals                 `bytes` of them, from sp upwards
 *   sp                                a multiple of 16
 *
 * fp 0: no function was called. Nothing of a thread changes before all of its frame is written:
 * when an access ends in a signal, the call has not taken place.
 */
#include "userland/call.h"

#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "userland/activation.h"
#include "userland/copy.h"

enum { WORD = 8, STACK_ALIGNMENT = 16, ARGUMENTS_MOST = 6 };

/* A call in progress. */
struct frame_plan {
    vm_tid tid;
    vm_va fp, sp;
    uint32_t saved, arguments;
    const uint64_t *argument; /* name, value, name, value, ... */
};

static uint64_t word_of(const uint8_t *bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < WORD; i++) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

static enum access_end push(vm_machine *m, vm_tid tid, vm_va at, uint64_t value)
{
    uint8_t bytes[WORD];
    bytes_of_words(&value, WORD, bytes);
    return user_write(m, tid, at, WORD, bytes);
}

static enum access_end pop(vm_machine *m, vm_tid tid, vm_va at, uint64_t *value)
{
    uint8_t bytes[WORD];
    enum access_end end = user_read(m, tid, at, WORD, bytes);
    *value = end == ACCESS_DONE ? word_of(bytes) : 0;
    return end;
}

static enum access_end fetch(vm_machine *m, vm_tid tid, vm_va at)
{
    vm_frame f;
    return access_page(m, tid, at, vm_access_fetch, &f);
}

/* A call instruction is 5 bytes long on x86, 4 on RISC-V. */
static vm_va behind_call(const vm_machine *m, vm_va pc)
{
    return !pc ? 0 : pc + (m->config.kind == vm_machine_kind_sv39 ? 4 : 5);
}

/* Where the frame of a call will lie; false: no stack, or locals that no stack could hold. */
static bool plan_frame(const vm_machine *m, const struct vm_op_call *op, struct frame_plan *out)
{
    const struct task *task = &m->tasks[op->tid];
    *out = (struct frame_plan){
        .tid = (vm_tid)op->tid, .saved = words_length(m, task->registers), .argument = &op->p0};
    while (out->arguments < ARGUMENTS_MOST && out->argument[2 * out->arguments]) {
        out->arguments++;
    }
    uint64_t words = WORD * ((uint64_t)out->saved + out->arguments);
    uint64_t below = op->locals + words + STACK_ALIGNMENT - 1;
    if (op->locals > INT64_MAX || task->sp < 2 * WORD) {
        return false;
    }
    below &= ~(uint64_t)(STACK_ALIGNMENT - 1);
    out->fp = task->sp - 2 * WORD;
    out->sp = out->fp - below;
    return below <= out->fp;
}

/* Where the i-th register, counted from the one that got its first value first, is saved. */
static vm_va saved_at(vm_va fp, uint32_t i)
{
    return fp - WORD * ((vm_va)i + 1);
}

static vm_va argument_at(const struct frame_plan *plan, uint32_t i)
{
    return saved_at(plan->fp, plan->saved + i);
}

/* The list of registers begins with the newest. */
static enum access_end save_registers(vm_machine *m, const struct frame_plan *plan)
{
    enum access_end end = ACCESS_DONE;
    uint32_t i = plan->saved;
    uint32_t w = m->tasks[plan->tid].registers;
    while (w && end == ACCESS_DONE) {
        struct word word = m->words[w];
        vm_va at = saved_at(plan->fp, --i);
        EMIT(m, register_saved, .tid = plan->tid, .name = word.offset, .value = word.value,
            .va = at);
        end = push(m, plan->tid, at, word.value);
        w = word.next;
    }
    return end;
}

static enum access_end store_arguments(vm_machine *m, const struct frame_plan *plan)
{
    enum access_end end = ACCESS_DONE;
    for (uint32_t i = 0; i < plan->arguments && end == ACCESS_DONE; i++) {
        uint64_t name = plan->argument[2 * i], value = plan->argument[2 * i + 1];
        vm_va at = argument_at(plan, i);
        EMIT(m, argument_stored, .tid = plan->tid, .name = name, .value = value, .va = at);
        end = push(m, plan->tid, at, value);
    }
    return end;
}

/* The function's registers are its parameters; what the caller had lies in the frame. */
static void enter(vm_machine *m, const struct frame_plan *plan, const struct vm_op_call *op)
{
    vm_tid tid = plan->tid;
    struct task now = m->tasks[tid];
    now.fp = plan->fp;
    now.sp = plan->sp;
    now.pc = op->va;
    EMIT(m, stack_frame, .tid = tid, .fp = now.fp, .sp = now.sp, .bytes = op->locals,
        .depth = vm_depth(m, tid) + 1);
    task_put(m, tid, &now);
    const struct activation frame = {.name = (uint32_t)op->name,
        .va = op->va,
        .fp = plan->fp,
        .sp = plan->sp,
        .arguments = plan->arguments,
        .saved = plan->saved,
        .locals = op->locals};
    activation_push(m, tid, &frame);
    uint32_t i = plan->saved;
    for (uint32_t w = now.registers; w; w = m->words[w].next) {
        activation_note(m, tid, vm_stack_word_saved, saved_at(plan->fp, --i), m->words[w].offset);
    }
    registers_clear(m, tid);
    for (i = 0; i < plan->arguments; i++) {
        uint32_t name = (uint32_t)plan->argument[2 * i];
        activation_note(m, tid, vm_stack_word_argument, argument_at(plan, i), name);
        registers_put(m, tid, name, plan->argument[2 * i + 1]);
    }
}

/* Says that the frame lies in what is mapped beyond the thread's own stack. */
static void tell_jump(vm_machine *m, vm_tid tid, vm_va at)
{
    const struct thread_stack *own = &m->tasks[tid].stack;
    uint32_t v = vma_find(m, mm_of(m, m->tasks[tid].pid), vpn_of(m, at));
    bool inside =
        own->end ? at >= own->start && at < own->end : m->vmas[v].flags & vm_map_bit_growsdown;
    if (v && !inside && m->vmas[v].prot & vm_prot_bit_write) {
        EMIT(m, guard_jumped, .tid = tid, .va = at, .vma = v);
    }
}

enum vm_status vm_op_call(vm_machine *m, const struct vm_op_call *op)
{
    enum vm_status status = task_ready(m, op->tid);
    struct frame_plan plan;
    if (status == VM_OK && !plan_frame(m, op, &plan)) {
        status = VM_INVALID;
    }
    if (status != VM_OK) {
        return status;
    }
    uint64_t words = (uint64_t)plan.saved + plan.arguments;
    status = activation_reserve(m, words);
    /* Each word is an access; beside those in memory, the parameters are words of registers. */
    status =
        status == VM_OK ? user_reserve(m, words + 3, (words + 2 + plan.arguments) * WORD) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = plan.tid;
    switch_to(m, tid);
    EMIT(m, called, .tid = tid, .va = op->va, .name = op->name, .sp = plan.fp + WORD);
    tell_jump(m, tid, plan.fp + WORD);
    enum access_end end = push(m, tid, plan.fp + WORD, behind_call(m, m->tasks[tid].pc));
    end = end == ACCESS_DONE ? fetch(m, tid, op->va) : end;
    end = end == ACCESS_DONE ? push(m, tid, plan.fp, m->tasks[tid].fp) : end;
    end = end == ACCESS_DONE ? save_registers(m, &plan) : end;
    end = end == ACCESS_DONE ? store_arguments(m, &plan) : end;
    if (end == ACCESS_DONE) {
        enter(m, &plan, op);
    }
    return VM_OK;
}

/* What the caller's registers are to be: read from memory, kept in the function's record. The
 * epilogue finds them by their distance from the frame pointer, wherever that points now. */
static enum access_end restore_registers(vm_machine *m, vm_tid tid)
{
    const struct activation *frame = &m->activations[m->tasks[tid].activations];
    enum access_end end = ACCESS_DONE;
    for (uint32_t w = frame->words; w && end == ACCESS_DONE; w = m->stack_words[w].next) {
        struct stack_word *word = &m->stack_words[w];
        if (word->kind == vm_stack_word_saved) {
            vm_va at = m->tasks[tid].fp - (frame->fp - word->va);
            end = pop(m, tid, at, &word->value);
            if (end == ACCESS_DONE) {
                EMIT(m, register_restored, .tid = tid, .name = word->name, .value = word->value,
                    .va = at);
            }
        }
    }
    return end;
}

/* The thread is in the caller again. */
static void leave(vm_machine *m, vm_tid tid, const struct task *now)
{
    uint32_t words = m->activations[m->tasks[tid].activations].words;
    task_put(m, tid, now);
    registers_clear(m, tid);
    for (uint32_t w = words; w; w = m->stack_words[w].next) {
        if (m->stack_words[w].kind == vm_stack_word_saved) {
            registers_put(m, tid, m->stack_words[w].name, m->stack_words[w].value);
        }
    }
    activation_pop(m, tid);
}

enum vm_status vm_op_ret(vm_machine *m, const struct vm_op_ret *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK && !m->tasks[op->tid].activations) {
        status = VM_INVALID;
    }
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint64_t saved = m->activations[m->tasks[tid].activations].saved;
    status = user_reserve(m, saved + 3, (saved + 1) * WORD);
    if (status != VM_OK) {
        return status;
    }
    switch_to(m, tid);
    vm_va at = m->tasks[tid].fp;
    uint64_t fp = 0, pc = 0;
    enum access_end end = restore_registers(m, tid);
    end = end == ACCESS_DONE ? pop(m, tid, at, &fp) : end;
    end = end == ACCESS_DONE ? pop(m, tid, at + WORD, &pc) : end;
    if (end != ACCESS_DONE) {
        return VM_OK;
    }
    struct task now = m->tasks[tid];
    now.fp = fp;
    now.sp = at + 2 * WORD;
    now.pc = pc;
    now.ret = op->value;
    EMIT(m, returned, .tid = tid, .va = pc, .sp = now.sp);
    leave(m, tid, &now);
    if (op->into) {
        EMIT(m, result_kept, .tid = tid, .name = op->into, .value = op->value);
        registers_put(m, tid, (uint32_t)op->into, op->value);
    }
    m->outcome.value = op->value;
    if (pc) { /* the program goes on there, whoever wrote that address */
        fetch(m, tid, pc);
    }
    return VM_OK;
}

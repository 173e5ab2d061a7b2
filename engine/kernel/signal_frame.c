/* SPDX-License-Identifier: MIT
 * The frame on the stack (Linux: setup_rt_frame, get_sigframe, rt_sigreturn, restore_sigcontext).
 * Invariant: what is restored is what lies in memory then, whoever wrote it.
 */
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/switch.h"
#include "kernel/user_copy.h"
#include "kernel/words.h"
#include "userland/copy.h"
#include "race/race.h"

#include <string.h>

/* Bytes from the frame's beginning. The named registers of a thread take the general registers from
 * `general` on; further ones those of the extended state (XSAVE, the floating-point registers),
 * `stride` bytes apart. */
struct shape {
    uint16_t bytes, red_zone, align, above; /* above: sp is a multiple of align less this */
    uint16_t pc, sp, fp, ret, mask, info;
    uint16_t general[26], extended, stride;
};

/* struct rt_sigframe with sigcontext; 576 bytes of XSAVE state (SSE only) lie above it. */
static const struct shape x86_64 = {.bytes = 440 + 576,
    .red_zone = 128,
    .align = 64,
    .above = 16 * 4 - 8, /* so that the XSAVE area is a multiple of 64 */
    .pc = 168 + 8,
    .sp = 168,
    .fp = 128,
    .ret = 152,
    .mask = 304,
    .info = 312,
    .general = {48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 136, 144, 160},
    .extended = 440 + 160, /* the 16 registers xmm0 .. of 16 bytes */
    .stride = 8};
/* RISC-V: siginfo, ucontext, 32 general registers, 32 floating-point ones. */
static const struct shape riscv = {.bytes = 1088,
    .align = 16,
    .pc = 304,
    .sp = 304 + 16,
    .fp = 304 + 64,
    .ret = 304 + 80,
    .mask = 168,
    .info = 0,
    .general = {312, 344, 352, 360, 376, 392, 400, 408, 416, 424, 432, 440, 448, 456, 464, 472, 480,
        488, 496, 504, 512, 520, 528, 536, 544, 552},
    .extended = 560,
    .stride = 8};
/* Machines of books: only what must be there, a word each. */
static const struct shape plain = {.bytes = 9 * 8 + SIGNAL_REGISTERS * 8,
    .align = 16,
    .pc = 8,
    .sp = 16,
    .fp = 24,
    .ret = 32,
    .mask = 40,
    .info = 48,
    .extended = 72,
    .stride = 8};

static const struct shape *shape_of(const vm_machine *m)
{
    switch (m->config.kind) {
    case vm_machine_kind_x86_64:
    case vm_machine_kind_x86_64_5level:
        return &x86_64;
    case vm_machine_kind_sv39:
        return &riscv;
    default:
        return &plain;
    }
}

/* ---- words of a frame ---- */
#define WORDS_MAX (SIGNAL_REGISTERS + 10)
struct words {
    uint16_t offset[WORDS_MAX];
    uint64_t value[WORDS_MAX];
    unsigned n;
};

static void add(struct words *words, uint64_t offset, uint64_t value)
{
    words->offset[words->n] = (uint16_t)offset;
    words->value[words->n++] = value;
}

static uint64_t place_of(const struct shape *shape, uint32_t i)
{
    uint32_t general = 0;
    while (general < 26 && shape->general[general]) {
        general++;
    }
    return i < general ? shape->general[i] : shape->extended + (i - general) * shape->stride;
}

/* What is read back, in a fixed order. */
enum { PC, SP, FP, RET, MASK, REGISTERS };

static void lay_out(const struct shape *shape, uint32_t registers, struct words *words)
{
    const uint16_t fixed[] = {shape->pc, shape->sp, shape->fp, shape->ret, shape->mask};
    for (int i = 0; i < REGISTERS; i++) {
        add(words, fixed[i], 0);
    }
    for (uint32_t i = 0; i < registers; i++) {
        add(words, place_of(shape, i), 0);
    }
}

/* Every page of the frame once, from the highest down as the kernel builds it. */
static enum user_copy_end transfer(vm_machine *m, vm_tid tid, const struct signal_frame *frame,
    struct words *words, enum vm_access access)
{
    uint64_t page = page_size(m);
    vm_va end = frame->sp + frame->bytes;
    while (end > frame->sp) {
        vm_va start = (end - 1) & ~(page - 1);
        start = start < frame->sp ? frame->sp : start;
        vm_frame f;
        enum user_copy_end result = user_touch(m, tid, start, access, &f);
        if (result != USER_DONE) {
            return result;
        }
        for (unsigned i = 0; i < words->n; i++) {
            vm_va at = frame->sp + words->offset[i];
            if (at < start || at >= end) {
                continue;
            }
            if (access == vm_access_store) {
                frame_word_put(m, f, (uint32_t)(at & (page - 1)), words->value[i]);
            } else {
                words->value[i] = frame_word_get(m, f, (uint32_t)(at & (page - 1)));
            }
        }
        end = start;
    }
    return USER_DONE;
}

/* ---- to the handler ---- */
static uint64_t si_code(enum vm_si_code code)
{
    static const uint64_t linux_code[vm_si_code_count] = {
        [vm_si_code_maperr] = 1,
        [vm_si_code_accerr] = 2,
        [vm_si_code_adrerr] = 2,
        [vm_si_code_kernel] = 0x80,
    };
    return linux_code[code];
}

/* The registers as they are, and siginfo. */
static void save(const vm_machine *m, vm_tid tid, const struct shape *shape,
    struct signal_frame *frame, struct words *words)
{
    const struct task *task = &m->tasks[tid];
    for (uint32_t w = task->registers; w && frame->registers < SIGNAL_REGISTERS;
         w = m->words[w].next) {
        frame->name[frame->registers++] = m->words[w].offset;
    }
    lay_out(shape, frame->registers, words);
    const uint64_t fixed[] = {task->pc, task->sp, task->fp, task->ret, task->signals.blocked};
    memcpy(words->value, fixed, sizeof fixed);
    for (uint32_t i = 0; i < frame->registers; i++) {
        words->value[REGISTERS + i] = words_get(m, task->registers, frame->name[i]);
    }
    add(words, shape->info, signal_number((enum vm_signo)frame->signo));
    add(words, shape->info + 8, si_code((enum vm_si_code)task->signals.code));
    add(words, shape->info + 16, task->signals.fault);
}

/* The frame's lowest byte; 0: the address space has no room below the stack pointer. */
static vm_va place(const vm_machine *m, const struct shape *shape, vm_va sp)
{
    uint64_t most = (uint64_t)shape->bytes + shape->red_zone + shape->align + shape->above;
    if (sp <= most || vpn_of(m, sp - 1) >= m->user_end) {
        return 0;
    }
    vm_va low = sp - shape->red_zone - shape->bytes + shape->above; /* rounded with it */
    return (low & ~(vm_va)(shape->align - 1)) - shape->above;
}

/* dequeue_signal: it is pending no longer, and blocked while its handler runs. */
static void take(vm_machine *m, vm_tid tid, enum vm_signo signo)
{
    EMIT(m, signal_taken, .tid = tid, .signo = signo);
    race_acquire(m, tid, race_thing(RACE_SIGNAL, m->tasks[tid].pid));
    uint32_t bit = signal_bit(signo);
    struct thread_signals now = m->tasks[tid].signals;
    if (now.pending & bit & ~now.blocked) {
        now.pending &= ~bit;
        thread_signals_put(m, tid, &now);
    } else {
        vm_pid pid = m->tasks[tid].pid;
        struct process_signals process = m->processes[pid].signals;
        process.pending &= ~bit;
        process_signals_put(m, pid, &process);
    }
}

static void enter(vm_machine *m, vm_tid tid, const struct signal_frame *frame)
{
    struct signal_action action = m->processes[m->tasks[tid].pid].action[frame->signo];
    EMIT(m, handler_begins, .tid = tid, .signo = frame->signo, .va = action.handler,
        .name = action.name);
    signal_frame_link(m, tid, frame);
    struct thread_signals signals = m->tasks[tid].signals;
    signals.blocked |= signal_bit((enum vm_signo)frame->signo);
    signals.code = 0;
    signals.fault = 0;
    thread_signals_put(m, tid, &signals);
    struct task now = m->tasks[tid];
    now.sp = frame->sp;
    now.pc = action.handler;
    task_put(m, tid, &now);
    if (action.param) {
        registers_put(m, tid, action.param, signal_number((enum vm_signo)frame->signo));
    }
    cpu_mode(m, vm_mode_user);
}

static enum vm_status reserve(vm_machine *m)
{
    uint64_t bytes = shape_of(m)->bytes;
    enum vm_status status = user_reserve(m, pages_of(m, bytes) + 1, bytes + 8 * WORDS_MAX);
    return status == VM_OK ? RESERVE(m, signal_frames, 1) : status;
}

/* What do_signal may begin with. */
static enum vm_status due(const vm_machine *m, uint64_t tid)
{
    enum vm_status status = task_ready(m, tid);
    return status == VM_OK ? VM_INVALID : status == VM_SIGNALLED ? VM_OK : status;
}

enum vm_status vm_op_do_signal(vm_machine *m, const struct vm_op_do_signal *op)
{
    enum vm_status status = due(m, op->tid);
    status = status == VM_OK ? reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    const struct shape *shape = shape_of(m);
    enum vm_signo signo = signal_next(m, tid);
    switch_to(m, tid);
    cpu_mode(m, vm_mode_kernel);
    take(m, tid, signo);
    struct signal_frame frame = {.sp = place(m, shape, m->tasks[tid].sp),
        .bytes = shape->bytes,
        .signo = (uint8_t)signo,
        .handler = m->processes[pid].action[signo].name,
        .depth = signal_frame_depth(m, tid) + 1};
    struct words words = {0};
    save(m, tid, shape, &frame, &words);
    EMIT(m, signal_frame_written, .tid = tid, .sp = frame.sp, .bytes = frame.bytes);
    enum user_copy_end end =
        frame.sp ? transfer(m, tid, &frame, &words, vm_access_store) : USER_FAULT;
    if (end == USER_FAULT) {
        EMIT(m, signal_no_stack, .tid = tid, .sp = frame.sp);
        signal_kill(m, pid, vm_signo_sigsegv);
    } else if (end == USER_DONE) {
        enter(m, tid, &frame);
    }
    return VM_OK;
}

/* ---- and back ---- */
static void restore(
    vm_machine *m, vm_tid tid, const struct signal_frame *frame, const struct words *words)
{
    const uint32_t never = vm_sigset_bit_sigkill | vm_sigset_bit_sigstop;
    struct task now = m->tasks[tid];
    now.pc = words->value[PC];
    now.sp = words->value[SP];
    now.fp = words->value[FP];
    now.ret = words->value[RET];
    EMIT(m, signal_restored, .tid = tid, .sp = frame->sp, .pc = now.pc);
    task_put(m, tid, &now);
    for (uint32_t i = 0; i < frame->registers; i++) {
        registers_put(m, tid, frame->name[i], words->value[REGISTERS + i]);
    }
    struct thread_signals signals = m->tasks[tid].signals;
    signals.blocked = (uint32_t)words->value[MASK] & ~never & signal_all();
    thread_signals_put(m, tid, &signals);
    signal_frame_unlink(m, tid);
}

enum vm_status vm_op_sigreturn(vm_machine *m, const struct vm_op_sigreturn *op)
{
    enum vm_status status = task_ready(m, op->tid);
    vm_tid tid = (vm_tid)op->tid;
    uint32_t f = status == VM_OK ? m->tasks[tid].signals.frame : 0;
    if (status == VM_OK && (!f || m->tasks[tid].sp != m->signal_frames[f].sp)) {
        status = VM_INVALID; /* no handler, or a function that it called has not returned */
    }
    status = status == VM_OK ? reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    struct signal_frame frame = m->signal_frames[f];
    struct words words = {0};
    lay_out(shape_of(m), frame.registers, &words);
    call_begin(m, tid, vm_op_kind_sigreturn);
    enum user_copy_end end = transfer(m, tid, &frame, &words, vm_access_load);
    if (end == USER_FAULT) { /* badframe */
        EMIT(m, signal, .tid = tid, .signo = vm_signo_sigsegv, .code = vm_si_code_kernel, .va = 0);
        count(m, m->tasks[tid].pid, vm_counter_signals, 1);
        signal_frame_unlink(m, tid);
        signal_force(m, tid, vm_signo_sigsegv, vm_si_code_kernel, 0);
    } else if (end == USER_DONE) {
        restore(m, tid, &frame, &words);
    }
    if (end != USER_KILLED && m->tasks[tid].state == vm_task_state_running) {
        cpu_mode(m, vm_mode_user);
        signal_settle(m, m->tasks[tid].pid);
    }
    return VM_OK;
}

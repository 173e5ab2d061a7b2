/* SPDX-License-Identifier: MIT
 * call and ret. A frame, from high addresses to low ones: return address, saved frame pointer (here
 * points fp), locals; sp is the lowest of it. fp 0: no function was called.
 */
#include "userland/call.h"

#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "userland/copy.h"

enum { WORD = 8, STACK_ALIGNMENT = 16 };

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

enum vm_status vm_op_call(vm_machine *m, const struct vm_op_call *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_va sp = m->tasks[tid].sp;
    uint64_t locals = (op->locals + STACK_ALIGNMENT - 1) & ~(uint64_t)(STACK_ALIGNMENT - 1);
    if (sp < 2 * WORD || locals < op->locals || locals > sp - 2 * WORD) {
        return VM_INVALID; /* no stack, or locals that no stack could hold */
    }
    status = user_reserve(m, 2 * WORD + 1, 2 * WORD);
    if (status != VM_OK) {
        return status;
    }
    switch_to(m, tid);
    struct task now = m->tasks[tid];
    EMIT(m, called, .tid = tid, .va = op->va, .name = op->name, .sp = sp - WORD);
    enum access_end end = push(m, tid, sp - WORD, behind_call(m, now.pc));
    end = end == ACCESS_DONE ? fetch(m, tid, op->va) : end;
    end = end == ACCESS_DONE ? push(m, tid, sp - 2 * WORD, now.fp) : end;
    if (end != ACCESS_DONE) {
        return VM_OK; /* the signal's handler went back to where the call was */
    }
    now = m->tasks[tid];
    now.fp = sp - 2 * WORD;
    now.sp = now.fp - locals;
    now.pc = op->va;
    EMIT(m, stack_frame, .tid = tid, .fp = now.fp, .sp = now.sp, .bytes = locals);
    task_put(m, tid, &now);
    return VM_OK;
}

enum vm_status vm_op_ret(vm_machine *m, const struct vm_op_ret *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK && !m->tasks[op->tid].fp) {
        status = VM_INVALID;
    }
    status = status == VM_OK ? user_reserve(m, 2 * WORD + 1, 0) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    vm_va at = m->tasks[tid].fp;
    uint64_t fp, pc;
    enum access_end end = pop(m, tid, at, &fp);
    end = end == ACCESS_DONE ? pop(m, tid, at + WORD, &pc) : end;
    if (end != ACCESS_DONE) {
        return VM_OK;
    }
    struct task now = m->tasks[tid];
    now.fp = fp;
    now.sp = at + 2 * WORD;
    now.pc = pc;
    EMIT(m, returned, .tid = tid, .va = pc, .sp = now.sp);
    task_put(m, tid, &now);
    if (pc) { /* the program goes on there, whoever wrote that address */
        fetch(m, tid, pc);
    }
    return VM_OK;
}

/* SPDX-License-Identifier: MIT
 * What a page fault means: the mapping, its rights, the tables; then one of the kinds of
 * fault_anon, fault_file, fault_swap, fault_cow. Mirrors Linux's do_user_addr_fault and
 * handle_mm_fault.
 */
#include "kernel/fault.h"

#include "kernel/exit.h"
#include "kernel/fault_in.h"
#include "kernel/file.h"
#include "kernel/huge.h"
#include "kernel/kernel_space.h"
#include "kernel/oom.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/stack.h"
#include "kernel/usage.h"
#include "kernel/vma.h"
#include "mmu/hashed.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

void fault_note(vm_machine *m, const struct fault_in *in, enum vm_fault kind)
{
    EMIT(m, fault, .tid = in->tid, .vpn = in->vpn, .kind = kind);
    bool major = kind == vm_fault_major;
    count(m, in->pid, major ? vm_counter_major : vm_counter_minor, 1);
    usage_count(m, in->tid, major ? USAGE_MAJOR : USAGE_MINOR);
    m->outcome.majors += major;
    if (!in->populate) {
        m->outcome.fault = kind;
    }
}

/* The entry allows it: another processor saw to that, and this one's TLB had not heard of it, for
 * nobody interrupts others to give them more rights (flush_tlb_fix_spurious_fault). */
static bool fault_spurious(vm_machine *m, const struct fault_in *in)
{
    if (!in->populate) {
        fault_note(m, in, vm_fault_minor);
        EMIT(m, spurious_fault, .tid = in->tid, .vpn = in->vpn);
        tlb_drop_local(m, in->mm, in->vpn);
    }
    return true;
}

bool fault_resolve(vm_machine *m, struct fault_in *in)
{
    if (vma_needs_anon(m, in->vma, in->store)) {
        vma_anon_prepare(m, in->v);
    }
    if (huge_fault(m, in)) {
        return true;
    }
    if (!table_build(m, in->mm, in->vpn)) {
        return false;
    }
    uint64_t entry = pte_get(m, in->mm, in->vpn);
    if (entry & vm_pte_bit_swapped) {
        return fault_swap(m, in, entry);
    }
    if (entry & vm_pte_bit_present) {
        bool allowed = !in->store || entry & vm_pte_bit_writable;
        return allowed ? fault_spurious(m, in) : fault_write(m, in, entry);
    }
    return !in->vma->object ? fault_anon(m, in) : fault_file(m, in);
}

static enum fault_end signal_fault(
    vm_machine *m, const struct fault_in *in, vm_va va, enum vm_fault kind)
{
    bool bus = kind == vm_fault_bus;
    enum vm_signo signo = bus ? vm_signo_sigbus : vm_signo_sigsegv;
    enum vm_si_code code = bus                            ? vm_si_code_adrerr
                           : kind == vm_fault_segv_maperr ? vm_si_code_maperr
                                                          : vm_si_code_accerr;
    vm_vpn vpn;
    if (!is_older(m) && !canonical(m, va, &vpn) && m->config.kind != vm_machine_kind_sv39) {
        code = vm_si_code_kernel; /* x86: a general protection fault says no address */
        va = 0;
    }
    EMIT(m, signal, .tid = in->tid, .signo = signo, .code = code, .va = va);
    count(m, in->pid, vm_counter_signals, 1);
    bool blocked = m->tasks[in->tid].signals.blocked & signal_bit(signo);
    if (m->processes[in->pid].action[signo].action == vm_signal_action_skip && !blocked) {
        EMIT(m, signal_skipped, .tid = in->tid, .signo = signo);
        cpu_mode(m, vm_mode_user);
        return FAULT_SKIP;
    }
    if (signal_force(m, in->tid, signo, code, va)) {
        cpu_mode(m, vm_mode_user);
    }
    return FAULT_KILLED;
}

/* What forbids the access, or vm_fault_none; finds the mapping on the way. */
static enum vm_fault refusal(vm_machine *m, struct fault_in *in, enum vm_access access)
{
    in->v = vma_find(m, in->mm, in->vpn);
    if (!in->v && in->vpn < m->user_end) {
        in->v = stack_grow(m, in->tid, in->mm, in->vpn);
    }
    if (!in->v) {
        return vm_fault_segv_maperr;
    }
    in->vma = &m->vmas[in->v];
    if (!vma_allows(m, in->vma, access)) {
        return vm_fault_segv_accerr;
    }
    EMIT(m, vma_found, .tid = in->tid, .vma = in->v, .kind = in->vma->kind, .prot = in->vma->prot);
    return fault_past_end(m, in) ? vm_fault_bus : vm_fault_none;
}

bool fault_past_end(const vm_machine *m, const struct fault_in *in)
{
    enum vm_object_kind kind = (enum vm_object_kind)m->objects[in->vma->object].kind;
    if (!in->vma->object || in->vma->flags & vm_map_bit_pages) {
        return false;
    }
    if (kind == vm_object_kind_file || kind == vm_object_kind_shmem) {
        return fault_index(in) >= object_pages(m, in->vma->object);
    }
    return kind != vm_object_kind_vdso ||
           !m->config.kernel_frames; /* a device has all its entries */
}

/* pagefault_out_of_memory. In the middle of a system call the process still holds what the call
 * works on, like its open files: SIGKILL waits for the way back to user mode. */
static void no_memory(vm_machine *m, const struct fault_in *in, bool kernel)
{
    m->outcome.fault = vm_fault_oom;
    if (kernel) {
        oom_in_kernel(m, in->mm);
    } else {
        process_end(m, in->pid, 128 + 9);
    }
}

/* What was found is entered where the hardware searches (Linux on PowerPC: hash_preload), and the
 * program goes on. */
static void fault_over(vm_machine *m, vm_tid tid, vm_va va, bool kernel)
{
    if (is_hashed(m)) {
        hashed_enter(m, mm_of(m, m->tasks[tid].pid), vpn_of(m, va));
    }
    if (!kernel) {
        EMIT(m, fault_return, .tid = tid, .va = va);
        cpu_mode(m, vm_mode_user);
    }
}

void fault_refill(vm_machine *m, vm_tid tid, vm_va va, bool kernel)
{
    count(m, m->tasks[tid].pid, vm_counter_refills, 1);
    fault_over(m, tid, va, kernel);
}

enum fault_end fault_handle(vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, bool kernel)
{
    vm_pid pid = m->tasks[tid].pid;
    struct fault_in in = {
        .tid = tid, .pid = pid, .mm = mm_of(m, pid), .store = access == vm_access_store};
    bool page = canonical(m, va, &in.vpn);
    if (page || m->config.kind == vm_machine_kind_sv39) { /* x86: no page fault, no perf count */
        count(m, pid, vm_counter_faults, 1);
        m->outcome.faults++;
    }
    enum vm_fault refused = page ? refusal(m, &in, access) : vm_fault_segv_maperr;
    if (refused == vm_fault_bus) {
        fault_around_end(m, &in);
    }
    if (refused != vm_fault_none) {
        m->outcome.fault = refused;
        return kernel ? FAULT_SKIP : signal_fault(m, &in, va, refused);
    }
    if (!fault_resolve(m, &in)) {
        no_memory(m, &in, kernel);
        return FAULT_KILLED;
    }
    fault_over(m, tid, va, kernel);
    return FAULT_RETRY;
}

enum fault_end fault_refuse(vm_machine *m, vm_tid tid, vm_va va, enum vm_fault kind)
{
    vm_pid pid = m->tasks[tid].pid;
    struct fault_in in = {.tid = tid, .pid = pid, .mm = mm_of(m, pid), .vpn = vpn_of(m, va)};
    count(m, pid, vm_counter_faults, 1);
    m->outcome.faults++;
    m->outcome.fault = kind;
    return signal_fault(m, &in, va, kind);
}

enum fault_end fault_deny(vm_machine *m, vm_tid tid, vm_va va)
{
    return fault_refuse(m, tid, va, vm_fault_segv_accerr);
}

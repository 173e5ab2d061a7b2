/* SPDX-License-Identifier: MIT
 * Thread-local variables (glibc: init_tls, _dl_allocate_tls_init). The first values are the
 * program's, as the linker wrote them: read from the file's image, which costs no access here.
 * Invariant: variable i of a program lies at thread pointer - tls_bytes + 8 * i, in every thread.
 */
#include "userland/tls.h"

#include "kernel/elf.h"
#include "kernel/mmap.h"
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/table.h"
#include "userland/copy.h"
#include "userland/pthread.h"

enum { WORD = 8, MAIN_PAGES = 3 };

static uint32_t count_of(const vm_machine *m, uint32_t program)
{
    uint32_t n = 0;
    for (uint32_t i = 1; program && i < m->tls_words_n; i++) {
        n += m->tls_words[i].object == program;
    }
    return n;
}

uint64_t tls_bytes(const vm_machine *m, uint32_t program)
{
    return ((uint64_t)count_of(m, program) * WORD + 15) & ~UINT64_C(15);
}

bool tls_write_image(vm_machine *m, vm_tid tid, uint32_t program, vm_va tls)
{
    uint64_t words[TLS_WORDS_MAX];
    uint8_t bytes[sizeof words];
    uint32_t n = 0;
    for (uint32_t i = 1; i < m->tls_words_n; i++) {
        if (m->tls_words[i].object == program) {
            words[n++] = m->tls_words[i].value;
        }
    }
    if (!n) {
        return true;
    }
    vm_va at = tls - tls_bytes(m, program);
    EMIT(m, tls_written, .tid = tid, .va = at, .bytes = (uint64_t)n * WORD);
    bytes_of_words(words, n * WORD, bytes);
    return user_write(m, tid, at, n * WORD, bytes) == ACCESS_DONE;
}

enum vm_status tls_reserve(vm_machine *m, uint32_t program)
{
    if (!count_of(m, program)) {
        return VM_OK;
    }
    enum vm_status status = user_reserve(m, 64, UINT64_C(4096));
    status = status == VM_OK ? table_reserve(m, 64 * (uint64_t)m->config.levels) : status;
    return status;
}

bool tls_make_main(vm_machine *m, vm_tid tid, uint32_t program)
{
    if (!count_of(m, program)) {
        return true;
    }
    vm_pid pid = m->tasks[tid].pid;
    struct stack_rule rule = stack_rule(m, mm_of(m, pid));
    const struct map_request request = {.bytes = (uint64_t)MAIN_PAGES << m->config.page_shift,
        .prot = vm_prot_bit_read | vm_prot_bit_write,
        .kind = vm_vma_kind_map};
    enum vm_errno_code error;
    vm_va at = map_region(m, pid, &request, &error);
    if (error != vm_errno_code_none) {
        return false;
    }
    vm_va tls = (at + rule.fixed + tls_bytes(m, program) + 63) & ~UINT64_C(63);
    const struct thread_stack main = {.tls = tls};
    stack_put(m, tid, &main);
    return tls_write_image(m, tid, program, tls);
}

enum vm_status vm_op_tls_word(vm_machine *m, const struct vm_op_tls_word *op)
{
    if (!op->object || op->object >= m->objects_n ||
        m->objects[op->object].kind != vm_object_kind_file) {
        return VM_INVALID;
    }
    uint32_t n = count_of(m, (uint32_t)op->object);
    if (n >= TLS_WORDS_MAX || (n + 2) * WORD > page_size(m) / 2) {
        return VM_LIMIT;
    }
    enum vm_status status = RESERVE(m, tls_words, 1);
    if (status == VM_OK) {
        m->tls_words[m->tls_words_n++] =
            (struct tls_word){.object = (uint32_t)op->object, .value = op->value};
    }
    return status;
}

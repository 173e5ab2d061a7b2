/* SPDX-License-Identifier: MIT
 * The operations of a program that uses memory (access, load, store), and the room that so many
 * pages can need: it is there before the first is touched, so that no access fails half-way.
 */
#include "mmu/access.h"

#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/readahead.h"
#include "kernel/reclaim_work.h"
#include "kernel/switch.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "older/access.h"
#include "policy/policy.h"
#include "race/race.h"

/* Tables, reverse mappings and identities that touching so many pages can need. */
static enum vm_status map_room(vm_machine *m, uint64_t pages, uint64_t identities)
{
    uint64_t tables = pages / (UINT64_C(1) << m->config.level_bits[m->config.levels - 1]);
    enum vm_status status = table_reserve(m, tables * 2 + 2 * m->config.levels);
    if (status == VM_OK) {
        /* Any page may bring a huge one, but no more frames than there are. */
        uint64_t huge = m->config.thp == vm_thp_never ? 0 : pages * huge_pages(m);
        huge = huge < m->frames_n ? huge : m->frames_n;
        status = RESERVE(m, rmaps, pages + 2 * m->config.fault_around + huge);
    }
    return status == VM_OK ? RESERVE(m, objects, identities) : status;
}

enum vm_status access_reserve(vm_machine *m, uint64_t pages)
{
    enum vm_status status = reclaim_work(m, pages);
    if (status == VM_OK) {
        status = policy_reserve(m, 2 * pages + readahead_most(m, pages) + 2);
    }
    if (status == VM_OK) { /* each mapping may get the identity of its private pages */
        status = map_room(m, pages, pages < m->vmas_n ? pages : m->vmas_n);
    }
    if (status == VM_OK && m->words_live) {
        uint64_t words = page_size(m) / 8 < m->words_live ? page_size(m) / 8 : m->words_live;
        uint64_t copies = 2 * pages + readahead_most(m, pages) + 2;
        /* A page's words can be in its frame, its slot and once in each mapping of its file. */
        uint64_t most = 2 * ((uint64_t)m->vmas_n + 2) * m->words_live;
        status = RESERVE(m, words, copies * words < most ? copies * words : most);
    }
    return status;
}

enum vm_status access_reserve_later(vm_machine *m, uint64_t pages)
{
    uint64_t copies = 2 * pages + readahead_most(m, pages) + 2;
    enum vm_status status = map_room(m, pages, pages);
    status = status == VM_OK ? policy_reserve(m, copies) : status;
    return status == VM_OK ? RESERVE(m, words, copies * (page_size(m) / 8)) : status;
}

enum vm_status vm_op_access(vm_machine *m, const struct vm_op_access *op)
{
    if (is_older(m)) {
        return older_access(m, op);
    }
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    uint64_t bytes = op->bytes ? op->bytes : 1;
    if (!op->access || op->access >= vm_access_count || op->va + (bytes - 1) < op->va) {
        return VM_INVALID;
    }
    vm_vpn first = vpn_of(m, op->va), last = vpn_of(m, op->va + bytes - 1);
    if (last - first >= m->config.limits.pages) {
        return VM_LIMIT;
    }
    status = access_reserve(m, last - first + 1);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    for (vm_vpn vpn = first; vpn <= last; vpn++) {
        vm_va va = vpn == first ? op->va : vpn << m->config.page_shift;
        vm_frame frame;
        if (access_page(m, tid, va, (enum vm_access)op->access, &frame) == ACCESS_KILLED) {
            break;
        }
    }
    return VM_OK;
}

/* A valued word is 8 bytes and does not cross a page. */
static enum vm_status word_begin(vm_machine *m, uint64_t tid, vm_va va)
{
    enum vm_status status = task_ready(m, tid);
    if (status == VM_OK && (va & 7)) {
        status = VM_INVALID;
    }
    if (status == VM_OK) {
        status = RESERVE(m, words, 2); /* before access_reserve: its room is beside this */
    }
    if (status == VM_OK) {
        status = access_reserve(m, 1);
    }
    if (status == VM_OK) {
        uint64_t words = m->words_live ? 4 * (page_size(m) / 8) + 2 : 2;
        status = RESERVE(m, words, words);
    }
    return status;
}

enum vm_status vm_op_load(vm_machine *m, const struct vm_op_load *op)
{
    enum vm_status status = word_begin(m, op->tid, op->va);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    vm_frame frame;
    if (access_page(m, tid, op->va, vm_access_load, &frame) == ACCESS_DONE) {
        uint64_t value = frame_word_get(m, frame, (uint32_t)(op->va & (page_size(m) - 1)));
        registers_put(m, tid, (uint32_t)op->name, value);
        m->outcome.value = value;
        race_access(m, tid, op->va, vm_access_load);
    }
    return VM_OK;
}

enum vm_status vm_op_store(vm_machine *m, const struct vm_op_store *op)
{
    enum vm_status status = word_begin(m, op->tid, op->va);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    vm_frame frame;
    if (access_page(m, tid, op->va, vm_access_store, &frame) == ACCESS_DONE) {
        frame_word_put(m, frame, (uint32_t)(op->va & (page_size(m) - 1)), op->value);
        race_access(m, tid, op->va, vm_access_store);
    }
    return VM_OK;
}

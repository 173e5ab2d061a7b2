/* SPDX-License-Identifier: MIT
 * Which questions fit an operation: one function a row of questions.def. It says whether the row
 * fits, and fills in what the sentence names, the key, and the micro-step that holds it.
 */
#include "predict/tale.h"

#include <string.h>

static bool ask(struct vm_question *q, uint32_t micro, uint64_t key)
{
    q->micro = micro;
    q->key[0].value = key;
    q->keys = 1;
    return true;
}

/* The number of a word of the row: its place among the choices. */
static bool ask_word(struct vm_question *q, uint32_t micro, const char *word)
{
    const struct vm_question_desc *desc = vm_question_desc(q->kind);
    for (size_t i = 0; i < desc->choices_n; i++) {
        if (strcmp(desc->choices[i].name, word) == 0) {
            return ask(q, micro, i);
        }
    }
    return false;
}

/* The same, beside the keys that there are already. */
static bool ask_first(struct vm_question *q, uint32_t micro, const char *word)
{
    size_t keys = q->keys;
    bool good = ask_word(q, micro, word);
    q->keys = keys;
    return good;
}

/* The program's own access to one page of a machine with pages. */
static bool is_access(const struct tale *t)
{
    unsigned kind = t->op->kind;
    return (kind == vm_op_kind_access || kind == vm_op_kind_load || kind == vm_op_kind_store) &&
           t->accesses == 1 && (t->tlb || t->walk || t->fault);
}

static bool one_leaves(const struct tale *t)
{
    return t->evictions == 1 && !t->bulk && t->tid;
}

static bool question_next(const struct tale *t, struct vm_question *q)
{
    uint64_t from = t->op->kind == vm_op_kind_tick ? t->stopped : t->tid;
    q->field[0] = from;
    return t->switched && from && t->runs != from && ask(q, t->switched, t->runs);
}

static bool question_fork_frames(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    return t->op->kind == vm_op_kind_fork && !t->evictions && !t->bulk && t->used >= 0 &&
           ask(q, 0, (uint64_t)t->used);
}

static bool question_victim(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->policy;
    return one_leaves(t) && ask(q, t->evict, t->victim);
}

static bool question_leaves(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->policy;
    for (size_t i = 0; i < t->leaves_n && t->leaves[i].pid; i++) {
        q->key[q->keys++] = (struct vm_given){t->leaves[i].pid, t->leaves[i].vpn};
    }
    q->micro = t->evict;
    return one_leaves(t) && q->keys;
}

static bool question_written(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->policy;
    return one_leaves(t) && (t->written || t->dropped) &&
           ask_word(q, t->written ? t->written : t->dropped, t->written ? "yes" : "no");
}

static bool question_slot(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    return t->tid && t->swap_writes == 1 && ask(q, t->swap_write, t->slot);
}

static bool question_copied(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->vpn;
    return is_access(t) && t->read_only && (t->copied || t->reused) &&
           ask_word(q, t->copied ? t->copied : t->reused, t->copied ? "yes" : "no");
}

static bool question_fault(const struct tale *t, struct vm_question *q)
{
    static const char *const words[] = {[vm_fault_zero] = "minor",
        [vm_fault_minor] = "minor",
        [vm_fault_reuse] = "minor",
        [vm_fault_major] = "major",
        [vm_fault_cow] = "cow",
        [vm_fault_segv_maperr] = "signal",
        [vm_fault_segv_accerr] = "signal",
        [vm_fault_bus] = "signal"};
    q->field[0] = t->tid;
    q->field[1] = t->va;
    q->field[2] = t->access;
    if (!is_access(t)) {
        return false;
    }
    if (t->signal) {
        return ask_word(q, t->signal, "signal");
    }
    if (t->fault) {
        const char *word =
            t->fault_kind < sizeof words / sizeof words[0] ? words[t->fault_kind] : NULL;
        /* A private page of a file that is written first: read from the disk, and copied. */
        if (word && t->copied && t->disk && ask_word(q, t->fault, "cow")) {
            q->key[1] = q->key[0];
            q->keys = 2;
            return ask_first(q, t->fault, "major");
        }
        return word && ask_word(q, t->fault, word);
    }
    return t->done && ask_word(q, t->done, "none");
}

static bool question_address(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->va;
    q->field[2] = t->access;
    return is_access(t) && t->done && !t->fault && !t->signal && ask(q, t->done, t->pa);
}

static bool question_tlb(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->va;
    q->field[2] = t->vpn;
    return is_access(t) && t->tlb && ask_word(q, t->tlb, t->tlb_hit ? "hit" : "miss");
}

static bool question_entry(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->va;
    q->field[2] = t->level;
    if (!is_access(t) || !t->walk) {
        return false;
    }
    ask(q, t->walk, t->index);
    q->key[0].of = t->table;
    return true;
}

static bool question_frame(const struct tale *t, struct vm_question *q)
{
    q->field[0] = t->tid;
    q->field[1] = t->vpn;
    return is_access(t) && t->fault && t->taken && !t->evictions && !t->bulk &&
           ask(q, t->taken, t->taken_frame);
}

static bool question_frames(const struct tale *t, struct vm_question *q)
{
    unsigned kind = t->op->kind;
    bool takes = kind == vm_op_kind_mmap || kind == vm_op_kind_brk || kind == vm_op_kind_malloc ||
                 kind == vm_op_kind_create || (is_access(t) && t->fault);
    q->field[0] = t->tid;
    return takes && !t->evictions && !t->bulk && t->used >= 0 && ask(q, 0, (uint64_t)t->used);
}

/* An author's: the run computed their keys (struct vm_note). */
static bool question_value(const struct tale *t, struct vm_question *q)
{
    (void)t;
    (void)q;
    return false;
}

static bool question_choice(const struct tale *t, struct vm_question *q)
{
    return question_value(t, q);
}

size_t vm_questions(const struct vm_op *op, const uint8_t *events, size_t length,
    struct vm_question out[vm_question_kind_count])
{
    static bool (*const fits[])(const struct tale *, struct vm_question *) = {
#define QUESTION(id, ...) question_##id,
#include "vm/questions.def"
#undef QUESTION
    };
    struct tale tale;
    size_t n = 0;
    tale_read(&tale, op, events, length);
    for (unsigned kind = 0; kind < vm_question_kind_count; kind++) {
        out[n] = (struct vm_question){.kind = (enum vm_question_kind)kind};
        n += fits[kind](&tale, &out[n]);
    }
    return n;
}

bool vm_question_right(const struct vm_question *question, struct vm_given given)
{
    for (size_t i = 0; i < question->keys; i++) {
        if ((given.of == VM_ANY || question->key[i].of == given.of) &&
            question->key[i].value == given.value) {
            return true;
        }
    }
    return false;
}

/* SPDX-License-Identifier: MIT
 * Activation records. Invariant: the list of a thread goes from the innermost frame (the greatest
 * depth) to the outermost (depth 1); a frame's words lie between its stack and frame pointers.
 */
#include "userland/activation.h"

#include <assert.h>

static void emit_frame(struct vm_events *events, vm_tid tid, uint32_t depth,
    const struct activation *old, const struct activation *now)
{
    EMIT_TO(events, activation, .tid = tid, .depth = depth,           //
        .old_name = old->name, .name = now->name,                     //
        .old_va = old->va, .va = now->va,                             //
        .old_fp = old->fp, .fp = now->fp,                             //
        .old_sp = old->sp, .sp = now->sp,                             //
        .old_arguments = old->arguments, .arguments = now->arguments, //
        .old_saved = old->saved, .saved = now->saved,                 //
        .old_locals = old->locals, .locals = now->locals);
}

static void emit_word(struct vm_events *events, vm_tid tid, uint32_t depth, vm_va va,
    const struct stack_word *old, const struct stack_word *now)
{
    EMIT_TO(events, stack_word, .tid = tid, .depth = depth, .va = va, //
        .old_kind = old->kind, .kind = now->kind, .old_name = old->name, .name = now->name);
}

void activation_describe(const vm_machine *m, struct vm_events *events)
{
    const struct activation no_frame = {0};
    const struct stack_word no_word = {0};
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        for (uint32_t a = m->tasks[tid].activations; a; a = m->activations[a].next) {
            const struct activation *frame = &m->activations[a];
            emit_frame(events, tid, frame->depth, &no_frame, frame);
            for (uint32_t w = frame->words; w; w = m->stack_words[w].next) {
                const struct stack_word *word = &m->stack_words[w];
                emit_word(events, tid, frame->depth, word->va, &no_word, word);
            }
        }
    }
}

enum vm_status activation_reserve(vm_machine *m, uint64_t words)
{
    enum vm_status status = RESERVE(m, activations, 1);
    return status == VM_OK ? RESERVE(m, stack_words, words) : status;
}

static uint32_t take(vm_machine *m)
{
    uint32_t id = m->free_activation;
    if (id) {
        m->free_activation = m->activations[id].next;
    } else {
        assert(m->activations_n < m->activations_room);
        id = m->activations_n++;
    }
    return id;
}

void activation_push(vm_machine *m, vm_tid tid, const struct activation *frame)
{
    uint32_t *list = &m->tasks[tid].activations, id = take(m);
    struct activation now = *frame;
    now.depth = *list ? m->activations[*list].depth + 1 : 1;
    now.words = 0;
    now.next = *list;
    m->activations[id] = now;
    *list = id;
    const struct activation nothing = {0};
    emit_frame(m->events, tid, now.depth, &nothing, &now);
}

static void note(vm_machine *m, vm_tid tid, uint32_t activation, struct stack_word word)
{
    struct activation *frame = &m->activations[activation];
    uint32_t id = m->free_stack_word;
    if (id) {
        m->free_stack_word = m->stack_words[id].next;
    } else {
        assert(m->stack_words_n < m->stack_words_room);
        id = m->stack_words_n++;
    }
    word.next = frame->words;
    m->stack_words[id] = word;
    frame->words = id;
    const struct stack_word nothing = {0};
    emit_word(m->events, tid, frame->depth, word.va, &nothing, &word);
}

void activation_note(vm_machine *m, vm_tid tid, enum vm_stack_word kind, vm_va va, uint32_t name)
{
    note(m, tid, m->tasks[tid].activations,
        (struct stack_word){.va = va, .name = name, .kind = (uint8_t)kind});
}

void activation_pop(vm_machine *m, vm_tid tid)
{
    uint32_t id = m->tasks[tid].activations;
    struct activation old = m->activations[id];
    const struct stack_word no_word = {0};
    while (old.words) {
        uint32_t w = old.words;
        struct stack_word word = m->stack_words[w];
        old.words = word.next;
        m->stack_words[w] = (struct stack_word){.next = m->free_stack_word};
        m->free_stack_word = w;
        emit_word(m->events, tid, old.depth, word.va, &word, &no_word);
    }
    m->tasks[tid].activations = old.next;
    m->activations[id] = (struct activation){.next = m->free_activation};
    m->free_activation = id;
    const struct activation nothing = {0};
    emit_frame(m->events, tid, old.depth, &old, &nothing);
}

void activations_drop(vm_machine *m, vm_tid tid)
{
    while (m->tasks[tid].activations) {
        activation_pop(m, tid);
    }
}

enum vm_status activations_reserve_copy(vm_machine *m, vm_tid from)
{
    uint64_t frames = 0, words = 0;
    for (uint32_t a = m->tasks[from].activations; a; a = m->activations[a].next) {
        frames++;
        words += m->activations[a].arguments + m->activations[a].saved;
    }
    enum vm_status status = RESERVE(m, activations, frames);
    return status == VM_OK ? RESERVE(m, stack_words, words) : status;
}

/* Linked behind the last one: a deep stack is not searched for each frame. */
void activations_copy(vm_machine *m, vm_tid from, vm_tid to)
{
    const struct activation nothing = {0};
    uint32_t last = 0;
    for (uint32_t a = m->tasks[from].activations; a; a = m->activations[a].next) {
        struct activation frame = m->activations[a];
        uint32_t id = take(m), words = frame.words;
        frame.words = frame.next = 0;
        m->activations[id] = frame;
        *(last ? &m->activations[last].next : &m->tasks[to].activations) = id;
        last = id;
        emit_frame(m->events, to, frame.depth, &nothing, &frame);
        for (uint32_t w = words; w; w = m->stack_words[w].next) {
            note(m, to, id, m->stack_words[w]);
        }
    }
}

/* ---- questions ---- */
uint32_t vm_depth(const vm_machine *m, vm_tid tid)
{
    uint32_t a = tid && tid < m->tasks_n ? m->tasks[tid].activations : 0;
    return a ? m->activations[a].depth : 0;
}

bool vm_activation_at(
    const vm_machine *m, vm_tid tid, uint32_t depth, struct vm_activation_view *out)
{
    uint32_t a = tid && tid < m->tasks_n ? m->tasks[tid].activations : 0;
    while (a && m->activations[a].depth != depth) {
        a = m->activations[a].next;
    }
    const struct activation *frame = &m->activations[a];
    if (a) {
        *out = (struct vm_activation_view){.name = frame->name,
            .va = frame->va,
            .fp = frame->fp,
            .sp = frame->sp,
            .arguments = frame->arguments,
            .saved = frame->saved,
            .locals = frame->locals};
    }
    return a != 0;
}

bool vm_saved_register(const vm_machine *m, vm_tid tid, uint32_t name, uint64_t *value)
{
    uint32_t a = tid && tid < m->tasks_n ? m->tasks[tid].activations : 0;
    for (; a; a = m->activations[a].next) {
        for (uint32_t w = m->activations[a].words; w; w = m->stack_words[w].next) {
            const struct stack_word *word = &m->stack_words[w];
            if (word->kind == vm_stack_word_saved && word->name == name) {
                return vm_value(m, m->tasks[tid].pid, word->va, value);
            }
        }
    }
    return false;
}

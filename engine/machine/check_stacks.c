/* SPDX-License-Identifier: MIT
 * Invariants of activation records.
 */
#include "machine/check.h"

static const char *check_frame(const vm_machine *m, const struct activation *frame)
{
    uint32_t words[vm_stack_word_count] = {0};
    for (uint32_t w = frame->words; w; w = m->stack_words[w].next) {
        const struct stack_word *word = &m->stack_words[w];
        words[word->kind]++;
        if (word->va < frame->sp + frame->locals || word->va > frame->fp - 8) {
            return "102: what a frame holds lies between its locals and its frame pointer";
        }
    }
    bool counted = words[vm_stack_word_argument] == frame->arguments &&
                   words[vm_stack_word_saved] == frame->saved;
    return counted ? NULL : "101: a frame counts its arguments and the registers it saved";
}

static uint64_t length(
    uint32_t first, uint32_t (*next)(const vm_machine *, uint32_t), const vm_machine *m)
{
    uint64_t n = 0;
    for (; first; first = next(m, first)) {
        n++;
    }
    return n;
}

static uint32_t next_activation(const vm_machine *m, uint32_t a)
{
    return m->activations[a].next;
}

static uint32_t next_word(const vm_machine *m, uint32_t w)
{
    return m->stack_words[w].next;
}

const char *check_stacks(const vm_machine *m)
{
    uint64_t frames = 1 + length(m->free_activation, next_activation, m);
    uint64_t words = 1 + length(m->free_stack_word, next_word, m);
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid];
        bool gone = task->state == vm_task_state_ended || task->state == vm_task_state_exited;
        if (gone && task->activations) {
            return "100: a thread that has ended is in no function";
        }
        for (uint32_t a = task->activations; a; a = m->activations[a].next) {
            const struct activation *frame = &m->activations[a];
            const char *problem = check_frame(m, frame);
            bool last = !frame->next;
            if (problem) {
                return problem;
            }
            if (last ? frame->depth != 1 : frame->depth != m->activations[frame->next].depth + 1) {
                return "103: the depth of a frame is how many lie around it";
            }
            frames++;
            words += frame->arguments + frame->saved;
        }
    }
    return frames == m->activations_n && words == m->stack_words_n
               ? NULL
               : "104: every frame is some thread's";
}

/* SPDX-License-Identifier: MIT
 * Words of `expect` about what is scarce: free_frames, dirty_pages, charged(A), and time in
 * nanoseconds: clock, clock(A), time (of the last operation), access_time (clock by references).
 */
#include "scenario/run.h"

#include <string.h>

static uint64_t access_time(const vm_machine *m, vm_pid pid)
{
    uint64_t references = vm_counter(m, pid, vm_counter_references);
    return references ? vm_clock_ns(m, pid) / references : 0;
}

bool eval_scarcity(vm_run *run, const struct expr *expr, struct value *out, bool *known)
{
    static const char *const words[] = {
        "free_frames", "dirty_pages", "charged", "clock", "time", "access_time"};
    enum { FREE_FRAMES, DIRTY_PAGES, CHARGED, CLOCK, TIME, ACCESS_TIME, WORDS };
    unsigned word = 0;
    while (word < WORDS && strcmp(expr->text, words[word]) != 0) {
        word++;
    }
    *known = word < WORDS;
    if (!*known) {
        return false;
    }
    const vm_machine *m = run_machine(run);
    const struct expr *first = expr->kind == EXPR_CALL ? expr->arguments : NULL;
    const struct actor *process = first && !first->next ? eval_process(run, first) : NULL;
    bool of_process = word == CHARGED || word == CLOCK || word == ACCESS_TIME;
    if ((first && (!process || !of_process)) || (!first && word == CHARGED)) {
        return run_error(run, expr->place, "like clock, clock(A), charged(A), time, free_frames",
            "`%.30s` is %s", expr->text,
            !of_process       ? "of the machine alone"
            : word == CHARGED ? "of one process"
                              : "of the machine or of one process");
    }
    vm_pid pid = process ? process->pid : 0;
    out->number = word == FREE_FRAMES   ? vm_free_frames(m)
                  : word == DIRTY_PAGES ? vm_dirty_pages(m)
                  : word == CHARGED     ? vm_charged(m, pid)
                  : word == CLOCK       ? vm_clock_ns(m, pid)
                  : word == TIME        ? vm_clock_ns(m, 0) - run->clock_before
                                        : access_time(m, pid);
    return true;
}

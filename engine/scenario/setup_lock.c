/* SPDX-License-Identifier: MIT
 * Declared locks: `mutex m` is 16 bytes in the data of every program, behind its variables, in the
 * order of the text. Their first values lie in the file, as a variable's do.
 */
#include "scenario/run.h"

#include <string.h>

enum { LOCK_BYTES = 16 };

static const struct statement *next_lock(const struct statement *one)
{
    while (one && one->kind != STATEMENT_OBJECT) {
        one = one->next;
    }
    return one;
}

static const struct statement *first_lock(const vm_run *run)
{
    return next_lock(run->chunk[0].scenario->first);
}

bool setup_lock_offset(const vm_run *run, const char *name, uint64_t *offset)
{
    *offset = 0;
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        if (strcmp(one->name, name) == 0) {
            return true;
        }
        *offset += LOCK_BYTES;
    }
    return false;
}

uint64_t setup_lock_bytes(const vm_run *run)
{
    uint64_t bytes = 0;
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        bytes += LOCK_BYTES;
    }
    return bytes;
}

enum vm_lock_kind setup_lock_kind(const vm_run *run, const char *name)
{
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        int kind = strcmp(one->name, name) == 0 ? vm_enum_named("lock_kind", one->word) : -1;
        if (kind > 0) {
            return (enum vm_lock_kind)kind;
        }
    }
    return vm_lock_kind_none;
}

bool setup_lock_inherits(const vm_run *run, const char *name)
{
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        if (strcmp(one->name, name) == 0) {
            return one->value && one->value->kind == EXPR_NAME;
        }
    }
    return false;
}

void setup_offer_locks(const vm_run *run, struct suggestion *suggestion)
{
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        suggestion_offer(suggestion, one->name);
    }
}

/* The word that a declaration sets, and its value: a semaphore's first word, a barrier's second. */
static bool value_of(vm_run *run, const struct statement *lock, uint64_t *word, uint64_t *value)
{
    bool semaphore = strcmp(lock->word, "semaphore") == 0;
    bool barrier = strcmp(lock->word, "barrier") == 0, mutex = strcmp(lock->word, "mutex") == 0;
    *word = barrier ? 1 : 0;
    *value = 0;
    bool inherit = lock->value && lock->value->kind == EXPR_NAME && mutex &&
                   strcmp(lock->value->text, "inherit") == 0;
    if (!lock->value && barrier) {
        return run_error(run, lock->name_place, "barrier b = 3",
            "a barrier needs the number of threads that come to it");
    }
    if (inherit) { /* the mutex's kind lies above its owner's number */
        *word = 1;
        *value = UINT64_C(1) << 32;
    }
    if (!lock->value || inherit) {
        return true;
    }
    if (!semaphore && !barrier) {
        return run_error(run, lock->value->place,
            mutex ? "mutex m, or mutex m = inherit" : "semaphore s = 2, barrier b = 3",
            "a %.20s has no first value", lock->word);
    }
    if (!eval_constant(run, lock->value, value)) {
        return false;
    }
    if (barrier && *value == 0) {
        return run_error(run, lock->value->place, "barrier b = 3", "nobody would come to it");
    }
    return true;
}

bool setup_lock_values(vm_run *run, uint32_t object, uint64_t at)
{
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        uint64_t word, value;
        if (!value_of(run, one, &word, &value)) {
            return false;
        }
        struct vm_op op = {.kind = vm_op_kind_file_word,
            .u.file_word = {.object = object, .offset = at + 8 * word, .value = value}};
        if (value && !run_apply(run, one->place, &op)) {
            return false;
        }
        at += LOCK_BYTES;
    }
    return true;
}

bool setup_lock_names(vm_run *run)
{
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        for (const struct statement *two = next_lock(one->next); two; two = next_lock(two->next)) {
            if (strcmp(one->name, two->name) == 0) {
                return run_error(run, two->name_place, "give it another name",
                    "`%.60s` is declared twice", two->name);
            }
        }
    }
    return true;
}

const char *setup_lock_called(vm_run *run, const struct actor *actor, uint64_t va)
{
    for (const struct statement *one = first_lock(run); one; one = next_lock(one->next)) {
        struct value value;
        const char *const name[] = {one->name};
        if (lookup_in(run, actor, name, 1, &value) && value.number == va) {
            return one->name;
        }
    }
    return NULL;
}

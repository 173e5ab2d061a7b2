/* SPDX-License-Identifier: MIT
 * A word of `expect` about what the policy goes by: policy_word(hand), policy_word(count, 2), with
 * a region of policies.def and, unless it is one word, a frame (of lists, a node).
 */
#include "scenario/run.h"
#include "vm/describe.h"

#include <string.h>

static bool no_such_region(
    vm_run *run, const struct expr *name, const struct vm_policy_desc *policy)
{
    char hint[SUGGESTION_MAX];
    struct suggestion suggestion;
    suggestion_begin(&suggestion, name->text);
    for (size_t r = 0; r < policy->regions_n; r++) {
        suggestion_offer(&suggestion, policy->regions[r].name);
    }
    suggestion_hint(&suggestion, policy->regions_n ? policy->regions[0].name : "none", hint);
    return run_error(run, name->place, hint, "%s keeps no `%.40s`", policy->title, name->text);
}

bool eval_policy(vm_run *run, const struct expr *call, struct value *out)
{
    static const char hint[] = "like policy_word(hand), policy_word(referenced, 0)";
    const vm_machine *m = run_machine(run);
    const struct vm_policy_desc *policy = vm_policy_desc(vm_policy_of(m));
    const struct expr *name = call->arguments;
    if (!name || name->kind != EXPR_NAME || name->parts != 1) {
        return run_error(run, call->place, hint, "`policy_word` takes a word of the policy's");
    }
    unsigned region = 0;
    while (region < policy->regions_n && strcmp(policy->regions[region].name, name->text) != 0) {
        region++;
    }
    if (region == policy->regions_n) {
        return no_such_region(run, name, policy);
    }
    uint64_t index, words = vm_policy_words(m, region);
    bool scalar = policy->regions[region].shape == vm_region_scalar;
    if (scalar == (name->next != NULL) || (name->next && name->next->next)) {
        return run_error(run, call->place, hint, "`%.40s` is %s", name->text,
            scalar ? "one word" : "one word for each frame: which one?");
    }
    struct value which = {0};
    if (!scalar && !eval(run, NULL, name->next, &which)) {
        return false;
    }
    index = which.number;
    if (index >= words) {
        return run_error(run, scalar ? name->place : name->next->place,
            "frames are numbered from 0", "`%.40s` has %llu words", name->text,
            (unsigned long long)words);
    }
    *out = (struct value){.number = vm_policy_word(m, region, (uint32_t)index)};
    return true;
}

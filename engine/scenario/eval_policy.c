/* SPDX-License-Identifier: MIT
 * Words of `expect` about what the policy goes by: policy_word(hand), policy_word(count, 2), with a
 * region of policies.def and, unless it is one word, a frame (of lists, a node); policy_page(t1,
 * 0), policy_page(hand), the page at a place of a list or where a hand points.
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

/* The region that the call's first argument names. */
static bool region_of(vm_run *run, const struct expr *call, const char *hint, unsigned *out)
{
    const struct vm_policy_desc *policy = vm_policy_desc(vm_policy_of(run_machine(run)));
    const struct expr *name = call->arguments;
    if (!name || name->kind != EXPR_NAME || name->parts != 1) {
        return run_error(
            run, call->place, hint, "`%.30s` takes a word of the policy's", call->text);
    }
    unsigned region = 0;
    while (region < policy->regions_n && strcmp(policy->regions[region].name, name->text) != 0) {
        region++;
    }
    *out = region;
    return region < policy->regions_n || no_such_region(run, name, policy);
}

bool eval_policy(vm_run *run, const struct expr *call, struct value *out)
{
    static const char hint[] = "like policy_word(hand), policy_word(referenced, 0)";
    const vm_machine *m = run_machine(run);
    const struct vm_policy_desc *policy = vm_policy_desc(vm_policy_of(m));
    unsigned region;
    if (!region_of(run, call, hint, &region)) {
        return false;
    }
    const struct expr *name = call->arguments;
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

bool eval_policy_page(vm_run *run, const struct expr *call, struct value *out)
{
    static const char hint[] = "like policy_page(queue, 0), policy_page(hand)";
    const vm_machine *m = run_machine(run);
    unsigned region;
    if (!region_of(run, call, hint, &region)) {
        return false;
    }
    const struct expr *name = call->arguments;
    const struct vm_region_desc *desc = &vm_policy_desc(vm_policy_of(m))->regions[region];
    bool list = strcmp(desc->look, "link") == 0;
    bool points = strcmp(desc->look, "hand") == 0 || strcmp(desc->look, "pointer") == 0;
    if (desc->shape != vm_region_scalar || !(list || points)) {
        return run_error(
            run, name->place, hint, "`%.40s` is neither a list nor a hand", name->text);
    }
    if (list == !name->next || (name->next && name->next->next)) {
        return run_error(run, call->place, hint, "`%.40s` is %s", name->text,
            list ? "a list: which place of it, 0 being the first?" : "one page");
    }
    struct value place = {0};
    if (list && !eval(run, NULL, name->next, &place)) {
        return false;
    }
    vm_vpn vpn;
    *out = (struct value){.number = VALUE_NONE};
    if (vm_policy_page(m, region, place.number, &vpn)) {
        out->number = vpn;
    }
    return true;
}

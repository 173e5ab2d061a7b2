/* SPDX-License-Identifier: MIT
 * Questions from outside about what the policy knows. Nothing is changed.
 */
#include "policy/ghost.h"

#include <string.h>

enum vm_policy_kind vm_policy_of(const vm_machine *m)
{
    return m->policy;
}

uint64_t vm_policy_words(const vm_machine *m, unsigned region)
{
    const struct vm_policy_desc *desc = vm_policy_desc(m->policy);
    return region < desc->regions_n ? policy_region_words(m, desc->regions[region].shape) : 0;
}

uint64_t vm_policy_word(const vm_machine *m, unsigned region, uint32_t index)
{
    return index < vm_policy_words(m, region) ? policy_word(m, region, index) : 0;
}

/* Both names begin alike, up to the first `_`. */
static bool same_family(const char *a, const char *b)
{
    size_t n = strcspn(a, "_");
    return n == strcspn(b, "_") && strncmp(a, b, n) == 0;
}

/* The region with the links of the list that begins at the scalar `head`: the one of its family,
 * else the first. */
static unsigned links_of(const struct vm_policy_desc *desc, unsigned head)
{
    unsigned first = UINT32_MAX;
    for (unsigned r = 0; r < desc->regions_n; r++) {
        const struct vm_region_desc *region = &desc->regions[r];
        if (region->shape == vm_region_scalar || strcmp(region->look, "link") != 0) {
            continue;
        }
        if (same_family(region->name, desc->regions[head].name)) {
            return r;
        }
        first = first == UINT32_MAX ? r : first;
    }
    return first;
}

/* Where the page of an object is mapped, or, of a page that left, would be. */
static bool mapped_at(const vm_machine *m, uint32_t object, uint64_t index, vm_vpn *vpn)
{
    for (uint32_t v = 1; object && v < m->vmas_n; v++) {
        const struct vma *vma = &m->vmas[v];
        bool backs = vma->pid && (vma->object == object || vma->anon == object);
        vm_vpn at = vma->start + index - vma->offset;
        if (backs && index >= vma->offset && at < vma->end) {
            *vpn = at;
            return true;
        }
    }
    return false;
}

static bool page_of(const vm_machine *m, uint64_t node, vm_vpn *vpn)
{
    const struct vm_policy *policy = vm_policies[m->policy];
    if (node < m->frames_n) {
        return mapped_at(m, m->frames[node].object, m->frames[node].index, vpn);
    }
    uint32_t slot = (uint32_t)(node - m->frames_n);
    uint64_t object = policy->ghosts ? vm_policy_word(m, policy->ghost_object, slot) : 0;
    return mapped_at(m, (uint32_t)object, vm_policy_word(m, policy->ghost_index, slot), vpn);
}

bool vm_policy_page(const vm_machine *m, unsigned region, uint64_t place, vm_vpn *vpn)
{
    const struct vm_policy_desc *desc = vm_policy_desc(m->policy);
    uint64_t word = vm_policy_word(m, region, 0);
    const char *look = desc->regions[region].look;
    if (strcmp(look, "hand") == 0) {
        return place == 0 && page_of(m, word, vpn);
    }
    unsigned links = strcmp(look, "link") == 0 ? links_of(desc, region) : UINT32_MAX;
    for (; word && place; place--) {
        word = links == UINT32_MAX ? 0 : vm_policy_word(m, links, (uint32_t)(word - 1));
    }
    return word && page_of(m, word - 1, vpn);
}

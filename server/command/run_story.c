/* SPDX-License-Identifier: MIT
 * A run in sentences: what happened in each operation, which of the policy's words changed, and
 * after that all that the policy goes by. It follows from the tables; no policy is named here.
 */
#include "command/run_story.h"
#include "command/sentence.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FRAMES_SHOWN = 16, NODES_SHOWN = 64 };

struct story {
    struct sentence_names names;
    const vm_machine *m; /* after the operation */
    const struct vm_policy_desc *policy;
    uint32_t frames;
    bool learnt; /* the operation changed what the policy knows */
};

static bool looks(const struct vm_region_desc *region, const char *look)
{
    return strcmp(region->look, look) == 0;
}

/* Words that are told as values, not as places. */
static bool is_value(const struct vm_region_desc *region)
{
    return !looks(region, "hidden") && !looks(region, "link") && !looks(region, "page");
}

static void print_word(
    const struct story *story, const struct vm_region_desc *region, uint64_t value)
{
    if (looks(region, "hand")) {
        printf("frame ");
        sentence_print_number(&story->names, value);
    } else if (looks(region, "pointer") && value) {
        printf("frame ");
        sentence_print_number(&story->names, value - 1);
    } else if (looks(region, "pointer")) {
        printf("no frame");
    } else if (looks(region, "next_use") && value > UINT32_MAX) {
        printf("never");
    } else {
        printf("%" PRIu64, value);
    }
}

/* ---- what changed ---- */

static void tell_change(struct story *story, const struct vm_event *event)
{
    if (event->kind == vm_event_policy && event->word[0] < story->policy->regions_n) {
        const struct vm_region_desc *region = &story->policy->regions[event->word[0]];
        story->learnt = true;
        if (is_value(region)) {
            printf("      %s", region->title);
            if (region->shape != vm_region_scalar && event->word[1] < story->frames) {
                printf(" of frame ");
                sentence_print_number(&story->names, event->word[1]);
            }
            printf(": ");
            print_word(story, region, event->word[2]);
            printf(" -> ");
            print_word(story, region, event->word[3]);
            putchar('\n');
        }
    }
    sentence_fold(&story->names, event);
}

/* ---- what the policy knows now ---- */

static uint64_t word_of(const struct story *story, size_t region, uint32_t node)
{
    bool ghosts = story->policy->regions[region].shape == vm_region_ghosts;
    return vm_policy_word(story->m, (unsigned)region, ghosts ? node - story->frames : node);
}

/* Its regions of that look are the object and the page within it, or the page alone. */
static void print_ghost(const struct story *story, uint32_t node)
{
    uint64_t object = 0, page = 0;
    for (size_t r = 0; r < story->policy->regions_n; r++) {
        if (looks(&story->policy->regions[r], "page")) {
            object = page;
            page = word_of(story, r, node);
        }
    }
    printf("(page ");
    sentence_print_number(&story->names, sentence_vpn(&story->names, object, page));
    printf(" that left)");
}

static void print_node(const struct story *story, uint32_t node)
{
    uint64_t page;
    if (node >= story->frames) {
        print_ghost(story, node);
        return;
    }
    printf("frame ");
    sentence_print_number(&story->names, node);
    if (!sentence_page(&story->names, node, &page)) {
        printf(" free");
        return;
    }
    printf(" page ");
    sentence_print_number(&story->names, page);
    for (size_t r = 0; r < story->policy->regions_n; r++) {
        const struct vm_region_desc *region = &story->policy->regions[r];
        bool of_frames = region->shape == vm_region_frames || region->shape == vm_region_nodes;
        if (of_frames && is_value(region)) {
            printf(", %s ", region->title);
            print_word(story, region, word_of(story, r, node));
        }
    }
}

/* The list that begins where the word says; links are nodes plus one. */
static void print_list(const struct story *story, size_t head, size_t next)
{
    uint64_t at = word_of(story, head, 0);
    printf("      %s:%s", story->policy->regions[head].title, at ? "" : " empty");
    for (uint32_t shown = 0; at; shown++) {
        if (shown == NODES_SHOWN) {
            printf(" …");
            break;
        }
        printf("%s", shown ? "; " : " ");
        print_node(story, (uint32_t)at - 1);
        at = word_of(story, next, (uint32_t)at - 1);
    }
    putchar('\n');
}

static void print_scalars(const struct story *story)
{
    bool any = false;
    for (size_t r = 0; r < story->policy->regions_n; r++) {
        const struct vm_region_desc *region = &story->policy->regions[r];
        if (region->shape == vm_region_scalar && is_value(region)) {
            printf("%s%s %s", any ? ", " : "      ", region->title,
                looks(region, "hand") || looks(region, "pointer") ? "at " : "");
            print_word(story, region, word_of(story, r, 0));
            any = true;
        }
    }
    printf("%s", any ? "\n" : "");
}

static void tell_state(const struct story *story)
{
    const struct vm_policy_desc *policy = story->policy;
    size_t next = 0;
    while (next < policy->regions_n && (policy->regions[next].shape == vm_region_scalar ||
                                           !looks(&policy->regions[next], "link"))) {
        next++;
    }
    printf("    %s now:\n", policy->title);
    print_scalars(story);
    bool listed = false;
    for (size_t r = 0; r < policy->regions_n && next < policy->regions_n; r++) {
        if (policy->regions[r].shape == vm_region_scalar && looks(&policy->regions[r], "link")) {
            print_list(story, r, next);
            listed = true;
        }
    }
    for (uint32_t f = 0; f < story->frames && f < FRAMES_SHOWN && !listed; f++) {
        printf("      ");
        print_node(story, f);
        putchar('\n');
    }
    if (story->frames > FRAMES_SHOWN && !listed) {
        printf("      … and %u frames more\n", (unsigned)(story->frames - FRAMES_SHOWN));
    }
}

/* ---- the run ---- */

static void tell_events(struct story *story, const struct vm_events *events)
{
    struct vm_event event;
    size_t offset = 0;
    while (vm_event_next(events->bytes, events->length, &offset, &event)) {
        if (vm_event_desc(event.kind)->change) {
            tell_change(story, &event);
        } else {
            printf("    ");
            sentence_print(&story->names, &event);
            putchar('\n');
        }
    }
}

/* What is there at the start, without a word. */
static bool begin(struct story *story, vm_history *history)
{
    struct vm_events events = {0};
    bool done =
        vm_history_describe(history, (struct vm_position){0}, &events) == VM_OK && !events.failed;
    struct vm_event event;
    size_t offset = 0;
    while (done && vm_event_next(events.bytes, events.length, &offset, &event)) {
        if (vm_event_desc(event.kind)->change) {
            sentence_fold(&story->names, &event);
        }
    }
    vm_events_release(&events);
    return done;
}

static bool tell_operation(struct story *story, vm_history *history, uint64_t number)
{
    struct vm_op op;
    struct vm_events events = {0};
    uint64_t reached = number - 1;
    bool done = vm_history_op(history, number, &op) == VM_OK &&
                vm_history_events(history, number - 1, number, SIZE_MAX, &events, NULL, &reached) ==
                    VM_OK &&
                vm_history_at(history, number, &story->m) == VM_OK;
    if (done) {
        story->policy = vm_policy_desc(vm_policy_of(story->m));
        story->learnt = false;
        printf("%" PRIu64 " %s, line %u\n", number, vm_op_desc(op.kind)->name, (unsigned)op.line);
        tell_events(story, &events);
        if (story->learnt) {
            tell_state(story);
        }
    }
    vm_events_release(&events);
    return done && !story->names.failed;
}

void print_story(vm_run *run)
{
    vm_history *history = vm_run_history(run);
    if (!history) {
        return;
    }
    const struct vm_config *config = vm_machine_config(vm_history_head(history));
    struct story story = {.frames = config->frames};
    sentence_begin(&story.names, run, config);
    bool good = begin(&story, history);
    for (uint64_t at = 1; good && at <= vm_history_length(history); at++) {
        good = tell_operation(&story, history, at);
    }
    sentence_release(&story.names);
}

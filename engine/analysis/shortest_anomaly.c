/* SPDX-License-Identifier: MIT
 * The shortest reference string on which a policy faults more often with one more frame (Belady,
 * Nelson and Shedler 1969), found by trying all strings, shorter ones first. Pages are named in the
 * order of their first use, since no policy goes by names, so strings of n references are as many
 * as the partitions of n things (Bell's number). A beginning is given up when too few references
 * are left: each adds at most one fault more to the larger memory than to the smaller one. The
 * answer is the first such string in the order of the alphabet. "none": no string up to that length
 * shows it.
 */
#include "analysis/part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH_MOST = 16, LENGTH_DEFAULT = 12, FRAMES_DEFAULT = 3, TEXT_ROOM = 3 * LENGTH_MOST };
/* What starting a replay costs, in references. */
enum { COST_OF_TRY = 32 };

struct shortest {
    uint64_t policies;
    unsigned policy;
    size_t size;
    uint32_t longest;
    uint64_t each;                  /* strings of a policy and size, of all lengths */
    uint32_t length;                /* of the strings that are tried */
    uint32_t depth;                 /* references of the beginning that comes next */
    uint8_t page[LENGTH_MOST];      /* of it; a page is below `pages` of its place */
    uint8_t pages[LENGTH_MOST + 1]; /* different ones in the references before */
    uint64_t faults[2];             /* of the last that was tried */
    char (*text)[TEXT_ROOM];        /* owned; of each row */
    /* How many strings of `length` go on from a beginning, by its length and pages. */
    uint64_t strings[LENGTH_MOST + 1][LENGTH_MOST + 2];
};

static size_t sizes(const vm_analysis *a)
{
    return a->request.frames_n ? a->request.frames_n : 1;
}

static uint32_t frames_of(const vm_analysis *a, const struct shortest *s)
{
    return a->request.frames_n ? a->request.frames[s->size] : FRAMES_DEFAULT;
}

static void begin_length(struct shortest *s, uint32_t length)
{
    s->length = length;
    s->depth = 1;
    s->page[0] = 0;
    s->pages[0] = 0;
    s->pages[1] = 1;
    for (uint32_t pages = 0; pages <= LENGTH_MOST; pages++) {
        s->strings[length][pages] = 1;
    }
    for (uint32_t depth = length; depth-- > 0;) {
        for (uint32_t pages = 0; pages <= depth; pages++) {
            s->strings[depth][pages] =
                pages * s->strings[depth + 1][pages] + s->strings[depth + 1][pages + 1];
        }
    }
}

/* Whether one is left: s->policy with frames_of and one more. */
static bool find(const vm_analysis *a, struct shortest *s)
{
    for (; s->policy < vm_policy_kind_count; s->policy++) {
        for (; s->size < sizes(a); s->size++) {
            if (s->policies >> s->policy & 1 &&
                frames_of(a, s) >= vm_policy_desc(s->policy)->least_frames) {
                return true;
            }
        }
        s->size = 0;
    }
    return false;
}

/* The strings of one policy and size. */
static uint64_t strings_in_all(struct shortest *s)
{
    uint64_t sum = 0;
    for (uint32_t length = 1; length <= s->longest; length++) {
        begin_length(s, length);
        sum += s->strings[0][0];
    }
    begin_length(s, 1);
    return sum;
}

static const char *refuse(const struct vm_analysis_request *request)
{
    return request->points > LENGTH_MOST ? "points, here the greatest length, must be at most 16"
                                         : NULL;
}

static enum vm_status feed(vm_analysis *a, const struct vm_trace_ref *refs, size_t n)
{
    (void)a, (void)refs, (void)n;
    return VM_OK;
}

static enum vm_status start(vm_analysis *a)
{
    struct shortest *s = a->state;
    s->policies = a->request.policies ? a->request.policies : UINT64_C(1) << vm_policy_kind_fifo;
    s->longest = a->request.points ? a->request.points : LENGTH_DEFAULT;
    s->each = strings_in_all(s);
    size_t runs = 0;
    for (; find(a, s); s->size++) {
        runs++;
    }
    s->policy = 0;
    s->size = 0;
    a->all = s->each * runs;
    s->text = calloc(runs + 1, sizeof(*s->text));
    return s->text ? analysis_reserve(a, runs) : VM_NOMEM;
}

static enum vm_status faults_of(
    const vm_analysis *a, const struct shortest *s, uint32_t frames, uint64_t *faults)
{
    struct vm_trace_ref ref[LENGTH_MOST];
    struct vm_replay_result result;
    vm_replay *replay;
    for (uint32_t i = 0; i < s->depth; i++) {
        ref[i] = (struct vm_trace_ref){
            .vpn = s->page[i] + UINT64_C(1), .va = s->page[i], .bytes = 1, .kind = 'R'};
    }
    enum vm_status status =
        vm_replay_new((enum vm_policy_kind)s->policy, frames, &a->request.params, &replay);
    if (status == VM_OK) {
        status = vm_replay_feed(replay, ref, s->depth);
    }
    if (status == VM_OK) {
        status = vm_replay_end(replay, &result);
    }
    vm_replay_free(replay);
    *faults = status == VM_OK ? result.faults : 0;
    return status;
}

/* Puts the beginning's next sister in its place; false: it was the last string. */
static bool next_string(vm_analysis *a, struct shortest *s)
{
    a->done += s->strings[s->depth][s->pages[s->depth]];
    while (s->depth > 0 && s->page[s->depth - 1] == s->pages[s->depth - 1]) {
        s->depth--;
    }
    if (s->depth == 0) {
        return false;
    }
    uint8_t page = ++s->page[s->depth - 1], before = s->pages[s->depth - 1];
    s->pages[s->depth] = (uint8_t)(before + (page == before));
    return true;
}

static void go_on(struct shortest *s)
{
    s->page[s->depth] = 0;
    s->depth++;
    s->pages[s->depth] = s->pages[s->depth - 1];
}

/* A row, and on to the next policy or size. */
static void found(vm_analysis *a, struct shortest *s, bool shown)
{
    char *text = s->text[a->rows];
    size_t n = 0;
    for (uint32_t i = 0; shown && i < s->length; i++) {
        n += (size_t)snprintf(text + n, TEXT_ROOM - n, "%s%d", i ? " " : "", s->page[i] + 1);
    }
    analysis_row(a, (union analysis_value[]){{.word = vm_policy_desc(s->policy)->name},
                        {.number = frames_of(a, s)}, {.number = shown ? s->faults[0] : 0},
                        {.number = shown ? s->faults[1] : 0}, {.number = s->length},
                        {.word = shown ? text : "none"}});
    s->size++;
    begin_length(s, 1);
}

/* All strings of the run that ends here count as done. */
static void skip_rest(vm_analysis *a, const struct shortest *s)
{
    a->done = a->rows * s->each;
}

/* One beginning; *used: what it cost. */
static enum vm_status try_one(vm_analysis *a, struct shortest *s, uint64_t *used)
{
    uint32_t frames = frames_of(a, s), left = s->length - s->depth;
    uint64_t pages = s->pages[s->depth];
    bool open = pages + left >= frames + UINT64_C(2);
    enum vm_status status = VM_OK;
    if (open && pages > frames) {
        *used += 2 * (s->depth + COST_OF_TRY);
        status = faults_of(a, s, frames, &s->faults[0]);
        if (status == VM_OK) {
            status = faults_of(a, s, frames + 1, &s->faults[1]);
        }
        open = s->faults[1] + left > s->faults[0];
    }
    if (status != VM_OK) {
        return status;
    }
    if (open && left == 0) {
        found(a, s, true);
        skip_rest(a, s);
    } else if (open) {
        go_on(s);
    } else if (!next_string(a, s)) {
        if (s->length < s->longest) {
            begin_length(s, s->length + 1);
        } else {
            found(a, s, false);
        }
    }
    return VM_OK;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct shortest *s = a->state;
    enum vm_status status = VM_OK;
    for (uint64_t used = 0; status == VM_OK && used < budget && (*more = find(a, s)); used++) {
        status = try_one(a, s, &used);
    }
    return status;
}

static size_t memory(const vm_analysis *a)
{
    return (a->rows + 1) * TEXT_ROOM;
}

static void release(vm_analysis *a)
{
    struct shortest *s = a->state;
    free(s->text);
}

const struct analysis_ops analysis_shortest_anomaly = {.state_size = sizeof(struct shortest),
    .policies = ALL_POLICIES,
    .without_trace = true,
    .refuse = refuse,
    .feed = feed,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};

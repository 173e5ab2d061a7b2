/* SPDX-License-Identifier: MIT
 * policy_check.json: passes over N pages with room for fewer, and the kernel's major faults in each
 * (the median of several runs). The references are those of the probe that measured them. Scarcity
 * is statistics, not arithmetic: a pass agrees within ten percent, with CLOCK and with LRU, between
 * which Linux's two lists lie.
 */
#include "command/truth.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { FRAMES = 1 << 16, SLOTS = 1 << 16, PAGE = 4096, PASSES = 64, PAGES_MAX = 1 << 20 };
#define BASE UINT64_C(0x7e0000000000)
#define TOLERANCE 0.10

struct check {
    const char *pattern;
    uint64_t pages, limit, passes;
    enum vm_policy_kind policy;
    double median[PASSES];
    vm_machine *machine;
    vm_pid pid;
    vm_tid tid;
    uint32_t random;
};

static uint32_t draw(struct check *check)
{
    check->random = check->random * 1103515245U + 12345U;
    return check->random >> 8;
}

static uint64_t cyclic(struct check *check, uint64_t i)
{
    (void)check;
    return i;
}

static uint64_t uniform(struct check *check, uint64_t i)
{
    (void)i;
    return draw(check) % check->pages;
}

/* Nine of ten references go to the first tenth. */
static uint64_t hot(struct check *check, uint64_t i)
{
    (void)i;
    uint64_t r = draw(check);
    return r % 10 < 9 ? r / 10 % (check->pages / 10) : r / 10 % check->pages;
}

static const struct {
    const char *name;
    uint64_t (*page)(struct check *check, uint64_t i);
} patterns[] = {{"cyclic", cyclic}, {"uniform", uniform}, {"hot", hot}};

static int pattern_named(const char *name)
{
    for (size_t i = 0; name && i < sizeof patterns / sizeof patterns[0]; i++) {
        if (strcmp(patterns[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static enum vm_status apply(struct check *check, const struct vm_op *op)
{
    enum vm_status status = vm_apply(check->machine, op, NULL);
    bool refused = vm_last(check->machine)->value > (uint64_t) - (int64_t)vm_errno_code_count;
    return status == VM_OK && refused ? VM_INVALID : status;
}

static enum vm_status prepare(struct check *check)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.policy = check->policy;
    config.frames = check->limit > FRAMES / 2 ? (uint32_t)check->limit * 2 : FRAMES;
    config.slots = check->pages > SLOTS ? (uint32_t)check->pages : SLOTS;
    enum vm_status status = vm_machine_new(&config, &check->machine);
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    status = status == VM_OK ? apply(check, &start) : status;
    if (status != VM_OK) {
        return status;
    }
    check->pid = (vm_pid)vm_last(check->machine)->value;
    check->tid = vm_process_task(check->machine, check->pid);
    struct vm_op limit = {.kind = vm_op_kind_setrlimit,
        .u.setrlimit = {
            .tid = check->tid, .resource = vm_resource_memory, .value = check->limit * PAGE}};
    struct vm_op map = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = check->tid,
            .hint = BASE,
            .bytes = check->pages * PAGE,
            .prot = vm_prot_bit_read | vm_prot_bit_write,
            .flags = vm_map_bit_fixed}};
    status = apply(check, &limit);
    return status == VM_OK ? apply(check, &map) : status;
}

/* The first pass writes every page once, the others read by the pattern. */
static enum vm_status run_pass(struct check *check, int pattern, uint64_t pass, uint64_t *majors)
{
    uint64_t before = vm_counter(check->machine, check->pid, vm_counter_major);
    enum vm_status status = VM_OK;
    for (uint64_t i = 0; i < check->pages && status == VM_OK; i++) {
        uint64_t page = pass ? patterns[pattern].page(check, i) : i;
        struct vm_op op = {.kind = vm_op_kind_access,
            .u.access = {.tid = check->tid,
                .va = BASE + page * PAGE,
                .access = pass ? vm_access_load : vm_access_store,
                .bytes = 8}};
        status = vm_apply(check->machine, &op, NULL);
    }
    *majors = vm_counter(check->machine, check->pid, vm_counter_major) - before;
    return status;
}

static void run(struct check *check, struct truth_report *report)
{
    char where[96];
    int pattern = pattern_named(check->pattern);
    snprintf(where, sizeof where, "%s %" PRIu64 " pages, limit %" PRIu64 ", %s", check->pattern,
        check->pages, check->limit, vm_policy_desc(check->policy)->title);
    enum vm_status status = prepare(check);
    if (status != VM_OK) {
        truth_count(report, TRUTH_SIGNALS, false, where, 0, "limit the memory of a process", "done",
            vm_status_words(status));
    }
    truth_note(report, "%s: major faults a pass, kernel/engine", where);
    for (uint64_t pass = 0; pass < check->passes && status == VM_OK; pass++) {
        uint64_t majors = 0;
        char text[40], expected[60], got[24];
        status = run_pass(check, pattern, pass, &majors);
        double want = check->median[pass];
        bool good = status == VM_OK && fabs((double)majors - want) <= TOLERANCE * want;
        truth_note(report, " %.0f/%" PRIu64, want, majors);
        snprintf(text, sizeof text, "pass %" PRIu64, pass);
        snprintf(expected, sizeof expected, "majflt %.0f, within 10 %%", want);
        snprintf(got, sizeof got, "%" PRIu64, majors);
        truth_count(report, TRUTH_FAULTS, good, where, pass + 1, text, expected,
            status == VM_OK ? got : vm_status_words(status));
    }
    truth_note(report, "\n");
    vm_machine_free(check->machine);
}

/* False: `problem` says what is wrong with it. */
static bool read_check(const json_value *value, struct check *check, const char **problem)
{
    const json_value *medians = json_get(value, "kernel_major_median_per_pass");
    *check = (struct check){.pattern = json_text(json_get(value, "pattern")), .random = 12345};
    *problem = "a pattern is cyclic, uniform or hot";
    if (pattern_named(check->pattern) < 0) {
        return false;
    }
    *problem = "N and limit are pages, 10 to 1048576";
    if (!json_u64(json_get(value, "N"), &check->pages) || check->pages < 10 ||
        check->pages > PAGES_MAX || !json_u64(json_get(value, "limit"), &check->limit) ||
        check->limit < 10 || check->limit > PAGES_MAX) {
        return false;
    }
    *problem = "kernel_major_median_per_pass lists 1 to 64 numbers, the first pass writes";
    for (const json_value *v = json_first(medians); v; v = json_next(v)) {
        if (check->passes == PASSES || !json_double(v, &check->median[check->passes])) {
            return false;
        }
        check->passes++;
    }
    return json_is_array(medians) && check->passes;
}

bool truth_policy(
    const struct truth_file *file, const json_value *root, struct truth_report *report)
{
    struct check check;
    const char *problem;
    size_t n = 0;
    for (const json_value *v = json_first(root); v; v = json_next(v), n++) {
        if (!read_check(v, &check, &problem)) {
            truth_complain(file, "pattern", n, 0, problem);
            return false;
        }
    }
    static const enum vm_policy_kind policies[] = {vm_policy_kind_clock, vm_policy_kind_lru};
    for (const json_value *v = json_first(root); v; v = json_next(v)) {
        for (size_t p = 0; p < sizeof policies / sizeof policies[0]; p++) {
            read_check(v, &check, &problem);
            check.policy = policies[p];
            run(&check, report);
        }
    }
    return true;
}

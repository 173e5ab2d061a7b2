/* SPDX-License-Identifier: MIT
 * Runs: parse, set up, execute in slices, stop at a limit with what there is.
 */
#include "lab/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const reasons[] = {"running", "done", "error", "limit", "time", "asking"};

const char *lab_reason_name(enum lab_reason reason)
{
    return reasons[reason];
}

void lab_limits_fill(struct lab_limits *l)
{
    l->operations = l->operations ? l->operations : 1000000;
    l->trace_operations = l->trace_operations ? l->trace_operations : 100000000;
    l->trace_memory = l->trace_memory ? l->trace_memory : (uint64_t)384 << 20;
    l->memory = l->memory ? l->memory : (uint64_t)64 << 20;
    l->cpu_ms = l->cpu_ms ? l->cpu_ms : 2000;
    l->wall_ms = l->wall_ms ? l->wall_ms : 5000;
    l->trace_cpu_ms = l->trace_cpu_ms ? l->trace_cpu_ms : 20000;
}

uint64_t lab_cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t lab_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void lab_set_release(struct lab_set *set)
{
    for (size_t i = 0; i < set->n; i++) {
        free((char *)(uintptr_t)set->item[i].name);
        free((char *)(uintptr_t)set->item[i].value);
    }
    free(set->item);
    *set = (struct lab_set){0};
}

bool lab_set_add(struct lab_set *set, const char *name, const char *value)
{
    struct vm_override *item = realloc(set->item, (set->n + 1) * sizeof(*item));
    if (!item) {
        return false;
    }
    set->item = item;
    char *n = strdup(name), *v = strdup(value);
    if (!n || !v) {
        free(n);
        free(v);
        return false;
    }
    set->item[set->n++] = (struct vm_override){n, v};
    return true;
}

void lab_diagnostic_add(
    struct vm_diagnostics *diagnostics, uint32_t line, const char *message, const char *hint)
{
    if (diagnostics->length == diagnostics->capacity) {
        size_t capacity = diagnostics->capacity ? diagnostics->capacity * 2 : 8;
        struct vm_diagnostic *item = realloc(diagnostics->item, capacity * sizeof(*item));
        if (!item) {
            return;
        }
        diagnostics->item = item;
        diagnostics->capacity = capacity;
    }
    struct vm_diagnostic *d = &diagnostics->item[diagnostics->length++];
    *d = (struct vm_diagnostic){.line = line, .column = 1, .length = 1};
    snprintf(d->message, sizeof(d->message), "%s", message);
    snprintf(d->hint, sizeof(d->hint), "%s", hint);
    diagnostics->errors++;
}

static struct lab_run *blank(
    const char *text, size_t length, const char *title, const struct lab_limits *limits)
{
    struct lab_run *run = calloc(1, sizeof(*run));
    if (!run) {
        return NULL;
    }
    run->limits = *limits;
    lab_limits_fill(&run->limits);
    run->text = malloc(length + 1);
    run->title = strdup(title);
    if (!run->text || !run->title) {
        lab_run_free(run);
        return NULL;
    }
    memcpy(run->text, text, length);
    run->text[length] = '\0';
    run->text_n = length;
    run->budget = 256;
    run->horizon = UINT64_MAX;
    run->started_ms = lab_now_ms();
    return run;
}

enum vm_status lab_run_new(const char *text, size_t length, const struct lab_set *set,
    const struct lab_limits *limits, struct lab_run **out)
{
    struct lab_run *run = blank(text, length, "", limits);
    if (!run) {
        return VM_NOMEM;
    }
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits = (struct vm_limits){.operations = run->limits.operations,
        .memory = run->limits.memory,
        .pages = run->limits.pages,
        .processes = run->limits.processes};
    if (vm_scenario_parse(text, length, NULL, &run->diagnostics, &run->scenario) == VM_OK) {
        free(run->title);
        run->title = strdup(vm_scenario_title(run->scenario));
        vm_run_new(run->scenario, set ? set->item : NULL, set ? set->n : 0, &config,
            &run->diagnostics, &run->run);
    }
    if (run->run) {
        run->history = vm_run_history(run->run);
    }
    if (!run->history) {
        run->reason = LAB_ERROR; /* the machine could not be built, or the text is wrong */
    }
    *out = run;
    return VM_OK;
}

enum vm_status lab_run_new_trace(int fd, const char *title, const struct lab_set *set,
    const struct lab_limits *limits, struct lab_run **out)
{
    struct lab_run *run = blank("", 0, title, limits);
    enum vm_status status = run ? lab_trace_new(fd, set, run) : VM_NOMEM;
    if (status == VM_NOMEM) {
        lab_run_free(run);
        return status;
    }
    if (status != VM_OK) {
        run->reason = LAB_ERROR;
    }
    *out = run;
    return VM_OK;
}

void lab_run_free(struct lab_run *run)
{
    if (!run) {
        return;
    }
    vm_run_free(run->run);
    vm_scenario_free(run->scenario);
    lab_trace_free(run->trace);
    vm_diagnostics_release(&run->diagnostics);
    free(run->text);
    free(run->title);
    free(run);
}

/* What the run itself needs; checkpoints have a budget of their own. */
static uint64_t held(const struct lab_run *run)
{
    enum { OPERATION = 24 }; /* bytes of log and mark */
    return vm_memory(vm_history_head(run->history)) + vm_history_length(run->history) * OPERATION;
}

static bool talkative(const struct lab_run *run)
{
    size_t notes, expectations;
    vm_run_notes(run->run, &notes);
    vm_run_expectations(run->run, &expectations);
    return notes > LAB_REMARKS_MAX || expectations > LAB_REMARKS_MAX;
}

/* True: a limit of the host is used up, and reason and message say which. */
static bool used_up(struct lab_run *run)
{
    if (run->cpu_us / 1000 >= run->limits.cpu_ms) {
        run->reason = LAB_TIME;
        snprintf(run->message, sizeof(run->message),
            "stopped after %u ms of computing; what has run until then is shown",
            run->limits.cpu_ms);
    } else if (lab_now_ms() - run->started_ms >= run->limits.wall_ms) {
        run->reason = LAB_TIME;
        snprintf(run->message, sizeof(run->message),
            "stopped after %u ms; what has run until then is shown", run->limits.wall_ms);
    } else if (held(run) > run->limits.memory) {
        run->reason = LAB_LIMIT;
        snprintf(run->message, sizeof(run->message),
            "stopped at %llu MiB of memory; what has run until then is shown",
            (unsigned long long)(run->limits.memory >> 20));
    }
    if (run->reason == LAB_RUNNING && talkative(run)) {
        run->reason = LAB_LIMIT;
        snprintf(run->message, sizeof(run->message), "stopped after %d notes or expectations",
            LAB_REMARKS_MAX);
    }
    return run->reason != LAB_RUNNING;
}

static void go(struct lab_run *run)
{
    uint64_t before = vm_history_length(run->history), left = run->limits.operations - before;
    if (before >= run->limits.operations) {
        left = 1; /* does it go on at all? */
    }
    enum vm_run_reason reason = vm_run_go(run->run, left < run->budget ? left : run->budget);
    if (reason == VM_RUN_DONE) {
        run->reason = LAB_DONE;
    } else if (reason == VM_RUN_ERROR) {
        run->reason = LAB_ERROR;
    } else if (reason == VM_RUN_LIMIT || vm_history_length(run->history) > run->limits.operations) {
        run->reason = LAB_LIMIT;
        snprintf(run->message, sizeof(run->message), "stopped at %llu operations",
            (unsigned long long)vm_history_length(run->history));
    }
}

static bool scenario_work(struct lab_run *run, uint64_t until_us)
{
    while (run->reason == LAB_RUNNING) {
        uint64_t from = lab_cpu_us();
        go(run);
        uint64_t spent = lab_cpu_us() - from;
        run->cpu_us += spent;
        if (spent < 2000 && run->budget < 65536) {
            run->budget *= 2;
        } else if (spent > 8000 && run->budget > 16) {
            run->budget /= 2;
        }
        if (run->reason != LAB_RUNNING || used_up(run)) {
            return false;
        }
        if (from + spent >= until_us) {
            return true;
        }
    }
    return false;
}

bool lab_run_work(struct lab_run *run, unsigned slice_ms)
{
    uint64_t until = lab_cpu_us() + (uint64_t)slice_ms * 1000;
    if (run->reason != LAB_RUNNING) {
        return false;
    }
    return run->trace ? lab_trace_work(run, until) : scenario_work(run, until);
}

const char *lab_run_name(void *ctx, uint32_t name)
{
    struct lab_run *run = ctx;
    if (run->run) {
        return vm_run_name(run->run, name);
    }
    return run->trace ? lab_trace_name(run->trace, name) : NULL;
}

uint32_t lab_run_names(const struct lab_run *run)
{
    if (run->run) {
        return vm_run_names(run->run);
    }
    return run->trace ? lab_trace_names(run->trace) : 0;
}

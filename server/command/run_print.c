/* SPDX-License-Identifier: MIT
 * A run for people, for programs, and event by event. Fields are walked by the tables, none is
 * named here.
 */
#include "command/run_print.h"
#include "command/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const reasons[] = {"more", "done", "error", "limit"};

static const struct vm_type_desc *counters(void)
{
    return vm_type_named("counter");
}

/* The clock with a unit that fits. */
static void print_clock(uint64_t nanoseconds)
{
    static const struct {
        uint64_t least;
        const char *name;
    } units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
    size_t i = 0;
    while (i < 3 && nanoseconds < units[i].least) {
        i++;
    }
    printf("  clock %.6g %s\n", (double)nanoseconds / (double)units[i].least, units[i].name);
}

/* Of the whole run: docs/thrashing.md. */
static void print_figures(const vm_machine *m)
{
    uint64_t figure[vm_figure_count];
    for (unsigned i = 0; i < vm_figure_count; i++) {
        figure[i] = vm_figure(NULL, m, 0, (enum vm_figure)i);
    }
    if (vm_counter(m, 0, vm_counter_references)) {
        printf("  effective access time %llu ns, %llu faults in 1,000 references, processors busy "
               "%llu %%\n",
            (unsigned long long)figure[vm_figure_eat],
            (unsigned long long)figure[vm_figure_fault_rate],
            (unsigned long long)figure[vm_figure_cpu_utilisation]);
    }
}

void print_summary(const char *title, vm_run *run)
{
    const vm_history *history = vm_run_history(run);
    size_t n = 0, held = 0;
    const struct vm_expectation *expectation = vm_run_expectations(run, &n);
    for (size_t i = 0; i < n; i++) {
        held += expectation[i].held;
    }
    printf("%s\n", title[0] ? title : "(no title)");
    if (!history) {
        return;
    }
    printf("  operations %llu, events %llu, expectations %zu of %zu held\n ",
        (unsigned long long)vm_history_length(history),
        (unsigned long long)vm_history_events_total(history), held, n);
    const struct vm_type_desc *type = counters();
    for (size_t i = 0; type && i < type->values_n; i++) {
        uint64_t value = vm_counter(vm_history_head(history), 0, (enum vm_counter)i);
        if (value) {
            printf(" %s %llu", type->values[i].name, (unsigned long long)value);
        }
    }
    putchar('\n');
    print_clock(vm_clock_ns(vm_history_head(history), 0));
    print_figures(vm_history_head(history));
    const struct vm_compare_row *row = vm_run_compare(run, &n);
    for (size_t i = 0; i < n; i++) {
        printf("  %-8s %4u frames %6llu faults %6llu evictions %6llu write-backs\n",
            vm_policy_desc(row[i].policy)->name, (unsigned)row[i].frames,
            (unsigned long long)row[i].faults, (unsigned long long)row[i].evictions,
            (unsigned long long)row[i].writebacks);
    }
}

static void json_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < 0x20) {
            printf("\\u%04x", c);
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void json_counters(const vm_history *history)
{
    const struct vm_type_desc *type = counters();
    printf(",\"counters\":{");
    for (size_t i = 0; type && history && i < type->values_n; i++) {
        printf("%s\"%s\":%llu", i ? "," : "", type->values[i].name,
            (unsigned long long)vm_counter(vm_history_head(history), 0, (enum vm_counter)i));
    }
    printf("}");
}

static void json_figures(const vm_history *history)
{
    const struct vm_type_desc *type = vm_type_named("figure");
    printf(",\"figures\":{");
    for (size_t i = 0; type && history && i < type->values_n; i++) {
        printf("%s\"%s\":%llu", i ? "," : "", type->values[i].name,
            (unsigned long long)vm_figure(NULL, vm_history_head(history), 0, (enum vm_figure)i));
    }
    printf("}");
}

static void json_expectations(const vm_run *run)
{
    size_t n = 0;
    const struct vm_expectation *one = vm_run_expectations(run, &n);
    printf(",\"expectations\":[");
    for (size_t i = 0; i < n; i++) {
        printf("%s{\"line\":%u,\"position\":\"%llu\",\"held\":%s,\"text\":", i ? "," : "",
            (unsigned)one[i].line, (unsigned long long)one[i].position,
            one[i].held ? "true" : "false");
        json_text(one[i].text);
        printf(",\"found\":");
        json_text(one[i].found);
        printf("}");
    }
    printf("]");
}

static void json_diagnostics(const vm_run *run)
{
    const struct vm_diagnostics *diagnostics = vm_run_diagnostics(run);
    printf(",\"diagnostics\":[");
    for (size_t i = 0; i < diagnostics->length; i++) {
        const struct vm_diagnostic *one = &diagnostics->item[i];
        printf("%s{\"line\":%u,\"column\":%u,\"length\":%u,\"warning\":%s,\"message\":",
            i ? "," : "", (unsigned)one->line, (unsigned)one->column, (unsigned)one->length,
            one->warning ? "true" : "false");
        json_text(one->message);
        printf(",\"hint\":");
        json_text(one->hint);
        printf("}");
    }
    printf("]");
}

static void json_compare(const vm_run *run)
{
    size_t n = 0;
    const struct vm_compare_row *row = vm_run_compare(run, &n);
    printf(",\"compare\":[");
    for (size_t i = 0; i < n; i++) {
        printf("%s{\"policy\":\"%s\",\"frames\":%u,\"faults\":%llu,\"evictions\":%llu,"
               "\"writebacks\":%llu}",
            i ? "," : "", vm_policy_desc(row[i].policy)->name, (unsigned)row[i].frames,
            (unsigned long long)row[i].faults, (unsigned long long)row[i].evictions,
            (unsigned long long)row[i].writebacks);
    }
    printf("]");
}

void print_json(const char *title, vm_run *run, enum vm_run_reason reason)
{
    const vm_history *history = vm_run_history(run);
    printf("{\"title\":");
    json_text(title);
    printf(",\"engine\":%d,\"reason\":\"%s\",\"operations\":%llu,\"events\":%llu",
        VM_ENGINE_VERSION, reasons[reason],
        history ? (unsigned long long)vm_history_length(history) : 0,
        history ? (unsigned long long)vm_history_events_total(history) : 0);
    json_counters(history);
    printf(",\"clock_ns\":%llu",
        history ? (unsigned long long)vm_clock_ns(vm_history_head(history), 0) : 0ULL);
    json_figures(history);
    json_expectations(run);
    json_compare(run);
    json_diagnostics(run);
    printf("}\n");
}

static void print_field(const vm_run *run, const char *type, uint64_t value)
{
    const char *name = strcmp(type, "name") == 0 ? vm_run_name(run, (uint32_t)value) : NULL;
    if (name) {
        printf("%s", name);
    } else {
        value_print(type, value, VALUE_EXACT);
    }
}

static void print_event(const vm_run *run, const struct vm_event *event)
{
    const struct vm_event_desc *desc = vm_event_desc(event->kind);
    printf("%s%s", desc->change ? "    " : "  ", desc->name);
    size_t word = 0;
    for (size_t i = 0; i < desc->fields_n; i++) {
        const struct vm_field_desc *field = &desc->fields[i];
        printf(" %s=", field->name);
        if (desc->change && i >= desc->keys_n) {
            print_field(run, field->type, event->word[word++]);
            printf("->");
        }
        print_field(run, field->type, event->word[word++]);
    }
    putchar('\n');
}

void print_events(vm_run *run)
{
    vm_history *history = vm_run_history(run);
    uint64_t steps = history ? vm_history_length(history) : 0;
    struct vm_events events = {0};
    for (uint64_t at = 0; at < steps; at++) {
        struct vm_op op;
        uint64_t reached = at;
        vm_events_clear(&events);
        if (vm_history_op(history, at + 1, &op) != VM_OK ||
            vm_history_events(history, at, at + 1, SIZE_MAX, &events, NULL, &reached) != VM_OK) {
            break;
        }
        printf("%llu %s line %u\n", (unsigned long long)at + 1, vm_op_desc(op.kind)->name,
            (unsigned)op.line);
        struct vm_event event;
        size_t offset = 0;
        while (vm_event_next(events.bytes, events.length, &offset, &event)) {
            print_event(run, &event);
        }
    }
    vm_events_release(&events);
}

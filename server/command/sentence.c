/* SPDX-License-Identifier: MIT
 * Names and values as a person reads them, and sentences with them. Fields are walked by the
 * tables; only types are named here.
 */
#include "command/sentence.h"
#include "command/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sentence_begin(struct sentence_names *names, const vm_run *run, const struct vm_config *config)
{
    static const unsigned kinds[SENTENCE_TABLES] = {vm_event_process, vm_event_task,
        vm_event_object, vm_event_vma, vm_event_lock, vm_event_frame};
    *names = (struct sentence_names){.run = run, .paper = config->kind == vm_machine_kind_paper};
    for (size_t i = 0; i < SENTENCE_TABLES; i++) {
        names->table[i].kind = kinds[i];
    }
}

void sentence_release(struct sentence_names *names)
{
    for (size_t i = 0; i < SENTENCE_TABLES; i++) {
        free(names->table[i].word);
    }
}

/* ---- folding ---- */

static size_t columns_of(unsigned kind)
{
    return vm_event_desc(kind)->fields_n - 1;
}

static bool make_room(struct sentence_table *table, size_t row)
{
    if (row < table->rows) {
        return true;
    }
    size_t columns = columns_of(table->kind), rows = row * 2 + 16;
    uint64_t *word = realloc(table->word, rows * columns * sizeof(*word));
    if (word) {
        memset(word + table->rows * columns, 0, (rows - table->rows) * columns * sizeof(*word));
        table->word = word;
        table->rows = rows;
    }
    return word != NULL;
}

void sentence_fold(struct sentence_names *names, const struct vm_event *change)
{
    for (size_t i = 0; i < SENTENCE_TABLES; i++) {
        struct sentence_table *table = &names->table[i];
        if (table->kind != change->kind) {
            continue;
        }
        size_t columns = columns_of(table->kind), row = (size_t)change->word[0];
        names->failed = names->failed || !make_room(table, row);
        for (size_t k = 0; k < columns && !names->failed; k++) {
            table->word[row * columns + k] = change->word[2 + 2 * k]; /* after key and old */
        }
    }
}

/* A row's column as it is now; 0: there is no such row. */
static uint64_t get(
    const struct sentence_names *names, unsigned kind, uint64_t row, const char *column)
{
    const struct vm_event_desc *desc = vm_event_desc(kind);
    size_t i = 0, k = 0;
    while (i < SENTENCE_TABLES - 1 && names->table[i].kind != kind) {
        i++;
    }
    while (k + 2 < desc->fields_n && strcmp(desc->fields[k + 1].name, column) != 0) {
        k++;
    }
    const struct sentence_table *table = &names->table[i];
    return row < table->rows ? table->word[row * columns_of(kind) + k] : 0;
}

/* ---- values ---- */

void sentence_print_number(const struct sentence_names *names, uint64_t number)
{
    value_print("frame", number, names->paper ? VALUE_DECIMAL : VALUE_HEX);
}

/* A private page has its own number; one of an object lies where the object is mapped. */
uint64_t sentence_vpn(const struct sentence_names *names, uint64_t object, uint64_t index)
{
    size_t rows = 0;
    for (size_t i = 0; i < SENTENCE_TABLES; i++) {
        rows = names->table[i].kind == vm_event_vma ? names->table[i].rows : rows;
    }
    for (size_t id = 1; id < rows; id++) {
        uint64_t start = get(names, vm_event_vma, id, "start"),
                 end = get(names, vm_event_vma, id, "end"),
                 of = get(names, vm_event_vma, id, "object"),
                 vpn = start + index - get(names, vm_event_vma, id, "offset");
        if (of == object && start <= vpn && vpn < end) {
            return vpn;
        }
    }
    return index;
}

bool sentence_page(const struct sentence_names *names, uint64_t frame, uint64_t *vpn)
{
    uint64_t kind = get(names, vm_event_frame, frame, "kind");
    *vpn = sentence_vpn(names, get(names, vm_event_frame, frame, "object"),
        get(names, vm_event_frame, frame, "index"));
    return kind == vm_frame_kind_anon || kind == vm_frame_kind_file || kind == vm_frame_kind_shmem;
}

static void print_process(const struct sentence_names *names, uint64_t pid)
{
    const char *label =
        vm_run_name(names->run, (uint32_t)get(names, vm_event_process, pid, "label"));
    if (label) {
        printf("%s", label);
    } else {
        printf(pid ? "process %" PRIu64 : "nobody", pid);
    }
}

static void print_thread(const struct sentence_names *names, uint64_t tid)
{
    uint64_t pid = get(names, vm_event_task, tid, "pid"),
             number = get(names, vm_event_task, tid, "number");
    const char *label = vm_run_name(names->run, (uint32_t)get(names, vm_event_task, tid, "label"));
    print_process(names, pid ? pid : tid);
    if (number && label) {
        printf(".%s", label);
    } else if (number) {
        printf(".T%" PRIu64, number);
    }
}

static void print_named(
    const struct sentence_names *names, uint64_t name, const char *what, uint64_t id)
{
    const char *text = vm_run_name(names->run, (uint32_t)name);
    if (text) {
        printf("%s", text);
    } else {
        printf("%s %" PRIu64, what, id);
    }
}

/* By its own name, its file's, or what it is for. */
static void print_mapping(const struct sentence_names *names, uint64_t id)
{
    uint64_t name = get(names, vm_event_vma, id, "name"),
             object = get(names, vm_event_vma, id, "object"),
             of_object = object ? get(names, vm_event_object, object, "name") : 0;
    const char *kind = vm_enum_words("vma_kind", get(names, vm_event_vma, id, "kind"));
    print_named(names, name ? name : of_object, kind ? kind : "mapping", id);
}

/* A word that nobody named lies at its address. */
static void print_lock(const struct sentence_names *names, uint64_t id)
{
    const char *text = vm_run_name(names->run, (uint32_t)get(names, vm_event_lock, id, "name"));
    if (text) {
        printf("%s", text);
    } else {
        value_print("va", get(names, vm_event_lock, id, "va"), VALUE_HEX);
    }
}

static void print_seen(uint64_t policy, uint64_t value)
{
    const struct vm_policy_desc *desc = vm_policy_desc((unsigned)policy);
    const struct vm_region_desc *region = desc ? vm_policy_seen_region(desc) : NULL;
    bool never = region && strcmp(region->look, "next_use") == 0 && value > UINT32_MAX;
    printf(never ? "%s never" : "%s %" PRIu64, desc ? vm_policy_seen(desc) : "", value);
}

static bool is(const char *type, const char *name)
{
    return strcmp(type, name) == 0;
}

/* Types that are numbers of things. */
static bool print_thing(const struct sentence_names *names, const char *type, uint64_t value)
{
    if (is(type, "pid")) {
        print_process(names, value);
    } else if (is(type, "tid")) {
        print_thread(names, value);
    } else if (is(type, "name")) {
        print_named(names, value, "name", value);
    } else if (is(type, "object")) {
        print_named(names, get(names, vm_event_object, value, "name"), "object", value);
    } else if (is(type, "vma")) {
        print_mapping(names, value);
    } else if (is(type, "lock")) {
        print_lock(names, value);
    } else {
        return false;
    }
    return true;
}

static void print_value(const struct sentence_names *names, const char *type, uint64_t value)
{
    if (!print_thing(names, type, value)) {
        value_print(type, value, names->paper ? VALUE_DECIMAL : VALUE_HEX);
    }
}

static size_t field_named(const struct vm_event_desc *desc, const char *name, size_t length)
{
    size_t i = 0;
    while (i < desc->fields_n && (strncmp(desc->fields[i].name, name, length) != 0 ||
                                     desc->fields[i].name[length] != '\0')) {
        i++;
    }
    return i;
}

void sentence_print(const struct sentence_names *names, const struct vm_event *happening)
{
    const struct vm_event_desc *desc = vm_event_desc(happening->kind);
    for (const char *at = desc->sentence; *at;) {
        size_t plain = strcspn(at, "{");
        printf("%.*s", (int)plain, at);
        at += plain;
        if (*at) {
            size_t length = strcspn(++at, "}");
            size_t i = field_named(desc, at, length); /* it is one: the tables' test looks */
            if (is(desc->fields[i].type, "seen")) {
                print_seen(happening->word[field_named(desc, "policy", 6)], happening->word[i]);
            } else {
                print_value(names, desc->fields[i].type, happening->word[i]);
            }
            at += length + 1;
        }
    }
}

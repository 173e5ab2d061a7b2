/* SPDX-License-Identifier: MIT
 * Samples: written as LEB128 of what differs, thinned to every second one when there are too many.
 */
#include "history/parts.h"

#include "machine/world.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MAX = 4096, BYTES_MAX = 2 << 20 };

void samples_init(struct vm_samples *s)
{
    *s = (struct vm_samples){.spacing = 1};
}

void samples_release(struct vm_samples *s)
{
    free(s->bytes);
    free(s->last);
    *s = (struct vm_samples){0};
}

bool samples_due(const struct vm_samples *s, uint64_t op)
{
    return s->spacing && op == s->count * s->spacing;
}

size_t samples_memory(const struct vm_samples *s)
{
    return s->capacity + (size_t)s->rows * VM_SERIES * sizeof *s->last;
}

static uint64_t threads(const vm_machine *m, bool waiting)
{
    uint64_t n = 0;
    for (uint32_t tid = 1; tid < m->tasks_n; tid++) {
        uint8_t state = m->tasks[tid].state;
        n += waiting ? state == vm_task_state_waiting
                     : state == vm_task_state_ready || state == vm_task_state_running;
    }
    return n;
}

/* Of the machine: what all processes want together. A process that has ended wants nothing. */
static uint64_t working_set(const vm_machine *m, struct vm_windows *windows, vm_pid pid)
{
    uint64_t n = 0;
    for (vm_pid p = pid ? pid : 1; p < m->processes_n && p <= (pid ? pid : m->processes_n); p++) {
        n += m->processes[p].state == vm_process_state_alive ? windows_size(windows, p) : 0;
    }
    return n;
}

uint64_t samples_value(const vm_machine *m, struct vm_windows *windows, vm_pid pid, unsigned kind)
{
    if (kind < vm_counter_count) {
        return vm_counter(m, pid, (enum vm_counter)kind);
    }
    if (kind == VM_SERIES_CLOCK) {
        return vm_clock_ns(m, pid);
    }
    if (kind == VM_SERIES_WORKING_SET) {
        return working_set(m, windows, pid);
    }
    if (pid) {
        return 0; /* the others are of the machine */
    }
    if (kind == VM_SERIES_READY || kind == VM_SERIES_WAITING) {
        return threads(m, kind == VM_SERIES_WAITING);
    }
    return kind == VM_SERIES_USED_FRAMES   ? vm_machine_config(m)->frames - vm_free_frames(m)
           : kind == VM_SERIES_FREE_FRAMES ? vm_free_frames(m)
                                           : vm_dirty_pages(m);
}

static bool reserve(struct vm_samples *s, size_t more)
{
    if (s->capacity - s->length >= more) {
        return true;
    }
    size_t capacity = (s->capacity + more) * 2;
    uint8_t *bytes = realloc(s->bytes, capacity);
    if (!bytes) {
        return false;
    }
    s->bytes = bytes;
    s->capacity = capacity;
    return true;
}

static bool more_rows(uint64_t **values, uint32_t *rows, uint32_t wanted)
{
    if (wanted <= *rows) {
        return true;
    }
    uint64_t *now = realloc(*values, (size_t)wanted * VM_SERIES * sizeof *now);
    if (!now) {
        return false;
    }
    memset(now + (size_t)*rows * VM_SERIES, 0, (size_t)(wanted - *rows) * VM_SERIES * sizeof *now);
    *values = now;
    *rows = wanted;
    return true;
}

static void put(struct vm_samples *s, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        s->bytes[s->length++] = (uint8_t)(value | 0x80);
    }
    s->bytes[s->length++] = (uint8_t)value;
}

static uint64_t get(const struct vm_samples *s, size_t *at)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = s->bytes[(*at)++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
}

/* Up and down alike are small numbers. */
static uint64_t zigzag(uint64_t delta)
{
    return delta >> 63 ? ~(delta << 1) : delta << 1;
}
static uint64_t zagzig(uint64_t value)
{
    return value & 1 ? ~(value >> 1) : value >> 1;
}

/* One more sample; `values` has as many rows as s->last. A gap of 0 ends it. */
static bool add(struct vm_samples *s, const uint64_t *values)
{
    size_t n = (size_t)s->rows * VM_SERIES, before = 0, changed = 0;
    for (size_t i = 0; i < n; i++) {
        changed += values[i] != s->last[i];
    }
    if (!reserve(s, 1 + changed * 20)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (values[i] != s->last[i]) {
            put(s, i + 1 - before);
            put(s, zigzag(values[i] - s->last[i]));
            before = i + 1;
            s->last[i] = values[i];
        }
    }
    put(s, 0);
    s->count++;
    return true;
}

/* The next sample's differences into `values`. False: no memory. */
static bool read_one(const struct vm_samples *s, size_t *at, uint64_t **values, uint32_t *rows)
{
    size_t index = 0;
    for (uint64_t gap; (gap = get(s, at)) != 0;) {
        index += (size_t)gap;
        uint64_t delta = zagzig(get(s, at));
        if (!more_rows(values, rows, (uint32_t)((index - 1) / VM_SERIES + 1))) {
            return false;
        }
        (*values)[index - 1] += delta;
    }
    return true;
}

/* Every `step`-th of the first `count` samples of `from`, into the empty `to`. */
static bool gather(
    struct vm_samples *to, const struct vm_samples *from, uint32_t count, uint32_t step)
{
    uint64_t *values = NULL;
    uint32_t rows = 0;
    size_t at = 0;
    bool good = more_rows(&to->last, &to->rows, from->rows);
    good = good && more_rows(&values, &rows, from->rows);
    to->spacing = from->spacing * step;
    for (uint32_t i = 0; good && i < count; i++) {
        good = read_one(from, &at, &values, &rows) && (i % step || add(to, values));
    }
    free(values);
    return good;
}

static void thin(struct vm_samples *s)
{
    struct vm_samples half = {0};
    if (!gather(&half, s, s->count, 2)) {
        samples_release(&half);
    }
    samples_release(s);
    *s = half;
}

void samples_expect(struct vm_samples *s, uint64_t length)
{
    while (s->spacing && s->spacing * SAMPLES_MAX < length) {
        thin(s);
    }
}

void samples_copy(struct vm_samples *to, const struct vm_samples *from, uint64_t op)
{
    uint64_t count = from->spacing ? op / from->spacing + 1 : 0;
    *to = (struct vm_samples){0};
    if (!from->spacing ||
        !gather(to, from, count < from->count ? (uint32_t)count : from->count, 1)) {
        samples_release(to);
    }
}

void samples_take(
    struct vm_samples *s, uint64_t op, const vm_machine *m, struct vm_windows *windows)
{
    uint32_t rows = m->processes_n < VM_SAMPLED_PROCESSES ? m->processes_n : VM_SAMPLED_PROCESSES;
    uint64_t *values = NULL;
    uint32_t had = 0;
    if (s->count >= SAMPLES_MAX || s->length > BYTES_MAX) {
        thin(s);
        if (!samples_due(s, op)) {
            return;
        }
    }
    bool good = !windows->failed && more_rows(&s->last, &s->rows, rows ? rows : 1) &&
                more_rows(&values, &had, s->rows);
    for (vm_pid pid = 0; good && pid < s->rows; pid++) {
        for (unsigned k = 0; k < VM_SERIES; k++) {
            values[(size_t)pid * VM_SERIES + k] = samples_value(m, windows, pid, k);
        }
    }
    if (!good || !add(s, values)) {
        samples_release(s);
    }
    free(values);
}

enum vm_status vm_history_samples(const vm_history *history, vm_history_sampled *each, void *ctx)
{
    const struct vm_samples *s = &history->samples;
    uint64_t *values = NULL;
    uint32_t rows = 0;
    size_t at = 0;
    bool good = (s->spacing || !vm_history_length(history)) && more_rows(&values, &rows, 1);
    for (uint32_t i = 0; good && i < s->count; i++) {
        good = read_one(s, &at, &values, &rows);
        if (good) {
            each(ctx, i * s->spacing, values, rows);
        }
    }
    free(values);
    return good ? VM_OK : VM_NOMEM;
}

uint64_t vm_history_samples_apart(const vm_history *history)
{
    return history->samples.count ? history->samples.spacing : 0;
}

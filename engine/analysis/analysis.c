/* SPDX-License-Identifier: MIT
 * The door of the analyses: examines the request, keeps the trace, and drives one analysis by its
 * vtable. After the first failure nothing goes on.
 */
#include "analysis/part.h"

#include <stdlib.h>
#include <string.h>

static const struct analysis_ops *const all_ops[] = {
#define COLUMN(...)
#define ANALYSIS(id, ...) &analysis_##id,
#include "vm/analyses.def"
#undef ANALYSIS
#undef COLUMN
};

enum { POINTS_LEAST = 2, POINTS_MOST = 100000, SHIFT_MOST = 30 };

static const char *refuse(const struct analysis_ops *ops, const struct vm_analysis_request *request)
{
    if (request->policies & ~ops->policies && ops->policies) {
        return ops->problem;
    }
    for (size_t i = 0; i < request->frames_n; i++) {
        if (request->frames[i] <= (i ? request->frames[i - 1] : 0)) {
            return "numbers of frames must be at least 1, each once, ascending";
        }
    }
    if (request->points && (request->points < POINTS_LEAST || request->points > POINTS_MOST)) {
        return "points must be from 2 to 100,000";
    }
    if (request->page_shift > SHIFT_MOST) {
        return "the page size must be a power of two, at most 1 GiB";
    }
    if (!request->params.tick || !request->params.tau) {
        return "tick and tau must be at least 1";
    }
    return ops->refuse ? ops->refuse(request) : NULL;
}

enum vm_status vm_analysis_new(
    const struct vm_analysis_request *request, const char **problem, vm_analysis **out)
{
    *out = NULL;
    *problem = NULL;
    if ((unsigned)request->kind >= vm_analysis_kind_count || request->policies & ~ALL_POLICIES) {
        *problem = "no such analysis or policy";
        return VM_INVALID;
    }
    const struct analysis_ops *ops = all_ops[request->kind];
    *problem = refuse(ops, request);
    if (*problem) {
        return VM_INVALID;
    }
    vm_analysis *a = calloc(1, sizeof(*a));
    if (!a) {
        return VM_NOMEM;
    }
    a->ops = ops;
    a->desc = vm_analysis_desc(request->kind);
    a->request = *request;
    a->request.frames = NULL;
    kept_init(&a->kept, ops->form);
    a->state = calloc(1, ops->state_size);
    uint32_t *frames = malloc((request->frames_n + 1) * sizeof(*frames));
    a->request.frames = frames;
    if (!a->state || !frames) {
        vm_analysis_free(a);
        return VM_NOMEM;
    }
    if (request->frames_n) {
        memcpy(frames, request->frames, request->frames_n * sizeof(*frames));
    }
    *out = a;
    return VM_OK;
}

bool vm_analysis_wants_trace(enum vm_analysis_kind kind)
{
    return !all_ops[kind]->without_trace;
}

void vm_analysis_free(vm_analysis *a)
{
    if (!a) {
        return;
    }
    if (a->ops->release && a->state) {
        a->ops->release(a);
    }
    kept_release(&a->kept);
    free(a->state);
    free((void *)(uintptr_t)a->request.frames);
    free(a->value);
    free(a);
}

enum vm_status vm_analysis_feed(vm_analysis *a, const struct vm_trace_ref *refs, size_t n)
{
    if (a->status == VM_OK && a->started) {
        a->status = VM_INVALID; /* the last reference was said to have come */
    }
    if (a->status == VM_OK) {
        a->status = a->ops->feed ? a->ops->feed(a, refs, n) : kept_feed(&a->kept, refs, n);
    }
    return a->status;
}

enum vm_status vm_analysis_work(vm_analysis *a, uint64_t budget, bool *more)
{
    *more = false;
    if (a->status == VM_OK && !a->started) {
        a->status = a->ops->start(a);
        a->started = true;
    }
    if (a->status == VM_OK && !a->finished) {
        a->status = a->ops->work(a, budget ? budget : 1, more);
        a->finished = !*more;
    }
    if (a->status != VM_OK) {
        *more = false;
    }
    return a->status;
}

void vm_analysis_progress(const vm_analysis *a, uint64_t *done, uint64_t *all)
{
    *done = a->done;
    *all = a->all;
}

size_t vm_analysis_rows(const vm_analysis *a)
{
    return a->rows;
}

struct vm_cell vm_analysis_cell(const vm_analysis *a, size_t row, unsigned column)
{
    union analysis_value value =
        a->ops->value ? a->ops->value(a, row, column) : a->value[row * a->desc->columns_n + column];
    struct vm_cell cell = {.kind = a->desc->columns[column].kind};
    switch (cell.kind) {
    case VM_CELL_NUMBER:
        cell.number = value.number;
        break;
    case VM_CELL_REAL:
        cell.real = value.real;
        break;
    case VM_CELL_WORD:
        cell.word = value.word;
        break;
    }
    return cell;
}

size_t vm_analysis_memory(const vm_analysis *a)
{
    return sizeof(*a) + a->ops->state_size + kept_memory(&a->kept) +
           a->request.frames_n * sizeof(*a->request.frames) + a->value_room * sizeof(*a->value) +
           (a->ops->memory ? a->ops->memory(a) : 0);
}

enum vm_status analysis_reserve(vm_analysis *a, size_t rows)
{
    size_t need = (a->rows + rows) * a->desc->columns_n;
    if (need <= a->value_room) {
        return VM_OK;
    }
    size_t room = need > a->value_room * 2 ? need : a->value_room * 2;
    union analysis_value *value = realloc(a->value, room * sizeof(*value));
    if (!value) {
        return VM_NOMEM;
    }
    a->value = value;
    a->value_room = room;
    return VM_OK;
}

void analysis_row(vm_analysis *a, const union analysis_value *values)
{
    size_t columns = a->desc->columns_n;
    memcpy(a->value + a->rows * columns, values, columns * sizeof(*values));
    a->rows++;
}

uint64_t analysis_policies(const vm_analysis *a)
{
    return a->request.policies ? a->request.policies : a->ops->policies;
}

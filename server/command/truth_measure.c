/* SPDX-License-Identifier: MIT
 * Counters and mappings before and after an operation, and their differences held against what the
 * kernel did.
 */
#include "command/truth_world.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool truth_vmas_add(struct truth_vmas *list, const struct truth_vma *vma)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 8;
        struct truth_vma *bigger = realloc(list->item, room * sizeof *bigger);
        if (!bigger) {
            return false;
        }
        list->item = bigger;
        list->room = room;
    }
    list->item[list->n++] = *vma;
    return true;
}

/* As /proc/PID/maps names it, file names replaced by what they are. */
static const char *mapping_name(const vm_machine *machine, const struct vm_vma_view *vma)
{
    uint32_t name = 0;
    uint64_t bytes = 0;
    switch (vma->kind) {
    case vm_vma_kind_heap:
        return "[heap]";
    case vm_vma_kind_stack:
        return "[stack]";
    case vm_vma_kind_vdso:
        return "[vdso]";
    case vm_vma_kind_vvar:
        return "[vvar]";
    default:
        break;
    }
    switch (vma->object ? vm_object_kind_of(machine, vma->object, &name, &bytes)
                        : vm_object_kind_none) {
    case vm_object_kind_file:
        return "<file>";
    case vm_object_kind_shmem:
        return name ? "<memfd>" : "<shared-anon>";
    default:
        return "anon";
    }
}

struct truth_vma truth_vma_of(const vm_machine *machine, const struct vm_vma_view *vma)
{
    struct truth_vma out = {.from = TRUTH_AT_SCRIPT,
        .at = (int64_t)vma->start,
        .pages = vma->end - vma->start,
        .perms = {vma->prot & vm_prot_bit_read ? 'r' : '-',
            vma->prot & vm_prot_bit_write ? 'w' : '-', vma->prot & vm_prot_bit_exec ? 'x' : '-',
            vma->flags & vm_map_bit_shared ? 's' : 'p', '\0'}};
    snprintf(out.name, sizeof out.name, "%s", mapping_name(machine, vma));
    return out;
}

bool truth_snap(const vm_machine *machine, vm_pid pid, vm_pid space, struct truth_snap *out)
{
    const vm_pid of[] = {[TRUTH_FAULTS] = pid, [TRUTH_RSS] = space};
#define FIELD(name, group, counter)                                                                \
    out->field[truth_##name] = (int64_t)vm_counter(machine, of[group], vm_counter_##counter);
    TRUTH_FIELDS(FIELD)
#undef FIELD
    /* The probe's perf event counts the thread that opened it, the main one. */
    struct vm_task_view task;
    for (vm_tid tid = 1; tid <= vm_tasks(machine); tid++) {
        if (vm_task_at(machine, tid, &task) && task.pid == pid &&
            tid != vm_process_task(machine, pid)) {
            out->field[truth_perf_faults] -= (int64_t)(task.minor + task.major);
        }
    }
    out->vmas.n = 0;
    struct vm_vma_view vma;
    for (vm_vpn at = 0; vm_vma_next(machine, space, at, &vma); at = vma.end) {
        struct truth_vma item = truth_vma_of(machine, &vma);
        if (!truth_vmas_add(&out->vmas, &item)) {
            return false;
        }
    }
    return true;
}

static bool same(const struct truth_vma *x, const struct truth_vma *y)
{
    return x->at == y->at && x->pages == y->pages && strcmp(x->perms, y->perms) == 0 &&
           strcmp(x->name, y->name) == 0;
}

bool truth_vmas_minus(
    const struct truth_vmas *before, const struct truth_vmas *after, struct truth_vmas *out)
{
    size_t j = 0; /* both are in order of address */
    out->n = 0;
    for (size_t i = 0; i < before->n; i++) {
        while (j < after->n && after->item[j].at < before->item[i].at) {
            j++;
        }
        bool kept = j < after->n && same(&after->item[j], &before->item[i]);
        if (!kept && !truth_vmas_add(out, &before->item[i])) {
            return false;
        }
    }
    return true;
}

/* ---- comparing ---- */
/* Those of a group in which the two differ from nothing. */
static void write_fields(
    char *text, size_t room, const int64_t *field, const int64_t *other, enum truth_group of)
{
    size_t n = 0;
    text[0] = '\0';
#define FIELD(name, group, counter)                                                                \
    if ((group) == of && n < room && (field[truth_##name] || other[truth_##name])) {               \
        n += (size_t)snprintf(                                                                     \
            text + n, room - n, "%s" #name " %" PRId64, n ? " " : "", field[truth_##name]);        \
    }
    TRUTH_FIELDS(FIELD)
#undef FIELD
}

static void compare_fields(const struct truth_world *world, const struct truth_step *step,
    size_t index, const int64_t *got, enum truth_group group)
{
    const int64_t *want = step->expect.field;
    char expected[TRUTH_TEXT], found[TRUTH_TEXT];
    write_fields(expected, sizeof expected, want, got, group);
    write_fields(found, sizeof found, got, want, group);
    truth_count(world->report, group, strcmp(expected, found) == 0, world->script->name, index,
        step->op.text, expected, found);
}

/* `want` fits `got` when A (or the region that the operation names) begins at page `base`. */
static bool fits(const struct truth_vmas *want, const struct truth_vmas *got, int64_t base)
{
    bool good = want->n == got->n;
    for (size_t i = 0; good && i < want->n; i++) {
        bool found = false;
        for (size_t j = 0; j < got->n && !found; j++) {
            struct truth_vma moved = want->item[i];
            moved.at = moved.from == TRUTH_AT_UNSAID ? got->item[j].at
                       : moved.from == TRUTH_AT_BASE
                           ? base + moved.at
                           : (int64_t)(TRUTH_BASE / TRUTH_PAGE) + moved.at;
            found = same(&moved, &got->item[j]);
        }
        good = found;
    }
    return good;
}

static void write_vmas(
    char *text, size_t room, const struct truth_vmas *list, char sign, int64_t base)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < list->n && n < room; i++) {
        const struct truth_vma *vma = &list->item[i];
        n += (size_t)snprintf(text + n, room - n, "%s%c%s%+" PRId64 ":%" PRIu64 ":%s:%s",
            n ? " " : "", sign, vma->from == TRUTH_AT_UNSAID ? "?" : "A", vma->at - base,
            vma->pages, vma->perms, vma->name);
    }
}

static void compare_vmas(const struct truth_world *world, const struct truth_step *step,
    size_t index, const struct truth_snap *before, const struct truth_snap *after)
{
    const struct truth_expect *want = &step->expect;
    struct truth_vmas removed = {0}, added = {0};
    if (!truth_vmas_minus(&before->vmas, &after->vmas, &removed) ||
        !truth_vmas_minus(&after->vmas, &before->vmas, &added)) {
        world->report->no_memory = true;
    }
    const struct truth_statement *first = &step->op.statement[0];
    int64_t base = (int64_t)(TRUTH_BASE / TRUTH_PAGE);
    int64_t bases[] = {base + step->a.page, (int64_t)(truth_va(world, first, 0) / TRUTH_PAGE)};
    size_t at = first->heap ? 1 : 0;
    bool good = false;
    for (size_t i = at; i < 2 && !good; i++) {
        good = fits(&want->removed, &removed, bases[i]) && fits(&want->added, &added, bases[i]);
    }
    int64_t net = (int64_t)after->vmas.n - (int64_t)before->vmas.n;
    good = good && net == want->vmas;
    char expected[2048] = "", found[2048] = "", sum[40];
    write_vmas(expected, sizeof expected, &want->removed, '-', 0);
    write_vmas(expected, sizeof expected, &want->added, '+', 0);
    write_vmas(found, sizeof found, &removed, '-', bases[at]);
    write_vmas(found, sizeof found, &added, '+', bases[at]);
    snprintf(sum, sizeof sum, "%svmas %+" PRId64, expected[0] ? " " : "", want->vmas);
    strncat(expected, sum, sizeof expected - strlen(expected) - 1);
    snprintf(sum, sizeof sum, "%svmas %+" PRId64, found[0] ? " " : "", net);
    strncat(found, sum, sizeof found - strlen(found) - 1);
    truth_count(world->report, TRUTH_VMAS, good, world->script->name, index, step->op.text,
        expected, found);
    free(removed.item);
    free(added.item);
}

static void write_outcome(char *text, size_t room, const struct truth_outcome *outcome)
{
    char page[40] = "";
    switch (outcome->ending) {
    case TRUTH_FINE:
        snprintf(text, room, "no signal");
        break;
    case TRUTH_SIGNAL:
        if (outcome->paged) {
            snprintf(page, sizeof page, " at page %" PRIu64, outcome->page);
        }
        snprintf(text, room, "%s%s %s", vm_enum_words("signo", outcome->signo), page,
            vm_enum_words("si_code", outcome->code));
        break;
    case TRUTH_ERRNO:
        snprintf(text, room, "%s", vm_enum_words("errno_code", outcome->error));
        break;
    case TRUTH_BROKEN:
        snprintf(text, room, "the engine refuses: %s", vm_status_words(outcome->status));
        break;
    }
}

static void compare_outcome(const struct truth_world *world, const struct truth_step *step,
    size_t index, const struct truth_outcome *got)
{
    const struct truth_outcome *want = &step->op.outcome;
    bool good = want->ending == got->ending;
    if (good && want->ending == TRUTH_SIGNAL) {
        good = want->signo == got->signo && (!want->paged || want->page == got->page) &&
               (!want->code || want->code == got->code);
    } else if (good && want->ending == TRUTH_ERRNO) {
        good = want->error == got->error;
    }
    if (want->ending == TRUTH_FINE && good) {
        return; /* nothing was to happen, and nothing did */
    }
    char expected[TRUTH_TEXT], found[TRUTH_TEXT];
    write_outcome(expected, sizeof expected, want);
    write_outcome(found, sizeof found, got);
    truth_count(world->report, TRUTH_SIGNALS, good, world->script->name, index, step->op.text,
        expected, found);
}

void truth_compare(const struct truth_world *world, const struct truth_step *step, size_t index,
    const struct truth_snap *before, const struct truth_snap *after,
    const struct truth_outcome *outcome)
{
    compare_outcome(world, step, index, outcome);
    if (!step->scored) {
        return;
    }
    int64_t got[TRUTH_FIELD_COUNT];
    for (size_t i = 0; i < TRUTH_FIELD_COUNT; i++) {
        got[i] = after->field[i] - before->field[i];
    }
    compare_fields(world, step, index, got, TRUTH_FAULTS);
    compare_fields(world, step, index, got, TRUTH_RSS);
    compare_vmas(world, step, index, before, after);
}

/* SPDX-License-Identifier: MIT
 * Which changes belong to a thing, as a table: a row of the state that is named by the thing, or a
 * column that begins or ceases to name it. Columns that say only that it was used are left out.
 */
#include "lab/thing.h"

#include "vm/describe.h"

#include <string.h>

/* How a column names a thing. */
enum naming {
    KEY,      /* it is the row's key, `a` */
    KEYS,     /* the row's keys are `a` and `b` */
    IS,       /* its value */
    PLUS_ONE, /* its value, plus one: 0 is none */
    MAPS,     /* an entry that maps the frame */
    SWAPPED,  /* an entry that names the slot */
};

static const struct {
    enum lab_thing_kind kind;
    unsigned event;
    enum naming naming;
    const char *column; /* "": of KEY and KEYS */
} rows[] = {
    {LAB_FRAME, vm_event_frame, KEY, ""},
    {LAB_FRAME, vm_event_pte, MAPS, "entry"},
    {LAB_FRAME, vm_event_slot, PLUS_ONE, "frame"},
    {LAB_FRAME, vm_event_table, PLUS_ONE, "frame"},
    {LAB_SLOT, vm_event_slot, KEY, ""},
    {LAB_SLOT, vm_event_frame, PLUS_ONE, "slot"},
    {LAB_SLOT, vm_event_pte, SWAPPED, "entry"},
    {LAB_ENTRY, vm_event_pte, KEYS, ""},
    {LAB_TLB, vm_event_tlb, KEYS, ""},
    {LAB_THREAD, vm_event_task, KEY, ""},
    {LAB_THREAD, vm_event_stack, KEY, ""},
    {LAB_THREAD, vm_event_futex, KEY, ""},
    {LAB_THREAD, vm_event_pending, KEY, ""},
    {LAB_THREAD, vm_event_thread_signals, KEY, ""},
    {LAB_THREAD, vm_event_cpu, IS, "tid"},
    {LAB_PROCESS, vm_event_process, KEY, ""},
    {LAB_PROCESS, vm_event_process_signals, KEY, ""},
    {LAB_PROCESS, vm_event_task, IS, "pid"},
    {LAB_PROCESS, vm_event_vma, IS, "pid"},
    {LAB_MAPPING, vm_event_vma, KEY, ""},
    {LAB_OBJECT, vm_event_object, KEY, ""},
    {LAB_OBJECT, vm_event_frame, IS, "object"},
    {LAB_OBJECT, vm_event_slot, IS, "object"},
    {LAB_OBJECT, vm_event_open_file, IS, "object"},
};

/* What changes with every use, and says nothing of how it came to be what it is. */
static const struct {
    unsigned event;
    const char *column;
} uses[] = {
    {vm_event_tlb, "used"},
    {vm_event_task, "sp"},
    {vm_event_task, "pc"},
    {vm_event_task, "fp"},
    {vm_event_task, "ret"},
};

bool lab_thing_read(const json_value *json, struct lab_thing *thing)
{
    static const struct {
        enum lab_thing_kind kind;
        const char *a, *b;
    } words[] = {{LAB_PAGE, "pid", "page"}, {LAB_FRAME, "frame", NULL}, {LAB_SLOT, "slot", NULL},
        {LAB_ENTRY, "table", "index"}, {LAB_TLB, "cpu", "entry"}, {LAB_THREAD, "thread", NULL},
        {LAB_PROCESS, "process", NULL}, {LAB_MAPPING, "mapping", NULL},
        {LAB_OBJECT, "object", NULL}};
    *thing = (struct lab_thing){0};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t members = words[i].b ? 2 : 1;
        if (json_is_object(json) && json_size(json) == members &&
            json_u64(json_get(json, words[i].a), &thing->a) &&
            (!words[i].b || json_u64(json_get(json, words[i].b), &thing->b))) {
            thing->kind = words[i].kind;
            return true;
        }
    }
    return false;
}

/* A table of the process at level 1 or 2 comes or goes: is it on the way to the page? */
static void place_table(
    struct lab_thing *t, uint32_t table, uint64_t pid, uint64_t level, uint64_t base)
{
    for (unsigned l = 1; l <= 2; l++) {
        t->at[l].table = t->at[l].table == table ? 0 : t->at[l].table;
    }
    if (pid == t->a && (level == 1 || level == 2) && t->b >= base &&
        (t->b - base) >> t->shift[level + 1] == 0) {
        t->at[level].table = table;
        t->at[level].index = (t->b - base) >> t->shift[level];
    }
}

void lab_thing_place(struct lab_thing *t, const vm_machine *machine)
{
    const struct vm_config *config = vm_machine_config(machine);
    struct vm_table_view view;
    memset(t->at, 0, sizeof t->at);
    for (unsigned level = 1, shift = 0; level <= 3; level++) {
        t->shift[level] = (uint8_t)shift;
        shift += level <= config->levels ? config->level_bits[config->levels - level] : 0;
    }
    for (uint32_t n = 1; t->kind == LAB_PAGE && vm_table_at(machine, n, &view); n++) {
        place_table(t, n, view.pid, view.level, view.base);
    }
}

static uint64_t number_of(uint64_t entry)
{
    return entry >> VM_PTE_SHIFT;
}

static bool maps(const struct lab_thing *t, uint64_t entry)
{
    if (!(entry & vm_pte_bit_present) || !(entry & vm_pte_bit_leaf)) {
        return false;
    }
    uint64_t frames =
        entry & vm_pte_bit_huge && !(entry & vm_pte_bit_special) ? UINT64_C(1) << t->shift[2] : 1;
    return t->a >= number_of(entry) && t->a - number_of(entry) < frames;
}

static bool names(const struct lab_thing *t, enum naming naming, uint64_t value)
{
    switch (naming) {
    case IS:
        return value == t->a;
    case PLUS_ONE:
        return value == t->a + 1;
    case MAPS:
        return maps(t, value);
    case SWAPPED:
        return !(value & vm_pte_bit_present) && (value & vm_pte_bit_swapped) &&
               number_of(value) == t->a;
    default:
        return false;
    }
}

/* More than the accessed bit. */
static bool entry_differs(uint64_t old, uint64_t now)
{
    return ((old ^ now) & ~(uint64_t)vm_pte_bit_accessed) != 0;
}

static bool is_use(unsigned event, const char *column)
{
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        if (uses[i].event == event && strcmp(uses[i].column, column) == 0) {
            return true;
        }
    }
    return false;
}

/* Something else than its use changed. */
static bool differs(const struct vm_event_desc *desc, const struct vm_event *e)
{
    for (size_t i = desc->keys_n, word = desc->keys_n; i < desc->fields_n; i++, word += 2) {
        if (e->word[word] != e->word[word + 1] && !is_use(e->kind, desc->fields[i].name)) {
            return true;
        }
    }
    return false;
}

/* The column's old and new values name it differently; an entry that goes on mapping a frame may
 * have changed otherwise. */
static bool column_tells(const struct lab_thing *t, const struct vm_event_desc *desc,
    const struct vm_event *e, enum naming naming, const char *column)
{
    for (size_t i = desc->keys_n, word = desc->keys_n; i < desc->fields_n; i++, word += 2) {
        if (strcmp(desc->fields[i].name, column) == 0) {
            uint64_t old = e->word[word], now = e->word[word + 1];
            bool before = names(t, naming, old), after = names(t, naming, now);
            return before != after || (naming == MAPS && after && entry_differs(old, now));
        }
    }
    return false;
}

static bool owns_page(struct lab_thing *t, const struct vm_event *e)
{
    if (e->kind == vm_event_table) { /* key, then pid, level, frame, base, used: old and new */
        place_table(t, (uint32_t)e->word[0], e->word[2], e->word[4], e->word[8]);
        return false;
    }
    if (e->kind != vm_event_pte) {
        return false;
    }
    for (unsigned level = 1; level <= 2; level++) {
        if (t->at[level].table == e->word[0] && t->at[level].index == e->word[1]) {
            bool page =
                level == 1 || (e->word[2] & vm_pte_bit_huge) || (e->word[3] & vm_pte_bit_huge);
            return page && entry_differs(e->word[2], e->word[3]);
        }
    }
    return false;
}

bool lab_thing_owns(struct lab_thing *t, const struct vm_event *e)
{
    const struct vm_event_desc *desc = vm_event_desc(e->kind);
    if (!desc->change) {
        return false;
    }
    if (t->kind == LAB_PAGE) {
        return owns_page(t, e);
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].kind != t->kind || rows[i].event != e->kind) {
            continue;
        }
        enum naming naming = rows[i].naming;
        bool mine = naming == KEY    ? e->word[0] == t->a
                    : naming == KEYS ? e->word[0] == t->a && e->word[1] == t->b
                                     : column_tells(t, desc, e, naming, rows[i].column);
        if (mine && (naming > KEYS || differs(desc, e))) {
            return true;
        }
    }
    return false;
}

/* SPDX-License-Identifier: MIT
 * scenarios.json and fuzz.json as scripts. The whole file is read before anything runs; what is
 * wrong is told with its line, its column and what would be right.
 */
#include "command/truth_world.h"

#include <stdlib.h>
#include <string.h>

enum { READAHEAD_MAX = 8192 };

struct reader {
    const struct truth_file *file;
    struct truth_scripts *out;
    size_t ops, facts, expects; /* keys "op", "fact", "expect" met so far */
};

static bool wrong(
    const struct reader *reader, const char *key, size_t n, size_t into, const char *message)
{
    truth_complain(reader->file, key, n, into, message);
    return false;
}

/* "A+62" */
static bool read_at(
    const struct truth_names *names, const char *text, size_t length, struct truth_vma *vma)
{
    char copy[32], *end;
    if (length < 3 || length >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    long long at = strtoll(copy + 1, &end, 10);
    vma->from = TRUTH_AT_BASE;
    vma->at = at;
    bool known = copy[0] == 'A';
    for (size_t i = 0; i < names->regions && !known; i++) {
        if (names->region[i].name == copy[0]) {
            vma->from = names->region[i].heap ? TRUTH_AT_BASE : TRUTH_AT_SCRIPT;
            vma->at += names->region[i].heap ? 0 : names->region[i].page;
            known = true;
        }
    }
    return known && (copy[1] == '+' || copy[1] == '-') && *end == '\0';
}

static bool copy_word(char *out, size_t room, const char *text, size_t length)
{
    if (length >= room) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

/* "A+62:1:r--p:anon" */
static bool read_short(const struct truth_names *names, const char *text, struct truth_vma *vma)
{
    const char *pages = strchr(text, ':'), *perms = pages ? strchr(pages + 1, ':') : NULL,
               *name = perms ? strchr(perms + 1, ':') : NULL;
    char *end;
    if (!name || !read_at(names, text, (size_t)(pages - text), vma)) {
        return false;
    }
    vma->pages = strtoull(pages + 1, &end, 10);
    return end == perms && name - perms == 5 && copy_word(vma->perms, 5, perms + 1, 4) &&
           copy_word(vma->name, sizeof vma->name, name + 1, strlen(name + 1));
}

static bool read_long(
    const struct truth_names *names, const json_value *value, struct truth_vma *vma)
{
    const char *perms = json_text(json_get(value, "perms")),
               *name = json_text(json_get(value, "name"));
    const json_value *at = json_get(value, "at");
    const char *where = json_text(at);
    if (!perms || strlen(perms) != 4 || !name || !json_u64(json_get(value, "pages"), &vma->pages) ||
        (at && (!where || !read_at(names, where, strlen(where), vma)))) {
        return false;
    }
    return copy_word(vma->perms, 5, perms, 4) &&
           copy_word(vma->name, sizeof vma->name, name, strlen(name));
}

static bool read_vmas(struct reader *reader, const struct truth_names *names,
    const json_value *list, struct truth_vmas *out)
{
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        struct truth_vma vma = {.from = TRUTH_AT_UNSAID};
        const char *text = json_text(v);
        if (text ? !read_short(names, text, &vma) : !read_long(names, v, &vma)) {
            return wrong(reader, "expect", reader->expects - 1, 0,
                "a mapping is {\"pages\", \"perms\", \"name\", \"at\": \"A+0\"} or "
                "\"A+0:64:rw-p:anon\"");
        }
        if (!truth_vmas_add(out, &vma)) {
            return wrong(reader, "expect", reader->expects - 1, 0, "no memory left");
        }
    }
    return true;
}

static const char *const fields[] = {
#define FIELD(name, group, counter) #name,
    TRUTH_FIELDS(FIELD)
#undef FIELD
};

static bool read_expect(struct reader *reader, const struct truth_names *names,
    const json_value *expect, struct truth_expect *out)
{
    for (const json_value *v = json_first(expect); v; v = json_next(v)) {
        const char *name = json_name(v);
        int64_t ignored, *into = strcmp(name, "vmas") == 0       ? &out->vmas
                                 : strcmp(name, "pt_pages") == 0 ? &ignored /* not scored */
                                                                 : NULL;
        for (size_t i = 0; i < TRUTH_FIELD_COUNT; i++) {
            into = strcmp(name, fields[i]) == 0 ? &out->field[i] : into;
        }
        bool removed = strcmp(name, "vma_removed") == 0, added = strcmp(name, "vma_added") == 0;
        if (removed || added) {
            if (!read_vmas(reader, names, v, removed ? &out->removed : &out->added)) {
                return false;
            }
        } else if (!into || !json_i64(v, into)) {
            return wrong(reader, "expect", reader->expects - 1, 0,
                "what is expected are whole numbers minflt, majflt, perf_faults, rss_anon, "
                "rss_file, rss_shmem, swap, vmas, pt_pages, and lists vma_removed, vma_added");
        }
    }
    return true;
}

static bool read_op(struct reader *reader, struct truth_script *script, const json_value *value,
    struct truth_step *step)
{
    const char *text = json_text(json_get(value, "op"));
    const json_value *expect = json_get(value, "expect");
    char problem[TRUTH_PROBLEM];
    size_t at, n = reader->ops++;
    reader->expects += expect != NULL;
    step->kind = TRUTH_STEP_OP;
    if (!text) {
        return wrong(
            reader, "op", n, 0, "an operation is a text, like \"P mmap A 64 rw private anon\"");
    }
    if (!truth_parse(&script->names, text, &step->op, problem, &at)) {
        return wrong(reader, "op", n, at + 1, problem);
    }
    bool stable = true;
    json_flag(json_get(value, "stable"), &stable);
    step->scored = expect && stable;
    return !expect || read_expect(reader, &script->names, expect, &step->expect);
}

static bool read_fact(struct reader *reader, const json_value *value, struct truth_step *step)
{
    const char *name = json_text(json_get(value, "fact"));
    size_t n = reader->facts++;
    step->kind = TRUTH_STEP_FACT;
    step->scored = true;
    step->fact = name ? truth_fact_named(name) : -1;
    if (step->fact < 0) {
        char message[1200] = "unknown fact: known are ";
        truth_fact_names(message + strlen(message), sizeof message - strlen(message));
        return wrong(reader, "fact", n, 0, message);
    }
    snprintf(step->op.text, sizeof step->op.text, "%s", name);
    return json_i64(json_get(value, "value"), &step->value) ||
           wrong(reader, "fact", n, 0, "a fact has a whole number `value`");
}

static void note_regions(const struct truth_names *names, struct truth_step *step)
{
    step->a = names->region[0];
    for (size_t i = 0; i < names->regions; i++) {
        if (names->region[i].name == 'B') {
            step->b = names->region[i];
        }
    }
    if (!step->b.placed && names->moved >= 0) { /* moved, and not named yet: it will be B */
        step->b = (struct truth_region){
            .name = 'B', .placed = true, .page = names->moved, .pages = names->moved_pages};
    }
}

static struct truth_step *new_step(struct truth_script *script)
{
    if (script->steps == script->room) {
        size_t room = script->room ? script->room * 2 : 32;
        struct truth_step *bigger = realloc(script->step, room * sizeof *bigger);
        if (!bigger) {
            return NULL;
        }
        script->step = bigger;
        script->room = room;
    }
    struct truth_step *step = &script->step[script->steps++];
    *step = (struct truth_step){.fact = -1};
    return step;
}

/* The largest N of `mmap X N`: regions without a place stand that far apart. */
static uint64_t largest(const json_value *ops)
{
    uint64_t most = 0;
    for (const json_value *v = json_first(ops); v; v = json_next(v)) {
        const char *text = json_text(json_get(v, "op"));
        const char *mmap = text ? strstr(text, "mmap ") : NULL;
        unsigned long long pages = 0;
        if (mmap && sscanf(mmap, "mmap %*c %llu", &pages) == 1 && pages <= TRUTH_PAGES_MAX) {
            most = pages > most ? pages : most;
        }
    }
    return most;
}

static bool read_ops(struct reader *reader, const json_value *ops, struct truth_script *script)
{
    truth_names_begin(&script->names, largest(ops));
    for (const json_value *v = json_first(ops); v; v = json_next(v)) {
        struct truth_step *step = new_step(script);
        bool good = step != NULL;
        if (!good) {
            truth_complain(reader->file, NULL, 0, 0, "no memory left");
        } else if (json_get(v, "fact")) {
            good = read_fact(reader, v, step);
        } else {
            good = read_op(reader, script, v, step);
        }
        if (!good) {
            return false;
        }
        note_regions(&script->names, step);
    }
    return true;
}

static struct truth_script *new_script(struct truth_scripts *scripts)
{
    if (scripts->n == scripts->room) {
        size_t room = scripts->room ? scripts->room * 2 : 32;
        struct truth_script *bigger = realloc(scripts->item, room * sizeof *bigger);
        if (!bigger) {
            return NULL;
        }
        scripts->item = bigger;
        scripts->room = room;
    }
    struct truth_script *script = &scripts->item[scripts->n++];
    *script = (struct truth_script){0};
    return script;
}

bool truth_read(const struct truth_file *file, const json_value *root, struct truth_scripts *out)
{
    struct reader reader = {.file = file, .out = out};
    const json_value *list = json_is_array(root) ? root : json_get(root, "seeds");
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        const char *name = json_text(json_get(v, "scenario"));
        const json_value *ops = json_get(v, "ops");
        uint64_t seed = 0;
        bool seeded = json_u64(json_get(v, "seed"), &seed);
        if (!json_is_array(ops) || (!name && !seeded)) {
            truth_complain(file, NULL, 0, 0,
                "a script is {\"scenario\": name or \"seed\": number, \"ops\": […]}");
            return false;
        }
        struct truth_script *script = new_script(out);
        if (!script) {
            truth_complain(file, NULL, 0, 0, "no memory left");
            return false;
        }
        if (name) {
            snprintf(script->name, sizeof script->name, "%s", name);
        } else {
            snprintf(script->name, sizeof script->name, "seed %llu", (unsigned long long)seed);
        }
        if (!read_ops(&reader, ops, script)) {
            return false;
        }
        json_u64(json_get(v, "file_pages"), &script->file_pages);
        json_u64(json_get(v, "readahead"), &script->readahead);
        if (script->file_pages > TRUTH_PAGES_MAX || script->readahead > READAHEAD_MAX) {
            truth_complain(file, script->readahead > READAHEAD_MAX ? "readahead" : "file_pages", 0,
                0, "file_pages is at most 4194304, readahead at most 8192");
            return false;
        }
    }
    return true;
}

void truth_scripts_free(struct truth_scripts *scripts)
{
    for (size_t i = 0; i < scripts->n; i++) {
        for (size_t s = 0; s < scripts->item[i].steps; s++) {
            free(scripts->item[i].step[s].expect.removed.item);
            free(scripts->item[i].step[s].expect.added.item);
        }
        free(scripts->item[i].step);
    }
    free(scripts->item);
    *scripts = (struct truth_scripts){0};
}

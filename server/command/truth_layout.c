/* SPDX-License-Identifier: MIT
 * layout.json: address spaces of programs, randomisation off. The program headers are read off the
 * mappings (a read-only piece right before the writable one belongs to it: it was protected later);
 * where execve then puts the program, its interpreter, heap, vdso and stack is the engine's answer.
 */
#include "command/truth_world.h"

#include <inttypes.h>
#include <string.h>

enum { MAPS = 64, FRAMES = 1 << 14, FIXED_BELOW = 0x10000000 };

struct piece {
    vm_va start;
    uint64_t pages, offset;
    const char *perms, *name;
};
struct layout {
    const char *program, *interpreter; /* names; NULL: none */
    struct piece piece[MAPS];
    size_t n;
    vm_machine *machine;
    vm_pid pid;
    vm_tid tid;
    struct truth_report *report;
};

static bool is_loader(const char *name)
{
    return strncmp(name, "ld-", 3) == 0 || strncmp(name, "ld.so", 5) == 0;
}

static bool read_layout(const json_value *value, struct layout *out)
{
    out->program = json_name(value);
    for (const json_value *v = json_first(json_get(value, "aslr_off")); v; v = json_next(v)) {
        struct piece *piece = &out->piece[out->n];
        if (out->n == MAPS || !json_u64(json_get(v, "start"), &piece->start) ||
            !json_u64(json_get(v, "pages"), &piece->pages) ||
            !json_u64(json_get(v, "file_off_pages"), &piece->offset)) {
            return false;
        }
        piece->perms = json_text(json_get(v, "perms"));
        piece->name = json_text(json_get(v, "name"));
        if (!piece->perms || strlen(piece->perms) != 4 || !piece->name) {
            return false;
        }
        if (is_loader(piece->name)) {
            out->interpreter = piece->name;
        }
        out->n++;
    }
    return out->n > 0;
}

static bool apply(struct layout *l, const struct vm_op *op, uint64_t *value)
{
    return truth_apply(l->machine, op, NULL, value).ending == TRUTH_FINE;
}

/* First address and end of what has a name; pages 0: nothing has. */
static struct piece extent(const struct layout *l, const char *name)
{
    struct piece sum = {0};
    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->piece[i].name, name) == 0) {
            sum.start = sum.pages ? sum.start : l->piece[i].start;
            sum.pages = (l->piece[i].start - sum.start) / TRUTH_PAGE + l->piece[i].pages;
        }
    }
    return sum;
}

static bool continues(const struct piece *a, const struct piece *b)
{
    return strcmp(a->name, b->name) == 0 && b->perms[1] == 'w' && a->perms[2] != 'x' &&
           a->start + a->pages * TRUTH_PAGE == b->start && a->offset + a->pages == b->offset;
}

static bool load(struct layout *l, const char *name, uint32_t object)
{
    vm_va base = extent(l, name).start;
    base = base < FIXED_BELOW ? 0 : base;
    for (size_t i = 0; i < l->n; i++) {
        struct piece piece = l->piece[i];
        if (strcmp(piece.name, name) != 0) {
            continue;
        }
        if (i + 1 < l->n && continues(&piece, &l->piece[i + 1])) {
            piece.perms = l->piece[i + 1].perms;
            piece.pages += l->piece[++i].pages;
        }
        uint64_t file = piece.pages * TRUTH_PAGE, bytes = file;
        const struct piece *next = &l->piece[i + 1];
        if (i + 1 < l->n && piece.perms[1] == 'w' && strcmp(next->name, "anon") == 0 &&
            next->start == piece.start + file) {
            bytes += next->pages * TRUTH_PAGE; /* BSS */
        }
        struct vm_op op = {.kind = vm_op_kind_elf_segment,
            .u.elf_segment = {.object = object,
                .prot = (piece.perms[0] == 'r' ? (unsigned)vm_prot_bit_read : 0U) |
                        (piece.perms[1] == 'w' ? (unsigned)vm_prot_bit_write : 0U) |
                        (piece.perms[2] == 'x' ? (unsigned)vm_prot_bit_exec : 0U),
                .va = piece.start - base,
                .offset = piece.offset * TRUTH_PAGE,
                .file_bytes = file,
                .bytes = bytes}};
        uint64_t value;
        if (!apply(l, &op, &value)) {
            return false;
        }
    }
    return true;
}

static bool make_file(struct layout *l, const char *name, uint32_t id, uint64_t *object)
{
    uint64_t pages = 1;
    for (size_t i = 0; i < l->n; i++) {
        uint64_t end = l->piece[i].offset + l->piece[i].pages;
        pages = strcmp(l->piece[i].name, name) == 0 && end > pages ? end : pages;
    }
    struct vm_op op = {
        .kind = vm_op_kind_file, .u.file = {.name = id, .bytes = pages * TRUTH_PAGE}};
    return apply(l, &op, object) && load(l, name, (uint32_t)*object);
}

static bool execute(struct layout *l, uint64_t *program, uint64_t *loader)
{
    struct vm_config config;
    uint64_t value;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = FRAMES;
    bool fixed = extent(l, l->program).start < FIXED_BELOW, alone = !l->interpreter;
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 3}};
    if (vm_machine_new(&config, &l->machine) != VM_OK || !make_file(l, l->program, 1, program) ||
        (!alone && !make_file(l, l->interpreter, 2, loader)) || !apply(l, &start, &value)) {
        return false;
    }
    l->pid = (vm_pid)value;
    l->tid = vm_process_task(l->machine, l->pid);
    enum vm_link_kind kind = fixed   ? alone ? vm_link_kind_static_fixed : vm_link_kind_fixed
                             : alone ? vm_link_kind_static_pie
                                     : vm_link_kind_pie;
    struct vm_op link = {
        .kind = vm_op_kind_link, .u.link = {.object = *program, .kind = (uint64_t)kind}};
    struct vm_op needs = {.kind = vm_op_kind_interpreter,
        .u.interpreter = {.object = *program, .interpreter = *loader}};
    struct vm_op execve = {
        .kind = vm_op_kind_execve, .u.execve = {.tid = l->tid, .program = *program}};
    return apply(l, &link, &value) && (alone || apply(l, &needs, &value)) &&
           apply(l, &execve, &value);
}

static void compare(
    struct layout *l, size_t index, const char *what, const struct piece *want, struct piece got)
{
    char expected[48], found[48];
    if (!want->pages) {
        return; /* the program has none */
    }
    got.pages = got.pages ? got.pages : want->pages; /* a heap begins without pages */
    snprintf(
        expected, sizeof expected, "0x%" PRIx64 ", %" PRIu64 " pages", want->start, want->pages);
    snprintf(found, sizeof found, "0x%" PRIx64 ", %" PRIu64 " pages", got.start, got.pages);
    truth_count(l->report, TRUTH_VMAS, strcmp(expected, found) == 0, l->program, index, what,
        expected, found);
}

/* From the first to the last mapping of an object, or the n-th one of a kind. */
static struct piece found(const struct layout *l, uint32_t object, enum vm_vma_kind kind, size_t n)
{
    struct piece sum = {0};
    struct vm_vma_view vma;
    for (vm_vpn at = 0; vm_vma_next(l->machine, l->pid, at, &vma); at = vma.end) {
        bool fits = object ? vma.object == object : vma.kind == kind && n-- == 0;
        if (fits) {
            sum.start = sum.pages ? sum.start : vma.start * TRUTH_PAGE;
            sum.pages = vma.end - sum.start / TRUTH_PAGE;
        }
    }
    return sum;
}

static void run(struct layout *l)
{
    static const struct {
        const char *name;
        enum vm_vma_kind kind;
        size_t n;
    } lent[] = {{"[vvar]", vm_vma_kind_vvar, 0}, {"[vvar_vclock]", vm_vma_kind_vvar, 1},
        {"[vdso]", vm_vma_kind_vdso, 0}, {"[stack]", vm_vma_kind_stack, 0}};
    uint64_t program = 0, loader = 0;
    size_t index = 0;
    if (execute(l, &program, &loader)) {
        struct piece want = extent(l, l->program);
        compare(l, ++index, "program", &want, found(l, (uint32_t)program, vm_vma_kind_none, 0));
        if (l->interpreter) {
            want = extent(l, l->interpreter);
            compare(
                l, ++index, l->interpreter, &want, found(l, (uint32_t)loader, vm_vma_kind_none, 0));
        }
        want = extent(l, "[heap]");
        compare(l, ++index, "[heap]", &want,
            (struct piece){.start = vm_process_brk(l->machine, l->pid)});
        for (size_t i = 0; i < sizeof lent / sizeof lent[0]; i++) {
            want = extent(l, lent[i].name);
            compare(l, ++index, lent[i].name, &want, found(l, 0, lent[i].kind, lent[i].n));
        }
    } else {
        truth_count(
            l->report, TRUTH_SIGNALS, false, l->program, 0, "execve", "done", "the engine refuses");
    }
    vm_machine_free(l->machine);
}

bool truth_layout(
    const struct truth_file *file, const json_value *root, struct truth_report *report)
{
    size_t n = 0;
    for (const json_value *v = json_first(root); v; v = json_next(v), n++) {
        struct layout layout = {.report = report};
        if (!read_layout(v, &layout)) {
            truth_complain(file, "aslr_off", n, 0,
                "a layout is a program's name and {\"aslr_off\": [{\"start\", \"pages\", "
                "\"perms\", \"file_off_pages\", \"name\"}]}");
            return false;
        }
        run(&layout);
    }
    return true;
}

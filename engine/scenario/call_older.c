/* SPDX-License-Identifier: MIT
 * Calls on machines without pages: segments (place, share, resize, unload, swap_out, swap_in), and
 * memory in pieces (alloc, release, cache, shrink); and the directive `compact`.
 */
#include "scenario/call.h"

#include "vm/older.h"

#include <string.h>

static bool is_kind(const struct call *call, enum vm_machine_kind kind)
{
    return call->run->config.kind == kind;
}

/* One of the machines whose processes have segments; else it is said. */
static bool segments(struct call *call)
{
    return is_kind(call, vm_machine_kind_base_bounds) ||
           is_kind(call, vm_machine_kind_segmentation) ||
           run_error(call->run, call->expr->place, "machine segmentation, or machine base-bounds",
               "`%.20s` is for machines with segments", call->expr->text);
}

/* One of the machines where programs ask for pieces themselves. */
static bool pieces(struct call *call)
{
    enum vm_machine_kind kind = call->run->config.kind;
    return (kind >= vm_machine_kind_free_list && kind <= vm_machine_kind_slab) ||
           run_error(call->run, call->expr->place, "machine free-list, buddy or slab",
               "`%.20s` is for machines that give memory in pieces", call->expr->text);
}

static uint64_t segment_most(const struct call *call)
{
    return UINT64_C(1) << (call->run->config.va_bits - call->run->config.segment_bits);
}

static bool size(struct call *call, const struct expr *argument, uint64_t most, uint64_t *out)
{
    struct value value;
    if (!eval(call->run, call->actor, argument, &value)) {
        return false;
    }
    *out = value.number;
    return (value.number && value.number <= most) ||
           run_error(call->run, argument->place, "like 2K, or 100",
               "a size is 1 to %llu bytes here", (unsigned long long)most);
}

/* at 28K, segment 3 */
static bool place_valued(struct call *call, const struct expr *argument, struct vm_op_place *op)
{
    struct value value;
    if (!eval(call->run, call->actor, argument->left, &value)) {
        return false;
    }
    if (strcmp(argument->text, "at") == 0) {
        op->at = value.number + 1;
        uint64_t start = call->run->config.memory_base;
        uint64_t least = start + (op->down ? op->bytes : 0);
        bool within = value.number >= least && value.number <= start + call->run->config.memory;
        return within || run_error(call->run, argument->left->place, "like at 32K",
                             "this address is not in the memory that is given in pieces, 0x%llx to "
                             "0x%llx",
                             (unsigned long long)start,
                             (unsigned long long)(start + call->run->config.memory));
    }
    if (strcmp(argument->text, "segment") == 0) {
        op->number = value.number + 1;
        uint64_t most = UINT64_C(1) << call->run->config.segment_bits;
        return value.number < most ||
               run_error(call->run, argument->left->place, "the first one is segment 0",
                   "this machine has %llu segments", (unsigned long long)most);
    }
    return run_error(call->run, argument->place, "at 32K, segment 1", "there is no `%.40s` here",
        argument->text);
}

static bool place_word(struct call *call, const struct expr *argument, struct vm_op_place *op)
{
    const char *word = call_word(argument);
    if (argument->kind == EXPR_WORD && argument->left) {
        return place_valued(call, argument, op);
    }
    if (word && strcmp(word, "down") == 0) {
        op->down = 1;
        return call->run->config.segment_bits ||
               run_error(call->run, argument->place, "machine segmentation",
                   "base and bounds grow upwards only");
    }
    int prot = word ? prot_of(word) : -1;
    if (prot >= 0) {
        op->prot = (uint64_t)prot;
        return true;
    }
    return run_error(call->run, argument->place, "rx, rw, down, at 32K, segment 1",
        "expected rights, `down`, a place or a number");
}

/* A number that is taken, or one process too many of them, is a mistake of the text. */
static bool number_free(struct call *call, uint64_t wanted)
{
    struct vm_segment_view view;
    const vm_machine *m = run_machine(call->run);
    uint32_t most = UINT32_C(1) << call->run->config.segment_bits;
    for (uint32_t n = 0; !wanted && n < most; n++) {
        if (!vm_segment_numbered(m, call->actor->pid, n, &view)) {
            return true;
        }
    }
    return (wanted && !vm_segment_numbered(m, call->actor->pid, (uint32_t)wanted - 1, &view)) ||
           run_error(call->run, call->expr->place,
               most > 1 ? "unload(x) gives one back" : "resize(x, 8K) makes it larger",
               wanted ? "the process has a segment of this number already"
                      : "the process has all its segments already, %u",
               most);
}

static uint32_t name_of(struct call *call)
{
    return call->name ? name_id(&call->run->names, call->name) : 0;
}

bool call_place(struct call *call)
{
    struct vm_op_place op = {
        .tid = call->actor->tid, .prot = vm_prot_bit_read | vm_prot_bit_write | vm_prot_bit_exec};
    uint64_t most = segment_most(call);
    most = most < call->run->config.memory ? most : call->run->config.memory;
    if (!segments(call) || !size(call, call->argument[0], most, &op.bytes)) {
        return false;
    }
    for (unsigned i = 1; i < call->arguments; i++) {
        if (!place_word(call, call->argument[i], &op)) {
            return false;
        }
    }
    op.name = name_of(call);
    if (!number_free(call, op.number)) {
        return false;
    }
    if (op.down && op.at && op.at - 1 < op.bytes) {
        return run_error(call->run, call->expr->place, "down, at 28K: it ends there",
            "a segment that grows down lies below its place");
    }
    return call_apply(call, (struct vm_op){.kind = vm_op_kind_place, .u.place = op}) &&
           call_keep(call, op.bytes);
}

/* The segment that an argument names: an address in it. */
static bool segment_named(struct call *call, const struct expr *argument,
    const struct actor **owner, struct vm_segment_view *out)
{
    struct value value;
    if (!segments(call) || !eval(call->run, call->actor, argument, &value)) {
        return false;
    }
    *owner = value.owner ? value.owner : call->actor;
    return vm_segment_at(run_machine(call->run), (*owner)->pid, value.number, out) ||
           run_error(call->run, argument->place, "the name that place gave, or an address in it",
               "there is no segment at 0x%llx", (unsigned long long)value.number);
}

bool call_share(struct call *call)
{
    const struct actor *owner = NULL;
    struct vm_segment_view view;
    if (!segment_named(call, call->argument[0], &owner, &view)) {
        return false;
    }
    struct vm_op_place words = {.prot = view.prot};
    for (unsigned i = 1; i < call->arguments; i++) {
        if (!place_word(call, call->argument[i], &words)) {
            return false;
        }
    }
    if (words.at || words.down != 0) {
        return run_error(call->run, call->expr->place, "share(A.code, rx)",
            "shared memory lies where it lies, and grows as it grows");
    }
    if (!view.present) {
        return run_error(
            call->run, call->argument[0]->place, "A: swap_in() first", "this segment is on disk");
    }
    struct vm_op op = {.kind = vm_op_kind_share,
        .u.share = {.tid = call->actor->tid,
            .pid = owner->pid,
            .of = view.number,
            .number = words.number,
            .prot = words.prot,
            .name = name_of(call)}};
    return number_free(call, words.number) && call_apply(call, op) && call_keep(call, view.bytes);
}

bool call_resize(struct call *call)
{
    const struct actor *owner = NULL;
    struct vm_segment_view view;
    uint64_t bytes;
    if (!segment_named(call, call->argument[0], &owner, &view) ||
        !size(call, call->argument[1], segment_most(call), &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_resize,
        .u.resize = {.tid = call->actor->tid, .number = view.number, .bytes = bytes}};
    return call_apply(call, op) && call_keep(call, bytes);
}

bool call_unload(struct call *call)
{
    const struct actor *owner = NULL;
    struct vm_segment_view view;
    if (!segment_named(call, call->argument[0], &owner, &view)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_unload, .u.unload = {.tid = call->actor->tid, .number = view.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_swap(struct call *call, bool in)
{
    struct vm_op op = {.kind = vm_op_kind_swap_out, .u.swap_out = {.pid = call->actor->pid}};
    if (in) {
        op = (struct vm_op){.kind = vm_op_kind_swap_in, .u.swap_in = {.pid = call->actor->pid}};
    }
    return segments(call) && call_apply(call, op);
}

bool run_compact(vm_run *run, const struct statement *statement)
{
    struct vm_op op = {.kind = vm_op_kind_compact};
    if (run->config.kind != vm_machine_kind_base_bounds &&
        run->config.kind != vm_machine_kind_segmentation) {
        return run_error(run, statement->place, "machine segmentation, or machine base-bounds",
            "only what has a base register can be moved: here programs hold the addresses "
            "themselves");
    }
    return run_apply(run, statement->place, &op);
}

/* alloc(100); with slabs alloc(inodes), where inodes = cache(600). */
bool call_alloc(struct call *call)
{
    struct value value;
    uint64_t slabs, objects;
    bool caches = is_kind(call, vm_machine_kind_slab);
    if (!pieces(call) || !call_number(call, 0, &value)) {
        return false;
    }
    if (caches && !vm_cache_at(run_machine(call->run), value.number, &slabs, &objects)) {
        return run_error(call->run, call->argument[0]->place,
            "inodes = cache(600), then p = alloc(inodes)", "expected a cache");
    }
    if (!caches && !size(call, call->argument[0], UINT64_C(1) << 40, &value.number)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_alloc,
        .u.alloc = {.tid = call->actor->tid,
            .bytes = caches ? 0 : value.number,
            .cache = caches ? value.number : 0}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_release(struct call *call)
{
    struct value value;
    if (!pieces(call) || !call_number(call, 0, &value)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_release, .u.release = {.tid = call->actor->tid, .pa = value.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

static bool slabs_only(struct call *call)
{
    return is_kind(call, vm_machine_kind_slab) ||
           run_error(call->run, call->expr->place, "machine slab",
               "`%.20s` is for the machine with slabs", call->expr->text);
}

bool call_cache(struct call *call)
{
    struct vm_op_cache op = {.tid = call->actor->tid, .name = name_of(call)};
    uint64_t memory = call->run->config.memory;
    if (!slabs_only(call) || !size(call, call->argument[0], memory, &op.bytes) ||
        (call->arguments > 1 && !size(call, call->argument[1], memory, &op.slab))) {
        return false;
    }
    if (op.slab &&
        (op.slab & (op.slab - 1) || op.slab < op.bytes || op.slab < call->run->config.align)) {
        return run_error(call->run, call->argument[1]->place, "like 4K or 8K",
            "a slab is a block of the buddies': a power of two, at least %u, with room for an "
            "object",
            call->run->config.align);
    }
    return call_apply(call, (struct vm_op){.kind = vm_op_kind_cache, .u.cache = op}) &&
           call_keep(call, 0);
}

bool call_shrink(struct call *call)
{
    struct value value;
    uint64_t slabs, objects;
    if (!slabs_only(call) || !call_number(call, 0, &value)) {
        return false;
    }
    if (!vm_cache_at(run_machine(call->run), value.number, &slabs, &objects)) {
        return run_error(
            call->run, call->argument[0]->place, "inodes = cache(600)", "expected a cache");
    }
    struct vm_op op = {
        .kind = vm_op_kind_shrink, .u.shrink = {.tid = call->actor->tid, .cache = value.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

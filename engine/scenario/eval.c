/* SPDX-License-Identifier: MIT
 * Expressions to numbers: 64 bits, unsigned, wrapping around. An address remembers whose it is and
 * how long its mapping is. Reading memory in an action is an operation of its own, so `*x` is a
 * value only where nobody acts, in expect, and in bodies, which read it first (thread_value.c).
 */
#include "scenario/thread.h"

#include <string.h>

uint64_t page_bytes(const vm_run *run)
{
    return UINT64_C(1) << run->config.page_shift;
}

/* splitmix64 over the machine's seed */
uint64_t random_draw(vm_run *run, uint64_t from, uint64_t to)
{
    uint64_t span = to - from + 1; /* 0: all 64 bits */
    uint64_t limit = span ? UINT64_MAX - UINT64_MAX % span : 0, z;
    do {
        z = run->random += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
    } while (span && z >= limit);
    return span ? from + z % span : z;
}

static bool eval_name(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out)
{
    if (expr->parts == 1 && actor && actor->is_thread &&
        thread_local_value(run, (const struct thread *)actor, expr->text, out)) {
        return true;
    }
    if (expr->parts == 1) {
        for (size_t i = run->variables; i-- > 0;) {
            if (strcmp(run->variable[i].name, expr->text) == 0) {
                *out = (struct value){.number = run->variable[i].value};
                return true;
            }
        }
        if (strcmp(expr->text, "none") == 0) {
            *out = (struct value){.number = VALUE_NONE};
            return true;
        }
    }
    unsigned skip = 0;
    const struct actor *owner = eval_whose(run, actor, expr, &skip);
    if (owner && lookup_in(run, owner, expr->part + skip, expr->parts - skip, out)) {
        return true;
    }
    if (owner) {
        return lookup_failed(run, owner, expr);
    }
    if (actor && lookup_in(run, actor, expr->part, expr->parts, out)) {
        return true;
    }
    bool known = false;
    if (!actor && expr->parts == 1) {
        bool ok = eval_word(run, actor, expr, out, &known);
        if (known) {
            return ok;
        }
    }
    return actor ? lookup_failed(run, actor, expr) : lookup_common(run, expr, out);
}

static bool eval_binary(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out)
{
    struct value a, b;
    if (!eval(run, actor, expr->left, &a)) {
        return false;
    }
    if ((expr->op == OP_AND && !a.number) || (expr->op == OP_OR && a.number)) {
        *out = (struct value){.number = a.number != 0};
        return true;
    }
    bool word = expr->op <= OP_NE && (eval_task_word(expr->left, expr->right, &b) ||
                                         eval_parent_word(run, expr->left, expr->right, &b) ||
                                         eval_owner_word(run, expr->left, expr->right, &b));
    if (!word && !eval(run, actor, expr->right, &b)) {
        return false;
    }
    uint64_t x = a.number, y = b.number, n = 0;
    *out = a.owner ? a : b.owner ? b : a;
    out->bytes = 0;
    switch ((enum operator_kind)expr->op) {
    case OP_ADD:
        n = x + y;
        break;
    case OP_SUB:
        n = x - y;
        break;
    case OP_MUL:
        n = x * y;
        break;
    case OP_BAND:
        n = x & y;
        break;
    case OP_BOR:
        n = x | y;
        break;
    case OP_SHL:
        n = y < 64 ? x << y : 0;
        break;
    case OP_SHR:
        n = y < 64 ? x >> y : 0;
        break;
    case OP_DIV:
    case OP_MOD:
        if (y == 0) {
            return run_error(run, expr->place, "the right side must not be 0", "division by zero");
        }
        n = expr->op == OP_DIV ? x / y : x % y;
        break;
    default:
        *out = (struct value){0};
        n = expr->op == OP_EQ   ? x == y
            : expr->op == OP_NE ? x != y
            : expr->op == OP_LT ? x < y
            : expr->op == OP_LE ? x <= y
            : expr->op == OP_GT ? x > y
            : expr->op == OP_GE ? x >= y
                                : y != 0; /* and, or: the left side has decided nothing */
        break;
    }
    out->number = n;
    return true;
}

static bool eval_page(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    const struct expr *start = call->arguments;
    if (!start || !start->next || start->next->next) {
        return run_error(run, call->place, "page(heap, 5) is the sixth page of heap",
            "expected page(address, number)");
    }
    struct value number;
    if (!eval(run, actor, start, out) || !eval(run, actor, start->next, &number)) {
        return false;
    }
    uint64_t bytes = page_bytes(run);
    out->number = (out->number & ~(bytes - 1)) + number.number * bytes;
    out->bytes = bytes;
    out->address = true;
    return true;
}

static bool eval_plain(uint64_t number, struct value *out)
{
    *out = (struct value){.number = number};
    return true;
}

static bool eval_random(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    const struct expr *range = call->arguments;
    if (!range || range->kind != EXPR_RANGE || range->next) {
        return run_error(run, call->place, "random(0..9) draws one of ten numbers",
            "expected random(first..last)");
    }
    if (!run_machine(run)) {
        return run_error(run, call->place, "draw in an action, not in a declaration",
            "random needs the machine's seed");
    }
    struct value from, to;
    if (!eval(run, actor, range->left, &from) || !eval(run, actor, range->right, &to)) {
        return false;
    }
    if (to.number < from.number) {
        return run_error(run, range->place, "write the smaller number first", "the range is empty");
    }
    return run->now ? thread_draw(run, from.number, to.number, out)
                    : eval_plain(random_draw(run, from.number, to.number), out);
}

static bool eval_call(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out)
{
    if (expr->parts == 1 && strcmp(expr->text, "page") == 0) {
        return eval_page(run, actor, expr, out);
    }
    if (expr->parts == 1 && strcmp(expr->text, "random") == 0) {
        return eval_random(run, actor, expr, out);
    }
    bool known = false, ok = eval_word(run, actor, expr, out, &known);
    if (known) {
        return ok;
    }
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    size_t n;
    const char *const *words = expect_words(&n);
    suggestion_begin(&suggestion, expr->text);
    for (size_t i = 0; i < n; i++) {
        suggestion_offer(&suggestion, words[i]);
    }
    bool action = action_named(expr->text) != ACTION_NONE;
    suggestion_hint(&suggestion,
        action ? "write it as an action of its own: A: x = …"
               : "frames(x), resident(x), frame(x), pa(x), page(x, n), random(a..b)",
        hint);
    return run_error(run, expr->place, hint, "`%.60s` is no value", expr->text);
}

static bool eval_deref(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out)
{
    if (actor && run->now) {
        return thread_read(run, actor, expr, out);
    }
    if (actor) {
        return run_error(run, expr->place, "read it into a name first: r = *heap",
            "memory is read by an action of its own");
    }
    struct value at;
    if (!eval(run, actor, expr->left, &at)) {
        return false;
    }
    uint64_t first = 0;
    bool found = false;
    for (size_t i = 0; i < run->actors; i++) {
        const struct actor *one = &run->actor[i];
        bool mine = at.shared || !at.owner || at.owner == one;
        uint64_t word = 0;
        if (!mine || !is_alive(run, one) ||
            !vm_value(run_machine(run), one->pid, at.number, &word)) {
            continue;
        }
        if (found && word != first) {
            return run_error(run, expr->place, "say whose, like *A.heap",
                "the word at 0x%llx is different in two processes", (unsigned long long)at.number);
        }
        first = word;
        found = true;
    }
    *out = (struct value){.number = first};
    return found || run_error(run, expr->place, "map it first, or look at another address",
                        "no process can read 0x%llx", (unsigned long long)at.number);
}

bool eval_constant(vm_run *run, const struct expr *expr, uint64_t *out)
{
    struct value value;
    if (!eval(run, NULL, expr, &value)) {
        return false;
    }
    *out = value.number;
    return true;
}

bool eval(vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out)
{
    *out = (struct value){0};
    switch ((enum expr_kind)expr->kind) {
    case EXPR_NUMBER:
        out->number = expr->value;
        return true;
    case EXPR_NAME:
        return eval_name(run, actor, expr, out);
    case EXPR_BINARY:
        return eval_binary(run, actor, expr, out);
    case EXPR_CALL:
        return eval_call(run, actor, expr, out);
    case EXPR_DEREF:
        return eval_deref(run, actor, expr, out);
    case EXPR_NOT:
    case EXPR_MINUS:
        if (!eval(run, actor, expr->left, out)) {
            return false;
        }
        *out = (struct value){.number = expr->kind == EXPR_NOT ? !out->number : 0 - out->number};
        return true;
    case EXPR_PAGES:
        if (!eval(run, actor, expr->left, out)) {
            return false;
        }
        if (out->number > UINT64_MAX / page_bytes(run)) {
            return run_error(run, expr->place, "ask for fewer pages", "so many pages do not exist");
        }
        out->number *= page_bytes(run);
        return true;
    case EXPR_STRING:
        return run_error(
            run, expr->place, "numbers: 12, 0x1f, 4K, 2 pages", "found a text, expected a number");
    case EXPR_PATH:
    case EXPR_RANGE:
    case EXPR_WORD:
    case EXPR_LIST:
        break;
    }
    return run_error(run, expr->place, "numbers: 12, 0x1f, 4K, 2 pages", "expected a number here");
}

/* SPDX-License-Identifier: MIT
 * The text of an operation: statements separated by `;`, each a process and what it does, and at
 * the end `-> ` what becomes of it. Unknown words are an error that names the known ones.
 */
#include "command/truth_text.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *name;
    enum vm_signo signo;
    enum vm_si_code code;
} signals[] = {
    {"SIGSEGV", vm_signo_sigsegv, vm_si_code_none}, {"SIGBUS", vm_signo_sigbus, vm_si_code_none}};
static const struct {
    const char *name;
    enum vm_si_code code;
} codes[] = {
    {"MAPERR", vm_si_code_maperr}, {"ACCERR", vm_si_code_accerr}, {"ADRERR", vm_si_code_adrerr}};

void truth_names_begin(struct truth_names *names, uint64_t largest)
{
    int64_t stride = (int64_t)((largest + 255) / 256 * 256);
    *names = (struct truth_names){.moved = -1,
        .stride = stride ? stride : 256,
        .next_place = stride ? stride : 256,
        .regions = 2,
        .whos = 1};
    names->region[0] = (struct truth_region){.name = 'A', .placed = true};
    names->region[1] = (struct truth_region){.name = 'H', .placed = true, .heap = true};
    strcpy(names->who[0], "P");
}

static bool parse_signal(struct cursor *cursor, struct truth_outcome *out)
{
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (text_take(cursor, signals[i].name)) {
            out->ending = TRUTH_SIGNAL;
            out->signo = signals[i].signo;
        }
    }
    if (out->ending != TRUTH_SIGNAL) {
        return false;
    }
    if (text_take(cursor, "at")) {
        out->paged = true;
        if (!text_take(cursor, "page") || !text_number(cursor, TRUTH_PAGES_MAX, &out->page)) {
            return text_fail(cursor, "write `at page N`");
        }
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (text_take(cursor, codes[i].name)) {
            out->code = codes[i].code;
        }
    }
    return true;
}

static bool parse_errno(struct cursor *cursor, struct truth_outcome *out)
{
    for (unsigned e = 1; e < vm_errno_code_count; e++) {
        char upper[16];
        const char *name = vm_enum_name("errno_code", e);
        size_t n = 0;
        for (; name[n] && n + 1 < sizeof upper; n++) {
            upper[n] = (char)toupper((unsigned char)name[n]);
        }
        upper[n] = '\0';
        if (text_take(cursor, upper)) {
            out->ending = TRUTH_ERRNO;
            out->error = (enum vm_errno_code)e;
            return true;
        }
    }
    return false;
}

static bool parse_outcome(struct cursor *cursor, struct truth_outcome *out)
{
    if (!text_take(cursor, "->")) {
        return true;
    }
    if (parse_signal(cursor, out) || parse_errno(cursor, out)) {
        return true;
    }
    return text_unknown(cursor, "outcome",
        "SIGSEGV or SIGBUS [at page N] [MAPERR|ACCERR|ADRERR], or an errno like ENOMEM");
}

/* One capital letter, or T and digits, then a blank. */
static size_t who_length(const char *text)
{
    size_t n = text[0] >= 'A' && text[0] <= 'Z' ? 1 : 0;
    while (n && text[0] == 'T' && isdigit((unsigned char)text[n]) && n < TRUTH_WHO - 1) {
        n++;
    }
    return n && (text[n] == ' ' || text[n] == '\0') ? n : 0;
}

static bool parse_who(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *statement)
{
    cursor->at += strspn(cursor->text + cursor->at, " \t");
    const char *here = cursor->text + cursor->at;
    size_t n = who_length(here);
    snprintf(statement->who, sizeof statement->who, "%.*s", n ? (int)n : 1, n ? here : "P");
    bool known = n > 1;
    char list[TRUTH_REGIONS * 3] = "";
    for (size_t i = 0; i < names->whos; i++) {
        known = known || strcmp(names->who[i], statement->who) == 0;
        snprintf(list + strlen(list), sizeof list - strlen(list), " %s", names->who[i]);
    }
    if (!known) {
        return text_fail(cursor,
            "there is no process %s yet: so far there are%s; `P fork %s` makes one", statement->who,
            list, statement->who);
    }
    cursor->at += n;
    return true;
}

/* What stands in parentheses at the end of a statement and is no place is a remark. */
static void pass_remark(struct cursor *cursor)
{
    size_t at = cursor->at + strspn(cursor->text + cursor->at, " \t");
    if (cursor->text[at] == '(') {
        const char *close = strchr(cursor->text + at, ')');
        cursor->at = close ? (size_t)(close - cursor->text) + 1 : cursor->at;
    }
}

bool truth_parse(struct truth_names *names, const char *text, struct truth_op *op,
    char problem[TRUTH_PROBLEM], size_t *at)
{
    struct cursor cursor = {.text = text, .problem = problem};
    *op = (struct truth_op){.n = 0};
    problem[0] = '\0';
    if (strlen(text) >= sizeof op->text) {
        text_fail(&cursor, "the operation is longer than %d characters", TRUTH_TEXT - 1);
    }
    snprintf(op->text, sizeof op->text, "%s", text);
    bool more = true, good = !problem[0];
    while (good && more) {
        struct truth_statement *statement = &op->statement[op->n];
        if (op->n == TRUTH_STATEMENTS) {
            good = text_fail(&cursor, "an operation has at most %d statements", TRUTH_STATEMENTS);
            break;
        }
        *statement = (struct truth_statement){.region = -1};
        good = parse_who(names, &cursor, statement) && verb_parse(names, &cursor, statement);
        op->n++;
        pass_remark(&cursor);
        more = text_take(&cursor, ";");
    }
    good = good && parse_outcome(&cursor, &op->outcome);
    if (good && !text_end(&cursor)) {
        good = text_unknown(&cursor, "word", "the operation could end before it");
    }
    *at = cursor.at;
    return good;
}

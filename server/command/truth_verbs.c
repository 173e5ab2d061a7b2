/* SPDX-License-Identifier: MIT
 * What a process does, by its first word.
 */
#include "command/truth_text.h"

#include <string.h>

/* ---- the other calls on memory ---- */
static bool parse_range(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    return region_range(names, cursor, out);
}

static bool parse_mprotect(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    return region_range(names, cursor, out) && region_prot(cursor, out);
}

static bool parse_madvise(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    static const char known[] =
        "NORMAL, RANDOM, SEQUENTIAL, WILLNEED, DONTNEED, FREE, REMOVE, PAGEOUT, COLD, "
        "POPULATE_READ, POPULATE_WRITE, HUGEPAGE, NOHUGEPAGE, DONTFORK, DOFORK";
    for (unsigned a = 0; a < vm_advice_count; a++) {
        const char *words = vm_enum_words("advice", a);
        if (text_take(cursor, words + strlen("MADV_"))) {
            out->flags = a;
            return region_range(names, cursor, out);
        }
    }
    return text_unknown(cursor, "advice", known);
}

static bool parse_msync(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    if (text_take(cursor, "ASYNC")) {
        out->flags = vm_msync_bit_async;
    } else if (text_take(cursor, "SYNC")) {
        out->flags = vm_msync_bit_sync;
    } else {
        return text_unknown(cursor, "msync flag", "ASYNC or SYNC");
    }
    struct cursor ahead = *cursor;
    if (!text_end(&ahead) && !text_is(&ahead, ";") && !text_is(&ahead, "->")) {
        return region_range(names, cursor, out);
    }
    out->region = 0; /* all of A */
    out->to = names->region[0].pages;
    return out->to > 0 || text_fail(cursor, "msync without a range means all of A: map A first");
}

/* mremap A 64 -> 128 in place; mremap A 128 -> A+600 192; mremap B 192 -> 64 */
static bool parse_mremap(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    static const char form[] =
        "mremap is written A 64 -> 128 in place, A 128 -> A+600 192 (moved), or B 192 -> 64";
    uint64_t pages = 0, target = 0;
    int base = 0;
    if (!region_known(names, cursor, &out->region)) {
        return false;
    }
    if (!text_number(cursor, TRUTH_PAGES_MAX, &out->to) || !text_take(cursor, "->")) {
        return text_fail(cursor, "%s", form);
    }
    if (!text_number(cursor, TRUTH_PAGES_MAX, &pages)) {
        out->moves = true;
        if (!region_known(names, cursor, &base) || !text_take(cursor, "+") ||
            !text_number(cursor, TRUTH_PAGES_MAX, &target) ||
            !text_number(cursor, TRUTH_PAGES_MAX, &pages)) {
            return text_fail(cursor, "%s", form);
        }
        out->target = names->region[base].page + (int64_t)target;
        out->flags = vm_mremap_bit_maymove | vm_mremap_bit_fixed;
        names->moved = out->target;
        names->moved_pages = pages;
    } else {
        text_take(cursor, "in place");
        names->region[out->region].pages = pages;
    }
    out->pages = (int64_t)pages;
    region_reaches(
        names, (out->moves ? out->target : names->region[out->region].page) + out->pages);
    return true;
}

static bool parse_brk(struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    uint64_t pages;
    bool down = text_take(cursor, "-");
    out->region = region_named(names, 'H');
    if ((!down && !text_take(cursor, "+")) || !text_number(cursor, TRUTH_PAGES_MAX, &pages)) {
        return text_fail(cursor, "brk takes pages up or down, like brk +64 or brk -16");
    }
    out->pages = down ? -(int64_t)pages : (int64_t)pages;
    return true;
}

/* ---- touching ---- */
static const char *const ordinals[] = {"one", "first", "second", "third", "fourth"};

/* read A[0..64), read-every-16th A[0..64), write-one-page-per-2MiB A regions 1..64 */
static bool parse_touch(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    uint64_t size = 0;
    out->step = 1;
    if (text_take(cursor, "read") || text_take(cursor, "write")) {
        return region_range(names, cursor, out);
    }
    cursor->at += strcspn(cursor->text + cursor->at, "-") + 1;
    if (strncmp(cursor->text + cursor->at, "every-", 6) == 0) {
        cursor->at += 6;
        if (!text_digits(cursor, TRUTH_PAGES_MAX, &out->step) || !out->step ||
            (!text_take(cursor, "th") && !text_take(cursor, "nd") && !text_take(cursor, "rd"))) {
            return text_fail(cursor, "write every-16th");
        }
        return region_range(names, cursor, out);
    }
    for (size_t i = 0; i < sizeof ordinals / sizeof ordinals[0]; i++) {
        size_t n = strlen(ordinals[i]);
        if (strncmp(cursor->text + cursor->at, ordinals[i], n) == 0) {
            out->within = i ? i - 1 : 0;
            cursor->at += n;
            break;
        }
    }
    if (strncmp(cursor->text + cursor->at, "-page-per-", 10) != 0) {
        return text_fail(cursor, "touches are written read, read-every-16th, "
                                 "write-one-page-per-2MiB or write-second-page-per-2MiB");
    }
    cursor->at += 10;
    if (!text_digits(cursor, 1024, &size) || !size) {
        return text_fail(cursor, "write per-2MiB");
    }
    bool mib = text_take(cursor, "MiB");
    if (!mib && !text_take(cursor, "KiB")) {
        return text_fail(cursor, "write per-2MiB or per-64KiB");
    }
    out->step = mib ? size << 8 : size / 4;
    if (out->within >= out->step) {
        return text_fail(cursor, "there is no such page in that many bytes");
    }
    if (!region_known(names, cursor, &out->region) || !text_take(cursor, "regions") ||
        !text_number(cursor, 1 << 20, &out->from) || !text_take(cursor, "..") ||
        !text_number(cursor, 1 << 20, &out->to) || out->to < out->from ||
        out->to * out->step > TRUTH_PAGES_MAX) {
        return text_fail(cursor, "write A regions 1..64: both ends count, and there must be room");
    }
    out->from *= out->step; /* `to` is the first page of the last one, and one more */
    out->to = out->to * out->step + 1;
    region_reaches(names, names->region[out->region].page + (int64_t)(out->to + out->step));
    return true;
}

static bool parse_transfer(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    out->backing = out->verb == TRUTH_SYS_READ ? TRUTH_DEV_ZERO : TRUTH_DEV_NULL;
    if (text_take(cursor, "(file)")) {
        out->backing = TRUTH_FILE;
    } else if (text_take(cursor, "(/dev/zero)")) {
        out->backing = TRUTH_DEV_ZERO;
    } else if (text_take(cursor, "(/dev/null)")) {
        out->backing = TRUTH_DEV_NULL;
    } else if (text_is(cursor, "(")) {
        return text_unknown(cursor, "file", "(file), (/dev/zero) or (/dev/null)");
    }
    const char *word = out->verb == TRUTH_SYS_READ ? "into" : "from";
    if (!text_take(cursor, word)) {
        return text_unknown(cursor, "word", "sys_read … into A[0..64), sys_write … from A[0..64)");
    }
    if (text_take(cursor, "unmapped")) {
        out->to = 1;
        return true;
    }
    if (!region_range(names, cursor, out)) {
        return false;
    }
    uint64_t n = out->to - out->from;
    if (out->backing == TRUTH_FILE && out->verb == TRUTH_SYS_READ) {
        names->file_pages = n > names->file_pages ? n : names->file_pages;
    }
    return true;
}

/* ---- processes ---- */
static bool parse_begin(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    size_t before = cursor->at;
    if (!text_word(cursor, out->other, sizeof out->other) || out->other[0] < 'A' ||
        out->other[0] > 'Z' ||
        (out->verb != TRUTH_THREAD && out->verb != TRUTH_JOIN && out->other[1])) {
        cursor->at = before;
        return text_fail(cursor, "who begins has a capital letter (a thread: T1)");
    }
    if (out->verb == TRUTH_THREAD || out->verb == TRUTH_JOIN) {
        return true;
    }
    for (size_t i = 0; i < names->whos; i++) {
        if (strcmp(names->who[i], out->other) == 0) {
            return true; /* a letter may be used again after an exit */
        }
    }
    if (names->whos == TRUTH_REGIONS) {
        return text_fail(cursor, "a script has at most %d processes", TRUTH_REGIONS);
    }
    memcpy(names->who[names->whos++], out->other, sizeof out->other);
    return true;
}

/* recurse 300 (pages), malloc 1000 (bytes). */
static bool parse_count(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    (void)names;
    return text_number(cursor, TRUTH_PAGES_MAX, &out->to) ||
           text_fail(cursor, "how many? recurse takes pages, malloc bytes");
}

static bool parse_bare(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    (void)names;
    (void)cursor;
    (void)out;
    return true;
}

static const struct {
    const char *word;
    bool prefix; /* goes on after a hyphen */
    enum truth_verb verb;
    bool (*parse)(struct truth_names *names, struct cursor *cursor, struct truth_statement *out);
} verbs[] = {
    {"nop", false, TRUTH_NOP, parse_bare},
    {"mmap", false, TRUTH_MMAP, mmap_parse},
    {"munmap", false, TRUTH_MUNMAP, parse_range},
    {"mprotect", false, TRUTH_MPROTECT, parse_mprotect},
    {"read", true, TRUTH_READ, parse_touch},
    {"write", true, TRUTH_WRITE, parse_touch},
    {"madvise", false, TRUTH_MADVISE, parse_madvise},
    {"mremap", false, TRUTH_MREMAP, parse_mremap},
    {"msync", false, TRUTH_MSYNC, parse_msync},
    {"mlock", false, TRUTH_MLOCK, parse_range},
    {"munlock", false, TRUTH_MUNLOCK, parse_range},
    {"brk", false, TRUTH_BRK, parse_brk},
    {"sys_read", false, TRUTH_SYS_READ, parse_transfer},
    {"sys_write", false, TRUTH_SYS_WRITE, parse_transfer},
    {"fork", false, TRUTH_FORK, parse_begin},
    {"vfork", false, TRUTH_VFORK, parse_begin},
    {"exit", false, TRUTH_EXIT, parse_bare},
    {"wait", false, TRUTH_WAIT, parse_bare},
    {"thread", false, TRUTH_THREAD, parse_begin},
    {"recurse", false, TRUTH_RECURSE, parse_count},
    {"malloc", false, TRUTH_MALLOC, parse_count},
    {"memset", false, TRUTH_MEMSET, parse_bare},
    {"join", false, TRUTH_JOIN, parse_begin},
    {"drop_caches", false, TRUTH_DROP_CACHES, parse_bare},
};

bool verb_parse(struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    cursor->at += strspn(cursor->text + cursor->at, " \t");
    const char *here = cursor->text + cursor->at;
    char known[300] = "known are";
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        size_t n = strlen(verbs[i].word);
        bool hyphen = verbs[i].prefix && strncmp(here, verbs[i].word, n) == 0 && here[n] == '-';
        if (hyphen || text_is(cursor, verbs[i].word)) {
            out->verb = verbs[i].verb;
            cursor->at += verbs[i].prefix ? 0 : n;
            bool good = verbs[i].parse(names, cursor, out);
            if (out->region >= 0) {
                out->base = names->region[out->region].page;
                out->heap = names->region[out->region].heap;
            }
            return good;
        }
        snprintf(known + strlen(known), sizeof known - strlen(known), " %s", verbs[i].word);
    }
    return text_unknown(cursor, "verb", known);
}

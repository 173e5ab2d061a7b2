/* SPDX-License-Identifier: MIT
 * The trace store gives back what was written, from any reference on and for any page size, and
 * damaged files end in a refusal.
 */
#define _GNU_SOURCE
#include "trace/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

struct file {
    uint8_t *bytes;
    size_t n, room, most;
};
static bool put(void *ctx, const void *bytes, size_t n)
{
    struct file *file = ctx;
    if (file->most && file->n + n > file->most) {
        return false;
    }
    if (file->room - file->n < n) {
        file->room = (file->n + n) * 2;
        file->bytes = realloc(file->bytes, file->room);
        assert_non_null(file->bytes);
    }
    memcpy(file->bytes + file->n, bytes, n);
    file->n += n;
    return true;
}

struct list {
    struct vm_trace_ref *ref;
    size_t n, room;
};
static bool keep(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct list *list = ctx;
    if (list->room - list->n < n) {
        list->room = (list->n + n) * 2;
        list->ref = realloc(list->ref, list->room * sizeof *list->ref);
        assert_non_null(list->ref);
    }
    memcpy(list->ref + list->n, refs, n * sizeof *refs);
    list->n += n;
    return true;
}

static uint64_t state = 88172645463325252u;
static uint64_t below(uint64_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % limit;
}

/* A made-up recording: code that jumps, data near and far, odd sizes, calls, three processes. */
static char *recording(size_t lines, size_t *length)
{
    static const uint64_t bases[] = {0x4016b90, 0x1ffeffe7e0, 0x4a2d000, 0x7fffffff0000};
    char *text = malloc(lines * 96), *at = text;
    assert_non_null(text);
    for (size_t i = 0; i < lines; i++) {
        uint64_t where = bases[below(4)] + below(below(8) ? 5000 : 5000000);
        uint64_t bytes = below(20) ? 1 + below(8) : 1 + below(70) * below(60) * 15;
        switch (below(900)) {
        case 0:
            at += sprintf(at, "--%d-- vmscope: runs\n", (int)below(3) + 7);
            break;
        case 1:
            at += sprintf(at, "SYSCALL[7,1](12) sys_brk ( 0x%x ) --> [pre-success] Success(0x%x)\n",
                (unsigned)below(9999), (unsigned)below(9999));
            break;
        default:
            at += sprintf(at, "%s %08llx,%llu\n", &"I \0 L\0 S\0 M"[below(4) * 3],
                (unsigned long long)where, (unsigned long long)bytes);
        }
    }
    *length = (size_t)(at - text);
    return text;
}

static struct list parsed(
    enum vm_trace_format format, uint8_t shift, bool data, const char *text, size_t n)
{
    struct list list = {0};
    vm_trace_reader *reader;
    assert_int_equal(vm_trace_reader_new(format, shift, data, keep, &list, &reader), VM_OK);
    assert_true(vm_trace_feed(reader, text, n) && vm_trace_end(reader));
    vm_trace_reader_free(reader);
    return list;
}

static struct file written(enum vm_trace_format format, uint8_t shift, const char *text, size_t n)
{
    struct file file = {0};
    struct trace_writer *w = trace_writer_new(format, shift, put, &file);
    assert_non_null(w);
    for (size_t at = 0; at < n; at += 65537) {
        assert_true(trace_writer_feed(w, text + at, n - at < 65537 ? n - at : 65537));
    }
    assert_true(trace_writer_end(w));
    assert_int_equal(trace_writer_problem(w), TRACE_FINE);
    trace_writer_free(w);
    return file;
}

static struct trace_store *opened(const struct file *file)
{
    int fd = memfd_create("trace", 0);
    assert_true(fd >= 0 && write(fd, file->bytes, file->n) == (ssize_t)file->n);
    return trace_store_open(fd);
}

static void same(const struct vm_trace_ref *a, const struct vm_trace_ref *b)
{
    assert_true(a->vpn == b->vpn && a->va == b->va && a->bytes == b->bytes && a->kind == b->kind &&
                a->process == b->process);
}

static void compare(const struct trace_store *store, uint8_t shift, bool data, uint64_t from,
    const struct list *list, size_t most)
{
    struct trace_cursor *cursor = trace_cursor_new(store, shift, data);
    const struct vm_trace_ref *refs;
    size_t n;
    assert_non_null(cursor);
    assert_true(data || below(2) || trace_cursor_length(cursor) == list->n);
    assert_true(trace_cursor_seek(cursor, from));
    assert_false(trace_cursor_seek(cursor, UINT64_MAX));
    assert_true(trace_cursor_seek(cursor, from));
    size_t at = from;
    while (trace_cursor_next(cursor, &refs, &n) && n && at - from < most) {
        assert_true(at + n <= list->n);
        for (size_t i = 0; i < n; i++) {
            same(&refs[i], &list->ref[at++]);
        }
    }
    assert_true(at - from >= most || at == list->n);
    trace_cursor_free(cursor);
}

static void test_lackey(void **unused)
{
    (void)unused;
    size_t n;
    char *text = recording(300000, &n);
    struct file file = written(VM_TRACE_LACKEY, 12, text, n);
    struct trace_store *store = opened(&file);
    assert_non_null(store);
    static const uint8_t shifts[] = {12, 4, 9, 16, 21};
    for (size_t i = 0; i < sizeof shifts; i++) {
        struct list list = parsed(VM_TRACE_LACKEY, shifts[i], i == 3, text, n);
        compare(store, i ? shifts[i] : 0, i == 3, 0, &list, SIZE_MAX);
        for (int k = 0; k < 60 && i != 3; k++) {
            compare(store, shifts[i], false, below(list.n + 1), &list, 5000);
        }
        if (i == 0) {
            assert_int_equal(trace_store_summary(store)->references, list.n);
            /* who ran first was not named */
            assert_int_equal(trace_store_summary(store)->report.processes, 4);
        }
        free(list.ref);
    }
    assert_true(file.n * 3 < n);
    trace_store_close(store);
    free(file.bytes);
    free(text);
}

struct befores {
    uint64_t at[5000];
    size_t n;
};

static bool note_call(void *ctx, const struct vm_trace_call *call)
{
    struct befores *befores = ctx;
    assert_true(befores->n < 5000);
    befores->at[befores->n++] = call->before;
    return true;
}

static bool drop_refs(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    (void)ctx, (void)refs, (void)n;
    return true;
}

/* Calls stand where they stood, at any page size. */
static void test_calls_at(void **unused)
{
    (void)unused;
    static const uint8_t shifts[] = {12, 4, 16};
    size_t n;
    char *text = recording(100000, &n);
    struct file file = written(VM_TRACE_LACKEY, 12, text, n);
    struct trace_store *store = opened(&file);
    for (size_t i = 0; i < sizeof shifts; i++) {
        struct befores *befores = calloc(1, sizeof *befores);
        vm_trace_reader *reader;
        assert_int_equal(
            vm_trace_reader_new(VM_TRACE_LACKEY, shifts[i], false, drop_refs, NULL, &reader),
            VM_OK);
        vm_trace_reader_calls(reader, note_call, befores);
        assert_true(vm_trace_feed(reader, text, n) && vm_trace_end(reader));
        vm_trace_reader_free(reader);
        struct vm_trace_call *call = trace_store_calls(store);
        struct trace_cursor *cursor = trace_cursor_new(store, shifts[i], false);
        assert_int_equal(trace_store_summary(store)->calls_n, befores->n);
        assert_true(trace_cursor_count(cursor, call, befores->n));
        for (size_t k = 0; k < befores->n; k++) {
            assert_int_equal(call[k].before, befores->at[k]);
        }
        trace_cursor_free(cursor);
        free(call);
        free(befores);
    }
    trace_store_close(store);
    free(file.bytes);
    free(text);
}

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void test_pages_and_calls(void **unused)
{
    (void)unused;
    size_t n, distinct = 0;
    char *text = recording(50000, &n);
    struct file file = written(VM_TRACE_LACKEY, 12, text, n);
    struct trace_store *store = opened(&file);
    struct list list = parsed(VM_TRACE_LACKEY, 12, false, text, n);
    uint64_t *all = malloc(list.n * sizeof *all), *page = trace_store_pages(store);
    for (size_t i = 0; i < list.n; i++) {
        all[i] = list.ref[i].vpn;
    }
    qsort(all, list.n, sizeof *all, by_number);
    for (size_t i = 0; i < list.n; i++) {
        if (i == 0 || all[i] != all[i - 1]) {
            assert_true(page[distinct] == all[i]);
            distinct++;
        }
    }
    assert_int_equal(trace_store_summary(store)->pages_n, distinct);
    struct vm_trace_call *call = trace_store_calls(store);
    assert_true(trace_store_summary(store)->calls_n > 20);
    uint64_t before = 0;
    for (size_t i = 0; i < trace_store_summary(store)->calls_n; i++) {
        assert_int_equal(call[i].kind, vm_trace_call_brk);
        assert_true(call[i].before >= before && call[i].before <= list.n && call[i].thread == 1);
        before = call[i].before;
    }
    free(call);
    free(page);
    free(all);
    free(list.ref);
    trace_store_close(store);
    free(file.bytes);
    free(text);
}

static void test_page_numbers(void **unused)
{
    (void)unused;
    static const char text[] =
        "7,0, 1\t0x1f\n3W 18446744073709551615 4 W 5R 0 0 18446744073709551614";
    static const char refs[] = "I 4016\nR 1ffe\nW ab\nM ffffffffffffffff\n";
    for (int i = 0; i < 2; i++) {
        enum vm_trace_format format = i ? VM_TRACE_REFS : VM_TRACE_PAGES;
        const char *from = i ? refs : text;
        struct file file = written(format, 12, from, strlen(from));
        struct trace_store *store = opened(&file);
        struct list list = parsed(format, 12, false, from, strlen(from));
        for (size_t k = 0; k <= list.n; k++) {
            compare(store, 16, false, k, &list, SIZE_MAX);
        }
        free(list.ref);
        trace_store_close(store);
        free(file.bytes);
    }
}

static struct vm_trace_call calls[3] = {{.kind = vm_trace_call_map,
                                            .process = 0,
                                            .arg = {0x400000, 0x402000, 5, 1, 0x1000},
                                            .name = "/bin/a b"},
    {.kind = vm_trace_call_munmap,
        .thread = 2,
        .failed = true,
        .before = 2,
        .arg = {5, 6},
        .result = 22},
    {.kind = vm_trace_call_mmap,
        .process = 1,
        .thread = 1,
        .before = 3,
        .arg = {1, 2, 3, 4, UINT64_MAX, 6},
        .result = 0x7f0000000000}};

static void test_calls(void **unused)
{
    (void)unused;
    static const char text[] =
        "--7-- vmscope: map 400000-402000 r-xs 1000 /bin/a b\nI  00000fff,2\n"
        "SYSCALL[7,2](11) sys_munmap ( 0x5, 6 )[sync] --> Failure(0x16)\n"
        "--8-- vmscope: runs\nI  00001000,2\nSYSCALL[8,1](9) sys_mmap ( 0x1, 2, 3, 4, "
        "4294967295, 6 ) --> [pre-success] Success(0x7f0000000000)\n";
    struct file file = written(VM_TRACE_LACKEY, 12, text, strlen(text));
    struct trace_store *store = opened(&file);
    struct vm_trace_call *call = trace_store_calls(store);
    assert_int_equal(trace_store_summary(store)->calls_n, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(call[i].kind, calls[i].kind);
        assert_int_equal(call[i].before, calls[i].before);
        assert_int_equal(call[i].process, calls[i].process);
        assert_int_equal(call[i].thread, calls[i].thread);
        assert_int_equal(call[i].failed, calls[i].failed);
        assert_true(call[i].result == calls[i].result);
        assert_memory_equal(call[i].arg, calls[i].arg, sizeof calls[i].arg);
        assert_string_equal(call[i].name, calls[i].name);
    }
    free(call);
    trace_store_close(store);
    free(file.bytes);
}

static void test_refused(void **unused)
{
    (void)unused;
    static const struct {
        enum vm_trace_format format;
        const char *text;
        enum trace_problem problem;
    } bad[] = {{VM_TRACE_PAGES, "", TRACE_EMPTY}, {VM_TRACE_PAGES, "# none\n", TRACE_EMPTY},
        {VM_TRACE_PAGES, "1 x", TRACE_UNREADABLE},
        {VM_TRACE_LACKEY,
            "\x7f"
            "ELF\n",
            TRACE_EMPTY},
        {VM_TRACE_REFS, "I -5\n", TRACE_UNREADABLE}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct file file = {0};
        struct trace_writer *w = trace_writer_new(bad[i].format, 12, put, &file);
        assert_false(trace_writer_feed(w, bad[i].text, strlen(bad[i].text)) && trace_writer_end(w));
        assert_false(trace_writer_end(w));
        assert_int_equal(trace_writer_problem(w), bad[i].problem);
        trace_writer_free(w);
        free(file.bytes);
    }
    struct file full = {.most = 10};
    struct trace_writer *w = trace_writer_new(VM_TRACE_PAGES, 12, put, &full);
    assert_false(trace_writer_feed(w, "1 2 3\n", 6) && trace_writer_end(w));
    assert_int_equal(trace_writer_problem(w), TRACE_PUT);
    trace_writer_free(w);
    free(full.bytes);
}

/* Any damage: no crash, and what opens ends. */
static void test_damage(void **unused)
{
    (void)unused;
    size_t n;
    char *text = recording(3000, &n);
    struct file good = written(VM_TRACE_LACKEY, 12, text, n);
    unsigned refused = 0;
    for (int round = 0; round < 3000; round++) {
        struct file file = {.bytes = malloc(good.n), .n = good.n};
        memcpy(file.bytes, good.bytes, good.n);
        for (uint64_t i = 1 + below(3); i > 0; i--) {
            size_t at = below(2) ? below(good.n) : good.n - 1 - below(26 * 8);
            file.bytes[at] = (uint8_t)(below(2) ? below(256) : UINT64_C(1) << below(8));
        }
        file.n -= below(4) ? 0 : below(good.n);
        struct trace_store *store = file.n ? opened(&file) : NULL;
        refused += !store;
        if (store) {
            struct trace_cursor *cursor = trace_cursor_new(store, 0, false);
            const struct vm_trace_ref *refs;
            size_t got = 1, sum = 0;
            trace_cursor_seek(cursor, below(5000));
            while (got && sum < 1000000 && trace_cursor_next(cursor, &refs, &got)) {
                sum += got;
            }
            free(trace_store_pages(store));
            free(trace_store_calls(store));
            trace_cursor_free(cursor);
            trace_store_close(store);
        }
        free(file.bytes);
    }
    assert_true(refused > 100);
    free(good.bytes);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lackey),
        cmocka_unit_test(test_pages_and_calls),
        cmocka_unit_test(test_calls_at),
        cmocka_unit_test(test_page_numbers),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

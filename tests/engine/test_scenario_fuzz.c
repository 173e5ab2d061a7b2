/* SPDX-License-Identifier: MIT
 * The fuzz target on random bytes and on mutations of the shipped scenarios, from a fixed seed:
 * short, in every run of the tests. VMSCOPE_FUZZ_ROUNDS makes it longer.
 */
#include "../fuzz/fuzz_scenario.c"
#include "support_scenario.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS_MAX = 64, ROOM = 80000, ROUNDS = 1500 };

struct seeds {
    char *text[SEEDS_MAX];
    size_t length[SEEDS_MAX], n;
    uint64_t random;
};

static uint64_t draw(struct seeds *seeds, uint64_t below)
{
    uint64_t z = seeds->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

static void load_folder(struct seeds *seeds, const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry && seeds->n < SEEDS_MAX; entry = readdir(dir)) {
        char path[1024];
        if (strstr(entry->d_name, ".vms")) {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            seeds->text[seeds->n] = read_whole(path, &seeds->length[seeds->n]);
            seeds->n++;
        }
    }
    closedir(dir);
}

/* Words that make mutations reach deeper than bytes do. */
static const char *const words[] = {
    "A",
    "B",
    "heap",
    "store(heap)",
    "fork()",
    "exit(0)",
    " pages",
    "{",
    "}",
    "(",
    ")",
    ";",
    "\n",
    "repeat 99 ",
    "repeat i in 0..9 {",
    "0",
    "1",
    "0xffffffffffffffff",
    "4K",
    "..",
    "*",
    "= ",
    "random(0..9)",
    "refs 1 2W 3",
    "mmap(9 pages, rw, private)",
    "munmap(heap)",
    "mprotect(heap, none)",
    "B = fork()",
    "wait(B)",
    "sbrk(3 pages)",
    "expect ",
    "frames(heap)",
    "policy opt",
    "frames 7",
    "#",
    "\"",
    "compare lru, opt frames 1..9",
    "set policy lru",
    "start cat",
    "none",
    "page(heap, 7)",
    "/",
    "-",
    ".",
    "watermarks 4 8 12",
    "overcommit never",
    "local",
    "thp always",
    "fault_around 4",
    "readahead 8",
    "aslr",
    "tables outside",
    "stack_limit 64K",
    "A.T1: ",
    "T1 = create(worker, 1)",
    "create()",
    "run\n",
    "run rr 2 steps 9\n",
    "run order T1 T2 T1\n",
    "run random seed 3\n",
    "run priority\n",
    "mutex m\n",
    "barrier b = 2\n",
    "thread worker(n) { repeat n { lock(m); r = *x + 1; unlock(m) } }\n",
    "thread rec(n) { if n > 0 { r = call rec(n - 1) }; return r }\n",
    "return ",
    "call ",
    "while *x = 0 { }",
    "cpus 2",
/* Every form of the language, as its row writes it: a new one is mutated from its first day on. */
#define ACTION(name, least, most, stage, usage, words, about) "\nA: " usage "\n", usage,
#include "scenario/actions.def"
#undef ACTION
};

static size_t mutate(struct seeds *seeds, char *out)
{
    size_t which = (size_t)draw(seeds, seeds->n), n = seeds->length[which];
    memcpy(out, seeds->text[which], n);
    for (uint64_t edits = 1 + draw(seeds, 5); edits > 0; edits--) {
        size_t at = (size_t)draw(seeds, n + 1);
        switch (draw(seeds, 4)) {
        case 0: { /* a byte */
            out[at < n ? at : n - 1] = (char)draw(seeds, 256);
            break;
        }
        case 1: { /* take some away */
            size_t cut = (size_t)draw(seeds, 20) + 1;
            cut = cut < n - at ? cut : n - at;
            memmove(out + at, out + at + cut, n - at - cut);
            n -= cut;
            break;
        }
        case 2: { /* a word in between */
            const char *word = words[draw(seeds, sizeof words / sizeof words[0])];
            memmove(out + at + strlen(word), out + at, n - at);
            memcpy(out + at, word, strlen(word));
            n += strlen(word);
            break;
        }
        default: { /* a piece of another scenario */
            size_t other = (size_t)draw(seeds, seeds->n);
            size_t from = (size_t)draw(seeds, seeds->length[other]), size = (size_t)draw(seeds, 80);
            size = size < seeds->length[other] - from ? size : seeds->length[other] - from;
            memmove(out + at + size, out + at, n - at);
            memcpy(out + at, seeds->text[other] + from, size);
            n += size;
        }
        }
        if (n == 0) {
            out[n++] = ' ';
        }
    }
    return n;
}

static void nothing_crashes(void **state)
{
    (void)state;
    struct seeds seeds = {.random = 1};
    load_folder(&seeds, VMSCOPE_SOURCE_DIR "/db/library");
    load_folder(&seeds, VMSCOPE_SOURCE_DIR "/tests/golden/scenario");
    assert_true(seeds.n > 8);
    const char *more = getenv("VMSCOPE_FUZZ_ROUNDS");
    uint64_t rounds = more ? strtoull(more, NULL, 10) : ROUNDS;
    char *text = malloc(ROOM);
    assert_non_null(text);
    for (uint64_t i = 0; i < rounds; i++) {
        size_t n = 0;
        if (i % 4 == 0) {
            n = (size_t)draw(&seeds, 200);
            memcpy(text, "vmscope 1\n", 10);
            for (size_t k = 10; k < n; k++) {
                text[k] = (char)(draw(&seeds, 8) ? 32 + draw(&seeds, 95) : draw(&seeds, 256));
            }
        } else {
            n = mutate(&seeds, text);
        }
        LLVMFuzzerTestOneInput((const uint8_t *)text, n);
    }
    free(text);
    for (size_t i = 0; i < seeds.n; i++) {
        free(seeds.text[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_crashes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

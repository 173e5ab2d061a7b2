/* SPDX-License-Identifier: MIT
 * Writes malloc.txt: random calls of the malloc family under the C library of this machine, which
 * must be glibc 2.36 on x86-64 Linux. Not part of the build: gcc -O1 -o record malloc.c && for s in
 * 1 2 3; do echo "# seed $s"; setarch -R ./record $s 400; done Everything that measures is in
 * memory before the first call, so that only the calls fault.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define SLOTS 64
#define OPS 4000

static struct line {
    char kind;
    int slot, where;
    long bytes, offset, faults, heap, resident;
} line[OPS];
static char *slot[SLOTS], text[1 << 20], rollup[2048];
static long size[SLOTS];
static uint64_t state;

static uint64_t roll(uint64_t sides)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % sides;
}

static long some_size(void)
{
    static const struct {
        long least, span;
    } sizes[] = {{1, 120}, {1, 120}, {1, 120}, {1, 1032}, {1, 1032}, {1000, 5000}, {1000, 5000},
        {4000, 60000}, {60000, 70000}, {100000, 900000}};
    uint64_t n = roll(10);
    return sizes[n].least + (long)roll((uint64_t)sizes[n].span);
}

static long read_file(const char *path, char *into, size_t room)
{
    int fd = open(path, O_RDONLY);
    long n = 0, r;
    while ((r = read(fd, into + n, room - 1 - (size_t)n)) > 0) {
        n += r;
    }
    close(fd);
    into[n] = 0;
    return n;
}

static long resident(void)
{
    read_file("/proc/self/smaps_rollup", rollup, sizeof rollup);
    return strtol(strstr(rollup, "Private_Dirty:") + 14, NULL, 10) / 4;
}

static long faults(void)
{
    static struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static void populate(void)
{
    read_file("/proc/self/maps", text, sizeof text);
    for (char *at = text; *at; at = strchr(at, '\n') + 1) {
        uintptr_t start = strtoul(at, &at, 16), end = strtoul(at + 1, &at, 16);
        int how = at[2] == 'w' ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
        madvise((void *)start, end - start, how);
    }
}

static char *make(struct line *l)
{
    char **block = &slot[l->slot];
    size[l->slot] = l->kind == 't' || l->kind == 'f' ? size[l->slot] : l->bytes;
    switch (l->kind) {
    case 'm':
        return *block = malloc((size_t)l->bytes);
    case 'c':
        return *block = calloc(1, (size_t)l->bytes);
    case 'r':
        return *block = realloc(*block, (size_t)l->bytes);
    case 'f':
        free(*block);
        return *block = NULL;
    default:
        memset(*block, 7, (size_t)l->bytes);
        return NULL;
    }
}

static void choose(struct line *l)
{
    l->slot = (int)roll(SLOTS);
    uint64_t kind = roll(10);
    l->bytes = some_size();
    l->kind = !slot[l->slot] ? (kind < 7 ? 'm' : 'c') : kind < 5 ? 'f' : kind < 8 ? 'r' : 't';
    if (l->kind == 'r' && roll(30) == 0) {
        l->bytes = 0;
    }
    if (l->kind == 't') {
        l->bytes = (long)roll((uint64_t)size[l->slot]) + 1;
    }
}

int main(int argc, char **argv)
{
    state = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    long n = argc > 2 ? atol(argv[2]) : 400;
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    populate();
    resident();
    char *start = sbrk(0);
    long before = resident();
    faults();
    for (long i = 0; i < n && i < OPS; i++) {
        struct line *l = &line[i];
        choose(l);
        long faulted = faults();
        char *p = make(l), *end = sbrk(0);
        l->faults = faults() - faulted;
        l->heap = (end - start) / 4096;
        l->resident = resident() - before;
        if (p) {
            l->where = p >= start && p < end ? 1 : 2;
            l->offset = l->where == 1 ? p - start : (long)((uintptr_t)p % 4096);
        }
    }
    for (long i = 0, at = 0; i < n && i < OPS; i++) {
        struct line *l = &line[i];
        at += sprintf(text + at, "%c %d %ld %d %ld %ld %ld %ld\n", l->kind, l->slot, l->bytes,
            l->where, l->offset, l->faults, l->heap, l->resident);
        text[at] = 0;
    }
    return write(1, text, strlen(text)) < 0;
}

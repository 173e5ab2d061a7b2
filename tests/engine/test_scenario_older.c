/* SPDX-License-Identifier: MIT
 * Bad input in the words of machines without pages and of other page tables: each has its answer,
 * with its place, what is wrong and the likely fix.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ON(machine) "vmscope 1\nmachine " machine "\nA = start empty\n"
#define SEGMENTS ON("segmentation")
#define LIST ON("free-list")

static const struct bad_text rows[] = {
    /* the machine */
    {"vmscope 1\nmachine segmentatoin\n", 2, 9, "there is no machine",
        "did you mean `segmentation`?"},
    {"vmscope 1\nmachine invertde\n", 2, 9, "there is no machine", "did you mean `inverted`?"},
    {"vmscope 1\nmachine buddy { memory 1000 }\n", 2, 9, "powers of two", ""},
    {"vmscope 1\nmachine buddy { frames 4 }\n", 2, 9, "without pages", "memory"},
    {"vmscope 1\nmachine x86-64 { memory 64K }\n", 2, 9, "without pages", "frames"},
    {"vmscope 1\nmachine free-list { fit bset }\n", 2, 25, "`bset` does not say", "best"},
    {"vmscope 1\nmachine free-list { list up }\n", 2, 26, "`up` does not say", "size_up"},
    {"vmscope 1\nmachine free-list { memory 0 }\n", 2, 9, "1 byte", ""},
    {"vmscope 1\nmachine free-list { align 0 }\n", 2, 9, "alignment", ""},
    {"vmscope 1\nmachine segmentation { segment_bits 0 }\n", 2, 9, "1 to 4 bits", ""},
    {"vmscope 1\nmachine base-bounds { segment_bits 2 }\n", 2, 9, "1 to 4 bits", ""},
    {"vmscope 1\nmachine x86-64 { buckets 4 }\n", 2, 9, "buckets and rows", "machine inverted"},
    {"vmscope 1\nmachine inverted { rows 4 }\n", 2, 9, "a row for each frame", ""},
    {"vmscope 1\nmachine hashed { rows 0 }\n", 2, 9, "1 to 65536 rows", ""},
    {"vmscope 1\nmachine hashed { buckets 0 }\n", 2, 9, "1 to 65536", ""},
    {"vmscope 1\nmachine inverted { buckets 0  frames 2000 }\n", 2, 9, "without buckets 1024", ""},
    {"vmscope 1\nmachine hashed { thp always }\n", 2, 9, "no huge pages", ""},
    {"vmscope 1\nmachine inverted { kernel 2 }\n", 2, 9, "no frames of the kernel", ""},
    {"vmscope 1\nmachine linear { levels 4 4 }\n", 2, 9, "one level", ""},
    {"vmscope 1\nmachine linear { va 12  page 4K }\n", 2, 9, "1 to 5 levels", ""},
    /* segments */
    {ON("x86-64") "A: place(2K)\n", 4, 4, "for machines with segments", "machine segmentation"},
    {SEGMENTS "A: place(0)\n", 4, 10, "1 to 4096 bytes", "2K"},
    {SEGMENTS "A: place(5K)\n", 4, 10, "1 to 4096 bytes", "2K"},
    {SEGMENTS "A: place(2K, sideways)\n", 4, 14, "expected rights", "down"},
    {SEGMENTS "A: place(2K, at 64K + 1)\n", 4, 21, "not in the memory", "at 32K"},
    {SEGMENTS "A: place(2K, segment 4)\n", 4, 22, "this machine has 4 segments", "segment 0"},
    {SEGMENTS "A: place(2K, rw, segment 1)\nA: place(2K, rw, segment 1)\n", 5, 4,
        "has a segment of this number", "unload"},
    {SEGMENTS "A: repeat 5 { place(16) }\n", 4, 15, "has all its segments", "unload"},
    {SEGMENTS "A: place(2K, down, at 1K)\n", 4, 23, "not in the memory", "32K"},
    {SEGMENTS "A: place(2K, at 1K, down)\n", 4, 4, "grows down lies below its place", "ends there"},
    {ON("base-bounds") "A: place(2K, down)\n", 4, 14, "grow upwards only", "segmentation"},
    {SEGMENTS "A: unload(0)\n", 4, 11, "there is no segment at 0x0", "place gave"},
    {SEGMENTS "A: resize(9K, 1K)\n", 4, 11, "there is no segment", ""},
    {SEGMENTS "A: resize(code, 1K)\n", 4, 11, "A has no name `code`", ""},
    {SEGMENTS "A: code = place(1K)\nA: swap_out()\nB = start empty\nB: share(A.code)\n", 7, 10,
        "on disk", "swap_in"},
    {SEGMENTS "A: code = place(1K)\nB = start empty\nB: share(A.code, at 0)\n", 6, 4,
        "lies where it lies", "share"},
    {SEGMENTS "A: mmap(1 page, rw)\n", 4, 4, "", ""},
    {SEGMENTS "A: B = fork()\n", 4, 4, "cannot do that", "older-machines"},
    {SEGMENTS "A: alloc(10)\n", 4, 4, "give memory in pieces", "free-list"},
    {LIST "compact\n", 4, 1, "base register", "segmentation"},
    /* pieces */
    {LIST "A: place(10)\n", 4, 4, "for machines with segments", ""},
    {LIST "A: alloc(0)\n", 4, 10, "a size is 1 to", ""},
    {LIST "A: alloc()\n", 4, 4, "`alloc` takes 1 argument", ""},
    {LIST "A: cache(10)\n", 4, 4, "machine with slabs", "machine slab"},
    {LIST "A: store(0)\n", 4, 4, "", ""},
    {ON("slab") "A: alloc(600)\n", 4, 10, "expected a cache", "cache(600)"},
    {ON("slab") "A: c = cache(600, 500)\n", 4, 19, "a power of two", "4K"},
    {ON("slab") "A: shrink(7)\n", 4, 11, "expected a cache", "cache(600)"},
    /* expectations */
    {LIST "expect hols = 1\n", 4, 8, "hols", ""},
    {LIST "expect hole = 1\n", 4, 8, "", ""},
    {LIST "expect hole() = 1\n", 4, 8, "place in the list", "hole(0)"},
    {ON("slab") "expect slabs(9) = 1\n", 4, 8, "this is no cache", "cache(600)"},
    {ON("x86-64") "expect holes = 1\n", 4, 8, "", ""},
};

static void every_bad_text_has_its_answer(void **state)
{
    (void)state;
    assert_bad_texts(rows, sizeof rows / sizeof rows[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_bad_text_has_its_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

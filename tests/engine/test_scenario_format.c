/* SPDX-License-Identifier: MIT
 * The canonical form: what it looks like, that comments stay, that doing it twice changes nothing.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text, *canonical;
} rows[] = {
    {"vmscope 1", "vmscope 1\n"},
    {"\n\n# top\nvmscope   1\n\n\n\ntitle   \"x\"", "# top\nvmscope 1\n\ntitle \"x\"\n"},
    {"vmscope 1\r\nmachine x86-64{frames 64 swap 32}",
        "vmscope 1\nmachine x86-64 { frames 64  swap 32 }\n"},
    {"vmscope 1\nmachine custom {\nva 14, page 64\nlevels 4 4; tlb 4x4 }",
        "vmscope 1\nmachine custom {\n    va 14  page 64\n    levels 4 4  tlb 4x4\n}\n"},
    {"vmscope 1\nmachine x86-64 { aslr seed 0X3F }",
        "vmscope 1\nmachine x86-64 { aslr seed 0x3f }\n"},
    {"vmscope 1\nmachine x86-64-5level", "vmscope 1\nmachine x86-64-5level\n"},
    {"vmscope 1\nA=start empty\nA:heap=mmap( 2 pages,rw , private );store (heap);",
        "vmscope 1\nA = start empty\nA: heap = mmap(2 pages, rw, private); store(heap)\n"},
    {"vmscope 1\nA:*heap=7;r=*heap;x=a*b-1;y=-1",
        "vmscope 1\nA: *heap = 7; r = *heap; x = a * b - 1; y = -1\n"},
    {"vmscope 1\nexpect   *A . x==1 and not(y>=2)",
        "vmscope 1\nexpect *A.x = 1 and not (y >= 2)\n"},
    {"vmscope 1\nA:refs 7,0 1W,0X2R", "vmscope 1\nA: refs 7 0 1W 0x2R\n"},
    {"vmscope 1\nrepeat i in 0 .. 9{A:load(page(heap,i))   #why\n}",
        "vmscope 1\nrepeat i in 0..9 {\n    A: load(page(heap, i))  # why\n}\n"},
    {"vmscope 1\nrepeat 3 {\n\n# inside\nA: store(x)\n\n}",
        "vmscope 1\nrepeat 3 {\n    # inside\n    A: store(x)\n}\n"},
    {"vmscope 1\nA: preset tlb 3:0x03->0x0d; preset map 1->2 rw",
        "vmscope 1\nA: preset tlb 3: 0x03 -> 0x0d; preset map 1 -> 2 rw\n"},
    {"vmscope 1\nrepeat 2 { A: store(x)\nrepeat 2 { # why\nA: load(x) } }",
        "vmscope 1\nrepeat 2 {\n    A: store(x)\n    repeat 2 {  # why\n        A: load(x)\n    "
        "}\n}\n"},
    {"vmscope 1\nA: x = random(1..6); y = (a\n + b)",
        "vmscope 1\nA: x = random(1..6); y = (a + b)\n"},
    {"vmscope 1\nthread good(n){repeat n{lock(m);unlock(m)}}",
        "vmscope 1\nthread good(n) { repeat n { lock(m); unlock(m) } }\n"},
    {"vmscope 1\nthread t { if x=1 { return }else{ while y { call f(1) } } }",
        "vmscope 1\nthread t { if x = 1 { return } else { while y { call f(1) } } }\n"},
    {"vmscope 1\nprogram p { data { a=0;b } needs /lib/libc.so.6 }",
        "vmscope 1\nprogram p { data { a = 0; b }  needs /lib/libc.so.6 }\n"},
    {"vmscope 1\nrun random seeds 1 .. 1000\nexpect always *counter=4",
        "vmscope 1\nrun random seeds 1..1000\nexpect always *counter = 4\n"},
    {"vmscope 1\nask choice( r ; \"a\",\"b\" )\"Which?\"",
        "vmscope 1\nask choice(r; \"a\", \"b\") \"Which?\"\n"},
};

static char *format(const char *text)
{
    vm_scenario *scenario = parse_good(text);
    size_t length = 0;
    char *out = vm_scenario_format(scenario, &length);
    assert_non_null(out);
    assert_int_equal(strlen(out), length);
    vm_scenario_free(scenario);
    return out;
}

static void canonical_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *once = format(rows[i].text);
        assert_string_equal(once, rows[i].canonical);
        char *twice = format(once);
        assert_string_equal(twice, once);
        free(once);
        free(twice);
    }
}

static void titles_and_escapes(void **state)
{
    (void)state;
    vm_scenario *scenario = parse_good("vmscope 1\ntitle \"B\\\"\xc3\xa9l\\\\\"\n");
    assert_string_equal(vm_scenario_title(scenario), "B\"\xc3\xa9l\\");
    vm_scenario_free(scenario);
    scenario = parse_good("\xEF\xBB\xBFvmscope 1\n");
    assert_string_equal(vm_scenario_title(scenario), "");
    vm_scenario_free(scenario);
}

/* Options that are words of their own. */
static void options_of_pieces(void **state)
{
    (void)state;
    static const char text[] =
        "vmscope 1\nmachine base-bounds { memory 64K  fit best  list size_up }\n";
    char *formed = format(text);
    assert_string_equal(formed, text);
    free(formed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_form),
        cmocka_unit_test(titles_and_escapes),
        cmocka_unit_test(options_of_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

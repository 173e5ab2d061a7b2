/* SPDX-License-Identifier: MIT
 * Bad input: each text has one answer, with its place, what is wrong and the likely fix.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MACHINE(options) "vmscope 1\nmachine sv39 { " options " }\n"

static const struct bad_text rows[] = {
    /* the text as a whole */
    {"", 1, 1, "found the end of the text, expected the line `vmscope 1`", "vmscope 1"},
    {"title \"x\"\n", 1, 1, "found `title`, expected the line `vmscope 1`", "vmscope 1"},
    {"vmscope 2\n", 1, 9, "found `2`, expected version 1", "vmscope 1"},
    {HEAD "A: store(\"x)\n", 4, 10, "no closing quote", "close the text"},
    {HEAD "note “x”\n", 4, 6, "has no meaning here", "straight quotes"},
    {HEAD "A: x = 5 ! 3\n", 4, 10, "`!`", "`not`"},
    {HEAD "A: x = 99999999999999999999\n", 4, 8, "does not fit in 64 bits", "0xffffffffffffffff"},
    {"vmscope 1\nnote \"\xff\"\n", 2, 7, "0xff is not UTF-8", "UTF-8"},
    {"vmscope 1\n\x01\n", 2, 1, "control character 0x01", NULL},
    /* advice and write-back */
    {HEAD "A: p = mmap(1 page, rw, private)\nA: madvise(p, dontned)\n", 5, 15, "expected an advice",
        "`dontneed`"},
    {HEAD "A: p = mmap(1 page, rw, private)\nA: msync(p, 1 page, snc)\n", 5, 21,
        "expected how to write the pages back", "sync, async"},
    {MACHINE("faultaround 3"), 2, 9, "a power of two", ""},
    /* pipes and message queues */
    {HEAD "A: q = mq_open(\"/x\", rx)\n", 4, 22, "`mq_open` does not know this",
        "did you mean `rw`?"},
    {HEAD "A: q = mq_open(\"/x\", rw, 0)\n", 4, 26, "expected how many messages", "create, 4, 64"},
    {HEAD "A: q = mq_open(5, rw)\n", 4, 16, "expected a name in quotes", "/jobs"},
    {HEAD "A: p = pipe(0)\n", 4, 13, "a page at least", "pipe(2 pages)"},
    {HEAD "expect length(A.sp) = 0\n", 4, 8, "no descriptor of a pipe", "length(A.q)"},
    /* options for scarce memory and for time */
    {MACHINE("watermarks 4 8"), 2, 16, "`watermarks` takes three numbers", "watermarks 4 8 12"},
    {MACHINE("watermarks 9 8 12"), 2, 9, "the watermarks rise", ""},
    {MACHINE("dirty 1 2"), 2, 16, "`dirty` takes the number", "dirty 8"},
    {MACHINE("swap on sdd"), 2, 24, "there is no medium `sdd`", "did you mean `ssd`?"},
    {MACHINE("files 3"), 2, 16, "`files` says on which medium", "files on disk"},
    {MACHINE("cost drma 90"), 2, 21, "nothing that costs time is called `drma`", "`dram`"},
    {MACHINE("cost dram"), 2, 21, "`cost` takes what, and its nanoseconds", "cost dram 90"},
    {MACHINE("cost swap_in 5"), 2, 21, "costs what its medium costs", "swap on disk"},
    {MACHINE("watermark 1 2 3"), 2, 16, "no option `watermark`", "did you mean `watermarks`?"},
    {HEAD "expect charged = 1\n", 4, 8, "`charged` is of one process", "charged(A)"},
    /* what the policy goes by */
    {HEAD "expect policy_word() = 1\n", 4, 8, "`policy_word` takes a word of the policy's",
        "policy_word(hand)"},
    {HEAD "expect policy_word(3) = 1\n", 4, 8, "takes a word of the policy's", ""},
    {HEAD "expect policy_word(hnd) = 1\n", 4, 20, "CLOCK keeps no `hnd`", "did you mean `hand`?"},
    {HEAD "expect policy_word(hand, 1) = 1\n", 4, 8, "`hand` is one word", ""},
    {HEAD "expect policy_word(referenced) = 1\n", 4, 8, "one word for each frame: which one?", ""},
    {HEAD "expect policy_word(referenced, 64) = 1\n", 4, 32, "`referenced` has 64 words", "from 0"},
    {HEAD "expect policy_word(referenced, x) = 1\n", 4, 32, "nobody has a name `x`", ""},
    {HEAD "expect policy_page() = 1\n", 4, 8, "`policy_page` takes a word of the policy's",
        "policy_page(hand)"},
    {HEAD "expect policy_page(hnd) = 1\n", 4, 20, "CLOCK keeps no `hnd`", "did you mean `hand`?"},
    {HEAD "expect policy_page(referenced) = 1\n", 4, 20, "neither a list nor a hand", ""},
    {HEAD "expect policy_page(hand, 1) = 1\n", 4, 8, "`hand` is one page", ""},
    {HEAD "set policy sieve\nexpect policy_page(queue) = 1\n", 5, 8, "a list: which place of it",
        "policy_page(queue, 0)"},
    {HEAD "set policy sieve\nexpect policy_page(queue, x) = 1\n", 5, 27, "nobody has a name `x`",
        ""},
    {HEAD "expect time(A) = 1\n", 4, 8, "`time` is of the machine alone", ""},
    /* words */
    {HEAD "A: *0x1001 = 3\n", 4, 5, "0x1001 is no multiple of 8", "0x1008"},
    {HEAD "A: r = *(8 + 4)\n", 4, 12, "0xc is no multiple of 8", ""},
    {"vmscope 1\nprogram p { text 4K  data { x = 1 } }\nA = start p\nA: exit()\nA: *x = 3\n", 5, 5,
        "A has ended and has no name `x`", "its memory is gone"},
    /* statements */
    {HEAD "A: stoer(heap)\n", 4, 4, "there is no operation `stoer`", "did you mean `store`?"},
    {HEAD "A: heap = mmpa(2 pages, rw)\n", 4, 11, "there is no operation `mmpa`",
        "did you mean `mmap`?"},
    {HEAD "expct faults = 1\n", 4, 1, "found `expct`, expected a statement",
        "did you mean `expect`?"},
    {HEAD "shows A1, A1\n", 4, 11, "A1 is named twice", "name it once"},
    {HEAD "shows Q9\n", 4, 7, "found `Q9`, expected a concept", "docs/concepts.md"},
    {HEAD "store(heap)\n", 4, 1, "`store` without a subject", "A: store(heap)"},
    {HEAD "B = A: fork()\n", 4, 1, "before a subject", "A: B = fork()"},
    {HEAD "x = 5\n", 4, 5, "found `5`, expected `start`", "A: x = "},
    {HEAD "A: store\n", 4, 4, "found `store` alone", "store(heap)"},
    {HEAD "A: store(1 2)\n", 4, 12, "found `2`, expected `)` or `,`", ""},
    {HEAD "A: store(\n", 5, 1, "found the end of the text", NULL},
    {HEAD "A: fork() fork()\n", 4, 11, "expected the end of the line", "`;`"},
    {HEAD "repeat 3 {\nA: store(sp)\n", 6, 1, "expected `}` at the end of the block",
        "needs its }"},
    {HEAD "}\n", 4, 1, "found `}`, expected a statement", ""},
    {HEAD "A: mmap(1 page)\n", 4, 4, "`mmap` takes 2 to 8 arguments, found 1", "heap = mmap"},
    {HEAD "A: p = malloc()\n", 4, 8, "`malloc` takes 1 argument, found 0", "p = malloc(1024)"},
    {HEAD "A: p = calloc(8)\n", 4, 8, "`calloc` takes 2 arguments, found 1", "calloc(10, 8)"},
    {HEAD "A: p = malloc(\"x\")\n", 4, 15, "found a text, expected a number", "4K"},
    {HEAD "A: free(q)\n", 4, 9, "`q`", ""},
    {HEAD "A: fork(1)\n", 4, 4, "`fork` takes 0 arguments, found 1", "B = fork()"},
    {HEAD "expect entry(0, drty) = 1\n", 4, 8, "`entry` does not know `drty`",
        "did you mean `dirty`?"},
    {HEAD "expect mapping(0) = 1\n", 4, 8, "`mapping` takes an address and a word", "mapping(text"},
    {HEAD "expect pages(A, swaped) = 1\n", 4, 8, "does not know `swaped`", "`swapped`"},
    {HEAD "expect vmas(3) = 1\n", 4, 8, "`vmas` takes a process", "vmas(A)"},
    {HEAD "expect frames\n", 4, 14, "expected a comparison", "expect fault cow"},
    {HEAD "expect error EACESS\n", 4, 14, "found `EACESS`, expected an error number", "EACCES"},
    {HEAD "expect fault cows\n", 4, 14, "found `cows`, expected a kind of fault",
        "did you mean `cow`?"},
    {HEAD "expect fault segv\n", 4, 18, "expected `maperr` or `accerr`", ""},
    {HEAD "ask colour \"?\"\n", 4, 5, "a kind of question", "fault, victim"},
    {HEAD "note at faul \"x\"\n", 4, 9, "found `faul`, expected a happening",
        "did you mean `fault`?"},
    {HEAD "A: refs 1 2X\n", 4, 11, "found `2X`, expected a page number", "W marks a write"},
    {HEAD "A: refs\n", 4, 8, "expected page numbers", "refs 7 0"},
    {HEAD "compare fifo, lru\n", 4, 18, "expected `,` or `frames`", ""},
    {HEAD "A: x = 4k\n", 4, 8, "expected a number", "write K"},
    /* machines */
    {"vmscope 1\nmachine x86_64\n", 2, 9, "there is no machine `x86_64`", "did you mean `x86-64`?"},
    {"vmscope 1\nmachine x86-64 { frame 64 }\n", 2, 18, "no option `frame`",
        "did you mean `frames`?"},
    {"vmscope 1\nmachine x86-64 { policy lur }\n", 2, 25, "no policy `lur`", "did you mean `lru`?"},
    {"vmscope 1\nmachine x86-64 { frames }\n", 2, 18, "`frames` takes one number", ""},
    {"vmscope 1\nmachine x86-64 { frames 99999999999 }\n", 2, 18, "too large for `frames`", ""},
    {"vmscope 1\nmachine x86-64 { page 64 }\n", 2, 9, "only a custom machine", "custom"},
    {"vmscope 1\nmachine custom { page 48 }\n", 2, 18, "power of two", ""},
    {"vmscope 1\nmachine paper\nmachine paper\n", 3, 1, "a second machine", ""},
    {"vmscope 1\nmachine segments\n", 2, 9, "there is no machine `segments`",
        "base-bounds, segmentation"},
    /* what only shows while running */
    {HEAD "B: store(0)\n", 4, 1, "there is no process `B`", ""},
    {HEAD "A: heap = mmap(1 page, rw)\nA: store(haep)\n", 5, 10, "A has no name `haep`",
        "did you mean `heap`?"},
    {HEAD "expect frames(haep) = 1\n", 4, 15, "nobody has a name `haep`", ""},
    {HEAD "A: x = 1 / 0\n", 4, 10, "division by zero", ""},
    {HEAD "A: store(\"text\")\n", 4, 10, "found a text, expected a number", ""},
    {HEAD "A: mmap(rw, rw)\n", 4, 9, "A has no name `rw`", ""},
    {HEAD "A: mmap(1 page, rw, privat)\n", 4, 21, "mmap does not know `privat`",
        "did you mean `private`?"},
    {HEAD "A: mmap(1 page, rw, shared, private)\n", 4, 4, "shared or private, not both", "one"},
    {HEAD "A: mmap(1 page, private)\n", 4, 4, "rights of the mapping are missing", "rw"},
    {HEAD "A: mmap(0, rw)\n", 4, 9, "at least one byte", ""},
    {HEAD "A: mmap(100, rw)\n", 4, 9, "rounded up", "1 page"},
    {HEAD "A: a = mmap(2 pages, rw, at 0x10000)\nA: b = mmap(1 page, rw, at 0x11000)\n", 5, 4,
        "overlaps a at 0x10000", "munmap"},
    {HEAD "A: mmap(1 page, rw, at 0x10001)\n", 4, 24, "first byte", ""},
    {HEAD "A: x = *0 + 1\n", 4, 8, "an action of its own", "r = *heap"},
    {HEAD "A: fork()\n", 4, 4, "the child needs a name", "B = fork()"},
    {HEAD "A: wait(C)\n", 4, 9, "expected the name of a child", "wait(B)"},
    {HEAD "A: exit(0)\nA: store(0)\n", 5, 4, "A has ended", "sigaction"},
    {HEAD "A: *0 = 1\nA: store(0)\n", 5, 4, "A has ended", "sigaction"},
    {HEAD "A: B = fork(); wait(B); store(0)\n", 4, 25,
        "A is waiting for a child to exit, B and does nothing now", ""},
    {HEAD "A: sigaction(SIGINT, skip)\n", 4, 14, "expected SIGSEGV or SIGBUS", ""},
    {HEAD "A: refs 0x7fffffffffffffff\n", 4, 4, "outside the address space", ""},
    {HEAD "A: preset map 1 -> 999\n", 4, 20, "no frame 999", ""},
    {HEAD "repeat 1000000000 {\nA: load(0x0)\n}\n", 5, 4, "A has ended", ""},
    {HEAD "A: h = mmap(1 page, rw)\nrepeat 1000000000 { A: load(h) }\n", 5, 24,
        "limit of 20000 operations", "repeat"},
    {HEAD "repeat 1000000000 { }\nrepeat 1000000000 { repeat 0 { } }\n", 5, 1,
        "goes round too often", ""},
    {HEAD "A: p = start\n", 4, 8, "A has no name `start`", ""},
    {HEAD "B = start cta\n", 4, 1, "there is no program `cta`", "did you mean `cat`?"},
    {HEAD "program p { text 4K  needs /lib/x }\n", 4, 28, "there is no file `/lib/x`",
        "declare it"},
    {HEAD "program p { test 4K }\n", 4, 13, "a program has no part `test`", ""},
    {HEAD "program p { text 4K }\nprogram p { text 4K }\n", 5, 9, "declared twice", ""},
    {HEAD "expect faults(fifo, 3) = 1\n", 4, 8, "nothing was compared", "compare"},
    {HEAD "expect faults(lfu-perfect, 3) = 1\n", 4, 8, "nothing was compared for `lfu-perfect`",
        ""},
    {HEAD "expect faults(2r, 3) = 1\n", 4, 15, "found `2r`, expected a number", ""},
    {HEAD "compare fifo frames 6..1\n", 4, 21, "expected sizes", ""},
    {HEAD "compare fifi frames 1..2\n", 4, 9, "no policy `fifi`", "did you mean `fifo`?"},
    {HEAD "repeat 20000 { note \"x\" }\n", 4, 16, "more than 10000 notes", ""},
    {HEAD "repeat 20000 { expect faults = 0 }\n", 4, 16, "more than 10000 expectations", ""},
    /* descriptors and functions */
    {HEAD "A: open(\"/x\", rx)\n", 4, 15, "`open` does not know this", "did you mean `r"},
    {HEAD "A: fd = open(3)\n", 4, 14, "expected a path", "open("},
    {HEAD "A: dup2(1)\n", 4, 4, "`dup2` takes 2 arguments", "dup2(fd, 1)"},
    {HEAD "A: close(fd)\n", 4, 10, "A has no name `fd`", ""},
    {HEAD "device /dev/fb0\n", 4, 16, "", NULL},
    {HEAD "device /dev/fb0 0\n", 4, 17, "at least one byte", "device /dev/fb0 4 pages"},
    {HEAD "A: copy(0, 8, 0)\n", 4, 15, "at least one byte", "copy(buf, sp, 14)"},
    {HEAD "A: return\n", 4, 4, "A is in no function", "call main"},
    {HEAD "A: return 5\n", 4, 11, "returns no value", ""},
    {HEAD "A: call main\n", 4, 9, "A has no code that `main`", "call main(locals 64)"},
    {HEAD "A: call main(64)\n", 4, 14, "only the size of the locals", "locals 64"},
    {HEAD "B = start cat\nB: call main(locals 0xffffffffffff)\n", 5, 9, "no stack for this", ""},
    {HEAD "A: *0 = \"0123456789012345678901234567890123456789012345678901234567890123\"\n", 4, 9,
        "at most 63 bytes", "in pieces"},
    /* programs, users, limits */
    {HEAD "A: execve(\"/bin/x\")\n", 4, 11, "no program `/bin/x`", "declare it"},
    {HEAD "A: execve(cat)\n", 4, 11, "the program's name in quotes", "execve("},
    {HEAD "A: execve(\"cat\", \"cat\")\n", 4, 18, "a list of strings", "[\"p\", \"-x\"]"},
    {HEAD "A: execve(\"cat\", [7])\n", 4, 19, "a string in quotes", ""},
    {HEAD
        "A: execve(\"cat\", [\"0123456789012345678901234567890123456789012345678901234567890123\","
        " \"0123456789012345678901234567890123456789012345678901234567890123\"])\n",
        4, 87, "at most 128 bytes", "shorter"},
    {HEAD "A: vfork()\n", 4, 4, "the child needs a name", "A: B = vfork()"},
    {HEAD "A: setuid(0x100000000)\n", 4, 11, "32 bits", "setuid(1000)"},
    {HEAD "A: setrlimit(heap, 4K)\n", 4, 14, "expected stack", "setrlimit(stack, 64K)"},
    {HEAD "file /f 1 page mode 999\n", 4, 16, "three octal digits", "mode 0755"},
    {HEAD "file /f 1 page uid\n", 4, 16, "a number behind `uid`", "uid 1000"},
    {HEAD "program p { text 4K  bss { a = 1 } }\n", 4, 28, "bss is 0 at first", "data"},
    {HEAD "program p { text 4K  interpreter /lib/ld.so }\n", 4, 22, "a declared file", "file "},
    {HEAD "A: r = *argv\n", 4, 9, "A has no name `argv`", ""},
    /* calls on mappings */
    {HEAD "A: mmap(1 page, rw, fixed)\n", 4, 4, "need a place", "fixed, at 0x400000"},
    {HEAD "A: p = mmap(1 page, rw)\nA: mremap(p, 1 page, 2 pages, sideways)\n", 5, 31,
        "expected `maymove`", "maymove"},
    {HEAD "A: mremap(0x1000, 2 pages)\n", 4, 11, "how many bytes are there now", "1 page, 4 pages"},
    {HEAD "A: p = mmap(1 page, rw)\nA: mremap(p, maymove)\n", 5, 14, "expected the new size",
        "4 pages"},
    {HEAD "A: mlock(0x1000)\n", 4, 10, "needs a size here", "1 page"},
    {"vmscope 1\nmachine x86-64 { overcommit perhaps }\n", 2, 29, "`perhaps` does not say",
        "heuristic"},
    {HEAD "A.T1: store(0)\n", 4, 1, "there is no thread `T1`", "create"},
};

static void every_bad_text_has_its_answer(void **state)
{
    (void)state;
    assert_bad_texts(rows, sizeof rows / sizeof rows[0]);
}

static void all_errors_of_a_text_are_told(void **state)
{
    (void)state;
    const char *text =
        "vmscope 1\nfoo\nA = start empty\nA: bar()\nrepeat 2 {\n  baz\n  A: qux()\n}\nquux\n";
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    assert_int_equal(
        vm_scenario_parse(text, strlen(text), NULL, &diagnostics, &scenario), VM_INVALID);
    assert_null(scenario);
    assert_int_equal(diagnostics.errors, 5);
    static const uint32_t lines[] = {2, 4, 6, 7, 9};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(diagnostics.item[i].line, lines[i]);
    }
    vm_diagnostics_release(&diagnostics);
}

static void limits_of_the_text(void **state)
{
    (void)state;
    struct vm_diagnostic d;
    char *text = malloc(70000);
    assert_non_null(text);
    memset(text, ' ', 70000);
    memcpy(text, "vmscope 1\n", 10);
    assert_true(first_diagnostic(text, 70000, &d));
    assert_non_null(strstr(d.message, "70000 bytes, expected at most 65536"));
    strcpy(text, HEAD "A: x = ");
    size_t n = strlen(text);
    memset(text + n, '(', 10000);
    assert_true(first_diagnostic(text, n + 10000, &d));
    assert_non_null(strstr(d.message, "more than 32 levels"));
    for (size_t i = 0; i < 5000; i++) {
        memcpy(text + n + 2 * i, "1+", 2);
    }
    assert_true(first_diagnostic(text, n + 10000, &d));
    assert_non_null(strstr(d.message, "operators in one expression"));
    memset(text + n, '*', 10000);
    assert_true(first_diagnostic(text, n + 10000, &d));
    assert_non_null(strstr(d.message, "operators in one expression"));
    free(text);
}

static void no_frames_and_no_swap_is_simulated(void **state)
{
    (void)state;
    vm_run *run =
        run_text("vmscope 1\nmachine x86-64 { frames 20  kernel 4  swap 0 }\nA = start empty\n"
                 "A: h = mmap(64 pages, rw, noreserve)\nA: store(h, 64 pages)\nexpect fault oom\n"
                 "expect frames(A) = 0\n");
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_text_has_its_answer),
        cmocka_unit_test(all_errors_of_a_text_are_told),
        cmocka_unit_test(limits_of_the_text),
        cmocka_unit_test(no_frames_and_no_swap_is_simulated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * The tables of words tell the truth: what a row says is written so is understood, and a word that
 * an argument may be is taken.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct vm_diagnostic parsing(const char *text, bool *said)
{
    struct vm_diagnostics diagnostics = {0};
    struct vm_diagnostic first = {0};
    vm_scenario *scenario = NULL;
    vm_scenario_parse(text, strlen(text), NULL, &diagnostics, &scenario);
    *said = diagnostics.length > 0;
    if (*said) {
        first = diagnostics.item[0];
    }
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return first;
}

static void parses(const char *format, const char *usage)
{
    char text[400];
    bool said = false;
    snprintf(text, sizeof text, format, usage);
    struct vm_diagnostic first = parsing(text, &said);
    if (said) {
        fail_msg("%s: %s", usage, first.message);
    }
}

static void test_keywords(void **state)
{
    (void)state;
#define DECLARATION(word, kind, usage, about)                                                      \
    parses("vmscope 1\n%s\n", usage);                                                              \
    assert_memory_equal(usage, #word, strlen(#word));
#define DIRECTIVE(word, kind, parse, usage, about) DECLARATION(word, kind, usage, about)
#define STEP(word, kind, parse, usage, about)                                                      \
    parses("vmscope 1\nA = start empty\nA: %s\n", usage);                                          \
    assert_memory_equal(usage, #word, strlen(#word));
#include "scenario/keywords.def"
#undef DECLARATION
#undef DIRECTIVE
#undef STEP
}

/* "munmap(heap) or munmap(heap, 1 page)", "wait(B) for a child, …": what stands before the words.
 */
static void test_actions(void **state)
{
    static const char *const usages[] = {
#define ACTION(name, least, most, stage, usage, words, about) usage,
#include "scenario/actions.def"
#undef ACTION
    };
    (void)state;
    for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++) {
        char form[120];
        snprintf(form, sizeof form, "%s", usages[i]);
        char *end = strstr(form, " or ");
        end = end ? end : strstr(form, " for ");
        if (end) {
            *end = '\0';
        }
        parses("vmscope 1\nA = start empty\nA: %s\n", form);
    }
}

static void test_machines_and_options(void **state)
{
    (void)state;
#define MACHINE(word, kind, about) parses("vmscope 1\nmachine %s\n", word);
#include "scenario/machines.def"
#undef MACHINE
#define NUMBER(word, field, about) parses("vmscope 1\nmachine x86-64 { %s 1 }\n", #word);
#define FLAG(word, field, about) parses("vmscope 1\nmachine x86-64 { %s }\n", #word);
#define WORD(word, field, words, about)
#define SPECIAL(word, about)
#define SCARCE(word, usage, about)                                                                 \
    parses("vmscope 1\nmachine x86-64 { %s }\n", usage);                                           \
    assert_memory_equal(usage, #word, strlen(#word));
#include "scenario/options.def"
#undef NUMBER
#undef WORD
#undef FLAG
#undef SPECIAL
#undef SCARCE
}

static bool known_on(const char *machine, const char *usage)
{
    char text[400];
    struct vm_diagnostic first = {0};
    snprintf(text, sizeof text, "vmscope 1\nmachine %s\nA = start empty\nexpect %s = 1\n", machine,
        usage);
    bool said = first_diagnostic(text, strlen(text), &first);
    return !said || !strstr(first.message, "is no value");
}

/* A word that nobody knows is told apart from one whose arguments do not fit here. */
static void test_words_of_expect(void **state)
{
    static const char *const usages[] = {
#define EXPECT(word, usage, about) usage,
#include "scenario/expect.def"
#undef EXPECT
    };
    (void)state;
    for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++) {
        if (!known_on("x86-64 { frames 64 }", usages[i]) && !known_on("free-list", usages[i])) {
            fail_msg("%s is no value on any machine", usages[i]);
        }
    }
    struct vm_diagnostic first = {0};
    static const char wrong[] = HEAD "expect nonsense(A) = 1\n";
    assert_true(first_diagnostic(wrong, sizeof wrong - 1, &first));
    assert_non_null(strstr(first.message, "is no value"));
}

struct form {
    const char *class, *before, *after;
};

/* How a word of each class stands in a line; with a number behind it where it takes one. */
static const struct form forms[] = {
    {"prot", HEAD "A: x = mmap(1 page, ", ")\n"},
    {"map", HEAD "A: x = mmap(1 page, rw, ", ")\n"},
    {"open", HEAD "A: fd = open(\"/etc/motd\", r, ", ")\nexpect error none\n"},
    {"mremap", HEAD "A: x = mmap(1 page, rw)\nA: x = mremap(x, 1 page, 1 page, maymove, ", ")\n"},
    {"place", "vmscope 1\nmachine segmentation\nA = start empty\nA: x = place(2K, rw, ", ")\n"},
    {"sigaction", HEAD "A: sigaction(SIGSEGV, ", ")\n"},
    {"msync", HEAD "A: x = mmap(1 page, rw)\nA: msync(x, 1 page, ", ")\n"},
    {"ask", HEAD "A: x = mmap(1 page, rw)\nask ", " \"What comes?\"\nA: store(x)\n"},
};

/* What stands in parentheses behind a kind of question. */
static const char *asked(const char *kind)
{
    return strcmp(kind, "frame") == 0 || strcmp(kind, "pa") == 0 ? "(x)"
           : strcmp(kind, "value") == 0                          ? "(faults)"
           : strcmp(kind, "choice") == 0                         ? "(1; \"no\", \"yes\")"
                                                                 : "";
}

static const char *taken(const char *class, const char *word, struct vm_diagnostic *first)
{
    static char text[400];
    bool map = strcmp(class, "map") == 0, place = strcmp(class, "place") == 0;
    bool number = strcmp(word, "at") == 0 || strcmp(word, "hint") == 0;
    bool placed = strcmp(word, "fixed") == 0 || strcmp(word, "noreplace") == 0;
    const char *value = placed                                  ? ", at 0x900000"
                        : number && map                         ? " 0x900000"
                        : number && place                       ? " 28K"
                        : strcmp(word, "offset") == 0           ? " 1 page"
                        : place && strcmp(word, "segment") == 0 ? " 1"
                        : strcmp(class, "ask") == 0             ? asked(word)
                                                                : "";
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(forms[i].class, class) == 0) {
            snprintf(text, sizeof text, "%s%s%s%s", forms[i].before, word, value, forms[i].after);
            return first_diagnostic(text, strlen(text), first) && !first->warning ? text : NULL;
        }
    }
    fail_msg("a class without a form: %s", class);
    return NULL;
}

static void test_arguments(void **state)
{
    static const char *const rows[][2] = {
#define ARGUMENT(class, word, flag, about) {#class, #word},
#include "scenario/arguments.def"
#undef ARGUMENT
    };
    struct vm_diagnostic first;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = taken(rows[i][0], rows[i][1], &first);
        if (text) {
            fail_msg("%s: %s", text, first.message);
        }
    }
    assert_non_null(taken("map", "nonsense", &first));
    assert_non_null(taken("place", "nonsense", &first));
    assert_non_null(taken("mremap", "nonsense", &first));
    assert_non_null(taken("open", "nonsense", &first));
    assert_non_null(taken("msync", "nonsense", &first));
    assert_non_null(taken("ask", "nonsense", &first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keywords),
        cmocka_unit_test(test_actions),
        cmocka_unit_test(test_machines_and_options),
        cmocka_unit_test(test_words_of_expect),
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

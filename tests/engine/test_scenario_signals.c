/* SPDX-License-Identifier: MIT
 * Signals in the language: handlers are bodies; what lines drive takes its signals after the line,
 * a thread with a body when its turn comes; an access that faulted is made again.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SERVER                                                                                     \
    "vmscope 1\nmachine x86-64 { frames 256  swap 16 }\n"                                          \
    "program server { text 8K  data { seen = 0; done = 0 } }\n"                                    \
    "thread on(sig) { *seen = *seen * 100 + sig }\n"                                               \
    "thread fix(sig) { mmap(1 page, rw, private, fixed, at 0x10000000) }\n"                        \
    "thread worker(n) { repeat n { r = *done; *done = r + 1 } }\n"                                 \
    "thread killer() { pthread_kill(T1, SIGUSR1) }\n"                                              \
    "A = start server\n"

static const char *const texts[] = {
    /* both are pending: the frame of the higher number lies on top, so it runs first */
    SERVER "A: sigaction(SIGUSR1, on); sigaction(SIGUSR2, on)\n"
           "A: sigprocmask(block, SIGUSR1); kill(A, SIGUSR1)\nexpect pending(A, SIGUSR1) = 1\n"
           "expect masked(A, SIGUSR1) = 1\nexpect *seen = 0\nA: kill(A, SIGUSR2)\n"
           "expect *seen = 12\nA: sigprocmask(unblock, SIGUSR1)\nexpect *seen = 1210\n"
           "expect handlers(A) = 0\n",
    /* a thread with a body takes it when its turn comes, also before it has begun */
    SERVER "A: sigaction(SIGUSR1, on)\nA: T1 = create(worker, 3); T2 = create(killer)\nrun rr 1\n"
           "expect *seen = 10\nexpect *done = 3\nA: T3 = create(worker, 2)\n"
           "A: sigprocmask(block, SIGUSR1); kill(A, SIGUSR1)\nexpect handlers(T3) = 0\n"
           "run order T3\nexpect handlers(T3) = 1\nrun rr 1\nexpect *seen = 1010\n"
           "expect *done = 5\n",
    /* whatever the order, the handler runs once and nothing is lost */
    SERVER "A: sigaction(SIGUSR1, on)\nA: T1 = create(worker, 2); T2 = create(killer)\n"
           "run random seeds 1..20\nexpect always *seen = 10 or *seen = 0\n"
           "expect always *done = 2\n",
    /* what was written before kill is seen by the handler: no race */
    SERVER "thread tell() { *done = 5; pthread_kill(T1, SIGUSR1) }\n"
           "thread see(sig) { *seen = *done }\nthread idle() { pause() }\n"
           "A: sigaction(SIGUSR1, see)\nA: T1 = create(idle); T2 = create(tell)\n"
           "run order T1 T2 T2\nrun\nexpect *seen = 5\nexpect races = 0\n",
    /* the handler maps the page, and the store is made again */
    SERVER "A: sigaction(SIGSEGV, fix)\nA: *0x10000008 = 5\nexpect *0x10000008 = 5\n"
           "expect signals = 1\n",
    /* EINTR, zombies, orphans */
    SERVER "A: sigaction(SIGUSR1, on)\nA: B = fork()\nB: C = fork()\nB: pause()\n"
           "expect waits(B) = signal\nA: kill(B, SIGUSR1)\nexpect *B.seen = 10\n"
           "expect *A.seen = 0\nexpect parent(C) = B\nA: kill(B)\nexpect zombies = 1\n"
           "expect exit_code(B) = 143\nexpect parent(C) = init\nA: w = wait()\n"
           "expect zombies = 0\nC: exit(0)\nexpect zombies = 0\n",
    SERVER "A: B = fork()\nA: kill(B, SIGSTOP)\nexpect waits(B) = stopped\nA: kill(B, SIGCONT)\n"
           "expect state(B) = ready\nA: sigaction(SIGCHLD, ignore)\nA: kill(B, SIGKILL)\n"
           "expect zombies = 0\nexpect exit_code(B) = 137\nA: wait()\nexpect error ECHILD\n",
};

static void texts_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        vm_run *run = run_text(texts[i]);
        assert_true(held_all(run) > 0);
        vm_run_free(run);
    }
}

static const struct bad_text rows[] = {
    {SERVER "A: kill(B, SIGTERM)\n", 0, 0, "expected the name of a process", NULL},
    {SERVER "A: kill(A, SIGFOO)\n", 0, 0, "there is no signal `SIGFOO`", NULL},
    {SERVER "A: pthread_kill(T9, SIGINT)\n", 0, 0, "there is no thread `T9`", NULL},
    {SERVER "A: sigaction(SIGUSR1, skip)\n", 0, 0, "expected SIGSEGV or SIGBUS", NULL},
    {SERVER "A: sigaction(SIGUSR1, nobody)\n", 0, 0, "found `nobody`", NULL},
    {SERVER "thread two(a, b) { }\nA: sigaction(SIGUSR1, two)\n", 0, 0, "", NULL},
    {SERVER "A: sigprocmask(hide, SIGUSR1)\n", 0, 0, "expected `block` or `unblock`", NULL},
    {SERVER "A: sigaction(SIGSEGV, on)\nA: *8 = 1\n", 0, 0, "faults again, for ever", NULL},
    {SERVER "expect pending(A, SIGFOO) = 1\n", 0, 0, "takes a process or thread and a signal",
        NULL},
};

static void errors_say_where_and_why(void **state)
{
    (void)state;
    assert_bad_texts(rows, sizeof rows / sizeof rows[0]);
}

/* The handler may read what the sender wrote before. */
static void a_signal_orders(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nprogram p { text 4K data { a = 0 b = 0 } }\n"
                           "thread h(n) { r = *a; *b = r }\n"
                           "thread w { *a = 7; kill(A, SIGUSR1) }\n"
                           "A = start p\nA: sigaction(SIGUSR1, h)\nA: T1 = create(w)\nrun rr 1\n"
                           "A: r = *a\nexpect races = 0\nexpect *b = 7\n");
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts_hold),
        cmocka_unit_test(errors_say_where_and_why), cmocka_unit_test(a_signal_orders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * What Linux does with signals, as one JSON object. Built and run by hand:
 *   cc -O1 -pthread -o /tmp/signals signals.c && /tmp/signals > ../kernel/signals.json
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int order[8], taken;
static volatile long mask_within;
static volatile pid_t taker;

static unsigned long blocked(void)
{
    unsigned long set = 0;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
    return set;
}

static void note(int signo)
{
    order[taken++] = signo;
    mask_within = (long)blocked();
    taker = (pid_t)syscall(SYS_gettid);
}

static void handle(int signo, void (*action)(int))
{
    struct sigaction act = {.sa_handler = action};
    sigaction(signo, &act, NULL);
}

static void block(int how, int signo)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signo);
    pthread_sigmask(how, &set, NULL);
}

static void doze(void)
{
    struct timespec time = {.tv_nsec = 30000000};
    while (nanosleep(&time, &time) && errno == EINTR) {
    }
}

static void several(void)
{
    const int all[] = {SIGUSR2, SIGINT, SIGUSR1};
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < 3; i++) {
        handle(all[i], note);
        sigaddset(&set, all[i]);
    }
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++) {
        kill(getpid(), all[i]);
        kill(getpid(), all[i]);
    }
    taken = 0;
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    printf(
        "  \"several\": {\"sent\": [12, 2, 10], \"handlers_run\": [%d, %d, %d], \"times\": %d},\n",
        order[0], order[1], order[2], taken);
    taken = 0;
    block(SIG_BLOCK, SIGTERM);
    raise(SIGUSR1);
    printf("  \"mask\": {\"before\": %ld, \"within\": %ld, \"after\": %ld},\n", 1L << (SIGTERM - 1),
        mask_within, (long)blocked());
    block(SIG_UNBLOCK, SIGTERM);
}

static volatile pid_t second;
static volatile int stop;
static void *other(void *unused)
{
    block(SIG_UNBLOCK, SIGUSR1);
    second = (pid_t)syscall(SYS_gettid);
    while (!stop) {
        doze();
    }
    return unused;
}

static void threads(void)
{
    pthread_t thread;
    handle(SIGUSR1, note);
    pthread_create(&thread, NULL, other, NULL);
    doze();
    taken = 0;
    kill(getpid(), SIGUSR1);
    doze();
    int main_free = taker == getpid();
    block(SIG_BLOCK, SIGUSR1);
    kill(getpid(), SIGUSR1);
    doze();
    int main_blocks = taker == second;
    block(SIG_UNBLOCK, SIGUSR1);
    pthread_kill(thread, SIGUSR1);
    doze();
    printf("  \"taker\": {\"main_free\": %d, \"main_blocks\": %d, \"aimed\": %d},\n",
        main_free ? 0 : 1, main_blocks ? 1 : 0, taker == second);
    stop = 1;
    pthread_join(thread, NULL);
}

/* The result of a call in a child that SIGUSR1 comes to meanwhile: 0 or an errno. */
static int interrupted(int what)
{
    int ends[2], result[2];
    char byte;
    (void)!pipe(ends);
    (void)!pipe(result);
    pid_t child = fork();
    if (child == 0) {
        handle(SIGUSR1, note);
        pid_t own = what == 1 ? fork() : 0;
        if (what == 1 && own == 0) {
            for (;;) {
                pause();
            }
        }
        long got = what == 0   ? pause()
                   : what == 1 ? waitpid(own, NULL, 0)
                               : read(ends[0], &byte, 1);
        int answer = got < 0 ? errno : 0;
        if (own) {
            kill(own, SIGKILL);
        }
        (void)!write(result[1], &answer, sizeof answer);
        _exit(0);
    }
    doze();
    kill(child, SIGUSR1);
    int answer = -1;
    (void)!read(result[0], &answer, sizeof answer);
    waitpid(child, NULL, 0);
    return answer;
}

static int code_of(int signo)
{
    pid_t child = fork();
    if (child == 0) {
        handle(signo, SIG_DFL);
        raise(signo);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void children(void)
{
    int result[2], parent = 0, status;
    (void)!pipe(result);
    signal(SIGCHLD, SIG_DFL);
    pid_t child = fork();
    if (child == 0) {
        _exit(3);
    }
    doze();
    int kept = waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 3;
    signal(SIGCHLD, SIG_IGN);
    child = fork();
    if (child == 0) {
        _exit(3);
    }
    doze();
    int reaped = waitpid(child, &status, 0) < 0 ? errno : 0;
    signal(SIGCHLD, SIG_DFL);
    child = fork();
    if (child == 0) {
        pid_t before = getpid();
        if (fork() == 0) {
            doze();
            parent = getppid() != before;
            (void)!write(result[1], &parent, sizeof parent);
            _exit(0);
        }
        _exit(0);
    }
    waitpid(child, &status, 0);
    (void)!read(result[0], &parent, sizeof parent);
    printf("  \"children\": {\"default_keeps_zombie\": %d, \"ignored_wait_errno\": %d, "
           "\"orphan_has_new_parent\": %d},\n",
        kept, reaped, parent);
}

static volatile uintptr_t between, below;
static void measure(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    const ucontext_t *uc = context;
    const char *state = (const char *)uc->uc_mcontext.fpregs;
    uint32_t bytes; /* struct _fpx_sw_bytes, extended_size */
    memcpy(&bytes, state + 464 + 4, sizeof bytes);
    between = (uintptr_t)info - (uintptr_t)context;
    below = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP] - ((uintptr_t)state + bytes);
}

int main(void)
{
    printf("{\n");
    several();
    threads();
    printf("  \"interrupted\": {\"pause\": %d, \"wait\": %d, \"read\": %d},\n", interrupted(0),
        interrupted(1), interrupted(2));
    children();
    const int signals[] = {SIGINT, SIGABRT, SIGKILL, SIGUSR1, SIGUSR2, SIGPIPE, SIGTERM, SIGCHLD};
    printf("  \"codes\": {");
    for (int i = 0; i < 8; i++) {
        printf("%s\"%d\": %d", i ? ", " : "", signals[i], code_of(signals[i]));
    }
    printf("},\n");
    struct sigaction act = {.sa_sigaction = measure, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &act, NULL);
    raise(SIGUSR1);
    printf("  \"frame\": {\"ucontext_to_siginfo\": %lu, \"red_zone_kept\": %d}\n}\n",
        (unsigned long)between, below >= 128);
    return 0;
}

/* SPDX-License-Identifier: MIT
 * A failing seed as a short list of operations: halves, quarters, … are left out as long as the
 * same failure remains.
 */
#include "laws.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRIALS 4000
#define SECONDS 20 /* a trial that takes longer hangs */

struct shared {
    struct law_result result;
    size_t logged;
};

static void *share(size_t bytes)
{
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

struct law_case laws_case(uint64_t seed, unsigned full_every)
{
    static const size_t steps[] = {60, 150, 150, 400, 400, 1200};
    struct dice dice = {~seed};
    return (struct law_case){.seed = seed,
        .steps = steps[dice_roll(&dice, 6)],
        .full = full_every && seed % full_every == 0};
}

/* In a child, without its words. */
static void run_quietly(const struct law_case *law, struct shared *shared)
{
    int nowhere = open("/dev/null", O_WRONLY);
    if (nowhere >= 0) {
        dup2(nowhere, 2);
    }
    alarm(SECONDS);
    law_run(law, &shared->result);
    _exit(shared->result.problem[0] ? 3 : 0);
}

static bool tried(const struct law_case *law, struct shared *shared, char *problem, size_t room)
{
    memset(&shared->result, 0, sizeof shared->result);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        run_quietly(law, shared);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
        snprintf(problem, room, "%s", shared->result.problem);
    } else if (WIFEXITED(status)) {
        snprintf(problem, room, "a sanitizer stopped it");
    } else {
        snprintf(problem, room, "signal %d", WTERMSIG(status));
    }
    return false;
}

bool laws_try(const struct law_case *law, char *problem, size_t room)
{
    struct shared *shared = share(sizeof *shared);
    if (!shared) {
        return true;
    }
    bool held = tried(law, shared, problem, room);
    munmap(shared, sizeof *shared);
    return held;
}

struct vm_op *laws_failing(
    uint64_t seed, unsigned full_every, size_t *n, char *problem, size_t room)
{
    struct law_case law = laws_case(seed, full_every);
    size_t bytes = (law.steps + LAW_SETUP) * sizeof(struct vm_op);
    struct shared *shared = share(sizeof *shared);
    struct vm_op *log = share(bytes), *ops = malloc(bytes);
    if (!shared || !log || !ops) {
        free(ops);
        return NULL;
    }
    law.log = log;
    law.logged = &shared->logged;
    bool held = tried(&law, shared, problem, room);
    *n = shared->logged;
    memcpy(ops, log, bytes);
    munmap(log, bytes);
    munmap(shared, sizeof *shared);
    if (held) {
        free(ops);
        return NULL;
    }
    return ops;
}

/* The same failure: the message up to its first figure. */
static bool alike(const char *a, const char *b)
{
    size_t n = strcspn(a, "0123456789=");
    return strncmp(a, b, n < 4 ? strlen(a) : n) == 0;
}

size_t laws_minimise(
    uint64_t seed, unsigned full_every, struct vm_op *ops, size_t n, const char *problem)
{
    struct law_case law = laws_case(seed, full_every);
    struct vm_op *fewer = malloc((n + 1) * sizeof *fewer);
    unsigned trials = 0;
    for (size_t span = n / 2; fewer && span >= 1 && trials < TRIALS; span /= 2) {
        for (size_t at = 0; at < n && trials < TRIALS;) {
            size_t cut = at + span < n ? span : n - at;
            memcpy(fewer, ops, at * sizeof *ops);
            memcpy(fewer + at, ops + at + cut, (n - at - cut) * sizeof *ops);
            char now[200];
            law.given = fewer;
            law.given_n = n - cut;
            trials++;
            if (!laws_try(&law, now, sizeof now) && alike(problem, now)) {
                n -= cut;
                memcpy(ops, fewer, n * sizeof *ops);
            } else {
                at += cut;
            }
        }
    }
    free(fewer);
    return n;
}

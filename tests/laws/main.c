/* SPDX-License-Identifier: MIT
 * The law at scale: millions of random operations over many seeds, on all cores. Each worker is a
 * process that takes the next seed; one that dies names the seed it was at. Ends with 1 when a seed
 * breaks the law, and prints it as a list of operations made as short as possible.
 */
#include "laws.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS_MAX 64
#define SECONDS_MAX 120 /* a seed that takes longer hangs */
#define USAGE "usage: laws [--operations N] [--seeds A-B] [--seed S] [--jobs N] [--full-every N]\n"

struct options {
    uint64_t operations, first, last;
    unsigned jobs, full_every;
};

/* Shared by the workers. */
struct board {
    atomic_ullong next, operations, seeds, refused, memory;
    atomic_ullong at[WORKERS_MAX]; /* the seed each works on; 0: none */
    atomic_ullong failed;          /* a seed that broke the law; 0: none */
};

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void work(const struct options *options, struct board *board, unsigned worker)
{
    while (!board->failed && board->operations < options->operations) {
        uint64_t seed = board->next++;
        if (seed > options->last) {
            break;
        }
        board->at[worker] = seed;
        alarm(SECONDS_MAX);
        struct law_case law = laws_case(seed, options->full_every);
        struct law_result result;
        law_run(&law, &result);
        if (result.problem[0]) {
            _exit(3);
        }
        board->operations += result.operations;
        board->refused += result.refused;
        board->seeds++;
        if (result.memory > board->memory) {
            board->memory = result.memory;
        }
        board->at[worker] = 0;
    }
    _exit(0);
}

static void progress(const struct board *board, double since)
{
    double seconds = now() - since;
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    printf(
        "%llu operations, %llu seeds, %.0f operations/s, %.0f s; a machine held %.1f MiB at most",
        (unsigned long long)board->operations, (unsigned long long)board->seeds,
        (double)board->operations / seconds, seconds, (double)board->memory / 1048576);
    if (usage.ru_maxrss > 0) {
        printf(", a worker %.0f MiB", (double)usage.ru_maxrss / 1024);
    }
    printf("; %.0f %% of the operations were refused\n",
        100 * (double)board->refused / (double)(board->operations + 1));
    fflush(stdout);
}

static void run(const struct options *options, struct board *board)
{
    pid_t pid[WORKERS_MAX];
    double since = now(), said = since;
    for (unsigned i = 0; i < options->jobs; i++) {
        fflush(NULL);
        pid[i] = fork();
        if (pid[i] == 0) {
            work(options, board, i);
        }
    }
    for (unsigned left = options->jobs; left;) {
        int status;
        pid_t ended = waitpid(-1, &status, WNOHANG);
        for (unsigned i = 0; ended > 0 && i < options->jobs; i++) {
            bool held = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            if (pid[i] == ended && !held && !board->failed) {
                board->failed = board->at[i];
            }
        }
        left -= ended > 0;
        if (ended <= 0) {
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        }
        if (now() - said > 30) {
            said = now();
            progress(board, since);
        }
    }
    progress(board, since);
}

static void print_operation(const struct vm_op *op)
{
    const struct vm_op_desc *desc = vm_op_desc(op->kind);
    size_t n = desc ? desc->fields_n : 5;
    while (n && !op->u.arg[n - 1]) {
        n--;
    }
    printf("    {.kind = ");
    printf(desc ? "vm_op_kind_%s" : "%.0s%u", desc ? desc->name : "", (unsigned)op->kind);
    for (size_t i = 0; i < n; i++) {
        unsigned long long value = op->u.arg[i];
        printf(value > 4096 ? "%s0x%llx" : "%s%llu", i ? ", " : ", .u.arg = {", value);
    }
    printf(n ? "}},\n" : "},\n");
}

static void explain(uint64_t seed, unsigned full_every)
{
    char problem[200] = "";
    size_t n = 0;
    struct vm_op *ops = laws_failing(seed, full_every, &n, problem, sizeof problem);
    if (!ops) {
        printf("seed %llu fails, but not when it runs alone\n", (unsigned long long)seed);
        return;
    }
    printf("seed %llu, operation %zu: %s\n", (unsigned long long)seed, n, problem);
    fflush(stdout);
    n = laws_minimise(seed, full_every, ops, n, problem);
    printf("It needs these %zu operations on the machine of that seed:\n", n);
    for (size_t i = 0; i < n; i++) {
        print_operation(&ops[i]);
    }
    struct law_case last = laws_case(seed, full_every);
    last.given = ops;
    last.given_n = n;
    struct law_result result;
    fflush(stdout);
    law_run(&last, &result); /* with its words, a sanitizer's report too */
    printf("%s\n", result.problem);
    free(ops);
}

static bool read_options(int argc, char **argv, struct options *out)
{
    for (int i = 1; i < argc; i += 2) {
        char *end = NULL;
        uint64_t n = i + 1 < argc ? strtoull(argv[i + 1], &end, 10) : 0;
        if (!end || end == argv[i + 1]) {
            return false;
        }
        if (!strcmp(argv[i], "--operations")) {
            out->operations = n;
        } else if (!strcmp(argv[i], "--seeds") && *end == '-') {
            out->first = n;
            out->last = strtoull(end + 1, NULL, 10);
        } else if (!strcmp(argv[i], "--seed")) {
            out->first = out->last = n;
        } else if (!strcmp(argv[i], "--jobs") && n >= 1 && n <= WORKERS_MAX) {
            out->jobs = (unsigned)n;
        } else if (!strcmp(argv[i], "--full-every")) {
            out->full_every = (unsigned)n;
        } else {
            return false;
        }
    }
    return out->first && out->first <= out->last;
}

int main(int argc, char **argv)
{
    struct options options = {
        .operations = 10000000, .first = 1, .last = UINT64_MAX - 1, .jobs = 1, .full_every = 10};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    options.jobs = cores > 0 && cores < WORKERS_MAX ? (unsigned)cores : 1;
    if (!read_options(argc, argv, &options)) {
        fputs(USAGE, stderr);
        return 2;
    }
    struct board *board =
        mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (board == MAP_FAILED) {
        return 1;
    }
    board->next = options.first;
    run(&options, board);
    if (board->failed) {
        explain(board->failed, options.full_every);
        return 1;
    }
    return 0;
}

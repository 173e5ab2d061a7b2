/* SPDX-License-Identifier: MIT
 * Starting worker processes: posix_spawn of this program, which is safe with threads around.
 */
#include "sim/pool.h"
#include "sim/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attributes, int socket)
{
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGTERM);
    sigaddset(&defaults, SIGINT);
    int error = posix_spawn_file_actions_adddup2(files, socket, SIM_WORKER_FD);
    error = error ? error : posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDWR, 0);
    error = error ? error : posix_spawn_file_actions_adddup2(files, 0, 1);
    error = error ? error : posix_spawn_file_actions_addclosefrom_np(files, SIM_WORKER_FD + 1);
    error = error ? error : posix_spawnattr_setsigmask(attributes, &none);
    error = error ? error : posix_spawnattr_setsigdefault(attributes, &defaults);
    /* A group of its own: Ctrl-C at the terminal is the server's business, which ends its workers.
     */
    error = error ? error : posix_spawnattr_setpgroup(attributes, 0);
    return error ? error
                 : posix_spawnattr_setflags(attributes,
                       POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

bool sim_spawn(const struct sim_options *o, pid_t *pid, int *socket)
{
    char operations[24], memory[24], cpu[24], wall[24], total[24], pages[24], processes[24];
    const char *program = o->program ? o->program : "/proc/self/exe";
    snprintf(operations, sizeof(operations), "%llu", (unsigned long long)o->operations);
    snprintf(memory, sizeof(memory), "%llu", (unsigned long long)o->memory);
    snprintf(pages, sizeof(pages), "%llu", (unsigned long long)o->pages);
    snprintf(processes, sizeof(processes), "%llu", (unsigned long long)o->processes);
    snprintf(cpu, sizeof(cpu), "%u", o->cpu_ms);
    snprintf(wall, sizeof(wall), "%u", o->wall_ms);
    snprintf(total, sizeof(total), "%llu", (unsigned long long)(o->memory_total / o->workers));
    char *argv[] = {"vmscope", "worker", "--operations", operations, "--memory", memory, "--cpu-ms",
        cpu, "--wall-ms", wall, "--total", total, "--pages", pages, "--processes", processes, NULL};
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return false;
    }
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    int error = prepare(&files, &attributes, pair[1]);
    error = error ? error : posix_spawn(pid, program, &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    close(pair[1]);
    if (error) {
        close(pair[0]);
        errno = error;
        return false;
    }
    *socket = pair[0];
    return true;
}

int sim_reap(pid_t pid)
{
    int status = 0;
    kill(pid, SIGKILL); /* one that has ended already keeps its own status */
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return 0;
        }
    }
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* SPDX-License-Identifier: MIT
 * vmscope record: a real program's references, by valgrind's lackey, a log a process, as one lackey
 * trace with the mappings that each process had when it began.
 */
#include "command/command.h"
#include "command/record_merge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum { LOGS_MAX = 4096, RECORD_BYTES = 24, SPARE_BYTES = 64 << 20 };

static const char usage[] =
    "usage: vmscope record [-o FILE] [--limit N] -- COMMAND...\n"
    "       vmscope record [-o FILE] [--limit N] --logs LOG...\n\n"
    "Runs COMMAND under valgrind's lackey and writes every reference to memory, its system calls "
    "and\n"
    "the mappings at its start, of all its processes, as one trace: `vmscope replay FILE --format\n"
    "lackey ...`, or upload it. --logs joins logs that lackey wrote, one a process.\n\n"
    "  -o FILE     recording.lackey.zst; compressed when it ends in .zst, `-` is standard output\n"
    "  --limit N   records at most (10000000); the program is ended when there are clearly "
    "more\n\n"
    "What it cannot see: what the kernel itself touches (the buffer of a read), the order of\n"
    "references between processes (only fork and wait order them) and between threads, what a\n"
    "process did between fork and exec, and what no valgrind can run. Addresses are those that\n"
    "valgrind gives, and the program runs about 100 times slower, so that timing is not its own.\n";

struct recording {
    const char *out;
    uint64_t most;
    char dir[PATH_MAX];
    struct merge_log *log; /* LOGS_MAX */
    off_t *seen;           /* bytes of each log when it was looked at last */
    size_t n;
    FILE *file;
    ZSTD_CCtx *zstd;
    char packed[1 << 16];
};

static bool complain(const char *what)
{
    fprintf(stderr, "vmscope record: %s: %s\n", what, strerror(errno));
    return false;
}

static bool valgrind_there(void)
{
    char path[PATH_MAX];
    const char *at = getenv("PATH");
    for (size_t n; at && *at; at += n + (at[n] == ':')) {
        n = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/valgrind", (int)n, at);
        if (access(path, X_OK) == 0) {
            return true;
        }
    }
    fputs("vmscope record: valgrind is not installed; it does the recording (apt-get install "
          "valgrind)\n",
        stderr);
    return false;
}

static char *read_all(const char *path)
{
    enum { MOST = 1 << 20 };
    char *text = malloc(MOST);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t n = 0;
    for (ssize_t got; text && fd >= 0 && n < MOST - 1; n += (size_t)got) {
        got = read(fd, text + n, MOST - 1 - n);
        if (got <= 0) {
            break;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    if (text) {
        text[n] = '\0';
    }
    return text;
}

/* Valgrind has loaded the program: its first reference stands in the log. */
static bool has_record(const char *path)
{
    char head[8192];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head - 1);
    if (fd >= 0) {
        close(fd);
    }
    head[n > 0 ? n : 0] = '\0';
    return strstr(head, "\nI  ") != NULL;
}

static struct merge_log *log_numbered(struct recording *r, uint32_t pid, const char *path)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->log[i].pid == pid) {
            return &r->log[i];
        }
    }
    if (r->n == LOGS_MAX) {
        return NULL;
    }
    r->log[r->n] = (struct merge_log){.pid = pid, .path = strdup(path)};
    return &r->log[r->n++];
}

/* Looks at the logs that there are; an exec begins its process's log anew. Returns their bytes. */
static uint64_t look(struct recording *r)
{
    uint64_t sum = 0;
    DIR *dir = opendir(r->dir);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        char path[PATH_MAX + 300], maps[64];
        struct stat stat_;
        uint32_t pid = (uint32_t)strtoul(entry->d_name, NULL, 10);
        snprintf(path, sizeof path, "%s/%s", r->dir, entry->d_name);
        struct merge_log *log = pid ? log_numbered(r, pid, path) : NULL;
        if (!log || stat(path, &stat_) != 0) {
            continue;
        }
        off_t *seen = &r->seen[log - r->log];
        sum += (uint64_t)stat_.st_size;
        if (stat_.st_size < *seen) {
            free(log->maps);
            log->maps = NULL;
        }
        *seen = stat_.st_size;
        if (!log->maps && has_record(path)) {
            snprintf(maps, sizeof maps, "/proc/%" PRIu32 "/maps", pid);
            log->maps = read_all(maps);
        }
    }
    if (dir) {
        closedir(dir);
    }
    return sum;
}

static void end_all(struct recording *r, pid_t root)
{
    kill(root, SIGKILL);
    for (size_t i = 0; i < r->n; i++) {
        kill((pid_t)r->log[i].pid, SIGKILL);
    }
}

static _Noreturn void become_valgrind(const struct recording *r, char **command, int n)
{
    char log[PATH_MAX + 32];
    char **argv = calloc((size_t)n + 8, sizeof *argv);
    if (argv) {
        snprintf(log, sizeof log, "--log-file=%s/%%p", r->dir);
        char *options[] = {(char[]){"valgrind"}, (char[]){"--tool=lackey"},
            (char[]){"--trace-mem=yes"}, (char[]){"--trace-syscalls=yes"},
            (char[]){"--trace-children=yes"}, log};
        memcpy(argv, options, sizeof options);
        memcpy(argv + 6, command, (size_t)n * sizeof *argv);
        execvp("valgrind", argv);
    }
    complain("valgrind");
    _exit(127);
}

/* Runs it to its end, or until there is more than will be kept. *code: its exit code. */
static bool run(struct recording *r, char **command, int n, int *code)
{
    uint64_t most = r->most * RECORD_BYTES + SPARE_BYTES;
    int status = 0;
    bool ended = false;
    pid_t child = fork();
    if (child == 0) {
        become_valgrind(r, command, n);
    }
    if (child < 0) {
        return complain("fork");
    }
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (look(r) > most && !ended) {
            end_all(r, child);
            ended = true;
        }
        nanosleep(&(struct timespec){0, 2000000}, NULL);
    }
    look(r);
    for (size_t i = 0; i < r->n; i++) {
        r->log[i].root = r->log[i].pid == (uint32_t)child;
    }
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended) {
        end_all(r, child);
    } else if (*code) {
        fprintf(stderr, "vmscope record: the program ended with %d\n", *code);
    }
    return true;
}

static bool flush(struct recording *r, const char *text, size_t n, ZSTD_EndDirective how)
{
    ZSTD_inBuffer in = {text, n, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {r->packed, sizeof r->packed, 0};
        left = ZSTD_compressStream2(r->zstd, &out, &in, how);
        if (ZSTD_isError(left) || fwrite(r->packed, 1, out.pos, r->file) != out.pos) {
            return false;
        }
    } while (how == ZSTD_e_end ? left > 0 : in.pos < in.size);
    return true;
}

static bool put(void *recording, const char *text, size_t n)
{
    struct recording *r = recording;
    return r->zstd ? flush(r, text, n, ZSTD_e_continue) : fwrite(text, 1, n, r->file) == n;
}

static bool write_out(struct recording *r)
{
    size_t n = strlen(r->out);
    struct merge_total total;
    bool standard = strcmp(r->out, "-") == 0, packed = n > 4 && strcmp(r->out + n - 4, ".zst") == 0;
    r->file = standard ? stdout : fopen(r->out, "wb");
    r->zstd = packed ? ZSTD_createCCtx() : NULL;
    if (!r->file || (packed && !r->zstd)) {
        return complain(r->out);
    }
    bool fine = record_merge(r->log, r->n, r->most, put, r, &total);
    fine = fine && (!r->zstd || flush(r, NULL, 0, ZSTD_e_end));
    fine = (standard ? fflush(r->file) : fclose(r->file)) == 0 && fine;
    ZSTD_freeCCtx(r->zstd);
    if (!fine) {
        return complain(r->out);
    }
    fprintf(stderr, "%s: %" PRIu64 " references of %" PRIu64 " process%s%s\n", r->out,
        total.records, total.processes, total.processes == 1 ? "" : "es",
        total.cut ? ", cut there: --limit" : "");
    if (total.records == 0) {
        fputs(
            "vmscope record: there is no reference: valgrind could not run the program\n", stderr);
    }
    return total.records > 0;
}

static void clean(struct recording *r)
{
    for (size_t i = 0; i < r->n; i++) {
        if (*r->dir && r->log[i].path) {
            unlink(r->log[i].path);
        }
        merge_log_release(&r->log[i]);
    }
    if (*r->dir) {
        rmdir(r->dir);
    }
    free(r->log);
    free(r->seen);
    free(r);
}

static int record(struct recording *r, char **command, int n)
{
    const char *tmp = getenv("TMPDIR");
    int code;
    char dir[PATH_MAX];
    if (!valgrind_there()) {
        return COMMAND_FAILED;
    }
    snprintf(dir, sizeof dir, "%s/vmscope-record-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir)) {
        complain(dir);
        return COMMAND_FAILED;
    }
    strcpy(r->dir, dir);
    if (!run(r, command, n, &code)) {
        return COMMAND_FAILED;
    }
    if (r->n == 0) {
        fputs("vmscope record: valgrind could not run the program\n", stderr);
        return COMMAND_FAILED;
    }
    return write_out(r) ? COMMAND_DONE : COMMAND_FAILED;
}

/* ==PID== at the head, or a number of its own. */
static int join(struct recording *r, char **path, int n)
{
    for (int i = 0; i < n; i++) {
        char head[64] = "";
        FILE *file = fopen(path[i], "r");
        if (!file) {
            complain(path[i]);
            return COMMAND_BAD_INPUT;
        }
        bool read = fgets(head, sizeof head, file) != NULL;
        fclose(file);
        uint32_t pid =
            read && strncmp(head, "==", 2) == 0 ? (uint32_t)strtoul(head + 2, NULL, 10) : 0;
        struct merge_log *log = log_numbered(r, pid ? pid : UINT32_MAX - (uint32_t)i, path[i]);
        if (!log || (size_t)i + 1 != r->n) {
            fprintf(stderr, "%s:1:1: a second log of process %" PRIu32 "\n", path[i], pid);
            return COMMAND_BAD_INPUT;
        }
        log->root = i == 0;
    }
    return write_out(r) ? COMMAND_DONE : COMMAND_FAILED;
}

int command_record(int argc, char **argv)
{
    static const struct option options[] = {{"limit", required_argument, NULL, 'l'},
        {"logs", no_argument, NULL, 'g'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const char *out = "recording.lackey.zst";
    uint64_t most = 10000000;
    bool logs = false;
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, "+ho:", options, NULL)) != -1;) {
        char *end = NULL;
        if (option == 'h') {
            fputs(usage, stdout);
            return COMMAND_DONE;
        }
        if (option == 'o') {
            out = optarg;
        } else if (option == 'g') {
            logs = true;
        } else if (option != 'l' || (most = strtoull(optarg, &end, 10)) == 0 || *end ||
                   *optarg == '-' || most > UINT64_MAX / RECORD_BYTES - SPARE_BYTES) {
            fputs(usage, stderr);
            return COMMAND_USAGE;
        }
    }
    struct recording *r = optind < argc ? calloc(1, sizeof *r) : NULL;
    if (!r) {
        fputs(usage, stderr);
        return COMMAND_USAGE;
    }
    r->out = out;
    r->most = most;
    r->log = calloc(LOGS_MAX, sizeof *r->log);
    r->seen = calloc(LOGS_MAX, sizeof *r->seen);
    int code = COMMAND_FAILED;
    if (r->log && r->seen) {
        code = (logs ? join : record)(r, argv + optind, argc - optind);
    }
    clean(r);
    return code;
}

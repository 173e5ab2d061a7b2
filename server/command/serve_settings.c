/* SPDX-License-Identifier: MIT
 * See serve_settings.h. Every number has a greatest value here; what 0 means is said by whoever
 * takes it.
 */
#include "command/serve_settings.h"
#include "command/command.h"

#include <getopt.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "usage: vmscope serve [options]\n\n"
    "  --listen ADDRESS:PORT   where to listen (127.0.0.1:8080); port 0: any free one\n"
    "  --data DIR              what is kept ($XDG_DATA_HOME/vmscope or ~/.local/share/vmscope)\n"
    "  --public-url URL        how clients reach it; needed for an address that is not loopback\n"
    "  --web DIR               the built pages (web/ beside the program, or web/dist)\n"
    "  --workers N             simulation processes (one a core)\n"
    "  --operations N          operations a run (1000000)\n"
    "  --memory MIB            memory of a run (64)\n"
    "  --pages N               pages that one operation touches, or a file has (1048576)\n"
    "  --processes N           processes of a run (1000)\n"
    "  --cpu-ms N              CPU time of a run in milliseconds (2000)\n"
    "  --wall-ms N             time of a run in milliseconds (5000)\n"
    "  --analysts N            processes for analyses of traces (1)\n"
    "  --analysis-s N          seconds that one analysis may take (300)\n"
    "  --analysis-memory MIB   memory of one of them (2048)\n"
    "  --rate N                API requests a second from one address (600 with --public-url, else "
    "no limit)\n"
    "  --min-free MIB          room to keep on the disk (100)\n"
    "  --max-data MIB          size of the database (2048 with --public-url, else no limit)\n"
    "  --lan                   for the devices in this network: listens on all addresses, prints "
    "links\n"
    "  --rooms N               rooms open at once (200)\n"
    "  --room-members N        members of a room (2000)\n"
    "  --room-hours N          a room ends so long after the last word (12)\n"
    "  --room-guesses N        wrong codes a minute from one address (600)\n"
    "\nEach option is also a variable: VMSCOPE_LISTEN, VMSCOPE_DATA, VMSCOPE_PUBLIC_URL, "
    "VMSCOPE_WEB, …\n"
    "SIGTERM and SIGINT stop it; nothing acknowledged is lost.\n";

static const struct {
    const char *flag, *variable;
} names[SERVE_OPTIONS] = {
    [SERVE_LISTEN] = {"listen", "VMSCOPE_LISTEN"},
    [SERVE_DATA] = {"data", "VMSCOPE_DATA"},
    [SERVE_PUBLIC_URL] = {"public-url", "VMSCOPE_PUBLIC_URL"},
    [SERVE_WEB] = {"web", "VMSCOPE_WEB"},
    [SERVE_WORKERS] = {"workers", "VMSCOPE_WORKERS"},
    [SERVE_OPERATIONS] = {"operations", "VMSCOPE_OPERATIONS"},
    [SERVE_MEMORY] = {"memory", "VMSCOPE_MEMORY"},
    [SERVE_PAGES] = {"pages", "VMSCOPE_PAGES"},
    [SERVE_PROCESSES] = {"processes", "VMSCOPE_PROCESSES"},
    [SERVE_CPU_MS] = {"cpu-ms", "VMSCOPE_CPU_MS"},
    [SERVE_WALL_MS] = {"wall-ms", "VMSCOPE_WALL_MS"},
    [SERVE_ANALYSTS] = {"analysts", "VMSCOPE_ANALYSTS"},
    [SERVE_ANALYSIS_S] = {"analysis-s", "VMSCOPE_ANALYSIS_S"},
    [SERVE_ANALYSIS_MEMORY] = {"analysis-memory", "VMSCOPE_ANALYSIS_MEMORY"},
    [SERVE_RATE] = {"rate", "VMSCOPE_RATE"},
    [SERVE_MIN_FREE] = {"min-free", "VMSCOPE_MIN_FREE"},
    [SERVE_MAX_DATA] = {"max-data", "VMSCOPE_MAX_DATA"},
    [SERVE_LAN] = {"lan", "VMSCOPE_LAN"},
    [SERVE_ROOMS] = {"rooms", "VMSCOPE_ROOMS"},
    [SERVE_ROOM_MEMBERS] = {"room-members", "VMSCOPE_ROOM_MEMBERS"},
    [SERVE_ROOM_HOURS] = {"room-hours", "VMSCOPE_ROOM_HOURS"},
    [SERVE_ROOM_GUESSES] = {"room-guesses", "VMSCOPE_ROOM_GUESSES"},
};

static bool read_numbers(struct serve_settings *set)
{
    static const struct {
        enum serve_option id;
        uint64_t standard, most;
    } numbers[] = {{SERVE_WORKERS, 0, 256}, {SERVE_OPERATIONS, 0, 100000000},
        {SERVE_MEMORY, 0, 1 << 20}, {SERVE_PAGES, 0, 1 << 22}, {SERVE_PROCESSES, 0, 100000},
        {SERVE_CPU_MS, 0, 3600000}, {SERVE_WALL_MS, 0, 3600000}, {SERVE_ANALYSTS, 1, 256},
        {SERVE_ANALYSIS_S, 300, 86400}, {SERVE_ANALYSIS_MEMORY, 2048, 1 << 20},
        {SERVE_RATE, 0, 1000000}, {SERVE_MIN_FREE, 100, 1 << 30}, {SERVE_MAX_DATA, 0, 1 << 30},
        {SERVE_LAN, 0, 1}, {SERVE_ROOMS, 0, 100000}, {SERVE_ROOM_MEMBERS, 0, 100000},
        {SERVE_ROOM_HOURS, 0, 8760}, {SERVE_ROOM_GUESSES, 0, 1000000}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *text = set->value[numbers[i].id];
        char *end = NULL;
        uint64_t value = text && *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;
        if (text && (!end || *end || value > numbers[i].most)) {
            fprintf(stderr, "vmscope: --%s must be a whole number up to %llu, not %s\n",
                names[numbers[i].id].flag, (unsigned long long)numbers[i].most, text);
            return false;
        }
        set->number[numbers[i].id] = text ? value : numbers[i].standard;
    }
    bool shared = set->value[SERVE_PUBLIC_URL] || set->number[SERVE_LAN];
    if (!set->value[SERVE_RATE] && shared) {
        set->number[SERVE_RATE] = 600;
    }
    if (!set->value[SERVE_MAX_DATA] && shared) {
        set->number[SERVE_MAX_DATA] = 2048;
    }
    return true;
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool works = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return works;
}

static bool read_listen(struct serve_settings *set)
{
    const char *text = set->value[SERVE_LISTEN] ? set->value[SERVE_LISTEN] : "127.0.0.1:8080";
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    unsigned long port =
        colon && colon[1] >= '0' && colon[1] <= '9' ? strtoul(colon + 1, &end, 10) : 65536;
    size_t n = colon ? (size_t)(colon - text) : 0;
    bool bracketed = n > 2 && text[0] == '[' && text[n - 1] == ']';
    if (port > 65535 || *end || n == 0 || n >= sizeof set->address) {
        fprintf(stderr, "vmscope: --listen must be like 127.0.0.1:8080, not %s\n", text);
        return false;
    }
    snprintf(
        set->address, sizeof set->address, "%.*s", (int)(bracketed ? n - 2 : n), text + bracketed);
    if (strcmp(set->address, "localhost") == 0) {
        strcpy(set->address, "127.0.0.1");
    }
    set->port = (uint16_t)port;
    bool loopback = strncmp(set->address, "127.", 4) == 0 || strcmp(set->address, "::1") == 0;
    if (loopback && set->number[SERVE_LAN]) {
        strcpy(set->address, has_ipv6() ? "::" : "0.0.0.0");
    }
    if (!loopback && !set->value[SERVE_PUBLIC_URL] && !set->number[SERVE_LAN]) {
        fprintf(stderr,
            "vmscope: to listen on %s give --public-url, the address that browsers use, or --lan\n",
            set->address);
        return false;
    }
    if (set->value[SERVE_PUBLIC_URL] && strncmp(set->value[SERVE_PUBLIC_URL], "http://", 7) != 0 &&
        strncmp(set->value[SERVE_PUBLIC_URL], "https://", 8) != 0) {
        fprintf(stderr, "vmscope: --public-url must begin with http:// or https://\n");
        return false;
    }
    return true;
}

static bool find_data(struct serve_settings *set)
{
    const char *home = getenv("HOME"), *xdg = getenv("XDG_DATA_HOME");
    if (set->value[SERVE_DATA]) {
        snprintf(set->data, sizeof set->data, "%s", set->value[SERVE_DATA]);
    } else if (xdg && *xdg == '/') {
        snprintf(set->data, sizeof set->data, "%s/vmscope", xdg);
    } else if (home && *home == '/') {
        snprintf(set->data, sizeof set->data, "%s/.local/share/vmscope", home);
    } else {
        fputs("vmscope: there is no HOME; give --data\n", stderr);
        return false;
    }
    return true;
}

/* The pages: as told, or beside the program, or in the tree it was built from. */
static void find_web(struct serve_settings *set)
{
    static const char *const places[] = {"web", "web/dist", "../web/dist", "../../web/dist",
        "../../../web/dist", "../share/vmscope/web"};
    char program[3000], index[4200];
    struct stat st;
    if (set->value[SERVE_WEB]) {
        return;
    }
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = 0;
    char *slash = strrchr(program, '/');
    for (size_t i = 0; slash && i < sizeof places / sizeof places[0]; i++) {
        *slash = 0;
        snprintf(set->web, sizeof set->web, "%s/%s", program, places[i]);
        snprintf(index, sizeof index, "%s/index.html", set->web);
        if (stat(index, &st) == 0) {
            set->value[SERVE_WEB] = set->web;
            return;
        }
    }
}

int serve_settings_read(int argc, char **argv, struct serve_settings *set)
{
    struct option options[SERVE_OPTIONS + 2] = {{0}};
    for (int i = 0; i < SERVE_OPTIONS; i++) {
        options[i] = (struct option){
            names[i].flag, i == SERVE_LAN ? no_argument : required_argument, NULL, i};
        set->value[i] = getenv(names[i].variable);
    }
    options[SERVE_OPTIONS] = (struct option){"help", no_argument, NULL, SERVE_HELP};
    for (int id; (id = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (id == SERVE_HELP || id == 'h') {
            fputs(usage, stdout);
            return COMMAND_DONE;
        }
        if (id == '?') {
            return COMMAND_USAGE;
        }
        set->value[id] = id == SERVE_LAN ? "1" : optarg;
    }
    if (optind < argc) {
        fprintf(stderr, "vmscope: serve takes no argument %s\n", argv[optind]);
        return COMMAND_USAGE;
    }
    if (!read_numbers(set) || !read_listen(set) || !find_data(set)) {
        return COMMAND_USAGE;
    }
    find_web(set);
    return -1;
}

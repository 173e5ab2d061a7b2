/* SPDX-License-Identifier: MIT
 * vmscope serve: the store, the simulation workers, the WebSocket loop and HTTP, started in this
 * order and stopped in an order that loses nothing: first no new requests, then everything under
 * way is answered, then the store writes what it has accepted.
 */
#include "api/api.h"
#include "api/jobs.h"
#include "api/source.h"
#include "command/command.h"
#include "command/qr.h"
#include "ws/ws.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

enum option_id {
    LISTEN,
    DATA,
    PUBLIC_URL,
    WEB,
    WORKERS,
    OPERATIONS,
    MEMORY,
    PAGES,
    PROCESSES,
    CPU_MS,
    WALL_MS,
    ANALYSTS,
    ANALYSIS_S,
    ANALYSIS_MEMORY,
    RATE,
    MIN_FREE,
    MAX_DATA,
    LAN,
    ROOMS,
    ROOM_MEMBERS,
    ROOM_HOURS,
    ROOM_GUESSES,
    OPTIONS,
    HELP
};

static const struct {
    const char *flag, *variable;
} names[OPTIONS] = {
    [LISTEN] = {"listen", "VMSCOPE_LISTEN"},
    [DATA] = {"data", "VMSCOPE_DATA"},
    [PUBLIC_URL] = {"public-url", "VMSCOPE_PUBLIC_URL"},
    [WEB] = {"web", "VMSCOPE_WEB"},
    [WORKERS] = {"workers", "VMSCOPE_WORKERS"},
    [OPERATIONS] = {"operations", "VMSCOPE_OPERATIONS"},
    [MEMORY] = {"memory", "VMSCOPE_MEMORY"},
    [PAGES] = {"pages", "VMSCOPE_PAGES"},
    [PROCESSES] = {"processes", "VMSCOPE_PROCESSES"},
    [CPU_MS] = {"cpu-ms", "VMSCOPE_CPU_MS"},
    [WALL_MS] = {"wall-ms", "VMSCOPE_WALL_MS"},
    [ANALYSTS] = {"analysts", "VMSCOPE_ANALYSTS"},
    [ANALYSIS_S] = {"analysis-s", "VMSCOPE_ANALYSIS_S"},
    [ANALYSIS_MEMORY] = {"analysis-memory", "VMSCOPE_ANALYSIS_MEMORY"},
    [RATE] = {"rate", "VMSCOPE_RATE"},
    [MIN_FREE] = {"min-free", "VMSCOPE_MIN_FREE"},
    [MAX_DATA] = {"max-data", "VMSCOPE_MAX_DATA"},
    [LAN] = {"lan", "VMSCOPE_LAN"},
    [ROOMS] = {"rooms", "VMSCOPE_ROOMS"},
    [ROOM_MEMBERS] = {"room-members", "VMSCOPE_ROOM_MEMBERS"},
    [ROOM_HOURS] = {"room-hours", "VMSCOPE_ROOM_HOURS"},
    [ROOM_GUESSES] = {"room-guesses", "VMSCOPE_ROOM_GUESSES"},
};

struct settings {
    const char *value[OPTIONS]; /* NULL: not given */
    char address[64], data[4096], web[4096];
    uint16_t port;
    uint64_t number[OPTIONS];
};

static bool read_numbers(struct settings *set)
{
    static const struct {
        enum option_id id;
        uint64_t standard, most;
    } numbers[] = {{WORKERS, 0, 256}, {OPERATIONS, 0, 100000000}, {MEMORY, 0, 1 << 20},
        {PAGES, 0, 1 << 22}, {PROCESSES, 0, 100000}, {CPU_MS, 0, 3600000}, {WALL_MS, 0, 3600000},
        {ANALYSTS, 1, 256}, {ANALYSIS_S, 300, 86400}, {ANALYSIS_MEMORY, 2048, 1 << 20},
        {RATE, 0, 1000000}, {MIN_FREE, 100, 1 << 30}, {MAX_DATA, 0, 1 << 30}, {LAN, 0, 1},
        {ROOMS, 0, 100000}, {ROOM_MEMBERS, 0, 100000}, {ROOM_HOURS, 0, 8760},
        {ROOM_GUESSES, 0, 1000000}};
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
    bool shared = set->value[PUBLIC_URL] || set->number[LAN];
    if (!set->value[RATE] && shared) {
        set->number[RATE] = 600;
    }
    if (!set->value[MAX_DATA] && shared) {
        set->number[MAX_DATA] = 2048;
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

static bool read_listen(struct settings *set)
{
    const char *text = set->value[LISTEN] ? set->value[LISTEN] : "127.0.0.1:8080";
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
    if (loopback && set->number[LAN]) {
        strcpy(set->address, has_ipv6() ? "::" : "0.0.0.0");
    }
    if (!loopback && !set->value[PUBLIC_URL] && !set->number[LAN]) {
        fprintf(stderr,
            "vmscope: to listen on %s give --public-url, the address that browsers use, or --lan\n",
            set->address);
        return false;
    }
    if (set->value[PUBLIC_URL] && strncmp(set->value[PUBLIC_URL], "http://", 7) != 0 &&
        strncmp(set->value[PUBLIC_URL], "https://", 8) != 0) {
        fprintf(stderr, "vmscope: --public-url must begin with http:// or https://\n");
        return false;
    }
    return true;
}

static bool find_data(struct settings *set)
{
    const char *home = getenv("HOME"), *xdg = getenv("XDG_DATA_HOME");
    if (set->value[DATA]) {
        snprintf(set->data, sizeof set->data, "%s", set->value[DATA]);
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
static const char *find_web(struct settings *set)
{
    static const char *const places[] = {"web", "web/dist", "../web/dist", "../../web/dist",
        "../../../web/dist", "../share/vmscope/web"};
    char program[3000], index[4200];
    struct stat st;
    if (set->value[WEB]) {
        return set->value[WEB];
    }
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = 0;
    char *slash = strrchr(program, '/');
    for (size_t i = 0; slash && i < sizeof places / sizeof places[0]; i++) {
        *slash = 0;
        snprintf(set->web, sizeof set->web, "%s/%s", program, places[i]);
        snprintf(index, sizeof index, "%s/index.html", set->web);
        if (stat(index, &st) == 0) {
            return set->web;
        }
    }
    return NULL;
}

static int read_arguments(int argc, char **argv, struct settings *set)
{
    struct option options[OPTIONS + 2] = {{0}};
    for (int i = 0; i < OPTIONS; i++) {
        options[i] =
            (struct option){names[i].flag, i == LAN ? no_argument : required_argument, NULL, i};
        set->value[i] = getenv(names[i].variable);
    }
    options[OPTIONS] = (struct option){"help", no_argument, NULL, HELP};
    for (int id; (id = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (id == HELP || id == 'h') {
            fputs(usage, stdout);
            return COMMAND_DONE;
        }
        if (id == '?') {
            return COMMAND_USAGE;
        }
        set->value[id] = id == LAN ? "1" : optarg;
    }
    if (optind < argc) {
        fprintf(stderr, "vmscope: serve takes no argument %s\n", argv[optind]);
        return COMMAND_USAGE;
    }
    return read_numbers(set) && read_listen(set) && find_data(set) ? -1 : COMMAND_USAGE;
}

static bool start(const struct settings *set, const char *web, struct api *api)
{
    char why[400] = "";
    struct store_options options = {.dir = set->data,
        .min_free = set->number[MIN_FREE] << 20,
        .max_bytes = set->number[MAX_DATA] << 20,
        .library = true};
    if (store_open(&options, why, sizeof why, &api->store) != STORE_OK) {
        fprintf(stderr, "vmscope: %s\n", why);
        return false;
    }
    api->local = !set->value[PUBLIC_URL] && !set->number[LAN];
    struct sim_options sim = {.workers = (unsigned)set->number[WORKERS],
        .operations = set->number[OPERATIONS],
        .memory = set->number[MEMORY] << 20,
        .pages = set->number[PAGES],
        .processes = set->number[PROCESSES],
        .cpu_ms = (unsigned)set->number[CPU_MS],
        .wall_ms = (unsigned)set->number[WALL_MS]};
    api->sim = sim_new(&sim);
    struct sim_options long_work = {.workers = (unsigned)set->number[ANALYSTS],
        .cpu_ms = (unsigned)set->number[ANALYSIS_S] * 1000,
        .wall_ms = (unsigned)set->number[ANALYSIS_S] * 1000,
        .memory_total = (set->number[ANALYSIS_MEMORY] << 20) * set->number[ANALYSTS] / 4};
    api->analysts = sim_new(&long_work);
    api->jobs = api->analysts ? jobs_new(api->analysts) : NULL;
    struct lab_source source = api_source(api->store);
    struct ws_options ws = {.sim = api->sim,
        .source = &source,
        .rooms = {.rooms = (unsigned)set->number[ROOMS],
            .members = (unsigned)set->number[ROOM_MEMBERS],
            .silence_ms = set->number[ROOM_HOURS] * 3600 * 1000,
            .wrong_there = (unsigned)set->number[ROOM_GUESSES]}};
    api->ws = api->sim && api->jobs ? ws_loop_new(&ws) : NULL;
    if (!api->ws) {
        fprintf(stderr, "vmscope: cannot start the simulation: %s\n", strerror(errno));
        return false;
    }
    struct http_options http = {.address = set->address,
        .port = set->port,
        .public_url = set->value[PUBLIC_URL],
        .lan = set->number[LAN] != 0,
        .web = web,
        .routes = api_routes,
        .ctx = api,
        .per_address = (unsigned)set->number[RATE]};
    api->http = http_server_new(&http, why, sizeof why);
    if (!api->http) {
        fprintf(stderr, "vmscope: %s\n", why);
        return false;
    }
    return true;
}

/* Stopped first, freed last: a request whose body is still on its way, and a callback of the store,
 * may ask a pool that has ended, which refuses; they must not find one that is gone. */
static void stop(struct api *api)
{
    if (api->http) {
        http_server_quiesce(api->http);
        http_server_wait(api->http, 3000);
    }
    ws_loop_stop(api->ws);
    sim_stop(api->sim); /* what still runs is answered with 503 */
    sim_stop(api->analysts);
    if (api->http) {
        http_server_wait(api->http, 10000); /* the store answers everything it took */
        http_server_free(api->http);
    }
    store_close(api->store);
    ws_loop_free(api->ws);
    sim_free(api->sim);
    sim_free(api->analysts);
    jobs_free(api->jobs);
}

/* The links for the devices in the network, the usual one as a QR code too. */
static void say_links(const http_server *http)
{
    struct qr qr;
    const char *first = http_server_origin(http, 0);
    for (size_t i = 0; http_server_origin(http, i); i++) {
        const char *origin = http_server_origin(http, i);
        if (!strstr(origin, "//localhost") && !strstr(origin, "//127.") &&
            !strstr(origin, "[::1]")) {
            printf("vmscope: %s\n", origin);
        }
    }
    if (first && qr_make(first, &qr)) {
        qr_print(&qr, isatty(STDOUT_FILENO), stdout);
    }
}

static void say_where(const struct settings *set, const http_server *http)
{
    if (set->value[PUBLIC_URL]) {
        printf("vmscope: %s (listening on %s:%u)\n", set->value[PUBLIC_URL], set->address,
            http_server_port(http));
    } else {
        printf("vmscope: http://localhost:%u\n", http_server_port(http));
    }
    if (set->number[LAN]) {
        say_links(http);
    }
    fflush(stdout);
}

int command_serve(int argc, char **argv)
{
    struct settings set = {.value = {NULL}};
    struct api api = {.store = NULL};
    struct rlimit files = {65536, 65536};
    sigset_t stopping;
    int signal_number, code = read_arguments(argc, argv, &set);
    if (code >= 0) {
        return code;
    }
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    /* Blocked before any thread starts, so that only this one takes them. */
    sigemptyset(&stopping);
    sigaddset(&stopping, SIGTERM);
    sigaddset(&stopping, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stopping, NULL);
    const char *web = find_web(&set);
    code = COMMAND_FAILED;
    if (start(&set, web, &api)) {
        say_where(&set, api.http);
        sigwait(&stopping, &signal_number);
        code = COMMAND_DONE;
    }
    stop(&api);
    return code;
}

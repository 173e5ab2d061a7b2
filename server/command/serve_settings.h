/* SPDX-License-Identifier: MIT
 * What `vmscope serve` is told: options, the same as variables, and what holds where nothing was
 * said. An option wins over its variable.
 */
#ifndef COMMAND_SERVE_SETTINGS_H
#define COMMAND_SERVE_SETTINGS_H

#include <stdint.h>

enum serve_option {
    SERVE_LISTEN,
    SERVE_DATA,
    SERVE_PUBLIC_URL,
    SERVE_WEB,
    SERVE_WORKERS,
    SERVE_OPERATIONS,
    SERVE_MEMORY,
    SERVE_PAGES,
    SERVE_PROCESSES,
    SERVE_CPU_MS,
    SERVE_WALL_MS,
    SERVE_ANALYSTS,
    SERVE_ANALYSIS_S,
    SERVE_ANALYSIS_MEMORY,
    SERVE_RATE,
    SERVE_MIN_FREE,
    SERVE_MAX_DATA,
    SERVE_LAN,
    SERVE_ROOMS,
    SERVE_ROOM_MEMBERS,
    SERVE_ROOM_HOURS,
    SERVE_ROOM_GUESSES,
    SERVE_OPTIONS,
    SERVE_HELP
};

/* Not to be copied: a value may point into it. */
struct serve_settings {
    const char *value[SERVE_OPTIONS]; /* as written; NULL: not given. Of argv or the environment */
    char address[64];                 /* to listen on */
    uint16_t port;                    /* 0: any free one */
    char data[4096], web[4096];       /* folders; value[SERVE_WEB] is NULL or the pages */
    uint64_t number[SERVE_OPTIONS];   /* of those that are numbers, in the option's own unit */
};

/* -1: go on; else the exit code, and what is wrong was said. `set` is empty before. */
int serve_settings_read(int argc, char **argv, struct serve_settings *set);

#endif

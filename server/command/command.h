/* SPDX-License-Identifier: MIT
 * What every subcommand shares: exit codes. Errors go to stderr as file:line:col: message.
 */
#ifndef COMMAND_H
#define COMMAND_H

enum command_exit {
    COMMAND_DONE = 0,
    COMMAND_FAILED = 1,
    COMMAND_USAGE = 2,
    COMMAND_BAD_INPUT = 3
};

#define COMMAND(name, summary) int command_##name(int argc, char **argv);
#include "commands.def"
#undef COMMAND

#endif

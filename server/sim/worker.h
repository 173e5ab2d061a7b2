/* SPDX-License-Identifier: MIT
 * The worker's side: a process that runs simulations and knows nothing but its socket.
 */
#ifndef SIM_WORKER_H
#define SIM_WORKER_H

#include "lab/run.h"

/* The socket's number in a worker. */
enum { SIM_WORKER_FD = 3 };

/* Serves the socket until it ends. One thread; work in turns of some milliseconds. total: bytes
 * that all its sessions may hold; beyond it `open` is answered `busy`. */
void sim_worker_serve(int socket, const struct lab_limits *limits, uint64_t total);
/* The subcommand: options, rlimits, then serve. */
int sim_worker_main(int argc, char **argv);

#endif

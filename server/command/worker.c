/* SPDX-License-Identifier: MIT
 * vmscope worker: what `serve` starts for its simulations; of no use by hand.
 */
#include "sim/worker.h"
#include "command/command.h"

int command_worker(int argc, char **argv)
{
    return sim_worker_main(argc, argv);
}

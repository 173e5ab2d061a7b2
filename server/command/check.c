/* SPDX-License-Identifier: MIT
 * vmscope check: parses, checks, and tries a scenario without showing anything. What only shows
 * while running (a name, an overlap, a limit) is found by a short run.
 */
#include "command/command.h"
#include "command/scenario_input.h"

#include <stdio.h>
#include <string.h>

enum { TRIED_OPERATIONS = 200000 };

static bool try_run(const char *path, const vm_scenario *scenario)
{
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = NULL;
    enum vm_status status = vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &run);
    scenario_complain(path, &diagnostics);
    bool good = status == VM_OK;
    if (!good && diagnostics.errors == 0) {
        fprintf(stderr, "%s: %s\n", path, vm_status_words(status));
    }
    vm_diagnostics_release(&diagnostics);
    if (good) {
        vm_run_go(run, TRIED_OPERATIONS);
        scenario_complain(path, vm_run_diagnostics(run));
        good = vm_run_diagnostics(run)->errors == 0;
    }
    vm_run_free(run);
    return good;
}

int command_check(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || (argv[1][0] == '-' && argv[1][1] != '\0')) {
        bool asked = argc >= 2 && strcmp(argv[1], "--help") == 0;
        fputs(
            "usage: vmscope check FILE.vms…\n\n"
            "Prints what is wrong as file:line:col: message (likely fix). `-` is standard input.\n"
            "Exit 0: nothing; 1: it parses but cannot run; 3: it does not parse.\n",
            asked ? stdout : stderr);
        return asked ? COMMAND_DONE : COMMAND_USAGE;
    }
    int worst = COMMAND_DONE;
    for (int i = 1; i < argc; i++) {
        vm_scenario *scenario = scenario_open(argv[i]);
        int result = !scenario                    ? COMMAND_BAD_INPUT
                     : try_run(argv[i], scenario) ? COMMAND_DONE
                                                  : COMMAND_FAILED;
        worst = result > worst ? result : worst;
        vm_scenario_free(scenario);
    }
    return worst;
}

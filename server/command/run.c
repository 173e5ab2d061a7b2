/* SPDX-License-Identifier: MIT
 * vmscope run: a scenario from its first line to its last, and what came of it.
 */
#include "command/command.h"
#include "command/run_print.h"
#include "command/run_story.h"
#include "command/scenario_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS_MAX = 64, BUDGET = 1 << 16 };

struct options {
    const char *file;
    struct vm_override set[SETS_MAX];
    size_t sets;
    bool json, events, explain;
};

static void usage(FILE *out)
{
    fputs("usage: vmscope run FILE.vms [--set NAME=VALUE]… [--json] [--events] [--explain]\n\n"
          "Runs a scenario. --set changes a word of the machine (frames, swap, tlb, policy, seed, "
          "…) or a\n"
          "`param`; --events prints one event a line; --explain tells the run in sentences, with "
          "what the\n"
          "replacement policy goes by; --json prints one object. `-` is standard input.\n"
          "Exit 0: it ran and every expectation held; 1: it stopped or one did not hold; 3: it "
          "does not parse.\n",
        out);
}

/* NAME=VALUE, cut in place. */
static bool add_set(struct options *options, char *text)
{
    char *equals = strchr(text, '=');
    if (!equals || equals == text || options->sets == SETS_MAX) {
        fprintf(stderr, "--set takes NAME=VALUE, like --set frames=8\n");
        return false;
    }
    *equals = '\0';
    options->set[options->sets++] = (struct vm_override){text, equals + 1};
    return true;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            options->json = true;
        } else if (strcmp(argv[i], "--events") == 0) {
            options->events = true;
        } else if (strcmp(argv[i], "--explain") == 0) {
            options->explain = true;
        } else if (strcmp(argv[i], "--set") == 0 && i + 1 < argc) {
            if (!add_set(options, argv[++i])) {
                return false;
            }
        } else if (strncmp(argv[i], "--set=", 6) == 0) {
            if (!add_set(options, argv[i] + 6)) {
                return false;
            }
        } else if ((argv[i][0] == '-' && argv[i][1] != '\0') || options->file) {
            return false;
        } else {
            options->file = argv[i];
        }
    }
    return options->file != NULL;
}

static int finish(const struct options *options, const vm_scenario *scenario, vm_run *run)
{
    enum vm_run_reason reason;
    do {
        reason = vm_run_go(run, BUDGET);
    } while (reason == VM_RUN_MORE);
    bool good = reason == VM_RUN_DONE;
    scenario_complain(options->file, vm_run_diagnostics(run));
    size_t n = 0;
    const struct vm_expectation *expectation = vm_run_expectations(run, &n);
    for (size_t i = 0; i < n; i++) {
        if (!expectation[i].held) {
            fprintf(stderr, "%s:%u:1: did not hold: %s (%s)\n", options->file,
                (unsigned)expectation[i].line, expectation[i].text, expectation[i].found);
            good = false;
        } else if (expectation[i].found[0] && !options->json && !options->events) {
            printf("%u: %s: %s\n", (unsigned)expectation[i].line, expectation[i].text,
                expectation[i].found); /* of many schedules */
        }
    }
    if (options->explain) {
        print_story(run);
    }
    if (options->events) {
        print_events(run);
    }
    if (options->json) {
        print_json(vm_scenario_title(scenario), run, reason);
    } else if (!options->events) {
        print_summary(vm_scenario_title(scenario), run);
    }
    return good ? COMMAND_DONE : COMMAND_FAILED;
}

int command_run(int argc, char **argv)
{
    struct options options = {0};
    if (argc >= 2 && strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return COMMAND_DONE;
    }
    if (!read_options(argc, argv, &options)) {
        usage(stderr);
        return COMMAND_USAGE;
    }
    vm_scenario *scenario = scenario_open(options.file);
    if (!scenario) {
        return COMMAND_BAD_INPUT;
    }
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = NULL;
    enum vm_status status =
        vm_run_new(scenario, options.set, options.sets, NULL, &diagnostics, &run);
    scenario_complain(options.file, &diagnostics);
    int result = status == VM_UNSUPPORTED ? COMMAND_FAILED : COMMAND_BAD_INPUT;
    if (status == VM_OK) {
        result = finish(&options, scenario, run);
    } else if (diagnostics.errors == 0) {
        fprintf(stderr, "%s: %s\n", options.file, vm_status_words(status));
    }
    vm_diagnostics_release(&diagnostics);
    vm_run_free(run);
    vm_scenario_free(scenario);
    return result;
}

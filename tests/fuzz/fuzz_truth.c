/* SPDX-License-Identifier: MIT
 * libFuzzer: any bytes as scripts of `vmscope truth`. What parses and is small runs too: whatever
 * it asks for, the engine's invariants hold and every comparison is counted once.
 */
#include "command/truth.h"

#include <stdlib.h>

enum { STEPS = 64, PAGES = 512 };

static bool small(const struct truth_script *script)
{
    bool good = script->steps <= STEPS && script->names.end <= PAGES * 4;
    for (size_t i = 0; i < script->steps && good; i++) {
        const struct truth_op *op = &script->step[i].op;
        for (size_t s = 0; s < op->n && good; s++) {
            good = op->statement[s].to <= PAGES && op->statement[s].pages <= PAGES &&
                   op->statement[s].pages >= -PAGES;
        }
    }
    return good;
}

static void run(const struct truth_script *script)
{
    struct truth_report report = {0};
    truth_run(script, &report);
    uint64_t differ = 0;
    for (unsigned g = 0; g < TRUTH_GROUPS; g++) {
        if (report.agree[g] > report.of[g]) {
            abort();
        }
        differ += report.of[g] - report.agree[g];
    }
    if (!report.no_memory && differ != report.misses) {
        abort();
    }
    truth_report_free(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct json_limits limits = {.bytes = 1 << 16};
    struct truth_file file = {.name = "input", .text = (const char *)data, .length = size};
    struct truth_scripts scripts = {0};
    struct json_error error;
    json_value *root = json_parse(file.text, file.length, &limits, &error);
    if (root && truth_read(&file, root, &scripts)) {
        for (size_t i = 0; i < scripts.n && i < 4; i++) {
            if (small(&scripts.item[i])) {
                run(&scripts.item[i]);
            }
        }
    }
    truth_scripts_free(&scripts);
    json_value_free(root);
    return 0;
}

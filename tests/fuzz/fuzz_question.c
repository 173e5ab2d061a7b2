/* SPDX-License-Identifier: MIT
 * libFuzzer: any bytes as a question about any trace. The first byte picks analysis and format; up
 * to the first NUL stands the question, behind it the trace. A question is refused with words or
 * answered with rows; what is told is lines.
 */
#define _GNU_SOURCE
#include "sim/analyse.h"
#include "vm/analysis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TRACE_MOST = 400, TURNS = 200 };

static int file_of(const char *bytes, size_t n)
{
    int fd = memfd_create("trace", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0) {
        abort();
    }
    return fd;
}

static void ask(const char *question, const struct lab_set *set, int fd)
{
    char message[SIM_ANALYSIS_MESSAGE] = "";
    struct sim_analysis *analysis = sim_analysis_new(fd);
    enum sim_code code = SIM_DONE;
    for (int i = 0; i < TURNS && code == SIM_DONE && !(i && sim_analysis_ended(analysis)); i++) {
        struct json json = {0};
        code = sim_analysis_work(analysis, question, set, 1, message);
        if (code == SIM_DONE) {
            sim_analysis_tell(analysis, &json);
            if (json.failed || json.bytes[json.length - 1] != '\n' || json.bytes[0] != '{') {
                abort();
            }
        } else if (code == SIM_INVALID && !message[0]) {
            abort();
        }
        json_release(&json);
    }
    sim_analysis_free(analysis);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"pages", "refs", "lackey"};
    const uint8_t *end = size < 2 ? NULL : memchr(data + 1, 0, size - 1);
    if (!end) {
        return 0;
    }
    unsigned kinds = 0;
    while (vm_analysis_desc(kinds)) {
        kinds++;
    }
    struct lab_set set = {0};
    size_t left = size - (size_t)(end - data) - 1;
    if (!lab_set_add(&set, "analysis", vm_analysis_desc(data[0] % kinds)->name) ||
        !lab_set_add(&set, "format", formats[data[0] / kinds % 3]) ||
        !lab_set_add(&set, "page_size", "4096")) {
        abort();
    }
    ask((const char *)data + 1, &set,
        file_of((const char *)end + 1, left < TRACE_MOST ? left : TRACE_MOST));
    lab_set_release(&set);
    return 0;
}

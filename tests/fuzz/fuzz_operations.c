/* SPDX-License-Identifier: MIT
 * libFuzzer target: any bytes as a machine and a list of operations. Each operation is a byte for
 * its kind and a few for its arguments, small numbers and addresses that the machine gave out.
 * Whatever comes, an operation is refused or applied, and the invariants hold afterwards.
 */
#include "vm/vm.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RESULTS 16
#define OPERATIONS 120

struct input {
    const uint8_t *data;
    size_t left;
    uint64_t result[RESULTS]; /* of the last operations: addresses, descriptors, processes */
    unsigned results;
};

static uint8_t byte(struct input *input)
{
    if (!input->left) {
        return 0;
    }
    input->left--;
    return *input->data++;
}

/* A small number, a number of pages, a result with an offset, or eight bytes. */
static uint64_t argument(struct input *input, uint64_t page)
{
    uint8_t form = byte(input);
    switch (form % 8) {
    case 0:
    case 1:
    case 2:
        return form / 8;
    case 3:
        return form / 8 * page;
    case 4:
        return input->result[form / 8 % RESULTS];
    case 5:
        return input->result[form / 8 % RESULTS] + byte(input) * page;
    case 6:
        return input->result[form / 8 % RESULTS] + 8 * (uint64_t)byte(input);
    default: {
        uint64_t number = 0;
        for (unsigned i = 0; i < 8; i++) {
            number = number << 8 | byte(input);
        }
        return number >> form / 8 * 2;
    }
    }
}

static void choose(struct input *input, struct vm_config *out)
{
    vm_config_preset((enum vm_machine_kind)(byte(input) % vm_machine_kind_count), out);
    out->frames = 8 + byte(input);
    out->slots = byte(input);
    out->kernel_frames = byte(input) % 4;
    out->policy = (enum vm_policy_kind)(byte(input) % vm_policy_kind_count);
    out->tables_outside = byte(input) % 2;
    out->fault_around = 1u << byte(input) % 6;
    out->readahead = byte(input) % 20;
    out->page_cluster = byte(input) % 4;
    out->thp = (enum vm_thp)(byte(input) % vm_thp_count);
    out->overcommit = (enum vm_overcommit)(byte(input) % vm_overcommit_count);
    out->local = byte(input) % 2;
    out->watermark_high = byte(input) % 8;
    out->watermark_low = out->watermark_high / 2;
    out->limits = (struct vm_limits){.operations = OPERATIONS,
        .pages = 1024,
        .processes = 12,
        .vmas = 200,
        .memory = UINT64_C(32) << 20};
}

static void apply(vm_machine *m, const struct vm_op *op, struct input *input)
{
    if (vm_apply(m, op, NULL) == VM_OK) {
        input->result[input->results++ % RESULTS] = vm_last(m)->value;
    }
    if (vm_check(m)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.data = data, .left = size};
    struct vm_config config;
    choose(&input, &config);
    vm_machine *m;
    if (vm_machine_new(&config, &m) != VM_OK) {
        return 0;
    }
    const struct vm_op file = {.kind = vm_op_kind_file, .u.file = {.name = 1, .bytes = 3000}};
    const struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    apply(m, &file, &input);
    apply(m, &start, &input);
    for (unsigned i = 0; i < OPERATIONS && input.left; i++) {
        struct vm_op op = {.kind = (uint16_t)(byte(&input) % (vm_op_kind_count + 1))};
        const struct vm_op_desc *desc = vm_op_desc(op.kind);
        for (size_t a = 0; desc && a < desc->fields_n; a++) {
            op.u.arg[a] = argument(&input, UINT64_C(1) << config.page_shift);
        }
        apply(m, &op, &input);
    }
    vm_machine_free(m);
    return 0;
}

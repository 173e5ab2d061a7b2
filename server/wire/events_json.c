/* SPDX-License-Identifier: MIT
 * Rows of the tables as JSON. Which type is written how is decided by its shape, and for addresses
 * by the words "hex address" of types.def.
 */
#include "wire/events_json.h"

#include <string.h>

static void put_flags(struct json *json, const struct vm_type_desc *bits, uint64_t value)
{
    json_array(json);
    for (size_t i = 0; i < bits->values_n; i++) {
        if (value >> bits->values[i].position & 1) {
            json_string(json, bits->values[i].name);
        }
    }
    json_array_end(json);
}

/* frame_flags → the bits of VM_FLAGS(frame), prot → prot, … */
static const struct vm_type_desc *bits_of(const struct vm_type_desc *type)
{
    size_t n;
    const struct vm_type_desc *types = vm_types(&n);
    for (size_t i = 0; i < n; i++) {
        size_t stem = strlen(type->written);
        if (types[i].shape == vm_shape_flags && types[i].values_n &&
            strncmp(types[i].name, type->written, stem) == 0 &&
            strcmp(types[i].name + stem, "_bits") == 0) {
            return &types[i];
        }
    }
    return NULL;
}

static void put_field(
    struct json *json, const char *type_name, uint64_t value, wire_namer *namer, void *ctx)
{
    const struct vm_type_desc *type = vm_type_named(type_name);
    const char *word = NULL;
    if (!type) {
        json_big(json, value);
        return;
    }
    if (strcmp(type_name, "policy") == 0) {
        word = vm_policy_desc((unsigned)value) ? vm_policy_desc((unsigned)value)->name : NULL;
    } else if (strcmp(type_name, "op") == 0) {
        word = vm_op_desc((unsigned)value) ? vm_op_desc((unsigned)value)->name : NULL;
    } else if (strcmp(type_name, "name") == 0) {
        word = namer && value ? namer(ctx, (uint32_t)value) : NULL;
    } else if (type->shape == vm_shape_enum) {
        word = vm_enum_name(type_name, value);
    }
    const struct vm_type_desc *bits = type->shape == vm_shape_flags ? bits_of(type) : NULL;
    if (word) {
        json_string(json, word);
    } else if (bits) {
        put_flags(json, bits, value);
    } else if (strcmp(type->written, "hex address") == 0 || strcmp(type_name, "pte") == 0) {
        json_hex(json, value);
    } else if (type->shape == vm_shape_big || value >> 53) {
        json_big(json, value);
    } else {
        json_number(json, value);
    }
}

void wire_event_json(struct json *json, const struct vm_event *event, wire_namer *namer, void *ctx)
{
    const struct vm_event_desc *desc = vm_event_desc(event->kind);
    size_t word = 0;
    json_object(json);
    json_key_string(json, "event", desc->name);
    if (!desc->change) {
        json_key_string(json, "actor", vm_enum_name("actor", desc->actor));
    }
    for (size_t i = 0; i < desc->fields_n; i++) {
        const struct vm_field_desc *field = &desc->fields[i];
        json_key(json, field->name);
        if (desc->change && i >= desc->keys_n) {
            json_array(json);
            put_field(json, field->type, event->word[word++], namer, ctx);
            put_field(json, field->type, event->word[word++], namer, ctx);
            json_array_end(json);
        } else {
            put_field(json, field->type, event->word[word++], namer, ctx);
        }
    }
    json_object_end(json);
}

void wire_row_json(struct json *json, const struct vm_event *event, wire_namer *namer, void *ctx)
{
    const struct vm_event_desc *desc = vm_event_desc(event->kind);
    json_object(json);
    for (size_t i = 0; i < desc->fields_n; i++) {
        size_t word = i < desc->keys_n ? i : desc->keys_n + 2 * (i - desc->keys_n) + 1;
        json_key(json, desc->fields[i].name);
        put_field(json, desc->fields[i].type, event->word[word], namer, ctx);
    }
    json_object_end(json);
}

bool wire_events_json(
    struct json *json, const uint8_t *bytes, size_t length, wire_namer *namer, void *ctx)
{
    size_t at = 0;
    struct vm_event event;
    json_array(json);
    while (vm_event_next(bytes, length, &at, &event)) {
        wire_event_json(json, &event, namer, ctx);
    }
    json_array_end(json);
    return at == length;
}

void wire_op_json_open(struct json *json, const struct vm_op *op, wire_namer *namer, void *ctx)
{
    const struct vm_op_desc *desc = vm_op_desc(op->kind);
    json_object(json);
    json_key_string(json, "op", desc ? desc->name : NULL);
    json_key_number(json, "line", op->line);
    for (size_t i = 0; desc && i < desc->fields_n; i++) {
        json_key(json, desc->fields[i].name);
        put_field(json, desc->fields[i].type, op->u.arg[i], namer, ctx);
    }
}

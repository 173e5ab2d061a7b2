/* SPDX-License-Identifier: MIT
 * The check before parsing: the whole grammar of RFC 8259, and the limits. Private to wire.
 */
#ifndef WIRE_JSON_SCAN_H
#define WIRE_JSON_SCAN_H

#include "wire/json_read.h"

/* True: `text` is exactly one value within the (filled-in) limits. Recursion is bounded by
 * limits->depth; duplicate keys are not looked for. */
bool json_scan(
    const char *text, size_t length, const struct json_limits *limits, struct json_error *error);

#endif

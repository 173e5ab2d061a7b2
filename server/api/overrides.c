/* SPDX-License-Identifier: MIT
 * See overrides.h. Numbers become their digits; names and texts are borrowed from the JSON.
 */
#include "api/overrides.h"
#include "wire/json.h"

#include <inttypes.h>
#include <stdio.h>

const struct json_limits api_results_limits = {.bytes = 16 << 20, .depth = 32, .keys = 1000000};

bool api_overrides_read(struct api_overrides *out, const json_value *set)
{
    if (!set || json_is_null(set)) {
        return true;
    }
    if (!json_is_object(set) || json_size(set) > API_OVERRIDES_MAX) {
        return false;
    }
    for (const json_value *v = json_first(set); v; v = json_next(v)) {
        uint64_t number;
        bool flag;
        size_t i = out->n++;
        const char *text = json_text(v);
        if (!text && json_u64(v, &number)) {
            snprintf(out->number[i], sizeof out->number[i], "%" PRIu64, number);
            text = out->number[i];
        } else if (!text && json_flag(v, &flag)) {
            text = flag ? "true" : "false";
        }
        if (!text) {
            return false;
        }
        out->set[i] = (struct sim_override){json_name(v), text};
    }
    return true;
}

char *api_overrides_write(const struct api_overrides *overrides)
{
    struct json json = {0};
    size_t n;
    json_object(&json);
    for (size_t i = 0; i < overrides->n; i++) {
        json_key_string(&json, overrides->set[i].name, overrides->set[i].value);
    }
    json_object_end(&json);
    return json_take(&json, &n);
}

/* SPDX-License-Identifier: MIT
 * `shows A1, C3`: which rows of concepts.def a scenario makes visible, each once.
 */
#include "scenario/parse.h"

#include <string.h>

static bool shown(const vm_scenario *scenario, int concept)
{
    return memchr(scenario->shows, concept, scenario->shows_n) != NULL;
}

bool parse_shows(struct parser *parser)
{
    static const char hint[] = "shows A1, C3; the ids are in docs/concepts.md";
    vm_scenario *scenario = parser->scenario;
    do {
        struct place place = parse_peek(parser)->place;
        const char *id = parse_name(parser, "the id of a concept", hint);
        if (!id) {
            return false;
        }
        int concept = vm_concept_named(id);
        if (concept < 0) {
            diagnose(parser->diagnostics, place, hint, "found `%.60s`, expected a concept", id);
            return false;
        }
        if (shown(scenario, concept)) {
            diagnose(parser->diagnostics, place, "name it once", "%s is named twice", id);
            return false;
        }
        scenario->shows[scenario->shows_n++] = (uint8_t) concept;
    } while (parse_take(parser, ','));
    return true;
}

const uint8_t *vm_scenario_shows(const vm_scenario *scenario, size_t *n)
{
    *n = scenario->shows_n;
    return scenario->shows;
}

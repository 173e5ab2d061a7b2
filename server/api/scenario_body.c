/* SPDX-License-Identifier: MIT
 * What a client sends to save a scenario: {"text", "title"?, "tags"?}. A text that does not parse
 * yet is a draft and is saved like any other; only its size and form are judged here.
 */
#include "api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words between the quotes of the line `title "…"`. */
static void title_of(const char *text, char out[API_TITLE_MAX + 1])
{
    size_t n = 0;
    out[0] = 0;
    for (const char *line = text; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        if (strncmp(line, "title ", 6) != 0) {
            continue;
        }
        const char *p = line + 5 + strspn(line + 5, " ");
        for (p = *p == '"' ? p + 1 : ""; *p && *p != '"' && *p != '\n' && n < API_TITLE_MAX - 4;
             p++) {
            out[n++] = *p;
        }
        while (n > 0 && ((unsigned char)*p & 0xc0) == 0x80) {
            n--; /* do not cut a character in two */
            p--;
        }
        out[n] = 0;
        return;
    }
}

static char *tags_of(http_request *r, const json_value *tags)
{
    struct json json = {0};
    bool fine = json_is_array(tags) && json_size(tags) <= 16;
    json_array(&json);
    for (const json_value *tag = fine ? json_first(tags) : NULL; tag; tag = json_next(tag)) {
        const char *text = json_text(tag);
        fine = fine && text && *text && strlen(text) <= 40;
        json_string(&json, text);
    }
    json_array_end(&json);
    if (!fine) {
        json_release(&json);
        http_problem(r, 422, "tags must be at most 16 strings of 1 to 40 bytes.", NULL);
        return NULL;
    }
    size_t n;
    return json_take(&json, &n);
}

bool api_draft(http_request *r, bool text_needed, struct api_draft *out)
{
    size_t n;
    memset(out, 0, sizeof *out);
    http_body(r, &n);
    if (n == 0 && !text_needed) {
        return true;
    }
    out->root = api_object(r);
    if (!out->root) {
        return false;
    }
    const json_value *text = json_get(out->root, "text"), *title = json_get(out->root, "title");
    const json_value *tags = json_get(out->root, "tags");
    out->text = json_text(text);
    out->title = json_text(title);
    out->text_n = out->text ? strlen(out->text) : 0;
    if ((text && !out->text) || (text_needed && !out->text)) {
        http_problem(r, 422, "text must be a string: the scenario.", NULL);
    } else if (out->text_n > API_TEXT_MAX) {
        http_problem(r, 413, "A scenario may have at most 65536 bytes.", NULL);
    } else if (title && (!out->title || strlen(out->title) > API_TITLE_MAX)) {
        http_problem(r, 422, "title must be a string of at most 200 bytes.", NULL);
    } else if (!tags || (out->tags = tags_of(r, tags)) != NULL) {
        if (!out->title && out->text) {
            title_of(out->text, out->own_title);
            out->title = out->own_title;
        }
        return true;
    }
    api_draft_release(out);
    return false;
}

struct store_scenario_new api_draft_new(const struct api_draft *draft)
{
    return (struct store_scenario_new){.title = draft->title,
        .tags = draft->tags,
        .text = draft->text,
        .text_length = draft->text_n};
}

void api_draft_release(struct api_draft *draft)
{
    json_value_free(draft->root);
    free(draft->tags);
    memset(draft, 0, sizeof *draft);
}

/* SPDX-License-Identifier: MIT
 * /templates: beginnings of scenarios, with their texts. They are part of the program and take no
 * save.
 */
#include "api/api.h"

void api_templates_list(http_request *r, void *api)
{
    struct json json = {0};
    struct store_template template;
    (void)api;
    json_object(&json);
    json_key(&json, "templates");
    json_array(&json);
    for (size_t i = 0; store_template(i, &template); i++) {
        json_object(&json);
        json_key_string(&json, "id", template.id);
        json_key_string(&json, "title", template.title);
        json_key_string(&json, "about", template.about);
        json_key(&json, "text");
        json_string_n(&json, template.text, template.text_length);
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    api_reply_json(r, 200, &json);
}

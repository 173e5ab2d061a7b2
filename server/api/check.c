/* SPDX-License-Identifier: MIT
 * /check and /format: what the language finds in a text, and its canonical form. Nothing is stored.
 */
#include "api/api.h"

static void done(void *r, enum sim_code code, char *body, size_t n)
{
    api_reply_sim(r, code, body, n);
}

static void ask(http_request *r, struct api *api, enum sim_kind kind)
{
    struct api_draft draft;
    if (!api_draft(r, true, &draft)) {
        return;
    }
    struct sim_request request = {.kind = kind, .text = draft.text, .text_n = draft.text_n};
    enum sim_code code = sim_submit(api->sim, &request, done, r);
    api_draft_release(&draft);
    if (code != SIM_DONE) {
        api_reply_sim(r, code, NULL, 0);
    }
}

void api_check(http_request *r, void *api)
{
    ask(r, api, SIM_CHECK);
}

void api_format(http_request *r, void *api)
{
    ask(r, api, SIM_FORMAT);
}

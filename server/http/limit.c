/* SPDX-License-Identifier: MIT
 * So many API requests a second from one address, with as many saved up. The table is fixed; an
 * address whose place is taken by another one that is still in use shares its tokens, which errs on
 * the careful side.
 */
#include "http/internal.h"

#include <stdio.h>
#include <string.h>

bool limit_take(http_server *server, const char *address)
{
    double rate = server->options.per_address;
    uint32_t hash = 2166136261u;
    int64_t now = http_now();
    if (rate <= 0) {
        return true;
    }
    for (const char *p = address; *p; p++) {
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    }
    struct bucket *bucket =
        &server->bucket[hash % (sizeof server->bucket / sizeof server->bucket[0])];
    bool stale = now - bucket->at > 2000;
    if (bucket->at == 0 || (stale && strcmp(bucket->address, address) != 0)) {
        snprintf(bucket->address, sizeof bucket->address, "%s", address);
        bucket->tokens = rate;
        bucket->at = now;
    }
    bucket->tokens += (double)(now - bucket->at) / 1000 * rate;
    bucket->tokens = bucket->tokens > rate ? rate : bucket->tokens;
    bucket->at = now;
    if (bucket->tokens < 1) {
        return false;
    }
    bucket->tokens -= 1;
    return true;
}

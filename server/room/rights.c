/* SPDX-License-Identifier: MIT
 * rights.def as a table that is asked.
 */
#include "room/rights.h"

#include <string.h>

static const struct {
    const char *message;
    unsigned roles;
} rights[] = {
#define RIGHT(message, roles) {#message, roles},
#include "room/rights.def"
#undef RIGHT
};
enum { MESSAGES = sizeof rights / sizeof rights[0] };

static const char *const role_words[ROOM_ROLES] = {"outside", "host", "screen", "member"};

enum room_role room_role_read(const char *word)
{
    for (enum room_role role = ROOM_HOST; word && role < ROOM_ROLES; role++) {
        if (strcmp(role_words[role], word) == 0) {
            return role;
        }
    }
    return ROOM_OUTSIDE;
}

const char *room_role_word(enum room_role role)
{
    return role_words[role];
}

enum room_verdict room_may(enum room_role role, const char *message)
{
    for (size_t i = 0; i < MESSAGES; i++) {
        if (strcmp(rights[i].message, message) == 0) {
            return rights[i].roles & ROOM_RIGHT(role) ? ROOM_ALLOWED : ROOM_DENIED;
        }
    }
    return ROOM_NO_MESSAGE;
}

const char *room_message(size_t i)
{
    return i < MESSAGES ? rights[i].message : NULL;
}

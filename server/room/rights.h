/* SPDX-License-Identifier: MIT
 * Roles, and the one table of what each may say.
 */
#ifndef ROOM_RIGHTS_H
#define ROOM_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

enum room_role { ROOM_OUTSIDE, ROOM_HOST, ROOM_SCREEN, ROOM_MEMBER, ROOM_ROLES };
#define ROOM_RIGHT(role) (1u << (role))

/* "host", "screen", "member"; ROOM_OUTSIDE for anything else. */
enum room_role room_role_read(const char *word);
const char *room_role_word(enum room_role role);

enum room_verdict { ROOM_ALLOWED, ROOM_DENIED, ROOM_NO_MESSAGE };
enum room_verdict room_may(enum room_role role, const char *message);
/* The rows, in order; NULL behind the last one. */
const char *room_message(size_t i);

#endif

/* SPDX-License-Identifier: MIT
 * Codes, positions and names of things: what of a client's words may be passed on to others.
 */
#include "room/room.h"

#include <string.h>

/* No vowels, so that no code is a word; no I, L, O; Y is kept, as U and V cannot be taken for it.
 */
static const char letters[] = "BCDFGHJKMNPQRSTVWXYZ";
enum { LETTERS = sizeof letters - 1 };

void room_code(const uint8_t random[ROOM_CODE], char out[ROOM_CODE + 1])
{
    for (size_t i = 0; i < ROOM_CODE; i++) {
        out[i] = letters[random[i] % LETTERS];
    }
    out[ROOM_CODE] = 0;
}

bool room_code_read(const char *text, char out[ROOM_CODE + 1])
{
    for (size_t i = 0; i < ROOM_CODE; i++) {
        char c = text[i];
        out[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (!out[i] || !strchr(letters, out[i])) {
            return false;
        }
    }
    out[ROOM_CODE] = 0;
    return text[ROOM_CODE] == 0;
}

bool room_is_position(const char *text)
{
    static const char digits[] = "0123456789";
    size_t whole = strspn(text, digits), n = strlen(text);
    if (whole == 0 || n > ROOM_POSITION) {
        return false;
    }
    return whole == n || (text[whole] == '.' && n > whole + 1 &&
                             strspn(text + whole + 1, digits) == n - whole - 1);
}

bool room_is_thing(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.:/@ ";
    size_t n = strlen(text);
    return n <= ROOM_THING && strspn(text, allowed) == n;
}

bool room_set_read(const json_value *set, char out[ROOM_SET + 1])
{
    struct json json = {0};
    bool good = !set || json_is_object(set);
    json_object(&json);
    for (const json_value *item = json_first(set); good && item; item = json_next(item)) {
        uint64_t number;
        json_key(&json, json_name(item));
        if (json_text(item)) {
            json_string(&json, json_text(item));
        } else if (json_u64(item, &number)) {
            json_big(&json, number);
        } else {
            good = false;
        }
    }
    json_object_end(&json);
    good = good && !json.failed && json.length <= ROOM_SET;
    if (good) {
        memcpy(out, json.bytes, json.length + 1);
    }
    json_release(&json);
    return good;
}

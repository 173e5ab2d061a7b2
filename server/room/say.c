/* SPDX-License-Identifier: MIT
 * What a room says: its point, who is there, all of it for somebody who comes. Each message is
 * written once, whoever it is for.
 */
#include "room/parts.h"

#include <string.h>

static void describe_point(const struct room *room, struct json *json)
{
    json_key_number(json, "epoch", room->epoch);
    json_key_number(json, "seq", room->seq);
    json_key_number(json, "shown", room->version);
    json_key_string(json, "position", room->point.position);
    json_key_string(json, "selection", room->point.selection[0] ? room->point.selection : NULL);
    json_key_string(json, "pointer", room->point.pointer[0] ? room->point.pointer : NULL);
    json_key_bool(json, "playing", room->point.playing);
}

static void describe_here(const struct room *room, struct json *json)
{
    json_key_number(json, "count", room->here);
    json_key_bool(json, "host", room->host != NULL);
}

void room_describe(const struct room *room, struct json *json)
{
    json_key_string(json, "room", room->code);
    describe_point(room, json);
    describe_here(room, json);
    if (room->scenario) {
        json_key_string(json, "scenario", room->scenario);
    } else {
        json_key(json, "text");
        json_string_n(json, room->text, room->text_n);
    }
    json_key(json, "set");
    json_raw(json, room->set, strlen(room->set));
}

static void say_all(struct rooms *rooms, struct room *room, enum room_news news,
    const struct room_member *but, struct json *json)
{
    json_object_end(json);
    if (!json->failed) {
        rooms->calls.all(rooms->calls.ctx, room, news, but, json->bytes, json->length);
    }
    json_release(json);
}

void room_say_point(struct rooms *rooms, struct room *room)
{
    struct json json = {0};
    json_object(&json);
    json_key_string(&json, "type", "point");
    describe_point(room, &json);
    room->waiting = false;
    say_all(rooms, room, ROOM_POINT, room->host, &json);
}

void room_say_here(struct rooms *rooms, struct room *room)
{
    struct json json = {0};
    json_object(&json);
    json_key_string(&json, "type", "here");
    describe_here(room, &json);
    room->here_changed = false;
    say_all(rooms, room, ROOM_HERE, NULL, &json);
}

void room_say_role(struct rooms *rooms, struct room_member *member)
{
    struct json json = {0};
    json_object(&json);
    json_key_string(&json, "type", "role");
    json_key_string(&json, "role", room_role_word(member->role));
    json_object_end(&json);
    if (!json.failed) {
        rooms->calls.tell(rooms->calls.ctx, member, json.bytes, json.length);
    }
    json_release(&json);
}

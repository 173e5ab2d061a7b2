/* SPDX-License-Identifier: MIT
 * The rooms as a state machine: what is said to whom, for every order of coming and going. No
 * sockets, no clock: the test is both.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "room/room.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 12, ROOM = 512 };

/* A person and the last thing each was told. */
struct person {
    struct room_member member; /* first */
    char told[ROOM], point[ROOM], here[ROOM];
    unsigned points;
};

struct fixture {
    struct rooms *rooms;
    struct person person[PEOPLE];
};

static void tell(void *ctx, struct room_member *to, const char *text, size_t n)
{
    (void)ctx;
    struct person *person = (struct person *)to;
    snprintf(person->told, ROOM, "%.*s", (int)n, text);
}

static void all(void *ctx, struct room *room, enum room_news news, const struct room_member *but,
    const char *text, size_t n)
{
    (void)ctx;
    for (struct room_member *m = room_first(room); m; m = m->next) {
        struct person *person = (struct person *)m;
        if (m != but) {
            snprintf(news == ROOM_POINT ? person->point : person->here, ROOM, "%.*s", (int)n, text);
            person->points += news == ROOM_POINT;
        }
    }
}

static const uint8_t *secret_of(const char *token)
{
    static uint8_t hash[STORE_HASH_BYTES];
    store_sha256(token, strlen(token), hash);
    return hash;
}

static const struct room_shown text = {.text = "vmscope 1\n", .text_n = 10};

static enum room_status make(struct fixture *f, const char *code)
{
    return room_open(f->rooms, code, secret_of("secret"), &text, 0);
}

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct room_limits limits = {
        .rooms = 2, .members = 3, .silence_ms = 10000, .rate = 10, .burst = 2};
    struct room_calls calls = {.ctx = f, .tell = tell, .all = all};
    f->rooms = rooms_new(&limits, &calls);
    *state = f;
    return f->rooms && make(f, "BCDFGH") == ROOM_DONE ? 0 : -1;
}

static int end(void **state)
{
    struct fixture *f = *state;
    rooms_free(f->rooms);
    free(f);
    return 0;
}

static enum room_status join(struct fixture *f, int who, enum room_role role, const char *token)
{
    return room_join(f->rooms, &f->person[who].member, "BCDFGH", role, token, 1);
}

static void point_at(struct fixture *f, int host, const char *position, uint64_t now)
{
    struct room_point point = {.playing = true, .selection = "frame 20"};
    snprintf(point.position, sizeof point.position, "%s", position);
    room_point(f->rooms, &f->person[host].member, &point, now);
}

static void codes_are_letters_that_cannot_be_mistaken(void **state)
{
    char code[ROOM_CODE + 1], read[ROOM_CODE + 1];
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        uint8_t random[ROOM_CODE] = {(uint8_t)i, (uint8_t)(i * 7), 0, 255, (uint8_t)~i, 19};
        room_code(random, code);
        assert_int_equal(strlen(code), ROOM_CODE);
        assert_null(strpbrk(code, "AEIOULaeioul0123456789"));
        assert_true(room_code_read(code, read));
        assert_string_equal(code, read);
    }
    assert_true(room_code_read("bcdfgh", read));
    assert_string_equal(read, "BCDFGH");
    static const char *const wrong[] = {"", "BCDFG", "BCDFGHJ", "BCDFG0", "BCDFGA", "BCDFG ",
        "\xc3\xa4"
        "BCDF"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(room_code_read(wrong[i], read));
    }
}

static void a_point_reaches_those_who_follow(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(join(f, 0, ROOM_HOST, "secret"), ROOM_DONE);
    assert_int_equal(join(f, 1, ROOM_MEMBER, NULL), ROOM_DONE);
    assert_int_equal(join(f, 2, ROOM_SCREEN, NULL), ROOM_DONE);
    point_at(f, 0, "14.3", 10);
    assert_string_equal(f->person[1].point,
        "{\"type\":\"point\",\"epoch\":2,\"seq\":1,\"shown\":1,\"position\":\"14.3\","
        "\"selection\":\"frame 20\",\"pointer\":null,\"playing\":true}");
    assert_string_equal(f->person[1].point, f->person[2].point);
    assert_string_equal(f->person[0].point, ""); /* it knows */
    room_leave(f->rooms, &f->person[1].member);
    point_at(f, 0, "15", 20);
    assert_non_null(strstr(f->person[1].point, "\"14.3\""));
    assert_non_null(strstr(f->person[2].point, "\"seq\":2,"));
}

static void only_the_secret_makes_a_host(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(join(f, 0, ROOM_HOST, NULL), ROOM_TOKEN);
    assert_int_equal(join(f, 0, ROOM_HOST, "Secret"), ROOM_TOKEN);
    assert_int_equal(join(f, 0, ROOM_HOST, ""), ROOM_TOKEN);
    assert_null(f->person[0].member.room);
    assert_int_equal(join(f, 0, ROOM_HOST, "secret"), ROOM_DONE);
    assert_int_equal(
        room_join(f->rooms, &f->person[1].member, "BCDFGJ", ROOM_MEMBER, NULL, 1), ROOM_UNKNOWN);
}

/* The host reloads: its new connection comes before the old one is known to be dead. */
static void a_host_that_comes_back_keeps_the_room(void **state)
{
    struct fixture *f = *state;
    struct json json = {0};
    join(f, 0, ROOM_HOST, "secret");
    join(f, 1, ROOM_MEMBER, NULL);
    point_at(f, 0, "7", 10);
    assert_int_equal(join(f, 2, ROOM_HOST, "secret"), ROOM_DONE);
    assert_string_equal(f->person[0].told, "{\"type\":\"role\",\"role\":\"member\"}");
    assert_int_equal(f->person[0].member.role, ROOM_MEMBER);
    room_describe(f->person[2].member.room, &json);
    assert_non_null(strstr(json.bytes, "\"epoch\":3,\"seq\":0,\"shown\":1,\"position\":\"7\""));
    assert_non_null(strstr(json.bytes, "\"count\":2,\"host\":true"));
    json_release(&json);
    point_at(f, 2, "8", 20);
    assert_non_null(strstr(f->person[1].point, "\"epoch\":3,\"seq\":1,"));
    room_leave(f->rooms, &f->person[2].member); /* and goes */
    rooms_tick(f->rooms, 30);
    assert_string_equal(f->person[1].here, "{\"type\":\"here\",\"count\":2,\"host\":false}");
}

static void who_comes_late_is_told_where_the_host_is(void **state)
{
    struct fixture *f = *state;
    struct json json = {0};
    join(f, 0, ROOM_HOST, "secret");
    point_at(f, 0, "99.12", 10);
    join(f, 1, ROOM_MEMBER, NULL);
    json_object(&json);
    room_describe(f->person[1].member.room, &json);
    json_object_end(&json);
    assert_string_equal(json.bytes,
        "{\"room\":\"BCDFGH\",\"epoch\":2,\"seq\":1,\"shown\":1,\"position\":\"99.12\","
        "\"selection\":\"frame 20\",\"pointer\":null,\"playing\":true,\"count\":1,\"host\":true,"
        "\"text\":\"vmscope 1\\n\",\"set\":{}}");
    json_release(&json);
}

static void what_is_shown_can_change(void **state)
{
    struct fixture *f = *state;
    struct room_shown other = {.scenario = "abc", .set = "{\"frames\":\"8\"}"};
    struct json json = {0};
    join(f, 0, ROOM_HOST, "secret");
    join(f, 1, ROOM_MEMBER, NULL);
    point_at(f, 0, "5", 10);
    assert_true(room_show(f->rooms, &f->person[0].member, &other, 20));
    assert_non_null(
        strstr(f->person[1].point, "\"epoch\":3,\"seq\":0,\"shown\":2,\"position\":\"0\""));
    room_describe(f->person[0].member.room, &json);
    assert_non_null(strstr(json.bytes, "\"scenario\":\"abc\",\"set\":{\"frames\":\"8\"}"));
    assert_null(strstr(json.bytes, "\"text\""));
    json_release(&json);
}

/* More than the rate: the newest goes out when its time has come, those between are left out. */
static void a_flood_of_points_becomes_the_newest(void **state)
{
    struct fixture *f = *state;
    join(f, 0, ROOM_HOST, "secret");
    join(f, 1, ROOM_MEMBER, NULL);
    char position[12];
    for (int i = 1; i <= 9; i++) {
        snprintf(position, sizeof position, "%d", i);
        point_at(f, 0, position, 0);
    }
    assert_int_equal(f->person[1].points, 2);
    int due = rooms_due(f->rooms, 0);
    assert_in_range(due, 90, 101);
    assert_int_equal(f->person[1].points, 2);
    assert_int_equal(rooms_due(f->rooms, (uint64_t)due), -1);
    assert_int_equal(f->person[1].points, 3);
    assert_non_null(strstr(f->person[1].point, "\"seq\":9,"));
    assert_non_null(strstr(f->person[1].point, "\"position\":\"9\""));
    assert_int_equal(rooms_due(f->rooms, 5000), -1);
    assert_int_equal(f->person[1].points, 3);
}

static void rooms_and_members_have_limits(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(make(f, "BCDFGH"), ROOM_TAKEN);
    assert_int_equal(make(f, "BCDFGJ"), ROOM_DONE);
    assert_int_equal(make(f, "BCDFGK"), ROOM_FULL);
    assert_int_equal(rooms_count(f->rooms), 2);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(join(f, i, ROOM_MEMBER, NULL), ROOM_DONE);
    }
    assert_int_equal(join(f, 4, ROOM_SCREEN, NULL), ROOM_FULL);
    assert_int_equal(join(f, 3, ROOM_SCREEN, NULL), ROOM_DONE); /* is there already */
    assert_int_equal(join(f, 5, ROOM_HOST, "secret"), ROOM_DONE);
    room_leave(f->rooms, &f->person[1].member);
    assert_int_equal(join(f, 4, ROOM_SCREEN, NULL), ROOM_DONE);
    /* Whoever changes rooms is in one at a time. */
    assert_int_equal(
        room_join(f->rooms, &f->person[2].member, "BCDFGJ", ROOM_MEMBER, NULL, 1), ROOM_DONE);
    assert_int_equal(join(f, 6, ROOM_MEMBER, NULL), ROOM_DONE);
}

static void a_silent_room_ends(void **state)
{
    struct fixture *f = *state;
    join(f, 0, ROOM_HOST, "secret");
    join(f, 1, ROOM_MEMBER, NULL);
    point_at(f, 0, "1", 5000);
    rooms_tick(f->rooms, 14999);
    assert_int_equal(rooms_count(f->rooms), 1);
    rooms_tick(f->rooms, 15000);
    assert_int_equal(rooms_count(f->rooms), 0);
    assert_string_equal(f->person[1].told, "{\"type\":\"ended\",\"why\":\"silence\"}");
    assert_null(f->person[0].member.room);
    assert_int_equal(f->person[0].member.role, ROOM_OUTSIDE);
    assert_int_equal(join(f, 2, ROOM_MEMBER, NULL), ROOM_UNKNOWN);
}

/* Two threads read the clock: the one that looks after rooms may bring a time before that at which
 * another one has just made a room, or counted a wrong code. */
static void a_time_before_is_no_age(void **state)
{
    struct fixture *f = *state;
    struct room_addresses table = {0};
    assert_int_equal(room_open(f->rooms, "NEWEST", secret_of("secret"), &text, 100000), ROOM_DONE);
    assert_non_null(room_find(f->rooms, "NEWEST"));
    assert_int_equal(rooms_count(f->rooms), 2);
    rooms_tick(f->rooms, 99999); /* the other one is silent for long */
    assert_non_null(room_find(f->rooms, "NEWEST"));
    assert_int_equal(rooms_count(f->rooms), 1);
    struct room_guesses *g = room_guesses_of(&table, "10.0.0.1", 1000);
    for (int i = 0; i < 5; i++) {
        room_guessed_wrong(g, 5, 1000);
    }
    assert_false(room_may_guess(g, 5, 999));
    assert_false(room_may_guess(g, 5, 1000));
    assert_ptr_equal(room_guesses_of(&table, "10.0.0.1", 999), g);
    assert_false(room_may_guess(g, 5, 1000));
    assert_true(room_may_guess(g, 5, 14000));
}

static void the_count_is_told_when_it_changes(void **state)
{
    struct fixture *f = *state;
    join(f, 0, ROOM_HOST, "secret");
    join(f, 1, ROOM_MEMBER, NULL);
    rooms_tick(f->rooms, 2);
    assert_string_equal(f->person[0].here, "{\"type\":\"here\",\"count\":1,\"host\":true}");
    f->person[0].here[0] = 0;
    rooms_tick(f->rooms, 3);
    assert_string_equal(f->person[0].here, "");
    room_leave(f->rooms, &f->person[1].member);
    rooms_tick(f->rooms, 4);
    assert_non_null(strstr(f->person[0].here, "\"count\":0"));
}

static void wrong_codes_are_counted(void **state)
{
    struct room_guesses g = {0};
    struct room_addresses *table = calloc(1, sizeof *table);
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_true(room_may_guess(&g, 10, 1000));
        room_guessed_wrong(&g, 10, 1000);
    }
    assert_false(room_may_guess(&g, 10, 1000));
    assert_false(room_may_guess(&g, 10, 6900));
    assert_true(room_may_guess(&g, 10, 7000)); /* one in six seconds */
    for (int i = 0; i < 600; i++) {
        room_guessed_wrong(room_guesses_of(table, "192.0.2.7", 1), 600, 1);
    }
    assert_false(room_may_guess(room_guesses_of(table, "192.0.2.7", 1), 600, 1));
    assert_true(room_may_guess(room_guesses_of(table, "192.0.2.8", 1), 600, 1));
    free(table);
}

static void words_of_clients_are_checked(void **state)
{
    static const char *const positions[] = {"0", "148", "148.7", "18446744073709551615.4294967295"};
    static const char *const bad[] = {"", ".", "1.", ".1", "1.2.3", "-1", "1e3", " 1", "0x1",
        "11111111111111111111111111111111111111111"};
    char long_name[ROOM_THING + 2], set[ROOM_SET + 1];
    (void)state;
    for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        assert_true(room_is_position(positions[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(room_is_position(bad[i]));
    }
    assert_true(room_is_thing("page 3 4096"));
    assert_true(room_is_thing(""));
    assert_false(room_is_thing("<b>"));
    assert_false(room_is_thing("\xe2\x80\xae"));
    memset(long_name, 'a', sizeof long_name);
    long_name[ROOM_THING + 1] = 0;
    assert_false(room_is_thing(long_name));
    long_name[ROOM_THING] = 0;
    assert_true(room_is_thing(long_name));
    static const struct {
        const char *json, *set;
    } sets[] = {{"{}", "{}"},
        {"{\"frames\":8,\"policy\":\"lru\"}", "{\"frames\":\"8\",\"policy\":\"lru\"}"},
        {"[]", NULL}, {"{\"a\":null}", NULL}, {"{\"a\":{}}", NULL}, {"7", NULL}};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        struct json_error error;
        json_value *value = json_parse(sets[i].json, strlen(sets[i].json), NULL, &error);
        assert_int_equal(room_set_read(value, set), sets[i].set != NULL);
        if (sets[i].set) {
            assert_string_equal(set, sets[i].set);
        }
        json_value_free(value);
    }
}

/* One and the same table, for every role and message: only what is named here is allowed. */
static void nobody_may_say_more_than_the_table(void **state)
{
    static const char *const room_only[] = {"leave", "point", "show", "end"};
    static const char *const not_of_screens[] = {"append", "predict", "answer"};
    (void)state;
    size_t messages = 0;
    for (; room_message(messages); messages++) {
        const char *name = room_message(messages);
        bool of_room = false;
        for (size_t i = 0; i < sizeof room_only / sizeof room_only[0]; i++) {
            of_room |= strcmp(name, room_only[i]) == 0;
        }
        bool personal = false;
        for (size_t i = 0; i < sizeof not_of_screens / sizeof not_of_screens[0]; i++) {
            personal |= strcmp(name, not_of_screens[i]) == 0;
        }
        bool hosts = of_room && strcmp(name, "leave") != 0;
        assert_int_equal(room_may(ROOM_OUTSIDE, name), of_room ? ROOM_DENIED : ROOM_ALLOWED);
        assert_int_equal(room_may(ROOM_HOST, name), ROOM_ALLOWED);
        assert_int_equal(room_may(ROOM_MEMBER, name), hosts ? ROOM_DENIED : ROOM_ALLOWED);
        assert_int_equal(
            room_may(ROOM_SCREEN, name), hosts || personal ? ROOM_DENIED : ROOM_ALLOWED);
    }
    assert_true(messages >= 16);
    for (enum room_role role = ROOM_OUTSIDE; role < ROOM_ROLES; role++) {
        assert_int_equal(room_may(role, "joined"), ROOM_NO_MESSAGE);
        assert_int_equal(room_may(role, ""), ROOM_NO_MESSAGE);
        assert_int_equal(room_may(role, "Open"), ROOM_NO_MESSAGE);
    }
}

static bool has_row(const char *name, size_t n)
{
    for (size_t i = 0; room_message(i); i++) {
        if (strlen(room_message(i)) == n && strncmp(room_message(i), name, n) == 0) {
            return true;
        }
    }
    return false;
}

/* docs/protocol.md lists what clients send: first column of the tables whose head is
 * "client sends" or "sends". Each message has a row of rights, each row is documented. */
static void the_table_has_every_message_of_the_protocol(void **state)
{
    char line[4096], seen[64][32];
    size_t n = 0;
    bool inside = false;
    FILE *in = fopen(VMSCOPE_SOURCE_DIR "/docs/protocol.md", "r");
    (void)state;
    assert_non_null(in);
    while (fgets(line, sizeof line, in)) {
        inside = strncmp(line, "| client sends |", 16) == 0 ||
                 (inside && (line[0] == '|' || !strchr(line, '\n')));
        for (char *at = line; inside && at;) {
            /* "| `play {…}` / `pause` |": every backticked word of the first column that begins one
             */
            char *end = strstr(at + 1, " |"), *tick = strchr(at, '`');
            if (at == line && strncmp(line, "| `", 3) != 0) {
                break;
            }
            if (!tick || (end && tick > end) || n == 64) {
                break;
            }
            size_t length = strspn(tick + 1, "abcdefghijklmnopqrstuvwxyz");
            char *close = strchr(tick + 1, '`');
            if (length && close && (tick[length + 1] == ' ' || tick[length + 1] == '`') &&
                (tick == line + 2 || tick[-2] == '/')) {
                snprintf(
                    seen[n++], sizeof seen[0], "%.*s", (int)(length < 31 ? length : 31), tick + 1);
            }
            at = close ? close + 1 : NULL;
        }
    }
    fclose(in);
    assert_true(n >= 16);
    for (size_t i = 0; i < n; i++) {
        if (!has_row(seen[i], strlen(seen[i]))) {
            fail_msg("%s has no row in server/room/rights.def", seen[i]);
        }
    }
    for (size_t i = 0; room_message(i); i++) {
        bool documented = false;
        for (size_t k = 0; k < n; k++) {
            documented |= strcmp(seen[k], room_message(i)) == 0;
        }
        if (!documented) {
            fail_msg("%s is not in docs/protocol.md", room_message(i));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_letters_that_cannot_be_mistaken),
        cmocka_unit_test_setup_teardown(a_point_reaches_those_who_follow, begin, end),
        cmocka_unit_test_setup_teardown(only_the_secret_makes_a_host, begin, end),
        cmocka_unit_test_setup_teardown(a_host_that_comes_back_keeps_the_room, begin, end),
        cmocka_unit_test_setup_teardown(who_comes_late_is_told_where_the_host_is, begin, end),
        cmocka_unit_test_setup_teardown(what_is_shown_can_change, begin, end),
        cmocka_unit_test_setup_teardown(a_flood_of_points_becomes_the_newest, begin, end),
        cmocka_unit_test_setup_teardown(rooms_and_members_have_limits, begin, end),
        cmocka_unit_test_setup_teardown(a_silent_room_ends, begin, end),
        cmocka_unit_test_setup_teardown(a_time_before_is_no_age, begin, end),
        cmocka_unit_test_setup_teardown(the_count_is_told_when_it_changes, begin, end),
        cmocka_unit_test(wrong_codes_are_counted),
        cmocka_unit_test(words_of_clients_are_checked),
        cmocka_unit_test(nobody_may_say_more_than_the_table),
        cmocka_unit_test(the_table_has_every_message_of_the_protocol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT
 * Between a connection and its simulation: what a client says is checked to be a JSON object with a
 * type that its sender may say, `open` gets the stored text or trace that it names, what concerns
 * rooms is answered here, the rest is passed on as it is.
 */
#include "wire/json.h"
#include "wire/json_read.h"
#include "ws/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void say(struct ws_conn *conn, const uint64_t *id, const char *type, const char *code,
    const char *message)
{
    struct json json = {0};
    json_object(&json);
    json_key_string(&json, "type", type);
    if (id) {
        json_key_number(&json, "id", *id);
    }
    if (code) {
        json_key_string(&json, "code", code);
        json_key_string(&json, "message", message);
    }
    json_object_end(&json);
    if (!json.failed) {
        ws_conn_text(conn, json.bytes, json.length);
    }
    json_release(&json);
}

void ws_door_reply(struct ws_conn *conn, const json_value *request, const char *type,
    const char *code, const char *message)
{
    uint64_t id;
    say(conn, json_u64(json_get(request, "id"), &id) ? &id : NULL, type, code, message);
}

static void forget(struct ws_conn *conn, size_t at, size_t n)
{
    conn->asked_n -= n;
    memmove(conn->asked + at, conn->asked + at + n, (conn->asked_n - at) * sizeof(conn->asked[0]));
}

/* Requests under way are remembered, so that each gets its error when the simulation is lost. */
static void remember(struct ws_conn *conn, uint64_t id)
{
    if (conn->asked_n == WS_ASKED) {
        forget(conn, 0, 1);
    }
    conn->asked[conn->asked_n].id = id;
    conn->asked[conn->asked_n++].nth = conn->told;
}

static void answered(struct ws_conn *conn, const char *text, size_t length)
{
    static const char mark[] = "\"id\":"; /* an answer's second member, of ours always */
    char head[80];
    size_t n = length < sizeof(head) - 1 ? length : sizeof(head) - 1;
    memcpy(head, text, n);
    head[n] = '\0';
    const char *at = strstr(head, mark);
    uint64_t id = at ? strtoull(at + sizeof(mark) - 1, NULL, 10) : 0;
    for (size_t i = 0; at && i < conn->asked_n; i++) {
        if (conn->asked[i].id == id) {
            forget(conn, i, 1);
            return;
        }
    }
}

static void copy_set(struct json *json, const json_value *set)
{
    uint64_t number;
    json_key(json, "set");
    json_object(json);
    for (const json_value *item = json_first(set); item; item = json_next(item)) {
        json_key(json, json_name(item) ? json_name(item) : "");
        if (json_text(item)) {
            json_string(json, json_text(item));
        } else if (json_u64(item, &number)) {
            json_big(json, number);
        } else {
            json_null(json); /* the session says what is wrong with it */
        }
    }
    json_object_end(json);
}

/* Of what is neither a flag nor an object the session says what is wrong with it. */
static void copy_predict(struct json *json, const json_value *predict)
{
    const json_value *kinds = json_get(predict, "kinds");
    bool flag;
    if (!predict) {
        return;
    }
    json_key(json, "predict");
    if (json_flag(predict, &flag)) {
        json_bool(json, flag);
        return;
    }
    if (!json_is_object(predict)) {
        json_null(json);
        return;
    }
    json_object(json);
    if (json_get(predict, "from")) {
        json_key_string(json, "from", json_text(json_get(predict, "from")));
    }
    if (kinds) {
        json_key(json, "kinds");
        json_array(json);
        for (const json_value *kind = json_first(kinds); kind; kind = json_next(kind)) {
            json_string(json, json_text(kind));
        }
        json_array_end(json);
    }
    json_object_end(json);
}

/* Adds what the id stands for. NULL, or why not. */
static const char *resolve(struct ws_conn *conn, const json_value *open, struct json *out, int *fd)
{
    const struct lab_source *source = &conn->loop->source;
    const char *scenario = json_text(json_get(open, "scenario")),
               *trace = json_text(json_get(open, "trace"));
    if ((scenario != NULL) + (trace != NULL) + (json_get(open, "text") != NULL) != 1) {
        return "give one of scenario, text or trace, as a string";
    }
    if (scenario) {
        char *text = NULL;
        size_t length = 0;
        if (!source->scenario || !source->scenario(source->ctx, scenario, &text, &length)) {
            return "there is no such scenario";
        }
        json_key(out, "text");
        json_string_n(out, text, length);
        free(text);
    } else if (trace) {
        char format[16] = "", title[128] = "";
        *fd = source->trace ? source->trace(source->ctx, trace, format, title) : -1;
        if (*fd < 0) {
            return "there is no such trace";
        }
        json_key_string(out, "trace", trace);
        json_key_string(out, "format", format);
        json_key_string(out, "title", title);
    } else {
        json_key_string(out, "text", json_text(json_get(open, "text")));
    }
    return NULL;
}

static void tell(
    struct ws_conn *conn, const json_value *request, const char *text, size_t length, int fd)
{
    if (!conn->session) {
        conn->session = sim_session_new(conn->loop->options.sim, ws_door_post, conn);
    }
    if (!conn->session) {
        if (fd >= 0) {
            close(fd);
        }
        ws_door_reply(conn, request, "error", "busy", "too many laboratories are open; try again");
    } else if (!sim_session_tell(conn->session, text, length, fd)) {
        ws_door_reply(
            conn, request, "error", "busy", "the simulation has not answered yet; try again");
    } else {
        uint64_t id;
        conn->told++;
        if (json_u64(json_get(request, "id"), &id)) {
            remember(conn, id);
        }
    }
}

static void open_named(struct ws_conn *conn, const json_value *request)
{
    struct json out = {0};
    uint64_t id;
    int fd = -1;
    json_object(&out);
    json_key_string(&out, "type", "open");
    if (json_u64(json_get(request, "id"), &id)) {
        json_key_number(&out, "id", id);
    }
    const char *problem = resolve(conn, request, &out, &fd);
    if (problem) {
        ws_door_reply(conn, request, "error", "open", problem);
    } else {
        copy_set(&out, json_get(request, "set"));
        copy_predict(&out, json_get(request, "predict"));
        json_object_end(&out);
        tell(conn, request, out.bytes ? out.bytes : "", out.failed ? 0 : out.length, fd);
    }
    json_release(&out);
}

/* False: refused. Whatever the table does not allow is. */
static bool allowed(struct ws_conn *conn, const json_value *request, const char *type)
{
    enum room_verdict verdict = room_may(conn->member.role, type);
    if (verdict == ROOM_NO_MESSAGE) {
        ws_door_reply(
            conn, request, "error", "type", "there is no such message; see the lab protocol");
    } else if (verdict == ROOM_DENIED) {
        ws_door_reply(conn, request, "error", "right",
            conn->member.role == ROOM_OUTSIDE ? "only who is in a room may say this"
                                              : "your role in this room may not say this");
    }
    return verdict == ROOM_ALLOWED;
}

void ws_door_message(struct ws_conn *conn, const char *text, size_t length)
{
    struct json_limits limits = {.bytes = conn->loop->options.message};
    struct json_error error;
    json_value *request = json_parse(text, length, &limits, &error);
    const char *type = json_text(json_get(request, "type"));
    if (!request) {
        ws_door_reply(conn, NULL, "error", "json", error.message);
    } else if (!type) {
        ws_door_reply(
            conn, request, "error", "type", "a message is a JSON object with a string `type`");
    } else if (!allowed(conn, request, type) || ws_rooms_message(conn, request, type)) {
        /* answered */
    } else if (strcmp(type, "ping") == 0) {
        ws_door_reply(conn, request, "pong", NULL, NULL);
    } else if (strcmp(type, "open") == 0) {
        open_named(conn, request);
    } else {
        tell(conn, request, text, length, -1);
    }
    json_value_free(request);
}

/* What was told behind the loss is another simulation's, which will answer it. */
static void lost(struct ws_conn *conn, enum sim_code code, size_t told)
{
    const char *word = code == SIM_STOPPED ? "stopping" : "lost";
    const char *why = code == SIM_STOPPED
                          ? "the server is shutting down"
                          : "the simulation ended unexpectedly; open the scenario again";
    size_t n = 0;
    for (; n < conn->asked_n && conn->asked[n].nth <= told; n++) {
        say(conn, &conn->asked[n].id, "error", word, why);
    }
    if (n == 0) {
        say(conn, NULL, "error", word, why);
    }
    forget(conn, 0, n);
}

void ws_door_mail(struct ws_mail *mail)
{
    if (mail->code != SIM_DONE) {
        lost(mail->conn, mail->code, mail->length);
    } else if (mail->binary) {
        ws_conn_binary(mail->conn, mail->bytes, mail->length);
    } else {
        answered(mail->conn, mail->bytes, mail->length);
        ws_conn_text(mail->conn, mail->bytes, mail->length);
    }
}

/* On the simulation thread. */
void ws_door_post(void *ctx, enum sim_code code, bool binary, char *bytes, size_t length)
{
    struct ws_conn *conn = ctx;
    struct ws_loop *loop = conn->loop;
    struct ws_mail *mail = malloc(sizeof(*mail));
    if (!mail) {
        free(bytes);
        return;
    }
    *mail = (struct ws_mail){NULL, conn, code, binary, bytes, length};
    pthread_mutex_lock(&loop->lock);
    bool first = !loop->mail;
    *loop->mail_end = mail;
    loop->mail_end = &mail->next;
    pthread_mutex_unlock(&loop->lock);
    if (first) {
        eventfd_write(loop->wake, 1);
    }
}

/* SPDX-License-Identifier: MIT
 * The opening handshake of RFC 6455 §4.2, as a pure function of the request's headers.
 */
#include "ws/sha1.h"
#include "ws/ws.h"

#include <string.h>
#include <strings.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Is `token` one of the comma-separated items of `list`? */
static bool lists(const char *list, const char *token, bool fold)
{
    size_t n = strlen(token);
    for (const char *at = list; at;) {
        at += strspn(at, " \t,");
        size_t item = strcspn(at, ",");
        const char *next = at[item] ? at + item + 1 : NULL;
        while (item && (at[item - 1] == ' ' || at[item - 1] == '\t')) {
            item--;
        }
        if (item == n && (fold ? strncasecmp(at, token, n) : strncmp(at, token, n)) == 0) {
            return true;
        }
        at = next;
    }
    return false;
}

/* Base64 of 16 bytes: 22 characters, the last with four low bits 0, and "==". */
static bool good_key(const char *key)
{
    if (strlen(key) != 24 || strspn(key, alphabet) != 22 || strcmp(key + 22, "==") != 0) {
        return false;
    }
    return ((strchr(alphabet, key[21]) - alphabet) & 15) == 0;
}

static void accept_key(const char *key, char out[WS_ACCEPT_SIZE])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char text[24 + sizeof(guid)];
    uint8_t digest[21] = {0};
    memcpy(text, key, 24);
    memcpy(text + 24, guid, sizeof(guid));
    sha1(text, strlen(text), digest);
    for (size_t i = 0; i < 7; i++) {
        unsigned bits =
            (unsigned)digest[3 * i] << 16 | (unsigned)digest[3 * i + 1] << 8 | digest[3 * i + 2];
        for (size_t k = 0; k < 4; k++) {
            out[4 * i + k] = alphabet[bits >> (18 - 6 * k) & 63];
        }
    }
    out[27] = '='; /* 20 bytes end in one pad */
    out[28] = '\0';
}

static void refuse(struct ws_answer *out, unsigned status, const char *detail)
{
    out->status = status;
    out->detail = detail;
}

void ws_handshake_check(const struct ws_handshake *request, struct ws_answer *out)
{
    *out = (struct ws_answer){0};
    if (!request->method || strcmp(request->method, "GET") != 0) {
        refuse(out, 405, "a WebSocket is opened with GET");
    } else if (!request->http_version || strcmp(request->http_version, "HTTP/1.1") != 0) {
        refuse(out, 400, "a WebSocket needs HTTP/1.1");
    } else if (!request->upgrade || !lists(request->upgrade, "websocket", true)) {
        refuse(out, 426, "this address speaks WebSocket: send Upgrade: websocket");
    } else if (!request->connection || !lists(request->connection, "upgrade", true)) {
        refuse(out, 400, "the Connection header must name Upgrade");
    } else if (!request->version || strcmp(request->version, "13") != 0) {
        refuse(out, 426, "only version 13 of the WebSocket protocol is spoken here");
    } else if (!request->key || !good_key(request->key)) {
        refuse(out, 400, "Sec-WebSocket-Key must be the base64 form of 16 bytes");
    } else {
        out->status = 101;
        accept_key(request->key, out->accept);
        out->protocol =
            request->protocol && lists(request->protocol, WS_PROTOCOL, false) ? WS_PROTOCOL : NULL;
    }
}

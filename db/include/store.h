/* SPDX-License-Identifier: MIT
 * What vmscope keeps: scenarios with versions, runs, traces. Texts are opaque here.
 * A write is acknowledged (its callback called with STORE_OK) only after the commit that holds it
 * has been synced to disk. Every call returns at once; its callback is called exactly once, on a
 * thread of the store's or, when the request is refused at the door, before the call returns. What
 * a callback is handed is valid during the callback only. Strings passed in are copied.
 */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct store store;
#define STORE_ID_ROOM 64 /* an id and its end */

enum store_status {
    STORE_OK,
    STORE_NOT_FOUND,
    STORE_FORBIDDEN, /* a wrong edit token, or none */
    STORE_READ_ONLY, /* the shipped library is changed by files, not by requests */
    STORE_CONFLICT, /* not the version the caller saw; or an idempotency key used for something else
                     */
    STORE_BUSY,     /* too much is waiting: try again */
    STORE_FULL,     /* no room on the disk; nothing was changed */
    STORE_DAMAGED,  /* the file is no database of ours, or broken */
    STORE_TOO_NEW,  /* written by a newer vmscope */
    STORE_FAILED,   /* anything else: no memory, no permission, another server on the same data */
};
const char *store_status_text(enum store_status status);

struct store_options {
    const char *dir;    /* made if missing; holds vmscope.db, traces/ and a lock */
    uint64_t min_free;  /* bytes kept free on the disk, at most a twentieth of it */
    uint64_t max_bytes; /* of the database; 0 = no limit. Past one: STORE_FULL, but for deletions */
    size_t queue;       /* requests that may wait; 0 = 4096 */
    unsigned readers;   /* 0 = 2 */
    bool library;       /* load the shipped scenarios */
};
/* `why` (room bytes) says what is wrong and what to do when the status is not STORE_OK. */
enum store_status store_open(
    const struct store_options *options, char *why, size_t room, store **out);
/* Finishes everything that waits, then closes. No call may be under way or follow. NULL is fine. */
void store_close(store *s);
const char *store_dir(const store *s);

struct store_stats {
    uint64_t writes, commits, reads, waiting, failures;
};
void store_statistics(store *s, struct store_stats *out);

typedef void store_done(void *ctx, enum store_status status);
/* Proves that a write can be made. */
void store_probe(store *s, store_done *done, void *ctx);

/* ---- scenarios ---- */
struct store_scenario {
    const char *id, *title;
    const char *tags; /* as given: a JSON array */
    const char *text; /* NULL in lists */
    size_t text_length;
    const char *hash;         /* SHA-256 of the text, hex */
    const char *forked_from;  /* id or NULL */
    const char *edit_token;   /* only in the answer to a creation; the store keeps its hash alone */
    int64_t version;          /* from 1 */
    int64_t created, updated; /* milliseconds since 1970 */
    bool library;             /* read-only */
};
struct store_scenario_new {
    const char *title, *tags, *text;
    size_t text_length;
    const char *idempotency_key; /* NULL, or: the same key and text again answer the same scenario
                                    and token */
    const char
        *forked_from; /* NULL, or the id of the original (which must exist; text NULL: its text) */
};
typedef void store_scenario_done(
    void *ctx, enum store_status status, const struct store_scenario *scenario);
typedef void store_scenarios_done(void *ctx, enum store_status status,
    const struct store_scenario *item, size_t n, const char *next /* cursor or NULL */);
void store_scenario_create(
    store *s, const struct store_scenario_new *scenario, store_scenario_done *done, void *ctx);
/* version 0: the newest */
void store_scenario_read(
    store *s, const char *id, int64_t version, store_scenario_done *done, void *ctx);
/* A new version. if_version: the version that must be the newest now, 0 = any. title or tags NULL:
 * as before. */
void store_scenario_write(store *s, const char *id, const char *token, int64_t if_version,
    const struct store_scenario_new *scenario, store_scenario_done *done, void *ctx);
void store_scenario_delete(
    store *s, const char *id, const char *token, store_done *done, void *ctx);

struct store_list {
    const char *search;   /* NULL or words looked for in title, tags and text */
    const char *cursor;   /* NULL or a `next` */
    const char *scenario; /* runs: of this scenario only */
    int library;          /* scenarios: 1 the library alone, 0 all but it, -1 both */
    unsigned limit;       /* 1 .. 1000 */
};
/* Newest first. A cursor that is none of ours starts from the beginning of what it sorts after. */
void store_scenario_list(
    store *s, const struct store_list *list, store_scenarios_done *done, void *ctx);
void store_scenario_versions(store *s, const char *id, store_scenarios_done *done, void *ctx);

/* ---- templates: beginnings of scenarios that are shipped and not stored ---- */
struct store_template {
    char id[STORE_ID_ROOM], title[200];
    char about[300]; /* its first comment */
    const char *text;
    size_t text_length;
};
/* The i-th in the order they are shown. False: there are no more. */
bool store_template(size_t i, struct store_template *out);

/* ---- runs: never their events, which come back by running again ---- */
struct store_run {
    const char *id;
    const char *scenario;     /* NULL: a text that was never saved */
    int64_t scenario_version; /* 0: none */
    const char *hash, *text;  /* text NULL in lists */
    size_t text_length;
    const char *engine;              /* version */
    const char *overrides, *results; /* JSON objects as given */
    const char *edit_token; /* only in the answer to a creation: who started it may delete it */
    int64_t created;
};
typedef void store_run_done(void *ctx, enum store_status status, const struct store_run *run);
typedef void store_runs_done(
    void *ctx, enum store_status status, const struct store_run *item, size_t n, const char *next);
void store_run_create(
    store *s, const struct store_run *run, store_run_done *done, void *ctx); /* id, hash: ignored */
void store_run_read(store *s, const char *id, store_run_done *done, void *ctx);
void store_run_list(store *s, const struct store_list *list, store_runs_done *done, void *ctx);
void store_run_delete(store *s, const char *id, const char *token, store_done *done, void *ctx);

/* ---- traces: the bytes lie in DIR/traces/ID, written by an upload and then never changed ---- */
struct store_trace {
    const char *id, *title, *format;
    uint32_t page_size;
    int64_t bytes, references, torn, created; /* bytes: of its text, not of the file */
    const char *report; /* a JSON object: what was read and what was not; NULL: {} */
};
typedef struct store_upload store_upload;
typedef void store_trace_done(void *ctx, enum store_status status, const struct store_trace *trace);
typedef void store_traces_done(void *ctx, enum store_status status, const struct store_trace *item,
    size_t n, const char *next);
enum store_status store_upload_new(store *s, store_upload **out);
enum store_status store_upload_append(store_upload *upload, const void *bytes, size_t n);
void store_upload_abandon(store_upload *upload); /* NULL is fine */
/* Takes the upload: synced and named when done says STORE_OK. id: ignored. */
void store_upload_finish(
    store_upload *upload, const struct store_trace *trace, store_trace_done *done, void *ctx);
void store_trace_read(store *s, const char *id, store_trace_done *done, void *ctx);
void store_trace_list(store *s, const struct store_list *list, store_traces_done *done, void *ctx);
/* The file of a trace. False: the id is not of the form of an id. It may not exist. */
bool store_trace_path(const store *s, const char *id, char *out, size_t room);

/* ---- small tools that the server shares ---- */
#define STORE_HASH_BYTES 32
void store_sha256(const void *bytes, size_t n, uint8_t out[STORE_HASH_BYTES]);
void store_hex(const uint8_t *bytes, size_t n, char *out /* 2n + 1 */);
bool store_equal(const void *a, const void *b, size_t n); /* in constant time */
bool store_random_name(char *out, size_t letters); /* letters without look-alikes, NUL-terminated */

#endif

/* SPDX-License-Identifier: MIT
 * What a lab session consists of; private to lab.
 */
#ifndef LAB_PARTS_H
#define LAB_PARTS_H

#include "lab/session.h"
#include "lab/transfer.h"
#include "vm/predict.h"
#include "wire/json_read.h"

/* Questions before operations: ask.c. The run's horizon hides what comes from the open one on. */
struct lab_asking {
    bool on, searching, open;
    uint64_t kinds; /* bits of enum vm_question_kind; 0: all */
    uint64_t from;  /* searching: operations that were looked at */
    uint32_t asked[vm_question_kind_count], quiet, loud;
    /* the open question: about operation `from` + 1 */
    struct vm_question question;
    const struct vm_note *note; /* an author's; NULL: nobody's */
};

struct lab_session {
    struct lab_limits limits;
    struct lab_out out;
    struct lab_run *run; /* NULL: nothing is open */
    bool opening;        /* run is being executed; `opened` is due */
    bool has_from;       /* it was an append: `opened` carries `from` */
    uint64_t from;
    bool open_has_id;
    uint64_t open_id;
    struct lab_transfers transfers;
    struct vm_position at; /* where the client is: what step and play go from */
    bool playing, by_micro;
    double rate;               /* units a second */
    uint64_t play_ms, told_ms; /* when playing began, when `at` was last told */
    struct vm_position play_from;
    struct lab_asking asking;
};

/* A message under way. */
struct lab_request {
    const json_value *json;
    bool has_id;
    uint64_t id;
    uint64_t now_ms;
    bool room;
};

/* session.c: the head of an answer, and the way out */
void lab_begin(struct json *json, const char *type, bool has_id, uint64_t id);
void lab_say(struct lab_session *s, struct json *json); /* ends the object, sends, releases */
void lab_error(
    struct lab_session *s, const struct lab_request *r, const char *code, const char *message);
void lab_say_at(struct lab_session *s, bool has_id, uint64_t id);
/* history.c: how a thing came to be what it is */
void lab_history(struct lab_session *s, const struct lab_request *r);
/* series.c */
void lab_series(struct lab_session *s, const struct lab_request *r);
/* calls.c */
void lab_calls(struct lab_session *s, const struct lab_request *r);
/* open.c */
void lab_open(struct lab_session *s, const struct lab_request *r, int fd);
void lab_append(struct lab_session *s, const struct lab_request *r);
void lab_opened(struct lab_session *s);
void lab_tell_run(struct json *json, struct lab_run *run); /* what `opened` says of it */
/* ask.c: questions before operations */
void lab_predict(struct lab_session *s, const struct lab_request *r);
void lab_answer(struct lab_session *s, const struct lab_request *r);
bool lab_read_asking(const json_value *json, struct lab_asking *asking); /* of `open` */
void lab_ask_anew(struct lab_session *s, uint64_t from); /* another run, or another end of it */
void lab_ask_work(struct lab_session *s);                /* some milliseconds of searching */
/* ask_find.c: looks for a question about one of the next operations. False: no memory for them. */
bool lab_ask_look(struct lab_session *s);
/* ask_say.c: the open question, or that there is none any more */
void lab_say_question(struct lab_session *s);
/* What may be seen from now on: as `opened`, up to the horizon. */
void lab_say_horizon(struct lab_session *s, bool has_id, uint64_t id);
/* Of the open question. */
void lab_say_answered(
    struct lab_session *s, const struct lab_request *r, bool skipped, struct vm_given given);
/* walk.c: moving about in the run */
bool lab_position_there(const struct lab_session *s, struct vm_position position);
struct vm_position lab_walk(
    const struct lab_session *s, struct vm_position at, int64_t by, bool micro);
void lab_seek(struct lab_session *s, const struct lab_request *r);
void lab_step(struct lab_session *s, const struct lab_request *r);
void lab_read(struct lab_session *s, const struct lab_request *r);
void lab_play(struct lab_session *s, const struct lab_request *r);
void lab_pause(struct lab_session *s, const struct lab_request *r);
void lab_play_tick(struct lab_session *s, uint64_t now_ms, uint64_t *wake_ms);

#endif

/* SPDX-License-Identifier: MIT
 * The pool: answers, a worker that dies or hangs, a full queue. Workers are stopped with signals,
 * so that nothing here depends on how fast they are.
 */
#define _GNU_SOURCE
#include "sim/job.h"
#include "sim/pool.h"
#include "sim/worker.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const char fork_text[] =
    "vmscope 1\n"
    "title \"Fork\"\n"
    "machine x86-64 { frames 64  swap 32  tlb 8  policy clock  seed 1 }\n"
    "A = start empty\n"
    "A: heap = mmap(2 pages, rw, private)\n"
    "A: store(heap, 2 pages)\n"
    "A: B = fork()\n"
    "expect frames(heap) = 2\n"
    "B: *heap = 7\n"
    "expect fault cow\n";

/* What has come so far. */
struct heard {
    pthread_mutex_t lock;
    pthread_cond_t came;
    size_t n;
    struct {
        enum sim_code code;
        char *body;
        size_t length;
    } item[64];
};

static void hear(struct heard *h, enum sim_code code, char *body, size_t length)
{
    pthread_mutex_lock(&h->lock);
    char *copy = calloc(length + 1, 1);
    if (body) {
        memcpy(copy, body, length);
    }
    free(body);
    h->item[h->n].code = code;
    h->item[h->n].length = length;
    h->item[h->n++].body = copy;
    pthread_cond_broadcast(&h->came);
    pthread_mutex_unlock(&h->lock);
}

static void on_done(void *ctx, enum sim_code code, char *body, size_t length)
{
    hear(ctx, code, body, length);
}

static void on_said(void *ctx, enum sim_code code, bool binary, char *bytes, size_t length)
{
    (void)binary;
    hear(ctx, code, bytes, length);
}

static void await(struct heard *h, size_t n)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 30;
    pthread_mutex_lock(&h->lock);
    while (h->n < n) {
        if (pthread_cond_timedwait(&h->came, &h->lock, &until)) {
            pthread_mutex_unlock(&h->lock);
            fail_msg("no answer %zu in 30 s", n);
        }
    }
    pthread_mutex_unlock(&h->lock);
}

static void forget(struct heard *h)
{
    for (size_t i = 0; i < h->n; i++) {
        free(h->item[i].body);
    }
    h->n = 0;
}

static struct sim *make(struct heard *h, const struct sim_options *options)
{
    memset(h, 0, sizeof(*h));
    pthread_mutex_init(&h->lock, NULL);
    pthread_cond_init(&h->came, NULL);
    struct sim *sim = sim_new(options);
    assert_non_null(sim);
    return sim;
}

static enum sim_code ask(struct sim *sim, enum sim_kind kind, const char *text, struct heard *h)
{
    struct sim_request request = {
        .kind = kind, .text = text, .text_n = strlen(text), .to = 3, .buckets = 2};
    return sim_submit(sim, &request, on_done, h);
}

static pid_t worker_of(struct sim *sim)
{
    pthread_mutex_lock(&sim->lock);
    pid_t pid = sim->worker[0].pid;
    pthread_mutex_unlock(&sim->lock);
    return pid;
}

static void requests_are_answered(void **state)
{
    static const struct {
        enum sim_kind kind;
        const char *text;
        enum sim_code code;
        const char *part;
    } cases[] = {
        {SIM_CHECK, fork_text, SIM_DONE, "\"ok\":true"},
        {SIM_CHECK, "vmscope 1\nnonsense here\n", SIM_DONE, "\"ok\":false"},
        {SIM_FORMAT, fork_text, SIM_DONE, "A: B = fork()"},
        {SIM_FORMAT, "vmscope 1\n}\n", SIM_REFUSED, "\"line\":2"},
        {SIM_RUN, fork_text, SIM_DONE, "\"reason\":\"done\""},
        {SIM_RUN, fork_text, SIM_DONE, "\"held\":true"},
        {SIM_RUN, fork_text, SIM_DONE, "\"copies\":1"},
        {SIM_RUN, "vmscope 1\nA = begin\n", SIM_REFUSED, "\"diagnostics\":[{\"line\":2"},
        {SIM_EVENTS, fork_text, SIM_DONE, "\"reached\":3"},
        {SIM_STATE, fork_text, SIM_DONE, "\"position\":\"3\""},
        {SIM_LANES, fork_text, SIM_DONE, "\"minor\":["},
    };
    struct heard h;
    struct sim_options options = {.workers = 1};
    struct sim *sim = make(&h, &options);
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(ask(sim, cases[i].kind, cases[i].text, &h), SIM_DONE);
        await(&h, 1);
        if (h.item[0].code != cases[i].code || !strstr(h.item[0].body, cases[i].part)) {
            fail_msg("case %zu: code %d, %s", i, h.item[0].code, h.item[0].body);
        }
        forget(&h);
    }
    sim_free(sim);
}

static void a_dead_worker_is_replaced(void **state)
{
    struct heard h, s;
    struct sim_options options = {.workers = 1, .queue = 2};
    struct sim *sim = make(&h, &options);
    struct sim_stats stats;
    (void)state;
    memset(&s, 0, sizeof(s));
    pthread_mutex_init(&s.lock, NULL);
    pthread_cond_init(&s.came, NULL);
    struct sim_session *session = sim_session_new(sim, on_said, &s);
    static const char ping[] = "{\"type\":\"ping\",\"id\":1}";
    assert_true(sim_session_tell(session, ping, sizeof(ping) - 1, -1));
    await(&s, 1);
    assert_string_equal(s.item[0].body, "{\"type\":\"pong\",\"id\":1}");

    pid_t pid = worker_of(sim);
    kill(pid, SIGSTOP);
    assert_int_equal(ask(sim, SIM_RUN, fork_text, &h), SIM_DONE);
    for (int i = 0; i < 200; i++) { /* until the worker has it */
        sim_stats(sim, &stats);
        if (stats.queued == 0) {
            break;
        }
        usleep(10000);
    }
    assert_int_equal(stats.queued, 0);
    assert_int_equal(ask(sim, SIM_RUN, fork_text, &h), SIM_DONE);
    assert_int_equal(ask(sim, SIM_RUN, fork_text, &h), SIM_DONE);
    assert_int_equal(ask(sim, SIM_RUN, fork_text, &h), SIM_BUSY);
    kill(pid, SIGKILL);
    await(&h, 3);
    assert_int_equal(h.item[0].code, SIM_LOST);
    assert_int_equal(h.item[1].code, SIM_DONE);
    assert_int_equal(h.item[2].code, SIM_DONE);
    await(&s, 2);
    assert_int_equal(s.item[1].code, SIM_LOST);
    assert_int_equal(s.item[1].length, 1); /* what is told from here on is answered */
    assert_true(sim_session_tell(session, ping, sizeof(ping) - 1, -1));
    await(&s, 3);
    assert_int_equal(s.item[2].code, SIM_DONE);
    assert_true(worker_of(sim) != pid);
    sim_stats(sim, &stats);
    assert_int_equal(stats.respawns, 1);
    forget(&h);
    sim_session_close(session);
    forget(&s);
    sim_free(sim);
}

static void a_worker_that_hangs_is_ended(void **state)
{
    struct heard h;
    struct sim_options options = {.workers = 1, .stuck_ms = 500};
    struct sim *sim = make(&h, &options);
    struct sim_stats stats;
    (void)state;
    kill(worker_of(sim), SIGSTOP);
    assert_int_equal(ask(sim, SIM_CHECK, fork_text, &h), SIM_DONE);
    await(&h, 1);
    assert_int_equal(h.item[0].code, SIM_TIMEOUT);
    assert_int_equal(ask(sim, SIM_CHECK, fork_text, &h), SIM_DONE);
    await(&h, 2);
    assert_int_equal(h.item[1].code, SIM_DONE);
    sim_stats(sim, &stats);
    assert_int_equal(stats.timeouts, 1);
    forget(&h);
    sim_free(sim);
}

static void limits_give_a_partial_result(void **state)
{
    static const char long_text[] =
        "vmscope 1\nmachine x86-64 { frames 64 }\nA = start empty\n"
        "A: p = mmap(1 page, rw, private)\nrepeat 100000 {\nA: *p = 1\n}\n";
    struct heard h;
    struct sim_options options = {.workers = 1, .operations = 1000};
    struct sim *sim = make(&h, &options);
    (void)state;
    assert_int_equal(ask(sim, SIM_RUN, long_text, &h), SIM_DONE);
    await(&h, 1);
    assert_int_equal(h.item[0].code, SIM_DONE);
    assert_non_null(strstr(h.item[0].body, "\"reason\":\"limit\""));
    assert_non_null(strstr(h.item[0].body, "\"operations\":1000,"));
    forget(&h);
    sim_free(sim);
    options = (struct sim_options){.workers = 1, .cpu_ms = 1};
    sim = make(&h, &options);
    assert_int_equal(ask(sim, SIM_RUN, long_text, &h), SIM_DONE);
    await(&h, 1);
    assert_int_equal(h.item[0].code, SIM_DONE);
    assert_non_null(strstr(h.item[0].body, "\"reason\":\"time\""));
    forget(&h);
    sim_free(sim);
}

static void stopping_answers_everyone(void **state)
{
    struct heard h;
    struct sim_options options = {.workers = 1};
    struct sim *sim = make(&h, &options);
    (void)state;
    kill(worker_of(sim), SIGSTOP);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ask(sim, SIM_RUN, fork_text, &h), SIM_DONE);
    }
    struct sim_session *session = sim_session_new(sim, on_said, &h);
    sim_stop(sim);
    assert_int_equal(h.n, 6);
    /* Who is late is refused and finds nothing of what has ended. */
    sim_cancel(sim, &h);
    assert_int_equal(ask(sim, SIM_CHECK, fork_text, &h), SIM_STOPPED);
    assert_null(sim_session_new(sim, on_said, &h));
    assert_false(sim_session_tell(session, "{}", 2, -1));
    sim_stop(sim);
    sim_free(sim);
    assert_int_equal(h.n, 6);
    for (size_t i = 0; i < h.n; i++) {
        assert_int_equal(h.item[i].code, SIM_STOPPED);
    }
    forget(&h);
}

/* ---- the link ---- */
static void messages_survive_any_cut(void **state)
{
    int pair[2], file[2], fd;
    struct link_out out;
    struct link_in in = {0};
    struct link_header header;
    const char *bytes;
    bool broken;
    char big[5000];
    (void)state;
    memset(big, 'x', sizeof(big));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(pipe(file), 0);
    link_out_init(&out);
    assert_true(link_put(&out, LINK_TELL, 0, 1, "hello", 5, file[1]));
    assert_true(link_put(&out, LINK_REPLY, SIM_DONE, 2, big, sizeof(big), -1));
    assert_true(link_flush(&out, pair[0]) && out.length == 0);
    assert_int_equal(link_fill(&in, pair[1]), LINK_MORE);
    assert_true(link_next(&in, &header, &bytes, &fd, &broken));
    assert_int_equal(header.channel, 1);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(write(fd, "!", 1), 1); /* the descriptor came along and works */
    char mark;
    assert_int_equal(read(file[0], &mark, 1), 1);
    close(fd);
    while (!link_next(&in, &header, &bytes, &fd, &broken)) {
        assert_false(broken);
        assert_int_equal(link_fill(&in, pair[1]), LINK_MORE);
    }
    assert_int_equal(header.length, sizeof(big));
    assert_memory_equal(bytes, big, sizeof(big));
    assert_int_equal(link_fill(&in, pair[1]), LINK_WAIT);

    /* A stream cut anywhere is read as one. */
    struct link_header one = {.magic = LINK_MAGIC, .length = 3, .kind = LINK_TEXT, .channel = 9};
    char whole[sizeof(one) + 3];
    memcpy(whole, &one, sizeof(one));
    memcpy(whole + sizeof(one), "abc", 3);
    for (size_t cut = 0; cut < sizeof(whole); cut++) {
        assert_int_equal(write(pair[0], whole, cut), cut);
        assert_int_equal(link_fill(&in, pair[1]), cut ? LINK_MORE : LINK_WAIT);
        assert_false(link_next(&in, &header, &bytes, &fd, &broken) || broken);
        assert_int_equal(write(pair[0], whole + cut, sizeof(whole) - cut), sizeof(whole) - cut);
        assert_int_equal(link_fill(&in, pair[1]), LINK_MORE);
        assert_true(link_next(&in, &header, &bytes, &fd, &broken));
        assert_memory_equal(bytes, "abc", 3);
    }
    assert_int_equal(write(pair[0], big, 100), 100);
    assert_int_equal(link_fill(&in, pair[1]), LINK_MORE);
    assert_false(link_next(&in, &header, &bytes, &fd, &broken));
    assert_true(broken);
    close(pair[0]);
    assert_int_equal(link_fill(&in, pair[1]), LINK_GONE);
    close(pair[1]);
    close(file[0]);
    link_in_release(&in);
    link_out_release(&out);
}

static void *serve(void *socket)
{
    struct lab_limits limits = {0};
    lab_limits_fill(&limits);
    sim_worker_serve(*(int *)socket, &limits, UINT64_C(1) << 28);
    return NULL;
}

/* The worker's loop in this process, so that the sanitizer sees what it leaves behind. */
static void a_worker_gives_everything_back(void **state)
{
    static const char open[] =
        "{\"type\":\"open\",\"id\":1,\"text\":\"vmscope 1\\nA = start empty\\n\"}";
    struct sim_request request = {
        .kind = SIM_EVENTS, .text = fork_text, .text_n = sizeof(fork_text) - 1, .to = 2};
    struct json json = {0};
    struct link_out out;
    struct link_in in = {0};
    int pair[2], said = 0;
    pthread_t thread;
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve, &pair[1]), 0);
    link_out_init(&out);
    sim_job_write(&json, &request);
    assert_true(link_put(&out, LINK_REQUEST, 0, 1, json.bytes, json.length, -1));
    assert_true(link_put(&out, LINK_REQUEST, 0, 2, "rubbish", 7, -1));
    assert_true(link_put(&out, LINK_TELL, 0, 3, open, sizeof(open) - 1, -1));
    assert_true(link_put(&out, LINK_TELL, 0, 4, open, sizeof(open) - 1, dup(pair[0])));
    assert_true(link_put(&out, LINK_CLOSE, 0, 77, NULL, 0, -1));
    assert_true(link_put(&out, LINK_PROBE, 0, 5, NULL, 0, -1));
    assert_true(link_flush(&out, pair[0]) && out.length == 0);
    while (said != 31) { /* a bit for each channel */
        struct link_header header;
        const char *bytes;
        int fd;
        bool broken;
        while (link_next(&in, &header, &bytes, &fd, &broken)) {
            said |= 1 << (header.channel - 1);
            assert_true(header.channel != 2 || header.code == SIM_INVALID);
        }
        struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
        assert_int_not_equal(link_fill(&in, pair[0]), LINK_GONE);
    }
    close(pair[0]);
    pthread_join(thread, NULL);
    close(pair[1]);
    json_release(&json);
    link_in_release(&in);
    link_out_release(&out);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_survive_any_cut),
        cmocka_unit_test(a_worker_gives_everything_back),
        cmocka_unit_test(requests_are_answered),
        cmocka_unit_test(a_dead_worker_is_replaced),
        cmocka_unit_test(a_worker_that_hangs_is_ended),
        cmocka_unit_test(limits_give_a_partial_result),
        cmocka_unit_test(stopping_answers_everyone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

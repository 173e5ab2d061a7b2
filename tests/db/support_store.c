/* SPDX-License-Identifier: MIT
 * See support_store.h.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support_store.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wait {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    unsigned answers;
};

struct wait *wait_new(void)
{
    struct wait *wait = calloc(1, sizeof *wait);
    assert_non_null(wait);
    pthread_mutex_init(&wait->lock, NULL);
    pthread_cond_init(&wait->wake, NULL);
    return wait;
}

void answer_given(struct wait *wait)
{
    pthread_mutex_lock(&wait->lock);
    wait->answers++;
    pthread_cond_signal(&wait->wake);
    pthread_mutex_unlock(&wait->lock);
}

void wait_for(struct wait *wait, unsigned answers)
{
    pthread_mutex_lock(&wait->lock);
    while (wait->answers < answers) {
        pthread_cond_wait(&wait->wake, &wait->lock);
    }
    pthread_mutex_unlock(&wait->lock);
    pthread_cond_destroy(&wait->wake);
    pthread_mutex_destroy(&wait->lock);
    free(wait);
}

char *test_dir(void)
{
    char *dir = strdup("/tmp/vmscope-store-XXXXXX");
    assert_non_null(mkdtemp(dir));
    return dir;
}

static void remove_tree(const char *dir)
{
    DIR *open_dir = opendir(dir);
    for (struct dirent *entry; open_dir && (entry = readdir(open_dir)) != NULL;) {
        char path[4096];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (unlink(path) != 0) {
            remove_tree(path);
        }
    }
    if (open_dir) {
        closedir(open_dir);
    }
    rmdir(dir);
}

void test_dir_remove(char *dir)
{
    remove_tree(dir);
    free(dir);
}

store *test_open(const char *dir)
{
    char why[300];
    store *s = NULL;
    struct store_options options = {.dir = dir};
    enum store_status status = store_open(&options, why, sizeof why, &s);
    if (status != STORE_OK) {
        fail_msg("store_open: %s", why);
    }
    return s;
}

struct asked {
    struct answer answer;
    struct wait *wait;
};

static void copy(char *out, size_t room, const char *text)
{
    snprintf(out, room, "%s", text ? text : "");
}

static void on_scenario(void *asked_, enum store_status status, const struct store_scenario *s)
{
    struct asked *asked = asked_;
    asked->answer.status = status;
    if (status == STORE_OK) {
        copy(asked->answer.id, sizeof asked->answer.id, s->id);
        copy(asked->answer.token, sizeof asked->answer.token, s->edit_token);
        copy(asked->answer.hash, sizeof asked->answer.hash, s->hash);
        copy(asked->answer.text, sizeof asked->answer.text, s->text);
        copy(asked->answer.title, sizeof asked->answer.title, s->title);
        asked->answer.version = s->version;
        asked->answer.library = s->library;
    }
    answer_given(asked->wait);
}

struct answer test_create(store *s, const char *text)
{
    struct asked asked = {.wait = wait_new()};
    struct store_scenario_new in = {
        .title = "T", .tags = "[]", .text = text, .text_length = strlen(text)};
    store_scenario_create(s, &in, on_scenario, &asked);
    wait_for(asked.wait, 1);
    return asked.answer;
}

struct answer test_read(store *s, const char *id, int64_t version)
{
    struct asked asked = {.wait = wait_new()};
    store_scenario_read(s, id, version, on_scenario, &asked);
    wait_for(asked.wait, 1);
    return asked.answer;
}

struct answer test_write(
    store *s, const char *id, const char *token, int64_t if_version, const char *text)
{
    struct asked asked = {.wait = wait_new()};
    struct store_scenario_new in = {.text = text, .text_length = strlen(text)};
    store_scenario_write(s, id, token, if_version, &in, on_scenario, &asked);
    wait_for(asked.wait, 1);
    return asked.answer;
}

static void on_done(void *asked_, enum store_status status)
{
    struct asked *asked = asked_;
    asked->answer.status = status;
    answer_given(asked->wait);
}

enum store_status test_delete(store *s, const char *id, const char *token)
{
    struct asked asked = {.wait = wait_new()};
    store_scenario_delete(s, id, token, on_done, &asked);
    wait_for(asked.wait, 1);
    return asked.answer.status;
}

static void on_list(void *asked_, enum store_status status, const struct store_scenario *item,
    size_t n, const char *next)
{
    struct asked *asked = asked_;
    asked->answer.status = status;
    asked->answer.n = n;
    copy(asked->answer.next, sizeof asked->answer.next, next);
    copy(asked->answer.id, sizeof asked->answer.id, n ? item[0].id : NULL);
    answer_given(asked->wait);
}

struct answer test_list(store *s, const struct store_list *list)
{
    struct asked asked = {.wait = wait_new()};
    store_scenario_list(s, list, on_list, &asked);
    wait_for(asked.wait, 1);
    return asked.answer;
}

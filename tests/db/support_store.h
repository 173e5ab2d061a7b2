/* SPDX-License-Identifier: MIT
 * A store in a directory of its own, and its answers waited for.
 */
#ifndef SUPPORT_STORE_H
#define SUPPORT_STORE_H

#include "store.h"

struct answer {
    enum store_status status;
    char id[64], token[128], hash[80], text[256], title[256], next[160];
    int64_t version;
    size_t n;
    bool library;
};
char *test_dir(void); /* made, for test_dir_remove */
void test_dir_remove(char *dir);
store *test_open(const char *dir);
struct answer test_create(store *s, const char *text);
struct answer test_read(store *s, const char *id, int64_t version);
struct answer test_write(
    store *s, const char *id, const char *token, int64_t if_version, const char *text);
enum store_status test_delete(store *s, const char *id, const char *token);
struct answer test_list(store *s, const struct store_list *list);
/* Until a callback has called answer_given. */
struct wait;
struct wait *wait_new(void);
void answer_given(struct wait *wait);
void wait_for(struct wait *wait, unsigned answers); /* frees it */

#endif

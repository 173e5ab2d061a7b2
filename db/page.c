/* SPDX-License-Identifier: MIT
 * Pages of lists, newest first. A page is a keyset, (time, id) of the last row: it neither skips
 * nor repeats what was there when the first page was read. Clients see the key as a cursor,
 * "time.id".
 */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* False: none given, or not one of ours. */
static bool cursor_read(const char *cursor, int64_t *at, char id[STORE_ID_ROOM])
{
    char *end = NULL;
    if (!cursor || *cursor < '0' || *cursor > '9') {
        return false;
    }
    errno = 0;
    *at = strtoll(cursor, &end, 10);
    return errno == 0 && *end == '.' && snprintf(id, STORE_ID_ROOM, "%s", end + 1) < STORE_ID_ROOM;
}

void page_ask(struct page *page, const struct store_list *asked)
{
    page->limit = asked->limit < 1 ? 1 : asked->limit > 1000 ? 1000 : asked->limit;
    if (!cursor_read(asked->cursor, &page->at, page->after)) {
        page->at = INT64_MAX;
    }
}

bool page_row(
    struct page *page, sqlite3 *db, sqlite3_stmt *stmt, int time, enum store_status *status)
{
    if (*status != STORE_OK) {
        return false;
    }
    *status = sql_row(db, stmt);
    if (*status == STORE_NOT_FOUND) {
        *status = STORE_OK;
        return false;
    }
    if (*status != STORE_OK) {
        return false;
    }
    if (page->n == page->limit) {
        snprintf(page->next, sizeof page->next, "%lld.%s", (long long)page->last_at, page->last);
        return false;
    }
    const char *id = (const char *)sqlite3_column_text(stmt, 0);
    page->last_at = sqlite3_column_int64(stmt, time);
    snprintf(page->last, sizeof page->last, "%s", id ? id : "");
    return true;
}

/* SPDX-License-Identifier: MIT
 * Brings a database forward. user_version is the number of the last migration applied; each runs in
 * its own exclusive transaction together with the new number, so a crash leaves one or the other
 * whole.
 */
#include "embedded.h"
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

static enum store_status user_version(sqlite3 *db, int *out)
{
    sqlite3_stmt *stmt = NULL;
    enum store_status status = sql_prepare(db, &stmt, "PRAGMA user_version", "");
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK) {
        *out = sqlite3_column_int(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status apply(sqlite3 *db, int number)
{
    int current = 0;
    char set[64];
    enum store_status status = sql_run(db, "BEGIN IMMEDIATE");
    if (status != STORE_OK) {
        return status;
    }
    status = user_version(db, &current); /* again, now that nobody else can change it */
    if (status == STORE_OK && current < number) {
        snprintf(set, sizeof set, "PRAGMA user_version = %d", number);
        status = sql_run(db, (const char *)db_migrations[number - 1].bytes);
        if (status == STORE_OK) {
            status = sql_run(db, set);
        }
    }
    if (status == STORE_OK) {
        status = sql_run(db, "COMMIT");
    }
    if (status != STORE_OK && !sqlite3_get_autocommit(db)) {
        sql_run(db, "ROLLBACK");
    }
    return status;
}

enum store_status db_migrate(sqlite3 *db, char *why, size_t room)
{
    int current = 0, newest = 0;
    while (db_migrations[newest].name) {
        newest++;
    }
    enum store_status status = user_version(db, &current);
    if (status == STORE_OK && current > newest) {
        snprintf(why, room,
            "vmscope.db has schema %d, this vmscope knows %d: use the newer program", current,
            newest);
        return STORE_TOO_NEW;
    }
    for (int number = current + 1; status == STORE_OK && number <= newest; number++) {
        status = apply(db, number);
        if (status != STORE_OK) {
            snprintf(why, room, "migration %s failed: %s", db_migrations[number - 1].name,
                sqlite3_errmsg(db));
        }
    }
    return status;
}

/* SPDX-License-Identifier: MIT
 * SQLite's answers as the store's; statements with their values in one call.
 */
#include "internal.h"

#include <errno.h>
#include <stdarg.h>

enum store_status sql_status(sqlite3 *db, int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STORE_OK;
    case SQLITE_FULL:
        return STORE_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STORE_DAMAGED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STORE_BUSY;
    case SQLITE_IOERR:
        return db && (sqlite3_system_errno(db) == ENOSPC || sqlite3_system_errno(db) == EDQUOT ||
                         rc == SQLITE_IOERR_SHMSIZE)
                   ? STORE_FULL
                   : STORE_FAILED;
    default:
        return STORE_FAILED;
    }
}

enum store_status sql_run(sqlite3 *db, const char *sql)
{
    return sql_status(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static enum store_status prepare(
    sqlite3 *db, sqlite3_stmt **out, const char *sql, const char *kinds, va_list values)
{
    int rc = sqlite3_prepare_v2(db, sql, -1, out, NULL);
    for (int i = 1; rc == SQLITE_OK && *kinds; kinds++, i++) {
        switch (*kinds) {
        case 't':
            rc = sqlite3_bind_text(*out, i, va_arg(values, const char *), -1, SQLITE_STATIC);
            break;
        case 'i':
            rc = sqlite3_bind_int64(*out, i, va_arg(values, int64_t));
            break;
        default:
            rc = sqlite3_bind_blob(
                *out, i, va_arg(values, const void *), STORE_HASH_BYTES, SQLITE_STATIC);
        }
    }
    if (rc != SQLITE_OK) {
        enum store_status status = sql_status(db, rc);
        sqlite3_finalize(*out);
        *out = NULL;
        return status;
    }
    return STORE_OK;
}

enum store_status sql_prepare(
    sqlite3 *db, sqlite3_stmt **out, const char *sql, const char *kinds, ...)
{
    va_list values;
    va_start(values, kinds);
    enum store_status status = prepare(db, out, sql, kinds, values);
    va_end(values);
    return status;
}

enum store_status sql_do(sqlite3 *db, const char *sql, const char *kinds, ...)
{
    va_list values;
    sqlite3_stmt *stmt = NULL;
    va_start(values, kinds);
    enum store_status status = prepare(db, &stmt, sql, kinds, values);
    va_end(values);
    if (status == STORE_OK) {
        status = sql_status(db, sqlite3_step(stmt));
    }
    sqlite3_finalize(stmt);
    return status;
}

enum store_status sql_row(sqlite3 *db, sqlite3_stmt *stmt)
{
    int rc = sqlite3_step(stmt);
    return rc == SQLITE_DONE ? STORE_NOT_FOUND : sql_status(db, rc);
}

char *sql_text(struct job *job, sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return job_keep(job, text, (size_t)sqlite3_column_bytes(stmt, column));
}

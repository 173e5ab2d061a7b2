/* SPDX-License-Identifier: MIT
 * The shipped scenarios. `fork-cow.vms` is the scenario lib-fork-cow; a file that changed since the
 * last start becomes a new version of it, one that is gone stays readable.
 */
#include "embedded.h"
#include "internal.h"

#include <stdio.h>
#include <string.h>

/* The words between the quotes of the line `KEY "…"`; no more is understood of a scenario here. */
static void quoted_after(const char *text, const char *key, char *out, size_t room)
{
    size_t n = 0, length = strlen(key);
    out[0] = 0;
    for (const char *line = text; line && *line;
         line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        if (strncmp(line, key, length) != 0 || line[length] != ' ') {
            continue;
        }
        const char *p = strchr(line, '"');
        for (p = p ? p + 1 : NULL; p && *p && *p != '"' && *p != '\n' && n + 1 < room; p++) {
            out[n++] = *p;
        }
        out[n] = 0;
        return;
    }
}

static enum store_status newest_hash(sqlite3 *db, const char *id, int64_t *version, char hash[65])
{
    sqlite3_stmt *stmt = NULL;
    enum store_status status =
        sql_prepare(db, &stmt, "SELECT version, text_hash FROM scenarios WHERE id = ?", "t", id);
    if (status == STORE_OK) {
        status = sql_row(db, stmt);
    }
    if (status == STORE_OK) {
        *version = sqlite3_column_int64(stmt, 0);
        snprintf(hash, 65, "%s", sqlite3_column_text(stmt, 1));
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum store_status load(sqlite3 *db, const struct embedded_file *file)
{
    char id[STORE_ID_ROOM], title[200], old[65] = "", hash[65];
    const char *text = (const char *)file->bytes;
    int64_t version = 0, now = now_ms();
    snprintf(id, sizeof id, "lib-%.*s", (int)(strlen(file->name) - strlen(".vms")), file->name);
    quoted_after(text, "title", title, sizeof title);
    enum store_status status = newest_hash(db, id, &version, old);
    if (status != STORE_OK && status != STORE_NOT_FOUND) {
        return status;
    }
    status = text_keep(db, text, file->n, hash);
    if (status != STORE_OK || strcmp(hash, old) == 0) {
        return status;
    }
    status = sql_do(db,
        "INSERT INTO scenarios (id, version, title, tags, text_hash, library, created, updated)"
        " VALUES (?1, ?2, ?3, '[\"library\"]', ?4, 1, ?5, ?5) ON CONFLICT (id) DO UPDATE SET "
        "version = ?2, title = ?3,"
        " text_hash = ?4, updated = ?5",
        "titti", id, version + 1, title, hash, now);
    if (status != STORE_OK) {
        return status;
    }
    return sql_do(db, "INSERT INTO scenario_versions VALUES (?, ?, ?, '[\"library\"]', ?, ?)",
        "titti", id, version + 1, title, hash, now);
}

enum store_status db_load_library(sqlite3 *db)
{
    enum store_status status = sql_run(db, "BEGIN IMMEDIATE");
    for (size_t i = 0; status == STORE_OK && db_library[i].name; i++) {
        status = load(db, &db_library[i]);
    }
    if (status == STORE_OK) {
        status = sql_run(db, "COMMIT");
    }
    if (status != STORE_OK && !sqlite3_get_autocommit(db)) {
        sql_run(db, "ROLLBACK");
    }
    return status;
}

/* SPDX-License-Identifier: MIT
 * Texts under their hash: kept when first used, removed (and overwritten, see secure_delete) with
 * the last use.
 */
#include "internal.h"

enum store_status text_keep(
    sqlite3 *db, const char *text, size_t n, char hash[2 * STORE_HASH_BYTES + 1])
{
    uint8_t sum[STORE_HASH_BYTES];
    store_sha256(text, n, sum);
    store_hex(sum, sizeof sum, hash);
    return sql_do(db, "INSERT INTO texts (hash, text) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
        "tt", hash, text);
}

enum store_status text_sweep(sqlite3 *db, const char *hash)
{
    return sql_do(db,
        "DELETE FROM texts WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM scenarios WHERE text_hash "
        "= ?1)"
        " AND NOT EXISTS (SELECT 1 FROM scenario_versions WHERE text_hash = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM runs WHERE text_hash = ?1)",
        "t", hash);
}

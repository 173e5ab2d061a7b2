/* SPDX-License-Identifier: MIT
 * Files of the source tree that are built into the program, in the order of their names.
 */
#ifndef DB_EMBEDDED_H
#define DB_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* NULL ends the array */
    const unsigned char *bytes;
    size_t n;
};
extern const struct embedded_file db_migrations[]; /* NNNN_name.sql, from 0001 without gaps */
extern const struct embedded_file db_library[];    /* *.vms */
extern const struct embedded_file db_templates[];  /* NN-name.vms, in the order they are shown */

#endif

/* SPDX-License-Identifier: MIT
 * Parts of vm_generate: each writes one text that must agree with the tables.
 */
#ifndef VM_GENERATE_H
#define VM_GENERATE_H

#include "vm/describe.h"

#include <stdio.h>

/* Names every faulty row on stderr. False: nothing may be written from these tables. */
bool generate_valid(void);
void generate_ts(FILE *out);        /* web/src/wire/generated.ts */
void generate_said(FILE *out);      /* web/src/wire/said.ts */
void generate_whys(FILE *out);      /* web/src/wire/whys.ts */
void generate_analyses(FILE *out);  /* web/src/wire/analyses.ts */
void generate_language(FILE *out);  /* web/src/views/editor/generated.ts */
void generate_questions(FILE *out); /* web/src/wire/questions.ts */
void generate_md(FILE *out);        /* docs/reference.md */

#endif

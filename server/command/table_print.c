/* SPDX-License-Identifier: MIT
 * Rows of an analysis as text, CSV or JSON: see table.h.
 */
#include "command/table.h"
#include "vm/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_MAX = 64, COLUMNS_MAX = 32 };

/* As short as it can be read back as the same number. */
static void write_real(double real, char text[CELL_MAX])
{
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, CELL_MAX, "%.*g", digits, real);
        if (strtod(text, NULL) == real) {
            return;
        }
    }
}

static void write_cell(const struct vm_cell *cell, char text[CELL_MAX])
{
    if (cell->kind == VM_CELL_NUMBER) {
        snprintf(text, CELL_MAX, "%" PRIu64, cell->number);
    } else if (cell->kind == VM_CELL_REAL) {
        write_real(cell->real, text);
    } else {
        snprintf(text, CELL_MAX, "%s", cell->word);
    }
}

struct place {
    uint32_t policy, frames;
    size_t row;
};

static int by_policy_and_frames(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    if (left->policy != right->policy) {
        return left->policy < right->policy ? -1 : 1;
    }
    if (left->frames != right->frames) {
        return left->frames < right->frames ? -1 : 1;
    }
    return (left->row > right->row) - (left->row < right->row);
}

/* Of tables whose first columns are policy and frames; NULL: as they came. */
static struct place *sort(const vm_analysis *analysis, size_t rows)
{
    struct place *order = malloc((rows + 1) * sizeof *order);
    for (size_t row = 0; order && row < rows; row++) {
        order[row] =
            (struct place){(uint32_t)vm_policy_named(vm_analysis_cell(analysis, row, 0).word),
                (uint32_t)vm_analysis_cell(analysis, row, 1).number, row};
    }
    if (order) {
        qsort(order, rows, sizeof *order, by_policy_and_frames);
    }
    return order;
}

static void print_csv(const struct vm_analysis_desc *desc, uint64_t columns, const vm_analysis *a,
    const struct place *order)
{
    bool first = true;
    for (unsigned c = 0; c < desc->columns_n; c++) {
        if (columns >> c & 1) {
            printf("%s%s", first ? "" : ",", desc->columns[c].name);
            first = false;
        }
    }
    putchar('\n');
    for (size_t i = 0; i < vm_analysis_rows(a); i++) {
        first = true;
        for (unsigned c = 0; c < desc->columns_n; c++) {
            if (columns >> c & 1) {
                char text[CELL_MAX];
                struct vm_cell cell = vm_analysis_cell(a, order ? order[i].row : i, c);
                write_cell(&cell, text);
                printf("%s%s", first ? "" : ",", text);
                first = false;
            }
        }
        putchar('\n');
    }
}

static void print_json(
    const struct vm_analysis_desc *desc, const vm_analysis *a, const struct place *order)
{
    putchar('[');
    for (size_t i = 0; i < vm_analysis_rows(a); i++) {
        fputs(i ? ",\n {" : "\n {", stdout);
        for (unsigned c = 0; c < desc->columns_n; c++) {
            char text[CELL_MAX];
            struct vm_cell cell = vm_analysis_cell(a, order ? order[i].row : i, c);
            write_cell(&cell, text);
            const char *quote = cell.kind == VM_CELL_WORD ? "\"" : "";
            printf("%s\"%s\": %s%s%s", c ? ", " : "", desc->columns[c].name, quote, text, quote);
        }
        putchar('}');
    }
    fputs("\n]\n", stdout);
}

static void print_text(
    const struct vm_analysis_desc *desc, const vm_analysis *a, const struct place *order)
{
    int width[COLUMNS_MAX];
    for (unsigned c = 0; c < desc->columns_n; c++) {
        int least = desc->columns[c].kind == VM_CELL_WORD ? 14 : 11,
            title = (int)strlen(desc->columns[c].title);
        width[c] =
            (title > least ? title : least) * (desc->columns[c].kind == VM_CELL_WORD ? -1 : 1);
        printf("%s%*s", c ? "  " : "", width[c], desc->columns[c].title);
    }
    putchar('\n');
    for (size_t i = 0; i < vm_analysis_rows(a); i++) {
        for (unsigned c = 0; c < desc->columns_n; c++) {
            char text[CELL_MAX];
            struct vm_cell cell = vm_analysis_cell(a, order ? order[i].row : i, c);
            if (cell.kind == VM_CELL_REAL) {
                snprintf(text, sizeof text, "%.6f", cell.real);
            } else {
                write_cell(&cell, text);
            }
            printf("%s%*s", c ? "  " : "", width[c], text);
        }
        putchar('\n');
    }
}

void table_print(const struct table_args *args, const vm_analysis *analysis)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(args->request.kind);
    struct place *order = args->sorted ? sort(analysis, vm_analysis_rows(analysis)) : NULL;
    if (args->form == TABLE_CSV) {
        print_csv(desc, args->csv_columns ? args->csv_columns : UINT64_MAX, analysis, order);
    } else if (args->form == TABLE_JSON) {
        print_json(desc, analysis, order);
    } else {
        print_text(desc, analysis, order);
    }
    free(order);
}

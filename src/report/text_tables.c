/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables with their rows, aligned by characters.
 */
#include "config.h"

#include "report/printable.h"
#include "report/report.h"
#include "report/style.h"

#define CELL_WIDTH 40u

/* The cells as shown, row by row, the heading first. */
typedef struct
{
  GPtrArray *cells; /* char * */
  guint *widths;
  guint n_columns;
  guint n_rows;
} Grid;

static void
grid_clear (Grid *grid)
{
  g_ptr_array_unref (grid->cells);
  g_free (grid->widths);
}

static void
grid_add (Grid *grid, guint column, char *cell)
{
  g_ptr_array_add (grid->cells, cell);
  grid->widths[column] = MAX (grid->widths[column], printable_width (cell));
}

static char *
show_cell (const Column *column, const Value *value, Arena *scratch)
{
  gboolean has_bytes = value->kind == VALUE_TEXT && column->type.base != COLUMN_TYPE_BLOB;

  if (value_is_null (value))
    return g_strdup ("NULL");
  if (has_bytes)
    return printable_cut (value->text.bytes, (gssize) value->text.length, CELL_WIDTH);
  return printable_cut (type_format (&column->type, value, scratch), -1, CELL_WIDTH);
}

static Grid
grid_new (const Table *table, guint max_rows)
{
  guint n_columns = table_n_columns (table);
  Grid grid = { .cells = g_ptr_array_new_with_free_func (g_free),
                .widths = g_new0 (guint, n_columns + 1),
                .n_columns = n_columns,
                .n_rows = (guint) MIN (table_n_rows (table), max_rows) };
  g_autoptr (Arena) scratch = arena_new ();

  for (guint i = 0; i < n_columns; i++)
    grid_add (&grid, i, printable_cut (table_column (table, i)->name, -1, CELL_WIDTH));
  for (guint row = 0; row < grid.n_rows; row++)
    for (guint i = 0; i < n_columns; i++)
      {
        Value value = table_cell (table, row, i);

        grid_add (&grid, i, show_cell (table_column (table, i), &value, scratch));
        arena_reset (scratch);
      }
  return grid;
}

static void
trim_end (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
}

static void
append_row (GString *out, const Grid *grid, guint row)
{
  for (guint i = 0; i < grid->n_columns; i++)
    {
      g_string_append (out, "  ");
      printable_append_padded (out,
                               g_ptr_array_index (grid->cells, row * grid->n_columns + i),
                               grid->widths[i]);
    }
  trim_end (out);
  g_string_append_c (out, '\n');
}

static void
append_rule (GString *out, const Grid *grid)
{
  for (guint i = 0; i < grid->n_columns; i++)
    {
      g_string_append (out, "  ");
      for (guint n = 0; n < grid->widths[i]; n++)
        g_string_append_c (out, '-');
    }
  g_string_append_c (out, '\n');
}

static void
append_table (GString *out, const Table *table, guint64 n_rows, const ReportStyle *style)
{
  Grid grid = grid_new (table, style->max_rows);

  style_begin (out, style->color, ROLE_HEADING);
  g_string_append (out, "Table ");
  printable_append (out, table->name, -1);
  style_end (out, style->color);
  g_string_append_printf (out, " (%" G_GUINT64_FORMAT " row%s):\n", n_rows,
                          n_rows == 1 ? "" : "s");
  append_row (out, &grid, 0);
  append_rule (out, &grid);
  for (guint row = 1; row <= grid.n_rows; row++)
    append_row (out, &grid, row);
  if (n_rows > grid.n_rows)
    g_string_append_printf (out, "  … and %" G_GUINT64_FORMAT " more\n",
                            n_rows - grid.n_rows);
  grid_clear (&grid);
}

void
report_text_tables (GString *out, const FileReport *report, const ReportStyle *style)
{
  const GPtrArray *tables = report->tables->tables;

  for (guint i = 0; i < tables->len; i++)
    {
      const Table *table = g_ptr_array_index (tables, i);
      append_table (out, table,
                    report->row_counts != NULL ? report->row_counts[i]
                                               : table_n_rows (table),
                    style);
    }
}

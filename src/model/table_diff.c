/* SPDX-License-Identifier: Apache-2.0
 *
 * What differs between two tables or databases, in a sentence.
 */
#include "config.h"

#include "model/database.h"

static char *differ (const char *format, ...) G_GNUC_PRINTF (1, 2);

static char *
differ (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return text;
}

static const char *
name_at (const GPtrArray *columns, guint index)
{
  return index < columns->len ? ((const Column *) columns->pdata[index])->name : NULL;
}

static char *
columns_difference (const Table *actual, const Table *expected)
{
  for (guint i = 0; i < MAX (actual->columns->len, expected->columns->len); i++)
    {
      const char *have = name_at (actual->columns, i);
      const char *want = name_at (expected->columns, i);
      if (have == NULL)
        return differ ("column '%s' is missing", want);
      if (want == NULL)
        return differ ("column '%s' is left over", have);
      if (!g_str_equal (have, want))
        return differ ("column %u is '%s', expected '%s'", i + 1, have, want);
      if (!column_equal (table_column (actual, i), table_column (expected, i)))
        return differ ("the definition of column '%s' differs", have);
    }
  return NULL;
}

static char *
constraints_difference (const Table *actual, const Table *expected)
{
  for (guint i = 0; i < expected->constraints->len; i++)
    {
      const Constraint *want = expected->constraints->pdata[i];
      const Constraint *have = table_find_constraint (actual, want->name);
      if (have == NULL)
        return differ ("constraint '%s' is missing", want->name);
      if (!constraint_equal (have, want))
        return differ ("constraint '%s' differs", want->name);
    }
  for (guint i = 0; i < actual->constraints->len; i++)
    {
      const Constraint *have = actual->constraints->pdata[i];
      if (table_find_constraint (expected, have->name) == NULL)
        return differ ("constraint '%s' is left over", have->name);
    }
  return NULL;
}

static char *
indexes_difference (const Table *actual, const Table *expected)
{
  for (guint i = 0; i < expected->indexes->len; i++)
    {
      const Index *want = expected->indexes->pdata[i];
      const Index *have = table_find_index (actual, want->name);
      if (have == NULL)
        return differ ("index '%s' is missing", want->name);
      if (!index_equal (have, want))
        return differ ("index '%s' differs", want->name);
    }
  for (guint i = 0; i < actual->indexes->len; i++)
    {
      const Index *have = actual->indexes->pdata[i];
      if (table_find_index (expected, have->name) == NULL)
        return differ ("index '%s' is left over", have->name);
    }
  return NULL;
}

static char *
cell_difference (const Table *actual, const Table *expected, guint column, gsize row)
{
  g_autoptr (Arena) arena = arena_new ();
  const TypeSpec *type = &table_column (expected, column)->type;
  Value have = table_cell (actual, row, column);
  Value want = table_cell (expected, row, column);

  return differ ("row %" G_GSIZE_FORMAT ": '%s' is '%s', expected '%s'", row + 1,
                 table_column (expected, column)->name, type_format (type, &have, arena),
                 type_format (type, &want, arena));
}

static char *
rows_difference (const Table *actual, const Table *expected)
{
  if (table_n_rows (actual) != table_n_rows (expected))
    return differ ("%" G_GSIZE_FORMAT " rows, expected %" G_GSIZE_FORMAT,
                   table_n_rows (actual), table_n_rows (expected));
  for (guint i = 0; i < expected->columns->len; i++)
    {
      if (vector_equal (table_vector (actual, i), table_vector (expected, i)))
        continue;
      for (gsize row = 0; row < table_n_rows (expected); row++)
        {
          Value have = table_cell (actual, row, i);
          Value want = table_cell (expected, row, i);
          if (!value_equal (&have, &want))
            return cell_difference (actual, expected, i, row);
        }
    }
  return NULL;
}

static char *
name_difference (const Table *actual, const Table *expected)
{
  if (!g_str_equal (actual->name, expected->name))
    return differ ("table '%s', expected '%s'", actual->name, expected->name);
  if (g_strcmp0 (actual->alias, expected->alias) != 0)
    return differ ("the second name is '%s', expected '%s'",
                   actual->alias != NULL ? actual->alias : "",
                   expected->alias != NULL ? expected->alias : "");
  return NULL;
}

static char *
syncs_difference (const Table *actual, const Table *expected)
{
  if (actual->syncs->len == expected->syncs->len)
    return NULL;
  return differ ("%u write-syncs, expected %u", actual->syncs->len, expected->syncs->len);
}

char *
table_difference (const Table *actual, const Table *expected)
{
  static char *(*const aspects[]) (const Table *, const Table *) = {
    name_difference,    columns_difference, constraints_difference,
    indexes_difference, syncs_difference,   rows_difference,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (aspects); i++)
    {
      char *difference = aspects[i](actual, expected);
      if (difference != NULL)
        return difference;
    }
  return NULL;
}

gboolean
table_equal (const Table *a, const Table *b)
{
  g_autofree char *difference = table_difference (a, b);

  return difference == NULL;
}

gboolean
table_alias_equal (const Table *a, const Table *b)
{
  if (a == NULL || b == NULL || g_strcmp0 (a->alias, b->alias) != 0)
    return FALSE;

  g_autofree char *difference = columns_difference (a, b);
  return difference == NULL;
}

char *
database_difference (const Database *actual, const Database *expected)
{
  for (guint i = 0; i < MAX (actual->tables->len, expected->tables->len); i++)
    {
      const Table *have = i < actual->tables->len ? actual->tables->pdata[i] : NULL;
      const Table *want = i < expected->tables->len ? expected->tables->pdata[i] : NULL;
      if (have == NULL)
        return differ ("table '%s' is missing", want->name);
      if (want == NULL)
        return differ ("table '%s' is left over", have->name);
      g_autofree char *difference = table_difference (have, want);
      if (difference != NULL)
        return differ ("table '%s': %s", want->name, difference);
    }
  if (actual->table_syncs->len != expected->table_syncs->len
      || actual->lookup_syncs->len != expected->lookup_syncs->len)
    return differ ("a write-sync between tables is left over or missing");
  return NULL;
}

gboolean
database_equal (const Database *a, const Database *b)
{
  g_autofree char *difference = database_difference (a, b);

  return difference == NULL;
}

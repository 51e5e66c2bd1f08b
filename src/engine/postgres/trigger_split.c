/* SPDX-License-Identifier: Apache-2.0
 *
 * What an AFTER trigger does for a table that is being split: columns kept in step with
 * another table, both ways, by key.  Rules as in memory's cross_sync.c.  What one half
 * writes into the other fires the other's trigger, which finds the rows in step.
 */
#include "config.h"

#include "engine/postgres/sql_text.h"
#include "engine/postgres/trigger.h"
#include "engine/postgres/words.h"

typedef struct
{
  PgTriggerWriter *writer;
  const TableSync *sync;
  const char *there;                               /* the other half, quoted */
  const char *const *key, *const *columns;         /* quoted */
  const char *const *new_key, *const *new_columns; /* of the row written: NEW."…" */
  const char *const *was_key, *const *was_columns; /* OLD."…" */
  Arena *arena;
} Split;

static void emit (Split *split, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
emit (Split *split, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append (split->writer->body, "  ");
  g_string_append_vprintf (split->writer->body, format, arguments);
  g_string_append_c (split->writer->body, '\n');
  va_end (arguments);
}

static const char *
pairs (Split *split, const char *const *a, const char *operator, const char * const * b,
       const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; a[i] != NULL; i++)
    g_string_append_printf (text, "%s%s %s %s", i > 0 ? separator : "", a[i], operator,
                            b != NULL ? b[i] : "NULL");
  return arena_strdup (split->arena, text->str);
}

/* Of the moved columns, by exact value. */
static const char *
differs (Split *split, const char *const *a, const char *const *b)
{
  return step_sql_differ (&postgres_words, split->writer->table, split->sync->columns, a,
                          b, split->arena);
}

static const char *
same_key (Split *split, const char *const *key)
{
  return pairs (split, split->key, "=", key, " AND ");
}

static const char *
key_differs (Split *split)
{
  return step_sql_differ (&postgres_words, split->writer->table, split->sync->key,
                          split->new_key, split->was_key, split->arena);
}

static const char *
list (Split *split, const char *const *a, const char *const *b)
{
  g_autofree char *first = g_strjoinv (", ", (char **) a);
  g_autofree char *second = g_strjoinv (", ", (char **) b);

  return arena_printf (split->arena, "%s, %s", first, second);
}

/* A row of the other half is made only when there is something to keep. */
static const char *
make (Split *split)
{
  return arena_printf (
      split->arena,
      "INSERT INTO %s (%s) SELECT %s WHERE NOT (%s) AND NOT EXISTS (SELECT 1 FROM %s "
      "WHERE %s);",
      split->there, list (split, split->key, split->columns),
      list (split, split->new_key, split->new_columns),
      step_sql_all_null (split->new_columns, split->arena), split->there,
      same_key (split, split->new_key));
}

/* The row that leaves the moved columns out gets them from the other half. */
static const char *
pull (Split *split)
{
  const char *here = postgres_table (split->arena, split->sync->old_table);
  const char *prefix = arena_printf (split->arena, "%s.", here);
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint i = 0; split->columns[i] != NULL; i++)
    g_string_append_printf (values, "%s%s = zdm_half.%s", i > 0 ? ", " : "",
                            split->columns[i], split->columns[i]);
  return arena_printf (
      split->arena, "UPDATE %s SET %s FROM %s AS zdm_half WHERE %s AND %s AND %s;", here,
      values->str, split->there,
      pairs (split,
             step_sql_columns (&postgres_words, prefix, split->sync->key, split->arena),
             "=", split->new_key, " AND "),
      pairs (
          split,
          step_sql_columns (&postgres_words, "zdm_half.", split->sync->key, split->arena),
          "=", split->new_key, " AND "),
      step_sql_all_null (split->new_columns, split->arena));
}

static void
write_old_half (Split *split)
{
  const char *assign = pairs (split, split->columns, "=", split->new_columns, ", ");

  emit (split, "IF TG_OP = 'INSERT' THEN");
  emit (split, "  %s", pull (split));
  emit (split, "  UPDATE %s SET %s WHERE %s AND %s AND NOT (%s);", split->there, assign,
        same_key (split, split->new_key),
        differs (split, split->columns, split->new_columns),
        step_sql_all_null (split->new_columns, split->arena));
  emit (split, "  %s", make (split));
  emit (split, "ELSIF TG_OP = 'DELETE' THEN");
  emit (split, "  DELETE FROM %s WHERE %s;", split->there,
        same_key (split, split->was_key));
  emit (split, "ELSIF %s OR %s THEN", key_differs (split),
        differs (split, split->new_columns, split->was_columns));
  emit (split, "  UPDATE %s SET %s, %s WHERE %s AND (%s OR %s);", split->there,
        pairs (split, split->key, "=", split->new_key, ", "), assign,
        same_key (split, split->was_key), key_differs (split),
        differs (split, split->columns, split->new_columns));
  emit (split, "  %s", make (split));
  emit (split, "END IF;");
}

/* A row of the old table that has lost its other half has nulls. */
static const char *
forget (Split *split)
{
  return arena_printf (split->arena, "UPDATE %s SET %s WHERE %s AND NOT (%s);",
                       split->there, pairs (split, split->columns, "=", NULL, ", "),
                       same_key (split, split->was_key),
                       step_sql_all_null (split->columns, split->arena));
}

/* What a row of the new table says goes back into the old one. */
static const char *
carry_back (Split *split)
{
  return arena_printf (split->arena, "UPDATE %s SET %s WHERE %s AND %s;", split->there,
                       pairs (split, split->columns, "=", split->new_columns, ", "),
                       same_key (split, split->new_key),
                       differs (split, split->columns, split->new_columns));
}

static void
write_new_half (Split *split)
{
  emit (split, "IF TG_OP = 'INSERT' THEN");
  emit (split, "  %s", carry_back (split));
  emit (split, "ELSIF TG_OP = 'DELETE' THEN");
  emit (split, "  %s", forget (split));
  emit (split, "ELSIF %s OR %s THEN", key_differs (split),
        differs (split, split->new_columns, split->was_columns));
  emit (split, "  IF %s THEN", key_differs (split));
  emit (split, "    %s", forget (split));
  emit (split, "  END IF;");
  emit (split, "  %s", carry_back (split));
  emit (split, "END IF;");
}

/* FALSE: the sync is none of this table. */
static gboolean
split_init (Split *split, PgTriggerWriter *writer, const TableSync *sync,
            gboolean *is_old)
{
  Arena *arena = writer->arena;

  *is_old = g_str_equal (sync->old_table, writer->table->name);
  if (!*is_old && !g_str_equal (sync->new_table, writer->table->name))
    return FALSE;
  *split = (Split){
    .writer = writer,
    .sync = sync,
    .there = postgres_table (arena, *is_old ? sync->new_table : sync->old_table),
    .key = step_sql_columns (&postgres_words, "", sync->key, arena),
    .columns = step_sql_columns (&postgres_words, "", sync->columns, arena),
    .new_key = step_sql_columns (&postgres_words, "NEW.", sync->key, arena),
    .new_columns = step_sql_columns (&postgres_words, "NEW.", sync->columns, arena),
    .was_key = step_sql_columns (&postgres_words, "OLD.", sync->key, arena),
    .was_columns = step_sql_columns (&postgres_words, "OLD.", sync->columns, arena),
    .arena = arena,
  };
  return TRUE;
}

gboolean
pg_trigger_splits (PgTriggerWriter *writer, G_GNUC_UNUSED GError **error)
{
  for (guint i = 0; i < writer->shape->table_syncs->len; i++)
    {
      Split split;
      gboolean is_old;
      if (!split_init (&split, writer, writer->shape->table_syncs->pdata[i], &is_old))
        continue;
      if (is_old)
        write_old_half (&split);
      else
        write_new_half (&split);
    }
  return TRUE;
}

void
pg_trigger_truncated_halves (PgTriggerWriter *writer)
{
  for (guint i = 0; i < writer->shape->table_syncs->len; i++)
    {
      Split split;
      gboolean is_old;
      if (!split_init (&split, writer, writer->shape->table_syncs->pdata[i], &is_old))
        continue;
      if (is_old)
        emit (&split, "DELETE FROM %s;", split.there);
      else
        emit (&split, "UPDATE %s SET %s WHERE NOT (%s);", split.there,
              pairs (&split, split.columns, "=", NULL, ", "),
              step_sql_all_null (split.columns, split.arena));
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What triggers do for a table that is being split: columns kept in step with another
 * table, both ways, by key.  Rules as in memory's cross_sync.c.
 */
#include "config.h"

#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/trigger.h"

typedef struct
{
  MariaTriggerWriter *writer;
  const TableSync *sync;
  const char *there;                               /* the other half, quoted */
  const char *const *key, *const *columns;         /* quoted */
  const char *const *new_key, *const *new_columns; /* of the row written: NEW.`…` */
  const char *const *was_key, *const *was_columns; /* OLD.`…` */
  Arena *arena;
} Split;

#define line(split, event, ...) maria_trigger_line ((split)->writer, event, __VA_ARGS__)

static const char *
pairs (Split *split, const char *const *a, const char *operator, const char * const * b,
       const char *separator)
{
  return maria_trigger_pairs (split->writer, a, operator, b, separator);
}

/* Of the moved columns, by exact value. */
static const char *
differs (Split *split, const char *const *a, const char *const *b)
{
  return step_sql_differ (&mariadb_words, split->writer->table, split->sync->columns, a,
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
  return step_sql_differ (&mariadb_words, split->writer->table, split->sync->key,
                          split->new_key, split->was_key, split->arena);
}

static const char *
none_given (Split *split, const char *const *columns)
{
  return arena_printf (split->arena, "(%s)", step_sql_all_null (columns, split->arena));
}

static const char *
list (Split *split, const char *const *a, const char *const *b)
{
  g_autofree char *first = g_strjoinv (", ", (char **) a);
  g_autofree char *second = g_strjoinv (", ", (char **) b);

  return arena_printf (split->arena, "%s, %s", first, second);
}

/* Whether the other half has such a row, as it is now. */
static const char *
is_there (Split *split, const char *where)
{
  return arena_printf (split->arena,
                       "EXISTS (SELECT 1 FROM %s WHERE %s LOCK IN SHARE MODE)",
                       split->there, where);
}

/* The statement is reached only where it has something to write. */
static void
write_there (Split *split, MariaEvent event, const char *set, const char *where)
{
  line (split, event, "  IF %s THEN", is_there (split, where));
  line (split, event, "    UPDATE %s SET %s WHERE %s;", split->there, set, where);
  line (split, event, "  END IF;");
}

/* What the new half writes into the old one must not come back to it: no trigger may
 * write the table that its statement writes (error 1442).  The trigger cannot look
 * whether there is anything left to write: in REPEATABLE READ that locks the gap where a
 * row is missing, and two who then add one wait for each other.  So it is told; by the
 * time, which is the same within one statement, and never what one that failed has left.
 */
#define COMES_BACK "@zdm_half <=> NOW(6) OR " MARIA_FILLS_HALF " <=> 1"

static void
write_back (Split *split, MariaEvent event, const char *set, const char *where)
{
  line (split, event, "  IF %s THEN", is_there (split, where));
  line (split, event, "    SET @zdm_half = NOW(6);");
  line (split, event, "    UPDATE %s SET %s WHERE %s;", split->there, set, where);
  line (split, event, "    SET @zdm_half = NULL;");
  line (split, event, "  END IF;");
}

/* A row with a key that stays. */
static void
put (Split *split, MariaEvent event, const char *assign)
{
  line (split, event, "    INSERT INTO %s (%s) VALUES (%s) ON DUPLICATE KEY UPDATE %s;",
        split->there, list (split, split->key, split->columns),
        list (split, split->new_key, split->new_columns), assign);
}

/* A row of the other half is made only when there is something to keep. */
static void
make (Split *split, MariaEvent event)
{
  line (split, event, "  IF NOT %s AND NOT %s THEN",
        none_given (split, split->new_columns),
        is_there (split, same_key (split, split->new_key)));
  line (split, event, "    INSERT INTO %s (%s) VALUES (%s);", split->there,
        list (split, split->key, split->columns),
        list (split, split->new_key, split->new_columns));
  line (split, event, "  END IF;");
}

/* The row gets another key, and what else has changed. */
static void
move (Split *split, const char *assign)
{
  const char *set
      = arena_printf (split->arena, "%s, %s",
                      pairs (split, split->key, "=", split->new_key, ", "), assign);

  write_there (split, MARIA_AFTER_UPDATE, set, same_key (split, split->was_key));
  make (split, MARIA_AFTER_UPDATE);
}

/* A row that leaves the moved columns out gets them from the other half. */
static void
pull (Split *split)
{
  line (split, MARIA_BEFORE_INSERT, "IF %s THEN", none_given (split, split->new_columns));
  for (guint i = 0; split->columns[i] != NULL; i++)
    line (split, MARIA_BEFORE_INSERT,
          "  SET %s = (SELECT %s FROM %s WHERE %s LOCK IN SHARE MODE);",
          split->new_columns[i], split->columns[i], split->there,
          same_key (split, split->new_key));
  line (split, MARIA_BEFORE_INSERT, "END IF;");
}

static void
write_old_half (Split *split)
{
  const char *assign = pairs (split, split->columns, "=", split->new_columns, ", ");

  pull (split);
  line (split, MARIA_AFTER_INSERT, "IF NOT %s THEN",
        none_given (split, split->new_columns));
  put (split, MARIA_AFTER_INSERT, assign);
  line (split, MARIA_AFTER_INSERT, "END IF;");

  line (split, MARIA_AFTER_UPDATE, "IF NOT (" COMES_BACK ") THEN IF %s THEN",
        key_differs (split));
  move (split, assign);
  line (split, MARIA_AFTER_UPDATE, "ELSEIF %s AND %s THEN",
        differs (split, split->new_columns, split->was_columns),
        none_given (split, split->new_columns));
  line (split, MARIA_AFTER_UPDATE, "    UPDATE %s SET %s WHERE %s;", split->there, assign,
        same_key (split, split->new_key));
  line (split, MARIA_AFTER_UPDATE, "ELSEIF %s THEN",
        differs (split, split->new_columns, split->was_columns));
  put (split, MARIA_AFTER_UPDATE, assign);
  line (split, MARIA_AFTER_UPDATE, "END IF; END IF;");

  line (split, MARIA_AFTER_DELETE, "IF %s THEN",
        is_there (split, same_key (split, split->was_key)));
  line (split, MARIA_AFTER_DELETE, "  DELETE FROM %s WHERE %s;", split->there,
        same_key (split, split->was_key));
  line (split, MARIA_AFTER_DELETE, "END IF;");
}

/* A row of the old table that has lost its other half has nulls.  To the collation
 * another key may be the same: 'b' and 'B'. */
static void
forget (Split *split, MariaEvent event)
{
  const char *stays = event == MARIA_AFTER_UPDATE ? arena_printf (
                          split->arena, " AND NOT (%s)", same_key (split, split->new_key))
                                                  : "";

  write_back (split, event, pairs (split, split->columns, "=", NULL, ", "),
              arena_printf (split->arena, "%s%s AND NOT %s",
                            same_key (split, split->was_key), stays,
                            none_given (split, split->columns)));
}

/* What a row of the new table says goes back into the old one. */
static void
carry_back (Split *split, MariaEvent event)
{
  write_back (split, event, pairs (split, split->columns, "=", split->new_columns, ", "),
              arena_printf (split->arena, "%s AND %s", same_key (split, split->new_key),
                            differs (split, split->columns, split->new_columns)));
}

static void
write_new_half (Split *split)
{
  carry_back (split, MARIA_AFTER_INSERT);
  line (split, MARIA_AFTER_UPDATE, "IF %s THEN", key_differs (split));
  forget (split, MARIA_AFTER_UPDATE);
  line (split, MARIA_AFTER_UPDATE, "END IF;");
  line (split, MARIA_AFTER_UPDATE, "IF %s OR %s THEN", key_differs (split),
        differs (split, split->new_columns, split->was_columns));
  carry_back (split, MARIA_AFTER_UPDATE);
  line (split, MARIA_AFTER_UPDATE, "END IF;");
  forget (split, MARIA_AFTER_DELETE);
}

void
maria_trigger_splits (MariaTriggerWriter *writer)
{
  Arena *arena = writer->arena;

  for (guint i = 0; i < writer->shape->table_syncs->len; i++)
    {
      const TableSync *sync = writer->shape->table_syncs->pdata[i];
      gboolean is_old = g_str_equal (sync->old_table, writer->table->name);
      if (!is_old && !g_str_equal (sync->new_table, writer->table->name))
        continue;
      Split split = {
        .writer = writer,
        .sync = sync,
        .there = mariadb_identifier (arena, is_old ? sync->new_table : sync->old_table),
        .key = maria_trigger_row (writer, "", sync->key),
        .columns = maria_trigger_row (writer, "", sync->columns),
        .new_key = maria_trigger_row (writer, "NEW.", sync->key),
        .new_columns = maria_trigger_row (writer, "NEW.", sync->columns),
        .was_key = maria_trigger_row (writer, "OLD.", sync->key),
        .was_columns = maria_trigger_row (writer, "OLD.", sync->columns),
        .arena = arena,
      };
      if (is_old)
        write_old_half (&split);
      else
        write_new_half (&split);
    }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Dependents, out of the catalogues and out of the text of views and triggers.
 */
#include "config.h"

#include "engine/mariadb/dependent.h"

#include <string.h>

#include "engine/mariadb/code.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/unique_name.h"
#include "model/error.h"

typedef struct
{
  SqlConnection *connection;
  const MariaChange *change;
  const char *table, *column;
  const char *known;         /* of keys and indexes, a list: what the plan sees to */
  const char *const *before; /* columns that are gone by then, NULL-ended */
  gboolean is_early;         /* the run has not begun */
  const char *what;          /* is bound to it; NULL: nothing */
  const char *way_out;
  Arena *arena;
} Dependents;

/* Names in code ------------------------------------------------------------------ */

/* Whether an expression, as the server shows it, names the column; a text may hold the
 * same letters. */
static gboolean
names_column (const char *expression, const char *column)
{
  MariaCode code = { .at = expression };

  while (maria_code_next (&code))
    if (*code.start == '`' && maria_code_is_called (&code, column))
      return TRUE;
  return FALSE;
}

/* The catalogues ------------------------------------------------------------------ */

/* "('', 'a')" */
static const char *
name_list (const char *const *names, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("(''");

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, ", %s", mariadb_quote (arena, names[i]));
  g_string_append_c (text, ')');
  return arena_strdup (arena, text->str);
}

static void
add_names (GPtrArray *names, const Table *table)
{
  for (guint i = 0; table != NULL && i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      gboolean is_primary = constraint->kind == CONSTRAINT_PRIMARY_KEY;
      g_ptr_array_add (names, (gpointer) (is_primary ? "PRIMARY" : constraint->name));
    }
  for (guint i = 0; table != NULL && i < table->indexes->len; i++)
    g_ptr_array_add (names, (gpointer) ((Index *) table->indexes->pdata[i])->name);
}

/* What a plan takes away and gives back by itself, as the file names it. @came: with the
 * migration; or NULL.  @others: what is called otherwise */
static const char *
known_names (const Table *table, const Table *came, const char *const *others,
             Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  add_names (names, table);
  add_names (names, came);
  for (; *others != NULL; others++)
    g_ptr_array_add (names, (gpointer) *others);
  return name_list (arena_ptr_array (arena, names), arena);
}

/* The same of foreign keys of other tables. */
static const char *
known_references (const Database *start, const char *table, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < start->tables->len; i++)
    {
      const Table *child = start->tables->pdata[i];
      for (guint j = 0; j < child->constraints->len; j++)
        {
          const Constraint *key = child->constraints->pdata[j];
          if (key->kind == CONSTRAINT_FOREIGN_KEY
              && g_str_equal (key->references_table, table))
            g_ptr_array_add (
                names, (gpointer) arena_printf (arena, "%s.%s", child->name, key->name));
        }
    }
  return name_list (arena_ptr_array (arena, names), arena);
}

static gboolean
find_text (Dependents *dependents, const char *sql, const char *way_out, GError **error)
{
  if (dependents->what != NULL)
    return TRUE;
  dependents->way_out = way_out;
  return mariadb_text (dependents->connection, sql, &dependents->what, dependents->arena,
                       error);
}

/* @sql: gives what it is, and its expression */
static gboolean
find_named (Dependents *dependents, const char *sql, const char *way_out, GError **error)
{
  if (dependents->what != NULL)
    return TRUE;
  g_autoptr (MariadbResult) rows = mariadb_query (dependents->connection, sql, error);
  for (guint i = 0; rows != NULL && i < mariadb_n_rows (rows); i++)
    if (mariadb_cell (rows, i, 1) != NULL
        && names_column (mariadb_cell (rows, i, 1), dependents->column))
      dependents->what = arena_strdup (dependents->arena, mariadb_cell (rows, i, 0));
  dependents->way_out = way_out;
  return rows != NULL;
}

#define OF_TABLE "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "

#define DECLARE \
  "declare it, so that it goes and comes back with the column, or drop it before"
#define CHANGE "change or drop that before"
#define DROP_AND_CONTINUE "drop it, then `continue`"

static gboolean
find_key (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *table = mariadb_quote (arena, dependents->table);
  const char *column = mariadb_quote (arena, dependents->column);
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT('foreign key ''', CONSTRAINT_NAME, '''') FROM "
      "information_schema.KEY_COLUMN_USAGE WHERE " OF_TABLE
      "%s AND COLUMN_NAME = %s AND REFERENCED_TABLE_NAME IS NOT NULL AND "
      "LEFT(CONSTRAINT_NAME, 4) <> 'zdm_' AND CONSTRAINT_NAME NOT IN %s UNION SELECT CONCAT('foreign key ''', CONSTRAINT_NAME, ''' of ''', "
      "TABLE_NAME, '''') FROM information_schema.KEY_COLUMN_USAGE WHERE "
      "REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = %s AND "
      "REFERENCED_COLUMN_NAME = %s AND NOT (TABLE_SCHEMA = DATABASE() AND "
      "CONCAT(TABLE_NAME, '.', CONSTRAINT_NAME) IN %s) LIMIT 1",
      table, column, dependents->known, table, column,
      known_references (dependents->change->back ? dependents->change->from
                                                 : dependents->change->start,
                        dependents->table, arena));

  return find_text (dependents, sql, DECLARE, error);
}

/* One that the server has made for a declared foreign key comes back with that. */
static gboolean
find_index (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *table = mariadb_quote (arena, dependents->table);
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT(IF(i.INDEX_NAME = 'PRIMARY', 'the primary key', CONCAT('index ''', "
      "i.INDEX_NAME, ''''))) FROM information_schema.STATISTICS AS i WHERE i." OF_TABLE
      "%s AND i.COLUMN_NAME = %s AND i.INDEX_NAME NOT IN %s AND LEFT(i.INDEX_NAME, 4) <> "
      "'zdm_' AND NOT EXISTS (SELECT 1 FROM information_schema.KEY_COLUMN_USAGE AS k "
      "WHERE k." OF_TABLE "%s AND k.COLUMN_NAME = i.COLUMN_NAME AND "
      "k.REFERENCED_TABLE_NAME IS NOT NULL AND k.CONSTRAINT_NAME IN %s) LIMIT 1",
      table, mariadb_quote (arena, dependents->column), dependents->known, table,
      dependents->known);

  return find_text (dependents, sql, DECLARE, error);
}

/* One that is more than a file says would come back, or go over, as less.
 * @which: "IN (…)"
 * @name: gets "'k', which is FULLTEXT,", or NULL */
static gboolean
find_special_index (SqlConnection *connection, const char *table, const char *which,
                    const char **name, Arena *arena, GError **error)
{
  return mariadb_text (
      connection,
      arena_printf (
          arena,
          "SELECT CONCAT(QUOTE(i.INDEX_NAME), CASE WHEN i.INDEX_TYPE <> 'BTREE' THEN "
          "CONCAT(', which is ', i.INDEX_TYPE, ',') WHEN i.SUB_PART IS NOT NULL THEN "
          "CONCAT(', over ', i.SUB_PART, ' characters alone,') ELSE ', which is "
          "IGNORED,' END) FROM information_schema.STATISTICS AS i JOIN "
          "information_schema.COLUMNS AS c USING (TABLE_SCHEMA, TABLE_NAME, "
          "COLUMN_NAME) WHERE i." OF_TABLE
          "%s AND i.INDEX_NAME %s AND (i.INDEX_TYPE <> 'BTREE' OR (i.SUB_PART IS NOT "
          "NULL AND c.DATA_TYPE NOT LIKE '%%text' AND c.DATA_TYPE NOT LIKE '%%blob') OR "
          "i.IGNORED = 'YES') LIMIT 1",
          mariadb_quote (arena, table), which),
      name, arena, error);
}

#define TOO_MUCH \
  "no file says so much of one: drop it before, and add it again behind contract"

static gboolean
find_special (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *name;

  if (dependents->what != NULL)
    return TRUE;
  if (!find_special_index (
          dependents->connection, dependents->table,
          arena_printf (
              arena,
              "IN (SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE " OF_TABLE
              "%s AND COLUMN_NAME = %s)",
              mariadb_quote (arena, dependents->table),
              mariadb_quote (arena, dependents->column)),
          &name, arena, error))
    return FALSE;
  if (name != NULL)
    dependents->what = arena_printf (arena, "index %s", name);
  dependents->way_out = TOO_MUCH;
  return TRUE;
}

static gboolean
find_check (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT('check ''', CONSTRAINT_NAME, ''''), CHECK_CLAUSE FROM "
      "information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND "
      "TABLE_NAME = %s AND NOT (LEVEL = 'Column' AND CONSTRAINT_NAME = %s) AND NOT "
      "(LEVEL = 'Table' AND CONSTRAINT_NAME IN %s)",
      mariadb_quote (arena, dependents->table), mariadb_quote (arena, dependents->column),
      dependents->known);

  return find_named (dependents, sql, DECLARE, error);
}

static gboolean
find_expression (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT(IF(IS_GENERATED = 'ALWAYS', 'generated column ''', 'the default of "
      "column '''), COLUMN_NAME, ''''), CONCAT_WS(' ', GENERATION_EXPRESSION, "
      "COLUMN_DEFAULT) FROM information_schema.COLUMNS WHERE " OF_TABLE
      "%s AND COLUMN_NAME <> %s AND COLUMN_NAME NOT IN %s",
      mariadb_quote (arena, dependents->table), mariadb_quote (arena, dependents->column),
      name_list (dependents->before, arena));

  return find_named (dependents, sql, CHANGE, error);
}

static gboolean
find_partitions (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *sql = arena_printf (
      arena,
      "SELECT 'the partitioning of the table', CONCAT_WS(' ', PARTITION_EXPRESSION, "
      "SUBPARTITION_EXPRESSION) FROM information_schema.PARTITIONS WHERE " OF_TABLE
      "%s LIMIT 1",
      mariadb_quote (arena, dependents->table));

  return find_named (dependents, sql, CHANGE, error);
}

/* Code ---------------------------------------------------------------------------- */

/* Whether "@row.@column" is next, for each of the rows, which end with NULL. */
static gboolean
names_cell (const char *text, const char *sql_mode, const GPtrArray *rows,
            const char *column)
{
  MariaCode code
      = { .at = text, .no_escapes = strstr (sql_mode, "NO_BACKSLASH_ESCAPES") != NULL };
  gboolean of_row = FALSE, behind_point = FALSE;

  while (maria_code_next (&code))
    {
      gboolean is_point = *code.start == '.';
      if (of_row && behind_point && maria_code_is_called (&code, column))
        return TRUE;
      if (!is_point)
        of_row = FALSE;
      for (guint i = 0; !is_point && i < rows->len; i++)
        of_row = of_row || maria_code_is_called (&code, rows->pdata[i]);
      behind_point = is_point;
    }
  return FALSE;
}

/* A view may call a table by another name: "`app`.`t` `x`", as the server shows it.
 * @rows: gets the table's names */
static void
add_aliases (const char *text, const char *table, GPtrArray *rows, Arena *arena)
{
  MariaCode code = { .at = text };
  gboolean is_table = FALSE;

  while (maria_code_next (&code))
    {
      if (is_table && *code.start == '`')
        g_ptr_array_add (rows,
                         (gpointer) arena_strndup (arena, code.start + 1,
                                                   (gsize) (code.end - code.start) - 2));
      is_table = *code.start == '`' && maria_code_is_called (&code, table);
    }
}

gboolean
maria_find_view (SqlConnection *connection, const char *table, const char *column,
                 const char *but, const char **view, Arena *arena, GError **error)
{
  g_autoptr (MariadbResult) views = mariadb_query (
      connection,
      arena_printf (arena,
                    "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS "
                    "WHERE LOCATE(CONCAT('`', REPLACE(DATABASE(), '`', '``'), '`.', %s), "
                    "VIEW_DEFINITION) > 0",
                    mariadb_quote (arena, mariadb_identifier (arena, table))),
      error);

  *view = NULL;
  for (guint i = 0; views != NULL && i < mariadb_n_rows (views); i++)
    {
      const char *text = mariadb_cell (views, i, 1);
      g_autoptr (GPtrArray) rows = g_ptr_array_new ();
      g_ptr_array_add (rows, (gpointer) table);
      add_aliases (text, table, rows, arena);
      if (g_strcmp0 (mariadb_cell (views, i, 0), but) != 0
          && (column == NULL || names_cell (text, "", rows, column)))
        *view = arena_strdup (arena, mariadb_cell (views, i, 0));
    }
  return views != NULL;
}

static gboolean
find_view (Dependents *dependents, GError **error)
{
  const char *view;

  if (dependents->what != NULL)
    return TRUE;
  if (!maria_find_view (dependents->connection, dependents->table, dependents->column,
                        NULL, &view, dependents->arena, error))
    return FALSE;
  if (view != NULL)
    dependents->what = arena_printf (dependents->arena, "view '%s'", view);
  dependents->way_out = CHANGE;
  return TRUE;
}

static gboolean
is_listed (const MariaTrigger *const *triggers, const char *name)
{
  for (; *triggers != NULL; triggers++)
    if (g_str_equal ((*triggers)->name, name))
      return TRUE;
  return FALSE;
}

/* Whether the trigger goes, or is another one, by then. */
static gboolean
is_own (const MariaChange *change, const char *name)
{
  return is_listed (change->drops, name) || is_listed (change->triggers, name);
}

/* Also one of another migration, whose SQL reads the column. */
static gboolean
find_trigger (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  if (dependents->what != NULL)
    return TRUE;
  g_ptr_array_add (rows, (gpointer) "NEW");
  g_ptr_array_add (rows, (gpointer) "OLD");
  g_autoptr (MariadbResult) triggers = mariadb_query (
      dependents->connection,
      arena_printf (arena,
                    "SELECT TRIGGER_NAME, ACTION_STATEMENT, SQL_MODE FROM "
                    "information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() "
                    "AND EVENT_OBJECT_TABLE = %s",
                    mariadb_quote (arena, dependents->table)),
      error);
  dependents->way_out = CHANGE;
  for (guint i = 0; triggers != NULL && i < mariadb_n_rows (triggers); i++)
    {
      const char *name = mariadb_cell (triggers, i, 0);
      if (is_own (dependents->change, name)
          || !names_cell (mariadb_cell (triggers, i, 1), mariadb_cell (triggers, i, 2),
                          rows, dependents->column))
        continue;
      dependents->what = arena_printf (arena, "trigger '%s'", name);
      if (g_str_has_prefix (name, "zdm_"))
        dependents->way_out = "end the migration that made it before";
    }
  return triggers != NULL;
}

/* On the way back ----------------------------------------------------------------- */

/* A check of that column alone goes with it, one of others too keeps it. */
static gboolean
find_wide_check (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT('check ''', k.CONSTRAINT_NAME, ''''), k.CHECK_CLAUSE FROM "
      "information_schema.CHECK_CONSTRAINTS AS k JOIN information_schema.COLUMNS AS c ON "
      "c.TABLE_SCHEMA = k.CONSTRAINT_SCHEMA AND c.TABLE_NAME = k.TABLE_NAME WHERE "
      "k.CONSTRAINT_SCHEMA = DATABASE() AND k.TABLE_NAME = %s AND k.LEVEL = 'Table' AND "
      "c.COLUMN_NAME <> %s AND LOCATE(CONCAT('`', REPLACE(c.COLUMN_NAME, '`', '``'), "
      "'`'), k.CHECK_CLAUSE) > 0 AND k.CONSTRAINT_NAME NOT IN %s",
      mariadb_quote (arena, dependents->table), mariadb_quote (arena, dependents->column),
      dependents->known);

  return find_named (dependents, sql, DROP_AND_CONTINUE, error);
}

/* The server would make it narrower, or not unique, by a copy. */
static gboolean
find_wide_index (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT('index ''', i.INDEX_NAME, '''') FROM information_schema.STATISTICS "
      "AS i JOIN information_schema.STATISTICS AS other USING (TABLE_SCHEMA, TABLE_NAME, "
      "INDEX_NAME) WHERE i." OF_TABLE
      "%s AND i.COLUMN_NAME = %s AND other.COLUMN_NAME <> i.COLUMN_NAME AND "
      "LEFT(i.INDEX_NAME, 4) <> 'zdm_' AND i.INDEX_NAME NOT IN %s LIMIT 1",
      mariadb_quote (arena, dependents->table), mariadb_quote (arena, dependents->column),
      dependents->known);

  return find_text (dependents, sql, DROP_AND_CONTINUE, error);
}

/* One that has come since the run began.  Its hidden column stays until the table is
 * built anew. */
static gboolean
find_fulltext (Dependents *dependents, GError **error)
{
  Arena *arena = dependents->arena;
  const char *sql = arena_printf (
      arena,
      "SELECT CONCAT('index ''', INDEX_NAME, ''', which is FULLTEXT,') FROM "
      "information_schema.STATISTICS WHERE " OF_TABLE "%s AND INDEX_TYPE = 'FULLTEXT' "
      "LIMIT 1",
      mariadb_quote (arena, dependents->table));

  return find_text (dependents, sql,
                    "drop it, have the table built anew (ALTER TABLE … FORCE), then "
                    "`continue`",
                    error);
}

/* A column that came with the migration goes again.  What others have bound to it alone,
 * as an index, goes with it; what is about more than that keeps it. */
static gboolean
find_all_back (Dependents *dependents, gboolean may_block, GError **error)
{
  if (!find_expression (dependents, error) || !find_key (dependents, error))
    return FALSE;
  if (dependents->what != NULL)
    dependents->way_out = DROP_AND_CONTINUE;
  return find_wide_check (dependents, error) && find_wide_index (dependents, error)
         && (may_block || find_fulltext (dependents, error));
}

/* Columns that go ----------------------------------------------------------------- */

/* What is kept in step with it both ways; (nullable). */
static const Sync *
sync_of (const MariaChange *change, const char *table, const char *column)
{
  const Table *from = database_find (change->from, table);

  for (guint i = 0; from != NULL && i < from->syncs->len; i++)
    {
      const Sync *sync = from->syncs->pdata[i];
      if (sync->mode == SYNC_BOTH && name_list_contains (sync->old_columns, column))
        return sync;
    }
  return NULL;
}

/* Whether another column takes its place, which a view can name before it goes. */
static gboolean
is_replaced (const Dependents *dependents)
{
  return sync_of (dependents->change, dependents->table, dependents->column) != NULL;
}

/* A unique constraint that the server has named goes over to a new name by that; with its
 * column it would come back by another one. */
static gboolean
find_known (SqlConnection *connection, const MariaChange *change, const MariaAlter *alter,
            const char **known, Arena *arena, GError **error)
{
  static const char *const none[] = { NULL };
  const Table *declared = database_find (change->start, alter->table);
  const Sync *sync = sync_of (change, alter->table, alter->column);
  const char *const *others = none;

  if (declared != NULL
      && (change->back || (sync != NULL && sync->purpose == SYNC_FOR_RENAME))
      && !maria_unique_names (connection, declared, &others, arena, error))
    return FALSE;
  *known = known_names (declared,
                        change->back ? database_find (change->from, alter->table) : NULL,
                        others, arena);
  return TRUE;
}

static gboolean
find_all (Dependents *dependents, gboolean may_block, GError **error)
{
  gboolean may_wait = dependents->is_early && is_replaced (dependents);

  return find_trigger (dependents, error) && (may_wait || find_view (dependents, error))
         && (dependents->change->back
                 ? find_all_back (dependents, may_block, error)
                 : (find_expression (dependents, error) && find_key (dependents, error)
                    && find_special (dependents, error) && find_check (dependents, error)
                    && find_index (dependents, error)
                    && find_partitions (dependents, error)));
}

/* Those of the start that steps before this one drop, and others of this one. */
static const char *const *
gone_before (const MariaChange *change, guint n_alters, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name = change->alters[n_alters]->table;
  const Table *start = database_find (change->start, name);
  const Table *from = database_find (change->from, name);

  for (guint i = 0; start != NULL && from != NULL && i < table_n_columns (start); i++)
    if (table_find_column (from, table_column (start, i)->name) == NULL)
      g_ptr_array_add (names, (gpointer) table_column (start, i)->name);
  for (guint i = 0; i < n_alters; i++)
    if (g_str_equal (change->alters[i]->table, name))
      g_ptr_array_add (names, (gpointer) change->alters[i]->column);
  return arena_ptr_array (arena, names);
}

static gboolean
check_column (SqlConnection *connection, const MariaChange *change, guint i, gint code,
              GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaAlter *alter = change->alters[i];
  Dependents dependents = { .connection = connection,
                            .change = change,
                            .table = alter->table,
                            .column = alter->column,
                            .before = gone_before (change, i, arena),
                            .is_early = code == ZDM_ERROR_UNSAFE,
                            .arena = arena };
  const MariaColumn *live;

  if (!maria_read_column (connection, alter->table, alter->column, arena, &live, error))
    return FALSE;
  if (live == NULL) /* it is there only while the migration runs, or no longer */
    return TRUE;
  if (!find_known (connection, change, alter, &dependents.known, arena, error)
      || !find_all (&dependents, strstr (alter->sql, "ALGORITHM=") == NULL, error))
    return FALSE;
  if (dependents.what != NULL)
    g_set_error (error, ZDM_ERROR, code, "column '%s' of '%s' goes, and %s needs it; %s",
                 alter->column, alter->table, dependents.what, dependents.way_out);
  return dependents.what == NULL;
}

static const char *
query_of_what_goes (const MariaAlter *alter, const char *known, const char *at_end,
                    Arena *arena)
{
  const char *table = mariadb_quote (arena, alter->table);
  const char *column = mariadb_quote (arena, alter->column);
  const char *quoted = mariadb_quote (arena, mariadb_identifier (arena, alter->column));

  return arena_printf (
      arena,
      "SELECT CONCAT('index ''', i.INDEX_NAME, '''') FROM information_schema.STATISTICS "
      "AS i WHERE i." OF_TABLE
      "%s GROUP BY i.INDEX_NAME HAVING MIN(i.COLUMN_NAME = %s) AND LEFT(i.INDEX_NAME, 4) "
      "<> 'zdm_' AND i.INDEX_NAME NOT IN %s AND i.INDEX_NAME NOT IN %s UNION SELECT "
      "CONCAT('check ''', k.CONSTRAINT_NAME, '''') FROM "
      "information_schema.CHECK_CONSTRAINTS AS k WHERE k.CONSTRAINT_SCHEMA = DATABASE() "
      "AND k.TABLE_NAME = %s AND k.LEVEL = 'Table' AND LOCATE(%s, k.CHECK_CLAUSE) > 0 AND "
      "NOT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE " OF_TABLE
      "%s AND COLUMN_NAME <> %s AND LOCATE(CONCAT('`', COLUMN_NAME, '`'), k.CHECK_CLAUSE) > "
      "0) AND k.CONSTRAINT_NAME NOT IN %s AND k.CONSTRAINT_NAME NOT IN %s",
      table, column, known, at_end, table, quoted, table, column, known, at_end);
}

gboolean
maria_dependents_that_go (SqlConnection *connection, const MariaChange *change, guint i,
                          const Database *end, GPtrArray *names, GError **error)
{
  static const char *const none[] = { NULL };
  g_autoptr (Arena) arena = arena_new ();
  const MariaAlter *alter = change->alters[i];
  const char *known;

  if (!find_known (connection, change, alter, &known, arena, error))
    return FALSE;
  g_autoptr (MariadbResult) rows = mariadb_query (
      connection,
      query_of_what_goes (
          alter, known,
          known_names (database_find (end, alter->table), NULL, none, arena), arena),
      error);
  for (guint row = 0; rows != NULL && row < mariadb_n_rows (rows); row++)
    g_ptr_array_add (names, g_strdup (mariadb_cell (rows, row, 0)));
  return rows != NULL;
}

/* Tables that go -------------------------------------------------------------------- */

static gboolean
check_views (SqlConnection *connection, const char *table, const char *but, gint code,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *view;

  if (!maria_find_view (connection, table, NULL, but, &view, arena, error))
    return FALSE;
  if (view != NULL)
    g_set_error (error, ZDM_ERROR, code,
                 "table '%s' goes by that name, and view '%s' needs it; " CHANGE, table,
                 view);
  return view == NULL;
}

gboolean
maria_dependents_check_table (SqlConnection *connection, const char *table,
                              const char *to, GError **error)
{
  return check_views (connection, table, to, ZDM_ERROR_GATE, error);
}

/* @known: whose foreign keys are taken care of */
static gboolean
check_drop (SqlConnection *connection, const char *table, const Database *known,
            gint code, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *child;

  if (!mariadb_text (
          connection,
          arena_printf (
              arena,
              "SELECT CONCAT('foreign key ''', CONSTRAINT_NAME, ''' of ''', "
              "TABLE_NAME, '''') FROM information_schema.KEY_COLUMN_USAGE WHERE "
              "REFERENCED_TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME = "
              "%s AND NOT (TABLE_SCHEMA = DATABASE() AND (TABLE_NAME = %s OR "
              "CONCAT(TABLE_NAME, '.', CONSTRAINT_NAME) IN %s)) LIMIT 1",
              mariadb_quote (arena, table), mariadb_quote (arena, table),
              known_references (known, table, arena)),
          &child, arena, error))
    return FALSE;
  if (child != NULL)
    g_set_error (error, ZDM_ERROR, code, "table '%s' goes, and %s needs it; %s", table,
                 child, code == ZDM_ERROR_GATE ? DROP_AND_CONTINUE : "drop that before");
  return child == NULL && check_views (connection, table, NULL, code, error);
}

gboolean
maria_dependents_check_drop (SqlConnection *connection, const MariaDetail *detail,
                             GError **error)
{
  return check_drop (connection, detail->drops, detail->shape, ZDM_ERROR_GATE, error);
}

gboolean
maria_dependents_check (SqlConnection *connection, const MariaChange *change,
                        GError **error)
{
  for (guint i = 0; change->tables_go != NULL && change->tables_go[i] != NULL; i++)
    if (!check_drop (connection, change->tables_go[i], change->from, ZDM_ERROR_GATE,
                     error))
      return FALSE;
  for (guint i = 0; change->alters[i] != NULL; i++)
    if (!check_column (connection, change, i, ZDM_ERROR_GATE, error))
      return FALSE;
  return TRUE;
}

/* Before the run ------------------------------------------------------------------ */

gboolean
maria_is_behind_script (const GPtrArray *actions, guint i)
{
  for (guint j = 0; j < i; j++)
    {
      const Action *action = actions->pdata[j];
      const MariaDetail *detail = action->detail;
      if (detail->kind == MARIA_SCRIPT)
        return TRUE;
    }
  return FALSE;
}

/* Its indexes are built anew. */
static gboolean
admit_swap (SqlConnection *connection, const MariaSwap *swap, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Dependents dependents = {
    .connection = connection, .table = swap->table, .column = swap->column, .arena = arena
  };

  if (!find_special (&dependents, error))
    return FALSE;
  if (dependents.what != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
                 "column '%s' of '%s' gets another type, and %s goes with it; %s",
                 swap->column, swap->table, dependents.what, dependents.way_out);
  return dependents.what == NULL;
}

static gboolean
admit_drop_index (SqlConnection *connection, const Operation *operation, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *name;

  if (!find_special_index (
          connection, operation->table,
          arena_printf (arena, "= %s", mariadb_quote (arena, operation->index.name)),
          &name, arena, error))
    return FALSE;
  if (name != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
                 "index %s could not be given back as it is; drop it with `sql`", name);
  return name == NULL;
}

/* By the name of the file nothing would be found, and nothing done. */
static gboolean
admit_name (SqlConnection *connection, const MariaPlace *place, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *live;

  if (!maria_unique_name (connection, place->declared, place->name, place->over, &live,
                          arena, error))
    return FALSE;
  if (live != NULL)
    g_set_error (
        error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
        "unique constraint '%s' of '%s' is called '%s' on this server; declare it "
        "by that name",
        place->name, place->declared->name, live);
  return live == NULL;
}

static gboolean
admit_refusal (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  gboolean found;

  if (!mariadb_finds (connection, detail->text, &found, error))
    return FALSE;
  if (found)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE, "there already is %s", detail->what);
  return !found;
}

gboolean
maria_dependents_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                        GError **error)
{
  const Action *action = actions->pdata[i];
  const MariaDetail *detail = action->detail;

  if (maria_is_behind_script (actions, i))
    return TRUE;
  if (detail->kind == MARIA_REFUSE && detail->of_start)
    return admit_refusal (connection, detail, error);
  if (detail->place != NULL && detail->place->over != NULL
      && detail->place->or_over == NULL && !admit_name (connection, detail->place, error))
    return FALSE;
  if (detail->kind == MARIA_STATEMENT && detail->drops != NULL)
    return check_drop (connection, detail->drops, detail->shape, ZDM_ERROR_UNSAFE, error);
  if (detail->kind == MARIA_STATEMENT
      && action->step->operation->kind == OPERATION_DROP_INDEX)
    return admit_drop_index (connection, action->step->operation, error);
  if (detail->kind != MARIA_CHANGE)
    return TRUE;
  if (detail->change->swap != NULL
      && !admit_swap (connection, detail->change->swap, error))
    return FALSE;
  for (guint j = 0; detail->change->alters[j] != NULL; j++)
    if (!check_column (connection, detail->change, j, ZDM_ERROR_UNSAFE, error))
      return FALSE;
  return TRUE;
}

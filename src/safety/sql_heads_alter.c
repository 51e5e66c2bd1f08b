/* SPDX-License-Identifier: Apache-2.0
 *
 * ALTER by its words: MariaDB's and MySQL's, SQLite's, and PostgreSQL's where the build
 * has no parser.
 */
#include "config.h"

#include "safety/sql_heads.h"

static Effect *
add_of_column (SqlCursor *cursor, EffectKind kind, SqlName table, const char *column)
{
  Effect *effect = sql_cursor_add (cursor, kind, table);

  effect->column = column;
  return effect;
}

static Effect *
add_of_object (SqlCursor *cursor, EffectKind kind, SqlName table)
{
  Effect *effect = sql_cursor_add (cursor, kind, table);

  effect->guarded = sql_cursor_accept_guard (cursor);
  effect->object = sql_cursor_name (cursor);
  return effect;
}

/* "(a int, b int)" */
static gboolean
read_add_list (SqlCursor *cursor, SqlName table)
{
  do
    {
      gboolean good = sql_heads_at_constraint (cursor)
                          ? sql_heads_constraint (cursor, table)
                          : sql_heads_column (cursor, table, EFFECT_ADD_COLUMN, FALSE);
      if (!good)
        return FALSE;
    }
  while (sql_cursor_accept_sign (cursor, ','));
  return sql_cursor_accept_sign (cursor, ')');
}

static gboolean
read_add (SqlCursor *cursor, SqlName table)
{
  if (sql_cursor_at (cursor, "partition"))
    return FALSE;
  if (sql_heads_at_constraint (cursor))
    return sql_heads_constraint (cursor, table);
  sql_cursor_accept (cursor, "column");
  gboolean guarded = sql_cursor_accept_guard (cursor);
  if (sql_cursor_accept_sign (cursor, '('))
    return read_add_list (cursor, table);
  return sql_heads_column (cursor, table, EFFECT_ADD_COLUMN, guarded);
}

static gboolean
read_drop (SqlCursor *cursor, SqlName table)
{
  Effect *effect;

  if (sql_cursor_at (cursor, "partition"))
    return FALSE;
  if (sql_cursor_accept (cursor, "primary"))
    {
      effect = sql_cursor_add (cursor, EFFECT_DROP_CONSTRAINT, table);
      effect->constraint = CONSTRAINT_PRIMARY_KEY;
      sql_cursor_skip_item (cursor);
      return TRUE;
    }
  if (sql_cursor_accept (cursor, "foreign"))
    {
      sql_cursor_accept (cursor, "key");
      add_of_object (cursor, EFFECT_DROP_CONSTRAINT, table)->constraint
          = CONSTRAINT_FOREIGN_KEY;
    }
  else if (sql_cursor_at_any (cursor, "constraint check"))
    sql_cursor_next (cursor), add_of_object (cursor, EFFECT_DROP_CONSTRAINT, table);
  else if (sql_cursor_at_any (cursor, "index key"))
    sql_cursor_next (cursor), add_of_object (cursor, EFFECT_DROP_INDEX, table);
  else
    {
      sql_cursor_accept (cursor, "column");
      effect = sql_cursor_add (cursor, EFFECT_DROP_COLUMN, table);
      effect->guarded = sql_cursor_accept_guard (cursor);
      effect->column = sql_cursor_name (cursor);
      effect->cascade = sql_cursor_at (cursor, "cascade");
      if (effect->column == NULL)
        return FALSE;
    }
  sql_cursor_skip_item (cursor);
  return TRUE;
}

/* MODIFY gives the whole column anew. */
static gboolean
read_modify (SqlCursor *cursor, SqlName table)
{
  sql_cursor_accept (cursor, "column");
  gboolean guarded = sql_cursor_accept_guard (cursor);
  return sql_heads_column (cursor, table, EFFECT_ALTER_TYPE, guarded);
}

static gboolean
read_change (SqlCursor *cursor, SqlName table)
{
  sql_cursor_accept (cursor, "column");
  gboolean guarded = sql_cursor_accept_guard (cursor);
  const char *from = sql_cursor_name (cursor);
  guint at = cursor->collector->effects->len;

  if (from == NULL || !sql_heads_column (cursor, table, EFFECT_ALTER_TYPE, guarded))
    return FALSE;
  const Effect *changed = cursor->collector->effects->pdata[at];
  if (g_ascii_strcasecmp (from, changed->column) != 0)
    add_of_column (cursor, EFFECT_RENAME_COLUMN, table, from)->to = changed->column;
  return TRUE;
}

static gboolean
read_alter_column (SqlCursor *cursor, SqlName table)
{
  if (sql_cursor_at_any (cursor, "index constraint check"))
    return FALSE;
  sql_cursor_accept (cursor, "column");
  sql_cursor_accept_guard (cursor);
  const char *column = sql_cursor_name (cursor);
  gboolean sets = sql_cursor_accept (cursor, "set");
  gboolean drops = !sets && sql_cursor_accept (cursor, "drop");

  if (column == NULL)
    return FALSE;
  if (sets && sql_cursor_accept (cursor, "default"))
    {
      Effect *effect = add_of_column (cursor, EFFECT_SET_DEFAULT, table, column);
      effect->default_volatility = DEFAULT_IS_CONSTANT;
    }
  else if (drops && sql_cursor_accept (cursor, "default"))
    add_of_column (cursor, EFFECT_DROP_DEFAULT, table, column);
  else if (sets && sql_cursor_accept_two (cursor, "not", "null"))
    add_of_column (cursor, EFFECT_SET_NOT_NULL, table, column);
  else if (drops && sql_cursor_accept_two (cursor, "not", "null"))
    add_of_column (cursor, EFFECT_DROP_NOT_NULL, table, column);
  else if (!drops
           && (sql_cursor_accept (cursor, "data"), sql_cursor_accept (cursor, "type")))
    {
      Effect *effect = add_of_column (cursor, EFFECT_ALTER_TYPE, table, column);
      g_autofree char *type = g_ascii_strdown (sql_cursor_text (cursor), -1);
      effect->type_text = sql_collector_copy (cursor->collector, type);
    }
  else
    return FALSE;
  sql_cursor_skip_item (cursor);
  return TRUE;
}

static gboolean
rename_table (SqlCursor *cursor, SqlName table, const char *to)
{
  Effect *effect = sql_cursor_add (cursor, EFFECT_RENAME_TABLE, table);

  effect->to = to;
  sql_collector_renamed (cursor->collector, effect);
  return TRUE;
}

static gboolean
read_rename (SqlCursor *cursor, SqlName table)
{
  if (sql_cursor_at_any (cursor, "to as"))
    {
      sql_cursor_next (cursor);
      return rename_table (cursor, table, sql_cursor_qualified (cursor).name);
    }
  EffectKind kind = EFFECT_RENAME_COLUMN;
  if (sql_cursor_at_any (cursor, "index key"))
    sql_cursor_next (cursor), kind = EFFECT_OTHER;
  else if (sql_cursor_accept (cursor, "constraint"))
    kind = EFFECT_RENAME_CONSTRAINT;
  else
    sql_cursor_accept (cursor, "column");
  sql_cursor_accept_guard (cursor);
  const char *from = sql_cursor_name (cursor);
  if (from != NULL && !sql_cursor_accept (cursor, "to")) /* MySQL: RENAME new_name */
    return rename_table (cursor, table, from);
  Effect *effect = sql_cursor_add (cursor, kind, table);
  *(kind == EFFECT_RENAME_COLUMN ? &effect->column : &effect->object) = from;
  effect->to = sql_cursor_name (cursor);
  effect->text = kind == EFFECT_OTHER ? "RENAME INDEX" : NULL;
  return effect->to != NULL;
}

/* MySQL, MariaDB: for every effect of the statement, also of what stood before it. */
gboolean
sql_heads_option (SqlCursor *cursor, guint first)
{
  gboolean is_lock = sql_cursor_at (cursor, "lock");
  GPtrArray *effects = cursor->collector->effects;

  if (!is_lock && !sql_cursor_at (cursor, "algorithm"))
    return FALSE;
  sql_cursor_next (cursor);
  sql_cursor_accept_sign (cursor, '=');
  g_autofree char *word = g_ascii_strup (sql_cursor_text (cursor), -1);
  const char *value = sql_collector_copy (cursor->collector, word);
  for (guint i = first; i < effects->len; i++)
    {
      Effect *effect = effects->pdata[i];
      *(is_lock ? &effect->lock : &effect->algorithm) = value;
    }
  sql_cursor_next (cursor);
  return TRUE;
}

/* Options that make the server write the table anew. */
static gboolean
read_table_option (SqlCursor *cursor, SqlName table)
{
  static const char *const OPTIONS
      = "engine convert force order comment auto_increment row_format character charset "
        "collate default enable disable with without key_block_size page_compressed "
        "encrypted stats_persistent owner cluster replica";

  if (!sql_cursor_at_any (cursor, OPTIONS))
    return FALSE;
  g_autofree char *word = g_ascii_strup (sql_cursor_text (cursor), -1);
  sql_cursor_add (cursor, EFFECT_OTHER, table)->text
      = sql_collector_copy (cursor->collector, word);
  return TRUE;
}

static gboolean
read_change_of_table (SqlCursor *cursor, SqlName table)
{
  static const struct
  {
    const char *word;
    gboolean (*read) (SqlCursor *cursor, SqlName table);
  } COMMANDS[] = {
    { "add", read_add },       { "drop", read_drop },     { "modify", read_modify },
    { "change", read_change }, { "rename", read_rename }, { "alter", read_alter_column },
  };

  for (guint i = 0; i < G_N_ELEMENTS (COMMANDS); i++)
    if (sql_cursor_accept (cursor, COMMANDS[i].word))
      return COMMANDS[i].read (cursor, table);
  if (sql_cursor_accept (cursor, "validate"))
    {
      sql_cursor_accept (cursor, "constraint");
      add_of_object (cursor, EFFECT_VALIDATE_CONSTRAINT, table);
      return TRUE;
    }
  return read_table_option (cursor, table);
}

static gboolean
read_table (SqlCursor *cursor)
{
  guint first = cursor->collector->effects->len;
  gboolean good = TRUE;

  sql_cursor_accept_guard (cursor);
  sql_cursor_accept (cursor, "only");
  SqlName table = sql_cursor_qualified (cursor);
  sql_cursor_skip_any (cursor, "nowait");
  if (sql_cursor_accept (cursor, "wait"))
    sql_cursor_next (cursor);
  do
    {
      if (!sql_heads_option (cursor, first))
        good = read_change_of_table (cursor, table) && good;
      /* An option may also stand behind a change without a comma. */
      while (!sql_cursor_at_end (cursor) && !sql_cursor_at_sign (cursor, ','))
        if (!sql_heads_option (cursor, first))
          sql_cursor_skip (cursor);
    }
  while (sql_cursor_accept_sign (cursor, ','));
  return good && table.name != NULL;
}

gboolean
sql_heads_alter (SqlCursor *cursor)
{
  sql_cursor_skip_any (cursor, "online ignore");
  if (sql_cursor_accept (cursor, "table"))
    return read_table (cursor);
  if (!sql_cursor_at_any (cursor, "view sequence user database function procedure event "
                                  "server role index"))
    return FALSE;
  sql_collector_add (cursor->collector, EFFECT_OTHER)->text = "ALTER";
  return TRUE;
}

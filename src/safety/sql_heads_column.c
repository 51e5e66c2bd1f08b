/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns and constraints by their words.
 */
#include "config.h"

#include "safety/sql_heads.h"

#include <string.h>

/* Types ----------------------------------------------------------------------- */

static const struct
{
  const char *word, *name;
} TYPE_NAMES[] = {
  { "int", "integer" },
  { "int2", "smallint" },
  { "int4", "integer" },
  { "int8", "bigint" },
  { "bool", "boolean" },
  { "dec", "decimal" },
  { "float4", "real" },
  { "float8", "double precision" },
  { "character varying", "varchar" },
  { "character", "char" },
  { "timestamp with time zone", "timestamptz" },
  { "double", "double precision" },
};

static const char *
type_name (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (TYPE_NAMES); i++)
    if (g_str_equal (TYPE_NAMES[i].word, word))
      return TYPE_NAMES[i].name;
  return word;
}

/* The bracket behind a type, without spaces. */
static void
append_bracket (SqlCursor *cursor, GString *text)
{
  guint depth = 0;

  do
    {
      const char *word = sql_cursor_text (cursor);
      depth += sql_cursor_at_sign (cursor, '(') ? 1 : 0;
      depth -= sql_cursor_at_sign (cursor, ')') ? 1 : 0;
      g_string_append (text, word);
      sql_cursor_next (cursor);
    }
  while (depth > 0 && !sql_cursor_at_end (cursor));
}

/* "varchar(80)"; NULL where no type stands. */
static const char *
read_type (SqlCursor *cursor)
{
  static const char *const FURTHER
      = "precision varying unsigned zerofill with without time zone local";
  g_autoptr (GString) text = g_string_new (NULL);

  if (cursor->token.kind != SQL_TOKEN_WORD && cursor->token.kind != SQL_TOKEN_QUOTED)
    return NULL;
  g_autofree char *first = g_ascii_strdown (sql_cursor_text (cursor), -1);
  g_string_append (text, first);
  for (sql_cursor_next (cursor); sql_cursor_at_any (cursor, FURTHER);
       sql_cursor_next (cursor))
    {
      g_autofree char *word = g_ascii_strdown (sql_cursor_text (cursor), -1);
      g_string_append_printf (text, " %s", word);
    }
  g_autoptr (GString) name = g_string_new (type_name (text->str));
  if (sql_cursor_at_sign (cursor, '('))
    append_bracket (cursor, name);
  for (; sql_cursor_at_any (cursor, "unsigned zerofill"); sql_cursor_next (cursor))
    {
      g_autofree char *word = g_ascii_strdown (sql_cursor_text (cursor), -1);
      g_string_append_printf (name, " %s", word);
    }
  return arena_strdup (cursor->collector->arena, name->str);
}

/* Columns --------------------------------------------------------------------- */

static DefaultVolatility
read_default (SqlCursor *cursor)
{
  static const char *const CONSTANTS
      = "null true false current_timestamp current_date current_time now localtimestamp "
        "localtime current_user";
  gboolean is_constant;

  if (sql_cursor_at_sign (cursor, '-') || sql_cursor_at_sign (cursor, '+'))
    sql_cursor_next (cursor);
  is_constant = cursor->token.kind == SQL_TOKEN_STRING
                || cursor->token.kind == SQL_TOKEN_NUMBER
                || sql_cursor_at_any (cursor, CONSTANTS);
  /* MySQL's "…" is a string. */
  if (cursor->token.kind == SQL_TOKEN_QUOTED
      && cursor->lexer.text[cursor->token.start] == '"')
    is_constant = TRUE;
  sql_cursor_skip (cursor);
  return is_constant ? DEFAULT_IS_CONSTANT : DEFAULT_IS_VOLATILE;
}

static void
read_generated (SqlCursor *cursor, Effect *effect)
{
  sql_cursor_skip_any (cursor, "always by default as");
  if (sql_cursor_accept (cursor, "identity"))
    {
      effect->identity = TRUE;
      return;
    }
  if (sql_cursor_at_sign (cursor, '('))
    sql_cursor_skip (cursor);
  effect->stored_generated = sql_cursor_at_any (cursor, "stored persistent");
  sql_cursor_skip_any (cursor, "stored persistent virtual");
}

static void
read_clause (SqlCursor *cursor, Effect *effect)
{
  if (sql_cursor_accept (cursor, "not"))
    effect->not_null = sql_cursor_accept (cursor, "null") || effect->not_null;
  else if (sql_cursor_accept (cursor, "default"))
    effect->default_volatility = read_default (cursor);
  else if (sql_cursor_accept (cursor, "primary"))
    effect->primary_key = TRUE;
  else if (sql_cursor_accept (cursor, "unique"))
    effect->unique = TRUE;
  else if (sql_cursor_at_any (cursor, "auto_increment autoincrement"))
    effect->identity = TRUE, sql_cursor_next (cursor);
  else if (sql_cursor_accept (cursor, "references"))
    effect->references_table = sql_cursor_qualified (cursor).name;
  else if (sql_cursor_at_any (cursor, "generated as"))
    sql_cursor_next (cursor), read_generated (cursor, effect);
  else
    sql_cursor_skip (cursor);
}

static gboolean
ends_column (const SqlCursor *cursor)
{
  return sql_cursor_at_end (cursor) || sql_cursor_at_sign (cursor, ',')
         || sql_cursor_at_sign (cursor, ')');
}

gboolean
sql_heads_column (SqlCursor *cursor, SqlName table, EffectKind kind, gboolean guarded)
{
  const char *name = sql_cursor_name (cursor);

  if (name == NULL)
    return FALSE;
  Effect *effect = sql_cursor_add (cursor, kind, table);
  effect->column = name;
  effect->guarded = guarded;
  /* SQLite's columns need no type. */
  if (!ends_column (cursor))
    effect->type_text = read_type (cursor);
  while (!ends_column (cursor))
    if (kind == EFFECT_ALTER_TYPE && sql_cursor_accept (cursor, "null"))
      sql_cursor_add (cursor, EFFECT_DROP_NOT_NULL, table)->column = name;
    else
      read_clause (cursor, effect);
  effect->serial
      = effect->type_text != NULL && g_str_has_suffix (effect->type_text, "serial");
  effect->identity = effect->identity || effect->serial;
  sql_collector_typed (cursor->collector, effect);
  return TRUE;
}

gboolean
sql_heads_columns (SqlCursor *cursor, Effect *effect)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (!sql_cursor_accept_sign (cursor, '('))
    return FALSE;
  while (!sql_cursor_at_end (cursor) && !sql_cursor_at_sign (cursor, ')'))
    {
      const char *name = sql_cursor_name (cursor);
      /* An expression counts and has no name. */
      if (name != NULL && !sql_cursor_at_sign (cursor, '('))
        g_ptr_array_add (names, (gpointer) name);
      effect->n_columns++;
      sql_cursor_skip_item (cursor);
      if (!sql_cursor_accept_sign (cursor, ','))
        break;
    }
  sql_cursor_accept_sign (cursor, ')');
  effect->columns = arena_ptr_array (cursor->collector->arena, names);
  effect->column = effect->columns[0];
  return TRUE;
}

/* Constraints ------------------------------------------------------------------- */

gboolean
sql_heads_at_constraint (const SqlCursor *cursor)
{
  return sql_cursor_at_any (
      cursor,
      "constraint primary unique foreign check key index fulltext spatial exclude");
}

static void
add_index (SqlCursor *cursor, SqlName table, gboolean unique)
{
  Effect *effect = sql_cursor_add (cursor, EFFECT_CREATE_INDEX, table);

  sql_cursor_skip_any (cursor, "index key");
  effect->guarded = sql_cursor_accept_guard (cursor);
  effect->unique = unique;
  if (!sql_cursor_at (cursor, "using"))
    effect->object = sql_cursor_name (cursor);
  if (sql_cursor_accept (cursor, "using"))
    sql_cursor_next (cursor);
  sql_heads_columns (cursor, effect);
}

static void
add_key (SqlCursor *cursor, SqlName table, ConstraintKind kind, const char *name)
{
  Effect *effect = sql_cursor_add (cursor, EFFECT_ADD_CONSTRAINT, table);

  effect->constraint = kind;
  sql_cursor_skip_any (cursor, "key index");
  sql_cursor_accept_guard (cursor);
  effect->object = name;
  if (!sql_cursor_at_sign (cursor, '(') && kind != CONSTRAINT_CHECK
      && !sql_cursor_at (cursor, "using"))
    effect->object = sql_cursor_name (cursor);
  if (sql_cursor_accept (cursor, "using"))
    {
      effect->using_index = sql_cursor_accept (cursor, "index");
      sql_cursor_next (cursor);
    }
  if (kind == CONSTRAINT_CHECK)
    sql_cursor_skip (cursor);
  else
    sql_heads_columns (cursor, effect);
  if (sql_cursor_accept (cursor, "references"))
    effect->references_table = sql_cursor_qualified (cursor).name;
  while (!ends_column (cursor))
    {
      if (sql_cursor_accept (cursor, "not"))
        effect->not_valid
            = sql_cursor_at_any (cursor, "valid enforced") || effect->not_valid;
      else
        sql_cursor_skip (cursor);
    }
}

gboolean
sql_heads_constraint (SqlCursor *cursor, SqlName table)
{
  const char *name = NULL;

  if (sql_cursor_accept (cursor, "constraint"))
    {
      sql_cursor_accept_guard (cursor);
      if (!sql_heads_at_constraint (cursor))
        name = sql_cursor_name (cursor);
    }
  if (sql_cursor_accept (cursor, "primary"))
    add_key (cursor, table, CONSTRAINT_PRIMARY_KEY, name);
  else if (sql_cursor_accept (cursor, "foreign"))
    add_key (cursor, table, CONSTRAINT_FOREIGN_KEY, name);
  else if (sql_cursor_accept (cursor, "check"))
    add_key (cursor, table, CONSTRAINT_CHECK, name);
  else if (sql_cursor_accept (cursor, "unique"))
    add_key (cursor, table, CONSTRAINT_UNIQUE, name);
  else if (sql_cursor_at_any (cursor, "fulltext spatial key index"))
    sql_cursor_next (cursor), add_index (cursor, table, FALSE);
  else
    return FALSE;
  sql_cursor_skip_item (cursor);
  return TRUE;
}

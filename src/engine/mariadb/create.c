/* SPDX-License-Identifier: Apache-2.0
 *
 * Definitions.
 */
#include "config.h"

#include "engine/mariadb/create.h"

#include "engine/mariadb/sql_text.h"
#include "model/bind.h"
#include "model/error.h"

/* Characters of utf8mb4 that fit into a key of InnoDB: 3072 bytes. */
#define KEY_CHARACTERS 768

/* Whatever the table's own character set is. */
#define EXACT_WORDS "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin"

/* Columns ----------------------------------------------------------------------- */

const char *
maria_column_type (const Column *column, Arena *arena)
{
  const char *native = engine_text_for (column->native, "mariadb");

  return native != NULL ? native : mariadb_type_text (arena, &column->type);
}

gboolean
maria_default_text (const Column *column, Arena *arena, const char **text, GError **error)
{
  *text = NULL;
  if (column->default_kind == DEFAULT_VALUE)
    *text = mariadb_constant (arena, &column->type, &column->default_value);
  if (column->default_kind != DEFAULT_EXPRESSION)
    return TRUE;
  *text = engine_text_for (column->default_expression, "mariadb");
  if (*text != NULL)
    {
      *text = arena_printf (arena, "(%s)", *text);
      return TRUE;
    }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "the default of column '%s' has no expression for mariadb", column->name);
  return FALSE;
}

const char *
maria_column_text (const Column *column, gboolean nullable, Arena *arena, GError **error)
{
  g_autoptr (GString) out = g_string_new (mariadb_identifier (arena, column->name));
  const char *text;

  if (!maria_default_text (column, arena, &text, error))
    return NULL;
  if (column->identity == IDENTITY_ALWAYS)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "column '%s' has `identity: always`, and MariaDB's AUTO_INCREMENT "
                   "takes any number that is given; use `by_default`",
                   column->name);
      return NULL;
    }
  g_string_append_printf (out, " %s", maria_column_type (column, arena));
  if (column->collate != NULL)
    g_string_append_printf (out, " COLLATE %s",
                            mariadb_identifier (arena, column->collate));
  else if (column_type_is_text (column->type.base)
           && engine_text_for (column->native, "mariadb") == NULL)
    g_string_append (out, " " EXACT_WORDS);
  g_string_append (out, nullable ? " NULL" : " NOT NULL");
  if (text != NULL)
    g_string_append_printf (out, " DEFAULT %s", text);
  if (column->identity == IDENTITY_BY_DEFAULT)
    g_string_append (out, " AUTO_INCREMENT");
  if (column->comment != NULL)
    g_string_append_printf (out, " COMMENT %s", mariadb_string (arena, column->comment));
  return arena_strdup (arena, out->str);
}

/* Constraints ------------------------------------------------------------------- */

static const char *
action_text (const char *event, ReferenceAction action, Arena *arena)
{
  static const char *const ACTIONS[] = {
    [REFERENCE_NO_ACTION] = NULL,
    [REFERENCE_RESTRICT] = "RESTRICT",
    [REFERENCE_CASCADE] = "CASCADE",
    [REFERENCE_SET_NULL] = "SET NULL",
    [REFERENCE_SET_DEFAULT] = "SET DEFAULT",
  };

  return ACTIONS[action] != NULL
             ? arena_printf (arena, " ON %s %s", event, ACTIONS[action])
             : "";
}

const Constraint *
maria_full_reference (const Constraint *key, const char *const *columns, Arena *arena)
{
  Constraint *full;

  if (key->kind != CONSTRAINT_FOREIGN_KEY || key->references_columns != NULL)
    return key;
  full = arena_memdup (arena, key, sizeof *key);
  full->references_columns = columns;
  return full;
}

static const char *
foreign_key_text (const Constraint *key, Arena *arena, GError **error)
{
  if (key->deferrable || key->references_columns == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, "foreign key '%s' %s",
                   key->name,
                   key->deferrable ? "is deferrable, which MariaDB has not"
                                   : "has to name the columns it refers to: its table "
                                     "has no primary key that is known here");
      return NULL;
    }
  return arena_printf (arena, "CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s%s",
                       mariadb_identifier (arena, key->name),
                       mariadb_names (arena, "", key->columns),
                       mariadb_identifier (arena, key->references_table),
                       mariadb_names (arena, "", key->references_columns),
                       action_text ("DELETE", key->on_delete, arena),
                       action_text ("UPDATE", key->on_update, arena));
}

static void append_term (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_term (GString *out, const char *format, ...)
{
  va_list arguments;

  if (out->len > 0)
    g_string_append (out, " AND ");
  va_start (arguments, format);
  g_string_append_vprintf (out, format, arguments);
  va_end (arguments);
}

/* A null in the list would let everything pass; a null cell passes anyway. */
static void
append_in (GString *out, const BoundCheck *bound, const char *column, Arena *arena)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < bound->n_in; i++)
    if (!value_is_null (&bound->in[i]))
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
                              mariadb_literal (arena, &bound->type, &bound->in[i]));
  append_term (out, "%s IN (%s)", column, list->len > 0 ? list->str : "NULL");
}

const char *
maria_check_text (const Table *table, const Constraint *constraint, Arena *arena,
                  GError **error)
{
  const Check *check = &constraint->check;
  g_autoptr (GString) out = g_string_new (NULL);
  BoundCheck bound;

  if (check->column == NULL)
    {
      const char *text = engine_text_for (check->expression, "mariadb");
      if (text == NULL)
        g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                     "check '%s' has no expression for mariadb", constraint->name);
      return text;
    }
  if (!bind_check (table, constraint, arena, &bound, error))
    return NULL;
  const char *name = mariadb_identifier (arena, check->column);
  const char *column = column_type_is_text (bound.type.base)
                           ? arena_printf (arena,
                                           "CONVERT(%s USING utf8mb4) COLLATE "
                                           "utf8mb4_nopad_bin",
                                           name)
                           : name;
  if (bound.has_min && !value_is_null (&bound.min))
    append_term (out, "%s >= %s", column,
                 mariadb_literal (arena, &bound.type, &bound.min));
  if (bound.has_max && !value_is_null (&bound.max))
    append_term (out, "%s <= %s", column,
                 mariadb_literal (arena, &bound.type, &bound.max));
  if (check->in != NULL)
    append_in (out, &bound, column, arena);
  if (check->not_empty)
    append_term (out, "CHAR_LENGTH(%s) > 0", name);
  if (check->has_min_length)
    append_term (out, "CHAR_LENGTH(%s) >= %u", name, check->min_length);
  if (check->has_max_length)
    append_term (out, "CHAR_LENGTH(%s) <= %u", name, check->max_length);
  return out->len > 0 ? arena_strdup (arena, out->str) : "TRUE";
}

const char *
maria_constraint_text (const Table *table, const Constraint *constraint, Arena *arena,
                       GError **error)
{
  const char *check;

  switch (constraint->kind)
    {
    case CONSTRAINT_CHECK:
      check = maria_check_text (table, constraint, arena, error);
      return check != NULL
                 ? arena_printf (arena, "CONSTRAINT %s CHECK (%s)",
                                 mariadb_identifier (arena, constraint->name), check)
                 : NULL;
    case CONSTRAINT_UNIQUE:
      return arena_printf (arena, "UNIQUE %s (%s)",
                           mariadb_identifier (arena, constraint->name),
                           mariadb_names (arena, "", constraint->columns));
    case CONSTRAINT_PRIMARY_KEY:
      return arena_printf (arena, "PRIMARY KEY (%s)",
                           mariadb_names (arena, "", constraint->columns));
    case CONSTRAINT_FOREIGN_KEY:
      return foreign_key_text (constraint, arena, error);
    case CONSTRAINT_NOT_NULL:
    default:
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "NOT NULL is a column's own, not a constraint of table '%s'",
                   table->name);
      return NULL;
    }
}

/* Indexes ----------------------------------------------------------------------- */

static gboolean
refuse_index (const Index *index, const char *what, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "index '%s' has %s, which MariaDB has not", index->name, what);
  return FALSE;
}

static gboolean
check_index (const Index *index, GError **error)
{
  if (index->where != NULL)
    return refuse_index (index, "a condition", error);
  if (index->include != NULL && index->include[0] != NULL)
    return refuse_index (index, "included columns", error);
  if (index->method != NULL)
    return refuse_index (index, "a method", error);
  if (index->options != NULL && index->options[0] != NULL)
    return refuse_index (index, "options", error);
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column == NULL || index->parts[i].opclass != NULL)
      return refuse_index (index, "an expression or an operator class", error);
  return TRUE;
}

/* The whole of a long text is no key; uniqueness of one is kept by its hash. */
static gboolean
needs_prefix (const Table *table, const Index *index, const char *name)
{
  const Column *column = table_find_column (table, name);

  return !index->unique && column != NULL
         && (column->type.base == COLUMN_TYPE_TEXT
             || column->type.base == COLUMN_TYPE_JSON
             || column->type.base == COLUMN_TYPE_BLOB)
         && engine_text_for (column->native, "mariadb") == NULL;
}

const char *
maria_index_text (const Table *table, const Index *index, Arena *arena, GError **error)
{
  g_autoptr (GString) out = g_string_new (index->unique ? "UNIQUE INDEX " : "INDEX ");

  if (!check_index (index, error))
    return NULL;
  g_string_append_printf (out, "%s (", mariadb_identifier (arena, index->name));
  for (guint i = 0; i < index->n_parts; i++)
    {
      const IndexPart *part = &index->parts[i];
      g_string_append_printf (out, "%s%s", i > 0 ? ", " : "",
                              mariadb_identifier (arena, part->column));
      if (needs_prefix (table, index, part->column))
        g_string_append_printf (out, "(%d)", KEY_CHARACTERS / (int) index->n_parts);
      if (part->descending)
        g_string_append (out, " DESC");
    }
  g_string_append_c (out, ')');
  return arena_strdup (arena, out->str);
}

/* Tables ------------------------------------------------------------------------ */

/* @text: (nullable): what could not be said */
static gboolean
append_line (GString *out, const char *text)
{
  if (text != NULL)
    g_string_append_printf (out, "%s%s", out->str[out->len - 1] == '(' ? "\n  " : ",\n  ",
                            text);
  return text != NULL;
}

const char *
maria_create_table_text (const Table *table, Arena *arena, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "CREATE TABLE %s (",
                          mariadb_identifier (arena, table->name));
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      if (!append_line (out, maria_column_text (column, column->nullable, arena, error)))
        return NULL;
    }
  for (guint i = 0; i < table->constraints->len; i++)
    if (!append_line (out, maria_constraint_text (table, table->constraints->pdata[i],
                                                  arena, error)))
      return NULL;
  for (guint i = 0; i < table->indexes->len; i++)
    if (!append_line (out,
                      maria_index_text (table, table->indexes->pdata[i], arena, error)))
      return NULL;
  g_string_append (out, "\n) ENGINE = InnoDB DEFAULT " EXACT_WORDS);
  return arena_strdup (arena, out->str);
}

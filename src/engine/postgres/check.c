/* SPDX-License-Identifier: Apache-2.0
 *
 * A check as SQL: it accepts what bound_check_accepts() does.  Words are compared by
 * bytes whatever the column's collation.
 */
#include "config.h"

#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "model/bind.h"
#include "model/error.h"

typedef struct
{
  const BoundCheck *bound;
  const char *column; /* as it is compared */
  GString *out;
  Arena *arena;
} Writer;

static void
begin_term (const Writer *writer)
{
  if (writer->out->len > 0)
    g_string_append (writer->out, " AND ");
}

static const char *
limit_text (const Writer *writer, const Value *limit)
{
  return postgres_literal (writer->arena, &writer->bound->type, limit);
}

static void
append_bound (const Writer *writer, gboolean has_limit, const Value *limit,
              const char *sign)
{
  if (!has_limit || value_is_null (limit))
    return;
  begin_term (writer);
  g_string_append_printf (writer->out, "%s %s %s", writer->column, sign,
                          limit_text (writer, limit));
}

/* A null in the list would let everything pass; a null cell passes anyway. */
static void
append_in (const Writer *writer)
{
  const BoundCheck *bound = writer->bound;
  const char *separator = "";

  if (bound->constraint->check.in == NULL)
    return;
  begin_term (writer);
  g_string_append_printf (writer->out, "(%s IS NULL OR %s = ANY (ARRAY[", writer->column,
                          writer->column);
  for (guint i = 0; i < bound->n_in; i++)
    if (!value_is_null (&bound->in[i]))
      {
        g_string_append_printf (writer->out, "%s%s", separator,
                                limit_text (writer, &bound->in[i]));
        separator = ", ";
      }
  g_string_append_printf (writer->out, "]::%s[]))",
                          column_type_is_text (bound->type.base)
                              ? "text"
                              : postgres_base_type (bound->type.base));
}

static void
append_length (const Writer *writer, gboolean is_given, const char *sign, guint length)
{
  if (!is_given)
    return;
  begin_term (writer);
  g_string_append_printf (writer->out, "char_length(%s) %s %u", writer->column, sign,
                          length);
}

static const char *
expression_text (const Constraint *constraint, GError **error)
{
  const char *text = engine_text_for (constraint->check.expression, "postgres");

  if (text == NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                 "check '%s' has no expression for postgres", constraint->name);
  return text;
}

const char *
postgres_check_text (const Table *table, const Constraint *constraint, Arena *arena,
                     GError **error)
{
  const Check *check = &constraint->check;
  g_autoptr (GString) out = g_string_new (NULL);
  BoundCheck bound;
  Writer writer = { &bound, NULL, out, arena };

  if (check->column == NULL)
    return expression_text (constraint, error);
  if (!bind_check (table, constraint, arena, &bound, error))
    return NULL;
  writer.column = postgres_identifier (arena, table_column (table, bound.column)->name);
  if (column_type_is_text (bound.type.base))
    writer.column = arena_printf (arena, "(%s)::text COLLATE \"C\"", writer.column);
  append_bound (&writer, bound.has_min, &bound.min, ">=");
  append_bound (&writer, bound.has_max, &bound.max, "<=");
  append_in (&writer);
  append_length (&writer, check->not_empty, ">", 0);
  append_length (&writer, check->has_min_length, ">=", check->min_length);
  append_length (&writer, check->has_max_length, "<=", check->max_length);
  return out->len > 0 ? arena_strndup (arena, out->str, out->len) : "true";
}

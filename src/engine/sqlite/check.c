/* SPDX-License-Identifier: Apache-2.0
 *
 * A check as SQL: it accepts what bound_check_accepts() does.  Comparison is by bytes
 * whatever the column's collation, and a number that SQLite holds as text is compared as
 * the number that it is.
 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"
#include "model/bind.h"
#include "model/decimal.h"
#include "model/error.h"

typedef struct
{
  const BoundCheck *bound;
  const char *column; /* quoted */
  GString *out;
} Writer;

static void
begin_term (const Writer *writer)
{
  if (writer->out->len > 0)
    g_string_append (writer->out, " AND ");
}

/* The number without zeros at its end: "12.5" of "12.50", "12" of "12.00". */
static char *
trim_decimal (const Value *value)
{
  char *text = g_strndup (value->text.bytes, value->text.length);
  gsize length = strlen (text);

  if (strchr (text, '.') == NULL)
    return text;
  while (text[length - 1] == '0')
    length--;
  text[text[length - 1] == '.' ? length - 1 : length] = '\0';
  return text;
}

/* Canonical numbers of one sign and as many digits before the point are in the order of
 * their bytes; negative ones in the opposite order.  Zeros at the end of a fraction,
 * which an application may write or not, must not count. */
static void
append_decimal_text_bound (const Writer *writer, const char *limit, gboolean is_min)
{
  const char *column = writer->column;
  gboolean negative = *limit == '-';
  gboolean is_further = is_min != negative; /* further from zero than the limit */
  gsize n_whole = strcspn (limit, ".");

  g_string_append_printf (writer->out, "substr(%s, 1, 1) %s '-' %s (", column,
                          is_min ? "<>" : "=", is_further ? "AND" : "OR");
  g_string_append_printf (writer->out,
                          "instr(%s || '.', '.') %s %" G_GSIZE_FORMAT
                          " OR instr(%s || '.', '.') = %" G_GSIZE_FORMAT " AND ",
                          column, is_further ? ">" : "<", n_whole + 1, column,
                          n_whole + 1);
  if (is_further)
    g_string_append_printf (writer->out, "%s COLLATE BINARY >= '%s')", column, limit);
  else
    g_string_append_printf (
        writer->out, "rtrim(rtrim(%s, '0'), '.') COLLATE BINARY <= '%s')", column, limit);
}

static void
append_decimal_bound (const Writer *writer, const Value *limit, gboolean is_min)
{
  g_autofree char *trimmed = trim_decimal (limit);

  g_string_append_printf (writer->out, "CASE typeof(%s) WHEN 'text' THEN ",
                          writer->column);
  append_decimal_text_bound (writer, trimmed, is_min);
  g_string_append_printf (writer->out, " ELSE %s %s %s END", writer->column,
                          is_min ? ">=" : "<=", trimmed);
}

static void
append_bound (const Writer *writer, gboolean has_limit, const Value *limit,
              gboolean is_min)
{
  const TypeSpec *type = &writer->bound->type;
  const char *sign = is_min ? ">=" : "<=";

  if (!has_limit || value_is_null (limit))
    return;
  begin_term (writer);
  if (type->base == COLUMN_TYPE_DECIMAL)
    append_decimal_bound (writer, limit, is_min);
  else if (type->base == COLUMN_TYPE_TIMESTAMPTZ)
    {
      /* The final Z sorts after the point of a fraction. */
      Value bare = value_text (limit->text.bytes, limit->text.length - 1);

      g_string_append_printf (writer->out, "rtrim(%s, 'Z') COLLATE BINARY %s ",
                              writer->column, sign);
      sqlite_append_literal (writer->out, type, &bare);
    }
  else
    {
      g_string_append_printf (writer->out, "%s COLLATE BINARY %s ", writer->column, sign);
      sqlite_append_literal (writer->out, type, limit);
    }
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
  g_string_append_printf (writer->out, "(%s IS NULL OR %s COLLATE BINARY IN (",
                          writer->column, writer->column);
  for (guint i = 0; i < bound->n_in; i++)
    if (!value_is_null (&bound->in[i]))
      {
        g_string_append (writer->out, separator);
        sqlite_append_literal (writer->out, &bound->type, &bound->in[i]);
        separator = ", ";
      }
  g_string_append (writer->out, "))");
}

static void
append_length (const Writer *writer, gboolean is_given, const char *sign, guint length)
{
  if (!is_given)
    return;
  begin_term (writer);
  g_string_append_printf (writer->out, "length(%s) %s %u", writer->column, sign, length);
}

static const char *
expression_text (const Constraint *constraint, GError **error)
{
  const char *text = engine_text_for (constraint->check.expression, "sqlite");

  if (text == NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                 "check '%s' has no expression for sqlite", constraint->name);
  return text;
}

const char *
sqlite_check_text (const Table *table, const Constraint *constraint, Arena *arena,
                   GError **error)
{
  const Check *check = &constraint->check;
  g_autoptr (GString) out = g_string_new (NULL);
  BoundCheck bound;
  Writer writer = { &bound, NULL, out };

  if (check->column == NULL)
    return expression_text (constraint, error);
  if (!bind_check (table, constraint, arena, &bound, error))
    return NULL;
  writer.column = sqlite_identifier (arena, table_column (table, bound.column)->name);
  append_bound (&writer, bound.has_min, &bound.min, TRUE);
  append_bound (&writer, bound.has_max, &bound.max, FALSE);
  append_in (&writer);
  append_length (&writer, check->not_empty, ">", 0);
  append_length (&writer, check->has_min_length, ">=", check->min_length);
  append_length (&writer, check->has_max_length, "<=", check->max_length);
  return out->len > 0 ? arena_strndup (arena, out->str, out->len) : "1";
}

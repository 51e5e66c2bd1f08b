/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of MariaDB.
 */
#include "config.h"

#include "engine/mariadb/words.h"

#include "engine/mariadb/named.h"
#include "engine/mariadb/sql_text.h"
#include "engine/sql/own_name.h"
#include "model/error.h"
#include "model/transform_stage.h"

/* Neither letters of another case nor spaces at the end are the same. */
const char *
mariadb_same (const TypeSpec *type, const char *a, const char *b, gboolean differs,
              Arena *arena)
{
  if (column_type_is_text (type->base) || type->base == COLUMN_TYPE_JSON)
    {
      a = mariadb_as_text (arena, a);
      b = mariadb_as_text (arena, b);
    }
  return arena_printf (arena, differs ? "NOT (%s <=> %s)" : "(%s <=> %s)", a, b);
}

/* Names that SQL of the user's knows ---------------------------------------------- */

typedef struct
{
  const char *name;
  const char *operand;
} Known;

/* The user's SQL. */
static const char *
text_of (const BoundTransform *transform)
{
  return engine_text_for (transform->stages[0].stage->expression, "mariadb");
}

static gboolean
is_among (const char *const *names, const char *name)
{
  for (; *names != NULL; names++)
    if (g_ascii_strcasecmp (*names, name) == 0)
      return TRUE;
  return FALSE;
}

/* What the user's SQL, which is the first stage, reads: each by the name that it had when
 * the file was bound, as one that gets another type changes its name in the end.  To the
 * way back the new column is there by the name that the file has for both, too.
 * @known: gets them; those that it does not name, or that are called so by themselves,
 * only with @all */
static guint
find_known (const BoundTransform *transform, const Table *table,
            const char *const *inputs, gboolean all, Known *known, Arena *arena)
{
  const BoundStage *stage = &transform->stages[0];
  const char *own = own_name_of_input (table, transform);
  guint n = 0;

  for (guint i = 0; i < stage->n_inputs; i++)
    known[n++] = (Known){ stage->inputs[i]->name, inputs[i] };
  if (own != NULL)
    known[n++] = (Known){ own, inputs[0] };
  const char *const *named = all ? NULL : maria_named (text_of (transform), arena);
  for (guint i = 0; !all && i < n;)
    if (!is_among (named, known[i].name)
        || g_str_has_suffix (known[i].operand, mariadb_identifier (arena, known[i].name)))
      known[i] = known[--n];
    else
      i++;
  return n;
}

static Known *
new_known (const BoundTransform *transform, Arena *arena)
{
  return arena_new_array (arena, Known, transform->stages[0].n_inputs + 1);
}

static gboolean
is_known (const Known *known, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp (known[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

static void
append_item (GString *list, const char *operand, const char *name, Arena *arena)
{
  g_string_append_printf (list, "%s%s AS %s", list->len > 0 ? ", " : "", operand,
                          mariadb_identifier (arena, name));
}

/* The columns of the row that the user's SQL names and that it does not know by another
 * operand. @row: "NEW."; or NULL: they are null
 * @but: is not there */
static void
append_named (GString *list, const char *text, const Table *table, const Known *known,
              guint n, const char *row, const char *const *but, Arena *arena)
{
  const char *const *names = maria_named (text, arena);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, names[i]);
      if (is_known (known, n, names[i]) || is_among (but, names[i]))
        continue;
      if (column == NULL)
        g_ptr_array_add (others, (gpointer) names[i]);
      else
        append_item (list,
                     row != NULL ? arena_printf (arena, "%s%s", row,
                                                 mariadb_identifier (arena, column->name))
                                 : "NULL",
                     column->name, arena);
    }
  if (list->len == 0)
    append_item (list, "NULL", "zdm_none", arena);
  g_string_append (list, maria_named_mark (arena_ptr_array (arena, others), arena));
}

/* A row as a table, whose columns the user's SQL names: NEW, or one of nulls. */
static const char *
one_row (const BoundTransform *transform, const Table *table, const char *const *inputs,
         const char *row, const char *const *but, Arena *arena)
{
  Known *known = new_known (transform, arena);
  guint n = find_known (transform, table, inputs, TRUE, known, arena);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    append_item (list, known[i].operand, known[i].name, arena);
  append_named (list, text_of (transform), table, known, n, row, but, arena);
  return arena_printf (arena, "(SELECT %s) AS %s", list->str,
                       mariadb_identifier (arena, table->name));
}

static const char *
new_row (const BoundTransform *transform, const Table *table, const char *const *inputs,
         Arena *arena)
{
  static const char *const none[] = { NULL };

  return one_row (transform, table, inputs, "NEW.", none, arena);
}

/* Where it is asked no aggregate and no window function is taken, as in an UPDATE. */
const char *
mariadb_question_over (const char *text, const char *rows, Arena *arena)
{
  return arena_printf (arena, "SELECT 1 FROM %s WHERE (%s\n) IS NULL", rows, text);
}

const char *
mariadb_question (const BoundTransform *transform, const Table *table,
                  const char *const *but, Arena *arena)
{
  const BoundStage *stage = &transform->stages[0];
  const char **inputs = arena_new_array (arena, const char *, stage->n_inputs + 1);

  for (guint i = 0; i < stage->n_inputs; i++)
    inputs[i] = "NULL";
  return mariadb_question_over (
      text_of (transform), one_row (transform, table, inputs, NULL, but, arena), arena);
}

const char *
mariadb_named_changed (const BoundTransform *transform, const Table *table,
                       const char *const *inputs, Arena *arena)
{
  Known *known = new_known (transform, arena);
  guint n = find_known (transform, table, inputs, TRUE, known, arena);
  const char *const *names = maria_named (text_of (transform), arena);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, names[i]);
      if (is_known (known, n, names[i]))
        continue;
      if (column == NULL)
        {
          g_ptr_array_add (others, (gpointer) names[i]);
          continue;
        }
      const char *name = mariadb_identifier (arena, column->name);
      g_string_append_printf (
          text, " OR %s",
          mariadb_same (&column->type, arena_printf (arena, "NEW.%s", name),
                        arena_printf (arena, "OLD.%s", name), TRUE, arena));
    }
  g_string_append (text,
                   maria_named_changed_mark (arena_ptr_array (arena, others), arena));
  return arena_strdup (arena, text->str);
}

const char *
mariadb_question_of (const char *text, const Table *table, Arena *arena)
{
  static const char *const none[] = { NULL };
  g_autoptr (GString) list = g_string_new (NULL);

  append_named (list, text, table, NULL, 0, NULL, none, arena);
  return mariadb_question_over (text,
                                arena_printf (arena, "(SELECT %s) AS %s", list->str,
                                              mariadb_identifier (arena, table->name)),
                                arena);
}

/* The row itself again, by its key, with the names that the user's SQL knows, also behind
 * the table's: a subquery in FROM cannot speak of a row outside of it. */
static const char *
same_row (const Table *table, const Known *known, guint n, const char *value,
          Arena *arena)
{
  const char *name = mariadb_identifier (arena, table->name);
  g_autoptr (GString) list = g_string_new (NULL), match = g_string_new (NULL);
  const Constraint *key = table_primary_key (table);

  for (guint i = 0; i < n; i++)
    append_item (list, known[i].operand, known[i].name, arena);
  for (guint i = 0; key->columns[i] != NULL; i++)
    {
      const char *column = mariadb_identifier (arena, key->columns[i]);
      g_string_append_printf (list, ", %s.%s AS zdm_key_%u", name, column, i);
      g_string_append_printf (match, "%s%s.zdm_key_%u = %s.%s", i > 0 ? " AND " : "",
                              name, i, name, column);
    }
  return arena_printf (arena, "(SELECT %s FROM (SELECT %s FROM %s) AS %s WHERE %s)",
                       value, list->str, name, name, match->str);
}

/* With the operand of one column in the place of its name; (nullable). */
static const char *
renamed (const Table *table, const Known *known, guint n, const char *value, Arena *arena)
{
  return n == 1 && !maria_has_subquery (value) && !maria_has_subquery (known->operand)
             ? maria_named_by (value, table->name, known->name, known->operand, arena)
             : NULL;
}

static gboolean
read_by_name (const BoundTransform *transform, const Table *table,
              const char *const *inputs, gboolean in_trigger, Arena *arena,
              SqlExpression *expression, GError **error)
{
  Known *known = new_known (transform, arena);
  guint n = find_known (transform, table, inputs, FALSE, known, arena);
  const char *value;

  if (in_trigger)
    expression->value = arena_printf (arena, "(SELECT %s FROM %s)", expression->value,
                                      new_row (transform, table, inputs, arena));
  else if (n == 0)
    return TRUE;
  else if ((value = renamed (table, known, n, expression->value, arena)) != NULL)
    expression->value = value;
  else if (table_primary_key (table) != NULL)
    expression->value = same_row (table, known, n, expression->value, arena);
  else
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "your SQL reads a column of '%s' that changes its name: declare the "
                   "primary key of the table, by which the row can be found",
                   table->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
expression_of (const BoundTransform *transform, const Table *table,
               const char *const *inputs, gboolean in_trigger, Arena *arena,
               SqlExpression *expression, GError **error)
{
  return mariadb_expression (transform, inputs, arena, expression, error)
         && (!bound_transform_needs_database (transform)
             || read_by_name (transform, table, inputs, in_trigger, arena, expression,
                              error));
}

static const char *
sum_of (Arena *arena, const TypeSpec *type, const char *operand)
{
  if (type->base != COLUMN_TYPE_BIGINT && type->base != COLUMN_TYPE_INTEGER)
    return arena_printf (arena, "SUM(%s)", operand);
  return arena_printf (arena,
                       "CASE WHEN SUM(%s) BETWEEN -9223372036854775808 AND "
                       "9223372036854775807 THEN CAST(SUM(%s) AS SIGNED) END",
                       operand, operand);
}

const SqlWords mariadb_words = {
  .identifier = mariadb_identifier,
  .table = mariadb_identifier,
  .same = mariadb_same,
  .alike = mariadb_same,
  .expression = expression_of,
  .exact_text = mariadb_as_text,
  .sum = sum_of,
};

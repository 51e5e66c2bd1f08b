/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's parse tree: names, types, options.
 */
#include "config.h"

#include "safety/sql_postgres_node.h"

#include <string.h>

const char *
pg_string (const PgNode *node)
{
  return PG_NODE_IS (node, STRING) ? node->string->sval : NULL;
}

const char *
pg_last_name (PgNode *const *parts, gsize n)
{
  return n > 0 ? pg_string (parts[n - 1]) : NULL;
}

const char *
pg_schema_name (PgNode *const *parts, gsize n)
{
  return n > 1 ? pg_string (parts[n - 2]) : NULL;
}

const char *const *
pg_names (const SqlCollector *collector, PgNode *const *list, gsize n)
{
  const char **names = arena_new_array (collector->arena, const char *, n + 1);
  gsize n_names = 0;

  PG_FOREACH (item, list, n)
  {
    const char *name = sql_collector_copy (collector, pg_string (item));
    if (name != NULL)
      names[n_names++] = name;
  }
  return names;
}

/* Off is "false", "off" and 0. */
static gboolean
is_off (const PgNode *value)
{
  const char *text = pg_string (value);

  if (PG_NODE_IS (value, INTEGER))
    return value->integer->ival == 0;
  if (PG_NODE_IS (value, BOOLEAN))
    return !value->boolean->boolval;
  return text != NULL
         && (g_ascii_strcasecmp (text, "false") == 0
             || g_ascii_strcasecmp (text, "off") == 0);
}

gboolean
pg_option_is_on (PgNode *const *options, gsize n, const char *name)
{
  gboolean on = FALSE;

  PG_FOREACH (option, options, n)
  {
    if (PG_NODE_IS (option, DEF_ELEM)
        && g_ascii_strcasecmp (option->def_elem->defname, name) == 0)
      on = !is_off (option->def_elem->arg);
  }
  return on;
}

/* Types ----------------------------------------------------------------------- */

/* The catalogue's names of types that SQL calls otherwise. */
static const struct
{
  const char *internal, *sql;
} TYPE_NAMES[] = {
  { "int2", "smallint" },
  { "int4", "integer" },
  { "int8", "bigint" },
  { "float4", "real" },
  { "float8", "double precision" },
  { "bool", "boolean" },
  { "bpchar", "char" },
  { "decimal", "numeric" },
  { "int", "integer" },
  { "serial2", "smallserial" },
  { "serial4", "serial" },
  { "serial8", "bigserial" },
};

static const char *
type_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (TYPE_NAMES); i++)
    if (g_str_equal (TYPE_NAMES[i].internal, name))
      return TYPE_NAMES[i].sql;
  return name;
}

static void
append_sizes (const SqlCollector *collector, GString *text, const PgQuery__TypeName *type)
{
  /* The first number of an interval is a mask of its fields. */
  if (g_str_has_prefix (text->str, "interval"))
    return;
  const char *separator = "(";
  PG_FOREACH (size, type->typmods, type->n_typmods)
  {
    const char *number = pg_literal_text (collector, size);
    g_string_append_printf (text, "%s%s", separator, number != NULL ? number : "?");
    separator = ",";
  }
  if (type->n_typmods > 0)
    g_string_append_c (text, ')');
  if (g_str_equal (text->str, "char(1)"))
    g_string_truncate (text, strlen ("char"));
}

const char *
pg_type_text (const SqlCollector *collector, const PgQuery__TypeName *type)
{
  const char *name = type != NULL ? pg_last_name (type->names, type->n_names) : NULL;
  const char *schema = type != NULL ? pg_schema_name (type->names, type->n_names) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (name == NULL)
    return NULL;
  if (schema != NULL && !g_str_equal (schema, "pg_catalog"))
    g_string_append_printf (text, "%s.%s", schema, name);
  else
    g_string_append (text, type_name (name));
  append_sizes (collector, text, type);
  for (gsize i = 0; i < type->n_array_bounds; i++)
    g_string_append (text, "[]");
  return arena_strdup (collector->arena, text->str);
}

const char *
pg_literal_text (const SqlCollector *collector, const PgNode *node)
{
  if (PG_NODE_IS (node, A_CONST))
    switch (node->a_const->val_case)
      {
      case PG_QUERY__A__CONST__VAL_IVAL:
        return arena_printf (collector->arena, "%d", node->a_const->ival->ival);
      case PG_QUERY__A__CONST__VAL_FVAL:
        return arena_strdup (collector->arena, node->a_const->fval->fval);
      case PG_QUERY__A__CONST__VAL_SVAL:
        return arena_strdup (collector->arena, node->a_const->sval->sval);
      case PG_QUERY__A__CONST__VAL_BOOLVAL:
        return node->a_const->boolval->boolval ? "true" : "false";
      default:
        return NULL;
      }
  if (PG_NODE_IS (node, TYPE_CAST))
    return pg_literal_text (collector, node->type_cast->arg);
  return NULL;
}

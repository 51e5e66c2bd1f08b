/* SPDX-License-Identifier: Apache-2.0
 *
 * What has another name is put into a row beside, in which SQL looks first.  A column
 * that is named with its table is pointed there, word by word.
 */
#include "config.h"

#include "engine/postgres/row_sql.h"

#include <string.h>

#include "engine/postgres/sql_text.h"
#include "engine/sql/own_name.h"
#include "model/error.h"
#include "model/table_name.h"
#include "safety/sql_lexer.h"

#define BESIDE "zdm_given"

/* A name as it may stand in SQL: "column", "table.column", "schema.table.column". */
#define MAX_PARTS 3

typedef struct
{
  const char *parts[MAX_PARTS];
  guint n;
  gsize start, end;
  gboolean is_call;
} Name;

typedef struct
{
  const char *text;
  const Table *table;
  TableName own;       /* of the table */
  TableName alias;     /* its second name; or NULL */
  GPtrArray *given;    /* const char *: the columns that are beside */
  GString *list;       /* "NEW.\"zdm_old_a\" AS \"a\", …" */
  const char *renamed; /* a column of the table that has another name; or NULL */
  Arena *arena;
} RowSql;

/* What is beside ------------------------------------------------------------------ */

static void
give (RowSql *self, const char *operand, const char *name)
{
  const char *quoted = postgres_identifier (self->arena, name);

  if (g_str_has_suffix (operand, quoted))
    return;
  g_string_append_printf (self->list, "%s%s AS %s", self->list->len > 0 ? ", " : "",
                          operand, quoted);
  /* What a lookup finds is no column of the table. */
  if (operand[0] == '(')
    return;
  g_ptr_array_add (self->given, (gpointer) name);
  self->renamed = name;
}

static void
give_all (RowSql *self, const BoundTransform *transform, const char *const *inputs)
{
  const BoundStage *stage = &transform->stages[0];
  const char *own = own_name_of_input (self->table, transform);

  for (guint i = 0; i < stage->n_inputs; i++)
    give (self, inputs[i], stage->inputs[i]->name);
  if (own != NULL)
    give (self, inputs[0], own);
}

/* Names --------------------------------------------------------------------------- */

static GArray *
read_tokens (const char *text)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (SqlToken));
  SqlLexer lexer;
  SqlToken token;

  sql_lexer_init (&lexer, text, 0, strlen (text), TARGET_POSTGRES);
  while (sql_lexer_next_code (&lexer, &token))
    g_array_append_val (tokens, token);
  return tokens;
}

static gboolean
is_sign (const RowSql *self, const GArray *tokens, guint i, char sign)
{
  const SqlToken *token = i < tokens->len ? &g_array_index (tokens, SqlToken, i) : NULL;

  return token != NULL && token->kind == SQL_TOKEN_SIGN
         && self->text[token->start] == sign;
}

/* As the server reads it; NULL: it is none. */
static const char *
read_part (const RowSql *self, const GArray *tokens, guint i)
{
  if (i >= tokens->len)
    return NULL;
  const SqlToken *token = &g_array_index (tokens, SqlToken, i);
  g_autofree char *text
      = g_strndup (self->text + token->start, token->end - token->start);
  if (token->kind == SQL_TOKEN_WORD)
    {
      g_autofree char *folded = g_ascii_strdown (text, -1);
      return arena_strdup (self->arena, folded);
    }
  if (token->kind != SQL_TOKEN_QUOTED)
    return is_sign (self, tokens, i, '*') ? "*" : NULL;
  g_autoptr (GString) name = g_string_new_len (text + 1, (gssize) strlen (text) - 2);
  g_string_replace (name, "\"\"", "\"", 0);
  return arena_strdup (self->arena, name->str);
}

/* @i: of its first token; gets that of the token behind it */
static gboolean
read_name (const RowSql *self, const GArray *tokens, guint *i, Name *name)
{
  const char *part = read_part (self, tokens, *i);

  *name = (Name){ .start = g_array_index (tokens, SqlToken, *i).start };
  for (; part != NULL; part = read_part (self, tokens, *i))
    {
      if (name->n < MAX_PARTS)
        name->parts[name->n] = part;
      name->n++;
      name->end = g_array_index (tokens, SqlToken, *i).end;
      (*i)++;
      if (!is_sign (self, tokens, *i, '.'))
        break;
      (*i)++;
    }
  if (name->n == 0)
    (*i)++;
  name->is_call = is_sign (self, tokens, *i, '(');
  return name->n > 0 && name->n <= MAX_PARTS && !name->is_call;
}

static gboolean
is_of (const Name *name, const TableName *table)
{
  return table->name != NULL && g_str_equal (name->parts[name->n - 2], table->name)
         && (name->n < 3 || table->schema == NULL
             || g_str_equal (name->parts[0], table->schema));
}

/* The column of the row that the name says with its table; NULL: it does not. */
static const char *
qualified (const RowSql *self, const Name *name)
{
  return name->n >= 2 && (is_of (name, &self->own) || is_of (name, &self->alias))
             ? name->parts[name->n - 1]
             : NULL;
}

/* Whether it is the table, or its row as a whole. */
static gboolean
is_table (const RowSql *self, const Name *name)
{
  const char *column = qualified (self, name);

  if (column != NULL)
    return g_str_equal (column, "*");
  return name->n < 3 && g_str_equal (name->parts[name->n - 1], self->own.name)
         && table_find_column (self->table, self->own.name) == NULL;
}

static gboolean
names_table (const RowSql *self, const GArray *tokens)
{
  Name name;

  for (guint i = 0; i < tokens->len;)
    if (read_name (self, tokens, &i, &name) && is_table (self, &name))
      return TRUE;
  return FALSE;
}

/* In a trigger the row has no schema. */
static const char *
point_names (const RowSql *self, const GArray *tokens)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize at = 0;
  Name name;

  for (guint i = 0; i < tokens->len;)
    {
      const char *column
          = read_name (self, tokens, &i, &name) ? qualified (self, &name) : NULL;
      if (column == NULL)
        continue;
      const char *row
          = g_ptr_array_find_with_equal_func (self->given, column, g_str_equal, NULL)
                ? BESIDE
                : postgres_identifier (self->arena, self->own.name);
      g_string_append_len (out, self->text + at, (gssize) (name.start - at));
      g_string_append_printf (out, "%s.%s", row,
                              postgres_identifier (self->arena, column));
      at = name.end;
    }
  g_string_append (out, self->text + at);
  return arena_strdup (self->arena, out->str);
}

/* FALSE: a row of the table would have the wrong column under the name. */
static gboolean
point (RowSql *self, GError **error)
{
  g_autoptr (GArray) tokens = read_tokens (self->text);

  if (self->table == NULL)
    return TRUE;
  if (!names_table (self, tokens))
    {
      self->text = point_names (self, tokens);
      return TRUE;
    }
  if (self->renamed == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "your SQL reads '%s' as a table or a row, in which '%s' is another column "
               "for a while: name columns of the row only",
               self->own.name, self->renamed);
  return FALSE;
}

static void
set_names (RowSql *self)
{
  if (self->table == NULL)
    return;
  self->own = table_name_parse (self->table->name, self->arena);
  if (self->table->alias != NULL)
    self->alias = table_name_parse (self->table->alias, self->arena);
}

const char *
pg_row_sql (const char *text, const BoundTransform *transform, const Table *table,
            const char *const *inputs, Arena *arena, GError **error)
{
  g_autoptr (GPtrArray) given = g_ptr_array_new ();
  g_autoptr (GString) list = g_string_new (NULL);
  RowSql self
      = { .text = text, .table = table, .given = given, .list = list, .arena = arena };

  set_names (&self);
  give_all (&self, transform, inputs);
  if (!point (&self, error))
    return NULL;
  /* The line's end closes a comment that the text may end with. */
  const char *end = strstr (text, "--") != NULL ? "\n" : "";
  if (list->len == 0)
    return arena_printf (arena, "(%s%s)", self.text, end);
  return arena_printf (arena, "(SELECT %s%s FROM (SELECT %s) AS " BESIDE ")", self.text,
                       end, list->str);
}

/* What is read -------------------------------------------------------------------- */

/* Words that are no columns' names
 * (https://www.postgresql.org/docs/current/sql-keywords-appendix.html). */
static const char *const RESERVED[] = { "all",
                                        "and",
                                        "any",
                                        "array",
                                        "as",
                                        "asc",
                                        "asymmetric",
                                        "between",
                                        "both",
                                        "case",
                                        "cast",
                                        "collate",
                                        "cross",
                                        "current_date",
                                        "desc",
                                        "distinct",
                                        "else",
                                        "end",
                                        "escape",
                                        "except",
                                        "exists",
                                        "false",
                                        "from",
                                        "full",
                                        "group",
                                        "having",
                                        "ilike",
                                        "in",
                                        "inner",
                                        "is",
                                        "isnull",
                                        "join",
                                        "leading",
                                        "left",
                                        "like",
                                        "limit",
                                        "not",
                                        "notnull",
                                        "null",
                                        "offset",
                                        "on",
                                        "or",
                                        "order",
                                        "right",
                                        "select",
                                        "similar",
                                        "some",
                                        "symmetric",
                                        "then",
                                        "trailing",
                                        "true",
                                        "union",
                                        "using",
                                        "when",
                                        "where",
                                        "with",
                                        "current_user",
                                        "session_user",
                                        "user",
                                        "localtime",
                                        "localtimestamp",
                                        "current_time",
                                        "current_timestamp",
                                        NULL };

static void
add_name (GPtrArray *names, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, (gpointer) name);
}

/* Behind "::" stands a type. */
static gboolean
is_type (const RowSql *self, const GArray *tokens, guint i)
{
  return i >= 2 && is_sign (self, tokens, i - 1, ':')
         && is_sign (self, tokens, i - 2, ':');
}

static void
add_read (const RowSql *self, const Name *name, gboolean is_word, PgRowReads *reads)
{
  const char *column = qualified (self, name);

  if (column == NULL)
    column = name->parts[0];
  if (is_table (self, name))
    reads->all = TRUE;
  else if (table_find_column (self->table, column) != NULL)
    add_name (reads->columns, column);
  else if (!is_word || !name_list_contains (RESERVED, column))
    add_name (reads->others, column);
}

void
pg_row_sql_reads (const BoundTransform *transform, const Table *table, PgRowReads *reads,
                  Arena *arena)
{
  const char *text = engine_text_for (transform->stages[0].stage->expression, "postgres");
  RowSql self = { .text = text, .table = table, .arena = arena };
  Name name;

  if (text == NULL)
    return;
  set_names (&self);
  g_autoptr (GArray) tokens = read_tokens (text);
  for (guint i = 0; i < tokens->len;)
    {
      guint first = i;
      const SqlToken *token = &g_array_index (tokens, SqlToken, i);
      if (read_name (&self, tokens, &i, &name) && !is_type (&self, tokens, first)
          && !g_str_equal (name.parts[0], "*"))
        add_read (&self, &name, name.n == 1 && token->kind == SQL_TOKEN_WORD, reads);
    }
}

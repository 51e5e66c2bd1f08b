/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types of a file.
 *
 * CHAR alone is CHAR(1); VARCHAR needs a length.  DECIMAL has at most 38 digits, which is
 * what every engine keeps exactly; without sizes it is unbounded.
 */
#include "config.h"

#include "load/load_type.h"

#include <string.h>

#include "load/scalar.h"

/* MariaDB's VARCHAR ends at 65,535 bytes a row: 16,383 characters of utf8mb4. */
#define MAX_VARCHAR 16383
#define MAX_CHAR 255
#define MAX_PRECISION 38

/* Names other tools have for our types. */
static const struct
{
  const char *other;
  const char *ours;
} SYNONYMS[] = {
  { "INT", "INTEGER" },        { "SMALLINT", "INTEGER" }, { "INT4", "INTEGER" },
  { "INT8", "BIGINT" },        { "LONG", "BIGINT" },      { "STRING", "TEXT" },
  { "STR", "TEXT" },           { "BOOL", "BOOLEAN" },     { "FLOAT", "DOUBLE" },
  { "REAL", "DOUBLE" },        { "NUMERIC", "DECIMAL" },  { "MONEY", "DECIMAL" },
  { "DATETIME", "TIMESTAMP" }, { "JSONB", "JSON" },       { "BYTEA", "BLOB" },
  { "BINARY", "BLOB" },        { "BYTES", "BLOB" },       { "GUID", "UUID" },
  { "NVARCHAR", "VARCHAR" },   { "CHARACTER", "CHAR" },
};

void
read_node (G_GNUC_UNUSED Reader *reader, const Node *node, gpointer field,
           G_GNUC_UNUSED gconstpointer data)
{
  *(const Node **) field = node;
}

static const char *
type_help (Reader *reader, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (SYNONYMS); i++)
    if (g_ascii_strcasecmp (SYNONYMS[i].other, word) == 0)
      return arena_printf (reader->arena, "the name here is %s", SYNONYMS[i].ours);
  return reader_suggest (reader, word, column_type_names ());
}

static const char *
all_types (Reader *reader)
{
  g_autofree char *all = g_strjoinv (", ", (char **) column_type_names ());

  return arena_printf (reader->arena, "the types are: %s", all);
}

static gboolean
unknown_type (Reader *reader, const Node *node, const char *word)
{
  g_autofree char *upper = g_ascii_strup (word, -1);
  const char *help = type_help (reader, upper);

  reader_error (reader, node, help != NULL ? help : all_types (reader), "unknown type %s",
                reader_show (reader, node));
  return FALSE;
}

/* ---- sizes in the text: WORD(arguments) ---- */

static gboolean
parse_size (const char *text, guint *size)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &value, NULL))
    return FALSE;
  *size = (guint) value;
  return TRUE;
}

static gboolean
decimal_arguments (char **arguments, guint n, TypeSpec *type)
{
  return n <= 2 && parse_size (arguments[0], &type->precision) && type->precision > 0
         && (n == 1 || parse_size (arguments[1], &type->scale));
}

static char *
unquoted (char *word)
{
  gsize length = strlen (word);

  if (length < 2 || word[0] != '\'' || word[length - 1] != '\'')
    return word;
  word[length - 1] = '\0';
  return word + 1;
}

static gboolean
enum_arguments (Reader *reader, char **arguments, guint n, TypeSpec *type)
{
  const char **values = arena_new_array (reader->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      values[i] = arena_strdup (reader->arena, unquoted (arguments[i]));
      if (*values[i] == '\0'
          || g_strv_contains ((const char *const *) arguments + i + 1, arguments[i]))
        return FALSE;
    }
  type->values = values;
  return TRUE;
}

static gboolean
parse_arguments (Reader *reader, char *text, TypeSpec *type)
{
  g_auto (GStrv) arguments = g_strsplit (text, ",", -1);
  guint n = g_strv_length (arguments);

  for (guint i = 0; i < n; i++)
    g_strstrip (arguments[i]);
  if (n == 0)
    return FALSE;
  switch (type->base)
    {
    case COLUMN_TYPE_VARCHAR:
    case COLUMN_TYPE_CHAR:
      return n == 1 && parse_size (arguments[0], &type->length) && type->length > 0;
    case COLUMN_TYPE_DECIMAL:
      return decimal_arguments (arguments, n, type);
    case COLUMN_TYPE_ENUM:
      return enum_arguments (reader, arguments, n, type);
    default:
      return FALSE;
    }
}

static void
split_type_error (Reader *reader, const Node *node)
{
  reader_error (reader, node,
                "quote the type, \"DECIMAL(10,2)\", or write the sizes as keys: "
                "type: DECIMAL, precision: 10, scale: 2",
                "the type %s is cut off: YAML splits it at the comma",
                reader_show (reader, node));
}

/* The word into @type->base, the arguments, if any, into the sizes. */
static gboolean
parse_type_text (Reader *reader, const Node *node, TypeSpec *type)
{
  g_autofree char *text = g_strndup (node->text, node->length);
  char *open = strchr (text, '(');
  char *close = open != NULL ? strrchr (open, ')') : NULL;

  if (open != NULL && close == NULL && node->plain)
    {
      split_type_error (reader, node);
      return FALSE;
    }
  if (open != NULL)
    *open = '\0';
  if (!column_type_from_string (g_strchomp (text), &type->base))
    return unknown_type (reader, node, text);
  if (open == NULL)
    return TRUE;
  if (close != NULL && close[1] == '\0')
    {
      *close = '\0';
      if (parse_arguments (reader, open + 1, type))
        return TRUE;
    }
  reader_error (reader, node, "for example VARCHAR(80), \"DECIMAL(10,2)\", \"ENUM(a,b)\"",
                "the sizes in %s make no sense", reader_show (reader, node));
  return FALSE;
}

/* ---- sizes beside it ---- */

static gboolean
size_key_fits (Reader *reader, const Node *node, const char *key, const TypeSpec *type,
               gboolean fits)
{
  if (node == NULL)
    return FALSE;
  reader->what = key;
  if (!fits)
    reader_error (reader, node, NULL, "'%s' does not go with %s", key,
                  column_type_to_string (type->base));
  return fits;
}

static void
read_enum_values (Reader *reader, const Node *node, TypeSpec *type)
{
  read_name_list (reader, node, &type->values, NULL);
}

static void
read_sizes (Reader *reader, const TypeDraft *draft, TypeSpec *type)
{
  gboolean has_length
      = type->base == COLUMN_TYPE_VARCHAR || type->base == COLUMN_TYPE_CHAR;
  gboolean is_decimal = type->base == COLUMN_TYPE_DECIMAL;

  if (size_key_fits (reader, draft->length, "length", type, has_length))
    read_count (reader, draft->length, &type->length, NULL);
  if (size_key_fits (reader, draft->precision, "precision", type, is_decimal))
    read_count (reader, draft->precision, &type->precision, NULL);
  if (size_key_fits (reader, draft->scale, "scale", type, is_decimal))
    read_count (reader, draft->scale, &type->scale, NULL);
  if (size_key_fits (reader, draft->values, "values", type,
                     type->base == COLUMN_TYPE_ENUM))
    read_enum_values (reader, draft->values, type);
}

/* ---- what a whole type must hold ---- */

static void
check_length (Reader *reader, const Node *node, const TypeSpec *type, guint maximum)
{
  const char *name = column_type_to_string (type->base);

  if (type->length == 0)
    reader_error (reader, node,
                  arena_printf (reader->arena, "write %s(80), or length: 80", name),
                  "%s needs a length of at least 1", name);
  else if (type->length > maximum)
    reader_error (reader, node, "use TEXT for longer ones",
                  "%s holds at most %u characters", name, maximum);
}

static void
check_decimal (Reader *reader, const Node *node, const TypeSpec *type)
{
  if (type->precision > MAX_PRECISION)
    reader_error (reader, node, NULL, "DECIMAL holds at most %d digits", MAX_PRECISION);
  else if (type->precision == 0 && type->scale > 0)
    reader_error (reader, node, NULL, "'scale' needs 'precision'");
  else if (type->scale > type->precision)
    reader_error (reader, node, NULL, "the scale %u is larger than the precision %u",
                  type->scale, type->precision);
}

static void
check_type (Reader *reader, const TypeDraft *draft, TypeSpec *type)
{
  const Node *node = draft->type;

  if (type->base == COLUMN_TYPE_CHAR && type->length == 0 && draft->length == NULL)
    type->length = 1;
  if (type->base == COLUMN_TYPE_VARCHAR || type->base == COLUMN_TYPE_CHAR)
    check_length (reader, node, type,
                  type->base == COLUMN_TYPE_CHAR ? MAX_CHAR : MAX_VARCHAR);
  else if (type->base == COLUMN_TYPE_DECIMAL)
    check_decimal (reader, node, type);
  else if (type->base == COLUMN_TYPE_ENUM && type->values == NULL
           && draft->values == NULL)
    reader_error (reader, node, "write values: [a, b]", "ENUM needs its values");
}

gboolean
load_type (Reader *reader, const TypeDraft *draft, TypeSpec *type)
{
  guint n_errors = reader->n_errors;
  const char *what = reader->what;
  TypeSpec read = { 0 };

  reader->what = "type";
  if (draft->type->kind != NODE_SCALAR || node_is_null (draft->type))
    reader_expected (reader, draft->type, "a column type");
  else if (parse_type_text (reader, draft->type, &read))
    {
      read_sizes (reader, draft, &read);
      if (reader->n_errors == n_errors)
        check_type (reader, draft, &read);
    }
  reader->what = what;
  if (reader->n_errors != n_errors)
    return FALSE;
  *type = read;
  return TRUE;
}

gboolean
load_type_text (Reader *reader, const Node *node, TypeSpec *type)
{
  TypeDraft draft = { .type = node };

  return load_type (reader, &draft, type);
}

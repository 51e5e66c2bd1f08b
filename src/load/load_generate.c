/* SPDX-License-Identifier: Apache-2.0
 *
 * Seed rows by rule: `rows: { generate: N, values: { column: rule } }`.
 *
 *   { sequence: 7 }        7, 8, 9, …
 *   { pattern: "user{n}" } the row's number, from 1, in place of each {n}
 *   { choice: [a, b] }     one after the other, and again from the first
 *   { constant: v }        stored once
 *
 * No randomness: the same file gives the same rows.
 */
#include "config.h"

#include "load/load_rows.h"

#include <string.h>

#include "load/load_column.h"
#include "load/load_type.h"
#include "load/pattern.h"
#include "load/scalar.h"

#define MAX_ROWS 50000000
/* What the texts of one column may take. */
#define MAX_TEXT_BYTES (G_GUINT64_CONSTANT (4) * 1024 * 1024 * 1024)

typedef struct
{
  gint64 n_rows;
  const Node *values;
} Generate;

typedef struct
{
  const Node *sequence;
  const char *pattern;
  const Literal *const *choice;
  const Literal *constant;
} Generator;

static void
read_n_rows (Reader *reader, const Node *node, gpointer field,
             G_GNUC_UNUSED gconstpointer data)
{
  gint64 n;

  if (scalar_integer (node, &n) && n >= 0 && n <= MAX_ROWS)
    *(gint64 *) field = n;
  else
    reader_expected (reader, node, "a number of rows from 0 to " G_STRINGIFY (MAX_ROWS));
}

static const Key GENERATE_LIST[] = {
  { "generate", KEY_REQUIRED, offsetof (Generate, n_rows), read_n_rows, NULL },
  { "values", KEY_REQUIRED, offsetof (Generate, values), read_node, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable GENERATE_KEYS = { "'rows'", GENERATE_LIST, NULL };

static const Key GENERATOR_LIST[] = {
  { "sequence", KEY_OPTIONAL, offsetof (Generator, sequence), read_node, NULL },
  { "pattern", KEY_OPTIONAL, offsetof (Generator, pattern), read_text, NULL },
  { "choice", KEY_OPTIONAL, offsetof (Generator, choice), read_literals, NULL },
  { "constant", KEY_OPTIONAL, offsetof (Generator, constant), read_literal, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable GENERATOR_KEYS = { "a rule for values", GENERATOR_LIST, NULL };

/* Where and for what values are made. */
typedef struct
{
  Reader *reader;
  const Column *column;
  const Node *node; /* of the rule */
  gint64 n_rows;
} Job;

/* ---- sequence ---- */

static Vector *
make_sequence (const Job *job, const Node *node)
{
  gint64 start, last;
  Value value;
  GError *error = NULL;

  if (type_value_kind (job->column->type.base) != VALUE_INTEGER
      || job->column->type.base == COLUMN_TYPE_BOOLEAN)
    {
      reader_error (job->reader, node, "use { pattern: \"{n}\" }",
                    "a sequence needs an INTEGER or BIGINT column; '%s' is %s",
                    job->column->name, column_type_to_string (job->column->type.base));
      return NULL;
    }
  if (!scalar_integer (node, &start)
      || __builtin_add_overflow (start, MAX (job->n_rows, 1) - 1, &last))
    {
      reader_expected (job->reader, node, "the number to start with");
      return NULL;
    }
  value = value_integer (last);
  if (!type_check (&job->column->type, &value, &error)
      || (value = value_integer (start),
          !type_check (&job->column->type, &value, &error)))
    {
      reader_take_error (job->reader, reader_location (job->reader, node),
                         "the sequence does not fit", error);
      return NULL;
    }
  return vector_new_sequence (start, (gsize) job->n_rows);
}

/* ---- pattern ---- */

/* Text of the type as it is, if only the longest fits. */
static Vector *
make_plain_texts (const Job *job, const Pattern *pattern)
{
  Vector *vector = vector_new (VALUE_TEXT);
  Counter counter = { .n = 0 };

  vector_reserve (vector, (gsize) job->n_rows);
  for (gint64 i = 0; i < job->n_rows; i++)
    {
      counter_next (&counter);
      pattern_write (pattern, &counter,
                     vector_append_text (vector, pattern_length (pattern, &counter)));
    }
  return vector;
}

static Vector *
make_parsed_texts (const Job *job, const Pattern *pattern)
{
  const TypeSpec *type = &job->column->type;
  g_autoptr (Vector) vector = vector_new (type_value_kind (type->base));
  g_autoptr (Arena) scratch = arena_new ();
  Counter counter = { .n = 0 };

  for (gint64 i = 0; i < job->n_rows; i++)
    {
      gsize length;
      char *text;
      Value value;
      GError *error = NULL;

      counter_next (&counter);
      length = pattern_length (pattern, &counter);
      text = arena_alloc (scratch, length + 1);
      pattern_write (pattern, &counter, text);
      if (!type_parse (type, text, length, scratch, &value, &error))
        {
          reader_take_error (job->reader, reader_location (job->reader, job->node),
                             "the pattern does not fit", error);
          return NULL;
        }
      vector_append (vector, &value);
      arena_reset (scratch);
    }
  return g_steal_pointer (&vector);
}

/* Whether every text of the pattern is a value as it stands. */
static gboolean
pattern_is_plain (const Job *job, const Pattern *pattern, const Counter *last)
{
  const TypeSpec *type = &job->column->type;

  return type->base == COLUMN_TYPE_TEXT
         || (type->base == COLUMN_TYPE_VARCHAR
             && pattern_length (pattern, last) <= type->length);
}

static Vector *
make_pattern (const Job *job, const char *text)
{
  g_auto (Pattern) pattern = { 0 };
  Counter last = { .n = 0 };

  pattern_init (&pattern, text);
  counter_set (&last, job->n_rows);
  if ((guint64) job->n_rows * (pattern_length (&pattern, &last) + 1) > MAX_TEXT_BYTES)
    {
      reader_error (job->reader, job->node, NULL,
                    "the values of '%s' take more than 4 GiB", job->column->name);
      return NULL;
    }
  if (pattern_is_plain (job, &pattern, &last))
    return make_plain_texts (job, &pattern);
  return make_parsed_texts (job, &pattern);
}

/* ---- choice and constant ---- */

static gboolean
resolve (const Job *job, const Literal *literal, Value *value)
{
  const Column *column = job->column;

  if (!load_value (job->reader, literal, &column->type, "the value does not fit", value))
    return FALSE;
  if (!value_is_null (value) || column->nullable)
    return TRUE;
  reader_error_at (job->reader, literal->location, NULL, "column '%s' cannot be null",
                   column->name);
  return FALSE;
}

static gsize
longest_text (const Value *values, guint n)
{
  gsize longest = 0;

  for (guint i = 0; i < n; i++)
    if (values[i].kind == VALUE_TEXT)
      longest = MAX (longest, values[i].text.length);
  return longest;
}

static gboolean
resolve_all (const Job *job, const Literal *const *choice, Value *values, guint *n)
{
  gboolean good = TRUE;

  for (*n = 0; choice[*n] != NULL; ++*n)
    good = resolve (job, choice[*n], &values[*n]) && good;
  if (good && (guint64) job->n_rows * (longest_text (values, *n) + 1) > MAX_TEXT_BYTES)
    {
      reader_error (job->reader, job->node, NULL,
                    "the values of '%s' take more than 4 GiB", job->column->name);
      return FALSE;
    }
  return good;
}

static Vector *
make_choice (const Job *job, const Literal *const *choice)
{
  guint n = g_strv_length ((char **) choice);
  g_autofree Value *values = g_new0 (Value, n);

  if (!resolve_all (job, choice, values, &n))
    return NULL;
  return vector_new_cycle (type_value_kind (job->column->type.base), values, n,
                           (gsize) job->n_rows);
}

static Vector *
make_constant (const Job *job, const Literal *literal)
{
  Value value;

  if (!resolve (job, literal, &value))
    return NULL;
  return vector_new_constant (type_value_kind (job->column->type.base), &value,
                              (gsize) job->n_rows);
}

/* ---- a whole table ---- */

static Vector *
make_given (const Job *job)
{
  Generator generator = { 0 };

  if (!reader_mapping (job->reader, job->node, &GENERATOR_KEYS, &generator))
    return NULL;
  if (job->node->length != 1)
    reader_error (job->reader, job->node, NULL,
                  "'%s' needs one of: sequence, pattern, choice, constant",
                  job->column->name);
  else if (generator.sequence != NULL)
    {
      job->reader->what = "sequence";
      return make_sequence (job, generator.sequence);
    }
  else if (generator.pattern != NULL)
    return make_pattern (job, generator.pattern);
  else if (generator.choice != NULL)
    return make_choice (job, generator.choice);
  else
    return make_constant (job, generator.constant);
  return NULL;
}

static Vector *
make_absent (const Job *job, const Node *values)
{
  const Column *column = job->column;
  Value value;

  if (column->identity != IDENTITY_NONE)
    {
      g_autofree Node *one = g_new0 (Node, 1);

      *one = (Node){ .text = "1", .length = 1, .plain = TRUE };
      return make_sequence (job, one);
    }
  if (column_absent_value (column, &value))
    return vector_new_constant (type_value_kind (column->type.base), &value,
                                (gsize) job->n_rows);
  reader_error (job->reader, values, NULL,
                "'values' needs a rule for '%s', which cannot be null", column->name);
  return NULL;
}

static void
check_names (Reader *reader, const Node *values, const Table *table)
{
  g_autofree const char **names = table_column_names (table);

  NODE_FOREACH_ENTRY (key, values)
  if (!g_strv_contains (names, key->text))
    reader_error (reader, key, reader_suggest (reader, key->text, names),
                  "table '%s' has no column %s", table->name, reader_show (reader, key));
}

static void
set_n_rows (Table *table, gint64 n_rows)
{
  vector_unref (table->row_ids);
  table->row_ids = vector_new_sequence (table->next_row_id, (gsize) n_rows);
  table->next_row_id += n_rows;
}

/* Returns: whether each column has its vector */
static gboolean
make_vectors (Reader *reader, const Generate *generate, const Table *table,
              GPtrArray *vectors)
{
  guint n_errors = reader->n_errors;

  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      const Node *rule = node_get (generate->values, column->name);
      /* After an error the rules are only looked at. */
      gint64 n_rows = reader->n_errors == n_errors ? generate->n_rows : 1;
      Job job = { reader, column, rule, n_rows };

      g_ptr_array_add (vectors, rule != NULL ? make_given (&job)
                                             : make_absent (&job, generate->values));
    }
  return reader->n_errors == n_errors;
}

static void
fill_table (Reader *reader, const Generate *generate, Table *table)
{
  g_autoptr (GPtrArray) vectors
      = g_ptr_array_new_with_free_func ((GDestroyNotify) vector_unref);

  if (!make_vectors (reader, generate, table, vectors))
    return;
  set_n_rows (table, generate->n_rows);
  for (guint i = 0; i < vectors->len; i++)
    table_set_vector (table, i, vector_ref (g_ptr_array_index (vectors, i)));
}

void
load_generated_rows (Reader *reader, const Node *node, Table *table)
{
  Generate generate = { 0 };

  if (!reader_mapping (reader, node, &GENERATE_KEYS, &generate))
    return;
  reader->what = "values";
  if (!reader_want (reader, generate.values, NODE_MAPPING))
    return;
  check_names (reader, generate.values, table);
  fill_table (reader, &generate, table);
}

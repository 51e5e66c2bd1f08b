/* SPDX-License-Identifier: Apache-2.0
 *
 * Sample values.
 */
#include "config.h"

#include "runner/sample.h"

#include "engine/memory/memory.h"
#include "engine/memory/row_index.h"
#include "model/bind.h"
#include "runner/relations.h"

/* The first variants are rows that are there, the others these words, of which a type
 * accepts some; `%u` is what makes them differ. */
#define N_ROW_VARIANTS 4

static const char *const WORDS[] = {
  "sample-%u",
  "%u",
  "20%02u-03-04",
  "2026-11-22T10:%02u:00",
  "10:%02u:00",
  "false",
  "{\"sample\":%u}",
  "00000000-0000-4000-8000-%012u",
  "0x%08x",
  "sample %u words",
  "true",
};

G_STATIC_ASSERT (N_ROW_VARIANTS + G_N_ELEMENTS (WORDS) == N_SAMPLE_VARIANTS);

static gboolean
must_be_unique (const Table *table, const char *column)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if ((constraint->kind == CONSTRAINT_UNIQUE
           || constraint->kind == CONSTRAINT_PRIMARY_KEY)
          && constraint_uses_column (constraint, column))
        return TRUE;
    }
  for (guint i = 0; i < table->indexes->len; i++)
    {
      const Index *index = table->indexes->pdata[i];
      if (index->unique && index_uses_column (index, column))
        return TRUE;
    }
  return FALSE;
}

/* The foreign key that the column is in, and which of its columns it is. */
static const Constraint *
find_reference (const Table *table, const char *column, guint *position)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *key = table->constraints->pdata[i];
      if (key->kind != CONSTRAINT_FOREIGN_KEY)
        continue;
      for (*position = 0; key->columns[*position] != NULL; (*position)++)
        if (g_str_equal (key->columns[*position], column))
          return key;
    }
  return NULL;
}

/* The parent of that number, or for a unique column the next one that is free. */
static gboolean
sample_parent (const Table *table, guint index, const Table *parent, guint parent_index,
               guint variant, Value *value)
{
  gsize n = table_n_rows (parent), child;
  gboolean unique = must_be_unique (table, table_column (table, index)->name);
  g_autoptr (RowIndex) children = unique ? row_index_new (table, &index, 1) : NULL;

  for (gsize i = 0; i < n; i++)
    {
      *value = table_cell (parent, (variant + i) % n, parent_index);
      if (children == NULL || !row_index_first (children, value, &child))
        return TRUE;
    }
  *value = VALUE_NULL_INIT;
  return table_column (table, index)->nullable;
}

/* The table as the end has it: a row that is written now has to fit there as well. */
static const Table *
table_at_end (const CheckPoint *point, const Table *table)
{
  return database_find (point->final,
                        relations_table_name (point->plan, table->name, point->boundary,
                                              migration_plan_n_steps (point->plan)));
}

/* A parent that is there, for a column that refers to one, or will: the same one for each
 * column of the key; null where there is none and it may be.  Returns: FALSE when the
 * column is free. */
static gboolean
sample_reference (const CheckPoint *point, const Table *table, guint index, guint variant,
                  Value *value, gboolean *found)
{
  const Database *database = memory_database (point->session);
  const char *column = table_column (table, index)->name;
  const Table *end = table_at_end (point, table);
  guint position, parent_index;
  const Constraint *key = find_reference (table, column, &position);
  if (key == NULL && end != NULL)
    key = find_reference (end, column, &position);
  const Table *parent
      = key != NULL ? database_find (database, key->references_table) : NULL;
  const char *const *columns
      = parent != NULL ? bind_references (parent, key, NULL) : NULL;

  if (columns == NULL || !table_column_index (parent, columns[position], &parent_index))
    return FALSE;
  *found = sample_parent (table, index, parent, parent_index, variant, value);
  return TRUE;
}

/* One of the values a check lists, or a bound it gives. */
static gboolean
sample_of_check (const Table *table, const Column *column, guint variant, Arena *arena,
                 Value *value)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      BoundCheck check;
      if (constraint->kind != CONSTRAINT_CHECK
          || g_strcmp0 (constraint->check.column, column->name) != 0
          || !bind_check (table, constraint, arena, &check, NULL))
        continue;
      if (check.n_in > 0)
        *value = check.in[variant % check.n_in];
      else if (check.has_min)
        *value = check.min;
      else if (check.has_max)
        *value = check.max;
      else
        continue;
      return TRUE;
    }
  return FALSE;
}

/* One of the values that a map knows, which keeps the column in step with another one. */
static gboolean
sample_of_map (const GPtrArray *relations, const Column *column, guint variant,
               Value *value)
{
  for (guint i = 0; i < relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (relations, i);
      const BoundTransform *transform = NULL;
      guint n;
      if (g_str_equal (relation->old_columns[0], column->name)
          && relation->old_columns[1] == NULL)
        transform = relation->forward[0];
      else if (g_str_equal (relation->new_columns[0], column->name)
               && relation->backward != NULL)
        transform = relation->backward[0];
      const Value *keys
          = transform != NULL ? bound_transform_map_keys (transform, &n) : NULL;
      if (keys == NULL || value_is_null (&keys[variant % n])
          || !type_check (&column->type, &keys[variant % n], NULL))
        continue;
      *value = keys[variant % n];
      return TRUE;
    }
  return FALSE;
}

/* What the checks of a column want of a number or of a text. */
typedef struct
{
  gint64 min;
  gsize min_length, max_length;
} Limits;

static Limits
limits_of (const Table *table, guint index)
{
  const Column *column = table_column (table, index);
  Limits limits = { .max_length = G_MAXSIZE };

  if (column->type.base == COLUMN_TYPE_VARCHAR || column->type.base == COLUMN_TYPE_CHAR)
    limits.max_length = column->type.length;
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      BoundCheck check;
      if (constraint->kind != CONSTRAINT_CHECK
          || g_strcmp0 (constraint->check.column, column->name) != 0
          || !bind_check (table, constraint, arena, &check, NULL))
        continue;
      if (check.has_min && check.min.kind == VALUE_INTEGER)
        limits.min = MAX (limits.min, check.min.integer);
      if (constraint->check.has_min_length)
        limits.min_length = MAX (limits.min_length, constraint->check.min_length);
      if (constraint->check.has_max_length)
        limits.max_length = MIN (limits.max_length, constraint->check.max_length);
    }
  return limits;
}

static void
raise_to (const Table *table, guint index, gint64 *largest)
{
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, index);
      if (!value_is_null (&cell))
        *largest = MAX (*largest, cell.integer);
    }
}

/* The largest number in the column, now and at the start: a row that the migration
 * deleted comes back with an abort, and an application does not give its key away again.
 */
static gboolean
largest_integer (const Database *start, const Table *table, guint index, gint64 *largest)
{
  const Column *column = table_column (table, index);

  *largest = limits_of (table, index).min - 1;
  if (*largest < 0)
    *largest = 0;
  if (column_value_kind (column) != VALUE_INTEGER
      || column->type.base == COLUMN_TYPE_BOOLEAN)
    return FALSE;
  raise_to (table, index, largest);
  for (guint i = 0; i < start->tables->len; i++)
    {
      const Table *then = g_ptr_array_index (start->tables, i);
      guint there;
      if (table_column_index (then, column->name, &there)
          && column_value_kind (table_column (then, there)) == VALUE_INTEGER)
        raise_to (then, there, largest);
    }
  return TRUE;
}

static gboolean
is_free_text (const TypeSpec *type)
{
  return type->base == COLUMN_TYPE_TEXT || type->base == COLUMN_TYPE_VARCHAR
         || type->base == COLUMN_TYPE_CHAR;
}

/* The end of a word is what differs, so a short column keeps the end. */
static const char *
fit_word (const char *word, const Limits *limits, Arena *arena)
{
  gsize length = strlen (word);

  if (length > limits->max_length)
    return word + length - limits->max_length;
  if (length >= limits->min_length)
    return word;
  g_autofree char *padding = g_strnfill (limits->min_length - length, 'x');
  return arena_printf (arena, "%s%s", padding, word);
}

static gboolean
sample_word (const Limits *limits, const TypeSpec *type, guint variant, guint serial,
             Arena *arena, Value *value)
{
  guint number = serial % 60;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const char *word = arena_printf (arena, WORDS[variant % G_N_ELEMENTS (WORDS)], number);
#pragma GCC diagnostic pop
  if (is_free_text (type))
    word = fit_word (word, limits, arena);
  return type_parse (type, word, strlen (word), arena, value, NULL);
}

static gboolean
sample_enum (const TypeSpec *type, guint variant, Value *value)
{
  guint n = type->base == COLUMN_TYPE_ENUM ? g_strv_length ((char **) type->values) : 0;

  if (n == 0)
    return FALSE;
  *value = value_string (type->values[variant % n]);
  return TRUE;
}

static gboolean
sample_fresh (const CheckPoint *point, const Table *table, guint index,
              const TypeSpec *type, guint variant, guint serial, Arena *arena,
              Value *value)
{
  gint64 largest;

  if (must_be_unique (table, table_column (table, index)->name)
      && largest_integer (point->start, table, index, &largest))
    {
      *value = value_integer (largest + serial);
      return TRUE;
    }
  Limits limits = limits_of (table, index);
  return sample_enum (type, variant, value)
         || sample_word (&limits, type, variant, serial, arena, value);
}

static gboolean
is_first_cell (const Table *table, guint index, const Value *value)
{
  Value first = table_cell (table, 0, index);

  return value_equal (&first, value);
}

/* A row's value, or, when the column is limited now or in the end, what is allowed. */
static gboolean
sample_existing (const CheckPoint *point, const Table *table, guint index, guint variant,
                 Arena *arena, Value *value)
{
  const Column *column = table_column (table, index);
  const Table *end = table_at_end (point, table);
  gboolean has_cell = table_n_rows (table) > variant;
  Value cell = has_cell ? table_cell (table, variant, index) : VALUE_NULL_INIT;

  *value = cell;
  /* The first row's value once more would be nothing new. */
  if (has_cell && !value_is_null (&cell)
      && (variant == 0 || !is_first_cell (table, index, &cell)))
    return TRUE;
  if (sample_of_check (table, column, variant, arena, value)
      || (end != NULL && sample_of_check (end, column, variant, arena, value)
          && type_check (&column->type, value, NULL))
      || sample_of_map (point->relations, column, variant, value))
    return TRUE;
  *value = cell;
  return !value_is_null (&cell);
}

/* A value of the live column as the application's type has it. */
static gboolean
as_the_client_has_it (const Column *column, const ClientColumn *wanted, Arena *arena,
                      Value *value)
{
  Value seen;

  if (!wanted->has_type)
    return TRUE;
  return type_cast (&column->type, &wanted->type, value, arena, &seen, NULL)
         && type_cast (&wanted->type, &column->type, &seen, arena, value, NULL);
}

static gboolean
sample_free (const CheckPoint *point, const Table *table, guint index,
             const TypeSpec *type, guint variant, guint serial, Arena *arena,
             Value *value)
{
  const Column *column = table_column (table, index);
  guint word = variant < N_ROW_VARIANTS ? variant : variant - N_ROW_VARIANTS;

  if (variant < N_ROW_VARIANTS && !must_be_unique (table, column->name)
      && sample_existing (point, table, index, variant, arena, value))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (WORDS); i++)
    if (sample_fresh (point, table, index, type, word + i, serial, arena, value)
        && type_check (&column->type, value, NULL))
      return TRUE;
  return FALSE;
}

gboolean
sample_value (const CheckPoint *point, const Table *table, const ClientColumn *wanted,
              guint variant, guint serial, Arena *arena, Value *value)
{
  gboolean found = FALSE;
  guint index;

  if (!table_column_index (table, wanted->name, &index))
    return FALSE;
  const Column *column = table_column (table, index);
  if (!sample_reference (point, table, index, variant, value, &found))
    found = sample_free (point, table, index,
                         wanted->has_type ? &wanted->type : &column->type, variant,
                         serial, arena, value);
  if (!found || !as_the_client_has_it (column, wanted, arena, value))
    return FALSE;
  *value = value_copy (arena, value);
  return TRUE;
}

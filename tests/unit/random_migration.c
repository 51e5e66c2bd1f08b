/* SPDX-License-Identifier: Apache-2.0
 *
 * Random migrations of a table 't', with a table 'u' beside it.
 */
#include "config.h"

#include "random_migration.h"

/* What is being made. */
typedef struct
{
  GRand *rand;
  RandomMigration *migration;
  GPtrArray *free; /* Logical *: of the table, that no change speaks of yet */
  GString *changes;
  guint n_names;
  guint n_groups;
  guint n_rows;
  gboolean is_renamed; /* one new name for the table is enough */
  gboolean is_split;
  gboolean speaks_of_key;
} Draft;

static const char *const TEXTS[] = {
  "a",       "B c", "x y z", "",         "ALICE", "alice",
  "ünïcode", "7",   "-3",    " padded ", "null",  "it's",
};

const char *
random_text (GRand *rand)
{
  return TEXTS[g_rand_int_range (rand, 0, G_N_ELEMENTS (TEXTS))];
}

gint64
random_number (GRand *rand)
{
  static const gint64 numbers[] = { -1, 0, 1, 2, 7, 42, 1000000, G_MAXINT32, G_MININT32 };

  return numbers[g_rand_int_range (rand, 0, G_N_ELEMENTS (numbers))];
}

static gboolean
chance (Draft *draft, int percent)
{
  return g_rand_int_range (draft->rand, 0, 100) < percent;
}

static Logical *
add_logical (Draft *draft, const char *start, const char *end, gboolean is_text)
{
  Logical *logical = g_new0 (Logical, 1);

  logical->start = g_strdup (start);
  logical->end = g_strdup (end);
  logical->is_text = is_text;
  logical->is_exact = TRUE;
  g_ptr_array_add (draft->migration->logicals, logical);
  return logical;
}

static char *
new_name (Draft *draft, const char *what)
{
  return g_strdup_printf ("%s%u", what, ++draft->n_names);
}

/* Tables ----------------------------------------------------------------------- */

/* Names that SQL would stumble over. */
static const char *const NAMES[]
    = { "name", "select", "we\\\"ird", "größe", "two words", "c6" };

static void
add_columns (Draft *draft)
{
  GString *yaml = draft->migration->yaml;
  guint n = (guint) g_rand_int_range (draft->rand, 2, G_N_ELEMENTS (NAMES) + 1);

  g_string_append (yaml,
                   "  columns:\n    - { name: id, type: INTEGER, primary_key: true }\n");
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *plain = g_strcompress (NAMES[i]);
      gboolean is_text = chance (draft, 65);
      g_string_append_printf (yaml, "    - { name: \"%s\", type: %s", NAMES[i],
                              is_text ? "TEXT" : "INTEGER");
      gboolean is_required = chance (draft, 25);
      if (is_required)
        g_string_append (yaml, ", nullable: false");
      if (chance (draft, 25))
        g_string_append (yaml, is_text ? ", default: \"dflt\"" : ", default: 5");
      g_string_append (yaml, " }\n");
      Logical *logical = add_logical (draft, plain, plain, is_text);
      logical->is_required = is_required;
      g_ptr_array_add (draft->free, logical);
    }
}

static void
append_value (Draft *draft, const Logical *logical)
{
  if (logical->is_text)
    g_string_append_printf (draft->migration->yaml, "\"%s\"", random_text (draft->rand));
  else
    g_string_append_printf (draft->migration->yaml, "%" G_GINT64_FORMAT,
                            random_number (draft->rand));
}

static void
add_rows (Draft *draft)
{
  GString *yaml = draft->migration->yaml;
  guint n = (guint) g_rand_int_range (draft->rand, 0, 7);

  draft->n_rows = n;
  g_string_append (yaml, n == 0 ? "  rows: []\n" : "  rows:\n");
  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (yaml, "    - { id: %u", i + 1);
      for (guint j = 0; j < draft->free->len; j++)
        {
          const Logical *logical = draft->free->pdata[j];
          g_autofree char *name = g_strescape (logical->start, "\303\244\266\274\237");
          g_string_append_printf (yaml, ", \"%s\": ", name);
          append_value (draft, logical);
        }
      g_string_append (yaml, " }\n");
    }
}

/* Its rows fill columns of 't', and may refer to it. */
static void
add_other_table (Draft *draft)
{
  static const char *const actions[] = { "cascade", "set_null", "no_action" };
  GString *yaml = draft->migration->yaml;

  g_string_append (yaml,
                   "- name: u\n"
                   "  columns: [ { name: tag, type: TEXT }, { name: n, type: INTEGER }, "
                   "{ name: t_id, type: INTEGER } ]\n");
  if (chance (draft, 50))
    g_string_append_printf (
        yaml,
        "  constraints: [ { name: u_t, foreign_key: [t_id], references: { "
        "table: t%s }, on_delete: %s, on_update: cascade } ]\n",
        chance (draft, 50) ? ", columns: [id]" : "",
        actions[g_rand_int_range (draft->rand, 0, G_N_ELEMENTS (actions))]);
  g_string_append (yaml, "  rows:\n");
  for (guint i = 0; i < 4; i++)
    {
      g_string_append_printf (yaml, "    - { tag: \"%s\", n: %u",
                              random_text (draft->rand), i);
      if (draft->n_rows > 0 && chance (draft, 50))
        g_string_append_printf (yaml, ", t_id: %u",
                                g_rand_int_range (draft->rand, 0, (gint32) draft->n_rows)
                                    + 1);
      g_string_append (yaml, " }\n");
    }
}

/* Changes ---------------------------------------------------------------------- */

typedef enum
{
  ANY_COLUMN,
  TEXT_COLUMN,
  NULLABLE_COLUMN, /* where what is new may be null, which has to have a way back */
  NULLABLE_TEXT_COLUMN,
} Wanted;

static gboolean
suits (const Logical *logical, Wanted wanted)
{
  gboolean wants_text = wanted == TEXT_COLUMN || wanted == NULLABLE_TEXT_COLUMN;
  gboolean wants_nullable = wanted == NULLABLE_COLUMN || wanted == NULLABLE_TEXT_COLUMN;

  return (logical->is_text || !wants_text) && !(logical->is_required && wants_nullable);
}

/* A column that is wanted and free, and is so no longer. */
static Logical *
take (Draft *draft, Wanted wanted)
{
  guint offset = (guint) g_rand_int (draft->rand);

  for (guint i = 0; i < draft->free->len; i++)
    {
      guint at = (i + offset) % draft->free->len;
      Logical *logical = draft->free->pdata[at];
      if (!suits (logical, wanted))
        continue;
      g_ptr_array_remove_index (draft->free, at);
      return logical;
    }
  return NULL;
}

static char *
quoted (const Logical *logical)
{
  g_autofree char *name = g_strescape (logical->start, "\303\244\266\274\237");

  return g_strdup_printf ("\"%s\"", name);
}

#define CHANGE(draft, ...)                                      \
  do                                                            \
    {                                                           \
      g_string_append ((draft)->changes, "  - table: t\n    "); \
      g_string_append_printf ((draft)->changes, __VA_ARGS__);   \
      g_string_append_c ((draft)->changes, '\n');               \
    }                                                           \
  while (0)

/* Whether a change may name the key: not once it has another name. */
static gboolean
may_speak_of_key (Draft *draft)
{
  if (!g_str_equal (draft->migration->end_key, "id"))
    return FALSE;
  draft->speaks_of_key = TRUE;
  return TRUE;
}

static void
rename_column (Draft *draft)
{
  Logical *logical = take (draft, ANY_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  g_free (logical->end);
  logical->end = new_name (draft, "new");
  CHANGE (draft, "rename_column: { from: %s, to: %s }", name, logical->end);
}

static void
alter_type (Draft *draft)
{
  Logical *logical = take (draft, NULLABLE_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  logical->is_exact = FALSE;
  logical->is_same_name = TRUE;
  if (logical->is_text)
    CHANGE (
        draft,
        "alter_column: { column: %s, type: \"VARCHAR(%d)\", transform: trim, backward: direct_copy }",
        name, chance (draft, 50) ? 3 : 50);
  else
    CHANGE (draft, "alter_column: { column: %s, type: %s }", name,
            chance (draft, 50) ? "BIGINT" : "TEXT");
}

static void
require (Draft *draft)
{
  Logical *logical = take (draft, NULLABLE_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  logical->is_same_name = TRUE;
  logical->is_exact = FALSE;
  logical->is_rewritten = TRUE;
  CHANGE (draft,
          "alter_column: { column: %s, nullable: false, repair: { coalesce: %s } }", name,
          logical->is_text ? "none" : "0");
}

static void
drop_column (Draft *draft)
{
  Logical *logical = take (draft, ANY_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  g_clear_pointer (&logical->end, g_free);
  logical->is_exact = FALSE;
  CHANGE (draft, "drop_column: { column: %s, backward: { constant: %s } }", name,
          logical->is_text ? "gone" : "99");
}

static void
add_mirror (Draft *draft)
{
  Logical *logical = take (draft, NULLABLE_TEXT_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  g_autofree char *mirror = new_name (draft, "mirror");
  Logical *other = add_logical (draft, NULL, mirror, TRUE);
  gboolean replaces = chance (draft, 50);
  logical->group = other->group = ++draft->n_groups;
  if (replaces)
    {
      g_clear_pointer (&logical->end, g_free);
      logical->is_exact = FALSE;
    }
  CHANGE (draft,
          "add_column: { column: { name: %s, type: TEXT }, from: %s, transform: lower, "
          "backward: direct_copy, sync: both%s%s }",
          mirror, name, replaces ? ", replaces: " : "", replaces ? name : "");
}

static void
split_column (Draft *draft)
{
  Logical *logical = take (draft, NULLABLE_TEXT_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  g_autofree char *first = new_name (draft, "first");
  g_autofree char *rest = new_name (draft, "rest");
  g_clear_pointer (&logical->end, g_free);
  logical->is_exact = FALSE;
  logical->group = ++draft->n_groups;
  add_logical (draft, NULL, first, TRUE)->group = draft->n_groups;
  add_logical (draft, NULL, rest, TRUE)->group = draft->n_groups;
  CHANGE (
      draft,
      "split_column: { column: %s, into: [ { column: { name: %s, type: TEXT }, transform: { "
      "split: ' ', part: 1 } }, { column: { name: %s, type: TEXT }, transform: { split: ' ', "
      "part: rest } } ], backward: { join: ' ' } }",
      name, first, rest);
}

static void
merge_columns (Draft *draft)
{
  Logical *a = take (draft, NULLABLE_TEXT_COLUMN);
  Logical *b = a != NULL ? take (draft, NULLABLE_TEXT_COLUMN) : NULL;

  if (b == NULL)
    return;
  g_autofree char *name_a = quoted (a);
  g_autofree char *name_b = quoted (b);
  g_autofree char *merged = new_name (draft, "merged");
  g_clear_pointer (&a->end, g_free);
  g_clear_pointer (&b->end, g_free);
  a->is_exact = b->is_exact = FALSE;
  a->group = b->group = ++draft->n_groups;
  add_logical (draft, NULL, merged, TRUE)->group = draft->n_groups;
  CHANGE (
      draft,
      "merge_columns: { columns: [ %s, %s ], into: { name: %s, type: TEXT }, transform: { "
      "join: '/' }, backward: { %s: { split: '/', part: 1 }, %s: { split: '/', part: rest } } }",
      name_a, name_b, merged, name_a, name_b);
}

static void
split_table (Draft *draft)
{
  gboolean may_split = !draft->is_split && may_speak_of_key (draft);
  Logical *logical = may_split ? take (draft, NULLABLE_COLUMN) : NULL;
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  draft->is_split = TRUE;
  g_clear_pointer (&logical->end, g_free);
  logical->is_exact = FALSE;
  CHANGE (draft, "split_table: { to: half, columns: [ %s ], key: [ id ] }", name);
}

static void
add_plain_column (Draft *draft)
{
  g_autofree char *name = new_name (draft, "plain");
  gboolean is_text = chance (draft, 50);

  add_logical (draft, NULL, name, is_text);
  CHANGE (draft, "add_column: { column: { name: %s, type: %s%s } }", name,
          is_text ? "TEXT" : "INTEGER",
          !chance (draft, 50) ? ""
          : is_text           ? ", default: x, nullable: false"
                              : ", default: 3, nullable: false");
}

static void
rename_table (Draft *draft)
{
  if (draft->is_renamed || draft->is_split)
    return;
  draft->is_renamed = TRUE;
  g_free (draft->migration->end_table);
  draft->migration->end_table = g_strdup ("t_new");
  CHANGE (draft, "rename_table: { to: t_new }");
}

/* Others speak of the key by its old name, so none of them come with it. */
static void
rename_key (Draft *draft)
{
  if (draft->speaks_of_key || draft->is_split)
    return;
  draft->speaks_of_key = TRUE;
  g_free (draft->migration->end_key);
  draft->migration->end_key = new_name (draft, "key");
  CHANGE (draft, "rename_column: { from: id, to: %s }", draft->migration->end_key);
}

static void
insert_rows (Draft *draft)
{
  if (!may_speak_of_key (draft))
    return;
  CHANGE (draft, "insert_rows: { rows: [ { id: %u }, { id: %u } ], if_exists: skip }",
          1000 + draft->n_names, 2000 + draft->n_names);
  draft->n_names++;
}

static void
update_rows (Draft *draft)
{
  Logical *logical = take (draft, TEXT_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  logical->is_rewritten = TRUE;
  CHANGE (draft, "update_rows: { set: { %s: upper }%s }", name,
          chance (draft, 50) && may_speak_of_key (draft) ? ", where: { id: 1 }" : "");
}

static void
delete_rows (Draft *draft)
{
  if (!may_speak_of_key (draft))
    return;
  draft->migration->may_delete = TRUE;
  CHANGE (draft, "delete_rows: { where: { id: %d } }",
          g_rand_int_range (draft->rand, 1, 5));
}

static void
add_check (Draft *draft)
{
  Logical *logical = take (draft, TEXT_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  logical->is_rewritten = TRUE;
  CHANGE (
      draft,
      "add_constraint: { name: check%u, check: { column: %s, not_empty: true }, repair: { "
      "%s: { constant: filled } } }",
      ++draft->n_names, name, name);
}

static void
add_unique (Draft *draft)
{
  Logical *logical = may_speak_of_key (draft) ? take (draft, ANY_COLUMN) : NULL;
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical == NULL)
    return;
  draft->migration->may_delete = TRUE;
  CHANGE (
      draft,
      "add_constraint: { name: once%u, unique: [ %s ], duplicates: { keep: %s, by: id } }",
      ++draft->n_names, name, chance (draft, 50) ? "lowest" : "highest");
}

static void
add_lookup (Draft *draft)
{
  Logical *logical = take (draft, TEXT_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;
  g_autofree char *column = new_name (draft, "found");

  if (logical == NULL)
    return;
  CHANGE (
      draft,
      "add_column: { column: { name: %s, type: BIGINT }, from: { table: u, match: { tag: %s "
      "}, %s } }",
      column, name,
      chance (draft, 50) ? "aggregate: count"
                         : "column: n, aggregate: sum, missing: null");
}

static void
create_index (Draft *draft)
{
  Logical *logical = take (draft, ANY_COLUMN);
  g_autofree char *name = logical != NULL ? quoted (logical) : NULL;

  if (logical != NULL)
    CHANGE (draft, "create_index: { name: index%u, columns: [ %s ] }", ++draft->n_names,
            name);
}

static void (*const CHANGES[]) (Draft *) = {
  rename_column, alter_type,  require,      drop_column,      add_mirror,  split_column,
  merge_columns, split_table, rename_table, add_plain_column, insert_rows, update_rows,
  delete_rows,   rename_key,  add_check,    add_unique,       add_lookup,  create_index,
};

RandomMigration *
random_migration_new (GRand *rand)
{
  RandomMigration *migration = g_new0 (RandomMigration, 1);
  g_autoptr (GPtrArray) free_columns = g_ptr_array_new ();
  g_autoptr (GString) changes = g_string_new (NULL);
  Draft draft = {
    .rand = rand, .migration = migration, .free = free_columns, .changes = changes
  };

  migration->yaml = g_string_new ("tables:\n- name: t\n");
  migration->logicals = g_ptr_array_new ();
  migration->end_table = g_strdup ("t");
  migration->end_key = g_strdup ("id");
  add_columns (&draft);
  add_rows (&draft);
  add_other_table (&draft);
  for (int i = g_rand_int_range (rand, 1, 5); i > 0; i--)
    CHANGES[g_rand_int_range (rand, 0, G_N_ELEMENTS (CHANGES))](&draft);
  if (changes->len == 0)
    add_plain_column (&draft);
  g_string_append_printf (migration->yaml, "change:\n%s", changes->str);
  return migration;
}

static void
logical_free (gpointer data, gpointer unused)
{
  Logical *logical = data;

  (void) unused;
  g_free (logical->start);
  g_free (logical->end);
  g_free (logical);
}

void
random_migration_free (RandomMigration *migration)
{
  if (migration == NULL)
    return;
  g_ptr_array_foreach (migration->logicals, logical_free, NULL);
  g_ptr_array_unref (migration->logicals);
  g_string_free (migration->yaml, TRUE);
  g_free (migration->end_table);
  g_free (migration->end_key);
  g_free (migration);
}

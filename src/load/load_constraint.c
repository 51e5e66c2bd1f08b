/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints of a file.
 *
 * A constraint without a name is called <table>_<columns>_<check|key|fkey>, and a primary
 * key <table>_pkey, as PostgreSQL would.
 */
#include "config.h"

#include "load/load_constraint.h"

#include "load/load_type.h"
#include "load/scalar.h"
#include "model/generated_name.h"
#include "model/table_name.h"

static const Word REFERENCE_ACTIONS[] = {
  { "no_action", REFERENCE_NO_ACTION },     { "restrict", REFERENCE_RESTRICT },
  { "cascade", REFERENCE_CASCADE },         { "set_null", REFERENCE_SET_NULL },
  { "set_default", REFERENCE_SET_DEFAULT }, { NULL, 0 },
};

static const char *const SUFFIXES[] = {
  [CONSTRAINT_CHECK] = "check",       [CONSTRAINT_UNIQUE] = "key",
  [CONSTRAINT_PRIMARY_KEY] = "pkey",  [CONSTRAINT_FOREIGN_KEY] = "fkey",
  [CONSTRAINT_NOT_NULL] = "not_null",
};

#define FIELD(member) offsetof (ConstraintDraft, member)

const Key CONSTRAINT_KEY_LIST[] = {
  { "name", KEY_OPTIONAL, FIELD (constraint.name), read_name, NULL },
  { "check", KEY_OPTIONAL, FIELD (check), read_node, NULL },
  { "unique", KEY_OPTIONAL, FIELD (unique), read_name_list, NULL },
  { "primary_key", KEY_OPTIONAL, FIELD (primary_key), read_name_list, NULL },
  { "foreign_key", KEY_OPTIONAL, FIELD (foreign_key), read_name_list, NULL },
  { "references", KEY_OPTIONAL, FIELD (references), read_node, NULL },
  { "on_delete", KEY_OPTIONAL, FIELD (constraint.on_delete), read_word,
    REFERENCE_ACTIONS },
  { "on_update", KEY_OPTIONAL, FIELD (constraint.on_update), read_word,
    REFERENCE_ACTIONS },
  { "deferrable", KEY_OPTIONAL, FIELD (constraint.deferrable), read_bool, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable CONSTRAINT_KEYS = { "a constraint", CONSTRAINT_KEY_LIST, NULL };

static const Key REFERENCES_LIST[] = {
  { "table", KEY_REQUIRED, offsetof (Constraint, references_table), read_table_name,
    NULL },
  { "columns", KEY_OPTIONAL, offsetof (Constraint, references_columns), read_name_list,
    NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable REFERENCES_KEYS = { "'references'", REFERENCES_LIST, NULL };

static void
read_min_length (Reader *reader, const Node *node, gpointer field,
                 G_GNUC_UNUSED gconstpointer data)
{
  Check *check = field;

  check->has_min_length = TRUE;
  read_count (reader, node, &check->min_length, NULL);
}

static void
read_max_length (Reader *reader, const Node *node, gpointer field,
                 G_GNUC_UNUSED gconstpointer data)
{
  Check *check = field;

  check->has_max_length = TRUE;
  read_count (reader, node, &check->max_length, NULL);
}

static const Key CHECK_LIST[] = {
  { "column", KEY_OPTIONAL, offsetof (Check, column), read_name, NULL },
  { "min", KEY_OPTIONAL, offsetof (Check, min), read_literal, NULL },
  { "max", KEY_OPTIONAL, offsetof (Check, max), read_literal, NULL },
  { "in", KEY_OPTIONAL, offsetof (Check, in), read_literals, NULL },
  { "not_empty", KEY_OPTIONAL, offsetof (Check, not_empty), read_bool, NULL },
  { "min_length", KEY_OPTIONAL, 0, read_min_length, NULL },
  { "max_length", KEY_OPTIONAL, 0, read_max_length, NULL },
  { "expression", KEY_OPTIONAL, offsetof (Check, expression), read_engine_text, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable CHECK_KEYS = { "a check", CHECK_LIST, NULL };

/* ---- checks ---- */

static void
check_bound (Reader *reader, const Literal *bound, const char *key)
{
  if (bound != NULL && literal_is_null (bound))
    reader_error_at (reader, bound->location, NULL, "'%s' must be a value, not null",
                     key);
}

static void
check_portable (Reader *reader, const Node *node, const Check *check)
{
  gboolean says_something = check->min != NULL || check->max != NULL || check->in != NULL
                            || check->not_empty || check->has_min_length
                            || check->has_max_length;

  if (check->column == NULL)
    reader_error (reader, node, NULL, "a check needs 'column', or 'expression'");
  else if (!says_something)
    reader_error (
        reader, node, NULL,
        "a check needs one of: min, max, in, not_empty, min_length, max_length");
  else if (check->has_min_length && check->has_max_length
           && check->min_length > check->max_length)
    reader_error (reader, node, NULL, "'min_length' %u is larger than 'max_length' %u",
                  check->min_length, check->max_length);
  check_bound (reader, check->min, "min");
  check_bound (reader, check->max, "max");
}

static void
load_check (Reader *reader, ConstraintDraft *draft)
{
  Check *check = &draft->constraint.check;
  const char *const columns[] = { NULL, NULL };

  draft->constraint.kind = CONSTRAINT_CHECK;
  draft->constraint.columns = arena_strv (reader->arena, columns);
  if (!reader_mapping (reader, draft->check, &CHECK_KEYS, check))
    return;
  if (check->expression == NULL)
    check_portable (reader, draft->check, check);
  else if (draft->check->length > 1)
    reader_error (reader, draft->check, NULL,
                  "a check with an expression has no other keys");
  if (check->column != NULL)
    draft->constraint.columns
        = arena_strv (reader->arena, (const char *const[]){ check->column, NULL });
}

/* ---- foreign keys ---- */

static void
check_reference_keys (Reader *reader, const Node *node)
{
  static const char *const ONLY[] = { "references", "on_delete", "on_update" };

  for (guint i = 0; i < G_N_ELEMENTS (ONLY); i++)
    if (node_get (node, ONLY[i]) != NULL)
      reader_error (reader, node_get (node, ONLY[i]), NULL,
                    "'%s' goes with a foreign key only", ONLY[i]);
}

static guint
n_names (const char *const *names)
{
  return names == NULL ? 0 : g_strv_length ((char **) names);
}

static void
load_references (Reader *reader, const Node *node, ConstraintDraft *draft)
{
  Constraint *constraint = &draft->constraint;
  guint n = n_names (constraint->columns);

  if (draft->references == NULL)
    {
      reader_error (reader, node, "references: { table: …, columns: […] }",
                    "a foreign key needs 'references'");
      return;
    }
  if (!reader_mapping (reader, draft->references, &REFERENCES_KEYS, constraint))
    return;
  if (constraint->references_columns != NULL
      && n_names (constraint->references_columns) != n)
    reader_error (reader, draft->references, NULL,
                  "the foreign key and what it references differ in number: %u and %u", n,
                  n_names (constraint->references_columns));
}

/* ---- all kinds ---- */

static guint
count_kinds (const ConstraintDraft *draft)
{
  return (draft->check != NULL) + (draft->unique != NULL) + (draft->primary_key != NULL)
         + (draft->foreign_key != NULL) + (draft->not_null != NULL);
}

static void
load_kind (Reader *reader, const Node *node, ConstraintDraft *draft)
{
  Constraint *constraint = &draft->constraint;

  if (draft->foreign_key == NULL)
    check_reference_keys (reader, node);
  if (draft->check != NULL)
    load_check (reader, draft);
  else if (draft->unique != NULL)
    {
      constraint->kind = CONSTRAINT_UNIQUE;
      constraint->columns = draft->unique;
    }
  else if (draft->primary_key != NULL)
    {
      constraint->kind = CONSTRAINT_PRIMARY_KEY;
      constraint->columns = draft->primary_key;
    }
  else if (draft->foreign_key != NULL)
    {
      constraint->kind = CONSTRAINT_FOREIGN_KEY;
      constraint->columns = draft->foreign_key;
      load_references (reader, node, draft);
    }
  else
    {
      constraint->kind = CONSTRAINT_NOT_NULL;
      constraint->columns
          = arena_strv (reader->arena, (const char *const[]){ draft->not_null, NULL });
    }
}

static const char *
default_name (Reader *reader, const Constraint *constraint, const char *table)
{
  g_autofree char *columns = g_strjoinv ("_", (char **) constraint->columns);

  if (table != NULL)
    table = table_name_own (table, reader->arena);
  if (constraint->kind == CONSTRAINT_PRIMARY_KEY && table != NULL)
    return generated_name (reader->arena, arena_printf (reader->arena, "%s_pkey", table));
  return generated_name (
      reader->arena, arena_printf (reader->arena, "%s%s%s_%s", table != NULL ? table : "",
                                   *columns != '\0' && table != NULL ? "_" : "", columns,
                                   SUFFIXES[constraint->kind]));
}

const Constraint *
load_constraint_finish (Reader *reader, const Node *node, ConstraintDraft *draft,
                        const char *table)
{
  guint n_errors = reader->n_errors;
  guint n_kinds = count_kinds (draft);

  if (n_kinds != 1)
    {
      reader_error (reader, node, NULL,
                    n_kinds == 0
                        ? "a constraint needs one of: check, unique, primary_key, "
                          "foreign_key"
                        : "a constraint is only one of: check, unique, "
                          "primary_key, foreign_key");
      return NULL;
    }
  load_kind (reader, node, draft);
  draft->constraint.location = reader_location (reader, node);
  if (reader->n_errors != n_errors)
    return NULL;
  if (draft->constraint.name == NULL)
    draft->constraint.name = default_name (reader, &draft->constraint, table);
  return arena_memdup (reader->arena, &draft->constraint, sizeof draft->constraint);
}

const Constraint *
load_constraint (Reader *reader, const Node *node, const char *table)
{
  ConstraintDraft draft = { 0 };

  if (!reader_mapping (reader, node, &CONSTRAINT_KEYS, &draft))
    return NULL;
  return load_constraint_finish (reader, node, &draft, table);
}

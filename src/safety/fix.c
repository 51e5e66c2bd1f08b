/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw SQL that a typed operation says: an `sql` change or step whose one statement has a
 * safe form of ours.
 */
#include "config.h"

#include "safety/fix.h"

#include "safety/yaml_text.h"

/* One place in a file that SQL is replaced at. */
typedef struct
{
  const Effect *effect;
  const Operation *operation; /* the sql change or step */
  gboolean is_step;
  Arena *arena;
} Site;

typedef const char *(*FixFunction) (const Site *site);

static const char *
name (const Site *site, const char *text)
{
  return yaml_text_scalar (text, site->arena);
}

static const char *
fix_rename_column (const Site *site)
{
  return arena_printf (site->arena, "rename_column: { from: %s, to: %s }",
                       name (site, site->effect->column), name (site, site->effect->to));
}

static const char *
fix_drop_column (const Site *site)
{
  return arena_printf (site->arena, "drop_column: { column: %s%s }",
                       name (site, site->effect->column),
                       site->effect->guarded ? ", if_missing: skip" : "");
}

static const char *
fix_set_not_null (const Site *site)
{
  return arena_printf (site->arena, "alter_column: { column: %s, nullable: false }",
                       name (site, site->effect->column));
}

static const char *
fix_drop_not_null (const Site *site)
{
  return arena_printf (site->arena, "alter_column: { column: %s, nullable: true }",
                       name (site, site->effect->column));
}

static const char *
fix_drop_table (const Site *site)
{
  return arena_printf (site->arena, "drop_table: { name: %s%s }",
                       name (site, site->effect->table),
                       site->effect->guarded ? ", if_missing: skip" : "");
}

static const char *
fix_rename_table (const Site *site)
{
  return arena_printf (site->arena, "rename_table: { name: %s, to: %s }",
                       name (site, site->effect->table), name (site, site->effect->to));
}

static const char *
fix_create_index (const Site *site)
{
  const Effect *effect = site->effect;

  if (effect->object == NULL || effect->columns == NULL)
    return NULL;
  return arena_printf (
      site->arena, "create_index: { name: %s, columns: %s%s%s }",
      name (site, effect->object), yaml_text_list (effect->columns, site->arena),
      effect->unique ? ", unique: true" : "", effect->guarded ? ", if_exists: skip" : "");
}

static const char *
fix_drop_index (const Site *site)
{
  return arena_printf (site->arena, "drop_index: { name: %s%s }",
                       name (site, site->effect->object),
                       site->effect->guarded ? ", if_missing: skip" : "");
}

static const char *
fix_add_constraint (const Site *site)
{
  const Effect *effect = site->effect;

  if (effect->object == NULL || effect->columns == NULL || effect->using_index
      || effect->constraint != CONSTRAINT_UNIQUE)
    return NULL;
  return arena_printf (site->arena, "add_constraint: { name: %s, unique: %s }",
                       name (site, effect->object),
                       yaml_text_list (effect->columns, site->arena));
}

static const char *
fix_drop_constraint (const Site *site)
{
  return arena_printf (site->arena, "drop_constraint: { name: %s%s }",
                       name (site, site->effect->object),
                       site->effect->guarded ? ", if_missing: skip" : "");
}

static const char *
fix_rename_constraint (const Site *site)
{
  return arena_printf (site->arena, "rename_constraint: { from: %s, to: %s }",
                       name (site, site->effect->object), name (site, site->effect->to));
}

/* @needs: which names the effect must have told */
static const struct
{
  FixFunction function;
  OperationKind operation;
  gboolean needs_table, needs_column, needs_object, needs_to;
  const char *why;
} FIXES[N_EFFECT_KINDS] = {
  [EFFECT_RENAME_COLUMN]
  = { fix_rename_column, OPERATION_RENAME_COLUMN, TRUE, TRUE, FALSE, TRUE,
      "rename_column keeps both names working until contract" },
  [EFFECT_DROP_COLUMN] = { fix_drop_column, OPERATION_DROP_COLUMN, TRUE, TRUE, FALSE,
                           FALSE, "drop_column waits for the contracting phase" },
  [EFFECT_SET_NOT_NULL] = { fix_set_not_null, OPERATION_ALTER_COLUMN, TRUE, TRUE, FALSE,
                            FALSE, "alter_column checks before it enforces" },
  [EFFECT_DROP_NOT_NULL] = { fix_drop_not_null, OPERATION_ALTER_COLUMN, TRUE, TRUE, FALSE,
                             FALSE, "alter_column can be undone" },
  [EFFECT_DROP_TABLE] = { fix_drop_table, OPERATION_DROP_TABLE, TRUE, FALSE, FALSE, FALSE,
                          "drop_table waits for the contracting phase" },
  [EFFECT_RENAME_TABLE]
  = { fix_rename_table, OPERATION_RENAME_TABLE, TRUE, FALSE, FALSE, TRUE,
      "rename_table keeps both names working until contract" },
  [EFFECT_CREATE_INDEX] = { fix_create_index, OPERATION_CREATE_INDEX, TRUE, FALSE, TRUE,
                            FALSE, "create_index builds without blocking writes" },
  [EFFECT_DROP_INDEX] = { fix_drop_index, OPERATION_DROP_INDEX, FALSE, FALSE, TRUE, FALSE,
                          "drop_index does not block" },
  [EFFECT_ADD_CONSTRAINT]
  = { fix_add_constraint, OPERATION_ADD_CONSTRAINT, TRUE, FALSE, TRUE, FALSE,
      "add_constraint enforces at contract, without a long lock" },
  [EFFECT_DROP_CONSTRAINT] = { fix_drop_constraint, OPERATION_DROP_CONSTRAINT, TRUE,
                               FALSE, TRUE, FALSE, "drop_constraint can be undone" },
  [EFFECT_RENAME_CONSTRAINT] = { fix_rename_constraint, OPERATION_RENAME_CONSTRAINT, TRUE,
                                 FALSE, TRUE, TRUE, "rename_constraint can be undone" },
};

static gboolean
is_told (const Effect *effect)
{
  return FIXES[effect->kind].function != NULL
         && (!FIXES[effect->kind].needs_table || effect->table != NULL)
         && (!FIXES[effect->kind].needs_column || effect->column != NULL)
         && (!FIXES[effect->kind].needs_object || effect->object != NULL)
         && (!FIXES[effect->kind].needs_to || effect->to != NULL);
}

/* What the user says beside the SQL.  `allow` spoke of the SQL and goes with it. */
static const char *
kept_keys (const Site *site)
{
  const char *description = site->operation->description;

  return arena_printf (
      site->arena, "%s%s%s", description != NULL ? "\ndescription: " : "",
      description != NULL ? yaml_text_scalar (description, site->arena) : "",
      site->operation->allow_blocking ? "\nallow_blocking: true" : "");
}

/* In a step the phase stays; in a change the planner chooses it. */
static const char *
wrap (const Site *site, const char *operation)
{
  const Effect *effect = site->effect;
  const char *table
      = effect->table != NULL && effect->kind != EFFECT_DROP_TABLE
                && effect->kind != EFFECT_RENAME_TABLE
            ? arena_printf (site->arena, "\ntable: %s", name (site, effect->table))
            : "";

  const char *kept = kept_keys (site);

  if (!site->is_step)
    return arena_printf (site->arena, "%s%s%s", operation, table, kept);
  return arena_printf (site->arena, "phase: %s\n%s%s%s",
                       migration_phase_to_word (effect->phase), operation, table, kept);
}

static gboolean
is_allowed_there (const Site *site)
{
  OperationKind kind = FIXES[site->effect->kind].operation;

  return site->is_step ? operation_kind_is_step (kind) : operation_kind_is_change (kind);
}

/* Whether the SQL step comes to this one effect, on every engine that was looked into. */
static gboolean
is_alone (const GPtrArray *effects, const Effect *effect)
{
  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *other = effects->pdata[i];
      if (other != effect && other->step == effect->step
          && other->kind != EFFECT_NOT_ANALYSED
          && (other->kind != effect->kind || g_strcmp0 (other->table, effect->table) != 0
              || g_strcmp0 (other->column, effect->column) != 0
              || g_strcmp0 (other->object, effect->object) != 0
              || g_strcmp0 (other->to, effect->to) != 0))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_fixed_already (const GPtrArray *fixes, const Location *location)
{
  for (guint i = 0; i < fixes->len; i++)
    {
      const Fix *fix = fixes->pdata[i];
      if (fix->location.line == location->line
          && fix->location.column == location->column)
        return TRUE;
    }
  return FALSE;
}

static void
fix_effect (const Effect *effect, const GPtrArray *effects, Arena *arena,
            GPtrArray *fixes)
{
  const MigrationStep *step = effect->step;
  const Operation *operation = step->change != NULL ? step->change : step->operation;
  Site site = { .effect = effect,
                .operation = operation,
                .is_step = step->change == NULL,
                .arena = arena };

  if (operation->kind != OPERATION_SQL || operation->engines != NULL || !is_told (effect)
      || !is_allowed_there (&site) || !is_alone (effects, effect)
      || is_fixed_already (fixes, &operation->location))
    return;
  const char *text = FIXES[effect->kind].function (&site);
  if (text == NULL)
    return;
  Fix *fix = arena_new0 (arena, Fix);
  fix->location = operation->location;
  fix->text = wrap (&site, text);
  fix->why = FIXES[effect->kind].why;
  g_ptr_array_add (fixes, fix);
}

static int
by_place (gconstpointer a, gconstpointer b)
{
  const Location *left = &(*(const Fix *const *) a)->location;
  const Location *right = &(*(const Fix *const *) b)->location;

  if (left->line != right->line)
    return left->line < right->line ? -1 : 1;
  return left->column < right->column ? -1 : left->column > right->column;
}

GPtrArray *
fixes_of (const GPtrArray *effects, Arena *arena)
{
  GPtrArray *fixes = g_ptr_array_new ();

  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *effect = effects->pdata[i];
      if (effect->origin == EFFECT_OF_SQL && effect->step != NULL)
        fix_effect (effect, effects, arena, fixes);
    }
  g_ptr_array_sort (fixes, by_place);
  return fixes;
}

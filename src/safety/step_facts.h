/* SPDX-License-Identifier: Apache-2.0
 *
 * StepFacts: what the steps of a plan do to one column, typed or by raw SQL.
 */
#pragma once

#include "safety/context.h"
#include "safety/sql_words.h"

/* Whether the user wrote what happens: a step under `steps:`, or SQL anywhere. */
gboolean step_is_by_hand (const MigrationStep *step);

/* Calls @function for each statement of the step's SQL, engine after engine, until it
 * returns TRUE.  Returns: whether it did; FALSE for another step */
typedef gboolean (*StatementFunction) (const SqlStatement *statement, gconstpointer data);
gboolean step_find_statement (const MigrationStep *step, StatementFunction function,
                              gconstpointer data);

/* Whether its SQL mentions both names (@column may be NULL). */
gboolean step_sql_mentions (const MigrationStep *step, const char *table,
                            const char *column);

/* Whether it writes values into the column, be it by SQL that mentions it. */
gboolean step_fills (const MigrationStep *step, const char *table, const char *column);

/* Whether the typed step drops the column (or, @column NULL, the table). */
gboolean step_drops (const MigrationStep *step, const char *table, const char *column);

/* Whether it adds the column as a mirror or as any other column. */
gboolean step_adds (const MigrationStep *step, const char *table, const char *column);

/* Whether it adds columns that are filled from others. */
gboolean step_adds_mirror (const MigrationStep *step);

/* Whether it has effects of @kinds, all of them on tables that this migration makes.  A
 * statement that nobody has read may do anything to any table. */
gboolean step_is_of_new_tables (const SafetyContext *context, const MigrationStep *step,
                                guint64 kinds);

/* The step that adds a mirror of the old column; or NULL. */
const MigrationStep *plan_mirror_of_old (const MigrationPlan *plan, const char *table,
                                         const char *column);

/* The step that adds the column as a mirror; or NULL. */
const MigrationStep *plan_mirror_of_new (const MigrationPlan *plan, const char *table,
                                         const char *column);

/* The first step from @from (0: the first of all) on that fills the column; or NULL. */
const MigrationStep *plan_fill_from (const MigrationPlan *plan, guint from,
                                     const char *table, const char *column);

/* The step that takes one of the mirror's old columns away, by a drop or a swap; or NULL.
 */
const MigrationStep *plan_end_of_mirror (const MigrationPlan *plan,
                                         const MigrationStep *mirror);

gboolean plan_creates_table (const MigrationPlan *plan, const char *table);

/* Whether an SQL step creates a trigger on the table. */
gboolean plan_creates_trigger (const MigrationPlan *plan, const char *table);

/* The declared table, also when it is NULL or of another name: NULL. */
const Table *declared_table (const SafetyContext *context, const char *table);
const Column *declared_column (const SafetyContext *context, const char *table,
                               const char *column);

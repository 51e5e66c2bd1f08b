/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of steps.  Most are pinned by tests/cases/plan; here are those that other
 * programs read, and those a file cannot easily ask for.
 */
#include "config.h"

#include "planner/describe.h"

#include "model/shape.h"
#include "testing.h"

static const char *const FIRST_LAST[] = { "first", "last", NULL };
static const char *const NAME[] = { "name", NULL };
static const char *const DISPLAY_NAME[] = { "display_name", NULL };

static void
assert_lines (const Operation *operation, const char *line, const char *rollback)
{
  g_autoptr (Arena) arena = arena_new ();

  ck_assert_str_eq (describe_step (operation, NULL, arena), line);
  ck_assert_str_eq (describe_rollback (operation, arena), rollback);
}

TEST (describe__add_column_says_whether_nullable)
{
  const Column column = { .name = "display_name", .nullable = TRUE };
  const Column strict = { .name = "display_name" };
  const ColumnAddition additions[] = { { .column = &column }, { .column = &strict } };
  Operation operation = { .kind = OPERATION_ADD_COLUMN,
                          .table = "users",
                          .add_column = { .additions = additions, .n_additions = 1 } };

  assert_lines (&operation, "Add column 'display_name' (nullable) to 'users'",
                "Drop column 'display_name' from 'users'");
  operation.add_column.additions = &additions[1];
  assert_lines (&operation, "Add column 'display_name' (not null) to 'users'",
                "Drop column 'display_name' from 'users'");
}

TEST (describe__backfill_names_its_source)
{
  const Lookup lookup = { .from_table = "memo", .from_column = "id" };
  Operation operation = { .kind = OPERATION_BACKFILL,
                          .table = "users",
                          .backfill = { .columns = DISPLAY_NAME } };
  const char *rollback = "Restore the values of 'display_name' in 'users'";

  assert_lines (&operation, "Backfill 'display_name' from 'default'", rollback);
  operation.backfill.from = NAME;
  assert_lines (&operation, "Backfill 'display_name' from 'name'", rollback);
  operation.backfill.from = FIRST_LAST;
  assert_lines (&operation, "Backfill 'display_name' from 'first', 'last'", rollback);
  operation.backfill.from = NULL;
  operation.backfill.lookup = &lookup;
  assert_lines (&operation, "Backfill 'display_name' from 'memo.id'", rollback);
}

TEST (describe__backfill_without_source_names_its_sync)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Database) database = database_new ();
  const Sync sync
      = { .old_columns = NAME, .new_columns = DISPLAY_NAME, .mode = SYNC_BOTH };
  const Operation operation = { .kind = OPERATION_BACKFILL,
                                .table = "users",
                                .backfill = { .columns = DISPLAY_NAME } };
  Table *users = table_new ("users");

  database_add (database, users);
  ck_assert_str_eq (describe_step (&operation, database, arena),
                    "Backfill 'display_name' from 'default'");
  g_ptr_array_add (users->syncs, (gpointer) &sync);
  ck_assert_str_eq (describe_step (&operation, database, arena),
                    "Backfill 'display_name' from 'name'");
}

TEST (describe__drop_column_counts)
{
  Operation operation = { .kind = OPERATION_DROP_COLUMN,
                          .table = "users",
                          .drop_column = { .columns = NAME } };

  assert_lines (&operation, "Drop column 'name' from 'users'",
                "Restore column 'name' of 'users'");
  operation.drop_column.columns = FIRST_LAST;
  assert_lines (&operation, "Drop columns 'first', 'last' from 'users'",
                "Restore columns 'first', 'last' of 'users'");
}

TEST (describe__own_words_stay)
{
  const Operation operation
      = { .kind = OPERATION_DROP_TABLE, .table = "users", .description = "Say goodbye" };

  assert_lines (&operation, "Say goodbye", "Restore table 'users'");
}

TEST (describe__change_kinds_are_harmless)
{
  for (OperationKind kind = 0; kind < N_OPERATION_KINDS; kind++)
    {
      const Operation operation = { .kind = kind, .table = "users" };
      if (!operation_kind_is_step (kind))
        assert_lines (&operation, operation_kind_to_string (kind),
                      operation_kind_to_string (kind));
    }
}

TEST_MAIN ("planner/describe", describe__add_column_says_whether_nullable,
           describe__backfill_names_its_source,
           describe__backfill_without_source_names_its_sync, describe__drop_column_counts,
           describe__own_words_stay, describe__change_kinds_are_harmless)

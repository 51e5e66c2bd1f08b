/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions, and what SQLite's arguments become on the way.
 */
#include "config.h"

#include "engine/sqlite/function.h"

#include "engine/memory/row_sync.h"
#include "engine/sqlite/cell.h"
#include "engine/sqlite/connection.h"
#include "model/error.h"

typedef struct
{
  Arena *arena, *scratch;
  const BoundTransform *transform;
  const Column *const *inputs;
  TypeSpec output;
  FunctionFailure *failure;
} TransformCall;

typedef struct
{
  Arena *arena, *scratch;
  RowSync row_sync;
  const Column **columns; /* old ones, then new ones */
} StepCall;

static void
transform_call_free (gpointer data)
{
  TransformCall *call = data;

  arena_free (call->scratch);
  arena_free (call->arena);
  g_free (call);
}

static void
step_call_free (gpointer data)
{
  StepCall *call = data;

  arena_free (call->scratch);
  arena_free (call->arena);
  g_free (call);
}

static gboolean
read_arguments (sqlite3_value **arguments, int n, const Column *const *columns,
                Arena *scratch, Value *values, GError **error)
{
  for (int i = 0; i < n; i++)
    if (!cell_of_argument (arguments[i], &columns[i]->type, scratch, &values[i], error))
      {
        g_prefix_error (error, "column '%s': ", columns[i]->name);
        return FALSE;
      }
  return TRUE;
}

static void
fail (sqlite3_context *context, FunctionFailure *failure, GError *error)
{
  if (failure == NULL)
    sqlite3_result_null (context);
  else
    sqlite3_result_error (context, error->message, -1);
  if (failure != NULL && failure->error == NULL)
    failure->error = error;
  else
    g_error_free (error);
}

static void
call_transform (sqlite3_context *context, int n, sqlite3_value **arguments)
{
  TransformCall *call = sqlite3_user_data (context);
  GError *error = NULL;
  Value result = VALUE_NULL_INIT;

  arena_reset (call->scratch);
  Value *inputs = arena_new_array (call->scratch, Value, n + 1);
  if (!read_arguments (arguments, n, call->inputs, call->scratch, inputs, &error)
      || !bound_transform_apply (call->transform, inputs, call->scratch, &result, &error))
    fail (context, call->failure, error);
  else
    cell_return (context, &call->output, &result);
}

gboolean
function_transform (sqlite3 *db, const char *name, const BoundTransform *transform,
                    const Column *const *inputs, const TypeSpec *output,
                    FunctionFailure *failure, GError **error)
{
  TransformCall *call = g_new0 (TransformCall, 1);
  int n = 0;

  while (inputs[n] != NULL)
    n++;
  call->arena = arena_new ();
  call->scratch = arena_new ();
  call->transform = transform;
  call->inputs = arena_memdup (call->arena, inputs, (gsize) (n + 1) * sizeof (Column *));
  call->output = *output;
  call->failure = failure;
  if (sqlite3_create_function_v2 (db, name, n, SQLITE_UTF8 | SQLITE_DETERMINISTIC, call,
                                  call_transform, NULL, NULL, transform_call_free)
      == SQLITE_OK)
    return TRUE;
  return sqlite_error (db, name, error);
}

/* A cell that is no value of its column's type is in step with nothing. */
static void
call_in_step (sqlite3_context *context, int n, sqlite3_value **arguments)
{
  StepCall *call = sqlite3_user_data (context);

  arena_reset (call->scratch);
  Value *values = arena_new_array (call->scratch, Value, n + 1);
  gboolean fine
      = read_arguments (arguments, n, call->columns, call->scratch, values, NULL)
        && row_sync_in_step (&call->row_sync, values, values + call->row_sync.n_old,
                             call->scratch);
  sqlite3_result_int (context, fine ? 1 : 0);
}

gboolean
function_in_step (sqlite3 *db, const char *name, const Table *table, const Sync *sync,
                  GError **error)
{
  StepCall *call = g_new0 (StepCall, 1);

  call->arena = arena_new ();
  call->scratch = arena_new ();
  row_sync_init (&call->row_sync, table, sync, call->arena);
  guint n_old = call->row_sync.n_old, n = n_old + call->row_sync.n_new;
  call->columns = arena_new_array (call->arena, const Column *, n + 1);
  for (guint i = 0; i < n; i++)
    call->columns[i]
        = table_column (table, i < n_old ? call->row_sync.old_columns[i]
                                         : call->row_sync.new_columns[i - n_old]);
  if (sqlite3_create_function_v2 (db, name, (int) n, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                  call, call_in_step, NULL, NULL, step_call_free)
      == SQLITE_OK)
    return TRUE;
  return sqlite_error (db, name, error);
}

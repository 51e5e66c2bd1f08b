#include "config.h"
#include "engine/sqlite/connection.h"
#include <string.h>
typedef struct
{
  SqlConnection base;
  sqlite3 *db;
  guint patience_ms;
} Connection;
static ZdmError
code_of (int c)
{
  switch (c & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ZDM_ERROR_LOCK_TIMEOUT;
    case SQLITE_CONSTRAINT:
      return ZDM_ERROR_CONSTRAINT;
    case SQLITE_ERROR:
      return ZDM_ERROR_SYNTAX;
    case SQLITE_INTERRUPT:
      return ZDM_ERROR_INTERRUPTED;
    default:
      return ZDM_ERROR_IO;
    }
}
gboolean
sqlite_error (sqlite3 *db, const char *what, GError **error)
{
  g_set_error (error, ZDM_ERROR, code_of (sqlite3_extended_errcode (db)), "%s%s%s",
               what ? what : "", what ? ": " : "", sqlite3_errmsg (db));
  return FALSE;
}
SqlConnection *
sqlite_connection_open (const SqlEngine *engine, const char *url, SqlAccess access,
                        GError **error)
{
  Connection *c = g_new0 (Connection, 1);
  c->base.engine = engine;
  int flags
      = access == SQL_READ_ONLY
            ? SQLITE_OPEN_READONLY
            : SQLITE_OPEN_READWRITE | (access == SQL_CREATE ? SQLITE_OPEN_CREATE : 0);
  if (sqlite3_open_v2 (url + strlen ("sqlite:"), &c->db, flags, NULL) != SQLITE_OK
      || sqlite3_exec (c->db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL)
             != SQLITE_OK)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT, "%s: %s", url,
                   sqlite3_errmsg (c->db));
      sqlite3_close_v2 (c->db);
      g_free (c);
      return NULL;
    }
  sqlite3_extended_result_codes (c->db, 1);
  sqlite3_busy_timeout (c->db, 5000);
  return &c->base;
}
void
sqlite_connection_close (SqlConnection *b)
{
  Connection *c = (Connection *) b;
  sqlite3_close_v2 (c->db);
  g_free (c);
}
sqlite3 *
sqlite_connection_handle (SqlConnection *b)
{
  return ((Connection *) b)->db;
}
static gboolean
ex (SqlConnection *b, const char *s, GError **e)
{
  sqlite3 *db = ((Connection *) b)->db;
  return sqlite3_exec (db, s, NULL, NULL, NULL) == SQLITE_OK || sqlite_error (db, s, e);
}
gboolean
sqlite_connection_set_foreign_keys (SqlConnection *b, gboolean on, GError **e)
{
  return ex (b, on ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF", e);
}
gboolean
sqlite_connection_begin (SqlConnection *b, guint p, GError **e)
{
  sqlite3_busy_timeout (((Connection *) b)->db, (int) p);
  return ex (b, "BEGIN IMMEDIATE", e);
}
gboolean
sqlite_connection_commit (SqlConnection *b, GError **e)
{
  return ex (b, "COMMIT", e);
}
void
sqlite_connection_roll_back (SqlConnection *b)
{
  if (!sqlite3_get_autocommit (((Connection *) b)->db))
    ex (b, "ROLLBACK", NULL);
}
gboolean
sqlite_connection_run (SqlConnection *b, const char *sql, const Value *ps, guint n,
                       SqlRowFunction row, gpointer data, guint64 *nc, GError **error)
{
  sqlite3 *db = ((Connection *) b)->db;
  sqlite3_stmt *s = NULL;
  gboolean fine = TRUE;
  int code = sqlite3_prepare_v2 (db, sql, -1, &s, NULL);
  for (guint i = 0; code == SQLITE_OK && i < n; i++)
    {
      const Value *v = &ps[i];
      code = v->kind == VALUE_NULL      ? sqlite3_bind_null (s, (int) i + 1)
             : v->kind == VALUE_INTEGER ? sqlite3_bind_int64 (s, (int) i + 1, v->integer)
             : v->kind == VALUE_DOUBLE
                 ? sqlite3_bind_double (s, (int) i + 1, v->real)
                 : sqlite3_bind_text (s, (int) i + 1, v->text.bytes, (int) v->text.length,
                                      SQLITE_TRANSIENT);
    }
  while (fine && code == SQLITE_OK && (code = sqlite3_step (s)) == SQLITE_ROW)
    {
      int m = sqlite3_column_count (s);
      Value *vs = g_new0 (Value, (gsize) m + 1);
      for (int i = 0; i < m; i++)
        switch (sqlite3_column_type (s, i))
          {
          case SQLITE_NULL:
            break;
          case SQLITE_INTEGER:
            vs[i] = value_integer (sqlite3_column_int64 (s, i));
            break;
          case SQLITE_FLOAT:
            vs[i] = value_double (sqlite3_column_double (s, i));
            break;
          default:
            vs[i] = value_text ((const char *) sqlite3_column_text (s, i),
                                (gsize) sqlite3_column_bytes (s, i));
          }
      fine = row == NULL || row (vs, (guint) m, data, error);
      g_free (vs);
      code = SQLITE_OK;
    }
  if (fine && code != SQLITE_DONE)
    fine = sqlite_error (db, sql, error);
  sqlite3_finalize (s);
  if (nc)
    *nc = (guint64) sqlite3_changes64 (db);
  return fine;
}
static gboolean
found_row (const Value *v, guint n, gpointer d, GError **e)
{
  (void) v;
  (void) n;
  (void) e;
  *(gboolean *) d = TRUE;
  return TRUE;
}
gboolean
sqlite_connection_has_table (SqlConnection *b, const char *name, gboolean *found,
                             GError **e)
{
  Value v = value_string (name);
  *found = FALSE;
  return sqlite_connection_run (
      b, "SELECT 1 FROM sqlite_schema WHERE type='table' AND lower(name)=lower(?)", &v, 1,
      found_row, found, NULL, e);
}

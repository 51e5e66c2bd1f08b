/* SPDX-License-Identifier: Apache-2.0
 *
 * Whom InnoDB knows to be in the way of a row; for definitions the plugin
 * metadata_lock_info, and where that is not there the transactions that are open: the
 * server itself tells nobody.  All but the plugin takes PROCESS.
 *
 * https://mariadb.com/kb/en/metadata-lock-info-plugin/
 */
#include "config.h"

#include "engine/mariadb/blockers.h"

#include <string.h>

#define MAX_SHOWN 5
#define MAX_STATEMENT 60

struct MariaBlockers
{
  SqlConnection *connection;
  SqlConnection *watcher; /* NULL: nothing had to wait yet */
  char *found;            /* or NULL */
  gint64 found_until;     /* when it is no news any more */
};

MariaBlockers *
maria_blockers_new (SqlConnection *connection)
{
  MariaBlockers *self = g_new0 (MariaBlockers, 1);

  self->connection = connection;
  return self;
}

void
maria_blockers_free (MariaBlockers *self)
{
  if (self == NULL)
    return;
  mariadb_connection_close (self->watcher);
  g_free (self->found);
  g_free (self);
}

const char *
maria_blockers_found (const MariaBlockers *self)
{
  return g_get_monotonic_time () < self->found_until ? self->found : NULL;
}

/* Asking ------------------------------------------------------------------------ */

/* Times are in the zone of the server in InnoDB's tables. */
static gboolean
open_watcher (MariaBlockers *self)
{
  if (self->watcher == NULL)
    self->watcher = mariadb_connection_beside (self->connection, NULL, NULL);
  if (self->watcher != NULL
      && mariadb_exec (self->watcher, "SET time_zone = 'SYSTEM'", NULL, NULL))
    return TRUE;
  g_clear_pointer (&self->watcher, mariadb_connection_close);
  return FALSE;
}

static gboolean
add_text (const Value *values, G_GNUC_UNUSED guint n_values, gpointer data,
          G_GNUC_UNUSED GError **error)
{
  const Value *value = &values[0];

  g_ptr_array_add (data, value->kind == VALUE_INTEGER
                             ? g_strdup_printf ("%" G_GINT64_FORMAT, value->integer)
                             : g_strndup (value->text.bytes, value->text.length));
  return TRUE;
}

/* The first column of what @sql gives; NULL: this account may not ask, or the table is
 * not there. (transfer full) */
static GPtrArray *
ask (const MariaBlockers *self, const char *sql, const Value *parameters, guint n)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  if (!mariadb_connection_run (self->watcher, sql, parameters, n, add_text, list, NULL,
                               NULL))
    return NULL;
  return g_steal_pointer (&list);
}

/* Describing -------------------------------------------------------------------- */

/* Not what it has to do with: values are nobody's business. */
static void
append_statement (GString *out, const char *sql)
{
  gsize length = strcspn (sql, "'\"#0123456789");
  const char *comments[] = { strstr (sql, "--"), strstr (sql, "/*") };

  for (guint i = 0; i < G_N_ELEMENTS (comments); i++)
    if (comments[i] != NULL)
      length = MIN (length, (gsize) (comments[i] - sql));
  g_autofree char *begin = g_strndup (sql, MIN (length, MAX_STATEMENT));
  g_autofree char *valid = g_utf8_make_valid (begin, -1);
  g_string_append_printf (out, ": %s%s", g_strstrip (valid),
                          sql[strlen (begin)] != '\0' ? "…" : "");
}

static void
append_transaction (const MariaBlockers *self, GString *out, const Value *id)
{
  g_autoptr (GPtrArray) seconds
      = ask (self,
             "SELECT TIMESTAMPDIFF(SECOND, trx_started, NOW()) FROM "
             "information_schema.INNODB_TRX WHERE trx_mysql_thread_id = ?",
             id, 1);

  if (seconds != NULL && seconds->len > 0)
    g_string_append_printf (out, ", in a transaction for %s s",
                            (const char *) seconds->pdata[0]);
}

/* "user shop from 10.0.0.9:4711, idle for 3 s, in a transaction for 60 s" */
static void
append_session (const MariaBlockers *self, GString *out, const char *id)
{
  g_autofree char *sql = g_strdup_printf ("SELECT USER, HOST, COMMAND, TIME, INFO FROM "
                                          "information_schema.PROCESSLIST WHERE ID = %s",
                                          id);
  g_autoptr (MariadbResult) result = mariadb_query (self->watcher, sql, NULL);
  const Value value = value_integer (g_ascii_strtoll (id, NULL, 10));

  if (result == NULL || mariadb_n_rows (result) == 0)
    {
      g_string_append (out, "what it does is shown to accounts with PROCESS only");
      return;
    }
  const char *statement = mariadb_cell (result, 0, 4);
  gboolean is_idle = g_strcmp0 (mariadb_cell (result, 0, 2), "Sleep") == 0;
  g_string_append_printf (out, "user %s from %s, %s for %s s",
                          mariadb_cell (result, 0, 0), mariadb_cell (result, 0, 1),
                          is_idle ? "idle" : "at work", mariadb_cell (result, 0, 3));
  append_transaction (self, out, &value);
  if (statement != NULL)
    append_statement (out, statement);
}

/* NULL: there are none. (transfer full) */
static char *
describe (const MariaBlockers *self, const char *begin, const GPtrArray *ids)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < MIN (ids->len, MAX_SHOWN); i++)
    {
      const char *id = ids->pdata[i];
      g_string_append_printf (out, "%sconnection %s (", i == 0 ? begin : ", ", id);
      append_session (self, out, id);
      g_string_append_c (out, ')');
    }
  if (ids->len > MAX_SHOWN)
    g_string_append_printf (out, " and %u more", ids->len - MAX_SHOWN);
  return ids->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

/* Looking ----------------------------------------------------------------------- */

/* What changes rows gets along with others that do. */
static gboolean
moves_rows (const char *sql)
{
  static const char *const VERBS[] = { "SELECT ", "INSERT ", "UPDATE ", "DELETE " };

  for (guint i = 0; i < G_N_ELEMENTS (VERBS); i++)
    if (g_str_has_prefix (sql, VERBS[i]))
      return TRUE;
  return FALSE;
}

/* NULL: the plugin is not installed */
static GPtrArray *
holders_of_tables (const MariaBlockers *self, const Value *id, const char *sql)
{
  const Value parameters[]
      = { *id, value_integer (!moves_rows (sql)), value_string (sql) };

  return ask (self,
              "SELECT DISTINCT THREAD_ID FROM information_schema.METADATA_LOCK_INFO "
              "WHERE LOCK_TYPE = 'Table metadata lock' AND TABLE_SCHEMA = DATABASE() AND "
              "THREAD_ID <> ? AND (? OR LOCK_MODE IN ('MDL_EXCLUSIVE', "
              "'MDL_SHARED_NO_READ_WRITE', 'MDL_SHARED_NO_WRITE', "
              "'MDL_SHARED_READ_ONLY')) AND LOCATE(CONCAT('`', REPLACE(TABLE_NAME, '`', "
              "'``'), '`'), ?) > 0 ORDER BY THREAD_ID",
              parameters, G_N_ELEMENTS (parameters));
}

#define PROCESS_ONLY "who holds the lock is shown to accounts with PROCESS only"
#define PLUGIN "the plugin metadata_lock_info, which is not installed"

/* Whoever has a transaction open may have read the table. */
static char *
find_transactions (const MariaBlockers *self, const Value *id)
{
  g_autoptr (GPtrArray) open
      = ask (self,
             "SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX WHERE "
             "trx_mysql_thread_id NOT IN (0, ?) ORDER BY trx_started",
             id, 1);

  if (open == NULL)
    return g_strdup (PROCESS_ONLY);
  if (open->len == 0)
    return g_strdup ("who holds the lock is known to " PLUGIN);
  g_autofree char *text
      = describe (self, "held up by one who has a transaction open, ", open);
  return g_strconcat (text, open->len > 1 ? "; which one is known to " PLUGIN : NULL,
                      NULL);
}

static char *
find_of_tables (const MariaBlockers *self, const Value *id, const char *sql)
{
  g_autoptr (GPtrArray) holders = holders_of_tables (self, id, sql);

  return holders != NULL ? describe (self, "held up by ", holders)
                         : find_transactions (self, id);
}

/* An account that may not ask does not know either whether anybody is in the way. */
static char *
find_of_rows (const MariaBlockers *self, const Value *id)
{
  g_autoptr (GPtrArray) holders
      = ask (self,
             "SELECT DISTINCT b.trx_mysql_thread_id FROM "
             "information_schema.INNODB_LOCK_WAITS AS w JOIN "
             "information_schema.INNODB_TRX AS r ON r.trx_id = w.requesting_trx_id JOIN "
             "information_schema.INNODB_TRX AS b ON b.trx_id = w.blocking_trx_id WHERE "
             "r.trx_mysql_thread_id = ? ORDER BY b.trx_started",
             id, 1);

  if (holders != NULL)
    return describe (self, "held up by ", holders);
  return maria_blockers_found (self) == NULL ? g_strdup (PROCESS_ONLY) : NULL;
}

/* Whoever cannot be reached at once is of no use: the wait is over soon. */
static char *
find (MariaBlockers *self, const Value *id, const char *sql)
{
  if (!open_watcher (self))
    return NULL;
  g_autoptr (GPtrArray) state = ask (
      self, "SELECT COALESCE(STATE, '') FROM information_schema.PROCESSLIST WHERE ID = ?",
      id, 1);
  if (state == NULL || state->len == 0)
    return NULL;
  return g_str_has_prefix (state->pdata[0], "Waiting for ")
             ? find_of_tables (self, id, sql)
             : find_of_rows (self, id);
}

/* The wait may be over just when it is looked at again: what was seen before is news
 * until then. */
static void
look (MariaBlockers *self, const Value *id, const char *sql, guint watch_ms)
{
  char *found = find (self, id, sql);

  if (found == NULL)
    return;
  g_free (self->found);
  self->found = found;
  self->found_until = g_get_monotonic_time () + 3000 * (gint64) watch_ms;
}

/* Waiting ----------------------------------------------------------------------- */

static gboolean
is_answered (MYSQL *mysql, guint watch_ms)
{
  GPollFD poll = { .fd = (gint) mysql_get_socket (mysql), .events = G_IO_IN };

  return g_poll (&poll, 1, (gint) watch_ms) != 0;
}

int
maria_blockers_query (MariaBlockers *self, MYSQL *mysql, const char *sql, guint watch_ms)
{
  const Value id = value_integer ((gint64) mysql_thread_id (mysql));

  g_clear_pointer (&self->found, g_free);
  if (mysql_send_query (mysql, sql, strlen (sql)) != 0)
    return 1;
  while (!is_answered (mysql, watch_ms))
    look (self, &id, sql, watch_ms);
  return mysql_read_query_result (mysql);
}

/* Old readers ------------------------------------------------------------------- */

/* Who is in no database, as a backup may be, reads any. */
#define OLD_TRANSACTIONS                                                                \
  "SELECT t.trx_mysql_thread_id FROM information_schema.INNODB_TRX AS t JOIN "          \
  "information_schema.PROCESSLIST AS p ON p.ID = t.trx_mysql_thread_id WHERE "          \
  "t.trx_isolation_level IN ('REPEATABLE READ', 'SERIALIZABLE') AND "                   \
  "t.trx_autocommit_non_locking = 0 AND (p.DB = DATABASE() OR p.DB IS NULL) AND "       \
  "t.trx_started <= NOW() - INTERVAL ? SECOND AND t.trx_mysql_thread_id <> ? ORDER BY " \
  "t.trx_started, t.trx_mysql_thread_id"

void
maria_blockers_old_readers (MariaBlockers *self, gint64 own_id, guint64 age_s,
                            char **readers, char **blind)
{
  const Value values[] = { value_integer ((gint64) age_s), value_integer (own_id) };

  *readers = *blind = NULL;
  g_autoptr (GPtrArray) ids
      = open_watcher (self) ? ask (self, OLD_TRANSACTIONS, values, G_N_ELEMENTS (values))
                            : NULL;
  if (ids == NULL)
    *blind = g_strdup ("how old the transactions of others are is shown to accounts with "
                       "PROCESS only");
  else
    *readers = describe (self, "", ids);
}

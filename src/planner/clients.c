/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients: checks of the names in them.
 */
#include "config.h"

#include "planner/clients.h"

#include <stdlib.h>
#include <string.h>

static void report (DiagnosticList *diagnostics, Location location, const char *help,
                    const char *format, ...) G_GNUC_PRINTF (4, 5);

static void
report (DiagnosticList *diagnostics, Location location, const char *help,
        const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  diagnostic_list_add (diagnostics, SEVERITY_ERROR, "plan", location, help, "%s", text);
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "did you mean" in the same words everywhere; or NULL. */
static char *
suggest (const char *name, GHashTable *set)
{
  guint n;
  g_autofree const char **names
      = (const char **) g_hash_table_get_keys_as_array (set, &n);

  /* The order of a hash table must not choose the suggestion. */
  qsort (names, n, sizeof *names, compare_names);
  const char *near = nearest_name (name, names);
  return near != NULL ? g_strdup_printf ("did you mean '%s'?", near) : NULL;
}

typedef struct
{
  const Client *client;
  GHashTable *columns;
  GHashTable *reported; /* names */
  DiagnosticList *diagnostics;
} NameCheck;

static void
check_list (const NameCheck *check, const ClientColumn *list, const char *verb)
{
  for (guint i = 0; list != NULL && list[i].name != NULL; i++)
    {
      const char *name = list[i].name;
      if (g_hash_table_contains (check->columns, name)
          || !g_hash_table_add (check->reported, (gpointer) name))
        continue;
      g_autofree char *help = suggest (name, check->columns);
      report (check->diagnostics, list[i].location, help,
              "client '%s' %s '%s', which table '%s' has at no time", check->client->name,
              verb, name, check->client->table);
    }
}

static void
check_client (const Client *client, const NamesSeen *seen, DiagnosticList *diagnostics)
{
  g_autoptr (GHashTable) reported = g_hash_table_new (g_str_hash, g_str_equal);
  NameCheck check
      = { .client = client, .reported = reported, .diagnostics = diagnostics };

  if (client->table == NULL)
    return;
  check.columns = g_hash_table_lookup (seen->tables, client->table);
  if (check.columns == NULL)
    {
      g_autofree char *help = suggest (client->table, seen->tables);
      report (diagnostics, client->location, help,
              "client '%s' uses table '%s', which there is at no time", client->name,
              client->table);
      return;
    }
  check_list (&check, client->reads, "reads");
  check_list (&check, client->inserts, "writes");
  check_list (&check, client->updates, "writes");
}

void
clients_check_names (const Migration *migration, const NamesSeen *seen,
                     DiagnosticList *diagnostics)
{
  for (guint i = 0; i < migration->clients->len; i++)
    check_client (migration->clients->pdata[i], seen, diagnostics);
}

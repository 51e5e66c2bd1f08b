/* SPDX-License-Identifier: Apache-2.0
 *
 * A URL in its parts.
 */
#include "config.h"

#include "engine/mariadb/mariadb_url.h"

#include <string.h>

#include "engine/mariadb/libmariadb.h"
#include "model/error.h"

typedef struct
{
  const char *key;
  enum mysql_option option;
  gboolean is_number;
} KeyRow;

static const KeyRow KEYS[] = {
  { "connect_timeout", MYSQL_OPT_CONNECT_TIMEOUT, TRUE },
  { "read_default_file", MYSQL_READ_DEFAULT_FILE, FALSE },
  { "read_default_group", MYSQL_READ_DEFAULT_GROUP, FALSE },
  { "ssl_ca", MYSQL_OPT_SSL_CA, FALSE },
  { "ssl_capath", MYSQL_OPT_SSL_CAPATH, FALSE },
  { "ssl_cert", MYSQL_OPT_SSL_CERT, FALSE },
  { "ssl_cipher", MYSQL_OPT_SSL_CIPHER, FALSE },
  { "ssl_key", MYSQL_OPT_SSL_KEY, FALSE },
  { "ssl_verify_server_cert", MYSQL_OPT_SSL_VERIFY_SERVER_CERT, TRUE },
};

static void
option_free (gpointer data)
{
  MariadbOption *option = data;

  g_free (option->value);
  g_free (option);
}

static void
host_free (gpointer data)
{
  MariadbHost *host = data;

  g_free (host->text);
  g_free (host->name);
  g_free (host);
}

static void
clear (gpointer data)
{
  MariadbUrl *url = data;

  g_free (url->user);
  g_free (url->password);
  g_free (url->host);
  g_free (url->database);
  g_free (url->socket);
  g_ptr_array_unref (url->options);
  g_ptr_array_unref (url->replicas);
}

MariadbUrl *
mariadb_url_ref (MariadbUrl *url)
{
  return g_rc_box_acquire (url);
}

void
mariadb_url_unref (MariadbUrl *url)
{
  if (url != NULL)
    g_rc_box_release_full (url, clear);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT, "the URL of the database: %s", what);
  return FALSE;
}

static gboolean
add_option (MariadbUrl *url, const KeyRow *row, const char *value, GError **error)
{
  guint64 number;

  if (row->is_number && !g_ascii_string_to_unsigned (value, 10, 0, 86400, &number, NULL))
    {
      g_autofree char *what = g_strdup_printf ("'%s' wants a number", row->key);
      return fail (error, what);
    }
  MariadbOption *option = g_new0 (MariadbOption, 1);
  option->option = (int) row->option;
  option->is_number = row->is_number;
  option->value = g_strdup (value);
  g_ptr_array_add (url->options, option);
  return TRUE;
}

/* "host", "host:port", "[::1]:port" */
static gboolean
add_replica (MariadbUrl *url, const char *text, GError **error)
{
  g_autofree char *as_url = g_strdup_printf ("mariadb://%s", text), *name = NULL;
  gint port;

  if (strpbrk (text, "/@?#") != NULL
      || !g_uri_split_network (as_url, G_URI_FLAGS_NONE, NULL, &name, &port, NULL)
      || name == NULL || name[0] == '\0')
    return fail (error, "'replica' wants HOST or HOST:PORT");
  MariadbHost *host = g_new0 (MariadbHost, 1);
  host->text = g_strdup (text);
  host->name = g_steal_pointer (&name);
  host->port = port > 0 ? (guint) port : url->port;
  g_ptr_array_add (url->replicas, host);
  return TRUE;
}

static gboolean
take_key (MariadbUrl *url, const char *key, const char *value, GError **error)
{
  if (g_str_equal (key, "socket") || g_str_equal (key, "unix_socket"))
    {
      g_free (url->socket);
      url->socket = g_strdup (value);
      return TRUE;
    }
  if (g_str_equal (key, "replica"))
    return add_replica (url, value, error);
  for (guint i = 0; i < G_N_ELEMENTS (KEYS); i++)
    if (g_str_equal (KEYS[i].key, key))
      return add_option (url, &KEYS[i], value, error);
  g_autofree char *what = g_strdup_printf ("'%s' is no key that is known", key);
  return fail (error, what);
}

static gboolean
take_query (MariadbUrl *url, const char *query, GError **error)
{
  GUriParamsIter iter;
  g_autofree char *key = NULL, *value = NULL;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  for (;;)
    {
      g_clear_pointer (&key, g_free);
      g_clear_pointer (&value, g_free);
      g_autoptr (GError) problem = NULL;
      if (!g_uri_params_iter_next (&iter, &key, &value, &problem))
        return problem == NULL
               || fail (error, "what follows '?' is no list of key=value");
      if (!take_key (url, key, value, error))
        return FALSE;
    }
}

static gboolean
take_parts (MariadbUrl *url, GUri *uri, GError **error)
{
  const char *path = g_uri_get_path (uri);
  const char *host = g_uri_get_host (uri);

  url->user = g_strdup (g_uri_get_user (uri));
  url->password = g_strdup (g_uri_get_password (uri));
  url->host = host != NULL && host[0] != '\0' ? g_strdup (host) : NULL;
  url->port = (guint) MAX (g_uri_get_port (uri), 0);
  if (path[0] == '/')
    path++;
  if (path[0] == '\0')
    return fail (error, "it names no database; say mariadb://user@host/database");
  url->database = g_strdup (path);
  return g_uri_get_query (uri) == NULL || take_query (url, g_uri_get_query (uri), error);
}

MariadbUrl *
mariadb_url_parse (const char *text, GError **error)
{
  g_autoptr (MariadbUrl) url = g_rc_box_new0 (MariadbUrl);

  url->options = g_ptr_array_new_with_free_func (option_free);
  url->replicas = g_ptr_array_new_with_free_func (host_free);
  g_autoptr (GUri) uri
      = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_QUERY, NULL);
  if (uri == NULL)
    {
      fail (error, "it is malformed; say mariadb://user@host:port/database, with '%' and "
                   "two digits for what is no letter or digit in a name");
      return NULL;
    }
  return take_parts (url, uri, error) ? g_steal_pointer (&url) : NULL;
}

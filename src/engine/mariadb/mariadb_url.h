/* SPDX-License-Identifier: Apache-2.0
 *
 * MariadbUrl: mariadb://user:password@host:port/database?key=value&…, or mysql://.
 *
 * What it leaves out, libmariadb looks for in its option files.
 */
#pragma once

#include <glib.h>

/* A server beside that of the URL, which takes the same account. */
typedef struct
{
  char *text; /* as it was given */
  char *name;
  guint port;
} MariadbHost;

typedef struct
{
  char *user, *password, *host, *database, *socket; /* NULL: not given */
  guint port;                                       /* 0: not given */
  GPtrArray *options;                               /* MariadbOption * */
  GPtrArray *replicas;                              /* MariadbHost *: `replica=` */
} MariadbUrl;

/* One of those that mysql_options() takes as a text, or a number of seconds. */
typedef struct
{
  int option;
  gboolean is_number;
  char *value;
} MariadbOption;

/* Returns: (nullable): NULL with ZDM_ERROR_CONNECT, whose message holds nothing of @url
 * but the name of a key that is not known */
MariadbUrl *mariadb_url_parse (const char *url, GError **error);
MariadbUrl *mariadb_url_ref (MariadbUrl *url);
void mariadb_url_unref (MariadbUrl *url); /* or NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MariadbUrl, mariadb_url_unref)

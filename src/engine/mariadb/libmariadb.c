/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of libmariadb that are used, each going to the library once it is loaded.
 */
#include "config.h"

#include "engine/mariadb/libmariadb.h"

#include "engine/sql/library.h"

/* The name of its ABI, which has been the same since Connector/C 3.0. */
#define LIBRARY "libmariadb.so.3"

#define FUNCTIONS(F)                                                                     \
  F (my_ulonglong, mysql_affected_rows, (MYSQL * mysql), (mysql))                        \
  F (unsigned int, mysql_errno, (MYSQL * mysql), (mysql))                                \
  F (const char *, mysql_error, (MYSQL * mysql), (mysql))                                \
  F (MYSQL_FIELD *, mysql_fetch_fields, (MYSQL_RES * result), (result))                  \
  F (unsigned long *, mysql_fetch_lengths, (MYSQL_RES * result), (result))               \
  F (MYSQL_ROW, mysql_fetch_row, (MYSQL_RES * result), (result))                         \
  F (unsigned int, mysql_field_count, (MYSQL * mysql), (mysql))                          \
  F (my_ulonglong, mysql_num_rows, (MYSQL_RES * result), (result))                       \
  F (unsigned int, mysql_num_fields, (MYSQL_RES * result), (result))                     \
  F (unsigned long, mysql_real_escape_string,                                            \
     (MYSQL * mysql, char *to, const char *from, unsigned long length),                  \
     (mysql, to, from, length))                                                          \
  F (my_socket, mysql_get_socket, (MYSQL * mysql), (mysql))                              \
  F (MYSQL *, mysql_init, (MYSQL * mysql), (mysql))                                      \
  F (int, mysql_next_result, (MYSQL * mysql), (mysql))                                   \
  F (int, mysql_options, (MYSQL * mysql, enum mysql_option option, const void *value),   \
     (mysql, option, value))                                                             \
  F (my_bool, mysql_read_query_result, (MYSQL * mysql), (mysql))                         \
  F (MYSQL *, mysql_real_connect,                                                        \
     (MYSQL * mysql, const char *host, const char *user, const char *password,           \
      const char *database, unsigned int port, const char *socket, unsigned long flags), \
     (mysql, host, user, password, database, port, socket, flags))                       \
  F (int, mysql_real_query, (MYSQL * mysql, const char *sql, unsigned long length),      \
     (mysql, sql, length))                                                               \
  F (int, mysql_send_query, (MYSQL * mysql, const char *sql, unsigned long length),      \
     (mysql, sql, length))                                                               \
  F (int, mysql_set_server_option, (MYSQL * mysql, enum enum_mysql_set_option option),   \
     (mysql, option))                                                                    \
  F (const char *, mysql_sqlstate, (MYSQL * mysql), (mysql))                             \
  F (MYSQL_RES *, mysql_store_result, (MYSQL * mysql), (mysql))                          \
  F (unsigned long, mysql_thread_id, (MYSQL * mysql), (mysql))

/* Those that give nothing. */
#define PROCEDURES(F)                             \
  F (void, mysql_close, (MYSQL * mysql), (mysql)) \
  F (void, mysql_free_result, (MYSQL_RES * result), (result))

static struct
{
#define FIELD(type, name, parameters, arguments) type (*name) parameters;
  FUNCTIONS (FIELD)
  PROCEDURES (FIELD)
} library;

#define FORWARD(type, name, parameters, arguments) \
  LIBRARY_OURS type STDCALL name parameters        \
  {                                                \
    return library.name arguments;                 \
  }
FUNCTIONS (FORWARD)

#define CALL(type, name, parameters, arguments) \
  LIBRARY_OURS type STDCALL name parameters     \
  {                                             \
    library.name arguments;                     \
  }
PROCEDURES (CALL)

gboolean
libmariadb_load (GError **error)
{
  static gpointer handle;

  if (handle != NULL)
    return TRUE;
  gpointer opened = library_open (LIBRARY, "MariaDB", error);
  if (opened == NULL)
    return FALSE;
#define FIND(type, name, parameters, arguments)                              \
  if (!library_find (opened, LIBRARY, #name, (void *) &library.name, error)) \
    return FALSE;
  FUNCTIONS (FIND)
  PROCEDURES (FIND)
  handle = opened;
  return TRUE;
}

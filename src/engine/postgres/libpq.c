/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of libpq that are used, each going to the library once it is loaded.
 */
#include "config.h"

#include "engine/postgres/libpq.h"

#include <dlfcn.h>

#include "model/error.h"

/* The name of its ABI, which has been the same since PostgreSQL 8.2. */
#define LIBRARY "libpq.so.5"

/* Ours stand for the library's in this program alone. */
#define OURS __attribute__ ((visibility ("hidden")))

#define FUNCTIONS(F)                                                                   \
  F (void, PQclear, (PGresult * result), (result))                                     \
  F (char *, PQcmdStatus, (PGresult * result), (result))                               \
  F (char *, PQcmdTuples, (PGresult * result), (result))                               \
  F (void, PQconninfoFree, (PQconninfoOption * options), (options))                    \
  F (PQconninfoOption *, PQconninfoParse, (const char *text, char **problem),          \
     (text, problem))                                                                  \
  F (void, PQfreemem, (void *memory), (memory))                                        \
  F (PGconn *, PQconnectdbParams,                                                      \
     (const char *const *keywords, const char *const *values, int expand),             \
     (keywords, values, expand))                                                       \
  F (char *, PQerrorMessage, (const PGconn *connection), (connection))                 \
  F (PGresult *, PQexec, (PGconn * connection, const char *sql), (connection, sql))    \
  F (PGresult *, PQexecParams,                                                         \
     (PGconn * connection, const char *sql, int n, const Oid *types,                   \
      const char *const *values, const int *lengths, const int *formats, int format),  \
     (connection, sql, n, types, values, lengths, formats, format))                    \
  F (void, PQfinish, (PGconn * connection), (connection))                              \
  F (Oid, PQftype, (const PGresult *result, int column), (result, column))             \
  F (int, PQgetisnull, (const PGresult *result, int row, int column),                  \
     (result, row, column))                                                            \
  F (int, PQgetlength, (const PGresult *result, int row, int column),                  \
     (result, row, column))                                                            \
  F (char *, PQgetvalue, (const PGresult *result, int row, int column),                \
     (result, row, column))                                                            \
  F (int, PQnfields, (const PGresult *result), (result))                               \
  F (int, PQntuples, (const PGresult *result), (result))                               \
  F (char *, PQresultErrorField, (const PGresult *result, int field), (result, field)) \
  F (ExecStatusType, PQresultStatus, (const PGresult *result), (result))               \
  F (ConnStatusType, PQstatus, (const PGconn *connection), (connection))               \
  F (PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection),         \
     (connection))

static struct
{
#define FIELD(type, name, parameters, arguments) type (*name) parameters;
  FUNCTIONS (FIELD)
} library;

#define FORWARD(type, name, parameters, arguments) \
  OURS type name parameters                        \
  {                                                \
    return library.name arguments;                 \
  }
FUNCTIONS (FORWARD)

static gboolean
find (void *handle, const char *name, void *function, GError **error)
{
  void *symbol = dlsym (handle, name);

  if (symbol == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "libpq has no function %s; a newer one is needed", name);
      return FALSE;
    }
  *(void **) function = symbol;
  return TRUE;
}

gboolean
libpq_load (GError **error)
{
  static void *handle;

  if (handle != NULL)
    return TRUE;
  void *opened = dlopen (LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (opened == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "PostgreSQL is reached through libpq, which cannot be loaded: %s",
                   dlerror ());
      return FALSE;
    }
#define FIND(type, name, parameters, arguments)             \
  if (!find (opened, #name, (void *) &library.name, error)) \
    return FALSE;
  FUNCTIONS (FIND)
  handle = opened;
  return TRUE;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of libpq that are used, each going to the library once it is loaded.
 */
#include "config.h"

#include "engine/postgres/libpq.h"

#include "engine/sql/library.h"

/* The name of its ABI, which has been the same since PostgreSQL 8.2. */
#define LIBRARY "libpq.so.5"

#define FUNCTIONS(F)                                                                    \
  F (int, PQbackendPID, (const PGconn *connection), (connection))                       \
  F (void, PQclear, (PGresult * result), (result))                                      \
  F (char *, PQcmdStatus, (PGresult * result), (result))                                \
  F (char *, PQcmdTuples, (PGresult * result), (result))                                \
  F (int, PQconsumeInput, (PGconn * connection), (connection))                          \
  F (void, PQconninfoFree, (PQconninfoOption * options), (options))                     \
  F (PQconninfoOption *, PQconninfoParse, (const char *text, char **problem),           \
     (text, problem))                                                                   \
  F (void, PQfreemem, (void *memory), (memory))                                         \
  F (PGconn *, PQconnectdbParams,                                                       \
     (const char *const *keywords, const char *const *values, int expand),              \
     (keywords, values, expand))                                                        \
  F (char *, PQerrorMessage, (const PGconn *connection), (connection))                  \
  F (PGresult *, PQexec, (PGconn * connection, const char *sql), (connection, sql))     \
  F (PGresult *, PQexecParams,                                                          \
     (PGconn * connection, const char *sql, int n, const Oid *types,                    \
      const char *const *values, const int *lengths, const int *formats, int format),   \
     (connection, sql, n, types, values, lengths, formats, format))                     \
  F (PGresult *, PQexecPrepared,                                                        \
     (PGconn * connection, const char *name, int n, const char *const *values,          \
      const int *lengths, const int *formats, int format),                              \
     (connection, name, n, values, lengths, formats, format))                           \
  F (void, PQfinish, (PGconn * connection), (connection))                               \
  F (Oid, PQftype, (const PGresult *result, int column), (result, column))              \
  F (PGresult *, PQgetResult, (PGconn * connection), (connection))                      \
  F (int, PQgetisnull, (const PGresult *result, int row, int column),                   \
     (result, row, column))                                                             \
  F (int, PQgetlength, (const PGresult *result, int row, int column),                   \
     (result, row, column))                                                             \
  F (char *, PQgetvalue, (const PGresult *result, int row, int column),                 \
     (result, row, column))                                                             \
  F (int, PQisBusy, (PGconn * connection), (connection))                                \
  F (int, PQnfields, (const PGresult *result), (result))                                \
  F (int, PQntuples, (const PGresult *result), (result))                                \
  F (void, PQreset, (PGconn * connection), (connection))                                \
  F (PGresult *, PQprepare,                                                             \
     (PGconn * connection, const char *name, const char *sql, int n, const Oid *types), \
     (connection, name, sql, n, types))                                                 \
  F (char *, PQresultErrorField, (const PGresult *result, int field), (result, field))  \
  F (int, PQsendQuery, (PGconn * connection, const char *sql), (connection, sql))       \
  F (PQnoticeReceiver, PQsetNoticeReceiver,                                             \
     (PGconn * connection, PQnoticeReceiver receiver, void *data),                      \
     (connection, receiver, data))                                                      \
  F (ExecStatusType, PQresultStatus, (const PGresult *result), (result))                \
  F (int, PQsocket, (const PGconn *connection), (connection))                           \
  F (ConnStatusType, PQstatus, (const PGconn *connection), (connection))                \
  F (PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection),          \
     (connection))

static struct
{
#define FIELD(type, name, parameters, arguments) type (*name) parameters;
  FUNCTIONS (FIELD)
} library;

#define FORWARD(type, name, parameters, arguments) \
  LIBRARY_OURS type name parameters                \
  {                                                \
    return library.name arguments;                 \
  }
FUNCTIONS (FORWARD)

gboolean
libpq_load (GError **error)
{
  static void *handle;

  if (handle != NULL)
    return TRUE;
  gpointer opened = library_open (LIBRARY, "PostgreSQL", error);
  if (opened == NULL)
    return FALSE;
#define FIND(type, name, parameters, arguments)                              \
  if (!library_find (opened, LIBRARY, #name, (void *) &library.name, error)) \
    return FALSE;
  FUNCTIONS (FIND)
  handle = opened;
  return TRUE;
}

dnl SPDX-License-Identifier: Apache-2.0

dnl ZDM_PG_QUERY: --with-pg-query, PostgreSQL's own parser for raw SQL. It has
dnl no .pc file; its tree needs the headers of protobuf-c, whose functions it
dnl brings along itself.
AC_DEFUN([ZDM_PG_QUERY], [
  AC_ARG_WITH([pg-query],
    [AS_HELP_STRING([--with-pg-query=yes|no|auto],
      [read raw PostgreSQL SQL with libpg_query (default: auto)])],
    [], [with_pg_query=auto])
  have_pg_query=no
  AS_IF([test "x$with_pg_query" != xno], [
    AC_CHECK_HEADER([pg_query.h], [
      AC_CHECK_HEADER([protobuf-c/protobuf-c.h], [
        AC_CHECK_LIB([pg_query], [pg_query__parse_result__unpack],
          [have_pg_query=yes])])])
    AS_IF([test "x$with_pg_query$have_pg_query" = xyesno],
      [AC_MSG_ERROR([--with-pg-query needs libpg_query and protobuf-c's headers (Debian: libpg-query-dev, libprotobuf-c-dev)])])
  ])
  AS_IF([test "x$have_pg_query" = xyes], [
    PG_QUERY_LIBS=-lpg_query
    AC_DEFINE([HAVE_PG_QUERY], [1], [Define to read PostgreSQL SQL with libpg_query])
  ])
  AC_SUBST([PG_QUERY_LIBS])
  AM_CONDITIONAL([HAVE_PG_QUERY], [test "x$have_pg_query" = xyes])
])

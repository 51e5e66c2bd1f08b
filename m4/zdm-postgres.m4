dnl SPDX-License-Identifier: Apache-2.0

dnl ZDM_POSTGRES: --with-postgres, the engine that runs on PostgreSQL through
dnl libpq.
AC_DEFUN([ZDM_POSTGRES], [
  AC_ARG_WITH([postgres],
    [AS_HELP_STRING([--with-postgres=yes|no|auto],
      [run on PostgreSQL, through libpq (default: auto)])],
    [], [with_postgres=auto])
  have_postgres=no
  AS_IF([test "x$with_postgres" != xno],
    [PKG_CHECK_MODULES([LIBPQ], [libpq], [have_postgres=yes], [have_postgres=no])])
  AS_IF([test "x$with_postgres$have_postgres" = xyesno],
    [AC_MSG_ERROR([--with-postgres needs libpq (Debian: libpq-dev)])])
  AS_IF([test "x$have_postgres" = xyes],
    [AC_DEFINE([HAVE_POSTGRES], [1], [Define to run on PostgreSQL])])
  AM_CONDITIONAL([HAVE_POSTGRES], [test "x$have_postgres" = xyes])
])

dnl SPDX-License-Identifier: Apache-2.0

dnl ZDM_MARIADB: --with-mariadb, the engine that runs on MariaDB through
dnl libmariadb.
AC_DEFUN([ZDM_MARIADB], [
  AC_ARG_WITH([mariadb],
    [AS_HELP_STRING([--with-mariadb=yes|no|auto],
      [run on MariaDB, through libmariadb (default: auto)])],
    [], [with_mariadb=auto])
  have_mariadb=no
  AS_IF([test "x$with_mariadb" != xno],
    [PKG_CHECK_MODULES([LIBMARIADB], [libmariadb], [have_mariadb=yes], [have_mariadb=no])])
  AS_IF([test "x$with_mariadb$have_mariadb" = xyesno],
    [AC_MSG_ERROR([--with-mariadb needs libmariadb (Debian: libmariadb-dev)])])
  AS_IF([test "x$have_mariadb" = xyes],
    [AC_DEFINE([HAVE_MARIADB], [1], [Define to run on MariaDB])])
  AM_CONDITIONAL([HAVE_MARIADB], [test "x$have_mariadb" = xyes])
])

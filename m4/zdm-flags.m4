dnl SPDX-License-Identifier: Apache-2.0

dnl ZDM_APPEND_FLAGS(VARIABLE, FLAGS): add each flag that the compiler knows.
dnl -Werror makes clang refuse what it would only warn about.
AC_DEFUN([ZDM_APPEND_FLAGS], [
  for zdm_flag in $2; do
    AS_VAR_PUSHDEF([zdm_cache], [zdm_cv_flag_$zdm_flag])
    AC_CACHE_CHECK([whether $CC accepts $zdm_flag], [zdm_cache], [
      zdm_saved_CFLAGS=$CFLAGS
      CFLAGS="$CFLAGS -Werror $zdm_flag"
      AC_COMPILE_IFELSE([AC_LANG_SOURCE([int zdm_flag_check;])],
        [AS_VAR_SET([zdm_cache], [yes])], [AS_VAR_SET([zdm_cache], [no])])
      CFLAGS=$zdm_saved_CFLAGS])
    AS_VAR_IF([zdm_cache], [yes], [$1="$$1 $zdm_flag"])
    AS_VAR_POPDEF([zdm_cache])
  done
])

dnl ZDM_REQUIRE_LINK(FLAGS, MESSAGE): stop unless a program links with FLAGS.
AC_DEFUN([ZDM_REQUIRE_LINK], [
  AC_MSG_CHECKING([whether $CC links with $1])
  zdm_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS $1"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
    [AC_MSG_RESULT([yes])], [AC_MSG_RESULT([no]); AC_MSG_ERROR([$2])])
  CFLAGS=$zdm_saved_CFLAGS
])

dnl ZDM_WARNINGS: WARN_CFLAGS and --enable-werror. Off for users: a warning
dnl that a newer compiler learns must not break their build.
AC_DEFUN([ZDM_WARNINGS], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [make warnings errors])],
    [], [enable_werror=no])
  WARN_CFLAGS=
  ZDM_APPEND_FLAGS([WARN_CFLAGS], [ \
    -Wall -Wextra -Wno-missing-field-initializers \
    -Wshadow -Wundef -Wvla -Wswitch -Wimplicit-fallthrough \
    -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes \
    -Wmissing-declarations -Wredundant-decls -Wnested-externs \
    -Wpointer-arith -Wwrite-strings -Wformat=2 -Wdouble-promotion \
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Walloca -Wdate-time])
  AS_IF([test "x$enable_werror" = xyes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

dnl ZDM_SANITIZERS: --enable-sanitizers[=LIST]; flags go to VARIANT_CFLAGS,
dnl which compile and link lines share.
AC_DEFUN([ZDM_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
      [build with sanitizers (default LIST: address,undefined)])],
    [], [enable_sanitizers=no])
  AS_IF([test "x$enable_sanitizers" = xyes], [enable_sanitizers=address,undefined])
  AS_IF([test "x$enable_sanitizers" != xno], [
    zdm_sanitizer_flags="-fsanitize=$enable_sanitizers -fno-omit-frame-pointer"
    AS_CASE([,$enable_sanitizers,], [*,undefined,*],
      [zdm_sanitizer_flags="$zdm_sanitizer_flags -fno-sanitize-recover=undefined"])
    ZDM_REQUIRE_LINK([$zdm_sanitizer_flags],
      [this compiler cannot build with -fsanitize=$enable_sanitizers])
    VARIANT_CFLAGS="$VARIANT_CFLAGS $zdm_sanitizer_flags"
    AC_DEFINE([ZDM_ARENA_DEBUG], [1],
      [Give every arena allocation a block of its own, for the sanitizers to watch])
  ])
  AM_CONDITIONAL([ENABLE_SANITIZERS], [test "x$enable_sanitizers" != xno])
  AC_SUBST([VARIANT_CFLAGS])
])

dnl ZDM_FUZZING: --enable-fuzzing, libFuzzer programs instead of replayers.
AC_DEFUN([ZDM_FUZZING], [
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing],
      [link the fuzz programs with libFuzzer; needs CC=clang])],
    [], [enable_fuzzing=no])
  AS_IF([test "x$enable_fuzzing" = xyes], [
    ZDM_REQUIRE_LINK([-fsanitize=fuzzer-no-link],
      [--enable-fuzzing needs libFuzzer: use CC=clang])
    VARIANT_CFLAGS="$VARIANT_CFLAGS -fsanitize=fuzzer-no-link"
    FUZZ_LIBS=-fsanitize=fuzzer
  ])
  AM_CONDITIONAL([ENABLE_FUZZING], [test "x$enable_fuzzing" = xyes])
  AC_SUBST([FUZZ_LIBS])
])

dnl ZDM_COVERAGE: --enable-coverage, for `make coverage`.
AC_DEFUN([ZDM_COVERAGE], [
  AC_ARG_ENABLE([coverage],
    [AS_HELP_STRING([--enable-coverage], [count executed lines with gcov])],
    [], [enable_coverage=no])
  AS_IF([test "x$enable_coverage" = xyes], [
    VARIANT_CFLAGS="$VARIANT_CFLAGS --coverage"
    AS_IF([test "x$zdm_cflags_given" != xyes], [CFLAGS="-g -O0"])
  ])
])

# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# TAP for the CLI tests. Source it first, end with done_testing. Every test
# runs in a new empty folder. The environment gives ZDM_RUN, the program, and
# ZDM_SRCDIR, the source tree.

: "${ZDM_SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${ZDM_RUN:=$ZDM_SRCDIR/build/zdm-run}"

n_tests=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/zdm-test-XXXXXX") || exit 1
trap 'cd / && rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$scratch/work" && cd "$scratch/work" || exit 1

ok () {
  n_tests=$((n_tests + 1))
  printf 'ok %s - %s\n' "$n_tests" "$1"
}

not_ok () {
  n_tests=$((n_tests + 1))
  printf 'not ok %s - %s\n' "$n_tests" "$1"
}

# check DESCRIPTION COMMAND…: the command must succeed.
check () {
  description=$1
  shift
  if "$@"; then ok "$description"; else not_ok "$description"; fi
}

done_testing () { echo "1..$n_tests"; }

# skip_all REASON: for what this machine cannot test.
skip_all () {
  echo "1..0 # SKIP $1"
  exit 0
}

# needs PROGRAM…: skips all where one is missing.
needs () {
  for program; do
    command -v "$program" >/dev/null || skip_all "$program is not installed"
  done
}

# start_server ENGINE: a server for this test alone, whose URL is $url, and which is stopped at
# the end; of galera one URL a node; skips all where the program was built without that engine, or there is no server.
start_server () {
  engine=$1 kind=$1
  case $engine in
    postgres) library=libpq ;;
    galera) library=libmariadb kind=mariadb ;;
    *) library=lib$engine ;;
  esac
  "$ZDM_RUN" plan --engine "$kind" "$ZDM_SRCDIR/migrations/MIG-001.yaml" \
    | grep -q "$kind: " || skip_all "zdm-run was built without $library"
  # shellcheck disable=SC2034  # url is for who calls it
  url=$("$ZDM_SRCDIR/tests/servers/$engine.sh" start "$scratch" $$ 2>"$scratch/why") \
    && code=0 || code=$?
  [ "$code" -ne 77 ] || skip_all "$(cat "$scratch/why")"
  [ "$code" -eq 0 ] || { cat "$scratch/why" >&2; exit 1; }
  trap '"$ZDM_SRCDIR/tests/servers/$engine.sh" stop "$scratch"; cd / && rm -rf "$scratch"' EXIT
}

show () { sed "s/^/# $1: /" "$2"; }

# check_exit CODE DESCRIPTION COMMAND…: the exit code; the output is kept for
# the expect functions.
check_exit () {
  expected=$1
  description=$2
  shift 2
  "$@" >"$scratch/stdout" 2>"$scratch/stderr" </dev/null && status=0 || status=$?
  if [ "$status" -eq "$expected" ]; then
    ok "$description"
  else
    not_ok "$description"
    echo "# exit code $status, expected $expected: $*"
    show stdout "$scratch/stdout"
    show stderr "$scratch/stderr"
  fi
}

# expect_same WHAT FILE: what the last command wrote is what FILE holds;
# FILE may be - for standard input.
expect_same () {
  if difference=$(diff -u - "$scratch/$1" <"$2"); then
    ok "$1 is as expected"
  else
    not_ok "$1 is as expected"
    printf '%s\n' "$difference" | sed 's/^/# /'
  fi
}

expect_stdout () { if [ "$1" = - ]; then expect_same stdout /dev/stdin; else expect_same stdout "$1"; fi; }
expect_stderr () { if [ "$1" = - ]; then expect_same stderr /dev/stdin; else expect_same stderr "$1"; fi; }

# expect_has WHAT TEXT: a line of what the last command wrote holds TEXT.
expect_has () {
  if grep -qF -e "$2" "$scratch/$1"; then
    ok "$1 says $2"
  else
    not_ok "$1 says $2"
    show "$1" "$scratch/$1"
  fi
}

expect_stdout_has () { expect_has stdout "$1"; }
expect_stderr_has () { expect_has stderr "$1"; }
expect_no_stdout () { expect_same stdout /dev/null; }
expect_no_stderr () { expect_same stderr /dev/null; }

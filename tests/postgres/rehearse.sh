#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# rehearse --url on PostgreSQL: on scratch databases, and none of them is left.
# ZDM_REHEARSE_LONG=1: every file of migrations/.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump pg_restore
start_server postgres
base=${url%/*}
PGOPTIONS='-c client_min_messages=error'
export PGOPTIONS

# database FILE: a new one with what the file declares.
database () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS app WITH (FORCE)' \
    -c 'CREATE DATABASE app' || exit 1
  "$ZDM_RUN" -q --fail-on never --url "$base/app" --seed-data --fail-at 1 "$1" 2>/dev/null
  psql -Xqv ON_ERROR_STOP=1 "$base/app" -c 'DROP SCHEMA IF EXISTS zdm CASCADE' || exit 1
}

dump () { pg_dump "$base/app" | grep -vE '^.(un)?restrict ' >"$1"; }

if [ "${ZDM_REHEARSE_LONG:-0}" = 1 ]; then
  set -- "$ZDM_SRCDIR"/migrations/*.yaml
else
  set -- "$ZDM_SRCDIR/migrations/MIG-016.yaml"
fi
for file; do
  database "$file"
  dump before
  # An application that is connected all the time.
  sleep 600 | psql -XAqt "$base/app" -f - >/dev/null 2>&1 &
  check_exit 0 "$(basename "$file")" "$ZDM_RUN" rehearse --fail-on never --url "$base/app" "$file"
  expect_stdout_has 'on postgres, killed after each of its'
  kill $! 2>/dev/null
  dump after
  check 'the database was only read' cmp -s before after
done
check 'no scratch database is left' \
  test -z "$(psql -XAqt "$url" -c "SELECT datname FROM pg_database WHERE datname LIKE 'zdm%'")"

# A signal.
"$ZDM_RUN" rehearse --fail-on never --url "$base/app" "$ZDM_SRCDIR/migrations/MIG-016.yaml" >"$scratch/stdout" 2>&1 &
for _ in $(seq 600); do
  case $(psql -XAqt "$url" -c "SELECT datname FROM pg_database WHERE datname LIKE 'zdm%\\_1'") in ?*) break ;; esac
  sleep 0.05
done
kill -TERM $!
wait $! && code=0 || code=$?
check 'SIGTERM ends it' test "$code" -eq 143
check 'no scratch database is left of it' \
  test -z "$(psql -XAqt "$url" -c "SELECT datname FROM pg_database WHERE datname LIKE 'zdm%'")"

# A role that may make no databases.
database "$ZDM_SRCDIR/migrations/MIG-016.yaml"
psql -Xq "$url" -c 'CREATE ROLE modest LOGIN' -c 'ALTER DATABASE app OWNER TO modest'
psql -Xq "$base/app" -c 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO modest'
check_exit 7 'without CREATEDB' "$ZDM_RUN" rehearse --fail-on never \
  --url "$(echo "$base/app" | sed 's/postgres@/modest@/')" "$ZDM_SRCDIR/migrations/MIG-016.yaml"
expect_stderr_has 'the role needs CREATEDB'

# What was dropped does not come back by itself.
file=$ZDM_SRCDIR/migrations/MIG-016.yaml
database "$file"
check_exit 0 'it waits' "$ZDM_RUN" -q --fail-on never --url "$base/app" "$file"
check_exit 0 'and drops' "$ZDM_RUN" contract -q --url "$base/app"
psql -Xq "$base/app" -c "UPDATE zdm.zdm_migration SET state = 'stopped', phase = 'CONTRACTING', finished = NULL"
check_exit 2 'an abort behind the line of no return' "$ZDM_RUN" abort --url "$base/app" MIG-016
expect_stderr_has 'has dropped what cannot come back'
check_exit 0 'when that is wanted' "$ZDM_RUN" abort -q --accept-loss --url "$base/app" MIG-016
done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Somebody holds a lock and never lets go: the run gives up within its budget, says who it
# is, has changed nothing, and nobody has waited for longer than one try.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
dump () { pg_dump -N zdm "$test_url" | grep -vE '^.(un)?restrict ' | sort >"$1"; }

psql -Xq "$url" -c 'CREATE DATABASE test' || exit 1
sql "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);
  INSERT INTO users SELECT i, 'name ' || i FROM generate_series(1, 1000) AS i;
  CREATE ROLE owner LOGIN; ALTER TABLE users OWNER TO owner;
  GRANT CREATE ON DATABASE test TO owner; GRANT CREATE ON SCHEMA public TO owner" || exit 1
cat >rename.yaml <<'EOT'
id: rename
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
change:
  rename_column: { from: name, to: label }
EOT

# hold SQL: somebody who has done that in a transaction, and goes to lunch.
mkfifo lunch
hold () {
  PGAPPNAME=shop-web psql -Xq "$test_url" <lunch >/dev/null 2>&1 &
  exec 3>lunch
  echo "BEGIN; $1;" >&3
  for _ in $(seq 100); do
    test "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shop-web'
      AND state = 'idle in transaction'")" = 1 && return
    sleep 0.1
  done
}
let_go () {
  exec 3>&-
  wait
}

# An application, whose requests are timed.
requests () {
  { printf '%s\n' '\timing'; for _ in $(seq 250); do
    echo 'SELECT name FROM users WHERE id = 7; SELECT pg_sleep(0.02);'
  done; } | psql -Xq "$test_url" | sed -n 's/^Time: \([0-9]*\).*/\1/p' | sort -n | tail -1 >longest
}

run () { "$ZDM_RUN" "$@" --url "$test_url"; }
begin () {
  timeout=$1
  shift
  run --fail-on never --lock-timeout "$timeout" "$@" rename.yaml
}

dump before
hold 'SELECT * FROM users'
requests &
started=$(date +%s)
check_exit 6 'a holder that never lets go' begin 5s
took=$(($(date +%s) - started))
expect_stderr_has 'canceling statement due to lock timeout (SQLSTATE 55P03); held up by pid '
expect_stderr_has ' (shop-web, role postgres, idle in transaction, in a transaction for '
check 'is given up within the budget' test "$took" -le 7
dump after
check 'nothing has changed' cmp before after
for _ in $(seq 100); do test -s longest && break; sleep 0.1; done
check "no request waited for longer than one try ($(cat longest) ms)" test "$(cat longest)" -lt 1000
check 'but they were held up' test "$(cat longest)" -ge 50
let_go
check_exit 0 'once it is let go the run goes on' run continue -q
check_exit 0 'and back' run abort -q
dump after
check 'to the start' cmp before after

hold 'UPDATE users SET name = name WHERE id = 500'
sql 'DROP SCHEMA zdm CASCADE'
check_exit 6 'definitions wait for a writer too' begin 2s
expect_stderr_has 'held up by pid '
let_go

# A row that somebody has changed stops a fill: one of the first page, which is the first chunk.
sql 'DROP SCHEMA zdm CASCADE'
sql 'VACUUM FULL users'
check_exit 0 'a run that waits before its fill' begin 2s -q --until expanding
hold 'UPDATE users SET id = id WHERE ctid = (SELECT min(ctid) FROM users)'
check_exit 6 'rows are waited for as well' run continue --lock-timeout 3s
expect_stderr_has 'held up by pid '
expect_stderr_has ' (shop-web, role postgres, idle in transaction, '
let_go
check_exit 0 'and then filled' run continue -q
check_exit 0 'up to the end' run contract -q

# A role that may not see what others do.
sql 'DROP SCHEMA zdm CASCADE; ALTER TABLE users RENAME label TO name'
hold 'SELECT * FROM users'
test_url=$(echo "$test_url" | sed 's/postgres@/owner@/')
check_exit 6 'seen by a role of few rights' begin 2s
expect_stderr_has ' (shop-web, role postgres, its state is shown to pg_read_all_stats only)'
let_go
done_testing

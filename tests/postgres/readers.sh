#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A transaction whose snapshot is older than the end of the backfill would read nulls in a
# column that has changed its type: contract waits for it, and says for whom.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }

psql -Xq "$url" -c 'CREATE DATABASE test' -c 'CREATE DATABASE other' || exit 1
sql "CREATE TABLE players (id integer PRIMARY KEY, points integer NOT NULL);
  CREATE TABLE orders (id integer PRIMARY KEY);
  INSERT INTO players SELECT i, i * 10 FROM generate_series(1, 1000) AS i;
  CREATE ROLE owner LOGIN; ALTER TABLE players OWNER TO owner;
  GRANT CREATE ON DATABASE test TO owner; GRANT CREATE ON SCHEMA public TO owner" || exit 1
cat >points.yaml <<'EOT'
id: points
table:
  name: players
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: points, type: INTEGER, nullable: false }
change:
  alter_column: { column: points, type: BIGINT }
EOT

# hold DATABASE SQL…: somebody who has done that, and goes to lunch in a transaction.
mkfifo lunch
hold () {
  PGAPPNAME=report psql -XAtq "$base/$1" <lunch >held 2>&1 &
  reader=$!
  exec 3>lunch
  shift
  for statement; do echo "$statement;" >&3; done
  for _ in $(seq 100); do
    test "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'report'
      AND state = 'idle in transaction'")" = 1 && return
    sleep 0.1
  done
}
# points: what the one at lunch reads last
points () {
  echo 'SELECT points FROM players WHERE id = 7;' >&3
  let_go
  points=$(tail -1 held)
}
let_go () {
  exec 3>&-
  wait "$reader"
}

zdm () { "$ZDM_RUN" "$@" --url "$test_url"; }
forget () {
  sql 'DROP SCHEMA IF EXISTS zdm CASCADE; DROP TABLE players;
    CREATE TABLE players (id integer PRIMARY KEY, points integer NOT NULL);
    ALTER TABLE players OWNER TO owner;
    INSERT INTO players SELECT i, i * 10 FROM generate_series(1, 1000) AS i'
}

# Its snapshot is there, and has not been asked for the table: no lock tells of it.
old='BEGIN ISOLATION LEVEL REPEATABLE READ'
hold test "$old" 'SELECT count(*) FROM orders'
check_exit 0 'a type changes while a report is written' zdm points.yaml -q
started=$(date +%s)
check_exit 6 'contract does not come before its end' zdm contract --lock-timeout 2s
took=$(($(date +%s) - started))
expect_stderr_has 'waits: pid '
expect_stderr_has ' (report, role postgres, idle in transaction, in a transaction for '
expect_stderr_has "still reads the rows as they were before they were filled, and would read nulls in 'points'"
expect_stderr_has 'let it end, or end it'
check 'is given up within the budget' test "$took" -le 4
zdm status --format json >status.json
check 'the run waits as before' grep -q '"state": *"waiting"' status.json
points
check 'the report reads what was there' test "$points" = 70
check_exit 0 'then it goes on' zdm contract -q
check 'with the other type' test "$(sql "SELECT pg_typeof(points) FROM players LIMIT 1")" = bigint

# Who begins when the rows are filled holds up nobody, and neither do READ COMMITTED and
# other databases.
forget
check_exit 0 'the rows are filled' zdm points.yaml -q
hold test "$old" 'SELECT count(*) FROM orders'
check_exit 0 'a younger snapshot holds up nobody' zdm contract -q --lock-timeout 2s
points
check "and reads the column ($points)" test "$points" = 70
forget
hold test 'BEGIN' 'SELECT count(*) FROM orders'
check_exit 0 'the rows are filled beside READ COMMITTED' zdm points.yaml -q
check_exit 0 'which holds up nobody' zdm contract -q --lock-timeout 2s
points
check "and reads the column ($points)" test "$points" = 70
forget
hold other "$old" 'SELECT 1'
check_exit 0 'the rows are filled beside another database' zdm points.yaml -q
check_exit 0 'which holds up nobody' zdm contract -q --lock-timeout 2s
let_go

# One that ends in time is waited for.
forget
hold test "$old" 'SELECT count(*) FROM orders'
check_exit 0 'the rows are filled' zdm points.yaml -q
zdm contract --lock-timeout 60s >contract 2>&1 3>&- &
contract=$!
for _ in $(seq 100); do grep -q waits: contract && break; sleep 0.1; done
check 'contract waits' grep -q "waits: pid .*'points'" contract
let_go
wait "$contract"
check 'and goes on' grep -q 'goes on after ' contract
check 'to the end' test "$(sql "SELECT pg_typeof(points) FROM players LIMIT 1")" = bigint

# A rename takes its name away from nobody who reads by the other one.
forget
sed 's/alter_column: .*/rename_column: { from: points, to: score }/; s/^id: .*/id: rename/' \
  points.yaml >rename.yaml
hold test "$old" 'SELECT count(*) FROM orders'
check_exit 0 'a column is renamed' zdm rename.yaml -q
check_exit 0 'which waits for nobody' zdm contract -q --lock-timeout 2s
let_go

# A role that is not shown how old the others' are says so, and goes on.
forget
hold test "$old" 'SELECT count(*) FROM orders'
test_url=$(echo "$test_url" | sed 's/postgres@/owner@/')
check_exit 0 'a role of few rights' zdm points.yaml -q
check_exit 0 'goes on' zdm contract
expect_stderr_has 'pg_read_all_stats only; it is not looked at'
let_go
done_testing

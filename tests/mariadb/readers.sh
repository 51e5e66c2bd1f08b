#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A transaction whose snapshot is older than the end of the backfill would read nulls in a
# column that has changed its type: contract waits for it, and says for whom.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/mariadb/client.sh"

sql mysql "CREATE DATABASE test; CREATE DATABASE other; CREATE TABLE other.items (id INT);
  SET GLOBAL log_bin_trust_function_creators = 1;
  CREATE USER low@'%'; GRANT ALL ON test.* TO low@'%'" || exit 1
cat >points.yaml <<'EOT'
id: points
table:
  name: players
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: points, type: INTEGER }
change:
  alter_column: { column: points, type: BIGINT }
EOT

# begin_again: a table without a history, and a file that is run on it once more
begin_again () {
  sql test "DROP TABLE IF EXISTS zdm_meta, zdm_migration, zdm_step, zdm_event;
    CREATE OR REPLACE TABLE players (id INT PRIMARY KEY, points INT);
    INSERT INTO players SELECT seq, seq * 10 FROM seq_1_to_1000;
    CREATE OR REPLACE TABLE orders (id INT PRIMARY KEY)"
}

# hold DATABASE SQL…: somebody who has done that, and goes to lunch in a transaction.
mkfifo lunch
hold () {
  mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" -N -B -n "$1" <lunch >held 2>&1 &
  reader=$!
  exec 3>lunch
  shift
  for statement in "SELECT CONCAT('at ', CONNECTION_ID())" "$@" "SELECT 'held'"; do
    echo "$statement;" >&3
  done
  for _ in $(seq 100); do
    grep -q '^held' held && break
    sleep 0.1
  done
  holder=$(sed -n 's/^at //p' held)
}
let_go () {
  exec 3>&-
  wait "$reader"
}
# points: what the one at lunch reads last
points () {
  echo 'SELECT points FROM test.players WHERE id = 7;' >&3
  let_go
  points=$(tail -1 held)
}
type_of_points () {
  sql test "SELECT DATA_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'test' AND
    TABLE_NAME = 'players' AND COLUMN_NAME = 'points'"
}

as=root
call () { "$ZDM_RUN" "$@" --url "mariadb://$as@127.0.0.1:$port/test"; }

# Its snapshot is there, and has not been asked for the table: no lock tells of it.
begin_again
hold test BEGIN 'SELECT COUNT(*) FROM orders'
sleep 1.1 # times of transactions are whole seconds
check_exit 0 'a type changes while a report is written' call points.yaml -q
started=$(date +%s)
check_exit 6 'contract does not come before its end' call contract --lock-timeout 2s
took=$(($(date +%s) - started))
expect_stderr_has "waits: connection $holder (user root from 127.0.0.1:"
expect_stderr_has ', in a transaction for '
expect_stderr_has "still reads the rows as they were before they were filled, and would read nulls in 'points'"
expect_stderr_has 'let it end, or end it'
check 'is given up within the budget' test "$took" -le 4
call status --format json >status.json
check 'the run waits as before' grep -q '"state": *"waiting"' status.json
points
check 'the report reads what was there' test "$points" = 70
check_exit 0 'then it goes on' call contract -q
check 'with the other type' test "$(type_of_points)" = bigint

# Who begins when the rows are filled holds up nobody, and neither do READ COMMITTED and
# other databases.
begin_again
check_exit 0 'the rows are filled' call points.yaml -q
sleep 1.1
hold test BEGIN 'SELECT COUNT(*) FROM orders'
check_exit 0 'a younger snapshot holds up nobody' call contract -q --lock-timeout 2s
points
check "and reads the column ($points)" test "$points" = 70
begin_again
hold test 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED' BEGIN 'SELECT COUNT(*) FROM orders'
check_exit 0 'the rows are filled beside READ COMMITTED' call points.yaml -q
check_exit 0 'which holds up nobody' call contract -q --lock-timeout 2s
points
check "and reads the column ($points)" test "$points" = 70
begin_again
hold other BEGIN 'SELECT COUNT(*) FROM items'
check_exit 0 'the rows are filled beside another database' call points.yaml -q
check_exit 0 'which holds up nobody' call contract -q --lock-timeout 2s
let_go

# One that ends in time is waited for.
begin_again
hold test BEGIN 'SELECT COUNT(*) FROM orders'
sleep 1.1
check_exit 0 'the rows are filled' call points.yaml -q
call contract --lock-timeout 60s >contract 2>&1 3>&- &
contract=$!
for _ in $(seq 100); do grep -q waits: contract && break; sleep 0.1; done
check 'contract waits' grep -q "waits: connection $holder .*'points'" contract
let_go
wait "$contract"
check 'and goes on' grep -q 'goes on after ' contract
check 'to the end' test "$(type_of_points)" = bigint

# An account that is not shown how old the others' are says so, and goes on.
begin_again
as=low
hold test BEGIN 'SELECT COUNT(*) FROM orders'
check_exit 0 'an account of few rights' call points.yaml -q
check_exit 0 'goes on' call contract
expect_stderr_has 'shown to accounts with PROCESS only; it is not looked at'
let_go
done_testing

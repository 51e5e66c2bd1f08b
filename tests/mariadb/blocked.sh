#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Somebody holds a lock and never lets go: the run gives up within its budget, says who it
# is, has changed nothing, and nobody has waited for longer than one try.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/mariadb/client.sh"

needs mariadb-dump

dump () {
  mariadb-dump --no-defaults -h127.0.0.1 -uroot -P"$port" --skip-comments \
    --ignore-table=test.zdm_meta --ignore-table=test.zdm_migration \
    --ignore-table=test.zdm_step --ignore-table=test.zdm_event test >"$1"
}
forget () { sql test 'DROP TABLE IF EXISTS zdm_meta, zdm_migration, zdm_step, zdm_event'; }

sql mysql "CREATE DATABASE test; SET GLOBAL log_bin_trust_function_creators = 1;
  CREATE USER low@'%'; GRANT ALL ON test.* TO low@'%'" || exit 1
sql test "CREATE TABLE users (id INT PRIMARY KEY, name LONGTEXT NOT NULL);
  INSERT INTO users SELECT seq, CONCAT('name ', seq) FROM seq_1_to_1000;
  CREATE TABLE orders (id INT PRIMARY KEY) AS SELECT 1 AS id" || exit 1
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
  mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" -N -B -n test <lunch >held 2>&1 &
  exec 3>lunch
  echo "SELECT CONCAT('at ', CONNECTION_ID()); BEGIN; $1; SELECT 'held';" >&3
  for _ in $(seq 100); do
    grep -q '^held' held && break
    sleep 0.1
  done
  holder=$(sed -n 's/^at //p' held)
}
let_go () {
  exec 3>&-
  wait
}

# An application, whose requests are timed.
requests () {
  for _ in $(seq 250); do
    echo "SET @at = SYSDATE(6); SELECT name INTO @name FROM users WHERE id = 7;
      SELECT TIMESTAMPDIFF(MICROSECOND, @at, SYSDATE(6)) DIV 1000; DO SLEEP(0.02);"
  done | mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" -N -B test | sort -n | tail -1 >longest
}

as=root
call () { "$ZDM_RUN" "$@" --url "mariadb://$as@127.0.0.1:$port/test"; }
begin () {
  timeout=$1
  shift
  call --fail-on never --lock-timeout "$timeout" "$@" rename.yaml
}

dump before
hold 'SELECT COUNT(*) FROM users'
requests &
started=$(date +%s)
check_exit 6 'a holder that never lets go' begin 5s
took=$(($(date +%s) - started))
expect_stderr_has 'Lock wait timeout exceeded; try restarting transaction (error 1205, SQLSTATE HY000); '
expect_stderr_has "held up by one who has a transaction open, connection $holder (user root from 127.0.0.1:"
check 'is given up within the budget' test "$took" -le 8
expect_stderr_has 'untouched by this call'
dump after
check 'nothing has changed' cmp before after
for _ in $(seq 100); do test -s longest && break; sleep 0.1; done
check "no request waited for longer than one try ($(cat longest) ms)" test "$(cat longest)" -lt 1500
check 'but they were held up' test "$(cat longest)" -ge 50
let_go
check_exit 0 'once it is let go the run goes on' call continue -q
check_exit 0 'and back' call abort -q
dump after
check 'to the start' cmp before after

# Two that have a transaction open, of which one has to do with the table.
forget
hold 'SELECT COUNT(*) FROM users'
{ echo 'BEGIN; SELECT COUNT(*) FROM orders; SELECT SLEEP(120), "canary";'; } \
  | mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" -N -B -n test >other.out 2>&1 &
until [ -s other.out ]; do sleep 0.1; done
check_exit 6 'one of two holders' begin 2s
expect_stderr_has '; which one is known to the plugin metadata_lock_info, which is not installed'
expect_stderr_has 'in a transaction for '
expect_stderr_has ': SELECT SLEEP(…)'
# shellcheck disable=SC2016  # for the inner shell
check 'values are kept to oneself' sh -c '! grep -q canary "$1"' - "$scratch/stderr"
sql test "INSTALL SONAME 'metadata_lock_info'"
forget
check_exit 6 'the plugin knows which one' begin 2s
expect_stderr_has "; held up by connection $holder (user root from 127.0.0.1:"
expect_stderr_has ', idle for '
# shellcheck disable=SC2016  # for the inner shell
check 'and only that one is named' sh -c '! grep -q "SLEEP\|INSTALL" "$1"' - "$scratch/stderr"
other=$(sql test "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%'")
sql test "KILL $other"

# An account that may not see what others do.
forget
as=low
check_exit 6 'seen by an account of few rights' begin 2s
expect_stderr_has "held up by connection $holder (what it does is shown to accounts with PROCESS only)"
let_go
as=root

# What is held up by a writer: a definition, and rows that somebody has changed.
forget
hold "UPDATE users SET name = 'x' WHERE id = 500"
check_exit 6 'definitions wait for a writer too' begin 2s
expect_stderr_has "held up by connection $holder ("
let_go
forget
check_exit 0 'a run that waits before its fill' begin 2s -q --until expanding
hold 'UPDATE users SET id = id WHERE id = 500'
check_exit 6 'rows are waited for as well' call continue --lock-timeout 3s
expect_stderr_has "held up by connection $holder (user root from 127.0.0.1:"
as=low
check_exit 6 'and not seen by an account of few rights' call continue --lock-timeout 2s
expect_stderr_has '; who holds the lock is shown to accounts with PROCESS only'
as=root
let_go
check_exit 0 'and then filled' call continue -q
check_exit 0 'up to the end' call contract -q
done_testing

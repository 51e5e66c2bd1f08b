#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A contract that has begun waits for nobody's word any more: who sees it killed must not
# be told that both applications may go on.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

cat >change.yaml <<'EOT'
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
change:
  rename_column: { from: name, to: label }
EOT
sql mysql 'CREATE DATABASE test'
sql test "CREATE TABLE users (id INT PRIMARY KEY, name LONGTEXT); INSERT INTO users VALUES (1, 'a')"
check_exit 0 'it waits' run change.yaml
check_exit 0 'and says so' "$ZDM_RUN" status --url "$base/test"
expect_stdout_has 'waiting'

# Somebody reads the table in a transaction, so that the definition cannot be changed.
mkfifo reader
mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" test <reader >/dev/null 2>&1 &
exec 3>reader
echo 'BEGIN; SELECT * FROM users; DO SLEEP(600);' >&3
until [ "$(sql mysql "SELECT COUNT(*) FROM information_schema.PROCESSLIST
    WHERE STATE = 'User sleep'")" = 1 ]; do sleep 0.05; done
"$ZDM_RUN" -q --url "$base/test" contract change >out 2>&1 &
contract=$!
until [ "$(sql test "SELECT COUNT(*) FROM zdm_step WHERE state = 'begun'")" = 1 ]; do
  kill -0 "$contract" 2>/dev/null || break
  sleep 0.05
done
check 'a contract has begun' kill -9 "$contract"
sql mysql "KILL $(sql mysql "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'")"
exec 3>&-
wait 2>/dev/null
# The server takes a moment to see that it is gone.
until [ "$(sql mysql "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = 'test'")" = 0 ]; do sleep 0.05; done
check_exit 0 'killed, it is under way' "$ZDM_RUN" status --url "$base/test"
expect_stdout_has 'CONTRACTING'
expect_stdout_has 'zdm-run continue change'
check_exit 0 'and goes on' zdm continue change
check 'to its end' test "$(sql test 'SELECT label FROM users')$(sql test 'SELECT state FROM zdm_migration')" = acomplete

done_testing

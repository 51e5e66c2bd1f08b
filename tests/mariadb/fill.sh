#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A backfill leaves out no row, also none whose key moves behind it while it goes on.
. "$ZDM_SRCDIR/tests/lib.sh"

needs mariadb
start_server mariadb

port=${url##*:}
port=${port%/*}
rows=20000

client () { mariadb --no-defaults -h127.0.0.1 -P"$port" -uroot -N "$@"; }

client -e 'CREATE DATABASE fill'
client fill -e "CREATE TABLE moved (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO moved SELECT seq, concat('user', seq) FROM seq_1_to_$rows"
url=${url%/*}/fill
cat >moved.yaml <<'EOF'
id: MOVED
table:
  name: moved
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
change:
  rename_column: { from: name, to: display_name }
EOF

# count CONDITION
count () { client -e "SELECT count(*) FROM fill.moved WHERE $1"; }

# A session holds a row until the run waits behind it, and moves the last row to the front as
# soon as another session lets it.
"$ZDM_RUN" -q --until expanding --url "$url" moved.yaml
client -e "DO GET_LOCK('may move', 0), SLEEP(600)" 2>brake.err &
until [ "$(client -e "SELECT IS_USED_LOCK('may move') IS NOT NULL")" = 1 ]; do sleep 0.05; done
client fill -e "BEGIN; SELECT id FROM moved WHERE id = 10000 FOR UPDATE;
  DO GET_LOCK('may move', 600); UPDATE moved SET id = 0 WHERE id = $rows; COMMIT" >/dev/null &
holder=$!
until [ "$(client -e "SELECT COUNT(*) FROM information_schema.PROCESSLIST
    WHERE STATE = 'User lock'")" = 1 ]; do sleep 0.05; done
"$ZDM_RUN" -q --batch-size 500 --lock-timeout 60s --url "$url" moved.yaml 2>run.err &
run=$!
until [ "$(count 'id = 9500 AND display_name IS NOT NULL')" = 1 ]; do
  kill -0 "$run" 2>/dev/null || break
  sleep 0.05
done
check 'the run waits' kill -0 "$run"
client -e "KILL $(client -e "SELECT IS_USED_LOCK('may move')")"
wait "$holder"
wait "$run" && status=0 || status=$?
check 'it goes on when the row is let go' [ "$status" -eq 0 ]
check 'the row whose key has moved behind it is filled too' [ "$(count 'display_name = name')" = $rows ]
check_exit 0 'the gate finds none that is out of step' "$ZDM_RUN" -q contract --url "$url" MOVED

# A trigger of the user's own takes back what is written.
client fill -e "CREATE TABLE undone (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO undone SELECT seq, concat('user', seq) FROM seq_1_to_50"
sed 's/MOVED/UNDONE/; s/moved/undone/' moved.yaml >undone.yaml
"$ZDM_RUN" -q --until expanding --url "$url" undone.yaml
client fill -e "CREATE TRIGGER take_back BEFORE UPDATE ON undone FOR EACH ROW
  SET NEW.display_name = IF(OLD.id = 7, OLD.display_name, NEW.display_name)"
check_exit 4 'a fill that is undone comes to an end' timeout 60 "$ZDM_RUN" --url "$url" undone.yaml
expect_stderr_has "row id '7' of 'undone', column 'display_name': what is written there is undone"
expect_stderr_has 'next: zdm-run continue UNDONE'
client fill -e 'DROP TRIGGER take_back'
check_exit 0 'without the trigger it goes on' "$ZDM_RUN" -q continue --url "$url" UNDONE
check 'and fills every row' \
  [ "$(client -e 'SELECT count(*) FROM fill.undone WHERE display_name = name')" = 50 ]
done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A backfill waits for replicas and for applications, and says why: a replica that stops
# applying, one that stops receiving, one that is gone; sessions at work; a replica that the
# URL does not name.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/mariadb/client.sh"

server () { "$ZDM_SRCDIR/tests/servers/mariadb.sh" "$@"; }
count () { sql test "SELECT COUNT(*) FROM $1 WHERE $2"; }
at_replica () { mariadb --no-defaults -h127.0.0.1 -uroot -P"$replica_port" -N -B -e "$1"; }

# make_table NAME [ROWS]: 8,000 rows, and a file that renames their column.
make_table () {
  cat >"$1.yaml" <<EOF
id: RENAME-$1
table:
  name: $1
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
change:
  rename_column: { from: name, to: display_name }
EOF
  sql test "CREATE TABLE $1 (id INT PRIMARY KEY, name LONGTEXT NOT NULL);
            INSERT INTO $1 SELECT seq, CONCAT('user', seq) FROM seq_1_to_${2:-8000}"
}

# Both are equally far.
wait_for_replica () {
  until [ "$(at_replica 'SELECT @@gtid_slave_pos')" = "$(sql mysql 'SELECT @@gtid_binlog_pos')" ]; do
    sleep 0.1
  done
}

# run_behind NAME OPTION…: in the background; what it says goes to run.err.
run_behind () {
  table=$1
  shift
  timeout 60 "$ZDM_RUN" --url "$both" "$@" "$table.yaml" >run.out 2>run.err &
  run=$!
}

# told TEXT: whether the run says so within 20 s, while it goes on.
told () {
  for _ in $(seq 200); do
    if grep -qF -e "$1" run.err; then return 0; fi
    kill -0 "$run" 2>/dev/null || break
    sleep 0.1
  done
  show run.err run.err
  return 1
}

# ended CODE
ended () {
  wait "$run" && status=0 || status=$?
  [ "$status" -eq "$1" ] || { show run.err run.err; return 1; }
}

# holds_still TABLE: no row is filled while a second goes by.
holds_still () {
  first=$(count "$1" 'display_name IS NOT NULL')
  sleep 1
  [ "$(count "$1" 'display_name IS NOT NULL')" = "$first" ] && [ "$first" -lt 8000 ]
}

sql mysql "CREATE DATABASE test; CREATE USER low@'%'; GRANT ALL ON test.* TO low@'%';
  SET GLOBAL log_bin_trust_function_creators = 1"
replica=$(server replica "$scratch/replica" "$url" $$) || exit 1
trap 'server stop "$scratch/replica"; server stop "$scratch"; cd / && rm -rf "$scratch"' EXIT
replica_port=${replica##*:}
replica_port=${replica_port%/*}
named=127.0.0.1:$replica_port
both="$base/test?replica=$named"
wait_for_replica

# ---- a replica that applies nothing ----

make_table users
check_exit 0 'the triggers first' "$ZDM_RUN" -q --until expanding --url "$both" users.yaml
wait_for_replica
at_replica 'STOP SLAVE SQL_THREAD'
sql test 'CREATE TABLE unseen (n int)' # so that it is behind from the first look on
run_behind users --max-lag 500ms --batch-size 2 --format json
check 'a run waits for a replica that is behind, and says so' told '"event": "waiting"'
check 'which one it is, and what the limit is' told "replica '$named' is "
check 'and how it is set' told '(--max-lag 0.5s)'
check 'no row is filled meanwhile' holds_still users
check_exit 0 'others can read it' "$ZDM_RUN" status --url "$both"
expect_stdout_has 'Message: waits: replica '
at_replica 'START SLAVE SQL_THREAD'
check 'it goes on when the replica does' told '"event": "resumed"'
check 'and ends well' ended 0
check 'every row has its value' [ "$(count users 'display_name = name')" = 8000 ]
check_exit 0 'nobody reads it any more' "$ZDM_RUN" status --url "$both"
# shellcheck disable=SC2016  # for the inner shell
check 'as it is over' sh -c '! grep -q waits: "$1"' - "$scratch/stdout"
wait_for_replica
check 'on the replica too' [ "$(at_replica 'SELECT COUNT(*) FROM test.users WHERE display_name = name')" = 8000 ]

# ---- one that receives nothing, and so believes that it is in time ----

make_table silent
wait_for_replica
at_replica 'STOP SLAVE IO_THREAD'
sql test 'CREATE TABLE unheard (n int)'
run_behind silent --max-lag 500ms --batch-size 2
check 'a run waits for a replica that receives nothing' told "waits: replica '$named' is "
at_replica 'START SLAVE IO_THREAD'
check 'and goes on' told 'goes on after '
check 'to its end' ended 0

# ---- one that cannot be asked ----

make_table stopped
server crash "$scratch/replica"
check_exit 7 'a replica that is gone' "$ZDM_RUN" --max-lag 9s --url "$both" stopped.yaml
expect_stderr_has "replica '$named' cannot be asked how late it is (--max-lag 9s): "
check 'nothing was touched' [ "$(sql test "SHOW TABLES LIKE 'zdm_before%'; SHOW TRIGGERS LIKE 'stopped'")" = '' ]
run_behind stopped
check 'it is waited for without having been asked for too' told \
  "waits: replica '$named' cannot be asked how late it is (--max-lag 5s): "
kill -TERM "$run"
check 'a signal ends the wait' ended 143
check 'nothing is filled' [ "$(count stopped 'display_name IS NULL')" = 8000 ]
check_exit 0 'nobody waits without a limit' "$ZDM_RUN" continue --max-lag 0 --url "$both" RENAME-stopped
check 'and every row has its value' [ "$(count stopped 'display_name = name')" = 8000 ]
server restart "$scratch/replica" 2>/dev/null || exit 1
wait_for_replica
check 'on the replica too, once it is back' \
  [ "$(at_replica 'SELECT COUNT(*) FROM test.stopped WHERE display_name = name')" = 8000 ]

# ---- sessions at work ----

make_table busy 9
sleeper () { sql test 'SELECT SLEEP(60)' >/dev/null 2>&1 & }
sleepers () {
  sql test "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO = 'SELECT SLEEP(60)' AND STATE = 'User sleep'"
}
sleeper
sleeper
until [ "$(sleepers | wc -l)" = 2 ]; do sleep 0.1; done
check_exit 0 'as many as there may be' "$ZDM_RUN" -q --until expanding --max-load 2 --url "$both" busy.yaml
run_behind busy --max-load 1
check 'a run waits for sessions at work' told 'waits: 2 sessions are at work (--max-load 1)'
check 'and fills no row meanwhile' [ "$(count busy 'display_name IS NOT NULL')" = 0 ]
for id in $(sleepers); do sql test "KILL $id"; done
check 'it goes on when they have ended' told 'goes on after '
check 'and comes to its end' ended 0

# ---- who may look, and at whom ----

make_table plain 9
low=$(printf '%s' "$both" | sed 's/root@/low@/')
check_exit 0 'an account without any right on the server sees replicas' \
  "$ZDM_RUN" --max-lag 5s --max-load 9 --url "$low" plain.yaml
make_table unnamed 9
check_exit 2 'a limit for a replica that the URL does not name is refused' \
  "$ZDM_RUN" --max-lag 5s --url "$base/test" unnamed.yaml
expect_stderr_has 'how far a replica is behind is known to none but itself: name it in the URL, ?replica=HOST:PORT'
check_exit 0 'without having been asked it is only said' "$ZDM_RUN" --url "$base/test" unnamed.yaml
expect_stderr_has 'note: how far a replica is behind is known to none but itself'
check_exit 7 'a server is no replica of itself' \
  "$ZDM_RUN" --max-lag 5s --url "$base/test?replica=127.0.0.1:$port" plain.yaml
expect_stderr_has 'it is the server itself'
for bad in '' host:port a@b a/b; do
  check_exit 7 "'$bad' is no address" "$ZDM_RUN" --url "$base/test?replica=$bad" plain.yaml
  expect_stderr_has "'replica' wants HOST or HOST:PORT"
done

done_testing

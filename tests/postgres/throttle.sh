#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A backfill waits for replicas and for applications, and says why: a streaming replica whose
# replay is paused and resumed, sessions at work, and a role that may see neither.
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres

server () { "$ZDM_SRCDIR/tests/servers/postgres.sh" "$@"; }
sql () { psql -XAqt -v ON_ERROR_STOP=1 "$url" -c "$1"; }
at_replica () { psql -XAqt -v ON_ERROR_STOP=1 "$replica" -c "$1" >/dev/null; }
count () { sql "SELECT count(*) FROM $1 WHERE $2"; }

# make_table NAME: 8,000 rows, and a file that renames their column.
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
  sql "CREATE TABLE $1 (id integer PRIMARY KEY, name text NOT NULL);
       INSERT INTO $1 SELECT i, 'user' || i FROM generate_series(1, 8000) AS i"
}

# run_behind NAME OPTION…: in the background; what it says goes to run.err.
run_behind () {
  table=$1
  shift
  "$ZDM_RUN" --url "$url" "$@" "$table.yaml" >run.out 2>run.err &
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

replica=$(server replica "$scratch/replica" "$url?application_name=replica" $$) || exit 1
trap 'server stop "$scratch/replica"; server stop "$scratch"; cd / && rm -rf "$scratch"' EXIT
until [ "$(sql "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")" = 1 ]; do
  sleep 0.1
done

# ---- a replica that is behind ----

make_table users
check_exit 0 'the triggers first' "$ZDM_RUN" -q --until expanding --url "$url" users.yaml
at_replica 'SELECT pg_wal_replay_pause()'
sql 'CREATE TABLE unseen ()' # so that it is behind from the first look on
run_behind users --max-lag 500ms --batch-size 2 --format json
check 'a run waits for a replica that is behind, and says so' told '"event": "waiting"'
check 'which one it is, and what the limit is' told "replica 'replica' is "
check 'and how it is set' told '(--max-lag 0.5s)'
check 'no row is filled meanwhile' holds_still users
check_exit 0 'others can read it' "$ZDM_RUN" status --url "$url"
expect_stdout_has 'Message: waits: replica '
at_replica 'SELECT pg_wal_replay_resume()'
check 'it goes on when the replica does' told '"event": "resumed"'
check 'and ends well' ended 0
check 'every row has its value' [ "$(count users 'display_name = name')" = 8000 ]
check_exit 0 'nobody reads it any more' "$ZDM_RUN" status --url "$url"
# shellcheck disable=SC2016  # for the inner shell
check 'as it is over' sh -c '! grep -q waits: "$1"' - "$scratch/stdout"

make_table held
at_replica 'SELECT pg_wal_replay_pause()'
sql "CREATE TABLE noise AS SELECT generate_series(1, 1000)"
sleep 2
check_exit 0 'nobody waits without a limit' "$ZDM_RUN" -v --max-lag 0 --url "$url" held.yaml
check 'and nothing is said of it' sh -c '! grep -q waits "$1"' - "$scratch/stderr"

make_table stopped
run_behind stopped --max-lag 500ms --batch-size 2
check 'a run waits' told "waits: replica 'replica' is "
kill -TERM "$run"
check 'a signal ends the wait' ended 143
check 'what is left is not filled' [ "$(count stopped 'display_name IS NULL')" -gt 0 ]
at_replica 'SELECT pg_wal_replay_resume()'
check_exit 0 'continue fills it' "$ZDM_RUN" continue --url "$url" RENAME-stopped
check 'every row has its value after that' [ "$(count stopped 'display_name = name')" = 8000 ]

# ---- sessions at work ----

make_table busy
psql -Xq "$url" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
psql -Xq "$url" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'")" = 2 ]; do
  sleep 0.1
done
run_behind busy --max-load 1 --max-lag 0
check 'a run waits for sessions at work' told 'waits: 2 sessions are at work (--max-load 1)'
check 'and fills no row meanwhile' [ "$(count busy 'display_name IS NOT NULL')" = 0 ]
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'" >/dev/null
check 'it goes on when they have ended' told 'goes on after '
check 'and comes to its end' ended 0

# ---- a role that is told nothing ----

sql "CREATE ROLE owner LOGIN;
     GRANT CREATE ON DATABASE postgres TO owner; GRANT CREATE ON SCHEMA public TO owner;
     ALTER SCHEMA zdm OWNER TO owner;
     DO \$\$ DECLARE name text; BEGIN FOR name IN SELECT relname FROM pg_class
       WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'r'
       LOOP EXECUTE format('ALTER TABLE zdm.%I OWNER TO owner', name); END LOOP; END \$\$"
make_table blind
sql 'ALTER TABLE blind OWNER TO owner'
owner=$(printf '%s' "$url" | sed 's/postgres@/owner@/')
check_exit 2 'a limit that cannot be looked at is refused' \
  "$ZDM_RUN" --max-lag 5s --url "$owner" blind.yaml
expect_stderr_has "how far replica 'replica' is behind is shown to members of pg_monitor only"
check 'nothing was touched' [ "$(sql "SELECT count(*) FROM pg_attribute
  WHERE attrelid = 'blind'::regclass AND attname = 'display_name'")" = 0 ]
check_exit 0 'without having been asked it is only said' "$ZDM_RUN" --url "$owner" blind.yaml
expect_stderr_has "note: how far replica 'replica' is behind is shown to members of pg_monitor only"
sql 'GRANT pg_monitor TO owner'
make_table seen
sql 'ALTER TABLE seen OWNER TO owner'
check_exit 0 'a member of pg_monitor sees it' "$ZDM_RUN" --max-lag 5s --url "$owner" seen.yaml

done_testing

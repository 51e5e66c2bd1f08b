#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A backfill reads each row a few times, however many chunks it takes: also on a table that
# was never analysed, of which the planner knows nothing.  It leaves out none: neither keys
# behind gaps, nor one that moves behind it, nor what a crash of the server takes back.
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres

sql () { psql -XAqt -v ON_ERROR_STOP=1 "$url" -c "$1"; }

rows=50000

# rename_file ID TABLE TYPE
rename_file () {
  cat <<EOF
id: $1
table:
  name: $2
  columns:
    - { name: id, type: $3, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
change:
  rename_column: { from: name, to: display_name }
EOF
}

# make_users TABLE: with $rows rows.
make_users () {
  sql "CREATE TABLE $1 (id integer PRIMARY KEY, name text NOT NULL) WITH (autovacuum_enabled = off);
       INSERT INTO $1 SELECT i, 'user' || i FROM generate_series(1, $rows) AS i"
}

# count TABLE CONDITION
count () { sql "SELECT count(*) FROM $1 WHERE $2"; }

rename_file FILL users INTEGER >copy.yaml
make_users users
check_exit 0 'a table that was never analysed is filled' \
  "$ZDM_RUN" -q --batch-size 500 --url "$url" copy.yaml
check 'every row has its value' [ "$(count users 'display_name = name')" = $rows ]
sleep 2 # until the session that has ended has told its figures
n_read=$(sql "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables
              WHERE relname = 'users'")
check "rows are read a few times each: $n_read of $rows" [ "$n_read" -lt $((rows * 5)) ]

# Whole numbers: some that follow each other, some with gaps, the least and the greatest.
rename_file GAPS gaps BIGINT >gaps.yaml
sql "CREATE TABLE gaps (id bigint PRIMARY KEY, name text NOT NULL);
     INSERT INTO gaps SELECT i, 'user' || i FROM (
       SELECT generate_series(1, 3000) UNION ALL
       SELECT generate_series(1000000, 1200000, 77) UNION ALL
       SELECT -9223372036854775808 + generate_series(0, 900) UNION ALL
       SELECT 9223372036854775807 - generate_series(0, 900)) AS k (i)"
check_exit 0 'whole numbers with gaps are filled' \
  "$ZDM_RUN" -q --batch-size 200 --url "$url" gaps.yaml
check 'all of them' [ "$(count gaps 'display_name IS DISTINCT FROM name')" = 0 ]

# most_at_once TABLE: how many rows the greatest transaction has written that is left.
most_at_once () { sql "SELECT max(n) FROM (SELECT count(*) AS n FROM $1 GROUP BY xmin::text) AS x"; }

# Page by page, without a key.
sed "/name: id/d; s/: users/: loose/; s/^id: .*/id: LOOSE/" copy.yaml >loose.yaml
sql "CREATE TABLE loose (name text NOT NULL);
     INSERT INTO loose SELECT 'user' || i FROM generate_series(1, $rows) AS i;
     DELETE FROM loose WHERE name < 'user3'"
check_exit 0 'a table without a key is filled' \
  "$ZDM_RUN" -q --fail-on never --batch-size 2000 --url "$url" loose.yaml
check 'all of it' [ "$(count loose 'display_name IS DISTINCT FROM name')" = 0 ]
check 'by not more rows at once than were said' [ "$(most_at_once loose)" -le 2000 ]

# Rows that go to other pages all the time, as others write what is no part of it.
rename_file BUSY busy TEXT >busy.yaml
sql "CREATE TABLE busy (id text PRIMARY KEY, name text NOT NULL, n integer);
     INSERT INTO busy SELECT md5(i::text), 'user' || i, 0 FROM generate_series(1, $rows) AS i"
while [ ! -e quiet ]; do
  echo "UPDATE busy SET n = n + 1 WHERE ctid IN (SELECT ctid FROM busy ORDER BY random() LIMIT 900);"
done | psql -XAqt -v ON_ERROR_STOP=1 "$url" >/dev/null 2>busy.err &
writer=$!
check_exit 0 'rows that move are filled' "$ZDM_RUN" -q --batch-size 600 --url "$url" busy.yaml
touch quiet
wait "$writer" && status=0 || status=$?
check "the writer notices nothing: $(cat busy.err)" [ "$status" -eq 0 ]
check 'all of those' [ "$(count busy 'display_name IS DISTINCT FROM name')" = 0 ]

# hold TABLE ID: a session that holds the row, until `release SQL`; the triggers are there.
hold () {
  "$ZDM_RUN" -q --until expanding --url "$url" "$1.yaml"
  rm -f held && mkfifo held
  psql -XAqt "$url" <held >held.txt &
  holder=$!
  exec 3>held
  echo "BEGIN; SELECT 'held' FROM $1 WHERE id = $2 FOR UPDATE;" >&3
  until grep -q held held.txt; do sleep 0.05; done
}

release () {
  echo "$1" >&3
  exec 3>&-
  wait "$holder"
}

# run_up_to ID TABLE: in the background, until it waits behind that row.
run_up_to () {
  "$ZDM_RUN" -q --batch-size 500 --lock-timeout 60s --url "$url" "$2.yaml" 2>run.err &
  run=$!
  until [ "$(count "$2" "id = $1 AND display_name IS NOT NULL")" = 1 ]; do
    kill -0 "$run" 2>/dev/null || break
    sleep 0.05
  done
}

rename_file MOVED moved INTEGER >moved.yaml
make_users moved
hold moved 30000
run_up_to 29000 moved
release 'UPDATE moved SET id = 0 WHERE id = 50000; COMMIT;'
wait "$run" && status=0 || status=$?
check 'a run goes on when a row is let go' [ "$status" -eq 0 ]
check 'a row whose key has moved behind the run is filled too' \
  [ "$(count moved 'display_name = name')" = $rows ]

# A trigger of the user's own takes back what is written.
rename_file UNDONE undone INTEGER >undone.yaml
make_users undone
"$ZDM_RUN" -q --until expanding --url "$url" undone.yaml
sql "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN NEW.display_name = OLD.display_name; RETURN NEW; END'"
sql 'CREATE TRIGGER zzzz_undo BEFORE UPDATE ON undone FOR EACH ROW WHEN (OLD.id = 7)
  EXECUTE FUNCTION undo()'
sql 'ALTER TABLE undone ENABLE ALWAYS TRIGGER zzzz_undo'
check_exit 4 'a fill that is undone comes to an end' timeout 60 "$ZDM_RUN" --url "$url" undone.yaml
expect_stderr_has "row id '7' of 'undone', column 'display_name': what is written there is undone"
expect_stderr_has 'next: zdm-run continue UNDONE'
sql 'DROP TRIGGER zzzz_undo ON undone'
check_exit 0 'without the trigger it goes on' "$ZDM_RUN" -q continue --url "$url" UNDONE
check 'and fills every row' [ "$(count undone 'display_name = name')" = $rows ]

# The other half of a table that is split.
cat >split.yaml <<'EOT'
id: SPLIT
table:
  name: notes
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: note, type: TEXT }
change:
  split_table: { to: halves, columns: [note], key: [id] }
EOT
sql "CREATE TABLE notes (id integer PRIMARY KEY, note text)"
sql "INSERT INTO notes SELECT n, 'n' || n FROM generate_series(1, 50) AS n"
"$ZDM_RUN" -q --until expanding --fail-on never --url "$url" split.yaml
sql 'CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS '"'BEGIN RETURN NULL; END'"
sql 'CREATE TRIGGER aaaa_undo BEFORE INSERT ON halves FOR EACH ROW WHEN (NEW.id = 7)
  EXECUTE FUNCTION drop_row()'
check_exit 4 'a copy that is undone comes to an end' \
  timeout 60 "$ZDM_RUN" --fail-on never --url "$url" split.yaml
expect_stderr_has "row id '7' of 'halves', column 'note': what is written there is undone"
sql 'DROP TRIGGER aaaa_undo ON halves'
check_exit 0 'without the trigger it goes on' "$ZDM_RUN" -q continue --url "$url" SPLIT
check 'and copies every row' [ "$(sql 'SELECT count(*) FROM halves JOIN notes USING (id, note)')" = 50 ]

# The server does not hurry to the disk with its log, and a power cut takes what is not there.
sql 'ALTER SYSTEM SET wal_writer_delay = 10000'
sql "ALTER SYSTEM SET wal_writer_flush_after = '1GB'"
sql 'ALTER SYSTEM SET bgwriter_lru_maxpages = 0'
sql 'SELECT pg_reload_conf()' >/dev/null
rename_file CRASH crash INTEGER >crash.yaml
make_users crash
sql 'SELECT pg_switch_wal()' >/dev/null # what is lost is in one file
hold crash 30000
run_up_to 29000 crash
before=$(count crash 'display_name IS NOT NULL')
sql "SELECT file_name || ' ' || file_offset
     FROM pg_walfile_name_offset(pg_current_wal_flush_lsn())" >flushed.txt
read -r log offset <flushed.txt
server () { "$ZDM_SRCDIR/tests/servers/postgres.sh" "$1" "$scratch" 3>&-; }
server crash
for size in "$offset" 16M; do
  truncate -s "$size" "$scratch/postgres/data/pg_wal/$log"
done
server restart
wait "$run" && status=0 || status=$?
exec 3>&-
wait "$holder" || true
check "a run whose server has crashed ends with 4: $status" [ "$status" -eq 4 ]
after=$(count crash 'display_name IS NOT NULL')
check "the crash has taken back some chunks: of $before rows $after are left" \
  [ "$after" -lt "$before" ]
check 'and their records with them' \
  [ "$(sql "SELECT sum(s.n_rows) FROM zdm.zdm_step AS s JOIN zdm.zdm_migration AS m ON m.number = s.run
            WHERE m.id = 'CRASH'")" = "$after" ]
check_exit 0 'it goes on' "$ZDM_RUN" -q continue --url "$url" CRASH
check 'every row has its value after a crash' [ "$(count crash 'display_name = name')" = $rows ]
done_testing

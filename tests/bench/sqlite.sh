# SPDX-License-Identifier: Apache-2.0
#
# The part of `make bench` that is about SQLite; bench.sh reads it in.
#
# zdm-run's backfill stands beside one UPDATE by sqlite3 on a copy of the same database,
# in turns; each round begins with fresh copies that are on the disk.
# shellcheck shell=sh

# at_least WHAT VALUE UNIT LIMIT
at_least () {
  verdict=$(calculate %s "($2 >= $4) ? \"pass\" : \"short\"")
  printf '  %-48s %10s %-10s goal >= %s: %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

# users_file COLUMN TYPE TRANSFORM
users_file () {
  head_of_users '' | sed '/rows:/d'
  cat <<EOF
change:
  add_column:
    column: { name: $1, type: $2 }
    from: ${4:-name}
    transform: $3
    replaces: ${4:-name}
EOF
  [ "$3" = direct_copy ] || echo '    backward: none'
}

# make_users DATABASE ROWS: the table, by sqlite3.
make_users () {
  sqlite3 "$1" "
    CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, email TEXT);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
    INSERT INTO users SELECT i, 'user' || i, CASE i % 3 WHEN 0 THEN 'alice@example.com'
      WHEN 1 THEN 'bob@example.com' END FROM n;"
}

# A trigger of the user's, which hears of every update.
add_user_trigger () {
  sqlite3 "$1" "
    CREATE TRIGGER heard AFTER UPDATE ON users WHEN NEW.email IS NOT OLD.email
    BEGIN SELECT 1; END;"
}

drop_triggers () {
  sqlite3 "$1" "SELECT 'DROP TRIGGER \"' || name || '\";' FROM sqlite_schema
    WHERE type = 'trigger'" | sqlite3 "$1"
}

# expanded DATABASE JOURNAL_MODE FILE: ready for the backfill.
expanded () {
  sqlite3 "$1" "PRAGMA journal_mode = $2" >/dev/null
  "$ZDM_RUN" -q --url "sqlite:$1" --until expanding "$3" 2>/dev/null
  sqlite3 "$1" 'PRAGMA wal_checkpoint (TRUNCATE)' >/dev/null
}

# The middle of the numbers in a file.
middle () { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# rounds N PREPARE COMMAND [-- COMMAND]…: each command's milliseconds go to `times.LINE`,
# those of the processor to `cpu.LINE`.
rounds () {
  n_rounds=$1
  prepare=$2
  shift 2
  rm -f times.* cpu.*
  for _ in $(seq "$n_rounds"); do
    "$prepare"
    sync
    measure 1 "$@"
    for line in $(seq "$(wc -l <figures)"); do
      field "$line" 1 >>"times.$line"
      field "$line" 4 >>"cpu.$line"
    done
  done
}

fresh_copies () {
  rm -f work.db* plain.db* bare.db*
  cp ready.db work.db && cp ready.db plain.db && cp ready-bare.db bare.db
}

UPDATE='PRAGMA foreign_keys = ON; UPDATE users SET full_name = name'

# speed_of_fill WHAT: of ready.db, beside the plain UPDATE on the same triggers, and none
speed_of_fill () {
  cp ready.db ready-bare.db
  drop_triggers ready-bare.db
  rounds 5 fresh_copies "$ZDM_RUN" -q --url sqlite:work.db copy.yaml -- \
    sqlite3 plain.db "$UPDATE" -- sqlite3 bare.db "$UPDATE"
  figure "$1: backfill" "$(middle times.1)" ms
  figure "$1: UPDATE, the same triggers" "$(middle times.2)" ms
  figure "$1: UPDATE, no triggers" "$(middle times.3)" ms
}

# ratio times|cpu LINE: the backfill's speed in terms of that of another command.
ratio () { calculate %.2f "$(middle "$1.$2") / $(middle "$1.1")"; }

# compare WHAT LINE
compare () {
  at_least "speed / $1" "$(ratio times "$2")" '' 0.8
  figure "the same by processor time" "$(ratio cpu "$2")" ''
}

# How long the write lock is held.
lock_times () {
  fresh_copies
  "$BENCH_PROGRAMS/bench_locks" locks.txt -q --url sqlite:work.db copy.yaml 2>/dev/null
  read -r n middle_ms p99_ms longest_ms <locks.txt
  figure "$1: transactions, the median" "$n, $middle_ms" ms
  goal "$1: write lock held, p99" "$p99_ms" ms 300
  figure "$1: write lock held, longest" "$longest_ms" ms
}

bench_sqlite_fill () {
  for mode in delete wal; do
    heading "SQLite, journal_mode = $mode: a backfill of 2,000,000 rows"
    cp users.db ready.db
    expanded ready.db "$mode" copy.yaml
    speed_of_fill 'zdm alone'
    compare 'UPDATE with the same triggers' 2
    compare 'UPDATE without triggers' 3
    lock_times 'zdm alone'
    cp users.db ready.db
    add_user_trigger ready.db
    expanded ready.db "$mode" copy.yaml
    speed_of_fill 'with a trigger of the user'
    compare 'UPDATE with the same triggers' 2
    lock_times 'with a trigger of the user'
  done
}

bench_sqlite_contract () {
  heading 'SQLite: contract after that, and a plain ALTER TABLE … DROP COLUMN'
  cp users.db ready.db
  expanded ready.db delete copy.yaml
  "$ZDM_RUN" -q --url sqlite:ready.db copy.yaml 2>/dev/null
  cp ready.db ready-bare.db
  drop_triggers ready-bare.db
  rounds 5 fresh_copies "$ZDM_RUN" contract -q --url sqlite:work.db -- \
    sqlite3 bare.db 'ALTER TABLE users DROP COLUMN name'
  figure 'contract, its gate included' "$(middle times.1)" ms
  figure 'ALTER TABLE users DROP COLUMN name' "$(middle times.2)" ms
}

bench_sqlite_transforms () {
  heading 'SQLite: a backfill of 2,000,000 rows through a transform'
  users_file full_name TEXT upper >upper.yaml
  users_file code BIGINT '{ cast: BIGINT }' email >cast.yaml
  for transform in upper cast; do
    cp users.db ready.db
    [ $transform = upper ] || sqlite3 ready.db 'UPDATE users SET email = id'
    expanded ready.db delete $transform.yaml
    cp ready.db ready-bare.db
    rounds 5 fresh_copies "$ZDM_RUN" -q --url sqlite:work.db $transform.yaml
    figure "$transform" "$(middle times.1)" ms
  done
}

bench_sqlite_memory () {
  heading 'SQLite: peak memory as rows grow'
  make_users few.db 200000
  for rows in few users; do
    cp $rows.db ready.db
    expanded ready.db delete copy.yaml
    measure 1 "$ZDM_RUN" -q --url sqlite:ready.db copy.yaml
    figure "$([ $rows = few ] && echo 200,000 || echo 2,000,000) rows" \
      "$(mib "$(field 1 2)")" MiB
    [ $rows = users ] || few_kib=$(field 1 2)
  done
  goal 'growth of the peak' "$(calculate %.2f "$(field 1 2) / $few_kib")" '' 1.1
}

# 400 migrations that have been, with 9 actions and 15 events each: 10,000 rows.
bench_sqlite_status () {
  heading 'SQLite: status on a journal of 10,000 rows'
  sqlite3 journal.db 'CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL,
    name TEXT NOT NULL, email TEXT)'
  "$ZDM_RUN" -q --url sqlite:journal.db copy.yaml 2>/dev/null
  sqlite3 journal.db "
    CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) SELECT i FROM n;
    INSERT INTO zdm_migration SELECT i + 1, id || '-' || i, title, file, checksum,
      fingerprint, source, definitions, 'COMPLETE', 'complete', direction, message,
      started, changed, changed FROM zdm_migration, n;
    INSERT INTO zdm_step SELECT i + 1, action, step, 'done', position, n_rows, changed
      FROM zdm_step, n WHERE action <= 9;
    INSERT INTO zdm_event SELECT 100 + 15 * i + j.value, i + 1, at, phase, message, runner
      FROM zdm_event, n, json_each ('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14]') AS j
      WHERE number = 1;"
  figure 'rows in the journal' "$(sqlite3 journal.db 'SELECT
    (SELECT count(*) FROM zdm_migration) + (SELECT count(*) FROM zdm_step)
    + (SELECT count(*) FROM zdm_event)')" ''
  measure 51 true -- "$ZDM_RUN" status --url sqlite:journal.db
  figure 'true' "$(field 1 1)" ms
  goal 'status' "$(field 2 1)" ms 10
  measure 51 "$ZDM_RUN" status BENCH --url sqlite:journal.db -- \
    "$ZDM_RUN" history --url sqlite:journal.db
  figure 'status of one' "$(field 1 1)" ms
  figure 'history of all' "$(field 2 1)" ms
}

bench_sqlite () {
  if ! command -v sqlite3 >/dev/null; then
    heading 'SQLite: left out, there is no sqlite3 to compare with'
    return 0
  fi
  users_file full_name TEXT direct_copy >copy.yaml
  make_users users.db 2000000
  bench_sqlite_fill
  bench_sqlite_contract
  bench_sqlite_transforms
  bench_sqlite_memory
  bench_sqlite_status
}

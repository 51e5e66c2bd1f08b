# SPDX-License-Identifier: Apache-2.0
#
# The part of `make bench` that is about PostgreSQL; bench.sh reads it in.
#
# zdm-run's backfill stands beside one UPDATE by psql, in turns, each on a copy of the same
# database, file by file, and after a CHECKPOINT.  The server is durable (fsync = on) and has
# its defaults, but vacuums nothing meanwhile.  BENCH_ROWS=10000000 takes more rows.
# shellcheck shell=sh disable=SC2154  # scratch is that of bench.sh

PG_UPDATE='UPDATE users SET full_name = name'

pg () { psql -XAqt -v ON_ERROR_STOP=1 "$1" -c "SET client_min_messages = error" -c "$2"; }

# make_pg_users DATABASE ROWS analysed|'': the table, ready for the backfill.
make_pg_users () {
  pg "$pg_url/postgres" "CREATE DATABASE $1"
  pg "$pg_url/$1" 'CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, email text)
    WITH (autovacuum_enabled = off)'
  pg "$pg_url/$1" "INSERT INTO users SELECT i, 'user' || i, CASE i % 3
    WHEN 0 THEN 'alice@example.com' WHEN 1 THEN 'bob@example.com' END
    FROM generate_series(1, $2) AS i"
  "$ZDM_RUN" -q --url "$pg_url/$1" --until expanding copy.yaml 2>/dev/null
  [ -z "$3" ] || pg "$pg_url/$1" 'VACUUM (ANALYZE) users'
}

drop_pg_triggers () {
  pg "$1" "SELECT format('DROP TRIGGER %I ON users', tgname) FROM pg_trigger
    WHERE tgrelid = 'users'::regclass AND NOT tgisinternal" | while read -r statement; do
    pg "$1" "$statement"
  done
}

# copy_pg DATABASE TO
copy_pg () {
  pg "$pg_url/postgres" "DROP DATABASE IF EXISTS $2"
  pg "$pg_url/postgres" "CREATE DATABASE $2 TEMPLATE $1 STRATEGY file_copy"
}

fresh_pg_copies () {
  copy_pg "$pg_ready" work
  copy_pg "$pg_ready" plain
  copy_pg "$pg_ready" bare
  drop_pg_triggers "$pg_url/bare"
  pg "$pg_url/postgres" CHECKPOINT
}

# How long each transaction held its locks, by the server's own log.
pg_lock_times () {
  copy_pg "$pg_ready" work
  pg "$pg_url/postgres" CHECKPOINT
  begin=$(wc -l <"$scratch/postgres/log")
  PGOPTIONS='-c log_statement=all -c log_duration=on' \
    "$ZDM_RUN" -q --url "$pg_url/work" copy.yaml 2>/dev/null
  tail -n "+$((begin + 1))" "$scratch/postgres/log" | awk '
    function milliseconds(  part) {
      split($2, part, ":")
      return ((part[1] * 60 + part[2]) * 60 + part[3]) * 1000
    }
    / statement: BEGIN / { begun = milliseconds() }
    / statement: COMMIT/ { ends = 1 }
    / duration: / && ends { print milliseconds() - begun; ends = 0 }' | sort -n |
    awk '{ v[NR] = $1 } END { print NR, v[int((NR + 1) / 2)], v[int((NR - 1) * 99 / 100) + 1], v[NR] }' \
    >locks.txt
  read -r n middle_ms p99_ms longest_ms <locks.txt
  figure 'transactions, the median' "$n, $middle_ms" ms
  goal 'locks held, p99' "$p99_ms" ms 300
  figure 'locks held, longest' "$longest_ms" ms
}

# pg_fill ANALYSED HEADING
pg_fill () {
  heading "$2"
  pg_ready=ready
  pg "$pg_url/postgres" 'DROP DATABASE IF EXISTS ready'
  make_pg_users ready "$pg_rows" "$1"
  rounds 3 fresh_pg_copies "$ZDM_RUN" -q --url "$pg_url/work" copy.yaml -- \
    psql -Xq "$pg_url/postgres" -c CHECKPOINT -- psql -Xq "$pg_url/plain" -c "$PG_UPDATE" -- \
    psql -Xq "$pg_url/postgres" -c CHECKPOINT -- psql -Xq "$pg_url/bare" -c "$PG_UPDATE"
  figure 'backfill' "$(middle times.1)" ms
  figure 'UPDATE, the same triggers' "$(middle times.3)" ms
  figure 'UPDATE, no triggers' "$(middle times.5)" ms
  at_least 'speed / UPDATE with the same triggers' "$(ratio times 3)" '' 0.9
  at_least 'speed / UPDATE without triggers' "$(ratio times 5)" '' 0.6
  pg_lock_times
}

bench_postgres () {
  if ! command -v psql >/dev/null; then
    heading 'PostgreSQL: left out, there is no psql to compare with'
    return 0
  fi
  if ! pg_url=$(ZDM_FSYNC=on "$ZDM_SRCDIR/tests/servers/postgres.sh" start "$scratch" $$ \
    2>why.txt); then
    heading "PostgreSQL: left out, $(cat why.txt)"
    return 0
  fi
  pg_url=${pg_url%/*}
  pg_rows=${BENCH_ROWS:-2000000}
  users_file full_name TEXT direct_copy >copy.yaml
  pg_fill analysed "PostgreSQL: a backfill of $pg_rows rows"
  pg_fill '' 'PostgreSQL: the same on a table that was never analysed'
  "$ZDM_SRCDIR/tests/servers/postgres.sh" stop "$scratch"
}

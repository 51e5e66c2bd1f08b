# SPDX-License-Identifier: Apache-2.0
#
# The part of `make bench` that is about MariaDB; bench.sh reads it in.
#
# zdm-run's backfill stands beside one UPDATE by mariadb, in turns, each on a table of its
# own with the same rows.  The server is durable (each commit is on the disk, doublewrite)
# and writes its binary log in rows.  BENCH_ROWS=10000000 takes more rows.
# shellcheck shell=sh disable=SC2154  # scratch is that of bench.sh

MY_UPDATE='UPDATE users SET full_name = name'

# my DATABASE STATEMENTS
my () { mariadb --no-defaults -h127.0.0.1 -P"$my_port" -uroot -N -e "$2" "$1"; }

# make_my_users DATABASE: the rows of database `rows`, ready for the backfill.
make_my_users () {
  my mysql "DROP DATABASE IF EXISTS $1; CREATE DATABASE $1"
  my "$1" 'CREATE TABLE users LIKE rows_of_users.users;
    INSERT INTO users SELECT * FROM rows_of_users.users'
  "$ZDM_RUN" -q --url "$my_url/$1" --until expanding copy.yaml 2>/dev/null
}

drop_my_triggers () {
  my "$1" "SELECT concat('DROP TRIGGER \`', TRIGGER_NAME, '\`;') FROM
    information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '$1'" >drop.sql
  my "$1" "$(cat drop.sql)"
}

# Until all that was written for them is in its place.
fresh_my_copies () {
  make_my_users work
  make_my_users plain
  make_my_users bare
  drop_my_triggers bare
  my mysql 'SET GLOBAL innodb_max_dirty_pages_pct = 0'
  while [ "$(my mysql "SELECT VARIABLE_VALUE > 100 FROM information_schema.GLOBAL_STATUS
      WHERE VARIABLE_NAME = 'INNODB_BUFFER_POOL_PAGES_DIRTY'")" = 1 ]; do
    sleep 0.5
  done
  my mysql 'SET GLOBAL innodb_max_dirty_pages_pct = 90'
}

# From the BEGIN of each transaction to its COMMIT, by the server's own log.
my_lock_times () {
  make_my_users work
  my mysql "SET GLOBAL log_output = 'TABLE'; TRUNCATE general_log; SET GLOBAL general_log = 1"
  "$ZDM_RUN" -q --url "$my_url/work" copy.yaml 2>/dev/null
  my mysql "SET GLOBAL general_log = 0;
    SELECT unix_timestamp(event_time), argument FROM general_log WHERE command_type = 'Query'
    ORDER BY event_time" | awk -F '\t' '
    $2 ~ /^(BEGIN|START TRANSACTION)/ { begun = $1 }
    $2 ~ /^COMMIT/ && begun { print ($1 - begun) * 1000; begun = 0 }' | sort -n |
    awk '{ v[NR] = $1 } END { print NR, v[int((NR + 1) / 2)], v[int((NR - 1) * 99 / 100) + 1], v[NR] }' \
    >locks.txt
  read -r n middle_ms p99_ms longest_ms <locks.txt
  figure 'transactions, the median' "$n, $middle_ms" ms
  goal 'locks held, p99' "$p99_ms" ms 300
  figure 'locks held, longest' "$longest_ms" ms
}

my_fill () {
  heading "MariaDB: a backfill of $my_rows rows"
  my mysql "CREATE DATABASE rows_of_users; CREATE TABLE rows_of_users.users (
    id int PRIMARY KEY, name text NOT NULL, email text); INSERT INTO rows_of_users.users
    SELECT seq, concat('user', seq), CASE seq % 3 WHEN 0 THEN 'alice@example.com'
    WHEN 1 THEN 'bob@example.com' END FROM seq_1_to_$my_rows"
  set -- mariadb --no-defaults -h127.0.0.1 -P"$my_port" -uroot -e "$MY_UPDATE"
  rounds 3 fresh_my_copies "$ZDM_RUN" -q --url "$my_url/work" copy.yaml -- "$@" plain -- "$@" bare
  figure 'backfill' "$(middle times.1)" ms
  figure 'UPDATE, the same triggers' "$(middle times.2)" ms
  figure 'UPDATE, no triggers' "$(middle times.3)" ms
  at_least 'speed / UPDATE with the same triggers' "$(ratio times 2)" '' 0.9
  at_least 'speed / UPDATE without triggers' "$(ratio times 3)" '' 0.6
  my_lock_times
}

bench_mariadb () {
  if ! command -v mariadb >/dev/null; then
    heading 'MariaDB: left out, there is no mariadb to compare with'
    return 0
  fi
  if ! my_url=$(ZDM_FSYNC=on "$ZDM_SRCDIR/tests/servers/mariadb.sh" start "$scratch" $$ \
    2>why.txt); then
    heading "MariaDB: left out, $(cat why.txt)"
    return 0
  fi
  my_url=${my_url%/*}
  my_port=${my_url##*:}
  my_rows=${BENCH_ROWS:-2000000}
  users_file full_name TEXT direct_copy >copy.yaml
  my_fill
  "$ZDM_SRCDIR/tests/servers/mariadb.sh" stop "$scratch"
}

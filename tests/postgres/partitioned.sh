#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Partitioned tables: what goes through to the partitions goes on as elsewhere; what does not
# is refused by name before anything is touched, and so is inheritance.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
is () { check "$1" test "$(sql "$2" | paste -sd,)" = "$3"; }
run () { "$ZDM_RUN" "$@" --url "$test_url"; }
begin () { run -q --fail-on never change.yaml; }
dump () { pg_dump -N zdm "$test_url" | grep -vE '^.(un)?restrict ' | sort >"$1"; }

psql -Xq "$url" -c 'CREATE DATABASE test' || exit 1

# As at the start: events of days 0 to 199 in two partitions.
tables () {
  sql "DROP SCHEMA IF EXISTS zdm CASCADE; DROP TABLE IF EXISTS events, later, kid, owners CASCADE;
    CREATE TABLE owners (id integer PRIMARY KEY); INSERT INTO owners VALUES (1);
    CREATE TABLE events (id integer NOT NULL, day integer NOT NULL, name text NOT NULL, note text,
      owner integer, CONSTRAINT events_pkey PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE first PARTITION OF events FOR VALUES FROM (0) TO (100);
    CREATE TABLE second PARTITION OF events FOR VALUES FROM (100) TO (200);
    INSERT INTO events SELECT i, i % 200, 'n' || i, i, 1 FROM generate_series(1, 1000) AS i" || exit 1
}

# change TABLE CHANGE: a migration of it in change.yaml.
change () {
  cat >change.yaml <<EOT
id: change
tables:
  - name: $1
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: day, type: INTEGER, nullable: false, primary_key: true }
      - { name: name, type: TEXT, nullable: false }
      - { name: note, type: TEXT }
      - { name: owner, type: INTEGER }
  - name: owners
    columns: [ { name: id, type: INTEGER, nullable: false, primary_key: true } ]
change:
  - table: ${3:-$1}
    $2
EOT
}

# taken CHANGE: there and back, and to the end, with applications and new partitions.
taken () {
  tables
  change events "$1"
  dump before
  check_exit 0 "$1" begin
  check_exit 0 'goes back' run abort -q change
  dump after
  check 'to the start' diff before after
  check_exit 0 'and there again' begin
  sql "UPDATE events SET name = 'changed' WHERE id = 150; DELETE FROM events WHERE id = 149;
    UPDATE events SET day = 20, name = 'moved' WHERE id = 151;
    CREATE TABLE third PARTITION OF events FOR VALUES FROM (200) TO (300);
    INSERT INTO events (id, day, name, note) VALUES (2000, 200, 'late', '7');
    CREATE TABLE later (LIKE events INCLUDING DEFAULTS); INSERT INTO later SELECT * FROM events
      WHERE false; ALTER TABLE events ATTACH PARTITION later FOR VALUES FROM (300) TO (400);
    INSERT INTO events (id, day, name, note) VALUES (2001, 300, 'later', '8');
    ALTER TABLE events DETACH PARTITION later; DROP TABLE later"
  check_exit 0 'its contract' run contract -q
  check_exit 0 'is as recorded' run verify
}

taken 'rename_column: { from: name, to: label }'
is 'every partition has it' "SELECT label FROM events WHERE id IN (1, 150, 151, 2000) ORDER BY id" \
  'n1,changed,moved,late'
taken 'alter_column: { column: note, type: INTEGER, transform: { cast: INTEGER }, backward: { cast: TEXT } }'
is 'every partition has it' "SELECT sum(note), count(DISTINCT tableoid) FROM events" '500358|3'
taken 'add_constraint: { name: named, check: { column: name, not_empty: true } }'
is 'every partition has it' "SELECT count(*) FROM pg_constraint WHERE conname = 'named'
  AND convalidated" 4
taken 'add_column: { column: { name: copy, type: TEXT }, from: name }'
is 'every partition has it' "SELECT copy FROM events WHERE id IN (1, 150, 151, 2000) ORDER BY id" \
  'n1,changed,moved,late'
taken 'drop_column: { column: owner }'

# refused TABLE CHANGE WHY
refused () {
  change "$1" "$2" "$4"
  dump before
  check_exit 8 "$2" begin
  expect_stderr_has "$3"
  expect_stderr_has 'state: untouched'
  dump after
  check 'nothing was touched' diff before after
}
tables
refused events 'create_index: { name: by_note, columns: [note] }' \
  "index 'by_note' of 'events' cannot be built: the table is partitioned"
refused events 'add_constraint: { name: noted, unique: [id, day, note] }' \
  "index 'noted' of 'events' cannot be built: the table is partitioned"
refused events \
  'add_constraint: { name: owned, foreign_key: [owner], references: { table: owners, columns: [id] } }' \
  "foreign key 'owned' of 'events' cannot be added: the table is partitioned"
refused events 'rename_column: { from: id, to: number }' \
  "column 'id' of 'events' cannot be replaced: constraint events_pkey on table events is bound to it"
refused events 'split_table: { to: notes, columns: [note], key: [id, day] }' \
  "'events' cannot be kept in step with another table: it is partitioned"
refused events 'add_column: { column: { name: n, type: BIGINT }, from: { table: events, match: { owner: id }, aggregate: count } }' \
  "'events' cannot be kept in step with another table: it is partitioned" owners
refused first 'rename_column: { from: name, to: label }' "table 'first' is a partition"
sql 'ALTER TABLE events DROP CONSTRAINT events_pkey'
cat >change.yaml <<'EOT'
id: change
table: { name: events, columns: [ { name: day, type: INTEGER, nullable: false } ] }
change:
  rename_column: { from: day, to: date }
EOT
check_exit 8 'the column by which it is partitioned' begin
expect_stderr_has "column 'day' of 'events' cannot be dropped or replaced"

sql "DROP TABLE events; CREATE TABLE events (id integer, day integer, name text NOT NULL, note text,
    owner integer, PRIMARY KEY (id, day)); CREATE TABLE kid (age integer) INHERITS (events)"
for what in 'rename_column: { from: name, to: label }' 'create_index: { name: by_note, columns: [note] }'; do
  refused events "$what" "table 'events' and table kid inherit one from the other"
done
done_testing

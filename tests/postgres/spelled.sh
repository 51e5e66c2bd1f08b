#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A value that the server takes for equal to the one before, and that is written another way, is
# a write as any other: it goes into the column that is kept in step, and is there afterwards.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
run () { "$ZDM_RUN" "$@" -q --url "$test_url" >out 2>&1 || { cat out; exit 1; }; }

# database COLUMN-TYPE VALUE
database () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  sql "CREATE EXTENSION IF NOT EXISTS citext;
    CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE DOMAIN word AS text COLLATE nocase;
    CREATE TABLE t (id integer PRIMARY KEY, v $1);
    INSERT INTO t SELECT i, '$2' FROM generate_series(1, 3) AS i" || exit 1
}

# change COLUMN CHANGE
change () {
  cat >change.yaml <<EOT
id: change
table:
  name: t
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: v, $1 }
change:
  $2
EOT
}

column () { sql "SELECT string_agg($1::text, ',' ORDER BY id) FROM t"; }

# renamed COLUMN-TYPE DECLARED BEFORE AFTER: row 1 is written by the old name, row 2 by the new one.
renamed () {
  database "$1" "$3"
  change "$2" 'rename_column: { from: v, to: w }'
  run --fail-on never change.yaml
  sql "UPDATE t SET v = '$4' WHERE id = 1; UPDATE t SET w = '$4' WHERE id = 2"
  check "$1: $4 for $3 by the old name" test "$(column v)" = "$4,$4,$3"
  check "$1: $4 for $3 by the new name" test "$(column w)" = "$4,$4,$3"
  sql "UPDATE t SET v = '$3' WHERE id = 2; UPDATE t SET w = '$3' WHERE id = 1"
  check "$1: and back" test "$(column v) $(column w)" = "$3,$3,$3 $3,$3,$3"
  sql "UPDATE t SET v = '$4' WHERE id = 3"
  run contract
  check "$1: and stays" test "$(column w)" = "$3,$3,$4"
}

renamed numeric 'type: DECIMAL' 1.0 1.00
renamed 'double precision' 'type: DOUBLE' 0 -0
renamed real 'type: DOUBLE, native: { postgres: real }' 0 -0
renamed jsonb 'type: JSON' '{"a": [1.0]}' '{"a": [1.00]}'
renamed interval 'type: TEXT, native: { postgres: interval }' '1 day' 24:00:00
renamed citext 'type: TEXT' alice ALICE
renamed 'text COLLATE nocase' 'type: TEXT' alice ALICE
renamed 'character(9) COLLATE nocase' 'type: CHAR(9)' alice ALICE

# retyped COLUMN-TYPE DECLARED NEW-TYPE BEFORE AFTER LAST
retyped () {
  database "$1" "$4"
  change "$2" "alter_column: { column: v, type: $3 }"
  run --fail-on never change.yaml
  sql "UPDATE t SET v = '$5' WHERE id = 1"
  run contract
  check "$1 to $3: $5 for $4" test "$(column v)" = "$6"
}

retyped numeric 'type: DECIMAL' TEXT 1.0 1.00 1,1,1
retyped jsonb 'type: JSON' TEXT '{"a":1.0}' '{"a":1.00}' '{"a":1.00},{"a":1.0},{"a":1.0}'
retyped numeric 'type: DECIMAL' DOUBLE 1.0 1.00 1,1,1
retyped 'double precision' 'type: DOUBLE' DECIMAL 0 -0 0,0,0

# What an application has written into a cell that was filled stays when the step is taken back.
database numeric 1.0
sql 'ALTER TABLE t ADD f numeric'
cat >change.yaml <<'EOT'
id: change
table:
  name: t
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: v, type: DECIMAL }
    - { name: f, type: DECIMAL }
change:
  - backfill: { column: f, from: v }
  - rename_column: { from: v, to: w }
EOT
run --fail-on never change.yaml
sql 'UPDATE t SET f = 1.00 WHERE id = 1'
run abort
check 'a filled cell that was written again stays' test "$(column f)" = 1.00

# So does a column that is looked up.
database numeric 1.0
sql 'CREATE TABLE o (id integer PRIMARY KEY, t_id integer NOT NULL);
  INSERT INTO o VALUES (7, 1), (8, 2)'
cat >change.yaml <<'EOT'
id: change
tables:
  - name: t
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: v, type: DECIMAL }
  - name: o
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: t_id, type: INTEGER, nullable: false }
change:
  table: o
  add_column:
    column: { name: v, type: DECIMAL }
    from: { table: t, column: v, match: { id: t_id } }
EOT
run --fail-on never change.yaml
sql 'UPDATE t SET v = 1.00 WHERE id = 1'
check 'what is looked up' test "$(sql "SELECT string_agg(v::text, ',' ORDER BY id) FROM o")" = 1.00,1.0

# A value that is found is transformed, also one that is null; where nothing is, nothing comes.
database numeric 1.0
sql 'CREATE TABLE o (id integer PRIMARY KEY, t_id integer); INSERT INTO o VALUES (7, 1), (8, 2), (9, NULL), (10, 5);
  UPDATE t SET v = NULL WHERE id = 2'
sed -i 's/{ name: t_id, type: INTEGER, nullable: false }/{ name: t_id, type: INTEGER }/
  s/match: { id: t_id } }/match: { id: t_id }, missing: "null" }\n    transform: { coalesce: 9 }/' change.yaml
run --fail-on never change.yaml
found () { sql "SELECT string_agg(id || '=' || v, ',' ORDER BY id) FROM o"; }
check 'a lookup: what was there' test "$(found)" = '7=1.0,8=9'
sql 'INSERT INTO o (id, t_id) VALUES (11, 2), (12, 3), (13, 4), (14, NULL); UPDATE t SET v = NULL WHERE id = 1;
  INSERT INTO t VALUES (5, NULL); DELETE FROM t WHERE id = 3'
check 'a lookup: null becomes another value, nothing does not' test "$(found)" = '7=9,8=9,10=9,11=9'
run contract
check 'a lookup: and at contract' test "$(found)" = '7=9,8=9,10=9,11=9'

# The other half of a split gets it.
database numeric 1.0
change 'type: DECIMAL' 'split_table: { to: u, columns: [v], key: [id] }'
run --fail-on never change.yaml
sql 'UPDATE t SET v = 1.00 WHERE id = 1; UPDATE u SET v = 1.00 WHERE id = 2'
check 'a split: the old half' test "$(column v)" = 1.00,1.00,1.0
check 'a split: the new half' \
  test "$(sql "SELECT string_agg(v::text, ',' ORDER BY id) FROM u")" = 1.00,1.00,1.0

# Two columns that keep different numbers of digits are in step all the same.
database 'numeric(10,2)' 1.5
change 'type: DECIMAL' 'add_column: { column: { name: w, type: DECIMAL }, from: v, replaces: v }'
run --fail-on never change.yaml
sql 'UPDATE t SET w = 2.0 WHERE id = 1; INSERT INTO t (id, w) VALUES (4, 3); UPDATE t SET v = 7.5 WHERE id = 2'
check 'numbers of other sizes' test "$(column v) $(column w)" = '2.00,7.50,1.50,3.00 2.0,7.50,1.50,3'
run contract
check 'end at contract' test "$(column w)" = 2.0,7.50,1.50,3

# A split by words whose collation puts them into another order than that of the half.
database 'text COLLATE "de-x-icu"' x
sql "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD code text COLLATE \"de-x-icu\"; TRUNCATE t;
  INSERT INTO t SELECT i, 'v' || i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'B' END || i FROM generate_series(1, 900) AS i;
  ALTER TABLE t ADD PRIMARY KEY (code)"
cat >change.yaml <<'EOT'
id: change
table:
  name: t
  columns:
    - { name: code, type: TEXT, nullable: false, primary_key: true }
    - { name: v, type: TEXT }
    - { name: id, type: INTEGER, nullable: false }
change:
  split_table: { to: u, columns: [v], key: [code] }
EOT
run --fail-on never --batch-size 50 change.yaml
check 'a split by words' test "$(sql 'SELECT count(*) FROM t JOIN u USING (code, v)')" = 900
run contract

# A text that gets another type keeps the collation that the file does not say, and so what its key
# takes for equal, there and back.
sorted_by () { sql "SELECT string_agg(attcollation::regcollation::text, ',' ORDER BY attnum) FROM pg_attribute
  WHERE attrelid = 't'::regclass AND attnum > 1 AND NOT attisdropped"; }
# sorted COLUMN-TYPE DECLARED CHANGE WAITING: the collations while it waits
sorted () {
  database "$1" a
  sql "UPDATE t SET v = chr(96 + id); ALTER TABLE t ADD CONSTRAINT words UNIQUE (v)"
  change "$2" "alter_column: { column: v, $3 }"
  run --fail-on never change.yaml
  check "$1 to $3: keeps its collation" test "$(sorted_by)" = "$4"
  [ "$4" = nocase ] || run contract
  check "$1 to $3: in the end" test "$(sorted_by)" = nocase
  check "$1 to $3: its key" sh -c "! psql -XAtqc \"INSERT INTO t VALUES (9, 'A')\" '$test_url' 2>/dev/null"
  run abort --accept-loss change
  check "$1 to $3: and back" test "$(sorted_by)" = nocase
}
sorted 'varchar(9) COLLATE nocase' 'type: VARCHAR, length: 9' 'type: VARCHAR, length: 20' nocase
sorted 'varchar(9) COLLATE nocase' 'type: VARCHAR, length: 9, collate: nocase' 'type: TEXT' nocase
sorted 'varchar(20) COLLATE nocase' 'type: VARCHAR, length: 20' 'type: VARCHAR, length: 9' nocase,nocase
sorted 'text COLLATE nocase' 'type: TEXT' 'type: VARCHAR, length: 9, nullable: false, transform: trim, backward: none' nocase,nocase
sorted 'text COLLATE nocase' 'type: TEXT, collate: nocase' 'type: VARCHAR, length: 9' nocase,nocase
sorted word 'type: TEXT, native: { postgres: word }' 'type: VARCHAR, length: 9' nocase,nocase
database 'text COLLATE nocase' 5
change 'type: TEXT' 'alter_column: { column: v, type: INTEGER }'
run --fail-on never change.yaml
run contract
check 'a number has none' test "$(column v)" = 5,5,5
database 'varchar(9)' a
change 'type: VARCHAR, length: 9' 'alter_column: { column: v, type: TEXT }'
run --fail-on never change.yaml
check "the database's own stays that" test "$(sorted_by)" = '"default"'
done_testing

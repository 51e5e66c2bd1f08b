#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A table that is split: the new half has the types, collations and defaults that the
# columns have in the old one, whatever the file calls them.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
test_url=${url%/*}/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

quiet () { "$@" >/dev/null; }
sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
run () { "$ZDM_RUN" "$@" --url "$test_url"; }
begin () { run -q --fail-on never change.yaml; }
dump () { pg_dump -s -N zdm "$test_url" | sed '/restrict /d; /^--/d; s/,$//' | sort >"$1"; }

# table KEY COLUMN: users, of a key and a column that moves.
table () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  sql "CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('well', 'ill');
    CREATE DOMAIN short AS varchar(40) DEFAULT 'ill' CHECK (length(VALUE) < 30);
    CREATE DOMAIN never AS text NOT NULL;
    CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE users (k $1, c $2, PRIMARY KEY (k))" || exit 1
}

# change KEY COLUMN [MORE]: what the file calls them, and more of the table.
change () {
  cat >change.yaml <<EOT
id: change
table:
  name: users
  columns:
    - { name: k, type: $1, nullable: false, primary_key: true }
    - { name: c, type: $2 }
${3:-}
change:
  split_table: { to: halves, columns: [c], key: [k] }
EOT
}

columns="SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), l.collname,
    pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
  FROM pg_attribute AS a LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
  LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE attnum > 0 AND attrelid ="

# halved TYPE CELL DECLARED: a column that moves; and back again.
halved () {
  table integer "$1"
  sql "INSERT INTO users VALUES (1, $2), (2, NULL); INSERT INTO users (k) VALUES (3)"
  change INTEGER "$3"
  dump before
  was=$(sql "$columns 'users'::regclass")
  rows=$(sql 'SELECT * FROM users ORDER BY k')
  check_exit 0 "a column of $1" begin
  check 'it is the same there' test "$(sql "$columns 'halves'::regclass")" = "$was"
  check 'writers write' quiet sql "UPDATE users SET c = NULL WHERE k = 1; UPDATE halves SET c = $2 WHERE k = 1;
    INSERT INTO users VALUES (4, $2); INSERT INTO halves VALUES (2, $2); UPDATE halves SET c = NULL WHERE k = 2;
    DELETE FROM users WHERE k = 4"
  check_exit 0 'its contract' run contract -q
  check_exit 0 'the way back' run abort -q --accept-loss change.yaml
  dump after
  check 'gives the column back' diff before after
  check 'and its values' test "$(sql 'SELECT * FROM users ORDER BY k')" = "$rows"
}
halved mood "'ill'" 'ENUM, values: [well, ill]'
halved "mood DEFAULT 'well'" "'ill'" 'ENUM, values: [well, ill], default: well'
halved 'varchar(9) COLLATE "POSIX"' "'b'" 'VARCHAR, length: 9'
halved 'text COLLATE blind' "'B'" TEXT
halved 'varchar' "'B'" 'TEXT'
halved citext "'B'" TEXT
halved 'text[]' "'{x,NULL}'" 'TEXT, native: { postgres: "text[]" }'
halved numeric 1.50 DECIMAL
halved short "'b'" 'TEXT, native: { postgres: short }'
halved "text DEFAULT upper('x')" "'b'" TEXT
halved "timestamptz DEFAULT now()" "'2020-02-02 00:00:00+00'" TIMESTAMPTZ

# keyed TYPE DECLARED: the key is compared with that of the other half; words come to the
# copy in another order than they have there.
keyed () {
  table "$1" text
  sql "INSERT INTO users SELECT k, 'c' FROM unnest(ARRAY[$3]::${1%% COLLATE*}[]) AS k"
  change "$2" TEXT
  was=$(sql "$columns 'users'::regclass")
  check_exit 0 "a key of $1" begin
  check 'it is the same there' test "$(sql "$columns 'halves'::regclass")" = "$was"
  check 'and finds its rows' quiet sql "UPDATE users SET c = k::text"
  check 'all of them' test "$(sql 'SELECT count(*) FROM users JOIN halves USING (k) WHERE halves.c = k::text')" = 2
  check 'also those that come' test "$(sql "DELETE FROM users; INSERT INTO users VALUES ($4, 'd');
    UPDATE halves SET c = 'e'; SELECT c FROM users")" = e
  check_exit 0 'its contract' run contract -q
}
keyed mood 'ENUM, values: [well, ill]' "'well', 'ill'" "'ill'"
keyed citext TEXT "'a', 'b'" "'B'"
keyed 'text COLLATE blind' TEXT "'a', 'b'" "'B'"
check 'which is as unique as before' test "$(sql "INSERT INTO halves VALUES ('b', 'x')" 2>&1 | head -n 1)" \
  = 'ERROR:  duplicate key value violates unique constraint "halves_pkey"'
keyed 'text COLLATE "POSIX"' TEXT "'a', 'b'" "'B'"
keyed 'uuid' UUID "'00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002'" \
  "'00000000-0000-0000-0000-000000000003'"
# Text with a check, as the file says.
table text text
change 'ENUM, values: [well, ill]' TEXT
check_exit 0 'words and a check' begin
check 'which the half has too' test "$(sql "INSERT INTO halves VALUES ('sick')" 2>&1 | head -n 1)" \
  = 'ERROR:  new row for relation "halves" violates check constraint "halves_k_enum"'

# What is bound to a column that moves, declared or not, is bound to it there.
bound="SELECT string_agg(definition, '; ' ORDER BY definition) FROM (
    SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'TABLE'::regclass
    UNION ALL SELECT replace(substring(pg_get_indexdef(i.indexrelid), ' USING .*'), 'users', 'halves') || i.indisunique
      FROM pg_index AS i WHERE indrelid = 'TABLE'::regclass
    UNION ALL SELECT description FROM pg_description WHERE objoid = 'TABLE'::regclass AND objsubid > 0) AS d (definition)"
# bound WHAT DECLARED DEFERRABLE: the same of both tables
bound () {
  table integer "text CONSTRAINT one UNIQUE $3 CONSTRAINT two CHECK (length(c) < 9)"
  sql "CREATE TABLE other (name text PRIMARY KEY); INSERT INTO other VALUES ('a'), ('b'), ('x');
    ALTER TABLE users ADD CONSTRAINT three FOREIGN KEY (c) REFERENCES other ON UPDATE CASCADE ON DELETE CASCADE;
    CREATE INDEX \"Four\" ON users (lower(c) text_pattern_ops DESC) WITH (fillfactor = 70);
    CREATE INDEX five ON users (c) INCLUDE (c) WHERE c IS NOT NULL; CREATE INDEX six ON users USING hash (c);
    COMMENT ON COLUMN users.c IS 'it''s'; INSERT INTO users VALUES (1, 'a'), (2, 'b')"
  change INTEGER TEXT "$2"
  was=$(sql "$(echo "$bound" | sed 's/TABLE/users/g')")
  check_exit 0 "what is bound, $1" begin
  check 'is bound there' test "$(sql "$(echo "$bound" | sed 's/TABLE/halves/g')")" = "$was"
  check 'and to the old table still' test "$(sql "$(echo "$bound" | sed 's/TABLE/users/g')")" = "$was"
  check 'both go where it leads' test "$(sql "UPDATE other SET name = 'c' WHERE name = 'a'; DELETE FROM other WHERE name = 'b';
    SELECT string_agg(k || u.c || h.c, ' ') FROM users AS u FULL JOIN halves AS h USING (k)")" = 1cc
  check_exit 0 'its contract' run contract -q
  check 'and stays there' test "$(sql "$(echo "$bound" | sed 's/TABLE/halves/g')")" = "$was"
}
bound undeclared '' DEFERRABLE
check_exit 0 'as it is recorded' run verify -q
bound declared '  indexes:
    - { name: Four, columns: [ { expression: "lower(c)", opclass: text_pattern_ops, order: desc } ], options: { fillfactor: 70 } }
    - { name: five, columns: [c], include: [c], where: "c IS NOT NULL" }
  constraints:
    - { name: one, unique: [c] }
    - { name: two, check: { expression: "length(c) < 9" } }'
# So is what is over two of them, or over the key too.
table integer text
sql "ALTER TABLE users ADD d text, ADD stays text, ADD CONSTRAINT pair UNIQUE (c, d), ADD CONSTRAINT unlike CHECK (c <> d),
    ADD CONSTRAINT short CHECK (length(c) < k); CREATE INDEX two ON users (lower(c), d) WHERE k > 0;
  INSERT INTO users VALUES (10, 'a', 'b', 'c')"
change INTEGER TEXT '    - { name: d, type: TEXT }'
sed -i 's/columns: \[c\]/columns: [c, d]/' change.yaml
was=$(sql "$(echo "$bound" | sed 's/TABLE/users/g')")
check_exit 0 'what is over two columns' begin
check 'is bound there' test "$(sql "$(echo "$bound" | sed 's/TABLE/halves/g')")" = "$was"
check_exit 0 'its contract' run contract -q
check 'and stays there' test "$(sql "$(echo "$bound" | sed 's/TABLE/halves/g')")" = "$was"
for more in 'ADD CONSTRAINT pair UNIQUE (c, stays)' 'ADD CONSTRAINT pair CHECK (c <> stays)'; do
  table integer text
  sql "ALTER TABLE users ADD stays text; ALTER TABLE users $more"
  change INTEGER TEXT
  check_exit 8 "with one that stays: $more" begin
  expect_stderr_has 'constraint pair on table users needs it'
done
# A sequence that is nobody's counts on.
table integer serial
sql 'ALTER SEQUENCE users_c_seq OWNED BY NONE; INSERT INTO users VALUES (1), (2)'
change INTEGER 'INTEGER, nullable: false'
check_exit 0 'a number of a sequence' begin
check 'is the next one there' test "$(sql 'INSERT INTO halves VALUES (3) RETURNING c')" = 3
check_exit 0 'its contract' run contract -q
check 'and goes on' test "$(sql 'INSERT INTO halves VALUES (4) RETURNING c')" = 4

# refused COLUMN DECLARED WHY [SQL]
refused () {
  table integer "$1"
  sql "${4:-}"
  change INTEGER "$2"
  dump before
  check_exit 1 "a plan: $1" run plan --fail-on error change.yaml
  expect_stderr_has "$3"
  check_exit 8 "$1" begin
  expect_stderr_has "column 'c' of 'users' cannot move to 'halves': $3"
  dump after
  check 'nothing was touched' diff before after
}
refused 'integer GENERATED ALWAYS AS (k + 1) STORED' INTEGER 'it is generated, and nobody can write it'
refused 'integer GENERATED BY DEFAULT AS IDENTITY' 'INTEGER, nullable: false' 'the sequence users_c_seq is its own'
refused serial 'INTEGER, nullable: false' 'the sequence users_c_seq is its own'
refused never 'TEXT, native: { postgres: never }' 'its domain never knows no null'
refused text TEXT 'the constraint few is NOT VALID' \
  "INSERT INTO users VALUES (1, 'a'); ALTER TABLE users ADD CONSTRAINT few CHECK (c <> 'a') NOT VALID"
done_testing

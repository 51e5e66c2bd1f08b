#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# plan --url: what the server itself says that statements cost.  Nothing of it stays, and
# nobody is held up.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
plan () { "$ZDM_RUN" plan --url "$test_url" "$@"; }
state () {
  pg_dump "$test_url" | grep -vE '^.(un)?restrict '
  sql "SELECT oid, relname, relfilenode FROM pg_class ORDER BY oid"
}

psql -Xq "$url" -c 'CREATE DATABASE test' || exit 1
sql "CREATE SCHEMA shop;
  CREATE DOMAIN short AS varchar(40) CHECK (length(VALUE) < 30);
  CREATE TYPE shop.mood AS ENUM ('well', 'ill');
  CREATE TABLE owners (id integer PRIMARY KEY);
  CREATE TABLE users (id integer PRIMARY KEY, name varchar(40) NOT NULL, email varchar(80),
    owner integer REFERENCES owners, number bigint GENERATED ALWAYS AS IDENTITY,
    twice integer GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT named CHECK (name <> ''));
  CREATE UNIQUE INDEX by_email ON users (lower(email)) WHERE id > 0;
  CREATE TABLE shop.users (id integer PRIMARY KEY, name varchar(40) NOT NULL, mood shop.mood);
  INSERT INTO users (id, name) VALUES (1, 'a'); INSERT INTO shop.users VALUES (1, 'a', 'well')" \
  || exit 1

# change NAME TABLE YAML: a migration of that table in NAME.yaml.
change () {
  cat >"$1.yaml" <<EOT
id: $1
table:
  name: $2
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR(40), nullable: false }
change:
  $3
EOT
}

state >before
change add users 'add_column: { column: { name: note, type: TEXT } }'
check_exit 0 'a column' plan add.yaml
expect_stdout_has 'ADD COLUMN "note" text  [everybody waits; instant, the server says too]'
check_exit 0 'without a database' "$ZDM_RUN" plan --engine postgres add.yaml
expect_stdout_has 'ADD COLUMN "note" text  [everybody waits; instant]'

change unique users 'add_constraint: { name: one_name, unique: [name] }'
check_exit 0 'a unique constraint' plan unique.yaml
expect_stdout_has 'builds an index, the server says too (building index "one_name"'
expect_stdout_has '[everybody waits; instant, the server says too]'
change check users 'add_constraint: { name: short, check: { column: name, max_length: 9 } }'
check_exit 0 'a check' plan check.yaml
expect_stdout_has 'NOT VALID  [everybody waits; instant, the server says too]'
expect_stdout_has 'scans all rows, the server says too (verifying table "users")'
change key users \
  'add_constraint: { name: owned, foreign_key: [id], references: { table: owners, columns: [id] } }'
check_exit 0 'a foreign key' plan key.yaml
expect_stdout_has 'scans all rows, the server says too (validating foreign key constraint "owned")'

# Where it is not what the plan says.
change domain users 'add_column: { column: { name: sh, type: VARCHAR(40), native: { postgres: short } } }'
check_exit 0 'a domain with a check' plan domain.yaml
expect_stdout_has 'rewrites all rows, the server says (rewriting table "users"), where the plan says: instant'
expect_stderr_has 'the server rewrites all rows for a statement of which the plan says: instant; meanwhile everybody waits'
check_exit 1 'may be refused' plan --fail-on warning domain.yaml
check_exit 0 'and is told to programs' plan --format json domain.yaml
expect_stdout_has '"cost": "instant"'
expect_stdout_has '"server_cost": "rewrite", "server_words": "rewriting table \"users\""'

# An index on a table without rows is no work.
cat >made.yaml <<'EOT'
id: made
change:
  create_table:
    name: made
    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: name, type: TEXT } ]
    indexes: [ { name: made_name, columns: [name] } ]
EOT
check_exit 0 'a new table' plan made.yaml
expect_stdout_has 'ON "made" ("name")  [nobody waits; instant]'
expect_no_stderr

# With its schema: the other table of that name is not meant.
change mood shop.users \
  'add_column: { column: { name: mode, type: TEXT, native: { postgres: shop.mood } } }'
check_exit 0 'in a schema' plan mood.yaml
expect_stdout_has 'ADD COLUMN "mode" shop.mood  [everybody waits; instant, the server says too]'
change renamed shop.users 'rename_column: { from: name, to: label }'
check_exit 0 'a rename' plan renamed.yaml
expect_stdout_has 'DROP COLUMN IF EXISTS "name"  [everybody waits; instant, the server says too]'

# The user's own statements, where they only define what has been copied.
own () {
  change "$1" users "sql: { phase: migrating, forward: \"$2\", rollback: SELECT 1 }"
  check_exit 0 "SQL: $1" plan --fail-on never "$1.yaml"
}
own constant 'ALTER TABLE users ADD COLUMN a integer DEFAULT 1'
expect_stdout_has 'instant, the server says, where the plan says: scans all rows]'
own volatile 'ALTER TABLE users ADD COLUMN a float DEFAULT random(); CREATE INDEX by_a ON users (a)'
expect_stdout_has 'rewrites all rows, the server says (rewriting table "users"), where the plan says: scans all rows]'
expect_stderr_has 'the server rewrites all rows for a statement of which the plan says: scans all rows'
own undeclared 'ALTER TABLE owners ALTER COLUMN id TYPE bigint'
expect_stdout_has 'rewrites all rows, the server says (rewriting table "owners"), where the plan says: scans all rows]'
for far in 'ALTER TABLE shop.users ADD COLUMN a integer' 'UPDATE users SET name = name' \
  'ALTER TABLE users ADD COLUMN a integer; DROP TABLE owners' 'DROP INDEX by_email' \
  'CREATE INDEX CONCURRENTLY by_name ON users (name)' 'ALTER TABLE users DISABLE TRIGGER ALL' \
  'COMMIT; ALTER TABLE users ADD COLUMN a integer' 'ALTER TABLE users RENAME TO people'; do
  own far "$far"
  expect_stdout_has '[everybody waits; scans all rows]'
done

state >after
check 'nothing stays' diff before after

# held MODE: somebody has the tables for that long.
held () {
  psql -Xq "$test_url" -c "BEGIN; LOCK users, shop.users, owners IN $1 MODE" \
    -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
  sleep 0.5
}
let_go () {
  psql -Xq "$url" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query ~ 'pg_slee[p]'" >/dev/null
  wait
}

held EXCLUSIVE
for name in add unique check key domain mood renamed; do
  check_exit 0 "where only readers come through: $name" plan $name.yaml
  expect_stdout_has 'the server says'
done
let_go
held 'ACCESS EXCLUSIVE'
check_exit 0 'where nobody does it is not waited for' timeout 5 \
  "$ZDM_RUN" plan --url "$test_url" add.yaml
expect_stdout_has '[everybody waits; instant]'
expect_stderr_has 'note: the server was not asked what statements cost: canceling statement due to lock timeout'
let_go

# Who may not make temporary tables.
sql 'CREATE ROLE poor LOGIN; REVOKE TEMPORARY ON DATABASE test FROM PUBLIC'
check_exit 0 'without the right' "$ZDM_RUN" plan --url "$(echo "$test_url" | sed 's/postgres@/poor@/')" add.yaml
expect_stdout_has '[everybody waits; instant]'
expect_stderr_has 'note: the server was not asked what statements cost: permission denied'
check_exit 7 'without a server' "$ZDM_RUN" plan --url postgresql://127.0.0.1:1/test add.yaml
expect_stdout_has 'ADD COLUMN "note" text  [everybody waits; instant]'
expect_stderr_has 'next: see that the database can be opened as --url says'
change missing nobody 'add_column: { column: { name: note, type: TEXT } }'
check_exit 0 'of a database that is to be seeded' plan missing.yaml
expect_stdout_has 'ADD COLUMN "note" text  [everybody waits; instant]'
done_testing

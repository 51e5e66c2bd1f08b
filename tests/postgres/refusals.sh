#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What stands in the way of a column or a table that goes is told before anything is touched.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

# change NAME YAML: a migration of users (id, name, email) in NAME.yaml.
change () {
  cat >"$1.yaml" <<EOF
id: $1
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR(40) }
    - { name: email, type: VARCHAR(80) }
change:
  $2
EOF
}

change drop 'drop_column: { column: email }'
change type 'alter_column: { column: email, type: TEXT }'
change cast 'alter_column: { column: email, type: INTEGER }'
change rename 'rename_column: { from: email, to: mail }'
change whole 'drop_table: { name: users }'
change index 'create_index: { name: by_email, columns: [email] }'
change unique 'add_constraint: { name: one_email, unique: [email] }'
change check 'add_constraint: { name: short, check: { column: email, max_length: 9 } }'

# database SQL: a new one with the table and what SQL makes.
database () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  psql -Xqv ON_ERROR_STOP=1 "$base/test" -c \
    "CREATE TABLE users (id integer PRIMARY KEY, name varchar(40), email varchar(80));
     INSERT INTO users VALUES (1, 'a', '1'), (2, NULL, NULL); $1" || exit 1
}

# dump FILE: all but our own schema, and the words that are others in each dump.
dump () { pg_dump -N zdm "$base/test" | grep -vE '^.(un)?restrict ' >"$1"; }

# refused MIGRATION OBJECT SQL
refused () {
  database "$3"
  dump before
  check_exit 1 "a plan of $1: $2" "$ZDM_RUN" plan --fail-on error --url "$base/test" "$1.yaml"
  expect_stderr_has "$2"
  check_exit 8 "$1: $2" "$ZDM_RUN" --fail-on never --url "$base/test" "$1.yaml"
  expect_stderr_has "$2"
  expect_stderr_has 'state: untouched'
  dump after
  check 'nothing was touched' cmp -s before after
}

# taken MIGRATION WHAT SQL: up to the end.
taken () {
  database "$3"
  check_exit 0 "$1: $2" "$ZDM_RUN" -q --fail-on never --url "$base/test" "$1.yaml"
  check_exit 0 'and its contract' "$ZDM_RUN" contract -q --url "$base/test"
}

for migration in drop cast rename; do
  refused $migration 'view seen' 'CREATE VIEW seen AS SELECT id, email FROM users'
  refused $migration 'materialized view kept' \
    'CREATE MATERIALIZED VIEW kept AS SELECT email FROM users'
  refused $migration 'policy own on table users' \
    "CREATE POLICY own ON users USING (email = current_user)"
  refused $migration 'column twice of table users' \
    "ALTER TABLE users ADD twice text GENERATED ALWAYS AS (email || email) STORED"
  refused $migration 'trigger heard on table users' \
    "CREATE FUNCTION f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
     CREATE TRIGGER heard BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION f ()"
  refused $migration 'statistics object' \
    'CREATE STATISTICS "its ""own""" ON name, email FROM users'
  refused $migration 'publication' 'CREATE PUBLICATION out FOR TABLE users (id, email)'
  refused $migration 'constraint pets_owner_fkey on table pets' \
    'ALTER TABLE users ADD UNIQUE (email);
     CREATE TABLE pets (owner varchar(80) REFERENCES users (email))'
done
refused rename 'privileges of its own' 'GRANT SELECT (email) ON users TO PUBLIC'
refused cast 'the index' \
  'CREATE INDEX by_email ON users (email); CLUSTER users USING by_email'
refused whole 'view seen' 'CREATE VIEW seen AS SELECT id FROM users'
refused whole 'constraint pets_owner_fkey on table pets' \
  'CREATE TABLE pets (owner integer REFERENCES users)'
refused whole 'function reader' \
  "CREATE FUNCTION reader () RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM users; END"

# One of the planned name, whatever it is.
refused index 'index by_email is there already' 'CREATE INDEX by_email ON users (email)'
refused index 'index by_email is there already' \
  'CREATE UNIQUE INDEX by_email ON users USING btree (lower(email)) WHERE id > 1'
refused index 'view by_email is there already' 'CREATE VIEW by_email AS SELECT 1 AS one'
refused unique 'index one_email is there already' 'CREATE INDEX one_email ON users (name)'
refused unique 'index one_email is there already' \
  'ALTER TABLE users ADD CONSTRAINT one_email UNIQUE (email)'
refused check "constraint 'short' is there already" \
  'ALTER TABLE users ADD CONSTRAINT short CHECK (length(email) < 99)'
psql -Xq "$base/test" -c "INSERT INTO users VALUES (3, 'a', '1')" \
  -c 'CREATE UNIQUE INDEX CONCURRENTLY by_email ON users (email)' 2>/dev/null
check_exit 8 'one that was never finished' "$ZDM_RUN" --fail-on never --url "$base/test" index.yaml
expect_stderr_has 'invalid index by_email'
database 'CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE INDEX by_email ON s.t (a)'
check_exit 0 'one in another schema' "$ZDM_RUN" -q --fail-on never --url "$base/test" index.yaml

# Our own, left by a run that was killed, is built anew.
database ''
psql -Xq "$base/test" -c "BEGIN; UPDATE users SET name = 'b'; SELECT pg_sleep(60)" >/dev/null 2>&1 &
busy=$!
is_left () {
  test "$(psql -XAtq "$base/test" -c "SELECT NOT indisvalid FROM pg_index
    WHERE indexrelid = to_regclass('by_email')")" = t
}
wait_for () { for _ in $(seq 100); do "$@" && return; sleep 0.1; done; return 1; }
sleep 0.5
"$ZDM_RUN" -q --fail-on never --url "$base/test" index.yaml >/dev/null 2>&1 &
killed=$!
check 'an index that is being built' wait_for is_left
kill -9 "$killed"
sleep 1 # the server looks for its client twice a second
psql -Xq "$url" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_slee[p]'" \
  >/dev/null
wait "$busy" "$killed" 2>/dev/null
check 'is left behind by a kill' is_left
check_exit 0 'and built anew' "$ZDM_RUN" continue -q --url "$base/test"
check 'as a valid one' test "$(psql -XAtq "$base/test" -c \
  "SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_email'::regclass")" = t

taken drop 'what does without it stays' \
  "CREATE VIEW seen AS SELECT id, name FROM users; CREATE INDEX by_email ON users (email);
   CREATE STATISTICS s ON id, name FROM users; GRANT SELECT (email) ON users TO PUBLIC"
taken cast 'indexes, checks and defaults come along' \
  "CREATE INDEX lower_one ON users (name) WHERE email IS NOT NULL;
   ALTER TABLE users ADD CHECK (email <> 'x'), ALTER email SET DEFAULT '7'"
check 'the default is a number' test "$(psql -XAtq "$base/test" -c \
  "INSERT INTO users (id) VALUES (9) RETURNING pg_typeof(email), email")" = 'integer|7'
taken whole 'its own keys are none' 'ALTER TABLE users ADD boss integer REFERENCES users'

# Rows that an abort cannot make NOT NULL again are named, and so is the way out.
database "UPDATE users SET email = 'x' WHERE email IS NULL; ALTER TABLE users ALTER email SET NOT NULL"
sed '/name: email/s/ }/, nullable: false }/' drop.yaml >never.yaml
check_exit 0 'a column that was NOT NULL goes' "$ZDM_RUN" -q --fail-on never --url "$base/test" never.yaml
psql -Xq "$base/test" -c "INSERT INTO users (id) VALUES (7), (8)"
check_exit 4 'and cannot come back' "$ZDM_RUN" abort -q --url "$base/test"
expect_stderr_has "row id '7' of 'users' has no 'email', which is to be NOT NULL; give such rows a value, then abort again"
expect_stderr_has 'state: as before this call: it waits for its contract'
expect_stderr_has 'next: zdm-run abort drop --url'
check_exit 0 'nobody is refused meanwhile' psql -Xqv ON_ERROR_STOP=1 "$base/test" -c "UPDATE users SET name = 'x' WHERE id = 7"
psql -Xq "$base/test" -c "UPDATE users SET email = id WHERE email IS NULL"
check_exit 0 'until they have a value' "$ZDM_RUN" abort -q --url "$base/test"
check 'as it was' test "$(psql -XAtq "$base/test" -c \
  "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'email'")" = t

# A default that is to go, and that the file does not declare.
change default 'alter_column: { column: email, default: null }'
refused default 'and is to lose it: declare it' "ALTER TABLE users ALTER email SET DEFAULT 'x'"
done_testing

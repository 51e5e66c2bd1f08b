#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every way of writing leaves old and new in step while a migration waits.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }

cat >rename.yaml <<'EOT'
id: rename
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
change:
  rename_column: { from: name, to: display_name }
EOT

# Names of another table, so that a cascade writes them; compared without case.
start () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  sql "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE names (name text COLLATE nocase PRIMARY KEY);
    INSERT INTO names VALUES ('alice'), ('bob'), ('carol');
    CREATE TABLE users (id integer PRIMARY KEY, name text COLLATE nocase NOT NULL
      REFERENCES names ON UPDATE CASCADE ON DELETE CASCADE);
    INSERT INTO users VALUES (1, 'alice'), (2, 'bob')" || exit 1
  "$ZDM_RUN" -q --fail-on never --url "$test_url" rename.yaml >out 2>&1 || { cat out; exit 1; }
}

# writes WHAT ROWS SQL: afterwards these are the rows, by either name.
writes () {
  start
  sql "$3" >"$scratch/out" 2>&1
  check "$1: by the old name" test "$(sql "SELECT id || ' ' || name FROM users ORDER BY id" \
    | paste -sd,)" = "$2"
  check "$1: by the new name" test "$(sql "SELECT id || ' ' || display_name FROM users ORDER BY id" \
    | paste -sd,)" = "$2"
}

writes 'COPY of the old column' '1 alice,2 bob,3 carol' \
  "COPY users (id, name) FROM PROGRAM 'printf ''3\\tcarol\\n'''"
writes 'COPY of the new column' '1 alice,2 bob,3 carol' \
  "COPY users (id, display_name) FROM PROGRAM 'printf ''3\\tcarol\\n'''"
writes 'many rows of the old one' '1 alice,2 bob,3 carol,4 bob' \
  "INSERT INTO users (id, name) VALUES (3, 'carol'), (4, 'bob')"
writes 'many rows of the new one' '1 alice,2 bob,3 carol,4 bob' \
  "INSERT INTO users (id, display_name) VALUES (3, 'carol'), (4, 'bob')"
writes 'rows out of a query, without a list' '1 alice,2 bob,3 alice,4 bob' \
  'INSERT INTO users SELECT id + 2, name FROM users'
writes 'ON CONFLICT, the old one' '1 alice,2 carol,3 bob' \
  "INSERT INTO users (id, name) VALUES (2, 'carol'), (3, 'bob')
   ON CONFLICT (id) DO UPDATE SET name = excluded.name"
writes 'ON CONFLICT, the new one' '1 alice,2 carol,3 bob' \
  "INSERT INTO users (id, display_name) VALUES (2, 'carol'), (3, 'bob')
   ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name"
writes 'ON CONFLICT DO NOTHING' '1 alice,2 bob' \
  "INSERT INTO users (id, name) VALUES (2, 'carol') ON CONFLICT DO NOTHING"
writes 'MERGE, old and new' '1 carol,2 bob,3 alice' \
  "MERGE INTO users AS u USING (VALUES (1, 'carol'), (3, 'alice')) AS v (id, name) ON u.id = v.id
   WHEN MATCHED THEN UPDATE SET name = v.name
   WHEN NOT MATCHED THEN INSERT (id, display_name) VALUES (v.id, v.name)"
writes 'a primary key that changes' '2 bob,9 alice' 'UPDATE users SET id = 9 WHERE id = 1'
writes 'a primary key and the new one' '2 bob,9 carol' \
  "UPDATE users SET id = 9, display_name = 'carol' WHERE id = 1"
writes 'an update that joins' '1 carol,2 bob' \
  "UPDATE users SET display_name = n.name FROM names AS n WHERE users.id = 1 AND n.name = 'carol'"
writes 'case only, by the old name' '1 ALICE,2 bob' "UPDATE users SET name = 'ALICE' WHERE id = 1"
writes 'case only, by the new name' '1 ALICE,2 bob' \
  "UPDATE users SET display_name = 'ALICE' WHERE id = 1"
writes 'a cascading update' '1 dora,2 bob' "UPDATE names SET name = 'dora' WHERE name = 'alice'"
writes 'a cascading update of case only' '1 Alice,2 bob' \
  "UPDATE names SET name = 'Alice' WHERE name = 'alice'"
writes 'a cascading delete' '2 bob' "DELETE FROM names WHERE name = 'alice'"
writes 'a null in the new one is refused' '1 alice,2 bob' \
  'UPDATE users SET display_name = NULL WHERE id = 1'
expect () { check "$1" grep -q "$2" "$scratch/out"; }
expect 'as it is in the old one' 'violates not-null constraint'
writes 'TRUNCATE' '3 bob' "TRUNCATE users; INSERT INTO users (id, display_name) VALUES (3, 'bob')"
check_exit 0 'what was written is in step' "$ZDM_RUN" contract -q --url "$test_url"
check 'and stays' test "$(sql 'SELECT id, display_name FROM users')" = '3|bob'
done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every way of writing leaves old and new in step while a migration waits; the gate before
# its contract finds nothing.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

# The default collation of these names ignores case and spaces at the end.
cat >rename.yaml <<'EOT'
id: rename
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR, length: 40, nullable: false }
change:
  rename_column: { from: name, to: display_name }
EOT
cat >parts.yaml <<'EOT'
id: parts
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR, length: 40, nullable: false }
change:
  split_column:
    column: name
    into:
      - { column: { name: given, type: TEXT }, transform: { split: " ", part: 1 } }
      - { column: { name: others, type: TEXT }, transform: { split: " ", part: rest } }
    backward: { join: " " }
EOT

# start FILE: waits for its contract.
start () {
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" || exit 1
  sql test "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL)
      ENGINE = InnoDB DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci;
    INSERT INTO users VALUES (1, 'alice b'), (2, 'bob')" || exit 1
  "$ZDM_RUN" -q --fail-on never --url "$base/test" "$1.yaml" >out 2>&1 || { cat out; exit 1; }
}

# writes FILE WHAT COLUMNS ROWS SQL: afterwards the columns are these, and contract goes.
writes () {
  start "$1"
  sql test "$5" >out 2>&1 || cat out
  check "$1: $2" test \
    "$(sql test "SELECT CONCAT_WS('/', $3) FROM users ORDER BY id" | paste -sd,)" = "$4"
  check "$1: $2, then contract" "$ZDM_RUN" -q contract "$1" --url "$base/test"
}

both='id, name, display_name'
writes rename 'rows of the old one' "$both" '1/alice b/alice b,2/bob/bob,3/c/c,4/d/d' \
  "INSERT INTO users (id, name) VALUES (3, 'c'), (4, 'd')"
writes rename 'rows of the new one' "$both" '1/alice b/alice b,2/bob/bob,3/c/c,4/d/d' \
  "INSERT INTO users (id, display_name) VALUES (3, 'c'), (4, 'd')"
writes rename 'another case by the old name' "$both" '1/alice b/alice b,2/BOB/BOB' \
  "UPDATE users SET name = 'BOB' WHERE id = 2"
writes rename 'another case by the new name' "$both" '1/alice b/alice b,2/BOB/BOB' \
  "UPDATE users SET display_name = 'BOB' WHERE id = 2"
writes rename 'REPLACE by the old name' "$both" '1/alice b/alice b,2/bo/bo' \
  "REPLACE INTO users (id, name) VALUES (2, 'bo')"
writes rename 'REPLACE by the new name' "$both" '1/alice b/alice b,2/bo/bo' \
  "REPLACE INTO users (id, display_name) VALUES (2, 'bo')"
writes rename 'ON DUPLICATE KEY UPDATE' "$both" '1/x/x,2/y/y' \
  "INSERT INTO users (id, name) VALUES (1, 'z') ON DUPLICATE KEY UPDATE name = 'x';
   INSERT INTO users (id, display_name) VALUES (2, 'z')
     ON DUPLICATE KEY UPDATE display_name = 'y'"
writes rename 'without a list of columns' "$both" '1/alice b/alice b,2/bob/bob,3/c/c' \
  "INSERT INTO users VALUES (3, 'c')"
writes rename 'a prepared statement' "$both" '1/p/p,2/bob/bob' \
  "PREPARE s FROM 'UPDATE users SET display_name = ? WHERE id = 1'; EXECUTE s USING 'p'"

parts='id, name, given, others'
writes parts 'rows of the old one' "$parts" '1/alice b/alice/b,2/bob/bob,3/c d e/c/d e' \
  "INSERT INTO users (id, name) VALUES (3, 'c d e')"
writes parts 'rows of the new ones' "$parts" '1/alice b/alice/b,2/bob/bob,3/c d e/c/d e' \
  "INSERT INTO users (id, given, others) VALUES (3, 'c', 'd e')"
writes parts 'the whole changes' "$parts" '1/al cd/al/cd,2/bob/bob' \
  "UPDATE users SET name = 'al cd' WHERE id = 1"
writes parts 'a part changes' "$parts" '1/alice c/alice/c,2/Bob/Bob' \
  "UPDATE users SET others = 'c' WHERE id = 1; UPDATE users SET given = 'Bob' WHERE id = 2"
writes parts 'a part becomes null' "$parts" '1/alice/alice,2/bob/bob' \
  "UPDATE users SET others = NULL WHERE id = 1"
writes parts 'the key changes' "$parts" '2/bob/bob,7/alice b/alice/b' \
  "UPDATE users SET id = 7 WHERE id = 1"

done_testing

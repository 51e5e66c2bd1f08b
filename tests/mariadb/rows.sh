#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Rows that a migration changes, inserts or deletes come back when it is aborted; what
# applications have written since stays.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

rows () { sql test "SELECT CONCAT_WS('/', $1) FROM $2 ORDER BY 1" | paste -sd,; }
is () { check "$1" test "$(rows "$2" "$3")" = "$4"; }
kept () {
  sql test "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'test' AND
    TABLE_NAME LIKE 'zdm\\_before%'"
}

# begin SQL: a new database.
begin () { sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1; }

# A table with much that can go wrong: an order of two keys, an invisible column, one that is
# computed, one that the server touches, a collation that ignores case, dates without a default.
users="CREATE TABLE users (grp VARCHAR(10) NOT NULL, id INT NOT NULL, plan VARCHAR(20)
    CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL, note TEXT, day DATE NOT NULL,
    secret INT INVISIBLE, twice INT AS (id * 2) STORED, at DATETIME(6) NOT NULL DEFAULT '2001-01-01'
    ON UPDATE CURRENT_TIMESTAMP(6), PRIMARY KEY (grp, id));
  INSERT INTO users (grp, id, plan, note, day, secret) VALUES ('a', 1, 'silver', NULL, '2020-02-02',
    11), ('a', 2, 'SILVER', 'x', '2020-02-03', 12), ('b', 1, 'silver', 'it''s', '2020-02-04', 13)"
columns='grp, id, plan, COALESCE(note, "-"), day, secret, twice, DATE(at)'
start='a/1/silver/-/2020-02-02/11/2/2001-01-01,a/2/SILVER/x/2020-02-03/12/4/2001-01-01,b/1/silver/it'\''s/2020-02-04/13/2/2001-01-01'
table='id: rows
table:
  name: users
  columns:
    - { name: grp, type: VARCHAR, length: 10, nullable: false }
    - { name: id, type: INTEGER, nullable: false }
    - { name: plan, type: VARCHAR, length: 20, nullable: false }
    - { name: note, type: TEXT }
    - { name: day, type: DATE, nullable: false }
  constraints: [ { name: users_key, primary_key: [grp, id] } ]
change:'
cat >update.yaml <<EOT
$table
  update_rows:
    where: { plan: silver }
    set: { plan: { constant: gold }, note: { coalesce: moved } }
EOT
cat >delete.yaml <<EOT
$table
  delete_rows: { where: { plan: silver } }
EOT
cat >insert.yaml <<EOT
$table
  insert_rows:
    if_exists: skip
    rows:
      - { grp: a, id: 1, plan: other, day: 2021-01-01 }
      - { grp: c, id: 0, plan: "it's", day: 2021-01-02 }
EOT
# Something to wait for, so that an abort is possible.
for file in update delete insert; do
  sed 's/^  \(update_rows\|delete_rows\|insert_rows\):/  - \1:/; /^change:/,$s/^    /      /' \
    "$file.yaml" >"$file-waits.yaml"
  printf '  - drop_column: { column: note }\n' >>"$file-waits.yaml"
done

begin "$users"
check_exit 0 'rows are changed' run update.yaml
is 'those alone that are so by each letter' "$columns" users \
  "$(echo "$start" | sed 's/silver\/-/gold\/moved/; s/b\/1\/silver/b\/1\/gold/')"
check 'nothing is kept of a migration that is over' test "$(kept)" = 0

begin "$users"
check_exit 0 'rows are changed' run update-waits.yaml
check 'what they were is kept' test "$(kept)" = 1
sql test "UPDATE users SET plan = 'mine' WHERE grp = 'b'; INSERT INTO users (grp, id, plan, day)
  VALUES ('z', 1, 'gold', '2022-01-01')"
sql test "UPDATE users SET at = '2001-01-01'"
check_exit 0 'and given back' zdm abort rows
is 'but for what was written since' "$columns" users \
  "$(echo "$start" | sed 's/b\/1\/silver/b\/1\/mine/'),z/1/gold/-/2022-01-01/2/2001-01-01"
check 'with nothing left' test "$(kept)" = 0

begin "$users"
check_exit 0 'rows are deleted' run delete-waits.yaml
is 'those alone that are so by each letter' 'grp, id' users 'a/2'
sql test "INSERT INTO users (grp, id, plan, day, at) VALUES ('b', 1, 'new', '2022-01-01',
  '2001-01-01')"
check_exit 0 'and given back' zdm abort rows
is 'whole, but for a key that is taken' "$columns" users \
  "$(echo "$start" | sed 's/b\/1\/.*/b\/1\/new\/-\/2022-01-01\/2\/2001-01-01/')"

begin "$users"
check_exit 0 'rows are inserted' run insert-waits.yaml
is 'but for one that is there' 'grp, id, plan' users "a/1/silver,a/2/SILVER,b/1/silver,c/0/it's"
sql test "INSERT INTO users (grp, id, plan, day) VALUES ('c', 1, 'new', '2022-01-01')"
check_exit 0 'and go again' zdm abort rows
is 'those alone' 'grp, id, plan' users 'a/1/silver,a/2/SILVER,b/1/silver,c/1/new'

# Keys that the server gives ----------------------------------------------------------

cat >numbered.yaml <<'EOT'
id: numbered
table:
  name: t
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true, identity: by_default }
    - { name: v, type: INTEGER }
    - { name: old, type: INTEGER }
change:
  - insert_rows: { rows: [ { v: 1 }, { v: 2 } ] }
  - drop_column: { column: old }
EOT
begin "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v INT, old INT); INSERT INTO t (v) VALUES (9)"
check_exit 0 'rows without a key' run numbered.yaml
is 'get one' 'id, v' t '1/9,2/1,3/2'
check_exit 0 'and go by it' zdm abort numbered
is 'those alone' 'id, v' t '1/9'

# A table without a key ---------------------------------------------------------------

sed '/constraints:/d' update.yaml >keyless.yaml
begin "CREATE TABLE users (grp VARCHAR(10) NOT NULL, id INT NOT NULL, plan VARCHAR(20) NOT NULL, note
  TEXT, day DATE NOT NULL); INSERT INTO users VALUES ('a', 1, 'silver', NULL, '2020-02-02')"
check_exit 1 'rows that nothing tells apart' run keyless.yaml
expect_stderr_has "table 'users' has no primary key, by which its rows could be given back"
is 'stay as they are' 'plan' users 'silver'

# Repairs -----------------------------------------------------------------------------

cat >unique.yaml <<'EOT'
id: unique
table:
  name: accounts
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: email, type: VARCHAR, length: 80 }
change:
  add_constraint:
    name: accounts_email
    unique: [email]
    duplicates: { keep: highest, by: id }
EOT
begin "CREATE TABLE accounts (id INT PRIMARY KEY, email VARCHAR(80) CHARACTER SET utf8mb4 COLLATE
    utf8mb4_general_ci);
  INSERT INTO accounts VALUES (1, 'Ann@x'), (2, 'ann@X '), (3, NULL), (4, NULL), (5, 'bo')"
check_exit 0 'rows that are alike to the collation' run unique.yaml
is 'are one row' 'id' accounts '2,3,4,5'
check_exit 0 'and the key binds' zdm contract unique

cat >loose.yaml <<'EOT'
id: loose
table:
  name: coupons
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: percent, type: INTEGER }
    - { name: old, type: INTEGER }
  constraints: [ { name: half, check: { column: percent, max: 50 } } ]
change:
  - allow_blocking: true
    drop_constraint: { name: half, backward: { percent: { constant: 50 } } }
  - drop_column: { column: old }
EOT
begin "CREATE TABLE coupons (id INT PRIMARY KEY, percent INT, old INT, CONSTRAINT half CHECK (percent <=
  50)); INSERT INTO coupons VALUES (1, 10, 1)"
before=$(sql test 'SHOW CREATE TABLE coupons')
check_exit 0 'a check goes' run loose.yaml
sql test "INSERT INTO coupons (id, percent) VALUES (2, 80), (3, NULL)"
check_exit 0 'and comes back' zdm abort loose
is 'with rows that it accepts' 'id, percent' coupons '1/10,2/50,3'
check 'as it was' test "$(sql test 'SHOW CREATE TABLE coupons')" = "$before"

done_testing

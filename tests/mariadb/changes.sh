#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Changes of tables that are in use: what applications can do in between, what is refused, and
# what an undo gives back.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

shown () { sql test "SHOW CREATE TABLE $1"; }
is () { check "$1" test "$(sql test "$2" | paste -sd,)" = "$3"; }

# begin SQL: a new database.
begin () { sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1; }

# A table under two names ---------------------------------------------------------

cat >rename.yaml <<'EOT'
id: rename
table:
  name: staff
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: VARCHAR, length: 40, nullable: false }
change:
  - rename_table: { name: staff, to: employees }
  - table: employees
    add_column: { column: { name: room, type: INTEGER, default: 7 } }
EOT
begin "CREATE TABLE staff (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL);
  INSERT INTO staff VALUES (1, 'ann')"
before=$(shown staff)
check_exit 0 'a table gets a second name' run rename.yaml
sql test "INSERT INTO employees (id, name) VALUES (2, 'bo') ON DUPLICATE KEY UPDATE name = 'no';
  UPDATE staff SET name = 'bob' WHERE id = 2; DELETE FROM employees WHERE id = 1;
  REPLACE INTO employees (id, name, room) VALUES (3, 'cy', 8)"
is 'both names are one table' "SELECT CONCAT_WS('/', id, name, room) FROM staff ORDER BY id" \
  '2/bob/7,3/cy/8'
is 'the new name shows the new column' "SELECT room FROM employees ORDER BY id" '7,8'
check_exit 0 'the second name becomes the first' zdm contract rename
is 'and the only one' "SELECT CONCAT(TABLE_NAME, ' ', TABLE_TYPE) FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = 'test' AND TABLE_NAME NOT LIKE 'zdm%'" 'employees BASE TABLE'

begin "CREATE TABLE staff (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL)"
check_exit 0 'again' run rename.yaml
check_exit 0 'and back' zdm abort rename
check 'to what it was' test "$(shown staff)" = "$before"

begin "CREATE TABLE staff (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL); CREATE VIEW employees AS
  SELECT 1"
check_exit 3 'a name that is taken' run rename.yaml
expect_stderr_has "there already is table 'employees'"

# A column that may be left out -----------------------------------------------------

cat >drop.yaml <<'EOT'
id: drop
table:
  name: suppliers
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: fax, type: VARCHAR, length: 20, nullable: false }
change:
  drop_column: { column: fax, backward: { constant: none } }
EOT
suppliers="CREATE TABLE suppliers (id INT PRIMARY KEY, fax VARCHAR(20) NOT NULL);
  INSERT INTO suppliers VALUES (1, '12')"
begin "$suppliers"
before=$(shown suppliers)
check_exit 0 'a NOT NULL column is about to go' run drop.yaml
sql test "INSERT INTO suppliers (id) VALUES (2); UPDATE suppliers SET fax = NULL WHERE id = 1"
is 'old readers find what the file says' "SELECT fax FROM suppliers WHERE id = 2" none
check_exit 0 'and it stays' zdm abort drop
check 'NOT NULL as it was' test "$(shown suppliers)" = "$before"
is 'with a value in each row' "SELECT CONCAT(id, fax) FROM suppliers ORDER BY id" '1none,2none'
check_exit 0 'once more' run drop.yaml
check_exit 0 'to its end' zdm contract drop
is 'it is gone' "SELECT * FROM suppliers ORDER BY id" '1,2'

sed 's/, backward: .* }/ }/' drop.yaml >bare.yaml
check_exit 1 'nothing says what an undo would fill in' run bare.yaml
expect_stderr_has "give the change a \`backward\`"

# Columns that come back ------------------------------------------------------------

cat >people.head <<'EOT'
id: back
table:
  name: people
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: nick, type: VARCHAR, length: 20, nullable: false }
    - { name: town, type: VARCHAR, length: 20 }
    - { name: seen, type: TIMESTAMP }
    - { name: code, type: CHAR, length: 36 }
    - { name: doc, type: JSON }
change:
EOT
people="CREATE TABLE people (nick VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german1_ci NOT NULL COMMENT 'it''s',
  id INT PRIMARY KEY, town VARCHAR(20) COLLATE utf8mb4_general_ci INVISIBLE DEFAULT 'Rome' COMMENT 'home',
  seen DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), more INT,
  code CHAR(36) CHARACTER SET ascii DEFAULT uuid(), doc JSON, last INT) CHARACTER SET utf8mb4;
  INSERT INTO people (id, nick, town, seen, code, doc) VALUES (1, 'ann', 'Bonn', '2020-01-01', 'c', '{}')"
# back WHAT CHANGE: through contract, and the table is what it was, with the rows that a WRITE has left.
back () {
  begin "$people"
  before=$(shown people)
  { cat people.head; echo "  $2"; } >back.yaml
  check_exit 0 "$1" run back.yaml
  check_exit 0 "$1: its contract" zdm contract back
  check_exit 0 "$1: and back" zdm abort --accept-loss back
  check "$1: to the very same table" test "$(shown people)" = "$before"
}
back 'a name goes' 'rename_column: { from: nick, to: name }'
is 'it has its value' 'SELECT nick FROM people' ann
back 'one that few see' 'rename_column: { from: town, to: place }'
is 'it has its value' 'SELECT town FROM people' Bonn
back 'what the server sets' 'drop_column: { column: seen }'
back 'what has a default of its own' 'drop_column: { column: code }'
back 'what is JSON' 'drop_column: { column: doc }'
back 'several, one behind the other' '[ { drop_column: { column: town } }, { drop_column: { column: seen } } ]'
back 'a NOT NULL one' 'drop_column: { column: nick, backward: { constant: none } }'
is 'has what the file says' 'SELECT nick FROM people' none

# A foreign key ---------------------------------------------------------------------

cat >key.yaml <<'EOT'
id: key
tables:
  - name: posts
    columns: [ { name: id, type: INTEGER, primary_key: true } ]
  - name: comments
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: post_id, type: INTEGER }
change:
  table: comments
  add_constraint:
    name: comments_post
    foreign_key: [post_id]
    references: { table: posts, columns: [id] }
EOT
posts="CREATE TABLE posts (id INT PRIMARY KEY); CREATE TABLE comments (id INT PRIMARY KEY,
  post_id INT); INSERT INTO posts VALUES (1); INSERT INTO comments VALUES (1, 1), (2, NULL)"
begin "$posts"
check_exit 0 'a foreign key' run key.yaml
check_exit 0 'binds' zdm contract key
check_exit 1 'new rows' sql test "INSERT INTO comments VALUES (3, 9)"
begin "$posts; INSERT INTO comments VALUES (3, 9)"
before=$(shown comments)
check_exit 0 'a foreign key' run key.yaml
check_exit 3 'that a row breaks' zdm contract key
expect_stderr_has "row id '3' of 'comments' breaks foreign key 'comments_post'"
check 'is not there, nor its index' test "$(shown comments)" = "$before"

# A wider type ----------------------------------------------------------------------

cat >wide.yaml <<'EOT'
id: wide
table:
  name: articles
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: title, type: VARCHAR, length: 40, nullable: false }
change:
  alter_column: { column: title, type: VARCHAR, length: 200 }
EOT
begin "CREATE TABLE articles (id INT PRIMARY KEY, title VARCHAR(40) NOT NULL DEFAULT 'x'
  COMMENT 'shown') CHARACTER SET utf8mb4"
before=$(shown articles)
check_exit 1 'a length that takes another byte' run wide.yaml
expect_stderr_has "for which MariaDB copies the table while writers wait; \`allow_blocking: true\` lets it"
sed 's/^change:/change:\n  allow_blocking: true/' wide.yaml >copied.yaml
check_exit 0 'is let' run --until expanding copied.yaml
is 'with all else that the column is' "SELECT CONCAT_WS('/', COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT,
  COLUMN_COMMENT) FROM information_schema.COLUMNS WHERE TABLE_NAME = 'articles' AND
  COLUMN_NAME = 'title'" "varchar(200)/NO/'x'/shown"

begin "CREATE TABLE articles (id INT PRIMARY KEY, title VARCHAR(80) NOT NULL) CHARACTER SET utf8mb4"
cat >two.yaml <<'EOT'
id: two
table:
  name: articles
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: title, type: VARCHAR, length: 80, nullable: false }
change:
  - alter_column: { column: title, type: VARCHAR, length: 300 }
  - sql: { phase: migrating, forward: { mariadb: SELECT nothing } }
EOT
before=$(shown articles)
check_exit 3 'a later change fails' run two.yaml
check 'the type is what it was' test "$(shown articles)" = "$before"

# The user's own statements -----------------------------------------------------------

cat >own.yaml <<'EOT'
id: own
table:
  name: t
  columns: [ { name: id, type: INTEGER, primary_key: true } ]
change:
  sql:
    phase: migrating
    forward:
      mariadb: >-
        INSERT INTO t VALUES (7);
        INSERT INTO t SELECT id + 1 FROM t WHERE id = 7
    rollback: { mariadb: "DELETE FROM t WHERE id IN (7, 8)" }
    verify: { mariadb: SELECT COUNT(*) = 2 FROM t WHERE id > 6 }
EOT
begin "CREATE TABLE t (id INT PRIMARY KEY)"
check_exit 0 'several statements' run own.yaml
is 'have run' "SELECT id FROM t ORDER BY id" '7,8'
begin "CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (9)"
check_exit 3 'what they do is not as the file says' run own.yaml
expect_stderr_has "\`verify\` is not true"
is 'nothing of them is left' "SELECT id FROM t ORDER BY id" '9'

cat >body.yaml <<'EOT'
id: body
table:
  name: t
  columns: [ { name: id, type: INTEGER, primary_key: true } ]
change:
  sql:
    phase: migrating
    forward:
      mariadb: >-
        CREATE TRIGGER twice BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.id = NEW.id * 2; SET
        NEW.id = NEW.id + 1; END; ANALYZE TABLE t
    rollback: { mariadb: DROP TRIGGER twice }
EOT
begin "CREATE TABLE t (id INT PRIMARY KEY)"
check_exit 0 'a body with statements of its own' run body.yaml
sql test "INSERT INTO t VALUES (3)"
is 'is one statement' "SELECT id FROM t" '7'

done_testing

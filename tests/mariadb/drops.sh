#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A contract that is cut off while a column goes: until somebody goes on with it, or takes it
# back, the new application writes as before, and nothing of that is lost.
# ZDM_DROPS_LONG=1: with columns of each type.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
. "$ZDM_SRCDIR/tests/mariadb/client.sh"

shown () { sql test "SHOW CREATE TABLE $1"; }
rows () { sql test "SELECT CONCAT_WS('/', $1) FROM $2 ORDER BY 1" | paste -sd,; }

# begin SQL: a new database, in which the file waits for its contract.
begin () {
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1
  check_exit 0 'it waits' run change.yaml
}

# A column of each type that has to be given ------------------------------------------

# renamed TYPE-OF-FILE TYPE VALUE OTHER-VALUE
renamed () {
  cat >change.yaml <<EOT
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, $1, nullable: false }
change:
  rename_column: { from: name, to: title }
EOT
  table="CREATE TABLE users (id INT PRIMARY KEY, name $2 NOT NULL COMMENT 'who');
    INSERT INTO users VALUES (1, '$3'), (2, '$3')"
  new="INSERT INTO users (id, title) VALUES (3, '$4'); UPDATE users SET title = '$4' WHERE id = 1;
    INSERT INTO users (id, title) SELECT 4, title FROM users WHERE id = 2"
  wanted="1/$4,2/$3,3/$4,4/$3"

  begin "$table"
  cut 'DROP COLUMN' 1 contract change
  check "$2: an application adds rows and changes them" sql test "$new"
  check_exit 0 'and it is gone on with' zdm continue change
  check "$2: all is there" test "$(rows 'id, title' users)" = "$wanted"
  check "$2: without the old column" test "$(sql test "SELECT COUNT(*) FROM information_schema.COLUMNS
    WHERE TABLE_SCHEMA = 'test' AND TABLE_NAME = 'users' AND COLUMN_NAME = 'name'")" = 0

  begin "$table"
  sql mysql 'CREATE DATABASE IF NOT EXISTS start' && sql start "DROP TABLE IF EXISTS users; $table"
  cut 'DROP COLUMN' 1 contract change
  check "$2: an application adds rows and changes them" sql test "$new"
  check_exit 0 'and it is aborted' zdm abort change
  check "$2: all is there" test "$(rows 'id, name' users)" = "$wanted"
  check "$2: in the very same table" test "$(shown users)" = "$(sql start 'SHOW CREATE TABLE users')"
}
renamed 'type: VARCHAR, length: 40' 'VARCHAR(40)' ann bob
renamed 'type: DATE' DATE 2026-01-31 1999-12-31
if [ -n "${ZDM_DROPS_LONG-}" ]; then
  renamed 'type: TEXT' LONGTEXT ann bob
  renamed 'type: INTEGER' INT 7 -8
  renamed 'type: DECIMAL, precision: 8, scale: 2' 'DECIMAL(8,2)' 1.50 -2.25
  renamed 'type: BLOB' LONGBLOB abc def
  renamed 'type: TIME' 'TIME(6)' 12:30:00.000000 00:00:01.000000
  renamed 'type: TIMESTAMP' 'DATETIME(6)' '2026-01-31 12:00:00.000000' '1999-12-31 00:00:00.500000'
  renamed 'type: BOOLEAN' BOOLEAN 1 0
  renamed 'type: UUID' UUID 0190d5a4-0000-7000-8000-000000000001 0190d5a4-0000-7000-8000-000000000002
  renamed 'type: ENUM, values: [b, a]' "ENUM('b','a')" b a
fi

# Columns that move to a table of their own --------------------------------------------

cat >change.yaml <<'EOT'
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: street, type: VARCHAR, length: 40 }
    - { name: town, type: VARCHAR, length: 40 }
change:
  split_table: { to: addresses, columns: [street, town], key: id }
EOT
table="CREATE TABLE users (id INT PRIMARY KEY, street VARCHAR(40), town VARCHAR(40));
  INSERT INTO users VALUES (1, 'High', 'Ayr')"
new="INSERT INTO users (id) VALUES (2); INSERT INTO addresses (id, street, town) VALUES (2, 'Low', 'Bath');
  UPDATE addresses SET town = 'Cork' WHERE id = 1"
begin "$table"
cut 'DROP COLUMN' 2 contract change
check 'a split: an application writes both halves' sql test "$new"
check_exit 0 'and it is gone on with' zdm continue change
check 'a split: all is there' test "$(rows 'id' users) $(rows 'id, street, town' addresses)" \
  = '1,2 1/High/Cork,2/Low/Bath'

begin "$table"
cut 'DROP COLUMN' 1 contract change
check 'a split: an application writes both halves' sql test "$new"
check_exit 0 'and it is aborted' zdm abort change
check 'a split: all is there' test "$(rows 'id, street, town' users)" = '1/High/Cork,2/Low/Bath'

done_testing

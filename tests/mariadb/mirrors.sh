#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A new application searches and writes by the new name of a column while the run waits for
# contract: with the indexes and keys that the old name has.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

long=users_name_and_what_else_there_is_to_be_said_of_it_in_63_bytes_

shown () { sql test 'SHOW CREATE TABLE users'; }

begin () {
  sql mysql 'DROP DATABASE IF EXISTS test; CREATE DATABASE test' || exit 1
  sql test "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(80),
      UNIQUE KEY users_name_key (name), KEY users_both (email, name), KEY $long (name DESC));
    INSERT INTO users SELECT seq, CONCAT('user ', seq), CONCAT('mail ', seq % 700) FROM seq_1_to_3000;
    ANALYZE TABLE users" >/dev/null || exit 1
}

# file FILE ID CHANGE…
file () {
  name=$1 id=$2
  shift 2
  cat >"$name" <<EOT
id: $id
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR, length: 80, nullable: false }
    - { name: email, type: VARCHAR, length: 80 }
  constraints: [ { name: users_name_key, unique: [name] } ]
  indexes:
    - { name: users_both, columns: [email, name] }
    - { name: $long, columns: [ { column: name, order: desc } ] }
change:
EOT
  for change; do printf '  - %s\n' "$change" >>"$name"; done
}

# by_index INDEX CONDITION: the server may find rows by it, and finds them by some index.
by_index () {
  sql test "EXPLAIN SELECT * FROM users WHERE $2" >explain
  check "by index: $2" grep -q "$1" explain
  check 'and not by all rows' test "$(cut -f 4 explain)" != ALL
}

# mirrors: how many wait for their places.
mirrors () {
  sql test "SELECT COUNT(DISTINCT INDEX_NAME) FROM information_schema.STATISTICS WHERE
    TABLE_SCHEMA = 'test' AND INDEX_NAME LIKE 'zdm%'"
}

# The run waits for its contract: all of it is there by the new name.
begin
before=$(shown)
file name.yaml name 'rename_column: { from: name, to: shown }'
check_exit 0 'a column with indexes is renamed' run name.yaml
by_index zdm_mirror_users_name_key_shown "shown = 'user 77'"
by_index zdm_mirror_users_both_email_shown "email = 'mail 77' AND shown > 'user 7'"
by_index users_name_key "name = 'user 77'"
check 'three of them' test "$(mirrors)" -eq 3
check 'a row by the new name' sql test "INSERT INTO users (id, shown) VALUES (-1, 'user 77') ON
  DUPLICATE KEY UPDATE email = 'new'"
check 'by the old name' sql test "INSERT INTO users (id, name) VALUES (-1, 'user 77') ON
  DUPLICATE KEY UPDATE email = CONCAT(email, ', old')"
check 'the same row' test "$(sql test "SELECT id, email FROM users WHERE shown = 'user 77'")" \
  = "$(printf '77\tnew, old')"

# Its contract builds none of them again.
check_exit 0 'its plan' "$ZDM_RUN" plan --engine mariadb name.yaml
sed -n '/^MIGRATING/,/^CONTRACTING/p' "$scratch/stdout" >part
check 'says when they are built' test "$(grep -c 'ADD .*INDEX IF NOT EXISTS `zdm_mirror_' part)" -eq 3
check_exit 0 'its contract' zdm contract name
check 'nothing is left' test "$(mirrors)" -eq 0
check 'all are there' test "$(shown | sed 's/\\n/\n/g' | grep -c 'KEY.*`shown`')" -eq 3

# An abort gives back the start.
begin
check_exit 0 'it is renamed' run name.yaml
check_exit 0 'and aborted' zdm abort name
check 'as at the start' test "$(shown)" = "$before"
check 'nothing is left' test "$(mirrors)" -eq 0
check_exit 0 'again' run name.yaml
check_exit 0 'to its end' zdm contract name
check_exit 0 'and taken back' zdm abort --accept-loss name
check 'nothing is left' test "$(mirrors)" -eq 0
check 'all are there' test "$(shown | sed 's/\\n/\n/g' | grep -c 'KEY.*`name`')" -eq 3

# Both columns of an index.
begin
file both.yaml both 'rename_column: { from: name, to: shown }' 'rename_column: { from: email, to: mail }'
check_exit 0 'two columns of an index' run both.yaml
by_index zdm_mirror_users_both_mail_shown "mail = 'mail 77' AND shown > 'user 7'"
check_exit 0 'their contract' zdm contract both
check 'has both' test "$(shown | sed 's/\\n/\n/g' | grep -c 'KEY `users_both` (`mail`,`shown`)')" -eq 1
check 'nothing is left' test "$(mirrors)" -eq 0
begin
check_exit 0 'once more' run both.yaml
check_exit 0 'and aborted' zdm abort both
check 'as at the start' test "$(shown)" = "$before"

# One of them waits: another migration does not take the index's other column.
begin
file mail.yaml mail 'rename_column: { from: email, to: mail }'
check_exit 0 'one of them' run name.yaml
check_exit 1 'and the other one' run mail.yaml
expect_stderr_has "index or constraint over 'email' of 'users' that the file does not name"

# The other column gets another type in the same file, before or after.
typed () {
  sql mysql 'DROP DATABASE IF EXISTS test; CREATE DATABASE test'
  sql test 'CREATE TABLE users (id INT PRIMARY KEY, a VARCHAR(20), c INT, KEY users_both (c, a));
    INSERT INTO users SELECT seq, seq, seq FROM seq_1_to_1000'
  cat >typed.yaml <<EOT
id: typed
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: a, type: VARCHAR, length: 20 }
    - { name: c, type: INTEGER }
  indexes: [ { name: users_both, columns: [c, a] } ]
change:
  - $1
  - $2
EOT
  check_exit 0 'a name and a type' run typed.yaml
  by_index zdm_mirror_users_both_c_x 'c = 77 AND x = 77'
  check_exit 0 'their contract' zdm contract typed
  check 'the index has both' test "$(shown | sed 's/\\n/\n/g' | grep -c 'KEY `users_both` (`c`,`x`)')" -eq 1
  check 'nothing is left' test "$(mirrors)" -eq 0
  check_exit 0 'and back' zdm abort --accept-loss typed
  check 'the index too' test "$(shown | sed 's/\\n/\n/g' | grep -c 'KEY `users_both` (`c`,`a`)')" -eq 1
  check 'nothing is left' test "$(mirrors)" -eq 0
}
name='rename_column: { from: a, to: x }'
type='alter_column: { column: c, type: VARCHAR(20), transform: { cast: VARCHAR(20) }, backward: { cast: INTEGER } }'
typed "$name" "$type"
typed "$type" "$name"

# An index that has lost a column, and the mirror with it, does not become another one.
begin
check_exit 0 'it is renamed' run name.yaml
sql test 'ALTER TABLE users DROP COLUMN email'
check_exit 4 'a column of an index goes meanwhile' zdm contract name
expect_stderr_has "index 'zdm_mirror_users_both_email_shown' of 'users' over fewer columns"

done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# TRUNCATE fires nothing for rows: what was kept in step with them follows all the same.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
is () { check "$1" test "$(sql "$2" | paste -sd,)" = "$3"; }
run () { "$ZDM_RUN" "$@" --url "$test_url"; }
dump () { pg_dump -N zdm "$test_url" | grep -vE '^.(un)?restrict ' | sort >"$1"; }

psql -Xq "$url" -c 'CREATE DATABASE test' || exit 1
sql "CREATE TABLE users (id integer PRIMARY KEY, name text, bio text);
  CREATE TABLE orders (id integer PRIMARY KEY, customer integer, item text);
  INSERT INTO users VALUES (1, 'ann', 'a'), (2, 'bo', NULL), (3, 'cy', 'c');
  INSERT INTO orders VALUES (1, 1, 'ink'), (2, 1, 'pen'), (3, 3, 'ink');
  CREATE ROLE app LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON users, orders TO app" \
  || exit 1
cat >split.yaml <<'EOT'
id: split
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
    - { name: bio, type: TEXT }
change:
  split_table: { to: profiles, columns: [bio], key: [id] }
EOT
cat >lookup.yaml <<'EOT'
id: lookup
tables:
  - name: users
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: name, type: TEXT }
  - name: orders
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: customer, type: INTEGER }
      - { name: item, type: TEXT }
change:
  - table: users
    add_column:
      column: { name: n_orders, type: BIGINT }
      from: { table: orders, match: { customer: id }, aggregate: count }
  - table: users
    add_column:
      column: { name: first_item, type: TEXT }
      from: { table: orders, match: { customer: id }, column: item, aggregate: min, missing: "null" }
EOT

# Both halves of a split.
dump before
check_exit 0 'a table is split' run -q --fail-on never split.yaml
is 'both halves have it' 'SELECT bio FROM profiles ORDER BY id' 'a,c'
test_url=$(echo "$test_url" | sed 's/postgres@/app@/')
sql 'TRUNCATE users'
test_url=$base/test
is 'the old half goes, by who knows nothing of the new one' 'SELECT count(*) FROM profiles' 0
sql "INSERT INTO users VALUES (1, 'ann', 'a'), (2, 'bo', NULL), (3, 'cy', 'c'); TRUNCATE profiles"
is 'the new half goes' 'SELECT coalesce(bio, name) FROM users ORDER BY id' 'ann,bo,cy'
sql "UPDATE users SET bio = 'new' WHERE id = 2"
is 'and is in step again' 'SELECT id, bio FROM profiles' '2|new'
sql 'BEGIN; TRUNCATE users; ROLLBACK; BEGIN; TRUNCATE users, profiles; ROLLBACK'
is 'what is rolled back has not been' 'SELECT id, bio FROM profiles' '2|new'
check_exit 0 'its contract' run contract -q
check 'no trigger is left' test "$(sql "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")" = 0
check_exit 0 'and back' run abort -q --accept-loss split.yaml
sql "TRUNCATE users; INSERT INTO users VALUES (1, 'ann', 'a'), (2, 'bo', NULL), (3, 'cy', 'c')"
dump after
check 'to the start' diff before after

# A table that another one looks into.
sql 'DROP SCHEMA zdm CASCADE'
check_exit 0 'columns are looked up' run -q --fail-on never lookup.yaml
is 'as they are' 'SELECT n_orders, first_item FROM users ORDER BY id' '2|ink,0|,1|ink'
test_url=$(echo "$test_url" | sed 's/postgres@/app@/')
sql 'TRUNCATE orders'
test_url=$base/test
is 'there is nothing any more' 'SELECT n_orders, first_item FROM users ORDER BY id' '0|,0|,0|'
sql "INSERT INTO orders VALUES (7, 2, 'cap')"
is 'and then something new' 'SELECT n_orders, first_item FROM users ORDER BY id' '0|,1|cap,0|'
check_exit 0 'the contract' run contract -q
check_exit 0 'is as recorded' run verify
done_testing

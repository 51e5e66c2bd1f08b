#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Columns that follow another table, and tables that are being split: every way of writing,
# and several writers at once, leave both in step; the gate before contract finds nothing.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

rows () { sql test "SELECT CONCAT_WS('/', $1) FROM $2 ORDER BY 1" | paste -sd,; }
is () { check "$1" test "$(rows "$2" "$3")" = "$4"; }

# start SQL: a new database, in which FILE waits for its contract.
start () {
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1
  zdm --fail-on never change.yaml >out 2>&1 || { cat out; exit 1; }
}

# One value of another table ----------------------------------------------------------

cat >change.yaml <<'EOT'
id: change
tables:
  - name: customers
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: currency, type: CHAR, length: 3 }
  - name: invoices
    columns:
      - { name: number, type: INTEGER, primary_key: true }
      - { name: customer_id, type: INTEGER }
    indexes: [ { name: by_customer, columns: [customer_id] } ]
change:
  table: invoices
  add_column:
    column: { name: currency, type: CHAR, length: 3 }
    from: { table: customers, match: { id: customer_id }, column: currency, missing: null }
EOT
invoices="CREATE TABLE customers (id INT PRIMARY KEY, currency CHAR(3)); CREATE TABLE invoices (number
  INT PRIMARY KEY, customer_id INT, KEY by_customer (customer_id));
  INSERT INTO customers VALUES (1, 'EUR'), (2, 'USD'); INSERT INTO invoices VALUES (10, 1), (11, 2),
  (12, NULL), (13, 9)"
# looked_up WHAT ROWS SQL
looked_up () {
  start "$invoices"
  sql test "$3" >out 2>&1 || cat out
  is "lookup: $1" 'number, customer_id, currency' invoices "$2"
  check_exit 0 "lookup: $1, then contract" zdm contract change
}
looked_up 'what was there' '10/1/EUR,11/2/USD,12,13/9' ''
looked_up 'new rows' '10/1/EUR,11/2/USD,12,13/9,14/2/USD,15/2/XXX,16/8' \
  "INSERT INTO invoices VALUES (14, 2); INSERT INTO invoices (number, customer_id, currency) VALUES
    (15, 2, 'XXX'), (16, 8, NULL)"
looked_up 'another match' '10/2/USD,11/7,12,13/9' \
  "UPDATE invoices SET customer_id = 2 WHERE number = 10; UPDATE invoices SET customer_id = 7 WHERE
    number = 11"
looked_up 'the other table changes' '10/1/CHF,11/2,12,13/9' \
  "UPDATE customers SET currency = 'CHF' WHERE id = 1; UPDATE customers SET currency = NULL WHERE id = 2"
looked_up 'another case is another value' '10/1/eur,11/2/USD,12,13/9' \
  "UPDATE customers SET currency = 'eur' WHERE id = 1"
looked_up 'the other table gets and loses rows' '10/1/EUR,11/2,12,13/9/NEW' \
  "INSERT INTO customers VALUES (9, 'NEW'); DELETE FROM customers WHERE id = 2"
looked_up 'REPLACE and ON DUPLICATE KEY UPDATE there' '10/1/ONE,11/2/TWO,12,13/9' \
  "REPLACE INTO customers VALUES (1, 'ONE'); INSERT INTO customers VALUES (2, 'x') ON DUPLICATE KEY
    UPDATE currency = 'TWO'"

start "$invoices"
check_exit 0 'lookup: back' zdm abort change
check 'lookup: nothing is left' test "$(sql test "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE
  TRIGGER_SCHEMA = 'test'")$(sql test "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA
  = 'test' AND TABLE_NAME = 'invoices'")" = 02

# A value that is found is transformed, also one that is null; where nothing is, nothing comes.
sed -i 's/missing: null }/missing: null }\n    transform: { coalesce: GBP }/' change.yaml
looked_up 'null becomes another value, nothing does not' '10/1/GBP,11/2/USD,12,13/9,14/8,15/1/GBP,16' \
  "UPDATE customers SET currency = NULL WHERE id = 1; INSERT INTO invoices (number, customer_id) VALUES
    (14, 8), (15, 1), (16, NULL)"
looked_up 'and comes and goes with its row' '10/1,11/2/GBP,12,13/9/GBP' \
  "DELETE FROM customers WHERE id = 1; INSERT INTO customers VALUES (9, NULL); UPDATE customers SET currency =
    NULL WHERE id = 2"
sed -i '/coalesce/d' change.yaml

sed '/indexes:/d' change.yaml >bare.yaml
check_exit 1 'lookup: without an index' zdm bare.yaml
expect_stderr_has "without an index over customer_id of 'invoices' each write would look at all of its rows"

# A sum of many -----------------------------------------------------------------------

cat >change.yaml <<'EOT'
id: change
tables:
  - name: users
    columns: [ { name: id, type: INTEGER, primary_key: true } ]
  - name: orders
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: user_id, type: INTEGER }
      - { name: cents, type: INTEGER }
    indexes: [ { name: by_user, columns: [user_id] } ]
change:
  - table: users
    add_column:
      column: { name: n, type: BIGINT }
      from: { table: orders, match: { user_id: id }, aggregate: count }
  - table: users
    add_column:
      column: { name: cents, type: BIGINT }
      from: { table: orders, match: { user_id: id }, column: cents, aggregate: sum, missing: null }
EOT
start "CREATE TABLE users (id INT PRIMARY KEY); CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, cents
  INT, KEY by_user (user_id)); INSERT INTO users VALUES (1), (2), (3); INSERT INTO orders VALUES (1, 1, 5),
  (2, 1, 6), (3, 2, NULL)"
is 'sum: what was there' "id, n, COALESCE(cents, '-')" users '1/2/11,2/1/-,3/0/-'
sql test "INSERT INTO orders VALUES (4, 3, 7), (5, 3, 8); UPDATE orders SET user_id = 2 WHERE id = 2;
  UPDATE orders SET cents = 1 WHERE id = 3; DELETE FROM orders WHERE id = 1; INSERT INTO users (id) VALUES (4)"
is 'sum: what was written' "id, n, COALESCE(cents, '-')" users '1/0/-,2/2/7,3/2/15,4/0/-'

# writer NUMBER: rows of its own, for the same users as the others; what fails is kept.
writer () {
  first=$(($1 * 1000))
  for i in $(seq $((first + 1)) $((first + 60))); do
    echo "INSERT INTO orders VALUES ($i, $((i % 3 + 1)), 1), ($((i + 500)), $(((i + 1) % 3 + 1)), 2);"
    echo "UPDATE orders SET user_id = $((i % 2 + 1)), cents = 3 WHERE id = $i;"
    [ $((i % 3)) -ne 0 ] || echo "DELETE FROM orders WHERE id = $i;"
  done | mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" -f test 2>>"failed.$1"
}
for number in 1 2 3; do
  writer "$number" &
  writers="${writers-} $!"
done
# shellcheck disable=SC2086  # a list
wait $writers
cat failed.* >failed
grep ERROR failed | grep -v 'ERROR 1213' | sed 's/^/# /'
check 'sum: several writers, none fails but by a deadlock' \
  test -z "$(grep ERROR failed | grep -v 'ERROR 1213')"
check 'sum: and none is left out' test "$(sql test "SELECT COUNT(*) FROM users WHERE n <> (SELECT COUNT(*)
  FROM orders WHERE user_id = users.id) OR NOT (cents <=> (SELECT SUM(cents) FROM orders WHERE user_id =
  users.id))")" = 0
check_exit 0 'sum: then contract' zdm contract change

# A table that is split ---------------------------------------------------------------

cat >change.yaml <<'EOT'
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: TEXT }
    - { name: bio, type: TEXT }
    - { name: age, type: INTEGER }
change:
  split_table: { to: profiles, columns: [bio, age], key: [id] }
EOT
users="CREATE TABLE users (id INT PRIMARY KEY, name TEXT, bio TEXT, age INT);
  INSERT INTO users VALUES (1, 'a', 'x', 1), (2, 'b', NULL, NULL), (3, 'c', 'z', NULL)"
both="COALESCE(bio, '-'), COALESCE(age, '-')"
# split WHAT USERS PROFILES SQL
split () {
  start "$users"
  sql test "$4" >out 2>&1 || cat out
  is "split: $1, here" "id, $both" users "$2"
  is "split: $1, there" "id, $both" profiles "$3"
  check_exit 0 "split: $1, then contract" zdm contract change
}
split 'what was there' '1/x/1,2/-/-,3/z/-' '1/x/1,3/z/-' ''
split 'the old half is written' '1/X/1,2/y/2,3/-/-,4/n/4' '1/X/1,2/y/2,3/-/-,4/n/4' \
  "UPDATE users SET bio = 'X' WHERE id = 1; UPDATE users SET bio = 'y', age = 2 WHERE id = 2; UPDATE users SET
    bio = NULL WHERE id = 3; INSERT INTO users VALUES (4, 'd', 'n', 4)"
split 'the new half is written' '1/X/1,2/y/2,3/-/-' '1/X/1,2/y/2' \
  "UPDATE profiles SET bio = 'X' WHERE id = 1; INSERT INTO profiles VALUES (2, 'y', 2); DELETE FROM profiles
    WHERE id = 3"
split 'rows go, and get other keys' '2/-/-,7/x/1' '7/x/1' \
  "DELETE FROM users WHERE id = 3; UPDATE users SET id = 7 WHERE id = 1"
split 'the new half comes first' '1/x/1,2/-/-,3/z/-,5/n/5' '1/x/1,3/z/-,5/n/5' \
  "INSERT INTO profiles VALUES (5, 'n', 5); INSERT INTO users (id, name) VALUES (5, 'e')"
split 'REPLACE and ON DUPLICATE KEY UPDATE' '1/r/9,2/-/-,3/d/-' '1/r/9,3/d/-' \
  "REPLACE INTO users VALUES (1, 'a', 'r', 9); INSERT INTO users VALUES (3, 'c', 'no', 0) ON DUPLICATE KEY
    UPDATE bio = 'd'"

# A trigger of the user's own takes back what is copied.
sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$users" || exit 1
check_exit 0 'split: expanded' run --until expanding change.yaml
sql test "INSERT INTO profiles VALUES (3, 'z', NULL); CREATE TRIGGER keep BEFORE UPDATE ON profiles FOR EACH
  ROW SET NEW.bio = OLD.bio; UPDATE users SET bio = 'new' WHERE id = 3"
check_exit 4 'split: a copy that is undone comes to an end' timeout 60 "$ZDM_RUN" -q --url "$base/test" \
  --fail-on never change.yaml
expect_stderr_has "row id '3' of 'profiles', column 'bio': what is written there is undone"
sql test 'DROP TRIGGER keep'
check_exit 0 'split: without the trigger it goes on' zdm continue change
is 'split: and copies every row' "id, $both" profiles '1/x/1,3/new/-'
check_exit 0 'split: then contract' zdm contract change

start "$users"
before=$(sql test 'SHOW CREATE TABLE users')
sql test "UPDATE profiles SET bio = 'new' WHERE id = 1"
check_exit 0 'split: back' zdm abort change
is 'split: with what was written' "id, $both" users '1/new/1,2/-/-,3/z/-'
check 'split: to the one table' test "$(sql test 'SHOW CREATE TABLE users')$(sql test "SHOW TABLES LIKE
  'profiles'")" = "$before"

# Killed before the new table is made: another session holds up what changes tables.
(sql mysql 'BACKUP STAGE START; BACKUP STAGE BLOCK_DDL; DO SLEEP(600)' >/dev/null 2>&1) &
until [ "$(sql mysql "SELECT COUNT(*) FROM information_schema.PROCESSLIST
    WHERE STATE = 'User sleep'")" = 1 ]; do sleep 0.05; done
"$ZDM_RUN" -q --url "$base/test" --fail-on never --lock-timeout 60s change.yaml >out 2>&1 &
run=$!
until [ "$(sql mysql "SELECT COUNT(*) FROM information_schema.PROCESSLIST
    WHERE STATE LIKE '%backup lock%'")" -ge 1 ]; do
  kill -0 "$run" 2>/dev/null || break
  sleep 0.05
done
check 'split: a run that cannot make its table' kill -9 "$run"
kill_session () { sql mysql "KILL $(sql mysql "SELECT ID FROM information_schema.PROCESSLIST WHERE $1")"; }
kill_session "STATE LIKE '%backup lock%'"
kill_session "STATE = 'User sleep'"
wait "$run" 2>/dev/null
check_exit 0 'split: killed there, and back' zdm abort change
check 'split: nothing is left' test "$(sql test "SHOW TABLES LIKE 'profiles'")" = ''

done_testing

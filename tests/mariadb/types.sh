#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A change of a type: what goes over to the new column, what is refused, and that no write is
# lost when the run is cut off while the columns exchange their places.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

python3 -c '' 2>/dev/null || skip_all 'python3 is not installed'
. "$ZDM_SRCDIR/tests/mariadb/client.sh"

shown () { sql test 'SHOW CREATE TABLE invoices'; }
rows () { sql test "SELECT CONCAT_WS('/', number, amount) FROM invoices ORDER BY 1" | paste -sd,; }
is () { check "$1" test "$(rows)" = "$2"; }

# begin SQL: a new database, in which the file waits for its contract.
begin () {
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1
  before=$(shown)
  check_exit 0 'the new column waits' run type.yaml
}

cat >type.yaml <<'EOT'
id: type
table:
  name: invoices
  columns:
    - { name: number, type: INTEGER, primary_key: true }
    - { name: amount, type: VARCHAR, length: 40, nullable: false }
    - { name: note, type: TEXT }
  indexes: [ { name: by_amount, columns: [amount, number] } ]
  constraints: [ { name: once, unique: [amount] } ]
change:
  alter_column: { column: amount, type: DECIMAL, precision: 10, scale: 2 }
EOT
invoices="CREATE TABLE invoices (number INT PRIMARY KEY, amount VARCHAR(40) CHARACTER SET latin1
    NOT NULL DEFAULT '7' COMMENT 'net', note TEXT, KEY by_amount (amount, number), UNIQUE once (amount));
  INSERT INTO invoices (number, amount) VALUES (1, '19.90'), (2, '250.00')"

# What goes over ----------------------------------------------------------------------

begin "$invoices"
sql test "INSERT INTO invoices VALUES (3, '0.05', NULL); UPDATE invoices SET amount = '20.00' WHERE
  number = 1; INSERT INTO invoices (number) VALUES (4)"
check_exit 0 'its contract' zdm contract type
is 'the values' '1/20.00,2/250.00,3/0.05,4/7.00'
check 'place, NOT NULL, default, comment and indexes' test "$(shown | sed 's/\\n */ /g; s/^invoices.//;
  s/ ENGINE.*//')" = "CREATE TABLE \`invoices\` ( \`number\` int(11) NOT NULL, \`amount\` decimal(10,2) \
NOT NULL DEFAULT 7.00 COMMENT 'net', \`note\` text DEFAULT NULL, PRIMARY KEY (\`number\`), \
UNIQUE KEY \`once\` (\`amount\`), KEY \`by_amount\` (\`amount\`,\`number\`) )"
check_exit 1 'the unique one binds' sql test "INSERT INTO invoices VALUES (9, 20, NULL)"

begin "$invoices"
sql test "UPDATE invoices SET zdm_new_amount = 3.50 WHERE number = 1"
check_exit 0 'or it goes back' zdm abort type
is 'with what was written' '1/3.50,2/250.00'
check 'to the very same table' test "$(shown)" = "$before"

begin "$invoices"
check_exit 0 'to its contract' zdm contract type
sql test "UPDATE invoices SET amount = 3.5 WHERE number = 1; INSERT INTO invoices (number) VALUES (3)"
check_exit 0 'and back from there' zdm abort --accept-loss type
is 'with what was written' '1/3.50,2/250.00,3/7.00'
check 'to the very same table' test "$(shown)" = "$before"

sed 's/columns: \[amount, number\]/columns: [number]/; /constraints/d
  s/type: DECIMAL, .*/type: VARCHAR, length: 20 }/' type.yaml >shorter.yaml
sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test"
sql test "CREATE TABLE invoices (number INT PRIMARY KEY, amount VARCHAR(40) CHARACTER SET utf8mb4
  COLLATE utf8mb4_general_ci NOT NULL, note TEXT, KEY by_amount (number));
  INSERT INTO invoices VALUES (1, 'Ann', NULL)"
check_exit 0 'a shorter text' run shorter.yaml
check_exit 0 'its contract' zdm contract type
check 'compares as the one before' test "$(sql test "SELECT COUNT(*) FROM invoices WHERE amount = 'ann'")" = 1

# What is refused ---------------------------------------------------------------------

for extra in 'KEY mine (amount)' 'CHECK (amount <> 0)' 'FOREIGN KEY (amount) REFERENCES p (a)'; do
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test"
  sql test "CREATE TABLE p (a VARCHAR(40) CHARACTER SET latin1 PRIMARY KEY); CREATE TABLE invoices (number
    INT PRIMARY KEY, amount VARCHAR(40) CHARACTER SET latin1 NOT NULL, note TEXT, KEY by_amount (amount,
    number), UNIQUE once (amount), $extra)"
  before=$(shown)
  check_exit 1 "$extra" run type.yaml
  expect_stderr_has "there already is index or constraint over 'amount' of 'invoices' that the file does not name"
  check 'nothing is there' test "$(shown)" = "$before"
done
sed "s/^  constraints: .*/  constraints: [ { name: some, check: { column: amount, not_empty: true } } ]/
  s/type: DECIMAL, .*/type: VARCHAR, length: 20 }/" type.yaml >check.yaml
check_exit 1 'a check over it' run check.yaml
expect_stderr_has "check 'some' of 'invoices' would have to go over to the new 'amount'"

# Cut off -----------------------------------------------------------------------------

# writes AMOUNT OTHER: what an application does meanwhile, which must be accepted.
writes () {
  check 'an application writes on' sql test "UPDATE invoices SET amount = $1 WHERE number = 1;
    INSERT INTO invoices (number, amount) VALUES (3, $2)"
}

for place in 'DROP TRIGGER 2' 'CHANGE COLUMN 1' 'CREATE OR REPLACE TRIGGER 2'; do
  begin "$invoices"
  cut "${place% *}" "${place##* }" contract type
  writes "'5.25'" "'6.25'"
  check_exit 0 'and gone on with' zdm contract type
  is 'what was written meanwhile is there' '1/5.25,2/250.00,3/6.25'
done
for place in 'CHANGE COLUMN 1' 'CREATE OR REPLACE TRIGGER 1'; do
  begin "$invoices"
  cut "${place% *}" "${place##* }" contract type
  writes 5.25 6.25
  check_exit 0 'and aborted' zdm abort type
  is 'what was written meanwhile is there' '1/5.25,2/250.00,3/6.25'
  check 'in the very same table' test "$(shown)" = "$before"
done

begin "$invoices"
cut 'RENAME INDEX' 2 contract type
check_exit 0 'and aborted' zdm abort type
check 'to the very same table' test "$(shown)" = "$before"

done_testing

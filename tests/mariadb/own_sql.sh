#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# SQL of the user's in transforms: what it may name, and what that means from the first phase to
# the last and back.
# shellcheck disable=SC2154,SC2016  # scratch is lib.sh's; backticks are SQL's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

shown () { sql test "SHOW CREATE TABLE $1"; }
is () { check "$1" test "$(sql test "$2" | paste -sd,)" = "$3"; }

# begin SQL: a new database, with a table t.
begin () {
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1
  before=$(shown t)
}
is_back () { check "$1" test "$(shown t)" = "$before"; }

# change CHANGE: a migration `own` of the table t, of which the file declares id and c.
change () {
  printf 'id: own\ntable:\n  name: t\n  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: c, type: INTEGER } ]
change:\n  %s\n' "$1" >change.yaml
}
# turns FORWARD BACKWARD: c becomes a text.
turns () {
  change "alter_column: { column: c, type: TEXT, transform: { expression: \"$1\" }, backward: { expression: \"$2\" } }"
}
# refused WHAT TEXT: before anything is touched, and by a plan.
refused () {
  check_exit 1 "$1" run change.yaml
  expect_stderr_has "$2"
  check_exit 1 "$1: so says a plan" zdm plan change.yaml
  expect_stderr_has "$2"
  is_back "$1: nothing is touched"
}

# Columns that the file does not declare ------------------------------------------------------

start='CREATE TABLE t (id INT PRIMARY KEY, v INT AS (x * 10) VIRTUAL, c INT, X INT, `a``b` INT);
  INSERT INTO t (id, c, x, `a``b`) VALUES (1, 1, 7, 3), (2, 5, 8, 4)'
begin "$start"
turns "CONCAT(t.c, '/', x + t.\`a\`\`b\`, '/', V)" "SUBSTRING_INDEX(t.c, '/', 1) + COALESCE(x, 0) * 0"
check_exit 0 'SQL of yours reads what the file does not declare' run change.yaml
sql test 'UPDATE t SET `a``b` = 5, X = 8 WHERE id = 1'
is 'and follows it' 'SELECT zdm_new_c FROM t ORDER BY id' '1/13/80,5/12/80'
sql test 'UPDATE t SET x = 9, zdm_new_c = "1/as said" WHERE id = 1'
is 'but for who says what it shall be' 'SELECT zdm_new_c FROM t WHERE id = 1' '1/as said'
sql test 'UPDATE t SET `a``b` = 3, x = 7 WHERE id = 1'
check 'writers go on' sql test 'INSERT INTO t (id, c, x, `a``b`) VALUES (3, 3, 3, 1); UPDATE t SET c = 6 WHERE id = 1;
  INSERT INTO t (id, zdm_new_c, x) VALUES (4, "4/new", 3); UPDATE t SET zdm_new_c = "7/new" WHERE id = 2'
all='SELECT CONCAT_WS(" ", c, zdm_new_c) FROM t ORDER BY id'
is 'and are in step' "$all" '6 6/10/70,7 7/new,3 3/4/30,4 4/new'
check_exit 0 'a contract counts the same' zdm contract own
is 'which is there' 'SELECT c FROM t ORDER BY id' '6/10/70,7/new,3/4/30,4/new'
check_exit 0 'and so does the way back' zdm abort --accept-loss own
is 'by which it came' 'SELECT c FROM t ORDER BY id' '6,7,3,4'
is_back 'to the very same table'

begin "$start"
check_exit 0 'a run that is cut off where the columns exchange their places' run change.yaml
cut 'CHANGE COLUMN `c`' 1 contract own
sql test 'UPDATE t SET c = 9 WHERE id = 1'
check_exit 0 'goes on' zdm contract own
is 'with what was written meanwhile' 'SELECT c FROM t ORDER BY id' '9/10/70,5/12/80'

# The same that reads another table, which the lock of the exchange does not hold.
begin "$start; CREATE TABLE u (y INT PRIMARY KEY); INSERT INTO u VALUES (5)"
turns "CONCAT(c, '/', (SELECT MAX(u.y) FROM u))" "SUBSTRING_INDEX(c, '/', 1) + (SELECT COUNT(*) FROM u) * 0"
# exchange VERB…: a run is cut off in its middle, and while the columns catch up.
exchange () {
  cut 'CHANGE COLUMN `c`' 1 "$@"
  sql test 'UPDATE t SET c = CONCAT(9, IF(c LIKE "%/%", "/q", "")) WHERE id = 1; INSERT INTO t (id, c) VALUES (4, 4)'
  cut 'zdm_catches_up = 1' 1 "$@"
  check 'writers go on' sql test 'INSERT INTO t (id, c) VALUES (5, 8); UPDATE t SET c = 3 WHERE id = 2'
}
no_triggers () { is 'no trigger is left' 'SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "test"' 0; }
check_exit 0 'SQL of yours reads another table' run change.yaml
exchange contract own
check_exit 0 'the contract goes on' zdm contract own
is 'with all that was written' 'SELECT c FROM t ORDER BY id' '9/5,3/5,4/5,8/5'
no_triggers
sql test 'DELETE FROM t WHERE id > 3'
exchange abort --accept-loss own
check_exit 0 'and so does the way back' zdm abort --accept-loss own
is 'with what was written meanwhile' 'SELECT c FROM t ORDER BY id' '9,3,4,8'
no_triggers
sql test 'DELETE FROM t WHERE id > 3'
check_exit 0 'the same again' run change.yaml
exchange contract own
check_exit 0 'and back from there' zdm abort --accept-loss own
is 'with what was written then' 'SELECT c FROM t ORDER BY id' '9,3,4,8'
no_triggers

# Texts are another one by their bytes.
begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT, x VARCHAR(9), y VARCHAR(9)); INSERT INTO t VALUES (1, 1, "a", "b")'
change 'add_column: { column: { name: d, type: TEXT }, from: c, transform: { expression: "CONCAT(c, x, y)" } }'
sed -i 's/name: c, type: INTEGER }/&, { name: x, type: VARCHAR, length: 9 }/' change.yaml
check_exit 0 'a column of texts, of which one is declared' run change.yaml
sql test 'UPDATE t SET x = "A"'
is 'follows that one' 'SELECT d FROM t' 1Ab
sql test 'UPDATE t SET y = "B "'
is 'and the other' 'SELECT d FROM t' '1AB '
check_exit 0 'to its end' zdm contract own

# Words that look like the column, in a file that does not declare the key.
for name in c date; do
  begin "CREATE TABLE t (id INT PRIMARY KEY, \`$name\` INT); INSERT INTO t VALUES (1, 1), (2, 5)"
  turns "CONCAT(t.$name, '$name', \`$name\`, CAST('2024-01-01' AS date), IF(t . \`$name\` > 1, UPPER('$name'), /* $name */ ''))" \
    "SUBSTRING_INDEX($name, '$name', 1) + 0 -- $name"
  sed -i "s/name: c,/name: $name,/; s/column: c,/column: $name,/" change.yaml
  [ "$name" = date ] || sed -i 's/primary_key: true/nullable: false/' change.yaml
  check_exit 0 "a column $name" run change.yaml
  sql test "INSERT INTO t (id, zdm_new_$name) VALUES (3, '3$name.'); UPDATE t SET \`$name\` = 6 WHERE id = 1"
  check_exit 0 "of which others have the name: $name" zdm contract own
  is "and what it becomes: $name" "SELECT \`$name\` FROM t ORDER BY id" \
    "6${name}62024-01-01$(echo $name | tr a-z A-Z),5${name}52024-01-01$(echo $name | tr a-z A-Z),3$name."
  check_exit 0 "and back: $name" zdm abort --accept-loss own
  is "with all values: $name" "SELECT \`$name\` FROM t ORDER BY id" 6,5,3
done

change 'drop_column: { column: c, backward: { expression: "x + 1" } }'
begin "$start"
check_exit 0 'a column goes, and is made of what the file does not declare' run change.yaml
sql test 'INSERT INTO t (id, x) VALUES (3, 3)'
is 'for those who write without it' 'SELECT c FROM t ORDER BY id' '1,5,4'

# By a default rows would have that, and not what they are made of.
for as in 'INT DEFAULT 5;default: 5' 'INT DEFAULT 5;nullable: true' 'INT NOT NULL DEFAULT 5;nullable: false' 'INT DEFAULT (id * 2);nullable: true'; do
  begin "CREATE TABLE t (id INT PRIMARY KEY, c ${as%%;*} COMMENT 'c', x INT); INSERT INTO t VALUES (1, 3, 7), (2, 4, 8)"
  change 'drop_column: { column: c, backward: { expression: "x + 1" } }'
  sed -i "s/name: c, type: INTEGER/&, ${as#*;}/" change.yaml
  check_exit 0 "a column $as goes" run change.yaml
  check_exit 0 'away' zdm contract own
  sql test 'INSERT INTO t (id, x) VALUES (3, 9)'
  cut 'UPDATE `t` SET' 1 abort --accept-loss own
  check 'while it comes back a row is added' sql test 'INSERT INTO t (id, x) VALUES (4, 10)'
  check_exit 0 'it is there again' zdm continue own
  is 'as its rows say' 'SELECT c FROM t ORDER BY id' 8,9,10,11
  is_back 'with its default'
done
begin "CREATE TABLE t (id INT PRIMARY KEY, c INT NOT NULL DEFAULT 5, x VARCHAR(9)); INSERT INTO t VALUES (1, 3, 7), (2, 4, 'x')"
change 'drop_column: { column: c, backward: [ { template: "{x}" }, { cast: INTEGER } ] }'
sed -i 's/name: c, type: INTEGER/&, nullable: false, default: 5 }, { name: x, type: VARCHAR, length: 9/' change.yaml
check_exit 0 'the same of what does not convert' run change.yaml
check_exit 0 'away' zdm contract own
check_exit 0 'and back' zdm abort --accept-loss own
is 'it has the default' 'SELECT c FROM t ORDER BY id' 7,5
is_back 'that it had'

# A column that another migration drops stands in no trigger that does not name it.
begin "$start"
turns 'CONCAT(c)' 'c + 0'
sed -i 's/name: c, type: INTEGER }/&, { name: X, type: INTEGER }/' change.yaml
check_exit 0 'what is declared and not read' run change.yaml
sql test 'ALTER TABLE t DROP COLUMN v, DROP COLUMN X'
check 'may go' sql test 'INSERT INTO t (id, c) VALUES (3, 3)'

# What reads it keeps a column from going, with which every write would fail.
begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT, X INT)'
turns "CONCAT(c, x)" 'LEFT(c, 1) + 0'
check_exit 0 'a migration that reads a column waits' run change.yaml
sed 's/^id: own/id: other/; s/name: c, type/name: X, type/; /^change:/,$d' change.yaml >other.yaml
printf 'change:\n  drop_column: { column: X }\n' >>other.yaml
check_exit 8 'another one would drop that' run other.yaml
expect_stderr_has "migration 'own' is not finished and needs 'X' of 't' too; contract or abort it first"
check_exit 1 'so says a plan' zdm plan other.yaml
expect_stderr_has "column 'X' of 't' goes, and trigger 'zdm_"
expect_stderr_has 'needs it; end the migration that made it before'
check_exit 0 'once the first one is at its end' zdm contract own
check_exit 0 'it goes' run other.yaml
check_exit 0 'away' zdm contract other
check 'and writers go on' sql test 'INSERT INTO t (id, c) VALUES (3, 3)'

# What there is not --------------------------------------------------------------------------

begin "$start"
turns "CONCAT(c, y)" 'c + 0'
refused 'a column that is nowhere' "the transform of column 'c' of 't', CONCAT(c, y), fails for every row: Unknown column 'y'"
turns "CONCAT(c" 'c + 0'
refused 'SQL that is none' "fails for every row: You have an error in your SQL syntax"
turns "CONCAT(c)" 'nothing_like(c)'
refused 'a function that is nowhere' "backward of column 'c' of 't', nothing_like(c), fails for every row: FUNCTION"
turns "CONCAT(SUM(c))" 'c + 0'
refused 'an aggregate' "the transform of column 'c' of 't', CONCAT(SUM(c)), fails for every row: Invalid use of group function"
turns "CONCAT(c)" 'ROW_NUMBER() OVER (ORDER BY c)'
refused 'a window function' "fails for every row: Window function is allowed only"
turns "CONCAT(test.t.c)" 'c + 0'
refused 'a name with its database' "Unknown column 'test.t.c'"
turns "CONCAT(c, (SELECT MAX(o.z) FROM o))" 'c + 0'
refused 'a table that is nowhere' "Table 'test.o' doesn't exist"

change "- create_table: { name: o, columns: [ { name: z, type: INTEGER, primary_key: true } ] }
  - { table: t, add_column: { column: { name: d, type: TEXT }, from: c, transform: { expression: \"CONCAT(c, (SELECT COUNT(z) FROM o))\" } } }"
check_exit 0 'a table that the same file makes' run change.yaml
is 'is read' 'SELECT d FROM t ORDER BY id' '10,50'
begin "$start"
change "- sql: { phase: expanding, forward: { mariadb: 'CREATE FUNCTION twice (n INT) RETURNS INT DETERMINISTIC RETURN 2 * n' }, rollback: { mariadb: 'DROP FUNCTION twice' } }
  - { table: t, add_column: { column: { name: d, type: INTEGER }, from: c, transform: { expression: 'twice(c)' } } }"
check_exit 0 'a function that \`sql\` of the same file makes' run change.yaml
is 'is called' 'SELECT d FROM t ORDER BY id' '2,10'

# A collation that goes with the column's character set.
begin 'CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9) CHARACTER SET latin1); INSERT INTO t VALUES (1, "A")'
change 'add_column: { column: { name: d, type: BOOLEAN }, from: c, transform: { expression: "CONCAT(c, '"'x') COLLATE latin1_bin = 'Ax'"'" } }'
sed -i 's/name: c, type: INTEGER/name: c, type: VARCHAR, length: 9/' change.yaml
check_exit 0 'a collation is not asked about without its column' run change.yaml
sql test 'INSERT INTO t (id, c) VALUES (2, "a")'
is 'and holds' 'SELECT d FROM t ORDER BY id' 1,0

# What no trigger works out.
begin "$start"
for step in 'update_rows: { where: { id: 1 }, set: { c: { expression: "%s" } } }' \
  'alter_column: { column: c, nullable: false, repair: { expression: "%s" } }' 'backfill: { column: c, transform: { expression: "%s" } }'; do
  change "$(printf "$step" 'y + 1')"
  refused "${step%%:*}" "SQL of yours, y + 1, fails: Unknown column 'y'"
done
change 'update_rows: { where: { id: 1 }, set: { c: { expression: "MAX(x)" } } }'
refused 'an aggregate in update_rows' "SQL of yours, MAX(x), fails: Invalid use of group function"
change 'update_rows: { where: { id: 1 }, set: { c: { expression: "(SELECT MAX(c) FROM o)" } } }'
begin "$start; CREATE TABLE o (c INT); INSERT INTO o VALUES (44)"
check_exit 0 'one in a subquery' run change.yaml
is 'is none' 'SELECT c FROM t ORDER BY id' 44,5
for step in 'update_rows: { where: { id: 2 }, set: { c: { expression: "test.t.X + V" } } }' \
  'alter_column: { column: c, nullable: false, repair: { expression: "t.x + v" } }'; do
  begin "$start; UPDATE t SET c = NULL WHERE id = 2"
  change "$step"
  check_exit 0 "${step%%:*} reads what the file does not declare" run change.yaml
  is 'and its values' 'SELECT c FROM t ORDER BY id' 1,88
done

# What is to be made --------------------------------------------------------------------------

begin "$start"
change 'add_column: { column: { name: d, type: TEXT }, from: c, replaces: c, transform: { cast: TEXT }, backward: { expression: "COALESCE(d, c)" } }'
refused 'a way back that reads what it makes' "backward of column 'c' of 't', COALESCE(d, c), reads what it is to make: Unknown column 'c'"
change 'drop_column: { column: c, backward: { expression: "t.c + 1" } }'
refused 'a column that is made of itself' "backward of column 'c' of 't', t.c + 1, reads what it is to make"
turns "CONCAT(zdm_new_c)" 'c + 0'
refused 'a transform of what it makes' "the transform of column 'c' of 't', CONCAT(zdm_new_c), reads what it is to make"
change 'add_column: { column: { name: d, type: INTEGER }, from: c, replaces: c, backward: { expression: "(SELECT MAX(c) FROM o WHERE o.c = d)" } }'
sql test 'CREATE TABLE o (c INT PRIMARY KEY); INSERT INTO o VALUES (1), (3), (5)'
check_exit 0 'a column of another table that is called like it' run change.yaml
sql test 'INSERT INTO t (id, d) VALUES (3, 3)'
is 'is read' 'SELECT c FROM t ORDER BY id' 1,5,3

# SQL that fails for a value --------------------------------------------------------------------

words='CREATE TABLE t (id INT PRIMARY KEY, c VARCHAR(9) NOT NULL); INSERT INTO t SELECT seq, seq FROM seq_1_to_2500'
# of_text FORWARD BACKWARD: c, a text, becomes a number.
of_text () {
  change "alter_column: { column: c, type: INTEGER, transform: { expression: \"$1\" }, backward: { expression: \"$2\" } }"
  sed -i 's/name: c, type: INTEGER/name: c, type: VARCHAR, length: 9, nullable: false/' change.yaml
}
begin "$words; UPDATE t SET c = 'x' WHERE id IN (2222, 2400)"
of_text 'CAST(c AS INT)' 'CAST(c + IF(c < 0, (SELECT seq FROM seq_1_to_2), 0) AS CHAR)'
check_exit 3 'a row that SQL of yours does not take' run change.yaml
expect_stderr_has "row id '2222' of 't', column 'zdm_new_c': SQL of yours fails: Truncated incorrect INTEGER value: 'x'"
expect_stderr_has 'change.yaml:6:3'
is_back 'it is as before'
sql test 'DELETE FROM t WHERE c = "x"'
check_exit 0 'without it' run change.yaml
check 'a write of one does not fail' sql test 'INSERT INTO t VALUES (3001, "y"), (3002, "7"); UPDATE t SET c = "z" WHERE id = 2;
  UPDATE t SET zdm_new_c = -3 WHERE id = 3; INSERT INTO t (id, zdm_new_c) VALUES (3003, 12)'
is 'and leaves the value out' 'SELECT CONCAT_WS(" ", id, c, zdm_new_c) FROM t WHERE id IN (2, 3) OR id > 3000' \
  '2 z,3 3 -3,3001 y,3002 7 7,3003 12 12'
check_exit 4 'there is no contract for rows that it fails for' zdm contract own
expect_stderr_has "SQL of yours fails for row id '3' of 't': Subquery returns more than 1 row"
expect_stderr_has 'waits for its contract'
sql test 'UPDATE t SET zdm_new_c = 3 WHERE id = 3'
check_exit 4 'nor for those that have none' zdm contract own
expect_stderr_has "2 rows of 't' are out of step: 'zdm_new_c' does not go with 'c', first id '2'"
sql test 'DELETE FROM t WHERE zdm_new_c IS NULL'
check_exit 0 'there is one without them' zdm contract own
sql test 'INSERT INTO t VALUES (4001, -1), (4002, 8)'
check_exit 4 'on the way back NOT NULL waits for them' zdm abort --accept-loss own
expect_stderr_has "row id '4001' of 't' has no 'c', which is to be NOT NULL; give such rows a value, then abort again"
is 'all others are there' 'SELECT CONCAT_WS(" ", id, c, zdm_new_c) FROM t WHERE id > 4000 OR c <> id' '3002 7 7,3003 12 12,4001 -1,4002 8 8'
sql test 'UPDATE t SET c = "0" WHERE id = 4001'
check_exit 0 'and ends with a value' zdm continue own
is_back 'as it was'

# A table that it reads.
begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT); INSERT INTO t VALUES (1, 1), (2, 0); CREATE TABLE u (y INT PRIMARY KEY, n INT); INSERT INTO u VALUES (1, 10)'
change 'add_column: { column: { name: d, type: INTEGER }, from: c, transform: { expression: "100 / c + (SELECT n FROM u WHERE y = 1 FOR UPDATE)" } }'
check_exit 3 'a division by 0' run change.yaml
expect_stderr_has "row id '2' of 't', column 'd': SQL of yours fails: Division by 0"
sql test 'UPDATE t SET c = 2 WHERE id = 2'
check_exit 0 'and by 2' run change.yaml
sql test 'BEGIN; UPDATE u SET n = 11; SELECT SLEEP(3)' >/dev/null &
sleep 1
sql test 'SET innodb_lock_wait_timeout = 1; INSERT INTO t (id, c) VALUES (3, 1)' >out 2>&1
check 'who waits for a lock in it hears of that' grep -q 'ERROR 1205' out
wait $!
is 'and has written nothing' 'SELECT COUNT(*) FROM t' 2
check 'a table that changes' sql test 'ALTER TABLE u CHANGE n m INT; INSERT INTO t (id, c) VALUES (3, 4)'
check 'or goes' sql test 'RENAME TABLE u TO w; UPDATE t SET c = 5 WHERE id = 1'
is 'fails no write' 'SELECT CONCAT_WS(" ", id, c, d) FROM t' '1 5,2 2 60,3 4'
check_exit 4 'only the contract' zdm contract own
expect_stderr_has "SQL of yours fails for 't': Table 'test.u' doesn't exist"
sql test 'ALTER TABLE w CHANGE m n INT, RENAME TO u; UPDATE t SET c = c + 20'
check_exit 0 'until it is there again' zdm contract own

begin "$words"
of_text 'c + (SELECT COUNT(*) FROM u) * 0' 'CONCAT(c, (SELECT MAX(y) FROM u))'
sql test 'CREATE TABLE u (y INT); INSERT INTO u VALUES (0)'
check_exit 0 'the same on the way back' run change.yaml
check_exit 0 'behind contract' zdm contract own
sql test 'DROP TABLE u'
check_exit 4 'which waits for the table' zdm abort --accept-loss own
expect_stderr_has "'t', column 'c': SQL of yours fails: Table 'test.u' doesn't exist"
sql test 'CREATE TABLE u (y INT)'
check_exit 4 'and, for NOT NULL, for a value' zdm continue own
sql test 'UPDATE t SET c = zdm_new_c'
check_exit 0 'then it ends' zdm continue own
is_back 'as it was'

# What comes from another table.
begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT, e TEXT, KEY k (c)); CREATE TABLE u (y INT PRIMARY KEY, n TEXT);
  INSERT INTO u VALUES (1, 1), (2, 2); INSERT INTO t VALUES (1, 1, 5), (2, 2, 6), (3, 1, 9)'
cat >change.yaml <<'EOT'
id: own
tables:
  - { name: u, columns: [ { name: y, type: INTEGER, primary_key: true }, { name: n, type: TEXT } ] }
  - { name: t, columns: [ { name: id, type: INTEGER, primary_key: true }, { name: c, type: INTEGER } ], indexes: [ { name: k, columns: [ c ] } ] }
change:
  table: t
  add_column:
    column: { name: d, type: INTEGER }
    from: { table: u, match: { y: c }, column: n, missing: null }
    transform: { expression: "CAST(n AS INT) + CAST(e AS INT)" }
EOT
check_exit 0 'what is found in another table is worked out by SQL of yours' run change.yaml
check 'which fails no write either' sql test 'UPDATE t SET c = 2, e = "x" WHERE id = 3; INSERT INTO t VALUES (4, 1, "y"); UPDATE u SET n = n + 10'
is 'but for the rows it fails for' 'SELECT CONCAT_WS(" ", id, d) FROM t' '1 16,2 18,3,4'
sql test 'UPDATE t SET e = id; UPDATE t SET e = 9, d = 7 WHERE id = 2'
is 'and follows the row, too' 'SELECT CONCAT_WS(" ", id, d) FROM t' '1 12,2 7,3 15,4 15'

# Numbers that a trigger does not know --------------------------------------------------------

begin 'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, c INT); INSERT INTO t (c) VALUES (7)'
for from in "from: [c, id], transform: { template: '{c}-{id}' }" "from: id, transform: { cast: TEXT }" \
  "from: c, transform: { expression: 'CONCAT(ID, c)' }"; do
  change "add_column: { column: { name: d, type: TEXT }, $from }"
  refused "$from" "the transform of column 'd' of 't' reads 'id', which is AUTO_INCREMENT"
done
change "add_column: { column: { name: d, type: TEXT }, from: [c, id], transform: { template: '{c}' } }"
check_exit 0 'a number that is not read' run change.yaml
sql test 'INSERT INTO t (c) VALUES (8)'
is 'is none' 'SELECT d FROM t ORDER BY id' 7,8

# What a column keeps of what SQL gives -------------------------------------------------------

# keeps TYPE SQL VALUE: the old column is worked out from SQL that gives more than it keeps.
keeps () {
  begin "CREATE TABLE t (id INT PRIMARY KEY, c ${1%%;*}); INSERT INTO t (id) VALUES (1)"
  change "add_column: { column: { name: d, type: DOUBLE }, from: c, replaces: c, transform: { expression: \"NULL\" }, backward: { expression: \"$2\" } }"
  sed -i "s/name: c, type: INTEGER/name: c, type: ${1#*;}/" change.yaml
  check_exit 0 "${1%%;*} from $2" run change.yaml
  sql test 'UPDATE t SET d = 2.5'
  is 'is what the column keeps' 'SELECT c FROM t' "$3"
  check_exit 0 'which is in step' zdm contract own
  check_exit 0 'and comes back' zdm abort --accept-loss own
  is 'as it was' 'SELECT c FROM t' "$3"
}
keeps 'INT;INTEGER' d 2
keeps 'BIGINT;BIGINT' "'7.6'" 8
keeps 'BOOLEAN;BOOLEAN' 'd / 4' 1
keeps 'DECIMAL(10,2);DECIMAL, precision: 10, scale: 2' 'd / 3' 0.83
keeps 'CHAR(4);CHAR, length: 4' "CONCAT(d, ' ')" 2.5
keeps 'DATE;DATE' "'2024-01-01 10:00:00'" 2024-01-01
keeps 'TIME(6);TIME' "TIMESTAMP'2024-01-01 10:00:00'" 10:00:00.000000

done_testing

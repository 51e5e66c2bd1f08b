#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tables as they are after years of use: what a column is beyond what a file says stays with it,
# goes over to the column that takes its place, or is refused by name.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

shown () { sql test "SHOW CREATE TABLE $1"; }
is () { check "$1" test "$(sql test "$2" | paste -sd,)" = "$3"; }

# begin SQL: a new database, with a table t.
begin () {
  sql mysql "DROP DATABASE IF EXISTS test; CREATE DATABASE test" && sql test "$1" || exit 1
  before=$(shown t)
}

# change COLUMNS CHANGE: writes change.yaml, a migration `grown` of the table t.
change () {
  printf 'id: grown\ntable:\n  name: t\n  columns:\n%s\nchange:\n  %s\n' \
    "$(echo "$1" | tr ';' '\n' | sed 's/^ */    - { /; s/$/ }/')" "$2" >change.yaml
}

# is_back WHAT: the table is what it was.
is_back () { check "$1" test "$(shown t)" = "$before"; }

# Sequences -------------------------------------------------------------------------

sequences='CREATE SEQUENCE ids; CREATE SEQUENCE `my ``seq``, x`; CREATE TABLE t (
  id INT PRIMARY KEY DEFAULT NEXTVAL(ids), no INT NOT NULL DEFAULT (NEXT VALUE FOR `my ``seq``, x` * 10),
  said VARCHAR(40) DEFAULT "nextval(`none`)", a INT NOT NULL); INSERT INTO t (a) VALUES (1), (2)'
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER, nullable: false' \
  'drop_column: { column: a, backward: { constant: 5 } }'
begin "$sequences"
check_exit 0 'a column goes beside defaults that draw from sequences' run change.yaml
check_exit 0 'at its contract tables and sequences are locked' zdm contract grown
is 'it is gone' 'SELECT CONCAT_WS("/", id, no, said) FROM t' \
  '1/10/nextval(`none`),2/20/nextval(`none`)'
check_exit 0 'and comes back' zdm abort --accept-loss grown
is_back 'to the very same table'
sql test 'INSERT INTO t (a) VALUES (3)'
is 'whose sequences go on' 'SELECT CONCAT_WS("/", id, no, a) FROM t' '1/10/5,2/20/5,3/30/3'

change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER, nullable: false' \
  'alter_column: { column: a, type: BIGINT }'
begin "$sequences"
check_exit 0 'a type changes beside sequences' run change.yaml
check_exit 0 'at once' zdm contract grown
is 'it is changed' 'SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_NAME = "t" AND
  COLUMN_NAME = "a"' 'bigint(20)'
check_exit 0 'and back' zdm abort --accept-loss grown
is_back 'to the very same table with its sequences'

# Checks behind columns -------------------------------------------------------------

checks="CREATE TABLE t (id INT PRIMARY KEY CHECK (id <> 13), \`a b\` VARCHAR(20) NOT NULL COMMENT 'CHECK (it''s)'
  CHECK (\`a b\` NOT IN ('it''s) \\\\', '\`a b\`') AND (CHAR_LENGTH(\`a b\`) > 1)), n INT NOT NULL CHECK (n > 0),
  k INT CHECK (k IS NOT NULL), m INT CHECK (m < id)); INSERT INTO t VALUES (1, 'ann', 1, 1, 0), (2, 'bob', 2, 1, 0)"
columns='name: id, type: INTEGER, primary_key: true; name: a b, type: VARCHAR, length: 20, nullable: false;
  name: n, type: INTEGER, nullable: false; name: k, type: INTEGER; name: m, type: INTEGER'
columns=$(echo "$columns" | tr '\n' ' ')

# cycle WHAT: a run of change.yaml on the tables of $start, and its abort; again with its contract.
cycle () {
  begin "$start"
  check_exit 0 "$1" run change.yaml
  check_exit 0 "$1: an abort" zdm abort grown
  is_back "$1: is what it was"
  begin "$start"
  check_exit 0 "$1: again" run change.yaml
  check_exit 0 "$1: its contract" zdm contract grown
}
# returns WHAT: and an abort behind that.
returns () {
  check_exit 0 "$1: and back" zdm abort --accept-loss grown
  is_back "$1: is what it was, too"
}

start=$checks
change "$columns" 'rename_column: { from: a b, to: name }'
cycle 'a column with a check gets another name'
check 'the check speaks of that' sql test "INSERT INTO t (id, name, n, k) VALUES (3, '\`a b\`x', 1, 1)"
check_exit 1 'and binds' sql test "INSERT INTO t (id, name, n, k) VALUES (4, '\`a b\`', 1, 1)"
check_exit 1 'in all of its parts' sql test "INSERT INTO t (id, name, n, k) VALUES (4, 'x', 1, 1)"
returns 'a column with a check'

change "$columns" 'alter_column: { column: n, nullable: true }'
cycle 'a column with a check becomes nullable'
check_exit 1 'its check still binds' sql test "UPDATE t SET n = 0"
returns 'a nullable column'

change "$columns" 'alter_column: { column: n, default: 7 }'
cycle 'a column with a check gets a default'
check_exit 1 'its check still binds' sql test "UPDATE t SET n = 0"

change "$columns" 'drop_column: { column: n, backward: { constant: 5 } }'
cycle 'a column with a check goes'
returns 'a column that was gone'
check_exit 1 'its check binds again' sql test "UPDATE t SET n = 0"

change "$columns" 'alter_column: { column: n, type: BIGINT }'
begin "$checks"
check_exit 1 'a type changes under a check' run change.yaml
expect_stderr_has "constraint over 'n' of 't' that the file does not name"
is_back 'nothing is touched'
for column in k m; do
  change "$columns" "rename_column: { from: $column, to: other }"
  begin "$checks"
  check_exit 3 "a check that a column which is filled later breaks: $column" run change.yaml
  expect_stderr_has "check of column 'other' of 't' cannot go over"
  is_back 'nothing is left of it'
done

change "$columns" 'alter_column: { column: n, type: BIGINT }'
printf 'id: grown\ntable:\n  name: t\n  columns: [ { name: id, type: INTEGER, primary_key: true } ]\nsteps:
  - { phase: expanding, alter_column: { column: id, type: BIGINT }, allow_blocking: true }\n' >change.yaml
begin "$checks"
check_exit 0 'a key is copied' run change.yaml
check_exit 1 'with its check' sql test "UPDATE t SET id = 13 WHERE id = 2"

# A run that is killed between the triggers and the column.
change "$columns" 'drop_column: { column: n, backward: { constant: 5 } }'
begin "$checks"
check_exit 0 'a column is about to go' run change.yaml
cut 'DROP COLUMN `n`' 1 contract grown
check 'who leaves it out is not failed by its check' sql test "INSERT INTO t (id, \`a b\`, k) VALUES (9, 'cy', 1)"
check_exit 0 'an abort' zdm abort --accept-loss grown
is_back 'gives the check back'

# JSON ------------------------------------------------------------------------------

start='CREATE TABLE t (id INT PRIMARY KEY, doc JSON NOT NULL DEFAULT "{}" COMMENT "it", `o``d` JSON, plain LONGTEXT);
  INSERT INTO t VALUES (1, "[1, 2]", NULL, "[3]"), (2, "{}", "1", "{}")'
columns='name: id, type: INTEGER, primary_key: true; name: doc, type: JSON, nullable: false; name: o`d, type: JSON;
  name: plain, type: TEXT'
columns=$(echo "$columns" | tr '\n' ' ')
is_json () {
  is "$2" "SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE TABLE_NAME = 't' AND
    CONSTRAINT_NAME = '$1'" "json_valid(\`$1\`)"
}
for nullable in '' '-'; do
  change "$columns" "rename_column: { from: doc, to: paper }"
  [ -z "$nullable" ] || change "$columns" 'rename_column: { from: o`d, to: paper }'
  cycle "a JSON column$nullable gets another name"
  is_json paper "it is JSON$nullable under that"
  check_exit 1 "that binds$nullable" sql test "UPDATE t SET paper = 'no'"
  returns "a JSON column$nullable"
done
change "$columns" 'alter_column: { column: doc, nullable: true }'
cycle 'a JSON column becomes nullable'
is_json doc 'it is JSON'
returns 'a nullable JSON column'
change "$columns" 'drop_column: { column: doc, backward: { constant: "[]" } }'
cycle 'a JSON column goes'
returns 'a JSON column that was gone'

change "$columns" 'alter_column: { column: doc, type: TEXT, transform: { expression: { mariadb: doc } }, backward: { expression: { mariadb: doc } } }'
cycle 'JSON becomes text'
check 'which it is' sql test "UPDATE t SET doc = 'no' WHERE id = 1"
sql test "UPDATE t SET doc = '[9]' WHERE id = 1"
returns 'a JSON that was text'
is 'with its values' 'SELECT doc FROM t ORDER BY id' '[9],{}'
change "$columns" 'alter_column: { column: plain, type: JSON, transform: { expression: { mariadb: "IF(JSON_VALID(plain), plain, NULL)" } }, backward: { expression: { mariadb: plain } } }'
cycle 'text becomes JSON'
is_json plain 'it is JSON'
change "$columns" 'alter_column: { column: doc, type: TEXT }'
begin "$start"
check_exit 1 'JSON becomes text without a word how' run change.yaml
expect_stderr_has "JSON"

# What the server does with a column --------------------------------------------------

defaults="CREATE TABLE t (id INT PRIMARY KEY, f FLOAT DEFAULT 1.5, n INT NOT NULL DEFAULT 7, tags SET('x', 'y') DEFAULT 'x,y' INVISIBLE,
  at DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), uid CHAR(36) CHARACTER SET ascii
  NOT NULL DEFAULT UUID()); INSERT INTO t (id, at, uid) VALUES (1, '2020-01-01', 'u')"
columns='name: id, type: INTEGER, primary_key: true'
start=$defaults
# line COLUMN: how it is defined.
line () { printf '%b' "$(shown t)" | sed -n "s/^ *\`$1\` \\(.*\\),$/\\1/p"; }
# renames COLUMN DECLARED: what it was by its new name, in the end.
renames () {
  change "$columns; name: $1, $2" "rename_column: { from: $1, to: new }"
  begin "$start"
  old=$(line "$1")
  cycle "column $1 gets another name"
  check "column $1 is all that it was: $old" test "$(line new)" = "$old"
  returns "column $1"
}
renames f 'type: DOUBLE, native: { mariadb: float }'
renames n 'type: INTEGER, nullable: false'
renames n 'type: INTEGER, nullable: false, default: 7'
renames tags "type: TEXT, native: { mariadb: set }"
renames at 'type: TIMESTAMP, native: { mariadb: datetime(3) }'
renames uid 'type: CHAR, length: 36, nullable: false'

# A default that is there while both are in step is not what somebody writes.
change "$columns; name: n, type: INTEGER, nullable: false, default: 7" 'rename_column: { from: n, to: new }'
begin "$start"
check_exit 0 'a column with a default gets another name' run change.yaml
cut 'MODIFY COLUMN `new`' 1 contract grown
sql test 'INSERT INTO t (id, n) VALUES (2, 3); INSERT INTO t (id, new) VALUES (3, 4); INSERT INTO t (id) VALUES (4)'
is 'what is written is not lost' 'SELECT CONCAT(n, new) FROM t WHERE id > 1 ORDER BY id' '33,44,77'
check_exit 0 'the contract goes on' zdm contract grown
check_exit 0 'and back' zdm abort --accept-loss grown
is 'with all values' 'SELECT n FROM t ORDER BY id' '7,3,4,7'

# The default of a column that gets another type, which the file does not declare, is what the transform makes of it.
# carries DEFINITION DECLARED CHANGE VALUE: a row that leaves the column out, before and behind a contract.
carries () {
  begin "CREATE TABLE t (id INT PRIMARY KEY, c $1); INSERT INTO t (id) VALUES (1)"
  change "$key; name: c, $2" "alter_column: { column: c, $3 }"
  check_exit 0 "a default: $1, $3" run change.yaml
  sql test 'INSERT INTO t (id) VALUES (2)'
  check_exit 0 'goes over' zdm contract grown
  sql test 'INSERT INTO t (id) VALUES (3)'
  is 'as the transform makes it' "SELECT $4 FROM t WHERE id > 1 ORDER BY id" "$5,$5"
  check_exit 0 'and back' zdm abort --accept-loss grown
  is_back 'it is what it was'
}
key='name: id, type: INTEGER, primary_key: true'
carries 'INT DEFAULT 6' 'type: INTEGER' 'type: TEXT, transform: { template: "n{c}" }, backward: { map: { n6: 6 }, else: "null" }' c n6
carries 'INT DEFAULT (7 + 1)' 'type: INTEGER' 'type: TEXT, transform: { template: "n{c}" }, backward: { map: { n8: 8 } }' c n8
carries "VARCHAR(20) CHARACTER SET latin1 DEFAULT 'b''\\\\c'" 'type: VARCHAR, length: 20' 'type: VARCHAR, length: 20, transform: upper, backward: direct_copy' 'HEX(c)' 42275C43
carries "ENUM('a', 'b') DEFAULT 'b'" 'type: ENUM, values: [a, b]' 'type: TEXT, transform: upper, backward: { map: { A: a, B: b } }' c B
carries 'INT DEFAULT 6' 'type: INTEGER' 'type: TEXT, transform: { expression: "CONCAT(t.c, c)" }, backward: { map: { 66: 6 } }' c 66
carries "VARBINARY(9) DEFAULT X'00FF'" 'type: BLOB, native: { mariadb: varbinary }' \
  'type: BLOB, transform: { expression: "CONCAT(c, X'"'27'"')" }, backward: { expression: "LEFT(c, 2)" }' 'HEX(c)' 00FF27
carries 'DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6)' 'type: TIMESTAMP' 'type: DATE, transform: { cast: DATE }, backward: { cast: TIMESTAMP }' 'c BETWEEN CURDATE() - INTERVAL 1 DAY AND CURDATE()' 1
carries 'VARCHAR(36) DEFAULT UUID()' 'type: VARCHAR, length: 36' 'type: TEXT, transform: { template: "u-{c}" }, backward: { split: "-", part: rest }' 'LEFT(c, 2)' u-
carries 'CHAR(36) DEFAULT UUID()' 'type: CHAR, length: 36' 'type: VARCHAR, length: 40' 'CHAR_LENGTH(c)' 36
carries 'INT DEFAULT (id * 0 + 5)' 'type: INTEGER' 'type: BIGINT' c 5
begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT DEFAULT 6)'
change "$key; name: c, type: INTEGER, default: 6" 'alter_column: { column: c, type: BIGINT, default: null }'
check_exit 0 'a default that goes' run change.yaml
check_exit 0 'with the type' zdm contract grown
is 'is gone' "SELECT COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_NAME = 't' AND COLUMN_NAME = 'c'" NULL
for default in 'DEFAULT 6' 'DEFAULT NULL'; do
  begin "CREATE TABLE t (id INT PRIMARY KEY, c INT $default)"
  change "$key; name: c, type: INTEGER" 'alter_column: { column: c, default: null }'
  case $default in
    *NULL) check_exit 0 'no default at all' run change.yaml ;;
    *)
      check_exit 8 'an undeclared one that is to go alone' run change.yaml
      expect_stderr_has "column 'c' of 't' has the default 6, which the file does not declare, and is to lose it: declare it"
      ;;
  esac
done
while IFS=/ read -r default type new why; do
  begin "CREATE TABLE t (id INT PRIMARY KEY, c $default)"
  change "$key; name: c, $type" "alter_column: { column: c, $new }"
  for verb in 'run' 'zdm plan'; do
    check_exit 1 "$verb: a default that does not go over: $default" $verb change.yaml
    expect_stderr_has "cannot become one of the new type by the column's transform: $why"
  done
  is_back 'nothing is touched'
done <<'EOF'
VARCHAR(20) DEFAULT 'abc'/type: VARCHAR, length: 20/type: INTEGER/it does not convert
VARCHAR(20) DEFAULT 'abcdef'/type: VARCHAR, length: 20/type: VARCHAR, length: 3/it does not convert
INT DEFAULT (id + 1)/type: INTEGER/type: TEXT, backward: { cast: INTEGER }/it is worked out for each row
VARCHAR(36) DEFAULT UUID()/type: VARCHAR, length: 36/type: TEXT, transform: { template: "{c}{c}" }, backward: { split: "-", part: 1 }/that takes more than one step
INT DEFAULT 6/type: INTEGER/type: TEXT, transform: { expression: "CONCAT(c, id)" }, backward: { map: { n6: 6 } }/Unknown column 'id'
DATE DEFAULT (CURDATE())/type: DATE/type: TEXT, transform: { expression: "CONCAT(c)" }, backward: { cast: DATE }/that is SQL of yours
EOF

# Defaults that a step changes come back, declared or not, and nothing else of the column goes with them.
while IFS=/ read -r column declared new; do
  for contracted in no yes; do
    begin "CREATE SEQUENCE sq; CREATE TABLE t (id INT PRIMARY KEY, c INT, d $column); INSERT INTO t VALUES (1, 5, DATE '2020-01-01')"
    change "$key; name: c, type: INTEGER; name: d, $declared" "alter_column: { column: d, $new }"
    check_exit 0 "$column gets $new" run change.yaml
    [ "$contracted" = no ] || check_exit 0 'for good' zdm contract grown
    check_exit 0 'and is given back' zdm abort --accept-loss grown
    is_back "as it was: $column ($contracted)"
  done
done <<'EOF'
INT NOT NULL DEFAULT 3/type: INTEGER, nullable: false/default: 8
INT NOT NULL DEFAULT 3/type: INTEGER, nullable: false, default: 3/default: null
INT NOT NULL DEFAULT (c + 1)/type: INTEGER, nullable: false/default_expression: "c * 2"
INT NOT NULL DEFAULT NEXTVAL(sq)/type: INTEGER, nullable: false/nullable: true, default: 8
INT DEFAULT 3/type: INTEGER/nullable: false, default: 9
INT/type: INTEGER/nullable: false, default: 9
VARCHAR(12) NOT NULL DEFAULT 'it''s \\' COMMENT 'd'/type: VARCHAR, length: 12, nullable: false/type: VARCHAR, length: 20, default: 'z'
VARCHAR(12)/type: VARCHAR, length: 12/type: VARCHAR, length: 20, nullable: false, default: 'longer than 12'
DATETIME(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6)/type: TIMESTAMP, nullable: false/default: '2020-01-01 00:00:00'
EOF
for types in 'INT/BIGINT/3/5000000000' 'BIGINT/INT/5000000000/3'; do
  IFS=/ read -r old new was is <<EOF
$types
EOF
  begin "CREATE TABLE t (id INT PRIMARY KEY, c $old NOT NULL DEFAULT $was)"
  cat >change.yaml <<EOF
id: grown
table: { name: t, columns: [ { $key }, { name: c, type: $(echo "$old" | sed s/^INT/INTEGER/), nullable: false } ] }
steps:
  - { phase: contracting, table: t, alter_column: { column: c, type: $(echo "$new" | sed s/^INT/INTEGER/), default: $is }, allow_blocking: true }
EOF
  check_exit 0 "$old gets a default as $new" run change.yaml
  check_exit 0 'at its contract' zdm contract grown
  is 'which it has' "SELECT COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE TABLE_NAME = 't' AND COLUMN_NAME = 'c'" "$is"
  check_exit 0 'and has no more' zdm abort --accept-loss grown
  is_back 'as it was'
done
begin 'CREATE TABLE t (id INT PRIMARY KEY, c DATETIME(6) NOT NULL DEFAULT NOW(6) ON UPDATE NOW(6) INVISIBLE)'
change "$key; name: c, type: TIMESTAMP, nullable: false" "alter_column: { column: c, default: '2020-01-01 00:00:00' }"
check_exit 0 'a default changes' run change.yaml
check 'beside ON UPDATE' test "$(shown t)" = "$(printf '%s\n' "$before" \
  | sed "s/DEFAULT current_timestamp(6)/DEFAULT '2020-01-01 00:00:00.000000'/")"
begin 'CREATE SEQUENCE sq; CREATE TABLE t (id INT PRIMARY KEY, c INT NOT NULL DEFAULT NEXTVAL(sq))'
change "$key; name: c, type: INTEGER, nullable: false" 'alter_column: { column: c, default: 8 }'
check_exit 0 'a default that drew from a sequence' run change.yaml
sql test 'DROP SEQUENCE sq'
check_exit 4 'waits for that to come back' zdm abort grown
expect_stderr_has "column 'c' of 't' had the default (nextval(\`test\`.\`sq\`)); make what that reads again, then \`continue\`"
sql test 'CREATE SEQUENCE sq'
check_exit 0 'and comes back with it' zdm continue grown
is_back 'as it was'

# Columns that are worked out ---------------------------------------------------------

start="CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) DEFAULT 'x', b INT, v INT AS (b + 1) VIRTUAL, s VARCHAR(20));
  INSERT INTO t (id, a, b, s) VALUES (1, 'ann', 1, 's')"
columns="$columns; name: a, type: VARCHAR, length: 20; name: b, type: INTEGER; name: s, type: VARCHAR, length: 20"
change "$columns" 'rename_column: { from: a, to: name }'
cycle 'a column before a virtual one gets another name'
check_exit 0 'and comes back' zdm abort --accept-loss grown
is 'to the end, with its value' 'SELECT * FROM t' '1	1	2	s	ann'
change "$columns" 'rename_column: { from: s, to: name }'
cycle 'a column behind a virtual one gets another name'
returns 'a column behind a virtual one'
change "$columns" 'alter_column: { column: a, type: VARCHAR, length: 10 }'
cycle 'the type of a column before a virtual one changes'
is 'at the end' 'SELECT * FROM t' '1	1	2	s	ann'
check_exit 0 'and back' zdm abort --accept-loss grown
is 'with its value' 'SELECT * FROM t' '1	1	2	s	ann'
change "$columns" 'rename_column: { from: b, to: c }'
begin "$start"
check_exit 1 'a column that another one is worked out from' run change.yaml
expect_stderr_has "generated column or default of 't' that is worked out from 'b'"
is_back 'nothing is touched'
begin "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) NOT NULL, b INT, v INT AS (b + 1) STORED, s VARCHAR(20))"
change "$columns" 'rename_column: { from: a, to: name }'
sed -i 's/name: a, type: VARCHAR, length: 20/&, nullable: false/' change.yaml
check_exit 1 'NOT NULL beside a stored one' run change.yaml
expect_stderr_has "STORED generated column in 't'"
is_back 'nothing is touched'

# Dates that are none ----------------------------------------------------------------

dates="SET sql_mode = 'ALLOW_INVALID_DATES'; CREATE TABLE t (id INT PRIMARY KEY, d DATE NOT NULL DEFAULT '0000-00-00',
  at DATETIME(6), ts TIMESTAMP NOT NULL DEFAULT 0, name VARCHAR(20) NOT NULL); INSERT INTO t (id, d, at, name) VALUES"
none="(1, '0000-00-00', '0000-00-00', 'ann'), (2, '2024-02-30', '2024-02-30 10:00:00', 'bob'), (3, '2024-00-05', NULL, 'cy')"
columns='name: id, type: INTEGER, primary_key: true; name: d, type: DATE, nullable: false; name: at, type: TIMESTAMP;
  name: name, type: VARCHAR, length: 20, nullable: false'
columns=$(echo "$columns" | tr '\n' ' ')
# writes COLUMN: an application of that time.
writes () {
  for mode in '' ALLOW_INVALID_DATES; do
    check "who writes dates that are none to $1 is not failed, in '$mode'" sql test "SET sql_mode = '$mode'; REPLACE INTO t
      (id, $1, name) VALUES (4, '0000-00-00', 'di'); UPDATE t SET $1 = '2024-00-00' WHERE id = 4; UPDATE t SET name = 'x'"
  done
}
start="$dates $none"
change "$columns" 'rename_column: { from: d, to: day }'
cycle 'a column with dates that are none gets another name'
is 'they are as they were' 'SELECT day FROM t ORDER BY id' '0000-00-00,2024-02-30,2024-00-05'
returns 'a column with dates that are none'
check_exit 0 'once more' run change.yaml
writes d
writes day
check_exit 0 'what was written then' zdm contract grown
is 'stays' 'SELECT day FROM t WHERE id = 4' 2024-00-00

change "$columns" 'rename_column: { from: name, to: title }'
cycle 'a column beside dates that are none gets another name'
returns 'a column beside such dates'
change "$columns" 'drop_column: { column: d, backward: { constant: "2020-01-01" } }'
cycle 'a column with dates that are none goes'
change "$columns" 'alter_column: { column: d, nullable: true }'
cycle 'a column with dates that are none becomes nullable'
returns 'a nullable column of such dates'
change "$columns" 'split_table: { to: moments, columns: [at], key: id }'
cycle 'a column with dates that are none is moved'
is 'as they are' 'SELECT at FROM moments ORDER BY id' '0000-00-00 00:00:00.000000,2024-02-30 10:00:00.000000'

change "$columns" 'alter_column: { column: at, type: TEXT, backward: { cast: TIMESTAMP } }'
begin "$dates $none"
check_exit 3 'what has a meaning is not given to dates that are none' run change.yaml
expect_stderr_has "row id '1' of 't', column 'zdm_new_at': expected a TIMESTAMP, got '0000-00-00 00:00:00.000000'"
is_back 'nothing is left of it'
start="$dates (1, '2024-02-29', '2024-02-29', 'ann')"
begin "$start"
check_exit 0 'dates become text' run change.yaml
writes at
is 'but those that are none' "SELECT COALESCE(zdm_new_at, 'null') FROM t ORDER BY id" '2024-02-29T00:00:00,null'
check_exit 4 'which hold up the contract' zdm contract grown
is 'and stay what they are' 'SELECT at FROM t WHERE id = 4' '2024-00-00 00:00:00.000000'

# What needs a column ----------------------------------------------------------------

# needs WHAT TABLE [MORE]: what the file does not name keeps a column from going, and is told before
# anything is touched.
needs () {
  begin "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT$2); $3"
  for kind in 'drop_column: { column: a }' 'rename_column: { from: a, to: z }'; do
    change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' "$kind"
    check_exit 1 "${kind%%:*}: $1" run change.yaml
    case $kind in
      drop*) expect_stderr_has "column 'a' of 't' goes, and $1 needs it" ;;
      *) expect_stderr_has 'step' ;;
    esac
    check_exit 1 "${kind%%:*}: $1: so says a plan" zdm plan change.yaml
    expect_stderr_has "column 'a' of 't' goes, and $1 needs it"
  done
  is_back "$1: nothing is touched"
}
needs "generated column 'g'" ', g INT AS (a + b)'
needs "the default of column 'g'" ', g INT DEFAULT (a + 1)'
needs "check 'c'" ', CONSTRAINT c CHECK (a < b)'
needs "check 'c'" ', CONSTRAINT c CHECK (A > 0)'
needs "check 'g'" ', g INT CHECK (a > g)'
needs "index 'k'" ', KEY k (b, a)'
needs "index 'k'" ', UNIQUE KEY k (a)'
needs "foreign key 'f'" ', CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)'
needs "foreign key 'f' of 'c'" ', KEY zdm_of_key (a)' \
  'CREATE TABLE c (x INT, CONSTRAINT f FOREIGN KEY (x) REFERENCES t (a))'
needs "trigger 'r'" '' 'CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW SET @x = /* it */ new . `A`'
needs "trigger 'r'" '' 'SET sql_mode = "ANSI_QUOTES"; CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = OLD."a"'
needs "index 'a'" ") PARTITION BY KEY (id) PARTITIONS 2; ALTER TABLE t ADD KEY (a"

begin 'CREATE TABLE t (a INT, b INT) PARTITION BY HASH (a) PARTITIONS 2'
change 'name: a, type: INTEGER; name: b, type: INTEGER' 'drop_column: { column: a }'
check_exit 1 'a table is in partitions by a column' run change.yaml
expect_stderr_has 'the partitioning of the table needs it'

for view in 'SELECT x.id, y.a AS `other` FROM p AS x JOIN t AS y USING (id)' 'SELECT id FROM t WHERE A > 1' 'SELECT * FROM t'; do
  begin "CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, a INT); CREATE VIEW v AS $view"
  change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' 'drop_column: { column: a }'
  check_exit 1 "a view: $view" run change.yaml
  expect_stderr_has "column 'a' of 't' goes, and view 'v' needs it"
  check_exit 1 'so says a plan' zdm plan change.yaml
  is_back 'nothing is touched'
done

# What only looks like it needs none.
begin "CREATE TABLE u (id INT PRIMARY KEY, a INT); CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT DEFAULT 7 COMMENT '\`a\`');
  CREATE VIEW v AS SELECT u.a, t.b AS \`x.a\` FROM u JOIN t USING (id); CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW
  SET NEW.b = 'NEW.a' IS NULL -- NEW.a
  ; CREATE TRIGGER s BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' 'drop_column: { column: a }'
check_exit 0 'what speaks of other columns' run change.yaml

# What comes while a run waits.
sql test 'CREATE VIEW w AS SELECT a FROM t'
check_exit 4 'a view that came since' zdm contract grown
expect_stderr_has "column 'a' of 't' goes, and view 'w' needs it; change or drop that before"
is 'loses no column' 'SELECT COUNT(a) FROM w' 0
sql test 'DROP VIEW w; CREATE TRIGGER w AFTER UPDATE ON t FOR EACH ROW SET @x = OLD.a'
check_exit 4 'a trigger that came since' zdm contract grown
sql test 'DROP TRIGGER w'
check_exit 0 'once it is gone the column goes' zdm contract grown
check 'and writers go on' sql test 'INSERT INTO t (id) VALUES (1)'

# A view can change while both names are there, and has to.
said () { "$ZDM_RUN" --url "$base/test" --fail-on never change.yaml; }
speaks="CREATE TABLE t (id INT PRIMARY KEY, a INT); INSERT INTO t VALUES (1, 1); CREATE TABLE o (x INT); CREATE VIEW v AS SELECT
  id, a FROM t; CREATE PROCEDURE p() UPDATE t SET a = 1; CREATE PROCEDURE q() SELECT 'a' FROM t -- a
  ; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t WHERE a = 1; CREATE TRIGGER r AFTER INSERT ON o FOR EACH ROW
  UPDATE t SET \`a\` = NEW.x; CREATE TRIGGER s AFTER INSERT ON o FOR EACH ROW UPDATE t SET id = 2 WHERE id = 3;
  CREATE TRIGGER u BEFORE UPDATE ON t FOR EACH ROW SET NEW.id = NEW.id"
begin "$speaks"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' 'rename_column: { from: a, to: z }'
check_exit 0 'what is not looked after' "$ZDM_RUN" plan --url "$base/test" change.yaml
for what in "view 'v'" "procedure 'p'" "event 'e'" "trigger 'r' of 'o'"; do expect_stderr_has "): $what names"; done
check 'and nothing else' test "$(grep -c ' names ' "$scratch/stderr")" -eq 4
expect_stderr_has "each row that is written sets off trigger 'u' of 't' (BEFORE UPDATE)"
check_exit 0 'a run says it too' said
expect_stderr_has "step 3 note: view 'v' names 'a' of 't': there is no contract until it names what takes the place of that"
expect_stderr_has "step 3 note: procedure 'p' names 't' and 'a', a column that goes: see that it does without"
check_exit 4 'no contract, no harm' zdm contract grown
expect_stderr_has "column 'a' of 't' goes, and view 'v' needs it"
is 'it is still there' 'SELECT a FROM v' 1
sql test 'CREATE OR REPLACE VIEW v AS SELECT id, z FROM t'
check_exit 0 'once the view names the other one' zdm contract grown
is 'it shows it' 'SELECT z FROM v' 1
check_exit 4 'an abort does not break it either' zdm abort --accept-loss grown
expect_stderr_has "column 'z' of 't' goes, and view 'v' needs it"
sql test 'CREATE OR REPLACE VIEW v AS SELECT id, a FROM t'
check_exit 0 'and ends once it names that' zdm abort --accept-loss grown
is 'which it shows' 'SELECT a FROM v' 1

begin "$speaks"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' 'rename_table: { name: t, to: tt }'
check_exit 0 'a table gets another name' said
expect_stderr_has "note: view 'v' names 't': there is no contract until it names the new name"
expect_stderr_has "note: procedure 'q' names 't', which goes by that name: see that it does without"
check_exit 4 'not while a view names it' zdm contract grown
expect_stderr_has "table 't' goes by that name, and view 'v' needs it"
is 'nothing is broken' 'SELECT a FROM v' 1
sql test 'CREATE OR REPLACE VIEW v AS SELECT id, a FROM tt'
check_exit 0 'once the view names the new one' zdm contract grown
is 'it goes on' 'SELECT a FROM v' 1

begin "$speaks"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' 'drop_table: { name: t }'
check_exit 1 'a table that a view needs' run change.yaml
expect_stderr_has "table 't' goes by that name, and view 'v' needs it"
is_back 'stays'
sql test 'DROP VIEW v; CREATE TABLE c (x INT, CONSTRAINT f FOREIGN KEY (x) REFERENCES t (id))'
check_exit 1 'and one that another table refers to' zdm plan change.yaml
expect_stderr_has "table 't' goes, and foreign key 'f' of 'c' needs it"

# What a file names goes with the column, and comes back.
begin 'CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, KEY k (a, b), UNIQUE KEY q (a),
  CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT c CHECK (a > 0))'
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER; name: b, type: INTEGER' 'drop_column: { column: a }'
sed -i '/^change:/i\  indexes: [ { name: k, columns: [a, b] } ]\
  constraints: [ { name: q, unique: [a] }, { name: f, foreign_key: [a], references: { table: p, columns: [id] } }, { name: c, check: { column: a, min: 1 } } ]' change.yaml
check_exit 0 'a column with all that a file names' run change.yaml
check_exit 0 'goes' zdm contract grown
check_exit 0 'and comes back' zdm abort --accept-loss grown
for part in 'KEY `k` (`a`,`b`)' 'UNIQUE KEY `q` (`a`)' 'CONSTRAINT `f` FOREIGN KEY (`a`)' 'CONSTRAINT `c` CHECK'; do
  check "with $part" test "$(shown t | grep -cF "$part")" -eq 1
done

# What tables are ------------------------------------------------------------------

# stands WHAT SAID TABLE: what MariaDB cannot do there while writers go on is told before anything is
# touched, and done where that is allowed.
columns='name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 20'
allowed () { change "$columns" "allow_blocking: true
  $1"; }
stands () {
  start="CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b INT$3; INSERT INTO t (id, a, b) VALUES (1, 'ann', 1), (2, 'bob', 2)"
  for kind in 'rename_column: { from: a, to: z }' 'alter_column: { column: a, type: VARCHAR, length: 10 }' \
    'drop_column: { column: a }' 'add_column: { column: { name: n, type: INTEGER, default: 5 } }'; do
    begin "$start"
    change "$columns" "$kind"
    check_exit 1 "$1: $kind" run change.yaml
    expect_stderr_has "table 't' $2"
    check_exit 1 "$1: $kind: so says a plan" zdm plan change.yaml
    expect_stderr_has "table 't' $2"
    is_back "$1: nothing is touched"
    case $kind in add*) continue ;; esac
    allowed "$kind"
    cycle "$1: allowed: $kind"
    returns "$1: allowed: $kind"
  done
}
stands 'FULLTEXT' 'has a FULLTEXT index' ', c TEXT, FULLTEXT KEY f (c))'
stands 'COMPRESSED' 'has ROW_FORMAT=COMPRESSED' ') ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8'

start="CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), g POINT NOT NULL DEFAULT POINT(1, 2), SPATIAL KEY s (g));
  INSERT INTO t (id, a) VALUES (1, 'ann')"
change "$columns" 'alter_column: { column: a, nullable: false }'
begin "$start"
check_exit 1 'NOT NULL beside a SPATIAL index' run change.yaml
expect_stderr_has "table 't' has a SPATIAL index"
is_back 'nothing is touched'
change "$columns" 'rename_column: { from: a, to: z }'
cycle 'another name beside a SPATIAL index'
returns 'a SPATIAL index'

begin 'CREATE TABLE t (id INT, a VARCHAR(20)); INSERT INTO t VALUES (1, "x"), (1, "x")'
for kind in 'rename_column: { from: a, to: z }' 'alter_column: { column: a, type: VARCHAR, length: 10 }' \
  'add_column: { column: { name: n, type: INTEGER, default: 5 } }' 'delete_rows: { where: { a: x } }' \
  "update_rows: { where: { a: x }, set: { a: { constant: y } } }"; do
  change 'name: id, type: INTEGER; name: a, type: VARCHAR, length: 20' "$kind"
  check_exit 1 "a table without a key: $kind" run change.yaml
  expect_stderr_has "table 't' has no primary key"
  check_exit 1 "a table without a key: $kind: so says a plan" zdm plan change.yaml
  is_back 'nothing is touched'
done
change 'name: id, type: INTEGER; name: a, type: VARCHAR, length: 20' 'drop_column: { column: a }'
check_exit 0 'what needs no key is done' run change.yaml
check_exit 0 'to the end' zdm contract grown

begin 'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20)) WITH SYSTEM VERSIONING'
change "$columns" 'rename_column: { from: a, to: z }'
check_exit 8 'a table that keeps its past' run change.yaml
expect_stderr_has "table 't': it is WITH SYSTEM VERSIONING"
is_back 'nothing is touched'

sql mysql 'SET GLOBAL innodb_instant_alter_column_allowed = "never"'
begin "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))"
check_exit 1 'a server that does nothing in an instant' run change.yaml
expect_stderr_has 'innodb_instant_alter_column_allowed'
is_back 'nothing is touched'
sql mysql 'SET GLOBAL innodb_instant_alter_column_allowed = DEFAULT'

# Applications of other modes ---------------------------------------------------------

sql mysql "SET GLOBAL sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH,EMPTY_STRING_IS_NULL'"
start="CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), c CHAR(4)); INSERT INTO t VALUES (1, '''x', 'c')"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 20; name: c, type: CHAR, length: 4' \
  'rename_column: { from: a, to: z }'
for mode in '' ANSI TRADITIONAL ORACLE EMPTY_STRING_IS_NULL NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT; do
  begin "$start"
  check_exit 0 "mode '$mode'" run change.yaml
  sql test "SET sql_mode = '$mode'; INSERT IGNORE INTO t (id, a) VALUES (2, '0123456789012345678901234'), (3, '');
    UPDATE t SET z = CONCAT(z, '!') WHERE id = 1"
  case $mode in EMPTY*) empty=none ;; *) empty= ;; esac
  is "what mode '$mode' writes is in both" "SELECT COALESCE(z, 'none') FROM t WHERE z <=> a ORDER BY id" \
    "'x!,01234567890123456789,$empty"
  check_exit 0 "mode '$mode': contract" zdm contract grown
done
sql mysql 'SET GLOBAL sql_mode = DEFAULT'

start="CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20)); INSERT INTO t VALUES (1, 'x')"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 20' 'alter_column: { column: a, type: VARCHAR, length: 40 }'
begin "$start"
check_exit 0 'a text gets longer in its place' run change.yaml
sql test "INSERT INTO t VALUES (2, REPEAT('y', 30))"
check_exit 4 'a long one keeps it from getting shorter' zdm abort --accept-loss grown
expect_stderr_has "row id '2' of 't', column 'a': the text does not fit VARCHAR(20)"
sql test "UPDATE t SET a = 'y' WHERE id = 2"
check_exit 0 'until it is mended' zdm continue grown
is_back 'it is what it was'

# Halves -----------------------------------------------------------------------------

start="CREATE TABLE t (id VARCHAR(9) CHARACTER SET latin1 PRIMARY KEY, a VARCHAR(20) CHARACTER SET latin1 COLLATE
  latin1_german2_ci DEFAULT 'dd' COMMENT 'it''s' CHECK (a <> 'no'), n INT(6) UNSIGNED ZEROFILL, at DATETIME(3) ON UPDATE
  CURRENT_TIMESTAMP(3), j JSON, b INT); INSERT INTO t VALUES ('A', 'ann', 7, '2020-01-01', '[1]', 1), ('b', 'bob', 8, NULL, NULL, 2)"
change 'name: id, type: VARCHAR, length: 9, nullable: false, primary_key: true; name: a, type: VARCHAR, length: 20; name: n, type: INTEGER, native: { mariadb: int(6) unsigned zerofill }; name: at, type: TIMESTAMP, native: { mariadb: datetime(3) }; name: j, type: JSON' \
  'split_table: { to: u, columns: [a, n, at, j], key: id }'
begin "$start"
lines () { shown "$1" | sed 's/\\n/\n/g' | grep '^ *`\(a\|n\|at\|j\)` '; }
lines t | sed 's/CHARACTER SET latin1 COLLATE latin1_german2_ci //' >before
check_exit 0 'columns move to another table' run change.yaml
lines u | sed 's/CHARACTER SET latin1 COLLATE latin1_german2_ci //' >after
check 'and are what they were' diff before after
is 'to the collation, and the key too' "SELECT GROUP_CONCAT(COLLATION_NAME ORDER BY ORDINAL_POSITION) FROM information_schema.COLUMNS
  WHERE TABLE_NAME = 'u'" 'latin1_swedish_ci,latin1_german2_ci,utf8mb4_bin'
check 'a key gets another case' sql test "UPDATE t SET id = 'B' WHERE id = 'b'"
check 'and in the new table' sql test "UPDATE u SET id = 'a', n = 9 WHERE id = 'A'"
is 'both are in step' "SELECT CONCAT_WS('/', u.id, u.a, u.n, t.a, t.n) FROM t JOIN u USING (id) ORDER BY t.b" \
  'a/ann/000009/ann/000009,B/bob/000008/bob/000008'
check_exit 0 'to the end' zdm contract grown

columns='name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 100'
start="CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(100) COMPRESSED, b INT); INSERT INTO t VALUES (1, REPEAT('x', 90), 1)"
change "$columns" 'rename_column: { from: a, to: z }'
cycle 'a compressed column gets another name'
check 'and stays compressed' test "$(shown t | grep -c '`z` varchar(100) /\*M!100301 COMPRESSED\*/')" -eq 1
returns 'a compressed column'
change "$columns" 'alter_column: { column: a, type: VARCHAR, length: 200 }'
cycle 'a compressed column gets longer'
check 'and stays compressed' test "$(shown t | grep -c '`a` varchar(200) /\*M!100301 COMPRESSED\*/')" -eq 1
returns 'a longer one'
change "$columns" 'alter_column: { column: a, type: VARCHAR, length: 90 }'
begin "$start"
check_exit 1 'one that would not be compressed any more' run change.yaml
expect_stderr_has "COMPRESSED or an expression of 'a' of 't'"

# Indexes that are more, columns that are worked out, partitions ----------------------

# refused WHAT TEXT CHANGE: before anything is touched, and by a plan.
refused () {
  change "$columns" "$3"
  [ -z "${index-}" ] || sed -i "/^change:/i\\  indexes: [ { name: k, columns: [a] } ]" change.yaml
  check_exit 1 "$1: ${3%%:*}" run change.yaml
  expect_stderr_has "$2"
  check_exit 1 "$1: ${3%%:*}: so says a plan" zdm plan change.yaml
  expect_stderr_has "$2"
  is_back "$1: nothing is touched"
}
columns='name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 20'
index=yes
for kind in 'KEY k (a(3))/over 3 characters alone' 'KEY k (a) IGNORED/which is IGNORED' 'FULLTEXT KEY k (a)/which is FULLTEXT'; do
  begin "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b INT, ${kind%/*})"
  for step in 'rename_column: { from: a, to: z }' 'drop_column: { column: a }' 'alter_column: { column: a, type: VARCHAR, length: 9 }' \
    'drop_index: { name: k }'; do
    refused "$kind" "index 'k', ${kind#*/}" "allow_blocking: true
  $step"
  done
done
index=
begin 'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) AS (CONCAT(id)) STORED, b INT)'
refused 'worked out' "column 'a' of 't' is worked out by MariaDB, and cannot be written" \
  'update_rows: { where: { id: 1 }, set: { a: { constant: y } } }'
refused 'worked out' "column 'a' of 't' is worked out by MariaDB, and would not be in another table" \
  'split_table: { to: u, columns: [a], key: id }'
begin 'CREATE TABLE p (id INT PRIMARY KEY) ENGINE = MyISAM; CREATE TABLE q (id INT PRIMARY KEY) PARTITION BY KEY (id) PARTITIONS 2;
  CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b INT) PARTITION BY HASH (id) PARTITIONS 2'
refused 'partitions' "table 't' is in partitions by 'id', without which" 'add_constraint: { name: u, unique: [a] }'
refused 'partitions' "table 't' is in partitions by 'id', without which" 'create_index: { name: u, unique: true, columns: [a] }'
refused 'partitions' "table 't' is in partitions, where MariaDB takes no foreign keys" \
  'add_constraint: { name: f, foreign_key: [id], references: { table: p, columns: [id] } }'
sql test 'ALTER TABLE t REMOVE PARTITIONING'
before=$(shown t)
refused 'a table of MyISAM' "table 'p' is not kept by InnoDB" \
  'add_constraint: { name: f, foreign_key: [id], references: { table: p, columns: [id] } }'
refused 'a table in partitions' "table 'q' is in partitions" \
  'add_constraint: { name: f, foreign_key: [id], references: { table: q, columns: [id] } }'

# Two columns that are one span of time.
columns='name: id, type: INTEGER, primary_key: true; name: a, type: DATE, nullable: false; name: b, type: DATE, nullable: false; name: n, type: INTEGER'
start='CREATE TABLE t (id INT PRIMARY KEY, a DATE NOT NULL, b DATE NOT NULL, n INT, PERIOD FOR `a ``b` (a, b)); INSERT INTO t VALUES (1, "2020-01-01", "2020-02-01", 7)'
begin "$start"
for step in 'rename_column: { from: a, to: z }' 'drop_column: { column: b, backward: { constant: 2020-01-01 } }' \
  'alter_column: { column: a, type: TIMESTAMP }' 'alter_column: { column: b, nullable: true }'; do
  refused 'a period' "is in period 'a \`b', whose columns MariaDB keeps as they are" "$step"
done
change "$columns" 'rename_column: { from: n, to: m }'
cycle 'a column beside a period gets another name'
returns 'a column beside a period'

# Several migrations of one table ------------------------------------------------------

begin 'CREATE TABLE t (id INT PRIMARY KEY, a INT, `B` INT NOT NULL, c INT NOT NULL, KEY k (`B`)); INSERT INTO t VALUES (1, 1, 1, 1)'
one () {
  change "name: id, type: INTEGER, primary_key: true; name: $1, type: INTEGER$2" "$3"
  sed -i "s/^id: .*/id: of_$1/" change.yaml
  [ "$1" != b ] || sed -i '/^change:/i\  indexes: [ { name: k, columns: [b] } ]' change.yaml
  check_exit 0 "a change of column $1" run change.yaml
}
one a '' 'rename_column: { from: a, to: x }'
one b ', nullable: false' 'rename_column: { from: b, to: y }'
one c ', nullable: false' 'drop_column: { column: c, backward: { constant: 5 } }'
sql test 'INSERT INTO t (id, a, b) VALUES (2, 2, 2); INSERT INTO t (id, x, y) VALUES (3, 3, 3); UPDATE t SET y = 7, x = 8 WHERE id = 1'
is 'all of them are kept in step' "SELECT CONCAT_WS('/', a, x, b, y, c) FROM t ORDER BY id" 8/8/7/7/1,2/2/2/2/5,3/3/3/3/5
check_exit 0 'one comes to its end' zdm contract of_a
sql test 'INSERT INTO t (id, x, y) VALUES (4, 4, 4); UPDATE t SET b = 9 WHERE id = 1'
is 'the others go on' "SELECT CONCAT_WS('/', x, b, y, c) FROM t ORDER BY id" 8/9/9/1,2/2/2/5,3/3/3/5,4/4/4/5
check_exit 0 'one goes back' zdm abort of_b
check_exit 0 'one goes on' zdm contract of_c
is 'that is all' "SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION) FROM information_schema.COLUMNS
  WHERE TABLE_NAME = 't' UNION ALL SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'test'" 'id,B,x,0'

# Names have no case, and keep what they have.
start='CREATE TABLE t (`Id` INT PRIMARY KEY, `Name` VARCHAR(20) NOT NULL, b INT, KEY k (`nAME`), UNIQUE KEY u (`nAME`, B)); INSERT INTO t VALUES (1, "ann", 1)'
for kind in 'drop_column: { column: name, backward: { constant: q } }' 'rename_column: { from: name, to: title }'; do
  change 'name: id, type: INTEGER, primary_key: true; name: name, type: VARCHAR, length: 20, nullable: false; name: b, type: INTEGER' "$kind"
  sed -i '/^change:/i\  indexes: [ { name: k, columns: [name] } ]\n  constraints: [ { name: u, unique: [name, b] } ]' change.yaml
  cycle "a name of another case: ${kind%%:*}"
  check_exit 0 'and back' zdm abort --accept-loss grown
  check 'with its case' test "$(shown t | grep -c '`Name` varchar(20) NOT NULL')" -eq 1
done

# A unique constraint that nobody has named is called like its column.
start='CREATE TABLE t (id INT PRIMARY KEY, email VARCHAR(20) UNIQUE, n INT); INSERT INTO t VALUES (1, "a", 1), (2, "b", 2)'
columns='name: id, type: INTEGER, primary_key: true; name: email, type: VARCHAR, length: 20, unique: true'
key () { is "$1" "SELECT GROUP_CONCAT(INDEX_NAME, '/', COLUMN_NAME) FROM information_schema.STATISTICS WHERE TABLE_NAME = 't' AND
  INDEX_NAME <> 'PRIMARY'" "$2"; }
change "$columns" 'rename_column: { from: email, to: mail }'
cycle 'a column with a constraint that the server has named gets another name'
key 'which that keeps' email/mail
returns 'such a column'
for place in 'RENAME INDEX' 'DROP COLUMN `email`'; do
  begin "$start"
  check_exit 0 'the same, to be cut off' run change.yaml
  cut "$place" 1 contract grown
  check_exit 0 'goes back' zdm abort --accept-loss grown
  is_back 'to the very same table'
done
change "$columns" 'alter_column: { column: email, type: VARCHAR, length: 10 }'
cycle 'a column with such a constraint gets another type'
key 'and keeps it' email/email
returns 'a shorter one'
for step in 'drop_column: { column: email }' 'drop_constraint: { name: t_email_key }' 'rename_constraint: { from: t_email_key, to: u }' \
  'add_column: { column: { name: x, type: VARCHAR, length: 20 }, from: email, replaces: email }'; do
  change "$columns" "$step"
  begin "$start"
  check_exit 1 "what would not find it, or not give it back: $step" run change.yaml
  expect_stderr_has "unique constraint 't_email_key' of 't' is called 'email' on this server; declare it by that name"
  check_exit 1 'so says a plan' zdm plan change.yaml
  is_back 'nothing is touched'
done
sql test 'ALTER TABLE t ADD UNIQUE KEY other (email)'
before=$(shown t)
change "$columns" 'rename_column: { from: email, to: mail }'
check_exit 1 'a second one that the file does not declare' run change.yaml
expect_stderr_has "index or constraint over 'email' of 't' that the file does not name"

# Both sides of a foreign key ------------------------------------------------------------

columns='name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 9; name: b, type: INTEGER'
begin "CREATE TABLE p (id BIGINT PRIMARY KEY, u INT UNSIGNED UNIQUE, c VARCHAR(20) COLLATE utf8mb4_bin UNIQUE, d VARCHAR(20) UNIQUE,
  n INT(3) UNIQUE); CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), b INT)"
for pair in b/id b/u a/c; do
  refused "types of $pair" "foreign key 'f' needs values that are kept alike on both sides, of one type and collation, or the server finds none of them: '${pair%/*}' of 't' is" \
    "add_constraint: { name: f, foreign_key: [${pair%/*}], references: { table: p, columns: [${pair#*/}] } }"
done
for pair in a/d b/n; do
  change "$columns" "add_constraint: { name: f, foreign_key: [${pair%/*}], references: { table: p, columns: [${pair#*/}] } }"
  check_exit 0 "types of $pair" run change.yaml
  check_exit 0 'go together' zdm contract grown
  check_exit 0 'and apart' zdm abort --accept-loss grown
done

# Types that the server takes for alike; of some of them it finds no value in the other table.
columns='name: id, type: INTEGER, primary_key: true; name: a, type: BLOB, native: { mariadb: x }'
binds () {
  begin "CREATE TABLE p (k $1 NOT NULL UNIQUE); CREATE TABLE t (id INT PRIMARY KEY, a $2); INSERT INTO p VALUES ($3)"
  change "$columns" 'add_constraint: { name: f, foreign_key: [a], references: { table: p, columns: [k] } }'
  sed -i "s/mariadb: x/mariadb: \"$2\"/" change.yaml
}
while IFS=/ read -r parent child value; do
  binds "$parent" "$child" "$value"
  check_exit 0 "a key from $child to $parent" run change.yaml
  check_exit 0 'is bound' zdm contract grown
  check 'and finds the value' sql test 'INSERT INTO t SELECT 1, k FROM p'
  check_exit 1 'and keeps it' sql test 'DELETE FROM p'
done <<'EOF'
binary(16)/varbinary(20)/X'00112233445566778899AABBCCDDEEFF'
varbinary(6)/varbinary(9)/X'4142'
inet6/binary(16)/'fe80::1'
varbinary(4)/inet4/X'01020304'
bit(9)/bit(16)/b'100000001'
enum('a','b')/enum('a','b','c')/'b'
decimal(10,2) unsigned/decimal(10,2)/1.5
datetime(3)/datetime(3)/'2024-01-01 10:00:00.5'
EOF
while IFS=/ read -r parent child value; do
  binds "$parent" "$child" "$value"
  check_exit 1 "a key from $child to $parent" run change.yaml
  expect_stderr_has "foreign key 'f' needs values that are kept alike"
  sql test 'SET foreign_key_checks = 0; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (k)'
  check_exit 1 'which the server takes, and then fails every write' sql test 'INSERT INTO t SELECT 1, k FROM p'
done <<'EOF'
datetime/timestamp/'2024-01-01 10:00:00'
datetime(6)/datetime/'2024-01-01 10:00:00'
decimal(12,2)/decimal(10,2)/1.5
binary(6)/binary(9)/X'414243444546'
uuid/binary(16)/'123e4567-e89b-12d3-a456-426655440000'
enum('a','b')/enum('b','a')/'b'
bit(16)/bit(8)/b'1'
EOF

columns='name: id, type: INTEGER, primary_key: true; name: a, type: VARCHAR, length: 9; name: b, type: INTEGER'
begin "CREATE TABLE p (id BIGINT PRIMARY KEY); CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), b INT)"
change "$columns" "- alter_column: { column: b, type: BIGINT }
  - add_constraint: { name: f, foreign_key: [b], references: { table: p, columns: [id] } }"
check_exit 0 'a type that changes before' run change.yaml
check_exit 0 'goes together too' zdm contract grown

# What a table has no room for ---------------------------------------------------------

start="CREATE TABLE t (id INT PRIMARY KEY, a INT, $(seq -f 'KEY k%g (a)' -s ', ' 63)); INSERT INTO t VALUES (1, 1)"
begin "$start"
change 'name: id, type: INTEGER, primary_key: true; name: a, type: INTEGER' 'rename_column: { from: a, to: z }'
sed -i "/^change:/i\\  indexes: [ $(seq -f '{ name: k%g, columns: [a] }' -s ', ' 63) ]" change.yaml
check_exit 3 'more indexes than there may be' run change.yaml
expect_stderr_has 'Too many keys'
is_back 'are taken back'

# Keys ------------------------------------------------------------------------------

# keys TYPE KEYS: rows with such keys are found, row by row, and all of them.
keys () {
  begin "CREATE TABLE t (id $1 PRIMARY KEY, a VARCHAR(20), n INT); INSERT INTO t (id, a) VALUES $2"
  rows=$(sql test 'SELECT GROUP_CONCAT(a ORDER BY HEX(id)) FROM t')
  change "name: id, type: TEXT, native: { mariadb: ${1%%(*} }, nullable: false, primary_key: true; name: a, type: VARCHAR, length: 20" \
    'rename_column: { from: a, to: z }'
  check_exit 0 "a column beside keys that are $1 gets another name" run --batch-size 1 change.yaml
  is "rows whose keys are $1 are all filled" 'SELECT GROUP_CONCAT(z ORDER BY HEX(id)) FROM t' "$rows"
  check_exit 0 "an abort beside keys that are $1" zdm abort grown
  is_back "beside keys that are $1 the table is what it was"
  sed -i '/^change:/,$d' change.yaml
  printf 'change:\n  delete_rows: { where: { a: x } }\n' >>change.yaml
  check_exit 0 "rows whose keys are $1 are deleted" run --batch-size 1 change.yaml
  is "those and no others, where keys are $1" "SELECT COUNT(*) FROM t WHERE a = 'x' UNION ALL SELECT COUNT(*) FROM t" 0,2
}
keys 'binary(16)' "(X'00', 'a'), (X'FF5C27E0', 'x'), (REPEAT(X'FF', 16), 'c')"
keys 'varbinary(9)' "('', 'a'), (X'0061', 'b'), (X'C328', 'x')"
keys "enum('z', 'a', 'm')" "('a', 'x'), ('z', 'b'), ('m', 'c')"
keys "set('z', 'a')" "('a', 'x'), ('z', 'b'), ('a,z', 'c')"
keys 'bit(40)' "(1, 'a'), (0x8000000000, 'x'), (255, 'c')"
keys 'float' "(0.1, 'a'), (0.1000001, 'x'), (-3.3, 'c')"
begin "CREATE TABLE t (id BINARY(2) PRIMARY KEY, n VARCHAR(9)); INSERT INTO t VALUES (X'FF00', 'x')"
change 'name: id, type: BLOB, native: { mariadb: binary }, nullable: false, primary_key: true; name: n, type: VARCHAR, length: 9' \
  'alter_column: { column: n, type: INTEGER, backward: { cast: "VARCHAR(9)" } }'
check_exit 3 'a row is in the way' run change.yaml
expect_stderr_has "X'FF00'"

# Your own SQL ------------------------------------------------------------------------

begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT); INSERT INTO t VALUES (1, 1), (2, 5)'
change 'name: id, type: INTEGER, primary_key: true; name: c, type: INTEGER' 'alter_column:
    column: c
    type: TEXT
    transform: { expression: "CASE WHEN c > 1 THEN '"'many' ELSE 'few'"' END" }
    backward: { map: { many: 2, few: 1 } }'
check_exit 0 'a type changes by SQL of yours' run change.yaml
sql test 'UPDATE t SET c = 0 WHERE id = 2; INSERT INTO t (id, c) VALUES (3, 9)'
check_exit 0 'which reads the old column until that is dropped' zdm contract grown
is 'the rows' 'SELECT c FROM t ORDER BY id' few,few,many

cat >change.yaml <<'EOT'
id: grown
tables:
  - name: t
    columns: [ { name: id, type: INTEGER, primary_key: true } ]
  - name: i
    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: o, type: INTEGER }, { name: n, type: BIGINT } ]
    indexes: [ { name: io, columns: [o] } ]
change:
  table: t
  add_column:
    column: { name: s, type: BIGINT }
    from: { table: i, match: { o: id }, column: n, missing: "null" }
    transform: { expression: "n * 2" }
EOT
begin 'CREATE TABLE t (id INT PRIMARY KEY); CREATE TABLE i (id INT PRIMARY KEY, o INT, n BIGINT, KEY io (o));
  INSERT INTO t VALUES (1), (2); INSERT INTO i VALUES (1, 1, 10), (2, 4, 7)'
check_exit 0 'SQL of yours makes something of what is found in another table' run change.yaml
sql test 'INSERT INTO t (id) VALUES (4), (6); UPDATE t SET id = 5 WHERE id = 2; INSERT INTO i VALUES (9, 5, 3);
  UPDATE i SET n = 11 WHERE id = 1'
is 'and writers go on' 'SELECT CONCAT_WS("/", id, s) FROM t ORDER BY id' 1/22,4/14,5/6,6
check_exit 0 'until contract' zdm contract grown

begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT); INSERT INTO t VALUES (1, 1), (2, 5)'
change 'name: id, type: INTEGER, primary_key: true; name: c, type: INTEGER' \
  'alter_column: { column: c, type: TEXT, transform: { cast: TEXT }, backward: { expression: "zdm_new_c + 0" } }'
check_exit 0 'SQL of yours leads back' run change.yaml
check_exit 0 'behind a contract' zdm contract grown
check_exit 0 'too' zdm abort --accept-loss grown
is_back 'to the very same table by SQL of yours'

# What is bound to what an abort takes away ----------------------------------------------------

# bound WHAT ALTER DROP TEXT: an abort waits for it, with the column in step.
bound () {
  begin 'CREATE TABLE u (y INT PRIMARY KEY); INSERT INTO u VALUES (1), (5), (7); CREATE TABLE t (id INT PRIMARY KEY, c INT, e TEXT);
    INSERT INTO t VALUES (1, 1, "a")'
  change 'name: id, type: INTEGER, primary_key: true; name: c, type: INTEGER' \
    'add_column: { column: { name: d, type: INTEGER }, from: c, replaces: c }'
  check_exit 0 "$1 comes to a new column" run change.yaml
  sql test "$2"
  check_exit 4 "$1: an abort waits" zdm abort grown
  expect_stderr_has "$4"
  expect_stderr_has 'next: zdm-run continue grown'
  sql test 'UPDATE t SET d = 7; INSERT INTO t (id, c) VALUES (2, 5)'
  is "$1: all is kept in step" 'SELECT CONCAT_WS("/", c, d) FROM t ORDER BY id' 7/7,5/5
  sql test "$3"
  check_exit 0 "$1: it ends without" zdm continue grown
  is "$1: with all values" 'SELECT c FROM t ORDER BY id' 7,5
  is_back "$1: as it was"
}
bound 'a generated column' 'ALTER TABLE t ADD g INT AS (d + 1)' 'ALTER TABLE t DROP g' \
  "column 'd' of 't' goes, and generated column 'g' needs it; drop it, then \`continue\`"
bound 'a default' 'ALTER TABLE t ADD g INT DEFAULT (d)' 'ALTER TABLE t DROP g' "and the default of column 'g' needs it"
bound 'a foreign key' 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (d) REFERENCES u (y)' \
  'ALTER TABLE t DROP FOREIGN KEY fk' "and foreign key 'fk' needs it"
bound 'a key to it' 'ALTER TABLE t ADD INDEX ix (d); ALTER TABLE u ADD z INT, ADD CONSTRAINT fk FOREIGN KEY (z) REFERENCES t (d)' \
  'ALTER TABLE u DROP FOREIGN KEY fk' "and foreign key 'fk' of 'u' needs it"
bound 'a check' 'ALTER TABLE t ADD CONSTRAINT ck CHECK (d >= c)' 'ALTER TABLE t DROP CONSTRAINT ck' "and check 'ck' needs it"
bound 'a unique index' 'ALTER TABLE t ADD UNIQUE w (c, d)' 'ALTER TABLE t DROP INDEX w' "and index 'w' needs it"
bound 'an index' 'ALTER TABLE t ADD INDEX w (d, c)' 'ALTER TABLE t DROP INDEX w' "and index 'w' needs it"
bound 'FULLTEXT' 'ALTER TABLE t ADD FULLTEXT ft (e)' 'ALTER TABLE t DROP INDEX ft; ALTER TABLE t FORCE' \
  "and index 'ft', which is FULLTEXT, needs it; drop it, have the table built anew (ALTER TABLE … FORCE), then \`continue\`"

begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT, x INT, UNIQUE cx (c, x), INDEX ix (x, c)); INSERT INTO t VALUES (1, 1, 7)'
change 'name: id, type: INTEGER, primary_key: true; name: c, type: INTEGER; name: x, type: INTEGER' 'rename_column: { from: c, to: d }'
sed -i '/^change:/i\  constraints: [ { unique: [c, x], name: cx } ]\n  indexes: [ { name: ix, columns: [x, c] } ]' change.yaml
check_exit 0 'a column with indexes gets another name' run change.yaml
sql test 'ALTER TABLE t ADD INDEX mine (d), ADD CONSTRAINT ck CHECK (d < 100)'
check_exit 0 'what is bound to that alone' "$ZDM_RUN" abort grown --url "$base/test"
expect_stderr_has "index 'mine' of 't' goes with column 'd', and does not come back"
expect_stderr_has "check 'ck' of 't' goes with column 'd', and does not come back"
check 'and nothing else' test "$(grep -c 'goes with column' "$scratch/stderr")" = 2
is_back 'goes with it'

begin 'CREATE TABLE t (id INT PRIMARY KEY, c INT, e TEXT); INSERT INTO t VALUES (1, 1, "a")'
change 'name: id, type: INTEGER, primary_key: true; name: e, type: TEXT' 'split_table: { to: s, columns: [e], key: id }'
for contracted in no yes; do
  check_exit 0 'a table is split' run change.yaml
  [ "$contracted" = no ] || check_exit 0 'away' zdm contract grown
  sql test 'CREATE VIEW v AS SELECT * FROM s; CREATE TABLE k (id INT PRIMARY KEY, FOREIGN KEY kk (id) REFERENCES s (id))'
  check_exit 4 'a key to the new half' zdm abort --accept-loss grown
  expect_stderr_has "table 's' goes, and foreign key 'kk' of 'k' needs it; drop it, then \`continue\`"
  sql test 'DROP TABLE k; UPDATE s SET e = "b"'
  check_exit 4 'and a view of it' zdm continue grown
  expect_stderr_has "table 's' goes by that name, and view 'v' needs it"
  is 'which shows what is in step' 'SELECT v.e FROM v JOIN t ON t.id = v.id AND t.e = v.e' b
  sql test 'DROP VIEW v'
  check_exit 0 'are waited for' zdm continue grown
  is 'with all values' 'SELECT e FROM t' b
  is_back 'back to one table'
done

# A row that cannot have what is to be NOT NULL again is named: one that is there, and one that comes while the server is at it.
given='name: c, type: INTEGER; name: n, type: VARCHAR, length: 20, nullable: false'
comes_back='drop_column: { column: n, backward: { expression: "nullif(concat(c), 0)" } }'
for contracted in no yes; do
  begin "CREATE TABLE t (id INT PRIMARY KEY, c INT, n VARCHAR(20) NOT NULL); INSERT INTO t VALUES (1, 5, 'a'), (2, 6, 'b')"
  change "$key; $given" "$comes_back"
  check_exit 0 'a column that was NOT NULL goes' run change.yaml
  [ "$contracted" = no ] || check_exit 0 'for good' zdm contract grown
  sql test 'INSERT INTO t (id, c) VALUES (9, 0)'
  check_exit 4 'a row has none' zdm abort --accept-loss grown
  expect_stderr_has "row id '9' of 't' has no 'n', which is to be NOT NULL; give such rows a value, then abort again"
  sql test "UPDATE t SET n = 'z' WHERE id = 9"
  check_exit 0 'until it has' zdm continue grown
  is 'all have one' "SELECT n FROM t WHERE id IN (2, 9) ORDER BY id" "$([ "$contracted" = no ] && echo b,z || echo 6,z)"
  is_back 'as it was'
done
begin "CREATE TABLE t (id INT PRIMARY KEY, c INT, n VARCHAR(20) NOT NULL, p VARCHAR(200));
  INSERT INTO t SELECT seq, 1, 'a', REPEAT('x', 200) FROM seq_1_to_300000"
change "$key; $given" "$comes_back"
check_exit 0 'of a long table, too' run change.yaml
sql test "DELIMITER //
BEGIN NOT ATOMIC
  DECLARE n INT DEFAULT 0;
  WHILE n < 6000 AND NOT EXISTS (SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE%MODIFY%' AND STATE LIKE 'alter%')
    DO SET n = n + 1 + SLEEP(0.01); END WHILE;
  INSERT INTO t (id, c) VALUES (0, 0);
END //" &
writer=$!
check_exit 4 'a row comes meanwhile' zdm abort grown
check 'and may' wait "$writer"
expect_stderr_has "row id '0' of 't' has no 'n', which is to be NOT NULL; give such rows a value, then abort again"
sql test 'DELETE FROM t WHERE id = 0'
check_exit 0 'until it has gone' zdm continue grown
is_back 'as it was'

done_testing

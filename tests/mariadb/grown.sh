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

done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# SQL of the user's in transforms: what it reads by which names, in every phase, and what the
# server would not take.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql
start_server postgres
test_url=${url%/*}/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

quiet () { "$@" >/dev/null; }
sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
run () { "$ZDM_RUN" "$@" --url "$test_url"; }
begin () { run -q --fail-on never change.yaml; }
rows () { sql "SELECT string_agg(concat_ws('/', $1), ' ' ORDER BY id) FROM ${2:-users}"; }

# tables [SQL]
tables () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  sql "CREATE TABLE users (id integer PRIMARY KEY, c integer, n text);
    INSERT INTO users VALUES (1, 1, 'a'), (2, 5, 'b');
    CREATE TABLE other (uid integer PRIMARY KEY, v integer); INSERT INTO other VALUES (1, 7), (2, 8); $1" || exit 1
}

# change CHANGE [NAME]: of users, which the file calls NAME
change () {
  cat >change.yaml <<EOT
id: change
tables:
  - name: ${2:-users}
    columns: [ { name: id, type: INTEGER, nullable: false, primary_key: true }, { name: c, type: INTEGER } ]
  - name: other
    columns: [ { name: uid, type: INTEGER, nullable: false, primary_key: true }, { name: v, type: INTEGER } ]
change:
  - table: ${2:-users}
    $1
EOT
}

# A column that gets another type is the old one until that is dropped, however it is named.
# retyped SQL [NAME]
retyped () {
  tables
  change "alter_column: { column: c, type: TEXT, transform: { expression: \"$1\" }, backward: { map: { many: 2, few: 1 } } }" "$2"
  check_exit 0 "$1" begin
  check 'writers write' quiet sql 'UPDATE users SET c = 0 WHERE id = 2; INSERT INTO users VALUES (3, 9)'
  check 'it is done for them' test "$(rows 'c, zdm_new_c')" = '1/few 0/few 9/many'
  check_exit 0 'its contract' run contract -q
  check 'which it is still done for' test "$(rows c)" = 'few few many'
}
retyped "CASE WHEN c > 1 THEN 'many' ELSE 'few' END"
retyped "CASE WHEN users.c > 1 THEN 'many' ELSE 'few' END"
retyped "CASE WHEN \\\"users\\\" . \\\"c\\\" > 1 AND users.id > 0 THEN 'many' /* users.c */ ELSE 'few' END -- users.c"
retyped "CASE WHEN public.users.c > 1 THEN 'many' ELSE 'few' END"
retyped "CASE WHEN Public.Users.C > 1 THEN 'many' ELSE 'few' END" public.users
retyped "CASE WHEN (SELECT users.c > 1 FROM other LIMIT 1) THEN 'many' ELSE 'few' END"
retyped "CASE WHEN 'users.c' <> 'x' AND public.users.c * users.id > 1 THEN 'many' ELSE 'few' END"
for text in 'to_jsonb(users) ->> $$c$$' 'users.*::text' '(SELECT max(c) FROM public.users)::text'; do
  tables
  change "alter_column: { column: c, type: TEXT, transform: { expression: \"$text\" }, backward: none }"
  check_exit 1 "not as a row: $text" begin
  expect_stderr_has "your SQL reads 'users' as a table or a row"
  check 'the table is as it was' test "$(rows 'id, c, n')" = '1/1/a 2/5/b'
  check_exit 1 'nor in a plan' "$ZDM_RUN" plan -q --engine postgres change.yaml
done

# What comes beside one reads its row by all of these names too.
tables
change 'add_column: { column: { name: x, type: INTEGER }, from: c, transform: { expression: "public.users.c + users.id + c" } }'
check_exit 0 'another column of it' begin
check 'writers write' quiet sql 'UPDATE users SET c = 0 WHERE id = 2; INSERT INTO users VALUES (3, 9)'
check 'it is done for them' test "$(rows 'c, x')" = '1/3 0/2 9/21'
check_exit 0 'its contract' run contract -q

# The way back: the column's own name is the new one's, in every phase.
# backward SQL: of the length of a text.
backward () {
  tables
  change "alter_column: { column: c, type: TEXT, transform: { expression: \"repeat('x', c)\" }, backward: { expression: \"$1\" } }"
  check_exit 0 "back by $1" begin
  check 'a writer of the new column' quiet sql "UPDATE users SET zdm_new_c = 'abc' WHERE id = 2;
    INSERT INTO users (id, zdm_new_c) VALUES (3, 'yz')"
  check 'writes the old one' test "$(rows 'c, zdm_new_c')" = '1/x 3/abc 2/yz'
  check_exit 0 'the gate agrees' run contract -q
  check 'with what is there' test "$(rows c)" = 'x abc yz'
  check_exit 0 'so does an abort' run abort -q --accept-loss change.yaml
  check 'which makes the old one of it' test "$(rows c)" = '1 3 2'
}
backward 'length(c)'
backward 'length(users.c)'
backward 'length(public.users.c) + users.id - users.id'
backward 'length(zdm_new_c)'
done_testing

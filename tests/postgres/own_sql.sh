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

# What the server does not take is found before anything is changed.
# refused WHAT WHY
refused () {
  check_exit 1 "a plan: $1" run plan --fail-on error change.yaml
  expect_stderr_has "$2"
  check_exit 8 "$1" begin
  expect_stderr_has "$2"
  expect_stderr_has 'state: untouched'
  check 'nothing was touched' test "$(rows 'id, c, n')$(sql "SELECT count(*) FROM pg_attribute
    WHERE attrelid = 'users'::regclass AND attnum > 0")$(sql 'SELECT count(*) FROM other')" = '1/1/a 2/5/b32'
}
# added FROM SQL WHY
added () {
  tables
  change "add_column: { column: { name: x, type: INTEGER }, from: $1, transform: { expression: \"$2\" } }"
  refused "$2" "your SQL for column 'x' of 'users' cannot be run: $3"
}
counted='{ table: other, match: { uid: id }, aggregate: count }'
found='{ table: other, match: { uid: id }, column: v }'
added c 'nosuch + 1' 'column "nosuch" does not exist'
added c 'nosuch(c)' 'function nosuch(integer) does not exist'
added c '1); DELETE FROM other; SELECT (1' 'syntax error at or near ";"'
added "$counted" 'count + nosuch' 'column "nosuch" does not exist'
added "$counted" 'count + v' 'column "v" does not exist'
added "$found" 'v + users.nosuch' 'column users.nosuch does not exist'
added "$found" "v || 'x' + c" 'invalid input syntax for type integer: "x"'
tables
change 'alter_column: { column: c, type: TEXT, transform: { cast: TEXT }, backward: { expression: "c + 1" } }'
refused 'backward that reads a number' "your SQL for column 'c' of 'users' cannot be run: operator does not exist: text + integer"
tables
change 'update_rows: { where: { id: 1 }, set: { c: { expression: "nosuch + 1" } } }'
refused 'rows' "your SQL for column 'c' of 'users' cannot be run: column \"nosuch\" does not exist"
tables
change 'backfill: { column: c, transform: { expression: "nosuch + 1" } }'
refused 'a backfill' "your SQL for column 'c' of 'users' cannot be run: column \"nosuch\" does not exist"
tables
change 'alter_column: { column: c, nullable: false, repair: { expression: "nosuch + 1" } }'
refused 'a repair' "your SQL for column 'c' of 'users' cannot be run: column \"nosuch\" does not exist"
for nullable in true false; do
  tables "ALTER TABLE users ADD d integer NOT NULL DEFAULT 1; ALTER TABLE users ALTER d $($nullable && echo DROP || echo SET) NOT NULL"
  change 'drop_column: { column: d, backward: { expression: "nosuch + 1" } }'
  sed -i "s/name: c, type: INTEGER }/&, { name: d, type: INTEGER, nullable: $nullable }/" change.yaml
  check_exit 8 "what an abort fills, nullable: $nullable" begin
  expect_stderr_has "your SQL for column 'd' of 'users' cannot be run: column \"nosuch\" does not exist"
done
change 'drop_column: { column: d, backward: { expression: "users.c + 1" } }'
sed -i "s/name: c, type: INTEGER }/&, { name: d, type: INTEGER, nullable: false }/" change.yaml
check_exit 0 'and what it can' begin
check_exit 0 'its contract' run contract -q
check_exit 0 'the way back' run abort -q --accept-loss change.yaml
check 'is filled by it' test "$(rows 'c, d')" = '1/2 5/6'
# One that reads another column which is another one by then.
tables
change 'alter_column: { column: id, type: TEXT, transform: { cast: TEXT }, backward: { cast: INTEGER } }
  - table: users
    alter_column: { column: c, type: BIGINT, transform: { expression: "c + id" }, backward: none }'
refused 'what another change takes away' "your SQL for column 'zdm_new_c' of 'users' cannot be run: operator does not exist: integer + text"

# What it cannot know it does not ask.
tables
change 'sql: { phase: expanding, forward: "ALTER TABLE other ADD z integer DEFAULT 4; CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql AS $$SELECT 2 * $1$$", rollback: "SELECT 1" }
  - table: users
    add_column: { column: { name: x, type: INTEGER }, from: c, transform: { expression: "twice(c) + (SELECT max(z) FROM other)" } }'
check_exit 0 'what SQL of yours makes before' begin
check 'is there' test "$(rows 'c, x')" = '1/6 5/14'
tables
change 'rename_table: { to: people }
  - table: people
    add_column: { column: { name: x, type: INTEGER }, from: c, transform: { expression: "people.c + 1" } }'
check_exit 0 'a table with two names' begin
check 'has it by both' test "$(rows 'c, x') $(rows 'c, x' people)" = '1/2 5/6 1/2 5/6'
check_exit 0 'its contract' run contract -q
tables
change 'rename_table: { to: people }
  - table: people
    add_column: { column: { name: x, type: INTEGER }, from: c, transform: { expression: "users.c + 1" } }'
refused 'by a name that the table loses' 'missing FROM-clause entry for table "users"'

# Types of yours are what they are.
tables "CREATE TYPE mood AS ENUM ('well', 'ill'); ALTER TABLE users ADD m mood, ADD undeclared mood;
  UPDATE users SET m = 'ill', undeclared = 'well'"
change 'alter_column: { column: m, type: INTEGER, transform: { expression: "array_position(enum_range(m), m) + array_position(enum_range(undeclared), undeclared)" }, backward: none }'
sed -i 's/name: c, type: INTEGER }/&, { name: m, type: ENUM, values: [well, ill] }/' change.yaml
check_exit 0 'an enum' begin
check_exit 0 'its contract' run contract -q
check 'is one to the end' test "$(rows m)" = '3 3'
tables "CREATE TYPE mood AS ENUM ('well', 'ill'); ALTER TABLE users ADD m mood; UPDATE users SET m = 'ill'"
change 'rename_column: { from: m, to: feels }
  - table: users
    add_column: { column: { name: x, type: INTEGER }, from: feels, transform: { expression: "array_position(enum_range(feels), feels)" } }'
sed -i 's/name: c, type: INTEGER }/&, { name: m, type: ENUM, values: [well, ill] }/' change.yaml
check_exit 0 'and by its new name' begin
check 'is one' test "$(rows x)" = '2 2'

# A trigger would find null in a generated column, and write it.
tables "ALTER TABLE users ADD g integer GENERATED ALWAYS AS (c + 1) STORED"
change 'alter_column: { column: c, type: TEXT, transform: { expression: "(c + g)::text" }, backward: { expression: "c::int - 1" } }'
check_exit 8 'a generated column' begin
expect_stderr_has "a trigger does not know generated columns ('g') yet"
change 'add_column: { column: { name: x, type: INTEGER }, from: c, transform: { expression: "users.g" } }'
check_exit 8 'with its table' begin
expect_stderr_has "a trigger does not know generated columns ('g') yet"

# What the SQL of a migration that waits reads stays until that is over.
tables 'ALTER TABLE users ADD x integer DEFAULT 3'
change 'alter_column: { column: c, type: TEXT, transform: { expression: "c || x::text" }, backward: none }'
check_exit 0 'SQL that reads a column' begin
cat >other.yaml <<'EOT'
id: other
table: { name: users, columns: [ { name: id, type: INTEGER, nullable: false, primary_key: true }, { name: x, type: INTEGER } ] }
change: { drop_column: { column: x } }
EOT
check_exit 8 'which is not dropped meanwhile' run -q --fail-on never other.yaml
expect_stderr_has "migration 'change' is not finished and needs 'x' of 'users' too"
sed -i 's/drop_column: { column: x }/rename_column: { from: x, to: y }/' other.yaml
check_exit 8 'nor renamed' run -q --fail-on never other.yaml
sed -i 's/name: x, type: INTEGER/name: n, type: TEXT/; s/from: x, to: y/from: n, to: y/' other.yaml
check_exit 0 'another one is' run -q --fail-on never other.yaml
quiet sql "INSERT INTO users (id, c) VALUES (3, 4)"
check_exit 0 'and both end' run contract -q change
check_exit 0 'one after the other' run contract -q other
check 'as they should' test "$(rows 'c, y')" = '13/a 53/b 43'

# What stands on the new column keeps an abort waiting, and is named.
tables
change 'rename_column: { from: c, to: e }'
check_exit 0 'a rename' begin
check_exit 0 'its contract' run contract -q change
sql 'CREATE VIEW seen AS SELECT id, e FROM users'
check_exit 4 'an abort below a view' run abort -q --accept-loss change
expect_stderr_has 'rule _RETURN on view seen; drop it first'
sql 'DROP VIEW seen'
check_exit 0 'goes on without it' run continue -q change
check 'to the start' test "$(rows 'c, n')" = '1/a 5/b'

tables
change 'rename_column: { from: c, to: e }'
check_exit 0 'a rename that waits' begin
sql 'CREATE VIEW seen AS SELECT id, e FROM users'
check_exit 4 'an abort below a view' run abort -q change
expect_stderr_has 'view seen depends on column e of table users'
sql 'DROP VIEW seen'
check_exit 0 'goes on without it' run continue -q change
check 'to the start' test "$(rows 'c, n')" = '1/a 5/b'

# A value for which it fails fails no write: the new column is null then, and the row is named
# before anything is taken away.
# failing CHANGE [SQL]: of tables with SQL
failing () {
  tables "$2"
  change "$1"
  check_exit 0 "SQL that may fail: $1" begin
}
gate_names () {
  check_exit 4 "the gate: $1" run contract -q change
  expect_stderr_has "$2"
  expect_stderr_has 'change.yaml:8:5: error'
  expect_stderr_has 'as before this call: it waits for its contract'
  check 'and leaves nothing' test "$(sql "SELECT count(*) FROM pg_proc WHERE proname LIKE 'guard%'")" = 0
}
divided='alter_column: { column: c, type: TEXT, transform: { expression: "(10 / c)::text" }, backward: none }'
failing "$divided"
check 'an insert and an update of such a value' quiet sql 'INSERT INTO users VALUES (3, 0), (4, 2); UPDATE users SET c = 0 WHERE id = 1'
check 'leave null' test "$(rows 'id, c, zdm_new_c')" = '1/0 2/5/2 3/0 4/2/5'
gate_names 'of two' "2 rows of 'users' are out of step: 'zdm_new_c' does not go with 'c', first id '3'; your SQL fails: division by zero"
sql "UPDATE users SET c = 1 WHERE id = 1; UPDATE users SET zdm_new_c = 'none' WHERE id = 3"
check_exit 0 'with other values' run contract -q change
check 'it is done' test "$(rows 'id, c')" = '1/10 2/2 3/none 4/5'
failing 'alter_column: { column: c, type: TEXT, transform: { expression: "c::text" }, backward: { expression: "c::integer" } }'
check 'a value that has no way back' quiet sql "UPDATE users SET zdm_new_c = 'abc' WHERE id = 1; INSERT INTO users (id, zdm_new_c) VALUES (3, '7')"
check 'leaves what is there' test "$(rows 'id, c, zdm_new_c')" = '1/1/abc 2/5/5 3/7/7'
gate_names 'of the way back' "first id '1'; your SQL fails: invalid input syntax for type integer: \"abc\""
sql "UPDATE users SET zdm_new_c = '8' WHERE id = 1"
check_exit 0 'with another value' run contract -q change
sql "UPDATE users SET c = 'abc' WHERE id = 1"
check_exit 4 'an abort' run abort -q --accept-loss change
expect_stderr_has "row id '1' of 'users', column 'zdm_old_c': your SQL fails: invalid input syntax for type integer: \"abc\""
sql "UPDATE users SET c = '9' WHERE id = 1"
check_exit 0 'with another value' run abort -q --accept-loss change
check 'is back' test "$(rows 'id, c, n')" = '1/9/a 2/5/b 3/7'
failing 'alter_column: { column: c, type: TEXT, transform: { expression: "(SELECT v FROM other WHERE other.v > users.c)::text" }, backward: none }' 'DELETE FROM other WHERE uid = 2'
check 'a second row' quiet sql 'INSERT INTO other VALUES (2, 8); UPDATE users SET c = 0; INSERT INTO users VALUES (3, 7)'
gate_names 'a subquery' 'your SQL fails: more than one row returned by a subquery'
sql 'ALTER TABLE other RENAME TO others'
check 'a table that is gone' quiet sql 'UPDATE users SET c = 1; INSERT INTO users VALUES (4, 7)'
check 'is null' test "$(rows 'id, c, zdm_new_c')" = '1/1 2/1 3/1 4/7'
gate_names 'a table' 'your SQL fails: relation "other" does not exist'
check_exit 0 'an abort' run abort -q change
failing 'alter_column: { column: c, type: TEXT, transform: { expression: "(SELECT max(v) FROM other)::text" }, backward: none }'
psql -Xq "$url" -c 'CREATE ROLE app'
sql 'GRANT SELECT, INSERT, UPDATE ON users TO app'
check 'a role without rights' quiet sql 'SET ROLE app; INSERT INTO users VALUES (3, 0); UPDATE users SET c = 2 WHERE id = 1'
gate_names 'rows of it' "2 rows of 'users' are out of step"
sql 'GRANT SELECT ON other TO app; SET ROLE app; UPDATE users SET c = c + 1'
check_exit 0 'with rights' run contract -q change
check 'it is done' test "$(rows 'id, c')" = '1/8 2/8 3/8'
failing 'alter_column: { column: c, type: VARCHAR, length: 3, transform: { expression: "repeat($$x$$, c)" }, backward: none }' 'UPDATE users SET c = 3'
check 'a value that is too long' quiet sql 'UPDATE users SET c = 4 WHERE id = 1'
check 'is null too' test "$(rows 'id, c, zdm_new_c')" = '1/4 2/3/xxx'
check_exit 0 'an abort' run abort -q change
failing 'alter_column: { column: c, type: TEXT, transform: [ { expression: "(10 / c)::text" }, { map: { 10: ten, 2: two }, else: error } ], backward: none }'
check 'what comes behind it' quiet sql 'UPDATE users SET c = 0 WHERE id = 1; INSERT INTO users VALUES (3, 1), (4, 3)'
check 'is asked too' test "$(rows 'id, c, zdm_new_c')" = '1/0 2/5/two 3/1/ten 4/3'
gate_names 'with both' "2 rows of 'users' are out of step"

# What an application repeats a transaction for still reaches it.
failing 'alter_column: { column: c, type: TEXT, transform: { expression: "raising(c)" }, backward: none }' \
  "CREATE FUNCTION raising(integer) RETURNS text LANGUAGE plpgsql AS \$\$BEGIN IF \$1 = 0 THEN
    RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF; RETURN \$1; END\$\$"
check 'a serialization failure' sh -c "! psql -XAtq '$test_url' -c 'UPDATE users SET c = 0' 2>/dev/null"

# The fill names the row.
unfilled () {
  tables "$2"
  change "$1"
  check_exit 3 "a fill: $1" begin
  expect_stderr_has "$3"
  expect_stderr_has 'change.yaml:8:5: error'
  check 'leaves nothing' test "$(sql "SELECT count(*) FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace")" = 0
}
unfilled "$divided" 'UPDATE users SET c = 0 WHERE id = 2' "row id '2' of 'users', column 'zdm_new_c': your SQL fails: division by zero"
unfilled 'backfill: { column: c, transform: { expression: "10 / (c - 5)" } }' '' "row id '2' of 'users', column 'c': your SQL fails: division by zero"
unfilled 'update_rows: { where: { id: 1 }, set: { c: { expression: "10 / (c - 1)" } } }' '' "row id '1' of 'users', column 'c': your SQL fails: division by zero"
looked="{ table: other, match: { uid: id }, column: v, missing: 'null' }"
unfilled "add_column: { column: { name: x, type: INTEGER }, from: $looked, transform: { expression: \"1 / (v - 8)\" } }" '' \
  "row id '2' of 'users', column 'x': your SQL fails: division by zero"

# What another table gives is asked row by row.
failing "add_column: { column: { name: x, type: INTEGER }, from: $looked, transform: { expression: \"100 / (v - c)\" } }" 'INSERT INTO users VALUES (3, 3)'
check 'writers of both' quiet sql 'UPDATE other SET v = 5 WHERE uid = 2; INSERT INTO other VALUES (3, 3), (4, 7)
  ; INSERT INTO users VALUES (4, 7), (5, 1)'
check 'where it fails it is null' test "$(rows 'id, c, x')" = '1/1/16 2/5 3/3 4/7 5/1'
check 'many rows at once' quiet sql 'UPDATE other SET v = CASE WHEN uid = 4 THEN 7 ELSE v + 1 END'
check 'get what they should' test "$(rows 'id, c, x')" = '1/1/14 2/5/100 3/3/100 4/7 5/1'
gate_names 'of one' "1 row of 'users' is without the 'x' that 'other' has for them, first id '4'; your SQL fails: division by zero"
check 'what else' quiet sql 'UPDATE other SET v = 8 WHERE uid = 4'
check_exit 0 'its contract' run contract -q change
failing 'add_column: { column: { name: x, type: INTEGER }, from: { table: other, match: { uid: id }, aggregate: count }, transform: { expression: "10 / count" } }'
check 'rows that are gone' quiet sql 'TRUNCATE other'
check 'are null' test "$(rows 'id, c, x')" = '1/1 2/5'

# Another column that it reads is followed, also one that the file does not declare; what was
# written to the new column itself stays.
# followed SQL [ALTER]: of c, n and x, which the file does not declare
followed () {
  tables "ALTER TABLE users ADD x integer DEFAULT 2, ADD y json $2"
  change "alter_column: { column: c, type: TEXT, transform: { expression: \"$1\" }, backward: none }"
  sed -i '0,/name: c, type: INTEGER }/s//&, { name: n, type: TEXT }/' change.yaml
  check_exit 0 "SQL that reads other columns: $1" begin
  before=$(rows 'id, zdm_new_c')
}
now () { check "$1" test "$(rows 'id, zdm_new_c')" = "$2"; }
followed 'c || n || x'
now 'is made' '1/1a2 2/5b2'
sql "UPDATE users SET x = 3 WHERE id = 1; UPDATE users SET n = 'z' WHERE id = 2"
now 'is followed' '1/1a3 2/5z2'
sql "UPDATE users SET zdm_new_c = 'own', x = 9 WHERE id = 1"
now 'but by what was written' '1/own 2/5z2'
sql "UPDATE users SET y = '{}'"
now 'or what it does not read' '1/own 2/5z2'
sql "UPDATE users SET id = 4 WHERE id = 1"
now 'at all' '2/5z2 4/own'
sql "UPDATE users SET x = NULL WHERE id = 4; UPDATE users SET n = NULL, x = 5 WHERE id = 2"
now 'to null' '2 4'
sql "UPDATE users SET n = 'q'"
now 'and back' '2/5q5 4'
check_exit 0 'its contract' run contract -q change
followed 'c || n || x' "; UPDATE users SET y = '{\"y\": \"\\u0000\"}'"
check 'what is no jsonb lets no write fail' quiet sql 'UPDATE users SET x = 4'
now 'and is followed' '1/1a4 2/5b4'
followed "CASE WHEN users.n = 'b' THEN c ELSE length(n)::int END::text"
sql "UPDATE users SET x = 7"
now 'with its table' "$before"
sql "UPDATE users SET n = 'long'"
now 'is followed' '1/4 2/4'
check 'the trigger asks for declared columns only' test "$(sql "SELECT count(*) FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace AND prosrc LIKE '%jsonb%'")" = 0
tables 'ALTER TABLE users ADD x integer DEFAULT 2'
change 'add_column: { column: { name: w, type: TEXT }, from: c, transform: { expression: "to_jsonb(users) ->> $$x$$" } }'
check_exit 0 'the row as a whole' begin
sql "UPDATE users SET x = 3 WHERE id = 1; UPDATE users SET w = 'own' WHERE id = 2"
check 'is followed' test "$(rows 'id, w')" = '1/3 2/own'
failing "add_column: { column: { name: x, type: INTEGER }, from: $looked, transform: { expression: \"100 * c + v\" } }"
sql "UPDATE users SET c = 2 WHERE id = 1; UPDATE users SET x = 0, c = 3 WHERE id = 2"
check 'beside what is found' test "$(rows 'id, c, x')" = '1/2/207 2/3/0'

# A trigger that is made while a migration waits, and would fail each write behind it.
late () {
  sql "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := $1; RETURN NEW; END';
    CREATE TRIGGER late BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION late()"
}
tables
change 'rename_column: { from: c, to: e }'
check_exit 0 'a rename' begin
late NEW.c
check_exit 3 'its contract' run contract -q change
expect_stderr_has "column 'c' of 'users' cannot go: trigger late on table users, by its function late() would fail each write"
check 'writers go on' quiet sql 'INSERT INTO users VALUES (3, 9)'
check 'as before' test "$(rows 'id, c, n')" = '1/1/a 2/5/b 3/9/9'
tables
change 'add_column: { column: { name: x, type: INTEGER }, from: c, transform: { cast: INTEGER } }'
check_exit 0 'a column that comes' begin
late NEW.x
check_exit 4 'an abort' run abort -q change
expect_stderr_has "column 'x' of 'users' cannot go: trigger late on table users, by its function late() would fail each write"
check 'writers go on' quiet sql 'UPDATE users SET c = 7 WHERE id = 1; DROP TRIGGER late ON users'
check_exit 0 'without it' run abort -q change
check 'it is gone' test "$(sql "SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped")" = 3

# A trigger that says the row without names of columns fails each write with another number of them.
# counting BODY [EACH]: a trigger of users
counting () {
  tables 'CREATE TABLE log (id integer, c integer, n text)'
  sql "CREATE FUNCTION counting() RETURNS trigger LANGUAGE plpgsql AS \$\$BEGIN $1; RETURN NULL; END\$\$;
    CREATE TRIGGER counts AFTER INSERT ON users ${2-FOR EACH ROW} EXECUTE FUNCTION counting(); INSERT INTO users VALUES (3, 3)"
}
comes='add_column: { column: { name: x, type: INTEGER }, from: c, transform: { cast: INTEGER } }'
# uncounted BODY [EACH]
uncounted () {
  counting "$@"
  change "$comes"
  check_exit 8 "one column more: $1" begin
  expect_stderr_has "trigger counts on table users, by its function counting() says its rows without names of columns"
  check 'writers go on' quiet sql 'INSERT INTO users VALUES (4, 4)'
}
uncounted 'INSERT INTO log SELECT NEW.*'
uncounted 'insert into public.log (id, c, n) values ( new . * )'
uncounted "INSERT INTO log SELECT (NEW).*"
uncounted "EXECUTE 'INSERT INTO log SELECT (\$1).*' USING NEW"
uncounted 'PERFORM ROW(NEW.*)::public.log'
uncounted 'INSERT INTO log SELECT * FROM fresh' 'REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT'
for body in 'INSERT INTO log SELECT NEW.id, NEW.c' 'INSERT INTO log (n, id) VALUES (to_jsonb(NEW.*), coalesce((NEW).id, 2))' \
  'INSERT INTO log SELECT r.id FROM (SELECT NEW.*) AS r' 'PERFORM ROW(NEW.*)::users, NEW::text' 'INSERT INTO log SELECT 1; PERFORM NEW.*'; do
  counting "$body"
  change "$comes"
  check_exit 0 "by names: $body" begin
  check 'writers go on' quiet sql 'INSERT INTO users VALUES (4, 4)'
done
counting 'INSERT INTO log SELECT NEW.*'
change 'drop_column: { column: c }'
check_exit 8 'one column less' begin
expect_stderr_has 'says its rows without names of columns'

# What is bound to nothing but the new column goes with it, and is named.
tables 'ALTER TABLE users ADD CONSTRAINT high CHECK (c < 99), ADD UNIQUE (c); CREATE INDEX wide ON users (c, n)'
change 'rename_column: { from: c, to: e }'
echo '  - { table: users, add_column: { column: { name: more, type: INTEGER, unique: true } } }' >>change.yaml
check_exit 0 'another rename that waits' begin
sql 'CREATE INDEX mine ON users (lower(n), e); ALTER TABLE users ADD CONSTRAINT low CHECK (e > -9)'
check_exit 0 'an abort' run abort change
expect_stderr_has "index mine goes with column 'e' of 'users', and does not come back"
expect_stderr_has "constraint low on table users goes with column 'e' of 'users', and does not come back"
check 'and nothing else' test "$(grep -c 'goes with column' "$scratch/stderr")" = 2
check_exit 0 'once more' begin
check_exit 0 'its contract' run contract -q change
check_exit 0 'what has taken its place' run abort --accept-loss change
check 'goes back with it' test "$(grep -c 'goes with column' "$scratch/stderr")" = 0
done_testing

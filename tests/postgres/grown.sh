#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tables as they are after ten years: domains, sequences of their own, constraints that were
# never validated, words as names, policies, roles that are not the owner, partitions with
# something of their own.  All of it comes along, or is refused by name.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

quiet () { "$@" >/dev/null; }
sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }
as () { psql -XAtqv ON_ERROR_STOP=1 "$(echo "$test_url" | sed "s/postgres@/$1@/")" -c "$2"; }

psql -Xq "$url" -c 'CREATE ROLE app LOGIN' -c 'CREATE ROLE own' -c 'CREATE ROLE zdm LOGIN IN ROLE own'

# database SQL: a new one, whose table users has what SQL gives it.
database () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' -c 'GRANT CREATE ON DATABASE test TO own' || exit 1
  sql "GRANT ALL ON SCHEMA public TO own; CREATE TABLE p (t integer, id integer UNIQUE, PRIMARY KEY (t, id));
    $1
    INSERT INTO users (id, name) SELECT i, 'n' || i FROM generate_series(1, 20) AS i;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app; $2" || exit 1
}
users () { database "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, $1);" "$2"; }

# change COLUMN TYPE CHANGE
change () {
  cat >change.yaml <<EOT
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false }
    - { name: $1, type: $2 }
change:
  $3
EOT
}

# dump NAME COLUMN: the schema, sorted, by the old name.
dump () {
  pg_dump -s -N zdm "$test_url" | sed "s/newname/$2/g; s/,\$//; /restrict /d; /^--/d" | sort >"$1"
}

role=postgres
run () { "$ZDM_RUN" "$@" --url "$(echo "$test_url" | sed "s/postgres@/$role@/")"; }
begin () { run -q --fail-on never change.yaml; }

# renamed WHAT COLUMN TYPE: there, and back again.
renamed () {
  change "$2" "$3" "rename_column: { from: $2, to: newname }"
  dump before "$2"
  check_exit 0 "$1" begin
  check_exit 0 'its contract' run contract -q
  dump after "$2"
  check "$1: all of it is there" diff before after
  check_exit 0 'the way back' run abort -q --accept-loss change.yaml
  dump after "$2"
  check "$1: all of it is back" diff before after
}

# refused WHAT OBJECT
refused () {
  pg_dump -N zdm "$test_url" | sed '/restrict /d' >before
  check_exit 1 "a plan: $1" run plan --fail-on error change.yaml
  expect_stderr_has "$2"
  check_exit 8 "$1" begin
  expect_stderr_has "$2"
  expect_stderr_has 'state: untouched'
  pg_dump -N zdm "$test_url" | sed '/restrict /d' >after
  check 'nothing was touched' diff before after
}

# A domain's default is none of the mirror's.
domains='CREATE DOMAIN seven AS integer DEFAULT 7; CREATE DOMAIN never AS seven NOT NULL;'
database "$domains CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, d seven);"
renamed 'a domain with a default' d 'INTEGER, native: { postgres: seven }'
database "$domains CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, d seven);"
check_exit 0 'a domain with a default' begin
sql "INSERT INTO users (id, name, d) VALUES (31, 'x', 99), (32, 'x', NULL);
  INSERT INTO users (id, name) VALUES (33, 'x'); INSERT INTO users (id, name, newname) VALUES (34, 'x', 98);
  UPDATE users SET d = 97 WHERE id = 1"
check 'what is given stays' test "$(sql "SELECT string_agg(concat(d, '/', newname), ' ' ORDER BY id)
  FROM users WHERE id IN (1, 31, 32, 33, 34)")" = '97/97 99/99 / 7/7 98/98'
database "$domains CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, d never);"
change d 'INTEGER, native: { postgres: never }' 'rename_column: { from: d, to: newname }'
refused 'a domain that knows no null' 'NOT NULL of the domain never'

# What is generated.
users "g text GENERATED ALWAYS AS (name || 'g') STORED"
change g TEXT 'rename_column: { from: g, to: newname }'
refused 'a generated column' "column 'g' of 'users' is generated"
change g TEXT 'alter_column: { column: g, type: INTEGER }'
refused 'a generated column' "column 'g' of 'users' is generated"

# What knows no other columns, and what nobody may update.
database 'CREATE TYPE shape AS (id integer, name text); CREATE TABLE users OF shape;'
change name TEXT 'rename_column: { from: name, to: newname }'
sed -i 's/nullable: false/nullable: true/' change.yaml
refused 'a table of a type' "table 'users' is OF the type shape"
published () { database 'CREATE TABLE users (id integer, name text);' "CREATE PUBLICATION out FOR TABLE users $1"; }
published ''
refused 'a publication and no key' "publication 'out' publishes their updates"
published "WITH (publish = 'insert')"
check_exit 0 'one of inserts only' begin
published '; ALTER TABLE users REPLICA IDENTITY FULL'
check_exit 0 'one that knows rows as a whole' begin

# Constraints as they are.
users 'x integer' 'UPDATE users SET x = 7;
  ALTER TABLE users ADD CONSTRAINT later FOREIGN KEY (x) REFERENCES p (id) NOT VALID,
    ADD CONSTRAINT never CHECK (x > 0) NOT VALID, ADD CONSTRAINT now CHECK (x > 0)'
renamed 'NOT VALID' x INTEGER
users 't integer, x integer' 'ALTER TABLE users ADD CONSTRAINT pair FOREIGN KEY (t, x)
  REFERENCES p ON DELETE SET NULL (x)'
renamed 'ON DELETE SET NULL (x)' x INTEGER

# Words that are something else too.
users 'hash text' 'CREATE INDEX of_hash ON users USING hash (hash)'
renamed 'USING hash (hash)' hash TEXT
users 'zone text, at timestamptz' "CREATE INDEX of_zone ON users (zone) WHERE at > '2020-01-01 00:00+00'::timestamptz"
renamed 'timestamp with time zone' zone TEXT
users 'year integer, at timestamp' 'CREATE INDEX of_year ON users ((extract(year FROM at)), year)'
change year INTEGER 'rename_column: { from: year, to: newname }'
check_exit 0 'EXTRACT(year FROM …)' begin
check 'is no column' test "$(sql "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'zdm_mirror%'" \
  | sed 's/.* btree //')" = '(EXTRACT(year FROM at), newname)'
users 'days integer' 'CREATE INDEX of_days ON users ((make_interval(days => days)))'
renamed 'days => days' days INTEGER
users 'x integer' 'CREATE INDEX low ON users (lower(name)); ALTER TABLE users CLUSTER ON low'
change name 'TEXT, nullable: false' 'rename_column: { from: name, to: newname }'
refused 'clustered by an expression' 'the index low'

# Sequences, and who may ask them.
users 'k integer GENERATED ALWAYS AS IDENTITY' "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app;
  COMMENT ON SEQUENCE users_k_seq IS 'it''s counted'; ALTER TABLE users OWNER TO own"
renamed 'rights on an identity' k 'INTEGER, nullable: false'
users 'k serial' 'CREATE SEQUENCE one_more OWNED BY users.k; GRANT USAGE ON SEQUENCE one_more TO app'
renamed 'a second sequence' k 'INTEGER, nullable: false'
users 'k integer' 'CREATE SEQUENCE wide OWNED BY users.k; ALTER TABLE users ALTER k SET DEFAULT
  nextval($$wide$$)'
renamed 'a sequence of another type' k INTEGER

asked='CREATE TABLE other (k integer DEFAULT nextval($$users_k_seq$$))'
users 'k serial' "$asked"
renamed 'a sequence that others ask' k 'INTEGER, nullable: false'
users 'k serial' "$asked"
change k 'INTEGER, nullable: false' 'drop_column: { column: k }'
refused 'which would go' 'default value for column k of table other'
sed -i '/^change:/,$d' change.yaml
echo 'change: { drop_table: { name: users } }' >>change.yaml
refused 'with its table' 'default value for column k of table other'
users 'k integer GENERATED ALWAYS AS IDENTITY' 'CREATE VIEW seen AS SELECT last_value FROM users_k_seq'
change k 'INTEGER, nullable: false' 'rename_column: { from: k, to: newname }'
refused 'one that is made anew' 'view seen'

# Functions of triggers that know the column.
users 'ts tsvector' "CREATE TRIGGER words BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION
  tsvector_update_trigger(ts, 'pg_catalog.english', name)"
for column in name ts; do
  change "$column" "$(test $column = ts && echo 'TEXT, native: { postgres: tsvector }' || echo 'TEXT, nullable: false')" \
    "rename_column: { from: $column, to: newname }"
  refused "an argument of a trigger: $column" 'trigger words on table users, by its function tsvector_update_trigger()'
done
for text in 'NEW.name' 'old."name"' 'New . NAME'; do
  users 'x text' "CREATE FUNCTION f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.x := lower($text);
    RETURN NEW; END'; CREATE TRIGGER low BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f ()"
  change name 'TEXT, nullable: false' 'rename_column: { from: name, to: newname }'
  refused "a trigger that reads $text" 'trigger low on table users, by its function f()'
done
users 'x text' "CREATE FUNCTION f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
  NEW.x := to_jsonb(NEW) ->> ''name'' || NEW.x; RETURN NEW; END';
  CREATE TRIGGER low BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f ()"
check_exit 0 'one that does without' begin
check_exit 0 'its contract' run contract -q
check 'and goes on' sql "UPDATE users SET newname = 'y'"
users 'x text' "CREATE FUNCTION f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.x := lower(NEW.name);
  RETURN NEW; END'; CREATE TRIGGER low BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f ()"
change name 'TEXT, nullable: false' \
  'alter_column: { column: name, type: VARCHAR, length: 9, transform: { cast: "VARCHAR(9)" }, backward: { cast: TEXT } }'
check_exit 0 'a type may change' begin
check_exit 0 'its contract' run contract -q
check 'under it' sql "UPDATE users SET name = 'Y' WHERE id = 1"

# Triggers that fire behind ours.
reads='NEW.x := NEW.n;'
# late BODY EVENTS NAME: of a column that gets another type.
late () {
  users 'x text, n integer, a integer[]' "CREATE FUNCTION f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN $1 RETURN NEW; END';
    CREATE TRIGGER \"${3:-ünlate}\" BEFORE ${2:-UPDATE} ON users FOR EACH ROW EXECUTE FUNCTION f ()"
  change x TEXT 'alter_column: { column: x, type: VARCHAR(20) }'
}
for body in 'NEW . X = NEW.n;' 'NEW."x" := 1;' 'SELECT 1, 2 INTO NEW.n, NEW.x;' \
  'NEW := jsonb_populate_record(NEW, $${"x": 1}$$);' 'SELECT * INTO NEW FROM users;' \
  'RETURN jsonb_populate_record(NEW, $${"x": 1}$$);'; do
  late "$body"
  refused "one that writes: $body" 'trigger "ünlate" on table users fires behind zzz_zdm_sync_'
  late "$body" INSERT
  refused "on insert: $body" 'ALTER TRIGGER "ünlate" ON users RENAME TO'
done
for body in 'NEW.n := 1;' 'NEW.n := length(NEW.x);' 'NEW.a[1] := 2;' 'PERFORM NEW.x;' 'IF NEW IS NULL THEN RETURN NULL; END IF;' \
  'IF NEW.n > 1 THEN RETURN  NEW; END IF;' 'IF NEW.n > 1 THEN RETURN
    new ; END IF;'; do
  late "$body" 'INSERT OR UPDATE'
  check_exit 0 "one that does not: $body" begin
done
late "$reads" UPDATE before
check_exit 0 'one that fires before ours' begin
sql "UPDATE users SET n = 7 WHERE id = 3"
check_exit 0 'is followed' run contract -q
late "$reads"
sql 'ALTER TABLE users DISABLE TRIGGER "ünlate"'
check_exit 0 'one that does not fire' begin
users 'x text, ts tsvector' "CREATE TRIGGER zzzz_words BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE
  FUNCTION tsvector_update_trigger(ts, 'pg_catalog.english', name)"
change x TEXT 'rename_column: { from: x, to: newname }'
refused 'one of another language' 'trigger "zzzz_words" on table users fires behind'

# Triggers hear nothing of a fill, where the role may.
heard="CREATE FUNCTION f () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := OLD.n + 1; RETURN NEW; END';
  CREATE TRIGGER heard BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f (); ALTER TABLE users OWNER TO own"
filled () {
  users 'n integer DEFAULT 0, x text' "$heard"
  change x TEXT 'rename_column: { from: x, to: newname }'
  sql "ALTER TABLE users DISABLE TRIGGER heard; UPDATE users SET x = 'x'; ALTER TABLE users ENABLE TRIGGER heard"
  check_exit 0 'a trigger that counts' begin
  check "is asked $1 times" test "$(sql 'SELECT max(n) FROM users')" = "$1"
  check 'the column is filled' test "$(sql "SELECT count(*) FROM users WHERE newname = 'x'")" = 20
  check 'an application asks it' test "$(as app "UPDATE users SET x = 'y' WHERE id = 1 RETURNING n || newname")" \
    = "$(($1 + 1))y"
}
filled 0
role=zdm
filled 1
psql -Xq "$url" -c 'GRANT SET ON PARAMETER session_replication_role TO zdm'
filled 0
role=postgres

# A contract that ends before two columns exchange their names, of which the old one is NOT NULL.
users 'n integer NOT NULL DEFAULT 1'
change n 'INTEGER, nullable: false' 'alter_column: { column: n, type: BIGINT }'
pg_dump -s -N zdm "$test_url" | sed '/restrict /d' >before
check_exit 0 'a column that is NOT NULL gets another type' begin
psql -Xq "$test_url" -c 'BEGIN; LOCK users IN ACCESS SHARE MODE; SELECT pg_sleep(60)' >/dev/null 2>&1 &
busy=$!
sleep 0.5
check_exit 4 'its contract does not get the table' run contract -q --lock-timeout 1s
psql -Xq "$url" -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_slee[p]'" >/dev/null
wait "$busy" 2>/dev/null
check_exit 0 'and is gone back from' run abort -q
pg_dump -s -N zdm "$test_url" | sed '/restrict /d' >after
check 'to the start' diff before after

# What the new type of a column cannot take.
to_integer='alter_column: { column: c, type: INTEGER, transform: { cast: INTEGER }, backward: { cast: TEXT } }'
cast () {
  users 'c text' "$1"
  change c TEXT "$to_integer"
  refused "a type that $2 cannot take" "$2 on column 'c' of 'users' cannot be made again where that is integer"
}
cast "ALTER TABLE users ADD CONSTRAINT other CHECK (c <> 'x')" "check 'other'"
cast "ALTER TABLE users ADD CONSTRAINT other CHECK (c <> 'x') NOT VALID" "check 'other'"
cast 'CREATE INDEX low ON users (lower(c))' "index 'low'"
cast "CREATE INDEX part ON users (id) WHERE c > 'a'" "index 'part'"
cast 'CREATE INDEX pattern ON users (c text_pattern_ops)' "index 'pattern'"
cast 'CREATE INDEX sorted ON users (c COLLATE "C")' "index 'sorted'"
cast "CREATE TABLE words (c text PRIMARY KEY); ALTER TABLE users ADD CONSTRAINT word FOREIGN KEY (c)
  REFERENCES words" "foreign key 'word'"
users 'c integer GENERATED ALWAYS AS IDENTITY'
change c 'INTEGER, nullable: false' 'alter_column: { column: c, type: TEXT, transform: { cast: TEXT }, backward: { cast: INTEGER } }'
refused 'a type that numbers nothing' "identity 'c' on column 'c' of 'users' cannot be made again where that is text"
change c 'INTEGER, nullable: false' 'alter_column: { column: c, type: BIGINT }'
check_exit 0 'one that does' begin
check_exit 0 'its contract' run contract -q
check 'goes on numbering' test "$(sql "INSERT INTO users (id, name) VALUES (21, 'n21') RETURNING c")" = 21
users 'c integer GENERATED ALWAYS AS IDENTITY'
change c 'INTEGER, nullable: false' 'drop_column: { column: c, backward: { constant: 0 } }'
refused 'an identity that goes' "column 'c' of 'users' is an identity"
users 'c text UNIQUE' "ALTER TABLE users ADD CONSTRAINT known CHECK (c IS NOT NULL) NOT VALID,
  ADD CONSTRAINT named CHECK (name <> 'x'); CREATE INDEX low ON users (lower(name), c DESC) WHERE c IS NOT NULL;
  CREATE TABLE numbers (n integer PRIMARY KEY); UPDATE users SET c = id; INSERT INTO numbers SELECT id FROM users"
change c TEXT "$to_integer"
pg_dump -N zdm "$test_url" | sed '/restrict /d' >before
check_exit 0 'a plan of what it can take' run plan change.yaml
pg_dump -N zdm "$test_url" | sed '/restrict /d' >after
check 'touches nothing' diff before after
check_exit 0 'what it can take' begin
check_exit 0 'a plan of what has begun' run plan change.yaml
check_exit 0 'its contract' run contract -q
users 'c text' 'CREATE INDEX low ON users (lower(c))'
cat >change.yaml <<EOT
id: change
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false }
    - { name: c, type: TEXT }
change:
  - sql: { phase: contracting, forward: "DROP INDEX low", rollback: "CREATE INDEX low ON users (lower(c))" }
  - $to_integer
EOT
check_exit 0 'what your own SQL takes away' begin
check_exit 0 'its contract' run contract -q
# declared STEPS: the check and the index in the file.
declared () {
  users 'c text' "UPDATE users SET c = id; CREATE INDEX low ON users (lower(c)); ALTER TABLE users ADD CONSTRAINT other CHECK (c <> 'x')"
  cat >change.yaml <<EOT
id: change
table:
  name: users
  columns: [ { name: id, type: INTEGER, nullable: false }, { name: c, type: TEXT } ]
  constraints: [ { name: other, check: { expression: { postgres: "c <> 'x'" } } } ]
  indexes: [ { name: low, columns: [ { expression: { postgres: "lower(c)" } } ] } ]
change:
  - table: users
    drop_index: { name: low }
$1
  - $to_integer
EOT
}
declared ''
refused 'a declared check' "check 'other' on column 'c'"
declared '  - drop_constraint: { name: other }'
check_exit 0 'what the file drops before' begin
check_exit 0 'its contract' run contract -q
users 'c text' 'ALTER TABLE users OWNER TO own; CREATE INDEX low ON users (lower(c))'
psql -Xq "$url" -c 'REVOKE TEMPORARY ON DATABASE test FROM PUBLIC'
change c TEXT "$to_integer"
role=zdm
check_exit 8 'a role that may make no temporary tables' begin
expect_stderr_has "index 'low' on column 'c'"
role=postgres

# A default that the file does not give becomes what a row would.
# defaulted WHAT COLUMN TYPE CHANGE VALUE: what a new row gets while it waits, and at its end.
defaulted () {
  users "c $2" ''
  change c "$3" "alter_column: { column: c, $4 }"
  check_exit 0 "a default and its transform: $1" run plan --fail-on never change.yaml
  check_exit 0 'a run' begin
  shadow=$(sql "SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname LIKE 'zdm_%'")
  check 'what comes is as it will be' test "$(sql "INSERT INTO users (id, name) VALUES (21, 'x') RETURNING $shadow")" = "$5"
  check_exit 0 'its contract' run contract -q
  check 'and as it was' test "$(sql "INSERT INTO users (id, name) VALUES (22, 'x') RETURNING c")" = "$5"
  check_exit 0 'the way back' run abort -q --accept-loss change.yaml
}
letters='type: INTEGER, transform: { map: { a: 1, b: 2 } }, backward: { map: { 1: a, 2: b } }'
defaulted 'a map' "text DEFAULT 'b'" TEXT "$letters" 2
check 'gives the old one back' test "$(sql "INSERT INTO users (id, name) VALUES (23, 'x') RETURNING c")" = b
defaulted 'an expression of constants' "text DEFAULT lower('B')" TEXT "$letters" 2
defaulted 'one that becomes none' "text DEFAULT 'b'" TEXT \
  'type: INTEGER, transform: { map: { b: null } }, backward: { cast: TEXT }' ''
defaulted 'text that is told apart by the transform' "text DEFAULT ' 07 '" TEXT \
  'type: INTEGER, transform: [trim, { cast: INTEGER }], backward: { cast: TEXT }' 7
defaulted 'your own SQL' "integer DEFAULT 6" INTEGER \
  'type: TEXT, transform: { expression: { postgres: "to_char(c + c, $$FM000$$)" } }, backward: { cast: INTEGER }' 012
database "CREATE DOMAIN seven AS integer DEFAULT 7; CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, c seven);"
change c 'INTEGER, native: { postgres: seven }' \
  'alter_column: { column: c, type: TEXT, transform: { cast: TEXT }, backward: { cast: INTEGER } }'
check_exit 0 "a domain's" begin
check_exit 0 'its contract' run contract -q
check 'is not lost' test "$(sql "INSERT INTO users (id, name) VALUES (22, 'x') RETURNING c")" = 7
users "c date DEFAULT current_date" ''
change c DATE 'alter_column: { column: c, type: TEXT, transform: { cast: TEXT }, backward: { cast: DATE } }'
check_exit 0 'one that is computed' begin
check_exit 0 'its contract' run contract -q
check 'is computed' test "$(sql "SET DateStyle = 'German'; INSERT INTO users (id, name) VALUES (22, 'x')
  RETURNING c = to_char(current_date, 'YYYY-MM-DD')")" = t
users "c serial" ''
change c 'INTEGER, nullable: false' 'alter_column: { column: c, type: BIGINT }'
check_exit 0 'one that counts' begin
check_exit 0 'its contract' run contract -q
check 'goes on counting' test "$(sql "INSERT INTO users (id, name) VALUES (22, 'x') RETURNING c")" = 21
users "c text DEFAULT 'z'" 'UPDATE users SET c = $$a$$'
change c TEXT "alter_column: { column: c, $letters }"
refused 'one that the map does not know' "the default of column 'c' of 'users', 'z'::text, cannot become one of type integer"
change c TEXT "alter_column: { column: c, $letters, default: 1 }"
check_exit 0 'unless the file gives one' begin
check_exit 0 'its contract' run contract -q
check 'which is taken' test "$(sql "INSERT INTO users (id, name) VALUES (22, 'x') RETURNING c")" = 1
users "c text DEFAULT chr(97 + (random() * 0)::integer)" ''
change c TEXT "alter_column: { column: c, $letters }"
refused 'one that is another one each time' 'and this is computed for each row'
users "c integer DEFAULT 1 + (random() * 0)::integer" ''
change c INTEGER 'alter_column: { column: c, type: TEXT, transform: { expression: { postgres: "c::text" } }, backward: { cast: INTEGER } }'
refused 'one for your own SQL' 'that is SQL over rows'

# Who cannot see all rows.
role=zdm
for change in 'rename_column: { from: x, to: newname }' 'add_column: { column: { name: twice, type: TEXT }, from: x }' \
  'add_column: { column: { name: found, type: INTEGER }, from: { table: p, match: { id: id }, column: t, missing: "null" } }'; do
  users 'x text' 'ALTER TABLE users OWNER TO own, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE p OWNER TO own; UPDATE users SET x = name'
  change x TEXT "$change"
  sed -i '/^change:/,$d; s/^table:/tables:\n  - name: p\n    columns: [ { name: t, type: INTEGER, nullable: false, primary_key: true }, { name: id, type: INTEGER, nullable: false, primary_key: true } ]/;
    s/name: id, type: INTEGER, nullable: false }$/name: id, type: INTEGER, nullable: false, primary_key: true }/;
    s/^  name: users/  - name: users/; s/^  columns:/    columns:/; s/^    - {/      - {/' change.yaml
  printf 'change:\n  - table: users\n    %s\n' "$change" >>change.yaml
  refused "policies with FORCE: $change" "policies of table 'users' bind this role too"
done
cp change.yaml found.yaml
change x TEXT 'alter_column: { column: x, nullable: false }'
check_exit 0 'policies, and no row is read' begin
check_exit 0 'its contract' run contract -q
mv found.yaml change.yaml
sed -i 's/^id: change/id: found/' change.yaml
sql 'ALTER TABLE users NO FORCE ROW LEVEL SECURITY, ALTER x DROP NOT NULL; ALTER TABLE p FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY'
refused 'policies of a table that is looked into' "policies of table 'p' bind this role too"
sql 'ALTER TABLE p NO FORCE ROW LEVEL SECURITY'
check_exit 0 'policies without FORCE' begin
role=postgres

# Rows that no one may write.
unchecked () { users "x text DEFAULT 'x', n integer" "UPDATE users SET n = id; UPDATE users SET x = NULL WHERE n < 4;
  ALTER TABLE users ADD CONSTRAINT few CHECK (n < $1) NOT VALID, ADD CONSTRAINT most CHECK (n > 3) NOT VALID"; }
unchecked 15
change x TEXT 'rename_column: { from: x, to: newname }'
refused 'a row that a check does not allow' "row id '15' of 'users' cannot be written: the check 'few'"
unchecked 21
check_exit 0 'one that is not written' begin
check_exit 0 'its contract' run contract -q
unchecked 21
change x TEXT 'add_column: { column: { name: twice, type: TEXT }, from: x, transform: { coalesce: none } }'
refused 'and one that is' "row id '1' of 'users' cannot be written: the check 'most'"
cat >change.yaml <<EOT
id: change
table: { name: users, columns: [ { name: id, type: INTEGER, nullable: false }, { name: n, type: INTEGER }, { name: x, type: TEXT } ] }
change:
  - sql: { phase: expanding, forward: "UPDATE users SET n = 10 WHERE n <> 10", rollback: "SELECT 1" }
  - add_column: { column: { name: twice, type: TEXT }, from: x, transform: { coalesce: none } }
EOT
check_exit 0 'unless they are mended before' begin
# written LIMIT CHANGE…: changes of a table with a check of n < LIMIT, where row 19 has n = 19.
written () {
  users 'x text, n integer' "UPDATE users SET n = id, x = 'x'; UPDATE users SET n = NULL WHERE id < 3;
    INSERT INTO p VALUES (7, 1), (8, 19); ALTER TABLE users ADD CONSTRAINT few CHECK (n < $1) NOT VALID"
  cat >change.yaml <<EOT
id: change
tables:
  - { name: p, columns: [ { name: t, type: INTEGER, nullable: false, primary_key: true }, { name: id, type: INTEGER, nullable: false, primary_key: true } ] }
  - name: users
    columns: [ { name: id, type: INTEGER, nullable: false, primary_key: true }, { name: n, type: INTEGER }, { name: x, type: TEXT } ]
change:
  - $2
${3:+  - $3}
EOT
}
set='{ table: users, update_rows: { where: { id: 19 }, set'
said="row id '19' of 'users' cannot be written: the check 'few'"
written 19 "$set: { x: { constant: z } } } }"
refused 'a row that is updated' "$said"
written 19 "$set: { x: { constant: x } } } }"
check_exit 0 'one that is so already' begin
written 19 "$set: { x: { constant: z }, n: { constant: 7 } } } }"
check_exit 0 'one that is mended by that' begin
written 20 "$set: { n: { constant: 77 } } } }"
refused 'one that is broken by that' "$said"
written 20 "$set: { x: { constant: z } } } }"
check_exit 0 'one that it allows' begin
found='from: { table: p, column: t, match: { id: id }, missing: "null" } } }'
written 19 "{ table: users, add_column: { column: { name: f, type: INTEGER }, $found"
refused 'a row that something is found for' "$said"
written 19 "{ table: users, add_column: { column: { name: f, type: INTEGER }, $found"
sql 'DELETE FROM p WHERE id = 19'
check_exit 0 'and one that nothing is' begin
written 19 '{ table: users, add_column: { column: { name: f, type: TEXT, default: f } } }' "$set: { x: { constant: z } } } }"
sql 'UPDATE users SET n = NULL WHERE n = 20'
refused 'one that a step before leaves as it is' "$said"
written 19 "$set: { n: { constant: 3 } } } }" "$set: { x: { constant: z } } } }"
check_exit 0 'one that a step before mends' begin
written 19 '{ table: users, alter_column: { column: n, nullable: false, repair: { constant: 99 } } }'
sql 'UPDATE users SET n = 1 WHERE n > 18'
refused 'a repair' "row id '1' of 'users' cannot be written: the check 'few'"
written 19 '{ table: users, drop_constraint: { name: few } }' "$set: { x: { constant: z } } } }"
sed -i "s/^    columns: \[ { name: id, type: INTEGER, nullable: false, primary_key: true }, { name: n.*/&\n    constraints: [ { name: few, check: { column: n, max: 18 } } ]/" change.yaml
check_exit 0 'a check that is dropped before' begin

# Rows that another table holds.
for held in 'a users' 'a users[]' 'a held' 'a pair[]'; do
  users 'x text' "CREATE DOMAIN held AS users CHECK (true); CREATE TYPE pair AS (n integer, u users); CREATE TABLE holds ($held)"
  change x TEXT 'add_column: { column: { name: new, type: INTEGER, default: 7 } }'
  refused "a default where another table holds: $held" "column a of table holds holds rows of it"
  change x TEXT 'add_column: { column: { name: new, type: INTEGER } }'
  check_exit 0 'a column without' begin
done

# Event triggers that forbid.
# forbids WHEN TAG
forbids () {
  users 'x text' "CREATE FUNCTION forbid () RETURNS event_trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''% is not wanted'', tg_tag; END';
    CREATE EVENT TRIGGER \"no DDL\" ON $1 WHEN TAG IN ('$2') EXECUTE FUNCTION forbid ()"
}
for tag in 'ALTER TABLE' 'CREATE TRIGGER' 'CREATE FUNCTION' 'DROP TRIGGER'; do
  for when in ddl_command_start ddl_command_end; do
    forbids $when "$tag"
    change x TEXT 'rename_column: { from: x, to: newname }'
    refused "an event trigger: $tag" "$tag is not wanted"
    expect_stderr_has 'those that are enabled are "no DDL"'
  done
done
forbids sql_drop 'ALTER TABLE'
change x TEXT 'drop_column: { column: x }'
refused 'one that hears of what goes' 'do ALTER TABLE … DROP COLUMN: ALTER TABLE is not wanted'
forbids ddl_command_end 'CREATE INDEX'
change x TEXT 'create_index: { name: of_x, columns: [x] }'
refused 'one against indexes' 'CREATE INDEX is not wanted'
change x TEXT 'add_column: { column: { name: new, type: TEXT } }'
check_exit 0 'one that is about something else' begin
forbids ddl_command_start 'DROP VIEW'
change x TEXT x
sed -i '/^change:/,$d' change.yaml
echo 'change: { rename_table: { name: users, to: people } }' >>change.yaml
refused 'one against views' 'DROP VIEW is not wanted'
sql 'ALTER EVENT TRIGGER "no DDL" DISABLE'
check_exit 0 'one that is disabled' begin

# Event triggers with rules for what is made, which a run keeps; not so what is tried may not be in its way.
# ruled CONDITION: of r, one command, which is not wanted
ruled () {
  users "x text CHECK (x <> 'q')" "CREATE INDEX low ON users (lower(x)); CREATE FUNCTION rule () RETURNS event_trigger LANGUAGE plpgsql AS
      \$f\$DECLARE r record; BEGIN FOR r IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE schema_name IS DISTINCT FROM 'zdm' LOOP
      IF $1 THEN RAISE EXCEPTION '% is against the rules', r.object_identity; END IF; END LOOP; END\$f\$;
    CREATE EVENT TRIGGER rules ON ddl_command_end EXECUTE FUNCTION rule ()"
}
no_key="r.object_type = 'table' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = r.objid AND contype = 'p')"
for rule in "$no_key" "r.object_type = 'index' AND r.object_identity !~ '(low|mirror|aside|_key|pkey|zdm_not_null)'" \
    "r.object_type = 'function'" "r.object_identity ~ 'zdm_trial'" "r.schema_name = 'pg_temp'"; do
  for change in 'rename_column: { from: x, to: newname }' 'alter_column: { column: x, type: VARCHAR, length: 20 }'; do
    ruled "$rule"
    change x TEXT "$change"
    check_exit 0 "a rule against $rule: $change" begin
    check_exit 0 'its plan' run plan --fail-on error change.yaml
    check_exit 0 'its contract' run contract -q
  done
done
ruled "r.object_type = 'index' AND r.object_identity !~ '_idx$'"
change x TEXT 'create_index: { name: x_idx, columns: [x] }'
check_exit 0 'a rule for names of indexes' begin
ruled "r.object_type = 'index' AND r.object_identity !~ '_idx$'"
change x TEXT 'create_index: { name: of_x, columns: [x] }'
refused 'and a name that breaks it' 'of_x is against the rules'
# The second table of a file.
ruled "r.command_tag = 'ALTER TABLE' AND r.object_identity ~ 'second'"
sql 'ALTER EVENT TRIGGER rules DISABLE; CREATE TABLE second (id integer PRIMARY KEY, x text); ALTER EVENT TRIGGER rules ENABLE'
cat >change.yaml <<EOT
id: change
tables:
  - { name: users, columns: [ { name: id, type: INTEGER, nullable: false } ] }
  - { name: second, columns: [ { name: id, type: INTEGER, nullable: false }, { name: x, type: TEXT } ] }
change:
  - { table: second, add_column: { column: { name: y, type: TEXT } } }
EOT
refused 'a rule about another table than the first one' 'second is against the rules'
sql 'DROP EVENT TRIGGER rules'
check_exit 0 'and without' begin

# What is over another column too does not go with one that is dropped.
dropped () {
  users 'x text, y text' "$1"
  change x TEXT 'drop_column: { column: x }'
  refused "$2 is the other column's too" "$2"
}
dropped 'ALTER TABLE users ADD CONSTRAINT pair UNIQUE (x, y)' 'constraint pair on table users'
dropped 'ALTER TABLE users ADD CONSTRAINT other CHECK (x <> y)' 'constraint other on table users'
dropped 'CREATE INDEX two ON users (y, lower(x))' 'index two'
dropped 'CREATE INDEX part ON users (y) WHERE x IS NOT NULL' 'index part'
dropped 'CREATE UNIQUE INDEX also ON users (y) INCLUDE (x)' 'index also'
users 'x text UNIQUE CHECK (length(x) > 0), y text' 'CREATE INDEX own ON users (x, lower(x)) WHERE x IS NOT NULL'
check_exit 0 'and what is its own does' begin
check_exit 0 'with its contract' run contract -q

# The journal's schema is not where a role called zdm has its tables.
role=zdm
users 'email text' 'ALTER TABLE users OWNER TO own'
change email TEXT 'split_table: { to: mails, columns: [email], key: [id] }'
sed -i 's/name: id, type: INTEGER, nullable: false/&, primary_key: true/' change.yaml
check_exit 0 'a role of the name of the schema' begin
check 'tables are in the other one' test "$(sql "SELECT to_regclass('public.mails')")" = mails
check 'an application writes' as app "UPDATE users SET email = 'q' WHERE id = 1"
check 'and reads the other half' test "$(as app 'SELECT email FROM mails')" = q
check 'which belongs to whom the table does' test "$(sql "SELECT relowner::regrole FROM pg_class WHERE relname = 'mails'")" = own
check_exit 0 'and goes back' run abort -q
users 'email text' 'ALTER TABLE users OWNER TO own; REVOKE ALL ON SCHEMA public FROM own;
  GRANT CREATE ON SCHEMA public TO zdm; REVOKE ALL ON users FROM app; GRANT SELECT (id, email) ON users TO app'
check_exit 0 'an owner that may make no tables' begin
check 'may use it' quiet sql 'GRANT USAGE ON SCHEMA public TO own; SET ROLE own; SELECT * FROM mails'
check 'so may who uses columns' quiet as app 'SELECT id, email FROM mails'
users 'email text' 'ALTER TABLE users OWNER TO own, ENABLE ROW LEVEL SECURITY'
refused 'a table with policies is not split' "policies say who sees which rows, and would not hold in 'mails'"

# The second name of a table.
change name 'TEXT, nullable: false' x
sed -i '/^change:/,$d' change.yaml
echo 'change: { rename_table: { name: users, to: people } }' >>change.yaml
users 'x text' "ALTER TABLE users OWNER TO own, ENABLE ROW LEVEL SECURITY;
  CREATE POLICY few ON users USING (id < 3)"
check_exit 0 'a table with policies' begin
check 'which hold by its second name' test "$(as app 'SELECT count(*) FROM people')" = 2
check 'its owner may use that too' quiet sql 'SET ROLE own; SELECT * FROM people'
check_exit 0 'its contract' run contract -q
users 'x text' 'ALTER TABLE users OWNER TO own; REVOKE ALL ON users FROM app;
  GRANT SELECT (id, name), UPDATE (name) ON users TO app'
check_exit 0 'privileges of columns' begin
check 'are had by the second name' quiet as app "SELECT id FROM people; UPDATE people SET name = 'z'"
check 'and no others' test "$(as app 'SELECT x FROM people' 2>&1)" \
  = 'ERROR:  permission denied for view people'
users 'x text' 'ALTER TABLE users OWNER TO own, ENABLE ROW LEVEL SECURITY; GRANT UPDATE (name) ON users TO app'
refused 'privileges of columns, and policies' 'column name has privileges of its own'
role=postgres

# What a partition has of its own.
partitions='CREATE TABLE users (id integer NOT NULL, name text) PARTITION BY RANGE (id);
  CREATE TABLE low PARTITION OF users FOR VALUES FROM (0) TO (10);
  CREATE TABLE high PARTITION OF users FOR VALUES FROM (10) TO (99);'
own () {
  database "$partitions" "$1"
  change name TEXT 'rename_column: { from: name, to: newname }'
  refused "of a partition: $2" "$2"
}
own 'CREATE INDEX of_name ON low (name)' 'index of_name'
own 'ALTER TABLE low ADD CONSTRAINT one UNIQUE (name)' 'constraint one on table low'
own "ALTER TABLE low ADD CONSTRAINT said CHECK (name <> '')" 'constraint said on table low'
own "ALTER TABLE low ALTER name SET DEFAULT 'z'" 'the default of column name of table low'
own 'ALTER TABLE low ALTER name SET NOT NULL' 'NOT NULL of column name of table low'
own 'GRANT SELECT (name) ON low TO app' 'privileges of column name of table low'
own 'ALTER TABLE low ALTER name SET STATISTICS 77' 'settings of column name of table low'
own "COMMENT ON COLUMN low.name IS 'x'" 'the comment of column name of table low'
own 'CREATE VIEW seen AS SELECT name FROM low' 'view seen'
change name TEXT 'drop_column: { column: name }'
refused 'and where it is dropped' 'view seen'
database "$partitions" "ALTER TABLE users ADD CHECK (name <> ''), ALTER name SET DEFAULT 'z'"
renamed 'what all partitions have' name TEXT
done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tables in schemas other than the first: named with their schema, found by search_path, two
# of one name, names with dots and quotes.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }

# accounts SCHEMA: the tables that the files below speak of, in that schema.
accounts () {
  sql "CREATE SCHEMA IF NOT EXISTS $1;
    CREATE TABLE $1.owners (id integer PRIMARY KEY, name text);
    CREATE TABLE $1.accounts (id integer PRIMARY KEY, name text NOT NULL, email text,
      owner integer, CONSTRAINT named CHECK (char_length(name COLLATE \"C\") > 0));
    CREATE INDEX by_name ON $1.accounts (name);
    INSERT INTO $1.owners VALUES (1, 'of $1');
    INSERT INTO $1.accounts VALUES (1, 'one', '11', 1), (2, 'two', '22', NULL);" || exit 1
}

# As at the start; a new database would take a second each time.
empty () {
  sql 'DROP SCHEMA IF EXISTS zdm, shop, store CASCADE; DROP TABLE IF EXISTS accounts, owners'
}

dump () { pg_dump -N zdm "$test_url" | grep -vE '^.(un)?restrict ' | sort >"$1"; }

# change ID TABLE CHANGE OWNERS: a migration of the two tables in ID.yaml.
change () {
  cat >"$1.yaml" <<EOT
id: $1
tables:
  - name: $2
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: name, type: TEXT, nullable: false }
      - { name: email, type: TEXT }
      - { name: owner, type: INTEGER }
    constraints: [ { name: named, check: { column: name, not_empty: true } } ]
    indexes: [ { name: by_name, columns: [name] } ]
  - name: $4
    columns:
      - { name: id, type: INTEGER, nullable: false, primary_key: true }
      - { name: name, type: TEXT }
change:
  - table: $2
    $3
EOT
}

run () { "$ZDM_RUN" "$@" --url "$test_url"; }
begin () { run -q --fail-on never "$@"; }

# life ID: there and back, and there to the end.
life () {
  dump before
  check_exit 0 "$1: a run" begin "$1.yaml"
  check_exit 0 'is as recorded' run verify
  check_exit 0 'and goes back' run abort -q "$1"
  dump after
  check 'to the start' diff before after
  check_exit 0 'another run' begin "$1.yaml"
  check_exit 0 'and its contract' run contract -q "$1"
  check_exit 0 'are as recorded' run verify
}

psql -Xq "$url" -c 'CREATE DATABASE test' || exit 1

# Named with the schema, which no search_path holds.
for what in 'rename_column: { from: name, to: label }' \
  'alter_column: { column: email, type: INTEGER, transform: { cast: INTEGER }, backward: { cast: TEXT } }' \
  'alter_column: { column: email, nullable: false, repair: { coalesce: none } }' \
  'add_constraint: { name: one_email, unique: [email] }' \
  'add_constraint: { name: owned, foreign_key: [owner], references: { table: shop.owners, columns: [id] } }' \
  'create_index: { columns: [email] }' \
  'drop_index: { name: by_name }' \
  'drop_constraint: { name: named }' \
  'rename_table: { name: shop.accounts, to: shop.customers }' \
  'drop_column: { column: email }' \
  'split_table: { to: shop.addresses, columns: [email], key: [id] }' \
  'add_column: { column: { name: owner_name, type: TEXT }, from: { table: shop.owners, match: { id: owner }, column: name, missing: "null" } }'; do
  empty
  accounts shop
  change named shop.accounts "$what" shop.owners
  case $what in rename_table*) sed -i '/^  - table: /d; s/^    rename_table/  - rename_table/' named.yaml ;; esac
  echo "# $what"
  life named
done

# Each part has the 63 bytes of a name, however many characters these are.
long=$(printf 'ä%.0s' $(seq 31))
tail=$(printf 'é%.0s' $(seq 31))
for what in 'rename_column: { from: name, to: label }' \
  'alter_column: { column: email, type: INTEGER, transform: { cast: INTEGER }, backward: { cast: TEXT } }' \
  'add_column: { column: { name: state, type: ENUM, values: [a, b] } }' \
  'create_index: { columns: [email] }' \
  "rename_table: { name: $long.$tail, to: $long.z$tail }" \
  "split_table: { to: $long.x$tail, columns: [email], key: [id] }" \
  "add_column: { column: { name: owner_name, type: TEXT }, from: { table: $long.owners, match: { id: owner }, column: name, missing: 'null' } }"; do
  empty
  sql "DROP SCHEMA IF EXISTS $long CASCADE"
  accounts "$long"
  sql "ALTER TABLE $long.accounts RENAME TO $tail"
  change long "$long.$tail" "$what" "$long.owners"
  case $what in rename_table*) sed -i '/^  - table: /d; s/^    rename_table/  - rename_table/' long.yaml ;; esac
  echo "# $what"
  life long
done
sql "DROP SCHEMA $long CASCADE"

# Found by search_path, which is another one in later calls: there both schemas have it.
path () { echo "$test_url?options=-csearch_path%3D$1"; }
empty
accounts shop
accounts public
change found accounts 'rename_column: { from: name, to: label }' owners
sql 'SELECT * FROM public.accounts' >before
check_exit 0 'found by search_path' "$ZDM_RUN" -q --fail-on never found.yaml --url "$(path shop)"
check_exit 0 'and for every session' run verify
sql "UPDATE shop.accounts SET name = 'one more' WHERE id = 1"
check 'as its trigger' test "$(sql 'SELECT label FROM shop.accounts WHERE id = 1')" = 'one more'
check_exit 0 'its contract' run contract -q
check_exit 0 'and' run verify
check 'took that one' test "$(sql 'SELECT label FROM shop.accounts WHERE id = 1')" = 'one more'
sql 'SELECT * FROM public.accounts' >after
check 'and left the other' diff before after
change found-again accounts 'rename_column: { from: name, to: label }' owners
check_exit 0 'the other one' begin found-again.yaml
check_exit 0 'beside it' run verify
check_exit 0 'is gone on with' "$ZDM_RUN" contract -q --url "$(path shop)"
check_exit 0 'and both' run verify

# Two of one name at the same time.
empty
accounts shop
accounts store
for schema in shop store; do
  change "$schema" "$schema.accounts" 'rename_column: { from: name, to: label }' "$schema.owners"
  check_exit 0 "two under way: $schema" begin "$schema.yaml"
done
check_exit 0 'both' run verify
sql "UPDATE shop.accounts SET label = 'shop'; UPDATE store.accounts SET name = 'store'"
check 'with triggers of their own' test "$(sql 'SELECT name FROM shop.accounts WHERE id = 1
  UNION ALL SELECT label FROM store.accounts WHERE id = 1' | tr '\n' ' ')" = 'shop store '
check_exit 0 'one back' run abort -q shop
check_exit 0 'one to the end' run contract -q store
check_exit 0 'are as recorded' run verify
check 'and nothing is left' test "$(sql "SELECT count(*) FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace")" = 0

# One table by two names is still one.
empty
accounts public
change short accounts 'rename_column: { from: name, to: label }' owners
change long public.accounts 'drop_column: { column: name }' public.owners
check_exit 0 'by its short name' begin short.yaml
check_exit 8 'and by the long one' begin long.yaml
expect_stderr_has "migration 'short' is not finished"

# Dots and quotes.
empty
sql 'CREATE SCHEMA "My ""shop"".x"; CREATE TABLE "My ""shop"".x"."a.c" (id integer PRIMARY KEY,
  "na.me" text); INSERT INTO "My ""shop"".x"."a.c" VALUES (1, DEFAULT)'
cat >dots.yaml <<'EOT'
id: dots
table:
  name: '"My ""shop"".x"."a.c"'
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: na.me, type: TEXT }
change:
  - rename_column: { from: na.me, to: 'la"bel.' }
  - create_index: { columns: [id, 'la"bel.'] }
EOT
life dots

# Where it cannot be: the file says another schema.
change away shop.accounts 'rename_column: { from: name, to: label }' shop.owners
check_exit 8 'a schema that is not there' begin away.yaml
expect_stderr_has "'shop.accounts'"
empty
accounts shop
cat >move.yaml <<'EOT'
id: move
table:
  name: shop.owners
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
change:
  rename_table: { name: shop.owners, to: public.owners }
EOT
check_exit 1 'to another schema' begin move.yaml
expect_stderr_has 'in another schema'

# What is there in one file's words, with rows, and proved.
change whole shop.accounts 'rename_column: { from: name, to: label }' shop.owners
check_exit 0 'a plan' run plan --fail-on never whole.yaml
expect_stdout_has '"shop"."accounts"'
change proved shop.accounts 'create_index: { columns: [email] }' shop.owners
check_exit 0 'a rehearsal' run rehearse -q --fail-on never proved.yaml
empty
sql 'CREATE SCHEMA shop'
check_exit 0 'tables are made' begin --seed-data whole.yaml
check 'where they belong' test "$(sql 'SELECT count(*) FROM shop.accounts')" = 0
check_exit 0 'what is under way' run status
expect_stdout_has 'whole'
done_testing

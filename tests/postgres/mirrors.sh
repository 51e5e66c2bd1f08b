#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A new application searches and writes by the new name of a column while the run waits for
# contract: with the indexes and keys that the old name has.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

needs psql pg_dump
start_server postgres
base=${url%/*}
test_url=$base/test
PGOPTIONS="-c client_min_messages=error"
export PGOPTIONS
long=users_name_and_what_else_there_is_to_be_said_of_it_in_63_bytes_

sql () { psql -XAtqv ON_ERROR_STOP=1 "$test_url" -c "$1"; }

database () {
  psql -Xqv ON_ERROR_STOP=1 "$url" -c 'DROP DATABASE IF EXISTS test WITH (FORCE)' \
    -c 'CREATE DATABASE test' || exit 1
  sql "CREATE TABLE users (id integer PRIMARY KEY, name varchar(80) NOT NULL UNIQUE, email text,
         gone boolean NOT NULL DEFAULT false, number integer, \"odd name\" text,
         CONSTRAINT users_number_key UNIQUE (number) DEFERRABLE INITIALLY DEFERRED);
       CREATE INDEX users_lower ON users (lower(name));
       CREATE UNIQUE INDEX users_here ON users (name) WHERE NOT gone;
       CREATE INDEX users_both ON users (email, name);
       CREATE INDEX users_odd ON users (\"odd name\", email);
       CREATE INDEX users_filled ON users (email) WHERE name <> 'it''s \"name\"';
       CREATE INDEX $long ON users (name varchar_pattern_ops DESC);
       INSERT INTO users SELECT i, 'user ' || i, 'mail ' || i % 700, false, i, 'odd ' || i
         FROM generate_series(1, 3000) AS i;
       ANALYZE users" || exit 1
}

dump () { pg_dump -N zdm "$test_url" | sed '/restrict /d' | sort >"$1"; }

# file FILE ID CHANGE…
file () {
  name=$1 id=$2
  shift 2
  cat >"$name" <<EOT
id: $id
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR, length: 80, nullable: false }
    - { name: email, type: TEXT }
    - { name: number, type: INTEGER }
    - { name: odd name, type: TEXT }
change:
EOT
  for change; do printf '  - %s\n' "$change" >>"$name"; done
}

# by_index INDEX CONDITION: that is how rows are found.
by_index () {
  sql "EXPLAIN (COSTS off) SELECT * FROM users WHERE $2" >explain
  check "by index: $2" grep -q "Index Scan.* $1" explain
  grep -q "Index Scan.* $1" explain || show explain explain
}

indexes () { sql "SELECT c.oid FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE
  indrelid = 'users'::regclass AND indisvalid AND $1 ORDER BY 1"; }

# The run waits for its contract: all of it is there by the new name.
database
dump before
file name.yaml name 'rename_column: { from: name, to: shown }'
check_exit 0 'a column with indexes is renamed' "$ZDM_RUN" -q --fail-on never --url "$test_url" name.yaml
by_index zdm_mirror_users_name_key_shown "shown = 'user 77'"
by_index zdm_mirror_users_lower_shown "lower(shown) = 'user 77'"
by_index zdm_mirror_users_both_shown "email = 'mail 77' AND shown > 'user 7'"
by_index users_name_ "name = 'user 77'"
check 'six of them' test "$(indexes "relname LIKE 'zdm_mirror_%'" | wc -l)" -eq 6
check 'conditions too' sql "DO \$\$ BEGIN ASSERT (SELECT count(*) FROM pg_indexes WHERE indexdef
  LIKE '%(email) WHERE ((shown)::text <> ''it''''s \"name\"''::text)') = 1; END \$\$"
check 'a new row by the new name' sql "INSERT INTO users (id, shown) VALUES (-1, 'user 77')
  ON CONFLICT (shown) DO UPDATE SET email = 'new'"
check 'by the old name' sql "INSERT INTO users (id, name) VALUES (-1, 'user 77')
  ON CONFLICT (name) DO UPDATE SET email = users.email || ', old'"
check 'within the condition' sql "INSERT INTO users (id, shown) VALUES (-1, 'user 77')
  ON CONFLICT (shown) WHERE NOT gone DO UPDATE SET email = users.email || ', here'"
check 'the same row' test "$(sql "SELECT id, email FROM users WHERE shown = 'user 77'")" \
  = '77|new, old, here'
check 'an index is there once' test "$(indexes "relname LIKE 'zdm_mirror_users_name_key%'" | wc -l)" -eq 1
sql "UPDATE users SET email = 'mail 77' WHERE id = 77"

# Its contract builds none of them again.
indexes "relname LIKE 'zdm_mirror_%'" >mirrors
check_exit 0 'its contract' "$ZDM_RUN" contract -q --url "$test_url"
indexes "relname NOT IN ('users_pkey', 'users_number_key', 'users_odd')" >placed
check 'exchanges names only' diff mirrors placed
dump after
sed 's/shown/name/g' after >after.names
for what in users_name_key users_lower users_here users_both users_filled "$long"; do
  grep "$what" before >is
  grep "$what" after.names >has
  check "as it was: $what" diff is has
done
check 'nothing is left' test "$(indexes "relname LIKE 'zdm_%'" | wc -l)" -eq 0

# An abort gives back the start.
database
dump before
check_exit 0 'it is renamed' "$ZDM_RUN" -q --fail-on never --url "$test_url" name.yaml
check_exit 0 'and aborted' "$ZDM_RUN" abort -q --url "$test_url" name.yaml
dump after
check 'as at the start' diff before after

# What happens to indexes while it waits.
database
check_exit 0 'once more' "$ZDM_RUN" -q --fail-on never --url "$test_url" name.yaml
sql "DROP INDEX users_lower; DROP INDEX users_both; CREATE INDEX users_both ON users (name, number);
  ALTER INDEX $long RENAME TO short; CREATE INDEX users_late ON users (name, email);
  UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'zdm_mirror_users_here_shown'::regclass"
short=$(indexes "relname LIKE 'zdm_mirror_users_name_and_%'")
check_exit 0 'indexes go, change and come meanwhile' "$ZDM_RUN" contract -q --url "$test_url"
check 'as they are now' test "$(sql "SELECT string_agg(regexp_replace(indexdef,
  '^CREATE (UNIQUE )?INDEX ([^ ]+) ON public.users USING btree', '\2'), '; ' ORDER BY indexname) FROM
  pg_indexes WHERE tablename = 'users' AND indexdef LIKE '%shown%' AND indexname <> 'users_filled'")" \
  = 'short (shown varchar_pattern_ops DESC); users_both (shown, number); users_here (shown) WHERE (NOT gone); users_late (shown, email); users_name_key (shown)'
check 'a renamed one is not built again' test "$(indexes "relname = 'short'")" = "$short"
check 'nothing is left' test "$(indexes "relname LIKE 'zdm_%'" | wc -l)" -eq 0

# A deferrable key lets be what it let be: nothing binds before the transaction ends.
database
file number.yaml number 'rename_column: { from: number, to: place }'
check_exit 0 'a deferrable key' "$ZDM_RUN" -q --fail-on never --url "$test_url" number.yaml
by_index zdm_mirror_users_number_key_place_search 'place = 77'
check 'numbers are exchanged' sql 'UPDATE users SET number = 79 - number WHERE id IN (1, 78)'
check 'by the new name too' sql 'UPDATE users SET place = 79 - place WHERE id IN (1, 78)'
check_exit 0 'its contract' "$ZDM_RUN" contract -q --url "$test_url"
check 'is deferrable' test "$(sql "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE
  conname = 'users_number_key'")" = 'UNIQUE (place) DEFERRABLE INITIALLY DEFERRED'
check 'nothing is left' test "$(indexes "relname LIKE 'zdm_%'" | wc -l)" -eq 0

# Both columns of an index: by one migration, and by two that wait.
both () {
  by_index zdm_mirror_ "mail = 'mail 77' AND shown = 'user 77'"
  check 'the both of them' grep -q "Index Cond: ((mail = .*AND .*shown" explain
}
placed () {
  check 'the index has both' test "$(sql "SELECT pg_get_indexdef('users_both'::regclass)")" \
    = 'CREATE INDEX users_both ON public.users USING btree (mail, shown)'
  check 'nothing is left' test "$(indexes "relname LIKE 'zdm_%'" | wc -l)" -eq 0
}
database
file both.yaml both 'rename_column: { from: name, to: shown }' 'rename_column: { from: email, to: mail }'
check_exit 0 'two columns of an index' "$ZDM_RUN" -q --fail-on never --url "$test_url" both.yaml
both
indexes "pg_get_indexdef(c.oid) LIKE '%(mail, shown)'" >mirrors
check_exit 0 'their contract' "$ZDM_RUN" contract -q --url "$test_url"
indexes "relname = 'users_both'" >after
check 'which builds none' diff mirrors after
placed
database
dump before
file mail.yaml mail 'rename_column: { from: email, to: mail }'
check_exit 0 'one of them' "$ZDM_RUN" -q --fail-on never --url "$test_url" name.yaml
check_exit 0 'the other one' "$ZDM_RUN" -q --fail-on never --url "$test_url" mail.yaml
both
check_exit 0 'the contract of the first' "$ZDM_RUN" contract -q --url "$test_url" name.yaml
both
check_exit 0 'and of the other one' "$ZDM_RUN" contract -q --url "$test_url" mail.yaml
placed
database
dump before
check_exit 0 'again the one' "$ZDM_RUN" -q --fail-on never --url "$test_url" name.yaml
check_exit 0 'and the other one' "$ZDM_RUN" -q --fail-on never --url "$test_url" mail.yaml
check_exit 0 'the first is aborted' "$ZDM_RUN" abort -q --url "$test_url" name.yaml
by_index zdm_mirror_ "mail = 'mail 77' AND name = 'user 77'"
check_exit 0 'and the other one too' "$ZDM_RUN" abort -q --url "$test_url" mail.yaml
dump after
check 'as at the start' diff before after

# An index that the file itself makes on the new column, and one that it drops.
database
file own.yaml own 'rename_column: { from: name, to: shown }' \
  'create_index: { name: users_shown, columns: [shown] }' \
  'rename_column: { from: odd name, to: odder name }'
check_exit 0 'an index of its own' "$ZDM_RUN" -q --fail-on never --url "$test_url" own.yaml
by_index '"zdm_mirror_users_odd' "\"odder name\" = 'odd 77'"
check_exit 0 'its contract' "$ZDM_RUN" contract -q --url "$test_url"
check 'is beside the others' test "$(sql "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes
  WHERE indexdef LIKE '%btree (shown)%'")" = 'users_here users_name_key users_shown'

# The other column of an index gets another type in the same file, before or after.
typed () {
  database
  file typed.yaml typed "$1" "$2"
  sql 'CREATE INDEX users_typed ON users (number, name)'
  check_exit 0 'a name and a type' "$ZDM_RUN" -q --fail-on never --url "$test_url" typed.yaml
  by_index zdm_mirror_users_typed_shown "number = 77 AND shown > 'user 7'"
  check_exit 0 'their contract' "$ZDM_RUN" contract -q --url "$test_url"
  check 'the index has both' test "$(sql "SELECT pg_get_indexdef('users_typed'::regclass)")" \
    = 'CREATE INDEX users_typed ON public.users USING btree (number, shown)'
  check 'nothing is left' test "$(indexes "relname LIKE 'zdm_%'" | wc -l)" -eq 0
}
rename='rename_column: { from: name, to: shown }'
type='alter_column: { column: number, type: TEXT, transform: { cast: TEXT }, backward: { cast: INTEGER } }'
typed "$rename" "$type"
typed "$type" "$rename"

done_testing

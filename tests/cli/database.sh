#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The life of a migration on a database, as a user types it.
. "$ZDM_SRCDIR/tests/lib.sh"

url=sqlite:app.db
rename=$ZDM_SRCDIR/doc/examples/rename.yaml
sql () { python3 -c 'import sqlite3, sys
db = sqlite3.connect (sys.argv[1], isolation_level=None)
for row in db.execute (sys.argv[2]): print ("|".join (str (cell) for cell in row))' "$@"; }

# What a command leaves of the folder: names and bytes of all files.
picture () { find . -type f -exec cksum {} + | LC_ALL=C sort; }
leaves_no_trace () {
  description=$1
  shift
  picture >"$scratch/before"
  check_exit 0 "$description" "$@"
  picture >"$scratch/after"
  check "$description: writes nothing" cmp "$scratch/before" "$scratch/after"
}

# No database -----------------------------------------------------------------------------

check_exit 7 'a file that is not there is not made' "$ZDM_RUN" --url $url "$rename"
expect_stderr_has 'there is no such file; --seed-data makes it'
expect_stderr_has 'state: untouched'
check 'nothing is there' test ! -e app.db

# Run, wait, contract -----------------------------------------------------------------------

check_exit 0 'a run goes through migrating' "$ZDM_RUN" --url $url --seed-data "$rename"
expect_stdout - <<'EOF'
Migration: Rename users.name to display_name
Phase: MIGRATING
Progress: 67%
History (2 entries):
  [EXPANDING] Add column 'display_name' (not null) to 'users'
  [MIGRATING] Backfill 'display_name' from 'name'
EOF
expect_stderr - <<'EOF'
  next: zdm-run contract EX-001 --url sqlite:app.db
EOF
mv "$scratch/stdout" "$scratch/first"
check_exit 0 'a second run has nothing to do' "$ZDM_RUN" --url $url "$rename"
expect_stdout - <"$scratch/first"
expect_stderr_has 'next: zdm-run contract EX-001'
check_exit 0 'it says so to machines too' "$ZDM_RUN" --format json --url $url "$rename"
expect_stdout_has '"phase": "MIGRATING"'
expect_stdout_has '"description": "Backfill '"'display_name' from 'name'"'", "executed": true'
expect_stdout_has '"display_name": "alice"'

sql app.db "INSERT INTO users (id, name) VALUES (3, 'carol')"
sql app.db "INSERT INTO users (id, display_name) VALUES (4, 'dave')"
sql app.db "UPDATE users SET name = 'ALICE' WHERE id = 1"
sql app.db "UPDATE users SET display_name = 'Bob' WHERE id = 2"
sql app.db 'SELECT id, name, display_name FROM users ORDER BY id' >"$scratch/stdout"
expect_stdout - <<'EOF'
1|ALICE|ALICE
2|Bob|Bob
3|carol|carol
4|dave|dave
EOF

for verb in status history verify; do
  leaves_no_trace "$verb" "$ZDM_RUN" $verb --url $url
done
leaves_no_trace 'plan' "$ZDM_RUN" plan "$rename" --url $url
expect_stdout_has 'sqlite: ALTER TABLE "users" ADD COLUMN "display_name" TEXT  [writers wait; instant]'
expect_stdout_has '── below this line data is dropped'

# A row that is out of step keeps the gate closed, and everything as it is.
sql app.db 'DROP TRIGGER "zdm/users/display_name/update"'
sql app.db "UPDATE users SET name = 'Dave' WHERE id = 4"
check_exit 4 'the gate refuses' "$ZDM_RUN" contract EX-001 --url $url
expect_stderr_has "1 row of 'users' is out of step: 'display_name' does not go with 'name', first id 4"
expect_stderr_has 'state: as before this call: it waits for its contract'
expect_stderr_has 'next: zdm-run contract EX-001 --url sqlite:app.db'
sql app.db "UPDATE users SET display_name = 'Dave' WHERE id = 4"

check_exit 0 'contract' "$ZDM_RUN" contract --url $url
expect_stdout_has 'Phase: COMPLETE'
expect_no_stderr
sql app.db 'SELECT * FROM users ORDER BY id' >"$scratch/stdout"
expect_stdout - <<'EOF'
1|ALICE
2|Bob
3|carol
4|Dave
EOF
check_exit 0 'a second contract has nothing to do' "$ZDM_RUN" contract EX-001 --url $url
expect_stdout_has 'Phase: COMPLETE'
check_exit 0 'verify' "$ZDM_RUN" verify --url $url
expect_stdout_has 'Schema: matches'
sql app.db 'ALTER TABLE users RENAME COLUMN display_name TO nickname'
check_exit 8 'drift' "$ZDM_RUN" verify --url $url
expect_stdout_has "column 'display_name' is missing"
sql app.db 'ALTER TABLE users RENAME COLUMN nickname TO display_name'

# After contract -----------------------------------------------------------------------------

check_exit 2 'an abort that loses something has to be meant' "$ZDM_RUN" abort EX-001 --url $url
expect_stderr_has "Drop column 'name' from 'users': what was dropped is filled with what can be derived"
check_exit 0 'and then it is done' "$ZDM_RUN" abort EX-001 --accept-loss --url $url
sql app.db 'SELECT * FROM users ORDER BY id' >"$scratch/stdout"
expect_stdout - <<'EOF'
1|ALICE
2|Bob
3|carol
4|Dave
EOF
sql app.db "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'zdm/%'" >"$scratch/stdout"
expect_stdout - <<'EOF'
0
EOF

# Edited files ---------------------------------------------------------------------------------

sed 's/rename_column/rename_column/' "$rename" >edited.yaml
check_exit 0 'a rolled back migration may run again' "$ZDM_RUN" --url $url edited.yaml
echo '# a comment makes no difference' >>edited.yaml
check_exit 0 'a comment is no edit' "$ZDM_RUN" --url $url edited.yaml
sed -i 's/to: display_name/to: full_name/; s/display_name/full_name/g' edited.yaml
check_exit 8 'an edit is' "$ZDM_RUN" --url $url edited.yaml
expect_stderr_has "'EX-001' has been edited since it was started"
expect_stderr_has '  - and is now:   rename_column: { from: name, to: full_name }'
rm edited.yaml
check_exit 0 'abort needs no file' "$ZDM_RUN" abort EX-001 --url $url
expect_stdout_has '[ROLLED_BACK] Aborted as asked'

# What the database is not ------------------------------------------------------------------------

sql other.db 'CREATE TABLE users (id INTEGER PRIMARY KEY, name REAL)'
cp other.db untouched.db
check_exit 8 'another table' "$ZDM_RUN" --url sqlite:other.db "$rename"
expect_stderr_has "column 'name' is REAL (REAL affinity), which does not hold TEXT"
expect_stderr_has "column 'name' is nullable, declared is NOT NULL"
sql view.db 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL)'
sql view.db 'CREATE VIEW names AS SELECT name FROM users'
check_exit 8 'a view is in the way' "$ZDM_RUN" --url sqlite:view.db "$rename"
expect_stderr_has 'error in view names after drop column'
sql view.db "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'zdm/%'" >"$scratch/stdout"
expect_stdout - <<'EOF'
0
EOF
mkdir folder.db
check_exit 7 'a folder' "$ZDM_RUN" --url sqlite:folder.db "$rename"
expect_stderr_has 'it is a folder'
echo 'this is no database, and long enough to have a header of one' >text.db
check_exit 7 'no database' "$ZDM_RUN" --url sqlite:text.db "$rename"
expect_stderr_has 'it is no SQLite database'
check_exit 2 'nothing there to go on with' "$ZDM_RUN" continue NOPE --url $url
expect_stderr_has "no migration 'NOPE' is recorded in this database"

# Progress -------------------------------------------------------------------------------------------

cat >many.yaml <<'EOF'
id: MANY
table:
  name: t
  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: a, type: TEXT } ]
  rows: { generate: 5000, values: { id: { sequence: 1 }, a: { pattern: "v{n}" } } }
change: { rename_column: { from: a, to: b } }
EOF
check_exit 0 'JSON lines for machines' "$ZDM_RUN" -v --format json --url sqlite:many.db \
  --seed-data many.yaml
expect_stderr_has '{"event": "rows", "index": 2, "action": 4, "rows": 5000, "total": 5000, "rows_per_s"'
expect_stdout_has '"row_count": 5000'
check_exit 0 'plain lines elsewhere' "$ZDM_RUN" -v --url sqlite:plain.db --seed-data many.yaml
expect_stderr_has 'rows 2/4 5000 rows'
on_terminal () { python3 -c 'import pty, sys; sys.exit (pty.spawn (sys.argv[1:]) >> 8)' "$@"; }
check_exit 0 'a bar on a terminal' on_terminal "$ZDM_RUN" --url sqlite:bar.db --seed-data many.yaml
expect_stdout_has '[########################] 100% 5000 rows'
check_exit 0 'and nothing when it is to be quiet' on_terminal "$ZDM_RUN" -q --url sqlite:quiet.db \
  --seed-data many.yaml
expect_no_stdout

# Two migrations ----------------------------------------------------------------------------------------

for letter in a b; do
  cat >$letter.yaml <<EOF
id: COLUMN-$letter
table:
  name: pair
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: a, type: TEXT, nullable: false }
    - { name: b, type: TEXT, nullable: false }
  rows: [ { id: 1, a: x, b: y } ]
change: { rename_column: { from: $letter, to: new_$letter } }
EOF
done
check_exit 0 'two wait side by side' "$ZDM_RUN" -q --url sqlite:two.db --seed-data a.yaml b.yaml
sed 's/COLUMN-a/COLUMN-c/; s/new_a/other_a/' a.yaml >c.yaml
check_exit 8 'but not over one column' "$ZDM_RUN" -q --url sqlite:two.db c.yaml
expect_stderr_has "migration 'COLUMN-a' is not finished and needs 'a' of 'pair' too"
check_exit 2 'which of them?' "$ZDM_RUN" contract --url sqlite:two.db
expect_stderr_has '2 migrations are unfinished in this database; name one'
check_exit 0 'one contracts' "$ZDM_RUN" -q contract COLUMN-b --url sqlite:two.db
check_exit 0 'the other aborts' "$ZDM_RUN" -q abort COLUMN-a --url sqlite:two.db
check_exit 0 'both are as recorded' "$ZDM_RUN" verify --url sqlite:two.db
sql two.db 'SELECT * FROM pair' >"$scratch/stdout"
expect_stdout - <<'EOF'
1|x|y
EOF

# Rows that the old shape does not allow ----------------------------------------------------

cat >drop.yaml <<'EOF'
id: DROP
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
  rows: [ { id: 1, name: x } ]
change: { drop_column: { column: name } }
EOF
check_exit 0 'a column goes' "$ZDM_RUN" -q --url sqlite:rows.db --seed-data drop.yaml
check_exit 0 'for good' "$ZDM_RUN" -q contract --url sqlite:rows.db
check_exit 4 'what it held is not there any more' "$ZDM_RUN" -q abort DROP --accept-loss --url sqlite:rows.db
expect_stderr_has "could not be rolled back: row id 1 of 'users' has no 'name', which is to be NOT NULL"
expect_stderr_has 'state: part-way, and recorded'
expect_stderr_has 'next: zdm-run continue DROP'
check_exit 0 'all is as recorded' "$ZDM_RUN" verify --url sqlite:rows.db
sql rows.db "UPDATE users SET name = 'y'"
check_exit 0 'filled by hand it goes back' "$ZDM_RUN" -q continue --url sqlite:rows.db
sql rows.db 'SELECT * FROM users' >"$scratch/stdout"
expect_stdout - <<'EOF'
1|y
EOF

# Rows that stay ------------------------------------------------------------------------------

cat >insert.yaml <<'EOF'
id: INSERT
table:
  name: users
  columns: [ { name: id, type: INTEGER, primary_key: true } ]
change:
  - insert_rows: { rows: [ { id: 7 } ] }
  - add_column: { column: { name: age, type: INTEGER } }
EOF
check_exit 0 'a row is put in' "$ZDM_RUN" -q --url sqlite:stays.db --seed-data insert.yaml
check_exit 0 'and stays, once that is complete' "$ZDM_RUN" abort INSERT --accept-loss \
  --url sqlite:stays.db
expect_stdout_has "  [ROLLBACK] Rolled back: Add column 'age' (nullable) to 'users'"
expect_stdout_has "  [ROLLBACK] Left as it is: Insert 1 row into 'users'"
sql stays.db 'SELECT * FROM users' >"$scratch/stdout"
expect_stdout - <<'EOF'
7
EOF

# SQL of the user's that reads a column whose type changes ------------------------------------

cat >words.yaml <<'EOF'
id: WORDS
table:
  name: t
  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: c, type: INTEGER } ]
  rows: [ { id: 1, c: 1 }, { id: 2, c: 5 } ]
change:
  alter_column:
    column: c
    type: TEXT
    transform: { expression: "CASE WHEN c > 1 THEN 'many' ELSE 'few' END" }
    backward: { map: { many: 2, few: 1 } }
EOF
check_exit 0 'a type changes by it' "$ZDM_RUN" -q --url sqlite:words.db --seed-data words.yaml
sql words.db 'UPDATE t SET c = 0 WHERE id = 2'
sql words.db 'INSERT INTO t (id, c) VALUES (3, 9)'
check_exit 0 'it reads the old column until that is dropped' "$ZDM_RUN" -q contract --url sqlite:words.db
sql words.db 'SELECT c FROM t ORDER BY id' >"$scratch/stdout"
expect_stdout - <<'EOF'
few
few
many
EOF

# What a new application has written is not filled, and the gate takes either way -------------

cat >half.yaml <<'EOF'
id: HALF
table:
  name: t
  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: v, type: INTEGER } ]
  rows: [ { id: 1, v: 1 }, { id: 2, v: 2 } ]
change:
  add_column:
    column: { name: half, type: INTEGER }
    from: v
    replaces: v
    transform: { expression: "v * 2" }
    backward: { expression: "half / 2" }
EOF
check_exit 0 'a column comes by SQL' "$ZDM_RUN" -q --url sqlite:half.db --seed-data --until expanding half.yaml
sql half.db 'UPDATE t SET half = 5 WHERE id = 2'
check_exit 0 'the others are filled' "$ZDM_RUN" -q continue --url sqlite:half.db
check_exit 0 'all are in step' "$ZDM_RUN" -q contract --url sqlite:half.db
sql half.db 'SELECT half FROM t ORDER BY id' >"$scratch/stdout"
expect_stdout - <<'EOF'
2
5
EOF

# What SQL and foreign keys of another migration stand on ---------------------------------------

cat >towns.yaml <<'EOF'
id: TOWNS
tables: []
change: { create_table: { name: towns, columns: [ { name: id, type: INTEGER, primary_key: true }, { name: code, type: INTEGER } ] } }
EOF
cat >homes.yaml <<'EOF'
id: HOMES
tables:
  - name: towns
    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: code, type: INTEGER } ]
change:
  create_table:
    name: homes
    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: town, type: INTEGER } ]
    constraints:
      - { name: homes_town, foreign_key: [town], references: { table: towns, columns: [id] } }
EOF
towns () {
  cat >"$1.yaml" <<EOF
id: $1
tables:
  - name: towns
    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: code, type: INTEGER } ]
change: $2
EOF
}
sql towns.db 'CREATE TABLE other (id INTEGER)'
check_exit 0 'a table' "$ZDM_RUN" -q --url sqlite:towns.db towns.yaml
check_exit 0 'and one that refers to it' "$ZDM_RUN" -q --url sqlite:towns.db homes.yaml
check_exit 8 'keeps it from being taken back' "$ZDM_RUN" -q abort TOWNS --accept-loss --url sqlite:towns.db
expect_stderr_has "migration 'HOMES' came later and needs table 'towns' too; abort it first"
towns READS '{ add_column: { column: { name: twice, type: INTEGER }, from: id, transform: { expression: "id + towns.code" }, backward: none } }'
check_exit 0 'SQL reads a column beside its own' "$ZDM_RUN" -q --url sqlite:towns.db READS.yaml
towns MOVES '{ rename_column: { from: code, to: number } }'
check_exit 8 'which is not renamed meanwhile' "$ZDM_RUN" -q --fail-on never --url sqlite:towns.db MOVES.yaml
expect_stderr_has "migration 'READS' is not finished and needs 'code' of 'towns' too; contract or abort it first"
check_exit 0 'but afterwards' "$ZDM_RUN" -q contract READS --url sqlite:towns.db
check_exit 0 'it is' "$ZDM_RUN" -q --fail-on never --url sqlite:towns.db MOVES.yaml
towns OTHERS '{ update_rows: { set: { id: { expression: "id + (SELECT max(number) FROM towns)" } } } }'
sed -i 's/name: code/name: number/' OTHERS.yaml
check_exit 8 'and SQL does not read what is being changed' "$ZDM_RUN" -q --fail-on never --url sqlite:towns.db OTHERS.yaml
expect_stderr_has "migration 'MOVES' is not finished and needs 'number' of 'towns' too; contract or abort it first"
check_exit 0 'the later ones go back first' "$ZDM_RUN" -q abort MOVES --url sqlite:towns.db
towns DROPS '{ drop_column: { column: code, backward: { expression: "twice * 3" } } }'
check_exit 0 'a later one that needs a column on its way back' "$ZDM_RUN" -q --fail-on never --url sqlite:towns.db DROPS.yaml
check_exit 0 'and is complete' "$ZDM_RUN" -q contract DROPS --url sqlite:towns.db
check_exit 8 'keeps that' "$ZDM_RUN" -q abort READS --accept-loss --url sqlite:towns.db
expect_stderr_has "migration 'DROPS' came later and needs 'twice' of 'towns' too; abort it first"
check_exit 0 'goes back' "$ZDM_RUN" -q abort DROPS --accept-loss --url sqlite:towns.db
towns SEES '{ create_index: { name: by_code, columns: [code] } }'
check_exit 0 'none is in the way of one whose SQL has been run' "$ZDM_RUN" -q abort READS --accept-loss --url sqlite:towns.db
check_exit 0 'the one that refers' "$ZDM_RUN" -q abort HOMES --accept-loss --url sqlite:towns.db
check_exit 0 'and the first' "$ZDM_RUN" -q abort TOWNS --accept-loss --url sqlite:towns.db

# A default that is to go, and that nobody has declared, could not come back -----------------

cat >default.yaml <<'EOF'
id: DEFAULT
table: { name: t, columns: [ { name: id, type: INTEGER, nullable: false, primary_key: true }, { name: c, type: INTEGER } ] }
change: { alter_column: { column: c, default: null } }
EOF
sql default.db 'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, c INTEGER DEFAULT 7)'
check_exit 8 'an undeclared default is to go' "$ZDM_RUN" -q --fail-on never --url sqlite:default.db default.yaml
expect_stderr_has "column 'c' of 't' has the default 7, which the file does not declare, and is to lose it"
check_exit 1 'so says a plan' "$ZDM_RUN" plan --fail-on error --url sqlite:default.db default.yaml
expect_stderr_has "column 'c' of 't' has the default 7, which the file does not declare, and is to lose it"
sed -i 's/{ name: c, type: INTEGER }/{ name: c, type: INTEGER, default: 7 }/' default.yaml
check_exit 0 'a declared one goes' "$ZDM_RUN" -q --fail-on never --url sqlite:default.db default.yaml

done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Backfills on SQLite: who hears of them, and what they find again after a stop.
. "$ZDM_SRCDIR/tests/lib.sh"

sql () { python3 -c 'import sqlite3, sys
db = sqlite3.connect (sys.argv[1], isolation_level=None)
for row in db.execute (sys.argv[2]): print ("|".join (str (cell) for cell in row))' "$@"; }

# same WHAT SQL EXPECTED: what the database says.
same () {
  sql app.db "$2" >"$scratch/said"
  printf '%s\n' "$3" >"$scratch/expected"
  check "$1" cmp "$scratch/said" "$scratch/expected"
}

cat >copy.yaml <<'EOF'
id: COPY
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
    - { name: email, type: TEXT }
change:
  add_column:
    column: { name: full_name, type: TEXT }
    from: name
    transform: direct_copy
    replaces: name
EOF

# A table of N rows, and the columns added.
begin () {
  rm -f app.db*
  sql app.db 'CREATE TABLE users (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL,
    email TEXT)'
  sql app.db "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
    WHERE i < $1) INSERT INTO users SELECT i, 'user' || i, NULL FROM n"
}

expand () { "$ZDM_RUN" -q --url sqlite:app.db --until expanding copy.yaml 2>/dev/null; }

out_of_step='SELECT count(*) FROM users WHERE full_name IS NOT name'

# Triggers of the user's ------------------------------------------------------------------

begin 3000
sql app.db 'CREATE TABLE heard (id)'
sql app.db 'CREATE TRIGGER hear AFTER UPDATE ON users BEGIN
  INSERT INTO heard (id) VALUES (NEW.id); END'
sql app.db 'CREATE TRIGGER hear_email AFTER UPDATE OF email ON users BEGIN
  SELECT RAISE(ABORT, '"'nobody wrote an email'"'); END'
expand
check_exit 0 'a table with triggers is filled' "$ZDM_RUN" --url sqlite:app.db copy.yaml
same 'every row is in step' "$out_of_step" 0
same 'a trigger of the user hears of each row once' \
  'SELECT count(*), count(DISTINCT id) FROM heard' '3000|3000'

begin 3000
expand
check_exit 0 'a table without triggers of the user is filled' \
  "$ZDM_RUN" --url sqlite:app.db copy.yaml
same 'every row is in step' "$out_of_step" 0
sql app.db "UPDATE users SET name = 'written' WHERE id = 1"
same 'triggers fire for everybody else' "$out_of_step" 0

# What is behind the walk -----------------------------------------------------------------

# meddle kill|go-on
meddle () {
  check_exit 0 "$1: caught in the middle" python3 "$ZDM_SRCDIR/tests/sqlite/meddle.py" \
    app.db "$1" "$ZDM_RUN" -q --url sqlite:app.db --batch-size 10 copy.yaml
}

begin 5000
expand
meddle kill
check_exit 0 'continue ends it' "$ZDM_RUN" continue --url sqlite:app.db
same 'a row behind the place where it was killed is found again' "$out_of_step" 0
check_exit 0 'contract' "$ZDM_RUN" contract --url sqlite:app.db
same 'all rows are there' 'SELECT count(*), count(DISTINCT full_name) FROM users' \
  '5000|5000'

begin 5000
expand
meddle go-on
same 'what another one wrote behind the walk is found' "$out_of_step" 0

sed '/replaces/d' copy.yaml >forward.yaml && mv forward.yaml copy.yaml
# What has been killed cannot know that nobody else has written, and looks for it.
begin 5000
expand
meddle kill
sql app.db 'CREATE TRIGGER undo AFTER UPDATE OF full_name ON users WHEN NEW.id = 4000 BEGIN
  UPDATE users SET full_name = OLD.full_name WHERE id = NEW.id; END'
check_exit 4 'a fill that is undone comes to an end' \
  timeout 60 "$ZDM_RUN" continue --url sqlite:app.db
expect_stderr_has "row id 4000 of 'users', column 'full_name': what is written there is undone"
expect_stderr_has 'next: zdm-run continue COPY'
sql app.db 'DROP TRIGGER undo'
check_exit 0 'without the trigger it goes on' "$ZDM_RUN" continue --url sqlite:app.db
same 'and fills every row' "$out_of_step" 0

# The other half of a table that is split.
cat >split.yaml <<'EOF'
id: SPLIT
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT, nullable: false }
    - { name: email, type: TEXT }
change:
  split_table: { to: mails, columns: [email], key: [id] }
EOF
begin 50
sql app.db "UPDATE users SET email = 'e' || id"
"$ZDM_RUN" -q --url sqlite:app.db --until expanding --fail-on never split.yaml
sql app.db 'CREATE TRIGGER undo BEFORE INSERT ON mails WHEN NEW.id = 40 BEGIN
  SELECT RAISE(IGNORE); END'
check_exit 4 'a copy that is undone comes to an end' \
  timeout 60 "$ZDM_RUN" --fail-on never --url sqlite:app.db split.yaml
expect_stderr_has "row id 40 of 'mails', column 'email': what is written there is undone"
sql app.db 'DROP TRIGGER undo'
check_exit 0 'without the trigger it goes on' "$ZDM_RUN" continue --url sqlite:app.db
same 'and copies every row' 'SELECT count(*) FROM mails JOIN users USING (id, email)' 50

done_testing

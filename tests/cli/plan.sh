#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run plan
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

check_exit 0 'a plan' "$ZDM_RUN" plan rename.yaml
expect_no_stderr
expect_stdout - <<'TEXT'
Plan: Rename users.name (MIG-002)
EXPANDING
  1. Add column 'display_name' (not null) to 'users'
     undo: Drop column 'display_name' from 'users'
MIGRATING
  2. Backfill 'display_name' from 'name'
     undo: Restore the values of 'display_name' in 'users'
── below this line data is dropped: undoing it refills what can be derived ──
CONTRACTING
  3. Drop column 'name' from 'users'
     undo: Restore column 'name' of 'users'
Next: zdm-run rehearse rename.yaml
TEXT
cp "$scratch/stdout" plan.txt

check_exit 0 '--dry-run is the same' "$ZDM_RUN" --dry-run rename.yaml
expect_stdout plan.txt

check_exit 1 'an unsafe plan is shown and refused' "$ZDM_RUN" plan unsafe.yaml
expect_stdout_has "1. Drop column 'name' from 'users'"
expect_stderr_has 'error[ZDM002-contract-without-expand]'

check_exit 0 'a plan without steps' "$ZDM_RUN" plan empty.yaml
expect_stdout_has 'No steps.'

sed 's/    drop_column/    engines: [postgres, sqlite]\n    drop_column/' unsafe.yaml >engines.yaml
check_exit 0 'steps for some engines' "$ZDM_RUN" plan --fail-on never engines.yaml
expect_stdout_has '     only on postgres, sqlite; skipped elsewhere'

check_exit 1 'a plan of an invalid file' "$ZDM_RUN" plan invalid.yaml
expect_no_stdout

sed 's/name: users/name: shop.users/' rename.yaml >schema.yaml
check_exit 0 'a table with its schema' "$ZDM_RUN" plan schema.yaml
expect_stdout_has "'shop.users'"
check_exit 1 'where there are none' "$ZDM_RUN" plan --engine sqlite schema.yaml
expect_stderr_has "table 'shop.users' is named with a schema, and sqlite has none"
expect_stderr_has "help: name it 'users' wherever it is mentioned"
sed 's/name: users/name: '"'"'"my.users"'"'"'/' rename.yaml >quoted.yaml
check_exit 1 'or in quotes' "$ZDM_RUN" plan --engine sqlite quoted.yaml
expect_stderr_has "table '\"my.users\"' is named in quotes"

cp rename.yaml "it's a file.yaml"
check_exit 0 'a name to quote' "$ZDM_RUN" plan "it's a file.yaml"
expect_stdout_has "Next: zdm-run rehearse 'it'\\''s a file.yaml'"

# Rows of another table that a deleted one takes along would not come back.
cat >cascade.yaml <<'YAML'
id: CASCADE
tables:
  - name: users
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: name, type: TEXT }
  - name: orders
    columns:
      - { name: id, type: INTEGER, primary_key: true }
      - { name: user_id, type: INTEGER }
    constraints:
      - { name: of_user, foreign_key: [user_id], references: { table: users, columns: [id] }, on_delete: cascade }
change:
  table: users
  delete_rows: { where: { name: x } }
YAML
sed '/^  delete_rows/d' cascade.yaml >lookup.yaml
cat >>lookup.yaml <<'YAML'
  add_column:
    column: { name: age, type: INTEGER }
    from: { table: orders, match: { user_id: id }, column: id, missing: delete }
YAML
for engine in sqlite postgres mariadb; do
  for file in cascade lookup; do
    check_exit 1 "$engine: $file: a key that deletes rows of others" \
      "$ZDM_RUN" plan --engine $engine $file.yaml
    expect_stderr_has "deleting rows of 'users' changes rows of 'orders' by foreign key 'of_user'"
  done
done

done_testing

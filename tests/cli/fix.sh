#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# --fix: raw SQL put as the operation that says the same.
. "$ZDM_SRCDIR/tests/lib.sh"

write_file () {
  cat >"$1" <<'YAML'
id: FIX-001
# a comment stays
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: TEXT }
    - { name: email, type: TEXT }
change:
  # the first
  - sql:
      phase: contracting
      forward: ALTER TABLE users RENAME COLUMN name TO "display name"
      rollback: ALTER TABLE users RENAME COLUMN "display name" TO name
  # the second
  - sql: { phase: expanding, forward: "CREATE INDEX i ON users (email, id)", rollback: "DROP INDEX i" }
  - drop_column: { column: email }
YAML
}

write_file file.yaml
"$ZDM_RUN" --fix file.yaml >probe 2>/dev/null </dev/null
if cmp -s probe file.yaml; then
  skip_all 'this build has no PostgreSQL parser'
fi

check_exit 0 'a file is fixed' "$ZDM_RUN" --fix file.yaml
expect_stdout - <<'YAML'
id: FIX-001
# a comment stays
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: TEXT }
    - { name: email, type: TEXT }
change:
  # the first
  - rename_column: { from: name, to: "display name" }
    table: users
  # the second
  - create_index: { name: i, columns: [email, id] }
    table: users
  - drop_column: { column: email }
YAML
expect_stderr_has 'file.yaml:11:5: fixed: rename_column keeps both names working until contract'
expect_stderr_has 'file.yaml:16:5: fixed: create_index builds without blocking writes'

"$ZDM_RUN" --fix file.yaml >fixed.yaml 2>/dev/null
check_exit 0 'what was fixed is valid' "$ZDM_RUN" --validate-only fixed.yaml
check_exit 0 'what was fixed runs' "$ZDM_RUN" fixed.yaml
check_exit 0 'nothing is left to fix' "$ZDM_RUN" --fix fixed.yaml
expect_stdout fixed.yaml
expect_stderr_has 'fixed.yaml: nothing to fix'

write_file second.yaml
check_exit 0 'several files give their difference' "$ZDM_RUN" --fix file.yaml second.yaml
expect_stdout_has '--- second.yaml'
expect_stdout_has '+  - rename_column: { from: name, to: "display name" }'
"$ZDM_RUN" --fix file.yaml second.yaml >both.diff 2>/dev/null
if command -v patch >/dev/null; then
  check 'patch takes the difference' sh -c 'patch -s -p0 <both.diff'
  check 'and makes the same file of it' cmp second.yaml fixed.yaml
fi

write_file file.yaml
check_exit 0 'the file itself may be the output' "$ZDM_RUN" --fix -o file.yaml file.yaml
check 'it holds the fixed text' cmp file.yaml fixed.yaml

# The table is not declared, so the operation could not be planned: the SQL stays.
cat >other.yaml <<'YAML'
id: FIX-002
change:
  - sql: { phase: contracting, forward: "ALTER TABLE t RENAME COLUMN a TO b", rollback: "ALTER TABLE t RENAME COLUMN b TO a" }
YAML
"$ZDM_RUN" --fix other.yaml >kept.yaml 2>/dev/null
check 'what cannot be planned stays as it is' cmp other.yaml kept.yaml

printf 'id: [\n' >broken.yaml
check_exit 1 'a file that does not load is refused' "$ZDM_RUN" --fix broken.yaml
expect_no_stdout
check_exit 2 'a file is needed' "$ZDM_RUN" --fix

cat >words.yaml <<'YAML'
id: FIX-002
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: TEXT }
change:
  sql:
    phase: contracting
    forward: ALTER TABLE users DROP COLUMN name
    rollback: SELECT 1
  description: 'nobody reads it: "legacy"'
  allow_blocking: true
  allow: [ { rule: ZDM100, reason: agreed } ]
YAML
check_exit 0 'a description stays' "$ZDM_RUN" --fix words.yaml
cat >words.expected <<'YAML'
id: FIX-002
table:
  name: users
  columns:
    - { name: id, type: INTEGER, primary_key: true }
    - { name: name, type: TEXT }
change:
  drop_column: { column: name }
  table: users
  description: "nobody reads it: \"legacy\""
  allow_blocking: true
YAML
expect_stdout words.expected

{ printf '\357\273\277# \303\251\n'; cat words.yaml; } >mark.yaml
{ printf '\357\273\277# \303\251\n'; cat words.expected; } >mark.expected
check_exit 0 'so does a byte order mark' "$ZDM_RUN" --fix mark.yaml
expect_stdout mark.expected

done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# --history, and several files of one call: each is judged after those before it.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

# Writes a migration of users: NAME ID CHANGE.
write () {
  cat >"$1" <<YAML
id: $2
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
$3
YAML
}

nick='change: { add_column: { column: { name: nick, type: TEXT } } }'
mkdir past
write past/001.yaml MIG-001 "$nick"
write past/002.yml MIG-002 "$nick"
write past/003.yaml MIG-003 "$nick"
echo 'ALTER TABLE users ADD COLUMN x text;' >past/000.sql
echo 'nonsense: [' >past/000-broken.yaml
echo 'id: MIG-004' >past/004.txt

check_exit 0 'a folder is judged file by file' \
  "$ZDM_RUN" --validate-only --history past past/001.yaml past/002.yml past/003.yaml
expect_no_stderr
check_exit 0 'in any order of the words' \
  "$ZDM_RUN" --validate-only past/003.yaml --history=past
expect_no_stderr

write 004.yaml MIG-002 "$nick"
check_exit 1 'an id is used once' "$ZDM_RUN" --validate-only --history past 004.yaml
expect_stderr_has "004.yaml:1:1: error[ZDM033-duplicate-id]: The id 'MIG-002' is that of past/002.yml"
check_exit 0 'without history nobody knows' "$ZDM_RUN" --validate-only 004.yaml
expect_no_stderr
check_exit 1 'a run asks too' "$ZDM_RUN" --history past 004.yaml
check_exit 1 'standard input comes last' "$ZDM_RUN" --validate-only --history past - <004.yaml

write 001b.yaml MIG-002 "$nick"
check_exit 0 'what comes later does not count' \
  "$ZDM_RUN" --validate-only --history past 001b.yaml

write 005.yaml MIG-000 "$nick"
check_exit 0 'numbers go up' "$ZDM_RUN" --validate-only --history past 005.yaml
expect_stderr_has "warning[ZDM034-id-out-of-order]: 'MIG-000' comes after 'MIG-003' of past/003.yaml"

check_exit 1 'files of one call come after one another' \
  "$ZDM_RUN" --validate-only past/002.yml 004.yaml
expect_stderr_has "The id 'MIG-002' is that of past/002.yml"
check_exit 0 'one file twice is one migration' \
  "$ZDM_RUN" --validate-only past/001.yaml past/001.yaml
expect_no_stderr

mkdir checks
echo 'ALTER TABLE users ADD CONSTRAINT named CHECK (name > 1) NOT VALID;' >checks/1.sql
echo 'ALTER TABLE users VALIDATE CONSTRAINT named;' >checks/2.sql
write checks/3.yaml MIG-003 "$nick"
check_exit 0 'a constraint stays NOT VALID' \
  "$ZDM_RUN" --validate-only checks/1.sql checks/3.yaml
expect_stderr_has "'named' of 'users' is NOT VALID since checks/1.sql"
check_exit 0 'what is named twice has happened once' \
  "$ZDM_RUN" --validate-only checks/1.sql checks/1.sql checks/2.sql checks/3.yaml
expect_stdout - <<'TEXT'
checks/1.sql: ok (1 warning)
checks/1.sql: ok (1 warning)
checks/2.sql: ok
checks/3.yaml: ok
TEXT
check_exit 0 'so has what is named after a later file of the folder' \
  "$ZDM_RUN" --validate-only --history ./checks/../checks \
  checks/2.sql checks/1.sql checks/3.yaml
expect_stdout - <<'TEXT'
checks/2.sql: ok
checks/1.sql: ok (1 warning)
checks/3.yaml: ok
TEXT

check_exit 2 'no such folder' "$ZDM_RUN" --validate-only --history nowhere past/001.yaml
expect_stderr_has '--history: '
check_exit 2 'no name of a folder' "$ZDM_RUN" --validate-only --history= past/001.yaml

done_testing

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# --validate-only --url: files beside what a database has recorded of them.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

# started COLUMN: a migration of MIG-1 that adds it.
started () {
  cat <<EOF
id: MIG-1
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: TEXT }
change:
  add_column: { column: { name: $1, type: TEXT } }
EOF
}

started nick >one.yaml
started nick | sed 's/MIG-1/MIG-2/; s/nick/other/' >two.yaml
check_exit 0 'it runs' "$ZDM_RUN" -q --url sqlite:app.db --seed-data one.yaml
chmod a-w app.db
cksum app.db >before

check_exit 0 'as it was started' "$ZDM_RUN" --validate-only --url sqlite:app.db one.yaml two.yaml
expect_no_stderr
sed 's/users/users # whose/; s/nick, type/"nick", type/' one.yaml >written.yaml
check_exit 0 'written otherwise' "$ZDM_RUN" --validate-only --url sqlite:app.db written.yaml
sed 's/$/\r/' one.yaml >crlf.yaml
check_exit 0 'with other line ends' "$ZDM_RUN" --validate-only --url sqlite:app.db crlf.yaml

started handle >edited.yaml
check_exit 1 'edited' "$ZDM_RUN" --validate-only --url sqlite:app.db edited.yaml two.yaml
expect_stderr_has "edited.yaml:8:1: error[ZDM040-edited-after-start]: 'MIG-1' was started on 2"
expect_stderr_has 'state: the database was only read'
expect_stderr_has 'this line was:   add_column: { column: { name: nick, type: TEXT } }'
check_exit 0 'nobody asks the database' "$ZDM_RUN" --validate-only edited.yaml
check_exit 1 'by the environment' \
  env ZDM_DATABASE_URL=sqlite:app.db "$ZDM_RUN" --validate-only -u env edited.yaml
check_exit 1 'among other findings, as data' "$ZDM_RUN" --validate-only --url sqlite:app.db --format json edited.yaml
expect_stdout_has '"rule": "ZDM040-edited-after-start"'
check 'nothing was written' sh -c 'cksum app.db | cmp -s - before'
check 'nothing was left' sh -c '! ls app.db-* 2>/dev/null'

chmod u+w app.db
check_exit 0 'it is taken back' "$ZDM_RUN" abort -q --url sqlite:app.db --accept-loss MIG-1
check_exit 0 'then it may be edited' "$ZDM_RUN" --validate-only --url sqlite:app.db edited.yaml

check_exit 7 'no such database' "$ZDM_RUN" --validate-only --url sqlite:no.db one.yaml
expect_stderr_has 'no.db'
check 'none was made' test ! -e no.db
echo 'no database at all, but a text' >text.db
check_exit 7 'not a database' "$ZDM_RUN" --validate-only --url sqlite:text.db one.yaml
: >empty.db
check_exit 0 'nothing is recorded' "$ZDM_RUN" --validate-only --url sqlite:empty.db edited.yaml
sqlite3 app.db "UPDATE zdm_meta SET content = '99' WHERE name = 'format'" 2>/dev/null \
  && check_exit 8 'a newer journal' "$ZDM_RUN" --validate-only --url sqlite:app.db one.yaml
done_testing

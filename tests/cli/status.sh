#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The verbs of a database: usage, and what they say where nothing is recorded.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

for verb in contract continue abort status history verify; do
  check_exit 2 "$verb without a database" "$ZDM_RUN" "$verb"
  expect_stderr_has "--url is missing: zdm-run $verb [OPTION…] --url URL"
  check_exit 2 "a stray variable is none for $verb" env DATABASE_URL=sqlite:app.db "$ZDM_RUN" "$verb"
  check_exit 2 "$verb twice" "$ZDM_RUN" "$verb" --url sqlite:app.db MIG-001 MIG-002
  expect_stderr_has 'is too much'
  check_exit 7 "$verb where no database is" "$ZDM_RUN" "$verb" --url sqlite:no.db
  expect_no_stdout
done
check 'no database was created' test ! -e no.db
check_exit 2 'only abort loses' "$ZDM_RUN" continue --url sqlite:app.db --accept-loss
expect_stderr_has "--accept-loss does not go with 'continue'"
check_exit 2 'a reader locks nothing' "$ZDM_RUN" status --url sqlite:app.db --lock-timeout 1s
expect_stderr_has "--lock-timeout does not go with 'status'"
check_exit 2 'no SARIF of a status' "$ZDM_RUN" status --url sqlite:app.db --format sarif

# An empty file is an empty database.
: >app.db
check_exit 0 'a status of nothing' "$ZDM_RUN" status --url sqlite:app.db
expect_stdout - <<'TEXT'
Database: sqlite:app.db
Nothing has been recorded here.
TEXT
expect_no_stderr
check_exit 0 'nothing of one migration' "$ZDM_RUN" status --url sqlite:app.db MIG-001
expect_stdout_has 'Nothing has been recorded here.'
check_exit 0 'a history of nothing' env ZDM_DATABASE_URL=sqlite:app.db "$ZDM_RUN" history -u env
expect_stdout - <<'TEXT'
Nothing has been recorded here.
TEXT
check_exit 0 'nothing to verify' "$ZDM_RUN" verify --url sqlite:app.db
expect_stdout_has 'Nothing has been recorded here.'
check_exit 0 'a status of nothing as JSON' "$ZDM_RUN" status --url sqlite:app.db --format json
expect_stdout - <<'JSON'
{
  "url": "sqlite:app.db",
  "engine": "sqlite",
  "journal": false,
  "lock_holder": null,
  "migrations": [],
  "exit_code": 0
}
JSON
check_exit 0 'a history of nothing as JSON' "$ZDM_RUN" history --url sqlite:app.db --format json
expect_stdout_has '"events": []'
check_exit 0 'nothing to verify as JSON' "$ZDM_RUN" verify --url sqlite:app.db --format json
expect_stdout_has '"differences": []'
check_exit 7 'a failure as JSON' "$ZDM_RUN" status --url sqlite:no.db --format json
expect_stdout_has '"exit_code": 7'
expect_stdout_has '"error": '
check_exit 0 'a quiet status' "$ZDM_RUN" status --url sqlite:app.db -q
expect_no_stdout
check_exit 0 'a status to a file' "$ZDM_RUN" status --url sqlite:app.db -o status.txt
expect_no_stdout
check 'the file has it' grep -q 'Nothing has been recorded here' status.txt
check_exit 2 'the database is no place for a result' "$ZDM_RUN" status --url sqlite:app.db -o ./app.db
expect_stderr_has '--output ./app.db is the database itself'
check 'readers write nothing' test ! -s app.db

for url in postgres://u:canary@127.0.0.1:1/db 'mysql://u:canary@127.0.0.1:1/db' \
  'sqlite:no.db?password=canary'; do
  "$ZDM_RUN" status --url "$url" --format json >"$scratch/stdout" 2>"$scratch/stderr" && status=0 || status=$?
  check "no status of $url" test "$status" -ne 0
  check 'it shows no password' sh -c '! grep -q canary "$1/stdout" "$1/stderr"' sh "$scratch"
done

done_testing

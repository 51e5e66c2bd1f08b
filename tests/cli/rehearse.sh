#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run rehearse
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"
. "$ZDM_SRCDIR/tests/cli/files.sh"

check_exit 0 'green' "$ZDM_RUN" rehearse rename.yaml
expect_no_stderr
sed '/^Laws:/,$d' "$scratch/stdout" >matrix.txt
sed -n '/^Laws:/,$p' "$scratch/stdout" >laws.txt
cp matrix.txt "$scratch/stdout"
expect_stdout - <<'TEXT'
Migration: Rename users.name
                                                               app-v1  app-v2
  start                                                        ok      –
  1 EXPANDING Add column 'display_name' (not null) to 'users'  ok      –
  2 MIGRATING Backfill 'display_name' from 'name'              ok      ok
  3 CONTRACTING Drop column 'name' from 'users'                –       ok
TEXT
check 'every step fails once' \
  test "$(grep -c '^  ok    a fault at step [123] leaves the start$' laws.txt)" -eq 3
check 'the verdict is the last line' test "$(tail -n 1 laws.txt)" = 'Rehearsal: green'

sed 's/before: contracting, //; s/MIG-002/MIG-003/' rename.yaml >red.yaml
check_exit 9 'a client that lives too long' "$ZDM_RUN" rehearse red.yaml
expect_stdout_has "  3 CONTRACTING Drop column 'name' from 'users'                FAIL    ok"
expect_stdout_has "  app-v1 after step 3: reads 'name', which is not in 'users'"
check 'the verdict counts' test "$(tail -n 1 "$scratch/stdout")" = 'Rehearsal: RED (1 failure)'
expect_stderr_has "red.yaml:14:5: error: client 'app-v1' fails after step 3: reads 'name'"
expect_stderr_has '  state: nothing outside memory was touched'
expect_stderr_has '  next: correct the file, then: zdm-run rehearse red.yaml'

check_exit 9 'the first red one ends it' "$ZDM_RUN" rehearse rename.yaml red.yaml rename.yaml
check 'after two' test "$(grep -c '^Rehearsal:' "$scratch/stdout")" -eq 2
check_exit 9 'quiet' "$ZDM_RUN" rehearse -q red.yaml
expect_no_stdout
expect_stderr_has "error: client 'app-v1' fails"

check_exit 9 'as JSON' "$ZDM_RUN" rehearse --format json red.yaml
expect_stdout_has '    "green": false,'
expect_stdout_has '{"after_step": 3, "result": "fail", "reason": "reads '
expect_stdout_has '{"name": "it runs to its end", "holds": true, "reason": null}'
expect_stdout_has '  "exit_code": 9'

sed '/^clients:/,$d' rename.yaml >alone.yaml
check_exit 0 'no clients' "$ZDM_RUN" rehearse alone.yaml
expect_stdout_has 'No clients are declared.'
expect_stdout_has 'Rehearsal: green'

# What a rule says the rehearsal shows; but green is not good where a rule says error.
check_exit 1 'an unsafe file is rehearsed and refused' "$ZDM_RUN" rehearse unsafe.yaml
expect_stdout_has 'Rehearsal: green'
expect_stderr_has 'error[ZDM002-contract-without-expand]'
check_exit 1 'an invalid one is not rehearsed' "$ZDM_RUN" rehearse invalid.yaml
expect_no_stdout

done_testing
